//! What a scenario means: tables of numbers and indices that the engine runs on without asking.
//!
//! A [`Model`] is immutable, holds no text that the engine needs, and has been proved fit to run by
//! [`compile`]: every route sums to one, every case can end, every crew can stand together. What changes at dates
//! stands in [`Params`], one snapshot for every moment at which something changes; what never changes stands in
//! the [`Model`] itself.

pub mod calendar;
pub mod capacity;
mod compile;
pub mod fluid;
mod hours;
pub mod ids;
mod inflow;
mod inputs;
pub mod law;
mod params;
mod places;
mod rates;
mod rules;
mod staffing;
#[cfg(test)]
pub(crate) mod testing;
mod walk;
mod ways;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil;

use crate::units::{Duration, Time};
pub use calendar::WorkCalendar;
pub use compile::advice::{advice, long_run};
pub use compile::compile;
pub use compile::limits::too_large;
pub use ids::{ClassId, MilestoneId, OutcomeId, PoolId, SourceId, SpanId, StageId};
pub use inputs::{USUAL_DRAWS, input_draws, input_values, unknown_law};
pub use law::Law;
pub use params::{
    Absence, Ageing, Assess, Burnout, Burst, Cap, Choice, Crew, Hire, Link, Next, Order, Params, Park,
    PoolParams, Prefers, QueueLimit, Quota, Reserve, Retention, Route, ShiftEnd, SourceParams, SpanLaw,
    StaffScale, StageParams, Training, Turnover,
};
pub use places::{InitialPlaces, PoolPlaces, SourcePlaces, StagePlaces};
pub use rules::{Gather, Join, Load, Parts, Span, Split, StageRules};

/// Cases and jobs that may be open at once in a replication: some 5 GB of memory.
pub const MOST_OPEN: u32 = 10_000_000;
/// Tips that may be expected in a replication: hours of computing.
pub const MOST_TIPS: f64 = 1e9;

/// A compiled scenario.
#[derive(Debug)]
pub struct Model {
    /// Short name for files and tables: the scenario file's stem.
    pub name: String,
    /// The plan's name where one was applied, else empty.
    pub plan: String,
    /// Title for people.
    pub title: String,
    /// The civil moment of time zero.
    pub start: civil::DateTime,
    /// Measures end here.
    pub horizon: Time,
    /// Measures begin here.
    pub warmup: Time,
    /// How long after the horizon cases are still followed, to see what becomes of them.
    pub follow_up: Duration,
    /// Sample times: 0, every `sample`, and the horizon as the last.
    pub samples: Vec<Time>,
    /// Replications asked for.
    pub replications: u32,
    /// The seed of all random numbers.
    pub seed: u64,
    /// No more cases and jobs than this may be open at once in a replication: [`MOST_OPEN`].
    pub most_open: u32,
    /// Currency of all costs.
    pub currency: String,
    /// Starts of fiscal years within the run, the first at or before 0, the last at or after the horizon.
    pub fiscal_years: Vec<FiscalYear>,
    /// Yearly discount rate for costs, as a fraction.
    pub discount: f64,
    /// Classes, sub-classes directly after their parent.
    pub classes: Vec<Class>,
    /// The rows of reports: top-level classes in order; sub-classes are summed into them.
    pub report_classes: Vec<String>,
    /// Precedence of each observed class (0 = most urgent), `unknown` last in this table.
    pub precedence: Vec<u16>,
    /// Sources in the order of their ids.
    pub sources: Vec<Source>,
    /// Cases that stand in the system at the start, in the order of the file's rows.
    pub initial: Vec<Initial>,
    /// Pools in the order of their ids.
    pub pools: Vec<Pool>,
    /// Stages in the file's order.
    pub stages: Vec<Stage>,
    /// How many stages a case may visit more than once.
    pub loop_stages: usize,
    /// Stretches of stages that hold a limited number of cases, or keep a case with one member.
    pub spans: Vec<Span>,
    /// Whether any stage assesses at any date: the observed class is unknown before.
    pub assesses: bool,
    /// How linked tips end; some where tips can be linked.
    pub linked: Option<OutcomeId>,
    /// Outcomes in the file's order.
    pub outcomes: Vec<Outcome>,
    /// Milestones in the file's order; `first-touch` and `closed` follow where the file does not define them.
    pub milestones: Vec<Milestone>,
    /// Targets in the file's order.
    pub targets: Vec<Target>,
    /// Monday to Friday without the scenario's holidays, whole days: what "10 working days" counts.
    pub working_days: WorkCalendar,
    /// Snapshots of everything that can change; the first is in force from time 0.
    pub params: Vec<Params>,
    /// Costs that are not staff: plans' and changes' `once` and `yearly`.
    pub extra_costs: Vec<ExtraCost>,
}

