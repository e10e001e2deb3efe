//! Dates, lengths of calendar time, and moments of a scenario.

use serde_json::json;

use super::reading::Reading;
use super::spec::{Kind, Shape};
use super::tree::{Node, Value};
use super::value::{At, LONGEST, length, within};
use crate::diagnostic::{Code, Diagnostic};
use crate::units::Time;
use crate::units::civil::{self, CalendarSpan, Date, DateTime};
use crate::units::parse::Unit;

/// The moment at which a scenario starts.
pub(crate) struct StartMoment;

impl Kind for StartMoment {
    type Out = At<DateTime>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<DateTime>> {
        date_time(node, cx).map(|moment| At::new(moment, node.span))
    }

    fn shape() -> Shape {
        Shape::new("a date", json!({ "$ref": "#/$defs/date" }))
    }
}

/// A civil date or date-time, quoted or not.
pub(crate) fn date_time(node: &Node, cx: &mut Reading<'_>) -> Option<DateTime> {
    let (Value::Date(text) | Value::Text(text)) = &node.value else {
        return cx.wrong_type(node, "a date such as 2026-03-01");
    };
    civil::moment(text).or_else(|| {
        let message = format!("`{text}` is no date");
        cx.report(
            Diagnostic::new(Code::BadDate, message)
                .at(node.span, "")
                .help("dates are written year-month-day, as in 2026-03-01, without a time zone"),
        )
    })
}

/// One date.
pub(crate) fn date(node: &Node, cx: &mut Reading<'_>) -> Option<Date> {
    date_time(node, cx).map(DateTime::date)
}

/// A length of calendar time, as written.
pub(crate) struct Calendar;

impl Kind for Calendar {
    type Out = At<CalendarSpan>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<CalendarSpan>> {
        let length = length(node, cx)?;
        let months = match length.unit {
            Unit::Month => Some(length.number),
            Unit::Year => Some(length.number * 12.0),
            _ => None,
        };
        let limit = LONGEST as f64;
        let span = match months {
            Some(months) if months.fract() == 0.0 && months.abs() <= 2400.0 => {
                CalendarSpan { months: months as i64, millis: 0 }
            }
            _ => {
                let Some(millis) = length.millis() else {
                    let message = format!("{} cannot be in working days", cx.subject());
                    return cx.report(Diagnostic::new(Code::BadQuantity, message).at(node.span, ""));
                };
                within(millis.abs() <= limit, node, "at most 200 years", cx)?;
                CalendarSpan { months: 0, millis: millis.round() as i64 }
            }
        };
        Some(At::new(span, node.span))
    }

    fn shape() -> Shape {
        Shape::new("a length of calendar time", json!({ "$ref": "#/$defs/duration" }))
    }
}

/// A calendar length that is longer than nothing.
pub(crate) struct Step;

impl Kind for Step {
    type Out = At<CalendarSpan>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<CalendarSpan>> {
        let step = Calendar::read(node, cx)?;
        within(step.value.months > 0 || step.value.millis > 0, node, "longer than 0", cx)?;
        Some(step)
    }

    fn shape() -> Shape {
        Calendar::shape()
    }
}

/// A moment: a date, or a length of calendar time after the start.
pub(crate) struct Moment;

impl Kind for Moment {
    type Out = At<Time>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<Time>> {
        let offset = node.as_text().is_some_and(|text| !civil::looks_like_a_date(text));
        let time = if offset || node.number().is_some() {
            Calendar::read(node, cx)?.value.after(cx.start(), 1)
        } else {
            Some(Time(civil::millis_between(cx.start(), date_time(node, cx)?)))
        };
        let near = time.filter(|time| time.0 <= LONGEST);
        within(near.is_some(), node, "at most 200 years after the start", cx)?;
        let time = near?;
        if time < Time::ZERO {
            let message = format!("{} lies before the scenario starts", cx.subject());
            let start = cx.start().date();
            return cx.report(
                Diagnostic::new(Code::DateBeforeStart, message)
                    .at(node.span, format!("the scenario starts on {start}")),
            );
        }
        Some(At::new(time, node.span))
    }

    fn shape() -> Shape {
        let schema = json!({ "anyOf": [{ "$ref": "#/$defs/date" }, { "$ref": "#/$defs/duration" }] });
        Shape::new("a date, or a length of time after the start", schema)
    }
}
