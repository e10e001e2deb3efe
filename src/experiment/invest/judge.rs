//! What is claimed of mixes: by fresh replications, at levels that hold for all that is said at once.

use std::collections::BTreeSet;

use crate::error::Error;
use crate::stats::{Fieller, Interval, fieller, ranks, simultaneous_level, with_the_best};

use super::super::headline::Better;
use super::super::store::Sample;
use super::search::{Mix, Search, efficient};
use super::trials::{COST, EFFECT, Trials};
use super::{Against, Investment, Marginal, Question, Tried};

/// Mixes that seem to be best, at most so many of which are looked at anew.
const CANDIDATES: usize = 10;
/// Mixes at different prices that seem to be the best for their money, at most so many of which are looked at anew.
const STEPS: usize = 12;

/// Says what fresh replications show.
pub(super) struct Judge<'j, 'a, E> {
    question: &'a Question,
    search: &'j Search<'a>,
    trials: &'j mut Trials<'a, E>,
    nothing: Mix,
    /// Fresh units of everything that is spoken of.
    units: u32,
}

impl<'j, 'a, E: From<Error>> Judge<'j, 'a, E> {
    pub(super) fn new(question: &'a Question, search: &'j Search<'a>, trials: &'j mut Trials<'a, E>) -> Self {
        Judge { question, search, trials, nothing: vec![0; question.choices.len()], units: 0 }
    }

    /// Looks at what the search found, which is nothing, each choice by itself, the best for each price, and what is near
    /// the best.
    pub(super) fn conclude(mut self, best: &Mix, every: bool) -> Result<Result<Investment, String>, E> {
        let field = self.field(best);
        self.trials.extend(&field, self.question.first_look())?;
        let Some((may_be_best, units)) = self.clean_up(&field)? else {
            let why = format!(
                "too few replications give a value of `{}` under every mix",
                self.question.response.name()
            );
            return Ok(Err(why));
        };
        // All that is said rests on the same replications.
        self.trials.extend(&field, units)?;
        self.units = units;
        let mixes = self.mixes(&field, &may_be_best);
        let mean = |tried: &Tried| {
            tried.mean.map_or(f64::NEG_INFINITY, |mean| self.question.better.oriented(mean.estimate))
        };
        let open = (0..mixes.len()).filter(|i| mixes[*i].may_be_best);
        // Of equals the cheapest, which is the first.
        let best = open.reduce(|best, i| if mean(&mixes[i]) > mean(&mixes[best]) { i } else { best });
        Ok(Ok(Investment {
            marginal: self.marginal(),
            best: best.expect("somebody may always be the best"),
            mixes,
            question: self.question.clone(),
            every,
            complete: self.search.complete,
        }))
    }

    /// What is looked at anew.
    fn field(&self, best: &Mix) -> Vec<Mix> {
        let mut field: BTreeSet<Mix> = BTreeSet::from([self.nothing.clone()]);
        field.extend((0..self.nothing.len()).map(|i| self.one(i)));
        let known: Vec<(&Mix, f64)> =
            self.search.known.iter().filter_map(|(mix, mean)| Some((mix, (*mean)?))).collect();
        let points: Vec<(f64, f64)> =
            known.iter().map(|(mix, mean)| (self.search.price(mix), *mean)).collect();
        let mut steps: Vec<&Mix> = known
            .iter()
            .zip(efficient(&points))
            .filter(|(_, efficient)| *efficient)
            .map(|((mix, _), _)| *mix)
            .collect();
        steps.sort_by(|a, b| self.search.price(a).total_cmp(&self.search.price(b)));
        // Of more than enough, some at even distances, the last among them.
        let every = steps.len().div_ceil(STEPS).max(1);
        field.extend(steps.iter().rev().step_by(every).map(|mix| (*mix).clone()));
        let mut near = self.trials.near(best);
        let mean = |mix: &Mix| self.search.known.get(mix).copied().flatten().unwrap_or(f64::NEG_INFINITY);
        near.sort_by(|a, b| mean(b).total_cmp(&mean(a)).then_with(|| a.cmp(b)));
        field.extend(near.into_iter().take(CANDIDATES));
        field.extend([best.clone()]);
        field.into_iter().collect()
    }

    fn one(&self, choice: usize) -> Mix {
        let mut mix = self.nothing.clone();
        mix[choice] = 1;
        mix
    }

    /// Those of the field that may be best, with the confidence that was asked for, and how many units that took: look k may
    /// be wrong with α/(k(k + 1)), which sums to α, and those that it rules out are not looked at again. None where no value is
    /// common to all.
    fn clean_up(&mut self, field: &[Mix]) -> Result<Option<(Vec<Mix>, u32)>, E> {
        let mut open: Vec<Mix> = field.iter().filter(|mix| self.search.pays_for(mix)).cloned().collect();
        let mut made = 0;
        for (k, units) in (1_u32..).zip(self.question.looks()) {
            self.trials.extend(&open, units)?;
            made = units;
            let mixes: Vec<&[u32]> = open.iter().map(Vec::as_slice).collect();
            let values = self.trials.units(Sample::Fresh, &mixes, EFFECT, units);
            if values.first().is_none_or(|values| values.len() < 2) {
                return Ok(None);
            }
            let error = (1.0 - self.question.level) / f64::from(k * (k + 1));
            let more = self.question.better == Better::More;
            let found = with_the_best(&values, more, 1.0 - error).unwrap_or_default();
            let mut found = found.into_iter();
            // A mix alone is its own best.
            open.retain(|_| found.next().is_none_or(|contender| contender.may_be_best));
            if open.len() == 1 {
                break;
            }
        }
        Ok(Some((open, made)))
    }

