//! The rate of a source over the whole run: base rate, growth and profile, dated changes included, as pieces of
//! constant rate.

mod history;

use jiff::civil;

use super::RatePiece;
use super::hours::{day_phase, week_phase, weekly};
use crate::units::{DAY, Time, WEEK, YEAR};
pub(crate) use history::{Counts, NoRoom, Period};

/// What makes a source's rate, from a moment on.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct RateFrom {
    /// First moment.
    pub(crate) from: Time,
    /// Epochs per millisecond, before growth and profile.
    pub(crate) rate: f64,
    /// Growth per year of 365.25 days, as a fraction.
    pub(crate) growth: f64,
    /// When the rate was last set: growth counts from there.
    pub(crate) set_at: Time,
    /// Weight of each day of the week, Monday first.
    pub(crate) weekly: [f64; 7],
    /// When tips come: windows of a week that begins on Monday (milliseconds); always where absent.
    pub(crate) hours: Option<Vec<(i64, i64)>>,
    /// Weight of each month, January first.
    pub(crate) monthly: [f64; 12],
}

/// A source's whole rate.
pub(crate) struct RateCurve<'a> {
    /// The civil moment of time 0.
    pub(crate) start: civil::DateTime,
    /// One after the other; the first holds from time 0.
    pub(crate) stretches: &'a [RateFrom],
    /// No tips before.
    pub(crate) from: Time,
    /// No tips at or after.
    pub(crate) until: Time,
    /// End of the simulated time.
    pub(crate) end: Time,
    /// Whether every day needs pieces of its own, because days have good and bad luck.
    pub(crate) by_day: bool,
}

impl RateCurve<'_> {
    /// Pieces without gaps from time 0 to the end, or of the last day to its midnight; nothing where the rate is never
    /// above 0.
    pub(crate) fn pieces(&self) -> Vec<RatePiece> {
        let growth = Growth::new(self.stretches);
        let mut pieces: Vec<RatePiece> = vec![];
        for (i, stretch) in self.stretches.iter().enumerate() {
            let last = self.last_midnight();
            let until = self.stretches.get(i + 1).map_or(last, |next| next.from).min(last);
            for (from, until) in self.cuts(stretch, until) {
                let rate = self.mean_rate(stretch, &growth, from, until);
                let day = self.day(from);
                let same = pieces.last().is_some_and(|p| p.rate == rate && (!self.by_day || p.day == day));
                if !same {
                    pieces.push(RatePiece { from: Time(from), rate, day });
                }
            }
        }
        self.closed(pieces)
    }

    /// Where days have luck of their own, the last day must say where it ends: what is expected of it is counted whole.
    fn closed(&self, mut pieces: Vec<RatePiece>) -> Vec<RatePiece> {
        if pieces.iter().all(|piece| piece.rate == 0.0) {
            return vec![];
        }
        let midnight = self.last_midnight();
        if self.by_day && midnight > self.end {
            pieces.push(RatePiece { from: midnight, rate: 0.0, day: self.day(midnight.0) });
        }
        pieces
    }

    /// The midnight that ends the last day of the run. Growth is averaged over that whole day, and so is what is expected
    /// of it, so that a longer run has the same tips in it.
    fn last_midnight(&self) -> Time {
        let phase = day_phase(self.start);
        Time(-(-self.end.0 - phase).div_euclid(DAY) * DAY - phase)
    }

    fn day(&self, at: i64) -> u32 {
        u32::try_from(self.day_number(at)).expect("pieces lie within the run")
    }

    fn day_number(&self, at: i64) -> i64 {
        (at + day_phase(self.start)).div_euclid(DAY)
    }

    /// Intervals in which the rate is constant.
    fn cuts(&self, stretch: &RateFrom, until: Time) -> Vec<(i64, i64)> {
        let (from, until) = (stretch.from.0, until.0);
        let mut edges = vec![from, until];
        edges.extend([self.from.0, self.until.0]);
        let flat = stretch.growth == 0.0
            && stretch.weekly.iter().all(|w| *w == stretch.weekly[0])
            && stretch.monthly.iter().all(|m| *m == stretch.monthly[0]);
        if self.by_day || !flat {
            let first = (from + day_phase(self.start)).div_euclid(DAY) * DAY - day_phase(self.start);
            edges.extend((first..until).step_by(DAY as usize));
        }
        if let Some(hours) = &stretch.hours {
            let windows = weekly(hours, week_phase(self.start), from, until);
            edges.extend(windows.iter().flat_map(|(a, b)| [*a, *b]));
        }
        edges.retain(|e| (from..=until).contains(e));
        edges.sort_unstable();
        edges.dedup();
        edges.windows(2).map(|pair| (pair[0], pair[1])).collect()
    }

    fn mean_rate(&self, stretch: &RateFrom, growth: &Growth, from: i64, until: i64) -> f64 {
        if from < self.from.0 || until > self.until.0 || stretch.rate == 0.0 {
            return 0.0;
        }
        let growth = if stretch.growth == 0.0 && growth.is_flat() {
            1.0
        } else {
            growth.mean(stretch.set_at.0, from, until)
        };
        stretch.rate * growth * self.profile(stretch, from)
    }

    /// Weekly and yearly profile at a moment, each with mean 1.
    fn profile(&self, stretch: &RateFrom, at: i64) -> f64 {
        let moment = at + week_phase(self.start);
        let weekday = moment.div_euclid(DAY).rem_euclid(7) as usize;
        let in_hours = |day: usize| match &stretch.hours {
            None => DAY,
            Some(windows) => {
                let (a, b) = (day as i64 * DAY, (day as i64 + 1) * DAY);
                windows.iter().map(|w| (w.1.min(b) - w.0.max(a)).max(0)).sum()
            }
        };
        let inside = stretch.hours.as_ref().is_none_or(|windows| {
            let week = moment.rem_euclid(WEEK);
            windows.iter().any(|w| w.0 <= week && week < w.1)
        });
        let total: f64 = (0..7).map(|d| stretch.weekly[d] * in_hours(d) as f64).sum();
        let year: f64 = stretch.monthly.iter().sum::<f64>() / 12.0;
        let date = self.start.date() + jiff::Span::new().days(self.day_number(at));
        let month = stretch.monthly[date.month() as usize - 1] / year;
        if inside && total > 0.0 { stretch.weekly[weekday] * WEEK as f64 / total * month } else { 0.0 }
    }
}

