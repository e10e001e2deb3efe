//! Reading laws: the families with their parameters, in the unit of what is drawn.

use std::marker::PhantomData;

use serde_json::json;

use super::law::{LawKind, LawSpec};
use super::law_families::{BESIDE, FAMILIES, families, quantile, usage};
use super::law_parameters::{known_parameters, not_negative, ordered, positive};
use super::reading::Reading;
use super::spec::{Form, Kind, Shape};
use super::tree::{Node, Table, Value};
use super::value::number;
use crate::diagnostic::suggest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::stats::special::normal_cdf;
use crate::units::parse::{Unit, leading_number};

/// What a law draws: times, counts or plain numbers.
pub(crate) trait LawUnit {
    /// Whether values are lengths of time.
    const TIME: bool;
    /// Whether a bare quantity is an exponential mean instead of a constant.
    const BARE_IS_MEAN: bool = false;
    /// For people.
    const WORDS: &'static str;
}

/// Lengths of time.
pub(crate) struct Times;
/// Lengths of time between happenings: a bare quantity is an exponential mean.
pub(crate) struct Every;
/// Counts, rounded half up when drawn.
pub(crate) struct Counts;

impl LawUnit for Times {
    const TIME: bool = true;
    const WORDS: &'static str = "a length of time or a law of one";
}

impl LawUnit for Every {
    const TIME: bool = true;
    const BARE_IS_MEAN: bool = true;
    const WORDS: &'static str = "a length of time (the mean of an exponential law) or a law of one";
}

impl LawUnit for Counts {
    const TIME: bool = false;
    const WORDS: &'static str = "a number or a law of one";
}

/// A law that draws `U`.
pub(crate) struct Law<U>(PhantomData<U>);

impl<U: LawUnit> Kind for Law<U> {
    type Out = LawSpec;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<LawSpec> {
        let reader = LawReader { time: U::TIME, working: in_working_days(node) };
        let mut law = reader.law(node, U::BARE_IS_MEAN, cx)?;
        law.working_days = reader.working;
        law.in_days = U::TIME && in_days(node);
        Some(law)
    }

    fn shape() -> Shape {
        let name = if U::TIME { "law-of-time" } else { "law-of-number" };
        Shape::new(U::WORDS, json!({ "$ref": format!("#/$defs/{name}") })).form(Form::Law)
    }
}

/// All texts of a value, however deep.
fn any_text(node: &Node, test: &impl Fn(&str) -> bool) -> bool {
    match &node.value {
        Value::Text(text) => test(text),
        Value::List(list) => list.iter().any(|item| any_text(item, test)),
        Value::Table(table) => table.entries.iter().any(|entry| any_text(&entry.node, test)),
        Value::Edited(edit) => any_text(&edit.base, test),
        _ => false,
    }
}

fn unit_of(text: &str) -> Option<Unit> {
    let word = text.trim().trim_start_matches(|c: char| c.is_ascii_digit() || ".+-_".contains(c));
    Unit::from_word(word)
}

fn in_working_days(node: &Node) -> bool {
    any_text(node, &|text| unit_of(text) == Some(Unit::WorkingDay))
}

fn in_days(node: &Node) -> bool {
    any_text(node, &|text| matches!(unit_of(text), Some(Unit::Day | Unit::Week | Unit::Month | Unit::Year)))
}

/// Reads the parts of one law in one unit.
#[derive(Clone, Copy)]
pub(super) struct LawReader {
    pub(super) time: bool,
    pub(super) working: bool,
}

/// The parameters of a family as they are read: the table that holds them and the family's name.
pub(super) struct Parameters<'n> {
    pub(super) table: &'n Table,
    pub(super) family: &'static str,
    pub(super) span: Span,
}

impl Parameters<'_> {
    /// Reads a parameter, which the messages then name: "`effort.lognormal.cv` of stage `screen`".
    pub(super) fn naming<T>(
        &self,
        key: &str,
        cx: &mut Reading<'_>,
        read: impl FnOnce(&mut Reading<'_>) -> Option<T>,
    ) -> Option<T> {
        cx.naming(&format!("{}.{key}", self.family), |cx| read(cx))
    }
}

impl LawReader {
    pub(super) fn law(self, node: &Node, bare_is_mean: bool, cx: &mut Reading<'_>) -> Option<LawSpec> {
        match &node.value {
            Value::Edited(edit) if edit.base.table().is_some() => {
                let mut law = self.law(&edit.base, bare_is_mean, cx)?;
                law.times *= edit.times;
                law.plus *= edit.times;
                for plus in &edit.plus {
                    law.plus += self.quantity(plus, cx)?;
                }
                not_negative(law.times, node, cx)?;
                Some(LawSpec { span: node.span, ..law })
            }
            Value::Table(table) => self.family(node, table, cx),
            _ => {
                let value = self.quantity(node, cx)?;
                self.in_range(value, node, cx)?;
                let kind = if bare_is_mean {
                    positive(value, node, cx)?;
                    LawKind::Exponential { mean: value }
                } else {
                    LawKind::Constant(value)
                };
                Some(LawSpec::new(kind, node.span))
            }
        }
    }

