//! What the recorder knows of each open case, by the slot the engine gave it, and how long it has been where.

use std::num::NonZeroU32;

use crate::engine::CaseView;
use crate::model::{ClassId, Model, PoolId};
use crate::run::uses::{STATE_COUNT, Uses};
use crate::units::Time;

use super::beliefs::Verdict;

/// Where a case or job is inside a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Where {
    /// In front of a stage.
    Waiting,
    /// Somebody works on it, or has paused.
    InWork,
    /// In a delay.
    Delayed,
    /// Put aside in front of a stage.
    Parked,
    /// Between two stages, or in one that takes no time.
    #[default]
    Between,
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
    #[inline]
    pub(super) fn index(self) -> Option<usize> {
        // The places that take time come first.
        let index = self as usize;
        (index < STATE_COUNT).then_some(index)
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

/// One open case, or a job of one. There may be millions of them, far more than a processor keeps at hand, so each has one
/// cache line and no more.
#[derive(Debug, Clone)]
#[repr(align(64))]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact about the case by itself")]
pub(super) struct Case {
    pub(super) arrived: Time,
    /// True class.
    pub(super) class: ClassId,
    /// Its true class as reports know it.
    report: u16,
    /// The observed class under which it is counted now.
    pub(super) observed: ClassId,
    /// The row of that in the backlog.
    pub(super) seen: u16,
    pub(super) initial: bool,
    pub(super) reopened: bool,
    pub(super) unit: Unit,
    /// The [row](super::rows) of the stage it came to last and its true class.
    pub(super) row: u32,
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
    /// The pool of the first member who works on it; [`super::pools::Pools`] know of the rest.
    pub(super) pool: Option<PoolId>,
    /// Its last stint in the arena of [`Lives`], from 1; of a job, what is still to be handed to its case.
    pub(super) stints: Option<NonZeroU32>,
}

const _: () = assert!(size_of::<Option<Case>>() == 64, "a case has outgrown its cache line");

impl Case {
    /// Its true class as reports know it.
    pub(super) fn report(&self) -> usize {
        usize::from(self.report)
    }
}

/// All cases, by slot.
#[derive(Debug, Default)]
pub(super) struct Cases {
    slots: Vec<Option<Case>>,
}

impl Cases {
    /// Takes in a case that has just arrived, or a job that has just begun.
    #[inline]
    pub(super) fn open(&mut self, view: &CaseView, (report, seen): (u16, u16), now: Time) -> &mut Case {
        let slot = view.slot as usize;
        if self.slots.len() <= slot {
            self.slots.resize(slot + 1, None);
        }
        self.slots[slot].insert(Case {
            arrived: view.arrived,
            class: view.class,
            report,
            observed: view.observed,
            seen,
            initial: view.initial,
            reopened: view.reopened,
            unit: if view.job.is_some() { Unit::PartOf(view.case) } else { Unit::Whole },
            row: u32::from(report),
            place: Where::Between,
            since: now,
            joined: now,
            entered: false,
            touched: false,
            touch_counts: false,
            held: false,
            to_judge: false,
            verdict: None,
            pool: None,
            stints: None,
        })
    }

    /// The case in a slot.
    #[inline]
    pub(super) fn get(&mut self, slot: u32) -> &mut Case {
        let case = self.slots.get_mut(slot as usize).and_then(Option::as_mut);
        case.expect("facts about a case begin with its arrival and stop with its end")
    }

    /// Looks at these cases; what comes of it says nothing.
    pub(super) fn glance(&self, cases: &[(u32, u64)]) -> u32 {
        cases.iter().fold(0, |all, (slot, _)| all ^ self.find(*slot).map_or(0, |case| case.row))
    }

    /// The case that may be in a slot.
    pub(super) fn find(&self, slot: u32) -> Option<&Case> {
        self.slots.get(slot as usize)?.as_ref()
    }

    /// Gives the slot back.
    pub(super) fn close(&mut self, slot: u32) {
        self.slots[slot as usize] = None;
    }

    /// All open cases and jobs with their slots.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Case)> {
        self.slots.iter().enumerate().filter_map(|(slot, case)| Some((slot as u32, case.as_ref()?)))
    }
}

