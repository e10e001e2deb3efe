//! From one value per replication to an estimate with its interval.

use crate::stats::interval::{jackknife_ratio, student_t};
use crate::stats::quantile::{quantile, sorted};
use crate::stats::{BandPoint, Interval, band};

use super::measure::Value;
use super::result::Estimate;

/// The estimate over replications: a t interval of their values, or, where fewer than half of them give a value, the
/// ratio of all their sums with a jackknife interval. None where no replication gives a value.
pub(crate) fn estimate(values: &[Value], unit: &str, level: f64) -> Option<Estimate> {
    let given: Vec<f64> = values.iter().filter_map(|value| value.get()).collect();
    let mut interval = match pooled(values, given.len(), level) {
        Some(ratio) => Interval { n: given.len(), ..ratio },
        None => student_t(&given, level)?,
    };
    interval = possible(interval, unit);
    let given = sorted(given);
    let spread = [0.1, 0.5, 0.9].map(|p| quantile(&given, p).expect("an interval rests on values"));
    Some(Estimate { interval, spread })
}

/// The interval without what cannot be: what cannot be negative is not said to be perhaps negative. Money may be: a change
/// can save some.
pub(super) fn possible(mut interval: Interval, unit: &str) -> Interval {
    if ["share", "cases", "days", "hours", "cases per day", "risk-days"].contains(&unit) {
        interval.low = interval.low.max(0.0);
    }
    if unit == "share" {
        interval.high = interval.high.min(1.0);
    }
    interval
}

/// The pooled ratio, where replications with a value are too few for an interval of their mean.
fn pooled(values: &[Value], given: usize, level: f64) -> Option<Interval> {
    if 2 * given >= values.len() {
        return None;
    }
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
