//! Edits as written: a path and a value, grouped by `set`, `add` and `scale`.

use serde_json::json;

use super::reading::Reading;
use super::spec::{Kind, Shape};
use super::tree::{Node, Table, Value};
use super::value::{At, Id};
use crate::diagnostic::Span;

/// The edits of one `set`, `add` or `scale`, in the order of the file.
#[derive(Clone, PartialEq, Debug)]
pub struct EditList {
    pub(crate) edits: Vec<Edit>,
    /// Where they stand.
    pub span: Span,
}

/// One path with what happens to its value.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Edit {
    pub(crate) path: Id,
    pub(crate) value: Node,
}

/// What an edit does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum EditKind {
    /// Replaces the value.
    Set,
    /// Multiplies it.
    Scale,
    /// Adds to it.
    Add,
}

impl EditKind {
    /// The word for it in the file.
    pub fn word(self) -> &'static str {
        match self {
            EditKind::Set => "set",
            EditKind::Scale => "scale",
            EditKind::Add => "add",
        }
    }
}

/// A table of edits.
pub(crate) struct Edits;

impl Kind for Edits {
    type Out = EditList;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<EditList> {
        let Some(table) = node.table() else {
            return cx.wrong_type(node, "a table of paths, such as { \"pool.examiner.headcount\" = 8 }");
        };
        let mut edits = Vec::new();
        flatten(table, "", cx, &mut edits);
        Some(EditList { edits, span: node.span })
    }

    fn shape() -> Shape {
        let schema = json!({ "type": "object", "additionalProperties": true });
        Shape::new("a table of dotted paths, such as `{ \"pool.examiner.headcount\" = 8 }`", schema)
    }
}

/// Dotted keys without quotes arrive as nested tables; a table in braces is a value.
fn flatten(table: &Table, before: &str, cx: &Reading<'_>, edits: &mut Vec<Edit>) {
    for entry in &table.entries {
        let path = if before.is_empty() { entry.key.clone() } else { format!("{before}.{}", entry.key) };
        match &entry.node.value {
            Value::Table(inner) if !cx.library.documents.text(entry.node.span).starts_with('{') => {
                flatten(inner, &path, cx, edits);
            }
            _ => edits.push(Edit { path: At::new(path, entry.key_span), value: entry.node.clone() }),
        }
    }
}
