//! The rate of a source whose demand was recorded: counts of civil periods, one after the other, and what comes after
//! the last of them.
//!
//! A count is the mean number of epochs of its period. Within it they follow the profile, which is normalised over the
//! period itself, so that no weekend and no short month takes anything away from it.

use super::{Growth, RateCurve, RateFrom};
use crate::model::RatePiece;
use crate::units::Time;

/// A count and its period, which may begin before time 0.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Period {
    /// First moment.
    pub(crate) from: Time,
    /// First moment after it.
    pub(crate) until: Time,
    /// Mean number of epochs.
    pub(crate) count: f64,
    /// How much later it is than the period that the count was taken of.
    pub(crate) later: i64,
}

/// Recorded demand.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Counts {
    /// In the order of time, without gaps; those that repeat others are among them.
    pub(crate) periods: Vec<Period>,
    /// Whether the mean rate of the last one goes on after it.
    pub(crate) hold: bool,
}

/// A count whose period has no hours in which its epochs could come.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct NoRoom(pub(crate) Period);

impl RateCurve<'_> {
    /// Pieces without gaps from time 0 to the end, or to the midnight of the last day. Rates of the stretches are factors of the counts.
    pub(crate) fn of_counts(&self, counts: &Counts) -> Result<Vec<RatePiece>, NoRoom> {
        let growth = Growth::new(self.stretches);
        let mut pieces = vec![RatePiece { from: Time::ZERO, rate: 0.0, day: self.day(0) }];
        let here = |p: &&Period| p.until > Time::ZERO && p.from < self.end;
        for period in counts.periods.iter().filter(here) {
            let parts = self.parts(period.from, period.until);
            let weight = |part: &Part<'_>| self.profile(part.stretch, part.from);
            let total: f64 = parts.iter().map(|part| weight(part) * part.millis()).sum();
            if total <= 0.0 && period.count > 0.0 {
                return Err(NoRoom(*period));
            }
            for part in parts {
                let grown = growth.between(part.middle() - period.later, part.middle());
                let share = if period.count > 0.0 { weight(&part) / total } else { 0.0 };
                self.push(&mut pieces, &part, period.count * share * grown * part.stretch.rate);
            }
        }
        self.after(counts, &growth, &mut pieces);
        Ok(self.closed(pieces))
    }

    /// What comes after the last period.
    fn after(&self, counts: &Counts, growth: &Growth, pieces: &mut Vec<RatePiece>) {
        let Some(last) = counts.periods.last() else { return };
        let from = last.until.max(Time::ZERO);
        if from >= self.end {
            return;
        }
        let held = if counts.hold { last.count / (last.until - last.from).0 as f64 } else { 0.0 };
        for part in self.parts(from, self.last_midnight()) {
            let grown = growth.mean(last.until.0, part.from, part.until);
            let rate = held * grown * self.profile(part.stretch, part.from) * part.stretch.rate;
            self.push(pieces, &part, rate);
        }
    }

    /// Adds what of a part lies in the run; no tips come outside the source's own window.
    fn push(&self, pieces: &mut Vec<RatePiece>, part: &Part<'_>, rate: f64) {
        let from = part.from.max(0);
        if from >= part.until.min(self.last_midnight().0) {
            return;
        }
        let open = part.from >= self.from.0 && part.until <= self.until.0;
        let piece = RatePiece { from: Time(from), rate: if open { rate } else { 0.0 }, day: self.day(from) };
        match pieces.last_mut() {
            Some(last) if last.from == piece.from => *last = piece,
            Some(last) if last.rate == piece.rate && (!self.by_day || last.day == piece.day) => {}
            _ => pieces.push(piece),
        }
    }

    /// A span in parts in which the profile is constant; what lies before time 0 is as at time 0.
    fn parts(&self, from: Time, until: Time) -> Vec<Part<'_>> {
        let mut parts = vec![];
        for (i, stretch) in self.stretches.iter().enumerate() {
            let begins = if i == 0 { from } else { stretch.from.max(from) };
            let ends = self.stretches.get(i + 1).map_or(until, |next| next.from.min(until));
            if begins >= ends {
                continue;
            }
            let here = RateFrom { from: begins, ..stretch.clone() };
            let mut edges: Vec<i64> = self.cuts(&here, ends).into_iter().map(|(from, _)| from).collect();
            edges.extend(
                [0, self.last_midnight().0].into_iter().filter(|edge| (begins.0..ends.0).contains(edge)),
            );
            edges.push(ends.0);
            edges.sort_unstable();
            edges.dedup();
            parts.extend(edges.windows(2).map(|pair| Part { stretch, from: pair[0], until: pair[1] }));
        }
        parts
    }
}

