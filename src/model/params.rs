//! Everything that can change at a date: laws, routes, orders, numbers of staff, as they hold from one moment to the
//! next.

use std::sync::Arc;

use super::{ClassId, Law, Limit, OutcomeId, PoolId, StageId};
use crate::units::{Duration, Time};

/// Everything that can change at a date, from one moment to the next change.
#[derive(Debug)]
pub struct Params {
    /// In force from here.
    pub from: Time,
    /// By class: weight of an open subject per day.
    pub risk: Vec<f64>,
    /// By [`SourceId`](super::SourceId).
    pub sources: Vec<Arc<SourceParams>>,
    /// By [`StageId`].
    pub stages: Vec<Arc<StageParams>>,
    /// By [`PoolId`].
    pub pools: Vec<Arc<PoolParams>>,
}

/// A source's laws.
#[derive(Debug)]
pub struct SourceParams {
    /// The stage its tips enter.
    pub enters: StageId,
    /// Variance-to-mean ratio of daily epochs; 1 for none.
    pub overdispersion: f64,
    /// Gap between epochs in units of the mean gap; exponential where absent.
    pub gaps: Option<Law>,
    /// Tips per epoch; one where absent.
    pub batch: Option<Law>,
    /// Mass reports.
    pub burst: Option<Burst>,
    /// Cumulated shares of true classes.
    pub mix: Vec<f64>,
    /// Cumulated shares at the horizon, towards which the mix drifts.
    pub mix_end: Option<Vec<f64>>,
    /// Observed class of new tips: `None` = the true one.
    pub label: Option<ClassId>,
    /// How long the evidence lasts.
    pub retention: Option<Retention>,
}

/// Mass reports by one sender.
#[derive(Debug)]
pub struct Burst {
    /// Time from one to the next (milliseconds).
    pub every: Law,
    /// Tips of one.
    pub size: Law,
    /// Its tips come evenly within this long.
    pub over: Duration,
}

/// A provider keeps data for a time.
#[derive(Debug)]
pub struct Retention {
    /// How long (milliseconds), from the tip's arrival minus `lag`.
    pub lasts: Law,
    /// How old the data is when the tip arrives.
    pub lag: Duration,
    /// How a case ends whose evidence has lapsed.
    pub on_lapse: OutcomeId,
}

/// A stage's laws and rules.
#[derive(Debug)]
pub struct StageParams {
    /// By true class: effort (member-milliseconds) or delay.
    pub time: Vec<Option<SpanLaw>>,
    /// By observed class (`unknown` too): how long a case waits before it gives up.
    pub patience: Vec<Option<SpanLaw>>,
    /// Where it goes then.
    pub on_patience: Option<Next>,
    /// Who is first in the queue.
    pub order: Order,
    /// By class: where cases go afterwards.
    pub routes: Vec<Route>,
    /// Whether routes go by the observed class (then `routes` has a row for `unknown` too).
    pub route_by_observed: bool,
    /// Cost of each start.
    pub cost: f64,
}

/// Who takes up a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Crew {
    /// Nobody: a delay or no-time stage.
    Nobody,
    /// One member of the first of these pools that has one free.
    AnyOf(Vec<PoolId>),
    /// All of these together.
    Together(Vec<(PoolId, u32)>),
}

/// A law of a length of time.
#[derive(Debug, Clone)]
pub struct SpanLaw {
    /// Milliseconds; of working days, milliseconds of [`Model::working_days`](super::Model::working_days).
    pub law: Law,
    /// Counted in working days.
    pub working_days: bool,
}

/// Where a case goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Next {
    /// To a stage.
    Stage(StageId),
    /// It ends.
    End(OutcomeId),
}

/// Cumulated probabilities of what comes next.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Route {
    /// In the order written; the last cumulated probability is 1.
    pub choices: Vec<(f64, Next)>,
}

/// Who is first in a stage's queue: the smallest key, then the earliest to join, then the earliest to arrive.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// Most urgent observed class first.
    Class,
    /// First to join.
    Fifo,
    /// Last to join.
    Lifo,
    /// Earliest lapse of evidence, those without one last.
    Lapse,
    /// Earliest due time: arrival plus the allowance of the observed class (`None`: last).
    Due(Vec<Option<Limit>>),
    /// Smallest mean effort of the observed class (milliseconds).
    Shortest(Vec<f64>),
    /// Smallest drawn effort.
    ShortestDrawn,
    /// A key drawn at joining.
    Random,
}

/// A pool's numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolParams {
    /// Posts.
    pub headcount: u32,
    /// Posts that are filled when this snapshot is the first.
    pub filled: u32,
    /// Share of the posts in each shift of the rota; `[1.0]` without shifts.
    pub shares: Vec<f64>,
    /// Share of the shift that is case work.
    pub availability: f64,
    /// What happens to a task when the shift ends.
    pub shift_end: ShiftEnd,
    /// How posts go when there are fewer: idle members at once, busy ones after the task in hand (`true`), or not at
    /// all because nobody leaves (`false`).
    pub leave_last_hired: bool,
    /// Cost of a filled post per year of 365.25 days.
    pub yearly_cost: f64,
    /// Cost of an hour on shift.
    pub hourly_on_shift: f64,
    /// Cost of an hour worked.
    pub hourly_worked: f64,
    /// Overtime hours cost this many times the hour worked.
    pub overtime_factor: f64,
}

/// What happens to a task in hand when the shift ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShiftEnd {
    /// It goes on with the same member at the next shift.
    Pause,
    /// It is finished in overtime.
    Finish,
    /// It goes back to its place in the queue with what is left.
    HandOver,
}
