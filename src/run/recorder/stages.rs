//! What queueing theory speaks of: waits, numbers waiting and in work, throughput, and where the time goes.

use crate::model::Model;
use crate::run::measure::{Family, Response, Sink, Value};
use crate::run::uses::{STATE_COUNT, Uses};
use crate::stats::{Sample, Tally};
use crate::units::{DAY, Duration};

use super::cases::STATES;
use super::class_rows;
use super::flows::Flows;
use super::window::Window;

/// By stage and true class.
#[derive(Debug)]
pub(super) struct Stages {
    reports: usize,
    waits: Vec<Waits>,
    /// Case-milliseconds in the window by stage, state and class.
    spent: Vec<i64>,
    /// Of tips that ended in the window: milliseconds by stage, state and class over their whole lives.
    lives: Vec<i64>,
    /// How many these were, and how long they lived, by class.
    ended: Vec<(u64, i64)>,
    /// Time in the system of all that ended in the window, by class.
    system: Vec<Waits>,
}

/// Lengths of time of one kind, in days.
#[derive(Debug, Clone, Default)]
pub(super) struct Waits {
    /// The last ones, which the rest does not know of yet: taken in by the hundred, each costs a third.
    fresh: Vec<f64>,
    tally: Tally,
    sample: Sample,
    /// Longer than nothing.
    positive: u64,
}

/// So many are taken in together.
const BATCH: usize = 256;

impl Waits {
    #[inline]
    pub(super) fn push(&mut self, span: Duration) {
        if self.fresh.len() == self.fresh.capacity() {
            self.make_room();
        }
        self.fresh.push(span.days());
    }

    #[cold]
    fn make_room(&mut self) {
        self.settle();
        self.fresh.reserve(BATCH);
    }

    /// Takes in the last ones.
    fn settle(&mut self) {
        let (mut tally, mut positive) = (self.tally, self.positive);
        for days in &self.fresh {
            tally.push(*days);
            positive += u64::from(*days > 0.0);
        }
        (self.tally, self.positive) = (tally, positive);
        self.sample.extend(&self.fresh);
        self.fresh.clear();
    }

    /// Takes in all of others.
    pub(super) fn add(&mut self, others: &mut Waits) {
        others.settle();
        self.tally.merge(&others.tally);
        self.sample.merge(&others.sample);
        self.positive += others.positive;
    }

    /// All of several rows, put together here where there is more than one.
    pub(super) fn joined<'a>(&'a mut self, rows: &'a mut [Waits]) -> &'a mut Waits {
        if let [row] = rows {
            row.settle();
            return row;
        }
        for row in rows {
            self.add(row);
        }
        self
    }

    pub(super) fn count(&self) -> u64 {
        self.tally.count()
    }

    /// Sum over count, so that replications can be pooled.
    pub(super) fn mean(&self) -> Value {
        Value::Ratio { above: self.tally.sum(), below: self.tally.count() as f64 }
    }

    pub(super) fn quantiles(&mut self) -> [Value; 3] {
        match self.sample.quantiles([0.5, 0.9, 0.95]) {
            Some(days) => days.map(Value::Number),
            None => [Value::Nothing; 3],
        }
    }
}

impl Stages {
    pub(super) fn new(model: &Model) -> Stages {
        let (stages, reports) = (model.stages.len(), model.report_classes.len());
        Stages {
            reports,
            waits: vec![Waits::default(); stages * reports],
            spent: vec![0; stages * reports * STATE_COUNT],
            lives: vec![0; stages * reports * STATE_COUNT],
            ended: vec![(0, 0); reports],
            system: vec![Waits::default(); reports],
        }
    }

    /// A case has waited for its first start at a stage.
    pub(super) fn waited(&mut self, stage: usize, report: usize, wait: Duration) {
        self.waits[stage * self.reports + report].push(wait);
    }

    /// A case was in a state of a stage (a [`time_cell`]) for so much of the window.
    #[inline]
    pub(super) fn spent(&mut self, cell: usize, report: usize, ms: i64) {
        self.spent[cell * self.reports + report] += ms;
    }

    /// A case left the system.
    pub(super) fn left(&mut self, report: usize, life: Duration) {
        self.system[report].push(life);
    }

    /// The life of a tip is over.
    pub(super) fn lived(&mut self, report: usize, life: Duration) {
        self.ended[report].0 += 1;
        self.ended[report].1 += life.0;
    }

