//! Triage: orders, whom pools take, when cases are put aside or sent on.

use std::collections::BTreeMap;

use super::Context;
use super::params::named;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::{
    self, Ageing, Choice, Limit, Order, Park, PoolId, Prefers, QueueLimit, Quota, Reserve, SpanLaw,
};
use crate::scenario::{self, At, ByClass, Epoch, Id, Scenario, Servers};
use crate::units::DAY;

impl Context<'_> {
    /// By observed class: whether such a case interrupts others; a sub-class does as its class does where it says
    /// nothing.
    pub(super) fn preempt(&mut self, epoch: &Epoch) -> Vec<bool> {
        let classes = &epoch.scenario.classes;
        let of = |name: &str| classes.iter().find(|c| c.id.value == name);
        let mut all = vec![];
        for name in self.classes.names() {
            let mut class = of(&name);
            // Circles of parents are a finding of their own.
            for _ in 0..classes.len() {
                let Some(c) = class.filter(|c| c.preempt.is_none()) else { break };
                class = c.of.as_ref().and_then(|parent| of(&parent.value));
            }
            all.push(class.and_then(|c| c.preempt.as_ref()).is_some_and(|p| p.value));
        }
        let unknown = of(super::classes::UNKNOWN).and_then(|c| c.preempt.as_ref());
        if let Some(preempt) = unknown.filter(|p| p.value) {
            let message = "cases of which nothing is known cannot interrupt others";
            let finding = Diagnostic::new(Code::ConflictingKeys, message).at(preempt.span, "");
            self.findings.push(finding.help("let a stage assess them first"));
        }
        all.push(false);
        all
    }

    /// The order of a stage: that of a pool which sees all its stages as one queue, else its own.
    pub(super) fn stage_order(
        &mut self,
        scenario: &Scenario,
        stage: &scenario::Stage,
        time: &[Option<SpanLaw>],
    ) -> Order {
        if let Some(order) = &stage.order {
            self.check_order(&order.value);
        }
        let pools = pool_orders(scenario, stage);
        let orders: Vec<Order> = pools.iter().map(|(_, order)| self.order(&order.value, time)).collect();
        if let Some(other) = orders.iter().position(|order| *order != orders[0]) {
            let message = format!("stage `{}` is served by pools that see it in two orders", stage.id.value);
            let finding = Diagnostic::new(Code::ConflictingKeys, message).at(pools[other].1.span, "");
            self.findings.push(finding.see(pools[0].1.span, "another order"));
        }
        if let (Some((pool, order)), Some(own)) = (pools.first(), &stage.order) {
            let message = format!("the order of stage `{}` changes nothing", stage.id.value);
            let finding = Diagnostic::new(Code::IdleRule, message).at(own.span, "");
            let why = format!("pool `{}` sees all its stages in this order", pool.value);
            self.findings.push(finding.see(order.span, why));
        }
        if let Some(order) = orders.into_iter().next() {
            return order;
        }
        stage.order.as_ref().map_or(Order::Class, |order| self.order(&order.value, time))
    }

    /// An order; `time` is what a case of each class takes at the stage.
    fn order(&self, order: &scenario::Order, time: &[Option<SpanLaw>]) -> Order {
        match order {
            scenario::Order::Class => Order::Class,
            scenario::Order::Fifo => Order::Fifo,
            scenario::Order::Lifo => Order::Lifo,
            scenario::Order::Score => Order::Score,
            scenario::Order::Lapse => Order::Lapse,
            scenario::Order::Random => Order::Random,
            scenario::Order::Shortest { drawn: true } => Order::ShortestDrawn,
            scenario::Order::Shortest { drawn: false } => Order::Shortest(mean_times(time)),
            scenario::Order::Due(table) => {
                let spread = self.classes.spread_observed(table);
                let limit = |span: Option<&At<scenario::TimeSpan>>| span.map(Context::limit);
                Order::Due(spread.into_iter().map(limit).collect::<Vec<Option<Limit>>>())
            }
            scenario::Order::Ageing(table) => {
                let spread = self.classes.spread_observed(table);
                let ageing = |of: Option<&scenario::Ageing>| {
                    of.map_or(Ageing::default(), |a| Ageing { base: a.base, gain: a.gains / DAY as f64 })
                };
                Order::Ageing(spread.into_iter().map(ageing).collect())
            }
            scenario::Order::Quota { shares, otherwise } => {
                let otherwise = Box::new(self.order(otherwise, time));
                Order::Quota(self.quota(shares, otherwise))
            }
        }
    }

    /// Names of classes in an order.
    fn check_order(&mut self, order: &scenario::Order) {
        match order {
            scenario::Order::Due(table) => self.classes.check_names(table, true, &mut self.findings),
            scenario::Order::Ageing(table) => self.classes.check_names(table, true, &mut self.findings),
            scenario::Order::Quota { shares, otherwise } => {
                let ids: Vec<Id> = shares.iter().map(|(id, _)| id.clone()).collect();
                self.check_classes(&ids, true);
                self.check_order(otherwise);
            }
            _ => {}
        }
    }

    /// Each named class is an entry, all others together are one. Entries are numbered in the order of the class list,
    /// by the first class of each: among equals the first is served.
    fn quota(&self, shares: &[(Id, At<f64>)], otherwise: Box<Order>) -> Quota {
        let listed = shares.iter().enumerate().map(|(i, (id, _))| (id.clone(), i));
        let table = ByClass { default: None, named: listed.collect(), span: Span::default() };
        let of: Vec<Option<usize>> =
            self.classes.spread_observed(&table).into_iter().map(Option::<&usize>::copied).collect();
        let precedence = self.classes.precedence();
        let mut classes: Vec<usize> = (0..of.len()).collect();
        classes.sort_by_key(|&class| (precedence[class], class));
        let mut numbers: BTreeMap<Option<usize>, usize> = BTreeMap::new();
        for class in classes {
            let next = numbers.len();
            numbers.entry(of[class]).or_insert(next);
        }
        let rest = 1.0 - shares.iter().map(|(_, share)| share.value).sum::<f64>();
        let mut share = vec![0.0; numbers.len()];
        for (written, number) in &numbers {
            // A rest of a rounding error is none.
            share[*number] = written.map_or(if rest > 1e-9 { rest } else { 0.0 }, |i| shares[i].1.value);
        }
        Quota { entry: of.iter().map(|written| numbers[written]).collect(), share, otherwise }
    }

    /// Whom members of a pool take up. Names are checked by [`check_choices`](Self::check_choices).
    pub(super) fn choice(&self, pool: &scenario::Pool) -> Choice {
        Choice {
            takes: pool.takes.as_ref().map(|ids| self.observed_set(Some(ids))),
            reserve: pool
                .reserve
                .as_ref()
                .map(|r| Reserve { members: r.members.value, classes: self.observed_set(Some(&r.classes)) }),
            prefers: match &pool.prefers.value {
                scenario::Prefers::Class => Prefers::Class,
                scenario::Prefers::Downstream => Prefers::Downstream,
                scenario::Prefers::Upstream => Prefers::Upstream,
                scenario::Prefers::LongestWait => Prefers::LongestWait,
                scenario::Prefers::Stages(ids) => Prefers::Stages(self.ranks(ids)),
            },
            order: pool.order.as_ref().map(|order| self.order(&order.value, &[])),
        }
    }

    /// By stage: its place in a list; those that are not listed share the last.
    fn ranks(&self, ids: &[Id]) -> Vec<u16> {
        let rank = |stage: &String| ids.iter().position(|id| id.value == *stage).unwrap_or(ids.len());
        self.stages.iter().map(|stage| rank(stage) as u16).collect()
    }

    /// By observed class: whether a list names it or a class of which it is a part; no list names all.
    pub(super) fn observed_set(&self, ids: Option<&[Id]>) -> Vec<bool> {
        let Some(ids) = ids else { return vec![true; self.classes.len() + 1] };
        self.classes.spread_observed(&set(ids)).iter().map(Option::is_some).collect()
    }

    /// Findings for names of classes in a list; `unknown` is one where observed classes are meant.
    pub(super) fn check_classes(&mut self, ids: &[Id], observed: bool) {
        self.classes.check_names(&set(ids), observed, &mut self.findings);
    }

    /// Names of classes and stages in what pools say of whom they take.
    pub(super) fn check_choices(&mut self) {
        for name in self.pools.clone() {
            for epoch in &self.loaded.epochs {
                let pool = named(&epoch.scenario.pools, &name, |p| &p.id);
                self.check_classes(pool.takes.as_deref().unwrap_or_default(), true);
                self.check_classes(pool.reserve.as_ref().map_or(&[], |r| &r.classes), true);
                if let Some(order) = &pool.order {
                    self.check_order(&order.value);
                }
                let scenario::Prefers::Stages(ids) = &pool.prefers.value else { continue };
                for (i, id) in ids.iter().enumerate() {
                    self.stage(id);
                    if ids[..i].iter().any(|other| other.value == id.value) {
                        let message = format!("stage `{}` is listed twice", id.value);
                        let finding = Diagnostic::new(Code::DuplicateId, message).at(id.span, "again here");
                        self.findings.push(finding);
                    }
                }
            }
        }
    }

    /// When cases are put aside.
    pub(super) fn park(&mut self, stage: &scenario::Stage) -> Option<Park> {
        let park = stage.park.as_ref()?;
        self.check_classes(park.classes.as_deref().unwrap_or_default(), true);
        Some(Park {
            above: u64::from(park.above.value),
            classes: self.observed_set(park.classes.as_deref()),
            release_below: u64::from(park.release_below.value),
            after: park.after.as_ref().map(|after| after.value),
        })
    }

    /// How many may wait; `None` outside where the target of others is not known.
    #[allow(clippy::option_option, reason = "outside: understood; inside: written")]
    pub(super) fn queue_limit(&mut self, stage: &scenario::Stage) -> Option<Option<QueueLimit>> {
        let Some(limit) = &stage.queue_limit else { return Some(None) };
        self.check_classes(limit.classes.as_deref().unwrap_or_default(), true);
        let classes = self.observed_set(limit.classes.as_deref());
        let to = self.next(&limit.to)?;
        Some(Some(QueueLimit { cases: u64::from(limit.cases.value), to, classes }))
    }

    /// The pools where a stage is served, as they are written.
    pub(super) fn serving(stage: &scenario::Stage) -> Vec<&Id> {
        match &stage.pool {
            None => vec![],
            Some(Servers::One(id)) => vec![id],
            Some(Servers::AnyOf(ids)) => ids.iter().collect(),
            Some(Servers::Crew(needs)) => needs.iter().map(|(id, _)| id).collect(),
        }
    }

    /// The number of a pool that is known to exist.
    pub(super) fn number_of(&self, pool: &Id) -> Option<PoolId> {
        self.pools.iter().position(|name| *name == pool.value).map(PoolId::at)
    }
}

/// Orders of the pools where a stage is served.
pub(super) fn pool_orders<'s>(
    scenario: &'s Scenario,
    stage: &'s scenario::Stage,
) -> Vec<(&'s Id, &'s At<scenario::Order>)> {
    let pools = Context::serving(stage).into_iter();
    let found = pools.filter_map(|id| scenario.pools.iter().find(|p| p.id.value == id.value));
    found.filter_map(|pool| Some((&pool.id, pool.order.as_ref()?))).collect()
}

/// A list of classes as a table by class.
pub(super) fn set(ids: &[Id]) -> ByClass<()> {
    ByClass { default: None, named: ids.iter().map(|id| (id.clone(), ())).collect(), span: Span::default() }
}

/// What a case of each observed class takes on average.
fn mean_times(time: &[Option<SpanLaw>]) -> Vec<f64> {
    let mean = |t: &Option<model::SpanLaw>| t.as_ref().map_or(0.0, |t| t.law.mean());
    let mut means: Vec<f64> = time.iter().map(mean).collect();
    // Nobody knows what an unknown case takes: the mean over the classes.
    means.push(means.iter().sum::<f64>() / means.len().max(1) as f64);
    means
}
