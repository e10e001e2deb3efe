//! Replications of staffings, each made once and kept: those of the search, and fresh ones that the search never sees.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::Error;
use crate::model::Model;
use crate::run::{SideBySide, Task, Value, Watcher, estimate};
use crate::stats::Interval;
use crate::stats::interval::clopper_pearson;

use super::search::Judged;
use super::{Goal, Question, Role, Shown, Tried, Verdict};

/// Which replications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sample {
    /// From number 0: the same for every staffing of the search.
    Search,
    /// From the number after the last of the search.
    Fresh,
}

/// Replications of a first impression in the search.
const FIRST: u32 = 5;
/// A goal is taken for reached or missed before all replications of the search are made if chance would say so less
/// often than this. A search that errs costs time, and no claim.
const CLEAR: f64 = 0.0005;

/// By goal: the values of all replications.
type Values = Vec<Vec<Value>>;

/// What has been simulated.
pub(super) struct Trials<'a, E> {
    question: &'a Question,
    model: &'a dyn Fn(&[u32]) -> Result<Model, E>,
    watcher: &'a Watcher<'a>,
    models: BTreeMap<Vec<u32>, Model>,
    search: BTreeMap<Vec<u32>, Values>,
    fresh: BTreeMap<Vec<u32>, Values>,
    done: AtomicU32,
}

impl<'a, E: From<Error>> Trials<'a, E> {
    pub(super) fn new(
        question: &'a Question,
        model: &'a dyn Fn(&[u32]) -> Result<Model, E>,
        watcher: &'a Watcher<'a>,
    ) -> Self {
        Trials {
            question,
            model,
            watcher,
            models: BTreeMap::new(),
            search: BTreeMap::new(),
            fresh: BTreeMap::new(),
            done: AtomicU32::new(0),
        }
    }

    fn of(&self, sample: Sample) -> &BTreeMap<Vec<u32>, Values> {
        match sample {
            Sample::Search => &self.search,
            Sample::Fresh => &self.fresh,
        }
    }

    /// The staffings that the search has simulated.
    pub(super) fn searched(&self) -> impl Iterator<Item = &Vec<u32>> {
        self.search.keys()
    }

    /// Makes replications of a staffing until there are so many.
    pub(super) fn extend(&mut self, staffing: &[u32], sample: Sample, until: u32) -> Result<(), E> {
        let there = self.of(sample).get(staffing).map_or(0, |values| values[0].len() as u32);
        if there >= until {
            return Ok(());
        }
        if !self.models.contains_key(staffing) {
            self.models.insert(staffing.to_vec(), (self.model)(staffing)?);
        }
        let first = match sample {
            Sample::Search => 0,
            Sample::Fresh => self.question.replications,
        };
        let made = self.make(&self.models[staffing], first + there..first.saturating_add(until))?;
        let values = match sample {
            Sample::Search => &mut self.search,
            Sample::Fresh => &mut self.fresh,
        };
        let goals = self.question.goals.len();
        let values = values.entry(staffing.to_vec()).or_insert_with(|| vec![vec![]; goals]);
        for row in made {
            values.iter_mut().zip(row).for_each(|(values, value)| values.push(value));
        }
        Ok(())
    }

    /// By replication: the value of each goal's measure.
    fn make(&self, model: &Model, numbers: std::ops::Range<u32>) -> Result<Vec<Vec<Value>>, Error> {
        let before = self.done.load(Ordering::Relaxed);
        let planned = before + numbers.len() as u32;
        let progress = |done: u32, _| (self.watcher.progress)(before + done, planned);
        let watcher = Watcher { cancel: self.watcher.cancel, progress: &progress };
        let mut crew = SideBySide::new(vec![model], self.question.threads)?;
        let responses = crew.responses(0);
        let place = |goal: &Goal| {
            let name = goal.response.name();
            responses
                .iter()
                .position(|r| r.name() == name)
                .expect("headcounts do not change what is measured")
        };
        // A measure that two goals ask for is kept twice.
        crew.keep(0, self.question.goals.iter().map(place).collect());
        let tasks: Vec<Task> = numbers.map(|number| (0, number)).collect();
        let made = crew.make(&tasks, planned, &watcher)?;
        self.done.store(planned, Ordering::Relaxed);
        Ok(made)
    }

