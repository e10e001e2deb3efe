//! Open cases and their jobs, in a table whose rows are used again.

use super::observer::{CaseView, Job};
use super::repeat::SubjectId;
use crate::model::{ClassId, OutcomeId, SourceId, StageId};
use crate::random::Key;
use crate::units::{Duration, Time};

/// Where a case or job stands at its stage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    /// In front of the stage.
    Waiting,
    /// Put aside in front of the stage.
    Parked,
    /// Members work on it, or their work is paused.
    InWork,
    /// Nobody works; time passes.
    Delayed,
    /// It goes on in jobs.
    Split,
    /// Between two of these, or over.
    Moving,
}

/// In which of a stage's lines it waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Spot {
    /// For members, whoever they are.
    Queue,
    /// For the member to whom it is assigned.
    Assigned(u32),
    /// For a place in the span that the stage opens.
    Gate,
    /// For the next slot.
    Yard,
    /// For members, as the first of a load that was interrupted.
    Formed,
    /// With the first of a load that was interrupted.
    Behind,
    /// Parked.
    Lot,
}

/// An open case, or a job of one. Number, key, class and clocks are the case's; place, patience and effort are its own.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact about the case by itself")]
pub(crate) struct Case {
    /// Number in the order of arrival.
    pub(crate) number: u64,
    /// Address of its random numbers.
    pub(crate) key: Key,
    pub(crate) arrived: Time,
    /// When it joined this stage.
    pub(crate) joined: Time,
    /// When its delay ends.
    pub(crate) until: Time,
    /// When its patience in this queue ends.
    pub(crate) patience: Time,
    /// When its evidence lapses; never once it is preserved, and for jobs, whose case knows it.
    pub(crate) lapse: Time,
    /// Effort that is left, once it is drawn.
    pub(crate) effort: Option<Duration>,
    /// What its queue's order says.
    pub(crate) order_key: i64,
    /// The score of the last assessment that gave one.
    pub(crate) score: Option<f64>,
    /// How it ends when its evidence lapses.
    pub(crate) on_lapse: Option<OutcomeId>,
    pub(crate) source: Option<SourceId>,
    /// The stage at whose end it turns out to concern another case.
    pub(crate) link_after: Option<StageId>,
    /// Whom it is about, where that is kept.
    pub(crate) subject: Option<SubjectId>,
    /// The case or track that it is part of.
    pub(crate) parent: Option<u32>,
    /// Its row among the split cases.
    pub(crate) split: Option<u32>,
    /// Cases that it is handled with.
    pub(crate) load: Option<u32>,
    pub(crate) class: ClassId,
    pub(crate) observed: ClassId,
    pub(crate) stage: StageId,
    /// Track and device, 0 for a whole case: see [`job_of`].
    pub(crate) job: u32,
    /// How often it joined this stage before.
    pub(crate) visit: u32,
    /// Its task, while members work on it.
    pub(crate) task: u32,
    /// Which of its waits this is.
    pub(crate) ticket: u32,
    /// Which of the lives in this row.
    pub(crate) life: u32,
    /// Its jobs that are in work.
    pub(crate) running: u32,
    pub(crate) state: State,
    pub(crate) spot: Spot,
    /// Work on it has begun at this stage.
    pub(crate) begun: bool,
    /// Its evidence lapsed while it was in work.
    pub(crate) lapsed: bool,
    /// It stood in the system at the start.
    pub(crate) initial: bool,
    /// It had ended before.
    pub(crate) reopened: bool,
    /// It took its place in the span of this stage by coming here, and had none before.
    pub(crate) took_place: bool,
    /// A limit has sent it on: it stays where it is now.
    pub(crate) sent_on: bool,
    /// When that was last: a case is sent on once at a moment, however short its work.
    pub(crate) sent_at: Time,
    /// It was to be parked once at this stage: it is not parked again.
    pub(crate) unparked: bool,
    /// It has been taken apart at some time.
    pub(crate) parted: bool,
    /// A job that has passed the stage whose end stops the provider's clock.
    pub(crate) passed: bool,
    /// A job whose case has gone on without it.
    pub(crate) orphan: bool,
}

/// Number of a job in one word: the track and the device, each from 1, or 0.
pub(crate) fn job_number(track: u32, device: u32) -> u32 {
    track << 16 | device
}

