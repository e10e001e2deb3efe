//! The recorder: hears the facts of one replication and turns them into counts, levels and sums.
//!
//! Every fact costs a bounded number of additions to arrays found by index; nothing is sorted, hashed or allocated
//! per fact (memory grows with the number of open cases). The warm-up is cut here and nowhere else: every family gets
//! the [`window::Window`] and leaves out what lies outside it.

mod ages;
mod backlog;
mod books;
mod cases;
mod delays;
mod endings;
mod flows;
mod money;
mod pools;
mod stages;
#[cfg(test)]
mod tests;
mod window;

pub(crate) use ages::AGE_SHARES;
pub use delays::CurveKey;

use crate::engine::{CaseView, Cause, Census, Fact, Observer, PoolLevel};
use crate::model::{Model, PoolId, StageId, StageKind};
use crate::units::{Duration, Time};

use super::layout::Layout;
use super::measure::{Response, Sink, Value};
use super::result::{ReplicationResult, SeriesKey};
use backlog::Backlog;
use books::Books;
use cases::{Cases, Lives, Where};
use delays::Delays;
use endings::Endings;
use flows::{Flows, Step};
use money::Money;
use pools::Pools;
use stages::Stages;
use window::Window;

/// Hears one replication.
#[derive(Debug)]
pub struct Recorder<'a> {
    model: &'a Model,
    layout: &'a Layout,
    window: Window,
    /// Index of the parameters in force.
    snapshot: usize,
    /// Up to here staff and risk are booked.
    flushed: Time,
    /// Starts of fiscal years that are still to come, the next one last.
    cuts: Vec<Time>,
    cases: Cases,
    lives: Lives,
    books: Books,
    backlog: Backlog,
    flows: Flows,
    delays: Delays<'a>,
    stages: Stages,
    pools: Pools,
    money: Money,
    endings: Endings,
}

/// All classes together, then each: positions and names.
fn class_rows(model: &Model) -> impl Iterator<Item = (Option<usize>, &str)> {
    let each = model.report_classes.iter().enumerate().map(|(i, name)| (Some(i), name.as_str()));
    std::iter::once((None, "")).chain(each)
}

