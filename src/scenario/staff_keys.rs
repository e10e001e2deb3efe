//! How people come and go: hazards, productivity in training, caps, and the exponent of a pool's output.

use serde_json::json;

use super::hours::Length;
use super::reading::Reading;
use super::schema::StaffingExponent;
use super::spec::{Form, Kind, Shape, TableKind as _};
use super::tree::{Node, Value};
use super::value::{At, PositiveShare, edited, number, tidy, within};
use crate::diagnostic::{Code, Diagnostic};
use crate::units::Duration;
use crate::units::parse::{self, Misread};

/// A hazard per day, written in per cent of a period.
pub(crate) struct Hazard;

impl Kind for Hazard {
    type Out = At<f64>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<f64>> {
        let value = edited(node, cx, &mut one_hazard)?;
        // A hundred thousand per cent a year is somebody new every nine hours.
        let most = 1000.0 / 365.25;
        within((0.0..=most).contains(&value), node, "at least 0% and at most 100000% per year", cx)?;
        Some(At::new(value, node.span))
    }

    fn shape() -> Shape {
        Shape::new("a hazard in per cent, such as `\"15% per year\"`", json!({ "$ref": "#/$defs/growth" }))
            .form(Form::Number)
    }
}

fn one_hazard(node: &Node, cx: &mut Reading<'_>) -> Option<f64> {
    let read = match (&node.value, node.number()) {
        (Value::Text(text), _) => parse::hazard_per_day(text),
        (_, Some(number)) => Err(Misread::NoUnit(number)),
        _ => return cx.wrong_type(node, "a hazard, such as \"15% per year\""),
    };
    // A bare 0.15 most likely means 15 per cent; "15%" lacks its period only.
    let in_percent = node.as_text().is_some_and(|text| text.contains('%'));
    let percent =
        |n: f64| format!("{}% per year", tidy(if in_percent || n.abs() >= 3.0 { n } else { n * 100.0 }));
    match read {
        Ok(hazard) if hazard.is_finite() => Some(hazard),
        Ok(_) => {
            let message = format!("{} is not a finite number", cx.subject());
            cx.report(Diagnostic::new(Code::NotFinite, message).at(node.span, ""))
        }
        Err(misread) => cx.misread(node, &misread, "\"15% per year\"", &percent),
    }
}

/// Whether a hazard as written lets anybody leave; what cannot be read is told elsewhere.
pub(crate) fn lets_leave(node: &Node) -> bool {
    match &node.value {
        Value::Text(text) => parse::hazard_per_day(text).is_ok_and(|hazard| hazard > 0.0),
        Value::Edited(edit) => {
            (edit.times > 0.0 && lets_leave(&edit.base)) || edit.plus.iter().any(lets_leave)
        }
        _ => false,
    }
}

/// Shares of a trained member's work: one, or one for each of equal parts of a time.
pub(crate) struct Productivity;

impl Kind for Productivity {
    type Out = Vec<At<f64>>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Self::Out> {
        match node.list() {
            Some([]) => cx.wrong_type(node, "a share, or a list of shares such as [0.4, 0.6, 0.8]"),
            Some(list) => cx.all(list, PositiveShare::read),
            None => PositiveShare::read(node, cx).map(|share| vec![share]),
        }
    }

    fn shape() -> Shape {
        let one = PositiveShare::shape();
        let schema =
            json!({ "anyOf": [one.schema, { "type": "array", "minItems": 1, "items": one.schema }] });
        Shape::new(format!("{}, or a list of such", one.words), schema).form(Form::Number)
    }
}

/// A number that is more than 0.
pub(crate) struct Positive;

impl Kind for Positive {
    type Out = At<f64>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<f64>> {
        let value = number(node, cx)?;
        within(value > 0.0, node, "more than 0", cx)?;
        Some(At::new(value, node.span))
    }

    fn shape() -> Shape {
        let schema = json!({ "type": "number", "exclusiveMinimum": 0 });
        Shape::new("a number, more than 0", schema).form(Form::Number)
    }
}

/// A length of plain time that is more than nothing.
pub(crate) struct PositiveLength;

impl Kind for PositiveLength {
    type Out = At<Duration>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<Duration>> {
        let length = Length::read(node, cx)?;
        within(length.value > Duration::ZERO, node, "more than 0", cx)?;
        Some(length)
    }

    fn shape() -> Shape {
        Length::shape()
    }
}

/// The exponent of a pool's output.
pub(crate) struct ExponentValue;

impl Kind for ExponentValue {
    type Out = At<f64>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<f64>> {
        let value = number(node, cx)?;
        within(value > 0.0 && value <= 1.5, node, "more than 0 and at most 1.5", cx)?;
        Some(At::new(value, node.span))
    }

    fn shape() -> Shape {
        let schema = json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1.5 });
        Shape::new("a number, more than 0 and at most 1.5", schema).form(Form::Number)
    }
}

/// The exponent alone, or with the number of members at which it has no effect.
pub(crate) struct Exponent;

impl Kind for Exponent {
    type Out = StaffingExponent;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<StaffingExponent> {
        if node.table().is_some() {
            return StaffingExponent::read(node, cx);
        }
        let value = ExponentValue::read(node, cx)?;
        Some(StaffingExponent { span: node.span, value, at: None })
    }

    fn shape() -> Shape {
        let (one, both) = (ExponentValue::shape(), StaffingExponent::shape());
        let words = format!("{}, or {}", one.words, both.words);
        Shape::new(words, json!({ "anyOf": [one.schema, both.schema] }))
            .form(Form::Short("value", StaffingExponent::SPEC))
    }
}
