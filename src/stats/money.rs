//! Value for money: what a unit of effect costs or a unit of money buys, how often each plan is the best buy at a price,
//! and which plans are beaten outright.

use serde::Serialize;

use super::interval::{Interval, Method, upper};
use super::paired::constant_difference;
use super::special::t_quantile;
use super::tally::Tally;

/// The set of ratios of two means that the data allow.
///
/// Where the denominator may be 0, that set has no two ends: a division by nearly nothing may give anything.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fieller {
    /// The denominator is clearly not 0: an interval.
    Bounded(Interval),
    /// The denominator may be 0, the numerator not: every ratio up to `below`, and every one from `above` on.
    Outside {
        /// The upper end of the lower part.
        below: f64,
        /// The lower end of the upper part.
        above: f64,
    },
    /// Both may be 0, or there is one pair alone: no ratio is ruled out.
    Everything,
    /// There is no ratio: no pairs, or a denominator that is always 0.
    Nothing,
}

/// The ratio mean(effect)/mean(cost) of pairs, by Fieller's theorem (Fieller, Journal of the Royal Statistical Society B
/// 16:175, 1954): all ρ for which Student's t does not tell the mean of effect − ρ cost from 0. With q = t(n − 1)²/n,
///
/// ```text
/// ρ² (c̄² − q s_cc) − 2 ρ (ē c̄ − q s_ec) + (ē² − q s_ee) ≤ 0
/// ```
///
/// It covers exactly for normal pairs; the usual intervals of ratios (delta method, percentiles) do not where the cost may
/// be 0. For cost per effect the two change places. A cost that is the same in every pair leaves the t interval of the
/// effect, divided by it ([`Method::PairedT`]). Effects and costs are differences between two plans, by replication.
/// Example: effects 3, 5, 4, 6, 2 at costs 2, 3, 1, 3, 2 give 1.818 (1.083 to 2.982) at 95 %.
pub fn fieller(effects: &[f64], costs: &[f64], level: f64) -> Fieller {
    assert_eq!(effects.len(), costs.len(), "an effect has a cost");
    let n = effects.len();
    let zeros = vec![0.0; n];
    let (fixed_effect, fixed_cost) =
        (constant_difference(effects, &zeros), constant_difference(costs, &zeros));
    let (e, c): (Tally, Tally) = (effects.iter().collect(), costs.iter().collect());
    let (Some(e_mean), Some(c_mean)) = (e.mean(), c.mean()) else { return Fieller::Nothing };
    if fixed_cost == Some(0.0) {
        return Fieller::Nothing;
    }
    let (Some(s_ee), Some(s_cc)) = (e.variance(), c.variance()) else { return Fieller::Everything };
    if let (Some(effect), Some(cost)) = (fixed_effect, fixed_cost) {
        return Fieller::Bounded(Interval::exact(effect / cost, n));
    }
    let products = effects.iter().zip(costs).map(|(x, y)| (x - e_mean) * (y - c_mean));
    let s_ec = products.sum::<f64>() / (n as f64 - 1.0);
    let q = t_quantile(n as f64 - 1.0, upper(level)).powi(2) / n as f64;
    let square = c_mean * c_mean - q * s_cc;
    let middle = e_mean * c_mean - q * s_ec;
    // The discriminant with the terms that cancel taken out by hand.
    let inside = e_mean * e_mean * s_cc + c_mean * c_mean * s_ee - 2.0 * e_mean * c_mean * s_ec;
    let roots = q * (inside - q * (s_cc * s_ee - s_ec * s_ec));
    if square > 0.0 {
        let half = roots.max(0.0).sqrt();
        let (low, high) = ((middle - half) / square, (middle + half) / square);
        let method = if fixed_cost.is_some() { Method::PairedT } else { Method::Fieller };
        return Fieller::Bounded(Interval { estimate: e_mean / c_mean, low, high, level, n, method });
    }
    if square == 0.0 || roots <= 0.0 {
        return Fieller::Everything;
    }
    let ends = [(middle - roots.sqrt()) / square, (middle + roots.sqrt()) / square];
    Fieller::Outside { below: ends[0].min(ends[1]), above: ends[0].max(ends[1]) }
}

