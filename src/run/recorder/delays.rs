//! Time to each milestone: clocks that start, and what becomes of them.
//!
//! A clock that starts in the window is followed to the end of the replication, horizon and follow-up, whatever
//! becomes of it: the milestone is reached, the case ends otherwise, or it is still open. Initial cases are outside
//! and counted beside; tips that turn out to concern another case and cases that were opened again are outside too.

use std::ops::Range;

use crate::model::{Model, SourceId};
use crate::run::layout::{Layout, LimitOf, Listener};
use crate::run::measure::{Family, Response, Sink, Value};
use crate::stats::{AgeGrid, Counts, Curve};
use crate::units::{Duration, Time};

use super::cases::{Case, Flags};
use super::class_rows;
use super::clocks::{self, Clock, Clocks};
use super::stages::Waits;
use super::window::Window;

/// What became of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Reached,
    Ended,
    Open,
}

/// All clocks, and the counts of those that have stopped.
#[derive(Debug)]
pub(super) struct Delays<'a> {
    model: &'a Model,
    layout: &'a Layout,
    window: Window,
    /// The row of the year in which the last clock that stopped had started, and how long it is that row: most others
    /// started in the same.
    year: (usize, Range<Time>),
    milestones: usize,
    reports: usize,
    pub(super) clocks: Clocks,
    /// By milestone, class and year.
    cohorts: Vec<Cohort>,
    /// By milestone and class: delays of those reached, of tips and of initial cases (from the start).
    reached: Vec<Waits>,
    initial: Vec<Waits>,
    /// By milestone and class: buried urgent cases. Empty where no case can be believed to be what it is not.
    buried: Vec<Buried>,
}

/// Clocks of cases that were believed to be less urgent than they are, among those counted elsewhere too.
#[derive(Debug, Clone, Default)]
struct Buried {
    all: u64,
    reached: Waits,
    /// By limit, as in [`Cohort`].
    within: Vec<(u64, u64)>,
}

/// Clocks of one milestone and class that started in one year.
#[derive(Debug, Clone)]
struct Cohort {
    counts: Counts,
    /// All of them.
    all: u64,
    /// By limit, of those that were followed for the whole of it if days are counted as work goes, else, as the limit is
    /// an edge of the counts above, of those that were not: reached within it, and all.
    within: Vec<(u64, u64)>,
}

