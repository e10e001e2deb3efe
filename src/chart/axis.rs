//! Axes: where ticks fall and what they say. Amounts rise from zero in round steps, dates follow the calendar,
//! ages run on a logarithmic scale with the limits people speak of.

use jiff::civil::{Date, DateTime};
use jiff::{ToSpan, Unit};

use crate::units::{DAY, Duration, HOUR, MINUTE, YEAR};

use super::font;
use super::style::number;

/// Size of tick labels.
pub(super) const TICK_SIZE: f64 = 11.0;

/// One tick: its place on the axis, its label and, where the year or day begins, a second line.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Tick {
    pub(super) at: f64,
    pub(super) label: String,
    pub(super) below: Option<String>,
}

/// An axis of amounts from zero to a round maximum.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Amounts {
    pub(super) max: f64,
    step: f64,
}

impl Amounts {
    /// Reaches `largest` in about `ticks` round steps.
    pub(super) fn reaching(largest: f64, ticks: f64) -> Amounts {
        let largest = if largest > 0.0 { largest } else { 1.0 };
        let raw = largest / ticks;
        let power = 10f64.powf(raw.log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0].map(|m| m * power).into_iter().find(|&s| s >= raw * 0.999);
        let step = step.unwrap_or(10.0 * power);
        Amounts { max: (largest / step - 1e-9).ceil() * step, step }
    }

    /// Values and labels from zero up.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let count = (self.max / self.step).round() as usize;
        (0..=count)
            .map(|k| k as f64 * self.step)
            .map(|at| Tick { at, label: number(at, self.decimals()), below: None })
            .collect()
    }

    /// As `ticks`, of shares in per cent.
    pub(super) fn percent_ticks(&self) -> Vec<Tick> {
        let percent = Amounts { max: self.max * 100.0, step: self.step * 100.0 };
        let say = |tick: Tick| Tick { at: tick.at / 100.0, label: format!("{} %", tick.label), ..tick };
        percent.ticks().into_iter().map(say).collect()
    }

    /// Digits after the point that tell neighbouring ticks apart.
    fn decimals(&self) -> usize {
        (0..6).find(|&d| (self.step * 10f64.powi(d) + 1e-9).fract() < 1e-6).unwrap_or(6) as usize
    }
}

/// An axis from a round number to another, zero between them or at an end.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Span {
    pub(super) low: f64,
    pub(super) high: f64,
    step: f64,
}

impl Span {
    /// Holds zero and all of these in about `ticks` round steps.
    pub(super) fn holding(values: impl IntoIterator<Item = f64>, ticks: f64) -> Span {
        let (low, high) = (values.into_iter().filter(|value| value.is_finite()))
            .fold((0.0, 0.0), |(low, high): (f64, f64), value| (low.min(value), high.max(value)));
        let step = Amounts::reaching(high - low, ticks).step;
        let round = |value: f64| (value.abs() / step - 1e-9).ceil() * step;
        let (low, high) = (-round(low), round(high));
        if low < high { Span { low, high, step } } else { Span { low: -1.0, high: 1.0, step: 1.0 } }
    }

    /// How far a value lies along it, from 0 to 1.
    pub(super) fn share(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// Values and labels, with the sign of what lies above zero.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let count = ((self.high - self.low) / self.step).round() as usize;
        let decimals = Amounts { max: self.high, step: self.step }.decimals();
        let value = |k: usize| (self.low / self.step).round().mul_add(self.step, k as f64 * self.step);
        let say = |at: f64| match number(at, decimals) {
            zero if at.abs() < 0.5 * self.step => zero.trim_start_matches('−').to_owned(),
            text if at > 0.0 => format!("+{text}"),
            text => text,
        };
        (0..=count).map(value).map(|at| Tick { at, label: say(at), below: None }).collect()
    }
}

