//! Replications of mixes, and what they show: those of the search, and fresh ones that the search never sees.

use std::collections::BTreeSet;

use crate::error::Error;
use crate::run::{Value, Watcher};
use crate::stats::interval::{paired_t, student_t};
use crate::stats::{Interval, paired};

use super::super::compare::joint;
use super::super::store::{self, Make, Sample, Store};
use super::Question;
use super::search::{Mix, price};

/// Units of a first impression in the search.
const FIRST: u32 = 4;
/// Units of the search at most: what is close is decided by fresh ones.
const MOST: u32 = 20;
/// A mix leaves the search before all units are made if chance would put it so far behind less often than this. A search
/// that errs may miss something, and claims nothing.
const CLEAR: f64 = 0.0005;

/// Place of the measure among those that are kept.
pub(super) const EFFECT: usize = 0;
/// Place of the simulated cost.
pub(super) const COST: usize = 1;

/// What has been simulated.
pub(super) struct Trials<'a, E> {
    question: &'a Question,
    store: Store<'a, E>,
    /// Mixes that came to the end of the search.
    finished: BTreeSet<Mix>,
}

/// How many units of a mix the search makes at most.
fn searched(question: &Question) -> u32 {
    match question.draws {
        Some(draws) => draws,
        None => question.replications.min(MOST),
    }
}

impl<'a, E: From<Error>> Trials<'a, E> {
    pub(super) fn new(question: &'a Question, make: Make<'a, E>, watcher: &'a Watcher<'a>) -> Self {
        let plan = store::Plan {
            measures: vec![question.response.name(), "cost".to_owned()],
            per_draw: question.draws.map(|_| question.replications),
            fresh_from: searched(question),
            threads: question.threads,
        };
        Trials { question, store: Store::new(plan, make, watcher), finished: BTreeSet::new() }
    }

    /// For whoever watches: so many mixes may come to the end of the search, and so many are looked at anew.
    pub(super) fn expect(&mut self, searched_mixes: usize, fresh_mixes: usize) {
        let per_unit = self.question.draws.map_or(1, |_| self.question.replications);
        let units =
            searched_mixes as u32 * searched(self.question) + fresh_mixes as u32 * self.question.first_look();
        self.store.expect(units.saturating_mul(per_unit));
    }

    /// The means of these mixes over the units of the search, turned so that more is better. All begin with a few units;
    /// whatever is clearly behind something no dearer gets no more, and has no mean.
    pub(super) fn race(&mut self, mixes: &[Mix]) -> Result<Vec<Option<f64>>, E> {
        let most = searched(self.question);
        let mut open = mixes.to_vec();
        let mut n = FIRST.min(most);
        loop {
            self.store.extend(&open, Sample::Search, n)?;
            let behind = self.behind(&open, n);
            open.retain(|mix| !behind.contains(mix));
            if n >= most {
                break;
            }
            n = n.saturating_mul(2).min(most);
        }
        self.finished.extend(open);
        let mean = |mix: &Mix| self.finished.contains(mix).then(|| self.oriented(mix, most)).flatten();
        Ok(mixes.iter().map(mean).collect())
    }

    /// The mean of the first units of the search, turned so that more is better.
    fn oriented(&self, mix: &[u32], units: u32) -> Option<f64> {
        let values = self.units(Sample::Search, &[mix], EFFECT, units).pop()?;
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (!values.is_empty()).then(|| self.question.better.oriented(mean))
    }

    /// Those that are clearly behind the best that is no dearer, of themselves and those that came to the end. Nothing
    /// itself is never put aside: everything is held against it.
    fn behind(&self, open: &[Mix], n: u32) -> BTreeSet<Mix> {
        let field: BTreeSet<&Mix> = open.iter().chain(&self.finished).collect();
        let mut line: Vec<(f64, f64, &Mix)> = field
            .into_iter()
            .filter_map(|mix| Some((price(&self.question.choices, mix), self.oriented(mix, n)?, mix)))
            .collect();
        line.sort_by(|a, b| a.0.total_cmp(&b.0));
        // By place: the best up to there.
        let mut leaders: Vec<usize> = vec![];
        for (place, (_, mean, _)) in line.iter().enumerate() {
            let leader = leaders.last().copied().filter(|leader| line[*leader].1 >= *mean);
            leaders.push(leader.unwrap_or(place));
        }
        let is_behind = |mix: &&Mix| {
            let Some(mine) = self.oriented(mix, n) else { return true };
            let money = price(&self.question.choices, mix);
            let cheap = line.partition_point(|(price, ..)| *price <= money);
            let Some((_, mean, rival)) = cheap.checked_sub(1).map(|last| line[leaders[last]]) else {
                return false;
            };
            if mean <= mine || mix.iter().all(|n| *n == 0) {
                return false;
            }
            let both = self.units(Sample::Search, &[rival, mix], EFFECT, n);
            self.is_above(&both[0], &both[1], 1.0 - 2.0 * CLEAR)
        };
        open.iter().filter(is_behind).cloned().collect()
    }

    /// Whether one is better than the other beyond chance.
    fn is_above(&self, one: &[f64], other: &[f64], level: f64) -> bool {
        let turned = |values: &[f64]| -> Vec<f64> {
            values.iter().map(|v| self.question.better.oriented(*v)).collect()
        };
        paired_t(&turned(one), &turned(other), level).is_some_and(|interval| interval.low > 0.0)
    }

    /// Those that came to the end of the search and are not told apart from this one in it, by the level of the question
    /// for each by itself.
    pub(super) fn near(&self, best: &Mix) -> Vec<Mix> {
        let most = searched(self.question);
        let behind = |mix: &Mix| {
            let both = self.units(Sample::Search, &[best, mix], EFFECT, most);
            self.is_above(&both[0], &both[1], 1.0 - 2.0 * (1.0 - self.question.level))
        };
        self.finished.iter().filter(|mix| *mix == best || !behind(mix)).cloned().collect()
    }

    /// Makes fresh units of mixes until each has so many.
    pub(super) fn extend(&mut self, mixes: &[Mix], units: u32) -> Result<(), E> {
        self.store.extend(mixes, Sample::Fresh, units)
    }

    /// By mix: one value for each of the first units in which all of them have one.
    pub(super) fn units(
        &self,
        sample: Sample,
        mixes: &[&[u32]],
        measure: usize,
        units: u32,
    ) -> Vec<Vec<f64>> {
        let per_unit = self.question.draws.map_or(1, |_| self.question.replications as usize);
        let rows: Vec<Vec<Option<f64>>> = mixes
            .iter()
            .map(|mix| {
                let values =
                    self.store.values(sample, mix).map(|values| &values[measure][..]).unwrap_or_default();
                values.iter().take(units as usize * per_unit).copied().map(Value::get).collect()
            })
            .collect();
        joint(&rows.iter().collect::<Vec<_>>(), per_unit)
    }

    /// The mean over all units that there are.
    pub(super) fn mean(&self, sample: Sample, mix: &[u32], level: f64) -> Option<Interval> {
        student_t(&self.units(sample, &[mix], EFFECT, u32::MAX)[0], level)
    }

    /// A mix less nothing, over the first fresh units of both.
    pub(super) fn against_nothing(
        &self,
        mix: &[u32],
        measure: usize,
        units: u32,
        level: f64,
    ) -> Option<Interval> {
        let nothing = vec![0; mix.len()];
        let both = self.units(Sample::Fresh, &[mix, &nothing], measure, units);
        Some(paired::difference(&both[0], &both[1], level)?.interval)
    }
}
