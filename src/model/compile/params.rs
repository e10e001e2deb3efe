//! Snapshots of everything that can change, one for each moment at which something does.

use std::sync::Arc;

use super::Context;
use super::triage::pool_orders;
use crate::model::{Params, PoolParams, SourceParams, StageParams};
use crate::scenario::{Epoch, Id};
use crate::units::Time;

impl Context<'_> {
    /// All snapshots; parts that a change leaves alone are shared with the snapshot before.
    pub(super) fn params(&mut self) -> Option<Vec<Params>> {
        let mut snapshots: Vec<Params> = vec![];
        let mut complete = true;
        let epochs = &self.loaded.epochs;
        for (i, epoch) in epochs.iter().enumerate() {
            let last = i.checked_sub(1).and_then(|before| Some((&epochs[before], snapshots.last()?)));
            match self.snapshot(epoch, last) {
                Some(params) => snapshots.push(params),
                // The findings of later snapshots are heard too, but they are compiled from scratch.
                None => complete = false,
            }
        }
        complete.then_some(snapshots)
    }

    fn snapshot(&mut self, epoch: &Epoch, last: Option<(&Epoch, &Params)>) -> Option<Params> {
        let risk = self.risk(epoch);
        let sources = self.source_rows(epoch, last);
        let stages = self.stage_rows(epoch, last);
        let pools = self.pool_rows(epoch, last);
        let (devices, preempt) = (self.devices(epoch), self.preempt(epoch));
        let (sources, stages, devices) = (sources?, stages?, devices?);
        Some(Params { from: epoch.at, risk, devices, preempt, sources, stages, pools: pools? })
    }

    /// Weight of an open subject per day, by class; a sub-class has its parent's where it has none.
    fn risk(&self, epoch: &Epoch) -> Vec<f64> {
        let written = self.of_classes(epoch, |class| class.risk.as_ref());
        written.into_iter().map(|risk| risk.map_or(0.0, |risk| risk.value)).collect()
    }

    fn source_rows(
        &mut self,
        epoch: &Epoch,
        last: Option<(&Epoch, &Params)>,
    ) -> Option<Vec<Arc<SourceParams>>> {
        let mut rows = vec![];
        for (i, name) in self.sources.clone().iter().enumerate() {
            let source = named(&epoch.scenario.sources, name, |s| &s.id);
            let same = last.filter(|(e, _)| named(&e.scenario.sources, name, |s| &s.id) == source);
            rows.push(match same {
                Some((_, params)) => Some(params.sources[i].clone()),
                None => self.source_params(source).map(Arc::new),
            });
        }
        rows.into_iter().collect()
    }

    fn stage_rows(
        &mut self,
        epoch: &Epoch,
        last: Option<(&Epoch, &Params)>,
    ) -> Option<Vec<Arc<StageParams>>> {
        let mut rows = vec![];
        for (i, stage) in epoch.scenario.stages.iter().enumerate() {
            // A stage may have the order of its pool.
            let orders = |e: &Epoch| pool_orders(&e.scenario, stage) == pool_orders(&epoch.scenario, stage);
            let same = last.filter(|(e, _)| e.scenario.stages[i] == *stage && orders(e));
            rows.push(match same {
                Some((_, params)) => Some(params.stages[i].clone()),
                None => self.stage_params(&epoch.scenario, stage).map(Arc::new),
            });
        }
        rows.into_iter().collect()
    }

    fn pool_rows(&mut self, epoch: &Epoch, last: Option<(&Epoch, &Params)>) -> Option<Vec<Arc<PoolParams>>> {
        let mut rows = vec![];
        for (i, name) in self.pools.clone().iter().enumerate() {
            let pool = named(&epoch.scenario.pools, name, |p| &p.id);
            let same = last.filter(|(e, _)| named(&e.scenario.pools, name, |p| &p.id) == pool);
            rows.push(match (same, last) {
                (Some((_, params)), _) => Some(params.pools[i].clone()),
                (None, last) => {
                    let before = last.map(|(_, params)| &*params.pools[i]);
                    self.pool_params(pool, epoch.at, before).map(Arc::new)
                }
            });
        }
        rows.into_iter().collect()
    }

    /// Moments from which each snapshot holds.
    pub(super) fn moments(&self) -> impl Iterator<Item = (Time, &Epoch)> {
        self.loaded.epochs.iter().map(|epoch| (epoch.at, epoch))
    }
}

/// The table of this id. Ids never change, so it is there at every date.
pub(super) fn named<'s, T>(tables: &'s [T], name: &str, id: fn(&T) -> &Id) -> &'s T {
    tables.iter().find(|t| id(t).value == name).expect("every date has the tables of the start")
}
