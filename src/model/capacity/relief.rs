//! Where cases leave a queue by themselves: what keeps an overloaded pool's backlog finite.

use crate::model::{Model, Next, StageId};

/// Whether cases that wait at a stage may leave it unserved, under some class and at some time: they lose patience
/// there, or the clock of their evidence can still be running because what stops it lies there or ahead.
pub(super) fn at(model: &Model, stage: StageId) -> bool {
    let impatient = |stage: StageId| {
        let mut laws = model.params.iter().flat_map(|params| &params.stages[stage.index()].patience);
        laws.any(Option::is_some)
    };
    let lapses = model.params.iter().any(|p| p.sources.iter().any(|source| source.retention.is_some()));
    impatient(stage) || (lapses && preserved_from(model, stage))
}

/// Whether some source's clock is stopped at a stage or at one that can be reached from it.
fn preserved_from(model: &Model, stage: StageId) -> bool {
    let mut seen = vec![false; model.stages.len()];
    let mut ahead = vec![stage];
    while let Some(stage) = ahead.pop() {
        if std::mem::replace(&mut seen[stage.index()], true) {
            continue;
        }
        let here = &model.stages[stage.index()];
        if !(here.preserves_at_start.is_empty() && here.preserves_at_end.is_empty()) {
            return true;
        }
        let params = model.params.iter().map(|params| &params.stages[stage.index()]);
        let routes = params.flat_map(|params| &params.routes).flat_map(|route| &route.choices);
        ahead.extend(routes.filter_map(|(_, next)| match next {
            Next::Stage(to) => Some(*to),
            Next::End(_) => None,
        }));
    }
    false
}
