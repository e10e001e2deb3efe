//! Quantities as people write them: `"90 days"`, `"10 working days"`, `"42 per day"`, `"27% per year"`.
//!
//! A number alone is never enough: the unit is part of what was said.

use super::{DAY, HOUR, MINUTE, MONTH, SECOND, WEEK, YEAR};

/// A unit of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// `s`
    Second,
    /// `min`
    Minute,
    /// `h`
    Hour,
    /// `day`: 24 hours.
    Day,
    /// `working day`: Monday to Friday without the scenario's holidays.
    WorkingDay,
    /// `week`
    Week,
    /// `month`: a twelfth of a year, except where a calendar month is meant.
    Month,
    /// `year`: 365.25 days, except where a calendar year is meant.
    Year,
}

/// Every unit with the spellings that are understood; the first one is used when a quantity is printed.
const SPELLINGS: &[(Unit, &[&str])] = &[
    (Unit::Second, &["s", "sec", "secs", "second", "seconds"]),
    (Unit::Minute, &["min", "mins", "minute", "minutes"]),
    (Unit::Hour, &["h", "hr", "hrs", "hour", "hours"]),
    (Unit::Day, &["days", "day", "d"]),
    (Unit::WorkingDay, &["working days", "working day"]),
    (Unit::Week, &["weeks", "week", "w"]),
    (Unit::Month, &["months", "month"]),
    (Unit::Year, &["years", "year", "yr", "y"]),
];

/// Every spelling that is understood.
pub fn spellings() -> impl Iterator<Item = &'static str> + Clone {
    SPELLINGS.iter().flat_map(|(_, spellings)| spellings.iter().copied())
}

/// The units named in hints.
pub const KNOWN_UNITS: &[&str] = &["s", "min", "h", "days", "working days", "weeks", "months", "years"];

impl Unit {
    /// The unit spelled `word`.
    pub fn from_word(word: &str) -> Option<Unit> {
        let word = word.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        SPELLINGS.iter().find(|(_, spellings)| spellings.contains(&word.as_str())).map(|&(unit, _)| unit)
    }

    /// The unit as it is printed after a number.
    pub fn word(self) -> &'static str {
        SPELLINGS.iter().find(|(unit, _)| *unit == self).map_or("", |(_, spellings)| spellings[0])
    }

    /// Milliseconds in it; none for working days, whose length depends on the calendar.
    pub fn millis(self) -> Option<i64> {
        match self {
            Unit::Second => Some(SECOND),
            Unit::Minute => Some(MINUTE),
            Unit::Hour => Some(HOUR),
            Unit::Day => Some(DAY),
            Unit::WorkingDay => None,
            Unit::Week => Some(WEEK),
            Unit::Month => Some(MONTH),
            Unit::Year => Some(YEAR),
        }
    }
}

/// Why a quantity cannot be read.
#[derive(Clone, PartialEq, Debug)]
pub enum Misread {
    /// It does not begin with a number.
    NoNumber,
    /// The number stands alone.
    NoUnit(f64),
    /// The number is followed by a word that is no unit.
    UnknownUnit(f64, String),
    /// It is per working day: such days come in no even pace.
    PerWorkingDay(f64),
    /// It has no `per`.
    NoPer,
    /// A growth that is not in per cent.
    NoPercent,
}

/// A number and its unit of time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Length {
    /// How many.
    pub number: f64,
    /// Of what.
    pub unit: Unit,
}

impl Length {
    /// The length in milliseconds, with a year of 365.25 days; none for working days.
    pub fn millis(self) -> Option<f64> {
        self.unit.millis().map(|one| self.number * one as f64)
    }
}

/// Reads a length of time: `"90 days"`, `"1.5 h"`, `"10 working days"`.
pub fn length(text: &str) -> Result<Length, Misread> {
    let (number, rest) = leading_number(text)?;
    if rest.is_empty() {
        return Err(Misread::NoUnit(number));
    }
    let unit = Unit::from_word(rest).ok_or_else(|| Misread::UnknownUnit(number, rest.to_owned()))?;
    Ok(Length { number, unit })
}

/// Reads a rate, `"42 per day"` or `"12/week"`, as a number per day.
pub fn rate_per_day(text: &str) -> Result<f64, Misread> {
    let (number, rest) = leading_number(text)?;
    let (_, millis) = per(number, rest)?;
    Ok(number * DAY as f64 / millis as f64)
}

/// Reads a growth, `"27% per year"`, as a fraction per year; growth of other periods is compounded.
pub fn growth_per_year(text: &str) -> Result<f64, Misread> {
    let (number, rest) = leading_number(text)?;
    let Some(rest) = rest.strip_prefix('%') else { return Err(Misread::NoPercent) };
    let (unit, millis) = per(number, rest.trim())?;
    if unit == Unit::Year {
        return Ok(number / 100.0);
    }
    Ok((1.0 + number / 100.0).powf(YEAR as f64 / millis as f64) - 1.0)
}

