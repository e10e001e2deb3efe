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
mod clocks;
mod delays;
mod endings;
mod flows;
mod jobs;
mod leave;
mod lives;
mod money;
mod parts;
mod places;
mod pools;
mod rows;
mod stages;
#[cfg(test)]
mod tests;
mod window;

pub(crate) use ages::AGE_SHARES;
pub use delays::CurveKey;

use std::hint::black_box;

use crate::engine::{CaseView, Census, Fact, MemberFact, Observer, PoolLevel};
use crate::model::{Model, PoolId, SourceId, StageId};
use crate::units::{Duration, Time};

use super::layout::Layout;
use super::measure::{Response, Sink, Value};
use super::result::{ReplicationResult, SeriesKey};
use super::uses::Uses;
use beliefs::Verdict;
use cases::{Case, Cases, Flags, Unit, Where};
use delays::Delays;
use endings::Endings;
use flows::{Flows, Step};
use money::Money;
use parts::{LastEnds, Parts};
use places::Places;
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
    /// The next one, or never.
    next_cut: Time,
    cases: Cases,
    parts: Parts,
    last_ends: LastEnds<'a>,
    places: Places,
    stages: Stages,
    flows: Flows,
    delays: Delays<'a>,
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
            next_cut: cuts.last().copied().unwrap_or(Time::NEVER),
            cuts,
            cases: Cases::default(),
            parts: Parts::default(),
            last_ends: LastEnds::new(&layout.last_ends, &layout.reach),
            places: Places::new(model, uses, window),
            stages: Stages::new(model, uses),
            flows: Flows::new(model, uses),
            delays: Delays::new(model, layout, window),
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
        let Places { backlog, books, .. } = self.places;
        let (backlog, ages) = backlog.into_rows();
        let (pools, pool_sums) = self.pools.into_rows();
        ReplicationResult {
            values,
            backlog,
            ages,
            flows: self.flows.into_rows(),
            pools,
            pool_sums,
            curves,
            violation: books.into_violation(),
            overfull: self.overfull,
        }
    }

    /// Closes what is still running and tells every measure.
    fn conclude(&mut self, out: &mut impl Sink) {
        for (slot, case) in self.cases.iter() {
            if let Some(state) = case.place.index() {
                self.stages.row(case).leave(state, self.window.until);
            }
            if case.unit() == Unit::Whole {
                self.delays.leave_open(slot, case);
                self.endings.judge(self.window, case);
            }
        }
        self.money.extras(&self.model.extra_costs);
        self.places.backlog.report(self.model, self.window, out);
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
    #[inline]
    fn advance(&mut self, now: Time) {
        if self.next_cut <= now {
            self.cut(now);
        }
    }

    #[cold]
    fn cut(&mut self, now: Time) {
        while let Some(cut) = self.cuts.pop_if(|cut| *cut <= now) {
            self.flush(cut);
        }
        self.next_cut = self.cuts.last().copied().unwrap_or(Time::NEVER);
    }

    /// What a case is, as reports know it, and what it is believed to be.
    fn reported(&self, view: &CaseView) -> (u16, u16) {
        (self.places.backlog.row(view.class), self.places.backlog.row(view.observed))
    }

    fn arrive(&mut self, now: Time, view: &CaseView, subject: bool, reports: u32) {
        let uses = &self.layout.uses;
        let case = self.cases.open(view, self.reported(view), now);
        let links_later = |source: SourceId| uses.links_later[source.index()];
        let later = uses.links && view.source.is_some_and(links_later) && !subject && !view.reopened;
        case.flags.set(Flags::HELD, later || (uses.judges && uses.urgent[view.class.index()]));
        if uses.judges && !uses.assesses && view.observed != self.model.unknown() {
            case.verdict = Some(Verdict::of(self.model, uses, case));
        }
        self.places.books.arrive(case);
        self.places.backlog.open(self.window, now, case, view.number);
        self.endings.arrive(self.window, case);
        self.delays.arrive(view.slot, case, view.source);
        if subject {
            self.endings.subject(self.window, now, view.class, 1);
        }
        if self.window.holds(now) && !view.initial {
            if view.reopened {
                self.flows.reopening(case.report());
            } else {
                self.flows.arrival(view.source, case.report(), reports);
            }
        }
    }

    fn join(&mut self, now: Time, slot: u32, stage: StageId, since: Time, waits: bool) {
        let place = if waits { Where::Waiting } else { Where::Between };
        let case = self.cases.get(slot);
        case.row = self.stages.row_of(stage, case.report());
        self.places.come(now, case, self.stages.row(case), place);
        case.joined = since;
        case.flags.insert(Flags::ENTERED);
        let (unit, to_judge) = (case.unit(), case.is(Flags::TO_JUDGE));
        if to_judge {
            self.judge(now, slot);
        }
        if let Unit::PartOf(root) = unit {
            self.shift_part(root, None, place.index());
            self.job_comes(root, slot, stage);
        }
    }

    /// From now on a case or job is in another place of its stage.
    fn enter(&mut self, now: Time, slot: u32, place: Where) {
        let case = self.cases.get(slot);
        let before = self.places.step(now, case, self.stages.row(case), place);
        if let Unit::PartOf(root) = case.unit() {
            self.shift_part(root, before, place.index());
        }
    }

    fn start(&mut self, now: Time, slot: u32, stage: StageId, crew: &[(PoolId, u32)], resumed: bool) {
        let case = self.cases.get(slot);
        let row = self.stages.row(case);
        let place = row.started;
        let before = self.places.step(now, case, row, place);
        let works = place == Where::InWork;
        if works {
            self.pools.man(slot, case, crew);
        }
        if !resumed && self.window.holds(now) {
            row.step(Step::Start);
            row.waited(now - case.joined);
        }
        // Of jobs the first start counts, which stops the clocks of the case for good.
        let (slot, case) = if let Unit::PartOf(root) = case.unit() {
            self.shift_part(root, before, place.index());
            (root, self.cases.get(root))
        } else {
            (slot, case)
        };
        if resumed {
            return;
        }
        if works && !case.is(Flags::TOUCHED) {
            case.flags.insert(Flags::TOUCHED);
            self.endings.touch(self.window, now, case);
            self.delays.tell(slot, case, now, &self.layout.on_touch);
        }
        self.delays.tell(slot, case, now, &self.layout.on_start[stage.index()]);
    }

    fn finish_stage(&mut self, now: Time, slot: u32, stage: StageId, effort: Duration) {
        let case = self.cases.get(slot);
        self.pools.release(slot, case, effort, self.window.holds(now));
        let row = self.stages.row(case);
        let before = self.places.step(now, case, row, Where::Between);
        if case.unit() == Unit::Orphan {
            // Work for nothing: its hours count, but nothing is done by it.
            return self.cases.close(slot);
        }
        if self.window.holds(now) {
            row.step(Step::Completion);
        }
        if self.layout.uses.assesses {
            let assesses = self.model.params[self.snapshot].stages[stage.index()].assess.is_some();
            case.flags.set(Flags::TO_JUDGE, assesses);
        }
        if let Unit::PartOf(root) = case.unit() {
            self.shift_part(root, before, None);
            self.job_ends_at(now, root, slot, stage);
        } else {
            self.delays.tell(slot, case, now, &self.layout.on_end[stage.index()]);
        }
    }
}

