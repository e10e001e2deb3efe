//! How much has been reached by which age, when some cases have ended otherwise and some are still open.
//!
//! Ages are counted into the steps of one fixed grid, the curve of a replication is made from the counts, and
//! the curves of the replications are averaged. A case costs one look-up; a curve costs one pass over the grid.

use std::ops::Range;

use serde::Serialize;

use super::bins;
use super::interval::t_half_width;

/// Milliseconds in a minute: the end of the first step.
const FIRST: i64 = 60_000;
/// Steps while the age doubles: each is 0.54 % of the age wide.
const PER_DOUBLING: i32 = 128;
/// Look-up buckets while the age doubles; evenly wide, so the narrowest holds less than two steps.
const BUCKET_BITS: u32 = 8;

/// The ages at which curves are known: 0, one minute, 128 steps while the age doubles, and every age that
/// somebody asked about. Step j holds the ages in (edge j−1, edge j], step 0 the age 0 alone, so the curve at an
/// edge counts the cases that made it exactly then.
#[derive(Clone, Debug, PartialEq)]
pub struct AgeGrid {
    edges: Vec<i64>,
    /// The step of the smallest age in each bucket, from where the look-up walks up.
    from: Vec<u32>,
}

impl AgeGrid {
    /// The grid up to `longest`, the greatest age that can occur, with each of `limits` as an edge. Milliseconds.
    pub fn new(longest: i64, limits: &[i64]) -> AgeGrid {
        assert!(longest >= 0, "an age is not negative");
        let step = |k: i32| (FIRST as f64 * (f64::from(k) / f64::from(PER_DOUBLING)).exp2()).round() as i64;
        let doublings = 1 + (longest / FIRST).max(1).ilog2() as i32;
        let steps = (0..doublings * PER_DOUBLING).map(step);
        let mut edges: Vec<i64> = steps.take_while(|edge| *edge < longest).collect();
        edges.extend(limits.iter().copied().filter(|limit| (0..longest).contains(limit)));
        edges.extend([0, longest]);
        edges.sort_unstable();
        edges.dedup();
        let lowest = (0..=bucket(longest)).map(|bucket| bins::lowest::<BUCKET_BITS>(bucket) as i64);
        let from = lowest.map(|age| edges.partition_point(|edge| *edge < age) as u32).collect();
        AgeGrid { edges, from }
    }

    /// The step in which `age` lies, in constant time; `age` must not be negative nor above the longest.
    pub fn cell(&self, age: i64) -> usize {
        let mut cell = self.from[bucket(age)] as usize;
        while self.edges[cell] < age {
            cell += 1;
        }
        cell
    }

    /// The steps that end by an age.
    pub fn steps_by(&self, age: i64) -> usize {
        self.edges.partition_point(|edge| *edge <= age)
    }

    /// The upper edges of the steps.
    pub fn edges(&self) -> &[i64] {
        &self.edges
    }
}

/// The look-up bucket of an age.
fn bucket(age: i64) -> usize {
    bins::bin::<BUCKET_BITS>(u64::try_from(age).expect("an age is not negative"))
}

/// What became of the cases of one population, by the step of the age at which it happened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// Reached what is asked about.
    pub reached: Vec<u32>,
    /// Ended without reaching it.
    pub otherwise: Vec<u32>,
    /// Still open at this age when the observation ended.
    pub censored: Vec<u32>,
}

impl Counts {
    /// No cases yet, on this grid.
    pub fn new(grid: &AgeGrid) -> Counts {
        let none = || vec![0; grid.edges.len()];
        Counts { reached: none(), otherwise: none(), censored: none() }
    }

    /// Those who reached it in some of the steps.
    pub fn reached_in(&self, steps: Range<usize>) -> u64 {
        self.reached[steps].iter().map(|n| u64::from(*n)).sum()
    }

    /// All cases of the population, of which there are fewer than 2^32.
    pub fn total(&self) -> u64 {
        let sum = |counts: &[u32]| u64::from(counts.iter().sum::<u32>());
        sum(&self.reached) + sum(&self.otherwise) + sum(&self.censored)
    }
}

/// The cumulative incidence of reaching, at each edge of the grid as far as the population can tell.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Curve(Vec<f64>);

