//! An observer for the laws of the sample path. It keeps each sum that a law compares twice: from levels that are
//! integrated over time, and from visits that are added one by one.

use std::collections::BTreeMap;

use caseload::engine::{CaseView, Census, Fact, Observer, PoolLevel};
use caseload::model::{Model, PoolId, StageId, StageKind};
use caseload::units::Time;

/// The states in which a case or job spends time at a stage, as the measures call them.
pub(crate) const STATES: [&str; 4] = ["waiting", "in_work", "delayed", "parked"];
const WAITING: usize = 0;
const IN_WORK: usize = 1;
const DELAYED: usize = 2;
const PARKED: usize = 3;

/// An open case or job.
#[derive(Debug, Clone)]
struct Unit {
    class: usize,
    whole: bool,
    /// Whether its case has gone on without it.
    orphan: bool,
    /// Whether it has come to its stage and not left it.
    inside: bool,
    stage: usize,
    state: Option<usize>,
    /// Since when it is in this state, when it came into the system, and since when it waits for its first start.
    since: Time,
    came: Time,
    joined: Time,
    crew: Vec<PoolId>,
    stint: Time,
}

/// Sums over the measuring window, in case- or member-milliseconds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Twice {
    /// The level, integrated.
    pub(crate) level: i64,
    /// The visits, each clipped to the window.
    pub(crate) visits: i64,
}

/// What went through a stage, or through the whole system.
#[derive(Debug, Clone, Default)]
pub(crate) struct Moved {
    /// In the window.
    pub(crate) starts: u64,
    /// Waits of these.
    pub(crate) waited: i64,
    /// In the window.
    pub(crate) completions: u64,
    /// From the start on: came, went.
    pub(crate) came: u64,
    pub(crate) went: u64,
}

/// What went through the system, by class.
#[derive(Debug, Clone, Default)]
pub(crate) struct Through {
    pub(crate) open_before: i64,
    pub(crate) open: i64,
    pub(crate) arrived: i64,
    pub(crate) reopened: i64,
    pub(crate) ended: i64,
    /// Lives of those that ended in the window.
    pub(crate) lived: i64,
    pub(crate) present: Twice,
}

/// Hours of a pool.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hours {
    pub(crate) busy: i64,
    pub(crate) on_shift: i64,
    pub(crate) overtime: i64,
    pub(crate) stints: i64,
    pub(crate) effort: i64,
}

/// The books.
pub(crate) struct Path<'m> {
    model: &'m Model,
    units: BTreeMap<u32, Unit>,
    now: Time,
    levels: Vec<i64>,
    pools: Vec<PoolLevel>,
    /// By stage, class of reports and state.
    pub(crate) there: Vec<Twice>,
    /// By stage and class of reports.
    pub(crate) moved: Vec<Moved>,
    /// By class of reports.
    pub(crate) through: Vec<Through>,
    /// By pool.
    pub(crate) hours: Vec<Hours>,
}

