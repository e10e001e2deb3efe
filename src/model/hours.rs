//! From weekly hours and holidays, as they hold from date to date, to one calendar for the whole run.

use jiff::civil;

use super::WorkCalendar;
use crate::units::civil::millis_between;
use crate::units::{DAY, Time, WEEK};

/// Weekly hours that hold from a moment on.
#[derive(Clone, Debug)]
pub(crate) struct HoursFrom<'a> {
    /// First moment.
    pub(crate) from: Time,
    /// Milliseconds of a week that begins on Monday, sorted and apart; `None`: always, holidays included.
    pub(crate) windows: Option<&'a [(i64, i64)]>,
    /// First and last day of each holiday that is kept.
    pub(crate) holidays: &'a [(civil::Date, civil::Date)],
}

/// Milliseconds from the Monday of the start's week, 00:00, to the start.
pub(crate) fn week_phase(start: civil::DateTime) -> i64 {
    i64::from(start.date().weekday().to_monday_zero_offset()) * DAY + day_phase(start)
}

/// Milliseconds from the start's midnight to the start.
pub(crate) fn day_phase(start: civil::DateTime) -> i64 {
    let midnight = start.date().to_datetime(civil::Time::midnight());
    millis_between(midnight, start)
}

/// The calendar of hours that hold one after the other, from `begin` to `end`. The first hours hold before their
/// moment too. On a holiday nobody works from midnight to midnight; a shift that runs into it or out of it is cut.
pub(crate) fn calendar(
    start: civil::DateTime,
    hours: &[HoursFrom<'_>],
    begin: Time,
    end: Time,
) -> WorkCalendar {
    if hours.iter().all(|h| h.windows.is_none()) {
        return WorkCalendar::always();
    }
    let mut open = vec![];
    for (i, h) in hours.iter().enumerate() {
        let from = if i == 0 { begin } else { h.from };
        let until = hours.get(i + 1).map_or(end, |next| next.from);
        match h.windows {
            None => open.push((from.0, until.0)),
            Some(windows) => {
                let week = weekly(windows, week_phase(start), from.0, until.0);
                open.extend(without(&week, &holidays(start, h.holidays)));
            }
        }
    }
    WorkCalendar::from_intervals(open)
}

/// Weekly windows within `[from, until)`; `phase` is the time of the week at time 0.
pub(crate) fn weekly(windows: &[(i64, i64)], phase: i64, from: i64, until: i64) -> Vec<(i64, i64)> {
    let mut open = vec![];
    let mut monday = (from + phase).div_euclid(WEEK) * WEEK - phase;
    while monday < until {
        let clipped = windows.iter().map(|(a, b)| ((monday + a).max(from), (monday + b).min(until)));
        open.extend(clipped.filter(|(a, b)| a < b));
        monday += WEEK;
    }
    open
}

/// Moments of the week within `[from, until)`, none on holidays.
pub(crate) fn moments(
    start: civil::DateTime,
    of_week: &[i64],
    off: &[(civil::Date, civil::Date)],
    from: Time,
    until: Time,
) -> Vec<Time> {
    let off = holidays(start, off);
    let phase = week_phase(start);
    let first = (from.0 + phase).div_euclid(WEEK) * WEEK - phase;
    let mondays = std::iter::successors(Some(first), |monday| Some(monday + WEEK));
    let all = mondays.take_while(|monday| *monday < until.0).flat_map(|monday| {
        of_week.iter().map(move |moment| Time(monday + moment)).filter(move |at| (from..until).contains(at))
    });
    all.filter(|at| !off.iter().any(|(a, b)| (*a..*b).contains(&at.0))).collect()
}

/// Holidays as intervals of time, sorted and apart.
fn holidays(start: civil::DateTime, days: &[(civil::Date, civil::Date)]) -> Vec<(i64, i64)> {
    let midnight = |date: civil::Date| millis_between(start, date.to_datetime(civil::Time::midnight()));
    let mut off: Vec<(i64, i64)> =
        days.iter().map(|(first, last)| (midnight(*first), midnight(*last) + DAY)).collect();
    off.sort_unstable();
    // One holiday may lie within another: only intervals that are apart can be searched by their ends.
    off.dedup_by(|later, first| {
        let joined = later.0 <= first.1;
        if joined {
            first.1 = first.1.max(later.1);
        }
        joined
    });
    off
}

/// What of sorted intervals lies outside sorted others.
fn without(open: &[(i64, i64)], off: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut left = Vec::with_capacity(open.len());
    for &(mut from, until) in open {
        let first = off.partition_point(|(_, b)| *b <= from);
        for &(a, b) in off[first..].iter().take_while(|(a, _)| *a < until) {
            if from < a {
                left.push((from, a));
            }
            from = from.max(b);
        }
        if from < until {
            left.push((from, until));
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::HOUR;

    const START: civil::DateTime = civil::datetime(2025, 1, 8, 6, 0, 0, 0); // a Wednesday, 06:00
    const OFFICE: [(i64, i64); 5] = {
        let mut days = [(0, 0); 5];
        let mut d = 0;
        while d < 5 {
            days[d as usize] = (d * DAY + 9 * HOUR, d * DAY + 17 * HOUR);
            d += 1;
        }
        days
    };

    fn hours(from: i64, holidays: &[(civil::Date, civil::Date)]) -> HoursFrom<'_> {
        HoursFrom { from: Time(from), windows: Some(&OFFICE), holidays }
    }

    fn open(calendar: &WorkCalendar, until: i64) -> Vec<(i64, i64)> {
        let (mut at, mut all) = (Time(-1), vec![]);
        while let Some((t, begins)) = calendar.next_switch(at).filter(|(t, _)| t.0 < until) {
            if begins {
                all.push((t.0, 0));
            } else if let Some(last) = all.last_mut() {
                last.1 = t.0;
            }
            at = t;
        }
        all
    }

    #[test]
    fn hours_start_in_the_middle_of_a_week() {
        let c = calendar(START, &[hours(0, &[])], Time::ZERO, Time(14 * DAY));
        let wed = (3 * HOUR, 11 * HOUR);
        let thu = (27 * HOUR, 35 * HOUR);
        let mon = (5 * DAY + 3 * HOUR, 5 * DAY + 11 * HOUR);
        assert_eq!(open(&c, 6 * DAY), [wed, thu, (thu.0 + DAY, thu.1 + DAY), mon]);
    }

    #[test]
    fn nobody_works_on_a_holiday_and_night_shifts_are_cut_there() {
        let nights = [(3 * DAY + 17 * HOUR, 4 * DAY + 8 * HOUR)]; // Thursday 17:00 to Friday 08:00
        let friday = civil::date(2025, 1, 10);
        let off = [(friday, friday)];
        let h = HoursFrom { from: Time::ZERO, windows: Some(&nights), holidays: &off };
        let c = calendar(START, &[h], Time::ZERO, Time(6 * DAY));
        assert_eq!(open(&c, 6 * DAY), [(DAY + 11 * HOUR, DAY + 18 * HOUR)], "ends at midnight");
    }

    #[test]
    fn new_hours_hold_from_their_date() {
        let late = [(3 * DAY, 3 * DAY + HOUR)];
        let change = HoursFrom { from: Time(12 * HOUR), windows: Some(&late), holidays: &[] };
        let c = calendar(START, &[hours(0, &[]), change], Time::ZERO, Time(3 * DAY));
        assert_eq!(open(&c, 3 * DAY), [(3 * HOUR, 11 * HOUR), (18 * HOUR, 19 * HOUR)]);
    }

    #[test]
    fn day_and_night_has_no_holidays() {
        let off = [(civil::date(2025, 1, 9), civil::date(2025, 1, 9))];
        let h = HoursFrom { from: Time::ZERO, windows: None, holidays: &off };
        assert!(calendar(START, &[h], Time::ZERO, Time(DAY)).is_always());
    }
}
