//! Triage as it is written: what the agency comes to believe, when cases are put aside or sent on, whom a pool takes.

use serde_json::json;

use super::check_parts::has_queue;
use super::choice::only_entry;
use super::hours::Length;
use super::keyed::{ByClass, Keyed, Shares, Sharing, Single};
use super::reading::Reading;
use super::schema::{Pool, Stage};
use super::spec::{Field, Form, Kind, Presence, Shape, TableSpec, When, table, table_shape};
use super::tree::{Node, Value};
use super::value::{Amount, At, Auc, Cases, Id, Name, Names, OpenShare, Posts, Share};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::units::Duration;

table! {
    /// What the agency comes to believe of a case when a stage ends: by a `table`, by `sensitivity` and
    /// `specificity`, or by a score with an `auc` and a `threshold`.
    pub struct Assess = "stage.assess" {
        /// By true class: which share is then believed to be of which class; `"same"`: what it is. A class without a
        /// row is observed as it is.
        table: Option<ByClass<Row>>, optional Keyed<Row>, Dated,
            "{ danger = { danger = 0.85, possession = 0.15 }, possession = \"same\" }";
        /// The share of cases of the `positive` classes that is flagged.
        sensitivity: Option<At<f64>>, optional Share, Dated, "0.92";
        /// The share of the other cases that is not flagged: at 0.95, one in twenty of them is a false alarm.
        specificity: Option<At<f64>>, optional Share, Dated, "0.95";
        /// How well a score tells the `positive` classes from the others: the probability that one of them has the
        /// higher score. It is not the share that is judged rightly. Scores are normal, with the same spread for both.
        auc: Option<At<f64>>, optional Auc, Dated, "0.85";
        /// Above which score a case is flagged: a number (scores of the other classes have mean 0 and standard
        /// deviation 1), or what it is to achieve.
        threshold: Option<At<Threshold>>, optional Threshold, Dated, "{ sensitivity = 0.92 }";
        /// The true classes that are to be flagged.
        positive: Option<Vec<Id>>, optional Names, Dated, "[\"danger\"]";
        /// What a flagged case is believed to be; not written: the first of the `positive` classes.
        above: Option<Id>, optional Name, Dated, "\"danger\"";
        /// What a case that is not flagged is believed to be; not written: what it was before.
        below: Option<Id>, optional Name, Dated, "\"possession\"";
    }
}

table! {
    /// When cases are put aside, and when they come back. They are no part of the queue meanwhile, but of the backlog.
    pub struct Park = "stage.park" {
        /// New cases are put aside while more than so many wait.
        above: At<u32>, required Cases, Dated, "400";
        /// The observed classes that are put aside; not written: all.
        classes: Option<Vec<Id>>, optional Names, Dated, "[\"possession\"]";
        /// They come back, one after the other, while fewer than so many wait; 0: they do not come back by this.
        release_below: At<u32>, required Cases, Dated, "250";
        /// They come back after this long at the latest.
        after: Option<At<Duration>>, optional Length, Dated, "\"180 days\"";
    }
}

table! {
    /// How many cases may wait, and where others go. A case that was sent on stays where it comes to.
    pub struct QueueLimit = "stage.queue_limit" {
        /// How many may wait at most.
        cases: At<u32>, required Cases, Dated, "60";
        /// Where others go: a stage or an outcome.
        to: Id, required Name, Dated, "\"handover\"";
        /// The observed classes that are sent on; not written: all.
        classes: Option<Vec<Id>>, optional Names, Dated, "[\"possession\"]";
    }
}

/// What a row of an assessment table says of a true class.
#[derive(Clone, PartialEq, Debug)]
pub enum Row {
    /// It is observed as it is.
    Same(Span),
    /// Which share is observed as which class.
    Shares(Shares),
}

impl Kind for Row {
    type Out = Row;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Row> {
        match &node.value {
            Value::Text(text) if text == "same" => Some(Row::Same(node.span)),
            Value::Table(_) => Sharing::read(node, cx).map(Row::Shares),
            _ => cx.wrong_type(
                node,
                "\"same\", or a table of shares such as { danger = 0.85, possession = \"rest\" }",
            ),
        }
    }

    fn shape() -> Shape {
        let shares = Sharing::shape();
        let schema = json!({ "anyOf": [{ "const": "same" }, shares.schema] });
        Shape::new("`\"same\"`, or a table of shares by observed class", schema).form(shares.form)
    }
}

impl Single for Row {
    /// A table of shares for all classes alike would be no assessment: what stands there is one row for each class.
    fn is_one(_: &Node, _: &Reading<'_>) -> bool {
        false
    }
}

/// Above which score a case is flagged.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Threshold {
    /// This one.
    Score(f64),
    /// So that this share of the positive classes is flagged.
    Sensitivity(f64),
    /// So that this share of the other classes is not.
    Specificity(f64),
    /// So that this share of all tips is flagged, with the mix at the start.
    Share(f64),
}

const AIMS: &[&str] = &["sensitivity", "specificity", "share"];

