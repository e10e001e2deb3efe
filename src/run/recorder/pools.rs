//! Hours of staff and machines: posts, shifts, tasks in hand, overtime, effort, and who comes and goes.

use crate::engine::{MemberFact, PoolLevel};
use crate::model::{Model, PoolId};
use crate::run::measure::{Family, Response, Sink, Value};
use crate::run::result::PoolRow;
use crate::run::uses::{PoolUses, Uses};
use crate::units::{Duration, HOUR, Time};

use super::window::{Level, Window};

/// Levels of all pools and their integrals over the running interval.
#[derive(Debug)]
pub(super) struct Pools {
    /// As last told.
    told: Vec<PoolLevel>,
    levels: Vec<[Level; 6]>,
    /// Absent, in training, at the exposure cap: of pools that have such members.
    more: Vec<Option<[Level; 3]>>,
    uses: Vec<PoolUses>,
    /// Since the last flush.
    effort: Vec<i64>,
    left: Vec<u32>,
    hired: Vec<u32>,
    interval: Vec<PoolRow>,
    rows: Vec<PoolRow>,
    sums: Vec<PoolRow>,
}

/// The place of the busy ones among the levels.
const BUSY: usize = 4;

impl Pools {
    pub(super) fn new(model: &Model, uses: &Uses) -> Pools {
        let none = vec![PoolRow::default(); model.pools.len()];
        Pools {
            told: vec![PoolLevel::default(); model.pools.len()],
            levels: vec![Default::default(); model.pools.len()],
            more: uses.pools.iter().map(|p| p.more_levels().then(Default::default)).collect(),
            uses: uses.pools.clone(),
            effort: vec![0; model.pools.len()],
            left: vec![0; model.pools.len()],
            hired: vec![0; model.pools.len()],
            interval: none.clone(),
            rows: vec![],
            sums: none,
        }
    }

    #[inline]
    pub(super) fn set(&mut self, window: Window, now: Time, pool: PoolId, level: PoolLevel) {
        let told = std::mem::replace(&mut self.told[pool.index()], level);
        self.levels[pool.index()][BUSY].set(window, now, level.busy);
        // Tasks come and go all the time, the rest hardly ever changes.
        if told != (PoolLevel { busy: told.busy, ..level }) {
            self.set_all(window, now, pool, level);
        }
    }

    fn set_all(&mut self, window: Window, now: Time, pool: PoolId, level: PoolLevel) {
        // Posts that are cut before their holders leave make no vacancy below zero.
        let vacant = level.posts.saturating_sub(level.filled);
        let levels = [level.posts, level.filled, vacant, level.on_shift, level.busy, level.overtime];
        for (integral, level) in self.levels[pool.index()].iter_mut().zip(levels) {
            integral.set(window, now, level);
        }
        if let Some(more) = &mut self.more[pool.index()] {
            let levels = [level.absent, level.learning, level.capped];
            more.iter_mut().zip(levels).for_each(|(integral, level)| integral.set(window, now, level));
        }
    }

    /// A member came or went.
    pub(super) fn member(&mut self, pool: PoolId, fact: MemberFact) {
        match fact {
            MemberFact::Hired { .. } => self.hired[pool.index()] += 1,
            MemberFact::Left => self.left[pool.index()] += 1,
            MemberFact::Absent | MemberFact::Back => {}
        }
    }

    /// A member did so much effort in a stint that is over.
    pub(super) fn effort(&mut self, pool: PoolId, effort: Duration) {
        self.effort[pool.index()] += effort.0;
    }

    /// Brings all integrals up to now; tells each pool's hours since the last flush.
    pub(super) fn flush(&mut self, window: Window, now: Time, mut each: impl FnMut(PoolId, &PoolRow)) {
        for (i, levels) in self.levels.iter_mut().enumerate() {
            let [_, filled, vacant, on_shift, busy, overtime] =
                levels.each_mut().map(|l| l.take(window, now));
            let more = self.more[i].as_mut().map(|more| more.each_mut().map(|l| l.take(window, now)));
            let [absent, learning, capped] = more.unwrap_or_default();
            let [posts_now, filled_now, ..] = levels.each_ref().map(|level| level.now() as u32);
            let row = PoolRow {
                vacant,
                filled,
                on_shift,
                busy,
                overtime,
                effort: std::mem::take(&mut self.effort[i]),
                absent,
                learning,
                capped,
                left: std::mem::take(&mut self.left[i]),
                hired: std::mem::take(&mut self.hired[i]),
                posts_now,
                filled_now,
            };
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
