//! Cases that are handled together: how many, and the moments at which they go.

use super::Context;
use super::routes::holidays;
use crate::model::{Gather, Load, hours};
use crate::scenario;
use crate::units::Time;

impl Context<'_> {
    /// How cases are gathered at a stage, if they are.
    pub(super) fn gather(&self, index: usize, written: &scenario::Stage) -> Option<Gather> {
        if !gathers(written) {
            return None;
        }
        let number = |n: &Option<scenario::At<u32>>| n.as_ref().map(|n| n.value);
        let size = written
            .gather
            .as_ref()
            .and_then(|g| number(&g.exactly).map(Load::Exactly).or_else(|| number(&g.up_to).map(Load::UpTo)));
        Some(Gather {
            size: size.unwrap_or_default(),
            slots: self.slots(index),
            or_after: written.or_after.as_ref().map(|after| after.value),
        })
    }

    /// The moments at which loads go, over the whole run.
    fn slots(&self, index: usize) -> Option<Vec<Time>> {
        self.first.stages[index].slots.as_ref()?;
        let epochs = &self.loaded.epochs;
        let mut all = vec![];
        for (i, epoch) in epochs.iter().enumerate() {
            let from = if i == 0 { Time::ZERO } else { epoch.at };
            let until = epochs.get(i + 1).map_or(self.end, |next| next.at);
            if let Some(slots) = &epoch.scenario.stages[index].slots {
                let off = holidays(&epoch.scenario);
                all.extend(hours::moments(self.start, &slots.moments, &off, from, until));
            }
        }
        Some(all)
    }
}

/// Whether cases wait for a load or a slot at a stage.
pub(super) fn gathers(stage: &scenario::Stage) -> bool {
    stage.gather.is_some() || stage.slots.is_some()
}
