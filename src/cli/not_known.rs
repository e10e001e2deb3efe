//! What nobody knows, in words: how much of a run's uncertainty is ignorance of its inputs, and what it costs a comparison.

use crate::experiment::{Comparison, Unknown};
use crate::output::tables::IgnoranceRow;

use super::figures::{Figure, full_name, number};
use super::terminal::{paragraph, table};

/// Said where every input is known, so that nobody takes chance for all there is.
pub(super) const ALL_KNOWN: &str =
    "no value is `unsure`: all intervals hold chance alone, not what nobody knows about the inputs";

/// From this share of the worth of all information on a value is named.
const MATTERS: f64 = 0.1;

/// Chance and ignorance in these measures, named in full.
pub(super) fn ignorance(rows: &[IgnoranceRow], measures: &[String]) -> String {
    let row = |name: &String| {
        let row = rows.iter().find(|row| full_name(&row.measure, &row.class) == *name)?;
        let say = |low, high| {
            let figure = Figure::of(row.estimate, low, high)?;
            Some(if row.unit == "share" { figure.percent() } else { figure.plain() })
        };
        let share = Figure::of(row.share_of_ignorance, row.share_low, row.share_high);
        Some(vec![
            name.clone(),
            say(row.low, row.high)?,
            say(row.chance_low, row.chance_high)?,
            share.map_or_else(|| "-".to_owned(), Figure::percent),
        ])
    };
    let lines: Vec<Vec<String>> = measures.iter().filter_map(row).collect();
    if lines.is_empty() {
        return String::new();
    }
    let header = ["measure", "over draws", "chance alone", "of one future's variance"];
    table(&header, &lines)
        + &paragraph(
            "the last column: how much of what one future may bring comes from values that nobody knows; more replications \
             do not make it smaller, better knowledge does",
        )
}

/// What choosing without knowing loses, in this measure of a comparison.
pub(super) fn losses(comparison: &Comparison, all: &[Unknown], measure: usize) -> String {
    let Some(found) = all.iter().find(|of| of.measure == measure && of.price.is_none()) else {
        return String::new();
    };
    let unit = comparison.measures[measure].response.unit.as_str();
    let row = |a: usize| {
        vec![
            comparison.names[a].clone(),
            format!("{} %", number(100.0 * found.all.chance_best[a], 0)),
            amount(found.all.regret[a], unit),
            amount(found.worst[a], unit),
        ]
    };
    let rows: Vec<Vec<String>> = (0..comparison.names.len()).map(row).collect();
    let mut text = table(&["", "best in so many draws", "mean loss if chosen", "worst loss"], &rows);
    text += &paragraph(&worth(found, unit));
    let priced = all.iter().filter(|of| of.measure == measure && of.price.is_some());
    if let Some(most) =
        priced.max_by(|a, b| a.all.value.total_cmp(&b.all.value)).filter(|m| m.all.value > 0.0)
    {
        let one = if unit == "share" { "a percentage point" } else { "one" };
        text += &paragraph(&format!(
            "in money, with costs: of the prices in `information.csv` knowledge is worth most where {one} of it is worth {}; \
             there {}",
            number(most.price.unwrap_or(0.0), 0),
            worth(most, &most.unit)
        ));
    }
    text
}

/// The worth of knowing, in all and value by value.
fn worth(found: &Unknown, unit: &str) -> String {
    let all = found.all.value;
    if all <= 0.0 {
        return "the same plan is the best in every draw: to know more would not change the choice"
            .to_owned();
    }
    let least = found.at_least.map_or_else(String::new, |least| {
        format!(" and at least {}, because chance is left in the draws", amount(least.max(0.0), unit))
    });
    let mut each: Vec<&(String, f64)> = found.each.iter().filter(|(_, v)| *v >= MATTERS * all).collect();
    each.sort_by(|a, b| b.1.total_cmp(&a.1));
    let named: Vec<String> =
        each.iter().take(3).map(|(name, value)| format!("`{name}` {}", amount(*value, unit))).collect();
    let named = if named.is_empty() || found.each.len() < 2 {
        String::new()
    } else {
        format!("; alone: {} (rough: {} draws)", named.join(", "), found.draws)
    };
    format!("to know every value before choosing would be worth {} at most{least}{named}", amount(all, unit))
}

/// An amount with its unit; shares in percentage points.
fn amount(value: f64, unit: &str) -> String {
    let (value, word) = if unit == "share" { (100.0 * value, "points") } else { (value, unit) };
    let size = value.abs();
    let place = if size >= 1000.0 {
        2 - size.log10().floor() as i32
    } else {
        i32::from(size < 100.0) + i32::from(size < 1.0)
    };
    format!("{} {word}", number(value, place))
}
