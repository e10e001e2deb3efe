//! Where cases and jobs are: what each step from one place to another adds to the books, the backlog and the time spent.

use crate::model::{ClassId, Model, StageId};
use crate::run::uses::Uses;
use crate::units::Time;

use super::backlog::Backlog;
use super::books::Books;
use super::cases::{Case, Lives, Unit, Where};
use super::stages::{Stages, time_cell};
use super::window::Window;

/// Whom a fact is about, as far as most facts need to know.
#[derive(Debug, Clone, Copy)]
pub(super) struct Who {
    pub(super) slot: u32,
    /// What it is believed to be.
    pub(super) observed: ClassId,
}

/// All that is counted by place.
#[derive(Debug)]
pub(super) struct Places {
    window: Window,
    /// Cases go on in jobs.
    splits: bool,
    pub(super) books: Books,
    pub(super) backlog: Backlog,
    pub(super) stages: Stages,
    pub(super) lives: Lives,
}

impl Places {
    pub(super) fn new(model: &Model, uses: &Uses, window: Window) -> Places {
        Places {
            window,
            splits: uses.splits,
            books: Books::new(model),
            backlog: Backlog::new(model, uses),
            stages: Stages::new(model),
            lives: Lives::new(model, uses),
        }
    }

    /// From now on a case or job is in another place, under the observed class it has now. Says in which state it was.
    #[expect(
        clippy::inline_always,
        reason = "nearly every fact takes one, and a call would cost a quarter of it"
    )]
    #[inline(always)]
    pub(super) fn step(
        &mut self,
        now: Time,
        case: &mut Case,
        observed: ClassId,
        stage: StageId,
        place: Where,
    ) -> Option<usize> {
        if self.splits {
            self.books.leave(case);
        }
        let before = case.place.index();
        if let Some(state) = before {
            self.backlog.leave(case);
            let cell = time_cell(case.stage.index(), state);
            self.stages.spent(cell, case.report(), self.window.overlap(case.since.0, now.0));
            if case.unit != Unit::Orphan {
                self.lives.add(case, cell, (now - case.since).0);
            }
        }
        (case.stage, case.place, case.since, case.observed) = (stage, place, now, observed);
        if place.index().is_some() {
            self.backlog.enter(case);
        }
        if self.splits {
            self.books.enter(case);
        }
        before
    }

    /// A life is over; if it is measured, where its time went is booked.
    pub(super) fn bury(&mut self, now: Time, case: &mut Case, measured: bool) {
        let (report, life) = (case.report(), now - case.arrived);
        if measured {
            self.stages.left(report, life);
        }
        // Where initial cases were before the start nobody knows, so their lives would not add up.
        let whole = measured && !case.initial;
        if whole {
            self.stages.lived(report, life);
        }
        let stages = &mut self.stages;
        self.lives.end(case, |cell, ms| {
            if whole {
                stages.lived_in(report, cell, ms);
            }
        });
    }
}