/// A fiscal year that overlaps the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiscalYear {
    /// As people call it: `2025`, or `2025/26` where it does not begin in January.
    pub label: String,
    /// Its first moment (may lie before time 0).
    pub from: Time,
    /// The first moment of the next.
    pub until: Time,
}

/// What a case truly is.
#[derive(Debug)]
pub struct Class {
    /// Id in the file.
    pub id: String,
    /// Its row in [`Model::report_classes`].
    pub report: usize,
    /// How often an unstopped subject causes a further tip: the hazard over the whole run, in sorted pieces; empty where
    /// it never does.
    pub repeat: Vec<HazardPiece>,
}

/// A stretch of constant hazard: pieces are sorted, without gaps, and cover the run from time 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HazardPiece {
    /// First moment.
    pub from: Time,
    /// Events per millisecond.
    pub rate: f64,
}

/// Where tips come from: what never changes. Rates and laws are in [`SourceParams`].
#[derive(Debug)]
pub struct Source {
    /// Id in the file.
    pub id: String,
    /// Addresses of its draws.
    pub places: SourcePlaces,
    /// Cumulative-rate pieces over the whole run, all dated changes and growth included; see [`RatePiece`].
    pub rate: Vec<RatePiece>,
    /// No tips before.
    pub from: Time,
    /// No tips at or after.
    pub until: Time,
    /// No more tips than these in all.
    pub at_most: u64,
    /// Recorded arrivals instead of a flow, sorted, with the number of the row of each.
    pub replay: Vec<(Time, u64)>,
}

/// A stretch of constant arrival rate: pieces are sorted, without gaps, and cover the run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatePiece {
    /// First moment.
    pub from: Time,
    /// Epochs per millisecond.
    pub rate: f64,
    /// The calendar day (0 = the start's), whose multiplier applies where the source is over-dispersed.
    pub day: u32,
}

/// One cell of an `[[initial]]` table: one stage, one true class.
#[derive(Debug)]
pub struct Initial {
    /// Where they stand.
    pub stage: StageId,
    /// What they truly are.
    pub class: ClassId,
    /// What they are believed to be.
    pub observed: ClassId,
    /// How many.
    pub count: u64,
    /// Number of the first one among those of the same stage, source and class.
    pub first: u64,
    /// Time since the tip arrived (milliseconds).
    pub age: Law,
    /// Time in this queue, where it is not the whole age.
    pub waited: Option<Law>,
    /// Where their tips came from.
    pub source: Option<SourceId>,
    /// Whether their evidence can still lapse: the source has a retention window, and the stage that stops its clock
    /// still lies ahead of them.
    pub can_lapse: bool,
    /// Address of the tip's key; the draws of age and of time waited.
    pub places: InitialPlaces,
}

/// Staff or machines of one kind: what never changes.
#[derive(Debug)]
pub struct Pool {
    /// Id in the file.
    pub id: String,
    /// Hours of each shift of the rota over the whole run, dated changes included. A pool without shifts has one.
    pub calendars: Vec<Arc<WorkCalendar>>,
    /// Addresses of its draws.
    pub places: PoolPlaces,
}

/// A step of work or waiting: what never changes.
#[derive(Debug)]
pub struct Stage {
    /// Id in the file.
    pub id: String,
    /// What happens there.
    pub kind: StageKind,
    /// Its number among the stages that a case may visit more than once.
    pub loop_slot: Option<u16>,
    /// Tasks begin only within these windows, both ends included, dated changes included.
    pub starts: Option<WorkCalendar>,
    /// Who works there; empty at stages without work.
    pub crew: Crew,
    /// Addresses of its draws.
    pub places: StagePlaces,
    /// Sources whose retention clock stops when work starts here.
    pub preserves_at_start: Vec<SourceId>,
    /// Sources whose retention clock stops when work ends here.
    pub preserves_at_end: Vec<SourceId>,
    /// Rules that few stages have.
    pub rules: StageRules,
}

impl Stage {
    /// Whether tasks may begin at this moment.
    #[inline]
    pub fn may_start(&self, at: Time) -> bool {
        self.starts.as_ref().is_none_or(|windows| windows.is_open_with_end(at))
    }
}

/// What happens at a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageKind {
    /// Members of pools work.
    Work,
    /// Nobody works; the case waits for a time to pass.
    Delay,
    /// No time passes.
    Instant,
}

