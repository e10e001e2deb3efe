//! What resampling says of the spread of several estimates at once: their standard errors, and those of their differences.

use super::interval::{Interval, Method, upper};
use super::special::t_quantile;

/// Estimates made again from resampled units: Efron's bootstrap (Annals of Statistics 7:1, 1979).
#[derive(Clone, Debug, PartialEq)]
pub struct Resampled {
    /// By resample, then estimate. An estimate that a resample does not have makes the whole resample worthless.
    again: Vec<Vec<f64>>,
    /// Units that were resampled.
    units: usize,
}

impl Resampled {
    /// Draws as many of `units` as there are, so many times, and makes the estimates from the places drawn. `draw(n)` gives
    /// uniform whole numbers below n. Resamples that give no estimates are left out.
    pub fn new(
        units: usize,
        resamples: usize,
        draw: &mut dyn FnMut(usize) -> usize,
        estimates: impl Fn(&[usize]) -> Option<Vec<f64>>,
    ) -> Resampled {
        let mut places = vec![0; units];
        let mut again = Vec::with_capacity(resamples);
        for _ in 0..resamples {
            for place in &mut places {
                *place = draw(units);
            }
            again.extend(estimates(&places));
        }
        Resampled { again, units }
    }

    /// The standard error of a combination of the estimates, with the factor √(n/(n − 1)) that makes it exact for a mean
    /// of n units. None with fewer than two units or two resamples.
    pub fn error(&self, of: impl Fn(&[f64]) -> f64) -> Option<f64> {
        let n = self.units as f64;
        let values: super::Tally = self.again.iter().map(|again| of(again)).collect();
        (self.units > 1).then(|| values.variance())?.map(|variance| (variance * n / (n - 1.0)).sqrt())
    }

    /// `estimate` ± t(n − 1) standard errors of its place among the estimates. Without an error it has no ends.
    ///
    /// For the mean of n units this is Student's interval but for the luck of the resampling. Ends between resampled
    /// percentiles are too short for the few units that there are here.
    pub fn interval(&self, place: usize, estimate: f64, level: f64) -> Interval {
        let half = match self.error(|again| again[place]) {
            Some(error) => t_quantile(self.units as f64 - 1.0, upper(level)) * error,
            None => f64::INFINITY,
        };
        let (low, high) = (estimate - half, estimate + half);
        Interval { estimate, low, high, level, n: self.units, method: Method::Bootstrap }
    }

    /// The ratio of two estimates, given by their places and values: all θ for which above − θ·below is not told from 0
    /// (Fieller, JRSS B 16:175, 1954). None where the one below is not told from 0 itself: then no θ is ruled out.
    pub fn ratio(&self, (a, above): (usize, f64), (b, below): (usize, f64), level: f64) -> Option<Interval> {
        let variance = |of: &dyn Fn(&[f64]) -> f64| self.error(of).map(|error| error * error);
        let t2 = t_quantile(self.units as f64 - 1.0, upper(level)).powi(2);
        let (s_aa, s_bb) = (t2 * variance(&|x| x[a])?, t2 * variance(&|x| x[b])?);
        let s_ab = 0.5 * (s_aa + s_bb - t2 * variance(&|x| x[a] - x[b])?);
        let square = below * below - s_bb;
        if square <= 0.0 || below <= 0.0 {
            return None;
        }
        let middle = above * below - s_ab;
        let half = (middle * middle - square * (above * above - s_aa)).max(0.0).sqrt();
        let (low, high) = ((middle - half) / square, (middle + half) / square);
        let method = Method::BootstrapFieller;
        Some(Interval { estimate: above / below, low, high, level, n: self.units, method })
    }

    /// Whether the estimate at `one` is larger than that at `other` beyond what chance explains, one of so many such
    /// questions that are to be right together with probability `level` (Bonferroni).
    pub fn larger(
        &self,
        (one, larger): (usize, f64),
        (other, smaller): (usize, f64),
        level: f64,
        questions: usize,
    ) -> bool {
        let Some(error) = self.error(|again| again[one] - again[other]) else { return false };
        let one_sided = 1.0 - (1.0 - level) / (2.0 * questions.max(1) as f64);
        larger - smaller > t_quantile(self.units as f64 - 1.0, one_sided) * error
    }
}