impl<'m> Path<'m> {
    pub(crate) fn new(model: &'m Model) -> Path<'m> {
        let (stages, classes, pools) = (model.stages.len(), model.report_classes.len(), model.pools.len());
        Path {
            model,
            units: BTreeMap::new(),
            now: Time::ZERO,
            levels: vec![0; stages * classes * STATES.len()],
            pools: vec![PoolLevel::default(); pools],
            there: vec![Twice::default(); stages * classes * STATES.len()],
            moved: vec![Moved::default(); stages * classes],
            through: vec![Through::default(); classes],
            hours: vec![Hours::default(); pools],
        }
    }

    pub(crate) fn row(&self, stage: usize, class: usize) -> usize {
        stage * self.model.report_classes.len() + class
    }

    fn clipped(&self, from: Time, until: Time) -> i64 {
        let inside = |t: Time| t.clamp(self.model.warmup, self.model.horizon);
        (inside(until) - inside(from)).0
    }

    fn holds(&self) -> bool {
        self.model.warmup <= self.now && self.now < self.model.horizon
    }

    fn come_to(&mut self, now: Time) {
        let span = self.clipped(self.now, now);
        self.now = now;
        if span == 0 {
            return;
        }
        self.there.iter_mut().zip(&self.levels).for_each(|(sum, level)| sum.level += level * span);
        self.through.iter_mut().for_each(|row| row.present.level += row.open * span);
        for (hours, level) in self.hours.iter_mut().zip(&self.pools) {
            hours.busy += i64::from(level.busy) * span;
            hours.on_shift += i64::from(level.on_shift) * span;
            hours.overtime += i64::from(level.overtime) * span;
        }
    }

    /// From now on a unit is in another state.
    fn enter(&mut self, slot: u32, stage: usize, state: Option<usize>) {
        let unit = self.units[&slot].clone();
        if let Some(before) = unit.state {
            let cell = self.row(unit.stage, unit.class) * STATES.len() + before;
            self.levels[cell] -= 1;
            self.there[cell].visits += self.clipped(unit.since, self.now);
        }
        if let Some(after) = state {
            let cell = self.row(stage, unit.class) * STATES.len() + after;
            self.levels[cell] += 1;
        }
        let now = self.now;
        let unit = self.units.get_mut(&slot).expect("it was there");
        (unit.stage, unit.state, unit.since) = (stage, state, now);
    }

    fn leave(&mut self, slot: u32) {
        let unit = self.units.get_mut(&slot).expect("it was there");
        if std::mem::take(&mut unit.inside) {
            let (stage, class) = (unit.stage, unit.class);
            let row = self.row(stage, class);
            self.moved[row].went += 1;
        }
    }

    /// A unit is no more.
    fn close(&mut self, slot: u32) {
        self.leave(slot);
        let stage = self.units[&slot].stage;
        self.enter(slot, stage, None);
        self.units.remove(&slot);
    }

    fn arrive(&mut self, view: &CaseView) {
        let before = self.now < self.model.warmup || view.initial;
        let (now, class) = (self.now, self.model.classes[view.class.index()].report);
        let whole = view.job.is_none();
        let unit = Unit {
            class,
            whole,
            orphan: false,
            inside: false,
            stage: 0,
            state: None,
            since: now,
            came: if whole { view.arrived } else { now },
            joined: now,
            crew: vec![],
            stint: now,
        };
        assert!(self.units.insert(view.slot, unit).is_none(), "{view:?} is open already");
        if whole {
            let counts = self.holds() && !view.initial;
            let row = &mut self.through[class];
            row.open += 1;
            row.open_before += i64::from(before);
            row.arrived += i64::from(counts && !view.reopened);
            row.reopened += i64::from(counts && view.reopened);
        }
    }

    fn end(&mut self, slot: u32) {
        let unit = self.units[&slot].clone();
        assert!(unit.whole, "cases end, jobs are over");
        let (counts, now) = (self.holds(), self.now);
        let visit = self.clipped(unit.came.max(Time::ZERO), now);
        let row = &mut self.through[unit.class];
        row.open -= 1;
        row.present.visits += visit;
        row.open_before -= i64::from(now < self.model.warmup);
        row.ended += i64::from(counts);
        row.lived += if counts { (now - unit.came).0 } else { 0 };
        self.close(slot);
    }

    fn start(&mut self, slot: u32, stage: StageId, crew: &[(PoolId, u32)], resumed: bool) {
        let state = match self.model.stages[stage.index()].kind {
            StageKind::Work => Some(IN_WORK),
            StageKind::Delay => Some(DELAYED),
            StageKind::Instant => None,
        };
        self.enter(slot, stage.index(), state);
        let (now, counts) = (self.now, self.holds());
        let unit = self.units.get_mut(&slot).expect("it was there");
        (unit.crew, unit.stint) = (crew.iter().map(|(pool, _)| *pool).collect(), now);
        let (class, wait) = (unit.class, now - unit.joined);
        if counts && !resumed {
            let row = self.row(stage.index(), class);
            self.moved[row].starts += 1;
            self.moved[row].waited += wait.0;
        }
    }

    /// Who worked is free, after so much effort of each.
    fn stop(&mut self, slot: u32, effort: i64) {
        let unit = self.units.get_mut(&slot).expect("it was there");
        let (crew, stint) = (std::mem::take(&mut unit.crew), unit.stint);
        let (counts, length) = (self.holds(), self.clipped(stint, self.now));
        for pool in crew {
            self.hours[pool.index()].stints += length;
            self.hours[pool.index()].effort += if counts { effort } else { 0 };
        }
    }

    fn finish(&mut self, slot: u32, stage: StageId, effort: i64) {
        self.stop(slot, effort);
        if self.units[&slot].orphan {
            return self.close(slot);
        }
        let row = self.row(stage.index(), self.units[&slot].class);
        self.moved[row].completions += u64::from(self.holds());
        self.leave(slot);
        self.enter(slot, stage.index(), None);
    }

    /// Adds what stands there when the replication is over.
    pub(crate) fn conclude(&mut self) {
        self.come_to(self.model.end());
        let open: Vec<(u32, Unit)> = self.units.clone().into_iter().collect();
        for (slot, unit) in open {
            let span = self.clipped(unit.came.max(Time::ZERO), self.now);
            if unit.whole {
                self.through[unit.class].present.visits += span;
            }
            let stint = self.clipped(unit.stint, self.now);
            unit.crew.iter().for_each(|pool| self.hours[pool.index()].stints += stint);
            self.enter(slot, unit.stage, unit.state);
        }
    }
}

impl Observer for Path<'_> {
    fn fact(&mut self, now: Time, view: CaseView, fact: Fact<'_>) {
        self.come_to(now);
        let slot = view.slot;
        match fact {
            Fact::Arrived { .. } | Fact::JobBegan => self.arrive(&view),
            Fact::SubjectBegan | Fact::Believed { .. } | Fact::Linked => {}
            Fact::Joined { stage, since, waits } => {
                self.enter(slot, stage.index(), waits.then_some(WAITING));
                let unit = self.units.get_mut(&slot).expect("it was there");
                (unit.joined, unit.inside) = (since, true);
                let row = self.row(stage.index(), self.units[&slot].class);
                self.moved[row].came += 1;
            }
            Fact::Parked { stage } => self.enter(slot, stage.index(), Some(PARKED)),
            Fact::Released { stage } => self.enter(slot, stage.index(), Some(WAITING)),
            Fact::Started { stage, crew, resumed, .. } => self.start(slot, stage, crew, resumed),
            Fact::Interrupted { stage, effort, .. } => {
                self.stop(slot, effort.0);
                if self.units[&slot].orphan {
                    return self.close(slot);
                }
                self.enter(slot, stage.index(), Some(WAITING));
            }
            Fact::Finished { stage, effort } => self.finish(slot, stage, effort.0),
            Fact::Reneged { stage } | Fact::Overflowed { stage } | Fact::Split { stage, .. } => {
                self.leave(slot);
                self.enter(slot, stage.index(), None);
            }
            Fact::JobEnded { .. } if self.units[&slot].state == Some(IN_WORK) => {
                self.units.get_mut(&slot).expect("it was there").orphan = true;
            }
            Fact::JobEnded { .. } => self.close(slot),
            Fact::Ended { .. } => self.end(slot),
        }
    }

    fn pool(&mut self, now: Time, pool: PoolId, level: PoolLevel) {
        self.come_to(now);
        self.pools[pool.index()] = level;
    }

    fn changed(&mut self, now: Time, _: usize) {
        self.come_to(now);
    }

    /// Flow balance: what came to a stage and did not leave it is there.
    fn sample(&mut self, now: Time, census: &Census) {
        self.come_to(now);
        for (stage, spec) in self.model.stages.iter().enumerate() {
            let rows = (0..self.model.report_classes.len()).map(|class| &self.moved[self.row(stage, class)]);
            let (came, went) = rows.fold((0, 0), |sum, row| (sum.0 + row.came, sum.1 + row.went));
            let there =
                census.waiting[stage] + census.in_work[stage] + census.delayed[stage] + census.parked[stage];
            assert_eq!(came - went, there, "{came} came to {}, {went} went until {now:?}", spec.id);
        }
    }
}
