//! Tables of recorded demand: timestamps of tips, and counts by day, month or year.

use std::sync::Arc;

use super::library::Row;
use super::reading::Reading;
use super::schema::{Rates, Replay};
use super::value::At;
use crate::diagnostic::{Code, Diagnostic};
use crate::units::DAY;
use crate::units::civil::{self, Date, DateTime, millis_between};

/// One recorded tip.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RecordedRow {
    /// When it came.
    pub at: DateTime,
    /// The number of its row, from 1, the line of names not counted.
    pub row: u64,
}

/// One recorded count.
#[derive(Clone, PartialEq, Debug)]
pub struct HistoryRow {
    /// The first moment of its period.
    pub from: DateTime,
    /// The first moment after it.
    pub until: DateTime,
    /// Tips.
    pub count: f64,
    /// The period as written.
    pub label: String,
}

impl HistoryRow {
    /// Its length.
    pub fn millis(&self) -> i64 {
        millis_between(self.from, self.until)
    }

    fn per_day(&self) -> f64 {
        self.count * DAY as f64 / self.millis() as f64
    }
}

/// A table that has been named: its file and where the name stands.
struct File<'k> {
    csv: &'k At<String>,
    doc: u16,
}

impl<'k> File<'k> {
    /// None where the file could not be read, which has been said.
    fn of(csv: &'k At<String>, cx: &Reading<'_>) -> Option<File<'k>> {
        let doc = cx.library.doc(&cx.library.beside(csv.span.doc, &csv.value))?;
        Some(File { csv, doc })
    }

    fn bad<T>(&self, line: u64, why: &str, help: Option<&str>, cx: &mut Reading<'_>) -> Option<T> {
        let message = format!("`{}` line {line}: {why}", self.csv.value);
        let finding = Diagnostic::new(Code::BadCsv, message).at(self.csv.span, "this file");
        cx.report(finding.maybe_help(help.map(str::to_owned)))
    }

    fn column(&self, name: &At<String>, cx: &mut Reading<'_>) -> Option<Arc<[Row]>> {
        match cx.library.column(self.doc, &name.value) {
            Ok(rows) if rows.is_empty() => self.bad(1, "the table has no rows", None, cx),
            Ok(rows) => Some(rows),
            Err((line, why)) => self.bad(line, &why, None, cx),
        }
    }
}

const TIMESTAMPS: &str = "timestamps are written as in 2025-01-06T08:30, without a time zone";
const PERIODS: &str = "a period is a day, a month or a year, as in 2024-03-05, 2024-03 or 2024";

const PLAIN: &str = "decimals are written with a point, thousands with nothing, as in 1360.5";

/// The rows of a replay, sorted by time.
pub(super) fn timestamps(keys: &Replay, cx: &mut Reading<'_>) -> Option<Arc<[RecordedRow]>> {
    let file = File::of(&keys.csv, cx)?;
    let place = (file.doc, keys.column.value.clone());
    if let Some(known) = cx.library.recorded.borrow().timestamps.get(&place) {
        return Some(known.clone());
    }
    let mut all = Vec::new();
    for (row, number) in file.column(&keys.column, cx)?.iter().zip(1..) {
        let Some(at) = civil::moment(&row.text) else {
            let why = format!("`{}` is no timestamp", row.text);
            return file.bad(row.line, &why, Some(TIMESTAMPS), cx);
        };
        all.push(RecordedRow { at, row: number });
    }
    all.sort_unstable();
    let rows: Arc<[RecordedRow]> = all.into();
    cx.library.recorded.borrow_mut().timestamps.insert(place, rows.clone());
    Some(rows)
}

/// The rows of a history, sorted by time and without gaps.
pub(super) fn history(keys: &Rates, cx: &mut Reading<'_>) -> Option<Arc<[HistoryRow]>> {
    let file = File::of(&keys.csv, cx)?;
    let place = (file.doc, keys.period.value.clone(), keys.count.value.clone());
    let known = cx.library.recorded.borrow().histories.get(&place).cloned();
    let rows = if let Some(known) = known {
        known
    } else {
        let rows: Arc<[HistoryRow]> = read_history(&file, keys, cx)?.into();
        cx.library.recorded.borrow_mut().histories.insert(place, rows.clone());
        rows
    };
    unfinished(&file, &rows, cx);
    Some(rows)
}

