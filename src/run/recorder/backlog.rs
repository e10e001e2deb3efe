//! Open cases: how many wait, are in work or delayed, by stage and observed class, and how old they are.

use crate::model::Model;
use crate::run::layout::Layout;
use crate::run::measure::{Family, Response, Sink, Value};
use crate::run::result::{AgeRow, SeriesKey};
use crate::units::Time;

use super::ages::Ages;
use super::cases::{Case, STATES};
use super::class_rows;
use super::window::{Level, Window};

/// Levels now, and as they were at each sample.
#[derive(Debug)]
pub(super) struct Backlog {
    cells: Cells,
    /// One number for each cell: states by stage and observed class, then open cases by true class.
    now: Vec<u32>,
    rows: Vec<u32>,
    ages: Ages,
    age_rows: Vec<AgeRow>,
    /// Open cases by true class, integrated over the window.
    open: Vec<Level>,
}

/// Where the number of each stage, observed class and state stands.
#[derive(Debug, Clone)]
struct Cells {
    /// Observed classes, `unknown` included.
    observed: usize,
    reports: usize,
    stages: usize,
}

impl Cells {
    fn of(model: &Model) -> Cells {
        Cells {
            observed: model.report_classes.len() + 1,
            reports: model.report_classes.len(),
            stages: model.stages.len(),
        }
    }

    fn state(&self, stage: usize, observed: usize, state: usize) -> usize {
        (stage * self.observed + observed) * STATES.len() + state
    }

    fn open(&self, report: usize) -> usize {
        self.stages * self.observed * STATES.len() + report
    }

    fn len(&self) -> usize {
        self.open(self.reports)
    }
}

/// The row of an observed class: that of its top class, `unknown` last.
fn observed_row(model: &Model, case: &Case) -> usize {
    model.classes.get(case.observed.index()).map_or(model.report_classes.len(), |c| c.report)
}

impl Backlog {
    pub(super) fn new(model: &Model) -> Backlog {
        let cells = Cells::of(model);
        Backlog {
            now: vec![0; cells.len()],
            rows: vec![],
            ages: Ages::new(cells.reports),
            age_rows: vec![],
            open: vec![Level::default(); cells.reports],
            cells,
        }
    }

    pub(super) fn open(&mut self, window: Window, now: Time, case: &Case) {
        self.now[self.cells.open(case.report)] += 1;
        self.open[case.report].add(window, now, 1);
        self.ages.open(case.report, case.number, case.arrived);
    }

    pub(super) fn close(&mut self, window: Window, now: Time, case: &Case) {
        self.now[self.cells.open(case.report)] -= 1;
        self.open[case.report].add(window, now, -1);
        self.ages.close(case.report, case.number);
    }

    /// A case is in a state from now on; which one, it knows itself.
    pub(super) fn enter(&mut self, model: &Model, case: &Case) {
        if let Some(cell) = self.cell(model, case) {
            self.now[cell] += 1;
        }
    }

    /// It leaves that state again; it must be as it was when it entered.
    pub(super) fn leave(&mut self, model: &Model, case: &Case) {
        if let Some(cell) = self.cell(model, case) {
            self.now[cell] -= 1;
        }
    }

    fn cell(&self, model: &Model, case: &Case) -> Option<usize> {
        let state = case.place.index()?;
        Some(self.cells.state(case.stage.index(), observed_row(model, case), state))
    }

    /// Notes the levels.
    pub(super) fn sample(&mut self, now: Time) {
        self.rows.extend_from_slice(&self.now);
        self.age_rows.push(self.ages.statistics(None, now));
        for class in 0..self.cells.reports {
            self.age_rows.push(self.ages.statistics(Some(class), now));
        }
    }

