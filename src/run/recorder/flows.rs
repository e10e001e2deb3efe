//! How many cases move in each interval between samples: arrivals, starts, completions, ends, and what else happens.

use crate::model::{Model, OutcomeId, SourceId, StageKind};
use crate::run::measure::{Family, Response, Sink, Value};
use crate::run::result::SeriesKey;
use crate::run::uses::Uses;

use super::class_rows;
use super::rows::Row;

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
    Overflow,
    Interruption,
    Parking,
    Release,
}

/// How many kinds there are.
pub(super) const STEP_COUNT: usize = 7;
/// The kinds of flow at a stage, in the order of [`Step`].
const STEPS: [&str; STEP_COUNT] =
    ["starts", "completions", "reneged", "overflowed", "interrupted", "parkings", "releases"];
/// Those whose sum over all stages says something.
const SUMMED: [Step; 4] = [Step::Renege, Step::Overflow, Step::Interruption, Step::Parking];

/// Where the numbers stand, one for each class of reports. What a model does not have has none.
#[derive(Debug, Clone)]
struct Cells {
    reports: usize,
    /// By source; after them tips that come from none.
    arrivals: Vec<usize>,
    /// By kind of flow, then stage.
    steps: [Vec<Option<usize>>; STEP_COUNT],
    outcomes: Vec<usize>,
    lapses: usize,
    links: Option<usize>,
    reopened: Option<usize>,
    /// Reports by source, as arrivals.
    merged: Option<Vec<usize>>,
    len: usize,
}

impl Cells {
    fn of(model: &Model, uses: &Uses) -> Cells {
        let reports = model.report_classes.len();
        let mut len = 0;
        let mut take = || {
            len += reports;
            len - reports
        };
        let sources = model.sources.len() + 1;
        let arrivals: Vec<usize> = (0..sources).map(|_| take()).collect();
        let stages = 0..model.stages.len();
        let steps = std::array::from_fn(|step| {
            stages.clone().map(|s| happens(model, uses, step, s).then(&mut take)).collect()
        });
        let outcomes = model.outcomes.iter().map(|_| take()).collect();
        let lapses = take();
        let links = uses.links.then(&mut take);
        let reopened = uses.reopens.then(&mut take);
        let merged = uses.bundles.then(|| (0..sources).map(|_| take()).collect());
        Cells { reports, arrivals, steps, outcomes, lapses, links, reopened, merged, len }
    }
}

/// Whether a kind of flow can be seen at a stage.
fn happens(model: &Model, uses: &Uses, step: usize, stage: usize) -> bool {
    const OVERFLOW: usize = Step::Overflow as usize;
    const INTERRUPTION: usize = Step::Interruption as usize;
    const PARKING: usize = Step::Parking as usize;
    const RELEASE: usize = Step::Release as usize;
    match step {
        OVERFLOW => uses.limits[stage],
        INTERRUPTION => uses.interrupts && model.stages[stage].kind == StageKind::Work,
        PARKING | RELEASE => uses.parks(stage),
        _ => true,
    }
}

impl Flows {
    pub(super) fn new(model: &Model, uses: &Uses) -> Flows {
        let cells = Cells::of(model, uses);
        Flows { now: vec![0; cells.len], rows: vec![], sums: vec![0; cells.len], cells }
    }

    /// A tip arrived, into which so many reports were merged.
    pub(super) fn arrival(&mut self, source: Option<SourceId>, report: usize, merged: u32) {
        let row = source.map_or(self.cells.arrivals.len() - 1, SourceId::index);
        self.now[self.cells.arrivals[row] + report] += 1;
        if let Some(cells) = &self.cells.merged {
            self.now[cells[row] + report] += merged;
        }
    }

    pub(super) fn outcome(&mut self, outcome: OutcomeId, report: usize) {
        self.now[self.cells.outcomes[outcome.index()] + report] += 1;
    }

    pub(super) fn lapse(&mut self, report: usize) {
        self.now[self.cells.lapses + report] += 1;
    }

    pub(super) fn link(&mut self, report: usize) {
        self.count(self.cells.links, report);
    }

    pub(super) fn reopening(&mut self, report: usize) {
        self.count(self.cells.reopened, report);
    }

    fn count(&mut self, cell: Option<usize>, report: usize) {
        if let Some(cell) = cell {
            self.now[cell + report] += 1;
        }
    }

    /// The interval is over; what happened at stages stands in their rows.
    pub(super) fn close_interval(&mut self, rows: &mut [Row]) {
        for (step, cells) in self.cells.steps.iter().enumerate() {
            for (cell, rows) in cells.iter().zip(rows.chunks_exact_mut(self.cells.reports)) {
                let Some(first) = *cell else {
                    debug_assert!(
                        rows.iter_mut().all(|row| row.take(step) == 0),
                        "a model has cells for all that can happen: {}",
                        STEPS[step]
                    );
                    continue;
                };
                self.now[first..].iter_mut().zip(rows).for_each(|(now, row)| *now = row.take(step));
            }
        }
        self.rows.extend_from_slice(&self.now);
        self.sums.iter_mut().zip(&self.now).for_each(|(sum, n)| *sum += u64::from(*n));
        self.now.fill(0);
    }

