//! Sobol' indices of a noisy answer: which share of the variance of its mean each input carries, and which share of the
//! variance of a single replication is luck.
//!
//! Sobol', Mathematics and Computers in Simulation 55 (2001), 271-280. First order by Saltelli et al., Computer Physics
//! Communications 181 (2010), 259-270, equation (b) of their table 2; total by Jansen, ibid. 117 (1999), 35-43.

use super::interval::{Interval, Method};
use super::resampling::Resampled;
use super::tally::Tally;

/// A row of the design: what every replication says at A, at B, and at A with one factor taken from B. All points of a row
/// have the same replications, two or more; other rows have others.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// At the point of the first sample.
    pub a: Vec<f64>,
    /// At that of the second.
    pub b: Vec<f64>,
    /// By factor: at the first, with this factor of the second.
    pub mixed: Vec<Vec<f64>>,
}

/// The indices, in the order of the factors.
#[derive(Clone, Debug, PartialEq)]
pub struct Indices {
    /// Mean answer over the inputs.
    pub mean: Interval,
    /// First-order index: the share of the variance of the mean answer that would be gone if this factor were known.
    /// None where the inputs move the mean less than luck lets tell.
    pub first: Option<Vec<Interval>>,
    /// Total index: the share that would remain if all others were known. None as above.
    pub total: Option<Vec<Interval>>,
    /// The share of the variance of a single replication that is luck and not the inputs. None where nothing varies.
    pub noise: Option<Interval>,
    /// By factor: the best and the worst rank by the total index that intervals allow.
    pub ranks: Vec<(usize, usize)>,
}

/// What estimates need of a row. Products of two means are made of *different* replications,
/// `Σ_{j≠l} x_j y_l / r(r − 1) = x̄ȳ − s_xy/r`: the luck that points share in a replication would else be taken for an effect of the inputs.
struct Part {
    a: f64,
    b: f64,
    /// Variance of one replication at A and at B.
    luck: [f64; 2],
    replications: f64,
    /// By factor: the change d from A to the mixed point, b·d, and d².
    changes: Vec<[f64; 3]>,
}

