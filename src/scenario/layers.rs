//! The files of one loading: a scenario and the plans that extend it, laid on each other.

use std::path::{Component, Path, PathBuf};

use super::library::{Library, Sources};
use super::read::KINDS;
use super::schema;
use super::tree::{self, Entry, Node, Table, Value};
use crate::diagnostic::suggest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic, Span};

/// One file: the first is the scenario, the others are plans.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    pub(crate) name: String,
    pub(crate) table: Table,
    pub(crate) span: Span,
    /// How often its edits and costs count: more than once where an option is bought several times.
    pub(crate) times: u32,
}

/// Keys of a scenario file beside its lists of tables.
const SCENARIO_KEYS: &[&str] = &["scenario", "change", "unsure"];
/// Keys that only a plan has.
pub(crate) const PLAN_KEYS: &[&str] = &["extends", "set", "add", "scale", "cost", "hire", "leave"];

/// So many tables of one kind may a scenario have: what is kept and written grows with their products.
fn most_tables(kind: &str) -> usize {
    if kind == "class" { 200 } else { 1_000 }
}

/// Reads files and what they extend, each once, in the order in which they apply.
pub(crate) struct Reader<'r> {
    pub(crate) library: &'r mut Library,
    pub(crate) sources: &'r dyn Sources,
    pub(crate) findings: &'r mut Vec<Diagnostic>,
    pub(crate) layers: Vec<Layer>,
    /// Whether every file is there, so that laying them on each other says something.
    pub(crate) complete: bool,
    done: Vec<PathBuf>,
    open: Vec<PathBuf>,
}

impl<'r> Reader<'r> {
    pub(crate) fn new(
        library: &'r mut Library,
        sources: &'r dyn Sources,
        findings: &'r mut Vec<Diagnostic>,
    ) -> Reader<'r> {
        Reader {
            library,
            sources,
            findings,
            layers: Vec::new(),
            complete: true,
            done: Vec::new(),
            open: Vec::new(),
        }
    }

    /// Reads a file after what it extends. `asked` is where its name stands.
    pub(crate) fn read(&mut self, path: &Path, asked: Option<Span>) {
        let path = tidy(path);
        if self.open.contains(&path) {
            let message = format!("`{}` extends itself", path.display());
            let finding = Diagnostic::new(Code::CircularExtends, message).at(asked.unwrap_or_default(), "");
            self.findings.push(finding.help("a plan extends a scenario, or a plan that extends one"));
            self.complete = false;
            return;
        }
        if self.done.contains(&path) {
            return;
        }
        match self.library.file(&path, self.sources, asked) {
            Ok(doc) if let Some(finding) = self.library.is_no_scenario(doc) => {
                self.findings.push(finding);
                self.complete = false;
            }
            Ok(doc) => {
                self.open.push(path.clone());
                self.layer(&path, doc);
                self.open.pop();
                self.done.push(path);
            }
            Err(finding) => {
                self.findings.push(*finding);
                self.complete = false;
            }
        }
    }

    fn layer(&mut self, path: &Path, doc: u16) {
        let before = self.findings.len();
        let table = tree::parse(&self.library.documents, doc, self.findings);
        let span = Span::new(doc, 0..0);
        if table.entries.is_empty() && self.findings.len() == before {
            let finding = Diagnostic::new(Code::EmptyFile, format!("`{}` says nothing", path.display()));
            self.findings.push(finding.at(span, "").help("`caseload new` writes a file to start from"));
            return;
        }
        for (file, span) in self.extends(&table) {
            let beside = self.library.beside(doc, &file);
            self.read(&beside, Some(span));
        }
        self.preload(&table);
        self.layers.push(Layer { name: stem(path), table, span, times: 1 });
    }

    fn extends(&mut self, table: &Table) -> Vec<(String, Span)> {
        let Some(node) = table.get("extends") else { return Vec::new() };
        let list = node.list().map_or(std::slice::from_ref(node), |list| list);
        let mut files = Vec::new();
        for item in list {
            if let Some(file) = item.as_text() {
                files.push((file.to_owned(), item.span));
            } else {
                let finding = Diagnostic::new(Code::WrongType, "`extends` is a file or a list of files");
                self.findings.push(finding.at(item.span, format!("this is {}", item.kind())));
            }
        }
        files
    }

    /// Reads the tables of numbers that laws and sources name, so that reading values needs no files.
    pub(crate) fn preload(&mut self, table: &Table) {
        for entry in &table.entries {
            // Of an edit the whole path is the key; it may go on to the name of the file.
            let mut path = entry.key.rsplit('.');
            let last = path.next().unwrap_or_default();
            if last == "csv" && path.next().is_some_and(names_a_file) {
                self.preload_file(&entry.node);
            } else {
                self.preload_node(&entry.node, names_a_file(last));
            }
        }
    }

    fn preload_node(&mut self, node: &Node, names_a_file: bool) {
        match &node.value {
            Value::Table(table) if names_a_file => {
                if let Some(csv) = table.get("csv") {
                    self.preload_file(csv);
                }
            }
            Value::Table(table) => self.preload(table),
            Value::List(list) => list.iter().for_each(|item| self.preload_node(item, false)),
            _ => {}
        }
    }

    fn preload_file(&mut self, csv: &Node) {
        let Some(file) = csv.as_text() else { return };
        let path = self.library.beside(csv.span.doc, file);
        if let Err(finding) = self.library.file(&path, self.sources, Some(csv.span)) {
            self.findings.push(*finding);
        }
    }
}