impl Span {
    /// The ticks whose labels leave room for each other over so many pixels, zero among them.
    pub(super) fn thinned(&self, width: f64) -> Vec<Tick> {
        let ticks = self.ticks();
        let zero = ticks.iter().position(|t| self.share(t.at) >= self.share(0.0) - 1e-9).unwrap_or(0);
        thinned(ticks, zero, width)
    }
}

/// Every tick, or every second, so that labels leave room for each other over so many pixels; this one stays.
pub(super) fn thinned(ticks: Vec<Tick>, stays: usize, width: f64) -> Vec<Tick> {
    let widest = ticks.iter().map(|t| font::width(&t.label, TICK_SIZE, false)).fold(0.0, f64::max) + 10.0;
    let gaps = (ticks.len() as f64 - 1.0).max(1.0);
    let every = (1..100_usize).find(|k| width * *k as f64 / gaps >= widest).unwrap_or(1);
    let kept = ticks.into_iter().enumerate().filter(|(k, _)| k.abs_diff(stays).is_multiple_of(every));
    kept.map(|(_, tick)| tick).collect()
}

/// An axis of dates, in days since its first moment.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Dates {
    from: DateTime,
    /// Length in days.
    pub(super) days: f64,
}

/// A distance between date ticks.
#[derive(Clone, Copy)]
enum Step {
    Hours(i32),
    Days(i32),
    Weeks(i32),
    Months(i32),
    Years(i32),
}

const STEPS: [Step; 20] = [
    Step::Hours(1),
    Step::Hours(2),
    Step::Hours(3),
    Step::Hours(6),
    Step::Hours(12),
    Step::Days(1),
    Step::Days(2),
    Step::Weeks(1),
    Step::Weeks(2),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Years(1),
    Step::Years(2),
    Step::Years(5),
    Step::Years(10),
    Step::Years(20),
    Step::Years(50),
    Step::Years(100),
];

impl Step {
    /// About how many days.
    fn days(self) -> f64 {
        match self {
            Step::Hours(n) => f64::from(n) / 24.0,
            Step::Days(n) => f64::from(n),
            Step::Weeks(n) => f64::from(n) * 7.0,
            Step::Months(n) => f64::from(n) * 30.4,
            Step::Years(n) => f64::from(n) * 365.25,
        }
    }

    /// The room a label of this kind wants.
    fn room(self) -> f64 {
        let widest = match self {
            Step::Hours(_) => "00:00",
            Step::Days(_) | Step::Weeks(_) => "28 Nov",
            Step::Months(_) => "Nov",
            Step::Years(_) => "2028",
        };
        font::width(widest, TICK_SIZE, false) + 9.0
    }

    /// The last tick at or before a moment.
    fn floor(self, at: DateTime) -> DateTime {
        let midnight = |date: Date| date.to_datetime(jiff::civil::Time::midnight());
        let date = at.date();
        match self {
            Step::Hours(n) => midnight(date) + (i32::from(at.hour()) / n * n).hours(),
            Step::Days(_) => midnight(date),
            Step::Weeks(_) => midnight(date - i32::from(date.weekday().to_monday_zero_offset()).days()),
            Step::Months(n) => {
                let month = (i32::from(date.month()) - 1) / n * n + 1;
                midnight(Date::constant(date.year(), month as i8, 1))
            }
            Step::Years(n) => {
                let year = (i32::from(date.year()).div_euclid(n) * n).max(1);
                midnight(Date::constant(year as i16, 1, 1))
            }
        }
    }

    /// The tick after `at`; `None` at the calendar's end.
    fn next(self, at: DateTime) -> Option<DateTime> {
        let span = match self {
            Step::Hours(n) => n.hours(),
            Step::Days(n) => n.days(),
            Step::Weeks(n) => n.weeks(),
            Step::Months(n) => n.months(),
            Step::Years(n) => n.years(),
        };
        at.checked_add(span).ok()
    }

