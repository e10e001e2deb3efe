//! Work in hand, in a table whose rows are used again.

use crate::model::PoolId;
use crate::units::{Duration, Time};

/// In which hours a task goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Hours {
    /// Those of a shift of a pool.
    Shift(PoolId, u8),
    /// Those that the members of a crew share: an index into the engine's list.
    Common(u32),
    /// On and on, in overtime where need be.
    Through,
    /// It rests until its member is back.
    Never,
}

/// Work in hand.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    /// Whose it is: of a load, the first one.
    pub(crate) case: u32,
    /// When this stint began, or its hours changed last.
    pub(crate) since: Time,
    /// When it ends.
    pub(crate) until: Time,
    /// Effort that was left at `since`.
    pub(crate) effort: Duration,
    /// Effort done earlier in this stint, under hours that have changed since.
    pub(crate) done: Duration,
    /// How much of the effort of this stint its members' exposure has been told.
    pub(crate) counted: Duration,
    /// Hours of effort done in an hour of work.
    pub(crate) pace: f64,
    pub(crate) hours: Hours,
    /// When one of its members reaches the exposure cap, if that is before the end.
    pub(crate) cap_at: Option<Time>,
    /// When the stint began, for those who interrupt the latest first.
    pub(crate) started: Time,
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
            self.rows.push(Task {
                case,
                since,
                until: Time::NEVER,
                effort: Duration::ZERO,
                done: Duration::ZERO,
                counted: Duration::ZERO,
                pace: 1.0,
                hours: Hours::Through,
                cap_at: None,
                started: since,
                crew: vec![],
            });
            self.rows.len() as u32 - 1
        });
        let task = &mut self.rows[index as usize];
        (task.case, task.since, task.started) = (case, since, since);
        (task.done, task.counted, task.cap_at) = (Duration::ZERO, Duration::ZERO, None);
        task.crew.clear();
        task.crew.extend_from_slice(crew);
        index
    }

    /// The row is free again.
    pub(crate) fn remove(&mut self, index: u32) {
        let task = &mut self.rows[index as usize];
        (task.until, task.cap_at) = (Time::NEVER, None);
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
