//! What a scenario costs as it is written: every post filled, and what changes cost. What is paid by the hour or by the
//! case only a simulation tells.

use super::schema::{Hourly, Pool, Scenario};
use super::{ChangeInfo, EditKind, Loaded};
use crate::units::{Time, YEAR};

impl Loaded {
    /// What a year costs at a moment: posts at their `yearly_cost`, all filled, and what changes in force cost in a year.
    pub fn yearly_cost(&self, at: Time) -> f64 {
        let in_force = |change: &&ChangeInfo| change.at <= at && change.until.is_none_or(|until| at < until);
        let changes: f64 = self.changes.iter().filter(in_force).map(|change| change.yearly).sum();
        self.scenario_at(at).map_or(0.0, posts) + changes
    }

    /// What changes before a moment cost once.
    pub fn once_cost(&self, before: Time) -> f64 {
        self.changes.iter().filter(|change| change.at < before).map(|change| change.once).sum()
    }

    /// What a window costs: each part of it at its [`Loaded::yearly_cost`], and once what comes in before its end, be it
    /// before the window.
    pub fn written_cost(&self, from: Time, until: Time) -> f64 {
        let epochs = self.epochs.iter().map(|epoch| epoch.at);
        let changes = self.changes.iter().flat_map(|change| [Some(change.at), change.until]).flatten();
        let mut moments: Vec<Time> = epochs.chain(changes).filter(|at| *at > from && *at < until).collect();
        moments.extend([from, until]);
        moments.sort();
        let part = |pair: &[Time]| self.yearly_cost(pair[0]) * (pair[1] - pair[0]).0 as f64 / YEAR as f64;
        moments.windows(2).map(part).sum::<f64>() + self.once_cost(until)
    }

    /// Whether another version of the scenario differs in what is paid by the hour or by the case, so that the difference of
    /// the written costs is not all.
    pub fn differs_in_other_costs(&self, other: &Loaded) -> bool {
        let moments = self.epochs.iter().chain(&other.epochs).map(|epoch| epoch.at);
        let mut both = moments.map(|at| self.scenario_at(at).zip(other.scenario_at(at)));
        both.any(|both| {
            both.is_some_and(|(one, two)| {
                by_the_hour(one) != by_the_hour(two) || by_the_case(one) != by_the_case(two)
            })
        })
    }

    /// Paths that are set here by plans which another version does not have.
    pub fn set_beyond(&self, base: &Loaded) -> Vec<&str> {
        let new = |change: &&ChangeInfo| !base.changes.iter().any(|known| known.origin == change.origin);
        let edits = self.changes.iter().filter(new).flat_map(|change| &change.edits);
        edits.filter(|edit| edit.kind == EditKind::Set).map(|edit| edit.path.as_str()).collect()
    }

    fn scenario_at(&self, at: Time) -> Option<&Scenario> {
        self.epochs.iter().rev().find(|epoch| epoch.at <= at).map(|epoch| &epoch.scenario)
    }
}

/// Every post filled for a year.
fn posts(scenario: &Scenario) -> f64 {
    let cost = |pool: &Pool| pool.yearly_cost.as_ref().map_or(0.0, |cost| cost.value);
    scenario.pools.iter().map(|pool| f64::from(pool.headcount.value) * cost(pool)).sum()
}

/// Posts that are paid by the hour, with their hours' prices.
fn by_the_hour(scenario: &Scenario) -> Vec<(&str, u32, f64, f64)> {
    let paid = |hourly: &&Hourly| hourly.on_shift.value != 0.0 || hourly.worked.value != 0.0;
    let pools = scenario.pools.iter().filter_map(|pool| Some((pool, pool.hourly.as_ref().filter(paid)?)));
    pools
        .map(|(pool, hourly)| {
            (pool.id.value.as_str(), pool.headcount.value, hourly.on_shift.value, hourly.worked.value)
        })
        .collect()
}

/// Stages at which a case costs something.
fn by_the_case(scenario: &Scenario) -> Vec<(&str, f64)> {
    let costly = scenario.stages.iter().filter_map(|stage| Some((&stage.id, stage.cost.as_ref()?.value)));
    costly.filter(|(_, cost)| *cost != 0.0).map(|(id, cost)| (id.value.as_str(), cost)).collect()
}
