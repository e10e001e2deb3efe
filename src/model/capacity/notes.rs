//! Which mechanisms of a model the capacity check reckons with by an approximation that a reader should know of.

use crate::model::{Load, Model, PoolId, PoolParams, SourceParams, StageParams};

/// How a mechanism was reckoned with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// Devices and tracks: mean numbers, independent of each other, all work done in full.
    Parts,
    /// Loads are full.
    Loads,
    /// Nobody overflows or is parked.
    Limits,
    /// Limits on what is in a span play no part.
    Spans,
    /// Holding members for a crew costs nothing.
    Hold,
    /// Linked tips find an open case.
    Links,
    /// So none is opened again.
    Reopening,
    /// Further tips find the case before over.
    Repeats,
    /// Expected members.
    Turnover,
    /// What load does to the hazard of leaving is left out.
    Burnout,
    /// A cap on exposing work bounds what this pool can do.
    Exposure(PoolId),
}

/// Those that this model calls for.
pub(super) fn notes(model: &Model) -> Vec<Note> {
    let rules = || model.stages.iter().map(|stage| &stage.rules);
    let stage = |has: fn(&StageParams) -> bool| model.params.iter().flat_map(|p| &p.stages).any(|s| has(s));
    let source =
        |has: fn(&SourceParams) -> bool| model.params.iter().flat_map(|p| &p.sources).any(|s| has(s));
    let pool = |has: fn(&PoolParams) -> bool| model.params.iter().flat_map(|p| &p.pools).any(|p| has(p));
    let loads = || rules().filter_map(|r| r.gather.as_ref()).any(|g| g.size != Load::Any);
    let all = [
        (rules().any(|r| r.split.is_some()), Note::Parts),
        (loads(), Note::Loads),
        (stage(|s| s.park.is_some() || s.queue_limit.is_some()), Note::Limits),
        (stage(|s| s.cap.is_some()), Note::Spans),
        (rules().any(|r| r.hold), Note::Hold),
        (source(|s| s.link.as_ref().is_some_and(|l| l.share > 0.0)), Note::Links),
        (source(|s| s.link.as_ref().is_some_and(|l| l.reopen > 0.0)), Note::Reopening),
        (model.classes.iter().any(|c| !c.repeat.is_empty()), Note::Repeats),
        (pool(|p| p.turnover.attrition > 0.0 || p.turnover.absence.is_some()), Note::Turnover),
        (pool(|p| p.turnover.burnout.is_some()), Note::Burnout),
    ];
    let capped = |p: &PoolId| model.params.iter().any(|row| row.pools[p.index()].exposure_cap.is_some());
    let capped = (0..model.pools.len()).map(PoolId::at).filter(capped).map(Note::Exposure);
    all.into_iter().filter(|(has, _)| *has).map(|(_, note)| note).chain(capped).collect()
}
