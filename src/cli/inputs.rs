//! Draws of the inputs: for scenarios with values that nobody knows, a model for each of several possible worlds.

use crate::diagnostic::render;
use crate::model::{Model, compile, input_values};
use crate::output::UnknownNote;
use crate::scenario::Loaded;

use super::failure::Failure;
use super::figures::counted;
use super::load::Ready;
use super::terminal::{Terminal, paragraph};

/// The models of all draws, with what was drawn.
#[derive(Debug, Default)]
pub(super) struct Worlds {
    /// One for each draw; none where everything is known, and the model of the scenario is the only one.
    pub(super) models: Vec<Model>,
    /// What was drawn.
    pub(super) notes: Vec<UnknownNote>,
}

impl Worlds {
    /// So many draws of what a scenario does not know; none where it knows everything.
    pub(super) fn of(ready: &Ready, draws: u32, terminal: &Terminal) -> Result<Worlds, Failure> {
        let loaded = &ready.loaded;
        let note = |unknown: &crate::scenario::Unknown| UnknownNote {
            name: unknown.name.clone(),
            law: unknown.written.clone(),
            unit: unknown.unit.clone(),
            values: vec![],
        };
        let mut worlds = Worlds { models: vec![], notes: loaded.unknowns.iter().map(note).collect() };
        if loaded.unknowns.is_empty() {
            return Ok(worlds);
        }
        for draw in 0..draws {
            let (model, values) = world(loaded, ready.model.seed, draw, terminal)?;
            worlds.models.push(Model { replications: ready.model.replications, ..model });
            for (note, value) in worlds.notes.iter_mut().zip(values) {
                note.values.push(value);
            }
        }
        Ok(worlds)
    }

    /// The models to run.
    pub(super) fn models<'m>(&'m self, ready: &'m Ready) -> &'m [Model] {
        if self.models.is_empty() { std::slice::from_ref(&ready.model) } else { &self.models }
    }
}

/// What has to be said wherever one model stands for all draws; none where everything is known.
pub(super) fn at_their_middle(loaded: &Loaded) -> Option<String> {
    let unknowns = loaded.unknowns.len() as u64;
    let words = || {
        let values = counted(unknowns, "value");
        paragraph(&format!("{values} that nobody knows: here each stands at the middle of what it may be"))
    };
    (unknowns > 0).then(words)
}

/// The model of one draw, with this seed, and what was drawn.
pub(super) fn world(
    loaded: &Loaded,
    seed: u64,
    draw: u32,
    terminal: &Terminal,
) -> Result<(Model, Vec<f64>), Failure> {
    let values = match input_values(loaded, seed, draw) {
        Ok(values) => values,
        Err(findings) => return Err(refused(loaded, draw, &findings, terminal)),
    };
    let loading = loaded.drawn(&values);
    let mut findings = loading.diagnostics;
    let mut model = None;
    if let Some(loaded) = loading.value {
        let compiled = compile(&loaded);
        findings.extend(compiled.diagnostics);
        model = compiled.value;
    }
    match model {
        Some(model) => Ok((Model { seed, ..model }, values)),
        None => Err(refused(loaded, draw, &findings, terminal)),
    }
}

/// A draw may give what the scenario cannot have, such as shares that do not add up.
fn refused(
    loaded: &Loaded,
    draw: u32,
    findings: &[crate::diagnostic::Diagnostic],
    terminal: &Terminal,
) -> Failure {
    terminal.complain(&format!("in draw {} of the values that nobody knows:", draw + 1));
    let errors: Vec<_> = findings.iter().filter(|finding| finding.is_error()).cloned().collect();
    terminal.complain(&render::human(&errors, &loaded.documents, terminal.styled));
    Failure::Wrong(None)
}
