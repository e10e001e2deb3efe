//! What the engine tells: facts, as they happen, and levels at sample times. It computes no statistics.

use crate::model::{ClassId, OutcomeId, PoolId, SourceId, StageId};
use crate::units::{Duration, Time};

/// Hears what happens in one replication. Calls come in the order of time; at equal times in the order of the model.
pub trait Observer {
    /// Something happened to a case. `case` is as it is after the fact, but for [`Fact::Ended`], where it is as it was.
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>);

    /// Facts about these cases come soon: their slots and numbers. Where millions are open, an observer asks memory for all
    /// that it knows of them at once: to wait for each by itself would take most of the time.
    #[inline]
    fn expect(&mut self, _cases: &[(u32, u64)]) {}

    /// Something happened to a member of a pool; its level follows, if it is not as before.
    fn member(&mut self, _now: Time, _pool: PoolId, _member: u32, _fact: MemberFact) {}

    /// A pool's level is this from now on. Of tasks it is told once an event is over, or all members of the pool have
    /// chosen what they do next: to go from one case to another changes no level.
    fn pool(&mut self, now: Time, pool: PoolId, level: PoolLevel);

    /// The snapshot of parameters with this index is in force from now on.
    fn changed(&mut self, now: Time, snapshot: usize);

    /// A sample time: everything at this moment has happened; at the horizon, nothing of this moment. Where cases are
    /// followed beyond the horizon there is one more call, at the very end.
    fn sample(&mut self, now: Time, census: &Census);

    /// More cases and jobs than [`Model::most_open`](crate::model::Model::most_open) are open: the replication is given
    /// up here, and nothing that was told of it means anything.
    fn overfull(&mut self, _now: Time) {}
}

/// Who a fact is about: a case, or one of the jobs that a split case goes on in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CaseView {
    /// A small number that belongs to this case or job while it is open and is used again afterwards.
    pub slot: u32,
    /// The slot of the case: its own for a case, that of the whole case for a job.
    pub case: u32,
    /// Which job it is; `None` for a case.
    pub job: Option<Job>,
    /// Number of the case in the order of arrival, from 0, never used again.
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
    /// Whether it had ended before and was opened again.
    pub reopened: bool,
}

/// Which part of a split case: the track, the device, or the device in a track, each from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Job {
    /// The track; 0 where the case is not split into tracks.
    pub track: u32,
    /// The device; 0 for a track as a whole.
    pub device: u32,
}

/// What happened to a case or job. The order for a split case: [`Fact::Split`] of the case (or of a track, which is
/// split into devices), then for each job [`Fact::JobBegan`] and whatever happens to it until its [`Fact::JobEnded`];
/// then the case joins its next stage, or ends.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Fact<'a> {
    /// A tip arrived, or an initial case was placed, or an ended case was opened again; [`Fact::Joined`] follows, or
    /// [`Fact::Ended`] for a tip that is linked at once.
    Arrived {
        /// Whether it brings a new subject.
        subject: bool,
        /// Reports that were merged into the tip before it came.
        reports: u32,
    },
    /// A tip that was to be linked was not after all: it brings a subject.
    SubjectBegan,
    /// It joined a stage: it waits there if `waits`, else [`Fact::Started`] follows at once or, for a stage that splits
    /// it, [`Fact::Split`].
    Joined {
        /// The stage.
        stage: StageId,
        /// When its waiting counts from: now, or before 0 for initial cases.
        since: Time,
        /// Whether it waits: for members, for a place in a span, or for a load.
        waits: bool,
    },
    /// Of a waiting case: it was put aside.
    Parked {
        /// The stage.
        stage: StageId,
    },
    /// Of a parked case: it waits in the queue again.
    Released {
        /// The stage.
        stage: StageId,
    },
    /// Work started, for the first time or again after an interruption; or a delay or a no-time stage began. Of a load
    /// each case starts; the first one has the crew.
    Started {
        /// The stage.
        stage: StageId,
        /// Pool and number of each member who works; nobody for the cases of a load after its first.
        crew: &'a [(PoolId, u32)],
        /// Whether it goes on after an interruption.
        resumed: bool,
        /// Cost of this start; to go on after an interruption costs nothing more, and a load costs once.
        cost: f64,
    },
    /// Work was interrupted: the case waits again with what is left.
    Interrupted {
        /// The stage.
        stage: StageId,
        /// Effort done in this stint, member-milliseconds of each member; zero for the cases of a load after its first.
        effort: Duration,
        /// Why.
        why: Interruption,
    },
    /// Work, delay or no-time stage is over.
    Finished {
        /// The stage.
        stage: StageId,
        /// Effort done in this stint, member-milliseconds of each member; zero where nobody works and for the cases of a
        /// load after its first.
        effort: Duration,
    },
    /// The agency believes something else of the case: `case.observed` is new. Told of the case and of each of its open
    /// jobs, wherever they are.
    Believed {
        /// What it believed before.
        before: ClassId,
    },
    /// It left a queue because its patience ended.
    Reneged {
        /// The stage.
        stage: StageId,
    },
    /// It left a queue, just joined, because too many wait there already.
    Overflowed {
        /// The stage.
        stage: StageId,
    },
    /// The case, or a track, goes on in jobs from now on.
    Split {
        /// The stage that splits it.
        stage: StageId,
        /// How many jobs; [`Fact::JobBegan`] of each follows.
        jobs: u32,
    },
    /// A job began; [`Fact::Joined`] of the job follows.
    JobBegan,
    /// A job is over. If it is in work, the work goes on for nothing until it is [`Fact::Finished`] or
    /// [`Fact::Interrupted`]; then the slot is free again.
    JobEnded {
        /// How.
        how: JobEnd,
    },
    /// A tip was found to concern this open case. What follows from it is told apart.
    Linked,
    /// It ended.
    Ended {
        /// How.
        outcome: OutcomeId,
        /// Why.
        cause: Cause,
        /// Where it was: waiting or delayed there if the cause is a lapse or patience.
        stage: StageId,
        /// Whether its subject is stopped by this.
        subject_stopped: bool,
    },
}

