//! Hours of staff and machines: posts, shifts, tasks in hand, overtime, effort, and who comes and goes.

use crate::engine::{MemberFact, PoolLevel};
use crate::model::{Model, PoolId};
use crate::run::measure::{Family, Response, Sink, Value};
use crate::run::result::PoolRow;
use crate::run::uses::{PoolUses, Uses};
use crate::units::{Duration, HOUR, Time};

use super::cases::Case;
use super::window::{Level, Window};

/// Hours of all pools.
#[derive(Debug)]
pub(super) struct Pools {
    hours: Vec<Hours>,
    uses: Vec<PoolUses>,
    /// By slot: the pools of all members but the first who work on a case or job.
    others: Vec<Vec<PoolId>>,
    interval: Vec<PoolRow>,
    rows: Vec<PoolRow>,
    sums: Vec<PoolRow>,
}

/// Levels of one pool and their integrals since the last flush, and what was done and who came and went since then.
#[derive(Debug, Clone, Default)]
struct Hours {
    /// As last told.
    told: PoolLevel,
    levels: [Level; 6],
    /// Absent, in training, at the exposure cap: of pools that have such members.
    more: Option<[Level; 3]>,
    effort: i64,
    left: u32,
    hired: u32,
}

/// The place of the busy ones among the levels.
const BUSY: usize = 4;

impl Pools {
    pub(super) fn new(model: &Model, uses: &Uses) -> Pools {
        let none = vec![PoolRow::default(); model.pools.len()];
        let more = |uses: &PoolUses| uses.more_levels().then(Default::default);
        Pools {
            hours: uses.pools.iter().map(|uses| Hours { more: more(uses), ..Hours::default() }).collect(),
            uses: uses.pools.clone(),
            others: vec![],
            interval: none.clone(),
            rows: vec![],
            sums: none,
        }
    }

    /// A pool's level is this from now on.
    #[inline]
    pub(super) fn set(&mut self, window: Window, now: Time, pool: PoolId, level: PoolLevel) {
        self.hours[pool.index()].set(window, now, level);
    }

    /// A member came or went.
    pub(super) fn member(&mut self, pool: PoolId, fact: MemberFact) {
        match fact {
            MemberFact::Hired { .. } => self.hours[pool.index()].hired += 1,
            MemberFact::Left => self.hours[pool.index()].left += 1,
            MemberFact::Absent | MemberFact::Back => {}
        }
    }

    /// These work on a case from now on.
    #[inline]
    pub(super) fn man(&mut self, slot: u32, case: &mut Case, crew: &[(PoolId, u32)]) {
        case.pool = crew.first().map(|(pool, _)| *pool);
        if crew.len() > 1 || self.others.len() > slot as usize {
            self.man_others(slot as usize, crew);
        }
    }

    #[inline(never)]
    fn man_others(&mut self, slot: usize, crew: &[(PoolId, u32)]) {
        if self.others.len() <= slot {
            self.others.resize(slot + 1, vec![]);
        }
        self.others[slot].clear();
        self.others[slot].extend(crew.iter().skip(1).map(|(pool, _)| *pool));
    }

    /// They let it go after so much effort each, which counts or does not.
    #[inline]
    pub(super) fn release(&mut self, slot: u32, case: &mut Case, effort: Duration, counts: bool) {
        let effort = if counts { effort.0 } else { 0 };
        if let Some(pool) = case.pool.take() {
            self.hours[pool.index()].effort += effort;
        }
        if let Some(others) = self.others.get_mut(slot as usize) {
            for pool in others.drain(..) {
                self.hours[pool.index()].effort += effort;
            }
        }
    }

    /// Brings all integrals up to now; tells each pool's hours since the last flush.
    pub(super) fn flush(&mut self, window: Window, now: Time, mut each: impl FnMut(PoolId, &PoolRow)) {
        for (i, pool) in self.hours.iter_mut().enumerate() {
            let row = pool.take(window, now);
            each(PoolId::at(i), &row);
            self.interval[i].add(&row);
        }
    }

    /// The interval is over; everything has been flushed.
    pub(super) fn close_interval(&mut self) {
        for (sum, row) in self.sums.iter_mut().zip(&self.interval) {
            sum.add(row);
        }
        self.rows.extend_from_slice(&self.interval);
        self.interval.fill(PoolRow::default());
    }

    pub(super) fn into_rows(self) -> (Vec<PoolRow>, Vec<PoolRow>) {
        (self.rows, self.sums)
    }

    pub(super) fn report(&self, model: &Model, out: &mut impl Sink) {
        for (i, (pool, sum)) in model.pools.iter().zip(&self.sums).enumerate() {
            let named =
                |quantity, unit| move || Response::new(Family::Utilization, quantity, unit).of(&pool.id);
            let busy = Value::Ratio { above: sum.busy as f64, below: sum.on_shift as f64 };
            out.put(named("utilization", "share"), busy);
            let uses = self.uses[i];
            let hours = [
                ("on_shift_hours", sum.on_shift as f64, true),
                ("busy_hours", sum.busy as f64, true),
                ("effort_hours", sum.effort as f64, true),
                ("overtime_hours", sum.overtime as f64, true),
                ("vacant_hours", sum.vacant as f64, true),
                ("absent_hours", sum.absent as f64, uses.absence),
                ("training_hours", sum.learning as f64 / 1000.0, uses.training),
                ("capped_hours", sum.capped as f64, uses.caps),
            ];
            for (quantity, ms, _) in hours.into_iter().filter(|(.., any)| *any) {
                out.put(named(quantity, "hours"), Value::Number(ms / HOUR as f64));
            }
            if uses.moves {
                out.put(named("staff_left", "members"), Value::count(u64::from(sum.left)));
                out.put(named("staff_hired", "members"), Value::count(u64::from(sum.hired)));
            }
        }
    }
}

impl Hours {
    #[inline]
    fn set(&mut self, window: Window, now: Time, level: PoolLevel) {
        self.levels[BUSY].set(window, now, level.busy);
        self.told.busy = level.busy;
        // Tasks come and go all the time, the rest hardly ever changes.
        if self.told != level {
            self.told = level;
            self.set_all(window, now);
        }
    }

    #[inline(never)]
    fn set_all(&mut self, window: Window, now: Time) {
        let level = self.told;
        // Posts that are cut before their holders leave make no vacancy below zero.
        let vacant = level.posts.saturating_sub(level.filled);
        let levels = [level.posts, level.filled, vacant, level.on_shift, level.busy, level.overtime];
        self.levels.iter_mut().zip(levels).for_each(|(integral, level)| integral.set(window, now, level));
        if let Some(more) = &mut self.more {
            let levels = [level.absent, level.learning, level.capped];
            more.iter_mut().zip(levels).for_each(|(integral, level)| integral.set(window, now, level));
        }
    }

    /// What has come together since the last time.
    fn take(&mut self, window: Window, now: Time) -> PoolRow {
        let [_, filled, vacant, on_shift, busy, overtime] =
            self.levels.each_mut().map(|level| level.take(window, now));
        let more = self.more.as_mut().map(|more| more.each_mut().map(|level| level.take(window, now)));
        let [absent, learning, capped] = more.unwrap_or_default();
        PoolRow {
            vacant,
            filled,
            on_shift,
            busy,
            overtime,
            effort: std::mem::take(&mut self.effort),
            absent,
            learning,
            capped,
            left: std::mem::take(&mut self.left),
            hired: std::mem::take(&mut self.hired),
            posts_now: self.told.posts,
            filled_now: self.told.filled,
        }
    }
}
