//! What all replications of a run share: which series there are, which limits are judged, who listens to which moment.

use std::ops::Range;

use super::uses::Uses;
use crate::model::{CountsAs, Limit, Milestone, MilestoneId, Model, Moment, OutcomeId, SourceId, StageId};
use crate::stats::AgeGrid;
use crate::units::{DAY, Duration, Time};

/// Ages that are always judged, in days.
const STANDARD_DAYS: [i64; 5] = [1, 7, 30, 90, 365];
/// Delays are also told by year of arrival while milestones × classes × years are not more than this.
const MOST_YEAR_CELLS: usize = 400;

/// The shared plan of all recorders of one model.
#[derive(Debug)]
pub struct Layout {
    /// Times at which levels are noted: sample times from the warm-up on.
    pub samples: Vec<Time>,
    /// Ends of the intervals of flows; each begins where the one before ends, the first at the warm-up.
    pub intervals: Vec<Time>,
    /// Civil years in the window, with their first moments; empty if the window lies in one year.
    pub years: Vec<(i16, Time)>,
    /// Steps of age for all delays.
    pub grid: AgeGrid,
    /// By milestone: the limits that are judged.
    pub limits: Vec<Vec<LimitOf>>,
    /// By milestone: of clocks that start before this the counts by age tell all about its limits.
    pub(crate) followed: Vec<Time>,
    /// Who listens when a stage starts, a stage ends, work is first touched.
    pub(crate) on_start: Vec<Vec<Listener>>,
    pub(crate) on_end: Vec<Vec<Listener>>,
    pub(crate) on_touch: Vec<Listener>,
    /// By outcome: who listens when a case ends in it, and when a job of a case does.
    pub(crate) on_outcome: Vec<Vec<Listener>>,
    pub(crate) on_part: Vec<Vec<Listener>>,
    pub(crate) on_closed: Vec<Listener>,
    /// By source, after them for tips that come from none: what the clock of each milestone does when a tip arrives.
    pub(crate) on_arrival: Vec<Vec<OnArrival>>,
    /// Which mechanisms the model has.
    pub(crate) uses: Uses,
    /// By stage: its number among those at whose end a milestone looks, where cases are split at all.
    pub(crate) last_ends: Vec<Option<usize>>,
    /// By stage, for each of these: whether a case that comes here may still come there.
    pub(crate) reach: Vec<Vec<bool>>,
}

/// A limit on an age, ready to judge.
#[derive(Debug, Clone, PartialEq)]
pub struct LimitOf {
    /// As people write it: `24 h`, `10 working days`.
    pub label: String,
    /// The limit.
    pub limit: Limit,
    /// Clocks that start before this are followed for the whole limit; none where not even the first is.
    pub until: Option<Time>,
    /// Clocks that start then are booked under this limit one by one. If it is an edge of the grid, the counts by age tell
    /// of all others, and these are those that are not followed for the whole of it; else these are those that are.
    pub(crate) apart: Range<Time>,
}

impl LimitOf {
    fn new(model: &Model, limit: Limit) -> LimitOf {
        let until = followed_until(model, limit);
        let apart = match (limit, until) {
            (_, None) => Time::NEVER..Time::NEVER,
            (Limit::Plain(_), Some(until)) => until..Time::NEVER,
            (Limit::WorkingDays(_), Some(until)) => Time(i64::MIN)..until,
        };
        LimitOf { label: label(limit), limit, until, apart }
    }

    /// In days; of working days, their number.
    pub fn days(&self) -> f64 {
        match self.limit {
            Limit::Plain(span) | Limit::WorkingDays(span) => span.days(),
        }
    }

    /// The age at which it is over, in milliseconds, if that is the same whenever a clock starts: an edge of the grid.
    pub(crate) fn edge(&self) -> Option<i64> {
        match self.limit {
            Limit::Plain(span) => Some(span.0),
            Limit::WorkingDays(_) => None,
        }
    }

    /// Whether an age reached by a clock that started at `from` is within the limit.
    pub(crate) fn holds(&self, model: &Model, from: Time, age: Duration) -> bool {
        from + age <= deadline(model, self.limit, from)
    }
}

/// What a milestone does at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listener {
    /// Its clock starts.
    From(usize),
    /// It is reached.
    At(usize),
}

