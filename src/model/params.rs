//! Everything that can change at a date: laws, routes, orders, numbers of staff, as they hold from one moment to the
//! next.

use std::sync::Arc;

use super::{ClassId, Law, Limit, OutcomeId, PoolId, StageId};
use crate::units::{Duration, Time};

/// Everything that can change at a date, from one moment to the next change.
#[derive(Debug, Clone)]
pub struct Params {
    /// In force from here.
    pub from: Time,
    /// By class: weight of an open subject per day.
    pub risk: Vec<f64>,
    /// By class: how many devices a case has; one where absent.
    pub devices: Vec<Option<Law>>,
    /// By observed class (`unknown`, the last, never does): whether such a case interrupts work on less urgent ones.
    pub preempt: Vec<bool>,
    /// By [`SourceId`](super::SourceId).
    pub sources: Vec<Arc<SourceParams>>,
    /// By [`StageId`].
    pub stages: Vec<Arc<StageParams>>,
    /// By [`PoolId`].
    pub pools: Vec<Arc<PoolParams>>,
}

/// A source's laws.
#[derive(Debug, Clone)]
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
    /// Reports that were merged into a tip before it came; one where absent.
    pub bundle: Option<Law>,
    /// Tips that concern a case which is known already.
    pub link: Option<Link>,
    /// Probability that a linked tip makes its case look more urgent.
    pub escalates: f64,
}

/// Tips that concern a case which is known already.
#[derive(Debug, Clone)]
pub struct Link {
    /// The share of such tips.
    pub share: f64,
    /// The stage at whose end it is found out; at once where absent.
    pub after: Option<StageId>,
    /// Where no case of its class is open: probability that an ended, unstopped one is opened again.
    pub reopen: f64,
}

/// Mass reports by one sender.
#[derive(Debug, Clone)]
pub struct Burst {
    /// Time from one to the next (milliseconds).
    pub every: Law,
    /// Tips of one.
    pub size: Law,
    /// Its tips come evenly within this long.
    pub over: Duration,
}

/// A provider keeps data for a time.
#[derive(Debug, Clone)]
pub struct Retention {
    /// How long (milliseconds), from the tip's arrival minus `lag`.
    pub lasts: Law,
    /// How old the data is when the tip arrives.
    pub lag: Duration,
    /// How a case ends whose evidence has lapsed.
    pub on_lapse: OutcomeId,
}

/// A stage's laws and rules.
#[derive(Debug, Clone)]
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
    /// What the agency comes to believe when the stage ends.
    pub assess: Option<Assess>,
    /// When new cases are put aside.
    pub park: Option<Park>,
    /// How many may wait.
    pub queue_limit: Option<QueueLimit>,
    /// How many cases may be in the span that this stage opens; no limit where absent.
    pub cap: Option<Cap>,
}

/// What an assessment makes the agency believe.
#[derive(Debug, Clone, PartialEq)]
pub enum Assess {
    /// By true class: cumulated probabilities of the observed class; `None` leaves it as it was.
    Table(Vec<Vec<(f64, Option<ClassId>)>>),
    /// A score, standard normal, shifted for the positive classes; above the threshold the case is flagged.
    Score {
        /// By true class: whether the score of such a case is shifted.
        positive: Vec<bool>,
        /// By how much: the square root of 2 times the standard normal quantile of the AUC.
        shift: f64,
        /// Scores above this are flagged.
        threshold: f64,
        /// Observed class of those flagged.
        above: ClassId,
        /// Observed class of the others; `None` leaves it as it was.
        below: Option<ClassId>,
    },
}

/// When new cases are put aside, and when they come back.
#[derive(Debug, Clone, PartialEq)]
pub struct Park {
    /// New cases are parked while more than these wait.
    pub above: u64,
    /// By observed class: whether such cases are parked.
    pub classes: Vec<bool>,
    /// They come back while fewer than these wait.
    pub release_below: u64,
    /// They come back after so long.
    pub after: Option<Duration>,
}

/// How many may wait in a queue, and where others go.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueLimit {
    /// The most that wait.
    pub cases: u64,
    /// Where others go.
    pub to: Next,
    /// By observed class: whether such cases are sent on.
    pub classes: Vec<bool>,
}

/// How many cases may stand in a span of stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cap {
    /// These in all.
    Cases(u64),
    /// These for each filled post of the span's pool.
    PerMember(u64),
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

impl Crew {
    /// The pools whose members work in it.
    pub fn pools(&self) -> impl Iterator<Item = PoolId> + '_ {
        let (list, needs): (&[PoolId], &[(PoolId, u32)]) = match self {
            Crew::Nobody => (&[], &[]),
            Crew::AnyOf(list) => (list, &[]),
            Crew::Together(needs) => (&[], needs),
        };
        list.iter().copied().chain(needs.iter().map(|(p, _)| *p))
    }
}

/// A law of a length of time.
#[derive(Debug, Clone, PartialEq)]
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
    /// Highest score first, those without one last.
    Score,
    /// Highest of base + gain x time since joining, by observed class.
    Ageing(Vec<Ageing>),
    /// Shares of the starts.
    Quota(Quota),
}