/// A stretch of time in which the profile is constant.
struct Part<'a> {
    stretch: &'a RateFrom,
    from: i64,
    until: i64,
}

impl Part<'_> {
    fn millis(&self) -> f64 {
        (self.until - self.from) as f64
    }

    fn middle(&self) -> i64 {
        i64::midpoint(self.from, self.until)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{START, flat};
    use super::*;
    use crate::units::{DAY, HOUR, WEEK, YEAR};

    fn period(from: i64, until: i64, count: f64) -> Period {
        Period { from: Time(from * DAY), until: Time(until * DAY), count, later: 0 }
    }

    fn curve(stretches: &[RateFrom], end: i64) -> RateCurve<'_> {
        let (from, until) = (Time::ZERO, Time(i64::MAX));
        RateCurve { start: START, stretches, from, until, end: Time(end), by_day: false }
    }

    fn expected(pieces: &[RatePiece], from: i64, until: i64, end: i64) -> f64 {
        let until_of = |i: usize| pieces.get(i + 1).map_or(end, |next| next.from.0);
        let inside = |(i, piece): (usize, &RatePiece)| {
            piece.rate * (until_of(i).min(until) - piece.from.0.max(from)).max(0) as f64
        };
        pieces.iter().enumerate().map(inside).sum()
    }

    /// A factor of 1 for counts.
    fn plain() -> RateFrom {
        RateFrom { rate: 1.0, ..flat(1.0) }
    }

    #[test]
    fn each_period_has_its_count_whatever_the_profile() {
        let hours = (0..5).map(|d| (d * DAY + 8 * HOUR, d * DAY + 18 * HOUR)).collect();
        let weekly = [1.0, 1.0, 1.0, 1.0, 3.0, 0.2, 0.1];
        let s = [RateFrom { hours: Some(hours), weekly, ..plain() }];
        let counts = Counts { periods: vec![period(-6, 10, 160.0), period(10, 38, 50.0)], hold: false };
        let end = 60 * DAY;
        let pieces = curve(&s, end).of_counts(&counts).unwrap();
        assert!((expected(&pieces, 10 * DAY, 38 * DAY, end) - 50.0).abs() < 1e-9);
        assert_eq!(expected(&pieces, 38 * DAY, end, end), 0.0);
        // The first period began on a Tuesday, six days before: of its 17 weights of days 7 lie before the start.
        let before = 4.0 - 1.0 + 3.0;
        let all = before + 7.0 + 3.0;
        let here = 160.0 * (all - before) / all;
        assert!((expected(&pieces, 0, 10 * DAY, end) - here).abs() < 1e-9);
    }

    #[test]
    fn a_count_without_hours_to_come_in_is_told() {
        let s = [RateFrom { hours: Some(vec![(0, DAY)]), ..plain() }];
        let sunday = period(6, 7, 5.0);
        let counts = Counts { periods: vec![period(0, 6, 1.0), sunday], hold: false };
        assert_eq!(curve(&s, WEEK).of_counts(&counts), Err(NoRoom(sunday)));
    }

    #[test]
    fn what_repeats_and_what_is_held_grows() {
        let s = [RateFrom { growth: 0.21, ..plain() }];
        let end = 3 * YEAR;
        let year = YEAR / DAY;
        let again = |k: i64| Period {
            from: Time(k * YEAR),
            until: Time((k + 1) * YEAR),
            count: 1000.0,
            later: k * YEAR,
        };
        let counts = Counts { periods: vec![again(0), again(1), again(2)], hold: false };
        let pieces = curve(&s, end).of_counts(&counts).unwrap();
        for (k, wanted) in [(0, 1000.0), (1, 1210.0), (2, 1464.1)] {
            let found = expected(&pieces, k * YEAR, (k + 1) * YEAR, end);
            assert!((found - wanted).abs() < 1e-6 * wanted, "{found} for {wanted}");
        }
        let held = Counts { periods: vec![period(0, year, year as f64)], hold: true };
        let pieces = curve(&s, end).of_counts(&held).unwrap();
        let second = expected(&pieces, 2 * YEAR, 3 * YEAR, end);
        let exact = 365.25 * 1.21 * 0.21 / 1.21_f64.ln();
        assert!((second / exact - 1.0).abs() < 1e-3, "{second} for {exact}");
    }
}