/// Whether the table under this key names a file in `csv`.
fn names_a_file(key: &str) -> bool {
    matches!(key, "empirical" | "replay" | "rates")
}

/// A path without `.` and without `..` after a folder, so that one file has one name.
pub(crate) fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(tidy.components().next_back(), Some(Component::Normal(_))) => {
                tidy.pop();
            }
            part => tidy.push(part),
        }
    }
    tidy
}

/// The name of a file without folders and ending.
pub(crate) fn stem(path: &Path) -> String {
    if path == Path::new("-") {
        return "stdin".to_owned();
    }
    path.file_stem().map_or_else(|| "scenario".to_owned(), |stem| stem.to_string_lossy().into_owned())
}

/// Lays the plans on the scenario: one tree, in which the added tables follow the scenario's.
pub(crate) fn merge(layers: &[Layer], findings: &mut Vec<Diagnostic>) -> Table {
    let mut sheet = Table::default();
    for (number, layer) in layers.iter().enumerate() {
        if let Some(header) = layer.table.entries.iter().find(|entry| number > 0 && heads_a_scenario(entry)) {
            findings.push(
                Diagnostic::new(
                    Code::NotInAPlan,
                    "a plan cannot be, or extend, a scenario other than the one that is run",
                )
                .at(header.key_span, "a scenario of its own")
                .help("a plan `extends` the scenario that it is compared with"),
            );
            continue;
        }
        let known: Vec<&str> = match number {
            0 => SCENARIO_KEYS.iter().chain(KINDS).copied().collect(),
            _ => PLAN_KEYS.iter().chain(SCENARIO_KEYS).chain(KINDS).copied().collect(),
        };
        for entry in &layer.table.entries {
            match entry.key.as_str() {
                key if !known.contains(&key) => findings.push(unknown_table(entry, &known)),
                key if PLAN_KEYS.contains(&key) || matches!(key, "change" | "unsure") => {}
                _ if number == 0 => sheet.entries.push(entry.clone()),
                "scenario" => title(&mut sheet, entry, findings),
                "initial" => findings.push(
                    Diagnostic::new(Code::NotInAPlan, "a plan cannot have an initial backlog of its own")
                        .at(entry.key_span, "")
                        .help("plans are compared from the same start: put it into the scenario"),
                ),
                kind => added(&mut sheet, kind, entry, findings),
            }
        }
    }
    for kind in ["class", "stage"] {
        place(&mut sheet, kind, findings);
    }
    sheet
}

/// The first table too many, of the first kind that has one.
pub(crate) fn too_many(sheet: &Table) -> Option<Diagnostic> {
    KINDS.iter().find_map(|kind| {
        let most = most_tables(kind);
        let one_too_many = sheet.get(kind)?.list()?.get(most)?;
        let place = one_too_many.table().and_then(|table| table.get("id")).unwrap_or(one_too_many);
        let message =
            format!("there are more than {most} tables `[[{kind}]]`, the most that a scenario may have");
        Some(Diagnostic::new(Code::TooLarge, message).at(place.span, "one too many"))
    })
}

/// Whether this is the `[scenario]` of a scenario, not the one of a plan, which holds a title at most.
fn heads_a_scenario(entry: &Entry) -> bool {
    let has = |key: &str| entry.node.table().is_some_and(|table| table.get(key).is_some());
    entry.key == "scenario" && has("start") && has("horizon")
}