fn read_history(file: &File<'_>, keys: &Rates, cx: &mut Reading<'_>) -> Option<Vec<HistoryRow>> {
    let (periods, counts) = (file.column(&keys.period, cx), file.column(&keys.count, cx));
    let (periods, counts) = (periods?, counts?);
    let mut rows: Vec<(HistoryRow, u64)> = Vec::new();
    for (period, count) in periods.iter().zip(counts.iter()) {
        let Some((from, until)) = civil_period(&period.text) else {
            let why = format!("`{}` is no day, month or year", period.text);
            return file.bad(period.line, &why, Some(PERIODS), cx);
        };
        let number = count.text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
        let Some(count) = number else {
            let marked = count.text.contains([',', '\'', ' ', '.']);
            let why = format!("`{}` is no number of at least 0", count.text);
            return file.bad(count.line, &why, marked.then_some(PLAIN), cx);
        };
        rows.push((HistoryRow { from, until, count, label: period.text.clone() }, period.line));
    }
    point_in_counts(file, &counts, cx);
    rows.sort_by_key(|(row, _)| row.from);
    for pair in rows.windows(2) {
        let ((before, _), (after, line)) = (&pair[0], &pair[1]);
        let (first, second) = (&before.label, &after.label);
        if after.from < before.until {
            return file.bad(*line, &format!("`{second}` overlaps `{first}`"), None, cx);
        }
        if after.from > before.until {
            let why = format!("nothing is said of the time between `{first}` and `{second}`");
            return file.bad(*line, &why, Some("write a row with 0 where no tips came"), cx);
        }
    }
    Some(rows.into_iter().map(|(row, _)| row).collect())
}

/// `1.360` is one tip and a bit; where every point is followed by three digits, it stands between thousands more likely. A
/// mean has other digits somewhere.
fn point_in_counts(file: &File<'_>, counts: &[Row], cx: &mut Reading<'_>) {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let grouped = |text: &str| {
        text.split_once('.').is_some_and(|(thousands, rest)| {
            (1..=3).contains(&thousands.len())
                && !thousands.starts_with('0')
                && digits(thousands)
                && rest.len() == 3
                && digits(rest)
        })
    };
    let mut with_point = counts.iter().filter(|count| count.text.contains('.')).peekable();
    let Some(first) = with_point.peek().copied() else { return };
    if !with_point.all(|count| grouped(&count.text)) {
        return;
    }
    let (csv, text) = (&file.csv.value, &first.text);
    let message =
        format!("`{csv}` line {}: `{text}` is read as {} tips", first.line, text.trim_end_matches('0'));
    cx.findings.push(
        Diagnostic::new(Code::PointInCounts, message)
            .at(file.csv.span, "this file")
            .help(format!("a point begins decimals: write {} if that is meant", text.replace('.', ""))),
    );
}

/// The first moment of a period, and the first one after it.
fn civil_period(text: &str) -> Option<(DateTime, DateTime)> {
    let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.trim().split('-').collect();
    let first = match parts[..] {
        [year] if digits(year, 4) => civil::date(&format!("{year}-01-01"))?,
        [year, month] if digits(year, 4) && digits(month, 2) => civil::date(&format!("{year}-{month}-01"))?,
        _ => civil::date(text)?,
    };
    let span = match parts.len() {
        1 => jiff::Span::new().years(1),
        2 => jiff::Span::new().months(1),
        _ => jiff::Span::new().days(1),
    };
    let midnight = |date: Date| date.to_datetime(jiff::civil::Time::midnight());
    Some((midnight(first), midnight(first.checked_add(span).ok()?)))
}

/// The last row is perhaps of a month (or year) that was not over: it lies far below those of the year before it.
fn unfinished(file: &File<'_>, rows: &[HistoryRow], cx: &mut Reading<'_>) {
    /// Below this share of the mean it is worth a word, and above so many expected tips it is hardly chance.
    const FAR_BELOW: f64 = 0.5;
    const EXPECTED: f64 = 10.0;
    let Some((last, before)) = rows.split_last() else { return };
    let days = last.millis() / DAY;
    let Ok(year_before) = last.from.checked_sub(jiff::Span::new().years(1)) else { return };
    let year: Vec<&HistoryRow> = before.iter().filter(|row| row.from >= year_before).collect();
    if days < 28 || year.is_empty() {
        return;
    }
    let mean = year.iter().map(|row| row.per_day()).sum::<f64>() / year.len() as f64;
    if last.per_day() >= FAR_BELOW * mean || mean * (days as f64) < EXPECTED {
        return;
    }
    let below = 100.0 * (1.0 - last.per_day() / mean);
    let message = format!(
        "the last row of `{}`, {}, lies {below:.0} % below the mean of the year before it",
        file.csv.value, last.label
    );
    cx.findings.push(
        Diagnostic::new(Code::UnfinishedMonth, message)
            .at(file.csv.span, "an unfinished month?")
            .help("leave a row out whose period was not over when the table was made"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_civil_days_months_and_years() {
        let days = |text: &str| civil_period(text).map(|(from, until)| millis_between(from, until) / DAY);
        assert_eq!(days("2024-03-05"), Some(1));
        assert_eq!(days("2024-02"), Some(29));
        assert_eq!(days("2025-02"), Some(28));
        assert_eq!(days("2024"), Some(366));
        for wrong in ["2024-13", "2024-2", "24-02", "2023-02-29", "March", "2024-02-01-", ""] {
            assert_eq!(days(wrong), None, "{wrong}");
        }
    }
}
