//! Ranks of several alternatives, only as far as the data tell them apart.

use super::best::simultaneous_level;
use super::interval::paired_t;
use super::paired::constant_difference;

/// For each alternative the first and the last place that it may take, the largest mean in place 1: all of them hold at
/// once with probability `level` or more.
///
/// `values` holds for each alternative one value per replication; replication r of all may share its random numbers. Each
/// pair is compared by Student's t over the differences at level 1 − (1 − level)/(k(k − 1)/2), so that all comparisons hold
/// at once whatever their dependence (Bonferroni). An alternative comes after those that are above it beyond chance and
/// before those that are below it (a joint confidence set for ranks, as Klein, Wright and Wieczorek, JRSS C 69:589, 2020,
/// make it from simultaneous intervals).
///
/// With fewer than two values nothing is told apart. Panics where alternatives have different numbers of values.
/// Example: values 1 2 3, 1 2 3 and 11 12 13: places 2 to 3, 2 to 3, and 1.
pub fn ranks(values: &[Vec<f64>], level: f64) -> Vec<(usize, usize)> {
    let k = values.len();
    let each = simultaneous_level(level, k * k.saturating_sub(1) / 2);
    let above = |i: usize, j: usize| match constant_difference(&values[i], &values[j]) {
        Some(difference) => difference > 0.0,
        None => paired_t(&values[i], &values[j], each).is_some_and(|interval| interval.low > 0.0),
    };
    ranks_by(k, above)
}

/// The best and the worst rank, from 1, that each of `k` may have, where `larger(i, j)` says that i is surely larger than j.
/// Example: where nothing is sure each may have every rank.
pub fn ranks_by(k: usize, larger: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
    let others = |i: usize| (0..k).filter(move |j| *j != i);
    let best = |i: usize| 1 + others(i).filter(|j| larger(*j, i)).count();
    let worst = |i: usize| k - others(i).filter(|j| larger(i, *j)).count();
    (0..k).map(|i| (best(i), worst(i))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::noise::Noise;
    use super::*;

    #[test]
    fn places_are_those_that_the_differences_tell_apart() {
        let low = vec![1.0, 2.0, 3.0];
        let high: Vec<f64> = low.iter().map(|value| value + 10.0).collect();
        assert_eq!(ranks(&[low.clone(), low.clone(), high], 0.95), [(2, 3), (2, 3), (1, 1)]);
        assert_eq!(ranks(&[vec![1.0], vec![9.0]], 0.95), [(1, 2), (1, 2)]);
        assert_eq!(ranks(&[low], 0.95), [(1, 1)]);
        assert!(ranks(&[], 0.95).is_empty());
    }

    #[test]
    fn all_places_hold_at_once_as_often_as_they_say() {
        // 1,000 experiments of five alternatives with shared luck, two of them equal, at 90 %: 100 may miss, and Bonferroni's
        // inequality makes it fewer. The bound is four standard errors (38) above. With one comparison in ten told, and not
        // ten, the places would miss in far more.
        let truth = [0.0, 0.0, 0.5, 1.0, 4.0];
        let mut noise = Noise(71);
        let (mut missed, mut apart) = (0, 0);
        for _ in 0..1000 {
            let mut values = vec![vec![]; truth.len()];
            for _ in 0..12 {
                let shared = 3.0 * noise.normal();
                for (values, mean) in values.iter_mut().zip(truth) {
                    values.push(mean + shared + noise.normal());
                }
            }
            let found = ranks(&values, 0.9);
            let holds = |i: usize| {
                let above = truth.iter().filter(|other| **other > truth[i]).count();
                let below = truth.iter().filter(|other| **other < truth[i]).count();
                // Equals may share any of their places.
                found[i].0 <= truth.len() - below && found[i].1 > above
            };
            missed += usize::from(!(0..truth.len()).all(holds));
            apart += usize::from(found[4] == (1, 1));
        }
        assert!(missed <= 138, "missed in {missed} of 1,000");
        assert!(apart > 950, "what is far above is told in {apart} of 1,000");
    }
}