impl Observer for Recorder<'_> {
    // Inlined, the kind of fact is known where it is told, and of the case only what it needs is put together.
    #[expect(
        clippy::inline_always,
        reason = "it looks long, but wherever a fact is told all but one of its arms fall away"
    )]
    #[inline(always)]
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        self.advance(now);
        let slot = case.slot;
        match fact {
            Fact::Arrived { subject, reports } => self.arrive(now, &case, subject, reports),
            Fact::SubjectBegan => self.endings.subject(self.window, now, case.class, 1),
            Fact::Joined { stage, since, waits } => self.join(now, slot, stage, since, waits),
            Fact::Parked { .. } => self.stand(now, slot, Where::Parked, Step::Parking),
            Fact::Released { .. } => self.stand(now, slot, Where::Waiting, Step::Release),
            Fact::Started { stage, crew, resumed, cost } => {
                self.start(now, slot, stage, crew, resumed);
                if cost != 0.0 && !resumed && self.window.holds(now) {
                    self.money.start(self.model, stage, cost, now);
                }
            }
            Fact::Interrupted { effort, .. } => self.interrupt(now, slot, effort),
            Fact::Finished { stage, effort } => self.finish_stage(now, slot, stage, effort),
            Fact::Believed { .. } => self.believe(slot, case.observed),
            Fact::Reneged { .. } => self.stand(now, slot, Where::Between, Step::Renege),
            Fact::Overflowed { .. } => self.stand(now, slot, Where::Between, Step::Overflow),
            Fact::Split { .. } => self.split(now, slot),
            Fact::JobBegan => self.begin_job(now, &case),
            Fact::JobEnded { how } => self.end_job(now, slot, case.case, how),
            Fact::Linked => self.places.books.link(),
            Fact::Ended { outcome, cause, subject_stopped, .. } => {
                self.end(now, slot, case.number, (outcome, cause), subject_stopped);
            }
        }
    }

    fn expect(&mut self, cases: &[(u32, u64)]) {
        let known =
            || cases.iter().filter_map(|(slot, number)| Some((slot, number, self.cases.find(*slot)?)));
        let look = |(slot, number, case): (&u32, &u64, &Case)| {
            u64::from(self.delays.clocks.glance(*slot)) ^ self.places.backlog.glance(case, *number)
        };
        black_box(known().map(look).fold(0, |all, one| all ^ one));
        black_box(self.places.lives.glance(known().map(|(.., case)| case.life)));
    }

    fn member(&mut self, now: Time, pool: PoolId, _: u32, fact: MemberFact) {
        self.advance(now);
        if self.window.holds(now) {
            self.pools.member(pool, fact);
        }
    }

    #[inline]
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
        let Places { books, backlog, .. } = &mut self.places;
        books.check(self.model, now, census, backlog);
        if now < self.model.warmup || now > self.model.horizon {
            return;
        }
        backlog.sample(now);
        if now > self.model.warmup {
            self.flush(now);
            self.flows.close_interval(&mut self.stages.rows);
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
