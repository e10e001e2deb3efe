//! What is lost by not knowing: how likely each plan is the best over what the inputs may be, what its choice loses where
//! another would have been better, and what it would be worth to know before choosing.

use crate::stats::layers::{PerfectInformation, partial_information, perfect_information, split_information};

use super::value::portion;
use super::{Acceptability, Comparison, Measured};

/// The loss by not knowing, in one measure, or in money at one price.
#[derive(Debug, Clone, PartialEq)]
pub struct Unknown {
    /// Place of the measure in the comparison.
    pub measure: usize,
    /// What a unit of the measure, of a share a percentage point, is worth; none where the measure alone counts.
    pub price: Option<f64>,
    /// Unit of all losses: the measure's, or the currency.
    pub unit: String,
    /// Draws of the inputs in which every plan gives a value.
    pub draws: usize,
    /// By plan: how likely it is the best, and its expected loss; and what it would be worth to know all inputs.
    pub all: PerfectInformation,
    /// By plan: the largest loss in any draw.
    pub worst: Vec<f64>,
    /// The worth of knowing all inputs, where chance cannot make it too large but makes it too small.
    pub at_least: Option<f64>,
    /// What it would be worth to know this input alone, by name.
    pub each: Vec<(String, f64)>,
}

/// Prices on a curve of acceptability at which the loss is worked out: every so manyth.
const EVERY: usize = 4;

impl Comparison {
    /// What is lost by not knowing, in every measure of which more or less is better, and in money along a curve of
    /// acceptability. `inputs` holds the unknown values by name, each with its value in every draw.
    /// Nothing where every input is known.
    pub fn unknown(&self, curve: Option<&Acceptability>, inputs: &[(String, Vec<f64>)]) -> Vec<Unknown> {
        if self.draws < 2 {
            return vec![];
        }
        let decided = (0..self.measures.len()).filter(|m| self.measures[*m].better.is_some());
        let mut found: Vec<Unknown> = decided.filter_map(|m| self.loss(m, None, inputs)).collect();
        if let Some(curve) = curve {
            let prices = curve.prices.iter().step_by(EVERY);
            found.extend(prices.filter_map(|price| self.loss(curve.measure, Some(*price), inputs)));
        }
        found
    }

    /// The loss in one measure, or in money.
    fn loss(&self, m: usize, price: Option<f64>, inputs: &[(String, Vec<f64>)]) -> Option<Unknown> {
        let (measured, each) = (&self.measures[m], self.replications as usize);
        let cost = price.and(self.cost).map(|cost| &self.measures[cost]);
        let benefits = Benefits { measured, cost, price };
        let kept = self.draws_with_values(&benefits);
        let by_draw = |from: usize, until: usize| benefits.by_draw(&kept, each, (from, until));
        let all = by_draw(0, each);
        let found = perfect_information(&all)?;
        let largest = |d: usize| all.iter().map(|of| of[d]).fold(f64::NEG_INFINITY, f64::max);
        let worst = |of: &Vec<f64>| (0..of.len()).map(|d| largest(d) - of[d]).fold(0.0, f64::max);
        let halves = (each > 1).then(|| [by_draw(0, each / 2), by_draw(each / 2, each)]);
        let complete = |half: &Vec<Vec<f64>>| half.iter().flatten().all(|value| value.is_finite());
        let one = |(name, values): &(String, Vec<f64>)| {
            let here: Vec<f64> = kept.iter().filter_map(|d| values.get(*d).copied()).collect();
            (here.len() == kept.len()).then(|| (name.clone(), partial_information(&all, &here)))
        };
        Some(Unknown {
            measure: m,
            price,
            unit: cost.map_or_else(|| measured.response.unit.clone(), |cost| cost.response.unit.clone()),
            draws: kept.len(),
            worst: all.iter().map(worst).collect(),
            at_least: halves.filter(|h| h.iter().all(complete)).and_then(|[a, b]| split_information(&a, &b)),
            each: inputs.iter().filter_map(one).collect(),
            all: found,
        })
    }

    /// The draws in which some replication gives a value under every plan.
    fn draws_with_values(&self, benefits: &Benefits<'_>) -> Vec<usize> {
        let each = self.replications as usize;
        let has = |d: &usize| (d * each..(d + 1) * each).any(|r| benefits.all_given(r));
        (0..self.draws as usize).filter(has).collect()
    }
}

/// Net benefits of the plans: a measure turned so that more is better, in money less the cost where there is a price.
struct Benefits<'a> {
    measured: &'a Measured,
    cost: Option<&'a Measured>,
    price: Option<f64>,
}

impl Benefits<'_> {
    /// Whether every plan gives what is needed in a replication.
    fn all_given(&self, r: usize) -> bool {
        let given = |of: &Measured| of.values.iter().all(|plan| plan.get(r).is_some_and(Option::is_some));
        given(self.measured) && self.cost.is_none_or(given)
    }

    /// By plan, then draw: the mean over some of the replications of each draw.
    fn by_draw(&self, draws: &[usize], each: usize, (from, until): (usize, usize)) -> Vec<Vec<f64>> {
        (0..self.measured.values.len()).map(|a| self.of_plan(a, draws, each, (from, until))).collect()
    }

    fn of_plan(&self, a: usize, draws: &[usize], each: usize, (from, until): (usize, usize)) -> Vec<f64> {
        let better = self.measured.better.expect("only such measures are asked about");
        let unit = portion(&self.measured.response.unit);
        let one = |draw: &usize| {
            let replications = (draw * each + from..draw * each + until).filter(|r| self.all_given(*r));
            let benefits = replications.map(|r| {
                let value = better.oriented(self.measured.values[a][r].unwrap_or(f64::NAN));
                let cost = self.cost.map_or(0.0, |cost| cost.values[a][r].unwrap_or(f64::NAN));
                self.price.map_or(value, |price| price * value / unit - cost)
            });
            let benefits: Vec<f64> = benefits.collect();
            benefits.iter().sum::<f64>() / benefits.len() as f64
        };
        draws.iter().map(one).collect()
    }
}