    /// Every mix, the cheapest first.
    fn mixes(&self, field: &[Mix], may_be_best: &[Mix]) -> Vec<Tried> {
        let all: BTreeSet<&Mix> = self.search.known.keys().chain(field).collect();
        let mut mixes: Vec<Tried> =
            all.into_iter().map(|mix| self.tried(mix, field, may_be_best.contains(mix))).collect();
        mixes.sort_by(|a, b| a.price.total_cmp(&b.price).then_with(|| a.counts.cmp(&b.counts)));
        let better = self.question.better;
        let point = |tried: &Tried| Some((tried.price, better.oriented(tried.mean?.estimate)));
        let fresh: Vec<usize> = (0..mixes.len())
            .filter(|i| {
                mixes[*i].fresh && mixes[*i].mean.is_some() && self.search.pays_for(&mixes[*i].counts)
            })
            .collect();
        let points: Vec<(f64, f64)> = fresh.iter().filter_map(|i| point(&mixes[*i])).collect();
        for (i, efficient) in fresh.into_iter().zip(efficient(&points)) {
            mixes[i].efficient = efficient;
        }
        mixes
    }

    fn tried(&self, mix: &Mix, field: &[Mix], may_be_best: bool) -> Tried {
        let fresh = field.contains(mix);
        let sample = if fresh { Sample::Fresh } else { Sample::Search };
        let bought = *mix != self.nothing;
        Tried {
            counts: mix.clone(),
            price: self.search.price(mix),
            fresh,
            mean: self.trials.mean(sample, mix, self.question.level),
            against: if fresh && bought { self.against(mix, field.len() - 1) } else { None },
            efficient: false,
            may_be_best,
        }
    }

    /// The level of one of so many intervals that hold at once. It depends on what was seen how many units there are: each
    /// number of them has its share of the error.
    fn at_once(&self, intervals: usize) -> f64 {
        simultaneous_level(self.question.level, intervals * self.question.looks().len())
    }

    fn against(&self, mix: &Mix, mixes: usize) -> Option<Against> {
        let (units, level) = (self.units, self.question.level);
        let at_once = self.at_once(mixes);
        Some(Against {
            difference: self.trials.against_nothing(mix, EFFECT, units, level)?,
            at_once: self.trials.against_nothing(mix, EFFECT, units, at_once)?,
            extra_cost: self.trials.against_nothing(mix, COST, units, level),
        })
    }

    /// What one of each choice changes.
    fn marginal(&self) -> Vec<Marginal> {
        let choices = self.nothing.len();
        let places = self.places();
        let one = |choice: usize| {
            let (mix, units, level) = (self.one(choice), self.units, self.question.level);
            let at_once = self.at_once(choices);
            let price = self.question.choices[choice].price;
            let for_money = |difference: Interval| {
                let of = |value: f64| value / price;
                let Interval { estimate, low, high, .. } = difference;
                Interval { estimate: of(estimate), low: of(low), high: of(high), ..difference }
            };
            let difference = self.trials.against_nothing(&mix, EFFECT, units, level)?;
            Some(Marginal {
                choice,
                difference,
                at_once: self.trials.against_nothing(&mix, EFFECT, units, at_once)?,
                for_money: (price > 0.0).then(|| for_money(difference)),
                places: places[choice],
                extra_cost: self.trials.against_nothing(&mix, COST, units, level),
                for_cost: self.for_cost(&mix),
            })
        };
        (0..choices).filter_map(one).collect()
    }

    /// Difference for each unit of the simulated extra cost.
    fn for_cost(&self, mix: &Mix) -> Option<Fieller> {
        let (units, both) = (self.units, [mix.as_slice(), &self.nothing]);
        let [effects, costs] = [EFFECT, COST].map(|measure| {
            let values = self.trials.units(Sample::Fresh, &both, measure, units);
            values[0].iter().zip(&values[1]).map(|(a, b)| a - b).collect::<Vec<f64>>()
        });
        let paired = effects.len() == costs.len() && costs.iter().any(|cost| *cost != 0.0);
        paired.then(|| fieller(&effects, &costs, self.question.level))
    }

    /// By choice: the places that it may take by what it brings for its money.
    fn places(&self) -> Vec<Option<(usize, usize)>> {
        let priced: Vec<usize> =
            (0..self.nothing.len()).filter(|choice| self.question.choices[*choice].price > 0.0).collect();
        let ones: Vec<Mix> =
            priced.iter().map(|choice| self.one(*choice)).chain([self.nothing.clone()]).collect();
        let mixes: Vec<&[u32]> = ones.iter().map(Vec::as_slice).collect();
        let mut values = self.trials.units(Sample::Fresh, &mixes, EFFECT, self.units);
        let nothing = values.pop().unwrap_or_default();
        let rate = |(values, choice): (Vec<f64>, &usize)| -> Vec<f64> {
            let price = self.question.choices[*choice].price;
            let gain =
                |(value, nothing): (&f64, &f64)| self.question.better.oriented(value - nothing) / price;
            values.iter().zip(&nothing).map(gain).collect()
        };
        let rates: Vec<Vec<f64>> = values.into_iter().zip(&priced).map(rate).collect();
        let mut places = vec![None; self.nothing.len()];
        for (choice, place) in priced.into_iter().zip(ranks(&rates, self.at_once(1))) {
            places[choice] = Some(place);
        }
        places
    }
}
