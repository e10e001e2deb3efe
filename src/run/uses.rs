//! Which mechanisms a model has: the others have no cells in the recorder's rows, no rows in its tables, and cost nothing.

use crate::model::{Model, PoolParams, ShiftEnd, SourceId, StageKind, StageParams};

/// How many states of a stage take time: waiting, in work, delayed, parked.
pub(crate) const STATE_COUNT: usize = 4;

/// What a model has at any date.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each says of one mechanism whether it is there")]
pub(crate) struct Uses {
    /// Cases go on in jobs.
    pub(crate) splits: bool,
    /// Tips may concern cases that are known already.
    pub(crate) links: bool,
    /// Ended cases may be opened again.
    pub(crate) reopens: bool,
    /// Reports are merged into tips before they come.
    pub(crate) bundles: bool,
    /// Work may go back to its queue.
    pub(crate) interrupts: bool,
    /// Cases may be believed to be what they are not: some stage assesses, or some source labels its tips.
    pub(crate) judges: bool,
    /// Some stage assesses.
    pub(crate) assesses: bool,
    /// By class: whether it is more urgent than the last.
    pub(crate) urgent: Vec<bool>,
    /// By class of reports: the same.
    pub(crate) urgent_reports: Vec<bool>,
    /// By source: whether tips may turn out later to concern another case.
    pub(crate) links_later: Vec<bool>,
    /// By stage: which states a case can be in there.
    states: Vec<[bool; STATE_COUNT]>,
    /// By stage: whether its queue may be full.
    pub(crate) limits: Vec<bool>,
    /// By pool.
    pub(crate) pools: Vec<PoolUses>,
}

/// What may happen to the members of a pool.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each says of one mechanism whether it is there")]
pub(crate) struct PoolUses {
    /// They come and go.
    pub(crate) moves: bool,
    /// They are away for a time.
    pub(crate) absence: bool,
    /// New ones learn.
    pub(crate) training: bool,
    /// They may see only so much of some work.
    pub(crate) caps: bool,
}

impl PoolUses {
    /// Whether levels beside posts, shifts and tasks are ever above zero.
    pub(crate) fn more_levels(self) -> bool {
        self.absence || self.training || self.caps
    }
}

impl Uses {
    /// Of a model.
    pub(crate) fn of(model: &Model) -> Uses {
        let sources = || model.params.iter().flat_map(|p| &p.sources);
        let link = |test: &dyn Fn(&crate::model::Link) -> bool| {
            sources().any(|s| s.link.as_ref().is_some_and(|l| l.share > 0.0 && test(l)))
        };
        let labelled = sources().any(|s| s.label.is_some_and(|label| label != model.unknown()));
        let ranks = &model.precedence[..model.classes.len()];
        let least = ranks.iter().max().copied().unwrap_or(0);
        let urgent: Vec<bool> = ranks.iter().map(|rank| *rank < least).collect();
        let is_urgent = |report: usize| {
            model.classes.iter().zip(&urgent).any(|(class, urgent)| *urgent && class.report == report)
        };
        Uses {
            splits: model.stages.iter().any(|s| s.rules.split.is_some()),
            links: model.linked.is_some(),
            reopens: link(&|l| l.reopen > 0.0),
            bundles: sources().any(|s| s.bundle.is_some()),
            interrupts: interrupts(model),
            judges: model.assesses || labelled,
            assesses: model.assesses,
            urgent_reports: (0..model.report_classes.len()).map(is_urgent).collect(),
            urgent,
            links_later: (0..model.sources.len()).map(|s| links_later(model, SourceId::at(s))).collect(),
            states: (0..model.stages.len()).map(|s| states(model, s)).collect(),
            limits: (0..model.stages.len()).map(|s| ever(model, s, |p| p.queue_limit.is_some())).collect(),
            pools: (0..model.pools.len()).map(|p| pool(model, p)).collect(),
        }
    }

    /// Whether a case can be in a state of a stage.
    pub(crate) fn has_state(&self, stage: usize, state: usize) -> bool {
        self.states[stage][state]
    }

    /// Whether cases can be put aside there.
    pub(crate) fn parks(&self, stage: usize) -> bool {
        self.states[stage][STATE_COUNT - 1]
    }
}

/// Whether something holds of a stage at any date.
fn ever(model: &Model, stage: usize, test: impl Fn(&StageParams) -> bool) -> bool {
    model.params.iter().any(|p| test(&p.stages[stage]))
}

fn states(model: &Model, stage: usize) -> [bool; STATE_COUNT] {
    let row = &model.stages[stage];
    let parks = ever(model, stage, |p| p.park.is_some());
    let waits =
        row.kind == StageKind::Work || row.rules.gather.is_some() || row.rules.opens.is_some() || parks;
    [waits, row.kind == StageKind::Work, row.kind == StageKind::Delay, parks]
}

fn links_later(model: &Model, source: SourceId) -> bool {
    let links = model.params.iter().filter_map(|p| p.sources[source.index()].link.as_ref());
    links.into_iter().any(|l| l.share > 0.0 && l.after.is_some())
}

fn interrupts(model: &Model) -> bool {
    let goes_back = |p: &PoolParams| {
        p.shift_end == ShiftEnd::HandOver
            || p.turnover.attrition > 0.0
            || p.turnover.absence.is_some()
            || p.exposure_cap.is_some()
    };
    model.params.iter().any(|p| p.preempt.contains(&true) || p.pools.iter().any(|pool| goes_back(pool)))
}

fn pool(model: &Model, pool: usize) -> PoolUses {
    let first = &model.params[0].pools[pool];
    let ever = |test: &dyn Fn(&PoolParams) -> bool| model.params.iter().any(|p| test(&p.pools[pool]));
    PoolUses {
        moves: first.filled != first.headcount
            || ever(&|p| p.turnover.attrition > 0.0 || p.headcount != first.headcount),
        absence: ever(&|p| p.turnover.absence.is_some()),
        training: ever(&|p| p.turnover.training.is_some()),
        caps: ever(&|p| p.exposure_cap.is_some()),
    }
}
