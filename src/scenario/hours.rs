//! Working hours, holidays and days of the year.

use serde_json::json;

use super::moments::date;
use super::reading::Reading;
use super::spec::{Kind, Shape};
use super::tree::{Node, Value};
use super::value::At;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::units::civil::{self, Date};
use crate::units::week::{BadHours, Week, Window, groups};

/// Hours of the week.
#[derive(Clone, PartialEq, Debug)]
pub struct WeekHours {
    /// Half-open intervals in milliseconds since Monday midnight, sorted, joined where they meet.
    pub windows: Vec<(i64, i64)>,
    /// Where they stand.
    pub span: Span,
}

impl WeekHours {
    /// Hours in a week without holidays.
    pub fn hours(&self) -> f64 {
        Week { windows: self.windows.clone() }.hours()
    }
}

/// A run of days off, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Holiday {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// Where it stands.
    pub span: Span,
}

/// A day of every year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DayOfYear {
    /// 1 to 12.
    pub month: i8,
    /// 1 to 31.
    pub day: i8,
    /// Where it stands.
    pub span: Span,
}

/// Hours as one text or a list of texts.
pub(crate) struct Hours;

impl Kind for Hours {
    type Out = WeekHours;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<WeekHours> {
        let windows: Vec<Window> = match &node.value {
            Value::List(list) if !list.is_empty() => cx.all(list, windows)?.into_iter().flatten().collect(),
            _ => {
                let windows = windows(node, cx)?;
                warn_of_midnight(&windows, node, cx);
                windows
            }
        };
        Some(WeekHours { windows: Week::from_windows(windows).windows, span: node.span })
    }

    fn shape() -> Shape {
        let one = json!({ "type": "string", "pattern": "^(always|[A-Za-z, -]+( *[0-9]{1,2}:[0-9]{2}.*)?)$" });
        let words = "hours of the week, such as `\"Mon-Fri 08:00-16:30\"`, a list of such, or `\"always\"`";
        Shape::new(words, json!({ "anyOf": [one, { "type": "array", "minItems": 1, "items": one }] }))
    }
}

fn windows(node: &Node, cx: &mut Reading<'_>) -> Option<Vec<Window>> {
    let Some(text) = node.as_text() else {
        return cx.wrong_type(node, "hours such as \"Mon-Fri 08:00-16:30\"");
    };
    let bad = match Week::windows_of(text) {
        Ok(windows) => return Some(windows),
        Err(bad) => bad,
    };
    let (why, help) =
        misread(text, &bad, |text| Week::windows_of(text).is_ok()).unwrap_or_else(|| match &bad {
            BadHours::Empty(window) => {
                (format!("`{window}` ends when it begins"), "a whole day is 00:00-24:00".to_owned())
            }
            BadHours::Clock(clock) => {
                let help = match time_of_day(clock) {
                    Some(time) => format!("write {time}"),
                    None => "times run from 00:00 to 24:00".to_owned(),
                };
                (format!("`{clock}` is no time of day"), help)
            }
            bad => {
                (format!("`{}` is no window", bad.part()), "write it like \"Mon-Fri 08:00-16:30\"".to_owned())
            }
        });
    let message = format!("{}: {why}", cx.subject());
    cx.report(Diagnostic::new(Code::BadHours, message).at(node.span, "").help(help))
}

/// Dashes that word processors put in the place of a hyphen.
const DASHES: [char; 4] = ['–', '—', '‑', '−'];

/// Why the days of hours or moments cannot be read, and what would mend it; none where the times are at fault. A text is
/// offered only if it `reads`.
pub(crate) fn misread(text: &str, bad: &BadHours, reads: impl Fn(&str) -> bool) -> Option<(String, String)> {
    if let Some(dash) = text.chars().find(|c| DASHES.contains(c)) {
        let plain = text.trim().replace(DASHES, "-");
        let meant = if reads(&plain) { format!(": write \"{plain}\"") } else { String::new() };
        return Some((
            format!("`{dash}` is no hyphen"),
            format!("a range is written with a plain `-`{meant}"),
        ));
    }
    Some(match bad {
        BadHours::Day(word) => {
            (format!("`{word}` is no day"), "days are Mon, Tue, Wed, Thu, Fri, Sat, Sun".to_owned())
        }
        BadHours::NoDay => {
            let meant = format!("Mon-Fri {}", text.trim());
            let meant = if reads(&meant) { meant } else { "Mon-Fri 08:00-16:30".to_owned() };
            ("the days are missing".to_owned(), format!("write \"{meant}\""))
        }
        BadHours::DaysAgain(part) => {
            let list: Vec<String> = groups(text).iter().map(|one| format!("\"{one}\"")).collect();
            (format!("`{part}` has days of its own"), format!("write a list: [{}]", list.join(", ")))
        }
        BadHours::Clock(_) | BadHours::Empty(_) | BadHours::Shape(_) => return None,
    })
}

