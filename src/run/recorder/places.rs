//! Where cases and jobs are: what each step from one place to another adds to the books, the backlog and the time spent.

use crate::model::{ClassId, Model};
use crate::run::uses::Uses;
use crate::units::Time;

use super::backlog::Backlog;
use super::books::Books;
use super::cases::{Case, Flags, Unit, Where};
use super::lives::{Lives, life_cell};
use super::rows::Row;
use super::stages::Stages;
use super::window::Window;

/// All that is counted by place.
#[derive(Debug)]
pub(super) struct Places {
    window: Window,
    /// Cases go on in jobs.
    splits: bool,
    pub(super) books: Books,
    pub(super) backlog: Backlog,
    pub(super) lives: Lives,
}

impl Places {
    pub(super) fn new(model: &Model, uses: &Uses, window: Window) -> Places {
        Places {
            window,
            splits: uses.splits,
            books: Books::new(model),
            backlog: Backlog::new(model, uses),
            lives: Lives::new(model, uses),
        }
    }

    /// From now on a case or job is in another place of its stage, whose row this is. Says in which state it was.
    #[expect(
        clippy::inline_always,
        reason = "nearly every fact takes one, most to a place that is known, and a call would cost a quarter of it"
    )]
    #[inline(always)]
    pub(super) fn step(&mut self, now: Time, case: &mut Case, row: &mut Row, place: Where) -> Option<usize> {
        if self.splits {
            self.books.leave(case);
            self.backlog.leave_whole(case);
        }
        let (before, moment) = (case.place.index(), self.window.nearest(now.0));
        if let Some(state) = before {
            row.leave(state, moment);
            self.backlog.leave(row.cells[state], case);
            if case.unit() != Unit::Orphan {
                self.lives.add(&mut case.life, life_cell(case.row, state), (now - case.since).0);
            }
        }
        self.enter(now, moment, case, row, place);
        before
    }

    /// A case or job comes to a stage, whose row this is. It has left the one before, or goes on in one after its jobs.
    #[inline]
    pub(super) fn come(&mut self, now: Time, case: &mut Case, row: &mut Row, place: Where) {
        debug_assert!(case.place.index().is_none(), "it is still {:?}", case.place);
        if self.splits {
            self.books.leave(case);
        }
        self.enter(now, self.window.nearest(now.0), case, row, place);
    }

    /// It is in this place from now on; `moment` is the one of the window that is nearest.
    #[expect(clippy::inline_always, reason = "it is a part of every step")]
    #[inline(always)]
    fn enter(&mut self, now: Time, moment: i64, case: &mut Case, row: &mut Row, place: Where) {
        (case.place, case.since) = (place, now);
        if let Some(state) = place.index() {
            row.enter(state, moment);
            self.backlog.enter(row.cells[state], case);
        }
        if self.splits {
            self.books.enter(case);
            self.backlog.enter_whole(case);
        }
    }

    /// A case or job is believed to be something else.
    pub(super) fn believe(&mut self, case: &mut Case, row: &Row, observed: ClassId) {
        let first = case.place.index().and_then(|state| row.cells[state]);
        self.backlog.leave(first, case);
        self.backlog.leave_whole(case);
        (case.observed, case.seen) = (observed, self.backlog.row(observed));
        self.backlog.enter(first, case);
        self.backlog.enter_whole(case);
    }

    /// A life is over; if it is measured, where its time went is booked.
    pub(super) fn bury(&mut self, now: Time, case: &mut Case, stages: &mut Stages, measured: bool) {
        let (report, life) = (case.report(), now - case.arrived);
        // Where initial cases were before the start nobody knows, so their lives would not add up.
        let whole = measured && !case.is(Flags::INITIAL);
        if measured {
            stages.left(report, life, whole);
        }
        self.lives.end(&mut case.life, |cell, ms| {
            if whole {
                stages.lived_in(cell, ms);
            }
        });
    }
}