impl<'a> Recorder<'a> {
    /// For one replication of a model; the layout is made once a run.
    pub fn new(model: &'a Model, layout: &'a Layout) -> Recorder<'a> {
        let window = Window { from: model.warmup.0, until: model.horizon.0 };
        let money = Money::new(model, window);
        let mut cuts = money.cuts();
        cuts.reverse();
        Recorder {
            model,
            layout,
            window,
            snapshot: 0,
            flushed: Time::ZERO,
            cuts,
            cases: Cases::default(),
            lives: Lives::default(),
            books: Books::new(model),
            backlog: Backlog::new(model),
            flows: Flows::new(model),
            delays: Delays::new(model, layout),
            stages: Stages::new(model),
            pools: Pools::new(model),
            money,
            endings: Endings::new(model),
        }
    }

    /// The end of the replication.
    pub fn finish(mut self) -> ReplicationResult {
        let mut values: Vec<Value> = vec![];
        self.conclude(&mut values);
        let curves = self.delays.curves();
        let (backlog, ages) = self.backlog.into_rows();
        let (pools, pool_sums) = self.pools.into_rows();
        ReplicationResult {
            values,
            backlog,
            ages,
            flows: self.flows.into_rows(),
            pools,
            pool_sums,
            curves,
            violation: self.books.into_violation(),
        }
    }

    /// Closes what is still running and tells every measure.
    fn conclude(&mut self, out: &mut impl Sink) {
        let horizon = self.model.horizon;
        for (slot, case) in self.cases.iter() {
            if let Some(state) = case.place.index() {
                let spent = self.window.overlap(case.since.0, horizon.0);
                self.stages.spent(case.stage.index(), case.report, state, spent);
            }
            self.delays.leave_open(slot, case);
        }
        self.money.extras(&self.model.extra_costs);
        self.backlog.report(self.model, self.window, out);
        self.flows.report(self.model, out);
        self.endings.report(self.model, &self.flows, out);
        self.delays.report(out);
        self.stages.report(self.model, self.window, &self.flows, out);
        self.pools.report(self.model, out);
        self.money.report(self.model, endings::acted(self.model, &self.flows), out);
    }

    /// Books staff and risk up to now at the rates in force.
    fn flush(&mut self, now: Time) {
        let params = &self.model.params[self.snapshot];
        let (from, money) = (self.flushed, &mut self.money);
        self.pools.flush(self.window, now, |pool, hours| {
            money.staff(pool, &params.pools[pool.index()], hours, from, now);
        });
        self.endings.flush(self.model, self.window, now, &params.risk);
        self.flushed = now;
    }

    /// Ends the spans of fiscal years that are over by now.
    fn advance(&mut self, now: Time) {
        while let Some(cut) = self.cuts.pop_if(|cut| *cut <= now) {
            self.flush(cut);
        }
    }

    fn arrive(&mut self, now: Time, view: &CaseView) {
        let report = self.model.classes[view.class.index()].report;
        self.cases.open(view, report, now);
        let case = self.cases.get(view.slot);
        self.books.arrive(view.class, view.initial);
        self.backlog.open(self.window, now, case);
        self.endings.arrive(self.window, now, case);
        self.delays.arrive(self.window, view.slot, case, view.source.map(crate::model::SourceId::index));
        if let (false, Some(source), true) = (view.initial, view.source, self.window.holds(now)) {
            self.flows.arrival(source, report);
        }
    }

    fn join(&mut self, now: Time, view: &CaseView, stage: StageId, since: Time) {
        let waits = self.model.stages[stage.index()].kind == StageKind::Work;
        self.enter(now, view, stage, if waits { Where::Waiting } else { Where::Between });
        self.cases.get(view.slot).joined = since;
    }

    /// From now on a case is in another place, under the observed class it has now.
    fn enter(&mut self, now: Time, view: &CaseView, stage: StageId, place: Where) {
        let case = self.cases.get(view.slot);
        self.books.leave(case.stage, case.place);
        self.backlog.leave(self.model, case);
        if let Some(state) = case.place.index() {
            let spent = self.window.overlap(case.since.0, now.0);
            self.stages.spent(case.stage.index(), case.report, state, spent);
            let cell = stages::time_cell(case.stage.index(), state);
            self.lives.add(case, cell, (now - case.since).0);
        }
        (case.stage, case.place, case.since, case.observed) = (stage, place, now, view.observed);
        self.books.enter(stage, place);
        self.backlog.enter(self.model, case);
    }

    fn start(&mut self, now: Time, view: &CaseView, stage: StageId, crew: &[(PoolId, u32)], resumed: bool) {
        let kind = self.model.stages[stage.index()].kind;
        let place = match kind {
            StageKind::Work => Where::InWork,
            StageKind::Delay => Where::Delayed,
            StageKind::Instant => Where::Between,
        };
        self.enter(now, view, stage, place);
        let case = self.cases.get(view.slot);
        if kind == StageKind::Work {
            case.crew.clear();
            case.crew.extend(crew.iter().map(|(pool, _)| *pool));
        }
        if resumed {
            return;
        }
        if self.window.holds(now) {
            self.flows.step(Step::Start, stage, case.report);
            if kind == StageKind::Work {
                self.stages.waited(stage.index(), case.report, now - case.joined);
            }
        }
        if kind == StageKind::Work && !case.touched {
            case.touched = true;
            self.endings.touch(self.window, now, case);
            self.delays.tell(self.window, view.slot, case, now, &self.layout.on_touch);
        }
        self.delays.tell(self.window, view.slot, case, now, &self.layout.on_start[stage.index()]);
    }

    /// Members let a case go after so much effort each.
    fn release(&mut self, now: Time, view: &CaseView, effort: Duration) {
        let case = self.cases.get(view.slot);
        if self.window.holds(now) {
            for pool in &case.crew {
                self.pools.effort(*pool, effort);
            }
        }
        case.crew.clear();
    }

    fn finish_stage(&mut self, now: Time, view: &CaseView, stage: StageId, effort: Duration) {
        self.release(now, view, effort);
        self.enter(now, view, stage, Where::Between);
        let case = self.cases.get(view.slot);
        if self.window.holds(now) {
            self.flows.step(Step::Completion, stage, case.report);
        }
        self.delays.tell(self.window, view.slot, case, now, &self.layout.on_end[stage.index()]);
    }

    fn end(&mut self, now: Time, view: &CaseView, outcome: crate::model::OutcomeId, cause: Cause) {
        let stage = self.cases.get(view.slot).stage;
        self.enter(now, view, stage, Where::Between);
        let case = self.cases.get(view.slot);
        self.delays.tell(self.window, view.slot, case, now, &self.layout.on_outcome[outcome.index()]);
        if cause == Cause::Route {
            self.delays.tell(self.window, view.slot, case, now, &self.layout.on_closed);
        }
        self.delays.end(view.slot, case, now);
        self.endings.end(self.model, self.window, now, case, outcome);
        self.backlog.close(self.window, now, case);
        self.books.end(case.class);
        self.bury(now, view.slot);
        if self.window.holds(now) {
            let report = self.cases.get(view.slot).report;
            self.flows.outcome(outcome, report);
            if cause == Cause::Lapse {
                self.flows.lapse(report);
            }
        }
        self.cases.close(view.slot);
    }

    /// Books where the time of a finished life went.
    fn bury(&mut self, now: Time, slot: u32) {
        let case = self.cases.get(slot);
        let (report, life) = (case.report, now - case.arrived);
        let measured = self.window.holds(now);
        if measured {
            self.stages.left(report, life);
        }
        // Where initial cases were before the start nobody knows, so their lives would not add up.
        let whole = measured && !case.initial;
        if whole {
            self.stages.lived(report, life);
        }
        let stages = &mut self.stages;
        self.lives.end(case, |cell, ms| {
            if whole {
                stages.lived_in(report, cell, ms);
            }
        });
    }
}