impl<'a> Delays<'a> {
    pub(super) fn new(model: &'a Model, layout: &'a Layout, window: Window) -> Delays<'a> {
        let (milestones, reports) = (model.milestones.len(), model.report_classes.len());
        let cohort = |m: usize| Cohort {
            counts: Counts::new(&layout.grid),
            all: 0,
            within: vec![(0, 0); layout.limits[m].len()],
        };
        let per_milestone = reports * layout.year_rows();
        Delays {
            model,
            layout,
            window,
            year: layout.year_of(window.start()),
            milestones,
            reports,
            clocks: Clocks::new(&model.milestones, &layout.on_arrival),
            cohorts: (0..milestones).flat_map(|m| (0..per_milestone).map(move |_| cohort(m))).collect(),
            reached: vec![Waits::default(); milestones * reports],
            initial: vec![Waits::default(); milestones * reports],
            buried: if layout.uses.judges { buried(layout, milestones, reports) } else { vec![] },
        }
    }

    /// A case arrived: the clocks that start with its arrival run.
    pub(super) fn arrive(&mut self, slot: u32, case: &Case, source: Option<SourceId>) {
        let counts = self.counts(case, clocks::start(case));
        self.clocks.open(slot, case, source, counts);
    }

    /// Whether anybody asks about a clock that starts then: outside the window nobody does.
    fn counts(&self, case: &Case, from: Time) -> bool {
        case.is(Flags::INITIAL) || self.window.holds(from)
    }

    /// Something happened that milestones listen to.
    #[inline]
    pub(super) fn tell(&mut self, slot: u32, case: &Case, now: Time, listeners: &[Listener]) {
        if !listeners.is_empty() {
            self.hear(slot, case, now, listeners);
        }
    }

    fn hear(&mut self, slot: u32, case: &Case, now: Time, listeners: &[Listener]) {
        for listener in listeners {
            match *listener {
                Listener::From(m) => {
                    if self.clocks.get(slot, m) == Clock::Idle {
                        if self.counts(case, now) {
                            self.clocks.run(slot, m, now);
                        } else {
                            self.clocks.off(slot, m);
                        }
                    }
                }
                Listener::At(m) => {
                    if self.clocks.get(slot, m) != Clock::Running {
                        continue;
                    }
                    let from = self.clocks.started(slot, m, case);
                    // A last end among jobs may lie before a start that was seen while others were still looked for.
                    if from > now {
                        continue;
                    }
                    if case.is(Flags::HELD) {
                        self.clocks.hold(slot, m, now);
                    } else {
                        self.clocks.off(slot, m);
                        self.stop(m, case, from, now, Fate::Reached);
                    }
                }
            }
        }
    }

    /// A case ended: what its clocks still wait for will not come.
    pub(super) fn end(&mut self, slot: u32, case: &Case, now: Time) {
        self.close(slot, case, now, Fate::Ended);
    }

    /// The replication is over and this case is still open.
    pub(super) fn leave_open(&mut self, slot: u32, case: &Case) {
        self.close(slot, case, self.model.end(), Fate::Open);
    }

    fn close(&mut self, slot: u32, case: &Case, now: Time, fate: Fate) {
        for m in 0..self.milestones {
            let (at, fate) = match self.clocks.get(slot, m) {
                Clock::Off | Clock::Idle => continue,
                Clock::Running => (now, fate),
                Clock::Held => (self.clocks.reached(slot, m), Fate::Reached),
            };
            self.stop(m, case, self.clocks.started(slot, m, case), at, fate);
        }
    }

    #[expect(
        clippy::inline_always,
        reason = "a call would cost a fifth of it, and what becomes of it is known"
    )]
    #[inline(always)]
    fn stop(&mut self, m: usize, case: &Case, from: Time, now: Time, fate: Fate) {
        let age = now - from;
        let row = m * self.reports + case.report();
        if case.is(Flags::INITIAL) {
            if fate == Fate::Reached {
                self.initial[row].push(age);
            }
            return;
        }
        if !self.year.1.contains(&from) {
            self.year = self.layout.year_of(from);
        }
        let cohort = &mut self.cohorts[row * self.layout.year_rows() + self.year.0];
        let counts = match fate {
            Fate::Reached => &mut cohort.counts.reached,
            Fate::Ended => &mut cohort.counts.otherwise,
            Fate::Open => &mut cohort.counts.censored,
        };
        counts[self.layout.grid.cell(age.0)] += 1;
        cohort.all += 1;
        let reached = (fate == Fate::Reached).then_some(age);
        if from >= self.layout.followed[m] {
            cohort.count_apart(self.model, &self.layout.limits[m], from, reached);
        }
        if let Some(age) = reached {
            self.reached[row].push(age);
        }
        if case.verdict.is_some_and(|verdict| verdict.buried) {
            self.count_buried(m, row, from, reached);
        }
    }

    #[cold]
    fn count_buried(&mut self, m: usize, row: usize, from: Time, reached: Option<Duration>) {
        if let Some(buried) = self.buried.get_mut(row) {
            buried.all += 1;
            count_within(self.model, &self.layout.limits[m], &mut buried.within, from, reached);
            reached.inspect(|age| buried.reached.push(*age));
        }
    }

    /// The places of the cohorts of a milestone, one class or all, one year or all.
    fn rows(
        &self,
        m: usize,
        class: Option<usize>,
        year: Option<usize>,
    ) -> impl Iterator<Item = usize> + use<> {
        let (years, first) = (self.layout.year_rows(), m * self.reports);
        let reports = class.map_or(0..self.reports, |c| c..c + 1);
        let years_of = move |r: usize| year.map_or(0..years, |y| y..y + 1).map(move |y| (r, y));
        reports.flat_map(years_of).map(move |(r, y)| (first + r) * years + y)
    }

    /// By cohort, then limit: how many reached within it, and of how many.
    fn within_limits(&self) -> Vec<Vec<(u64, u64)>> {
        let years = self.layout.year_rows();
        let of = |(row, cohort): (usize, &Cohort)| {
            cohort.within_each(&self.layout.grid, &self.layout.limits[row / years / self.reports])
        };
        self.cohorts.iter().enumerate().map(of).collect()
    }

    pub(super) fn report(&mut self, out: &mut impl Sink) {
        let within_limits = self.within_limits();
        for (m, milestone) in self.model.milestones.iter().enumerate() {
            for (class, name) in class_rows(self.model) {
                let named = |quantity, unit| {
                    let id = &milestone.id;
                    move || Response::new(Family::TimeToAction, quantity, unit).of(id).class(name)
                };
                for year in year_rows(self.layout) {
                    let all = self.rows(m, class, year).map(|row| self.cohorts[row].all).sum();
                    let civil = year.map(|y| self.layout.years[y].0);
                    out.put(|| named("population", "cases")().year(civil), Value::count(all));
                    for (i, limit) in self.layout.limits[m].iter().enumerate() {
                        let rows = self.rows(m, class, year).map(|row| within_limits[row][i]);
                        let (within, followed) = rows.fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
                        let name = || named("share_within", "share")().detail(&limit.label).year(civil);
                        out.put(name, Value::share(within, followed));
                    }
                }
                let first = m * self.reports;
                let rows = class.map_or(first..first + self.reports, |c| first + c..first + c + 1);
                let [mut all, mut all_initial] = [Waits::default(), Waits::default()];
                let initial = all_initial.joined(self.initial[rows.clone()].iter_mut());
                let reached = all.joined(self.reached[rows].iter_mut());
                out.put(named("reached_cases", "cases"), Value::count(reached.count()));
                out.put(named("reached_mean", "days"), reached.mean());
                let quantiles =
                    ["reached_p50", "reached_p90", "reached_p95"].into_iter().zip(reached.quantiles());
                quantiles.for_each(|(quantity, value)| out.put(named(quantity, "days"), value));
                out.put(named("initial_reached", "cases"), Value::count(initial.count()));
                out.put(named("initial_mean", "days"), initial.mean());
                self.report_buried(m, class, name, out);
            }
        }
    }

    /// What became of the buried among the cases of classes that can be.
    fn report_buried(&self, m: usize, class: Option<usize>, name: &str, out: &mut impl Sink) {
        let urgent = &self.layout.uses.urgent_reports;
        if self.buried.is_empty() || class.is_some_and(|c| !urgent[c]) {
            return;
        }
        let rows = || class.map_or(0..self.reports, |c| c..c + 1).map(|r| &self.buried[m * self.reports + r]);
        let id = &self.model.milestones[m].id;
        let named =
            |quantity, unit| move || Response::new(Family::TimeToAction, quantity, unit).of(id).class(name);
        out.put(named("buried_population", "cases"), Value::count(rows().map(|r| r.all).sum()));
        for (i, limit) in self.layout.limits[m].iter().enumerate() {
            let sum = |a: (u64, u64), b: &Buried| (a.0 + b.within[i].0, a.1 + b.within[i].1);
            let (within, followed) = rows().fold((0, 0), sum);
            let name = || named("buried_within", "share")().detail(&limit.label);
            out.put(name, Value::share(within, followed));
        }
        let mut all = Waits::default();
        rows().for_each(|row| all.add(&row.reached));
        out.put(named("buried_mean", "days"), all.mean());
    }

    /// The curves of this replication, in the order of [`curve_keys`].
    pub(super) fn curves(&self) -> Vec<Curve> {
        let curve = |key: &CurveKey| {
            let mut rows = self.rows(key.milestone, key.class, key.year).map(|row| &self.cohorts[row].counts);
            let first = rows.next().expect("there is a class and a year");
            let mut sum: Option<Counts> = None;
            for counts in rows {
                let sum = sum.get_or_insert_with(|| first.clone());
                add(&mut sum.reached, &counts.reached);
                add(&mut sum.otherwise, &counts.otherwise);
                add(&mut sum.censored, &counts.censored);
            }
            Curve::aalen_johansen(sum.as_ref().unwrap_or(first))
        };
        curve_keys(self.model, self.layout).iter().map(curve).collect()
    }
}

