//! [`Interval`]: an estimate that cannot be separated from its uncertainty and the method behind it.

use std::cell::Cell;
use std::fmt;

use serde::{Serialize, Serializer};

use super::special::{beta_quantile, normal_quantile, t_quantile};
use super::tally::Tally;

/// An estimate with the range that the stated method gives at the stated level.
///
/// `low` and `high` are infinite on a side that nothing bounds: one value alone has no spread. Files show such
/// a bound as an empty cell (see [`Interval::bounds`]).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The estimate itself.
    pub estimate: f64,
    /// The lower end.
    #[serde(serialize_with = "finite_or_nothing")]
    pub low: f64,
    /// The upper end.
    #[serde(serialize_with = "finite_or_nothing")]
    pub high: f64,
    /// The confidence level, as 0.95.
    pub level: f64,
    /// How many values (replications, trials) it rests on.
    pub n: usize,
    /// How it was made.
    pub method: Method,
}

/// How an interval was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Student's t over one value per replication.
    StudentT,
    /// Student's t over the differences of pairs.
    PairedT,
    /// Welch's t for two independent samples.
    Welch,
    /// Wilson's score interval for a share.
    Wilson,
    /// Clopper and Pearson's interval for a share: never too short.
    ClopperPearson,
    /// Ratio of two sums with the jackknife's standard error.
    JackknifeRatio,
    /// A function of several variances with the jackknife's standard error.
    Jackknife,
    /// Ratio of two means that may both be near zero, by Fieller's theorem.
    Fieller,
    /// Multiple comparisons with the best, by Bonferroni's inequality over paired t.
    WithTheBest,
    /// The best and the worst rank that all comparisons of pairs at once allow, by Bonferroni's inequality.
    Ranks,
    /// Two order statistics around a quantile, free of any assumed law.
    OrderStatistics,
    /// One point of a curve, by Student's t for this point alone.
    PointwiseTBand,
    /// One point of a band that holds a whole curve at once.
    SimultaneousBand,
    /// Student's t with the standard error of a bootstrap.
    Bootstrap,
    /// Ratio of two estimates whose errors come from a bootstrap, by Fieller's theorem.
    BootstrapFieller,
    /// Known without error.
    Exact,
}

impl Method {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Method::StudentT => "student-t",
            Method::PairedT => "paired-t",
            Method::Welch => "welch-t",
            Method::Wilson => "wilson",
            Method::ClopperPearson => "clopper-pearson",
            Method::JackknifeRatio => "jackknife-ratio",
            Method::Jackknife => "jackknife",
            Method::Fieller => "fieller",
            Method::WithTheBest => "with-the-best",
            Method::Ranks => "bonferroni-ranks",
            Method::OrderStatistics => "order-statistics",
            Method::PointwiseTBand => "pointwise-t-band",
            Method::SimultaneousBand => "simultaneous-band",
            Method::Bootstrap => "bootstrap-t",
            Method::BootstrapFieller => "bootstrap-fieller",
            Method::Exact => "exact",
        }
    }
}

impl fmt::Display for Method {
    /// The words before or after the level: `t interval`, `Wilson interval`, `exact`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Method::StudentT => "t interval",
            Method::PairedT => "paired t interval",
            Method::Welch => "Welch t interval",
            Method::Wilson => "Wilson interval",
            Method::ClopperPearson => "Clopper-Pearson interval",
            Method::JackknifeRatio | Method::Jackknife => "jackknife interval",
            Method::Fieller => "Fieller interval",
            Method::WithTheBest => "comparison with the best",
            Method::Ranks => "range of ranks",
            Method::OrderStatistics => "order-statistics interval",
            Method::PointwiseTBand => "pointwise t band",
            Method::SimultaneousBand => "simultaneous band",
            Method::Bootstrap | Method::BootstrapFieller => "bootstrap interval",
            Method::Exact => "exact",
        })
    }
}

impl Serialize for Method {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn finite_or_nothing<S: Serializer>(bound: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    bound.is_finite().then_some(*bound).serialize(serializer)
}

impl Interval {
    /// A value known without error.
    pub fn exact(value: f64, n: usize) -> Interval {
        Interval { estimate: value, low: value, high: value, level: 1.0, n, method: Method::Exact }
    }

    /// Half the width; infinite when a side is unbounded.
    pub fn half_width(&self) -> f64 {
        0.5 * (self.high - self.low)
    }

    /// Lower and upper end, where there is one: the cells of a file.
    pub fn bounds(&self) -> (Option<f64>, Option<f64>) {
        let known = |bound: f64| bound.is_finite().then_some(bound);
        (known(self.low), known(self.high))
    }