impl Observer for Recorder<'_> {
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        self.advance(now);
        match fact {
            Fact::Arrived { .. } => self.arrive(now, &case),
            Fact::Joined { stage, since, .. } => self.join(now, &case, stage, since),
            Fact::Started { stage, crew, resumed, cost } => {
                self.start(now, &case, stage, crew, resumed);
                if cost != 0.0 && !resumed && self.window.holds(now) {
                    self.money.start(self.model, stage, cost, now);
                }
            }
            Fact::Interrupted { stage, effort, .. } => {
                self.release(now, &case, effort);
                self.enter(now, &case, stage, Where::Waiting);
            }
            Fact::Finished { stage, effort } => self.finish_stage(now, &case, stage, effort),
            Fact::Reneged { stage } => {
                self.enter(now, &case, stage, Where::Between);
                if self.window.holds(now) {
                    let report = self.cases.get(case.slot).report;
                    self.flows.step(Step::Renege, stage, report);
                }
            }
            Fact::Ended { outcome, cause, .. } => self.end(now, &case, outcome, cause),
            _ => {}
        }
    }

    fn pool(&mut self, now: Time, pool: PoolId, level: PoolLevel) {
        self.advance(now);
        self.pools.set(self.window, now, pool, level);
    }

    fn changed(&mut self, now: Time, snapshot: usize) {
        self.advance(now);
        self.flush(now);
        self.snapshot = snapshot;
    }

    fn sample(&mut self, now: Time, census: &Census) {
        self.advance(now);
        self.books.check(self.model, now, census);
        if now < self.model.warmup || now > self.model.horizon {
            return;
        }
        self.backlog.sample(now);
        if now > self.model.warmup {
            self.flush(now);
            self.flows.close_interval();
            self.pools.close_interval();
        }
    }
}

/// The names of all scalar measures of a model, in the order of every replication's values.
pub fn responses(model: &Model, layout: &Layout) -> Vec<Response> {
    let mut names: Vec<Response> = vec![];
    Recorder::new(model, layout).conclude(&mut names);
    names
}

/// The series of the backlog and of the flows, with the widths of their rows.
pub(crate) fn series(model: &Model) -> [(Vec<SeriesKey>, usize); 2] {
    [(backlog::series(model), backlog::width(model)), (flows::series(model), flows::width(model))]
}

/// The curves of time to action.
pub(crate) fn curve_keys(model: &Model, layout: &Layout) -> Vec<CurveKey> {
    delays::curve_keys(model, layout)
}
