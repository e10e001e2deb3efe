//! A level of probability, held from both ends.

/// A probability and its complement, each with all its digits.
///
/// Far in the upper tail `below` is rounded to 1, and what distinguishes two values is `above`. Whatever maps levels
/// to values and back looks at the smaller of the two.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Level {
    pub(super) below: f64,
    pub(super) above: f64,
}

impl Level {
    pub(super) const BOTTOM: Level = Level { below: 0.0, above: 1.0 };
    pub(super) const TOP: Level = Level { below: 1.0, above: 0.0 };

    /// The level of a uniform number: its complement is exact, because it is a multiple of 2^-54.
    #[inline]
    pub(super) fn at(u: f64) -> Level {
        Level { below: u, above: 1.0 - u }
    }

    /// The level `above` which this much probability lies.
    #[inline]
    pub(super) fn from_above(above: f64) -> Level {
        Level { below: 1.0 - above, above }
    }

    /// Whether this level lies in the lower half, where `below` is the exact one.
    #[inline]
    pub(super) fn is_lower(self) -> bool {
        self.below <= self.above
    }

    /// Whether this level reaches another, judged by the end at which the other is exact.
    pub(super) fn reaches(self, other: Level) -> bool {
        if other.is_lower() { self.below >= other.below } else { self.above <= other.above }
    }

    /// The probability between a lower level and this one.
    pub(super) fn since(self, lower: Level) -> f64 {
        let mass = if self.is_lower() { self.below - lower.below } else { lower.above - self.above };
        mass.max(0.0)
    }

    /// The level that stands between `from` and `to` as `inner` stands between 0 and 1.
    pub(super) fn between(from: Level, to: Level, inner: Level) -> Level {
        let mass = to.since(from);
        Level {
            below: (from.below + inner.below * mass).min(1.0),
            above: (to.above + inner.above * mass).min(1.0),
        }
    }
}
