//! What the recorder knows of each open case, by the slot the engine gave it.

use std::num::NonZeroU32;

use bitflags::bitflags;

use crate::engine::CaseView;
use crate::model::{ClassId, PoolId};
use crate::run::uses::STATE_COUNT;
use crate::units::Time;

use super::beliefs::Verdict;
use super::lives::Life;

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

bitflags! {
    /// What holds of a case or job, or does not.
    #[derive(Debug, Clone, Copy)]
    pub(super) struct Flags: u8 {
        /// It was there before the start.
        const INITIAL = 1;
        /// It was opened again.
        const REOPENED = 1 << 1;
        /// It has come to a stage.
        const ENTERED = 1 << 2;
        /// A work stage has started.
        const TOUCHED = 1 << 3;
        /// And that counts among the touched tips of the window.
        const TOUCH_COUNTS = 1 << 4;
        /// What its clocks say is kept until it ends: it may turn out to be no case of its own, or buried.
        const HELD = 1 << 5;
        /// An assessment is over, what it says is about to be told.
        const TO_JUDGE = 1 << 6;
        /// Its case has gone on without it.
        const ORPHAN = 1 << 7;
    }
}

/// One open case, or a job of one. There may be millions of them, far more than a processor keeps at hand, so each has one
/// cache line and no more.
#[derive(Debug, Clone)]
#[repr(align(64))]
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
    pub(super) flags: Flags,
    pub(super) place: Where,
    /// What the last assessment that is over made of it.
    pub(super) verdict: Option<Verdict>,
    /// The pool of the first member who works on it; [`super::pools::Pools`] know of the rest.
    pub(super) pool: Option<PoolId>,
    /// Of a job, the slot of its case, from 1.
    root: Option<NonZeroU32>,
    /// The [row](super::rows) of the stage it came to last and its true class.
    pub(super) row: u32,
    /// Since when it is in this place.
    pub(super) since: Time,
    /// Since when it has waited for its first start at this stage.
    pub(super) joined: Time,
    /// Where it was until then; of a job, what is still to be handed to its case.
    pub(super) life: Life,
}

const _: () = assert!(size_of::<Option<Case>>() == 64, "a case has outgrown its cache line");

impl Case {
    /// Its true class as reports know it.
    pub(super) fn report(&self) -> usize {
        usize::from(self.report)
    }

    #[inline]
    pub(super) fn is(&self, flag: Flags) -> bool {
        self.flags.contains(flag)
    }

    /// What it is of a case.
    #[inline]
    pub(super) fn unit(&self) -> Unit {
        match self.root {
            None => Unit::Whole,
            Some(_) if self.is(Flags::ORPHAN) => Unit::Orphan,
            Some(root) => Unit::PartOf(root.get() - 1),
        }
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
        let mut flags = Flags::empty();
        flags.set(Flags::INITIAL, view.initial);
        flags.set(Flags::REOPENED, view.reopened);
        self.slots[slot].insert(Case {
            arrived: view.arrived,
            class: view.class,
            report,
            observed: view.observed,
            seen,
            flags,
            place: Where::Between,
            verdict: None,
            pool: None,
            root: view.job.and_then(|_| NonZeroU32::new(view.case + 1)),
            row: u32::from(report),
            since: now,
            joined: now,
            life: Life::default(),
        })
    }

    /// The case in a slot.
    #[inline]
    pub(super) fn get(&mut self, slot: u32) -> &mut Case {
        let case = self.slots.get_mut(slot as usize).and_then(Option::as_mut);
        case.expect("facts about a case begin with its arrival and stop with its end")
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