/// How long one case was in one state of one stage, all visits and all its jobs together.
#[derive(Debug, Clone, Copy)]
struct Stint {
    spent: i64,
    /// The [`life_cell`].
    cell: u32,
    next: Option<NonZeroU32>,
}

/// That of nobody.
const NO_STINT: Stint = Stint { spent: 0, cell: 0, next: None };

/// The stints of all open cases in one arena: a case that has only waited in one queue costs nothing.
#[derive(Debug)]
pub(super) struct Lives {
    /// That of nobody stands first.
    stints: Vec<Stint>,
    /// The first of those that nobody needs any more; each knows the next.
    free: Option<NonZeroU32>,
    /// Whether a case can be in the same place twice: then one stint stands for all its visits.
    again: bool,
}

/// A state of a [row](super::rows) as one number.
#[inline]
pub(super) fn life_cell(row: u32, state: usize) -> u32 {
    row * STATE_COUNT as u32 + state as u32
}

/// The place of a stint, or of that of nobody.
fn number(stint: Option<NonZeroU32>) -> usize {
    stint.map_or(0, NonZeroU32::get) as usize
}

impl Lives {
    pub(super) fn new(model: &Model, uses: &Uses) -> Lives {
        let parks = (0..model.stages.len()).any(|stage| uses.parks(stage));
        let again = model.loop_stages > 0 || parks || uses.interrupts || uses.splits || uses.reopens;
        Lives { stints: vec![NO_STINT], free: None, again }
    }

    /// A case was in this state of a stage (a [`life_cell`]) for so long.
    #[inline]
    pub(super) fn add(&mut self, case: &mut Case, cell: u32, spent: i64) {
        if spent == 0 {
            return;
        }
        let mut at = case.stints.filter(|_| self.again);
        while let Some(i) = at {
            let stint = &mut self.stints[number(Some(i))];
            if stint.cell == cell {
                stint.spent += spent;
                return;
            }
            at = stint.next;
        }
        let stint = Stint { cell, next: case.stints, spent };
        if let Some(i) = self.free {
            let free = std::mem::replace(&mut self.stints[number(Some(i))], stint);
            (self.free, case.stints) = (free.next, Some(i));
        } else {
            case.stints = NonZeroU32::new(self.stints.len() as u32);
            self.stints.push(stint);
        }
    }

    /// Looks at all stints of cases of which these are the last, the same step of each before the next: each step of one has
    /// to wait for the step before. What comes of it says nothing.
    pub(super) fn glance(&self, last: impl Iterator<Item = Option<NonZeroU32>>) -> u32 {
        let mut last = last.map(number);
        let mut seen = 0;
        loop {
            let mut chains: [usize; 16] = std::array::from_fn(|_| last.next().unwrap_or(0));
            if chains == [0; 16] {
                return seen;
            }
            // Those that are over go on with the stint of nobody: which they are nobody can guess before it is read.
            while chains.iter().fold(0, |any, chain| any | chain) != 0 {
                for chain in &mut chains {
                    let stint = self.stints[*chain];
                    seen ^= stint.cell;
                    *chain = number(stint.next);
                }
            }
        }
    }

    /// Ends a life: hands every stint to `each` and forgets them.
    #[inline]
    pub(super) fn end(&mut self, case: &mut Case, mut each: impl FnMut(u32, i64)) {
        let Some(first) = case.stints.take() else { return };
        let mut at = first;
        loop {
            let stint = &mut self.stints[number(Some(at))];
            each(stint.cell, stint.spent);
            if let Some(next) = stint.next {
                at = next;
            } else {
                stint.next = self.free.replace(first);
                return;
            }
        }
    }

    /// What a job was doing was its case's time.
    pub(super) fn hand_over(&mut self, job: Option<NonZeroU32>, case: &mut Case) {
        let mut at = job;
        while let Some(i) = at {
            let stint = self.stints[number(Some(i))];
            self.stints[number(Some(i))].next = self.free.replace(i);
            self.add(case, stint.cell, stint.spent);
            at = stint.next;
        }
    }
}
