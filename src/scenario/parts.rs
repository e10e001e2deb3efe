//! Cases in parts and in loads, and who stays with them: the words of these keys, and moments of the week.

use serde_json::json;

use super::hours::misread;
use super::reading::Reading;
use super::spec::{Kind, Shape};
use super::tree::{Node, Value};
use super::words::words;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::units::week;

words! {
    /// What comes to a stage by itself.
    pub enum Part {
        /// Each device of a case.
        Device = "device",
    }

    /// When a case that was taken apart goes on as one.
    pub enum Join {
        /// When no part is left.
        All = "all",
        /// When the first part arrives; the others are withdrawn.
        First = "first",
    }

    /// Who works on a case.
    pub enum Assignment {
        /// One member, who stays with it.
        SameMember = "same-member",
    }
}

/// Moments of the week.
#[derive(Clone, PartialEq, Debug)]
pub struct WeekSlots {
    /// Milliseconds since Monday midnight, sorted, each once.
    pub moments: Vec<i64>,
    /// Where they stand.
    pub span: Span,
}

/// Moments as one text or a list of texts.
pub(crate) struct Slots;

impl Kind for Slots {
    type Out = WeekSlots;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<WeekSlots> {
        let mut moments: Vec<i64> = match &node.value {
            Value::List(list) if !list.is_empty() => cx.all(list, moments)?.into_iter().flatten().collect(),
            _ => moments(node, cx)?,
        };
        moments.sort_unstable();
        moments.dedup();
        Some(WeekSlots { moments, span: node.span })
    }

    fn shape() -> Shape {
        let one = json!({ "type": "string", "pattern": "^[A-Za-z, -]+ *[0-9]{1,2}:[0-9]{2}[0-9:, ]*$" });
        let words =
            "moments of the week, such as `\"Mon-Fri 16:00\"` or `\"Tue 10:00, 14:00\"`, or a list of such";
        Shape::new(words, json!({ "anyOf": [one, { "type": "array", "minItems": 1, "items": one }] }))
    }
}

fn moments(node: &Node, cx: &mut Reading<'_>) -> Option<Vec<i64>> {
    let Some(text) = node.as_text() else {
        return cx.wrong_type(node, "moments such as \"Mon-Fri 16:00\"");
    };
    let bad = match week::moments_of(text) {
        Ok(moments) => return Some(moments),
        Err(bad) => bad,
    };
    let (why, help) = misread(text, &bad, |text| week::moments_of(text).is_ok()).unwrap_or_else(|| {
        let help = "slots are moments, not hours: write them like \"Mon-Fri 16:00\"";
        (format!("`{}` is no moment of a day", bad.part()), help.to_owned())
    });
    let message = format!("{}: {why}", cx.subject());
    cx.report(Diagnostic::new(Code::BadHours, message).at(node.span, "").help(help))
}
