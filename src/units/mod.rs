//! Time and the units in which people write it.
//!
//! Everything inside the program counts whole milliseconds since the scenario's `start`, a civil date-time
//! without time zone or daylight saving: integers, so that equal times are really equal.

pub mod civil;
pub mod parse;
pub mod week;

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use serde::Serialize;

/// Milliseconds in a second, minute, hour, day and week.
pub const SECOND: i64 = 1_000;
/// Milliseconds in a minute.
pub const MINUTE: i64 = 60 * SECOND;
/// Milliseconds in an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Milliseconds in a day.
pub const DAY: i64 = 24 * HOUR;
/// Milliseconds in a week.
pub const WEEK: i64 = 7 * DAY;
/// Milliseconds in a year of 365.25 days, the year of rates, growth and durations.
pub const YEAR: i64 = 31_557_600 * SECOND;
/// Milliseconds in a twelfth of a year.
pub const MONTH: i64 = YEAR / 12;

/// A moment: whole milliseconds since the scenario's start.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize)]
pub struct Time(pub i64);

/// A length of time in whole milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize)]
pub struct Duration(pub i64);

impl Time {
    /// The scenario's start.
    pub const ZERO: Time = Time(0);
    /// Later than everything that can happen.
    pub const NEVER: Time = Time(i64::MAX);

    /// Days since the start.
    pub fn days(self) -> f64 {
        self.0 as f64 / DAY as f64
    }
}

impl Duration {
    /// No time at all.
    pub const ZERO: Duration = Duration(0);

    /// The duration in days.
    pub fn days(self) -> f64 {
        self.0 as f64 / DAY as f64
    }

    /// The duration in hours.
    pub fn hours(self) -> f64 {
        self.0 as f64 / HOUR as f64
    }

    /// The nearest millisecond to `ms`, never below zero and never beyond what a time can hold.
    pub fn from_millis_f64(ms: f64) -> Duration {
        // A quarter of the range leaves room to add two of them to a time without overflow.
        let ms = ms.clamp(0.0, (i64::MAX / 4) as f64);
        // As `round` does, which is a call where the processor is not known to have it.
        let whole = ms as i64;
        Duration(whole + i64::from(ms - whole as f64 >= 0.5))
    }
}

impl Add<Duration> for Time {
    type Output = Time;
    fn add(self, span: Duration) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Duration> for Time {
    fn add_assign(&mut self, span: Duration) {
        *self = *self + span;
    }
}

impl Sub for Time {
    type Output = Duration;
    fn sub(self, earlier: Time) -> Duration {
        Duration(self.0 - earlier.0)
    }
}

impl Add for Duration {
    type Output = Duration;
    fn add(self, other: Duration) -> Duration {
        Duration(self.0.saturating_add(other.0))
    }
}

impl Sub for Duration {
    type Output = Duration;
    fn sub(self, other: Duration) -> Duration {
        Duration(self.0 - other.0)
    }
}

impl fmt::Display for Duration {
    /// The largest unit that says it in a few digits: `90 min`, `6 h`, `2.5 days`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0 as f64;
        let (value, unit) = match self.0.abs() {
            a if a < MINUTE => (ms / SECOND as f64, "s"),
            a if a < 2 * HOUR => (ms / MINUTE as f64, "min"),
            a if a < 2 * DAY => (ms / HOUR as f64, "h"),
            a if a < 2 * YEAR => (ms / DAY as f64, "days"),
            _ => (ms / YEAR as f64, "years"),
        };
        let text = format!("{value:.2}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        write!(f, "{text} {unit}")
    }
}

/// A number with thousands separators and so many digits after the point; what rounds to nothing has no sign.
pub fn grouped(value: f64, decimals: usize) -> String {
    if value.abs() >= 1e15 {
        return format!("{value:.1e}");
    }
    let plain = format!("{:.decimals$}", value.abs());
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut text = String::new();
    if value < 0.0 && plain.chars().any(|c| c != '0' && c != '.') {
        text.push('-');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_say_themselves_in_the_unit_a_person_would_choose() {
        let said = |ms| Duration(ms).to_string();
        assert_eq!(said(90 * MINUTE), "90 min");
        assert_eq!(said(6 * HOUR), "6 h");
        assert_eq!(said(60 * HOUR), "2.5 days");
        assert_eq!(said(3 * YEAR), "3 years");
    }

    #[test]
    fn numbers_are_read_in_thousands() {
        assert_eq!(grouped(68_412.4, 0), "68,412");
        assert_eq!(grouped(-1_234.56, 1), "-1,234.6");
        assert_eq!(grouped(999.0, 0), "999");
        assert_eq!(grouped(-0.04, 1), "0.0");
    }

    #[test]
    fn lengths_are_rounded_to_the_nearest_millisecond() {
        let odd = [
            0.0,
            -0.0,
            -0.7,
            0.5,
            0.499_999_999_999_999_94,
            1.5,
            2.5,
            f64::NAN,
            4_503_599_627_370_495.5,
            1e18,
            1e300,
        ];
        for ms in odd.into_iter().chain((0..2_000).map(|i| f64::from(i) * 0.1253)) {
            let rounded = ms.round().clamp(0.0, (i64::MAX / 4) as f64) as i64;
            assert_eq!(Duration::from_millis_f64(ms), Duration(rounded), "{ms}");
        }
    }

    #[test]
    fn far_times_do_not_overflow() {
        assert_eq!(Time(10) + Duration::from_millis_f64(f64::INFINITY) + Duration(i64::MAX), Time::NEVER);
    }
}