    /// Of that life, so long in a state (a [`time_cell`]).
    pub(super) fn lived_in(&mut self, report: usize, cell: usize, ms: i64) {
        self.lives[cell * self.reports + report] += ms;
    }

    pub(super) fn report(
        &mut self,
        model: &Model,
        uses: &Uses,
        window: Window,
        flows: &Flows,
        out: &mut impl Sink,
    ) {
        for s in 0..model.stages.len() {
            for row in class_rows(model) {
                self.report_stage((model, uses), window, flows, s, row, out);
            }
        }
        for (class, name) in class_rows(model) {
            let rows = self.rows(class);
            let mut all = Waits::default();
            let system = all.joined(&mut self.system[rows]);
            let named = |quantity| move || Response::new(Family::Stages, quantity, "days").class(name);
            out.put(named("system_mean"), system.mean());
            let quantiles = ["system_p50", "system_p90", "system_p95"].into_iter().zip(system.quantiles());
            quantiles.for_each(|(quantity, value)| out.put(named(quantity), value));
            self.report_lives((model, uses), class, name, out);
        }
    }

    fn rows(&self, class: Option<usize>) -> std::ops::Range<usize> {
        class.map_or(0..self.reports, |c| c..c + 1)
    }

    fn report_stage(
        &mut self,
        (model, uses): (&Model, &Uses),
        window: Window,
        flows: &Flows,
        s: usize,
        (class, name): (Option<usize>, &str),
        out: &mut impl Sink,
    ) {
        let stage = &model.stages[s];
        let named =
            |quantity, unit| move || Response::new(Family::Stages, quantity, unit).of(&stage.id).class(name);
        if uses.has_state(s, 0) {
            let rows = self.rows(class);
            let mut all = Waits::default();
            let waits = all.joined(&mut self.waits[s * self.reports..][rows]);
            out.put(named("wait_mean", "days"), waits.mean());
            out.put(named("wait_sd", "days"), Value::or_nothing(waits.tally.sd()));
            let quantiles = ["wait_p50", "wait_p90", "wait_p95"].into_iter().zip(waits.quantiles());
            quantiles.for_each(|(quantity, value)| out.put(named(quantity, "days"), value));
            out.put(named("started", "cases"), Value::count(waits.count()));
            out.put(named("waited_share", "share"), Value::share(waits.positive, waits.count()));
        }
        let length = (window.until - window.from) as f64;
        for (state, (_, quantity)) in STATES.iter().enumerate() {
            if uses.has_state(s, state) {
                let cell = time_cell(s, state) * self.reports;
                let spent: i64 = self.rows(class).map(|r| self.spent[cell + r]).sum();
                out.put(named(quantity, "cases"), Value::Number(spent as f64 / length));
            }
        }
        let done: u64 = self.rows(class).map(|r| flows.completions(s, r)).sum();
        out.put(named("throughput", "cases per day"), Value::Number(done as f64 * DAY as f64 / length));
    }

    fn report_lives(
        &self,
        (model, uses): (&Model, &Uses),
        class: Option<usize>,
        name: &str,
        out: &mut impl Sink,
    ) {
        let count: u64 = self.rows(class).map(|r| self.ended[r].0).sum();
        let per_case = |ms: i64| Value::Ratio { above: Duration(ms).days(), below: count as f64 };
        let total: i64 = self.rows(class).map(|r| self.ended[r].1).sum();
        out.put(|| Response::new(Family::Lives, "days_total", "days").class(name), per_case(total));
        for (s, stage) in model.stages.iter().enumerate() {
            for (state, quantity) in DAYS.into_iter().enumerate() {
                if uses.has_state(s, state) {
                    let cell = time_cell(s, state) * self.reports;
                    let spent: i64 = self.rows(class).map(|r| self.lives[cell + r]).sum();
                    let named = || Response::new(Family::Lives, quantity, "days").of(&stage.id).class(name);
                    out.put(named, per_case(spent));
                }
            }
        }
    }
}

const DAYS: [&str; STATE_COUNT] = ["days_waiting", "days_in_work", "days_delayed", "days_parked"];

/// A state of a stage as one number.
#[inline]
pub(super) fn time_cell(stage: usize, state: usize) -> usize {
    stage * STATE_COUNT + state
}
