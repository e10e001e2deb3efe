//! What the agency believes of a case, against what it is.

use super::Recorder;
use super::cases::{Case, Flags, Unit, Where};
use crate::model::{ClassId, Model};
use crate::run::uses::Uses;
use crate::units::Time;

/// How what a case is believed to be stands to what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "two answers, each with the question whether it was asked")]
pub(super) struct Verdict {
    /// It is more urgent than the last class.
    pub(super) urgent: bool,
    /// And believed to be less urgent than it is.
    pub(super) buried: bool,
    /// It is believed to be more urgent than the last class.
    pub(super) alarm: bool,
    /// And is less urgent than that.
    pub(super) false_alarm: bool,
}

impl Verdict {
    /// Of a case as it is believed to be now.
    pub(super) fn of(model: &Model, uses: &Uses, case: &Case) -> Verdict {
        let (is, seems) = (case.class.index(), case.observed.index());
        let (own, seen) = (model.precedence[is], model.precedence[seems]);
        let urgent = uses.urgent[is];
        let alarm = uses.urgent.get(seems).copied().unwrap_or(false);
        Verdict { urgent, buried: urgent && seen > own, alarm, false_alarm: alarm && seen < own }
    }
}

impl Recorder<'_> {
    /// The agency believes something else of a case or job.
    pub(super) fn believe(&mut self, slot: u32, observed: ClassId) {
        let case = self.cases.get(slot);
        let before = case.seen;
        self.places.believe(case, self.stages.row(case), observed);
        if case.place == Where::Split && case.unit() == Unit::Whole {
            let state = self.parts.state(slot);
            self.places.backlog.shift(before, state, None);
            self.places.backlog.shift(case.seen, None, state);
        }
    }

    /// An assessment is over: what it made of the case counts until the next.
    pub(super) fn judge(&mut self, now: Time, slot: u32) {
        let case = self.cases.get(slot);
        case.flags.remove(Flags::TO_JUDGE);
        if now.0 >= self.window.until {
            return;
        }
        let root = if let Unit::PartOf(root) = case.unit() { root } else { slot };
        let case = self.cases.get(root);
        case.verdict = Some(Verdict::of(self.model, &self.layout.uses, case));
    }
}
