//! Laws with finitely many values that matter: poisson, binomial, discrete, empirical.

use super::level::Level;

/// Probabilities below this share of the mode's are left out. No uniform number reaches them, and no condition
/// that somebody would write does.
const NEGLIGIBLE: f64 = 1e-100;

/// Values in ascending order with their probabilities, cumulated from both ends.
#[derive(Debug, PartialEq)]
pub(super) struct Atoms {
    values: Vec<f64>,
    masses: Vec<f64>,
    /// The level of each value, itself counted.
    levels: Vec<Level>,
}

impl Atoms {
    /// From (value, weight) pairs in any order, not all of weight 0; equal values stay apart, which does no harm.
    pub(super) fn new(mut weighted: Vec<(f64, f64)>) -> Atoms {
        weighted.retain(|&(_, weight)| weight > 0.0);
        weighted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = weighted.iter().map(|&(_, weight)| weight).sum();
        let masses: Vec<f64> = weighted.iter().map(|&(_, weight)| weight / total).collect();
        let mut levels = vec![Level::TOP; masses.len()];
        let mut below = 0.0;
        for (level, mass) in levels.iter_mut().zip(&masses) {
            below += mass;
            level.below = f64::min(below, 1.0);
        }
        let mut above = 0.0;
        for (level, mass) in levels.iter_mut().zip(&masses).rev() {
            level.above = above;
            above = f64::min(above + mass, 1.0);
        }
        Atoms { values: weighted.into_iter().map(|(value, _)| value).collect(), masses, levels }
    }

    /// Counts from 0 to `last`, given the ratio of the probability of n + 1 to that of n and the mode.
    ///
    /// Starting at the mode and normalising at the end needs no factorials, which lose digits when they are large.
    fn counts(mode: u64, last: u64, ratio: impl Fn(f64) -> f64) -> Atoms {
        let mut weighted = vec![(mode as f64, 1.0)];
        let mut weight = 1.0;
        for count in mode..last {
            weight *= ratio(count as f64);
            if weight < NEGLIGIBLE {
                break;
            }
            weighted.push(((count + 1) as f64, weight));
        }
        weight = 1.0;
        for count in (0..mode).rev() {
            weight /= ratio(count as f64);
            if weight < NEGLIGIBLE {
                break;
            }
            weighted.push((count as f64, weight));
        }
        Atoms::new(weighted)
    }

    pub(super) fn poisson(mean: f64) -> Atoms {
        Atoms::counts(mean as u64, u64::MAX, |count| mean / (count + 1.0))
    }

    /// Of `n` trials with probability `p`, which is neither 0 nor 1.
    pub(super) fn binomial(n: u64, p: f64) -> Atoms {
        let mode = ((n as f64 + 1.0) * p) as u64;
        let odds = p / (1.0 - p);
        Atoms::counts(mode.min(n), n, |count| odds * (n as f64 - count) / (count + 1.0))
    }

    pub(super) fn first(&self) -> f64 {
        self.values[0]
    }

    pub(super) fn last(&self) -> f64 {
        self.values[self.values.len() - 1]
    }

    /// The smallest value whose level reaches this one.
    pub(super) fn quantile(&self, level: Level) -> f64 {
        let at = self.levels.partition_point(|candidate| !candidate.reaches(level));
        self.values[at.min(self.values.len() - 1)]
    }

    /// The level of `x`, itself counted or not.
    pub(super) fn level(&self, x: f64, counted: bool) -> Level {
        let at = self.values.partition_point(|&value| if counted { value <= x } else { value < x });
        if at == 0 { Level::BOTTOM } else { self.levels[at - 1] }
    }

    /// The values from `min` to `max` with their probabilities.
    pub(super) fn within(&self, min: f64, max: f64) -> impl Iterator<Item = (f64, f64)> + Clone {
        let from = self.values.partition_point(|&value| value < min);
        let to = self.values.partition_point(|&value| value <= max).max(from);
        self.values[from..to].iter().copied().zip(self.masses[from..to].iter().copied())
    }
}
