//! The recorder: hears the facts of one replication and turns them into counts, levels and sums.
//!
//! Every fact costs a bounded number of additions to arrays found by index; nothing is sorted, hashed or allocated
//! per fact (memory grows with the number of open cases). The warm-up is cut here and nowhere else: every family gets
//! the [`window::Window`] and leaves out what lies outside it.

mod ages;
mod backlog;
mod beliefs;
mod books;
mod cases;
mod delays;
mod endings;
mod flows;
mod jobs;
mod leave;
mod money;
mod parts;
mod pools;
mod stages;
#[cfg(test)]
mod tests;
mod window;

pub(crate) use ages::AGE_SHARES;
pub use delays::CurveKey;

use crate::engine::{CaseView, Census, Fact, MemberFact, Observer, PoolLevel};
use crate::model::{Model, PoolId, StageId, StageKind};
use crate::units::{Duration, Time};

use super::layout::Layout;
use super::measure::{Response, Sink, Value};
use super::result::{ReplicationResult, SeriesKey};
use super::uses::Uses;
use backlog::Backlog;
use beliefs::Verdict;
use books::Books;
use cases::{Cases, Lives, Unit, Where};
use delays::Delays;
use endings::Endings;
use flows::{Flows, Step};
use money::Money;
use parts::{LastEnds, Parts};
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
    parts: Parts,
    last_ends: LastEnds<'a>,
    books: Books,
    backlog: Backlog,
    flows: Flows,
    delays: Delays<'a>,
    stages: Stages,
    pools: Pools,
    money: Money,
    endings: Endings,
    /// When there were more cases than can be kept.
    overfull: Option<Time>,
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
        let uses = &layout.uses;
        Recorder {
            model,
            layout,
            window,
            snapshot: 0,
            flushed: Time::ZERO,
            cuts,
            cases: Cases::default(),
            lives: Lives::default(),
            parts: Parts::default(),
            last_ends: LastEnds::new(&layout.last_ends, &layout.reach),
            books: Books::new(model),
            backlog: Backlog::new(model, uses),
            flows: Flows::new(model, uses),
            delays: Delays::new(model, layout),
            stages: Stages::new(model),
            pools: Pools::new(model, uses),
            money,
            endings: Endings::new(model, uses),
            overfull: None,
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
            overfull: self.overfull,
        }
    }

    /// Closes what is still running and tells every measure.
    fn conclude(&mut self, out: &mut impl Sink) {
        let horizon = self.model.horizon;
        for (slot, case) in self.cases.iter() {
            if let Some(state) = case.place.index() {
                let spent = self.window.overlap(case.since.0, horizon.0);
                self.stages.spent(case.stage.index(), case.report(), state, spent);
            }
            if case.unit == Unit::Whole {
                self.delays.leave_open(slot, case);
                self.endings.judge(self.window, case);
            }
        }
        self.money.extras(&self.model.extra_costs);
        self.backlog.report(self.model, self.window, out);
        self.flows.report(self.model, out);
        self.endings.report(self.model, &self.flows, out);
        self.delays.report(out);
        self.stages.report(self.model, &self.layout.uses, self.window, &self.flows, out);
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

    fn arrive(&mut self, now: Time, view: &CaseView, subject: bool, reports: u32) {
        let (uses, report) = (&self.layout.uses, self.model.classes[view.class.index()].report);
        self.cases.open(view, report, now);
        let case = self.cases.get(view.slot);
        let later = view.source.is_some_and(|s| uses.links_later[s.index()]) && !subject && !view.reopened;
        case.held = later || (uses.judges && uses.urgent[view.class.index()]);
        if uses.judges && !uses.assesses && view.observed != self.model.unknown() {
            case.verdict = Some(Verdict::of(self.model, uses, case));
        }
        self.books.arrive(case);
        self.backlog.open(self.window, now, case, view.number);
        self.endings.arrive(self.window, case);
        self.delays.arrive(self.window, view.slot, case, view.source.map(crate::model::SourceId::index));
        if subject {
            self.endings.subject(self.window, now, view.class, 1);
        }
        if self.window.holds(now) && !view.initial {
            if view.reopened {
                self.flows.reopening(report);
            } else {
                self.flows.arrival(view.source, report, reports);
            }
        }
    }

    fn join(&mut self, now: Time, view: &CaseView, stage: StageId, since: Time, waits: bool) {
        self.enter(now, view, stage, if waits { Where::Waiting } else { Where::Between });
        let case = self.cases.get(view.slot);
        (case.joined, case.entered) = (since, true);
        if case.to_judge {
            self.judge(now, view.slot);
        }
        if let Unit::PartOf(root) = self.cases.get(view.slot).unit {
            self.job_comes(root, view.slot, stage);
        }
    }

    /// From now on a case or job is in another place, under the observed class it has now.
    fn enter(&mut self, now: Time, view: &CaseView, stage: StageId, place: Where) {
        let splits = self.layout.uses.splits;
        let case = self.cases.get(view.slot);
        if splits {
            self.books.leave(case);
        }
        self.backlog.leave(case);
        let (unit, before) = (case.unit, case.place.index());
        if let Some(state) = before {
            let spent = self.window.overlap(case.since.0, now.0);
            self.stages.spent(case.stage.index(), case.report(), state, spent);
            let (cell, spent) = (stages::time_cell(case.stage.index(), state), (now - case.since).0);
            match unit {
                Unit::Whole => self.lives.add(case, cell, spent),
                Unit::PartOf(root) => self.lives.add(self.cases.get(root), cell, spent),
                Unit::Orphan => {}
            }
        }
        let case = self.cases.get(view.slot);
        (case.stage, case.place, case.since, case.observed) = (stage, place, now, view.observed);
        self.backlog.enter(case);
        if splits {
            self.books.enter(case);
            if let Unit::PartOf(root) = unit {
                self.shift_part(root, before, place.index());
            }
        }
    }

    fn start(&mut self, now: Time, view: &CaseView, stage: StageId, crew: &[(PoolId, u32)], resumed: bool) {
        let kind = self.model.stages[stage.index()].kind;
        let place = match kind {
            StageKind::Work => Where::InWork,
            StageKind::Delay => Where::Delayed,
            StageKind::Instant => Where::Between,
        };
        self.enter(now, view, stage, place);
        if kind == StageKind::Work {
            self.cases.man(view.slot, crew);
        }
        if resumed {
            return;
        }
        let case = self.cases.get(view.slot);
        if self.window.holds(now) {
            self.flows.step(Step::Start, stage, case.report());
            if self.layout.uses.waits(stage) {
                self.stages.waited(stage.index(), case.report(), now - case.joined);
            }
        }
        // Of jobs the first start counts, which stops the clocks of the case for good.
        let slot = if let Unit::PartOf(root) = case.unit { root } else { view.slot };
        let case = self.cases.get(slot);
        if kind == StageKind::Work && !case.touched {
            case.touched = true;
            self.endings.touch(self.window, now, case);
            self.delays.tell(self.window, slot, case, now, &self.layout.on_touch);
        }
        self.delays.tell(self.window, slot, case, now, &self.layout.on_start[stage.index()]);
    }

    /// Members let a case go after so much effort each.
    fn release(&mut self, now: Time, view: &CaseView, effort: Duration) {
        let (counts, pools) = (self.window.holds(now), &mut self.pools);
        self.cases.release(view.slot, |pool| {
            if counts {
                pools.effort(pool, effort);
            }
        });
    }

    fn finish_stage(&mut self, now: Time, view: &CaseView, stage: StageId, effort: Duration) {
        self.release(now, view, effort);
        self.enter(now, view, stage, Where::Between);
        let case = self.cases.get(view.slot);
        if case.unit == Unit::Orphan {
            // Work for nothing: its hours count, but nothing is done by it.
            return self.cases.close(view.slot);
        }
        if self.window.holds(now) {
            self.flows.step(Step::Completion, stage, case.report());
        }
        let params = &self.model.params[self.snapshot].stages[stage.index()];
        case.to_judge = self.layout.uses.assesses && params.assess.is_some();
        match case.unit {
            Unit::PartOf(root) => self.job_ends_at(now, root, view.slot, stage),
            Unit::Whole | Unit::Orphan => {
                let listeners = &self.layout.on_end[stage.index()];
                self.delays.tell(self.window, view.slot, case, now, listeners);
            }
        }
    }
}

