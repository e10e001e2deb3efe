//! How people name measures and write amounts of them on the command line.

use crate::diagnostic::suggest::similarity;
use crate::units::{DAY, HOUR, MINUTE, SECOND, WEEK};

use super::measure::Response;

/// How many near misses are named.
const NAMED: usize = 3;

/// The measure of this name; the error names those that read alike.
pub(crate) fn find(name: &str, responses: &[Response]) -> Result<usize, String> {
    let wanted = normal(name);
    let names: Vec<String> = responses.iter().map(Response::name).collect();
    if let Some(found) = names.iter().position(|candidate| normal(candidate) == wanted) {
        return Ok(found);
    }
    let mut near: Vec<(f64, &String)> =
        names.iter().map(|candidate| (similarity(&wanted, candidate), candidate)).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    let near: Vec<String> = near.iter().take(NAMED).map(|(_, candidate)| format!("`{candidate}`")).collect();
    Err(format!("there is no measure `{name}`; the nearest are {}", near.join(", ")))
}

/// Limits have one spelling in names; people use others.
fn normal(name: &str) -> String {
    let part = |part: &str| match part.trim() {
        "1 day" | "24 hours" => "24 h".to_owned(),
        other => other.strip_suffix(" hours").map_or(other.to_owned(), |hours| format!("{hours} h")),
    };
    name.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// A number and the word after it, which may be empty.
pub(super) fn number_and_word(text: &str) -> Result<(f64, &str), String> {
    let sign = usize::from(text.starts_with('-'));
    let ends = |c: char| !(c.is_ascii_digit() || "._".contains(c));
    let digits = text[sign..].find(ends).map_or(text.len(), |length| sign + length);
    let number = text[..digits].replace('_', "").parse();
    let number: f64 = number.map_err(|_| format!("`{text}` does not begin with a number"))?;
    if !number.is_finite() {
        return Err(format!("`{text}` is too large a number"));
    }
    if text[digits..].starts_with(',') {
        return Err(format!("`{text}` has a comma: write `2000000` or `2_000_000`, and decimals as `0.5`"));
    }
    Ok((number, text[digits..].trim()))
}

/// A number with a word after it in the unit of a measure. Times say their unit, shares are written as `95%` or `0.95`.
pub(super) fn in_unit(number: f64, word: &str, unit: &str) -> Result<f64, String> {
    match (unit, word) {
        ("days" | "hours", "") => {
            return Err(format!("`{number}` has no unit: write `{number} days` or `{number} h`"));
        }
        ("share", "") if number > 1.0 => {
            return Err(format!("`{number}` is no share: write `{number}%`, or a number between 0 and 1"));
        }
        ("share", "%") => return Ok(number / 100.0),
        _ if word.is_empty() || word == unit => return Ok(number),
        _ => {}
    }
    let wrong = || match unit {
        "" => format!("the measure has no unit, so `{word}` says nothing"),
        _ => format!("the measure counts in {unit}, not in `{word}`"),
    };
    let one = match word {
        "s" | "second" | "seconds" => SECOND,
        "min" | "minute" | "minutes" => MINUTE,
        "h" | "hour" | "hours" => HOUR,
        "day" | "days" => DAY,
        "week" | "weeks" => WEEK,
        _ => return Err(wrong()),
    };
    match unit {
        "days" => Ok(number * one as f64 / DAY as f64),
        "hours" => Ok(number * one as f64 / HOUR as f64),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_turned_into_the_unit_of_the_measure() {
        let amount = |text: &str, unit: &str| {
            let (number, word) = number_and_word(text)?;
            in_unit(number, word, unit)
        };
        assert_eq!(amount("36 h", "days"), Ok(1.5));
        assert_eq!(amount("2 days", "hours"), Ok(48.0));
        assert_eq!(amount("-1_000 USD", "USD"), Ok(-1000.0));
        assert_eq!(amount("95%", "share"), Ok(0.95));
        assert_eq!(amount("0.95", "share"), Ok(0.95));
        assert_eq!(amount("3", ""), Ok(3.0));
        assert_eq!(amount("5 %", "cases").unwrap_err(), "the measure counts in cases, not in `%`");
        assert_eq!(amount("5 days", "cases").unwrap_err(), "the measure counts in cases, not in `days`");
        assert_eq!(amount("many", "cases").unwrap_err(), "`many` does not begin with a number");
        assert_eq!(amount("5k", "").unwrap_err(), "the measure has no unit, so `k` says nothing");
        assert_eq!(amount("36", "days").unwrap_err(), "`36` has no unit: write `36 days` or `36 h`");
        assert_eq!(
            amount("90", "share").unwrap_err(),
            "`90` is no share: write `90%`, or a number between 0 and 1"
        );
        assert!(amount("2,000,000", "USD").unwrap_err().starts_with("`2,000,000` has a comma"));
        assert!(amount(&"9".repeat(400), "cases").unwrap_err().ends_with("too large a number"));
    }
}
