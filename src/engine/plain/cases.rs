//! Open cases in rows that are used again: nothing but what a plain line asks of a case.

use super::super::observer::CaseView;
use super::Classes;
use crate::model::{ClassId, SourceId};
use crate::random::Key;
use crate::units::{Duration, Time};

/// An open case: two to a cache line, none in two.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub(super) struct Row {
    /// Address of its random numbers.
    pub(super) key: Key,
    arrived: Time,
    /// Of the task in hand.
    pub(super) effort: Duration,
    /// Number in the order of arrival.
    pub(super) number: u32,
    source: SourceId,
    class: u8,
    observed: u8,
}

const _: () = assert!(size_of::<Row>() == 32, "a case has outgrown its half of a cache line");

/// A row has room for so many classes.
pub(super) const CLASSES: usize = 1 << u8::BITS;

impl Row {
    pub(super) fn new(key: Key, arrived: Time, (class, observed): Classes, source: SourceId) -> Row {
        let effort = Duration::ZERO;
        Row { key, arrived, effort, number: 0, source, class: class.0 as u8, observed: observed.0 as u8 }
    }

    /// What it truly is.
    #[inline]
    pub(super) fn class(&self) -> ClassId {
        ClassId(u16::from(self.class))
    }

    /// What it is believed to be.
    #[inline]
    pub(super) fn observed(&self) -> ClassId {
        ClassId(u16::from(self.observed))
    }
}

/// Rows of open cases.
#[derive(Debug, Default)]
pub(super) struct Cases {
    rows: Vec<Row>,
    free: Vec<u32>,
    arrivals: u32,
}

impl Cases {
    #[inline]
    pub(super) fn open(&self) -> usize {
        self.rows.len() - self.free.len()
    }

    /// Keeps the next case to arrive and says where.
    pub(super) fn insert(&mut self, row: Row) -> u32 {
        let row = Row { number: self.arrivals, ..row };
        self.arrivals = self.arrivals.checked_add(1).expect("a replication has fewer than 2^32 tips");
        if let Some(slot) = self.free.pop() {
            self.rows[slot as usize] = row;
            return slot;
        }
        self.rows.push(row);
        self.rows.len() as u32 - 1
    }

    /// Looks at these cases; what comes of it says nothing.
    pub(super) fn glance(&self, cases: &[(u32, u64)]) -> u32 {
        cases.iter().fold(0, |all, (slot, _)| all ^ self[*slot].number)
    }

    pub(super) fn remove(&mut self, slot: u32) {
        self.free.push(slot);
    }

    /// What an observer is told of a case.
    #[inline]
    pub(super) fn view(&self, slot: u32) -> CaseView {
        let row = &self[slot];
        CaseView {
            slot,
            case: slot,
            job: None,
            number: u64::from(row.number),
            arrived: row.arrived,
            class: row.class(),
            observed: row.observed(),
            source: Some(row.source),
            initial: false,
            reopened: false,
        }
    }
}

impl std::ops::Index<u32> for Cases {
    type Output = Row;
    #[inline]
    fn index(&self, slot: u32) -> &Row {
        &self.rows[slot as usize]
    }
}

impl std::ops::IndexMut<u32> for Cases {
    #[inline]
    fn index_mut(&mut self, slot: u32) -> &mut Row {
        &mut self.rows[slot as usize]
    }
}
