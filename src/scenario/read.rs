//! From the tree to a typed scenario: table by table, so that one mistake does not hide the others.

use super::check;
use super::library::Library;
use super::moments::StartMoment;
use super::path::Classes;
use super::reading::Reading;
use super::schema::{
    Class, Header, Initial, Milestone, Outcome, Pool, Scenario, Source, Stage, Target, table_named,
};
use super::spec::Kind;
use super::tree::{Node, Table};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::units::civil::{self, DateTime};

/// The kinds of tables of a scenario, as they are headed.
pub(crate) const KINDS: &[&str] =
    &["class", "source", "initial", "pool", "stage", "outcome", "milestone", "target"];

/// When the scenario starts, as far as that can be read: findings come with the whole header.
pub(crate) fn start_of(sheet: &Table, library: &Library) -> DateTime {
    let fallback = civil::moment("2025-01-01").expect("a date that exists");
    let Some(node) = sheet.get("scenario").and_then(Node::table).and_then(|table| table.get("start")) else {
        return fallback;
    };
    let mut cx = Reading::new(library, fallback, Vec::new());
    StartMoment::read(node, &mut cx).map_or(fallback, |start| start.value)
}

/// Reads a whole scenario; findings are added to those there are.
pub(crate) fn scenario(
    sheet: &Table,
    library: &Library,
    start: DateTime,
    findings: &mut Vec<Diagnostic>,
) -> Option<Scenario> {
    let classes = Classes::of(sheet).ids().map(str::to_owned).collect();
    let mut cx = Reading::new(library, start, classes);
    // A text that is no TOML may well hold the table; that it is missing is then no news.
    let broken = findings.iter().any(|finding| finding.code == Code::Syntax);
    let header = header(sheet, broken, &mut cx);
    let (classes, sources) =
        (list::<Class>(sheet, "class", &mut cx), list::<Source>(sheet, "source", &mut cx));
    let (initial, pools) = (list::<Initial>(sheet, "initial", &mut cx), list::<Pool>(sheet, "pool", &mut cx));
    let (stages, outcomes) =
        (list::<Stage>(sheet, "stage", &mut cx), list::<Outcome>(sheet, "outcome", &mut cx));
    let milestones = list::<Milestone>(sheet, "milestone", &mut cx);
    let targets = list::<Target>(sheet, "target", &mut cx);
    check::tables(header.as_ref(), &sources, &pools, &stages, &mut cx.findings);
    findings.append(&mut cx.findings);
    Some(Scenario {
        header: header?,
        classes,
        sources,
        initial,
        pools,
        stages,
        outcomes,
        milestones,
        targets,
    })
}

fn header(sheet: &Table, broken: bool, cx: &mut Reading<'_>) -> Option<Header> {
    match sheet.get("scenario") {
        Some(node) => Header::read(node, cx),
        None if broken => None,
        None => cx.report(
            Diagnostic::new(Code::MissingKey, "there is no `[scenario]` table")
                .at(sheet.entries.first().map(|entry| entry.key_span).unwrap_or_default(), "")
                .help("it says at least `start` and `horizon`: `caseload new` writes an example"),
        ),
    }
}

/// The tables of one kind that can be read; the others have left findings.
fn list<K: Kind>(sheet: &Table, kind: &str, cx: &mut Reading<'_>) -> Vec<K::Out> {
    let Some(node) = sheet.get(kind) else { return Vec::new() };
    let Some(list) = node.list() else {
        let finding = Diagnostic::new(Code::WrongType, format!("`{kind}` is a list of tables"));
        cx.findings.push(finding.at(node.span, "").help(format!("head each of them with `[[{kind}]]`")));
        return Vec::new();
    };
    if table_named(kind).is_some_and(|spec| spec.field("id").is_some()) {
        duplicates_of(list, kind, &mut cx.findings);
    }
    list.iter().filter_map(|node| K::read(node, cx)).collect()
}

/// Reports tables of one kind that have the same id.
pub(crate) fn duplicates_of(list: &[Node], kind: &str, findings: &mut Vec<Diagnostic>) {
    let mut seen: Vec<(&str, Span)> = Vec::new();
    for (id, span) in
        list.iter().filter_map(|node| Some((node.table()?.id()?, node.table()?.get("id")?.span)))
    {
        match seen.iter().find(|(other, _)| *other == id) {
            Some(&(_, first)) => findings.push(
                Diagnostic::new(
                    Code::DuplicateId,
                    format!("there are two tables of the kind `{kind}` called `{id}`"),
                )
                .at(span, "again here")
                .see(first, "first here"),
            ),
            None => seen.push((id, span)),
        }
    }
}
