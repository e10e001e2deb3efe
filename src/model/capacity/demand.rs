//! Work that tips bring: visits by the traffic equations, times mean efforts, charged to pools.

use std::sync::Arc;

use super::split::Split;
use super::{Inflow, Staffing, report};
use crate::model::{ClassId, Crew, Model, Next, Params, PoolId, StageId, StageKind, StageParams};
use crate::theory::network;
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
    pub(super) visits: f64,
}

/// Work at a stage that lists several pools, not yet charged to any.
struct Open {
    stage: StageId,
    /// Effort hours by row of reports.
    effort: Vec<f64>,
    visits: f64,
}

/// Mean visits to each stage of a case of this kind that enters at a stage.
pub(super) struct Traffic<'m> {
    /// The stages' parameters that `known` holds under.
    stages: &'m [Arc<StageParams>],
    known: Vec<((StageId, ClassId, ClassId), Vec<f64>)>,
}

impl PoolDemand {
    pub(super) fn hours(&self) -> f64 {
        self.by_stage.iter().sum()
    }
}

impl Demand {
    pub(super) fn of_month<'m>(
        model: &'m Model,
        staffing: &Staffing,
        traffic: &mut Traffic<'m>,
        inflow: &mut Inflow,
        from: Time,
        until: Time,
    ) -> Demand {
        let mut demand = Demand::nothing(model);
        let mut open = vec![];
        for (from, until) in segments(model, from, until) {
            let params = model.params_at(from);
            for tips in inflow.next(from, until) {
                let enters = params.sources[tips.source.index()].enters;
                let visits = traffic.visits(params, enters, tips.class, tips.observed);
                demand.tips += tips.count;
                demand.add(model, params, visits, tips.class, tips.count, &mut open);
            }
        }
        demand.distribute(model, staffing, &open, from, until);
        demand
    }

    /// What the initial backlog still needs, its pools chosen as if in the first month.
    pub(super) fn of_initial<'m>(
        model: &'m Model,
        staffing: &Staffing,
        traffic: &mut Traffic<'m>,
        (from, until): (Time, Time),
    ) -> Demand {
        let mut demand = Demand::nothing(model);
        let mut open = vec![];
        let params = model.params_at(Time::ZERO);
        for initial in &model.initial {
            let visits = traffic.visits(params, initial.stage, initial.class, initial.observed);
            demand.add(model, params, visits, initial.class, initial.count as f64, &mut open);
        }
        demand.distribute(model, staffing, &open, from, until);
        demand
    }

    fn nothing(model: &Model) -> Demand {
        let pool = PoolDemand {
            by_class: vec![0.0; model.report_classes.len()],
            by_stage: vec![0.0; model.stages.len()],
            visits: 0.0,
        };
        Demand { pools: vec![pool; model.pools.len()], tips: 0.0, moves: 0.0 }
    }

    /// Adds the work of so many tips; at stages with a choice of pools, to `open`.
    fn add(
        &mut self,
        model: &Model,
        params: &Params,
        visits: &[f64],
        class: ClassId,
        tips: f64,
        open: &mut Vec<Open>,
    ) {
        let row = report(model, class);
        self.moves += tips;
        for (s, per_tip) in visits.iter().enumerate().filter(|(_, v)| **v > 0.0) {
            let stage = &params.stages[s];
            let visits = tips * per_tip;
            if model.stages[s].kind != StageKind::Instant {
                self.moves += 2.0 * visits;
            }
            let effort = visits * mean_hours(stage, class);
            match &model.stages[s].crew {
                Crew::Nobody => {}
                Crew::AnyOf(list) if list.len() > 1 => {
                    let known = open.iter().position(|o| o.stage.index() == s);
                    let at = known.unwrap_or_else(|| {
                        let effort = vec![0.0; model.report_classes.len()];
                        open.push(Open { stage: StageId::at(s), effort, visits: 0.0 });
                        open.len() - 1
                    });
                    open[at].effort[row] += effort;
                    open[at].visits += visits;
                }
                Crew::AnyOf(list) => {
                    let hours = effort / params.pools[list[0].index()].availability;
                    self.charge(list[0], StageId::at(s), row, hours, visits);
                }
                Crew::Together(needs) => {
                    // The slowest sets the pace, and everybody is bound for the elapsed time.
                    let hours = effort / pace(params, needs);
                    for &(pool, n) in needs {
                        self.charge(pool, StageId::at(s), row, f64::from(n) * hours, visits);
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
    fn distribute(&mut self, model: &Model, staffing: &Staffing, open: &[Open], from: Time, until: Time) {
        if open.is_empty() {
            return;
        }
        let params = model.params_at(Time(i64::midpoint(from.0, until.0)));
        let pools = (0..model.pools.len()).map(PoolId::at);
        let available: Vec<f64> = pools.map(|p| staffing.hours(p, from, until)).collect();
        let taken = self.pools.iter().map(PoolDemand::hours).collect();
        let availability: Vec<f64> = params.pools.iter().map(|p| p.availability).collect();
        let mut split = Split::new(&available, &availability, taken);
        for work in open {
            let total: f64 = work.effort.iter().sum();
            let Crew::AnyOf(list) = &model.stages[work.stage.index()].crew else { continue };
            for (pool, hours) in split.place(list, total) {
                let part = hours * availability[pool.index()] / total;
                for (row, effort) in work.effort.iter().enumerate() {
                    let hours = effort * part / availability[pool.index()];
                    self.charge(pool, work.stage, row, hours, 0.0);
                }
                self.pools[pool.index()].visits += work.visits * part;
            }
        }
    }
}

impl<'m> Traffic<'m> {
    pub(super) fn new(model: &'m Model) -> Traffic<'m> {
        Traffic { stages: &model.params[0].stages, known: vec![] }
    }

    /// Mean visits to each stage, returns included.
    fn visits(&mut self, params: &'m Params, enters: StageId, class: ClassId, observed: ClassId) -> &[f64] {
        let same = self.stages.iter().zip(&params.stages).all(|(a, b)| Arc::ptr_eq(a, b));
        if !same {
            self.known.clear();
            self.stages = &params.stages;
        }
        let key = (enters, class, observed);
        let at = self.known.iter().position(|(k, _)| *k == key).unwrap_or_else(|| {
            self.known.push((key, visits(self.stages, enters, class, observed)));
            self.known.len() - 1
        });
        &self.known[at].1
    }
}

/// Solves the traffic equations for one case that enters at a stage, over the stages that it can reach.
fn visits(stages: &[Arc<StageParams>], enters: StageId, class: ClassId, observed: ClassId) -> Vec<f64> {
    let mut reached = vec![enters];
    let mut next = 0;
    while let Some(&stage) = reached.get(next) {
        next += 1;
        for (share, to) in stages[stage.index()].ways(class, observed) {
            if let Next::Stage(to) = to
                && share > 0.0
                && !reached.contains(&to)
            {
                reached.push(to);
            }
        }
    }
    let mut routes = vec![vec![0.0; reached.len()]; reached.len()];
    for (row, stage) in routes.iter_mut().zip(&reached) {
        for (share, to) in stages[stage.index()].ways(class, observed) {
            if let Next::Stage(to) = to
                && let Some(at) = reached.iter().position(|r| *r == to)
            {
                row[at] += share;
            }
        }
    }
    let mut outside = vec![0.0; reached.len()];
    outside[0] = 1.0;
    // Where cases leave a loop only because their patience ends, routes alone would keep them for ever: a hundred
    // times round stands for that.
    let damped = || {
        let routes: Vec<Vec<f64>> = routes.iter().map(|row| row.iter().map(|p| p * 0.99).collect()).collect();
        network::traffic(&outside, &routes)
    };
    let rates =
        network::traffic(&outside, &routes).or_else(damped).expect("what leaks at each stage drains away");
    let mut visits = vec![0.0; stages.len()];
    reached.iter().zip(rates).for_each(|(stage, rate)| visits[stage.index()] = rate);
    visits
}

fn mean_hours(stage: &StageParams, class: ClassId) -> f64 {
    stage.time[class.index()].as_ref().map_or(0.0, |time| time.law.mean() / HOUR as f64)
}

fn pace(params: &Params, needs: &[(PoolId, u32)]) -> f64 {
    needs.iter().map(|(p, _)| params.pools[p.index()].availability).fold(f64::INFINITY, f64::min)
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