/// How often each alternative is the best buy: for each price (what one unit of benefit is thought to be worth), and for
/// each alternative, the share of bootstrap resamples in which its mean net benefit, price × benefit − cost, is the
/// largest. Ties are split, so the shares of a price add up to 1.
///
/// The cost-effectiveness acceptability curve of van Hout et al. (Health Economics 3:309, 1994), for several alternatives
/// as in Fenwick, Claxton & Sculpher (ibid. 10:779, 2001). `benefits` and `costs` hold for each alternative one value per
/// replication; the same replications are drawn for all, so that what they share cancels. `draw(n)` gives uniform whole
/// numbers below n. The share is how sure the simulation is of the mean, not how often one future favours a plan; and the
/// alternative with the largest mean net benefit is the one to take, even where another has the larger share.
/// Empty rows without replications, alternatives or resamples.
pub fn acceptability(
    benefits: &[Vec<f64>],
    costs: &[Vec<f64>],
    prices: &[f64],
    resamples: usize,
    mut draw: impl FnMut(usize) -> usize,
) -> Vec<Vec<f64>> {
    let n = benefits.first().map_or(0, Vec::len);
    assert_eq!(benefits.len(), costs.len(), "every alternative has benefits and costs");
    assert!(benefits.iter().chain(costs).all(|v| v.len() == n), "alternatives share their replications");
    if n == 0 || resamples == 0 {
        return vec![Vec::new(); prices.len()];
    }
    let mut shares = vec![vec![0.0; benefits.len()]; prices.len()];
    for _ in 0..resamples {
        let chosen: Vec<usize> = (0..n).map(|_| draw(n)).collect();
        let mean = |values: &Vec<f64>| chosen.iter().map(|r| values[*r]).sum::<f64>() / n as f64;
        let means: Vec<(f64, f64)> = benefits.iter().map(mean).zip(costs.iter().map(mean)).collect();
        for (price, shares) in prices.iter().zip(&mut shares) {
            let worth: Vec<f64> = means.iter().map(|(benefit, cost)| price * benefit - cost).collect();
            credit_the_largest(&worth, 1.0 / resamples as f64, shares);
        }
    }
    shares
}

/// Adds `credit` to the place of the largest value, or in equal parts to the places of the largest.
pub(super) fn credit_the_largest(values: &[f64], credit: f64, to: &mut [f64]) {
    let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let winners = values.iter().filter(|value| **value == largest).count();
    let place = values.iter().zip(to).filter(|(value, _)| **value == largest);
    place.for_each(|(_, share)| *share += credit / winners as f64);
}

/// Why an alternative need not be considered. The numbers are places in the list of alternatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dominance {
    /// Another brings as much or more for as little or less, and is better in one of the two.
    Strict {
        /// That other: of several, the cheapest that nothing dominates strictly.
        by: usize,
    },
    /// A mixture of two others brings more for the same money.
    Extended {
        /// The cheaper and the dearer of the two.
        by: [usize; 2],
    },
}

/// Which alternatives are dominated at their mean benefits and costs, and by which (Johannesson & Weinstein, Journal of
/// Health Economics 12:459, 1993; Cantor, Medical Decision Making 14:259, 1994, on the mixture of two). Equal alternatives
/// do not dominate each other. Who mixes two plans must be able to: half of a laboratory may not exist. The means are taken
/// as known; [`super::with_the_best`] and [`acceptability`] tell how well they are.
/// Example: benefits 0, 3, 10, 9 at costs 0, 6, 10, 12: the second by mixing first and third, the fourth by the third.
pub fn dominated(benefits_mean: &[f64], costs_mean: &[f64]) -> Vec<Option<Dominance>> {
    assert_eq!(benefits_mean.len(), costs_mean.len(), "every alternative has a benefit and a cost");
    let all = 0..benefits_mean.len();
    let beats = |j: usize, i: usize| {
        let (benefit, cost) = (benefits_mean[j] - benefits_mean[i], costs_mean[j] - costs_mean[i]);
        benefit >= 0.0 && cost <= 0.0 && (benefit > 0.0 || cost < 0.0)
    };
    let kept: Vec<usize> = all.clone().filter(|i| !all.clone().any(|j| beats(j, *i))).collect();
    let strictly = |i: usize| {
        let better = kept.iter().copied().filter(|j| beats(*j, i));
        better.min_by(|a, b| costs_mean[*a].total_cmp(&costs_mean[*b])).map(|by| Dominance::Strict { by })
    };
    all.clone().map(|i| strictly(i).or_else(|| mixed(i, &kept, benefits_mean, costs_mean))).collect()
}

