//! The way through the tree: which table is being read, what was found so far, and the sentences that all kinds of
//! values share.

use super::library::Library;
use super::schema;
use super::spec::{Kind, TableSpec};
use super::tree::{self, Entry, Node, Table};
use super::value::tidy;
use crate::diagnostic::suggest::{nearest, quoted};
use crate::diagnostic::{Code, Diagnostic};
use crate::units::civil::DateTime;
use crate::units::parse::{KNOWN_UNITS, Misread, spellings};

/// The state of one reading.
pub(crate) struct Reading<'a> {
    /// All texts.
    pub(crate) library: &'a Library,
    /// What was found.
    pub(crate) findings: Vec<Diagnostic>,
    /// Ids of the classes, to tell tables by class from others.
    pub(crate) classes: Vec<String>,
    start: DateTime,
    /// The table being read, for messages: "pool `examiner`".
    table: String,
    /// The key being read.
    key: String,
}

impl<'a> Reading<'a> {
    /// A reading of a scenario that begins at `start` and has these classes.
    pub(crate) fn new(library: &'a Library, start: DateTime, classes: Vec<String>) -> Reading<'a> {
        let (table, key) = (String::new(), String::new());
        Reading { library, findings: Vec::new(), classes, start, table, key }
    }

    /// The scenario's start.
    pub(crate) fn start(&self) -> DateTime {
        self.start
    }

    /// Adds a finding; gives none, so that reading a value can end with it.
    pub(crate) fn report<T>(&mut self, finding: Diagnostic) -> Option<T> {
        self.findings.push(finding);
        None
    }

    /// Reports a key that is none of those known in a small table; without one near it, what is `wanted`.
    pub(crate) fn no_such_key<T>(&mut self, entry: &Entry, known: &[&str], wanted: &str) -> Option<T> {
        let message = format!("{} has no key `{}`", self.subject(), entry.key);
        let help = nearest(&entry.key, known.iter().copied())
            .map_or_else(|| wanted.to_owned(), |name| format!("did you mean `{name}`?"));
        self.report(Diagnostic::new(Code::UnknownKey, message).at(entry.key_span, "").help(help))
    }

    /// The unit in which people think of what is being read.
    pub(crate) fn usual_unit(&self) -> &'static str {
        if ["effort", "exposure_cap"].iter().any(|key| self.key.contains(key)) { "h" } else { "days" }
    }

    /// What is being read: "`growth` of source `platforms`".
    pub(crate) fn subject(&self) -> String {
        match (self.key.as_str(), self.table.as_str()) {
            ("", "") => "the value".to_owned(),
            ("", table) => table.to_owned(),
            (key, "") => format!("`{key}`"),
            (key, table) => format!("`{key}` of {table}"),
        }
    }

    /// The text of a node, for labels; empty where it is long. Where an edit changed it, what it has become.
    pub(crate) fn written(&self, node: &Node) -> String {
        let text = self.library.documents.text(node.span);
        match &node.value {
            tree::Value::Edited(_) => match node.amount() {
                Some(amount) => format!("after this edit it is {}", tidy(amount)),
                None => "after this edit".to_owned(),
            },
            // Edits make a whole number of a count.
            tree::Value::Integer(number)
                if text.parse() != Ok(*number) && !text.contains(['x', 'o', 'b', '_', '+']) =>
            {
                format!("after this edit it is {number}")
            }
            _ if text.len() > 40 || text.contains('\n') => String::new(),
            _ => format!("this is {text}"),
        }
    }

    /// Reads the value of a key, which the messages then name.
    fn under<K: Kind>(&mut self, key: &str, node: &Node) -> Option<K::Out> {
        self.naming(key, |cx| cx.read::<K>(node))
    }

    /// Reads something below the key being read, which the messages then name.
    pub(crate) fn naming<T>(&mut self, key: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let full = if self.key.is_empty() { key.to_owned() } else { format!("{}.{key}", self.key) };
        let outer = std::mem::replace(&mut self.key, full);
        let value = read(self);
        self.key = outer;
        value
    }