impl Curve {
    /// Aalen & Johansen's estimate (Scandinavian Journal of Statistics 5:141, 1978) from counts per step:
    /// `F_j = Σ_{i≤j} S_{i−1} d_i / Y_i` and `S_i = S_{i−1}(1 − (d_i + c_i)/Y_i)`, where `d_i` reached and `c_i` ended
    /// otherwise in step i, and `Y_i` were under observation at its beginning. Within a step ends come before
    /// censorings. The curve stops where nobody is under observation any more though not all have ended.
    pub fn aalen_johansen(counts: &Counts) -> Curve {
        // With a sign, as a processor turns only such numbers into floating point by itself.
        let mut at_risk = counts.total() as i64;
        let (mut open, mut reached) = (1.0, 0.0);
        let mut curve = vec![0.0; counts.reached.len()];
        let mut seen = 0;
        let steps = counts.reached.iter().zip(&counts.otherwise).zip(&counts.censored);
        for (((d, c), censored), value) in steps.zip(&mut curve) {
            if at_risk == 0 && open > 0.0 {
                break;
            }
            let ended = i64::from(*d) + i64::from(*c);
            if ended > 0 {
                reached += open * f64::from(*d) / at_risk as f64;
                // The whole number says when all have ended; a rounded product might not.
                open *= (at_risk - ended) as f64 / at_risk as f64;
            }
            at_risk -= ended + i64::from(*censored);
            *value = reached;
            seen += 1;
        }
        curve.truncate(seen);
        Curve(curve)
    }

    /// The values at the edges of the grid; fewer than edges when the population cannot tell the rest.
    pub fn values(&self) -> &[f64] {
        &self.0
    }

    /// The first edge at which the curve is `p` or more.
    pub fn first_age(&self, grid: &AgeGrid, p: f64) -> Option<i64> {
        first(&self.0, grid, p)
    }
}

/// The first edge at which values, of which a later one may dip a little, are `p` or more.
fn first(values: &[f64], grid: &AgeGrid, p: f64) -> Option<i64> {
    // Sums of shares miss a round p by a few units in the last place.
    values.iter().position(|value| *value >= p - 1e-12).map(|at| grid.edges[at])
}

/// Gathers the curves of replications, in their order: at each age what a [`Tally`](super::Tally) keeps, apart from the extremes, side
/// by side, so that a curve costs a few instructions for several ages at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CurveTally {
    count: Vec<f64>,
    mean: Vec<f64>,
    squares: Vec<f64>,
    curves: usize,
}

impl CurveTally {
    /// No curve yet.
    pub fn new() -> CurveTally {
        CurveTally::default()
    }

    /// One more replication. A curve without values, from a replication without such cases, is left out.
    pub fn push(&mut self, curve: &Curve) {
        if curve.0.is_empty() {
            return;
        }
        self.curves += 1;
        let width = self.mean.len().max(curve.0.len());
        for column in [&mut self.count, &mut self.mean, &mut self.squares] {
            column.resize(width, 0.0);
        }
        let columns = self.count.iter_mut().zip(&mut self.mean).zip(&mut self.squares);
        for (((count, mean), squares), value) in columns.zip(&curve.0) {
            *count += 1.0;
            let off = value - *mean;
            *mean += off / *count;
            *squares += off * (value - *mean);
        }
    }

    /// One group of curves more: their mean counts as one curve.
    pub fn push_mean(&mut self, group: &CurveTally) {
        self.push(&Curve(group.mean(0.95).mean));
    }

    /// The mean curve with its pointwise t band.
    ///
    /// It goes as far as at least half of the curves go; at each age it is the mean of those that go so far.
    pub fn mean(&self, level: f64) -> MeanCurve {
        let seen = self.count.iter().take_while(|count| 2.0 * **count >= self.curves as f64).count();
        let mut curve = MeanCurve { level, curves: self.curves, ..MeanCurve::default() };
        for ((count, mean), squares) in self.count.iter().zip(&self.mean).zip(&self.squares).take(seen) {
            let n = *count as usize;
            let variance = squares / (count - 1.0);
            let half = if n < 2 { f64::INFINITY } else { t_half_width(n as u64, variance, level) };
            curve.mean.push(*mean);
            // A share lies between 0 and 1, and one replication alone bounds it no better.
            curve.low.push((mean - half).max(0.0));
            curve.high.push((mean + half).min(1.0));
            curve.n.push(n);
        }
        curve
    }
}

