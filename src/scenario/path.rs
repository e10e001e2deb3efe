//! Finding the value an edit means: `pool.examiner.headcount`, `stage.search.effort.lognormal.mean`.
//!
//! A value that is not written but has a default, or that a class takes over from another, is written out on the way,
//! so that it can be scaled or added to.

use super::edit::EditKind;
use super::keyed::looks_like_shares;
use super::law_families::looks_like_a_law;
use super::schema;
use super::spec::{Form, Presence, TableSpec, When};
use super::tree::{Node, Table, Value, parse_default};
use crate::diagnostic::suggest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic, Span};

/// The kinds of tables whose values a path can name; `scenario` has no id.
const KINDS: &[&str] = &["scenario", "class", "source", "pool", "stage", "outcome", "milestone"];

/// A path with the place where it was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Path<'p> {
    pub(crate) text: &'p str,
    pub(crate) span: Span,
}

/// The value a path leads to, and how it may be edited.
pub(crate) struct Slot<'t> {
    pub(crate) node: &'t mut Node,
    pub(crate) form: Form,
}

type Found<T> = Result<T, Box<Diagnostic>>;

impl<'p> Path<'p> {
    fn unknown<T>(self, message: String, help: Option<String>) -> Found<T> {
        Err(Box::new(Diagnostic::new(Code::UnknownPath, message).at(self.span, "").maybe_help(help)))
    }

    fn bad<T>(self, message: String) -> Found<T> {
        Err(Box::new(Diagnostic::new(Code::BadEdit, message).at(self.span, "")))
    }

    fn parts(self) -> Vec<&'p str> {
        self.text.split('.').collect()
    }
}

/// The value at `path`, made ready for an edit of this kind.
pub(crate) fn slot<'t>(sheet: &'t mut Table, path: Path<'_>, kind: EditKind) -> Found<Slot<'t>> {
    let parts = path.parts();
    let classes = Classes::of(sheet);
    let (table, spec, rest) = find_table(sheet, path, &parts)?;
    let walk = Walk { path, kind, classes: &classes };
    walk.key(table, spec, rest)
}

/// Whether `path` may be edited then; `allowed` is the least that its keys have to permit.
pub(crate) fn check_when(path: Path<'_>, allowed: When) -> Result<(), Box<Diagnostic>> {
    let parts = path.parts();
    let keys = if parts[0] == "scenario" { &parts[1..] } else { parts.get(2..).unwrap_or_default() };
    let mut spec = schema::table_named(parts[0]);
    for key in keys {
        let Some(field) = spec.and_then(|spec| spec.field(key)) else { return Ok(()) };
        if field.when < allowed {
            let message = format!("`{}` cannot be edited {}", path.text, how(allowed));
            return Err(Box::new(
                Diagnostic::new(Code::FixedKey, message)
                    .at(path.span, "")
                    .help(format!("`{key}` {}", field.when.words())),
            ));
        }
        spec = match (field.shape)().form {
            Form::Table(inner) | Form::Short(_, inner) => Some(inner),
            _ => None,
        };
    }
    Ok(())
}

/// Whether a path leads to a count, such as the posts of a pool.
pub(crate) fn is_count(path: &str) -> bool {
    let parts: Vec<&str> = path.split('.').collect();
    let (["scenario", key] | [_, _, key]) = parts[..] else { return false };
    let field = schema::table_named(parts[0]).and_then(|spec| spec.field(key));
    field.is_some_and(|field| matches!((field.shape)().form, Form::Count))
}

fn how(allowed: When) -> &'static str {
    match allowed {
        When::Dated => "at a date",
        When::Start => "by a plan",
        When::CommandLine | When::Fixed => "at all",
    }
}

/// Ids of the classes with the class each is a part of.
pub(crate) struct Classes(Vec<(String, Option<String>)>);