#[cfg(test)]
mod tests {
    use super::super::interval::student_t;
    use super::super::noise::Noise;
    use super::*;

    fn mean(values: &[f64], places: &[usize]) -> f64 {
        places.iter().map(|k| values[*k]).sum::<f64>() / places.len() as f64
    }

    #[test]
    fn the_interval_of_a_mean_is_students() {
        let mut noise = Noise(3);
        let values: Vec<f64> = (0..12).map(|_| noise.normal()).collect();
        let resampled = Resampled::new(12, 20_000, &mut |n| noise.index(n), |k| Some(vec![mean(&values, k)]));
        let exact = student_t(&values, 0.95).unwrap();
        let found = resampled.interval(0, exact.estimate, 0.95);
        // 20,000 resamples place a standard error within 0.5 %: four of these.
        assert!((found.half_width() / exact.half_width() - 1.0).abs() < 0.02, "{found} against {exact}");
    }

    #[test]
    fn what_is_shared_cancels_in_a_difference() {
        let mut noise = Noise(4);
        let one: Vec<f64> = (0..20).map(|_| 10.0 * noise.normal()).collect();
        let other: Vec<f64> = one.iter().map(|x| x - 1.0 + 0.1 * noise.normal()).collect();
        let both = |k: &[usize]| Some(vec![mean(&one, k), mean(&other, k)]);
        let resampled = Resampled::new(20, 500, &mut |n| noise.index(n), both);
        let all: Vec<usize> = (0..20).collect();
        let (a, b) = ((0, mean(&one, &all)), (1, mean(&other, &all)));
        assert!(resampled.larger(a, b, 0.95, 10) && !resampled.larger(b, a, 0.95, 10));
        assert!(resampled.interval(0, a.1, 0.95).half_width() > 2.0, "each by itself is known badly");
    }

    #[test]
    fn a_ratio_of_means_has_fiellers_interval() {
        let mut noise = Noise(5);
        let costs: Vec<f64> = (0..15).map(|_| 3.0 + noise.normal()).collect();
        let effects: Vec<f64> = costs.iter().map(|x| 2.0 * x + noise.normal()).collect();
        let both = |k: &[usize]| Some(vec![mean(&effects, k), mean(&costs, k)]);
        let resampled = Resampled::new(15, 20_000, &mut |n| noise.index(n), both);
        let all: Vec<usize> = (0..15).collect();
        let found = resampled.ratio((0, mean(&effects, &all)), (1, mean(&costs, &all)), 0.95).unwrap();
        let super::super::Fieller::Bounded(exact) = super::super::fieller(&effects, &costs, 0.95) else {
            panic!()
        };
        assert!((found.low - exact.low).abs() < 0.02 * exact.half_width(), "{found} against {exact}");
        assert!((found.high - exact.high).abs() < 0.02 * exact.half_width(), "{found} against {exact}");
        let nothing = |k: &[usize]| Some(vec![mean(&effects, k), mean(&costs, k) - 3.0]);
        let resampled = Resampled::new(15, 500, &mut |n| noise.index(n), nothing);
        assert_eq!(resampled.ratio((0, 6.0), (1, 0.01), 0.95), None);
    }

    #[test]
    fn one_unit_alone_has_no_error() {
        let one = Resampled::new(1, 10, &mut |_| 0, |_| Some(vec![1.0]));
        assert_eq!(one.interval(0, 1.0, 0.95).bounds(), (None, None));
    }

    #[test]
    fn ranks_are_open_as_far_as_comparisons_are() {
        assert_eq!(super::super::ranks_by(3, |_, _| false), [(1, 3), (1, 3), (1, 3)]);
        assert_eq!(super::super::ranks_by(3, |i, j| i < j), [(1, 1), (2, 2), (3, 3)]);
        assert_eq!(super::super::ranks_by(3, |i, j| i == 0 && j > 0), [(1, 1), (2, 3), (2, 3)]);
    }
}
