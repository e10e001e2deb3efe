//! What edits do to a tree: the value at a moment is the latest `set` in force, else what is written, times every
//! `scale` in force, plus every `add` in force.

use super::edit::EditKind;
use super::keyed::looks_like_shares;
use super::law_families::looks_like_a_law;
use super::path::{Path, slot};
use super::spec::Form;
use super::tree::{Edited, Node, Table, Value};
use crate::diagnostic::{Code, Diagnostic};

/// One edit as far as it has come in: `part` runs from 0 to 1.
#[derive(Clone, Debug)]
pub(crate) struct Active<'e> {
    pub(crate) path: Path<'e>,
    pub(crate) kind: EditKind,
    pub(crate) value: &'e Node,
    pub(crate) part: f64,
}

type Done = Result<(), Box<Diagnostic>>;

/// Applies edits, given in the order in which they came into force. What cannot be applied is reported.
pub(crate) fn apply(sheet: &mut Table, edits: &[Active<'_>], findings: &mut Vec<Diagnostic>) {
    for kind in [EditKind::Set, EditKind::Scale, EditKind::Add] {
        for edit in edits.iter().filter(|edit| edit.kind == kind) {
            if let Err(finding) = one(sheet, edit) {
                findings.push(*finding);
            }
        }
    }
    for edit in edits {
        round_count(sheet, edit);
    }
}

fn one(sheet: &mut Table, edit: &Active<'_>) -> Done {
    let slot = slot(sheet, edit.path, edit.kind)?;
    match edit.kind {
        EditKind::Set if edit.part >= 1.0 => *slot.node = edit.value.clone(),
        EditKind::Set => *slot.node = between(slot.node, edit.value, edit)?,
        EditKind::Scale => {
            let factor = factor(edit)?;
            scale(slot.node, &slot.form, factor, edit)?;
        }
        EditKind::Add => add(slot.node, &slot.form, edit)?,
    }
    Ok(())
}

fn bad<T>(edit: &Active<'_>, message: &str) -> Result<T, Box<Diagnostic>> {
    let message = format!("`{}` {message}", edit.path.text);
    Err(Box::new(Diagnostic::new(Code::BadEdit, message).at(edit.value.span, "")))
}

/// The factor of a `scale`, coming in geometrically.
fn factor(edit: &Active<'_>) -> Result<f64, Box<Diagnostic>> {
    match edit.value.number() {
        Some(factor) if factor >= 0.0 && factor.is_finite() => Ok(factor.powf(edit.part)),
        _ => bad(edit, "is scaled by something that is no number of at least 0").map_err(|finding| {
            Box::new(finding.help("a factor is a plain number: 1.3 is 30 % more, 0.7 is 30 % less"))
        }),
    }
}

/// Multiplies a value: of a law what it draws, of another table each entry.
fn scale(node: &mut Node, form: &Form, factor: f64, edit: &Active<'_>) -> Done {
    match (&mut node.value, form) {
        (Value::Table(table), Form::Short(key, _)) => {
            if let Some(number) = table.get_mut(key) {
                scale(number, &Form::Number, factor, edit)?;
            }
        }
        (Value::Edited(edited), _) => {
            edited.times *= factor;
            node.span = edit.value.span;
        }
        (Value::Table(table), _) if !looks_like_a_law(table) => {
            let inner = entry_form(form, table);
            for entry in &mut table.entries {
                if entry.node.as_text() != Some("rest") {
                    scale(&mut entry.node, &inner, factor, edit)?;
                }
            }
        }
        (_, Form::Whole | Form::Table(_) | Form::Shares | Form::Numbers | Form::Profile(_)) => {
            return bad(edit, "is no number: it can only be set");
        }
        _ => wrap(node, factor, None, edit),
    }
    Ok(())
}

/// Adds to a number, a quantity or what a law draws.
fn add(node: &mut Node, form: &Form, edit: &Active<'_>) -> Done {
    let plus = Node::new(edit.value.span, edit.value.value.clone());
    let plus = if edit.part < 1.0 { edited(plus, edit.part, Vec::new()) } else { plus };
    match (&mut node.value, form) {
        (Value::Table(table), Form::Short(key, _)) => {
            if let Some(number) = table.get_mut(key) {
                add(number, &Form::Number, edit)?;
            }
        }
        (Value::Edited(edited), _) => {
            edited.plus.push(plus);
            node.span = edit.value.span;
        }
        (Value::Table(table), Form::ByClass(inner))
            if !looks_like_a_law(table) && !looks_like_shares(table) =>
        {
            for entry in &mut table.entries {
                add(&mut entry.node, inner, edit)?;
            }
        }
        (Value::Table(table), _) if !looks_like_a_law(table) => {
            return bad(edit, "is a table: add to one of its entries");
        }
        (_, Form::Whole | Form::Table(_) | Form::Shares | Form::Numbers | Form::Profile(_)) => {
            return bad(edit, "is no number: it can only be set");
        }
        _ => wrap(node, 1.0, Some(plus), edit),
    }
    Ok(())
}

/// The form of the entries of a table.
fn entry_form(form: &Form, table: &Table) -> Form {
    match form {
        Form::ByClass(inner) if looks_like_shares(table) && matches!(**inner, Form::Shares) => Form::Number,
        Form::ByClass(inner) => (**inner).clone(),
        Form::Shares | Form::Numbers | Form::Profile(_) => Form::Number,
        other => other.clone(),
    }
}

fn wrap(node: &mut Node, times: f64, plus: Option<Node>, edit: &Active<'_>) {
    let base = std::mem::replace(node, Node::new(edit.value.span, Value::Bool(false)));
    *node = Node { span: edit.value.span, ..edited(base, times, plus.into_iter().collect()) };
}

fn edited(base: Node, times: f64, plus: Vec<Node>) -> Node {
    Node::new(base.span, Value::Edited(Box::new(Edited { base, times, plus })))
}

/// A value on the way from one to another, number by number.
fn between(from: &Node, to: &Node, edit: &Active<'_>) -> Result<Node, Box<Diagnostic>> {
    let part = edit.part;
    match (&from.value, &to.value) {
        (a, b) if a == b => Ok(to.clone()),
        (Value::Table(a), Value::Table(b)) => {
            if a.entries.len() != b.entries.len() || !a.keys().all(|key| b.get(key).is_some()) {
                return bad(edit, "cannot come in evenly: the two values have different keys");
            }
            let mut table = b.clone();
            for entry in &mut table.entries {
                let from = a.get(&entry.key).expect("both tables have the same keys");
                entry.node = between(from, &entry.node, edit)?;
            }
            Ok(Node::new(to.span, Value::Table(table)))
        }
        (Value::Table(_) | Value::Bool(_) | Value::Date(_) | Value::List(_), _)
        | (_, Value::Table(_) | Value::Bool(_) | Value::Date(_) | Value::List(_)) => {
            bad(edit, "cannot come in evenly: it is no number, or the two values are of different kinds")
        }
        _ => {
            let share = edited(to.clone(), part, Vec::new());
            Ok(Node { span: to.span, ..edited(from.clone(), 1.0 - part, vec![share]) })
        }
    }
}

/// Counts are whole: what edits make of them is rounded half up.
fn round_count(sheet: &mut Table, edit: &Active<'_>) {
    let Ok(slot) = slot(sheet, edit.path, EditKind::Scale) else { return };
    if matches!((&slot.form, &slot.node.value), (Form::Count, Value::Edited(_) | Value::Drawn(_)))
        && let Some(amount) = slot.node.amount().filter(|amount| amount.is_finite())
    {
        slot.node.value = Value::Integer((amount + 0.5).floor() as i128);
    }
}
