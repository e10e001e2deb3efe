//! How many cases move in each interval between samples: arrivals, starts, completions, ends.

use crate::model::{Model, OutcomeId, SourceId, StageId};
use crate::run::measure::{Family, Response, Sink, Value};
use crate::run::result::SeriesKey;

use super::class_rows;

/// Counts of the interval that is running, and of those that are over.
#[derive(Debug)]
pub(super) struct Flows {
    cells: Cells,
    now: Vec<u32>,
    rows: Vec<u32>,
    /// Over the whole window.
    sums: Vec<u64>,
}

/// A kind of flow at a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Start,
    Completion,
    Renege,
}

/// The kinds of flow in the order of the cells, and what each is divided by.
const STEPS: [&str; 3] = ["starts", "completions", "reneged"];

#[derive(Debug, Clone)]
struct Cells {
    sources: usize,
    stages: usize,
    outcomes: usize,
    reports: usize,
}

impl Cells {
    fn of(model: &Model) -> Cells {
        Cells {
            sources: model.sources.len(),
            stages: model.stages.len(),
            outcomes: model.outcomes.len(),
            reports: model.report_classes.len(),
        }
    }

    fn arrival(&self, source: usize, report: usize) -> usize {
        source * self.reports + report
    }

    fn step(&self, step: usize, stage: usize, report: usize) -> usize {
        (self.sources + step * self.stages + stage) * self.reports + report
    }

    fn outcome(&self, outcome: usize, report: usize) -> usize {
        (self.sources + STEPS.len() * self.stages + outcome) * self.reports + report
    }

    fn lapse(&self, report: usize) -> usize {
        self.outcome(self.outcomes, report)
    }

    fn len(&self) -> usize {
        self.lapse(self.reports)
    }
}

impl Flows {
    pub(super) fn new(model: &Model) -> Flows {
        let cells = Cells::of(model);
        Flows { now: vec![0; cells.len()], rows: vec![], sums: vec![0; cells.len()], cells }
    }

    pub(super) fn arrival(&mut self, source: SourceId, report: usize) {
        self.now[self.cells.arrival(source.index(), report)] += 1;
    }

    pub(super) fn step(&mut self, step: Step, stage: StageId, report: usize) {
        self.now[self.cells.step(step as usize, stage.index(), report)] += 1;
    }

    pub(super) fn outcome(&mut self, outcome: OutcomeId, report: usize) {
        self.now[self.cells.outcome(outcome.index(), report)] += 1;
    }

    pub(super) fn lapse(&mut self, report: usize) {
        self.now[self.cells.lapse(report)] += 1;
    }

    /// The interval is over.
    pub(super) fn close_interval(&mut self) {
        self.rows.extend_from_slice(&self.now);
        self.sums.iter_mut().zip(&self.now).for_each(|(sum, n)| *sum += u64::from(*n));
        self.now.fill(0);
    }

    pub(super) fn into_rows(self) -> Vec<u32> {
        self.rows
    }

    /// Completions at a stage in the window.
    pub(super) fn completions(&self, stage: usize, report: usize) -> u64 {
        self.sums[self.cells.step(Step::Completion as usize, stage, report)]
    }

    /// Cases that ended in the window with this outcome.
    pub(super) fn ended(&self, outcome: usize, report: usize) -> u64 {
        self.sums[self.cells.outcome(outcome, report)]
    }

    pub(super) fn report(&self, model: &Model, out: &mut impl Sink) {
        for (class, name) in class_rows(model) {
            let reports = || class.map_or(0..self.cells.reports, |c| c..c + 1);
            let named = |quantity| move || Response::new(Family::Cases, quantity, "cases").class(name);
            let over = |n: usize, cell: &dyn Fn(usize, usize) -> usize| -> u64 {
                (0..n).flat_map(|i| reports().map(move |r| (i, r))).map(|(i, r)| self.sums[cell(i, r)]).sum()
            };
            let arrivals = over(self.cells.sources, &|s, r| self.cells.arrival(s, r));
            out.put(named("arrivals"), Value::count(arrivals));
            let ended = over(self.cells.outcomes, &|o, r| self.cells.outcome(o, r));
            out.put(named("ended"), Value::count(ended));
            out.put(named("lapses"), Value::count(over(1, &|_, r| self.cells.lapse(r))));
            let renege = Step::Renege as usize;
            out.put(
                named("reneged"),
                Value::count(over(self.cells.stages, &|s, r| self.cells.step(renege, s, r))),
            );
        }
    }
}

/// Cells of one interval's row.
pub(crate) fn width(model: &Model) -> usize {
    Cells::of(model).len()
}

/// The series of flows: which cells are summed for each.
pub(crate) fn series(model: &Model) -> Vec<SeriesKey> {
    let cells = Cells::of(model);
    let mut keys = vec![];
    let sources: Vec<&str> = model.sources.iter().map(|s| s.id.as_str()).collect();
    let stages: Vec<&str> = model.stages.iter().map(|s| s.id.as_str()).collect();
    let outcomes: Vec<&str> = model.outcomes.iter().map(|o| o.id.as_str()).collect();
    push(model, &mut keys, "arrivals", &sources, true, &|s, r| cells.arrival(s, r));
    for (step, name) in STEPS.iter().enumerate() {
        // Starts of different stages are different things: their sum says nothing.
        push(model, &mut keys, name, &stages, false, &|s, r| cells.step(step, s, r));
    }
    push(model, &mut keys, "outcomes", &outcomes, true, &|o, r| cells.outcome(o, r));
    push(model, &mut keys, "lapses", &[""], false, &|_, r| cells.lapse(r));
    keys
}

fn push(
    model: &Model,
    keys: &mut Vec<SeriesKey>,
    flow: &'static str,
    names: &[&str],
    total: bool,
    cell: &dyn Fn(usize, usize) -> usize,
) {
    for (class, class_name) in class_rows(model) {
        let reports = class.map_or(0..model.report_classes.len(), |c| c..c + 1);
        let mut key = |of: &str, which: std::ops::Range<usize>| {
            let cells =
                which.flat_map(|i| reports.clone().map(move |r| (i, r))).map(|(i, r)| cell(i, r)).collect();
            let class_as = if class.is_some() { "true" } else { "" };
            keys.push(SeriesKey::new(flow, of, cells).class(class_as, class_name));
        };
        if total {
            key("", 0..names.len());
        }
        for (i, name) in names.iter().enumerate() {
            key(name, i..i + 1);
        }
    }
}