/// What a clock does when a tip arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnArrival {
    /// Tips of this source are not asked about.
    Off,
    /// It waits for its start.
    Waits,
    /// It starts.
    Runs,
}

impl Layout {
    /// For a model.
    pub fn new(model: &Model) -> Layout {
        let samples: Vec<Time> = model.samples.iter().copied().filter(|s| *s >= model.warmup).collect();
        let intervals = samples.iter().copied().filter(|s| *s > model.warmup).collect();
        let limits: Vec<Vec<LimitOf>> = (0..model.milestones.len()).map(|m| limits_of(model, m)).collect();
        let edges: Vec<i64> = limits.iter().flatten().filter_map(LimitOf::edge).collect();
        let by = |moment: &dyn Fn(&Moment) -> bool| listeners(model, moment);
        let outcomes = || (0..model.outcomes.len()).map(OutcomeId::at);
        let stages = || (0..model.stages.len()).map(StageId::at);
        let uses = Uses::of(model);
        let on_end: Vec<Vec<Listener>> = stages().map(|s| by(&|m| *m == Moment::End(s))).collect();
        let last_ends = if uses.splits { numbered(&on_end) } else { vec![None; on_end.len()] };
        Layout {
            samples,
            intervals,
            years: years(model),
            grid: AgeGrid::new(model.end().0.max(1), &edges),
            followed: limits.iter().map(|of| followed(of)).collect(),
            limits,
            on_start: stages().map(|s| by(&|m| *m == Moment::Start(s))).collect(),
            on_end,
            on_touch: by(&|m| *m == Moment::FirstTouch),
            on_outcome: outcomes()
                .map(|o| by(&|m| is_outcome(m, o, model.outcomes[o.index()].counts_as)))
                .collect(),
            on_part: outcomes().map(|o| by(&|m| *m == Moment::Outcome(o))).collect(),
            on_closed: by(&|m| *m == Moment::Closed),
            on_arrival: (0..model.sources.len())
                .map(|s| Some(SourceId::at(s)))
                .chain([None])
                .map(|source| model.milestones.iter().map(|m| on_arrival(m, source)).collect())
                .collect(),
            reach: reach(model, &last_ends),
            last_ends,
            uses,
        }
    }

    /// The row of [`Layout::years`] in which a moment lies, 0 where years are not told apart, and how long it stays that row.
    pub(crate) fn year_of(&self, at: Time) -> (usize, Range<Time>) {
        let year = self.years.partition_point(|(_, from)| *from <= at).saturating_sub(1);
        let first = |year: usize| self.years.get(year).map(|(_, from)| *from);
        let from = first(year).filter(|_| year > 0).unwrap_or(Time(i64::MIN));
        (year, from..first(year + 1).unwrap_or(Time::NEVER))
    }

    /// Rows of years that are kept apart, at least one.
    pub(crate) fn year_rows(&self) -> usize {
        self.years.len().max(1)
    }
}

/// Numbers those that somebody listens to.
fn numbered(listeners: &[Vec<Listener>]) -> Vec<Option<usize>> {
    let mut next = 0..;
    listeners.iter().map(|l| if l.is_empty() { None } else { next.next() }).collect()
}

/// By stage: which of the numbered ones a case may still come to, itself among them.
fn reach(model: &Model, numbers: &[Option<usize>]) -> Vec<Vec<bool>> {
    let width = numbers.iter().flatten().count();
    if width == 0 {
        return vec![vec![]; numbers.len()];
    }
    let follow: Vec<Vec<StageId>> = (0..numbers.len()).map(|s| model.may_follow(StageId::at(s))).collect();
    let from = |stage: usize| {
        let mut seen = vec![false; numbers.len()];
        let mut open = vec![stage];
        while let Some(s) = open.pop() {
            if !std::mem::replace(&mut seen[s], true) {
                open.extend(follow[s].iter().map(|next| next.index()));
            }
        }
        let mut found = vec![false; width];
        numbers.iter().zip(seen).filter(|(_, seen)| *seen).for_each(|(n, _)| {
            n.inspect(|n| found[*n] = true);
        });
        found
    };
    (0..numbers.len()).map(from).collect()
}

