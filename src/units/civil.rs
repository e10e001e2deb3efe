//! Civil dates and the milliseconds between them. No time zone and no daylight saving: every day has 24 hours.

use jiff::civil;

use super::{DAY, Time};

pub use jiff::civil::{Date, DateTime};

/// A length of calendar time: whole months, then milliseconds. `"3 years"` is 36 months, `"7 days"` seven days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CalendarSpan {
    /// Calendar months.
    pub months: i64,
    /// Milliseconds on top.
    pub millis: i64,
}

impl CalendarSpan {
    /// The moment this long after `start`, `times` over; none beyond the years 1 to 9999.
    ///
    /// Months are counted before milliseconds, and a day that a month does not have becomes its last day:
    /// one month after 31 January is 28 or 29 February.
    pub fn after(self, start: DateTime, times: i64) -> Option<Time> {
        let months = self.months.checked_mul(times)?;
        let moved = start.checked_add(jiff::Span::new().try_months(months).ok()?).ok()?;
        let millis = millis_between(start, moved).checked_add(self.millis.checked_mul(times)?)?;
        date_time(start, Time(millis)).map(|_| Time(millis))
    }
}

/// Milliseconds from one civil moment to another.
pub fn millis_between(from: DateTime, to: DateTime) -> i64 {
    days_since_zero(to.date()) * DAY - days_since_zero(from.date()) * DAY + millis_of_day(to)
        - millis_of_day(from)
}

/// The civil moment at `time` of a scenario that starts at `start`; none beyond the years 1 to 9999.
pub fn date_time(start: DateTime, time: Time) -> Option<DateTime> {
    start.checked_add(jiff::Span::new().try_milliseconds(time.0).ok()?).ok()
}

/// The first midnight after `time`, of a scenario that starts at `start`.
pub fn next_midnight(start: DateTime, time: Time) -> Time {
    let since_midnight = (millis_of_day(start) + time.0).rem_euclid(DAY);
    Time(time.0.saturating_add(DAY - since_midnight))
}

/// Reads `2025-01-06`.
pub fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if plain { text.parse().ok() } else { None }
}

/// Reads `2025-01-06` (midnight) or `2025-01-06T08:30`.
pub fn moment(text: &str) -> Option<DateTime> {
    if let Some(date) = date(text) {
        return Some(date.to_datetime(civil::Time::midnight()));
    }
    let text = text.trim();
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b"-T :.".contains(&b));
    if plain { text.parse().ok() } else { None }
}

/// Whether the text looks like a date, existing or not: `2027-02-29`.
pub fn looks_like_a_date(text: &str) -> bool {
    let bytes = text.trim().as_bytes();
    bytes.len() >= 10 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-' && bytes[7] == b'-'
}

fn days_since_zero(date: Date) -> i64 {
    i64::from(civil::Date::ZERO.until(date).map_or(0, |span| span.get_days()))
}

fn millis_of_day(moment: DateTime) -> i64 {
    let time = moment.time();
    let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    seconds * 1000 + i64::from(time.millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime {
        moment(text).unwrap()
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        assert!(date("2028-02-29").is_some());
        assert!(date("2027-02-29").is_none());
        assert!(looks_like_a_date("2027-02-29"));
        assert!(date("2027-2-1").is_none());
        assert!(moment("2025-01-06T08:30:00").is_some());
        assert!(moment("2025-01-06T08:30:00Z").is_none());
    }

    #[test]
    fn milliseconds_lie_between_midnights() {
        assert_eq!(millis_between(at("2024-02-28"), at("2024-03-01")), 2 * DAY);
        assert_eq!(millis_between(at("2025-01-06T08:00:00"), at("2025-01-07")), 16 * super::super::HOUR);
        assert_eq!(next_midnight(at("2025-01-06T08:00:00"), Time(0)), Time(16 * super::super::HOUR));
        assert_eq!(next_midnight(at("2025-01-06"), Time(0)), Time(DAY));
    }

    #[test]
    fn calendar_months_end_where_the_month_ends() {
        let month = CalendarSpan { months: 1, millis: 0 };
        assert_eq!(month.after(at("2025-01-31"), 1), Some(Time(28 * DAY)));
        // The second step counts from the start, not from the shortened first one.
        assert_eq!(month.after(at("2025-01-31"), 2), Some(Time(59 * DAY)));
        assert_eq!(CalendarSpan { months: 36, millis: 0 }.after(at("2025-01-06"), 1), Some(Time(1095 * DAY)));
        assert_eq!(month.after(at("2025-01-31"), i64::MAX), None);
        assert_eq!(CalendarSpan { months: 0, millis: i64::MAX / 2 }.after(at("2025-01-31"), 1), None);
    }
}
