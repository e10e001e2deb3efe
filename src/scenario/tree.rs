//! The file as an owned tree in which every key and value knows where it was written.
//!
//! Plans and dated changes edit this tree value by value; what the values mean is read from it afterwards.

use toml::Spanned;
use toml::de::{DeInteger, DeString, DeTable, DeValue};

use super::syntax;
use crate::diagnostic::{Diagnostic, Documents, Span};

/// A value and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// What is written at a place.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Value {
    Text(String),
    Integer(i128),
    Float(f64),
    /// A number that nobody knows, as it was drawn.
    Drawn(f64),
    Bool(bool),
    /// A date or date-time, as written.
    Date(String),
    List(Vec<Node>),
    Table(Table),
    /// A value that edits scaled and added to.
    Edited(Box<Edited>),
}

/// `base × times + plus`, the units still as written.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Edited {
    pub(crate) base: Node,
    pub(crate) times: f64,
    pub(crate) plus: Vec<Node>,
}

/// Keys and values in the order of the file.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Table {
    pub(crate) entries: Vec<Entry>,
}

/// One key with its value.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) node: Node,
}

impl Table {
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|entry| entry.key == key).map(|entry| &mut entry.node)
    }

    /// Puts a value under a key, in place of what was there or at the end.
    pub(crate) fn put(&mut self, key: &str, node: Node) {
        match self.get_mut(key) {
            Some(there) => *there = node,
            None => self.entries.push(Entry { key: key.to_owned(), key_span: node.span, node }),
        }
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> + Clone {
        self.entries.iter().map(|entry| entry.key.as_str())
    }

    /// The text under `id`, which names the table among its kind.
    pub(crate) fn id(&self) -> Option<&str> {
        match &self.get("id")?.value {
            Value::Text(id) => Some(id),
            _ => None,
        }
    }
}

impl Node {
    pub(crate) fn new(span: Span, value: Value) -> Node {
        Node { span, value }
    }

    pub(crate) fn text(span: Span, text: impl Into<String>) -> Node {
        Node::new(span, Value::Text(text.into()))
    }

    pub(crate) fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    pub(crate) fn table_mut(&mut self) -> Option<&mut Table> {
        match &mut self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    pub(crate) fn list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number written here, if it is a bare one.
    pub(crate) fn number(&self) -> Option<f64> {
        match self.value {
            Value::Integer(number) => Some(number as f64),
            Value::Float(number) | Value::Drawn(number) => Some(number),
            _ => None,
        }
    }

    /// The number here after its edits, if it is a bare one.
    pub(crate) fn amount(&self) -> Option<f64> {
        let Value::Edited(edit) = &self.value else { return self.number() };
        let base = edit.base.amount()? * edit.times;
        edit.plus.iter().try_fold(base, |sum, plus| Some(sum + plus.amount()?))
    }

    /// What kind of value it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "a text",
            Value::Integer(_) | Value::Float(_) | Value::Drawn(_) => "a number",
            Value::Bool(_) => "true or false",
            Value::Date(_) => "a date",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Edited(_) => "an edited value",
        }
    }
}

/// So many breaks of the grammar are reported of one text; most of them follow from the first.
const MOST_BREAKS: usize = 20;

/// Reads a document. What cannot be read is reported; what can be is in the tree.
pub(crate) fn parse(documents: &Documents, doc: u16, findings: &mut Vec<Diagnostic>) -> Table {
    let text = documents.get(doc).map(|d| d.text.clone()).unwrap_or_default();
    // A byte order mark is no part of the text, yet it counts in every span.
    let skipped = text.len() - text.trim_start_matches('\u{feff}').len();
    let (table, errors) = DeTable::parse_recoverable(&text[skipped..]);
    let place = Place { doc, skipped, fixed: None };
    // What is no TOML at all, such as a table of counts, breaks on every line: once is enough.
    let most = if text.contains('=') { MOST_BREAKS } else { 1 };
    findings.extend(syntax::findings(&text, (doc, skipped), &errors).into_iter().take(most));
    place.table(table.get_ref())
}

