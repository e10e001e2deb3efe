//! Values that are one of several forms: who serves, where a clock starts and stops.

use serde_json::json;

use super::keyed;
use super::reading::Reading;
use super::spec::{Form, Kind, Shape};
use super::tree::{Entry, Node, Value};
use super::value::{At, Id, Name, Posts};
use super::words::words;
use crate::diagnostic::Span;

words! {
    /// When work stops that a shift's end meets.
    pub enum ShiftEnd {
        /// It goes on with the same member at the next shift.
        Pause = "pause",
        /// It is finished in overtime.
        Finish = "finish",
        /// It goes back to its place in the queue with what is left of it.
        HandOver = "hand-over",
    }

    /// By which class a route chooses.
    pub enum RouteBy {
        /// By what the case truly is.
        True = "true",
        /// By what the agency believes it is.
        Observed = "observed",
    }

    /// What an outcome counts as.
    pub enum CountsAs {
        /// The agency acted: an arrest, a child made safe.
        Acted = "acted",
        /// The case was closed without action.
        Closed = "closed",
        /// It was handed to somebody else.
        Referred = "referred",
        /// It could not be worked any more: its evidence lapsed, its patience ended.
        Lost = "lost",
        /// It was joined to another case.
        Linked = "linked",
    }

    /// What an outcome is the end of, where not of a case.
    pub enum PartOf {
        /// Of a device only.
        Device = "device",
        /// Of a track only.
        Track = "track",
    }

    /// How added posts are filled.
    pub enum Hire {
        /// After the pool's time to fill a vacancy; at once where the pool has none.
        Backfill = "backfill",
        /// At once, with people in training.
        New = "new",
        /// At once, with trained people.
        Trained = "trained",
    }

    /// How posts that are taken away become empty.
    pub enum Leave {
        /// The next who leave are not replaced.
        Attrition = "attrition",
        /// The last hired go first: the idle at once, the busy after the task in hand.
        LastHired = "last-hired",
    }
}

/// What the agency believes a case to be before any stage has assessed it.
#[derive(Clone, PartialEq, Debug)]
pub enum Belief {
    /// Nothing is known.
    Unknown(Span),
    /// What it truly is.
    True(Span),
    /// This class, whatever it truly is.
    Class(Id),
}

impl Kind for Belief {
    type Out = Belief;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Belief> {
        match node.as_text() {
            Some("unknown") => Some(Belief::Unknown(node.span)),
            Some("true") => Some(Belief::True(node.span)),
            _ => Name::read(node, cx).map(Belief::Class),
        }
    }

    fn shape() -> Shape {
        Shape::new("`\"unknown\"`, `\"true\"` or a class", json!({ "type": "string", "minLength": 1 }))
    }
}

/// Who works at a stage.
#[derive(Clone, PartialEq, Debug)]
pub enum Servers {
    /// One member of this pool.
    One(Id),
    /// One member of the first listed pool that has one free.
    AnyOf(Vec<Id>),
    /// So many members of each of these pools, all at once.
    Crew(Vec<(Id, At<u32>)>),
}

impl Kind for Servers {
    type Out = Servers;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Servers> {
        match &node.value {
            Value::List(list) if !list.is_empty() => cx.all(list, Name::read).map(Servers::AnyOf),
            Value::Table(_) => keyed::crew(node, cx).map(Servers::Crew),
            Value::Text(_) => Name::read(node, cx).map(Servers::One),
            _ => cx
                .wrong_type(node, "a pool, a list of pools, or a crew such as { officer = 3, examiner = 1 }"),
        }
    }

    fn shape() -> Shape {
        let (one, count) = (Name::shape().schema, Posts::shape().schema);
        let schema = json!({ "anyOf": [one, { "type": "array", "minItems": 1, "items": one },
            { "type": "object", "minProperties": 1, "additionalProperties": count }] });
        let words = "a pool; a list of pools, of which the first with somebody free serves; \
            or a crew, a table with a number of members for each pool";
        Shape::new(words, schema).form(Form::Numbers)
    }
}

/// The entry of a table that has exactly one.
pub(crate) fn only_entry(node: &Node) -> Option<&Entry> {
    match node.table()?.entries.as_slice() {
        [entry] => Some(entry),
        _ => None,
    }
}

/// The start or the end of a stage.
#[derive(Clone, PartialEq, Debug)]
pub enum StageEdge {
    /// When work or delay begins there.
    Start(Id),
    /// When it ends there.
    End(Id),
}

impl Kind for StageEdge {
    type Out = StageEdge;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<StageEdge> {
        if node.table().is_none() {
            return Name::read(node, cx).map(StageEdge::Start);
        }
        match only_entry(node) {
            Some(entry) if entry.key == "start" => Name::read(&entry.node, cx).map(StageEdge::Start),
            Some(entry) if entry.key == "end" => Name::read(&entry.node, cx).map(StageEdge::End),
            _ => cx.wrong_type(node, "a stage (its start), or { end = \"stage\" }"),
        }
    }

    fn shape() -> Shape {
        let id = Name::shape().schema;
        let edge = |key: &str| json!({ "type": "object", "properties": { key: id }, "required": [key], "additionalProperties": false });
        let schema = json!({ "anyOf": [id, edge("start"), edge("end")] });
        Shape::new("a stage (its start), or `{ end = \"stage\" }`", schema)
    }
}

/// A moment in the life of a case: the first time it happens.
#[derive(Clone, PartialEq, Debug)]
pub enum Happening {
    /// Work or delay begins at this stage.
    Start(Id),
    /// Work or delay ends at this stage.
    End(Id),
    /// The case ends in this outcome.
    Outcome(Id),
    /// The case ends in any outcome that counts as this.
    CountsAs(At<CountsAs>),
}

const HAPPENINGS: &[&str] = &["start", "end", "outcome", "counts_as"];

impl Kind for Happening {
    type Out = Happening;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Happening> {
        let wanted =
            "a table with one of `start`, `end`, `outcome`, `counts_as`, such as { start = \"search\" }";
        let Some(entry) = only_entry(node) else { return cx.wrong_type(node, wanted) };
        match entry.key.as_str() {
            "start" => Name::read(&entry.node, cx).map(Happening::Start),
            "end" => Name::read(&entry.node, cx).map(Happening::End),
            "outcome" => Name::read(&entry.node, cx).map(Happening::Outcome),
            "counts_as" => CountsAs::read(&entry.node, cx).map(Happening::CountsAs),
            _ => cx.no_such_key(entry, HAPPENINGS, wanted),
        }
    }

    fn shape() -> Shape {
        let id = Name::shape().schema;
        let ends = CountsAs::shape().schema;
        let one = |key: &str| {
            let value = if key == "counts_as" { &ends } else { &id };
            json!({ "type": "object", "properties": { key: value }, "required": [key], "additionalProperties": false })
        };
        let schema = json!({ "anyOf": HAPPENINGS.iter().map(|key| one(key)).collect::<Vec<_>>() });
        let words = "a table with one of `start` (of a stage), `end` (of a stage), `outcome`, `counts_as`: \
            the first time it happens";
        Shape::new(words, schema)
    }
}
