//! Cases that go on in jobs: by stage each job counts, for the case the first start and the last end.

use super::Recorder;
use super::cases::{Flags, Unit, Where};
use crate::engine::{CaseView, JobEnd};
use crate::model::StageId;
use crate::units::Time;

impl Recorder<'_> {
    /// A case, or a track, goes on in jobs.
    pub(super) fn split(&mut self, now: Time, slot: u32) {
        if self.cases.get(slot).is(Flags::TO_JUDGE) {
            self.judge(now, slot);
        }
        self.enter(now, slot, Where::Split);
        if self.cases.get(slot).unit() == Unit::Whole {
            self.parts.begin(slot);
            self.last_ends.split(slot);
        }
    }

    pub(super) fn begin_job(&mut self, now: Time, view: &CaseView) {
        self.cases.open(view, self.reported(view), now);
        self.last_ends.begin(view.case, view.slot);
    }

    /// A job is over. What is in work goes on for nothing, in its stage's counts alone.
    pub(super) fn end_job(&mut self, now: Time, slot: u32, root: u32, how: JobEnd) {
        let case = self.cases.get(slot);
        let place = case.place;
        if case.is(Flags::TO_JUDGE) {
            self.judge(now, slot);
        }
        let in_work = place == Where::InWork;
        self.enter(now, slot, if in_work { place } else { Where::Between });
        // Up to now its time was the case's.
        let case = self.cases.get(slot);
        let life = std::mem::take(&mut case.life);
        if in_work {
            case.flags.insert(Flags::ORPHAN);
            self.shift_part(root, place.index(), None);
        } else {
            self.cases.close(slot);
        }
        self.places.lives.hand_over(life, &mut self.cases.get(root).life);
        if let JobEnd::Outcome(outcome) = how {
            let case = self.cases.get(root);
            if self.window.holds(now) {
                self.flows.outcome(outcome, case.report());
            }
            self.delays.tell(root, case, now, &self.layout.on_part[outcome.index()]);
        }
        self.last_ends.over(root, slot, |watched, at| {
            tell_end(&mut self.delays, self.layout, &mut self.cases, (root, watched, at));
        });
    }

    /// A job came to a stage.
    pub(super) fn job_comes(&mut self, root: u32, slot: u32, stage: StageId) {
        self.last_ends.come(root, slot, stage.index(), |watched, at| {
            tell_end(&mut self.delays, self.layout, &mut self.cases, (root, watched, at));
        });
    }

    /// A job ended at a stage.
    pub(super) fn job_ends_at(&mut self, now: Time, root: u32, slot: u32, stage: StageId) {
        self.last_ends.end((root, slot), stage.index(), now, |watched, at| {
            tell_end(&mut self.delays, self.layout, &mut self.cases, (root, watched, at));
        });
    }

    /// A job goes from one state to another, and with it perhaps its case.
    pub(super) fn shift_part(&mut self, root: u32, from: Option<usize>, to: Option<usize>) {
        let (before, after) = self.parts.shift(root, from, to);
        if before != after {
            let seen = self.cases.get(root).seen;
            self.places.backlog.shift(seen, before, after);
        }
    }
}

/// The last end of a case's jobs at a stage is known: it was then.
fn tell_end(
    delays: &mut super::Delays<'_>,
    layout: &super::Layout,
    cases: &mut super::Cases,
    (root, watched, at): (u32, usize, Time),
) {
    let stage = layout.last_ends.iter().position(|number| *number == Some(watched));
    let listeners = stage.map_or(&[][..], |stage| &layout.on_end[stage]);
    delays.tell(root, cases.get(root), at, listeners);
}
