//! Work that tips bring: visits by the traffic equations, times mean efforts, charged to pools.

use std::collections::BTreeMap;

use super::effective::Effective;
use super::repeat::Subjects;
use super::split::Split;
use super::{Inflow, report};
use crate::model::inflow::Tips;
use crate::model::walk::{Begin, Part, Walk, Walks};
use crate::model::{ClassId, Crew, Load, Model, Params, PoolId, Stage, StageId, StageKind, StageParams};
use crate::units::{HOUR, Time};

/// What the tips of a month want.
pub(super) struct Demand {
    /// By pool.
    pub(super) pools: Vec<PoolDemand>,
    /// Tips.
    pub(super) tips: f64,
    /// Tips, and starts and ends of work and delays.
    pub(super) moves: f64,
}

/// What is wanted of one pool.
#[derive(Clone)]
pub(super) struct PoolDemand {
    /// Member-hours by row of reports.
    pub(super) by_class: Vec<f64>,
    /// Member-hours by stage.
    pub(super) by_stage: Vec<f64>,
    /// Visits that its members work on.
    visits: f64,
    /// All visits to stages where it may work.
    passing: f64,
    /// Cases that come to such a stage at all.
    coming: f64,
}

/// Work at a stage that several pools may do, not yet charged to any.
struct Open {
    stage: StageId,
    /// The pools of the list whose members take such cases.
    list: Vec<PoolId>,
    /// Effort hours by row of reports.
    effort: Vec<f64>,
    visits: f64,
}

/// What the work of tips is worked out from.
pub(super) struct Sums<'m> {
    pub(super) model: &'m Model,
    pub(super) staff: Effective<'m>,
    pub(super) walks: Walks<'m>,
    pub(super) inflow: Inflow<'m>,
    pub(super) subjects: Subjects<'m>,
    /// By pool: the stages where it may work, and ways that end there.
    reaching: Vec<(Vec<bool>, Walks<'m>)>,
    /// By pool: effort in an hour on shift, in the stretch under way.
    pace: Vec<f64>,
}

/// Cases that begin alike.
type Cases = BTreeMap<Begin, f64>;

