//! Bands around series that share one grid of times: where most replications run, and where their mean lies.

use serde::Serialize;

use super::interval::{Interval, Method, t_of_tally};
use super::quantile::{quantile, sorted};
use super::special::{normal_cdf, t_quantile};
use super::tally::Tally;

/// What the replications do at one point of the grid. Pointwise: each point is judged alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BandPoint {
    /// The mean over the replications and its interval.
    pub mean: Interval,
    /// Half of the replications lie below.
    pub median: f64,
    /// The middle half of the replications (type 7 quartiles).
    pub middle_half: [f64; 2],
    /// The middle 90 % of the replications (type 7).
    pub middle_90: [f64; 2],
}

/// The pointwise band of series with one value per grid point; empty without series.
pub fn pointwise<S: AsRef<[f64]>>(series: &[S], level: f64) -> Vec<BandPoint> {
    let at = |at: usize| point(series.iter().map(|s| s.as_ref()[at]).collect(), level);
    (0..points_in(series)).map(|i| at(i).expect("a band has at least one series")).collect()
}

/// One point of a band, of the values there; none without values.
pub fn point(values: Vec<f64>, level: f64) -> Option<BandPoint> {
    let mean = mean(&values, level)?;
    let values = sorted(values);
    let at = |p| quantile(&values, p).expect("a mean rests on values");
    Some(BandPoint {
        mean,
        median: at(0.5),
        middle_half: [at(0.25), at(0.75)],
        middle_90: [at(0.05), at(0.95)],
    })
}

/// The mean at one point of a band; none without values.
pub fn mean(values: &[f64], level: f64) -> Option<Interval> {
    t_of_tally(&values.iter().collect(), level, Method::PointwiseTBand)
}

fn points_in<S: AsRef<[f64]>>(series: &[S]) -> usize {
    let points = series.first().map_or(0, |s| s.as_ref().len());
    assert!(series.iter().all(|s| s.as_ref().len() == points), "all series share one grid");
    points
}

/// A band that holds the whole curve of means at once with the stated confidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SimultaneousBand {
    /// How many standard errors it reaches to either side.
    pub multiplier: f64,
    /// Its points; each is [`Method::SimultaneousBand`].
    pub points: Vec<Interval>,
}

/// The simultaneous band by the bootstrap of the largest |t| over replications (Montiel Olea & Plagborg-Møller,
/// Journal of Applied Econometrics 34:1, 2019): mean ± c·s/√n, with c the `level` quantile of
/// max over the grid of |mean* − mean| / (s/√n). The bootstrap's c is that of known variances; it is replaced by
/// the point of Student's t with the same tail, which makes the band of a one-point grid the t interval. A point
/// where the replications agree has no width. `draw(n)` gives uniform whole numbers below n. None with fewer than two series.
pub fn simultaneous<S: AsRef<[f64]>>(
    series: &[S],
    level: f64,
    resamples: usize,
    mut draw: impl FnMut(usize) -> usize,
) -> Option<SimultaneousBand> {
    let n = series.len();
    let points = points_in(series);
    if n < 2 || resamples == 0 {
        return None;
    }
    let tallies: Vec<Tally> = (0..points).map(|at| series.iter().map(|s| s.as_ref()[at]).collect()).collect();
    let scaled = standardised(series, &tallies);
    let largest = (0..resamples).map(|_| largest_mean(&scaled, n, &mut draw)).collect();
    let known_variance = quantile(&sorted(largest), level).expect("there are resamples");
    let multiplier = -t_quantile(n as f64 - 1.0, normal_cdf(-known_variance));
    let around = |tally: &Tally| {
        let estimate = tally.mean().expect("there are series");
        let half = multiplier * tally.sd().expect("there are two series") / (n as f64).sqrt();
        let method = Method::SimultaneousBand;
        Interval { estimate, low: estimate - half, high: estimate + half, level, n, method }
    };
    Some(SimultaneousBand { multiplier, points: tallies.iter().map(around).collect() })
}

/// Each series less the mean, in units that give every point of a resampled mean the variance 1. Points without
/// spread are left out.
fn standardised<S: AsRef<[f64]>>(series: &[S], tallies: &[Tally]) -> Vec<Vec<f64>> {
    let n = series.len() as f64;
    // A resampled mean has the variance s²(n-1)/n², not s²/n.
    let unit = |t: &Tally| (t.mean().unwrap_or(0.0), t.sd().unwrap_or(0.0) * (n - 1.0).sqrt());
    let units: Vec<(f64, f64)> = tallies.iter().map(unit).collect();
    let scale = |s: &S| {
        let pairs = s.as_ref().iter().zip(&units).filter(|(_, (_, unit))| *unit > 0.0);
        pairs.map(|(value, (mean, unit))| (value - mean) / unit).collect()
    };
    series.iter().map(scale).collect()
}