/// A time of day as it was probably meant: `8` is 08:00, `8.30` and `0830` are 08:30.
fn time_of_day(text: &str) -> Option<String> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (hours, minutes) = match text.split_once(['.', 'h']) {
        Some((hours, minutes)) => (hours, if minutes.is_empty() { "00" } else { minutes }),
        None if text.len() == 4 => text.split_at_checked(2)?,
        None => (text, "00"),
    };
    if !digits(hours) || !digits(minutes) || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours * 60 + minutes <= 24 * 60 && minutes < 60).then(|| format!("{hours:02}:{minutes:02}"))
}

/// `"17:00-08:00"` is 15 hours of duty or a slip for 08:00-17:00: worth a word where it stands alone.
fn warn_of_midnight(windows: &[Window], node: &Node, cx: &mut Reading<'_>) {
    if let Some(night) = windows.iter().find(|window| window.crosses_midnight()) {
        let hours = night.length as f64 / crate::units::HOUR as f64;
        let message = format!("{} run over midnight: {hours} h each time", cx.subject());
        let finding = Diagnostic::new(Code::HoursCrossMidnight, message).at(node.span, "");
        cx.findings.push(finding.help("fine for night duty; for day duty swap the two times"));
    }
}

/// Dates and ranges of dates.
pub(crate) struct Holidays;

impl Kind for Holidays {
    type Out = Vec<Holiday>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Vec<Holiday>> {
        match node.list() {
            Some(list) => cx.all(list, holiday),
            None => cx.wrong_type(node, "a list of dates, such as [2025-12-25, \"2026-12-24..2026-12-26\"]"),
        }
    }

    fn shape() -> Shape {
        let range = "^[0-9]{4}-[0-9]{2}-[0-9]{2}(\\.\\.[0-9]{4}-[0-9]{2}-[0-9]{2})?$";
        let item = json!({ "anyOf": [{ "$ref": "#/$defs/date" }, { "type": "string", "pattern": range }] });
        let words = "a list of dates and of ranges such as `\"2026-12-24..2026-12-26\"`";
        Shape::new(words, json!({ "type": "array", "items": item }))
    }
}

fn holiday(node: &Node, cx: &mut Reading<'_>) -> Option<Holiday> {
    let range = node.as_text().and_then(|text| text.split_once(".."));
    let Some((first, last)) = range else {
        let day = date(node, cx)?;
        return Some(Holiday { first: day, last: day, span: node.span });
    };
    let mut end = |text: &str| {
        civil::date(text).or_else(|| {
            let message = format!("`{}` is no date", text.trim());
            cx.report(Diagnostic::new(Code::BadDate, message).at(node.span, ""))
        })
    };
    let (first, last) = (end(first)?, end(last)?);
    if last < first {
        let message = format!("{}: a range ends before it begins", cx.subject());
        return cx.report(Diagnostic::new(Code::DateOrder, message).at(node.span, ""));
    }
    Some(Holiday { first, last, span: node.span })
}

/// A month and a day, `"07-01"`.
pub(crate) struct MonthAndDay;

impl Kind for MonthAndDay {
    type Out = DayOfYear;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<DayOfYear> {
        let Some(text) = node.as_text() else {
            return cx.wrong_type(node, "a month and a day, such as \"07-01\"");
        };
        // A common year: a fiscal year cannot begin on 29 February.
        if let Some(date) = civil::date(&format!("2001-{text}")) {
            Some(DayOfYear { month: date.month(), day: date.day(), span: node.span })
        } else {
            let message = format!("{}: `{text}` is no day of the year", cx.subject());
            cx.report(
                Diagnostic::new(Code::BadDate, message).at(node.span, "").help("write it like \"07-01\""),
            )
        }
    }

    fn shape() -> Shape {
        let schema = json!({ "type": "string", "pattern": "^[0-1][0-9]-[0-3][0-9]$" });
        Shape::new("a month and a day, such as `\"07-01\"`", schema)
    }
}

/// A length of time that is the same everywhere: no working days.
pub(crate) struct Length;

impl Kind for Length {
    type Out = At<crate::units::Duration>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Self::Out> {
        use super::value::{Lasting, TimeSpan};
        match Lasting::read(node, cx)? {
            At { value: TimeSpan::Millis(millis), span } => {
                Some(At::new(crate::units::Duration(millis), span))
            }
            At { span, .. } => {
                let message = format!("{} cannot be in working days", cx.subject());
                cx.report(Diagnostic::new(Code::BadQuantity, message).at(span, ""))
            }
        }
    }

    fn shape() -> Shape {
        super::value::Lasting::shape()
    }
}
