//! Findings as text for people (with carets) and as JSON lines for programs.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde_json::json;

use super::{Diagnostic, Documents, Severity};

/// More findings than this are counted, not shown: the first ones usually explain the rest.
pub const SHOWN_AT_MOST: usize = 50;

/// Width of a rendered line before its source is cut.
const WIDTH: usize = 120;

/// The findings as text for people, each with its place underlined, then one line that counts them.
///
/// `styled` asks for colour; the caller knows whether the terminal can show it.
pub fn human(diagnostics: &[Diagnostic], documents: &Documents, styled: bool) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics.iter().take(SHOWN_AT_MOST) {
        text.push_str(&one(diagnostic, documents, styled));
        text.push_str("\n\n");
    }
    text.push_str(&count(diagnostics));
    text
}

/// One finding as text for people.
pub fn one(diagnostic: &Diagnostic, documents: &Documents, styled: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code.name())
        .elements(snippets(diagnostic, documents));
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.with_name("hint").message(help.as_str()));
    }
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(WIDTH).render(&[group]).trim_end().to_owned()
}

/// One snippet for each document the labels point into, in the order of the labels.
fn snippets<'a>(
    diagnostic: &'a Diagnostic,
    documents: &'a Documents,
) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let mut order: Vec<u16> = Vec::new();
    for label in &diagnostic.labels {
        if !order.contains(&label.span.doc) {
            order.push(label.span.doc);
        }
    }
    let of = |doc: u16| {
        let document = documents.get(doc)?;
        let marks = diagnostic.labels.iter().filter(move |label| label.span.doc == doc).map(|label| {
            let kind = if label.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let text = (!label.text.is_empty()).then_some(label.text.as_str());
            kind.span(inside(&document.text, label.span)).label(text)
        });
        Some(Snippet::source(&*document.text).path(document.name.as_str()).annotations(marks))
    };
    order.into_iter().filter_map(of).collect()
}

/// The span as bytes of `text`, brought inside it and onto character borders: a renderer must never panic.
fn inside(text: &str, span: super::Span) -> std::ops::Range<usize> {
    let border = |at: u32| (0..=(at as usize).min(text.len())).rev().find(|&b| text.is_char_boundary(b));
    let start = border(span.start).unwrap_or(0);
    start..border(span.end).unwrap_or(start).max(start)
}

/// "3 errors, 1 warning", with a note when not all were shown.
pub fn count(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|d| d.is_error()).count();
    let said = |n: usize, word: &str| match n {
        0 => None,
        1 => Some(format!("1 {word}")),
        n => Some(format!("{n} {word}s")),
    };
    let parts: Vec<String> =
        [said(errors, "error"), said(diagnostics.len() - errors, "warning")].into_iter().flatten().collect();
    let shown = if diagnostics.len() > SHOWN_AT_MOST {
        format!(" (the first {SHOWN_AT_MOST} are shown)")
    } else {
        String::new()
    };
    if parts.is_empty() { String::new() } else { format!("{}{shown}\n", parts.join(", ")) }
}

/// The findings as JSON, one object on each line: code, severity, message, hint, and the labels with file, line
/// and column.
pub fn json_lines(diagnostics: &[Diagnostic], documents: &Documents) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        let labels: Vec<_> = diagnostic
            .labels
            .iter()
            .map(|label| {
                let (line, column) = documents.line_column(label.span);
                let file = documents.get(label.span.doc).map(|d| d.name.as_str());
                json!({ "file": file, "line": line, "column": column, "start": label.span.start,
                        "end": label.span.end, "text": label.text, "primary": label.primary })
            })
            .collect();
        let object = json!({ "code": diagnostic.code.name(), "severity": diagnostic.severity,
            "message": diagnostic.message, "hint": diagnostic.help, "labels": labels });
        text.push_str(&object.to_string());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Span};

    fn sample() -> (Documents, Diagnostic) {
        let mut documents = Documents::default();
        let doc = documents.add("a.toml", "[[stage]]\npool = \"examinrs\"\n");
        let found =
            Diagnostic::new(Code::UnknownPool, "stage `lab` uses pool `examinrs`, which is not declared")
                .at(Span::new(doc, 17..27), "no such pool")
                .help("did you mean `examiner`?");
        (documents, found)
    }

    #[test]
    fn people_see_place_caret_and_hint() {
        let (documents, found) = sample();
        let text = human(&[found], &documents, false);
        assert!(text.starts_with("error[unknown-pool]: stage `lab`"), "{text}");
        assert!(text.contains("--> a.toml:2:8"), "{text}");
        assert!(text.contains("^^^^^^^^^^ no such pool"), "{text}");
        assert!(text.contains("hint: did you mean `examiner`?"), "{text}");
        assert!(text.ends_with("1 error\n"), "{text}");
    }

    #[test]
    fn programs_see_one_object_on_each_line() {
        let (documents, found) = sample();
        let text = json_lines(&[found.clone(), found], &documents);
        assert_eq!(text.lines().count(), 2);
        let object: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!(object["labels"][0]["line"], 2);
        assert_eq!(object["code"], "unknown-pool");
    }

    #[test]
    fn a_span_outside_its_text_does_not_panic() {
        let mut documents = Documents::default();
        let doc = documents.add("a.toml", "ä");
        for (start, end) in [(1, 2), (0, 99), (99, 100), (2, 1)] {
            let span = Span { doc, start, end };
            let found = Diagnostic::new(Code::Syntax, "m").at(span, "");
            assert!(one(&found, &documents, false).contains("a.toml"));
        }
    }
}
