//! [`TimeWeighted`]: a level that changes at moments, its integral, its average over time and its extremes.

/// A level held between moments, as of a queue or of a number of busy hands.
///
/// Times are integers in whatever unit the caller counts; the integral is in level × that unit.
/// Levels that are whole numbers are integrated without rounding as long as the integral stays below 2⁵³.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeWeighted {
    start: i64,
    since: i64,
    level: f64,
    integral: f64,
    maximum: f64,
}

impl TimeWeighted {
    /// A level that stands at `level` from `start` on.
    pub fn new(start: i64, level: f64) -> TimeWeighted {
        TimeWeighted { start, since: start, level, integral: 0.0, maximum: level }
    }

    /// From `time` on the level is `level`. A level held for no time leaves no trace in the average, but does
    /// in the maximum.
    pub fn set(&mut self, time: i64, level: f64) {
        debug_assert!(time >= self.since, "time runs forwards");
        self.integral += self.level * (time - self.since) as f64;
        self.since = time;
        self.level = level;
        self.maximum = self.maximum.max(level);
    }

    /// From `time` on the level is `change` higher.
    pub fn add(&mut self, time: i64, change: f64) {
        self.set(time, self.level + change);
    }

    /// Forgets all before `time`, where the level stays as it is: the end of a warm-up.
    pub fn restart(&mut self, time: i64) {
        *self = TimeWeighted::new(time, self.level);
    }

    /// The level now.
    pub fn level(&self) -> f64 {
        self.level
    }

    /// The integral of the level from the start to `time`, which must not lie before the last change.
    pub fn integral(&self, time: i64) -> f64 {
        debug_assert!(time >= self.since, "the level before its last change is forgotten");
        self.integral + self.level * (time - self.since) as f64
    }

    /// The average level from the start to `time`; none when no time has passed.
    pub fn average(&self, time: i64) -> Option<f64> {
        (time > self.start).then(|| self.integral(time) / (time - self.start) as f64)
    }

    /// The highest level there was.
    pub fn maximum(&self) -> f64 {
        self.maximum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_integral_of_cases_in_the_house_is_the_sum_of_their_stays() {
        // Three stays [0, 40), [10, 25), [20, 60): 40 + 15 + 40 = 95 (Little's law on one path).
        let mut inside = TimeWeighted::new(0, 1.0);
        for (time, change) in [(10, 1.0), (20, 1.0), (25, -1.0), (40, -1.0), (60, -1.0)] {
            inside.add(time, change);
        }
        assert_eq!(inside.integral(60), 95.0);
        assert_eq!(inside.integral(100), 95.0);
        assert_eq!(inside.average(100), Some(0.95));
        assert_eq!(inside.maximum(), 3.0);
        assert_eq!(inside.level(), 0.0);
    }

    #[test]
    fn a_level_held_for_no_time_counts_for_the_maximum_only() {
        let mut level = TimeWeighted::new(0, 0.0);
        level.set(5, 9.0);
        level.set(5, 1.0);
        assert_eq!(level.average(10), Some(0.5));
        assert_eq!(level.maximum(), 9.0);
    }

    #[test]
    fn a_restart_forgets_what_was_but_not_where_the_level_stands() {
        let mut level = TimeWeighted::new(0, 100.0);
        level.set(10, 2.0);
        level.restart(20);
        assert_eq!(level.average(20), None);
        assert_eq!(level.average(30), Some(2.0));
        assert_eq!(level.maximum(), 2.0);
    }
}
