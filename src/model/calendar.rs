//! Working hours over a whole run: when a member works, how much work fits between two moments, when a task ends.

use crate::units::{DAY, Duration, Time};

/// Working time as sorted, separate intervals over the whole run, or always.
///
/// Dated changes of hours are already in it, so a task that is planned across such a date needs no second look.
/// Looking up a moment costs a constant for calendars with a bounded number of intervals a day; finding the end of a
/// task costs a logarithm of the intervals it spans.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkCalendar {
    /// `None`: always at work.
    windows: Option<Windows>,
}

/// Intervals `[from, until)`, sorted and apart, with the work done before each.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Windows {
    from: Vec<i64>,
    until: Vec<i64>,
    /// Working milliseconds in all earlier intervals.
    before: Vec<i64>,
    /// For each day since `first_day`: the first interval that ends after that day begins.
    by_day: Vec<u32>,
    first_day: i64,
}

impl WorkCalendar {
    /// Day and night.
    pub fn always() -> WorkCalendar {
        WorkCalendar { windows: None }
    }

    /// From intervals `[from, until)` in milliseconds; overlapping and touching ones are joined, empty ones dropped.
    pub fn from_intervals(mut intervals: Vec<(i64, i64)>) -> WorkCalendar {
        intervals.retain(|(from, until)| from < until);
        intervals.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::with_capacity(intervals.len());
        for (from, until) in intervals {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(until),
                _ => joined.push((from, until)),
            }
        }
        WorkCalendar { windows: Some(Windows::new(&joined)) }
    }

    /// Whether this is day and night.
    pub fn is_always(&self) -> bool {
        self.windows.is_none()
    }

    /// Whether somebody is at work at this moment (the first moment of a shift counts, the last does not).
    pub fn is_open(&self, at: Time) -> bool {
        self.windows.as_ref().is_none_or(|w| w.at(at.0).is_some_and(|i| w.from[i] <= at.0))
    }

    /// Like [`is_open`](Self::is_open), the last moment of a window included: for windows in which tasks may begin.
    pub fn is_open_with_end(&self, at: Time) -> bool {
        self.is_open(at) || self.is_open(Time(at.0 - 1))
    }

    /// Working time in `[from, until)`.
    pub fn working_between(&self, from: Time, until: Time) -> Duration {
        match &self.windows {
            _ if until <= from => Duration::ZERO,
            None => until - from,
            Some(w) => Duration(w.work_until(until.0) - w.work_until(from.0)),
        }
    }

    /// When work begun at `start` has had `work` of working time: the first such moment, so that work which ends with
    /// the shift ends then and not at the next. [`Time::NEVER`] if the calendar does not hold that much.
    pub fn finish_after(&self, start: Time, work: Duration) -> Time {
        match &self.windows {
            None => start + work,
            Some(_) if work <= Duration::ZERO => start,
            Some(w) => w.finish(start.0, work.0).map_or(Time::NEVER, Time),
        }
    }

    /// The next moment after `at` at which work begins or ends, and whether it begins.
    pub fn next_switch(&self, at: Time) -> Option<(Time, bool)> {
        let w = self.windows.as_ref()?;
        let i = w.at(at.0)?;
        Some(if w.from[i] > at.0 { (Time(w.from[i]), true) } else { (Time(w.until[i]), false) })
    }

    /// The moments in `[from, until)` at which work begins or ends, and whether it begins.
    pub fn switches(&self, from: Time, until: Time) -> impl Iterator<Item = (Time, bool)> + '_ {
        // Switches after a moment are asked for, and one at `from` itself counts.
        let next = move |at: &(Time, bool)| self.next_switch(at.0).filter(|next| next.0 < until);
        std::iter::successors(next(&(Time(from.0 - 1), false)), next)
    }

    /// The time that at least one works.
    #[must_use]
    pub fn union(&self, other: &WorkCalendar) -> WorkCalendar {
        match (&self.windows, &other.windows) {
            (Some(a), Some(b)) => {
                let both = a.from.iter().zip(&a.until).chain(b.from.iter().zip(&b.until));
                WorkCalendar::from_intervals(both.map(|(from, until)| (*from, *until)).collect())
            }
            _ => WorkCalendar::always(),
        }
    }

    /// The time that both work.
    #[must_use]
    pub fn intersection(&self, other: &WorkCalendar) -> WorkCalendar {
        let (Some(a), Some(b)) = (&self.windows, &other.windows) else {
            return if self.is_always() { other.clone() } else { self.clone() };
        };
        let (mut i, mut j, mut both) = (0, 0, Vec::new());
        while i < a.from.len() && j < b.from.len() {
            let (from, until) = (a.from[i].max(b.from[j]), a.until[i].min(b.until[j]));
            if from < until {
                both.push((from, until));
            }
            if a.until[i] < b.until[j] { i += 1 } else { j += 1 }
        }
        WorkCalendar { windows: Some(Windows::new(&both)) }
    }
}

