//! What the summary says of mechanisms that only some scenarios have: nothing where a scenario has none of them.

use std::fmt::Write as _;

use crate::output::tables::{SummaryRow, UtilizationRow};

use super::figures::{Figure, number};
use super::terminal::table;

/// A scalar measure of all classes together.
pub(super) fn scalar(summary: &[SummaryRow], measure: &str) -> Option<Figure> {
    let row = summary.iter().find(|row| row.measure == measure && row.class.is_empty())?;
    Figure::of(row.estimate, row.low, row.high).filter(|figure| figure.estimate != 0.0)
}

/// Measures of cases, and how each is said: before the number and after it.
const COUNTS: [(&str, &str, &str); 6] = [
    ("links", "linked to a known case", "tips"),
    ("reports", "reports merged into the tips that arrived", ""),
    ("reopened", "opened again", "cases"),
    ("parkings", "put aside", "times"),
    ("overflowed", "sent on by a full queue", "times"),
    ("interrupted", "work interrupted and handed back", "times"),
];
const SHARES: [(&str, &str, &str); 2] = [
    ("buried_share", "buried", "of the assessed urgent cases looked less urgent than they are"),
    ("false_alarm_share", "false alarms", "of the cases that looked urgent are less urgent than that"),
];

/// One line for each thing that happened.
pub(super) fn cases(summary: &[SummaryRow]) -> String {
    let mut text = String::new();
    for (measure, words, what) in COUNTS {
        if let Some(count) = scalar(summary, measure) {
            let _ = writeln!(text, "  {}", format!("{words}: {} {what}", count.plain()).trim_end());
        }
    }
    for (measure, words, what) in SHARES {
        if let Some(share) = scalar(summary, measure) {
            let _ = writeln!(text, "  {words}: {} {what}", share.percent());
        }
    }
    text
}

/// Who came and went, and which hours were lost: pools of which something is to be said.
pub(super) fn staff(rows: &[UtilizationRow], summary: &[SummaryRow]) -> String {
    let count = |measure: &str, pool: &str| {
        scalar(summary, &format!("{measure}/{pool}")).map_or_else(|| "0".to_owned(), Figure::plain)
    };
    let hours = |hours: f64| number(hours, 0);
    let moves = |pool: &str| summary.iter().any(|row| row.measure == format!("staff_left/{pool}"));
    let lost = |row: &UtilizationRow| row.absent_hours + row.training_hours + row.capped_hours > 0.0;
    let windows = rows.iter().filter(|row| row.span == "window" && (moves(&row.pool) || lost(row)));
    let lines: Vec<Vec<String>> = windows
        .map(|row| {
            vec![
                row.pool.clone(),
                count("staff_left", &row.pool),
                count("staff_hired", &row.pool),
                hours(row.vacant_hours),
                hours(row.absent_hours),
                hours(row.training_hours),
                hours(row.capped_hours),
            ]
        })
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    let header = ["pool", "left", "hired", "vacant hours", "away", "in training", "at the cap"];
    let note = "hours lost in the window: of vacant posts day and night, of members on shift otherwise";
    format!("  {note}\n{}", table(&header, &lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(measure: &str, class: &str, estimate: f64) -> SummaryRow {
        SummaryRow {
            scenario: String::new(),
            plan: String::new(),
            measure: measure.to_owned(),
            class: class.to_owned(),
            unit: String::new(),
            estimate: Some(estimate),
            low: Some(estimate),
            high: Some(estimate),
            level: None,
            n: 4,
            method: String::new(),
            p10: None,
            p50: None,
            p90: None,
        }
    }

    #[test]
    fn only_what_happened_is_said() {
        let rows = [
            row("links", "danger", 3.0),
            row("links", "", 12.0),
            row("parkings", "", 0.0),
            row("reports", "", 40.0),
            row("buried_share", "", 0.25),
        ];
        assert_eq!(
            cases(&rows),
            "  linked to a known case: 12 tips\n  reports merged into the tips that arrived: 40\n  buried: 25 % of the \
             assessed urgent cases looked less urgent than they are\n"
        );
        assert_eq!(cases(&rows[..1]), "");
        assert_eq!(staff(&[], &rows), "");
    }
}