impl<'m> Sums<'m> {
    pub(super) fn new(model: &'m Model) -> Sums<'m> {
        Sums {
            model,
            staff: Effective::new(model),
            walks: Walks::new(model),
            inflow: Inflow::new(model),
            subjects: Subjects::new(model),
            reaching: (0..model.pools.len()).map(|p| reaching(model, PoolId::at(p))).collect(),
            pace: vec![],
        }
    }

    /// What the tips of a month want, further tips about known subjects included.
    pub(super) fn of_month(&mut self, from: Time, until: Time) -> Demand {
        let mut demand = Demand::nothing(self.model);
        let mut open = vec![];
        for (from, until) in segments(self.model, from, until) {
            let params = self.model.params_at(from);
            self.walks.under(params);
            self.reaching.iter_mut().for_each(|(_, walks)| walks.under(params));
            self.set_pace(from, until);
            let mut cases = Cases::new();
            for tips in self.inflow.next(from, until) {
                demand.tips += tips.count;
                demand.moves += tips.count;
                self.first_tips(&mut cases, params, &tips);
            }
            for again in self.subjects.pass(params, &mut self.walks, from, until) {
                demand.tips += again.count;
                demand.moves += again.count;
                *cases.entry(again.begin).or_default() += again.count;
            }
            for (begin, count) in cases {
                let walk = self.walks.walk(begin);
                self.count_cases(&mut demand, begin, &walk, count);
                demand.add(self, params, &walk, (begin.class, count), &mut open);
            }
        }
        demand.distribute(self, &open, from, until);
        demand
    }

    /// Counts cases that begin alike where they come to.
    fn count_cases(&mut self, demand: &mut Demand, begin: Begin, walk: &Walk, count: f64) {
        for (pool, (stages, walks)) in demand.pools.iter_mut().zip(&mut self.reaching) {
            let here = walk.visits.iter().filter(|((stage, _), _)| stages[stage.index()]);
            let visits: f64 = here.map(|(_, visits)| visits).sum();
            if visits > 0.0 {
                pool.passing += count * visits;
                pool.coming += count * walks.walk(begin).asked();
            }
        }
    }

    fn set_pace(&mut self, from: Time, until: Time) {
        let middle = Time(i64::midpoint(from.0, until.0));
        let pools = (0..self.model.pools.len()).map(PoolId::at);
        self.pace = pools.map(|pool| self.staff.pace(pool, middle)).collect();
    }

    /// Tips that open cases, and those that turn out to concern known ones.
    fn first_tips(&mut self, cases: &mut Cases, params: &'m Params, tips: &Tips) {
        let source = &params.sources[tips.source.index()];
        let begin = Begin {
            class: tips.class,
            part: Part::Whole,
            stage: source.enters,
            observed: tips.observed,
            linked_after: None,
        };
        let linked = source.link.as_ref().map_or(0.0, |link| link.share);
        let walk = self.walks.walk(begin);
        self.subjects.begin(
            Some(tips.source),
            tips.class,
            tips.count * (1.0 - linked),
            walk.stops(self.model),
        );
        *cases.entry(begin).or_default() += tips.count * (1.0 - linked);
        if let Some(after) = source.link.as_ref().and_then(|link| link.after) {
            let begin = Begin { linked_after: Some(after), ..begin };
            *cases.entry(begin).or_default() += tips.count * linked;
        }
    }

    /// What the initial backlog still needs, its pools chosen as if in the first month.
    pub(super) fn of_initial(&mut self, (from, until): (Time, Time)) -> Demand {
        let mut demand = Demand::nothing(self.model);
        let mut open = vec![];
        let params = &self.model.params[0];
        self.walks.under(params);
        self.set_pace(from, until);
        for initial in &self.model.initial {
            let walk = self.walks.walk(Begin {
                class: initial.class,
                part: Part::Whole,
                stage: initial.stage,
                observed: initial.observed,
                linked_after: None,
            });
            let count = initial.count as f64;
            self.subjects.stand(initial.source, initial.class, count * (1.0 - walk.stops(self.model)));
            demand.moves += count;
            demand.add(self, params, &walk, (initial.class, count), &mut open);
        }
        demand.distribute(self, &open, from, until);
        demand
    }
}

/// The stages where a pool may work, and ways that end at them.
fn reaching(model: &Model, pool: PoolId) -> (Vec<bool>, Walks<'_>) {
    let stages: Vec<bool> = model.stages.iter().map(|stage| stage.crew.pools().any(|p| p == pool)).collect();
    (stages.clone(), Walks::until(model, stages))
}

impl PoolDemand {
    /// Cases that bring work; where others may do it, its share of them.
    pub(super) fn cases(&self) -> f64 {
        if self.passing > 0.0 { self.coming * self.visits / self.passing } else { 0.0 }
    }

    pub(super) fn hours(&self) -> f64 {
        self.by_stage.iter().sum()
    }

    /// Member-hours at exposing stages.
    pub(super) fn exposing(&self, model: &Model) -> f64 {
        let exposing = self.by_stage.iter().zip(&model.stages).filter(|(_, stage)| stage.rules.exposure);
        exposing.map(|(hours, _)| hours).sum()
    }
}

impl Demand {
    fn nothing(model: &Model) -> Demand {
        let pool = PoolDemand {
            by_class: vec![0.0; model.report_classes.len()],
            by_stage: vec![0.0; model.stages.len()],
            visits: 0.0,
            passing: 0.0,
            coming: 0.0,
        };
        Demand { pools: vec![pool; model.pools.len()], tips: 0.0, moves: 0.0 }
    }

