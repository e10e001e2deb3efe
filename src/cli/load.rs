//! From files named on the command line to models, with every finding shown.

use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Checked, Code, Diagnostic, Documents, in_order, render};
use crate::model::capacity::{self, Capacity};
use crate::model::{Model, advice, compile, too_large};
use crate::scenario::{self, Disk, EditKind, Loaded, Memory, Request, Sources};

use super::args::Edits;
use super::failure::Failure;
use super::terminal::Terminal;

/// A scenario that can run.
pub(super) struct Ready {
    pub(super) loaded: Loaded,
    pub(super) model: Model,
    /// Its work against its hours.
    pub(super) capacity: Capacity,
    /// All findings, warnings only.
    pub(super) warnings: Vec<Diagnostic>,
}

impl Ready {
    /// The scenario's name, with its plan's.
    pub(super) fn name(&self) -> String {
        match self.model.plan.as_str() {
            "" => self.model.name.clone(),
            plan => format!("{}-{plan}", self.model.name),
        }
    }

    /// Every file that was read, by name.
    pub(super) fn inputs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.loaded.inputs.iter().map(|input| (input.name.as_str(), input.text.as_str()))
    }

    /// The same as a source to load from again: files may change meanwhile, and standard input can be read once.
    pub(super) fn texts(&self) -> Memory {
        self.inputs().fold(Memory::default(), |all, (name, text)| all.with(name, text))
    }
}

/// Texts in memory before others.
pub(super) struct Over<'a> {
    pub(super) first: &'a Memory,
    pub(super) then: &'a dyn Sources,
}

impl Sources for Over<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.first.read(path).or_else(|_| self.then.read(path))
    }

    fn names_in(&self, folder: &Path) -> Vec<String> {
        self.then.names_in(folder)
    }
}

/// Texts that were read once, so that everything comes from the same ones; others from the disk, if it may be asked.
pub(super) struct Texts {
    pub(super) known: Memory,
    pub(super) disk: bool,
}

impl Sources for Texts {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if self.disk { Over { first: &self.known, then: &Disk }.read(path) } else { self.known.read(path) }
    }

    fn names_in(&self, folder: &Path) -> Vec<String> {
        if self.disk { Disk.names_in(folder) } else { vec![] }
    }
}

/// How findings are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// With carets, on standard error.
    Human,
    /// The same without the overload of pools, which is said in words.
    Brief,
    /// One JSON object a line, on standard output.
    Json,
}

/// The files meant: a folder stands for the `.toml` files in it, by name.
pub(super) fn expand(files: &[String]) -> Result<Vec<String>, Failure> {
    let mut all = Vec::new();
    for file in files {
        if Path::new(file).is_dir() {
            let found = scenarios_in(Path::new(file))
                .map_err(|error| Failure::world(format!("cannot list `{file}`: {error}")))?;
            if found.is_empty() {
                return Err(Failure::wrong(format!(
                    "no scenario in `{file}`: a scenario's name ends in `.toml`"
                )));
            }
            all.extend(found.into_iter().map(|path| path.display().to_string()));
        } else {
            all.push(file.clone());
        }
    }
    Ok(all)
}

fn scenarios_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && path.extension().is_some_and(|extension| extension == "toml") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Loads and compiles one scenario under its edits; findings are shown in any case.
pub(super) fn ready(
    file: &str,
    edits: &Edits,
    sources: &dyn Sources,
    terminal: &Terminal,
    form: Form,
) -> Result<Ready, Failure> {
    let loading = scenario::load(&request(file, edits, sources));
    let Checked { value, diagnostics } = loading.checked;
    let Some(loaded) = value else {
        show(&diagnostics, &loading.documents, terminal, form)?;
        return Err(Failure::Wrong(None));
    };
    let compiled = compile(&loaded);
    let mut findings = diagnostics;
    findings.extend(compiled.diagnostics);
    let Some(model) = compiled.value else {
        show(&in_order(findings), &loaded.documents, terminal, form)?;
        return Err(Failure::Wrong(None));
    };
    let capacity = capacity::check(&model);
    if let Some(finding) = too_large(&loaded, &model, &capacity) {
        findings.push(finding);
        show(&in_order(findings), &loaded.documents, terminal, form)?;
        return Err(Failure::Wrong(None));
    }
    findings.extend(advice(&loaded, &model, &capacity));
    let mut warnings = in_order(findings);
    if form == Form::Brief {
        warnings.retain(|finding| finding.code != Code::Overload);
    }
    show(&warnings, &loaded.documents, terminal, form)?;
    Ok(Ready { loaded, model, capacity, warnings })
}

/// The model of a scenario that has been looked at before, under further edits; findings are shown only where it cannot
/// run.
pub(super) fn edited(
    file: &str,
    edits: &Edits,
    sources: &dyn Sources,
    terminal: &Terminal,
) -> Result<Model, Failure> {
    let loading = scenario::load(&request(file, edits, sources));
    let Some(loaded) = loading.checked.value else {
        show(&loading.checked.diagnostics, &loading.documents, terminal, Form::Brief)?;
        return Err(Failure::Wrong(None));
    };
    let compiled = compile(&loaded);
    if let Some(model) = compiled.value {
        return Ok(model);
    }
    show(&in_order(compiled.diagnostics), &loaded.documents, terminal, Form::Brief)?;
    Err(Failure::Wrong(None))
}

/// What the words ask to be loaded.
pub(super) fn request<'a>(file: &str, edits: &Edits, sources: &'a dyn Sources) -> Request<'a> {
    let mut request = Request::new(file, sources);
    for plan in &edits.plans {
        request = request.plan(plan);
    }
    for (kind, texts) in
        [(EditKind::Set, &edits.set), (EditKind::Scale, &edits.scale), (EditKind::Add, &edits.add)]
    {
        for text in texts {
            request = request.edit(kind, text);
        }
    }
    request
}

fn show(
    findings: &[Diagnostic],
    documents: &Documents,
    terminal: &Terminal,
    form: Form,
) -> Result<(), Failure> {
    if findings.is_empty() {
        return Ok(());
    }
    match form {
        Form::Json => terminal.data(&render::json_lines(findings, documents))?,
        Form::Human | Form::Brief if findings.iter().any(Diagnostic::is_error) => {
            terminal.complain(&render::human(findings, documents, terminal.styled));
        }
        Form::Human | Form::Brief => terminal.say(&render::human(findings, documents, terminal.styled)),
    }
    Ok(())
}