    /// The label of a tick and the larger unit it lies in.
    fn label(self, at: DateTime) -> (String, Option<String>) {
        let of = |format: &str| at.strftime(format).to_string();
        match self {
            Step::Hours(_) => (of("%H:%M"), Some(of("%-d %b %Y"))),
            Step::Days(_) | Step::Weeks(_) => (of("%-d %b"), Some(of("%Y"))),
            Step::Months(_) => (of("%b"), Some(of("%Y"))),
            Step::Years(_) => (of("%Y"), None),
        }
    }
}

impl Dates {
    /// From the first to the last moment; a single moment is given a day.
    pub(super) fn spanning(from: DateTime, to: DateTime) -> Dates {
        let days = days_between(from, to);
        Dates { from, days: if days > 0.0 { days } else { 1.0 } }
    }

    /// The axis that shows every given moment, or `None` when there is none.
    pub(super) fn of(moments: impl IntoIterator<Item = DateTime>) -> Option<Dates> {
        let mut moments = moments.into_iter();
        let first = moments.next()?;
        let (from, to) = moments.fold((first, first), |(low, high), at| (low.min(at), high.max(at)));
        Some(Dates::spanning(from, to))
    }

    /// A moment's place on the axis, in days.
    pub(super) fn at(&self, moment: DateTime) -> f64 {
        days_between(self.from, moment)
    }

    /// Ticks for an axis `width` pixels long: as close as their labels allow.
    pub(super) fn ticks(&self, width: f64) -> Vec<Tick> {
        let fits = |step: &Step| step.days() / self.days * width >= step.room();
        let step = STEPS.into_iter().find(fits).unwrap_or(STEPS[STEPS.len() - 1]);
        let mut ticks = Vec::new();
        let mut unit_before = None;
        let mut moment = Some(step.floor(self.from));
        while let Some(tick) = moment {
            let at = self.at(tick);
            if at > self.days + 1e-9 {
                break;
            }
            if at >= -1e-9 {
                let (label, unit) = step.label(tick);
                let below = unit.clone().filter(|_| unit != unit_before);
                unit_before = unit;
                ticks.push(Tick { at, label, below });
            }
            moment = step.next(tick);
        }
        self.thin_second_line(&mut ticks, width);
        ticks
    }

    /// Where two second lines would run into each other, the first gives way: the one that begins a unit says more
    /// than the one that only continues it at the axis' start. None reaches far beyond the axis' ends; the first
    /// moves to the next tick instead.
    fn thin_second_line(&self, ticks: &mut [Tick], width: f64) {
        const BEYOND: f64 = 15.0;
        let place = |tick: &Tick| tick.at / self.days * width;
        let half = |below: &str| font::width(below, TICK_SIZE, false) / 2.0;
        if let [first, second, ..] = ticks
            && second.below.is_none()
            && first.below.as_deref().is_some_and(|below| place(first) - half(below) < -BEYOND)
        {
            second.below = first.below.take();
        }
        let mut right = width + BEYOND;
        for tick in ticks.iter_mut().rev() {
            let Some(below) = &tick.below else { continue };
            let half = half(below);
            let at = tick.at / self.days * width;
            if at + half > right || at - half < -BEYOND {
                tick.below = None;
            } else {
                right = at - half - 8.0;
            }
        }
    }
}

/// Days from one civil moment to another.
fn days_between(from: DateTime, to: DateTime) -> f64 {
    let span = to.since((Unit::Hour, from)).expect("two civil moments lie within what a span can hold");
    let hours = span.total(Unit::Hour).expect("a span without days needs no calendar");
    hours / 24.0
}

/// Ages in milliseconds on a logarithmic scale.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Ages {
    pub(super) from: f64,
    pub(super) to: f64,
}

/// The ages people speak of. Days first: a tick of them is never dropped for a finer one.
const LANDMARKS: [(i64, &str); 13] = [
    (MINUTE, "1 min"),
    (10 * MINUTE, "10 min"),
    (HOUR, "1 h"),
    (6 * HOUR, "6 h"),
    (DAY, "1 day"),
    (7 * DAY, "7 days"),
    (30 * DAY, "30 days"),
    (90 * DAY, "90 days"),
    (365 * DAY, "1 year"),
    (3 * YEAR, "3 years"),
    (10 * YEAR, "10 years"),
    (30 * YEAR, "30 years"),
    (100 * YEAR, "100 years"),
];