impl Classes {
    pub(crate) fn of(sheet: &Table) -> Classes {
        let of = |table: &Table| table.get("of").and_then(Node::as_text).map(str::to_owned);
        Classes(tables(sheet, "class").filter_map(|t| Some((t.id()?.to_owned(), of(t)))).collect())
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.iter().map(|(id, _)| id.as_str())
    }

    fn has(&self, key: &str) -> bool {
        key == "default" || self.ids().any(|id| id == key)
    }

    fn parent(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(id, _)| id == key)?.1.as_deref()
    }
}

/// The tables of one kind.
pub(crate) fn tables<'t>(sheet: &'t Table, kind: &str) -> impl Iterator<Item = &'t Table> {
    sheet.get(kind).and_then(Node::list).unwrap_or_default().iter().filter_map(Node::table)
}

/// The table a path begins with, its description, and the rest of the path.
fn find_table<'t, 'p>(
    sheet: &'t mut Table,
    path: Path<'_>,
    parts: &'p [&'p str],
) -> Found<(&'t mut Table, &'static TableSpec, &'p [&'p str])> {
    let kind = parts[0];
    let Some(spec) = schema::table_named(kind).filter(|_| KINDS.contains(&kind)) else {
        return no_such_kind(sheet, path, parts);
    };
    if kind == "scenario" {
        return match sheet.get_mut(kind).and_then(Node::table_mut) {
            Some(table) => Ok((table, spec, &parts[1..])),
            None => path.unknown("there is no `[scenario]` to edit".to_owned(), None),
        };
    }
    let ids: Vec<String> = tables(sheet, kind).filter_map(|t| t.id().map(str::to_owned)).collect();
    let Some(&id) = parts.get(1) else {
        return path.unknown(format!("`{kind}` alone is no path: write `{kind}.id.key`"), None);
    };
    let list = match sheet.get_mut(kind).map(|node| &mut node.value) {
        Some(Value::List(list)) => list.as_mut_slice(),
        _ => &mut [],
    };
    match list.iter_mut().filter_map(Node::table_mut).find(|table| table.id() == Some(id)) {
        Some(table) => Ok((table, spec, &parts[2..])),
        None => path
            .unknown(format!("there is no {kind} `{id}`"), did_you_mean(id, ids.iter().map(String::as_str))),
    }
}

fn no_such_kind<T>(sheet: &Table, path: Path<'_>, parts: &[&str]) -> Found<T> {
    let kind = parts[0];
    let owners: Vec<&str> = schema::tables_with(kind).collect();
    if parts.len() == 1 && !owners.is_empty() {
        // The TOML trap: a key of another table, written below the header of the edits.
        let message =
            format!("`{kind}` is a key of {}, not a path", crate::diagnostic::suggest::quoted(&owners));
        return Err(Box::new(
            Diagnostic::new(Code::MisplacedKey, message)
                .at(path.span, "it stands among edits")
                .help("in TOML a key belongs to the last table header above it: move it up to its own table"),
        ));
    }
    if matches!(kind, "initial" | "target" | "change") {
        return path.unknown(format!("tables of the kind `{kind}` cannot be edited by path"), None);
    }
    // `investigator.headcount`: the kind is left out, which the id and the key tell.
    let has_key =
        |owner: &&&str| parts.get(1).is_some_and(|key| schema::tables_with(key).any(|t| t == **owner));
    let owner = KINDS.iter().filter(has_key).find(|owner| tables(sheet, owner).any(|t| t.id() == Some(kind)));
    let help = match owner {
        Some(owner) => Some(format!("did you mean `{owner}.{}`?", path.text)),
        None => did_you_mean(kind, KINDS.iter().copied()),
    };
    path.unknown(format!("`{kind}` is no kind of table"), help)
}

/// The way down from a table.
struct Walk<'w> {
    path: Path<'w>,
    kind: EditKind,
    classes: &'w Classes,
}