    /// Reads a value.
    pub(crate) fn read<K: Kind>(&mut self, node: &Node) -> Option<K::Out> {
        K::read(node, self)
    }

    /// Reads all nodes of a list; none if one cannot be read, but every one is tried.
    pub(crate) fn all<T>(
        &mut self,
        list: &[Node],
        mut read: impl FnMut(&Node, &mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let items: Vec<Option<T>> = list.iter().map(|node| read(node, self)).collect();
        items.into_iter().collect()
    }

    /// Opens a table: unknown keys are reported.
    pub(crate) fn open<'n>(&mut self, node: &'n Node, spec: &'static TableSpec) -> Option<&'n Table> {
        let Some(table) = node.table() else {
            return self.wrong_type(node, &format!("a table with {}", known_keys(spec)));
        };
        let nested = spec.name.contains('.');
        if !nested {
            let kind = spec.name;
            self.table = table.id().map_or_else(|| format!("this {kind}"), |id| format!("{kind} `{id}`"));
            if matches!(kind, "scenario" | "cost") {
                self.table = format!("`[{kind}]`");
            }
            self.key.clear();
        }
        for entry in &table.entries {
            if spec.field(&entry.key).is_none() {
                self.unknown_key(entry, spec, node);
            }
        }
        Some(table)
    }

    /// Reads a key that has to be there.
    pub(crate) fn required<K: Kind>(&mut self, node: &Node, table: &Table, key: &str) -> Option<K::Out> {
        if let Some(value) = table.get(key) {
            return self.under::<K>(key, value);
        }
        let whose = self.owner();
        self.report(
            Diagnostic::new(Code::MissingKey, format!("{whose} has no `{key}`"))
                .at(node.span, format!("`{key}` has to be written"))
                .help(format!("`{key}` is {}", first_words(&K::shape().words))),
        )
    }

    /// The table being read, or the key whose value is a table.
    fn owner(&self) -> String {
        if self.key.is_empty() { self.table.clone() } else { self.subject() }
    }

    /// Reads a key that may be absent.
    #[expect(
        clippy::option_option,
        reason = "absent is fine, wrong is not: the macro tells them apart with `?`"
    )]
    pub(crate) fn optional<K: Kind>(&mut self, table: &Table, key: &str) -> Option<Option<K::Out>> {
        match table.get(key) {
            Some(value) => self.under::<K>(key, value).map(Some),
            None => Some(None),
        }
    }

    /// Reads a key, or its default.
    pub(crate) fn or_default<K: Kind>(
        &mut self,
        node: &Node,
        table: &Table,
        key: &str,
        default: &str,
    ) -> Option<K::Out> {
        if let Some(value) = table.get(key) {
            self.under::<K>(key, value)
        } else {
            let default = tree::parse_default(default, node.span);
            self.under::<K>(key, &default)
        }
    }

    /// Refuses a value of the wrong kind.
    pub(crate) fn wrong_type<T>(&mut self, node: &Node, wanted: &str) -> Option<T> {
        self.wrong_type_but(node, wanted, None)
    }

    /// The same, with what would mend it.
    pub(crate) fn wrong_type_but<T>(&mut self, node: &Node, wanted: &str, help: Option<String>) -> Option<T> {
        let (code, message) = match &node.value {
            tree::Value::Edited(_) => {
                (Code::BadEdit, format!("{} is not a number: it can only be set as a whole", self.subject()))
            }
            _ => (Code::WrongType, format!("{} has to be {wanted}", self.subject())),
        };
        let finding = Diagnostic::new(code, message).at(node.span, format!("this is {}", node.kind()));
        self.report(finding.maybe_help(help))
    }

    /// Refuses a quantity that cannot be read; `mended` writes the number the way it was probably meant.
    pub(crate) fn misread<T>(
        &mut self,
        node: &Node,
        misread: &Misread,
        example: &str,
        mended: &dyn Fn(f64) -> String,
    ) -> Option<T> {
        let subject = self.subject();
        let found = |code, message: String| Diagnostic::new(code, message).at(node.span, "");
        let finding = match misread {
            Misread::NoUnit(number) => found(Code::MissingUnit, format!("{subject} needs a unit"))
                .help(format!("write \"{}\"", mended(*number))),
            Misread::UnknownUnit(_, word) => {
                let help = nearest(word, spellings()).map_or_else(
                    || format!("units are {}", quoted(KNOWN_UNITS)),
                    |unit| format!("did you mean `{unit}`?"),
                );
                found(Code::BadQuantity, format!("{subject}: `{word}` is no unit of time")).help(help)
            }
            Misread::PerWorkingDay(number) => {
                // Of a hazard or a growth nothing is multiplied: a week is no number of working days there.
                let percent = node.as_text().is_some_and(|text| text.contains('%'));
                let help = if percent {
                    "write it per week, month or year".to_owned()
                } else {
                    format!("a week has five working days: write \"{} per week\"", tidy(number * 5.0))
                };
                found(Code::BadQuantity, format!("{subject} cannot be per working day")).help(help)
            }
            Misread::NoPer | Misread::NoNumber | Misread::NoPercent => {
                let comma = node.as_text().is_some_and(|text| text.contains(','));
                let point = if comma { ", decimals with a point, thousands with nothing" } else { "" };
                found(Code::BadQuantity, format!("{subject} cannot be read"))
                    .help(format!("write it like {example}{point}"))
            }
        };
        self.report(finding)
    }

    /// The number of a word among the choices.
    pub(crate) fn word(&mut self, node: &Node, words: &[&str]) -> Option<usize> {
        let Some(text) = node.as_text() else {
            return self.wrong_type(node, &format!("one of {}", quoted(words)));
        };
        words.iter().position(|word| *word == text).or_else(|| {
            let message = format!("{} cannot be `{text}`", self.subject());
            let help = nearest(text, words.iter().copied()).map_or_else(
                || format!("it is one of {}", quoted(words)),
                |word| format!("did you mean `{word}`?"),
            );
            self.report(Diagnostic::new(Code::UnknownWord, message).at(node.span, "").help(help))
        })
    }

    /// An unknown key: misspelled, or a key of another table that TOML has put here.
    fn unknown_key(&mut self, entry: &Entry, spec: &'static TableSpec, node: &Node) {
        let key = entry.key.as_str();
        let near = nearest(key, spec.fields.iter().map(|field| field.key));
        let elsewhere: Vec<&str> = schema::tables_with(key).collect();
        if near.is_none() && !elsewhere.is_empty() {
            let owners = quoted(&elsewhere);
            let message = format!("`{key}` is a key of {owners}; here it stands in {}", self.owner());
            self.findings.push(
                Diagnostic::new(Code::MisplacedKey, message)
                    .at(entry.key_span, "")
                    .see(node.span, "inside this table")
                    .help("in TOML a key belongs to the last table header above it: move it up to its own table"),
            );
            return;
        }
        let help = near
            .map_or_else(|| format!("known here: {}", known_keys(spec)), |k| format!("did you mean `{k}`?"));
        let message = format!("{} has no key `{key}`", self.owner());
        self.findings.push(Diagnostic::new(Code::UnknownKey, message).at(entry.key_span, "").help(help));
    }
}

/// The keys of a table, for messages.
fn known_keys(spec: &TableSpec) -> String {
    quoted(&spec.fields.iter().map(|field| field.key).collect::<Vec<_>>())
}

/// The first clause of a description: hints are short.
fn first_words(words: &str) -> &str {
    words.split([';', ':']).next().unwrap_or(words)
}
