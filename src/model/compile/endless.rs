//! Cases that can never end: from some stage no outcome can be reached, or a case comes back to where it was without any
//! time going by. Either would keep the engine busy for ever.
//!
//! Routes are followed date by date, for what a case is and for what it is believed to be: a way out that opens only
//! later is no help to a case that goes round in no time.

use std::collections::BTreeSet;

use super::checks::{moment, walk};
use crate::model::{ClassId, Model, Next, Params, StageId, StageKind};

/// The stages, of those that cases of a class come to, which never let some of them go, each with what to say of it.
pub(super) fn find(model: &Model, class: ClassId, stages: &BTreeSet<StageId>) -> Vec<(StageId, String)> {
    let mut found = vec![];
    for observed in beliefs(model, class) {
        for params in &model.params {
            let when = moment(params.from);
            let all = (0..model.stages.len()).map(StageId::at);
            let next: Vec<BTreeSet<Next>> = all.map(|s| ways(params, s, class, observed)).collect();
            let name = |stage: StageId| (model.class_name(class), &model.stages[stage.index()].id);
            for &stage in stages {
                if !ends(&next, stage) {
                    let (class, stage_name) = name(stage);
                    let message = format!(
                        "a case of class `{class}` that comes to stage `{stage_name}` can never end{when}"
                    );
                    found.push((stage, message));
                } else if model.stages[stage.index()].kind == StageKind::Work
                    && comes_back_at_once(model, params, stage, class, observed)
                {
                    let (class, stage_name) = name(stage);
                    let message = format!(
                        "a case of class `{class}` that gives up at stage `{stage_name}` comes back to it at once{when}"
                    );
                    found.push((stage, message));
                }
            }
        }
    }
    found
}

/// What cases of a class are believed to be.
fn beliefs(model: &Model, class: ClassId) -> BTreeSet<ClassId> {
    let labels = model.params.iter().flat_map(|p| &p.sources).map(|s| s.label.unwrap_or(class));
    let initial = model.initial.iter().filter(|i| i.class == class).map(|i| i.observed);
    // Further tips about subjects who were there at the start may have no source that says something of them.
    let repeats = !model.classes[class.index()].repeat.is_empty();
    let untold = if model.assesses { model.unknown() } else { class };
    labels.chain(initial).chain(repeats.then_some(untold)).collect()
}

/// Where such a case may go from a stage, under these parameters.
fn ways(params: &Params, stage: StageId, class: ClassId, observed: ClassId) -> BTreeSet<Next> {
    let stage = &params.stages[stage.index()];
    let gives_up = stage.patience[observed.index()].as_ref().and(stage.on_patience);
    stage.ways(class, observed).map(|(_, next)| next).chain(gives_up).collect()
}

fn ends(next: &[BTreeSet<Next>], stage: StageId) -> bool {
    let reached = walk(next, vec![stage]);
    reached.iter().any(|s| next[s.index()].iter().any(|n| matches!(n, Next::End(_))))
}

/// Whether a case that gives up as soon as it waits is back in the same queue at the same moment, for certain.
fn comes_back_at_once(
    model: &Model,
    params: &Params,
    start: StageId,
    class: ClassId,
    observed: ClassId,
) -> bool {
    let mut at = start;
    for _ in 0..model.stages.len() {
        let stage = &params.stages[at.index()];
        let never_takes_time = stage.time[class.index()].as_ref().is_none_or(|t| t.law.mean() == 0.0);
        let next = match model.stages[at.index()].kind {
            StageKind::Work => {
                let patience = stage.patience[observed.index()].as_ref();
                patience.filter(|p| p.law.mean() == 0.0).and(stage.on_patience)
            }
            StageKind::Delay if !never_takes_time => None,
            StageKind::Delay | StageKind::Instant => {
                let mut choices = stage.ways(class, observed);
                choices.next().map(|(_, next)| next).filter(|_| choices.next().is_none())
            }
        };
        match next {
            Some(Next::Stage(next)) if next == start => return true,
            Some(Next::Stage(next)) => at = next,
            Some(Next::End(_)) | None => return false,
        }
    }
    false
}
