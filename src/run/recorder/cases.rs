//! What the recorder knows of each open case, by the slot the engine gave it, and how long it has been where.

use crate::engine::CaseView;
use crate::model::{ClassId, PoolId, StageId};
use crate::run::uses::STATE_COUNT;
use crate::units::Time;

use super::beliefs::Verdict;

/// Where a case or job is inside a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Where {
    /// Between two stages, or in one that takes no time.
    #[default]
    Between,
    /// In front of a stage.
    Waiting,
    /// Somebody works on it, or has paused.
    InWork,
    /// In a delay.
    Delayed,
    /// Put aside in front of a stage.
    Parked,
    /// It goes on in jobs.
    Split,
}

/// The states that take time, in the order of all tables.
pub(super) const STATES: [(Where, &str); STATE_COUNT] = [
    (Where::Waiting, "waiting"),
    (Where::InWork, "in_work"),
    (Where::Delayed, "delayed"),
    (Where::Parked, "parked"),
];

impl Where {
    /// Its place in [`STATES`].
    pub(super) fn index(self) -> Option<usize> {
        match self {
            Where::Between | Where::Split => None,
            Where::Waiting => Some(0),
            Where::InWork => Some(1),
            Where::Delayed => Some(2),
            Where::Parked => Some(3),
        }
    }
}

/// What is kept in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// A case.
    Whole,
    /// A job of the case in that slot.
    PartOf(u32),
    /// A job in work whose case has gone on without it.
    Orphan,
}

/// One open case, or a job of one.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact about the case by itself")]
pub(super) struct Case {
    pub(super) number: u64,
    pub(super) arrived: Time,
    /// True class.
    pub(super) class: ClassId,
    /// Row of its true class in reports.
    pub(super) report: usize,
    /// The observed class under which it is counted now.
    pub(super) observed: ClassId,
    /// The cell of the backlog in which it is counted now.
    pub(super) cell: Option<u32>,
    pub(super) initial: bool,
    pub(super) reopened: bool,
    pub(super) unit: Unit,
    pub(super) stage: StageId,
    pub(super) place: Where,
    /// Since when it is in this place.
    pub(super) since: Time,
    /// Since when it has waited for its first start at this stage.
    pub(super) joined: Time,
    /// Whether it has come to a stage.
    pub(super) entered: bool,
    /// Whether a work stage has started.
    pub(super) touched: bool,
    /// Whether that counts among the touched tips of the window.
    pub(super) touch_counts: bool,
    /// What its clocks say is kept until it ends: it may turn out to be no case of its own, or buried.
    pub(super) held: bool,
    /// An assessment is over, what it says is about to be told.
    pub(super) to_judge: bool,
    /// What the last assessment that is over made of it.
    pub(super) verdict: Option<Verdict>,
    /// Who works on it, one entry a member: kept for its memory when the slot is used again.
    pub(super) crew: Vec<PoolId>,
    /// Its stints in the arena of [`Lives`].
    stints: Option<u32>,
}

/// All cases, by slot.
#[derive(Debug, Default)]
pub(super) struct Cases {
    slots: Vec<Option<Case>>,
    /// Crews of closed cases, to be used again.
    crews: Vec<Vec<PoolId>>,
}

impl Cases {
    /// Takes in a case that has just arrived, or a job that has just begun.
    pub(super) fn open(&mut self, view: &CaseView, report: usize, now: Time) {
        let slot = view.slot as usize;
        if self.slots.len() <= slot {
            self.slots.resize(slot + 1, None);
        }
        self.slots[slot] = Some(Case {
            number: view.number,
            arrived: view.arrived,
            class: view.class,
            report,
            observed: view.observed,
            cell: None,
            initial: view.initial,
            reopened: view.reopened,
            unit: if view.job.is_some() { Unit::PartOf(view.case) } else { Unit::Whole },
            stage: StageId(0),
            place: Where::Between,
            since: now,
            joined: now,
            entered: false,
            touched: false,
            touch_counts: false,
            held: false,
            to_judge: false,
            verdict: None,
            crew: self.crews.pop().unwrap_or_default(),
            stints: None,
        });
    }

    /// The case in a slot.
    pub(super) fn get(&mut self, slot: u32) -> &mut Case {
        let case = self.slots.get_mut(slot as usize).and_then(Option::as_mut);
        case.expect("facts about a case begin with its arrival and stop with its end")
    }

    /// Gives the slot back.
    pub(super) fn close(&mut self, slot: u32) {
        if let Some(mut case) = self.slots[slot as usize].take() {
            case.crew.clear();
            self.crews.push(case.crew);
        }
    }

    /// All open cases and jobs with their slots.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Case)> {
        self.slots.iter().enumerate().filter_map(|(slot, case)| Some((slot, case.as_ref()?)))
    }
}

/// How long one case was in one state of one stage, all visits and all its jobs together.
#[derive(Debug, Clone, Copy)]
struct Stint {
    cell: u32,
    next: Option<u32>,
    spent: i64,
}

/// The stints of all open cases in one arena: a case that has only waited in one queue costs nothing.
#[derive(Debug, Default)]
pub(super) struct Lives {
    stints: Vec<Stint>,
    free: Vec<u32>,
}

impl Lives {
    /// A case was in this state (`cell`) of a stage for so long.
    pub(super) fn add(&mut self, case: &mut Case, cell: usize, spent: i64) {
        if spent == 0 {
            return;
        }
        let mut at = case.stints;
        while let Some(i) = at {
            let stint = &mut self.stints[i as usize];
            if stint.cell == cell as u32 {
                stint.spent += spent;
                return;
            }
            at = stint.next;
        }
        let stint = Stint { cell: cell as u32, next: case.stints, spent };
        let place = self.free.pop();
        case.stints = Some(place.unwrap_or(self.stints.len() as u32));
        match place {
            Some(i) => self.stints[i as usize] = stint,
            None => self.stints.push(stint),
        }
    }

    /// Ends a life: hands every stint to `each` and forgets them.
    pub(super) fn end(&mut self, case: &mut Case, mut each: impl FnMut(usize, i64)) {
        let mut at = case.stints.take();
        while let Some(i) = at {
            let stint = self.stints[i as usize];
            each(stint.cell as usize, stint.spent);
            self.free.push(i);
            at = stint.next;
        }
    }
}
