//! Who can ever reach a milestone: an upper bound from the routes alone, for targets that ask for more.

use super::demand::segments;
use super::{Inflow, report};
use crate::model::walk::{Devices, End, Part, Step, split};
use crate::model::{
    ClassId, CountsAs, MilestoneId, Model, Moment, Next, OutcomeId, SourceId, StageId, StageKind, StageParams,
};
use crate::units::Time;

/// The largest share of tips that can reach a milestone, were there all hours in the world.
///
/// Where dates change routes, every case is given the best of them; a case that may lose patience or evidence, or be sent
/// on from a full queue, is given the better of that and not. What the agency may believe has its probabilities. Of the
/// parts of a case the first to get there counts, and the chances of the parts and of the case afterwards are added up.
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
    let ways: Vec<Ways> = (0..model.classes.len()).map(|c| Ways::new(model, ClassId::at(c))).collect();
    let mut all = vec![];
    for (m, milestone) in model.milestones.iter().enumerate() {
        // By row of reports, all together last: tips and those among them that can reach it.
        let mut sums = vec![(0.0, 0.0); rows + 1];
        let mut known: Vec<(Chances, [Option<ByStage>; 2])> = vec![];
        for stream in &streams {
            if !milestone.sources.is_empty() && !milestone.sources.contains(&stream.source) {
                continue;
            }
            let lapses = lapses(model, stream.source);
            let chances = Chances { model, class: stream.class, lapses, ways: &ways[stream.class.index()] };
            let same =
                |(other, _): &(Chances, _)| other.class == chances.class && other.lapses == chances.lapses;
            let at = known.iter().position(same).unwrap_or_else(|| {
                let whole = |at| chances.by_stage(Asked { at: Some(at), part: Part::Whole });
                let tables = [Some(&milestone.at), milestone.from.as_ref()].map(|at| at.map(whole));
                known.push((chances, tables));
                known.len() - 1
            });
            let (chances, [Some(reached), passed]) = &known[at] else { continue };
            let enters = stream.enters;
            let entry = |table: &ByStage| table[enters.index()][stream.observed.index()];
            let (pass, reach) = match (&milestone.from, passed) {
                (Some(from), Some(passed)) => {
                    (entry(passed), chances.after_passing(&milestone.at, from, reached))
                }
                _ => (1.0, entry(reached)),
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

/// Lists of shares, one for each version that was ever in force.
type Versions<T> = Vec<Vec<T>>;

/// Where cases of a class may go, at any date.
struct Ways {
    /// By stage and observed class: each set of routes that was ever in force, with what is believed then.
    by_route: Vec<Vec<Versions<(f64, ClassId, Next)>>>,
    /// By stage and observed class: where those go who have waited too long, or for whom there was no room.
    aside: Vec<Vec<Vec<Next>>>,
    /// By stage and observed class: each assessment that was ever in force.
    beliefs: Vec<Vec<Versions<(f64, ClassId)>>>,
    /// Each law of devices that was ever in force.
    devices: Vec<Devices>,
}

/// Adds what is not there yet.
fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

impl Ways {
    fn new(model: &Model, class: ClassId) -> Ways {
        let believed = model.classes.len() + 1;
        let mut ways = Ways { by_route: vec![], aside: vec![], beliefs: vec![], devices: vec![] };
        for s in 0..model.stages.len() {
            let mut rows = (vec![vec![]; believed], vec![vec![]; believed], vec![vec![]; believed]);
            for params in versions(model, s) {
                for o in 0..believed {
                    let beliefs = params.beliefs(class, ClassId::at(o));
                    let mut by_route = vec![];
                    for &(share, o) in &beliefs {
                        by_route.extend(params.ways(class, o).map(|(way, next)| (share * way, o, next)));
                    }
                    add(&mut rows.0[o], by_route);
                    let patient = params.patience[o].is_none();
                    let limit = params.queue_limit.as_ref().filter(|limit| limit.classes[o]).map(|l| l.to);
                    let aside = params.on_patience.filter(|_| !patient).into_iter().chain(limit);
                    aside.for_each(|next| add(&mut rows.1[o], next));
                    add(&mut rows.2[o], beliefs);
                }
            }
            ways.by_route.push(rows.0);
            ways.aside.push(rows.1);
            ways.beliefs.push(rows.2);
        }
        let mut known = vec![];
        for law in model.params.iter().map(|params| params.devices[class.index()].as_ref()) {
            let moments = law.map(|law| (law.mean(), law.second_moment()));
            if !known.contains(&moments) {
                known.push(moments);
                ways.devices.push(Devices::new(law));
            }
        }
        ways
    }
}

/// A stage's parameters, each version once that leads elsewhere.
fn versions(model: &Model, stage: usize) -> Vec<&StageParams> {
    let mut versions: Vec<&StageParams> = vec![];
    for params in model.params.iter().map(|params| &*params.stages[stage]) {
        let same = |last: &&StageParams| {
            let impatient = |p: &StageParams| p.patience.iter().map(Option::is_some).collect::<Vec<_>>();
            last.leads_as(params)
                && last.on_patience == params.on_patience
                && last.queue_limit == params.queue_limit
                && impatient(last) == impatient(params)
        };
        if !versions.last().is_some_and(same) {
            versions.push(params);
        }
    }
    versions
}

/// How cases of a source end, at any date, whose evidence has lapsed.
fn lapses(model: &Model, source: SourceId) -> Vec<OutcomeId> {
    let mut all = vec![];
    let sources = model.params.iter().map(|params| &params.sources[source.index()]);
    sources.filter_map(|source| source.retention.as_ref()).for_each(|r| add(&mut all, r.on_lapse));
    all
}

/// The chances of tips of one kind.
struct Chances<'a> {
    model: &'a Model,
    class: ClassId,
    /// How they end when their evidence has lapsed.
    lapses: Vec<OutcomeId>,
    /// Of the class.
    ways: &'a Ways,
}

/// Chances of a unit that comes to each stage, by what it is believed to be.
type ByStage = Vec<Vec<f64>>;

/// What is asked of a unit: a moment, as a part of what; without a moment, whether a part comes to where the parts meet.
#[derive(Clone, Copy)]
struct Asked<'a> {
    at: Option<&'a Moment>,
    part: Part,
}

impl Chances<'_> {
    /// Of a case that passes a moment, from there on: believed to be whatever it may be then.
    fn after_passing(&self, at: &Moment, from: &Moment, chances: &ByStage) -> f64 {
        let asked = Asked { at: Some(at), part: Part::Whole };
        let best = |row: &Vec<f64>| row.iter().copied().fold(0.0, f64::max);
        match from {
            Moment::Start(stage) => best(&chances[stage.index()]),
            Moment::End(stage) => {
                let believed = (0..=self.model.classes.len()).map(ClassId::at);
                believed.map(|o| self.after(asked, (*stage, o), chances)).fold(0.0, f64::max)
            }
            Moment::FirstTouch => {
                let work = self.model.stages.iter().zip(chances).filter(|(s, _)| s.kind == StageKind::Work);
                work.map(|(_, row)| best(row)).fold(0.0, f64::max)
            }
            // What has ended can be told apart no further.
            Moment::Outcome(_) | Moment::CountsAs(_) | Moment::Closed => 1.0,
        }
    }

    /// For a unit that arrives at each stage: the least numbers that satisfy the equations, approached from below.
    fn by_stage(&self, asked: Asked) -> ByStage {
        /// Loops are short: a thousand rounds leave nothing that could be seen.
        const ROUNDS: usize = 1000;
        let believed = self.model.classes.len() + 1;
        let mut chances = vec![vec![0.0_f64; believed]; self.model.stages.len()];
        let parts = self.parts(asked);
        for _ in 0..ROUNDS {
            let mut moved = 0.0_f64;
            // Backwards, since most routes lead forwards.
            for s in (0..chances.len()).rev() {
                let stage = StageId::at(s);
                for o in 0..believed {
                    let chance = if self.is_here(asked.at, stage) {
                        1.0
                    } else {
                        self.on(asked, (stage, ClassId::at(o)), &chances, parts[s].as_ref())
                    };
                    moved = moved.max(chance - chances[s][o]);
                    chances[s][o] = chance;
                }
            }
            if moved < 1e-10 {
                break;
            }
        }
        chances
    }

    /// By stage: the chances of the parts into which a unit is split there, while they are parts; those of coming to
    /// where they meet stand second.
    fn parts(&self, asked: Asked) -> Vec<Option<[ByStage; 2]>> {
        let splits = |stage: StageId| {
            asked.part.splits_on_entry(self.model, stage) || asked.part.tracks(self.model, stage).is_some()
        };
        let of = |stage: StageId| {
            let part = asked.part.inner(stage);
            splits(stage).then(|| [asked.at, None].map(|at| self.by_stage(Asked { at, part })))
        };
        (0..self.model.stages.len()).map(|s| of(StageId::at(s))).collect()
    }

    fn is_here(&self, at: Option<&Moment>, stage: StageId) -> bool {
        let Some(at) = at else { return false };
        match at {
            Moment::Start(s) | Moment::End(s) => *s == stage,
            Moment::FirstTouch => self.model.stages[stage.index()].kind == StageKind::Work,
            Moment::Outcome(_) | Moment::CountsAs(_) | Moment::Closed => false,
        }
    }

    /// Of a unit at a stage that has not reached it there: by its routes or its parts, its patience, a limit or its
    /// evidence.
    fn on(
        &self,
        asked: Asked,
        place: (StageId, ClassId),
        chances: &ByStage,
        parts: Option<&[ByStage; 2]>,
    ) -> f64 {
        let (stage, observed) = place;
        let mut best = match parts {
            Some(parts) => self.split(asked, place, chances, parts),
            None => self.after(asked, place, chances),
        };
        for &next in &self.ways.aside[stage.index()][observed.index()] {
            best = best.max(self.next(asked, (next, observed), chances, false));
        }
        for &outcome in &self.lapses {
            best = best.max(self.ended(asked.at, outcome, false));
        }
        best
    }

    /// Of a unit that is split at a stage: one of its parts may get there, or it itself when they have met.
    fn split(
        &self,
        asked: Asked,
        (stage, observed): (StageId, ClassId),
        chances: &ByStage,
        parts: &[ByStage; 2],
    ) -> f64 {
        let split = split(self.model, stage).expect("there are parts only where it is split");
        let next = |next: Next| {
            let believed = (0..=self.model.classes.len()).map(ClassId::at);
            let all = believed.filter(|o| *o == observed || self.model.assesses);
            all.map(|o| self.next(asked, (next, o), chances, true)).fold(0.0, f64::max)
        };
        let (then, none) = (next(Next::Stage(split.then)), next(split.none));
        let arrived = self.any_part(Asked { at: None, ..asked }, (stage, observed), &parts[1]);
        let met = none.max(arrived * then + (1.0 - arrived) * none);
        (self.any_part(asked, (stage, observed), &parts[0]) + met).min(1.0)
    }

    /// Of the parts of a unit that is split at a stage, that any gets there.
    fn any_part(&self, asked: Asked, (stage, observed): (StageId, ClassId), parts: &ByStage) -> f64 {
        let Some(tracks) = asked.part.tracks(self.model, stage) else {
            let part = asked.part.inner(stage);
            let each = if self.is_here(asked.at, stage) {
                1.0
            } else {
                self.after(Asked { part, ..asked }, (stage, observed), parts)
            };
            return self.ways.devices.iter().map(|devices| 1.0 - devices.all(1.0 - each)).fold(0.0, f64::max);
        };
        let misses = |o: ClassId| -> f64 {
            tracks.iter().map(|track| 1.0 - parts[track.index()][o.index()]).product()
        };
        let reach = |beliefs: &Vec<(f64, ClassId)>| {
            beliefs.iter().map(|&(share, o)| share * (1.0 - misses(o))).sum::<f64>()
        };
        self.ways.beliefs[stage.index()][observed.index()].iter().map(reach).fold(0.0, f64::max)
    }

    /// Of a unit that leaves a stage by its routes, the best that were ever in force.
    fn after(&self, asked: Asked, (stage, observed): (StageId, ClassId), chances: &ByStage) -> f64 {
        let by_routes = |ways: &Vec<(f64, ClassId, Next)>| -> f64 {
            ways.iter().map(|&(share, o, next)| share * self.next(asked, (next, o), chances, true)).sum()
        };
        let ways = &self.ways.by_route[stage.index()][observed.index()];
        ways.iter().map(by_routes).fold(0.0, f64::max).min(1.0)
    }

    fn next(
        &self,
        asked: Asked,
        (next, observed): (Next, ClassId),
        chances: &ByStage,
        by_route: bool,
    ) -> f64 {
        match asked.part.step(self.model, next) {
            Step::To(to) => chances[to.index()][observed.index()],
            Step::End(End::Outcome(outcome)) => self.ended(asked.at, outcome, by_route),
            // What a part reaches afterwards is its case's.
            Step::End(end) => f64::from(end == End::Arrived && asked.at.is_none()),
        }
    }

    fn ended(&self, at: Option<&Moment>, outcome: OutcomeId, by_route: bool) -> f64 {
        let Some(at) = at else { return 0.0 };
        let counts_as: CountsAs = self.model.outcomes[outcome.index()].counts_as;
        f64::from(match at {
            Moment::Outcome(o) => *o == outcome,
            Moment::CountsAs(c) => *c == counts_as,
            Moment::Closed => by_route,
            Moment::Start(_) | Moment::End(_) | Moment::FirstTouch => false,
        })
    }
}
