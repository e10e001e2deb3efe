//! Numbers for people: no more digits than the interval supports, thousands separated, shares in per cent.

use crate::units::grouped;

/// An estimate with the ends of its interval, as the tables hold them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Figure {
    pub(super) estimate: f64,
    pub(super) bounds: Option<(f64, f64)>,
}

impl Figure {
    /// From the cells of a table; `None` where there is no estimate. Levels, counts and shares cannot be negative, so
    /// an interval that reaches below zero is cut there.
    pub(super) fn of(estimate: Option<f64>, low: Option<f64>, high: Option<f64>) -> Option<Figure> {
        Some(Figure { estimate: estimate?, bounds: low.map(|low| low.max(0.0)).zip(high) })
    }

    /// `2,140 (2,110–2,170)`.
    pub(super) fn plain(self) -> String {
        let decimals = self.decimals();
        let say = |value: f64| number(value, decimals);
        match self.bounds {
            Some((low, high)) if low < high => format!("{} ({}–{})", say(self.estimate), say(low), say(high)),
            Some(_) => say(self.estimate),
            None => format!("{} (no interval)", say(self.estimate)),
        }
    }

    /// `96.2 % (95.8–96.6)`.
    pub(super) fn percent(self) -> String {
        let hundredfold = Figure {
            estimate: self.estimate * 100.0,
            bounds: self.bounds.map(|(low, high)| (low * 100.0, high * 100.0)),
        };
        let text = hundredfold.plain();
        match text.split_once(' ') {
            Some((estimate, rest)) => format!("{estimate} % {rest}"),
            None => format!("{text} %"),
        }
    }

    /// `+12.4 (+11.8 to +13.1)`: a difference.
    pub(super) fn signed(self) -> String {
        let decimals = self.decimals();
        let say = |value: f64| {
            let text = number(value, decimals);
            let zero = text.chars().all(|c| matches!(c, '0' | '.' | ','));
            if value > 0.0 && !zero { format!("+{text}") } else { text }
        };
        match self.bounds {
            Some((low, high)) if low < high => {
                format!("{} ({} to {})", say(self.estimate), say(low), say(high))
            }
            Some(_) => say(self.estimate),
            None => format!("{} (no interval)", say(self.estimate)),
        }
    }

    /// The decimal place in which the half-width is at least two units: finer digits are noise, coarser ones hide
    /// the interval. Below zero: tens, hundreds.
    fn decimals(self) -> i32 {
        let half = self.bounds.map_or(0.0, |(low, high)| (high - low) / 2.0);
        if half > 0.0 && half.is_finite() {
            return (-((half / 2.0).log10().floor() as i32)).clamp(-6, 6);
        }
        // Without noise three digits are enough to read.
        if self.estimate.fract() == 0.0 { 0 } else { three_digits(self.estimate).clamp(0, 4) }
    }

    /// The upper end of its interval; the estimate where there is none.
    pub(super) fn high(self) -> f64 {
        self.bounds.map_or(self.estimate, |(_, high)| high)
    }

    /// The lower end.
    pub(super) fn low(self) -> f64 {
        self.bounds.map_or(self.estimate, |(low, _)| low)
    }
}

/// The decimal place of the third digit that counts.
pub(super) fn three_digits(value: f64) -> i32 {
    if value == 0.0 { 0 } else { 2 - value.abs().log10().floor() as i32 }
}

/// Words with a unit behind them, if there is one: a scenario may name no currency.
pub(super) fn with_unit(words: &str, unit: &str) -> String {
    if unit.is_empty() { words.to_owned() } else { format!("{words} {unit}") }
}

/// A number rounded to a decimal place, with thousands separators; negative places round to tens, hundreds ...
pub(super) fn number(value: f64, place: i32) -> String {
    let unit = 10f64.powi(-place);
    let rounded = if place < 0 { (value / unit).round() * unit } else { value };
    grouped(rounded, usize::try_from(place).unwrap_or(0))
}