impl Kind for Threshold {
    type Out = At<Threshold>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<Threshold>> {
        let wanted = "a number, or a table with one of `sensitivity`, `specificity`, `share`";
        if matches!(node.value, Value::Integer(_) | Value::Float(_) | Value::Edited(_)) {
            return Amount::read(node, cx).map(|number| At::new(Threshold::Score(number.value), node.span));
        }
        let Some(entry) = only_entry(node) else { return cx.wrong_type(node, wanted) };
        let aim = match entry.key.as_str() {
            "sensitivity" => Threshold::Sensitivity,
            "specificity" => Threshold::Specificity,
            "share" => Threshold::Share,
            _ => return cx.no_such_key(entry, AIMS, wanted),
        };
        OpenShare::read(&entry.node, cx).map(|share| At::new(aim(share.value), node.span))
    }

    fn shape() -> Shape {
        let share = OpenShare::shape().schema;
        let one = |key: &&str| json!({ "type": "object", "properties": { *key: share }, "required": [key], "additionalProperties": false });
        let tables: Vec<_> = AIMS.iter().map(one).collect();
        let schema = json!({ "anyOf": [{ "type": "number" }, { "anyOf": tables }] });
        // As of a law, what stands inside can be edited by itself.
        Shape::new("a number, or a table with one of `sensitivity`, `specificity`, `share`", schema)
            .form(Form::Law)
    }
}

/// What a free member looks at first.
#[derive(Clone, PartialEq, Debug)]
pub enum Prefers {
    /// The most urgent observed class.
    Class,
    /// The stage later in the file.
    Downstream,
    /// The stage earlier in the file.
    Upstream,
    /// The longest wait.
    LongestWait,
    /// These stages, one after the other.
    Stages(Vec<Id>),
}

const PREFERENCES: &[&str] = &["class", "downstream-first", "upstream-first", "longest-wait"];

impl Kind for Prefers {
    type Out = At<Prefers>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<Prefers>> {
        let prefers = match &node.value {
            Value::List(list) if !list.is_empty() => cx.all(list, Name::read).map(Prefers::Stages)?,
            Value::Text(_) => match cx.word(node, PREFERENCES)? {
                0 => Prefers::Class,
                1 => Prefers::Downstream,
                2 => Prefers::Upstream,
                _ => Prefers::LongestWait,
            },
            _ => {
                return cx.wrong_type(
                    node,
                    "a word such as \"downstream-first\", or a list of stages, first to last",
                );
            }
        };
        Some(At::new(prefers, node.span))
    }

    fn shape() -> Shape {
        let list = json!({ "type": "array", "minItems": 1, "items": Name::shape().schema });
        let words = "one of `\"class\"` (the most urgent observed class), `\"downstream-first\"` (the stage later in \
            the file), `\"upstream-first\"`, `\"longest-wait\"`, or a list of stages in fixed precedence, those not \
            listed last";
        Shape::new(words, json!({ "anyOf": [{ "enum": PREFERENCES }, list] }))
    }
}

/// Members who are kept free for some classes.
#[derive(Clone, PartialEq, Debug)]
pub struct Reserve {
    /// How many.
    pub members: At<u32>,
    /// The observed classes that may take the last ones.
    pub classes: Vec<Id>,
    /// Where it stands.
    pub span: Span,
}

/// Written by hand: `for` cannot name a field.
pub(crate) const RESERVE: &TableSpec = &TableSpec {
    name: "pool.reserve",
    doc: "Members who are kept free for some classes: a case of another class starts only if more than so many are \
          free before it starts.",
    fields: &[
        Field {
            key: "members",
            doc: "How many are kept free.",
            example: "1",
            presence: Presence::Required,
            when: When::Dated,
            shape: Posts::shape,
        },
        Field {
            key: "for",
            doc: "The observed classes that may take the last ones.",
            example: "[\"danger\"]",
            presence: Presence::Required,
            when: When::Dated,
            shape: Names::shape,
        },
    ],
};

impl Kind for Reserve {
    type Out = Reserve;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Reserve> {
        let table = cx.open(node, RESERVE)?;
        let members = cx.required::<Posts>(node, table, "members");
        let classes = cx.required::<Names>(node, table, "for");
        Some(Reserve { members: members?, classes: classes?, span: node.span })
    }

    fn shape() -> Shape {
        table_shape(RESERVE)
    }
}

