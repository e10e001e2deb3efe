//! Single values: what they become, how they are read, and the sentences for the usual mistakes.

use serde_json::json;

use super::reading::Reading;
use super::spec::{Form, Kind, Shape};
use super::tree::{Node, Value};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::units::parse::{self, Length, Misread, Unit};

/// A value and where it was written.
#[derive(Clone, PartialEq, Debug)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands; of an edited value, where the edit stands.
    pub span: Span,
}

impl<T> At<T> {
    /// A value that was written at `span`.
    pub fn new(value: T, span: Span) -> At<T> {
        At { value, span }
    }
}

/// The name of a class, source, pool, stage, outcome, milestone or change.
pub type Id = At<String>;

/// A length of time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum TimeSpan {
    /// Whole milliseconds.
    Millis(i64),
    /// Days from Monday to Friday without the scenario's holidays.
    WorkingDays(f64),
}

/// No time lies further from the start than this: 200 years.
pub(crate) const LONGEST: i64 = 200 * crate::units::YEAR;
/// Posts of one pool, and members of a crew.
pub(crate) const MOST_POSTS: u32 = 1_000_000;
/// Cases of one row of an initial backlog.
pub(crate) const MOST_CASES: u32 = 100_000_000;
/// Replications of one run.
pub(crate) const MOST_REPLICATIONS: u32 = 1_000_000;

/// Any text.
pub(crate) struct Text;

impl Kind for Text {
    type Out = At<String>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<String>> {
        match node.as_text() {
            Some(text) => Some(At::new(text.to_owned(), node.span)),
            None => cx.wrong_type(node, "a text in quotes"),
        }
    }

    fn shape() -> Shape {
        Shape::new("a text", json!({ "type": "string" }))
    }
}

/// An id: letters, digits, `-` and `_`.
pub(crate) struct Name;

impl Name {
    /// Words that stand for something else where ids are used.
    const RESERVED: &[&str] = &["default", "rest", "same", "true", "drawn", "initial"];

    pub(crate) fn check(text: &str, span: Span, cx: &mut Reading<'_>) -> Option<Id> {
        let plain = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        let found = if text.is_empty() || !text.chars().all(plain) {
            format!("`{text}` cannot be an id")
        } else if Name::RESERVED.contains(&text) {
            format!("`{text}` cannot be an id: the word has a meaning of its own")
        } else {
            return Some(At::new(text.to_owned(), span));
        };
        cx.report(
            Diagnostic::new(Code::BadId, found)
                .at(span, "")
                .help("ids are letters, digits, `-` and `_`, as in `task-force`"),
        )
    }
}

impl Kind for Name {
    type Out = Id;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Id> {
        match node.as_text() {
            Some(text) => Name::check(text, node.span, cx),
            None => cx.wrong_type(node, "an id in quotes"),
        }
    }

    fn shape() -> Shape {
        let pattern = "^[\\p{L}\\p{N}_-]+$";
        Shape::new(
            "an id",
            json!({ "type": "string", "pattern": pattern, "not": { "enum": Name::RESERVED } }),
        )
    }
}

/// One id or a list of them.
pub(crate) struct Names;

impl Kind for Names {
    type Out = Vec<Id>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Vec<Id>> {
        match &node.value {
            Value::List(list) => cx.all(list, Name::read),
            _ => Name::read(node, cx).map(|id| vec![id]),
        }
    }

    fn shape() -> Shape {
        let one = Name::shape().schema;
        Shape::new("an id or a list of ids", json!({ "anyOf": [one, { "type": "array", "items": one }] }))
    }
}

/// `true` or `false`.
pub(crate) struct Truth;

impl Kind for Truth {
    type Out = At<bool>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<bool>> {
        match node.value {
            Value::Bool(truth) => Some(At::new(truth, node.span)),
            _ => cx.wrong_type(node, "`true` or `false`, without quotes"),
        }
    }

    fn shape() -> Shape {
        Shape::new("`true` or `false`", json!({ "type": "boolean" }))
    }
}

