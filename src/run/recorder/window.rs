//! The measuring window: the only place that knows what is cut off before the warm-up and after the horizon.

use crate::units::Time;

/// `[from, until)` in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) from: i64,
    pub(super) until: i64,
}

impl Window {
    /// Its first moment.
    pub(super) fn start(self) -> Time {
        Time(self.from)
    }

    /// Whether something that happens at this moment is measured.
    #[inline]
    pub(super) fn holds(self, at: Time) -> bool {
        (self.from..self.until).contains(&at.0)
    }

    /// How much of `[a, b)` lies in the window.
    #[inline]
    pub(super) fn overlap(self, a: i64, b: i64) -> i64 {
        self.nearest(b) - self.nearest(a)
    }

    /// The moment of the window that is nearest, its end among them.
    #[inline]
    pub(super) fn nearest(self, at: i64) -> i64 {
        at.max(self.from).min(self.until)
    }
}

/// A level and its integral over the window, in whole units times milliseconds: exact, whatever the order of sums.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Level {
    height: i64,
    /// What is added to the height times the moment to give the integral up to then: it changes only with the height, so
    /// nobody asks how long the level was the same. Both may leave the range of whole numbers; their sum comes back.
    rest: i64,
}

impl Level {
    /// The level changes by this much.
    #[inline]
    pub(super) fn add(&mut self, window: Window, now: Time, change: i64) {
        self.rest = self.rest.wrapping_sub(change.wrapping_mul(window.nearest(now.0)));
        self.height += change;
    }

    /// The level is this from now on.
    #[inline]
    pub(super) fn set(&mut self, window: Window, now: Time, level: u32) {
        self.add(window, now, i64::from(level) - self.height);
    }

    /// The level now.
    pub(super) fn height(self) -> i64 {
        self.height
    }

    /// The integral since the last call of this function.
    pub(super) fn take(&mut self, window: Window, now: Time) -> i64 {
        let area = self.height.wrapping_mul(window.nearest(now.0));
        let rest = std::mem::replace(&mut self.rest, area.wrapping_neg());
        area.wrapping_add(rest)
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
