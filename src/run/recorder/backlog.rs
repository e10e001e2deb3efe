//! Open cases: how many wait, are in work, delayed or parked, by stage and observed class, and how old they are.
//!
//! By stage a split case counts once for each of its jobs, in totals once: as in work if any job is, else as waiting if
//! any waits, else as delayed, else as parked.

use crate::model::{ClassId, Model};
use crate::run::measure::{Family, Response, Sink, Value};
use crate::run::result::{AgeRow, SeriesKey};
use crate::run::uses::{STATE_COUNT, Uses};
use crate::units::Time;

use super::ages::Ages;
use super::cases::{Case, STATES, Unit};
use super::class_rows;
use super::window::{Level, Window};

/// Levels now, and as they were at each sample.
#[derive(Debug)]
pub(super) struct Backlog {
    cells: Cells,
    /// One number for each cell of [`Cells`] but the last, of open cases.
    now: Vec<u32>,
    rows: Vec<u32>,
    ages: Ages,
    age_rows: Vec<AgeRow>,
    /// Open cases by true class, integrated over the window.
    open: Vec<Level>,
}

/// Where the number of each stage, observed class and state stands. States that no case can be in have no numbers.
#[derive(Debug, Clone)]
struct Cells {
    /// Observed classes, `unknown` included.
    observed: usize,
    reports: usize,
    /// By stage and state: the first of its cells, one for each row of observed classes.
    states: Vec<[Option<u32>; STATE_COUNT]>,
    /// By observed class, `unknown` last: its row, that of its top class.
    rows: Vec<u16>,
    /// Where cases are split: the first of the cells of whole cases by state and observed class. Elsewhere the numbers by
    /// stage add up to them.
    totals: Option<usize>,
    /// The first of the cells of open cases by true class, which are the last.
    open: usize,
}

impl Cells {
    fn of(model: &Model, uses: &Uses) -> Cells {
        let observed = model.report_classes.len() + 1;
        let mut next = 0;
        let mut take = |any: bool, cells: usize| {
            next += if any { cells } else { 0 };
            any.then(|| next - cells)
        };
        let states = (0..model.stages.len())
            .map(|s| std::array::from_fn(|i| take(uses.has_state(s, i), observed).map(|cell| cell as u32)))
            .collect();
        let rows = model.classes.iter().map(|c| c.report as u16).chain([observed as u16 - 1]).collect();
        let totals = take(uses.splits, STATE_COUNT * observed);
        Cells { observed, reports: model.report_classes.len(), states, rows, totals, open: next }
    }

    fn state(&self, stage: usize, observed: usize, state: usize) -> Option<usize> {
        Some(self.states[stage][state]? as usize + observed)
    }

    fn total(&self, observed: usize, state: usize) -> Option<usize> {
        Some(self.totals? + state * self.observed + observed)
    }

    fn open(&self, report: usize) -> usize {
        self.open + report
    }

    fn len(&self) -> usize {
        self.open(self.reports)
    }
}

impl Backlog {
    pub(super) fn new(model: &Model, uses: &Uses) -> Backlog {
        let cells = Cells::of(model, uses);
        Backlog {
            now: vec![0; cells.open],
            rows: vec![],
            ages: Ages::new(cells.reports),
            age_rows: vec![],
            open: vec![Level::default(); cells.reports],
            cells,
        }
    }

    pub(super) fn open(&mut self, window: Window, now: Time, case: &Case, number: u64) {
        self.open[case.report()].add(window, now, 1);
        self.ages.open(case.report(), number, case.arrived);
    }

    pub(super) fn close(&mut self, window: Window, now: Time, case: &Case, number: u64) {
        self.open[case.report()].add(window, now, -1);
        self.ages.close(case.report(), number);
    }

    /// Looks at what is known of the age of a case; what comes of it says nothing.
    pub(super) fn glance(&self, case: &Case, number: u64) -> u64 {
        self.ages.glance(case.report(), number)
    }

    /// The row of an observed class.
    pub(super) fn row(&self, observed: ClassId) -> u16 {
        self.cells.rows[observed.index()]
    }

    /// A case or job enters the state with these cells.
    #[inline]
    pub(super) fn enter(&mut self, first: Option<u32>, case: &Case) {
        self.count(first, case, 1);
    }

    /// It leaves that state again; it must be as it was when it entered.
    #[inline]
    pub(super) fn leave(&mut self, first: Option<u32>, case: &Case) {
        self.count(first, case, u32::MAX);
    }

    #[inline]
    fn count(&mut self, first: Option<u32>, case: &Case, step: u32) {
        if let Some(first) = first {
            let now = &mut self.now[first as usize + usize::from(case.seen)];
            *now = now.wrapping_add(step);
        }
    }

    /// A whole case is where it says from now on: it counts in the totals, where they have cells of their own.
    pub(super) fn enter_whole(&mut self, case: &Case) {
        if case.unit() == Unit::Whole {
            self.shift(case.seen, None, case.place.index());
        }
    }

    /// It is there no more.
    pub(super) fn leave_whole(&mut self, case: &Case) {
        if case.unit() == Unit::Whole {
            self.shift(case.seen, case.place.index(), None);
        }
    }

    /// How many cases and jobs are in each state of a stage.
    pub(super) fn at(&self, stage: usize) -> [u64; STATE_COUNT] {
        self.cells.states[stage].map(|first| {
            let cells = first.map_or(0..0, |first| first as usize..first as usize + self.cells.observed);
            self.now[cells].iter().map(|n| u64::from(*n)).sum()
        })
    }

