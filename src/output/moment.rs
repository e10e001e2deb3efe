//! A civil moment in a cell: an ISO date, with the time of day where it is not midnight.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::{DateTime, Time as Clock};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::units::Time;

/// A civil date, or date and time, as it stands in a cell: `2025-01-06` or `2025-01-06T09:30:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub DateTime);

impl Moment {
    /// The civil moment of a simulated time, to the second.
    pub fn of(start: DateTime, at: Time) -> Moment {
        // Saturating: a window that never ends is written as the last moment a calendar holds.
        Moment(start.saturating_add((at.0.div_euclid(crate::units::SECOND)).seconds()))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.time() == Clock::midnight() {
            write!(f, "{}", self.0.date())
        } else {
            write!(f, "{}", self.0)
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Moment, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Moment).map_err(|_| de::Error::custom(format!("`{text}` is not an ISO date")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{DAY, HOUR};
    use jiff::civil::date;

    #[test]
    fn midnight_is_a_date_and_other_moments_carry_their_time() {
        let start = date(2025, 1, 6).at(0, 0, 0, 0);
        assert_eq!(Moment::of(start, Time(7 * DAY)).to_string(), "2025-01-13");
        assert_eq!(Moment::of(start, Time(9 * HOUR)).to_string(), "2025-01-06T09:00:00");
        assert_eq!(Moment::of(start, Time(-DAY)).to_string(), "2025-01-05");
    }

    #[test]
    fn both_spellings_are_read_back() {
        for text in ["\"2025-01-13\"", "\"2025-01-06T09:00:00\""] {
            let moment: Moment = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&moment).unwrap(), text);
        }
        assert!(serde_json::from_str::<Moment>("\"6 January\"").is_err());
    }
}
