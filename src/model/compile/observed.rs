//! What cases may be believed to be at the stages that they come to.

use std::collections::BTreeSet;

use crate::model::{ClassId, Model, Next, Params, Parts, StageId};

/// By stage: the observed classes of cases that come there, at any date. Routes and assessments are followed from where
/// cases enter, for what they truly are and what they are believed to be.
pub(super) fn observed_at(model: &Model) -> Vec<BTreeSet<usize>> {
    let mut at = vec![BTreeSet::new(); model.stages.len()];
    let escalates = model.params.iter().flat_map(|p| &p.sources).any(|s| s.escalates > 0.0);
    for class in (0..model.classes.len()).map(ClassId::at) {
        let mut seen = BTreeSet::new();
        let mut open = entries(model, class);
        while let Some((stage, observed)) = open.pop() {
            if !seen.insert((stage, observed)) {
                continue;
            }
            at[stage.index()].insert(observed.index());
            open.extend(model.params.iter().flat_map(|params| after(model, params, stage, class, observed)));
            if escalates && observed != model.unknown() {
                let urgent = |c: &ClassId| model.precedence[c.index()] < model.precedence[observed.index()];
                let classes = (0..model.classes.len()).map(ClassId::at);
                open.extend(classes.filter(urgent).map(|more| (stage, more)));
            }
        }
    }
    at
}

/// Where cases of a class come in, and what they are believed to be there.
fn entries(model: &Model, class: ClassId) -> Vec<(StageId, ClassId)> {
    let sources = model.params.iter().flat_map(|p| &p.sources);
    let bring = sources.filter(|source| source.brings(class));
    let initial = model.initial.iter().filter(|i| i.class == class && i.count > 0);
    bring
        .map(|s| (s.enters, s.label.unwrap_or(class)))
        .chain(initial.map(|i| (i.stage, i.observed)))
        .collect()
}

/// Where such a case may go from a stage under these parameters, and what it is believed to be then.
fn after(
    model: &Model,
    params: &Params,
    stage: StageId,
    class: ClassId,
    observed: ClassId,
) -> Vec<(StageId, ClassId)> {
    let row = &params.stages[stage.index()];
    let mut all: Vec<(Next, ClassId)> = vec![];
    for (_, belief) in row.beliefs(class, observed) {
        let by = if row.route_by_observed { belief } else { class };
        let choices = row.routes.get(by.index()).into_iter().flat_map(|route| &route.choices);
        all.extend(choices.map(|(_, next)| (*next, belief)));
        if let Some(split) = &model.stages[stage.index()].rules.split {
            all.extend([(Next::Stage(split.then), belief), (split.none, belief)]);
            if let Parts::Tracks(tracks) = &split.into {
                all.extend(tracks.iter().map(|track| (Next::Stage(*track), belief)));
            }
        }
    }
    let without_work = row.on_patience.into_iter().chain(row.queue_limit.as_ref().map(|limit| limit.to));
    all.extend(without_work.map(|next| (next, observed)));
    let stages = all.into_iter().filter_map(|(next, belief)| match next {
        Next::Stage(stage) => Some((stage, belief)),
        Next::End(_) => None,
    });
    stages.collect()
}
