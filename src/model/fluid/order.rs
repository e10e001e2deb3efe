//! Who is next: the order within a queue, and among the heads of a pool's queues.
//!
//! A score is known only by what it led to: the observed class stands for it. The urgency of an ageing class grows with the
//! wait of its oldest fluid, as it is. Shares of starts are kept by whole batches, a step's arrivals at a time. Urgent
//! fluid interrupts nothing: it is first when what is in hand is done, and as much gets done.

use std::cmp::Ordering;

use super::Run;
use super::kinds::{ByKind, Kind, Marks};
use super::queue::{Batch, Queue};
use crate::model::{Limit, Order, Prefers, Quota};

/// The heads of a stage's queues that may be served: kinds, in their order, with the places of their heads.
pub(super) type Line = Vec<(usize, [f64; 3])>;

/// The head of a stage's queues.
pub(super) struct Head {
    pub(super) stage: usize,
    pub(super) kinds: Vec<usize>,
    /// Their place in their line.
    pub(super) key: [f64; 3],
    /// Its place among the heads of other stages: the smallest is first, of equals the later stage.
    pub(super) place: [f64; 2],
}

/// How far each entry of a quota has come.
#[derive(Default, Clone)]
pub(super) struct Shares {
    pass: Vec<f64>,
    /// Whether fluid of the entry waited when the last step ended.
    waited: Vec<bool>,
}

