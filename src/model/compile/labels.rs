//! What the agency believes where the file does not say it: the truth where nobody assesses, nothing where somebody
//! does.

use std::sync::Arc;

use crate::model::{ClassId, Model, SourceParams, StageId};
use crate::scenario::{Epoch, Scenario};

/// Fills in the defaults of `labelled` and `observed`, as far as the stages assess.
pub(super) fn defaults(model: &mut Model, epochs: &[Epoch]) {
    if model.assesses {
        labels(model, epochs);
        observed(model, &epochs[0].scenario);
    }
}

/// Tips of sources that say nothing are unknown.
fn labels(model: &mut Model, epochs: &[Epoch]) {
    let unknown = model.unknown();
    // Snapshots that shared a source go on sharing it.
    let mut made: Vec<(Arc<SourceParams>, Arc<SourceParams>)> = vec![];
    for (params, epoch) in model.params.iter_mut().zip(epochs) {
        for (source, row) in model.sources.iter().zip(&mut params.sources) {
            let written = epoch.scenario.sources.iter().find(|written| written.id.value == source.id);
            if written.is_some_and(|written| written.labelled.is_some()) {
                continue;
            }
            let known = made.iter().find(|(before, _)| Arc::ptr_eq(before, row)).map(|(_, new)| new.clone());
            let new = known.unwrap_or_else(|| {
                let new = Arc::new(SourceParams { label: Some(unknown), ..SourceParams::clone(row) });
                made.push((row.clone(), new.clone()));
                new
            });
            *row = new;
        }
    }
}

/// Initial cases of rows that say nothing are unknown, unless a stage assesses that lies before theirs.
fn observed(model: &mut Model, first: &Scenario) {
    // One row of the model for each class of a table, in the order of the file.
    let tables = first.initial.iter().flat_map(|table| table.count.iter().map(move |_| table));
    let silent: Vec<bool> = tables.map(|table| table.observed.is_none()).collect();
    let (unknown, mut beliefs) = (model.unknown(), vec![]);
    for (initial, silent) in model.initial.iter().zip(silent) {
        let known = assessed_before(model, initial.stage);
        beliefs.push(if silent && !known { unknown } else { initial.observed });
    }
    let set = |(initial, belief): (&mut crate::model::Initial, ClassId)| initial.observed = belief;
    model.initial.iter_mut().zip(beliefs).for_each(set);
}

/// Whether an assessing stage lies before a stage: on a way to it from where tips come in.
fn assessed_before(model: &Model, stage: StageId) -> bool {
    let assesses = |s: StageId| model.params.iter().any(|p| p.stages[s.index()].assess.is_some());
    let mut first: Vec<StageId> = model.params.iter().flat_map(|p| &p.sources).map(|s| s.enters).collect();
    if first.is_empty() {
        first.push(StageId(0));
    }
    // What is reached only through the stage itself lies behind it.
    first.retain(|s| *s != stage);
    let mut before = model.reached(&first, |s| s == stage);
    before.extend(first);
    before.iter().any(|&s| assesses(s) && model.reached(&[s], |_| false).contains(&stage))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::compile;
    use crate::scenario::{Memory, Request, load};

    const TEXT: &str = r#"
        scenario = { start = 2025-01-06, horizon = "1 year" }
        class = [{ id = "danger" }, { id = "low" }]
        outcome = [{ id = "done", counts_as = "closed" }]
        source = [
            { id = "a", rate = "1 per day", mix = { low = 1.0 }, enters = "screen" },
            { id = "b", rate = "1 per day", mix = { low = 1.0 }, enters = "screen", labelled = "true" },
        ]
        stage = [
            { id = "screen", delay = "1 day", route = "work" },
            { id = "work", delay = "1 day", route = { screen = 0.1, done = 0.9 } },
        ]
        initial = [
            { stage = "screen", count = { danger = 1, low = 1 }, age = "1 day" },
            { stage = "work", count = { low = 1 }, age = "1 day" },
            { stage = "work", count = { low = 1 }, age = "1 day", observed = "danger" },
        ]
        change = [{ at = 2025-02-01, set = { CHANGE } }]
    "#;

    /// What is believed of new tips of each source and of each initial case, if this stage assesses from the change on.
    fn beliefs(assessing: Option<&str>) -> (Vec<Option<u16>>, Vec<u16>) {
        let change = match assessing {
            None => "\"stage.work.delay\" = \"2 days\"".to_owned(),
            Some(stage) => format!(
                "\"stage.{stage}.assess\" = {{ sensitivity = 0.9, specificity = 0.8, positive = [\"danger\"] }}"
            ),
        };
        let sources = Memory::one("a.toml", TEXT.replace("CHANGE", &change));
        let loaded = load(&Request::new("a.toml", &sources)).checked.value.unwrap();
        let model = compile(&loaded).value.unwrap();
        assert_eq!(model.assesses, assessing.is_some());
        assert!(Arc::ptr_eq(&model.params[0].sources[0], &model.params[1].sources[0]), "still shared");
        let labels = model.params[0].sources.iter().map(|source| source.label.map(|class| class.0));
        (labels.collect(), model.initial.iter().map(|initial| initial.observed.0).collect())
    }

    #[test]
    fn where_nobody_assesses_everything_is_as_it_looks() {
        assert_eq!(beliefs(None), (vec![None, None], vec![0, 1, 1, 0]));
    }

    #[test]
    fn where_somebody_does_nothing_is_known_before() {
        const UNKNOWN: u16 = 2;
        let labels = vec![Some(UNKNOWN), None];
        assert_eq!(beliefs(Some("screen")), (labels.clone(), vec![UNKNOWN, UNKNOWN, 1, 0]));
        // Cases come back from `work`, yet those that stand at `screen` have not been there for all that is said.
        assert_eq!(beliefs(Some("work")), (labels, vec![UNKNOWN, UNKNOWN, UNKNOWN, 0]));
    }
}