impl Cohort {
    /// Books what the counts by age cannot tell of a clock that started late, or is judged by working days.
    #[inline(never)]
    fn count_apart(&mut self, model: &Model, limits: &[LimitOf], from: Time, reached: Option<Duration>) {
        for (limit, (within, all)) in limits.iter().zip(&mut self.within) {
            if limit.apart.contains(&from) {
                *all += 1;
                *within += u64::from(reached.is_some_and(|age| limit.holds(model, from, age)));
            }
        }
    }

    /// Of the clocks that were followed for the whole of each limit, those that reached within it, and all.
    fn within_each(&self, grid: &AgeGrid, limits: &[LimitOf]) -> Vec<(u64, u64)> {
        // The shortest limit comes first, so each looks on from where the one before stopped.
        let (mut steps, mut reached) = (0, 0);
        let each = limits.iter().zip(&self.within).map(|(limit, (within, all))| {
            let Some(edge) = limit.edge().filter(|_| limit.until.is_some()) else { return (*within, *all) };
            let by = grid.steps_by(edge);
            reached += self.counts.reached_in(steps..by);
            steps = by;
            (reached - within, self.all - all)
        });
        each.collect()
    }
}

/// Books a clock that started at `from` under each limit for whose whole length it was followed.
fn count_within(
    model: &Model,
    limits: &[LimitOf],
    counts: &mut [(u64, u64)],
    from: Time,
    reached: Option<Duration>,
) {
    for (limit, (within, followed)) in limits.iter().zip(counts) {
        if limit.until.is_some_and(|until| from < until) {
            *followed += 1;
            *within += u64::from(reached.is_some_and(|age| limit.holds(model, from, age)));
        }
    }
}

fn buried(layout: &Layout, milestones: usize, reports: usize) -> Vec<Buried> {
    let none = |m: usize| Buried { within: vec![(0, 0); layout.limits[m].len()], ..Buried::default() };
    (0..milestones).flat_map(|m| vec![none(m); reports]).collect()
}

fn add(sum: &mut [u32], counts: &[u32]) {
    sum.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
}

/// All years together, then each, where they are told apart.
fn year_rows(layout: &Layout) -> impl Iterator<Item = Option<usize>> + use<> {
    std::iter::once(None).chain((0..layout.years.len()).map(Some))
}

/// Which cases a curve is about, by position in the model's and the layout's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurveKey {
    /// The milestone.
    pub milestone: usize,
    /// The report class; all together where absent.
    pub class: Option<usize>,
    /// The year in which the clocks started; all together where absent.
    pub year: Option<usize>,
}

/// All curves of a model.
pub(crate) fn curve_keys(model: &Model, layout: &Layout) -> Vec<CurveKey> {
    let mut keys = vec![];
    for milestone in 0..model.milestones.len() {
        for (class, _) in class_rows(model) {
            keys.extend(year_rows(layout).map(|year| CurveKey { milestone, class, year }));
        }
    }
    keys
}
