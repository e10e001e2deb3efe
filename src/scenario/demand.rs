//! Values of sources that have a form of their own: links, and demand that was recorded.

use std::sync::Arc;

use serde_json::json;

use super::reading::Reading;
use super::recorded::{self, HistoryRow, RecordedRow};
use super::schema::{Link, Rates, Replay};
use super::spec::{Form, Kind, Shape, TableKind as _};
use super::tree::Node;
use super::value::{At, Share};
use super::words::words;

words! {
    /// What comes after the last row of recorded counts.
    pub enum Then {
        /// The last twelve months again and again, each time with the growth since.
        Repeat = "repeat",
        /// The mean rate of the last row, with the growth since.
        Hold = "hold",
        /// Nothing: the rows have to last to the end of the run.
        Error = "error",
    }
}

/// A share of linked tips, or the whole table.
pub(crate) struct LinkOrShare;

impl Kind for LinkOrShare {
    type Out = Link;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Link> {
        if node.table().is_some() {
            return Link::read(node, cx);
        }
        if node.amount().is_none() {
            return cx.wrong_type(node, "a share, or a table such as { share = 0.12, after = \"screen\" }");
        }
        let share = Share::read(node, cx)?;
        Some(Link { span: node.span, share, after: None, reopen: At::new(0.0, node.span) })
    }

    fn shape() -> Shape {
        let (share, table) = (Share::shape().schema, Link::shape());
        let words = format!("a share (of such tips, found out at once), or {}", table.words);
        Shape::new(words, json!({ "anyOf": [share, table.schema] })).form(Form::Short("share", Link::SPEC))
    }
}

/// Recorded counts with their file.
#[derive(Clone, PartialEq, Debug)]
pub struct History {
    /// As written.
    pub keys: Rates,
    /// The rows in the order of time, one after the other without gaps.
    pub rows: Arc<[HistoryRow]>,
}

impl Kind for History {
    type Out = History;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<History> {
        let keys = Rates::read(node, cx)?;
        let rows = recorded::history(&keys, cx)?;
        Some(History { keys, rows })
    }

    fn shape() -> Shape {
        Rates::shape()
    }
}

/// Recorded timestamps with their file.
#[derive(Clone, PartialEq, Debug)]
pub struct Recorded {
    /// As written.
    pub keys: Replay,
    /// The rows in the order of time.
    pub rows: Arc<[RecordedRow]>,
}

impl Kind for Recorded {
    type Out = Recorded;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Recorded> {
        let keys = Replay::read(node, cx)?;
        let rows = recorded::timestamps(&keys, cx)?;
        Some(Recorded { keys, rows })
    }

    fn shape() -> Shape {
        Replay::shape()
    }
}
