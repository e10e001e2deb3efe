//! What many tests need: a scenario from text, its facts, its results.

use caseload::diagnostic::render;
use caseload::engine::simulate;
use caseload::model::{Model, compile};
use caseload::run::Trace;
use caseload::scenario::{EditKind, Memory, Request, load};

/// The model of a scenario's text; findings make the test fail with the message a person would see.
pub(crate) fn model(text: &str) -> Model {
    model_with(text, &[])
}

/// The same under edits from the command line.
pub(crate) fn model_with(text: &str, edits: &[(EditKind, &str)]) -> Model {
    let sources = Memory::one("test.toml", text);
    let mut request = Request::new("test.toml", &sources);
    for (kind, edit) in edits {
        request = request.edit(*kind, *edit);
    }
    requested(&request)
}

/// The model of what is asked for.
pub(crate) fn requested(request: &Request<'_>) -> Model {
    let outcome = load(request);
    let said = |findings: &[_]| render::human(findings, &outcome.documents, false);
    let loaded = outcome.checked.value.unwrap_or_else(|| panic!("{}", said(&outcome.checked.diagnostics)));
    let compiled = compile(&loaded);
    compiled.value.unwrap_or_else(|| panic!("{}", said(&compiled.diagnostics)))
}

/// The model under edits, where they make a scenario that can run.
pub(crate) fn maybe_model_with(text: &str, edits: &[(EditKind, &str)]) -> Option<Model> {
    let sources = Memory::one("test.toml", text);
    let request = Request::new("test.toml", &sources);
    let request = edits.iter().fold(request, |request, (kind, edit)| request.edit(*kind, *edit));
    load(&request).checked.value.and_then(|loaded| compile(&loaded).value)
}

/// Whether a text is a scenario that can run.
pub(crate) fn is_scenario(text: &str) -> bool {
    maybe_model_with(text, &[]).is_some()
}

/// The facts of replication 0, as lines.
pub(crate) fn facts(text: &str) -> Vec<String> {
    let model = model(text);
    let mut trace = Trace::new(&model);
    simulate(&model, 0, &mut trace);
    trace.lines().to_vec()
}

/// Those of them that hold one of these words.
pub(crate) fn facts_with(text: &str, words: &[&str]) -> Vec<String> {
    facts(text).into_iter().filter(|line| words.iter().any(|w| line.contains(w))).collect()
}

/// One tip of a class at a minute of the first days: day 0 is Monday, 6 January 2025.
pub(crate) fn tip(id: &str, class: &str, day: u32, hour: u32, minute: u32) -> String {
    tip_with(id, class, day, hour, minute, "")
}

/// The same with further keys of its source.
pub(crate) fn tip_with(id: &str, class: &str, day: u32, hour: u32, minute: u32, keys: &str) -> String {
    // Gaps are constant, so the first epoch comes one minute after `from`.
    let minutes = day * 1440 + hour * 60 + minute - 1;
    let (day, hour, minute) = (6 + minutes / 1440, minutes / 60 % 24, minutes % 60);
    format!(
        "[[source]]\nid = \"{id}\"\nrate = \"1440 per day\"\ngaps = \"constant\"\nat_most = 1\n\
         from = 2025-01-{day:02}T{hour:02}:{minute:02}:00\nmix = {{ {class} = 1.0 }}\n{keys}\n"
    )
}

/// Header, classes and one outcome: what every small scenario has. Classes are `urgent` and `low`.
pub(crate) const BASE: &str = r#"
[scenario]
start = 2025-01-06
horizon = "3 weeks"
sample = "7 days"
replications = 1
seed = 1

[[class]]
id = "urgent"

[[class]]
id = "low"

[[outcome]]
id = "done"
counts_as = "closed"
"#;

/// Loads and compiles a text with these files beside it, and gives all findings as a person would see them.
pub(crate) fn checked(text: &str, files: &[(&str, &str)]) -> (Option<Model>, String) {
    let sources = files
        .iter()
        .fold(Memory::one("test.toml", text), |memory, (name, content)| memory.with(*name, *content));
    let outcome = load(&Request::new("test.toml", &sources));
    let mut findings = outcome.checked.diagnostics;
    let mut model = None;
    if let Some(loaded) = outcome.checked.value {
        let compiled = compile(&loaded);
        findings.extend(compiled.diagnostics);
        model = compiled.value;
    }
    (model, render::human(&findings, &outcome.documents, false))
}

/// The facts of replication 0 of a text with these files beside it.
pub(crate) fn facts_beside(text: &str, files: &[(&str, &str)]) -> Vec<String> {
    let (model, said) = checked(text, files);
    let model = model.unwrap_or_else(|| panic!("{said}"));
    let mut trace = Trace::new(&model);
    simulate(&model, 0, &mut trace);
    trace.lines().to_vec()
}

/// The names of what is said of a scenario's text: by the reader, then by the compiler.
pub(crate) fn findings(text: &str) -> Vec<String> {
    let sources = Memory::one("test.toml", text);
    let loading = load(&Request::new("test.toml", &sources));
    let mut all = loading.checked.diagnostics;
    all.extend(loading.checked.value.iter().flat_map(|loaded| compile(loaded).diagnostics));
    all.iter().map(|finding| finding.code.name().to_owned()).collect()
}