impl Windows {
    fn new(intervals: &[(i64, i64)]) -> Windows {
        let (mut before, mut sum) = (Vec::with_capacity(intervals.len()), 0);
        for (from, until) in intervals {
            before.push(sum);
            sum += until - from;
        }
        let first_day = intervals.first().map_or(0, |(from, _)| from.div_euclid(DAY));
        let last_day = intervals.last().map_or(0, |(_, until)| until.div_euclid(DAY));
        let mut by_day = Vec::with_capacity((last_day - first_day + 1) as usize);
        let mut i = 0;
        for day in first_day..=last_day {
            while i < intervals.len() && intervals[i].1 <= day * DAY {
                i += 1;
            }
            by_day.push(i as u32);
        }
        Windows {
            from: intervals.iter().map(|w| w.0).collect(),
            until: intervals.iter().map(|w| w.1).collect(),
            before,
            by_day,
            first_day,
        }
    }

    /// The first interval that ends after `at`.
    fn at(&self, at: i64) -> Option<usize> {
        let day = (at.div_euclid(DAY) - self.first_day).max(0) as usize;
        let mut i = *self.by_day.get(day)? as usize;
        while *self.until.get(i)? <= at {
            i += 1;
        }
        Some(i)
    }

    /// Working time before `at`.
    fn work_until(&self, at: i64) -> i64 {
        match self.at(at) {
            Some(i) => self.before[i] + (at - self.from[i]).max(0),
            None => self
                .before
                .last()
                .map_or(0, |b| b + self.until[self.until.len() - 1] - self.from[self.from.len() - 1]),
        }
    }

    fn finish(&self, start: i64, work: i64) -> Option<i64> {
        let first = self.at(start)?;
        let goal = self.before[first] + (start - self.from[first]).max(0) + work;
        // Most tasks end in the shift they begin in or one of the next few: gallop, then halve.
        let mut step = 1;
        let mut low = first;
        while low + step < self.before.len() && self.before[low + step] < goal {
            low += step;
            step *= 2;
        }
        let high = (low + step).min(self.before.len());
        let i = low + self.before[low..high].partition_point(|&b| b < goal) - 1;
        let end = self.from[i] + (goal - self.before[i]);
        (end <= self.until[i]).then_some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::HOUR;

    /// Two weeks of Monday to Friday 09:00 to 17:00; time 0 is a Monday, 00:00.
    fn office() -> WorkCalendar {
        let day = |d: i64| (d * DAY + 9 * HOUR, d * DAY + 17 * HOUR);
        WorkCalendar::from_intervals((0..14).filter(|d| d % 7 < 5).map(day).collect())
    }

    fn at(day: i64, hour: i64) -> Time {
        Time(day * DAY + hour * HOUR)
    }

    #[test]
    fn a_shift_includes_its_first_moment_and_not_its_last() {
        let c = office();
        assert!(!c.is_open(Time(9 * HOUR - 1)) && c.is_open(at(0, 9)));
        assert!(c.is_open(Time(17 * HOUR - 1)) && !c.is_open(at(0, 17)));
        assert!(c.is_open_with_end(at(0, 17)) && !c.is_open_with_end(Time(17 * HOUR + 1)));
    }

    #[test]
    fn work_that_fills_the_shift_ends_with_it() {
        let c = office();
        assert_eq!(c.finish_after(at(0, 9), Duration(8 * HOUR)), at(0, 17));
        assert_eq!(c.finish_after(at(0, 9), Duration(8 * HOUR + 1)), Time(at(1, 9).0 + 1));
        assert_eq!(
            c.finish_after(at(4, 16), Duration(10 * HOUR)),
            at(8, 10),
            "Friday 16:00 runs into Tuesday"
        );
        assert_eq!(c.finish_after(at(5, 3), Duration(HOUR)), at(7, 10), "begun on a Saturday night");
    }

    #[test]
    fn a_calendar_that_runs_out_never_finishes() {
        assert_eq!(office().finish_after(at(11, 9), Duration(9 * HOUR)), Time::NEVER);
        assert_eq!(office().finish_after(at(20, 9), Duration(1)), Time::NEVER);
        assert_eq!(WorkCalendar::from_intervals(vec![]).finish_after(Time(5), Duration(1)), Time::NEVER);
    }

    #[test]
    fn finish_and_working_between_are_inverse() {
        let c = office();
        for start in (0..10 * DAY).step_by(7 * 3_600_017) {
            for work in [1, HOUR, 8 * HOUR, 13 * HOUR + 5, 30 * HOUR] {
                let end = c.finish_after(Time(start), Duration(work));
                if end < Time::NEVER {
                    assert_eq!(c.working_between(Time(start), end), Duration(work));
                    assert!(c.working_between(Time(start), Time(end.0 - 1)) < Duration(work));
                }
            }
        }
    }

    #[test]
    fn switches_come_in_turn() {
        let c = office();
        assert_eq!(c.next_switch(Time(0)), Some((at(0, 9), true)));
        assert_eq!(c.next_switch(at(0, 9)), Some((at(0, 17), false)));
        assert_eq!(c.next_switch(at(4, 17)), Some((at(7, 9), true)));
        assert_eq!(c.next_switch(at(11, 17)), None);
        assert_eq!(WorkCalendar::always().next_switch(Time(0)), None);
    }

    #[test]
    fn common_hours_are_the_intersection() {
        let nights = WorkCalendar::from_intervals(vec![(16 * HOUR, DAY + 10 * HOUR)]);
        let both = office().intersection(&nights);
        assert_eq!(
            both,
            WorkCalendar::from_intervals(vec![(16 * HOUR, 17 * HOUR), (DAY + 9 * HOUR, DAY + 10 * HOUR)])
        );
        assert_eq!(office().intersection(&WorkCalendar::always()), office());
    }
}