/// The two among `kept` whose mixture at the cost of `i` brings the most, if that is more than `i` brings.
fn mixed(i: usize, kept: &[usize], benefits: &[f64], costs: &[f64]) -> Option<Dominance> {
    // What rounding may make of three alternatives on one line.
    const ROUNDING: f64 = 1e-12;
    let mut most = benefits[i];
    let mut found = None;
    for &low in kept.iter().filter(|j| costs[**j] < costs[i]) {
        for &high in kept.iter().filter(|j| costs[**j] > costs[i]) {
            let share = (costs[i] - costs[low]) / (costs[high] - costs[low]);
            let mixture = benefits[low] + share * (benefits[high] - benefits[low]);
            if mixture > most + ROUNDING * (benefits[low].abs() + benefits[high].abs()) {
                most = mixture;
                found = Some(Dominance::Extended { by: [low, high] });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::interval::student_t;
    use super::super::noise::Noise;
    use super::super::special::normal_cdf;
    use super::*;

    const EFFECTS: [f64; 5] = [3.0, 5.0, 4.0, 6.0, 2.0];
    const COSTS: [f64; 5] = [2.0, 3.0, 1.0, 3.0, 2.0];

    /// Whether Student's t allows the ratio: what Fieller's set means.
    fn allowed(effects: &[f64], costs: &[f64], ratio: f64) -> bool {
        let rest: Vec<f64> = effects.iter().zip(costs).map(|(e, c)| e - ratio * c).collect();
        student_t(&rest, 0.95).unwrap().contains(0.0)
    }

    #[test]
    fn the_ends_are_those_where_student_t_turns() {
        let Fieller::Bounded(found) = fieller(&EFFECTS, &COSTS, 0.95) else { panic!("the cost is not 0") };
        assert!((found.estimate - 20.0 / 11.0).abs() < 1e-12);
        // Roots found in scipy by bisection of the t statistic.
        assert!(
            (found.low - 1.083_056_615_431).abs() < 1e-9 && (found.high - 2.981_889_412_205).abs() < 1e-9,
            "{found:?}"
        );
        for (end, outward) in [(found.low, -1e-6), (found.high, 1e-6)] {
            assert!(allowed(&EFFECTS, &COSTS, end - outward) && !allowed(&EFFECTS, &COSTS, end + outward));
        }
        assert_eq!(found.method, Method::Fieller);
    }

    #[test]
    fn a_cost_that_may_be_zero_leaves_what_lies_outside_or_everything() {
        let costs = [2.0, -3.0, 1.0, 3.0, -2.0];
        let Fieller::Outside { below, above } = fieller(&EFFECTS, &costs, 0.95) else {
            panic!("the cost may be 0")
        };
        assert!(below < 0.0 && above > 0.0);
        for (ratio, inside) in
            [(below - 1e-6, true), (below + 1e-6, false), (above - 1e-6, false), (above + 1e-6, true)]
        {
            assert_eq!(allowed(&EFFECTS, &costs, ratio), inside, "at {ratio}");
        }
        let nothing = [3.0, -5.0, 4.0, -2.0, 1.0];
        assert_eq!(fieller(&nothing, &costs, 0.95), Fieller::Everything);
        assert!([-1e6, -1.0, 0.0, 1.0, 1e6].iter().all(|ratio| allowed(&nothing, &costs, *ratio)));
        assert_eq!(fieller(&[3.0], &[2.0], 0.95), Fieller::Everything);
        assert_eq!(fieller(&[], &[], 0.95), Fieller::Nothing);
        assert_eq!(fieller(&EFFECTS, &[0.0; 5], 0.95), Fieller::Nothing);
    }

    #[test]
    fn a_cost_that_never_varies_divides_the_t_interval() {
        let plain = student_t(&EFFECTS, 0.95).unwrap();
        for cost in [0.7, -0.7] {
            let Fieller::Bounded(found) = fieller(&EFFECTS, &[cost; 5], 0.95) else {
                panic!("the cost is not 0")
            };
            let ends = [plain.low / cost, plain.high / cost];
            assert!((found.low - ends[0].min(ends[1])).abs() < 1e-12);
            assert!((found.high - ends[0].max(ends[1])).abs() < 1e-12);
            assert_eq!(found.method, Method::PairedT);
        }
        assert_eq!(fieller(&[3.0; 4], &[2.0; 4], 0.95), Fieller::Bounded(Interval::exact(1.5, 4)));
    }

    #[test]
    fn fieller_covers_as_often_as_it_says_where_the_cost_may_be_zero() {
        // 4,000 experiments of 10 normal pairs, mean cost 0.5 standard deviations, level 95 %: standard error 0.0034; the
        // bounds are five of them off. Exact by construction; all three shapes must occur.
        let mut noise = Noise(43);
        let (mut covered, mut shapes) = (0, [0; 3]);
        for _ in 0..4000 {
            let pair = |_| {
                let cost = noise.normal();
                (0.6 + 0.5 * cost + noise.normal(), 0.5 + cost)
            };
            let (effects, costs): (Vec<f64>, Vec<f64>) = (0..10).map(pair).unzip();
            let truth = 0.6 / 0.5;
            let (shape, holds) = match fieller(&effects, &costs, 0.95) {
                Fieller::Bounded(found) => (0, found.contains(truth)),
                Fieller::Outside { below, above } => (1, truth <= below || truth >= above),
                Fieller::Everything => (2, true),
                Fieller::Nothing => panic!("costs vary"),
            };
            shapes[shape] += 1;
            covered += usize::from(holds);
        }
        let covered = covered as f64 / 4000.0;
        assert!((covered - 0.95).abs() < 0.0173, "covered {covered}");
        assert!(shapes.iter().all(|n| *n > 100), "{shapes:?}");
    }

    #[test]
    fn shares_follow_the_normal_law_and_ties_are_split() {
        // The mean of 400 net benefits of one plan against a plan that does nothing is positive in a resample with
        // probability Φ(m√n/s') nearly, s' with divisor n. 4,000 resamples: standard error 0.008; skewness adds some
        // thousandths; the tolerance is four standard errors.
        let mut noise = Noise(47);
        let benefit: Vec<f64> = (0..400).map(|_| 1.0 + 4.0 * noise.normal()).collect();
        let cost: Vec<f64> = (0..400).map(|_| 2.0 + noise.normal()).collect();
        let prices = [0.0, 1.5, 2.0, 3.0];
        let (benefits, costs) = ([vec![0.0; 400], benefit.clone()], [vec![0.0; 400], cost.clone()]);
        let found = acceptability(&benefits, &costs, &prices, 4000, |n| noise.index(n));
        for (price, found) in prices.iter().zip(&found) {
            let net: Tally = benefit.iter().zip(&cost).map(|(b, c)| price * b - c).collect();
            let wanted = normal_cdf(net.mean().unwrap() / net.sd().unwrap() * 20.0);
            assert!((found[1] - wanted).abs() < 0.032, "{found:?} for {wanted}");
            assert!((found[0] + found[1] - 1.0).abs() < 1e-9);
        }
        assert!(found[1][1] < 0.45 && found[3][1] > 0.7, "the price decides: {found:?}");
        let twins = acceptability(
            &[vec![1.0, 2.0], vec![1.0, 2.0]],
            &[vec![0.0; 2], vec![0.0; 2]],
            &[1.0],
            50,
            |_| 1,
        );
        assert!((twins[0][0] - 0.5).abs() < 1e-9);
        assert_eq!(acceptability(&[], &[], &[1.0], 9, |_| 0), vec![Vec::<f64>::new()]);
    }

    #[test]
    fn the_dominated_are_named_with_who_dominates_them() {
        let found = dominated(&[0.0, 3.0, 10.0, 9.0], &[0.0, 6.0, 10.0, 12.0]);
        let wanted =
            [None, Some(Dominance::Extended { by: [0, 2] }), None, Some(Dominance::Strict { by: 2 })];
        assert_eq!(found, wanted);
        // Equal plans, and three on one line: nobody is dominated.
        assert_eq!(dominated(&[1.0, 1.0, 2.0, 3.0], &[0.1, 0.1, 0.2, 0.3]), [None; 4]);
        // As good and cheaper; as dear and better.
        assert_eq!(dominated(&[1.0, 1.0], &[2.0, 1.0])[0], Some(Dominance::Strict { by: 1 }));
        assert_eq!(dominated(&[1.0, 2.0], &[1.0, 1.0])[0], Some(Dominance::Strict { by: 1 }));
        assert_eq!(dominated(&[], &[]), []);
    }
}
