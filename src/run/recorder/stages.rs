//! What queueing theory speaks of: waits, numbers waiting and in work, throughput, and where the time goes.

use std::ops::Range;

use crate::model::{Model, StageId};
use crate::run::measure::{Family, Response, Sink, Value};
use crate::run::uses::{STATE_COUNT, Uses};
use crate::stats::{PowerSums, Sample};
use crate::units::{DAY, Duration};

use super::cases::{Case, STATES};
use super::class_rows;
use super::flows::Flows;
use super::lives::life_cell;
use super::rows::Row;
use super::window::Window;

/// By stage and true class.
#[derive(Debug)]
pub(super) struct Stages {
    reports: usize,
    pub(super) rows: Vec<Row>,
    /// Of tips that ended in the window: milliseconds over their whole lives, by [`life_cell`].
    lives: Vec<i64>,
    /// By class: those that ended in the window.
    ended: Vec<Ended>,
}

#[derive(Debug, Clone, Default)]
struct Ended {
    /// Time in the system of all.
    system: Waits,
    /// How many of them were tips, and how long these lived.
    tips: u64,
    lived: i64,
}

/// Lengths of time of one kind: kept in whole milliseconds, told in days.
#[derive(Debug, Clone, Default)]
pub(super) struct Waits {
    sums: PowerSums,
    sample: Sample,
    /// Longer than nothing.
    positive: u64,
}

impl Waits {
    #[inline]
    pub(super) fn push(&mut self, span: Duration) {
        debug_assert!(span >= Duration::ZERO, "nobody waits less than nothing");
        let ms = span.0 as u64;
        self.positive += u64::from(ms > 0);
        self.sums.push(ms);
        self.sample.push(ms);
    }

    /// Takes in all of others.
    pub(super) fn add(&mut self, others: &Waits) {
        self.sums.merge(&others.sums);
        self.sample.merge(&others.sample);
        self.positive += others.positive;
    }

    /// All of several rows, put together here where there is more than one.
    pub(super) fn joined<'a>(
        &'a mut self,
        rows: impl ExactSizeIterator<Item = &'a mut Waits>,
    ) -> &'a mut Waits {
        let alone = rows.len() == 1;
        for row in rows {
            if alone {
                return row;
            }
            self.add(row);
        }
        self
    }

    pub(super) fn count(&self) -> u64 {
        self.sums.count()
    }

    /// Sum over count, so that replications can be pooled.
    pub(super) fn mean(&self) -> Value {
        Value::Ratio { above: days(self.sums.sum() as f64), below: self.count() as f64 }
    }

    fn sd(&self) -> Value {
        Value::or_nothing(self.sums.sd().map(days))
    }

    pub(super) fn quantiles(&mut self) -> [Value; 3] {
        match self.sample.quantiles([0.5, 0.9, 0.95]) {
            Some(ms) => ms.map(|ms| Value::Number(days(ms))),
            None => [Value::Nothing; 3],
        }
    }
}

/// Of milliseconds that need not be whole.
fn days(ms: f64) -> f64 {
    ms / DAY as f64
}

impl Stages {
    pub(super) fn new(model: &Model, uses: &Uses) -> Stages {
        let (rows, reports) = (Row::all(model, uses), model.report_classes.len());
        Stages {
            reports,
            lives: vec![0; rows.len() * STATE_COUNT],
            rows,
            ended: vec![Ended::default(); reports],
        }
    }

    /// The row of a case, at the stage it came to last.
    #[inline]
    pub(super) fn row(&mut self, case: &Case) -> &mut Row {
        &mut self.rows[case.row as usize]
    }

    /// The place of the row of a stage and a class of reports.
    #[inline]
    pub(super) fn row_of(&self, stage: StageId, report: usize) -> u32 {
        (stage.index() * self.reports + report) as u32
    }

    /// A case left the system; if it was a tip, its life is over.
    pub(super) fn left(&mut self, report: usize, life: Duration, tip: bool) {
        let ended = &mut self.ended[report];
        ended.system.push(life);
        if tip {
            ended.tips += 1;
            ended.lived += life.0;
        }
    }

    /// Of that life, so long in a state of a stage (a [`life_cell`]).
    pub(super) fn lived_in(&mut self, cell: u32, ms: i64) {
        self.lives[cell as usize] += ms;
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
            let rows = self.reports(class);
            let mut all = Waits::default();
            let system = all.joined(self.ended[rows].iter_mut().map(|ended| &mut ended.system));
            let named = |quantity| move || Response::new(Family::Stages, quantity, "days").class(name);
            out.put(named("system_mean"), system.mean());
            let quantiles = ["system_p50", "system_p90", "system_p95"].into_iter().zip(system.quantiles());
            quantiles.for_each(|(quantity, value)| out.put(named(quantity), value));
            self.report_lives((model, uses), class, name, out);
        }
    }

    fn reports(&self, class: Option<usize>) -> Range<usize> {
        class.map_or(0..self.reports, |c| c..c + 1)
    }

    fn rows(&self, stage: usize, class: Option<usize>) -> Range<usize> {
        let (first, reports) = (stage * self.reports, self.reports(class));
        first + reports.start..first + reports.end
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
            let rows = self.rows(s, class);
            let mut all = Waits::default();
            let waits = all.joined(self.rows[rows].iter_mut().map(|row| &mut row.waits));
            out.put(named("wait_mean", "days"), waits.mean());
            out.put(named("wait_sd", "days"), waits.sd());
            let quantiles = ["wait_p50", "wait_p90", "wait_p95"].into_iter().zip(waits.quantiles());
            quantiles.for_each(|(quantity, value)| out.put(named(quantity, "days"), value));
            out.put(named("started", "cases"), Value::count(waits.count()));
            out.put(named("waited_share", "share"), Value::share(waits.positive, waits.count()));
        }
        let length = (window.until - window.from) as f64;
        for (state, (_, quantity)) in STATES.iter().enumerate() {
            if uses.has_state(s, state) {
                let spent: i64 = self.rows(s, class).map(|r| self.rows[r].spent[state]).sum();
                out.put(named(quantity, "cases"), Value::Number(spent as f64 / length));
            }
        }
        let done: u64 = self.reports(class).map(|r| flows.completions(s, r)).sum();
        out.put(named("throughput", "cases per day"), Value::Number(done as f64 * DAY as f64 / length));
    }

    fn report_lives(
        &self,
        (model, uses): (&Model, &Uses),
        class: Option<usize>,
        name: &str,
        out: &mut impl Sink,
    ) {
        let count: u64 = self.reports(class).map(|r| self.ended[r].tips).sum();
        let per_case = |ms: i64| Value::Ratio { above: Duration(ms).days(), below: count as f64 };
        let total: i64 = self.reports(class).map(|r| self.ended[r].lived).sum();
        out.put(|| Response::new(Family::Lives, "days_total", "days").class(name), per_case(total));
        for (s, stage) in model.stages.iter().enumerate() {
            for (state, quantity) in DAYS.into_iter().enumerate() {
                if uses.has_state(s, state) {
                    let cell = |row: usize| life_cell(row as u32, state) as usize;
                    let spent: i64 = self.rows(s, class).map(|r| self.lives[cell(r)]).sum();
                    let named = || Response::new(Family::Lives, quantity, "days").of(&stage.id).class(name);
                    out.put(named, per_case(spent));
                }
            }
        }
    }
}

const DAYS: [&str; STATE_COUNT] = ["days_waiting", "days_in_work", "days_delayed", "days_parked"];
