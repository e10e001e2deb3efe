//! What the engine tells: facts, as they happen, and levels at sample times. It computes no statistics.

use crate::model::{ClassId, OutcomeId, PoolId, SourceId, StageId};
use crate::units::{Duration, Time};

/// Hears what happens in one replication. Calls come in the order of time; at equal times in the order of the model.
pub trait Observer {
    /// Something happened to a case. `case` is as it is after the fact, but for [`Fact::Ended`], where it is as it was.
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>);

    /// A pool's level is this from now on.
    fn pool(&mut self, now: Time, pool: PoolId, level: PoolLevel);

    /// The snapshot of parameters with this index is in force from now on.
    fn changed(&mut self, now: Time, snapshot: usize);

    /// A sample time: everything at this moment has happened; at the horizon, nothing of this moment. Where cases are
    /// followed beyond the horizon there is one more call, at the very end.
    fn sample(&mut self, now: Time, census: &Census);
}

/// Who a fact is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CaseView {
    /// A small number that belongs to this case while it is open and is used again afterwards.
    pub slot: u32,
    /// Number in the order of arrival, from 0, never used again.
    pub number: u64,
    /// When the tip arrived; before 0 for initial cases.
    pub arrived: Time,
    /// What it truly is.
    pub class: ClassId,
    /// What it is believed to be.
    pub observed: ClassId,
    /// Where the tip came from; initial cases may have none.
    pub source: Option<SourceId>,
    /// Whether it stood in the system at the start.
    pub initial: bool,
}

/// What happened to a case.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Fact<'a> {
    /// A tip arrived, or an initial case was placed; [`Fact::Joined`] follows.
    Arrived,
    /// It joined a stage: it waits at a work stage.
    Joined {
        /// The stage.
        stage: StageId,
        /// When its waiting counts from: now, or before 0 for initial cases.
        since: Time,
    },
    /// Work started, for the first time or again after an interruption; or a delay or a no-time stage began.
    Started {
        /// The stage.
        stage: StageId,
        /// Pool and number of each member who works.
        crew: &'a [(PoolId, u32)],
        /// Whether it goes on after an interruption.
        resumed: bool,
        /// Cost of this start; to go on after an interruption costs nothing more.
        cost: f64,
    },
    /// Work was handed over: the case waits again with what is left.
    Interrupted {
        /// The stage.
        stage: StageId,
        /// Effort done in this stint, member-milliseconds of each member.
        effort: Duration,
    },
    /// Work, delay or no-time stage is over.
    Finished {
        /// The stage.
        stage: StageId,
        /// Effort done in this stint, member-milliseconds of each member; zero where nobody works.
        effort: Duration,
    },
    /// It left a queue because its patience ended.
    Reneged {
        /// The stage.
        stage: StageId,
    },
    /// It ended.
    Ended {
        /// How.
        outcome: OutcomeId,
        /// Why.
        cause: Cause,
        /// Where it was: waiting or delayed there if the cause is a lapse or patience.
        stage: StageId,
    },
}

/// Why a case ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    /// The route led there.
    Route,
    /// Its evidence lapsed.
    Lapse,
    /// Its patience ended.
    Patience,
}

/// How many of a pool are what.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PoolLevel {
    /// Posts.
    pub posts: u32,
    /// Filled posts.
    pub filled: u32,
    /// Members on shift.
    pub on_shift: u32,
    /// Of these, with a task.
    pub busy: u32,
    /// Members working after their shift.
    pub overtime: u32,
}

/// What the engine itself holds at a sample time, counted from its own queues and pools: the second entry of the books
/// that an observer keeps from facts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Census {
    /// By stage.
    pub waiting: Vec<u64>,
    /// By stage, paused work included.
    pub in_work: Vec<u64>,
    /// By stage.
    pub delayed: Vec<u64>,
    /// Open cases by true class.
    pub open: Vec<u64>,
    /// Tips that arrived so far, initial cases apart, by true class.
    pub arrived: Vec<u64>,
}

/// Hears nothing: for timing the engine alone.
#[derive(Debug, Default)]
pub struct Deaf;

impl Observer for Deaf {
    fn fact(&mut self, _: Time, _: CaseView, _: Fact<'_>) {}
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}