/// Measure and class as one name.
pub(super) fn full_name(measure: &str, class: &str) -> String {
    if class.is_empty() { measure.to_owned() } else { format!("{measure}/{class}") }
}

/// What a difference is multiplied by to be told: shares differ by percentage points.
pub(super) fn scale_of(unit: &str) -> f64 {
    if unit == "share" { 100.0 } else { 1.0 }
}

/// The unit in which a difference is told.
pub(super) fn unit_of(unit: &str) -> &str {
    if unit == "share" { "percentage points" } else { unit }
}

/// A count without an interval: `1 replication`, `12 cases`.
pub(super) fn counted(n: u64, word: &str) -> String {
    format!("{} {word}{}", number(n as f64, 0), if n == 1 { "" } else { "s" })
}

/// An age in days with its interval, all in the unit a person would choose for the estimate. An age that was not
/// reached says so, at either end.
pub(super) fn age(estimate: Option<f64>, low: Option<f64>, high: Option<f64>) -> String {
    let Some(estimate) = estimate else {
        return low.map_or_else(
            || "not reached".to_owned(),
            |low| format!("not reached (from {})", age(Some(low), Some(low), Some(low))),
        );
    };
    let (unit, word) = match estimate {
        days if days < 1.0 / 12.0 => (1.0 / 1440.0, "min"),
        days if days < 2.0 => (1.0 / 24.0, "h"),
        _ => (1.0, "days"),
    };
    let (Some(low), Some(high)) = (low, high) else {
        let place = i32::from(estimate / unit < 9.95);
        let say = |days: f64| number(days / unit, place);
        let low = low.map_or_else(|| "0".to_owned(), say);
        return format!("{} {word} ({low}–not reached)", say(estimate));
    };
    let figure = Figure { estimate: estimate / unit, bounds: Some((low / unit, high / unit)) };
    match figure.plain().split_once(' ') {
        Some((estimate, rest)) => format!("{estimate} {word} {rest}"),
        None => format!("{} {word}", number(estimate / unit, i32::from(estimate / unit < 9.95))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(estimate: f64, low: f64, high: f64) -> Figure {
        Figure { estimate, bounds: Some((low, high)) }
    }

    #[test]
    fn digits_stop_where_the_noise_begins() {
        assert_eq!(figure(2143.6, 2111.2, 2176.0).plain(), "2,140 (2,110–2,180)");
        assert_eq!(figure(1812.0, 1690.0, 1934.0).plain(), "1,810 (1,690–1,930)");
        assert_eq!(figure(12.374, 11.95, 12.81).plain(), "12.4 (11.9–12.8)");
        assert_eq!(figure(7.0, 7.0, 7.0).plain(), "7");
        assert_eq!(Figure { estimate: 7.25, bounds: None }.plain(), "7.25 (no interval)");
    }

    #[test]
    fn shares_are_said_in_per_cent() {
        assert_eq!(figure(0.9623, 0.9581, 0.9665).percent(), "96.2 % (95.8–96.7)");
        assert_eq!(figure(1.0, 1.0, 1.0).percent(), "100 %");
    }

    #[test]
    fn ages_choose_their_unit() {
        let exact = |days| age(Some(days), Some(days), Some(days));
        assert_eq!([0.01, 0.5, 1.9, 41.26].map(exact), ["14 min", "12 h", "46 h", "41 days"]);
        assert_eq!(age(Some(0.158), Some(0.14), Some(0.175)), "3.8 h (3.4–4.2)");
        assert_eq!(age(Some(3.0), Some(2.5), None), "3.0 days (2.5–not reached)");
        assert_eq!(age(None, None, None), "not reached");
    }

    #[test]
    fn negative_numbers_keep_their_sign_and_zero_has_none() {
        assert_eq!(number(-1234.0, -1), "-1,230");
        assert_eq!(number(-0.2, 0), "0");
    }
}
