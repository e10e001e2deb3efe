//! Loading: files, plans and command-line edits become scenarios, one for each moment at which something changes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path as FilePath, PathBuf};
use std::rc::Rc;

use super::change::{self, Gathered};
use super::check;
use super::edit::EditKind;
use super::layers::{self, Layer, Reader};
use super::library::{Library, Sources};
use super::options::Offer;
use super::read;
use super::timeline::{Timed, Timeline};
use super::tree::{Node, Table, Value};
use super::unsure::{self, Unknown, Written};
use super::{ChangeInfo, EditInfo, Epoch, Input, Loaded, write};
use crate::diagnostic::{Checked, Code, Diagnostic, Span};
use crate::units::Time;

/// What is to be loaded.
pub struct Request<'a> {
    /// The scenario, or a plan that extends one; `-` is the standard input.
    pub file: PathBuf,
    /// Plans to lay on it, in this order.
    pub plans: Vec<PathBuf>,
    /// Edits from the command line, `path=value` each, with what they do.
    pub edits: Vec<(EditKind, String)>,
    /// What is bought, and how often: laid on the scenario after the plans.
    pub bought: Vec<(Offer, u32)>,
    /// Where files are read from.
    pub sources: &'a dyn Sources,
}

impl<'a> Request<'a> {
    /// A file alone.
    pub fn new(file: impl Into<PathBuf>, sources: &'a dyn Sources) -> Request<'a> {
        let (plans, edits, bought) = (Vec::new(), Vec::new(), Vec::new());
        Request { file: file.into(), plans, edits, bought, sources }
    }

    /// The same with one plan more.
    #[must_use]
    pub fn plan(mut self, plan: impl Into<PathBuf>) -> Request<'a> {
        self.plans.push(plan.into());
        self
    }

    /// The same with one edit more.
    #[must_use]
    pub fn edit(mut self, kind: EditKind, text: impl Into<String>) -> Request<'a> {
        self.edits.push((kind, text.into()));
        self
    }

    /// The same where an option is bought so many times.
    #[must_use]
    pub fn buy(mut self, offer: &Offer, times: u32) -> Request<'a> {
        self.bought.push((offer.clone(), times));
        self
    }
}

/// What a loading found, and the texts that its findings point into: they are there even when loading failed.
pub struct Loading {
    /// The scenarios, if there are no errors, and all findings.
    pub checked: Checked<Loaded>,
    /// The texts.
    pub documents: crate::diagnostic::Documents,
}

/// Loads a scenario with its plans and edits. Every mistake in them is found in one go.
pub fn load(request: &Request<'_>) -> Loading {
    let mut library = Library::default();
    let mut findings = Vec::new();
    let mut reader = Reader::new(&mut library, request.sources, &mut findings);
    reader.read(&request.file, None);
    for plan in &request.plans {
        reader.read(plan, None);
    }
    for (offer, times) in &request.bought {
        reader.offer(offer, *times);
    }
    let edits = change::command_line(&request.edits, &mut reader);
    let complete = reader.complete;
    let layers = std::mem::take(&mut reader.layers);
    let usable = complete && !layers.is_empty();
    let documents = library.documents.clone();
    let loaded = if usable {
        let written = Rc::new((Written { layers, edits }, library));
        with(&written, &BTreeMap::new(), &mut findings)
    } else {
        None
    };
    without_echoes(&mut findings);
    Loading { checked: Checked::new(loaded, findings), documents }
}

