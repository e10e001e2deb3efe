//! [`Precision`]: how many replications are enough.

use super::interval::upper;
use super::special::t_quantile;
use super::tally::Tally;

/// How narrow an interval of a mean is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precision {
    /// The confidence level of the interval, as 0.95.
    pub level: f64,
    /// The width it may have.
    pub width: HalfWidth,
    /// With fewer values nothing is decided: at least 2, and 10 or more for the level to be near what it says.
    pub at_least: usize,
}

/// A bound on the half-width of an interval of a mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HalfWidth {
    /// In the unit of the values.
    Absolute(f64),
    /// As a share of the true mean.
    Relative(f64),
}

/// Whether the values so far are enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// The half-width now; infinite with fewer than two values.
    pub half_width: f64,
    /// The half-width at which to stop.
    pub allowed: f64,
    /// Enough: the sequence ends here.
    pub enough: bool,
    /// How many values there must be in all, judging by the variance so far; the present number when enough,
    /// none when no number would do or there are too few values to judge.
    pub needed: Option<usize>,
}

/// Values that all agree show no variance, and may be the many that stand beside a few: so many times more of them are asked
/// for.
const AGREEING: usize = 10;

/// No plan of replications goes beyond this; a need above it is as good as none.
const MOST: usize = 1 << 30;

impl HalfWidth {
    /// The half-width to stop at. A half-width of γ/(1+γ) of the *estimated* mean makes the error at most γ of
    /// the *true* mean (Law, Simulation Modeling & Analysis, section 9.4.1).
    fn allowed(self, mean: f64) -> f64 {
        match self {
            HalfWidth::Absolute(half) => half,
            HalfWidth::Relative(share) => share / (1.0 + share) * mean.abs(),
        }
    }
}

/// Whether `values`, in the order they came, are enough.
///
/// The rule of Chow & Robbins (Annals of Mathematical Statistics 36:457, 1965), for a relative width with
/// Nádas (ibid. 40:667, 1969): stop at the first n with t(n−1)·s/√n ≤ allowed. Their guarantee: as the allowed
/// width goes to 0, the interval covers the mean with the stated level, and the number of values comes to be
/// the least that would have done had the variance been known. Their proof needs n to grow even if the first values
/// happen to agree; here n must also reach mean/allowed (21 for 5 %), which does that without a constant that
/// depends on the unit. That does nothing where the mean is 0, so values that have all agreed have to be ten times as many.
/// Look after blocks of values only: looking more often gains little and costs coverage.
pub fn decide(values: &[f64], precision: &Precision) -> Decision {
    let tally: Tally = values.iter().collect();
    let n = values.len();
    let (Some(mean), Some(variance)) = (tally.mean(), tally.variance()) else {
        return Decision { half_width: f64::INFINITY, allowed: 0.0, enough: false, needed: None };
    };
    let allowed = precision.width.allowed(mean);
    let half_width = half_width(variance, n, precision.level);
    let at_least = precision.at_least * if variance == 0.0 { AGREEING } else { 1 };
    let floor = floor(mean, allowed).max(at_least);
    let enough = n >= floor && half_width <= allowed;
    let needed = if enough { Some(n) } else { needed(variance, allowed, precision.level, floor.max(n + 1)) };
    Decision { half_width, allowed, enough, needed }
}

/// The smallest number of values, `from` or more, at which values of this variance would have the half-width
/// `allowed` (Law, Simulation Modeling & Analysis, section 9.4.1).
/// Example: ten bank days, 90 %, within 0.25 gives 16, within 10 % gives 27.
fn needed(variance: f64, allowed: f64, level: f64, from: usize) -> Option<usize> {
    let narrow = |n: &usize| half_width(variance, *n, level) <= allowed;
    let mut above = from.max(2);
    while !narrow(&above) {
        above *= 2;
        if above > MOST {
            return None;
        }
    }
    // The half-width falls with n, so the least n lies in the last doubling.
    let mut below = (above / 2).max(from.max(2)) - 1;
    while above - below > 1 {
        let middle = below + (above - below) / 2;
        if narrow(&middle) { above = middle } else { below = middle }
    }
    Some(above)
}

fn half_width(variance: f64, n: usize, level: f64) -> f64 {
    t_quantile(n as f64 - 1.0, upper(level)) * (variance / n as f64).sqrt()
}

fn floor(mean: f64, allowed: f64) -> usize {
    if allowed > 0.0 { (mean.abs() / allowed - 1e-9).ceil().clamp(0.0, MOST as f64) as usize } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::super::noise::Noise;
    use super::*;

    /// Averages of ten bank days from Law, Simulation Modeling & Analysis, chapter 9.
    const BANK: [f64; 10] = [1.53, 1.66, 1.24, 2.34, 2.00, 1.69, 2.69, 2.86, 1.70, 2.60];

    fn asked(width: HalfWidth) -> Precision {
        Precision { level: 0.9, width, at_least: 2 }
    }

    #[test]
    fn ten_bank_days_ask_for_16_or_27_as_in_the_textbook() {
        let absolute = decide(&BANK, &asked(HalfWidth::Absolute(0.25)));
        assert_eq!((absolute.enough, absolute.needed), (false, Some(16)));
        assert!((absolute.half_width - 0.322_283_404_9).abs() < 1e-9);
        let relative = decide(&BANK, &asked(HalfWidth::Relative(0.10)));
        assert_eq!((relative.enough, relative.needed), (false, Some(27)));
        let wide = decide(&BANK, &asked(HalfWidth::Absolute(0.33)));
        assert_eq!((wide.enough, wide.needed), (true, Some(10)));
    }

    #[test]
    fn values_that_happen_to_agree_do_not_end_the_sequence_at_once() {
        let flat = |n: usize| decide(&vec![4.0; n], &asked(HalfWidth::Relative(0.05)));
        assert_eq!((flat(2).enough, flat(2).needed), (false, Some(21)));
        assert!(!flat(20).enough);
        assert!(flat(21).enough);
    }

    #[test]
    fn too_few_values_decide_nothing_and_a_mean_of_zero_is_never_relatively_known() {
        assert_eq!(decide(&[1.0], &asked(HalfWidth::Absolute(1e9))).needed, None);
        assert_eq!(decide(&[-1.0, 1.0], &asked(HalfWidth::Relative(0.1))).needed, None);
        let patient = Precision { at_least: 10, ..asked(HalfWidth::Absolute(10.0)) };
        assert_eq!(decide(&BANK[..5], &patient).needed, Some(10));
        let zeros = |n: usize| decide(&vec![0.0; n], &patient);
        assert_eq!((zeros(99).enough, zeros(99).needed, zeros(100).enough), (false, Some(100), true));
    }

    #[test]
    fn the_rule_is_within_what_was_asked_as_often_as_it_says() {
        // 1,000 sequences of exponential values (mean 1, skewed) in blocks of 20, to 10 % at 90 %: about 330 values each.
        // Known to fall short by about a point at this width; standard error 0.0095, so the lower bound is
        // three standard errors below 0.89 and the upper three above 0.91.
        let mut noise = Noise(23);
        let precision = Precision { level: 0.9, width: HalfWidth::Relative(0.1), at_least: 20 };
        let mut covered = 0;
        for _ in 0..1000 {
            let mut values = Vec::new();
            while !decide(&values, &precision).enough {
                values.extend((0..20).map(|_| -noise.uniform().ln()));
            }
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            covered += usize::from((mean - 1.0).abs() <= 0.1 * 1.0);
        }
        let share = covered as f64 / 1000.0;
        assert!((0.8615..=0.9385).contains(&share), "within 10 % in {share}");
    }
}