/// The logarithm of growth since time 0, piecewise linear.
struct Growth {
    from: Vec<i64>,
    before: Vec<f64>,
    slope: Vec<f64>,
}

impl Growth {
    fn new(stretches: &[RateFrom]) -> Growth {
        let mut growth = Growth { from: vec![], before: vec![], slope: vec![] };
        for s in stretches {
            let sum = growth.log(s.from.0);
            growth.from.push(s.from.0);
            growth.before.push(sum);
            growth.slope.push(s.growth.ln_1p() / YEAR as f64);
        }
        growth
    }

    fn is_flat(&self) -> bool {
        self.slope.iter().all(|s| *s == 0.0)
    }

    fn log(&self, at: i64) -> f64 {
        let i = self.from.partition_point(|f| *f <= at);
        if i == 0 {
            self.slope.first().map_or(0.0, |slope| slope * at as f64)
        } else {
            self.before[i - 1] + self.slope[i - 1] * (at - self.from[i - 1]) as f64
        }
    }

    /// Growth from one moment to another.
    fn between(&self, from: i64, until: i64) -> f64 {
        if from == until { 1.0 } else { (self.log(until) - self.log(from)).exp() }
    }

    /// Mean growth over `[from, until)`, which lies in one stretch, since the rate was set.
    fn mean(&self, set_at: i64, from: i64, until: i64) -> f64 {
        let at_start = (self.log(from) - self.log(set_at)).exp();
        let rise = self.log(until) - self.log(from);
        if rise == 0.0 { at_start } else { at_start * rise.exp_m1() / rise }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::HOUR;

    pub(super) const START: civil::DateTime = civil::datetime(2025, 1, 6, 0, 0, 0, 0); // a Monday

    pub(super) fn flat(rate_per_day: f64) -> RateFrom {
        RateFrom {
            from: Time::ZERO,
            rate: rate_per_day / DAY as f64,
            growth: 0.0,
            set_at: Time::ZERO,
            weekly: [1.0; 7],
            hours: None,
            monthly: [1.0; 12],
        }
    }

    fn expected(stretches: &[RateFrom], from: i64, until: i64, end: i64) -> f64 {
        let window = (Time::ZERO, Time(i64::MAX));
        let curve = RateCurve {
            start: START,
            stretches,
            from: window.0,
            until: window.1,
            end: Time(end),
            by_day: false,
        };
        let pieces = curve.pieces();
        let mut sum = 0.0;
        for (i, p) in pieces.iter().enumerate() {
            let end = pieces.get(i + 1).map_or(end, |n| n.from.0);
            sum += p.rate * (end.min(until) - p.from.0.max(from)).max(0) as f64;
        }
        sum
    }

    #[test]
    fn a_constant_rate_is_one_piece() {
        let stretches = [flat(10.0)];
        let curve = RateCurve {
            start: START,
            stretches: &stretches,
            from: Time::ZERO,
            until: Time::NEVER,
            end: Time(1000 * DAY),
            by_day: false,
        };
        assert_eq!(curve.pieces().len(), 1);
        assert!((expected(&stretches, 0, 7 * DAY, 30 * DAY) - 70.0).abs() < 1e-9);
    }

    #[test]
    fn weekends_and_office_hours_keep_the_weekly_mean() {
        let hours = (0..7).map(|d| (d * DAY + 8 * HOUR, d * DAY + 18 * HOUR)).collect();
        let s = [RateFrom { weekly: [1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.25], hours: Some(hours), ..flat(10.0) }];
        assert!((expected(&s, 0, WEEK, 4 * WEEK) - 70.0).abs() < 1e-9);
        assert!((expected(&s, 5 * DAY, 6 * DAY, WEEK) - 70.0 * 0.5 / 5.75).abs() < 1e-9, "Saturday");
        assert_eq!(expected(&s, 0, 8 * HOUR, WEEK), 0.0, "before hours");
    }

    #[test]
    fn growth_is_compound_and_counts_from_the_last_setting() {
        let s = [RateFrom { growth: 0.27, ..flat(10.0) }];
        // The year does not end at midnight, where the rate steps: hence the tolerance.
        let third_year = expected(&s, 2 * YEAR, 3 * YEAR, 3 * YEAR);
        // The integral of 10 x 1.27^t over the third year.
        let exact = 10.0 * 365.25 * 1.27_f64.powi(2) * 0.27 / 1.27_f64.ln();
        assert!((third_year / exact - 1.0).abs() < 1e-6, "{third_year} {exact}");
        let reset = RateFrom { from: Time(YEAR), set_at: Time(YEAR), growth: 0.27, ..flat(5.0) };
        let after = expected(&[s[0].clone(), reset], YEAR, 2 * YEAR, 3 * YEAR);
        assert!((after / (5.0 * 365.25 * 0.27 / 1.27_f64.ln()) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn where_a_run_ends_within_its_last_day_changes_no_rate_of_that_day() {
        let stretches = [RateFrom { growth: 3.0, ..flat(10.0) }];
        let pieces = |end: i64, by_day: bool| {
            let (from, until) = (Time::ZERO, Time::NEVER);
            RateCurve { start: START, stretches: &stretches, from, until, end: Time(end), by_day }.pieces()
        };
        let noon = 9 * DAY + 12 * HOUR;
        assert_eq!(pieces(noon, false), pieces(30 * DAY, false)[..10]);
        let by_day = pieces(noon, true);
        assert_eq!(by_day[..10], pieces(30 * DAY, true)[..10]);
        assert_eq!((by_day[10].from, by_day[10].rate), (Time(10 * DAY), 0.0), "the day says where it ends");
    }

    #[test]
    fn a_scaled_rate_keeps_the_growth_it_had() {
        let s = [
            RateFrom { growth: 0.27, ..flat(10.0) },
            RateFrom { from: Time(YEAR), growth: 0.27, ..flat(8.1) },
        ];
        let second_year = expected(&s, YEAR, 2 * YEAR, 2 * YEAR);
        assert!((second_year / (8.1 * 365.25 * 1.27 * 0.27 / 1.27_f64.ln()) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn months_average_to_one_over_twelve_equal_months() {
        let mut monthly = [1.0; 12];
        monthly[0] = 2.0;
        let s = [RateFrom { monthly, ..flat(13.0) }];
        let january = expected(&s, 0, 26 * DAY, 100 * DAY); // the rest of January from the 6th
        assert!((january - 26.0 * 13.0 * 2.0 / (13.0 / 12.0)).abs() < 1e-9);
    }
}
