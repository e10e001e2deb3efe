//! How cases end, what was never touched, and the risk that runs on while a subject is not stopped.

use crate::model::{CountsAs, Model, OutcomeId};
use crate::run::measure::{Family, Response, Sink, Value};
use crate::units::{DAY, Time};

use super::cases::Case;
use super::class_rows;
use super::flows::Flows;
use super::window::{Level, Window};

/// Counts by true class.
#[derive(Debug)]
pub(super) struct Endings {
    /// Subjects who have not been stopped, by class (sub-classes apart, since their weights may differ).
    subjects: Vec<Level>,
    /// Weighted days, by report class.
    risk: Vec<f64>,
    /// Tips that arrived in the window, by report class.
    population: Vec<u64>,
    /// Of these, those on which work had started by the horizon.
    touched: Vec<u64>,
    /// Of these, those that had ended untouched by the horizon.
    ended: Vec<u64>,
}

impl Endings {
    pub(super) fn new(model: &Model) -> Endings {
        let none = vec![0; model.report_classes.len()];
        Endings {
            subjects: vec![Level::default(); model.classes.len()],
            risk: vec![0.0; model.report_classes.len()],
            population: none.clone(),
            touched: none.clone(),
            ended: none,
        }
    }

    pub(super) fn arrive(&mut self, window: Window, now: Time, case: &Case) {
        self.subjects[case.class.index()].add(window, now, 1);
        self.population[case.report] += u64::from(counts(window, case));
    }

    /// Work started on a case for the first time.
    pub(super) fn touch(&mut self, window: Window, now: Time, case: &Case) {
        self.touched[case.report] += u64::from(counts(window, case) && now.0 < window.until);
    }

    pub(super) fn end(&mut self, model: &Model, window: Window, now: Time, case: &Case, outcome: OutcomeId) {
        if model.outcomes[outcome.index()].stops {
            self.subjects[case.class.index()].add(window, now, -1);
        }
        let untouched = counts(window, case) && !case.touched && now.0 < window.until;
        self.ended[case.report] += u64::from(untouched);
    }

    /// Books the risk since the last flush at the weights that were in force.
    pub(super) fn flush(&mut self, model: &Model, window: Window, now: Time, weights: &[f64]) {
        for ((class, subjects), weight) in model.classes.iter().zip(&mut self.subjects).zip(weights) {
            self.risk[class.report] += subjects.take(window, now) as f64 / DAY as f64 * weight;
        }
    }

    pub(super) fn report(&self, model: &Model, flows: &Flows, out: &mut impl Sink) {
        let everyone = || 0..model.report_classes.len();
        for (class, name) in class_rows(model) {
            let rows = || class.map_or(everyone(), |c| c..c + 1);
            let sum = |counts: &[u64]| rows().map(|r| counts[r]).sum::<u64>();
            let (all, touched, ended) = (sum(&self.population), sum(&self.touched), sum(&self.ended));
            let named = |quantity, unit| move || Response::new(Family::Cases, quantity, unit).class(name);
            out.put(named("never_touched", "share"), Value::share(all - touched, all));
            out.put(named("never_touched_open", "share"), Value::share(all - touched - ended, all));
            out.put(named("never_touched_ended", "share"), Value::share(ended, all));
            let risk = rows().map(|r| self.risk[r]).sum();
            out.put(named("risk_days", "risk-days"), Value::Number(risk));
            let ended_all: u64 = (0..model.outcomes.len()).map(|o| ended_as(flows, o, rows())).sum();
            for (o, outcome) in model.outcomes.iter().enumerate() {
                let named = |quantity, unit| {
                    move || Response::new(Family::Outcomes, quantity, unit).of(&outcome.id).class(name)
                };
                let count = ended_as(flows, o, rows());
                out.put(named("ended_as", "cases"), Value::count(count));
                out.put(named("outcome_share", "share"), Value::share(count, ended_all));
            }
        }
    }
}

/// Whether a case belongs to those whose first touch is asked about.
fn counts(window: Window, case: &Case) -> bool {
    !case.initial && window.holds(case.arrived)
}

fn ended_as(flows: &Flows, outcome: usize, reports: std::ops::Range<usize>) -> u64 {
    reports.map(|r| flows.ended(outcome, r)).sum()
}

/// Cases that ended in the window in an outcome that counts as acted.
pub(super) fn acted(model: &Model, flows: &Flows) -> u64 {
    let acted = model.outcomes.iter().enumerate().filter(|(_, o)| o.counts_as == CountsAs::Acted);
    acted.map(|(o, _)| ended_as(flows, o, 0..model.report_classes.len())).sum()
}