impl Run<'_> {
    fn order(&self, s: usize) -> &Order {
        self.params.stages[s].order.within()
    }

    pub(super) fn is_lifo(&self, s: usize) -> bool {
        matches!(self.order(s), Order::Lifo)
    }

    fn quota(&self, s: usize) -> Option<&Quota> {
        match &self.params.stages[s].order {
            Order::Quota(quota) => Some(quota),
            _ => None,
        }
    }

    /// The stage whose tally a stage shares: where a pool has an order of its own, that of its first stage.
    fn tally(&self, s: usize) -> usize {
        let Some((pool, _)) = self.teams[s].first().and_then(|team| team.needs.first()) else { return s };
        if self.params.pools[pool.index()].choice.order.is_none() {
            return s;
        }
        let serves = |s: &usize| self.model.stages[*s].crew.pools().any(|p| p == *pool);
        (0..self.teams.len()).find(serves).unwrap_or(s)
    }

    /// A step begins: an entry that begins to wait may not claim what it left unused.
    pub(super) fn settle_quotas(&mut self) {
        for s in 0..self.quotas.len() {
            let Some(quota) = self.quota(s) else { continue };
            let (entries, entry_of) = (quota.share.len(), quota.entry.clone());
            let mut waits = vec![false; entries];
            for (kind, queue) in self.queues[s].iter() {
                waits[entry_of[self.kinds.all[kind].observed.index()]] |= queue.mass() > 1e-9;
            }
            let tally = self.tally(s);
            let shares = &mut self.quotas[tally];
            shares.pass.resize(entries, 0.0);
            shares.waited.resize(entries, false);
            let waiting = shares.pass.iter().zip(&shares.waited).filter(|(_, waited)| **waited);
            let least = waiting.map(|(pass, _)| *pass).fold(f64::INFINITY, f64::min);
            if least < f64::INFINITY {
                for (pass, waited) in shares.pass.iter_mut().zip(&shares.waited) {
                    *pass = if *waited { *pass } else { pass.max(least) };
                }
            }
            shares.waited = waits;
        }
    }

    /// So many cases of a kind start.
    pub(super) fn count_start(&mut self, s: usize, kind: usize, cases: f64) {
        let observed = self.kinds.all[kind].observed.index();
        let Some((entry, share)) = self.quota(s).map(|q| (q.entry[observed], q.share[q.entry[observed]]))
        else {
            return;
        };
        let tally = self.tally(s);
        if let Some(pass) = self.quotas[tally].pass.get_mut(entry) {
            *pass += cases / share.max(1e-9);
        }
    }

    /// The batches that are served next of these kinds in these queues of a stage.
    pub(super) fn head_among(
        &self,
        s: usize,
        queues: &ByKind<Queue>,
        of: impl Fn(usize, &Batch) -> bool,
    ) -> Option<Head> {
        let mut line = vec![];
        self.line_up(s, queues, of, &mut line);
        self.first_in(s, queues, &line)
    }

    /// Makes the line of those that may be served.
    pub(super) fn line_up(
        &self,
        s: usize,
        queues: &ByKind<Queue>,
        may: impl Fn(usize, &Batch) -> bool,
        line: &mut Line,
    ) {
        let lifo = self.is_lifo(s);
        line.clear();
        line.extend(queues.iter().filter_map(|(kind, queue)| {
            let batch = queue.head(lifo).filter(|batch| may(kind, batch))?;
            Some((kind, self.key(s, kind, batch)))
        }));
    }

    /// Those with this place in the line have been served, or cannot be; their queues have new heads or none. In a line
    /// with shares the places of others have changed too, and so they have where fluid has come meanwhile.
    pub(super) fn line_up_again(&self, s: usize, closed: &Marks, key: &[f64; 3], line: &mut Line) {
        let may = |kind: usize| !closed.has(kind);
        if self.fresh[s] || self.quota(s).is_some() {
            return self.line_up(s, &self.queues[s], |kind, _| may(kind), line);
        }
        let lifo = self.is_lifo(s);
        line.retain_mut(|(kind, place)| {
            if place != key {
                return true;
            }
            let head = self.queues[s].get(*kind).and_then(|queue| queue.head(lifo)).filter(|_| may(*kind));
            head.map(|batch| *place = self.key(s, *kind, batch)).is_some()
        });
    }

    /// The first in a line: one kind, or several with the same place.
    pub(super) fn first_in(&self, s: usize, queues: &ByKind<Queue>, line: &Line) -> Option<Head> {
        let lifo = self.is_lifo(s);
        let (mut least, mut kinds) = ([f64::INFINITY; 3], vec![]);
        for (kind, key) in line {
            // What has no place (a batch of nothing has no time of arrival) compares with nothing, and is never first.
            if kinds.is_empty() {
                least = *key;
            }
            match key.partial_cmp(&least) {
                Some(Ordering::Less) => {
                    kinds.clear();
                    kinds.push(*kind);
                    least = *key;
                }
                Some(Ordering::Equal) => kinds.push(*kind),
                _ => {}
            }
        }
        // The queue moves no faster than the least urgent of those in front lets it.
        let place = |kind: &usize| {
            let batch = queues.get(*kind)?.head(lifo)?;
            Some(self.place_among_stages(s, &self.kinds.all[*kind], batch, &least))
        };
        let place = kinds.iter().filter_map(place).reduce(|a, b| if b > a { b } else { a })?;
        Some(Head { stage: s, kinds, key: least, place })
    }

    /// What the pool of a stage looks at first.
    fn place_among_stages(&self, s: usize, who: &Kind, batch: &Batch, key: &[f64; 3]) -> [f64; 2] {
        let precedence = f64::from(self.model.precedence[who.observed.index()]);
        let pool = self.teams[s].first().and_then(|team| team.needs.first());
        let Some(choice) = pool.map(|(pool, _)| &self.params.pools[pool.index()].choice) else {
            return [precedence, 0.0];
        };
        if choice.order.is_some() {
            return [key[0], key[1]];
        }
        match &choice.prefers {
            Prefers::Class => [precedence, 0.0],
            Prefers::Downstream => [-(s as f64), 0.0],
            Prefers::Upstream => [s as f64, 0.0],
            Prefers::LongestWait => [batch.joined, 0.0],
            Prefers::Stages(ranks) => [f64::from(ranks[s]), 0.0],
        }
    }

    /// The place of a batch under its stage's order: the smallest is first.
    fn key(&self, s: usize, kind: usize, batch: &Batch) -> [f64; 3] {
        let (pass, who) = (self.pass(s, kind), &self.kinds.all[kind]);
        let observed = who.observed.index();
        let key = match self.order(s) {
            Order::Class | Order::Score => f64::from(self.model.precedence[observed]),
            Order::Fifo | Order::Random | Order::Quota(_) => batch.joined,
            Order::Lifo => -batch.joined,
            Order::Ageing(ageing) => {
                let waited = self.clock.in_milliseconds(self.step as f64 + 1.0 - batch.joined);
                -(ageing[observed].base + ageing[observed].gain * waited)
            }
            Order::Lapse => {
                let evidence = who.source.and_then(|s| self.source_tables[s.index()].evidence.as_ref());
                let lapse = evidence.map(|e| batch.flow.arrived() - e.lag + e.lasts.mean());
                lapse.unwrap_or(f64::INFINITY)
            }
            Order::Due(allowances) => {
                let arrived = batch.flow.arrived();
                let due = allowances[observed].map(|limit| match limit {
                    Limit::Plain(span) => arrived + self.clock.in_steps(span.0 as f64),
                    Limit::WorkingDays(span) => {
                        let due = self.model.working_days.finish_after(self.clock.time(arrived), span);
                        self.clock.in_steps(due.0 as f64)
                    }
                });
                due.unwrap_or(f64::INFINITY)
            }
            Order::Shortest(means) => means[observed],
            Order::ShortestDrawn => self.stage_tables[s].effort[who.class.index()],
        };
        [pass, key, batch.joined]
    }

    fn pass(&self, s: usize, kind: usize) -> f64 {
        let Some(quota) = self.quota(s) else { return 0.0 };
        let entry = quota.entry[self.kinds.all[kind].observed.index()];
        self.quotas[self.tally(s)].pass.get(entry).copied().unwrap_or(0.0)
    }
}