/// The scenario with these values of what nobody knows; the others stand at the middle of what they may be.
fn with(
    written: &Rc<(Written, Library)>,
    values: &BTreeMap<String, f64>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Loaded> {
    let (mut drawn, library) = (written.0.clone(), &written.1);
    let found = unsure::replace(&mut drawn, values, library, findings);
    let said = findings.len();
    let loaded = build(drawn, (found.unknowns, &found.spans), written, findings);
    // What is said of a value that was not understood means nothing.
    let inside = |span: Span| {
        let broken = |b: &Span| b.doc == span.doc && b.start <= span.start && span.end <= b.end;
        found.broken.iter().any(broken)
    };
    let mut number = 0;
    findings.retain(|finding| {
        number += 1;
        number <= said || !finding.span().is_some_and(inside)
    });
    loaded
}

impl Loaded {
    /// The same with other values of what nobody knows, in the order of [`Loaded::unknowns`].
    pub fn drawn(&self, values: &[f64]) -> Checked<Loaded> {
        let names = self.unknowns.iter().map(|unknown| unknown.name.clone());
        let values: BTreeMap<String, f64> = names.zip(values.iter().copied()).collect();
        let mut findings = Vec::new();
        let loaded = with(&self.again, &values, &mut findings);
        Checked::new(loaded, findings)
    }
}

/// Where the text is no TOML, the value read there means nothing: only the syntax is worth a word.
pub(super) fn without_echoes(findings: &mut Vec<Diagnostic>) {
    let broken: Vec<Span> =
        findings.iter().filter(|f| f.code == Code::Syntax).filter_map(Diagnostic::span).collect();
    let echo =
        |span: Span| broken.iter().any(|b| b.doc == span.doc && b.start <= span.end && span.start <= b.end);
    findings.retain(|finding| finding.code == Code::Syntax || !finding.span().is_some_and(echo));
}

fn build(
    drawn: Written,
    (unknowns, unsure): (Vec<Unknown>, &[Span]),
    again: &Rc<(Written, Library)>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Loaded> {
    let (layers, edits, library) = (&drawn.layers[..], drawn.edits, &again.1);
    let written = layers::merge(layers, findings);
    if let Some(finding) = layers::too_many(&written) {
        findings.push(finding);
        return None;
    }
    let start = read::start_of(&written, library);
    let mut changes = change::gather(&Gathered { layers, library, start }, findings);
    changes.extend(edits);
    changes.sort_by_key(|change| change.at);
    change::check(&mut changes, findings);

    let timeline = Timeline { written: &written, changes: &changes, start, unsure };
    let first = timeline.tree(Time::ZERO, None, findings);
    let scenario = read::scenario(&first, library, start, findings)?;
    check::filled(&scenario.pools, findings);
    check::draws(&scenario.header, unknowns.is_empty(), findings);
    let horizon = scenario.header.horizon.value;
    change::check_against_horizon(&timeline, horizon, findings);
    change::check_against_warmup(&changes, scenario.header.warmup.value, findings);
    // Cases are followed, and tips go on arriving, until the follow-up ends.
    let end = horizon + scenario.header.follow_up.value;
    let epochs = epochs(&timeline, end, Epoch { at: Time::ZERO, scenario }, library, findings)?;
    if !findings.iter().any(Diagnostic::is_error) {
        change::check_in_context(&timeline, horizon, findings);
    }
    let infos = infos(&timeline);
    Some(Loaded {
        name: layers[0].name.clone(),
        plan: plan_name(layers),
        root: layers[0].span.doc,
        epochs,
        written_posts: written_posts(&written),
        changes: infos,
        inputs: inputs(library),
        effective: effective(&with_reference_posts(first.clone(), &written), layers, &changes)
            + &said_unknown(&unknowns),
        parameters: parameters(&first),
        documents: library.documents.clone(),
        unknowns,
        again: again.clone(),
    })
}

/// What nobody knows, below the scenario in which it stands at its middle.
fn said_unknown(unknowns: &[Unknown]) -> String {
    let line = |unknown: &Unknown| format!("# unknown: {} = {}\n", unknown.name, unknown.written);
    unknowns.iter().map(line).collect()
}

/// The scenario at every later moment of change. Findings met before are not said again.
fn epochs(
    timeline: &Timeline<'_>,
    end: Time,
    first: Epoch,
    library: &Library,
    findings: &mut Vec<Diagnostic>,
) -> Option<Vec<Epoch>> {
    let moments = match timeline.moments(end) {
        Ok(moments) => moments,
        Err(finding) => {
            findings.push(*finding);
            return None;
        }
    };
    let mut met: BTreeSet<(Code, Option<Span>)> = findings.iter().map(|f| (f.code, f.span())).collect();
    let mut epochs = vec![first];
    for &at in moments.iter().filter(|&&at| at > Time::ZERO) {
        let mut found = Vec::new();
        let sheet = timeline.tree(at, None, &mut found);
        let scenario = read::scenario(&sheet, library, timeline.start, &mut found);
        findings.extend(found.into_iter().filter(|finding| met.insert((finding.code, finding.span()))));
        epochs.push(Epoch { at, scenario: scenario? });
    }
    Some(epochs)
}

/// The posts of each pool before plans and edits.
fn written_posts(written: &Table) -> Vec<(String, f64)> {
    let posts = |pool: &Table| Some((pool.id()?.to_owned(), pool.get("headcount")?.amount()?));
    super::path::tables(written, "pool").filter_map(posts).collect()
}

/// A bare `staffing_exponent` counts from the posts as they were first written: where edits have moved them, the number
/// is written beside it, so that the file means the same when it is read by itself.
fn with_reference_posts(mut first: Table, written: &Table) -> Table {
    let posts = written_posts(written);
    let Some(Value::List(pools)) = first.get_mut("pool").map(|node| &mut node.value) else { return first };
    for pool in pools.iter_mut().filter_map(Node::table_mut) {
        let was = posts.iter().find(|(id, _)| pool.id() == Some(id)).map(|(_, posts)| *posts);
        let is = pool.get("headcount").and_then(Node::amount);
        let Some(exponent) = pool.get_mut("staffing_exponent").filter(|node| node.table().is_none()) else {
            continue;
        };
        if let Some(was) = was.filter(|_| was != is) {
            let mut both = Table::default();
            both.put("value", exponent.clone());
            both.put("at", Node::new(exponent.span, Value::Float(was)));
            exponent.value = Value::Table(both);
        }
    }
    first
}

fn plan_name(layers: &[Layer]) -> Option<String> {
    let name = |layer: &Layer| match layer.times {
        1 => layer.name.clone(),
        times => format!("{times}x{}", layer.name),
    };
    let names: Vec<String> = layers[1..].iter().map(name).collect();
    (!names.is_empty()).then(|| names.join("+"))
}

fn inputs(library: &Library) -> Vec<Input> {
    let input = |(path, doc): (&FilePath, u16)| {
        let text = library.documents.get(doc).map(|document| document.text.to_string()).unwrap_or_default();
        Input { name: path.display().to_string(), text }
    };
    library.files().map(input).collect()
}

/// Every change with what it makes of the values it edits.
fn infos(timeline: &Timeline<'_>) -> Vec<ChangeInfo> {
    let info = |(number, change): (usize, &Timed)| {
        let before = timeline.tree(change.at, Some(number), &mut Vec::new());
        let after = timeline.tree(change.full, None, &mut Vec::new());
        let edits = change.each().map(|(kind, edit)| EditInfo {
            path: edit.path.value.clone(),
            kind,
            value: write::inline(&edit.value),
            before: change::said(&before, &edit.path.value).unwrap_or_default(),
            after: change::said(&after, &edit.path.value).unwrap_or_default(),
            span: edit.path.span,
        });
        ChangeInfo {
            id: change.id.clone(),
            at: change.at,
            full: (change.full > change.at).then_some(change.full),
            until: change.until.as_ref().map(|until| until.value),
            why: change.why.clone(),
            once: change.once.as_ref().map_or(0.0, |cost| cost.value),
            yearly: change.yearly.as_ref().map_or(0.0, |cost| cost.value),
            hire: change.hire,
            leave: change.leave,
            edits: edits.collect(),
            span: change.span,
            origin: change.origin.clone(),
        }
    };
    timeline.changes.iter().enumerate().map(info).collect()
}

/// The scenario at the start as one file, with the changes still to come.
fn effective(first: &Table, layers: &[Layer], changes: &[Timed]) -> String {
    let mut text =
        String::from("# The scenario as it stands at the start, and the changes still to come.\n\n");
    for entry in &first.entries {
        match &entry.node.value {
            Value::Table(table) => text.push_str(&write::section(&format!("[{}]", entry.key), table)),
            Value::List(list) => {
                for table in list.iter().filter_map(Node::table) {
                    text.push_str(&write::section(&format!("[[{}]]", entry.key), table));
                }
            }
            _ => {}
        }
    }
    for layer in layers {
        for change in super::path::tables(&layer.table, "change").filter(|table| to_come(table, changes)) {
            text.push_str(&write::section("[[change]]", change));
        }
    }
    text
}

/// Whether a change lies after the start; one at the start is in the values already.
fn to_come(change: &Table, changes: &[Timed]) -> bool {
    let at = change.get("at").map(|at| at.span);
    changes.iter().any(|timed| Some(timed.span) == at && timed.at > Time::ZERO)
}

/// Every value by path; tables are taken apart, laws are not.
fn parameters(sheet: &Table) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for entry in &sheet.entries {
        match &entry.node.value {
            Value::List(list) => {
                for (number, table) in
                    list.iter().enumerate().filter_map(|(n, node)| Some((n, node.table()?)))
                {
                    let id = table.id().map_or_else(|| (number + 1).to_string(), str::to_owned);
                    leaves(&format!("{}.{id}", entry.key), table, &mut all);
                }
            }
            Value::Table(table) => leaves(&entry.key, table, &mut all),
            _ => {}
        }
    }
    all
}

fn leaves(before: &str, table: &Table, all: &mut Vec<(String, String)>) {
    for entry in table.entries.iter().filter(|entry| entry.key != "id") {
        let path = format!("{before}.{}", entry.key);
        match entry.node.table().filter(|table| !super::law_families::looks_like_a_law(table)) {
            Some(inner) if !inner.entries.is_empty() => leaves(&path, inner, all),
            _ => all.push((path, write::inline(&entry.node))),
        }
    }
}
