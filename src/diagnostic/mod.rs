//! Findings: what is wrong, where it stands in a text, and what would mend it.
//!
//! A [`Diagnostic`] is plain data. It knows nothing of terminals; [`render`] turns it into text for people or
//! into JSON lines for programs. Every finding carries a [`Code`], and every code has a page that explains it.

pub mod codes;
pub mod render;
pub mod suggest;

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

pub use codes::Code;

/// A piece of one document: bytes `start..end` of document number `doc`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize)]
pub struct Span {
    /// Which document of [`Documents`].
    pub doc: u16,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Bytes `range` of document `doc`.
    pub fn new(doc: u16, range: std::ops::Range<usize>) -> Span {
        let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span { doc, start: clip(range.start), end: clip(range.end) }
    }
}

/// One text a finding can point into: a file, a table of numbers, the words of a command line.
#[derive(Clone, Debug)]
pub struct Document {
    /// What people call it: a path as given, `<stdin>`, or the argument itself.
    pub name: String,
    /// Its text, as read.
    pub text: Arc<str>,
}

/// All texts of one loading, in the order in which they were read.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    list: Vec<Document>,
}

impl Documents {
    /// Adds a text and returns its number.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> u16 {
        let number = u16::try_from(self.list.len()).unwrap_or(u16::MAX);
        if usize::from(number) == self.list.len() {
            self.list.push(Document { name: name.into(), text: text.into() });
        }
        number
    }

    /// The document with this number, if there is one.
    pub fn get(&self, doc: u16) -> Option<&Document> {
        self.list.get(usize::from(doc))
    }

    /// The text of a span; empty where the span lies outside its document.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.doc)
            .and_then(|d| d.text.get(span.start as usize..span.end as usize))
            .unwrap_or_default()
    }

    /// Line and column (both from 1, columns in characters) of the span's first byte.
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        let Some(document) = self.get(span.doc) else { return (1, 1) };
        let before = document.text.get(..span.start as usize).unwrap_or(&document.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// All documents, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Document> {
        self.list.iter()
    }
}

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The scenario cannot be run.
    Error,
    /// It can be run, but probably does not mean what was meant.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        })
    }
}

/// A place that belongs to a finding, with a word about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is to be said there; may be empty.
    pub text: String,
    /// Whether this is where the fault is (else it is only related).
    pub primary: bool,
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Which kind of finding.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence, lower case, without a full stop.
    pub message: String,
    /// Places, the primary one first.
    pub labels: Vec<Label>,
    /// What would mend it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A finding of this code, with the code's own severity, so far without a place.
    pub fn new(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: code.severity(),
            message: message.into(),
            labels: Vec::new(),
            help: None,
        }
    }

    /// The place of the fault.
    #[must_use]
    pub fn at(self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.label(span, text, true)
    }

    /// A related place.
    #[must_use]
    pub fn see(self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.label(span, text, false)
    }

    fn label(mut self, span: Span, text: impl Into<String>, primary: bool) -> Diagnostic {
        self.labels.push(Label { span, text: text.into(), primary });
        self
    }

    /// What would mend it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help = Some(text.into());
        self
    }

    /// What would mend it, if anything is known.
    #[must_use]
    pub fn maybe_help(mut self, text: Option<String>) -> Diagnostic {
        self.help = text.or(self.help);
        self
    }

    /// Where the fault is, if it has a place.
    pub fn span(&self) -> Option<Span> {
        self.labels.iter().find(|l| l.primary).or(self.labels.first()).map(|l| l.span)
    }

    /// Whether this finding stops a run.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// A value together with what was found on the way to it; without a value if that was too much.
#[derive(Clone, Debug)]
pub struct Checked<T> {
    /// The value, when there are no errors.
    pub value: Option<T>,
    /// Everything that was found.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Checked<T> {
    /// The value if no finding is an error; the findings [in order](in_order) in any case.
    pub fn new(value: Option<T>, diagnostics: Vec<Diagnostic>) -> Checked<T> {
        let diagnostics = in_order(diagnostics);
        let clean = !diagnostics.iter().any(Diagnostic::is_error);
        Checked { value: value.filter(|_| clean), diagnostics }
    }

    /// Whether any finding is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Findings sorted by place, each said once.
///
/// Two findings of one code at one place count as one: the same mistake is met again whenever a scenario is
/// read for another date.
pub fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    // Findings without a place come last: they speak of the whole.
    diagnostics.sort_by_key(|d| (d.span().is_none(), d.span()));
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len());
    for found in diagnostics {
        let again = |k: &Diagnostic| match found.span() {
            Some(span) => k.code == found.code && k.span() == Some(span),
            None => *k == found,
        };
        // Equal places are neighbours after sorting, so only those need a look.
        let repeated = kept.iter().rev().take_while(|k| k.span() == found.span()).any(again);
        if !repeated {
            kept.push(found);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_lines_and_characters() {
        let mut documents = Documents::default();
        let doc = documents.add("a.toml", "x = 1\nä = 2\n");
        assert_eq!(documents.line_column(Span::new(doc, 6..8)), (2, 1));
        assert_eq!(documents.line_column(Span::new(doc, 8..9)), (2, 2));
        assert_eq!(documents.text(Span::new(doc, 6..8)), "ä");
    }

    #[test]
    fn findings_come_in_order_of_place_and_once() {
        let at = |start| Diagnostic::new(Code::UnknownKey, "m").at(Span::new(0, start..start + 1), "");
        let whole = Diagnostic::new(Code::Syntax, "whole");
        let found = in_order(vec![whole.clone(), at(9), at(2), at(9)]);
        assert_eq!(found, vec![at(2), at(9), whole]);
    }

    #[test]
    fn a_value_survives_warnings_but_not_errors() {
        let warning = Diagnostic::new(Code::UnusedOutcome, "m");
        assert!(Checked::new(Some(1), vec![warning.clone()]).value.is_some());
        assert!(Checked::new(Some(1), vec![warning, Diagnostic::new(Code::Syntax, "m")]).value.is_none());
    }
}
