//! Hours of staff and machines: posts, shifts, tasks in hand, overtime, effort.

use crate::engine::PoolLevel;
use crate::model::{Model, PoolId};
use crate::run::measure::{Family, Response, Sink, Value};
use crate::run::result::PoolRow;
use crate::units::{Duration, Time};

use super::window::{Level, Window};

/// Levels of all pools and their integrals over the running interval.
#[derive(Debug)]
pub(super) struct Pools {
    levels: Vec<[Level; 6]>,
    /// Since the last flush.
    effort: Vec<i64>,
    interval: Vec<PoolRow>,
    rows: Vec<PoolRow>,
    sums: Vec<PoolRow>,
}

impl Pools {
    pub(super) fn new(model: &Model) -> Pools {
        let none = vec![PoolRow::default(); model.pools.len()];
        Pools {
            levels: vec![Default::default(); model.pools.len()],
            effort: vec![0; model.pools.len()],
            interval: none.clone(),
            rows: vec![],
            sums: none,
        }
    }

    pub(super) fn set(&mut self, window: Window, now: Time, pool: PoolId, level: PoolLevel) {
        // Posts that are cut before their holders leave make no vacancy below zero.
        let vacant = level.posts.saturating_sub(level.filled);
        let levels = [level.posts, level.filled, vacant, level.on_shift, level.busy, level.overtime];
        for (integral, level) in self.levels[pool.index()].iter_mut().zip(levels) {
            integral.set(window, now, level);
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
            let effort = std::mem::take(&mut self.effort[i]);
            let [posts_now, filled_now, ..] = levels.each_ref().map(|level| level.now() as u32);
            let row = PoolRow { vacant, filled, on_shift, busy, overtime, effort, posts_now, filled_now };
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
        for (pool, sum) in model.pools.iter().zip(&self.sums) {
            let named =
                |quantity, unit| move || Response::new(Family::Utilization, quantity, unit).of(&pool.id);
            let busy = Value::Ratio { above: sum.busy as f64, below: sum.on_shift as f64 };
            out.put(named("utilization", "share"), busy);
            let hours = [
                ("on_shift_hours", sum.on_shift),
                ("busy_hours", sum.busy),
                ("effort_hours", sum.effort),
                ("overtime_hours", sum.overtime),
                ("vacant_hours", sum.vacant),
            ];
            for (quantity, ms) in hours {
                out.put(named(quantity, "hours"), Value::Number(Duration(ms).hours()));
            }
        }
    }
}
