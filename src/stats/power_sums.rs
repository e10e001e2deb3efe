//! [`PowerSums`]: count, mean and variance of whole numbers, from sums that are exact.

/// How many whole numbers ≥ 0 were seen, their sum and the sum of their squares.
///
/// Nothing is rounded before the end, so neither the order of the numbers nor how sums were joined can be seen, and a
/// number costs a multiplication and a few additions. The estimates are in the unit of the numbers, the variance in its
/// square; each is off by a few units in its last place. The sum of squares must stay below 2^126: 2^32 numbers below
/// 2^47, which is 4,400 years in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PowerSums {
    count: u64,
    sum: u128,
    squares: u128,
}

impl PowerSums {
    /// Sums that have seen nothing.
    pub fn new() -> PowerSums {
        PowerSums::default()
    }

    /// Sees one number.
    #[inline]
    pub fn push(&mut self, value: u64) {
        let value = u128::from(value);
        self.count += 1;
        self.sum += value;
        self.squares += value * value;
    }

    /// Sees everything `other` has seen.
    pub fn merge(&mut self, other: &PowerSums) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares += other.squares;
    }

    /// How many numbers were seen.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their sum.
    pub fn sum(&self) -> u128 {
        self.sum
    }

    /// Their mean, if there are any.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64)
    }

    /// The unbiased variance (divisor n − 1), if there are two or more.
    ///
    /// With m the whole number next to the mean and r = Σx − nm, the squared deviations from m add up to Q = Σx² − m(Σx + r)
    /// exactly, and those from the mean to Q − r²/n (the shifted data of Chan, Golub & `LeVeque`, The American
    /// Statistician 37:242, 1983). As |r| ≤ n/2 and |r| ≤ Q, at most half of Q is taken off: no digits cancel.
    pub fn variance(&self) -> Option<f64> {
        if self.count < 2 {
            return None;
        }
        let (n, sum) = (i128::from(self.count), self.sum as i128);
        let near = (sum + n / 2) / n;
        let rest = sum - n * near;
        let around = self.squares as i128 - near * (sum + rest);
        Some((around as f64 - (rest * rest) as f64 / n as f64) / (n - 1) as f64)
    }

    /// The square root of the variance, if there are two or more.
    pub fn sd(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }
}

#[cfg(test)]
mod tests {
    use super::super::noise::Noise;
    use super::super::tally::Tally;
    use super::*;

    fn sums(values: &[u64]) -> PowerSums {
        let mut sums = PowerSums::new();
        for value in values {
            sums.push(*value);
        }
        sums
    }

    /// `value` so many times: a power of two of them.
    fn doubled(value: u64, times: u32) -> PowerSums {
        let mut sums = sums(&[value]);
        for _ in 0..times {
            sums.merge(&sums.clone());
        }
        sums
    }

    #[test]
    fn ten_bank_days_have_the_mean_and_variance_of_the_textbook() {
        // Law, Simulation Modeling & Analysis, chapter 9, in hundredths: mean 2.031, variance 0.30909889.
        let sums = sums(&[153, 166, 124, 234, 200, 169, 269, 286, 170, 260]);
        assert_eq!((sums.count(), sums.sum()), (10, 2031));
        assert_eq!(sums.mean(), Some(203.1));
        assert!((sums.variance().unwrap() - 3_090.988_888_888_889).abs() < 1e-11);
    }

    #[test]
    fn a_large_mean_with_a_tiny_spread_is_as_certified_by_nist() {
        // Statistical Reference Datasets, NumAcc1 as it is, NumAcc2, 3 and 4 in tenths: a middle and then, 500 times,
        // what lies one below and one above. The standard deviations are exactly 1.
        let one = sums(&[10_000_001, 10_000_003, 10_000_002]);
        assert_eq!((one.mean(), one.sd()), (Some(10_000_002.0), Some(1.0)));
        for middle in [12, 10_000_002, 100_000_002, (1 << 47) - 2] {
            let pairs = (0..500).flat_map(|_| [middle - 1, middle + 1]);
            let found = sums(&[middle].into_iter().chain(pairs).collect::<Vec<u64>>());
            assert_eq!((found.mean(), found.sd()), (Some(middle as f64), Some(1.0)));
        }
    }

    #[test]
    fn the_most_and_largest_numbers_that_are_allowed_do_not_overflow_and_lose_no_digits() {
        // 2^31 times x and 2^31 times x + 2: every number is 1 away from the mean.
        let (x, n) = ((1 << 47) - 3, f64::from(u32::MAX) + 1.0);
        let mut both = doubled(x, 31);
        both.merge(&doubled(x + 2, 31));
        assert_eq!((both.count(), both.mean()), (1 << 32, Some((x + 1) as f64)));
        assert_eq!(both.variance(), Some(n / (n - 1.0)));
        // One x among 2^32 − 1 times x + 1: the variance is 1/n.
        let mut one = sums(&[x]);
        (0..32).for_each(|times| one.merge(&doubled(x + 1, times)));
        assert_eq!(one.count(), 1 << 32);
        assert!((one.variance().unwrap() * n - 1.0).abs() < 1e-15);
    }

    #[test]
    fn numbers_of_all_sizes_have_the_mean_and_sd_that_welford_finds() {
        let mut noise = Noise(5);
        let values: Vec<u64> = (0..10_000).map(|_| (16.0 + 4.0 * noise.normal()).exp() as u64).collect();
        let (sums, tally) = (sums(&values), values.iter().map(|v| *v as f64).collect::<Tally>());
        for (found, wanted) in [(sums.mean(), tally.mean()), (sums.sd(), tally.sd())] {
            let (found, wanted) = (found.unwrap(), wanted.unwrap());
            assert!((found / wanted - 1.0).abs() < 1e-12, "{found} for {wanted}");
        }
    }

    #[test]
    fn joined_sums_equal_one_sum_wherever_the_cut_is_and_whichever_comes_first() {
        let values: Vec<u64> = (0..20).map(|i| i * i * 1_000_003).collect();
        for cut in 0..=values.len() {
            let (mut left, mut right) = (sums(&values[..cut]), sums(&values[cut..]));
            let before = left;
            left.merge(&right);
            right.merge(&before);
            assert_eq!((left, right), (sums(&values), sums(&values)));
        }
    }

    #[test]
    fn nothing_seen_gives_nothing_and_one_number_has_no_variance() {
        assert_eq!((PowerSums::new().mean(), PowerSums::new().variance()), (None, None));
        assert_eq!((sums(&[3]).mean(), sums(&[3]).sd()), (Some(3.0), None));
        assert_eq!((sums(&[7; 5]).mean(), sums(&[7; 5]).sd()), (Some(7.0), Some(0.0)));
    }
}