    pub(super) fn into_rows(self) -> Vec<u32> {
        self.rows
    }

    /// Completions at a stage in the window.
    pub(super) fn completions(&self, stage: usize, report: usize) -> u64 {
        let cell = self.cells.steps[Step::Completion as usize][stage];
        cell.map_or(0, |cell| self.sums[cell + report])
    }

    /// Cases, or jobs, that ended in the window with this outcome.
    pub(super) fn ended(&self, outcome: usize, report: usize) -> u64 {
        self.sums[self.cells.outcomes[outcome] + report]
    }

    pub(super) fn report(&self, model: &Model, out: &mut impl Sink) {
        for (class, name) in class_rows(model) {
            let reports = || class.map_or(0..self.cells.reports, |c| c..c + 1);
            let named = |quantity, unit| move || Response::new(Family::Cases, quantity, unit).class(name);
            let over = |cells: &mut dyn Iterator<Item = usize>| -> u64 {
                cells.map(|cell| reports().map(|r| self.sums[cell + r]).sum::<u64>()).sum()
            };
            let cells = &self.cells;
            let mut put = |quantity, unit, found: u64| out.put(named(quantity, unit), Value::count(found));
            put("arrivals", "cases", over(&mut cells.arrivals.iter().copied()));
            let whole = model.outcomes.iter().zip(&cells.outcomes).filter(|(o, _)| o.of.is_none());
            put("ended", "cases", over(&mut whole.map(|(_, cell)| *cell)));
            put("lapses", "cases", over(&mut std::iter::once(cells.lapses)));
            for step in SUMMED.map(|step| step as usize) {
                if cells.steps[step].iter().any(Option::is_some) {
                    put(STEPS[step], "cases", over(&mut cells.steps[step].iter().copied().flatten()));
                }
            }
            if cells.links.is_some() {
                put("links", "cases", over(&mut cells.links.into_iter()));
            }
            if cells.reopened.is_some() {
                put("reopened", "cases", over(&mut cells.reopened.into_iter()));
            }
            if let Some(merged) = &cells.merged {
                put("reports", "reports", over(&mut merged.iter().copied()));
            }
        }
    }
}

/// Cells of one interval's row.
pub(crate) fn width(model: &Model, uses: &Uses) -> usize {
    Cells::of(model, uses).len
}

/// The series of flows: which cells are summed for each.
pub(crate) fn series(model: &Model, uses: &Uses) -> Vec<SeriesKey> {
    let cells = Cells::of(model, uses);
    let mut keys = vec![];
    let stages: Vec<&str> = model.stages.iter().map(|s| s.id.as_str()).collect();
    let sources = || model.sources.iter().map(|s| s.id.as_str());
    push(model, &mut keys, "arrivals", &with_sum(cells.arrivals.clone(), sources(), &cells.arrivals));
    for (step, name) in STEPS.iter().enumerate() {
        // Starts of different stages are different things: their sum says nothing.
        let here = stages.iter().zip(&cells.steps[step]);
        let here: Vec<_> = here.filter_map(|(id, cell)| Some((*id, vec![(*cell)?]))).collect();
        push(model, &mut keys, name, &here);
    }
    let whole = model.outcomes.iter().zip(&cells.outcomes).filter(|(o, _)| o.of.is_none());
    let outcomes = model.outcomes.iter().map(|o| o.id.as_str());
    let all = whole.map(|(_, cell)| *cell).collect();
    push(model, &mut keys, "outcomes", &with_sum(all, outcomes, &cells.outcomes));
    push(model, &mut keys, "lapses", &[("", vec![cells.lapses])]);
    for (name, cell) in [("links", cells.links), ("reopened", cells.reopened)] {
        let found: Vec<_> = cell.map(|cell| ("", vec![cell])).into_iter().collect();
        push(model, &mut keys, name, &found);
    }
    if let Some(merged) = &cells.merged {
        push(model, &mut keys, "reports", &with_sum(merged.clone(), sources(), merged));
    }
    keys
}

/// A sum without a name, then each by itself.
fn with_sum<'a>(
    sum: Vec<usize>,
    names: impl Iterator<Item = &'a str>,
    cells: &[usize],
) -> Vec<(&'a str, Vec<usize>)> {
    std::iter::once(("", sum)).chain(names.zip(cells).map(|(name, cell)| (name, vec![*cell]))).collect()
}

/// The series of each of these, for all classes together and for each: the sum of the cells named.
fn push(model: &Model, keys: &mut Vec<SeriesKey>, flow: &'static str, rows: &[(&str, Vec<usize>)]) {
    for (class, class_name) in class_rows(model) {
        let reports = class.map_or(0..model.report_classes.len(), |c| c..c + 1);
        let class_as = if class.is_some() { "true" } else { "" };
        for (of, firsts) in rows {
            let cells = firsts.iter().flat_map(|first| reports.clone().map(move |r| first + r)).collect();
            keys.push(SeriesKey::new(flow, of, cells).class(class_as, class_name));
        }
    }
}