/// The job of such a number; none for a whole case.
pub(crate) fn job_of(number: u32) -> Option<Job> {
    (number != 0).then_some(Job { track: number >> 16, device: device_of(number) })
}

/// The device in such a number, from 1; 0 for a case or a track as a whole.
pub(crate) fn device_of(number: u32) -> u32 {
    number % (1 << 16)
}

impl Case {
    /// What an observer is told of it; `root` is the slot of the whole case.
    #[inline]
    pub(crate) fn view(&self, slot: u32, root: u32) -> CaseView {
        CaseView {
            slot,
            case: root,
            job: job_of(self.job),
            number: self.number,
            arrived: self.arrived,
            class: self.class,
            observed: self.observed,
            source: self.source,
            initial: self.initial,
            reopened: self.reopened,
        }
    }

    /// Its place among the cases in order of arrival, jobs by number.
    #[inline]
    pub(crate) fn rank(&self) -> u64 {
        self.number << 24 | u64::from(self.job.min(0xff_ffff))
    }

    /// The ordinal of the job in the address of its random numbers: 0 is the whole case.
    #[inline]
    pub(crate) fn job_ordinal(&self) -> u64 {
        u64::from(self.job >> 16) << 32 | u64::from(device_of(self.job))
    }

    /// Whether it stands in front of its stage, parked or not.
    pub(crate) fn waits(&self) -> bool {
        matches!(self.state, State::Waiting | State::Parked)
    }
}

/// Rows of open cases.
#[derive(Debug, Default)]
pub(crate) struct CaseTable {
    rows: Vec<Case>,
    free: Vec<u32>,
    /// Visits of each row to each stage that can be visited more than once.
    visits: Vec<u32>,
    loop_stages: usize,
    lives: u32,
}

impl CaseTable {
    /// An empty table for cases that count visits to so many stages.
    pub(crate) fn new(loop_stages: usize) -> CaseTable {
        CaseTable { loop_stages, ..CaseTable::default() }
    }

    /// How many cases and jobs are open.
    #[inline]
    pub(crate) fn open(&self) -> usize {
        self.rows.len() - self.free.len()
    }

    /// Keeps a case and says where.
    pub(crate) fn insert(&mut self, mut case: Case) -> u32 {
        self.lives = self.lives.wrapping_add(1);
        case.life = self.lives;
        if let Some(slot) = self.free.pop() {
            self.rows[slot as usize] = case;
            self.visits_of(slot).fill(0);
            return slot;
        }
        let slot = u32::try_from(self.rows.len()).expect("fewer than 2^32 cases are open at once");
        self.rows.push(case);
        self.visits.resize(self.rows.len() * self.loop_stages, 0);
        slot
    }

    /// The row is free again; its number may not be met again by an event that is still pending.
    pub(crate) fn remove(&mut self, slot: u32) {
        let case = &mut self.rows[slot as usize];
        (case.number, case.life, case.state) = (u64::MAX, 0, State::Moving);
        self.free.push(slot);
    }

    /// How often the case came to the stage with this loop number before; counts this time.
    pub(crate) fn count_visit(&mut self, slot: u32, loop_slot: u16) -> u32 {
        let seen = &mut self.visits_of(slot)[usize::from(loop_slot)];
        *seen += 1;
        *seen - 1
    }

    /// Its visits to each stage that can be visited more than once.
    pub(crate) fn visits_of(&mut self, slot: u32) -> &mut [u32] {
        let first = slot as usize * self.loop_stages;
        &mut self.visits[first..first + self.loop_stages]
    }

    /// The whole case that a job is part of; itself for a case.
    #[inline]
    pub(crate) fn root(&self, slot: u32) -> u32 {
        let mut at = slot;
        while let Some(parent) = self.rows[at as usize].parent {
            at = parent;
        }
        at
    }
}

impl std::ops::Index<u32> for CaseTable {
    type Output = Case;
    fn index(&self, slot: u32) -> &Case {
        &self.rows[slot as usize]
    }
}

impl std::ops::IndexMut<u32> for CaseTable {
    fn index_mut(&mut self, slot: u32) -> &mut Case {
        &mut self.rows[slot as usize]
    }
}
