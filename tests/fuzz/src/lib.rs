//! What the fuzzing targets share: files in memory, the whole way of `caseload check`, and a mutator that knows lines.

mod mutate;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use caseload::diagnostic::{Diagnostic, Documents, in_order, render};
use caseload::model::capacity::{self, Capacity};
use caseload::model::{Model, advice, compile, fluid, input_values, long_run, too_large};
use caseload::scenario::{Loaded, Request, Sources, load};

pub use mutate::mutate;

/// The name of the file that is made up.
pub const FILE: &str = "fuzz.toml";

/// Files as bytes: the fixtures and one that is made up.
pub struct Files(BTreeMap<PathBuf, Vec<u8>>);

impl Files {
    /// The fixtures that other files name, and this one.
    pub fn with(name: &str, bytes: &[u8]) -> Files {
        let fixed: &[(&str, &str)] = &[
            ("base.toml", include_str!("../../fixtures/good/base.toml")),
            ("growing.toml", include_str!("../../fixtures/good/growing.toml")),
            ("counts.csv", include_str!("../../fixtures/good/counts.csv")),
            ("tips.csv", include_str!("../../fixtures/good/tips.csv")),
            ("data/cybertipline-monthly.csv", include_str!("../../../scenarios/data/cybertipline-monthly.csv")),
            ("state-task-force.toml", include_str!("../../../scenarios/state-task-force.toml")),
            ("unit.toml", include_str!("../../second-opinion/scenario.toml")),
        ];
        let mut files: BTreeMap<PathBuf, Vec<u8>> =
            fixed.iter().map(|(name, text)| (PathBuf::from(name), text.as_bytes().to_vec())).collect();
        // A short run, without the changes that come after it, is checked faster.
        if let Some(text) = files.get_mut(Path::new("state-task-force.toml")) {
            let whole = String::from_utf8_lossy(text);
            let short = whole.split("[[change]]").next().unwrap_or_default();
            *text = short.replace("horizon      = \"3 years\"", "horizon = \"90 days\"").into_bytes();
        }
        files.insert(PathBuf::from(name), bytes.to_vec());
        Files(files)
    }

    /// The same with one file more.
    #[must_use]
    pub fn and(mut self, name: &str, bytes: &[u8]) -> Files {
        self.0.insert(PathBuf::from(name), bytes.to_vec());
        self
    }
}

impl Sources for Files {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        // Fixtures name their neighbours in other folders; here all lie in one.
        let name = path.file_name().map(PathBuf::from).unwrap_or_default();
        let found = self.0.get(path).or_else(|| self.0.get(&name));
        found.cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

/// Everything that `check` does with a request, down to the words, and the fluid limit. The model, if it can run.
pub fn check(request: &Request<'_>) -> Option<(Model, Capacity)> {
    let loading = load(request);
    let mut findings = loading.checked.diagnostics;
    let Some(loaded) = loading.checked.value else {
        assert!(findings.iter().any(Diagnostic::is_error), "what is refused is refused with a reason");
        show(&findings, &loading.documents);
        return None;
    };
    let compiled = compile(&loaded);
    findings.extend(compiled.diagnostics);
    let Some(model) = compiled.value else {
        assert!(findings.iter().any(Diagnostic::is_error), "what is refused is refused with a reason");
        show(&in_order(findings), &loaded.documents);
        return None;
    };
    let capacity = capacity::check(&model);
    findings.extend(too_large(&loaded, &model, &capacity));
    if findings.iter().any(Diagnostic::is_error) {
        show(&in_order(findings), &loaded.documents);
        return None;
    }
    findings.extend(advice(&loaded, &model, &capacity));
    findings.extend(long_run(&loaded, &capacity, model.replications, 2));
    show(&in_order(findings), &loaded.documents);
    again(&loaded);
    let curve = fluid::curve(&model);
    assert!(curve.open.iter().all(|open| open.is_finite()), "the fluid is a number");
    Some((model, capacity))
}

/// Another draw of what nobody knows is read like the first.
fn again(loaded: &Loaded) {
    if loaded.unknowns.is_empty() {
        return;
    }
    if let Some(drawn) = input_values(loaded, 1, 0).ok().and_then(|values| loaded.drawn(&values).value) {
        drop(compile(&drawn));
    }
}

/// Puts findings into words, as text and as JSON.
pub fn show(findings: &[Diagnostic], documents: &Documents) {
    for finding in findings {
        assert!(!finding.message.is_empty());
    }
    drop(render::human(findings, documents, false));
    drop(render::json_lines(findings, documents));
}
