//! Open cases and tasks in hand, in tables whose rows are used again.

use super::observer::CaseView;
use crate::model::{ClassId, OutcomeId, PoolId, SourceId, StageId};
use crate::random::Key;
use crate::units::{Duration, Time};

/// Where a case stands at its stage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    /// In the stage's queue.
    Waiting,
    /// Members work on it, or their work is paused.
    InWork,
    /// Nobody works; time passes.
    Delayed,
    /// Between two of these, or over.
    Moving,
}

/// An open case.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// Number in the order of arrival.
    pub(crate) number: u64,
    /// Address of its random numbers.
    pub(crate) key: Key,
    pub(crate) arrived: Time,
    /// When it joined this stage.
    pub(crate) joined: Time,
    /// When work or delay ends.
    pub(crate) until: Time,
    /// When its patience in this queue ends.
    pub(crate) patience: Time,
    /// When its evidence lapses; never once it is preserved.
    pub(crate) lapse: Time,
    /// Effort that is left, once it is drawn.
    pub(crate) effort: Option<Duration>,
    /// What its queue's order says.
    pub(crate) order_key: i64,
    /// How it ends when its evidence lapses.
    pub(crate) on_lapse: Option<OutcomeId>,
    pub(crate) source: Option<SourceId>,
    pub(crate) class: ClassId,
    pub(crate) observed: ClassId,
    pub(crate) stage: StageId,
    /// How often it joined this stage before.
    pub(crate) visit: u32,
    /// Its task, while members work on it.
    pub(crate) task: u32,
    /// Which of its waits this is.
    pub(crate) ticket: u32,
    pub(crate) state: State,
    /// Work on it has begun at this stage.
    pub(crate) begun: bool,
    /// Its evidence lapsed while it was in work.
    pub(crate) lapsed: bool,
    /// It stood in the system at the start.
    pub(crate) initial: bool,
}

impl Case {
    /// What an observer is told of it.
    pub(crate) fn view(&self, slot: u32) -> CaseView {
        CaseView {
            slot,
            case: slot,
            job: None,
            number: self.number,
            arrived: self.arrived,
            class: self.class,
            observed: self.observed,
            source: self.source,
            initial: self.initial,
            reopened: false,
        }
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
}

impl CaseTable {
    /// An empty table for cases that count visits to so many stages.
    pub(crate) fn new(loop_stages: usize) -> CaseTable {
        CaseTable { loop_stages, ..CaseTable::default() }
    }

    /// Keeps a case and says where.
    pub(crate) fn insert(&mut self, case: Case) -> u32 {
        if let Some(slot) = self.free.pop() {
            self.rows[slot as usize] = case;
            let first = slot as usize * self.loop_stages;
            self.visits[first..first + self.loop_stages].fill(0);
            return slot;
        }
        let slot = u32::try_from(self.rows.len()).expect("fewer than 2^32 cases are open at once");
        self.rows.push(case);
        self.visits.resize(self.rows.len() * self.loop_stages, 0);
        slot
    }

    /// The row is free again.
    pub(crate) fn remove(&mut self, slot: u32) {
        self.free.push(slot);
    }

    /// How often the case came to the stage with this loop number before; counts this time.
    pub(crate) fn count_visit(&mut self, slot: u32, loop_slot: u16) -> u32 {
        let seen = &mut self.visits[slot as usize * self.loop_stages + usize::from(loop_slot)];
        *seen += 1;
        *seen - 1
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

/// In which hours a task goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Hours {
    /// Those of a shift of a pool.
    Shift(PoolId, u8),
    /// Those that the members of a crew share: an index into the engine's list.
    Common(u32),
    /// On and on, in overtime where need be.
    Through,
}

/// Work in hand.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    /// Whose it is.
    pub(crate) case: u32,
    /// When this stint began, or its hours changed last.
    pub(crate) since: Time,
    /// Effort that was left then.
    pub(crate) effort: Duration,
    /// Effort done earlier in this stint, under hours that have changed since.
    pub(crate) done: Duration,
    /// Hours of effort done in an hour of work.
    pub(crate) pace: f64,
    pub(crate) hours: Hours,
    /// Who works.
    pub(crate) crew: Vec<(PoolId, u32)>,
}

/// Rows of tasks.
#[derive(Debug, Default)]
pub(crate) struct TaskTable {
    rows: Vec<Task>,
    free: Vec<u32>,
}

impl TaskTable {
    /// Keeps a task and says where; `crew` is copied, so that no memory is asked for once the table has grown.
    pub(crate) fn insert(&mut self, case: u32, since: Time, crew: &[(PoolId, u32)]) -> u32 {
        let index = self.free.pop().unwrap_or_else(|| {
            let blank = Task {
                case,
                since,
                effort: Duration::ZERO,
                done: Duration::ZERO,
                pace: 1.0,
                hours: Hours::Through,
                crew: vec![],
            };
            self.rows.push(blank);
            self.rows.len() as u32 - 1
        });
        let task = &mut self.rows[index as usize];
        (task.case, task.since, task.done) = (case, since, Duration::ZERO);
        task.crew.clear();
        task.crew.extend_from_slice(crew);
        index
    }

    /// The row is free again.
    pub(crate) fn remove(&mut self, index: u32) {
        self.free.push(index);
    }
}

impl std::ops::Index<u32> for TaskTable {
    type Output = Task;
    fn index(&self, index: u32) -> &Task {
        &self.rows[index as usize]
    }
}

impl std::ops::IndexMut<u32> for TaskTable {
    fn index_mut(&mut self, index: u32) -> &mut Task {
        &mut self.rows[index as usize]
    }
}
