//! Conservation of cases: the recorder's own books, kept from facts, against what the engine counts in its queues.

use crate::engine::{Cause, Census};
use crate::model::{ClassId, Model};
use crate::units::Time;

use super::backlog::Backlog;
use super::cases::{Case, Flags, Unit, Where};
use crate::run::result::Violation;

/// Counts that must agree with the engine's census.
#[derive(Debug)]
pub(super) struct Books {
    classes: Vec<ClassBooks>,
    /// Jobs among those who are in a state of a stage.
    jobs: u64,
    /// Cases that go on in jobs.
    split: u64,
    /// Tips that ended because they concern another case, and cases that were told so.
    linked: [u64; 2],
    violation: Option<Violation>,
}

/// Cases of one class.
#[derive(Debug, Clone, Default)]
struct ClassBooks {
    arrived: u64,
    initial: u64,
    reopened: u64,
    open: u64,
    ended: u64,
}

impl Books {
    pub(super) fn new(model: &Model) -> Books {
        Books {
            classes: vec![ClassBooks::default(); model.classes.len()],
            jobs: 0,
            split: 0,
            linked: [0; 2],
            violation: None,
        }
    }

    pub(super) fn arrive(&mut self, case: &Case) {
        let own = &mut self.classes[case.class.index()];
        let count = match (case.is(Flags::REOPENED), case.is(Flags::INITIAL)) {
            (true, _) => &mut own.reopened,
            (false, true) => &mut own.initial,
            (false, false) => &mut own.arrived,
        };
        *count += 1;
        own.open += 1;
    }

    pub(super) fn end(&mut self, class: ClassId, cause: Cause) {
        let own = &mut self.classes[class.index()];
        own.open = own.open.wrapping_sub(1);
        own.ended += 1;
        self.linked[0] += u64::from(cause == Cause::Link);
    }

    /// A case was told that a tip concerns it.
    pub(super) fn link(&mut self) {
        self.linked[1] += 1;
    }

    /// A case or job is where it says from now on.
    pub(super) fn enter(&mut self, case: &Case) {
        self.count(case, 1);
    }

    /// It is there no more.
    pub(super) fn leave(&mut self, case: &Case) {
        self.count(case, u64::MAX);
    }

    /// Wrapping: a case that leaves twice must show as a violation, not as a panic in the middle of a replication.
    fn count(&mut self, case: &Case, step: u64) {
        match (case.unit(), case.place) {
            (Unit::Whole, Where::Split) => self.split = self.split.wrapping_add(step),
            (Unit::Whole, _) => {}
            (_, place) if place.index().is_some() => self.jobs = self.jobs.wrapping_add(step),
            _ => {}
        }
    }

    /// Compares; the first disagreement is kept.
    pub(super) fn check(&mut self, model: &Model, now: Time, census: &Census, backlog: &Backlog) {
        if self.violation.is_none() {
            let what = (self.classes_disagree(model, census))
                .or_else(|| stages_disagree(model, census, backlog))
                .or_else(|| self.parts_disagree(model, census, backlog));
            self.violation = what.map(|figures| Violation { at: now, figures });
        }
    }

    pub(super) fn into_violation(self) -> Option<Violation> {
        self.violation
    }

    fn classes_disagree(&self, model: &Model, census: &Census) -> Option<String> {
        (0..model.classes.len()).find_map(|c| {
            let ClassBooks { arrived, initial, reopened, open, ended } = self.classes[c];
            let kept = open.checked_add(ended) == Some(arrived + initial + reopened);
            let agreed = (open, arrived, reopened) == (census.open[c], census.arrived[c], census.reopened[c]);
            (!kept || !agreed).then(|| {
                format!(
                    "class `{}`: {arrived} arrived + {initial} initial + {reopened} reopened, {open} open + {ended} \
                     ended; the engine holds {} open of {} arrived and {} reopened",
                    model.classes[c].id, census.open[c], census.arrived[c], census.reopened[c]
                )
            })
        })
    }

    /// Between two events every open case is in exactly one place or goes on in jobs, and every tip that was linked
    /// concerns a case.
    fn parts_disagree(&self, model: &Model, census: &Census, backlog: &Backlog) -> Option<String> {
        let open: u64 = self.classes.iter().map(|own| own.open).sum();
        let placed: u64 = (0..model.stages.len()).flat_map(|s| backlog.at(s)).sum();
        let placed = placed.wrapping_sub(self.jobs);
        if open != placed.wrapping_add(self.split) {
            let split = self.split;
            return Some(format!(
                "{open} open, but {placed} waiting, in work, delayed or parked and {split} in jobs"
            ));
        }
        if self.split != census.split {
            return Some(format!(
                "{} cases in jobs by the facts; the engine holds {}",
                self.split, census.split
            ));
        }
        let [tips, cases] = self.linked;
        (tips != cases).then(|| format!("{tips} tips are linked, but {cases} times to a case"))
    }
}

/// The recorder's backlog, which is kept from facts, against the engine's queues.
fn stages_disagree(model: &Model, census: &Census, backlog: &Backlog) -> Option<String> {
    (0..model.stages.len()).find_map(|s| {
        let theirs = [census.waiting[s], census.in_work[s], census.delayed[s], census.parked[s]];
        let ours @ [waiting, in_work, delayed, parked] = backlog.at(s);
        (ours != theirs).then(|| {
            format!(
                "stage `{}`: {waiting} waiting, {in_work} in work, {delayed} delayed, {parked} parked by the facts; \
                 the engine holds {}, {}, {}, {}",
                model.stages[s].id, theirs[0], theirs[1], theirs[2], theirs[3]
            )
        })
    })
}
