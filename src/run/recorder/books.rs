//! Conservation of cases: the recorder's own books, kept from facts, against what the engine counts in its queues.

use crate::engine::Census;
use crate::model::{ClassId, Model, StageId};
use crate::units::Time;

use super::cases::Where;
use crate::run::result::Violation;

/// Counts that must agree with the engine's census.
#[derive(Debug)]
pub(super) struct Books {
    arrived: Vec<u64>,
    initial: Vec<u64>,
    open: Vec<u64>,
    ended: Vec<u64>,
    /// By stage: waiting, in work, delayed.
    at: Vec<[u64; 3]>,
    violation: Option<Violation>,
}

impl Books {
    pub(super) fn new(model: &Model) -> Books {
        let none = vec![0; model.classes.len()];
        Books {
            arrived: none.clone(),
            initial: none.clone(),
            open: none.clone(),
            ended: none,
            at: vec![[0; 3]; model.stages.len()],
            violation: None,
        }
    }

    pub(super) fn arrive(&mut self, class: ClassId, initial: bool) {
        let column = if initial { &mut self.initial } else { &mut self.arrived };
        column[class.index()] += 1;
        self.open[class.index()] += 1;
    }

    pub(super) fn end(&mut self, class: ClassId) {
        self.open[class.index()] = self.open[class.index()].wrapping_sub(1);
        self.ended[class.index()] += 1;
    }

    /// Wrapping: a case that leaves twice must show as a violation, not as a panic in the middle of a replication.
    pub(super) fn enter(&mut self, stage: StageId, place: Where) {
        if let Some(i) = place.index() {
            self.at[stage.index()][i] = self.at[stage.index()][i].wrapping_add(1);
        }
    }

    pub(super) fn leave(&mut self, stage: StageId, place: Where) {
        if let Some(i) = place.index() {
            self.at[stage.index()][i] = self.at[stage.index()][i].wrapping_sub(1);
        }
    }

    /// Compares; the first disagreement is kept.
    pub(super) fn check(&mut self, model: &Model, now: Time, census: &Census) {
        if self.violation.is_none() {
            let what = (self.classes_disagree(model, census))
                .or_else(|| self.stages_disagree(model, census))
                .or_else(|| self.somebody_is_nowhere());
            self.violation = what.map(|figures| Violation { at: now, figures });
        }
    }

    pub(super) fn into_violation(self) -> Option<Violation> {
        self.violation
    }

    fn classes_disagree(&self, model: &Model, census: &Census) -> Option<String> {
        (0..model.classes.len()).find_map(|c| {
            let (arrived, initial, open, ended) = (self.arrived[c], self.initial[c], self.open[c], self.ended[c]);
            let kept = open.checked_add(ended) == Some(arrived + initial);
            if kept && census.open[c] == open && census.arrived[c] == arrived {
                return None;
            }
            Some(format!(
                "class `{}`: {arrived} arrived + {initial} initial, {open} open + {ended} ended; the engine holds {} \
                 open of {} arrived",
                model.classes[c].id, census.open[c], census.arrived[c]
            ))
        })
    }

    fn stages_disagree(&self, model: &Model, census: &Census) -> Option<String> {
        (0..model.stages.len()).find_map(|s| {
            let theirs = [census.waiting[s], census.in_work[s], census.delayed[s]];
            let [waiting, in_work, delayed] = self.at[s];
            (self.at[s] != theirs).then(|| {
                format!(
                    "stage `{}`: {waiting} waiting, {in_work} in work, {delayed} delayed by the facts; the engine \
                     holds {}, {}, {}",
                    model.stages[s].id, theirs[0], theirs[1], theirs[2]
                )
            })
        })
    }

    /// Between two events every open case is in exactly one place.
    fn somebody_is_nowhere(&self) -> Option<String> {
        let open: u64 = self.open.iter().sum();
        let placed: u64 = self.at.iter().flatten().sum();
        (open != placed).then(|| format!("{open} open, but {placed} waiting, in work or delayed"))
    }
}
