//! Which mechanisms a model has at all, and which of them a stage or a pool has, so that the others cost nothing.

use super::loads;
use super::marks::Marks;
use crate::model::{Choice, Crew, Model, PoolId, Stage, StageId};

/// Which mechanisms a model has.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each says of one mechanism whether it is there")]
pub(super) struct Features {
    /// By stage: what a free member has to know before it looks at any case.
    pub(super) at: Vec<At>,
    /// Some pool takes only some cases, or keeps members free.
    pub(super) choosy: bool,
    /// Stages that hold members for a crew.
    pub(super) holds: Vec<StageId>,
    /// Pools whose members they may be.
    pub(super) holding: Vec<PoolId>,
    /// Some pool with such a stage has another where it shares the work with other pools.
    pub(super) holds_defer: bool,
    /// Pools to whose members it matters who is held, since they work beside those who may be.
    pub(super) heeds: Marks,
    /// Some class interrupts others.
    pub(super) preempts: bool,
    /// Some queue is limited.
    pub(super) limits: bool,
    /// Stages where cases are put aside.
    pub(super) parks: Vec<StageId>,
    /// Delay stages whose loads go as soon as they are full.
    pub(super) gathers: Vec<StageId>,
    /// Some pool has a cap on exposing work.
    pub(super) exposure: bool,
    /// By pool: whether its members do exposing work, or have a cap on it, where any pool has.
    pub(super) exposed: Vec<bool>,
}

/// What a stage has of them.
#[derive(Debug)]
pub(super) struct At {
    /// The pools whose members work there.
    pub(super) pools: Marks,
    /// Its members take whoever is first: no pool there is choosy, and none leaves cases to another.
    pub(super) plain: bool,
    /// Its line is more than one queue: cases wait for loads, or for a certain member.
    pub(super) lines: bool,
    /// The pool of the member for whom cases wait.
    pub(super) assigned: Option<PoolId>,
}

impl Features {
    pub(super) fn of(model: &Model) -> Features {
        let stages = || model.params.iter().flat_map(|p| &p.stages);
        let those = |test: &dyn Fn(usize) -> bool| {
            (0..model.stages.len()).filter(|&s| test(s)).map(StageId::at).collect::<Vec<_>>()
        };
        let pools = || (0..model.pools.len()).map(PoolId::at);
        let works = |s: &Stage, p: PoolId| s.crew.pools().any(|q| q == p);
        let shares = |p: PoolId| model.stages.iter().any(|s| is_shared(s) && works(s, p));
        let holding = |p: &PoolId| model.stages.iter().any(|s| s.rules.hold && works(s, *p));
        let beside_them = |s: &Stage| s.crew.pools().any(|q| holding(&q));
        let heeds = |p: &PoolId| model.stages.iter().any(|s| works(s, *p) && beside_them(s));
        let has_cap = |p: PoolId| model.params.iter().any(|all| all.pools[p.index()].exposure_cap.is_some());
        let exposes = |p: PoolId| model.stages.iter().any(|s| s.rules.exposure && works(s, p));
        let exposure = pools().any(has_cap) && model.stages.iter().any(|s| s.rules.exposure);
        Features {
            at: model.stages.iter().map(|stage| At::of(model, stage)).collect(),
            choosy: pools().any(|p| is_choosy(model, p)),
            holds: those(&|s| model.stages[s].rules.hold),
            holding: pools().filter(holding).collect(),
            holds_defer: pools().filter(holding).any(shares),
            heeds: Marks::of(pools().filter(heeds).map(PoolId::index)),
            preempts: model.params.iter().any(|p| p.preempt.contains(&true)),
            limits: stages().any(|s| s.queue_limit.is_some()),
            parks: those(&|s| model.params.iter().any(|p| p.stages[s].park.is_some())),
            gathers: those(&|s| loads::goes_when_full(&model.stages[s])),
            exposure,
            exposed: pools().map(|p| exposure && (has_cap(p) || exposes(p))).collect(),
        }
    }
}

impl At {
    fn of(model: &Model, stage: &Stage) -> At {
        let choosy = stage.crew.pools().any(|p| is_choosy(model, p));
        let span = stage.rules.assigned.first();
        At {
            pools: Marks::of(stage.crew.pools().map(PoolId::index)),
            plain: !choosy && !is_shared(stage),
            lines: stage.rules.gather.is_some() || span.is_some(),
            assigned: span.and_then(|span| model.spans[span.index()].pool),
        }
    }
}

/// Whether members of several pools work at a stage one by one: some leave cases to others.
fn is_shared(stage: &Stage) -> bool {
    matches!(&stage.crew, Crew::AnyOf(list) if list.len() > 1)
}

/// Whether a pool takes only some cases, or keeps members free, at any date.
fn is_choosy(model: &Model, pool: PoolId) -> bool {
    let choosy = |choice: &Choice| choice.takes.is_some() || choice.reserve.is_some();
    model.params.iter().any(|params| choosy(&params.pools[pool.index()].choice))
}
