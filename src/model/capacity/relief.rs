//! Where cases leave a queue by themselves: what keeps an overloaded pool's backlog finite.

use crate::model::{Join, Model, Next, Split, StageId};

/// Whether cases that wait at a stage may leave it unserved, under some class and at some time: they lose patience there,
/// overflow to where others work, are called off because the rest of their case has met, or the clock of their evidence
/// can still be running because what stops it lies there or ahead.
pub(super) fn at(model: &Model, stage: StageId) -> bool {
    let impatient = || {
        let mut laws = model.params.iter().flat_map(|params| &params.stages[stage.index()].patience);
        laws.any(Option::is_some)
    };
    let lapses = model.params.iter().any(|p| p.sources.iter().any(|source| source.retention.is_some()));
    impatient()
        || overflows(model, stage)
        || called_off(model, stage)
        || (lapses && preserved_from(model, stage))
}

/// Whether cases are sent on from a full queue, out of reach of its pools.
fn overflows(model: &Model, stage: StageId) -> bool {
    let mut limits = model.params.iter().filter_map(|p| p.stages[stage.index()].queue_limit.as_ref());
    limits.any(|limit| match limit.to {
        Next::End(_) => true,
        Next::Stage(to) => {
            let here = &model.stages[stage.index()].crew;
            !model.stages[to.index()].crew.pools().any(|pool| here.pools().any(|p| p == pool))
        }
    })
}

/// Whether parts of cases wait here that others, by arriving first, make needless.
fn called_off(model: &Model, stage: StageId) -> bool {
    let splits = model.stages.iter().enumerate().filter_map(|(s, row)| Some((s, row.rules.split.as_ref()?)));
    splits.filter(|(_, split)| split.join == Join::First).any(|(s, split)| {
        let begins = split.begins(StageId::at(s));
        begins.iter().any(|first| leads_to(model, split, *first, stage))
    })
}

/// Whether a part that begins at a stage may come to another before it meets the rest.
fn leads_to(model: &Model, split: &Split, first: StageId, stage: StageId) -> bool {
    first == stage || model.reached(&[first], |to| to == split.then).contains(&stage)
}

/// Whether some source's clock is stopped at a stage or at one that can be reached from it.
fn preserved_from(model: &Model, stage: StageId) -> bool {
    let preserves = |stage: StageId| {
        let here = &model.stages[stage.index()];
        !(here.preserves_at_start.is_empty() && here.preserves_at_end.is_empty())
    };
    preserves(stage) || model.reached(&[stage], |_| false).into_iter().any(preserves)
}