fn largest_mean(scaled: &[Vec<f64>], n: usize, draw: &mut impl FnMut(usize) -> usize) -> f64 {
    let mut sums = vec![0.0; scaled[0].len()];
    for _ in 0..n {
        sums.iter_mut().zip(&scaled[draw(n)]).for_each(|(sum, value)| *sum += value);
    }
    sums.iter().fold(0.0, |largest: f64, sum| largest.max(sum.abs()))
}

#[cfg(test)]
mod tests {
    use super::super::interval::student_t;
    use super::super::noise::Noise;
    use super::*;

    fn walks(noise: &mut Noise, replications: usize, points: usize) -> Vec<Vec<f64>> {
        let walk = |noise: &mut Noise| {
            let mut at = 0.0;
            let step = |_| {
                at += noise.normal();
                at
            };
            (0..points).map(step).collect()
        };
        (0..replications).map(|_| walk(noise)).collect()
    }

    #[test]
    fn a_point_of_the_band_is_the_interval_and_the_quantiles_of_its_values() {
        let series: Vec<[f64; 2]> = (1..=21).map(|i| [f64::from(i), 5.0]).collect();
        let band = pointwise(&series, 0.9);
        assert_eq!(band.len(), 2);
        assert_eq!(
            (band[0].median, band[0].middle_half, band[0].middle_90),
            (11.0, [6.0, 16.0], [2.0, 20.0])
        );
        let alone = student_t(&(1..=21).map(f64::from).collect::<Vec<_>>(), 0.9).unwrap();
        assert_eq!((band[0].mean.low, band[0].mean.method), (alone.low, Method::PointwiseTBand));
        assert_eq!((band[1].mean.low, band[1].mean.high), (5.0, 5.0));
        assert!(pointwise::<[f64; 2]>(&[], 0.9).is_empty());
    }

    #[test]
    fn the_band_of_one_point_is_nearly_the_t_interval_and_of_many_points_wider() {
        let mut noise = Noise(5);
        let one: Vec<Vec<f64>> = (0..30).map(|_| vec![noise.normal()]).collect();
        let pointwise = student_t(&one.concat(), 0.95).unwrap();
        let band = simultaneous(&one, 0.95, 4000, |n| noise.index(n)).unwrap();
        // Resampled means of 30 values are nearly normal; 4,000 of them place the 95 % point within 4 %.
        assert!((band.points[0].half_width() / pointwise.half_width() - 1.0).abs() < 0.06);
        let many = walks(&mut noise, 30, 50);
        assert!(
            simultaneous(&many, 0.95, 400, |n| noise.index(n)).unwrap().multiplier > 1.1 * band.multiplier
        );
    }

    #[test]
    fn the_simultaneous_band_holds_the_whole_curve_where_the_pointwise_one_does_not() {
        // 400 experiments of 20 random walks over 30 points, level 90 %: standard error of the share 0.015.
        // Seed fixed; the bounds are four standard errors from 0.90 (first-order method: half a point of bias
        // allowed for) and fail a correct implementation with probability below 1e-3.
        let mut noise = Noise(17);
        let (mut whole, mut each) = (0, 0);
        for _ in 0..400 {
            let series = walks(&mut noise, 20, 30);
            let band = simultaneous(&series, 0.9, 200, |n| noise.index(n)).unwrap();
            whole += usize::from(band.points.iter().all(|point| point.contains(0.0)));
            each += usize::from(pointwise(&series, 0.9).iter().all(|point| point.mean.contains(0.0)));
        }
        let (whole, each) = (whole as f64 / 400.0, each as f64 / 400.0);
        assert!((0.835..=0.965).contains(&whole), "the simultaneous band held {whole}");
        assert!(each < 0.8, "the pointwise band held {each}: the test could not tell them apart");
    }

    #[test]
    fn points_without_spread_do_not_widen_the_band() {
        let mut noise = Noise(1);
        let series: Vec<[f64; 2]> = (0..12).map(|_| [0.0, noise.normal()]).collect();
        let band = simultaneous(&series, 0.9, 200, |n| noise.index(n)).unwrap();
        assert_eq!((band.points[0].low, band.points[0].high), (0.0, 0.0));
        assert!(band.multiplier.is_finite() && band.points[1].half_width() > 0.0);
        assert_eq!(simultaneous(&series[..1], 0.9, 200, |n| noise.index(n)), None);
    }
}