/// Reads a hazard, `"15% per year"`, as a number per day. Hazards of other periods are not compounded: 1% per month is
/// 12% per year.
pub fn hazard_per_day(text: &str) -> Result<f64, Misread> {
    let (number, rest) = leading_number(text)?;
    let Some(rest) = rest.strip_prefix('%') else { return Err(Misread::NoPercent) };
    let (_, millis) = per(number, rest.trim())?;
    Ok(number / 100.0 * DAY as f64 / millis as f64)
}

/// The number at the beginning of `text`, and what follows it.
pub fn leading_number(text: &str) -> Result<(f64, &str), Misread> {
    let text = text.trim();
    let part_of_number = |(at, c): (usize, char)| {
        let after_e = at > 0 && matches!(text.as_bytes()[at - 1], b'e' | b'E');
        let exponent =
            matches!(c, 'e' | 'E') && text[at + 1..].starts_with(|d: char| d.is_ascii_digit() || d == '-');
        c.is_ascii_digit()
            || matches!(c, '.' | '_')
            || exponent
            || (matches!(c, '+' | '-') && (at == 0 || after_e))
    };
    let end = text.char_indices().find(|&at| !part_of_number(at)).map_or(text.len(), |(at, _)| at);
    let digits: String = text[..end].chars().filter(|&c| c != '_').collect();
    let number: f64 = digits.parse().map_err(|_| Misread::NoNumber)?;
    Ok((number, text[end..].trim()))
}

/// The unit after `per` or `/`, and its milliseconds.
fn per(number: f64, rest: &str) -> Result<(Unit, i64), Misread> {
    if rest.is_empty() {
        return Err(Misread::NoUnit(number));
    }
    let word = rest.strip_prefix("per ").or_else(|| rest.strip_prefix('/')).ok_or(Misread::NoPer)?.trim();
    let unit = Unit::from_word(word).ok_or_else(|| Misread::UnknownUnit(number, word.to_owned()))?;
    Ok((unit, unit.millis().ok_or(Misread::PerWorkingDay(number))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_with_and_without_plural() {
        assert_eq!(length("90 days").unwrap().millis(), Some(90.0 * DAY as f64));
        assert_eq!(length("1 day").unwrap().millis(), Some(DAY as f64));
        assert_eq!(length("35min").unwrap().millis(), Some(35.0 * MINUTE as f64));
        assert_eq!(length(" 1_000.5  h ").unwrap().millis(), Some(1000.5 * HOUR as f64));
        assert_eq!(length("1e3 s").unwrap().millis(), Some(1e6));
        assert_eq!(length("10 working days").unwrap(), Length { number: 10.0, unit: Unit::WorkingDay });
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(length("6"), Err(Misread::NoUnit(6.0)));
        assert_eq!(length("six hours"), Err(Misread::NoNumber));
        assert_eq!(length("6 dyas"), Err(Misread::UnknownUnit(6.0, "dyas".into())));
        assert_eq!(length(""), Err(Misread::NoNumber));
        assert_eq!(length("-"), Err(Misread::NoNumber));
        assert_eq!(length("5e h"), Err(Misread::UnknownUnit(5.0, "e h".into())));
    }

    #[test]
    fn rates_are_per_day() {
        assert_eq!(rate_per_day("42 per day"), Ok(42.0));
        assert_eq!(rate_per_day("14/week"), Ok(2.0));
        assert_eq!(rate_per_day("1 per h"), Ok(24.0));
        assert_eq!(rate_per_day("365.25 per year"), Ok(1.0));
        assert_eq!(rate_per_day("42 day"), Err(Misread::NoPer));
        assert_eq!(rate_per_day("42"), Err(Misread::NoUnit(42.0)));
        assert_eq!(rate_per_day("12 per working day"), Err(Misread::PerWorkingDay(12.0)));
    }

    #[test]
    fn growth_is_a_fraction_per_year_and_compounds() {
        assert_eq!(growth_per_year("27% per year"), Ok(0.27));
        assert_eq!(growth_per_year("-5 % per year"), Ok(-0.05));
        let monthly = growth_per_year("1% per month").unwrap();
        assert!((monthly - (1.01_f64.powi(12) - 1.0)).abs() < 1e-12);
        assert_eq!(growth_per_year("0.27 per year"), Err(Misread::NoPercent));
    }

    #[test]
    fn hazards_are_per_day_and_add_up() {
        assert!((hazard_per_day("36.525% per year").unwrap() / 0.001 - 1.0).abs() < 1e-12);
        let (month, year) = (hazard_per_day("1 % / month").unwrap(), hazard_per_day("12% per year").unwrap());
        assert!((month / year - 1.0).abs() < 1e-12);
        assert_eq!(hazard_per_day("0.15 per year"), Err(Misread::NoPercent));
        assert_eq!(hazard_per_day("15%"), Err(Misread::NoUnit(15.0)));
        assert_eq!(hazard_per_day("1% per working day"), Err(Misread::PerWorkingDay(1.0)));
    }

    #[test]
    fn every_unit_prints_a_word_that_it_reads() {
        for &(unit, _) in SPELLINGS {
            assert_eq!(Unit::from_word(unit.word()), Some(unit));
            assert!(KNOWN_UNITS.contains(&unit.word()));
        }
    }
}