impl Observer for Recorder<'_> {
    // Inlined, the kind of fact is known where it is told.
    #[inline]
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        self.advance(now);
        match fact {
            Fact::Arrived { subject, reports } => self.arrive(now, &case, subject, reports),
            Fact::SubjectBegan => self.endings.subject(self.window, now, case.class, 1),
            Fact::Joined { stage, since, waits } => self.join(now, &case, stage, since, waits),
            Fact::Parked { stage } => {
                self.enter(now, &case, stage, Where::Parked);
                self.count(now, case.slot, stage, Step::Parking);
            }
            Fact::Released { stage } => {
                self.enter(now, &case, stage, Where::Waiting);
                self.count(now, case.slot, stage, Step::Release);
            }
            Fact::Started { stage, crew, resumed, cost } => {
                self.start(now, &case, stage, crew, resumed);
                if cost != 0.0 && !resumed && self.window.holds(now) {
                    self.money.start(self.model, stage, cost, now);
                }
            }
            Fact::Interrupted { stage, effort, .. } => self.interrupt(now, &case, stage, effort),
            Fact::Finished { stage, effort } => self.finish_stage(now, &case, stage, effort),
            Fact::Believed { .. } => self.believe(&case),
            Fact::Reneged { stage } => self.leave_queue(now, &case, stage, Step::Renege),
            Fact::Overflowed { stage } => self.leave_queue(now, &case, stage, Step::Overflow),
            Fact::Split { stage, .. } => self.split(now, &case, stage),
            Fact::JobBegan => self.begin_job(now, &case),
            Fact::JobEnded { how } => self.end_job(now, &case, how),
            Fact::Linked => self.books.link(),
            Fact::Ended { outcome, cause, subject_stopped, .. } => {
                self.end(now, &case, (outcome, cause), subject_stopped);
            }
        }
    }

    fn member(&mut self, now: Time, pool: PoolId, _: u32, fact: MemberFact) {
        self.advance(now);
        if self.window.holds(now) {
            self.pools.member(pool, fact);
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
        self.books.check(self.model, now, census, &self.backlog);
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

    fn overfull(&mut self, now: Time) {
        self.overfull = Some(now);
    }
}

/// The names of all scalar measures of a model, in the order of every replication's values.
pub fn responses(model: &Model, layout: &Layout) -> Vec<Response> {
    let mut names: Vec<Response> = vec![];
    Recorder::new(model, layout).conclude(&mut names);
    names
}

/// The series of the backlog and of the flows, with the widths of their rows.
pub(crate) fn series(model: &Model, uses: &Uses) -> [(Vec<SeriesKey>, usize); 2] {
    [
        (backlog::series(model, uses), backlog::width(model, uses)),
        (flows::series(model, uses), flows::width(model, uses)),
    ]
}

/// The curves of time to action.
pub(crate) fn curve_keys(model: &Model, layout: &Layout) -> Vec<CurveKey> {
    delays::curve_keys(model, layout)
}