    /// Whether `value` lies inside.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// `value` with the digits this interval supports: two digits of its half-width.
    pub fn digits(&self, value: f64) -> String {
        let widths = [self.half_width(), self.high - self.estimate, self.estimate - self.low];
        match widths.into_iter().find(|width| width.is_finite() && *width > 0.0) {
            Some(width) => rounded(value, 1 - width.log10().floor() as i32),
            None if value == 0.0 || !value.is_finite() => value.to_string(),
            None => trimmed(&rounded(value, 5 - value.abs().log10().floor() as i32)),
        }
    }

    /// The sentence with a unit behind the estimate: `12.4 days (95 % t interval 11.8 to 13.1, n = 200)`.
    pub fn with_unit(&self, unit: &str) -> String {
        let space = if unit.is_empty() { "" } else { " " };
        format!("{}{space}{unit} ({})", self.digits(self.estimate), self.range())
    }

    /// The words inside the brackets.
    fn range(&self) -> String {
        let (low, high) = (self.digits(self.low), self.digits(self.high));
        let ends = match (self.low.is_finite(), self.high.is_finite()) {
            (true, true) => format!("{low} to {high}"),
            (true, false) => format!("from {low} up"),
            (false, true) => format!("up to {high}"),
            (false, false) => return format!("n = {}: too few for an interval", self.n),
        };
        match self.method {
            Method::Exact => "exact".to_owned(),
            method => format!("{} % {method} {ends}, n = {}", percent(self.level), self.n),
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_unit(""))
    }
}

fn percent(level: f64) -> String {
    trimmed(&format!("{:.4}", 100.0 * level))
}

fn trimmed(number: &str) -> String {
    if number.contains('.') {
        return number.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    number.to_owned()
}

/// `value` to `places` after the point, or before it when negative.
fn rounded(value: f64, places: i32) -> String {
    // Beyond 12 places there is nothing to see, and beyond 15 digits nothing to know.
    let places = places.clamp(-15, 12);
    let step = 10_f64.powi(-places);
    let value = if places < 0 { (value / step).round() * step } else { value };
    let text = format!("{value:.*}", places.max(0) as usize);
    // "-0.0" says less than "0.0".
    match text.strip_prefix('-') {
        Some(zero) if zero.bytes().all(|b| matches!(b, b'0' | b'.')) => zero.to_owned(),
        _ => text,
    }
}

/// The mean of independent values: x̄ ± t(n−1, 1−α/2)·s/√n (Student, Biometrika 6:1, 1908).
///
/// One value per replication, never the cases of a run: those depend on each other. None without values.
pub fn student_t(values: &[f64], level: f64) -> Option<Interval> {
    t_of_tally(&values.iter().collect(), level, Method::StudentT)
}

/// As [`student_t`], from a tally and under the name of the method it serves.
pub(super) fn t_of_tally(tally: &Tally, level: f64, method: Method) -> Option<Interval> {
    let (estimate, n) = (tally.mean()?, tally.count());
    let half = tally.variance().map_or(f64::INFINITY, |variance| t_half_width(n, variance, level));
    Some(Interval { estimate, low: estimate - half, high: estimate + half, level, n: n as usize, method })
}

/// The half-width of Student's t interval for the mean of `n` values, at least two, with this variance.
pub(super) fn t_half_width(n: u64, variance: f64, level: f64) -> f64 {
    thread_local! {
        /// The last quantile with what it was asked for: a run asks for the same one at every point of every series.
        static LAST: Cell<(u64, f64, f64)> = const { Cell::new((0, 0.0, 0.0)) };
    }
    let (of, at, known) = LAST.get();
    let quantile = if (of, at) == (n, level) { known } else { t_quantile(n as f64 - 1.0, upper(level)) };
    LAST.set((n, level, quantile));
    quantile * (variance / n as f64).sqrt()
}

/// The mean of `a − b` from pairs that share their random numbers: Student's t on the differences.
pub fn paired_t(a: &[f64], b: &[f64], level: f64) -> Option<Interval> {
    assert_eq!(a.len(), b.len(), "pairs have two members");
    let differences: Tally = a.iter().zip(b).map(|(a, b)| a - b).collect();
    t_of_tally(&differences, level, Method::PairedT)
}

/// Var(A − B) / (Var A + Var B): below 1 pairing has helped, above 1 it has hurt. None when nothing varies.
pub fn pairing_ratio(a: &[f64], b: &[f64]) -> Option<f64> {
    assert_eq!(a.len(), b.len(), "pairs have two members");
    let variance = |tally: Tally| tally.variance();
    let apart = variance(a.iter().collect())? + variance(b.iter().collect())?;
    let paired = variance(a.iter().zip(b).map(|(a, b)| a - b).collect())?;
    (apart > 0.0).then(|| paired / apart)
}

/// The difference `mean(a) − mean(b)` of independent samples with unequal variances (Welch, Biometrika 34:28,
/// 1947), degrees of freedom by Satterthwaite.
pub fn welch(a: &[f64], b: &[f64], level: f64) -> Option<Interval> {
    let (a, b): (Tally, Tally) = (a.iter().collect(), b.iter().collect());
    let estimate = a.mean()? - b.mean()?;
    let part = |t: &Tally| t.variance().map(|v| (v / t.count() as f64, t.count() as f64 - 1.0));
    let half = match (part(&a), part(&b)) {
        (Some((va, _)), Some((vb, _))) if va + vb == 0.0 => 0.0,
        (Some((va, fa)), Some((vb, fb))) => {
            let df = (va + vb).powi(2) / (va * va / fa + vb * vb / fb);
            t_quantile(df, upper(level)) * (va + vb).sqrt()
        }
        _ => f64::INFINITY,
    };
    let n = (a.count() + b.count()) as usize;
    Some(Interval { estimate, low: estimate - half, high: estimate + half, level, n, method: Method::Welch })
}

/// A share, by Wilson's score interval (JASA 22:209, 1927). Example: 0 of 20 has the 95 % upper end 0.1611.
pub fn wilson(successes: usize, n: usize, level: f64) -> Option<Interval> {
    assert!(successes <= n, "no more successes than trials");
    let estimate = share(successes, n)?;
    let trials = n as f64;
    let z = normal_quantile(upper(level));
    let z2 = z * z;
    let centre = (estimate + z2 / (2.0 * trials)) / (1.0 + z2 / trials);
    let half = z / (1.0 + z2 / trials)
        * (estimate * (1.0 - estimate) / trials + z2 / (4.0 * trials * trials)).sqrt();
    // At the ends the formula meets 0 and 1 exactly, the arithmetic only nearly.
    let low = if successes == 0 { 0.0 } else { centre - half };
    let high = if successes == n { 1.0 } else { centre + half };
    Some(Interval { estimate, low, high, level, n, method: Method::Wilson })
}

/// A share, by the quantiles of beta laws (Clopper & Pearson, Biometrika 26:404, 1934): covers at least as often
/// as it says, also for rare events.
pub fn clopper_pearson(successes: usize, n: usize, level: f64) -> Option<Interval> {
    assert!(successes <= n, "no more successes than trials");
    let estimate = share(successes, n)?;
    let (k, rest) = (successes as f64, (n - successes) as f64);
    let tail = 1.0 - upper(level);
    // At the ends the law of the other bound is a power.
    let low = match successes {
        0 => 0.0,
        _ if successes == n => tail.powf(1.0 / k),
        _ => beta_quantile(k, rest + 1.0, tail),
    };
    let high = match successes {
        _ if successes == n => 1.0,
        0 => 1.0 - tail.powf(1.0 / rest),
        _ => beta_quantile(k + 1.0, rest, upper(level)),
    };
    Some(Interval { estimate, low, high, level, n, method: Method::ClopperPearson })
}

fn share(successes: usize, n: usize) -> Option<f64> {
    (n > 0).then(|| successes as f64 / n as f64)
}

/// The ratio of two sums, Σ numerators / Σ denominators, with the jackknife's standard error over the pairs and
/// Student's t (Miller, Biometrika 61:1, 1974). The estimate is the plain ratio, so that it can be checked by
/// dividing the sums. None when the denominators add up to nothing.
pub fn jackknife_ratio(numerators: &[f64], denominators: &[f64], level: f64) -> Option<Interval> {
    assert_eq!(numerators.len(), denominators.len(), "a numerator has a denominator");
    let n = numerators.len();
    let (above, below): (f64, f64) = (numerators.iter().sum(), denominators.iter().sum());
    let estimate = (below > 0.0).then(|| above / below)?;
    let without = |(y, x): (&f64, &f64)| {
        let rest = below - x;
        // Nearly the whole sum in one pair: without it there is no ratio to look at.
        (rest > 1e-12 * below).then(|| n as f64 * estimate - (n as f64 - 1.0) * (above - y) / rest)
    };
    let pseudo: Option<Tally> = numerators.iter().zip(denominators).map(without).collect();
    let half = match pseudo.and_then(|pseudo| pseudo.variance()) {
        Some(variance) => t_quantile(n as f64 - 1.0, upper(level)) * (variance / n as f64).sqrt(),
        None => f64::INFINITY,
    };
    let method = Method::JackknifeRatio;
    Some(Interval { estimate, low: estimate - half, high: estimate + half, level, n, method })
}

/// The probability below the upper end of a two-sided interval.
pub(super) fn upper(level: f64) -> f64 {
    assert!(level > 0.0 && level < 1.0, "a confidence level lies between 0 and 1");
    0.5 + 0.5 * level
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Averages of ten bank days from Law, Simulation Modeling & Analysis, chapter 9.
    const BANK: [f64; 10] = [1.53, 1.66, 1.24, 2.34, 2.00, 1.69, 2.69, 2.86, 1.70, 2.60];

    fn spans(found: Option<Interval>, low: f64, high: f64, off: f64) {
        let found = found.unwrap();
        assert!((found.low - low).abs() < off && (found.high - high).abs() < off, "{found:?}");
    }

    #[test]
    fn ten_bank_days_have_the_half_width_of_the_textbook() {
        let mean = student_t(&BANK, 0.9).unwrap();
        assert!((mean.half_width() - 0.322_283_404_9).abs() < 1e-9);
        assert_eq!(mean.to_string(), "2.03 (90 % t interval 1.71 to 2.35, n = 10)");
        assert_eq!(mean.with_unit("min"), "2.03 min (90 % t interval 1.71 to 2.35, n = 10)");
    }

    #[test]
    fn shares_agree_with_the_published_ends() {
        // From scipy 1.17, `binomtest`.
        spans(wilson(0, 20, 0.95), 0.0, 0.161_125_158_05, 1e-10);
        spans(wilson(7, 50, 0.95), 0.069_508_334_27, 0.261_861_937_11, 1e-10);
        spans(wilson(20, 20, 0.95), 0.838_874_841_95, 1.0, 1e-10);
        spans(clopper_pearson(0, 20, 0.95), 0.0, 0.168_433_470_98, 1e-10);
        spans(clopper_pearson(7, 50, 0.95), 0.058_191_700_34, 0.267_396_002_50, 1e-10);
        spans(clopper_pearson(1, 20, 0.95), 0.001_265_089_50, 0.248_732_762_77, 1e-10);
        assert_eq!(wilson(0, 0, 0.95), None);
    }

    #[test]
    fn two_samples_agree_with_scipy() {
        let (first, last) = BANK.split_at(5);
        spans(welch(last, first, 0.9), -0.042_157_394_48, 1.150_157_394_48, 1e-10);
        spans(paired_t(last, first, 0.9), -0.264_184_910_66, 1.372_184_910_66, 1e-10);
        assert!((pairing_ratio(last, first).unwrap() - 1.462_285_317_18).abs() < 1e-10);
        assert_eq!(pairing_ratio(&[1.0, 1.0], &[2.0, 2.0]), None);
    }

    #[test]
    fn a_ratio_of_sums_has_the_jackknife_error() {
        // Worked in Python: standard error 0.03673332, t(5, 0.975) = 2.57058184.
        let (over, under) = ([3.0, 5.0, 0.0, 8.0, 4.0, 6.0], [10.0, 14.0, 3.0, 20.0, 15.0, 13.0]);
        let ratio = jackknife_ratio(&over, &under, 0.95).unwrap();
        assert_eq!(ratio.estimate, 26.0 / 75.0);
        assert!((ratio.half_width() - 0.036_733_320_05 * 2.570_581_835_64).abs() < 1e-9);
        // A single replication with all cases has no spread to show.
        assert!(jackknife_ratio(&[1.0, 0.0], &[2.0, 0.0], 0.95).unwrap().half_width().is_infinite());
        assert_eq!(jackknife_ratio(&[0.0], &[0.0], 0.95), None);
    }

    #[test]
    fn one_value_has_no_interval_and_says_so() {
        let one = student_t(&[3.25], 0.95).unwrap();
        assert_eq!(one.bounds(), (None, None));
        assert_eq!(one.to_string(), "3.25 (n = 1: too few for an interval)");
        assert_eq!(student_t(&[], 0.95), None);
        let json = serde_json::to_string(&one).unwrap();
        assert_eq!(
            json,
            r#"{"estimate":3.25,"low":null,"high":null,"level":0.95,"n":1,"method":"student-t"}"#
        );
    }

    #[test]
    fn digits_stop_where_the_interval_stops_supporting_them() {
        let wide = Interval { low: 11_111.0, high: 13_579.0, ..student_t(&[12_345.0], 0.95).unwrap() };
        assert_eq!(wide.to_string(), "12300 (95 % t interval 11100 to 13600, n = 1)");
        let fine = Interval { estimate: 0.123_456, low: -0.000_4, high: 0.1239, ..wide };
        assert_eq!(fine.digits(-0.000_4), "0.000");
        assert_eq!(Interval::exact(730.0, 1).to_string(), "730 (exact)");
        assert_eq!(Interval::exact(0.25, 1).with_unit("FTE"), "0.25 FTE (exact)");
    }
}
