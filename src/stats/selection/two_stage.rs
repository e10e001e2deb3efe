//! Selection in two stages: a first sample tells the variances, they tell how many replications each alternative needs in
//! all, and then the largest mean is the choice. For alternatives whose values are independent of each other.

use super::super::special::{gamma_quantile, ln_gamma, normal_cdf, t_cdf, t_quantile};

/// What the integrals leave out on either side.
const TAIL: f64 = 1e-14;

/// Rinott's h: with max(n0, ⌈(h sᵢ/δ)²⌉) replications of each alternative, the largest mean belongs to the best with
/// probability `p` or more if that is δ or more ahead (Rinott, Communications in Statistics A 7:799, 1978). It solves
///
/// ```text
/// ∫ (∫ Φ(h / √(ν (1/x + 1/y))) f(x) dx)^(k−1) f(y) dy = p,    f: chi-square density with ν = n0 − 1
/// ```
///
/// Alternatives must not share random numbers; [`super::Kn`] may. Example: k 5, n0 20, p 0.95 gives 3.385419.
pub fn rinott_h(k: usize, n0: usize, p: f64) -> f64 {
    asked(k, n0, p);
    let nu = n0 as f64 - 1.0;
    let nodes = chi_square_nodes(nu);
    let chance = |h: f64| {
        let beaten = |y: f64| {
            nodes
                .iter()
                .map(|(x, weight)| weight * normal_cdf(h / (nu * (1.0 / x + 1.0 / y)).sqrt()))
                .sum::<f64>()
        };
        nodes.iter().map(|(y, weight)| weight * beaten(*y).powi(k as i32 - 1)).sum::<f64>()
    };
    solve(chance, p)
}

/// The constant h₁ of Dudewicz and Dalal (Sankhyā B 37:28, 1975): with max(n0 + 1, ⌈(h₁ sᵢ/δ)²⌉) replications and the
/// weighted means of [`dudewicz_dalal_weights`], the largest belongs to the best with probability `p` or more. It solves
/// ∫ T(t + h)^(k−1) dT(t) = p, T Student's law with n0 − 1 degrees of freedom. No more than Rinott's h, as the weights buy
/// something. Alternatives must not share random numbers. Example: k 5, n0 20, p 0.9 gives 2.747093.
pub fn dudewicz_dalal_h(k: usize, n0: usize, p: f64) -> f64 {
    asked(k, n0, p);
    let nu = n0 as f64 - 1.0;
    let nodes = student_nodes(nu);
    let chance =
        |h: f64| nodes.iter().map(|(t, weight)| weight * t_cdf(nu, t + h).powi(k as i32 - 1)).sum::<f64>();
    solve(chance, p)
}

fn asked(k: usize, n0: usize, p: f64) {
    assert!(k >= 2 && n0 >= 2, "a selection is among two or more, and a variance needs two values");
    assert!(p > 1.0 / k as f64 && p < 1.0, "better than a guess, and not certain");
}

/// How many replications an alternative needs in all whose first ones have this standard deviation: ⌈(h sd/δ)²⌉, and
/// `at_least` (n0 for Rinott, n0 + 1 for Dudewicz and Dalal). Example: h 3.385, sd 4, δ 1 gives 184.
pub fn two_stage_size(h: f64, sd: f64, delta: f64, at_least: usize) -> usize {
    assert!(delta > 0.0, "a difference worth detecting is above 0");
    ((h * sd / delta).powi(2).ceil() as usize).max(at_least)
}

/// The weights of the mean of the first `n0` replications and of the mean of the other `size` − `n0` (Dudewicz & Dalal; Law,
/// Simulation Modeling & Analysis, section 10.4.1): they make (weighted mean − θ)/(δ/h) exactly Student's t.
/// The first is n0/N (1 + √(1 − N/n0 (1 − (N − n0) δ²/(h² sd²)))).
/// Example: n0 20, N 21, h 2.453, sd 1, δ 1 gives 1.288 and −0.288.
pub fn dudewicz_dalal_weights(n0: usize, size: usize, h: f64, sd: f64, delta: f64) -> (f64, f64) {
    assert!(size > n0 && n0 > 0, "the second stage has a replication");
    let (first, all) = (n0 as f64, size as f64);
    let rest = 1.0 - (all - first) * (delta / (h * sd)).powi(2);
    // Never below 0 for N ≥ (h sd/δ)², but for rounding.
    let root = (1.0 - all / first * rest).max(0.0).sqrt();
    let weight = if sd == 0.0 { first / all } else { first / all * (1.0 + root) };
    (weight, 1.0 - weight)
}

/// Places and weights for means over the chi-square law: equal steps of ln x, where the density falls off fast on both
/// sides and equal weights are as good as any rule (Trefethen & Weideman, SIAM Review 56:385, 2014).
fn chi_square_nodes(nu: f64) -> Vec<(f64, f64)> {
    let end = |p: f64| (2.0 * gamma_quantile(0.5 * nu, p)).ln();
    weighted(end(TAIL), end(1.0 - TAIL), 160, |u| (u.exp(), 0.5 * (nu * u - u.exp())))
}

/// The same for Student's law: equal steps of arsinh t. There T(t + h) is steep where t is near −h, the more the heavier
/// the tails: these steps give nine digits from n0 = 5 on, and four at least for n0 = 2.
fn student_nodes(nu: f64) -> Vec<(f64, f64)> {
    let end = t_quantile(nu, 1.0 - TAIL).asinh();
    let norm = ln_gamma(0.5 * (nu + 1.0)) - ln_gamma(0.5 * nu);
    let density = |s: f64| norm - 0.5 * (nu + 1.0) * (s.sinh().powi(2) / nu).ln_1p() + s.cosh().ln();
    weighted(-end, end, 2000, |s| (s.sinh(), density(s)))
}