    /// A split case counts in totals as its jobs say: in this state from now on, and not in that any more.
    pub(super) fn shift(&mut self, seen: u16, from: Option<usize>, to: Option<usize>) {
        for (state, step) in [(from, u32::MAX), (to, 1)] {
            if let Some(cell) = state.and_then(|state| self.cells.total(usize::from(seen), state)) {
                self.now[cell] = self.now[cell].wrapping_add(step);
            }
        }
    }

    /// Notes the levels.
    pub(super) fn sample(&mut self, now: Time) {
        let open: Vec<u32> = self.open.iter().map(|level| level.height() as u32).collect();
        self.rows.extend_from_slice(&self.now);
        self.rows.extend_from_slice(&open);
        self.age_rows.push(self.ages.statistics(0..open.len(), open.iter().sum(), now));
        for (class, open) in open.into_iter().enumerate() {
            self.age_rows.push(self.ages.statistics(class..class + 1, open, now));
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
        for (s, stage) in model.stages.iter().enumerate() {
            for (state, (_, name)) in STATES.iter().enumerate() {
                let Some(first) = self.cells.state(s, 0, state) else { continue };
                let sum = (first..first + self.cells.observed).map(at_end).sum();
                let quantity = AT_END[state];
                debug_assert!(quantity.starts_with(name), "the names stand in the order of the states");
                out.put(|| Response::new(Family::Cases, quantity, "cases").of(&stage.id), Value::count(sum));
            }
        }
    }

    pub(super) fn into_rows(self) -> (Vec<u32>, Vec<AgeRow>) {
        (self.rows, self.age_rows)
    }
}

const AT_END: [&str; STATE_COUNT] = ["waiting_at_end", "in_work_at_end", "delayed_at_end", "parked_at_end"];
const EVERY_STATE: [usize; STATE_COUNT] = [0, 1, 2, 3];

/// The series of the backlog: which cells are summed for each.
pub(crate) fn series(model: &Model, uses: &Uses) -> Vec<SeriesKey> {
    let cells = Cells::of(model, uses);
    let mut keys = vec![];
    for (class, name) in class_rows(model) {
        let summed = class.map_or(0..cells.reports, |c| c..c + 1).map(|c| cells.open(c)).collect();
        keys.push(
            SeriesKey::new("backlog", "", summed).class(if class.is_some() { "true" } else { "" }, name),
        );
    }
    for observed in 0..cells.observed {
        let all = cells.whole_cases(&[observed], &EVERY_STATE);
        keys.push(SeriesKey::new("backlog", "", all).class("observed", observed_name(model, observed)));
    }
    let everyone: Vec<usize> = (0..cells.observed).collect();
    for (state, (_, measure)) in STATES.iter().enumerate() {
        let possible = (0..model.stages.len()).any(|s| uses.has_state(s, state));
        let all = if possible { cells.whole_cases(&everyone, &[state]) } else { vec![] };
        keys.push(SeriesKey::new(measure, "", all));
    }
    for s in 0..model.stages.len() {
        stage_series(model, &cells, s, &everyone, &mut keys);
    }
    keys.retain(|key| !key.cells.is_empty());
    keys
}

/// Of one stage: all its cases, its states, its states by observed class.
fn stage_series(model: &Model, cells: &Cells, s: usize, everyone: &[usize], keys: &mut Vec<SeriesKey>) {
    let id = &model.stages[s].id;
    let one = |observed: &[usize], states: &[usize]| cells.at_stage(s, observed, states);
    keys.push(SeriesKey::new("backlog", id, one(everyone, &EVERY_STATE)));
    for (state, (_, measure)) in STATES.iter().enumerate() {
        keys.push(SeriesKey::new(measure, id, one(everyone, &[state])));
        for &observed in everyone {
            let key = SeriesKey::new(measure, id, one(&[observed], &[state]));
            keys.push(key.class("observed", observed_name(model, observed)));
        }
    }
}

impl Cells {
    /// The cells of these observed classes and states at a stage.
    fn at_stage(&self, stage: usize, observed: &[usize], states: &[usize]) -> Vec<usize> {
        let pairs = observed.iter().flat_map(|o| states.iter().map(move |state| (*o, *state)));
        pairs.filter_map(|(o, state)| self.state(stage, o, state)).collect()
    }

    /// The same of whole cases, wherever they are.
    fn whole_cases(&self, observed: &[usize], states: &[usize]) -> Vec<usize> {
        if self.totals.is_some() {
            let pairs = observed.iter().flat_map(|o| states.iter().map(move |state| (*o, *state)));
            return pairs.filter_map(|(o, state)| self.total(o, state)).collect();
        }
        (0..self.states.len()).flat_map(|s| self.at_stage(s, observed, states)).collect()
    }
}

fn observed_name(model: &Model, row: usize) -> &str {
    model.report_classes.get(row).map_or("unknown", String::as_str)
}

/// By stage and state: the first of its cells, one for each row of observed classes.
pub(super) fn first_cells(model: &Model, uses: &Uses) -> Vec<[Option<u32>; STATE_COUNT]> {
    Cells::of(model, uses).states
}

/// Cells of one sample's row.
pub(crate) fn width(model: &Model, uses: &Uses) -> usize {
    Cells::of(model, uses).len()
}
