//! How cases and jobs leave queues and work before their time, and how cases leave the system.

use super::Recorder;
use super::cases::{Flags, Unit, Where};
use super::flows::Step;
use crate::engine::Cause;
use crate::model::OutcomeId;
use crate::units::{Duration, Time};

impl Recorder<'_> {
    /// A case comes to stand somewhere else without having been worked on.
    pub(super) fn stand(&mut self, now: Time, slot: u32, place: Where, step: Step) {
        self.enter(now, slot, place);
        if self.window.holds(now) {
            self.stages.row(self.cases.get(slot)).step(step);
        }
    }

    pub(super) fn interrupt(&mut self, now: Time, slot: u32, effort: Duration) {
        let case = self.cases.get(slot);
        self.pools.release(slot, case, effort, self.window.holds(now));
        if case.unit() == Unit::Orphan {
            self.enter(now, slot, Where::Between);
            return self.cases.close(slot);
        }
        self.stand(now, slot, Where::Waiting, Step::Interruption);
    }

    pub(super) fn end(
        &mut self,
        now: Time,
        slot: u32,
        number: u64,
        (outcome, cause): (OutcomeId, Cause),
        stopped: bool,
    ) {
        let mut case = self.cases.get(slot);
        if case.is(Flags::TO_JUDGE) {
            self.judge(now, slot);
            case = self.cases.get(slot);
        }
        if case.place != Where::Between {
            self.places.step(now, case, self.stages.row(case), Where::Between);
        }
        self.places.books.end(case.class, cause);
        if stopped {
            self.endings.subject(self.window, now, case.class, -1);
        }
        if cause == Cause::Link {
            self.endings.forget(self.window, case);
        } else {
            self.delays.tell(slot, case, now, &self.layout.on_outcome[outcome.index()]);
            if cause == Cause::Route {
                self.delays.tell(slot, case, now, &self.layout.on_closed);
            }
            self.delays.end(slot, case, now);
            self.endings.end(self.window, now, case);
        }
        self.places.backlog.close(self.window, now, case, number);
        let holds = self.window.holds(now);
        if holds {
            let report = case.report();
            self.flows.outcome(outcome, report);
            match cause {
                Cause::Lapse => self.flows.lapse(report),
                Cause::Link => self.flows.link(report),
                Cause::Route | Cause::Patience | Cause::Overflow => {}
            }
        }
        // A tip that was linked the moment it came was in the system for no time at all.
        let was_here = case.is(Flags::ENTERED) || cause != Cause::Link;
        self.places.bury(now, case, &mut self.stages, holds && was_here);
        self.cases.close(slot);
    }
}