impl Part {
    fn of(row: &Row) -> Option<Part> {
        let variance = |values: &[f64]| values.iter().collect::<Tally>().variance();
        let change = |mixed: &Vec<f64>| {
            let d: Vec<f64> = mixed.iter().zip(&row.a).map(|(mixed, a)| mixed - a).collect();
            [mean(&d), product(&row.b, &d), product(&d, &d)]
        };
        Some(Part {
            a: mean(&row.a),
            b: mean(&row.b),
            luck: [variance(&row.a)?, variance(&row.b)?],
            replications: row.a.len() as f64,
            changes: row.mixed.iter().map(change).collect(),
        })
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The product of two means, free of what they share by luck.
fn product(x: &[f64], y: &[f64]) -> f64 {
    let (n, same) = (x.len() as f64, x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>());
    (x.iter().sum::<f64>() * y.iter().sum::<f64>() - same) / (n * (n - 1.0))
}

/// The indices of the *mean* answer, from rows that are independent of each other, with intervals from resampling the rows.
///
/// With B centred at c, the mean over all of A and B: `V_i = Σ (b − c) (a_i − a)/N`, `T_i = Σ (a_i − a)²/2N`, and V is the
/// variance of the means at A and at B less what luck gives it. Estimates may fall a little outside 0 to 1; they are not cut.
///
/// None with fewer than two rows or replications. Example: Ishigami's function with a = 7 and b = 0.1 has first-order
/// indices 0.3139, 0.4424 and 0 and total ones 0.5576, 0.4424 and 0.2437.
pub fn indices(
    rows: &[Row],
    level: f64,
    resamples: usize,
    draw: &mut dyn FnMut(usize) -> usize,
) -> Option<Indices> {
    let parts: Vec<Part> = rows.iter().map(Part::of).collect::<Option<_>>()?;
    let k = rows.first()?.mixed.len();
    let all: Vec<usize> = (0..parts.len()).collect();
    let once = estimates(&parts, &all)?;
    let again = Resampled::new(parts.len(), resamples, draw, |places| estimates(&parts, places));
    let at = |place: usize| (place, once[place]);
    let share = |place: usize| again.ratio(at(place), at(VARIANCE), level);
    let (first, total): (Option<Vec<Interval>>, Option<Vec<Interval>>) =
        ((COMMON..COMMON + k).map(share).collect(), (COMMON + k..COMMON + 2 * k).map(share).collect());
    // A share lies between 0 and 1, however badly it is known.
    let share = |low: f64, high: f64| Interval {
        estimate: (once[LUCK] / once[ALL]).clamp(0.0, 1.0),
        low: low.max(0.0),
        high: high.min(1.0),
        level,
        n: parts.len(),
        method: Method::BootstrapFieller,
    };
    let noise = (once[ALL] > 0.0).then(|| match again.ratio(at(LUCK), at(ALL), level) {
        Some(noise) => share(noise.low, noise.high),
        None => share(0.0, 1.0),
    });
    let (questions, sure) = (k * k.saturating_sub(1) / 2, total.is_some());
    let larger =
        |i: usize, j: usize| sure && again.larger(at(COMMON + k + i), at(COMMON + k + j), level, questions);
    let mean = again.interval(MEAN, once[MEAN], level);
    Some(Indices { mean, first, total, noise, ranks: super::ranks_by(k, larger) })
}

/// Places of what all factors have in common among the estimates; numerators of first-order indices, then of total ones,
/// follow.
const MEAN: usize = 0;
/// Variance of the mean answer over the inputs; what luck takes may leave less than nothing.
const VARIANCE: usize = 1;
/// Mean variance of one replication.
const LUCK: usize = 2;
/// Both together.
const ALL: usize = 3;
const COMMON: usize = 4;

fn estimates(parts: &[Part], places: &[usize]) -> Option<Vec<f64>> {
    let tally = |of: &dyn Fn(&Part) -> f64| places.iter().map(|k| of(&parts[*k])).collect::<Tally>();
    let (a, b) = (tally(&|part| part.a), tally(&|part| part.b));
    let [luck_a, luck_b] = [0, 1].map(|side| tally(&|part| part.luck[side] / part.replications).mean());
    let luck = tally(&|part| f64::midpoint(part.luck[0], part.luck[1])).mean()?;
    let variance = f64::midpoint(a.variance()? - luck_a?, b.variance()? - luck_b?);
    let mean = f64::midpoint(a.mean()?, b.mean()?);
    let (k, n) = (parts[0].changes.len(), places.len() as f64);
    let mut sums = vec![0.0; 2 * k];
    for part in places.iter().map(|place| &parts[*place]) {
        for (i, [change, with_b, square]) in part.changes.iter().enumerate() {
            sums[i] += (with_b - mean * change) / n;
            sums[k + i] += 0.5 * square / n;
        }
    }
    Some([vec![mean, variance, luck, variance + luck], sums].concat())
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::super::noise::Noise;
    use super::*;

    /// Ishigami and Homma's function with a = 7 and b = 0.1, on uniforms from 0 to 1.
    fn ishigami(u: &[f64]) -> f64 {
        let x = |i: usize| PI * (2.0 * u[i] - 1.0);
        x(0).sin() + 7.0 * x(1).sin().powi(2) + 0.1 * x(2).powi(4) * x(0).sin()
    }
    const ISHIGAMI: [f64; 6] = [0.313_905, 0.442_411, 0.0, 0.557_589, 0.442_411, 0.243_684];
    /// 1/2 + a²/8 + bπ⁴/5 + b²π⁸/18.
    const EXACT: f64 = 13.844_588;

    /// Sobol's g-function.
    fn g(u: &[f64]) -> f64 {
        const A: [f64; 8] = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
        u.iter().zip(A).map(|(u, a)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a)).product()
    }

    /// Rows at random points. Each replication of a point adds luck of its own and luck that all points of the row share,
    /// the latter larger where the first input is large: what common random numbers do.
    fn rows(
        function: impl Fn(&[f64]) -> f64,
        (factors, n): (usize, usize),
        (replications, own, shared): (usize, f64, f64),
        noise: &mut Noise,
    ) -> Vec<Row> {
        let mut rows = vec![];
        for _ in 0..n {
            let point = |noise: &mut Noise| (0..factors).map(|_| noise.uniform()).collect::<Vec<f64>>();
            let (a, b) = (point(noise), point(noise));
            let luck: Vec<f64> = (0..replications).map(|_| shared * noise.normal()).collect();
            let mut at = |x: &[f64]| -> Vec<f64> {
                luck.iter().map(|luck| function(x) + luck * 2.0 * x[0] + own * noise.normal()).collect()
            };
            let mixed = (0..factors).map(|i| {
                let mut x = a.clone();
                x[i] = b[i];
                at(&x)
            });
            let mixed = mixed.collect();
            rows.push(Row { a: at(&a), b: at(&b), mixed });
        }
        rows
    }

    fn of(rows: &[Row], resamples: usize, noise: &mut Noise) -> (Vec<Interval>, Indices) {
        let found = indices(rows, 0.95, resamples, &mut |n| noise.index(n)).unwrap();
        let both = [found.first.clone().unwrap(), found.total.clone().unwrap()].concat();
        (both, found)
    }

    /// Each estimate within four standard errors, which fails by chance for one of 15,000 estimates, and the errors small.
    fn agree(found: &[Interval], exact: &[f64], error: f64) {
        for (k, (found, exact)) in found.iter().zip(exact).enumerate() {
            let se = found.half_width() / 1.96;
            assert!(se < error, "{k}: standard error {se}");
            assert!((found.estimate - exact).abs() < 4.0 * se + 1e-5, "{k}: {found}, not {exact}");
        }
    }

    #[test]
    fn ishigamis_function_has_its_published_indices() {
        let mut noise = Noise(11);
        let rows = rows(ishigami, (3, 20_000), (2, 0.0, 0.0), &mut noise);
        let (found, all) = of(&rows, 100, &mut noise);
        agree(&found, &ISHIGAMI, 0.012);
        assert!(all.noise.unwrap().estimate < 1e-9 && all.mean.contains(3.5));
        assert_eq!(all.ranks, [(1, 1), (2, 2), (3, 3)]);
    }

    #[test]
    fn sobols_g_function_has_its_published_indices() {
        let mut noise = Noise(12);
        let rows = rows(g, (8, 20_000), (2, 0.0, 0.0), &mut noise);
        let (found, all) = of(&rows, 100, &mut noise);
        let first = [0.716_192, 0.179_048, 0.023_676, 0.007_162, 7.16e-5, 7.16e-5, 7.16e-5, 7.16e-5];
        let total = [0.787_144, 0.242_198, 0.034_317, 0.010_460, 1.05e-4, 1.05e-4, 1.05e-4, 1.05e-4];
        agree(&found, &[first, total].concat(), 0.02);
        assert_eq!(all.ranks[..4], [(1, 1), (2, 2), (3, 3), (4, 4)]);
        assert!(all.ranks[4..].iter().all(|(best, worst)| (*best, *worst) == (5, 8)), "{:?}", all.ranks);
    }

    /// Luck of its own with variance 4 and luck that points share with variance 9·(2 x₀)², on average 12: with three
    /// replications the indices of the mean are what they are without it, and the share of luck is 16 / (13.84 + 16).
    #[test]
    fn luck_moves_no_index_of_the_mean_and_has_its_own_share() {
        let mut noise = Noise(13);
        let rows = rows(ishigami, (3, 20_000), (3, 2.0, 3.0), &mut noise);
        let (found, all) = of(&rows, 100, &mut noise);
        agree(&found, &ISHIGAMI, 0.02);
        let share = 16.0 / (16.0 + EXACT);
        agree(&[all.noise.unwrap()], &[share], 0.01);
        // What plain means would have said: their total index of the first factor holds a third of its luck.
        let plain: f64 = rows.iter().map(|row| 0.5 * (mean(&row.mixed[0]) - mean(&row.a)).powi(2)).sum();
        assert!(plain / 20_000.0 / EXACT > ISHIGAMI[3] + 0.1, "the luck was too small to be seen");
    }

    /// Over 1,000 studies of 128 rows the 95 % intervals of the six indices and of the share of luck held the exact value in
    /// 93 to 96 of 100. Of 400 studies each does so in 90 to 98; of a hundred seeds some two would fail this.
    #[test]
    fn intervals_cover_as_often_as_they_say() {
        const STUDIES: u32 = 400;
        let mut noise = Noise(14);
        let mut exact = ISHIGAMI.to_vec();
        exact.push(4.0 / (4.0 + EXACT));
        let mut covered = vec![0; exact.len()];
        for _ in 0..STUDIES {
            let rows = rows(ishigami, (3, 128), (2, 2.0, 0.0), &mut noise);
            let (mut found, all) = of(&rows, 200, &mut noise);
            found.push(all.noise.unwrap());
            for (n, (found, exact)) in covered.iter_mut().zip(found.iter().zip(&exact)) {
                *n += u32::from(found.contains(*exact));
            }
        }
        let share: Vec<f64> = covered.iter().map(|n| f64::from(*n) / f64::from(STUDIES)).collect();
        assert!(share.iter().all(|share| (0.90..=0.98).contains(share)), "{share:?}");
    }

    #[test]
    fn inputs_that_do_nothing_leave_luck_alone() {
        let mut noise = Noise(15);
        let moved = rows(|_| 5.0, (2, 50), (2, 1.0, 0.0), &mut noise);
        let found = indices(&moved, 0.95, 200, &mut |n| noise.index(n)).unwrap();
        assert!(found.first.is_none() && found.total.is_none());
        assert!(found.noise.unwrap().contains(1.0) && found.mean.contains(5.0), "{:?}", found.noise);
        assert_eq!(found.ranks, [(1, 2), (1, 2)]);
        let still = rows(|_| 5.0, (2, 50), (2, 0.0, 0.0), &mut noise);
        let found = indices(&still, 0.95, 200, &mut |n| noise.index(n)).unwrap();
        assert!(found.noise.is_none() && found.total.is_none(), "{found:?}");
    }
}