fn on_arrival(milestone: &Milestone, source: Option<SourceId>) -> OnArrival {
    let sources = &milestone.sources;
    match milestone.from {
        _ if !sources.is_empty() && source.is_none_or(|s| !sources.contains(&s)) => OnArrival::Off,
        Some(_) => OnArrival::Waits,
        None => OnArrival::Runs,
    }
}

fn is_outcome(moment: &Moment, outcome: OutcomeId, counts_as: CountsAs) -> bool {
    *moment == Moment::Outcome(outcome) || *moment == Moment::CountsAs(counts_as)
}

fn listeners(model: &Model, moment: &dyn Fn(&Moment) -> bool) -> Vec<Listener> {
    let mut all = vec![];
    for (i, milestone) in model.milestones.iter().enumerate() {
        // A clock that starts and stops at the same moment shows an age of nothing: start first.
        if milestone.from.as_ref().is_some_and(moment) {
            all.push(Listener::From(i));
        }
        if moment(&milestone.at) {
            all.push(Listener::At(i));
        }
    }
    all
}

/// The end of the starts of clocks of which none is booked one by one under any limit.
fn followed(limits: &[LimitOf]) -> Time {
    let apart = limits.iter().map(|limit| &limit.apart).filter(|apart| !apart.is_empty());
    apart.map(|apart| apart.start).min().unwrap_or(Time::NEVER)
}

/// The standard limits and those of the milestone's targets, each once, the shortest first.
fn limits_of(model: &Model, milestone: usize) -> Vec<LimitOf> {
    let mut limits: Vec<Limit> = STANDARD_DAYS.iter().map(|d| Limit::Plain(Duration(d * DAY))).collect();
    let targets = model.targets.iter().filter(|t| t.milestone == MilestoneId::at(milestone));
    for target in targets {
        if !limits.contains(&target.within) {
            limits.push(target.within);
        }
    }
    limits.sort_by_key(|limit| match limit {
        Limit::Plain(span) => (span.0, 0),
        Limit::WorkingDays(span) => (span.0, 1),
    });
    limits.into_iter().map(|limit| LimitOf::new(model, limit)).collect()
}

/// A limit as people write it.
pub fn label(limit: Limit) -> String {
    match limit {
        Limit::Plain(span) => span.to_string(),
        Limit::WorkingDays(span) if span.days() == 1.0 => "1 working day".to_owned(),
        Limit::WorkingDays(span) => format!("{} working days", span.days()),
    }
}

/// When a limit that starts at `from` is over.
fn deadline(model: &Model, limit: Limit, from: Time) -> Time {
    match limit {
        Limit::Plain(span) => from + span,
        Limit::WorkingDays(span) => model.working_days.finish_after(from, span),
    }
}

/// The end of the starts in the window whose whole limit is observed. What falls on the end of the observation does not
/// happen any more, so a limit that is over just then has a moment that nobody saw.
fn followed_until(model: &Model, limit: Limit) -> Option<Time> {
    let seen = |from: i64| deadline(model, limit, Time(from)) < model.end();
    let (mut low, mut high) = (model.warmup.0, model.horizon.0 - 1);
    if !seen(low) {
        return None;
    }
    if seen(high) {
        return Some(model.horizon);
    }
    // A later start is never over earlier, so the first that is not seen is found by halving.
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if seen(middle) { low = middle } else { high = middle }
    }
    Some(Time(high))
}

/// The civil years that the window touches.
fn years(model: &Model) -> Vec<(i16, Time)> {
    let civil = |at: Time| model.start.saturating_add(jiff::SignedDuration::from_millis(at.0));
    let (first, last) = (civil(model.warmup).year(), civil(Time(model.horizon.0 - 1)).year());
    let rows = (i32::from(last) - i32::from(first) + 1).max(1) as usize;
    let cells = rows * model.milestones.len() * model.report_classes.len();
    if rows == 1 || cells > MOST_YEAR_CELLS {
        return vec![];
    }
    let begin = |year: i16| {
        let january = jiff::civil::date(year, 1, 1).at(0, 0, 0, 0);
        Time(january.duration_since(model.start).as_millis() as i64).max(model.warmup)
    };
    (first..=last).map(|year| (year, begin(year))).collect()
}