impl Walk<'_> {
    /// The value under the next key of a table.
    fn key<'t>(&self, table: &'t mut Table, spec: &'static TableSpec, rest: &[&str]) -> Found<Slot<'t>> {
        let Some((&key, rest)) = rest.split_first() else {
            return self.path.unknown(format!("`{}` names a table, not a value", self.path.text), None);
        };
        let Some(field) = spec.field(key) else {
            let keys = spec.fields.iter().map(|field| field.key);
            return self.path.unknown(format!("no {} has a `{key}`", spec.name), did_you_mean(key, keys));
        };
        if self.kind == EditKind::Scale && spec.name == "source" && key == "rate" && rest.is_empty() {
            // Where recorded counts are the rate, a factor on the rate is one on the counts.
            if let (None, Some(Value::Table(_))) = (table.get(key), table.get("rates").map(|n| &n.value)) {
                return self.key(table, spec, &["rates", "times"]);
            }
        }
        let form = (field.shape)().form;
        if table.get(key).is_none() {
            let fresh = match field.presence {
                Presence::Default(text) => parse_default(text, self.path.span),
                _ => self.vacant(&form, rest)?,
            };
            table.put(key, fresh);
        }
        let node = table.get_mut(key).expect("it was just put there");
        self.down(node, form, rest)
    }

    /// What stands where nothing is written: room for a `set`, an empty table on the way to one.
    fn vacant(&self, form: &Form, rest: &[&str]) -> Found<Node> {
        let table = || Node::new(self.path.span, Value::Table(Table::default()));
        match form {
            Form::Profile(_) => Ok(table()),
            Form::ByClass(_) | Form::Shares | Form::Numbers | Form::Table(_) | Form::Short(..)
                if !rest.is_empty() && self.kind == EditKind::Set =>
            {
                Ok(table())
            }
            _ if self.kind == EditKind::Set && rest.is_empty() => {
                Ok(Node::new(self.path.span, Value::Bool(false)))
            }
            _ => self.path.bad(format!("nothing is written at `{}` to edit", self.path.text)),
        }
    }

    fn down<'t>(&self, node: &'t mut Node, form: Form, rest: &[&str]) -> Found<Slot<'t>> {
        let Some((&key, after)) = rest.split_first() else { return Ok(Slot { node, form }) };
        // An edit of the whole stays around an edit of a part.
        if matches!((&node.value, &form), (Value::Edited(_), form) if !matches!(form, Form::Short(..))) {
            let Value::Edited(edit) = &mut node.value else { unreachable!("it was just matched") };
            return self.down(&mut edit.base, form, rest);
        }
        match form {
            Form::ByClass(inner) if self.classes.has(key) => self.class(node, *inner, key, after),
            Form::ByClass(inner) if is_single(node, &inner, self.classes) => {
                let keys: Vec<String> =
                    node.table().into_iter().flat_map(Table::keys).map(str::to_owned).collect();
                if matches!(*inner, Form::Law) && !keys.iter().any(|there| there == key) {
                    let names = keys.iter().map(String::as_str).chain(self.classes.ids());
                    let message = format!("`{}`: there is no `{key}`", self.path.text);
                    return self.path.unknown(message, did_you_mean(key, names));
                }
                self.down(node, *inner, rest)
            }
            Form::ByClass(_) => {
                let help = did_you_mean(key, self.classes.ids());
                self.path.unknown(format!("there is no class `{key}`"), help)
            }
            Form::Shares | Form::Numbers if after.is_empty() => self.entry(node, key),
            Form::Profile(names) if after.is_empty() => {
                if !names.contains(&key) {
                    let help = did_you_mean(key, names.iter().copied());
                    return self.path.unknown(format!("`{}`: there is no `{key}`", self.path.text), help);
                }
                let one = Node::new(self.path.span, Value::Float(1.0));
                self.number_in(node, key, Some(one))
            }
            Form::Table(spec) => {
                if node.table().is_some() {
                    self.key(node.table_mut().expect("just seen"), spec, rest)
                } else {
                    self.path.bad(format!("`{}`: there is no table to edit", self.path.text))
                }
            }
            Form::Law => self.parameter(node, rest),
            Form::Short(key, spec) => {
                spell_out(node, key);
                self.down(node, Form::Table(spec), rest)
            }
            _ => self.path.unknown(format!("`{}` goes on below a single value", self.path.text), None),
        }
    }

    /// The value of one class; it is written out if the class had it from elsewhere.
    fn class<'t>(&self, node: &'t mut Node, inner: Form, key: &str, rest: &[&str]) -> Found<Slot<'t>> {
        if is_single(node, &inner, self.classes) {
            let mut table = Table::default();
            table.put("default", node.clone());
            node.value = Value::Table(table);
        }
        let table = node.table_mut().expect("a value by class that is not single is a table");
        if table.get(key).is_none() {
            let parent = self.classes.parent(key).and_then(|parent| table.get(parent));
            let fresh = match parent.or_else(|| table.get("default")) {
                Some(inherited) => inherited.clone(),
                None => self.vacant(&inner, rest)?,
            };
            table.put(key, fresh);
        }
        self.down(table.get_mut(key).expect("it was just put there"), inner, rest)
    }

    /// One share or number of a table by name.
    fn entry<'t>(&self, node: &'t mut Node, key: &str) -> Found<Slot<'t>> {
        // `route = "imaging"` is all of it; an entry beside it takes from it.
        if let Value::Text(only) = &node.value {
            let (only, span) = (only.clone(), node.span);
            let mut table = Table::default();
            table.put(&only, Node::text(span, "rest"));
            node.value = Value::Table(table);
        }
        let zero = Node::new(self.path.span, Value::Integer(0));
        let fresh = match self.kind {
            EditKind::Scale => None,
            EditKind::Set | EditKind::Add => Some(zero),
        };
        let slot = self.number_in(node, key, fresh)?;
        if slot.node.as_text() == Some("rest") && self.kind != EditKind::Set {
            return self
                .path
                .bad(format!("`{}` is the rest: it gives way when other entries change", self.path.text));
        }
        Ok(slot)
    }

    fn number_in<'t>(&self, node: &'t mut Node, key: &str, fresh: Option<Node>) -> Found<Slot<'t>> {
        let Some(table) = node.table_mut() else {
            return self.path.bad(format!("`{}`: there is no table to edit", self.path.text));
        };
        if table.get(key).is_none() {
            let Some(fresh) = fresh else {
                let help = did_you_mean(key, table.keys());
                return self.path.unknown(format!("`{}`: there is no `{key}`", self.path.text), help);
            };
            table.put(key, fresh);
        }
        Ok(Slot { node: table.get_mut(key).expect("it was just put there"), form: Form::Number })
    }

    /// A parameter inside a law.
    fn parameter<'t>(&self, node: &'t mut Node, rest: &[&str]) -> Found<Slot<'t>> {
        let mut node = node;
        for key in rest {
            let keys: Vec<String> =
                node.table().map(|table| table.keys().map(str::to_owned).collect()).unwrap_or_default();
            node = if let Some(inner) = node.table_mut().and_then(|table| table.get_mut(key)) {
                inner
            } else {
                let help = did_you_mean(key, keys.iter().map(String::as_str));
                return self.path.unknown(format!("`{}`: there is no `{key}`", self.path.text), help);
            };
        }
        let form = if node.table().is_some_and(looks_like_a_law) { Form::Law } else { Form::Number };
        Ok(Slot { node, form })
    }
}

/// A number that stands for a table becomes that table.
fn spell_out(node: &mut Node, key: &str) {
    if node.table().is_none() {
        let number = Node::new(node.span, std::mem::replace(&mut node.value, Value::Bool(false)));
        let mut table = Table::default();
        table.put(key, number);
        node.value = Value::Table(table);
    }
}

/// Whether a value by class is one value for all.
fn is_single(node: &Node, inner: &Form, classes: &Classes) -> bool {
    let Some(table) = node.table() else { return true };
    match inner {
        Form::Law => looks_like_a_law(table) && !table.keys().any(|key| classes.has(key)),
        Form::Shares => looks_like_shares(table),
        _ => false,
    }
}
