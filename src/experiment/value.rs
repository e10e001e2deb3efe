//! Value for money: which plans are dominated, and how likely each is the best choice at a price.

use crate::random::{Place, Purpose, Replication};
use crate::stats::money::{self, Dominance};

use super::compare::joint;
use super::headline::Better;
use super::{Comparison, Measured};

/// How likely each plan is the best choice, by what a unit of a measure is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Acceptability {
    /// Place of the measure in the comparison.
    pub measure: usize,
    /// What a unit, of a share a percentage point, is worth, in the currency.
    pub prices: Vec<f64>,
    /// By price, then plan: share of resamples in which it has the greatest net benefit.
    pub shares: Vec<Vec<f64>>,
}

/// Resamples behind a curve: they place a share within two hundredths.
const RESAMPLES: usize = 2000;
/// Prices on a curve, 0 the first of them.
const PRICES: usize = 41;

impl Comparison {
    /// By which plan, or which two together, a plan is dominated in a measure: as good or better for less money.
    pub fn dominated_by(&self, plan: usize, measured: &Measured) -> Option<String> {
        let (better, cost) = (measured.better?, self.cost?);
        let mean = |m: &Measured, a: usize| m.means[a].as_ref().map(|mean| mean.estimate);
        let plans = 0..self.names.len();
        let benefits: Option<Vec<f64>> =
            plans.clone().map(|a| mean(measured, a).map(|v| better.oriented(v))).collect();
        let costs: Option<Vec<f64>> = plans.map(|a| mean(&self.measures[cost], a)).collect();
        let by = money::dominated(&benefits?, &costs?).swap_remove(plan)?;
        let name = |a: usize| self.names[a].clone();
        Some(match by {
            Dominance::Strict { by } => name(by),
            Dominance::Extended { by: [cheaper, dearer] } => {
                format!("{} with {}", name(cheaper), name(dearer))
            }
        })
    }

    /// How likely each plan is the best choice, over prices from nothing to twice the dearest unit that a plan
    /// buys which is not dominated.
    /// None where costs or the measure's direction are not known, or no plan both costs and helps.
    ///
    /// The replications that are drawn again depend on the seed alone.
    pub fn acceptability(&self, measure: usize, seed: u64) -> Option<Acceptability> {
        let (measured, cost) = (&self.measures[measure], self.cost.filter(|cost| *cost != measure)?);
        let better = measured.better?;
        let rows: Vec<&Vec<Option<f64>>> =
            measured.values.iter().chain(&self.measures[cost].values).collect();
        let mut units = joint(&rows, self.per_unit());
        let costs = units.split_off(self.names.len());
        let unit = portion(&measured.response.unit);
        let turned = |of: Vec<f64>| of.into_iter().map(|value| better.oriented(value) / unit).collect();
        let benefits: Vec<Vec<f64>> = units.into_iter().map(turned).collect();
        let prices = prices(&benefits, &costs)?;
        let mut stream =
            Replication::new(seed, 0).stream(Place::new(Purpose::Resampling, "acceptability"), 0, 0);
        let draw = |n: usize| stream.below(n as u64) as usize;
        let shares = money::acceptability(&benefits, &costs, &prices, RESAMPLES, draw);
        Some(Acceptability { measure, prices, shares })
    }

    /// How many replications make one independent value: all of a draw, where there are several.
    pub(super) fn per_unit(&self) -> usize {
        if self.draws > 1 { self.replications as usize } else { 1 }
    }

    /// The measure that is asked about where none is named: the first that money should improve.
    pub fn first_decisive(&self) -> Option<usize> {
        let decides = |m: &usize| Some(*m) != self.cost && self.measures[*m].better.is_some();
        (0..self.measures.len()).find(decides)
    }

    /// The measure of this name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.measures.iter().position(|m| m.response.name() == name)
    }
}

/// What a price is paid for: a percentage point of a share, one unit of anything else.
pub fn portion(unit: &str) -> f64 {
    if unit == "share" { 0.01 } else { 1.0 }
}

/// Even steps from 0 to twice the dearest unit that a plan buys which is not dominated.
fn prices(benefits: &[Vec<f64>], costs: &[Vec<f64>]) -> Option<Vec<f64>> {
    let means = |all: &[Vec<f64>]| -> Vec<f64> {
        all.iter().map(|values| values.iter().sum::<f64>() / values.len() as f64).collect()
    };
    let (benefits, costs) = (means(benefits), means(costs));
    let dominated = money::dominated(&benefits, &costs);
    let mut frontier: Vec<usize> = (0..costs.len()).filter(|a| dominated[*a].is_none()).collect();
    frontier.sort_by(|a, b| costs[*a].total_cmp(&costs[*b]));
    let price = |pair: &[usize]| (costs[pair[1]] - costs[pair[0]]) / (benefits[pair[1]] - benefits[pair[0]]);
    let dearest = frontier.windows(2).map(price).filter(|price| price.is_finite()).fold(0.0, f64::max);
    let step = rounded_up(2.0 * dearest / (PRICES - 1) as f64)?;
    Some((0..PRICES).map(|i| i as f64 * step).collect())
}

/// The next of 1, 2, 2.5, 5 or 10 times a power of ten.
fn rounded_up(step: f64) -> Option<f64> {
    if !(step.is_finite() && step > 0.0) {
        return None;
    }
    let power = 10_f64.powf(step.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|m| m * power).find(|next| *next >= step * (1.0 - 1e-12))
}

impl Better {
    /// Whether a difference, plan minus base, is a gain.
    pub fn is_gain(self, difference: f64) -> bool {
        self.oriented(difference) > 0.0
    }
}
