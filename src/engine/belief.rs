//! What the agency believes a case to be: assessments, and links that make it look more urgent.

use super::Engine;
use super::case::State;
use super::flow::pick;
use super::observer::{Fact, Observer};
use crate::model::{Assess, ClassId, Order};

impl<O: Observer> Engine<'_, O> {
    /// What the stage that ends makes the agency believe; the last word counts.
    pub(super) fn assess(&mut self, slot: u32) {
        let case = &self.cases[slot];
        let params = self.params;
        let Some(assess) = &params.stages[case.stage.index()].assess else { return };
        let place = self.model.stages[case.stage.index()].places.assessment;
        let mut stream = case.key.stream(place, case.job_ordinal(), u64::from(case.visit));
        let (observed, score) = match assess {
            Assess::Table(rows) => (pick(&rows[case.class.index()], stream.open01()), None),
            Assess::Score { positive, shift, threshold, above, below } => {
                let shift = if positive[case.class.index()] { *shift } else { 0.0 };
                let score = stream.standard_normal() + shift;
                (if score > *threshold { Some(*above) } else { *below }, Some(score))
            }
        };
        let root = self.cases.root(slot);
        let observed = observed.unwrap_or(self.cases[root].observed);
        self.believe(root, observed, score);
    }

    /// From now on the case, with all its jobs, is believed to be of this class. Whoever waits keeps the joining time.
    fn believe(&mut self, root: u32, observed: ClassId, score: Option<f64>) {
        let before = self.cases[root].observed;
        if before == observed && score.is_none() {
            return;
        }
        if self.cases[root].split.is_none() {
            return self.believe_of(root, before, observed, score);
        }
        for unit in self.units_of(root) {
            self.believe_of(unit, before, observed, score);
        }
    }

    /// The same of the case itself, or of one of its jobs.
    fn believe_of(&mut self, unit: u32, before: ClassId, observed: ClassId, score: Option<f64>) {
        let edit = |engine: &mut Self| {
            let case = &mut engine.cases[unit];
            (case.observed, case.score) = (observed, score.or(case.score));
        };
        match self.cases[unit].state {
            State::Waiting | State::Parked if before != observed || self.stands_by_score(unit) => {
                self.stand_anew(unit, edit);
            }
            State::InWork if self.has.preempts => {
                let task = self.cases[unit].task;
                self.may_be_interrupted(task, false);
                edit(self);
                self.may_be_interrupted(task, true);
            }
            _ => edit(self),
        }
        if before != observed {
            self.tell(unit, Fact::Believed { before });
        }
    }

    /// Whether the order of its stage goes by scores.
    fn stands_by_score(&self, slot: u32) -> bool {
        matches!(self.params.stages[self.cases[slot].stage.index()].order.within(), Order::Score)
    }

    /// The case looks one class more urgent than it did, and may interrupt others if it waits.
    pub(super) fn escalate(&mut self, root: u32) {
        let observed = self.cases[root].observed;
        if observed == self.model.unknown() {
            return;
        }
        let own = self.model.precedence[observed.index()];
        let classes = &self.model.precedence[..self.model.classes.len()];
        // The first of equals is the one that the others are sub-classes of.
        let next = classes.iter().enumerate().filter(|(_, p)| **p < own).rev().max_by_key(|(_, p)| **p);
        let Some((class, _)) = next else { return };
        self.believe(root, ClassId::at(class), None);
        if self.params.preempt[class] {
            for unit in self.units_of(root) {
                if self.cases[unit].state == State::Waiting {
                    self.urgent.push((unit, self.cases[unit].ticket));
                }
            }
        }
    }
}
