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
    Ok((number, text[digits..].trim()))
}

/// A number with a word after it in the unit of a measure.
pub(super) fn in_unit(number: f64, word: &str, unit: &str) -> Result<f64, String> {
    if word.is_empty() || word == unit {
        return Ok(number);
    }
    let wrong = || format!("the measure counts in {unit}, not in `{word}`");
    if unit == "share" {
        return if word == "%" { Ok(number / 100.0) } else { Err(wrong()) };
    }
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
        assert_eq!(amount("5 %", "cases").unwrap_err(), "the measure counts in cases, not in `%`");
        assert_eq!(amount("5 days", "cases").unwrap_err(), "the measure counts in cases, not in `days`");
        assert_eq!(amount("many", "cases").unwrap_err(), "`many` does not begin with a number");
        assert!(amount(&"9".repeat(400), "cases").unwrap_err().ends_with("too large a number"));
    }
}
