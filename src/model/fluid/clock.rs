//! The steps in which the fluid is followed. Moments and lengths are counted in steps, as numbers with fractions.

use crate::model::Model;
use crate::units::{DAY, HOUR, Time};

/// Steps from the start to the horizon, the last one perhaps beyond it.
pub(super) struct Clock {
    step: i64,
    pub(super) steps: usize,
    /// Working days, in steps, before each step and after the last.
    working: Vec<f64>,
}

impl Clock {
    pub(super) fn new(model: &Model) -> Clock {
        /// Short runs get at least so many steps, very long ones at most so many.
        const FEWEST: i64 = 64;
        const MOST: i64 = 20_000;
        let horizon = model.horizon.0;
        let step = DAY.min(horizon / FEWEST).max(horizon / MOST).max(1);
        let steps = ((horizon + step - 1) / step) as usize;
        let days = &model.working_days;
        let before =
            |k: usize| days.working_between(Time::ZERO, Time(k as i64 * step)).0 as f64 / step as f64;
        Clock { step, steps, working: (0..=steps).map(before).collect() }
    }

    /// First moment of a step, and the first after it.
    pub(super) fn bounds(&self, step: usize) -> (Time, Time) {
        let from = step as i64 * self.step;
        (Time(from), Time(from + self.step))
    }

    pub(super) fn middle(&self, step: usize) -> Time {
        Time(step as i64 * self.step + self.step / 2)
    }

    /// The moment, rounded to the millisecond.
    pub(super) fn time(&self, moment: f64) -> Time {
        Time((moment * self.step as f64).round() as i64)
    }

    /// How long a step is.
    pub(super) fn hours(&self) -> f64 {
        self.step as f64 / HOUR as f64
    }

    /// A length of time from milliseconds.
    pub(super) fn in_steps(&self, milliseconds: f64) -> f64 {
        milliseconds / self.step as f64
    }

    /// A length of time to milliseconds.
    pub(super) fn in_milliseconds(&self, steps: f64) -> f64 {
        steps * self.step as f64
    }

    /// Time between two moments of the run, all of it or its working days.
    pub(super) fn elapsed(&self, working_days: bool, from: f64, until: f64) -> f64 {
        if working_days { self.worked(until) - self.worked(from) } else { until - from }
    }

    /// Working days, in steps, before a moment.
    fn worked(&self, at: f64) -> f64 {
        let k = (at as usize).min(self.steps - 1);
        self.working[k] + (self.working[k + 1] - self.working[k]) * (at - k as f64).min(1.0)
    }
}