/// A plan may have a title of its own; the rest of `[scenario]` is what plans are compared on.
fn title(sheet: &mut Table, entry: &Entry, findings: &mut Vec<Diagnostic>) {
    let Some(table) = entry.node.table() else { return };
    for key in &table.entries {
        if key.key != "title" {
            findings.push(
                Diagnostic::new(Code::NotInAPlan, format!("a plan cannot have its own `{}`", key.key))
                    .at(key.key_span, "")
                    .help("plans are compared over the same time and under the same luck: only `title` may differ"),
            );
        } else if let Some(base) = sheet.get_mut("scenario").and_then(Node::table_mut) {
            base.put("title", key.node.clone());
        }
    }
}

/// Tables that a plan adds.
fn added(sheet: &mut Table, kind: &str, entry: &Entry, findings: &mut Vec<Diagnostic>) {
    let Some(list) = entry.node.list() else {
        let finding = Diagnostic::new(Code::WrongType, format!("`{kind}` is a list of tables"));
        findings.push(finding.at(entry.key_span, "").help(format!("head each of them with `[[{kind}]]`")));
        return;
    };
    let mut new = Vec::new();
    for node in list {
        let id = node.table().and_then(Table::id);
        let there = super::path::tables(sheet, kind).find(|table| id.is_some() && table.id() == id);
        match (id, there.and_then(|table| table.get("id"))) {
            (Some(id), Some(first)) => findings.push(
                Diagnostic::new(Code::AlreadyExists, format!("the scenario has {kind} `{id}` already"))
                    .at(
                        node.table().and_then(|t| t.get("id")).map_or(node.span, |id| id.span),
                        "declared again here",
                    )
                    .see(first.span, "declared here")
                    .help(format!("to change it, edit its values: [set] \"{kind}.{id}.key\" = ...")),
            ),
            _ => new.push(node.clone()),
        }
    }
    match sheet.get_mut(kind).map(|node| &mut node.value) {
        Some(Value::List(there)) => there.extend(new),
        _ => sheet.put(kind, Node::new(entry.node.span, Value::List(new))),
    }
}

/// Moves tables to where their `before` asks for.
fn place(sheet: &mut Table, kind: &str, findings: &mut Vec<Diagnostic>) {
    let Some(Value::List(list)) = sheet.get_mut(kind).map(|node| &mut node.value) else { return };
    let asks = |node: &Node| {
        let before = node.table()?.get("before")?;
        Some((node.table()?.id()?.to_owned(), before.as_text()?.to_owned(), before.span))
    };
    let moves: Vec<_> = list.iter().filter_map(asks).collect();
    for (id, before, span) in moves {
        let position =
            |list: &[Node], id: &str| list.iter().position(|n| n.table().and_then(Table::id) == Some(id));
        match (position(list, &id), position(list, &before)) {
            (Some(from), Some(to)) if from != to => {
                let moved = list.remove(from);
                list.insert(if from < to { to - 1 } else { to }, moved);
            }
            (_, Some(_)) => {}
            (_, None) => {
                let code = if kind == "class" { Code::UnknownClass } else { Code::UnknownStage };
                let names: Vec<&str> = list.iter().filter_map(|n| n.table()?.id()).collect();
                let help = did_you_mean(&before, names.iter().copied());
                let message = format!("there is no {kind} `{before}` to stand before");
                findings.push(Diagnostic::new(code, message).at(span, "").maybe_help(help));
            }
        }
    }
}

/// A key at the top of a file that is no table of it.
fn unknown_table(entry: &Entry, known: &[&str]) -> Diagnostic {
    let key = entry.key.as_str();
    let at = |code, message: String| Diagnostic::new(code, message).at(entry.key_span, "");
    if PLAN_KEYS.contains(&key) {
        return at(Code::MisplacedKey, format!("`{key}` belongs to a plan, and this file extends nothing"))
            .help("a plan begins with extends = \"scenario.toml\"; a scenario writes the values themselves");
    }
    let owners: Vec<&str> = schema::tables_with(key).collect();
    if !owners.is_empty() && entry.node.table().is_none() {
        let owners = crate::diagnostic::suggest::quoted(&owners);
        return at(Code::MisplacedKey, format!("`{key}` is a key of {owners}; here it stands in no table"))
            .help("a key belongs to the table header above it");
    }
    at(Code::UnknownKey, format!("there is no table `{key}`")).maybe_help(did_you_mean(key, known.to_vec()))
}