    /// A table with one family and, perhaps, conditions; or two quantiles of a lognormal.
    fn family(self, node: &Node, table: &Table, cx: &mut Reading<'_>) -> Option<LawSpec> {
        let named: Vec<_> = table.entries.iter().filter(|e| !BESIDE.contains(&e.key.as_str())).collect();
        let kind = match named.as_slice() {
            [one] if quantile(&one.key).is_none() => {
                let Some(&(family, ..)) = FAMILIES.iter().find(|(name, ..)| *name == one.key) else {
                    let message = format!("there is no law `{}`", one.key);
                    let help = did_you_mean(&one.key, families());
                    return cx.report(
                        Diagnostic::new(Code::UnknownLaw, message).at(one.key_span, "").maybe_help(help),
                    );
                };
                self.named(family, &one.node, cx)?
            }
            two if !two.is_empty() && two.iter().all(|e| quantile(&e.key).is_some()) => {
                let span = node.span;
                LawKind::Lognormal(self.quantiles(&Parameters { table, family: "lognormal", span }, cx)?)
            }
            _ => {
                let message = format!("{} is no law", cx.subject());
                let help =
                    "a law is a table with one key, as in { lognormal = { mean = \"6 h\", cv = 1.2 } }";
                return cx.report(Diagnostic::new(Code::BadLaw, message).at(node.span, "").help(help));
            }
        };
        let mut law = LawSpec::new(kind, node.span);
        law.min = self.beside(table, "min", cx)?;
        law.max = self.beside(table, "max", cx)?;
        law.plus = self.beside(table, "plus", cx)?.unwrap_or(0.0);
        if let Some(times) = table.get("times") {
            law.times = number(times, cx)?;
            not_negative(law.times, times, cx)?;
        }
        if let (LawKind::Normal { mean, sd }, None) = (&law.kind, law.min) {
            cut_at_zero(*mean, *sd, node, cx);
        }
        if let (Some(min), Some(max)) = (law.min, law.max) {
            ordered(min < max, node, "`min` below `max`", cx)?;
        }
        Some(law)
    }

    #[expect(clippy::option_option, reason = "absent is fine, wrong is not")]
    fn beside(self, table: &Table, key: &str, cx: &mut Reading<'_>) -> Option<Option<f64>> {
        match table.get(key) {
            Some(node) => self.quantity(node, cx).map(Some),
            None => Some(None),
        }
    }

    /// The law of a family.
    fn named(self, family: &'static str, node: &Node, cx: &mut Reading<'_>) -> Option<LawKind> {
        match family {
            "constant" => {
                let value = self.quantity(node, cx)?;
                self.in_range(value, node, cx)?;
                return Some(LawKind::Constant(value));
            }
            "mixture" => return self.mixture(node, cx),
            "poisson" | "geometric" | "binomial" if self.time => {
                let message = format!("{}: a {family} law draws counts, not times", cx.subject());
                return cx.report(Diagnostic::new(Code::BadLaw, message).at(node.span, ""));
            }
            _ => {}
        }
        let Some(table) = node.table() else {
            return cx.wrong_type(node, &format!("a table: {}", usage(family)));
        };
        let given = Parameters { table, family, span: node.span };
        known_parameters(&given, cx)?;
        match family {
            "uniform" | "triangular" | "pert" | "beta" => self.bounded(&given, cx),
            "lognormal" | "gamma" | "weibull" => self.two_parameters(&given, cx),
            "discrete" => self.discrete(&given, cx),
            "empirical" => self.empirical(&given, cx),
            "shifted" => {
                let by = self.get(&given, "by", cx)?;
                let law = self.law(given.table.get("law")?, false, cx)?;
                Some(LawKind::Shifted { by, law: Box::new(law) })
            }
            _ => self.by_mean(&given, cx),
        }
    }
}

/// What is below zero of a normal law is cut away: worth a word where the mean becomes another one by that.
fn cut_at_zero(mean: f64, sd: f64, node: &Node, cx: &mut Reading<'_>) {
    /// A mean that moves by less is still the one that is written.
    const MOVED: f64 = 0.1;
    let a = mean / sd;
    let density = (-a * a / 2.0).exp() / std::f64::consts::TAU.sqrt();
    let times = 1.0 + density / normal_cdf(a) / a;
    if times <= 1.0 + MOVED {
        return;
    }
    let below = 100.0 * normal_cdf(-a);
    let written = node.table().and_then(|law| law.get("normal")?.table()?.get("mean"));
    let becomes = written
        .and_then(|mean| match mean.number() {
            Some(number) => Some((number, "")),
            None => leading_number(mean.as_text()?).ok(),
        })
        .map_or_else(
            || format!("{times:.2} times as large"),
            |(number, unit)| format!("{} {unit}", rounded(number * times)).trim_end().to_owned(),
        );
    let message = format!(
        "{}: {below:.0} % of this normal law lies below zero and is cut away; its mean becomes {becomes}",
        cx.subject()
    );
    let help = "write a law without negative values, such as { gamma = { mean = ..., cv = ... } }, or a smaller `sd`";
    cx.findings.push(Diagnostic::new(Code::WideSpread, message).at(node.span, "").help(help));
}

/// Three digits that count.
fn rounded(number: f64) -> f64 {
    format!("{number:.2e}").parse().unwrap_or(number)
}

/// A law without unit whose mean is meant to be 1, or the word `"constant"`.
pub(crate) struct Gaps;

impl Kind for Gaps {
    type Out = LawSpec;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<LawSpec> {
        match node.as_text() {
            Some("constant") => Some(LawSpec::new(LawKind::Constant(1.0), node.span)),
            Some(_) => cx.word(node, &["constant"]).map(|_| LawSpec::new(LawKind::Constant(1.0), node.span)),
            None => Law::<Counts>::read(node, cx),
        }
    }

    fn shape() -> Shape {
        let law = Law::<Counts>::shape();
        let schema = json!({ "anyOf": [{ "const": "constant" }, law.schema] });
        Shape::new("`\"constant\"`, or a law without unit whose mean is 1", schema).form(Form::Law)
    }
}
