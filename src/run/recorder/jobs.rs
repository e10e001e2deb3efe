//! Cases that go on in jobs: by stage each job counts, for the case the first start and the last end.

use super::Recorder;
use super::cases::{Unit, Where};
use crate::engine::{CaseView, JobEnd};
use crate::model::StageId;
use crate::units::Time;

impl Recorder<'_> {
    /// A case, or a track, goes on in jobs.
    pub(super) fn split(&mut self, now: Time, view: &CaseView, stage: StageId) {
        if self.cases.get(view.slot).to_judge {
            self.judge(now, view.slot);
        }
        self.enter(now, view, stage, Where::Split);
        if self.cases.get(view.slot).unit == Unit::Whole {
            self.parts.begin(view.slot);
            self.last_ends.split(view.slot);
        }
    }

    pub(super) fn begin_job(&mut self, now: Time, view: &CaseView) {
        let report = self.model.classes[view.class.index()].report;
        self.cases.open(view, report, now);
        self.last_ends.begin(view.case, view.slot);
    }

    /// A job is over. What is in work goes on for nothing, in its stage's counts alone.
    pub(super) fn end_job(&mut self, now: Time, view: &CaseView, how: JobEnd) {
        let case = self.cases.get(view.slot);
        let (stage, place) = (case.stage, case.place);
        if case.to_judge {
            self.judge(now, view.slot);
        }
        // Up to now its time was the case's.
        let in_work = place == Where::InWork;
        self.enter(now, view, stage, if in_work { place } else { Where::Between });
        let case = self.cases.get(view.slot);
        if in_work {
            case.unit = Unit::Orphan;
            self.shift_part(view.case, place.index(), None);
        } else {
            self.cases.close(view.slot);
        }
        if let JobEnd::Outcome(outcome) = how {
            let root = self.cases.get(view.case);
            if self.window.holds(now) {
                self.flows.outcome(outcome, root.report());
            }
            let listeners = &self.layout.on_part[outcome.index()];
            self.delays.tell(self.window, view.case, root, now, listeners);
        }
        self.last_ends.over(view.case, view.slot, |watched, at| {
            tell_end(&mut self.delays, self.window, self.layout, &mut self.cases, (view.case, watched, at));
        });
    }

    /// A job came to a stage.
    pub(super) fn job_comes(&mut self, root: u32, slot: u32, stage: StageId) {
        self.last_ends.come(root, slot, stage.index(), |watched, at| {
            tell_end(&mut self.delays, self.window, self.layout, &mut self.cases, (root, watched, at));
        });
    }

    /// A job ended at a stage.
    pub(super) fn job_ends_at(&mut self, now: Time, root: u32, slot: u32, stage: StageId) {
        self.last_ends.end((root, slot), stage.index(), now, |watched, at| {
            tell_end(&mut self.delays, self.window, self.layout, &mut self.cases, (root, watched, at));
        });
    }

    /// A job goes from one state to another, and with it perhaps its case.
    pub(super) fn shift_part(&mut self, root: u32, from: Option<usize>, to: Option<usize>) {
        let (before, after) = self.parts.shift(root, from, to);
        if before != after {
            let observed = self.cases.get(root).observed;
            self.backlog.shift(observed, before, after);
        }
    }
}

/// The last end of a case's jobs at a stage is known: it was then.
fn tell_end(
    delays: &mut super::Delays<'_>,
    window: super::Window,
    layout: &super::Layout,
    cases: &mut super::Cases,
    (root, watched, at): (u32, usize, Time),
) {
    let stage = layout.last_ends.iter().position(|number| *number == Some(watched));
    let listeners = stage.map_or(&[][..], |stage| &layout.on_end[stage]);
    delays.tell(window, root, cases.get(root), at, listeners);
}