impl Order {
    /// The order among cases that a quota does not tell apart; otherwise the order itself.
    pub fn within(&self) -> &Order {
        if let Order::Quota(quota) = self { &quota.otherwise } else { self }
    }
}

/// How the urgency of a waiting case grows.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ageing {
    /// At joining.
    pub base: f64,
    /// Per millisecond of waiting.
    pub gain: f64,
}

/// Shares of the starts for classes of cases.
#[derive(Debug, Clone, PartialEq)]
pub struct Quota {
    /// By observed class: its entry. Named classes have one each, all others share one; entries are numbered in the order
    /// of the class list, by the first class of each.
    pub entry: Vec<usize>,
    /// By entry: its share of the starts (may be 0 for that of the others).
    pub share: Vec<f64>,
    /// The order within an entry of several classes.
    pub otherwise: Box<Order>,
}

/// A pool's numbers.
#[derive(Debug, Clone)]
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
    /// How posts go when this snapshot has fewer: the last hired, idle ones at once and busy ones after the task in
    /// hand (`true`), or the next who leave are not replaced (`false`).
    pub leave_last_hired: bool,
    /// How posts are filled that this snapshot adds.
    pub hire: Hire,
    /// How people come and go.
    pub turnover: Turnover,
    /// Whom members take up.
    pub choice: Choice,
    /// Effort on exposing stages that a member may do from one shift start to that of a later day.
    pub exposure_cap: Option<Duration>,
    /// How the speed of each changes with the number of members.
    pub scale: Option<StaffScale>,
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

impl PoolParams {
    /// Posts that are all filled, of people or machines who never leave, whose whole shift is work and costs nothing.
    pub fn plain(headcount: u32) -> PoolParams {
        PoolParams {
            headcount,
            filled: headcount,
            shares: vec![1.0],
            availability: 1.0,
            shift_end: ShiftEnd::Pause,
            leave_last_hired: false,
            hire: Hire::default(),
            turnover: Turnover::default(),
            choice: Choice::default(),
            exposure_cap: None,
            scale: None,
            yearly_cost: 0.0,
            hourly_on_shift: 0.0,
            hourly_worked: 0.0,
            overtime_factor: 1.0,
        }
    }
}

/// How added posts are filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hire {
    /// After the time that it takes to fill a vacancy.
    #[default]
    Backfill,
    /// At once, with people in training.
    New,
    /// At once, with trained people.
    Trained,
}

/// How people come and go.
#[derive(Debug, Clone, Default)]
pub struct Turnover {
    /// Hazard of leaving, per millisecond.
    pub attrition: f64,
    /// How long a vacancy stays open (milliseconds); filled at once where absent.
    pub backfill: Option<Law>,
    /// What new members can do.
    pub training: Option<Training>,
    /// How the hazard of leaving rises with the load.
    pub burnout: Option<Burnout>,
    /// Sick leave and the like.
    pub absence: Option<Absence>,
}

/// New members learn.
#[derive(Debug, Clone, PartialEq)]
pub struct Training {
    /// How long.
    pub lasts: Duration,
    /// Share of a trained member's work, in equal parts of that time.
    pub productivity: Vec<f64>,
}

/// Load wears people out: while load > `above`, the hazard of leaving is multiplied by
/// 1 + `sensitivity` x (load / `above` - 1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Burnout {
    /// Waiting cases for each filled post.
    pub above: f64,
    /// How much the hazard rises.
    pub sensitivity: f64,
}

/// Members are away for a time.
#[derive(Debug, Clone)]
pub struct Absence {
    /// From a return, or the start in the post, to the next absence (milliseconds).
    pub every: Law,
    /// Its length (milliseconds).
    pub lasts: Law,
    /// Whether the task in hand goes back to its queue; it pauses otherwise.
    pub hand_over: bool,
}

/// Each member's speed is (n / `at`)^(`value` - 1) for n filled posts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StaffScale {
    /// The exponent of the pool's output.
    pub value: f64,
    /// The number of posts at which the speed is 1.
    pub at: f64,
}

impl StaffScale {
    /// The speed of each of so many members, against that of `at` members.
    pub fn speed(&self, members: f64) -> f64 {
        (members.max(1.0) / self.at).powf(self.value - 1.0)
    }
}

/// Whom members take up.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Choice {
    /// By observed class: whether they take it; all where absent.
    pub takes: Option<Vec<bool>>,
    /// Members kept free.
    pub reserve: Option<Reserve>,
    /// What comes first among the pool's stages.
    pub prefers: Prefers,
    /// One order for all its stages together: these have it as their own.
    pub order: Option<Order>,
}

/// A case of another class starts only if more than so many members are free before it starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Reserve {
    /// How many.
    pub members: u32,
    /// By observed class: whether it may take the last ones.
    pub classes: Vec<bool>,
}

/// What a free member looks at first among the first cases of its stages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Prefers {
    /// The most urgent observed class.
    #[default]
    Class,
    /// The stage later in the file.
    Downstream,
    /// The stage earlier in the file.
    Upstream,
    /// The longest wait in its queue.
    LongestWait,
    /// The stage with the smaller rank, by stage; stages that are not listed share the last.
    Stages(Vec<u16>),
}