/// What one stage says of triage, for itself.
pub(crate) fn check_stage(stage: &Stage, findings: &mut Vec<Diagnostic>) {
    let id = &stage.id.value;
    if let Some(assess) = &stage.assess {
        check_assess(id, assess, findings);
    }
    let queueless = [
        ("park", stage.park.as_ref().map(|p| p.span)),
        ("queue_limit", stage.queue_limit.as_ref().map(|q| q.span)),
    ];
    for (key, span) in queueless.into_iter().filter_map(|(key, span)| Some((key, span?))) {
        if !has_queue(stage) {
            let message = format!("stage `{id}` has `{key}` but no queue");
            let help = "cases wait in a queue for members of a `pool`, for a load, or for a place";
            findings.push(Diagnostic::new(Code::ConflictingKeys, message).at(span, "").help(help));
        }
    }
    if let Some(park) = &stage.park {
        if park.release_below.value > park.above.value.saturating_add(1) {
            let message = format!("stage `{id}` parks cases and lets them come back at once");
            let finding = Diagnostic::new(Code::OutOfRange, message)
                .at(park.release_below.span, "more than `above`")
                .see(park.above.span, "cases are parked above this");
            findings.push(finding);
        }
        nobody(park.classes.as_ref(), park.span, &format!("`park` of stage `{id}`"), findings);
    }
    if let Some(limit) = &stage.queue_limit {
        nobody(limit.classes.as_ref(), limit.span, &format!("`queue_limit` of stage `{id}`"), findings);
    }
}

/// What one pool says of whom it takes, for itself.
pub(crate) fn check_pool(pool: &Pool, findings: &mut Vec<Diagnostic>) {
    let id = &pool.id.value;
    nobody(pool.takes.as_ref(), pool.id.span, &format!("`takes` of pool `{id}`"), findings);
    if let Some(reserve) = &pool.reserve {
        nobody(Some(&reserve.classes), reserve.span, &format!("`reserve` of pool `{id}`"), findings);
    }
    if let (Some(order), false) = (&pool.order, pool.prefers.value == Prefers::Class) {
        let message = format!("pool `{id}` has both `order` and `prefers`");
        let finding = Diagnostic::new(Code::ConflictingKeys, message).at(pool.prefers.span, "");
        findings.push(finding.see(order.span, "this order decides among all its stages"));
    }
}

/// A list of classes that names none.
fn nobody(classes: Option<&Vec<Id>>, span: Span, what: &str, findings: &mut Vec<Diagnostic>) {
    if classes.is_some_and(Vec::is_empty) {
        let message = format!("{what} names no class");
        findings.push(Diagnostic::new(Code::MissingKey, message).at(span, "an empty list"));
    }
}

/// Exactly one way to assess, with all that it needs.
fn check_assess(stage: &str, assess: &Assess, findings: &mut Vec<Diagnostic>) {
    let rates = assess.sensitivity.as_ref().or(assess.specificity.as_ref());
    let ways = [
        assess.table.as_ref().map(|t| ("table", t.span)),
        rates.map(|r| (if assess.sensitivity.is_some() { "sensitivity" } else { "specificity" }, r.span)),
        assess.auc.as_ref().map(|a| ("auc", a.span)),
    ];
    let written: Vec<(&str, Span)> = ways.into_iter().flatten().collect();
    let whose = format!("`assess` of stage `{stage}`");
    match written[..] {
        [] => {
            let help = "write a `table`, `sensitivity` and `specificity`, or `auc` and `threshold`";
            let message = format!("{whose} does not say how");
            return findings.push(Diagnostic::new(Code::MissingKey, message).at(assess.span, "").help(help));
        }
        [(one, first), (other, second), ..] => {
            let message = format!("{whose} has both `{one}` and `{other}`");
            let finding = Diagnostic::new(Code::ConflictingKeys, message).at(second, "");
            return findings.push(finding.see(first, "one way to assess").help("keep one of the two"));
        }
        [_] => {}
    }
    let mut lacks = |key: &str, help: &str| {
        let message = format!("{whose} has no `{key}`");
        findings.push(Diagnostic::new(Code::MissingKey, message).at(assess.span, "").help(help));
    };
    if assess.table.is_none() && assess.positive.as_ref().is_none_or(Vec::is_empty) {
        lacks("positive", "name the classes that are to be flagged: positive = [\"danger\"]");
    }
    if assess.auc.is_some() && assess.threshold.is_none() {
        lacks("threshold", "say which score flags a case: threshold = { sensitivity = 0.9 }");
    }
    match (&assess.sensitivity, &assess.specificity) {
        (Some(_), None) => lacks("specificity", "say which share of the other classes is not flagged"),
        (None, Some(_)) => lacks("sensitivity", "say which share of the positive classes is flagged"),
        _ => {}
    }
    superfluous(&whose, assess, findings);
}

/// Keys of another way to assess.
fn superfluous(whose: &str, assess: &Assess, findings: &mut Vec<Diagnostic>) {
    let mut extra = vec![];
    if assess.auc.is_none() {
        extra.push(("threshold", assess.threshold.as_ref().map(|t| t.span)));
    }
    if assess.table.is_some() {
        let first = assess.positive.as_ref().and_then(|p| p.first());
        extra.push(("positive", first.map(|id| id.span)));
        extra.push(("above", assess.above.as_ref().map(|id| id.span)));
        extra.push(("below", assess.below.as_ref().map(|id| id.span)));
    }
    for (key, span) in extra.into_iter().filter_map(|(key, span)| Some((key, span?))) {
        let message = format!("{whose} has a `{key}` that it does not use");
        findings.push(Diagnostic::new(Code::ConflictingKeys, message).at(span, ""));
    }
}