/// A finite number, with the edits that were made to it.
pub(crate) fn number(node: &Node, cx: &mut Reading<'_>) -> Option<f64> {
    let value = edited(node, cx, &mut |node, cx| match node.number() {
        Some(number) => Some(number),
        None => cx.wrong_type_but(node, "a number", node.as_text().and_then(number_in_text)),
    })?;
    finite(value, node.span, cx)
}

/// How a number is written that stands in a text: `"80%"`, `"0,8"`, `"6"`.
pub(crate) fn number_in_text(text: &str) -> Option<String> {
    let text = text.trim();
    let (number, divisor) = text.strip_suffix('%').map_or((text, 1.0), |number| (number.trim(), 100.0));
    let number: f64 = number.replacen(',', ".", 1).parse().ok().filter(|number: &f64| number.is_finite())?;
    let why =
        if divisor > 1.0 { "per cent are written as a fraction" } else { "numbers stand without quotes" };
    Some(format!("write {}: {why}", tidy(number / divisor)))
}

/// Applies the edits of a node around a way to read its written parts.
pub(crate) fn edited(
    node: &Node,
    cx: &mut Reading<'_>,
    read: &mut impl FnMut(&Node, &mut Reading<'_>) -> Option<f64>,
) -> Option<f64> {
    let Value::Edited(edit) = &node.value else { return read(node, cx) };
    let base = edited(&edit.base, cx, read)?;
    let mut value = base * edit.times;
    for plus in &edit.plus {
        value += edited(plus, cx, read)?;
    }
    Some(value)
}

fn finite(value: f64, span: Span, cx: &mut Reading<'_>) -> Option<f64> {
    if value.is_finite() {
        return Some(value);
    }
    cx.report(
        Diagnostic::new(Code::NotFinite, format!("{} is not a finite number", cx.subject())).at(span, ""),
    )
}

/// Refuses a number outside its range, in words.
pub(crate) fn within(inside: bool, node: &Node, range: &str, cx: &mut Reading<'_>) -> Option<()> {
    within_or(inside, node, range, None, cx)
}

/// The same, with what would mend it.
fn within_or(
    inside: bool,
    node: &Node,
    range: &str,
    help: Option<String>,
    cx: &mut Reading<'_>,
) -> Option<()> {
    if inside {
        return Some(());
    }
    let message = format!("{} has to be {range}", cx.subject());
    let written = cx.written(node);
    cx.report(Diagnostic::new(Code::OutOfRange, message).at(node.span, written).maybe_help(help))
}

/// What is said of a number that would be in its range if it were meant in per cent.
fn as_per_cent(number: f64, node: &Node, fits: impl Fn(f64) -> bool) -> Option<String> {
    let written = matches!(node.value, Value::Integer(_) | Value::Float(_));
    let meant = tidy(number / 100.0);
    (written && number > 1.0 && fits(meant)).then(|| format!("write {meant} for {number} %"))
}

/// Declares kinds of bare numbers, each with its range.
macro_rules! numbers {
    ($($(#[doc = $doc:literal])+ $name:ident: $range:literal, |$x:ident| $test:expr, $schema:tt;)*) => {$(
        $(#[doc = $doc])+
        pub(crate) struct $name;

        impl Kind for $name {
            type Out = At<f64>;

            fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<f64>> {
                let value = number(node, cx)?;
                let inside = |$x: f64| $test;
                within_or(inside(value), node, $range, as_per_cent(value, node, inside), cx)?;
                Some(At::new(value, node.span))
            }

            fn shape() -> Shape {
                Shape::new(concat!("a number, ", $range), json!($schema)).form(Form::Number)
            }
        }
    )*};
}

numbers! {
    /// A number that is not negative.
    NonNegative: "at least 0", |x| x >= 0.0, { "type": "number", "minimum": 0 };
    /// A number of either sign.
    Amount: "of either sign", |x| x.is_finite(), { "type": "number" };
    /// A share.
    Share: "between 0 and 1", |x| (0.0..=1.0).contains(&x), { "type": "number", "minimum": 0, "maximum": 1 };
    /// A share that is not nothing.
    PositiveShare: "more than 0 and at most 1", |x| x > 0.0 && x <= 1.0,
        { "type": "number", "exclusiveMinimum": 0, "maximum": 1 };
    /// A share that is neither nothing nor all.
    OpenShare: "more than 0 and less than 1", |x| x > 0.0 && x < 1.0,
        { "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 };
    /// A rate a year at which something loses worth.
    YearlyRate: "at least 0 and less than 1 (0.03 is 3 % a year)", |x| (0.0..1.0).contains(&x),
        { "type": "number", "minimum": 0, "exclusiveMaximum": 1 };
    /// An area under the curve.
    Auc: "at least 0.5 (a coin) and less than 1 (never wrong)", |x| (0.5..1.0).contains(&x),
        { "type": "number", "minimum": 0.5, "exclusiveMaximum": 1 };
    /// A ratio of variance to mean.
    Dispersion: "at least 1", |x| x >= 1.0, { "type": "number", "minimum": 1 };
}

/// A number without a fraction.
fn whole(node: &Node, cx: &mut Reading<'_>) -> Option<f64> {
    let value = number(node, cx)?;
    if let Value::Drawn(_) = node.value {
        return Some((value + 0.5).floor());
    }
    if value.fract() == 0.0 {
        return Some(value);
    }
    let written = cx.written(node);
    let message = format!("{} has to be a whole number", cx.subject());
    cx.report(Diagnostic::new(Code::OutOfRange, message).at(node.span, written))
}

/// Declares kinds of whole numbers, each with its range.
macro_rules! whole_numbers {
    ($($(#[doc = $doc:literal])+ $name:ident: $out:ty, $low:expr, $high:expr;)*) => {$(
        $(#[doc = $doc])+
        pub(crate) struct $name;

        impl Kind for $name {
            type Out = At<$out>;

            #[allow(clippy::cast_lossless, reason = "one macro for both widths, of which one has no `From`")]
            fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<$out>> {
                // Exact where an integer is written: a seed has more digits than a float holds.
                let (low, high): ($out, $out) = ($low, $high);
                let range = format!("a whole number from {low} to {high}");
                let value = match node.value {
                    Value::Integer(value) => <$out>::try_from(value).ok().filter(|v| (low..=high).contains(v)),
                    _ => {
                        let value = whole(node, cx)?;
                        (value >= low as f64 && value <= high as f64).then_some(value as $out)
                    }
                };
                within(value.is_some(), node, &range, cx)?;
                value.map(|value| At::new(value, node.span))
            }

            fn shape() -> Shape {
                let (low, high): ($out, $out) = ($low, $high);
                let schema = json!({ "type": "integer", "minimum": low, "maximum": high });
                Shape::new(format!("a whole number from {low} to {high}"), schema).form(Form::Count)
            }
        }
    )*};
}

whole_numbers! {
    /// A number of posts or people.
    Posts: u32, 0, MOST_POSTS;
    /// How often something may be bought.
    Uses: u32, 1, 1_000;
    /// A number of cases.
    Cases: u32, 0, MOST_CASES;
    /// How many cases make a load.
    LoadSize: u32, 1, 1_000_000;
    /// A number of tips.
    Tips: u64, 0, 1_000_000_000_000;
    /// How often a run is repeated.
    Repetitions: u32, 1, MOST_REPLICATIONS;
    /// A random seed.
    Seed: u64, 0, i64::MAX as u64;
}

/// A length of time in milliseconds or working days.
pub(crate) struct Lasting;

impl Kind for Lasting {
    type Out = At<TimeSpan>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<TimeSpan>> {
        let working = written_in_working_days(node);
        let value = edited(node, cx, &mut |node, cx| {
            let length = length(node, cx)?;
            same_days(length, working, node, cx)?;
            Some(length.millis().unwrap_or(length.number))
        })?;
        let longest = if working { (LONGEST / crate::units::DAY) as f64 } else { LONGEST as f64 };
        within((0.0..=longest).contains(&value), node, "at least 0 and at most 200 years", cx)?;
        let span =
            if working { TimeSpan::WorkingDays(value) } else { TimeSpan::Millis(value.round() as i64) };
        Some(At::new(span, node.span))
    }

    fn shape() -> Shape {
        Shape::new("a length of time", json!({ "$ref": "#/$defs/duration" })).form(Form::Number)
    }
}

/// Whether a length of time was written in working days, through any edits.
fn written_in_working_days(node: &Node) -> bool {
    match &node.value {
        Value::Edited(edit) => written_in_working_days(&edit.base),
        Value::Text(text) => parse::length(text).is_ok_and(|length| length.unit == Unit::WorkingDay),
        _ => false,
    }
}

/// Working days and plain time do not add up.
pub(crate) fn same_days(length: Length, working: bool, node: &Node, cx: &mut Reading<'_>) -> Option<()> {
    if (length.unit == Unit::WorkingDay) == working {
        return Some(());
    }
    let message = format!("{} mixes working days with other units", cx.subject());
    cx.report(Diagnostic::new(Code::BadQuantity, message).at(node.span, ""))
}

/// A length of time as written.
pub(crate) fn length(node: &Node, cx: &mut Reading<'_>) -> Option<Length> {
    let read = match (&node.value, node.number()) {
        (Value::Text(text), _) => parse::length(text),
        (_, Some(number)) => Err(Misread::NoUnit(number)),
        _ => return cx.wrong_type(node, "a length of time, such as \"90 days\""),
    };
    match read {
        Ok(length) => finite(length.number, node.span, cx).map(|_| length),
        Err(misread) => {
            let unit = cx.usual_unit();
            cx.misread(node, &misread, &format!("\"6 {unit}\""), &|n| format!("{n} {unit}"))
        }
    }
}

/// A rate, per day.
pub(crate) struct Rate;

impl Kind for Rate {
    type Out = At<f64>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<f64>> {
        let value = edited(node, cx, &mut |node, cx| {
            let read = match (&node.value, node.number()) {
                (Value::Text(text), _) => parse::rate_per_day(text),
                (_, Some(number)) => Err(Misread::NoUnit(number)),
                _ => return cx.wrong_type(node, "a rate, such as \"42 per day\""),
            };
            match read {
                Ok(rate) => finite(rate, node.span, cx),
                Err(misread) => cx.misread(node, &misread, "\"42 per day\"", &|n| format!("{n} per day")),
            }
        })?;
        within((0.0..=1e12).contains(&value), node, "at least 0 and at most 1e12 per day", cx)?;
        Some(At::new(value, node.span))
    }

    fn shape() -> Shape {
        Shape::new("a rate", json!({ "$ref": "#/$defs/rate" })).form(Form::Number)
    }
}

/// A growth, as a fraction per year.
pub(crate) struct Growth;

impl Kind for Growth {
    type Out = At<f64>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<f64>> {
        let value = edited(node, cx, &mut |node, cx| {
            let read = match (&node.value, node.number()) {
                (Value::Text(text), _) => parse::growth_per_year(text),
                (_, Some(number)) => Err(Misread::NoUnit(number)),
                _ => return cx.wrong_type(node, "a growth, such as \"27% per year\""),
            };
            // A bare 0.27 most likely means 27 per cent.
            let percent = |n: f64| format!("{}% per year", tidy(if n.abs() < 3.0 { n * 100.0 } else { n }));
            match read {
                Ok(growth) => finite(growth, node.span, cx),
                Err(misread) => cx.misread(node, &misread, "\"27% per year\"", &percent),
            }
        })?;
        within(value > -1.0 && value <= 1000.0, node, "more than -100% and at most 100000% per year", cx)?;
        Some(At::new(value, node.span))
    }

    fn shape() -> Shape {
        Shape::new("a growth", json!({ "$ref": "#/$defs/growth" })).form(Form::Number)
    }
}

/// A number without the dust of binary fractions.
pub(crate) fn tidy(number: f64) -> f64 {
    format!("{number:.10}").parse().unwrap_or(number)
}
