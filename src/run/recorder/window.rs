//! The measuring window: the only place that knows what is cut off before the warm-up and after the horizon.

use crate::units::Time;

/// `[from, until)` in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) from: i64,
    pub(super) until: i64,
}

impl Window {
    /// Whether something that happens at this moment is measured.
    pub(super) fn holds(self, at: Time) -> bool {
        (self.from..self.until).contains(&at.0)
    }

    /// How much of `[a, b)` lies in the window.
    pub(super) fn overlap(self, a: i64, b: i64) -> i64 {
        b.clamp(self.from, self.until) - a.clamp(self.from, self.until)
    }
}

/// A level and its integral over the window, in whole units times milliseconds: exact, whatever the order of sums.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Level {
    height: i64,
    since: i64,
    integral: i64,
}

impl Level {
    /// The level changes by this much.
    pub(super) fn add(&mut self, window: Window, now: Time, change: i64) {
        self.catch_up(window, now);
        self.height += change;
    }

    /// The level is this from now on.
    pub(super) fn set(&mut self, window: Window, now: Time, level: u32) {
        if self.height != i64::from(level) {
            self.catch_up(window, now);
            self.height = i64::from(level);
        }
    }

    /// The level now.
    pub(super) fn now(&self) -> i64 {
        self.height
    }

    /// The integral since the last call of this function.
    pub(super) fn take(&mut self, window: Window, now: Time) -> i64 {
        self.catch_up(window, now);
        std::mem::take(&mut self.integral)
    }

    fn catch_up(&mut self, window: Window, now: Time) {
        self.integral += self.height * window.overlap(self.since, now.0);
        self.since = now.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_part_of_a_level_inside_the_window_is_integrated() {
        let window = Window { from: 10, until: 20 };
        let mut level = Level::default();
        level.set(window, Time(5), 3);
        level.add(window, Time(15), 2);
        // 3 over [10, 15) and 5 over [15, 20): 15 + 25.
        assert_eq!(level.take(window, Time(40)), 40);
        assert_eq!(level.take(window, Time(50)), 0);
        assert!(window.holds(Time(10)) && !window.holds(Time(20)));
    }
}
