//! Where the next replications are worth most when the number of them is fixed: optimal computing budget allocation.

use super::super::special::normal_cdf;

/// Shares a budget of `total` replications among alternatives with these means and standard deviations, so that the
/// largest mean belongs to the best as probably as possible (Chen, Lin, Yücesan & Chick, Discrete Event Dynamic Systems
/// 10:251, 2000): with `d_i` the distance to the best mean,
///
/// ```text
/// N_i / N_j = (s_i/d_i)² / (s_j/d_j)²        N_b = s_b √(Σ_{i≠b} N_i² / s_i²)
/// ```
///
/// It takes estimates for truths and values for independent between alternatives, and promises no probability; for that
/// there is [`super::Kn`]. Alternatives that tie with the best get everything, in its limit; where nothing varies, all get
/// the same. The largest mean is the best; negate the means where less is better.
/// Example: means −1 to −5, all sds 6, total 1,000 give 421.8, 406.1, 101.5, 45.1 and 25.4.
pub fn ocba(means: &[f64], sds: &[f64], total: f64) -> Vec<f64> {
    assert_eq!(means.len(), sds.len(), "a mean has a standard deviation");
    let Some(best) = (0..means.len()).reduce(|best, i| if means[i] > means[best] { i } else { best }) else {
        return Vec::new();
    };
    let others = || (0..means.len()).filter(|i| *i != best);
    let tied = others().any(|i| means[i] == means[best]);
    // The distance as a share of the least one, so that a tie is the limit in which all others are infinitely far.
    let distance = |i: usize| match tied {
        true if means[i] == means[best] => 1.0,
        true => f64::INFINITY,
        false => means[best] - means[i],
    };
    let mut weights: Vec<f64> = (0..means.len()).map(|i| (sds[i] / distance(i)).powi(2)).collect();
    // N_i²/s_i² = s_i²/d_i⁴, which is 0 where nothing varies.
    let squares: f64 = others().map(|i| (sds[i] / distance(i).powi(2)).powi(2)).sum();
    weights[best] = sds[best] * squares.sqrt();
    let sum: f64 = weights.iter().sum();
    if sum == 0.0 {
        // Only the best varies, or nobody does.
        let spread: f64 = sds.iter().sum();
        let share = |sd: &f64| if spread > 0.0 { sd / spread } else { 1.0 / means.len() as f64 };
        return sds.iter().map(|sd| total * share(sd)).collect();
    }
    weights.iter().map(|weight| total * weight / sum).collect()
}

/// How many of `more` replications each alternative gets next, `done` having been made: in whole numbers that add up to
/// `more`, in proportion to what each lacks to its share of all of them. To be asked again after every batch, with
/// the means as they are then. Example: as for [`ocba`], none done: 422, 406, 102, 45 and 25.
pub fn ocba_whole(means: &[f64], sds: &[f64], done: &[usize], more: usize) -> Vec<usize> {
    assert_eq!(means.len(), done.len(), "every alternative has a number of replications");
    let total = done.iter().sum::<usize>() + more;
    let shares = ocba(means, sds, total as f64);
    let lacking: Vec<f64> =
        shares.iter().zip(done).map(|(share, done)| (share - *done as f64).max(0.0)).collect();
    whole(&lacking, more)
}

/// About the probability that the largest of these means belongs to the best alternative, at the least: one less the chances
/// that each other is better, added up (Bonferroni's bound of Chen, Lin, Yücesan & Chick 2000, with the estimates taken for
/// truths and values independent between alternatives). 0 at the least. Panics unless there is one of each for every
/// alternative. Example: means 1 and 0, sds 3 and 4, 100 replications of each: Φ(1/0.5) = 0.97725.
pub fn chance_correct(means: &[f64], sds: &[f64], done: &[usize]) -> f64 {
    assert!(means.len() == sds.len() && means.len() == done.len(), "one of each for every alternative");
    let Some(best) = (0..means.len()).reduce(|best, i| if means[i] > means[best] { i } else { best }) else {
        return 0.0;
    };
    let variance = |i: usize| sds[i] * sds[i] / done[i].max(1) as f64;
    let wrong = |i: usize| {
        let (ahead, spread) = (means[best] - means[i], (variance(best) + variance(i)).sqrt());
        // Alternatives that never vary are known: a tie is not won.
        if spread > 0.0 { normal_cdf(-ahead / spread) } else { f64::from(u8::from(ahead == 0.0)) * 0.5 }
    };
    (1.0 - (0..means.len()).filter(|i| *i != best).map(wrong).sum::<f64>()).max(0.0)
}

/// `total` in whole numbers in proportion to `weights`: rounded down, and what is left goes to the largest remainders
/// (Hamilton's method), the first of equals first.
fn whole(weights: &[f64], total: usize) -> Vec<usize> {
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 {
        return vec![0; weights.len()];
    }
    let exact: Vec<f64> = weights.iter().map(|weight| total as f64 * weight / sum).collect();
    let mut given: Vec<usize> = exact.iter().map(|exact| exact.floor() as usize).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|a, b| exact[*b].fract().total_cmp(&exact[*a].fract()));
    let left = total.saturating_sub(given.iter().sum());
    order.iter().take(left).for_each(|i| given[*i] += 1);
    given
}

