//! From one value per replication to an estimate with its interval.

use crate::stats::interval::{clopper_pearson, jackknife_ratio, student_t};
use crate::stats::quantile::{quantile, sorted};
use crate::stats::{BandPoint, Interval, band};

use super::measure::{Value, given};
use super::result::Estimate;

/// The estimate over replications: a t interval of their values, or, where fewer than half of them give a value, the
/// ratio of all their sums with a jackknife interval. None where no replication gives a value.
pub(crate) fn estimate(values: &[Value], unit: &str, level: f64) -> Option<Estimate> {
    let given = given(values);
    let rare = 2 * given.len() < values.len();
    let interval = match pooled(values, level).filter(|_| rare) {
        Some(ratio) => Interval { n: given.len(), ..ratio },
        None => student_t(&given, level)?,
    };
    Some(Estimate { interval: possible(interval, unit), spread: spread(given) })
}

/// The ratio of all sums with a jackknife interval, however many replications give a value. The mean of their ratios is too
/// large where the sums below the line are small and vary (W. G. Cochran, Sampling Techniques, 1977, section 6.8), and
/// leaves out what stands above a line with nothing below.
pub(crate) fn quotient(values: &[Value], level: f64) -> Option<Estimate> {
    let given = given(values);
    let interval = Interval { n: given.len(), ..pooled(values, level)? };
    Some(Estimate { interval, spread: spread(given) })
}

/// The interval of a share of cases that was 0, or 1, in every replication: Clopper and Pearson's over all cases, since a t
/// interval would have no width. None of any other share.
pub(crate) fn all_or_none(values: &[Value], level: f64) -> Option<Interval> {
    let (mut above, mut below) = (0.0, 0.0);
    for value in values {
        match *value {
            Value::Ratio { above: a, below: b } => (above, below) = (above + a, below + b),
            Value::Nothing => {}
            Value::Number(_) => return None,
        }
    }
    let (none, all) = (above == 0.0, above == below);
    (below > 0.0 && (none || all)).then(|| clopper_pearson(above as usize, below as usize, level))?
}

fn spread(given: Vec<f64>) -> [f64; 3] {
    let given = sorted(given);
    [0.1, 0.5, 0.9].map(|p| quantile(&given, p).expect("an interval rests on values"))
}

/// The interval without what cannot be: what cannot be negative is not said to be perhaps negative. Money may be: a change
/// can save some.
pub(super) fn possible(mut interval: Interval, unit: &str) -> Interval {
    if ["share", "cases", "days", "hours", "cases per day", "risk-days", "members"].contains(&unit) {
        interval.low = interval.low.max(0.0);
    }
    if unit == "share" {
        interval.high = interval.high.min(1.0);
    }
    interval
}

/// The ratio of all sums, where all values are ratios.
fn pooled(values: &[Value], level: f64) -> Option<Interval> {
    let ratios: Option<Vec<(f64, f64)>> = values
        .iter()
        .map(|value| match *value {
            Value::Ratio { above, below } => Some((above, below)),
            Value::Number(_) | Value::Nothing => None,
        })
        .collect();
    let (above, below): (Vec<f64>, Vec<f64>) = ratios?.into_iter().unzip();
    jackknife_ratio(&above, &below, level)
}

/// One point of a series of counts or times: the replications that gave a value.
pub(super) fn point(values: Vec<f64>, level: f64) -> Option<BandPoint> {
    let point = band::point(values, level)?;
    Some(BandPoint { mean: not_negative(point.mean), ..point })
}

/// The mean at such a point.
pub(super) fn mean(values: &[f64], level: f64) -> Option<Interval> {
    band::mean(values, level).map(not_negative)
}

fn not_negative(interval: Interval) -> Interval {
    Interval { low: interval.low.max(0.0), ..interval }
}

#[cfg(test)]
mod tests {
    use super::super::draws::Draws;
    use super::super::measure::{Family, Response};
    use super::*;
    use crate::stats::Method;

