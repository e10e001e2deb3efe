//! How cases and jobs leave queues and work before their time, and how cases leave the system.

use super::Recorder;
use super::cases::{Unit, Where};
use super::flows::Step;
use crate::engine::{CaseView, Cause};
use crate::model::{OutcomeId, StageId};
use crate::units::{Duration, Time};

impl Recorder<'_> {
    /// A case leaves the queue of a stage before its time.
    pub(super) fn leave_queue(&mut self, now: Time, view: &CaseView, stage: StageId, step: Step) {
        self.enter(now, view, stage, Where::Between);
        self.count(now, view.slot, stage, step);
    }

    pub(super) fn count(&mut self, now: Time, slot: u32, stage: StageId, step: Step) {
        if self.window.holds(now) {
            let report = self.cases.get(slot).report();
            self.flows.step(step, stage, report);
        }
    }

    pub(super) fn interrupt(&mut self, now: Time, view: &CaseView, stage: StageId, effort: Duration) {
        self.release(now, view, effort);
        if self.cases.get(view.slot).unit == Unit::Orphan {
            self.enter(now, view, stage, Where::Between);
            return self.cases.close(view.slot);
        }
        self.enter(now, view, stage, Where::Waiting);
        self.count(now, view.slot, stage, Step::Interruption);
    }

    pub(super) fn end(
        &mut self,
        now: Time,
        view: &CaseView,
        (outcome, cause): (OutcomeId, Cause),
        stopped: bool,
    ) {
        if self.cases.get(view.slot).to_judge {
            self.judge(now, view.slot);
        }
        let stage = self.cases.get(view.slot).stage;
        self.enter(now, view, stage, Where::Between);
        self.books.end(view.class, cause);
        if stopped {
            self.endings.subject(self.window, now, view.class, -1);
        }
        let case = self.cases.get(view.slot);
        if cause == Cause::Link {
            self.delays.forget(view.slot);
            self.endings.forget(self.window, case);
        } else {
            self.delays.tell(self.window, view.slot, case, now, &self.layout.on_outcome[outcome.index()]);
            if cause == Cause::Route {
                self.delays.tell(self.window, view.slot, case, now, &self.layout.on_closed);
            }
            self.delays.end(view.slot, case, now);
            self.endings.end(self.window, now, case);
        }
        self.backlog.close(self.window, now, case, view.number);
        self.bury(now, view.slot, cause);
        if self.window.holds(now) {
            let report = self.cases.get(view.slot).report();
            self.flows.outcome(outcome, report);
            match cause {
                Cause::Lapse => self.flows.lapse(report),
                Cause::Link => self.flows.link(report),
                Cause::Route | Cause::Patience | Cause::Overflow => {}
            }
        }
        self.cases.close(view.slot);
    }

    /// Books where the time of a finished life went.
    fn bury(&mut self, now: Time, slot: u32, cause: Cause) {
        let case = self.cases.get(slot);
        let (report, life) = (case.report(), now - case.arrived);
        // A tip that was linked the moment it came was in the system for no time at all.
        let was_here = case.entered || cause != Cause::Link;
        let measured = self.window.holds(now) && was_here;
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
