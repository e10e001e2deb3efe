//! How cases end, what was never touched, what was buried, and the risk that runs on while a subject is not stopped.

use crate::model::{ClassId, CountsAs, Model, Outcome};
use crate::run::measure::{Family, Response, Sink, Value};
use crate::run::uses::Uses;
use crate::units::{DAY, Time};

use super::cases::{Case, Flags};
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
    /// By report class.
    tips: Vec<Tips>,
    /// By report class: whether it is more urgent than the last.
    urgent: Vec<bool>,
    /// Where cases can be believed to be what they are not.
    beliefs: Option<Beliefs>,
}

/// Tips that arrived in the window.
#[derive(Debug, Clone, Copy, Default)]
struct Tips {
    all: u64,
    /// Of these, those on which work had started by the horizon.
    touched: u64,
    /// Of these, those that had ended untouched by the horizon.
    ended: u64,
}

/// What assessments made of tips that arrived in the window.
#[derive(Debug)]
struct Beliefs {
    /// By class: urgent ones that were assessed, and of these those believed to be less urgent.
    urgent: Vec<(u64, u64)>,
    /// Cases believed to be urgent, and of these those that are less urgent than believed.
    alarms: (u64, u64),
}

impl Endings {
    pub(super) fn new(model: &Model, uses: &Uses) -> Endings {
        let reports = model.report_classes.len();
        Endings {
            subjects: vec![Level::default(); model.classes.len()],
            risk: vec![0.0; reports],
            tips: vec![Tips::default(); reports],
            urgent: uses.urgent_reports.clone(),
            beliefs: uses.judges.then(|| Beliefs { urgent: vec![(0, 0); reports], alarms: (0, 0) }),
        }
    }

    pub(super) fn arrive(&mut self, window: Window, case: &Case) {
        self.tips[case.report()].all += u64::from(counts(window, case));
    }

    /// The number of subjects of the case's class who are not stopped changes.
    pub(super) fn subject(&mut self, window: Window, now: Time, class: ClassId, change: i64) {
        self.subjects[class.index()].add(window, now, change);
    }

    /// Work started on a case for the first time.
    pub(super) fn touch(&mut self, window: Window, now: Time, case: &mut Case) {
        let counts = counts(window, case) && now.0 < window.until;
        case.flags.set(Flags::TOUCH_COUNTS, counts);
        self.tips[case.report()].touched += u64::from(counts);
    }

    pub(super) fn end(&mut self, window: Window, now: Time, case: &Case) {
        let untouched = counts(window, case) && !case.is(Flags::TOUCHED) && now.0 < window.until;
        self.tips[case.report()].ended += u64::from(untouched);
        self.judge(window, case);
    }

    /// A tip was no case of its own.
    pub(super) fn forget(&mut self, window: Window, case: &Case) {
        let tips = &mut self.tips[case.report()];
        tips.all -= u64::from(counts(window, case));
        tips.touched -= u64::from(case.is(Flags::TOUCH_COUNTS));
    }

    /// The last word on a case has been said, as far as anybody sees.
    pub(super) fn judge(&mut self, window: Window, case: &Case) {
        let Some(beliefs) = &mut self.beliefs else { return };
        let Some(verdict) = case.verdict.filter(|_| counts(window, case)) else { return };
        if verdict.urgent {
            beliefs.urgent[case.report()].0 += 1;
            beliefs.urgent[case.report()].1 += u64::from(verdict.buried);
        }
        beliefs.alarms.0 += u64::from(verdict.alarm);
        beliefs.alarms.1 += u64::from(verdict.false_alarm);
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
            let sum = |of: fn(&Tips) -> u64| self.tips[rows()].iter().map(of).sum::<u64>();
            let (all, touched, ended) = (sum(|t| t.all), sum(|t| t.touched), sum(|t| t.ended));
            let named = |quantity, unit| move || Response::new(Family::Cases, quantity, unit).class(name);
            out.put(named("never_touched", "share"), Value::share(all - touched, all));
            out.put(named("never_touched_open", "share"), Value::share(all - touched - ended, all));
            out.put(named("never_touched_ended", "share"), Value::share(ended, all));
            self.report_beliefs(class, name, out);
            let risk = rows().map(|r| self.risk[r]).sum();
            out.put(named("risk_days", "risk-days"), Value::Number(risk));
            report_outcomes(model, flows, rows(), name, out);
        }
    }

    /// What assessments made of the cases of a class, or of all.
    fn report_beliefs(&self, class: Option<usize>, name: &str, out: &mut impl Sink) {
        let Some(Beliefs { urgent, alarms }) = &self.beliefs else { return };
        let named = |quantity| move || Response::new(Family::Cases, quantity, "share").class(name);
        if class.is_none_or(|c| self.urgent[c]) {
            let rows = class.map_or(0..urgent.len(), |c| c..c + 1);
            let (all, buried) = rows.fold((0, 0), |sum, r| (sum.0 + urgent[r].0, sum.1 + urgent[r].1));
            out.put(named("buried_share"), Value::share(buried, all));
        }
        if class.is_none() {
            out.put(named("false_alarm_share"), Value::share(alarms.1, alarms.0));
        }
    }
}

/// How the cases and jobs of a class, or of all, ended.
fn report_outcomes(
    model: &Model,
    flows: &Flows,
    rows: std::ops::Range<usize>,
    name: &str,
    out: &mut impl Sink,
) {
    let whole = |o: &usize| model.outcomes[*o].of.is_none();
    let all: u64 = (0..model.outcomes.len()).filter(whole).map(|o| ended_as(flows, o, rows.clone())).sum();
    for (o, outcome) in model.outcomes.iter().enumerate() {
        let named = |quantity, unit| {
            move || Response::new(Family::Outcomes, quantity, unit).of(&outcome.id).class(name)
        };
        let count = ended_as(flows, o, rows.clone());
        if whole(&o) {
            out.put(named("ended_as", "cases"), Value::count(count));
            out.put(named("outcome_share", "share"), Value::share(count, all));
        } else {
            out.put(named("ended_as", "jobs"), Value::count(count));
        }
    }
}

/// Whether a case belongs to those whose first touch is asked about.
fn counts(window: Window, case: &Case) -> bool {
    !case.flags.intersects(Flags::INITIAL | Flags::REOPENED) && window.holds(case.arrived)
}

fn ended_as(flows: &Flows, outcome: usize, reports: std::ops::Range<usize>) -> u64 {
    reports.map(|r| flows.ended(outcome, r)).sum()
}

/// Cases that ended in the window in an outcome that counts as acted.
pub(super) fn acted(model: &Model, flows: &Flows) -> u64 {
    let counts = |o: &Outcome| o.counts_as == CountsAs::Acted && o.of.is_none();
    let acted = model.outcomes.iter().enumerate().filter(|(_, o)| counts(o));
    acted.map(|(o, _)| ended_as(flows, o, 0..model.report_classes.len())).sum()
}