    #[test]
    fn rare_classes_are_pooled_and_say_how_many_replications_had_them() {
        // 2 of 5 replications have such cases: 1 of 2 and 3 of 4 reached, pooled 4 of 6.
        let none = Value::share(0, 0);
        let values = [none, Value::share(1, 2), none, Value::share(3, 4), none];
        let found = estimate(&values, "share", 0.95).unwrap().interval;
        assert_eq!((found.method, found.n), (Method::JackknifeRatio, 2));
        assert!((found.estimate - 4.0 / 6.0).abs() < 1e-15);
        assert!(found.low >= 0.0 && found.high <= 1.0);
    }

    #[test]
    fn a_quotient_is_that_of_the_sums_whatever_a_single_replication_says() {
        // 100 for 1, 100 for 4, 100 for none: 60 for each, where the mean of 100 and 25 is 62.5 of two replications only.
        let values = [1.0, 4.0, 0.0].map(|below| Value::Ratio { above: 100.0, below });
        let found = quotient(&values, 0.95).unwrap();
        assert_eq!((found.interval.estimate, found.interval.n), (60.0, 2));
        assert_eq!((found.interval.method, found.spread[1]), (Method::JackknifeRatio, 62.5));
        assert_eq!(quotient(&[Value::Ratio { above: 100.0, below: 0.0 }], 0.95), None);
    }

    #[test]
    fn a_share_that_was_whole_in_every_replication_is_known_as_well_as_its_cases_are_many() {
        let of = Response::new(Family::TimeToAction, "share_within", "share");
        let found = |values: &[Value]| Draws::default().estimate_of(values, &of, 0.95).unwrap().interval;
        let whole =
            |cases: u64| found(&[Value::share(cases, cases), Value::share(0, 0), Value::share(cases, cases)]);
        // 24 of 24: 0.025^(1/24).
        let few = whole(12);
        assert_eq!((few.estimate, few.high, few.n, few.method), (1.0, 1.0, 2, Method::ClopperPearson));
        assert!((few.low - 0.857_526).abs() < 1e-6, "{few}");
        assert!(whole(100_000).low > 0.999_9);
        let none = found(&[Value::share(0, 12), Value::share(0, 12)]);
        assert!((none.high - 0.142_474).abs() < 1e-6 && none.low == 0.0, "{none}");
        assert_eq!(found(&[Value::share(1, 2), Value::share(2, 2)]).method, Method::StudentT);
    }

    #[test]
    fn half_of_the_replications_are_enough_for_a_t_interval_of_their_values() {
        let values = [Value::share(0, 0), Value::share(1, 2), Value::share(3, 4), Value::share(0, 0)];
        let found = estimate(&values, "share", 0.95).unwrap();
        assert_eq!((found.interval.method, found.interval.n), (Method::StudentT, 2));
        assert_eq!(found.interval.estimate, 0.625, "the mean of 1/2 and 3/4, not 4/6");
        assert_eq!(found.spread[1], 0.625);
    }

    #[test]
    fn counts_and_shares_stay_where_they_can_be_and_money_may_be_saved() {
        let of = |unit| {
            let found = estimate(&[Value::Number(0.0), Value::Number(1.0)], unit, 0.95).unwrap();
            found.interval.bounds()
        };
        // 0.5 ± 12.706 · 0.5.
        let (Some(low), Some(high)) = of("USD") else { panic!("two values bound a mean") };
        assert!((low + 5.853).abs() < 0.001 && (high - 6.853).abs() < 0.001);
        assert_eq!(of("cases"), (Some(0.0), Some(high)));
        assert_eq!(of("share"), (Some(0.0), Some(1.0)));
        let alone = point(vec![3.0], 0.95).unwrap().mean;
        assert_eq!(alone.bounds(), (Some(0.0), None), "one replication alone bounds nothing else");
    }

    #[test]
    fn without_any_value_there_is_no_estimate() {
        assert_eq!(estimate(&[Value::Nothing, Value::share(0, 0)], "days", 0.95), None);
    }
}