/// How a case ends.
#[derive(Debug)]
pub struct Outcome {
    /// Id in the file.
    pub id: String,
    /// What it is counted as.
    pub counts_as: CountsAs,
    /// Whether the subject is stopped: risk-days end, no more tips come.
    pub stops: bool,
    /// It is the end of a job only.
    pub of: Option<JobKind>,
}

/// What a part of a split case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the words of the scenario language")]
pub enum JobKind {
    Device,
    Track,
}

/// What an outcome is counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the words of the scenario language")]
pub enum CountsAs {
    Acted,
    Closed,
    Referred,
    Lost,
    Linked,
}

/// A moment whose delay is reported.
#[derive(Debug)]
pub struct Milestone {
    /// Id in the file.
    pub id: String,
    /// Where the clock starts; at the tip's arrival where absent.
    pub from: Option<Moment>,
    /// What stops it.
    pub at: Moment,
    /// Only tips of these sources, where not empty.
    pub sources: Vec<SourceId>,
    /// One sentence that says what it means, for the header of tables.
    pub meaning: String,
}

/// A moment in the life of a case, the first time it happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment {
    /// Work or a delay starts at the stage.
    Start(StageId),
    /// Work or a delay ends at the stage.
    End(StageId),
    /// The case ends in this outcome.
    Outcome(OutcomeId),
    /// The case ends in an outcome that counts as this.
    CountsAs(CountsAs),
    /// The first start of any work stage.
    FirstTouch,
    /// Any end but a lapse of evidence and a patience that ran out.
    Closed,
}

/// What is asked of a milestone.
#[derive(Debug)]
pub struct Target {
    /// Of which milestone.
    pub milestone: MilestoneId,
    /// Row of [`Model::report_classes`]; all classes together where absent.
    pub class: Option<usize>,
    /// Reached within this time ...
    pub within: Limit,
    /// ... by at least this share.
    pub share: f64,
}

/// A limit on an age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Plain time.
    Plain(Duration),
    /// Working days of the scenario, as time on [`Model::working_days`] (24 h each).
    WorkingDays(Duration),
}

/// A cost that is not staff.
#[derive(Debug, Clone)]
pub struct ExtraCost {
    /// What it is for, as written.
    pub item: String,
    /// Paid at `from`.
    pub once: f64,
    /// Paid evenly from `from` to `until`, per year of 365.25 days.
    pub yearly: f64,
    /// First moment.
    pub from: Time,
    /// The first moment that is free of it again.
    pub until: Time,
}

impl Model {
    /// The end of the simulated time: horizon and follow-up.
    pub fn end(&self) -> Time {
        self.horizon + self.follow_up
    }

    /// The observed class of cases that nobody has looked at.
    pub fn unknown(&self) -> ClassId {
        ClassId::at(self.classes.len())
    }

    /// The name of an observed class.
    pub fn class_name(&self, class: ClassId) -> &str {
        self.classes.get(class.index()).map_or("unknown", |c| &c.id)
    }

    /// The snapshot in force at a time.
    pub fn params_at(&self, time: Time) -> &Params {
        let after = self.params.partition_point(|p| p.from <= time);
        &self.params[after.max(1) - 1]
    }

    /// The stages that a case may come to after some others, at any date, whole or in parts; none that are `barred`, nor
    /// beyond these.
    pub fn reached(&self, after: &[StageId], barred: impl Fn(StageId) -> bool) -> BTreeSet<StageId> {
        let (mut seen, mut open) = (BTreeSet::new(), after.to_vec());
        while let Some(stage) = open.pop() {
            let next = self.may_follow(stage).into_iter();
            open.extend(next.filter(|next| !barred(*next) && seen.insert(*next)));
        }
        seen
    }

    /// The stages that a case may come to directly after a stage, at any date, whole or in parts.
    pub fn may_follow(&self, stage: StageId) -> Vec<StageId> {
        let mut all: Vec<Next> = vec![];
        for params in &self.params {
            let row = &params.stages[stage.index()];
            all.extend(row.routes.iter().flat_map(|r| &r.choices).map(|(_, next)| *next));
            all.extend(row.on_patience);
            all.extend(row.queue_limit.as_ref().map(|limit| limit.to));
        }
        if let Some(split) = &self.stages[stage.index()].rules.split {
            all.extend([Next::Stage(split.then), split.none]);
            if let Parts::Tracks(tracks) = &split.into {
                all.extend(tracks.iter().map(|track| Next::Stage(*track)));
            }
        }
        let mut stages: Vec<StageId> = all
            .into_iter()
            .filter_map(|next| if let Next::Stage(stage) = next { Some(stage) } else { None })
            .collect();
        stages.sort_unstable();
        stages.dedup();
        stages
    }
}