    /// What the search sees: all its replications, fewer where it is clear before.
    pub(super) fn judge(&mut self, staffing: &[u32]) -> Result<Judged, E> {
        let most = self.question.replications;
        let mut n = FIRST.min(most);
        loop {
            self.extend(staffing, Sample::Search, n)?;
            let tried = self.shown(staffing, Sample::Search, Role::Tried, CLEAR);
            if n == most || tried.verdict != Verdict::Open {
                return Ok(self.judged(&tried));
            }
            n = n.saturating_mul(2).min(most);
        }
    }

    /// The same on all replications of the search.
    pub(super) fn judge_fully(&mut self, staffing: &[u32]) -> Result<Judged, E> {
        self.extend(staffing, Sample::Search, self.question.replications)?;
        Ok(self.judged(&self.shown(staffing, Sample::Search, Role::Tried, CLEAR)))
    }

    fn judged(&self, tried: &Tried) -> Judged {
        let goals = || self.question.goals.iter().zip(&tried.shown);
        let shortfall = goals().map(|(goal, shown)| goal.shortfall(shown.interval.as_ref())).sum();
        let reached =
            |(goal, shown): (&Goal, &Shown)| shown.interval.is_some_and(|i| goal.reached_by(i.estimate));
        Judged { feasible: goals().all(reached), shortfall }
    }

    /// What a sample shows of a staffing, each end of each interval wrong with this probability.
    pub(super) fn shown(&self, staffing: &[u32], sample: Sample, role: Role, error: f64) -> Tried {
        let values = &self.of(sample)[staffing];
        let shown: Vec<Shown> = self
            .question
            .goals
            .iter()
            .zip(values)
            .map(|(goal, values)| {
                let interval = goal.interval(values, error);
                Shown { verdict: goal.verdict(interval.as_ref()), interval }
            })
            .collect();
        let verdict = if shown.iter().all(|s| s.verdict == Verdict::Meets) {
            Verdict::Meets
        } else if shown.iter().any(|s| s.verdict == Verdict::Fails) {
            Verdict::Fails
        } else {
            Verdict::Open
        };
        Tried { staffing: staffing.to_vec(), cost: self.question.cost(staffing), role, shown, verdict }
    }
}

impl Goal {
    /// The mean, or the share of replications, with ends that are each wrong with this probability.
    fn interval(&self, values: &[Value], error: f64) -> Option<Interval> {
        let both = 1.0 - 2.0 * error;
        let interval = if self.chance.is_none() {
            estimate(values, &self.response.unit, both)?.interval
        } else {
            let given: Vec<f64> = values.iter().filter_map(|value| value.get()).collect();
            let held = given.iter().filter(|value| self.relation.holds(**value, self.bound)).count();
            clopper_pearson(held, given.len(), both)?
        };
        Some(Interval { level: 1.0 - error, ..interval })
    }

    /// Whether a mean, or a share of replications, is what is asked for.
    pub(super) fn reached_by(&self, estimate: f64) -> bool {
        match self.chance {
            None => self.relation.holds(estimate, self.bound),
            Some(chance) => estimate >= chance,
        }
    }

    /// By the end of the interval that is worse, and the one that is better.
    fn verdict(&self, interval: Option<&Interval>) -> Verdict {
        let Some(Interval { low, high, .. }) = interval else { return Verdict::Open };
        let (worst, best) = if self.chance.is_some() || self.relation.asks_for_more() {
            (*low, *high)
        } else {
            (*high, *low)
        };
        if self.reached_by(worst) {
            Verdict::Meets
        } else if self.reached_by(best) {
            Verdict::Open
        } else {
            Verdict::Fails
        }
    }

    /// How far a mean is from what is asked for, in parts of it, shares in full; 1 where there is no mean.
    fn shortfall(&self, interval: Option<&Interval>) -> f64 {
        let Some(interval) = interval else { return 1.0 };
        if self.reached_by(interval.estimate) {
            return 0.0;
        }
        let bound = self.chance.unwrap_or(self.bound);
        let share = self.chance.is_some() || self.response.unit == "share" || bound == 0.0;
        (interval.estimate - bound).abs() / if share { 1.0 } else { bound.abs() }
    }
}
