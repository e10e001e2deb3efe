//! Replications of staffings, and what they show: those of the search, and fresh ones that the search never sees.

use crate::error::Error;
use crate::run::{Value, Watcher, estimate_of, given};
use crate::stats::Interval;
use crate::stats::interval::clopper_pearson;

use super::super::store::{self, Make, Store};
use super::search::Judged;
use super::{Goal, Question, Role, Shown, Tried, Verdict};

pub(super) use super::super::store::Sample;

/// Replications of a first impression in the search.
const FIRST: u32 = 5;
/// A goal is taken for reached or missed before all replications of the search are made if chance would say so less
/// often than this. A search that errs costs time, and no claim.
const CLEAR: f64 = 0.0005;

/// What has been simulated.
pub(super) struct Trials<'a, E> {
    question: &'a Question,
    store: Store<'a, E>,
}

impl<'a, E: From<Error>> Trials<'a, E> {
    /// `make` makes the model of a staffing, for the one draw of the inputs in which all stand at their middle.
    pub(super) fn new(question: &'a Question, make: Make<'a, E>, watcher: &'a Watcher<'a>) -> Self {
        let plan = store::Plan {
            // A measure that two goals ask for is kept twice.
            measures: question.goals.iter().map(|goal| goal.response.name()).collect(),
            per_draw: None,
            fresh_from: question.replications,
            threads: question.threads,
        };
        Trials { question, store: Store::new(plan, make, watcher) }
    }

    /// The staffings that the search has simulated.
    pub(super) fn searched(&self) -> impl Iterator<Item = &Vec<u32>> {
        self.store.points(Sample::Search)
    }

    /// Makes replications of a staffing until there are so many.
    pub(super) fn extend(&mut self, staffing: &[u32], sample: Sample, until: u32) -> Result<(), E> {
        self.store.extend(&[staffing.to_vec()], sample, until)
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
        let values = self.store.values(sample, staffing).expect("what is shown has been simulated");
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
            estimate_of(values, 1, &self.response, both)?.interval
        } else {
            let given = given(values);
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