#[cfg(test)]
mod tests {
    use super::super::super::noise::Noise;
    use super::super::super::tally::Tally;
    use super::*;

    const MEANS: [f64; 5] = [-1.0, -2.0, -3.0, -4.0, -5.0];

    #[test]
    fn shares_are_those_of_the_published_formula() {
        let equal = [421.822_988_2, 406.134_096_1, 101.533_524, 45.126_010_68, 25.383_381_01];
        let unequal = [186.871_393, 339.147_051_1, 190.770_216_3, 150.732_022_7, 132.479_316_8];
        for (sds, wanted) in [([6.0; 5], equal), ([1.0, 2.0, 3.0, 4.0, 5.0], unequal)] {
            let found = ocba(&MEANS, &sds, 1000.0);
            assert!(
                found.iter().zip(wanted).all(|(found, wanted)| (found / wanted - 1.0).abs() < 1e-8),
                "{found:?}"
            );
        }
    }

    #[test]
    fn whole_numbers_add_up_and_make_good_what_is_lacking() {
        assert_eq!(ocba_whole(&MEANS, &[6.0; 5], &[0; 5], 1000), [422, 406, 102, 45, 25]);
        let next = ocba_whole(&MEANS, &[6.0; 5], &[100; 5], 500);
        assert_eq!((next.iter().sum::<usize>(), next[3], next[4]), (500, 0, 0));
        assert!(next[0] > next[1] && next[1] > 200 && next[2] < 5, "{next:?}");
        assert_eq!(ocba_whole(&MEANS, &[6.0; 5], &[0; 5], 0), [0; 5]);
    }

    #[test]
    fn ties_and_certainties_are_the_limits_of_the_formula() {
        let tied = ocba(&[3.0, 3.0, 1.0], &[1.0, 1.0, 1.0], 100.0);
        assert_eq!(tied, [50.0, 50.0, 0.0]);
        let near = ocba(&[3.0, 3.0 - 1e-7, 1.0], &[1.0, 1.0, 1.0], 100.0);
        assert!(near.iter().zip(tied).all(|(near, tied)| (near - tied).abs() < 1e-6));
        assert_eq!(ocba(&[3.0, 2.0], &[0.0, 0.0], 10.0), [5.0, 5.0]);
        assert_eq!(ocba(&[3.0, 2.0], &[1.0, 0.0], 10.0), [10.0, 0.0]);
        assert_eq!(ocba(&[3.0, 2.0], &[0.0, 1.0], 10.0), [0.0, 10.0]);
        assert_eq!(ocba(&[4.0], &[1.0], 10.0), [10.0]);
        assert!(ocba(&[], &[], 10.0).is_empty());
    }

    #[test]
    fn the_chance_of_being_right_is_one_less_the_chances_of_being_wrong() {
        assert!((chance_correct(&[1.0, 0.0], &[3.0, 4.0], &[100, 100]) - 0.977_249_868).abs() < 1e-8);
        // Two others, each better with probability Φ(−2): 1 − 2 · 0.02275.
        assert!((chance_correct(&[0.0, 1.0, 0.0], &[4.0, 3.0, 4.0], &[100; 3]) - 0.954_499_736).abs() < 1e-8);
        assert_eq!(chance_correct(&[2.0, 1.0], &[0.0, 0.0], &[5, 5]), 1.0);
        assert_eq!(chance_correct(&[2.0, 2.0], &[0.0, 0.0], &[5, 5]), 0.5);
        assert_eq!(chance_correct(&[2.0, 2.0, 2.0], &[1.0; 3], &[5; 3]), 0.0);
    }

    #[test]
    fn a_shared_budget_finds_the_best_more_often_than_equal_parts() {
        // Means −1 to −5 less, sd 6 each, 200 values in all: first 10 of each, then rounds of 10. 1,000 studies each way;
        // the standard error of the difference of two shares is below 0.022, and three of them are asked.
        let mut noise = Noise(211);
        let mut right = [0, 0];
        for _ in 0..1000 {
            for (clever, right) in right.iter_mut().enumerate() {
                let mut tallies = [Tally::new(); 5];
                let mut draw = |a: usize| MEANS[a] + 6.0 * noise.normal();
                for (a, tally) in tallies.iter_mut().enumerate() {
                    (0..10).for_each(|_| tally.push(draw(a)));
                }
                for _ in 0..15 {
                    let means: Vec<f64> = tallies.iter().map(|t| t.mean().unwrap()).collect();
                    let sds: Vec<f64> = tallies.iter().map(|t| t.sd().unwrap()).collect();
                    let done: Vec<usize> = tallies.iter().map(|t| t.count() as usize).collect();
                    let next = if clever == 1 { ocba_whole(&means, &sds, &done, 10) } else { vec![2; 5] };
                    for (a, n) in next.into_iter().enumerate() {
                        (0..n).for_each(|_| tallies[a].push(draw(a)));
                    }
                }
                let means: Vec<f64> = tallies.iter().map(|t| t.mean().unwrap()).collect();
                *right += usize::from(means.iter().all(|mean| *mean <= means[0]));
            }
        }
        assert!(right[1] > right[0] + 66, "{right:?}");
    }
}
