//! Who can ever reach a milestone: an upper bound from the routes alone, for targets that ask for more.

use std::sync::Arc;

use super::demand::segments;
use super::{Inflow, report};
use crate::model::{
    ClassId, CountsAs, MilestoneId, Model, Moment, Next, OutcomeId, SourceId, StageId, StageKind, StageParams,
};
use crate::units::Time;

/// The largest share of tips that can reach a milestone, were there all hours in the world.
///
/// Where dates change routes, every case is given the best of them; a case that may lose patience or evidence is
/// given the better of losing it and not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// Which milestone.
    pub milestone: MilestoneId,
    /// Row of [`Model::report_classes`]; all together where absent.
    pub class: Option<usize>,
    /// At most this share of the tips (with a `from`, of those that pass it).
    pub at_most: f64,
}

/// A kind of tips over the whole run.
struct Stream {
    source: SourceId,
    enters: StageId,
    class: ClassId,
    observed: ClassId,
    count: f64,
}

/// The bound for every milestone and class of which tips are expected.
pub(super) fn reach(model: &Model, months: &[(Time, Time)]) -> Vec<Reach> {
    let streams = streams(model, months);
    let rows = model.report_classes.len();
    let mut all = vec![];
    for (m, milestone) in model.milestones.iter().enumerate() {
        // By row of reports, all together last: tips and those among them that can reach it.
        let mut sums = vec![(0.0, 0.0); rows + 1];
        for stream in &streams {
            if !milestone.sources.is_empty() && !milestone.sources.contains(&stream.source) {
                continue;
            }
            let chances = Chances { model, stream };
            let enters = stream.enters;
            let (pass, reach) = match &milestone.from {
                None => (1.0, chances.on_arrival_at(&milestone.at, enters)),
                Some(from) => {
                    (chances.on_arrival_at(from, enters), chances.after_passing(&milestone.at, from))
                }
            };
            for row in [report(model, stream.class), rows] {
                sums[row].0 += stream.count * pass;
                sums[row].1 += stream.count * pass * reach;
            }
        }
        for (row, (tips, reached)) in sums.into_iter().enumerate().filter(|(_, (tips, _))| *tips > 0.0) {
            let class = (row < rows).then_some(row);
            all.push(Reach { milestone: MilestoneId::at(m), class, at_most: reached / tips });
        }
    }
    all
}

fn streams(model: &Model, months: &[(Time, Time)]) -> Vec<Stream> {
    let mut inflow = Inflow::new(model);
    let mut streams: Vec<Stream> = vec![];
    let stretches = months.iter().flat_map(|&(from, until)| segments(model, from, until));
    for (from, tips) in
        stretches.flat_map(|(from, until)| inflow.next(from, until).into_iter().map(move |t| (from, t)))
    {
        let enters = model.params_at(from).sources[tips.source.index()].enters;
        let key = (tips.source, enters, tips.class, tips.observed);
        let same = |s: &&mut Stream| (s.source, s.enters, s.class, s.observed) == key;
        match streams.iter_mut().find(same) {
            Some(stream) => stream.count += tips.count,
            None => streams.push(Stream {
                source: tips.source,
                enters,
                class: tips.class,
                observed: tips.observed,
                count: tips.count,
            }),
        }
    }
    streams
}

/// The chances of tips of one kind.
struct Chances<'a> {
    model: &'a Model,
    stream: &'a Stream,
}