impl Fact<'_> {
    /// The same without those who work, so that it can be kept.
    #[inline]
    #[must_use]
    pub fn without_crew(self) -> Fact<'static> {
        match self {
            Fact::Started { stage, resumed, cost, .. } => Fact::Started { stage, crew: &[], resumed, cost },
            Fact::Arrived { subject, reports } => Fact::Arrived { subject, reports },
            Fact::SubjectBegan => Fact::SubjectBegan,
            Fact::Joined { stage, since, waits } => Fact::Joined { stage, since, waits },
            Fact::Parked { stage } => Fact::Parked { stage },
            Fact::Released { stage } => Fact::Released { stage },
            Fact::Interrupted { stage, effort, why } => Fact::Interrupted { stage, effort, why },
            Fact::Finished { stage, effort } => Fact::Finished { stage, effort },
            Fact::Believed { before } => Fact::Believed { before },
            Fact::Reneged { stage } => Fact::Reneged { stage },
            Fact::Overflowed { stage } => Fact::Overflowed { stage },
            Fact::Split { stage, jobs } => Fact::Split { stage, jobs },
            Fact::JobBegan => Fact::JobBegan,
            Fact::JobEnded { how } => Fact::JobEnded { how },
            Fact::Linked => Fact::Linked,
            Fact::Ended { outcome, cause, stage, subject_stopped } => {
                Fact::Ended { outcome, cause, stage, subject_stopped }
            }
        }
    }
}

/// Why work was interrupted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interruption {
    /// The shift ended and work is handed over.
    ShiftEnd,
    /// A more urgent case took the member.
    Preempted,
    /// A member left for good.
    Left,
    /// A member became absent.
    Absent,
    /// A member reached the exposure cap.
    Exposed,
}

/// How a job ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobEnd {
    /// It arrived at the stage where jobs meet.
    Arrived,
    /// It ended in an outcome of its own.
    Outcome(OutcomeId),
    /// The case goes on, or ends, without it.
    Withdrawn,
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
    /// Too many waited already.
    Overflow,
    /// It is a tip that concerns another case.
    Link,
}

/// What happened to a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MemberFact {
    /// Took a post that was vacant or new.
    Hired {
        /// Not fully productive yet.
        in_training: bool,
    },
    /// Left for good.
    Left,
    /// Is away for a time.
    Absent,
    /// Is back.
    Back,
}

/// How many of a pool are what.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PoolLevel {
    /// Posts.
    pub posts: u32,
    /// Filled posts.
    pub filled: u32,
    /// Members on shift and not absent.
    pub on_shift: u32,
    /// Of these, with a task.
    pub busy: u32,
    /// Members working after their shift.
    pub overtime: u32,
    /// Members whose shift it is, but who are away.
    pub absent: u32,
    /// What members on shift lack in training, in thousandths of a trained member.
    pub learning: u32,
    /// Members on shift without a task who have reached the exposure cap.
    pub capped: u32,
}

/// What the engine itself holds at a sample time, counted from its own queues and pools: the second entry of the books
/// that an observer keeps from facts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Census {
    /// By stage, jobs by themselves, parked ones apart.
    pub waiting: Vec<u64>,
    /// By stage, paused work included, and work that goes on for a job that is over.
    pub in_work: Vec<u64>,
    /// By stage.
    pub delayed: Vec<u64>,
    /// By stage.
    pub parked: Vec<u64>,
    /// Cases that go on in jobs.
    pub split: u64,
    /// Open cases by true class.
    pub open: Vec<u64>,
    /// Tips that arrived so far, initial cases apart, by true class.
    pub arrived: Vec<u64>,
    /// Ended cases that were opened again so far, by true class.
    pub reopened: Vec<u64>,
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