/// The mean of the replications' curves, at the edges of the grid as far as it goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MeanCurve {
    /// The mean.
    pub mean: Vec<f64>,
    /// The lower edge of the pointwise band.
    pub low: Vec<f64>,
    /// The upper edge of the pointwise band.
    pub high: Vec<f64>,
    /// How many replications tell about this age.
    pub n: Vec<usize>,
    /// The level of the band.
    pub level: f64,
    /// How many replications had a curve.
    pub curves: usize,
}

/// When a share of the cases has reached it: an age, or nothing where it is not reached as far as one can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FirstAge {
    /// Where the mean curve gets there.
    pub age: Option<i64>,
    /// Where the upper edge of the band gets there.
    pub low: Option<i64>,
    /// Where the lower edge of the band gets there.
    pub high: Option<i64>,
}

impl MeanCurve {
    /// The first age at which the mean curve reaches `p`, with the interval between the band's edges.
    pub fn first_age(&self, grid: &AgeGrid, p: f64) -> FirstAge {
        FirstAge {
            age: first(&self.mean, grid, p),
            low: first(&self.high, grid, p),
            high: first(&self.low, grid, p),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::noise::Noise;
    use super::*;

    const DAY: i64 = 86_400_000;

    enum Fate {
        Reached,
        Otherwise,
        Open,
    }
    use Fate::{Open, Otherwise, Reached};

    fn count(grid: &AgeGrid, cases: &[(i64, Fate)]) -> Counts {
        let mut counts = Counts::new(grid);
        for (age, fate) in cases {
            let column = match fate {
                Reached => &mut counts.reached,
                Otherwise => &mut counts.otherwise,
                Open => &mut counts.censored,
            };
            column[grid.cell(*age)] += 1;
        }
        counts
    }

    #[test]
    fn every_age_is_found_in_the_step_that_holds_it() {
        let limits = [DAY, 7 * DAY, 7 * DAY + 1, 365 * DAY, 9_999 * DAY, 30];
        let grid = AgeGrid::new(1096 * DAY, &limits);
        let search = |age: i64| grid.edges().partition_point(|edge| *edge < age);
        let mut noise = Noise(2);
        let far = (1096.0 * DAY as f64).ln();
        let random = (0..100_000).map(|_| (noise.uniform() * far).exp() as i64);
        let edges =
            grid.edges().iter().flat_map(|edge| [*edge, (edge - 1).max(0), (edge + 1).min(1096 * DAY)]);
        for age in random.chain(edges.clone()).chain(0..3000) {
            assert_eq!(grid.cell(age), search(age), "age {age}");
        }
        for limit in &limits[..4] {
            assert_eq!(grid.edges()[grid.cell(*limit)], *limit, "a limit is an edge");
        }
        assert_eq!((grid.edges()[0], *grid.edges().last().unwrap()), (0, 1096 * DAY));
        let wide = |pair: &[i64]| pair[0] >= FIRST && pair[1] as f64 > 1.0055 * pair[0] as f64;
        assert!(!grid.edges().windows(2).any(wide), "a step is wider than a 128th of a doubling");
    }

    #[test]
    fn without_other_ends_the_curve_is_kaplan_and_meiers_of_the_leukaemia_trial() {
        // Weeks in remission under 6-MP (Freireich et al. 1963), the survival of many textbooks.
        let ended = [6, 6, 6, 7, 10, 13, 16, 22, 23];
        let open = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
        let grid = AgeGrid::new(50 * DAY, &(0..50).map(|day| day * DAY).collect::<Vec<_>>());
        let ended = ended.map(|day| (day * DAY, Reached));
        let cases: Vec<(i64, Fate)> = ended.into_iter().chain(open.map(|day| (day * DAY, Open))).collect();
        let curve = Curve::aalen_johansen(&count(&grid, &cases));
        let table = [
            (5, 1.0),
            (6, 0.857),
            (7, 0.807),
            (10, 0.753),
            (13, 0.690),
            (16, 0.627),
            (22, 0.538),
            (35, 0.448),
        ];
        for (day, survival) in table {
            let found = 1.0 - curve.values()[grid.cell(day * DAY)];
            assert!((found - survival).abs() < 0.000_5, "day {day}: {found} for {survival}");
        }
        assert_eq!(curve.values().len(), grid.cell(35 * DAY) + 1, "beyond the last open case nobody knows");
        assert_eq!(curve.first_age(&grid, 0.25), Some(13 * DAY));
        assert_eq!(curve.first_age(&grid, 0.9), None);
    }

    #[test]
    fn competing_ends_take_their_share_and_censored_cases_leave_theirs_to_the_rest() {
        // By hand. Day 1: one of 5 reaches (F 1/5, S 4/5). Day 2: one censored. Day 3: one of 3 ends otherwise
        // (S 8/15). Day 4: one of 2 reaches (F 1/5 + 8/30, S 4/15) and the other is censored on the same day.
        let grid = AgeGrid::new(10 * DAY, &[1, 2, 3, 4].map(|day| day * DAY));
        let fates = [(1, Reached), (2, Open), (3, Otherwise), (4, Open), (4, Reached)];
        let cases: Vec<(i64, Fate)> = fates.into_iter().map(|(day, fate)| (day * DAY, fate)).collect();
        let curve = Curve::aalen_johansen(&count(&grid, &cases));
        for (day, share) in [(1, 0.2), (2, 0.2), (3, 0.2), (4, 7.0 / 15.0)] {
            assert!((curve.values()[grid.cell(day * DAY)] - share).abs() < 1e-15, "day {day}");
        }
        assert!(curve.values().len() < grid.edges().len());
    }

    #[test]
    fn when_all_ends_are_seen_the_curve_is_the_plain_share_to_the_end_of_the_grid() {
        let grid = AgeGrid::new(400 * DAY, &[30 * DAY]);
        let fate = |i: i64| if i % 4 == 3 { Otherwise } else { Reached };
        let cases: Vec<(i64, Fate)> = (0..200).map(|i| (i * DAY, fate(i))).collect();
        let curve = Curve::aalen_johansen(&count(&grid, &cases));
        assert_eq!(curve.values().len(), grid.edges().len());
        let within_30 = (0..=30).filter(|i| i % 4 != 3).count() as f64 / 200.0;
        assert!((curve.values()[grid.cell(30 * DAY)] - within_30).abs() < 1e-12);
        assert!((curve.values().last().unwrap() - 0.75).abs() < 1e-12);
    }

    #[test]
    fn the_mean_curve_is_the_mean_with_a_band_and_goes_as_far_as_half_of_the_replications() {
        let grid = AgeGrid::new(10 * DAY, &[2, 4, 6].map(|day| day * DAY));
        let curve = |reached: i64, open: i64| {
            Curve::aalen_johansen(&count(&grid, &[(reached * DAY, Reached), (open * DAY, Open)]))
        };
        let mut tally = CurveTally::new();
        for curve in [curve(2, 4), curve(4, 6), curve(2, 6), curve(6, 10), Curve::default()] {
            tally.push(&curve);
        }
        let mean = tally.mean(0.9);
        assert_eq!(mean.curves, 4);
        let (two, four, six) = (grid.cell(2 * DAY), grid.cell(4 * DAY), grid.cell(6 * DAY));
        assert_eq!((mean.mean[two], mean.n[two]), (0.25, 4));
        assert_eq!((mean.mean[four], mean.n[four]), (0.375, 4));
        assert_eq!((mean.mean[six], mean.n[six]), (0.5, 3));
        assert_eq!(mean.mean.len(), six + 1, "beyond day 6 one of four replications is left");
        // Values 0.5, 0, 0.5, 0 at day 2: half-width t(3, 0.95) s/2 = 2.353363 x 0.288675/2, cut at 0.
        assert!((mean.high[two] - (0.25 + 2.353_363 * 0.144_337_6)).abs() < 1e-6);
        assert_eq!(mean.low[two], 0.0);
        let reached = mean.first_age(&grid, 0.375);
        assert_eq!((reached.age, reached.low, reached.high), (Some(4 * DAY), Some(2 * DAY), Some(6 * DAY)));
        assert_eq!(mean.first_age(&grid, 0.9).age, None);
    }
}