/// Reads one value in TOML syntax, as it stands at byte `skipped` of a document; none if it is no TOML.
pub(crate) fn parse_value(documents: &Documents, doc: u16, skipped: usize) -> Option<Node> {
    let text = documents.get(doc)?.text.clone();
    let value = DeValue::parse(text.get(skipped..)?).ok()?;
    Some(Place { doc, skipped, fixed: None }.node(value.span(), value.get_ref()))
}

/// Reads a default in TOML syntax; its place is where it takes effect.
pub(crate) fn parse_default(text: &str, span: Span) -> Node {
    let value = DeValue::parse(text).expect("defaults are written in TOML, which a test reads");
    Place { doc: span.doc, skipped: 0, fixed: Some(span) }.node(value.span(), value.get_ref())
}

/// Where a parsed text begins in its document.
#[derive(Clone, Copy)]
struct Place {
    doc: u16,
    skipped: usize,
    /// One place for everything, where the text is in no document.
    fixed: Option<Span>,
}

impl Place {
    fn span(self, range: std::ops::Range<usize>) -> Span {
        if let Some(span) = self.fixed {
            return span;
        }
        Span::new(self.doc, range.start + self.skipped..range.end + self.skipped)
    }

    fn table(self, table: &DeTable<'_>) -> Table {
        let mut written: Vec<_> = table.iter().collect();
        // The parser sorts by name; the order of the file carries meaning.
        written.sort_by_key(|(key, _)| key.span().start);
        let entry = |(key, value): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)| Entry {
            key: key.get_ref().to_string(),
            key_span: self.span(key.span()),
            node: self.node(value.span(), value.get_ref()),
        };
        Table { entries: written.into_iter().map(entry).collect() }
    }

    fn node(self, span: std::ops::Range<usize>, value: &DeValue<'_>) -> Node {
        let value = match value {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) => integer(number),
            DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(truth) => Value::Bool(*truth),
            DeValue::Datetime(moment) => Value::Date(moment.to_string()),
            DeValue::Array(list) => {
                Value::List(list.iter().map(|item| self.node(item.span(), item.get_ref())).collect())
            }
            DeValue::Table(table) => Value::Table(self.table(table)),
        };
        Node { span: self.span(span), value }
    }
}

/// Whole numbers beyond 128 bits become the nearest float; every range check refuses them.
fn integer(number: &DeInteger<'_>) -> Value {
    match i128::from_str_radix(number.as_str(), number.radix()) {
        Ok(whole) => Value::Integer(whole),
        Err(_) => Value::Float(number.as_str().parse().unwrap_or(f64::INFINITY)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    fn tree(text: &str) -> (Documents, Table, Vec<Diagnostic>) {
        let mut documents = Documents::default();
        let doc = documents.add("t.toml", text);
        let mut findings = Vec::new();
        let table = parse(&documents, doc, &mut findings);
        (documents, table, findings)
    }

    #[test]
    fn order_and_places_are_those_of_the_file() {
        let (documents, table, findings) = tree("zeta = 1\nalpha = { b = \"2 h\", a = 2027-01-31 }\n");
        assert!(findings.is_empty());
        assert_eq!(table.keys().collect::<Vec<_>>(), ["zeta", "alpha"]);
        let inner = table.get("alpha").unwrap().table().unwrap();
        assert_eq!(inner.keys().collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(documents.text(inner.get("b").unwrap().span), "\"2 h\"");
    }

    #[test]
    fn a_byte_order_mark_and_windows_line_ends_do_not_shift_places() {
        let (documents, table, findings) = tree("\u{feff}a = 1\r\nb = \"x\"\r\n");
        assert!(findings.is_empty());
        assert_eq!(documents.text(table.get("b").unwrap().span), "\"x\"");
        assert_eq!(documents.line_column(table.get("b").unwrap().span), (2, 5));
    }

    #[test]
    fn several_mistakes_are_found_at_once_and_a_bad_date_is_named() {
        let (_, table, findings) = tree("a = = 1\nb = 2027-02-29\nc = 3\n");
        assert!(findings.len() >= 2, "{findings:?}");
        assert!(findings.iter().any(|f| f.code == Code::BadDate), "{findings:?}");
        assert!(table.get("c").is_some());
    }
}
