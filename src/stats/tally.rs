//! [`Tally`]: count, mean, variance and extremes of numbers seen one at a time, without keeping them.

use serde::Serialize;

/// A running summary of observations.
///
/// The mean and the sum of squared deviations are updated as Welford (Technometrics 4:419, 1962) does it, and
/// two tallies are joined as Chan, Golub & `LeVeque` (The American Statistician 37:242, 1983) do, so nothing is
/// lost to cancellation when the mean is large against the spread. Joining in a fixed order gives fixed bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Tally {
    count: u64,
    mean: f64,
    squares: f64,
    min: f64,
    max: f64,
}

impl Tally {
    /// A tally that has seen nothing.
    pub fn new() -> Tally {
        Tally::default()
    }

    /// Sees one number.
    pub fn push(&mut self, value: f64) {
        debug_assert!(!value.is_nan(), "a tally of NaN says nothing");
        if self.count == 0 {
            (self.min, self.max) = (value, value);
        }
        self.min = if value < self.min { value } else { self.min };
        self.max = if value > self.max { value } else { self.max };
        self.count += 1;
        let off = value - self.mean;
        // A processor turns only numbers with a sign into floating point by itself.
        self.mean += off / self.count as i64 as f64;
        self.squares += off * (value - self.mean);
    }

    /// Sees everything `other` has seen.
    pub fn merge(&mut self, other: &Tally) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *other;
            return;
        }
        let (n, m) = (self.count as f64, other.count as f64);
        let off = other.mean - self.mean;
        self.count += other.count;
        self.mean += off * m / (n + m);
        self.squares += other.squares + off * off * n * m / (n + m);
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// How many numbers were seen.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their sum.
    pub fn sum(&self) -> f64 {
        self.mean * self.count as f64
    }

    /// Their mean, if there are any.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// The unbiased variance (divisor n − 1), if there are two or more.
    pub fn variance(&self) -> Option<f64> {
        (self.count > 1).then(|| self.squares / (self.count - 1) as f64)
    }

    /// The square root of the variance, if there are two or more.
    pub fn sd(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }

    /// The smallest number seen.
    pub fn min(&self) -> Option<f64> {
        (self.count > 0).then_some(self.min)
    }

    /// The largest number seen.
    pub fn max(&self) -> Option<f64> {
        (self.count > 0).then_some(self.max)
    }
}

impl FromIterator<f64> for Tally {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Tally {
        let mut tally = Tally::new();
        for value in values {
            tally.push(value);
        }
        tally
    }
}

impl<'a> FromIterator<&'a f64> for Tally {
    fn from_iter<I: IntoIterator<Item = &'a f64>>(values: I) -> Tally {
        values.into_iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Averages of ten bank days from Law, Simulation Modeling & Analysis, chapter 9.
    const BANK: [f64; 10] = [1.53, 1.66, 1.24, 2.34, 2.00, 1.69, 2.69, 2.86, 1.70, 2.60];

    #[test]
    fn ten_bank_days_have_the_mean_and_variance_of_the_textbook() {
        let tally: Tally = BANK.iter().collect();
        assert_eq!(tally.count(), 10);
        assert!((tally.mean().unwrap() - 2.031).abs() < 1e-12);
        assert!((tally.variance().unwrap() - 0.309_098_888_9).abs() < 1e-10);
        assert_eq!((tally.min(), tally.max()), (Some(1.24), Some(2.86)));
    }

    #[test]
    fn joined_tallies_equal_one_tally_wherever_the_cut_is() {
        let whole: Tally = BANK.iter().collect();
        for cut in 0..=BANK.len() {
            let mut left: Tally = BANK[..cut].iter().collect();
            left.merge(&BANK[cut..].iter().collect());
            assert_eq!(left.count(), 10);
            assert!((left.mean().unwrap() - whole.mean().unwrap()).abs() < 1e-14);
            assert!((left.variance().unwrap() - whole.variance().unwrap()).abs() < 1e-14);
            assert_eq!((left.min(), left.max()), (whole.min(), whole.max()));
        }
    }

    #[test]
    fn a_large_mean_does_not_eat_the_variance() {
        // The naive sum of squares gives 0 or a negative number here.
        let tally: Tally = [4.0, 7.0, 13.0, 16.0].iter().map(|x| x + 1e9).collect();
        assert!((tally.variance().unwrap() - 30.0).abs() < 1e-6);
    }

    #[test]
    fn nothing_seen_gives_nothing_and_one_number_has_no_variance() {
        assert_eq!(Tally::new().mean(), None);
        assert_eq!(Tally::new().min(), None);
        let one: Tally = [-3.0].iter().collect();
        assert_eq!((one.mean(), one.max(), one.variance()), (Some(-3.0), Some(-3.0), None));
    }
}