    pub(super) fn report(&mut self, model: &Model, window: Window, out: &mut impl Sink) {
        let until = Time(window.until);
        let integrals: Vec<i64> = self.open.iter_mut().map(|level| level.take(window, until)).collect();
        let length = (window.until - window.from) as f64;
        let last = self.rows.len().checked_sub(self.cells.len());
        let at_end = |cell: usize| last.map_or(0, |row| u64::from(self.rows[row + cell]));
        for (class, name) in class_rows(model) {
            let open = match class {
                Some(c) => at_end(self.cells.open(c)),
                None => (0..self.cells.reports).map(|c| at_end(self.cells.open(c))).sum(),
            };
            let integral: i64 = class.map_or_else(|| integrals.iter().sum(), |c| integrals[c]);
            let named = |quantity| move || Response::new(Family::Cases, quantity, "cases").class(name);
            out.put(named("backlog_at_end"), Value::count(open));
            out.put(named("backlog_mean"), Value::Number(integral as f64 / length));
        }
        for (stage, s) in model.stages.iter().enumerate().map(|(i, stage)| (stage, i)) {
            for (state, (_, name)) in STATES.iter().enumerate() {
                if Layout::has_state(stage.kind, state) {
                    let sum = (0..self.cells.observed).map(|o| at_end(self.cells.state(s, o, state))).sum();
                    let quantity = AT_END[state];
                    debug_assert!(quantity.starts_with(name), "the names stand in the order of the states");
                    out.put(
                        || Response::new(Family::Cases, quantity, "cases").of(&stage.id),
                        Value::count(sum),
                    );
                }
            }
        }
    }

    pub(super) fn into_rows(self) -> (Vec<u32>, Vec<AgeRow>) {
        (self.rows, self.age_rows)
    }
}

const AT_END: [&str; 3] = ["waiting_at_end", "in_work_at_end", "delayed_at_end"];

/// The series of the backlog: which cells are summed for each.
pub(crate) fn series(model: &Model) -> Vec<SeriesKey> {
    let cells = Cells::of(model);
    let mut keys = vec![];
    for (class, name) in class_rows(model) {
        let summed = class.map_or(0..cells.reports, |c| c..c + 1).map(|c| cells.open(c)).collect();
        keys.push(
            SeriesKey::new("backlog", "", summed).class(if class.is_some() { "true" } else { "" }, name),
        );
    }
    let every_stage = 0..model.stages.len();
    for observed in 0..cells.observed {
        let all = sum_of(model, &cells, every_stage.clone(), &[observed], &[0, 1, 2]);
        keys.push(SeriesKey::new("backlog", "", all).class("observed", observed_name(model, observed)));
    }
    let everyone: Vec<usize> = (0..cells.observed).collect();
    for (state, (_, measure)) in STATES.iter().enumerate() {
        let all = sum_of(model, &cells, every_stage.clone(), &everyone, &[state]);
        keys.push(SeriesKey::new(measure, "", all));
    }
    for s in every_stage {
        stage_series(model, &cells, s, &everyone, &mut keys);
    }
    keys.retain(|key| !key.cells.is_empty());
    keys
}

/// Of one stage: all its cases, its states, its states by observed class.
fn stage_series(model: &Model, cells: &Cells, s: usize, everyone: &[usize], keys: &mut Vec<SeriesKey>) {
    let id = &model.stages[s].id;
    let one = |observed: &[usize], states: &[usize]| sum_of(model, cells, s..s + 1, observed, states);
    keys.push(SeriesKey::new("backlog", id, one(everyone, &[0, 1, 2])));
    for (state, (_, measure)) in STATES.iter().enumerate() {
        keys.push(SeriesKey::new(measure, id, one(everyone, &[state])));
        for &observed in everyone {
            let key = SeriesKey::new(measure, id, one(&[observed], &[state]));
            keys.push(key.class("observed", observed_name(model, observed)));
        }
    }
}

fn sum_of(
    model: &Model,
    cells: &Cells,
    stages: std::ops::Range<usize>,
    observed: &[usize],
    states: &[usize],
) -> Vec<usize> {
    let mut all = vec![];
    for s in stages {
        for &o in observed {
            let here = states.iter().filter(|state| Layout::has_state(model.stages[s].kind, **state));
            all.extend(here.map(|state| cells.state(s, o, *state)));
        }
    }
    all
}

fn observed_name(model: &Model, row: usize) -> &str {
    model.report_classes.get(row).map_or("unknown", String::as_str)
}

/// Cells of one sample's row.
pub(crate) fn width(model: &Model) -> usize {
    Cells::of(model).len()
}
