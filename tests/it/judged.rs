//! Facts of small scenarios with the judge beside, who compares the books every half hour.

use caseload::engine::simulate;
use caseload::model::Model;
use caseload::run::Trace;

use crate::harness::model;
use crate::judge::Judge;

/// The facts of replication 0 of a model, as lines.
pub(crate) fn facts_of(model: &Model) -> Vec<String> {
    simulate(model, 0, &mut Judge::new(model));
    let mut trace = Trace::new(model);
    simulate(model, 0, &mut trace);
    trace.lines().to_vec()
}

/// The same of a text.
pub(crate) fn facts(text: &str) -> Vec<String> {
    facts_of(&model(&text.replace("sample = \"7 days\"", "sample = \"30 min\"")))
}

/// Those of them that hold one of these words.
pub(crate) fn facts_with(text: &str, words: &[&str]) -> Vec<String> {
    facts(text).into_iter().filter(|line| words.iter().any(|w| line.contains(w))).collect()
}