impl Ages {
    /// From the landmark at or below `first` to `last`, at least a decade apart.
    pub(super) fn spanning(first: Duration, last: Duration) -> Ages {
        let below = |(at, _): &&(i64, &str)| *at <= first.0;
        let from = LANDMARKS.iter().rev().find(below).map_or(MINUTE, |(at, _)| *at) as f64;
        Ages { from, to: (last.0 as f64).max(from * 10.0) }
    }

    /// Share of the axis' length at which an age lies; ages before the axis lie at its start.
    pub(super) fn share(&self, age: Duration) -> f64 {
        let age = (age.0 as f64).max(self.from);
        (age / self.from).ln() / (self.to / self.from).ln()
    }

    /// Ticks as shares of an axis `width` pixels long.
    pub(super) fn ticks(&self, width: f64) -> Vec<Tick> {
        let mut ticks: Vec<Tick> = Vec::new();
        let mut free_from = f64::NEG_INFINITY;
        for (age, label) in LANDMARKS {
            let at = self.share(Duration(age));
            let half = font::width(label, TICK_SIZE, false) / 2.0 + 5.0;
            let inside = age as f64 >= self.from && age as f64 <= self.to * 1.000_001;
            if inside && at * width - half >= free_from {
                free_from = at * width + half;
                ticks.push(Tick { at, label: label.to_owned(), below: None });
            }
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn amounts_rise_in_round_steps_to_a_round_maximum() {
        assert_eq!(
            labels(&Amounts::reaching(4_321.0, 5.0).ticks()),
            ["0", "1,000", "2,000", "3,000", "4,000", "5,000"]
        );
        assert_eq!(labels(&Amounts::reaching(0.7, 4.0).ticks()), ["0.0", "0.2", "0.4", "0.6", "0.8"]);
        assert_eq!(Amounts::reaching(0.0, 5.0).max, 1.0);
        assert_eq!(
            labels(&Amounts::reaching(1.0, 4.0).percent_ticks()),
            ["0 %", "25 %", "50 %", "75 %", "100 %"]
        );
    }

    #[test]
    fn three_years_are_cut_at_quarters_and_name_each_year_once() {
        let axis = Dates::spanning(date(2025, 1, 6).at(0, 0, 0, 0), date(2028, 1, 6).at(0, 0, 0, 0));
        let ticks = axis.ticks(560.0);
        assert_eq!(labels(&ticks)[..4], ["Apr", "Jul", "Oct", "Jan"]);
        let years: Vec<&str> = ticks.iter().filter_map(|tick| tick.below.as_deref()).collect();
        assert_eq!(years, ["2025", "2026", "2027", "2028"]);
        assert_eq!(ticks[0].at, 85.0); // 6 January to 1 April
    }

    #[test]
    fn every_length_of_axis_has_ticks_that_fit() {
        for days in [1, 3, 10, 40, 200, 800, 3_653, 40_000] {
            let from = date(2025, 1, 6).at(0, 0, 0, 0);
            let axis = Dates::spanning(from, from + days.days());
            for width in [120.0, 400.0, 800.0] {
                let ticks = axis.ticks(width);
                assert!(!ticks.is_empty() || days == 1, "{days} days on {width} px have no tick");
                assert!(ticks.len() < 40, "{days} days on {width} px have {} ticks", ticks.len());
            }
        }
    }

    #[test]
    fn ages_are_marked_where_people_count_them() {
        let axis = Ages::spanning(Duration(2 * HOUR), Duration(3 * YEAR));
        assert_eq!(
            labels(&axis.ticks(700.0)),
            ["1 h", "6 h", "1 day", "7 days", "30 days", "90 days", "1 year", "3 years"]
        );
        assert_eq!(axis.share(Duration(HOUR)), 0.0);
        assert_eq!(axis.share(Duration(0)), 0.0);
    }
}