impl Chances<'_> {
    /// Of a case that arrives at a stage.
    fn on_arrival_at(&self, at: &Moment, stage: StageId) -> f64 {
        self.by_stage(at)[stage.index()]
    }

    /// Of a case that passes a moment, from there on.
    fn after_passing(&self, at: &Moment, from: &Moment) -> f64 {
        let chances = self.by_stage(at);
        match from {
            Moment::Start(stage) => chances[stage.index()],
            Moment::End(stage) => self.after(at, *stage, &chances),
            Moment::FirstTouch => {
                let work = self.model.stages.iter().zip(&chances).filter(|(s, _)| s.kind == StageKind::Work);
                work.map(|(_, chance)| *chance).fold(0.0, f64::max)
            }
            // What has ended can be told apart no further.
            Moment::Outcome(_) | Moment::CountsAs(_) | Moment::Closed => 1.0,
        }
    }

    /// For a case that arrives at each stage: the least numbers that satisfy the equations, approached from below.
    fn by_stage(&self, at: &Moment) -> Vec<f64> {
        /// Loops are short: a thousand rounds leave nothing that could be seen.
        const ROUNDS: usize = 1000;
        let mut chances = vec![0.0_f64; self.model.stages.len()];
        for _ in 0..ROUNDS {
            let mut moved = 0.0_f64;
            // Backwards, since most routes lead forwards.
            for s in (0..chances.len()).rev() {
                let stage = StageId::at(s);
                let chance = if self.is_here(at, stage) { 1.0 } else { self.on(at, stage, &chances) };
                moved = moved.max(chance - chances[s]);
                chances[s] = chance;
            }
            if moved < 1e-12 {
                break;
            }
        }
        chances
    }

    fn is_here(&self, at: &Moment, stage: StageId) -> bool {
        match at {
            Moment::Start(s) | Moment::End(s) => *s == stage,
            Moment::FirstTouch => self.model.stages[stage.index()].kind == StageKind::Work,
            Moment::Outcome(_) | Moment::CountsAs(_) | Moment::Closed => false,
        }
    }

    /// Of a case at a stage that has not reached it there: by its routes, its patience or its evidence.
    fn on(&self, at: &Moment, stage: StageId, chances: &[f64]) -> f64 {
        let mut best = self.after(at, stage, chances);
        for params in self.versions(stage) {
            if let (Some(next), Some(_)) =
                (params.on_patience, &params.patience[self.stream.observed.index()])
            {
                best = best.max(self.next(at, next, chances, false));
            }
        }
        let source = self.stream.source.index();
        for retention in self.model.params.iter().filter_map(|p| p.sources[source].retention.as_ref()) {
            best = best.max(self.ended(at, retention.on_lapse, false));
        }
        best
    }

    /// Of a case that leaves a stage by its routes, the best that were ever in force.
    fn after(&self, at: &Moment, stage: StageId, chances: &[f64]) -> f64 {
        let by_routes = |params: &StageParams| -> f64 {
            let ways = params.ways(self.stream.class, self.stream.observed);
            ways.map(|(share, next)| share * self.next(at, next, chances, true)).sum()
        };
        self.versions(stage).map(by_routes).fold(0.0, f64::max).min(1.0)
    }

    fn next(&self, at: &Moment, next: Next, chances: &[f64], by_route: bool) -> f64 {
        match next {
            Next::Stage(to) => chances[to.index()],
            Next::End(outcome) => self.ended(at, outcome, by_route),
        }
    }

    fn ended(&self, at: &Moment, outcome: OutcomeId, by_route: bool) -> f64 {
        let counts_as: CountsAs = self.model.outcomes[outcome.index()].counts_as;
        f64::from(match at {
            Moment::Outcome(o) => *o == outcome,
            Moment::CountsAs(c) => *c == counts_as,
            Moment::Closed => by_route,
            Moment::Start(_) | Moment::End(_) | Moment::FirstTouch => false,
        })
    }

    /// The stage's parameters, each version once.
    fn versions(&self, stage: StageId) -> impl Iterator<Item = &StageParams> {
        let snapshots = &self.model.params;
        let changed = move |i: &usize| {
            let of = |i: usize| &snapshots[i].stages[stage.index()];
            *i == 0 || !Arc::ptr_eq(of(*i), of(*i - 1))
        };
        (0..snapshots.len()).filter(changed).map(move |i| &*snapshots[i].stages[stage.index()])
    }
}
