//! MSER-5: where the beginning of a series ends, so that what follows may pass for steady state.

/// How much of a series' beginning to leave out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truncation {
    /// So many observations are left out; a multiple of 5.
    pub observations: usize,
    /// The statistic at its least: the squared standard error of what is left, were it white noise.
    pub statistic: f64,
    /// The least lies at the latest place allowed, half the series: the run is too short to say.
    pub too_short: bool,
}

/// Observations in a batch.
const BATCH: usize = 5;

/// The truncation that makes the marginal standard error of the rest least, over batch means of five
/// (White, Simulation 69:323, 1997; White, Cobb & Spratt, Winter Simulation Conference 2000, 755-765):
/// `d* = argmin over d ≤ k/2 of Σ_{j>d}(z_j − z̄)²/(k − d)²`, ties to the smaller d. Average series over the
/// replications first. None with fewer than two batches.
pub fn mser5(series: &[f64]) -> Option<Truncation> {
    let batches: Vec<f64> =
        series.chunks_exact(BATCH).map(|batch| batch.iter().sum::<f64>() / BATCH as f64).collect();
    let k = batches.len();
    if k < 2 {
        return None;
    }
    let statistics = rest_statistics(&batches);
    let latest = k / 2;
    let mut best = 0;
    for d in 1..=latest {
        if statistics[d] < statistics[best] {
            best = d;
        }
    }
    Some(Truncation { observations: BATCH * best, statistic: statistics[best], too_short: best == latest })
}

/// For every d the statistic of what is left after d batches, from the end backwards so that one pass does it.
fn rest_statistics(batches: &[f64]) -> Vec<f64> {
    let mut statistics = vec![0.0; batches.len()];
    let (mut count, mut mean, mut squares) = (0.0, 0.0, 0.0);
    for (statistic, batch) in statistics.iter_mut().zip(batches).rev() {
        count += 1.0;
        let off = batch - mean;
        mean += off / count;
        squares += off * (batch - mean);
        *statistic = squares / (count * count);
    }
    statistics
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_series_loses_its_first_hundred_observations() {
        // y_i = 10 exp(-i/20) + ((7919 i) mod 101)/101, i = 0..399; also found by the Python package pymser.
        let series: Vec<f64> = (0..400_u32)
            .map(|i| 10.0 * (-f64::from(i) / 20.0).exp() + f64::from((7919 * i) % 101) / 101.0)
            .collect();
        let found = mser5(&series).unwrap();
        assert_eq!((found.observations, found.too_short), (100, false));
        assert!((found.statistic - 5.362_341_141e-5).abs() < 1e-13);
    }

    #[test]
    fn a_series_that_only_grows_is_too_short_whatever_its_length() {
        let series: Vec<f64> = (0..500).map(f64::from).collect();
        assert!(mser5(&series).unwrap().too_short);
    }

    #[test]
    fn a_flat_series_loses_nothing_and_a_short_one_says_nothing() {
        assert_eq!(mser5(&[3.0; 50]).unwrap().observations, 0);
        assert_eq!(mser5(&[3.0; 9]), None);
    }
}