/// Equal steps from `low` to `high`, turned into places and the logarithms of their weights; weights add up to 1.
fn weighted(low: f64, high: f64, steps: usize, at: impl Fn(f64) -> (f64, f64)) -> Vec<(f64, f64)> {
    let step = (high - low) / steps as f64;
    let nodes = (0..=steps).map(|i| at(low + step * i as f64));
    let nodes: Vec<(f64, f64)> = nodes.map(|(place, log)| (place, log.exp())).collect();
    let total: f64 = nodes.iter().map(|(_, weight)| weight).sum();
    nodes.into_iter().map(|(place, weight)| (place, weight / total)).collect()
}

/// Where an increasing function of h > 0 reaches `p`: regula falsi that halves the end that stands still (Dowell &
/// Jarratt, BIT 11:168, 1971).
fn solve(chance: impl Fn(f64) -> f64, p: f64) -> f64 {
    let miss = |h: f64| chance(h) - p;
    let (mut low, mut below) = (0.0, miss(0.0));
    let mut high = 1.0;
    let mut above = miss(high);
    while above < 0.0 {
        (low, below) = (high, above);
        high *= 2.0;
        above = miss(high);
    }
    let mut last = 0.0;
    loop {
        let next = (low * above - high * below) / (above - below);
        let off = miss(next);
        if off.abs() < 1e-15 || (next - last).abs() <= 1e-13 * next {
            return next;
        }
        last = next;
        if off < 0.0 {
            (low, below) = (next, off);
            above *= 0.5;
        } else {
            (high, above) = (next, off);
            below *= 0.5;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::noise::Noise;
    use super::super::super::tally::Tally;
    use super::*;

    #[test]
    fn rinotts_h_is_the_published_one() {
        let table = [
            (2, 0.95, 2.452_473_258),
            (5, 0.95, 3.385_418_742),
            (10, 0.95, 3.875_276_655),
            (5, 0.90, 2.916_362_865),
        ];
        for (k, p, wanted) in table {
            let found = rinott_h(k, 20, p);
            assert!((found - wanted).abs() < 2e-8, "k {k}, p {p}: {found} for {wanted}");
        }
    }

    #[test]
    fn the_constants_of_dudewicz_and_dalal_are_those_of_the_textbook() {
        let table = [
            (0.90, [1.895_747_077, 2.342_272_223, 2.583_386_919, 2.747_092_582]),
            (0.95, [2.452_473_253, 2.871_620_466, 3.101_086_662, 3.258_011_073]),
        ];
        for (p, row) in table {
            for (k, wanted) in (2..).zip(row) {
                let found = dudewicz_dalal_h(k, 20, p);
                assert!((found - wanted).abs() < 2e-8, "k {k}, p {p}: {found} for {wanted}");
            }
        }
    }

    #[test]
    fn of_two_alternatives_both_procedures_ask_the_same_for_any_first_sample() {
        for n0 in [2, 3, 8, 60] {
            let (rinott, dalal) = (rinott_h(2, n0, 0.9), dudewicz_dalal_h(2, n0, 0.9));
            assert!((rinott / dalal - 1.0).abs() < 1e-7, "n0 {n0}: {rinott} and {dalal}");
        }
        // Two Cauchy variables differ by twice a Cauchy variable: tan(0.4 π) · 2.
        assert!((dudewicz_dalal_h(2, 2, 0.9) - 2.0 * (0.4 * std::f64::consts::PI).tan()).abs() < 1e-7);
    }

    #[test]
    fn sizes_and_weights_are_worked_by_hand() {
        assert_eq!(two_stage_size(3.385, 4.0, 1.0, 20), 184);
        assert_eq!(two_stage_size(3.385, 0.1, 1.0, 20), 20);
        let (first, second) = dudewicz_dalal_weights(20, 21, 2.453, 1.0, 1.0);
        assert!((first - 1.288).abs() < 5e-4 && (first + second - 1.0).abs() < 1e-15, "{first}");
        // The variance that the weights leave is (δ/h)² for the standard deviation they were made for.
        let variance = first * first / 20.0 + second * second / 1.0;
        assert!((variance - 1.0 / (2.453 * 2.453)).abs() < 1e-12);
    }

    #[test]
    fn two_stages_choose_the_best_as_often_as_promised() {
        // 1,000 selections among 4 normals with sds 0.5 to 2 in the slippage configuration, n0 = 8, p = 0.9: standard error
        // 0.0095, the bound four of them below. The largest mean of the first stage alone is right in fewer than 0.85.
        let (k, n0, delta) = (4, 8, 1.0);
        let h = rinott_h(k, n0, 0.9);
        let mut noise = Noise(97);
        let (mut right, mut at_once) = (0, 0);
        for _ in 0..1000 {
            let mut means = Vec::new();
            let mut firsts = Vec::new();
            for (i, sd) in [2.0, 0.5, 1.0, 1.5].into_iter().enumerate() {
                let mut value = || if i == 0 { delta } else { 0.0 } + sd * noise.normal();
                let mut tally: Tally = (0..n0).map(|_| value()).collect();
                firsts.push(tally.mean().unwrap());
                for _ in n0..two_stage_size(h, tally.sd().unwrap(), delta, n0) {
                    tally.push(value());
                }
                means.push(tally.mean().unwrap());
            }
            right += usize::from(means.iter().all(|mean| *mean <= means[0]));
            at_once += usize::from(firsts.iter().all(|mean| *mean <= firsts[0]));
        }
        assert!(right >= 862, "right in {right} of 1,000");
        assert!(at_once < 850, "the first stage alone was right in {at_once} of 1,000");
    }
}