    /// Adds the work of so many cases of a class; at stages with a choice of pools, to `open`.
    fn add<'m>(
        &mut self,
        sums: &Sums<'m>,
        params: &'m Params,
        walk: &Walk,
        (class, cases): (ClassId, f64),
        open: &mut Vec<Open>,
    ) {
        let model = sums.model;
        let row = report(model, class);
        let mean = |stage: StageId| mean_hours(&params.stages[stage.index()], class);
        let mut known = (StageId(0), mean(StageId(0)));
        for (&(stage, observed), per_case) in walk.visits.iter().filter(|(_, visits)| **visits > 0.0) {
            let (here, visits) = (&model.stages[stage.index()], cases * per_case);
            if here.kind != StageKind::Instant {
                self.moves += 2.0 * visits;
            }
            if known.0 != stage {
                known = (stage, mean(stage));
            }
            let effort = visits * known.1 / load_size(here);
            let takes = |pool: &PoolId| {
                let takes = params.pools[pool.index()].choice.takes.as_ref();
                takes.is_none_or(|classes| classes[observed.index()])
            };
            let pace = |pool: PoolId| sums.pace[pool.index()];
            match &here.crew {
                Crew::Nobody => {}
                Crew::AnyOf(list) => {
                    let list: Vec<PoolId> = list.iter().copied().filter(takes).collect();
                    match list[..] {
                        // Nobody takes up such a case: it is no work for anybody.
                        [] => {}
                        [only] => self.charge(only, stage, row, effort / pace(only), visits),
                        _ => {
                            let known = open.iter().position(|o| o.stage == stage && o.list == list);
                            let at = known.unwrap_or_else(|| {
                                let effort = vec![0.0; model.report_classes.len()];
                                open.push(Open { stage, list, effort, visits: 0.0 });
                                open.len() - 1
                            });
                            open[at].effort[row] += effort;
                            open[at].visits += visits;
                        }
                    }
                }
                Crew::Together(needs) => {
                    // The slowest sets the pace, and everybody is bound for the elapsed time.
                    let slowest = needs.iter().map(|(p, _)| pace(*p)).fold(f64::INFINITY, f64::min);
                    for &(pool, n) in needs {
                        self.charge(pool, stage, row, f64::from(n) * effort / slowest, visits);
                    }
                }
            }
        }
    }

    fn charge(&mut self, pool: PoolId, stage: StageId, row: usize, hours: f64, visits: f64) {
        let pool = &mut self.pools[pool.index()];
        pool.by_class[row] += hours;
        pool.by_stage[stage.index()] += hours;
        pool.visits += visits;
    }

    /// Charges what may be done by several pools to those that have time.
    fn distribute(&mut self, sums: &Sums, open: &[Open], from: Time, until: Time) {
        if open.is_empty() {
            return;
        }
        let pools = || (0..sums.model.pools.len()).map(PoolId::at);
        let available: Vec<f64> = pools().map(|p| sums.staff.hours(p, from, until)).collect();
        let taken = self.pools.iter().map(PoolDemand::hours).collect();
        let middle = Time(i64::midpoint(from.0, until.0));
        let pace: Vec<f64> = pools().map(|p| sums.staff.pace(p, middle)).collect();
        let mut split = Split::new(&available, &pace, taken);
        for work in open {
            let total: f64 = work.effort.iter().sum();
            for (pool, hours) in split.place(&work.list, total) {
                let part = hours * pace[pool.index()] / total;
                for (row, effort) in work.effort.iter().enumerate() {
                    self.charge(pool, work.stage, row, effort * part / pace[pool.index()], 0.0);
                }
                self.pools[pool.index()].visits += work.visits * part;
            }
        }
    }
}

fn mean_hours(stage: &StageParams, class: ClassId) -> f64 {
    stage.time[class.index()].as_ref().map_or(0.0, |time| time.law.mean() / HOUR as f64)
}

/// How many cases share the work of one: those of a full load, since there is a choice only for who has hours to spare.
fn load_size(stage: &Stage) -> f64 {
    match stage.rules.gather.as_ref().map(|gather| gather.size) {
        Some(Load::Exactly(n) | Load::UpTo(n)) => f64::from(n.max(1)),
        Some(Load::Any) | None => 1.0,
    }
}

/// A stretch cut where parameters change.
pub(super) fn segments(model: &Model, from: Time, until: Time) -> Vec<(Time, Time)> {
    let inside = model.params.iter().map(|p| p.from).filter(|t| from < *t && *t < until);
    let starts: Vec<Time> = std::iter::once(from).chain(inside).collect();
    let ends = starts[1..].iter().copied().chain([until]);
    starts.iter().copied().zip(ends).collect()
}

/// Lists of numbers added place by place.
pub(super) fn summed<'a>(lists: impl Iterator<Item = &'a Vec<f64>>) -> Vec<f64> {
    let mut sum: Vec<f64> = vec![];
    for list in lists {
        sum.resize(list.len(), 0.0);
        sum.iter_mut().zip(list).for_each(|(a, b)| *a += b);
    }
    sum
}
