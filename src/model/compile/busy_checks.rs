//! What a planner surely did not mean where a pool has hardly an hour to spare: a crew whose members other work never
//! leaves free at once, and tips that nobody looks at because what has been looked at goes first.

use std::collections::BTreeSet;

use super::advice::since;
use super::classes::UNKNOWN;
use super::observed::observed_at;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::capacity::{Capacity, Load};
use crate::model::{Choice, Crew, Model, PoolId, Prefers, ShiftEnd, StageId};
use crate::scenario::{Loaded, Servers};
use crate::units::Time;

/// From this share of a pool's hours on, work that goes first lets other work wait three times as long or longer.
const GOES_FIRST: f64 = 2.0 / 3.0;

/// All of them.
pub(super) fn check(loaded: &Loaded, model: &Model, capacity: &Capacity) -> Vec<Diagnostic> {
    let busy = Busy { loaded, model, capacity, observed: observed_at(model) };
    let crews = (0..model.stages.len()).filter_map(|s| busy.crew(StageId::at(s)));
    let unseen = (0..model.pools.len()).filter_map(|p| busy.unseen(PoolId::at(p)));
    crews.chain(unseen).collect()
}

struct Busy<'a> {
    loaded: &'a Loaded,
    model: &'a Model,
    capacity: &'a Capacity,
    /// By stage: what cases may be believed to be.
    observed: Vec<BTreeSet<usize>>,
}

impl Busy<'_> {
    /// A crew that nobody waits for, of pools whose members are taken up one by one by other work as they come free.
    fn crew(&self, stage: StageId) -> Option<Diagnostic> {
        let row = &self.model.stages[stage.index()];
        let Crew::Together(needs) = &row.crew else { return None };
        if row.rules.hold || self.interrupts(stage) {
            return None;
        }
        let never_free = |pool| Some((self.full_from(pool)?, self.has_other_work(pool, stage)));
        let full: Vec<(PoolId, u32, Time)> = needs
            .iter()
            .filter_map(|&(pool, n)| {
                never_free(pool).filter(|(_, busy)| *busy).map(|(from, _)| (pool, n, from))
            })
            .collect();
        let others = (0..self.model.stages.len()).map(StageId::at).filter(|other| *other != stage);
        if !others.into_iter().any(|other| self.takes_some(other, &full)) {
            return None;
        }
        let from = full.iter().map(|(.., from)| *from).max()?;
        let names: Vec<String> = full.iter().map(|(pool, ..)| format!("`{}`", self.id(*pool))).collect();
        let have = if names.len() == 1 { "has" } else { "have" };
        let message = format!(
            "the crew of stage `{}` is hardly ever free at once: {} {have} more work than hours {}",
            row.id,
            names.join(" and "),
            since(self.model, from)
        );
        let written = &self.loaded.epochs[0].scenario.stages[stage.index()];
        let of_pool = |(id, _): &&(crate::scenario::Id, _)| id.value == self.id(full[0].0);
        let span = match &written.pool {
            Some(Servers::Crew(members)) => members.iter().find(of_pool).map(|(id, _)| id.span),
            _ => None,
        };
        let finding = Diagnostic::new(Code::CrewNotHeld, message)
            .at(span.unwrap_or(written.id.span), "who comes free takes other work");
        Some(finding.help(format!(
            "write `hold = true` at stage `{}`: who is free is then kept until the crew is complete",
            row.id
        )))
    }

    /// Whether every case that may come to a stage interrupts others, so that it need not wait for anybody.
    fn interrupts(&self, stage: StageId) -> bool {
        let always = |class: &usize| self.model.params.iter().all(|params| params.preempt[*class]);
        self.observed[stage.index()].iter().all(always)
    }

    /// From when on the members of a pool always have work in hand; `None` where they are free now and then: at the
    /// beginning of a shift, where the last one hands over or finishes its work; where some are kept in reserve.
    fn full_from(&self, pool: PoolId) -> Option<Time> {
        let overload = self.capacity.pools[pool.index()].overload?;
        let on_and_on = self.model.pools[pool.index()].calendars.iter().all(|c| c.is_always());
        let busy = self
            .model
            .params
            .iter()
            .map(|params| &params.pools[pool.index()])
            .all(|row| (on_and_on || row.shift_end == ShiftEnd::Pause) && row.choice.reserve.is_none());
        busy.then_some(overload.from)
    }

    fn has_other_work(&self, pool: PoolId, stage: StageId) -> bool {
        self.worked(pool).any(|other| other != stage)
    }

    /// The stages where a pool has work in some year.
    fn worked(&self, pool: PoolId) -> impl Iterator<Item = StageId> + '_ {
        self.capacity.pools[pool.index()].by_stage.iter().flatten().map(|(stage, _)| *stage)
    }

    /// Whether a stage takes members of some of these pools, but not as many as the crew needs: when its work ends, the
    /// crew is still incomplete.
    fn takes_some(&self, other: StageId, full: &[(PoolId, u32, Time)]) -> bool {
        let works = full.iter().any(|(pool, ..)| self.worked(*pool).any(|stage| stage == other));
        works
            && match &self.model.stages[other.index()].crew {
                Crew::Nobody => false,
                Crew::AnyOf(_) => full.iter().map(|(_, n, _)| n).sum::<u32>() > 1,
                Crew::Together(needs) => full.iter().any(|(pool, n, _)| {
                    needs.iter().find(|(p, _)| p == pool).is_none_or(|(_, there)| there < n)
                }),
            }
    }

    /// Tips that wait for their assessment behind all cases that have been assessed, in a pool which these keep busy.
    fn unseen(&self, pool: PoolId) -> Option<Diagnostic> {
        let unknown = self.model.unknown().index();
        let (known, unseen): (Vec<StageId>, Vec<StageId>) = self
            .worked(pool)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .partition(|stage| !self.observed[stage.index()].contains(&unknown));
        let first = self.share(pool, &known);
        // Who says where the unknown stand has thought of it.
        let said = self.loaded.epochs[0].scenario.classes.iter().any(|class| class.id.value == UNKNOWN);
        if first < GOES_FIRST || said {
            return None;
        }
        let only = |stage: &StageId| self.model.stages[stage.index()].crew.pools().all(|p| p == pool);
        let by_class = |choice: &Choice| choice.prefers == Prefers::Class && choice.order.is_none();
        let looks: Vec<StageId> = unseen
            .into_iter()
            .filter(only)
            .filter(|stage| {
                self.model.params.iter().any(|params| {
                    params.stages[stage.index()].assess.is_some()
                        && by_class(&params.pools[pool.index()].choice)
                })
            })
            .collect();
        self.unseen_at(pool, &looks, first)
    }

    fn unseen_at(&self, pool: PoolId, looks: &[StageId], first: f64) -> Option<Diagnostic> {
        let scenarios = || self.loaded.epochs.iter().map(|epoch| &epoch.scenario);
        let assess =
            |stage: &StageId| scenarios().find_map(|s| Some(s.stages[stage.index()].assess.as_ref()?.span));
        let span = assess(looks.first()?)?;
        let ids: Vec<&str> = looks.iter().map(|stage| self.model.stages[stage.index()].id.as_str()).collect();
        let quoted =
            |mark: &str| ids.iter().map(|id| format!("{mark}{id}{mark}")).collect::<Vec<_>>().join(", ");
        let message = format!(
            "tips that wait for stage {} come last in pool `{}`, behind work that wants {:.0} % of its hours",
            quoted("`"),
            self.id(pool),
            first * 100.0
        );
        let finding = Diagnostic::new(Code::UnseenLast, message)
            .at(span, "before this they are `unknown`, which comes after all classes");
        Some(finding.help(format!(
            "write `prefers = [{}]` at the pool, or give `[[class]] id = \"unknown\"` its place among the classes",
            quoted("\"")
        )))
    }

    /// The largest share of a pool's hours in a year that is wanted at some stages.
    fn share(&self, pool: PoolId, stages: &[StageId]) -> f64 {
        let pool = &self.capacity.pools[pool.index()];
        let share = |(year, by_stage): (&Load, &Vec<(StageId, f64)>)| {
            let hours: f64 =
                by_stage.iter().filter(|(s, _)| stages.contains(s)).map(|(_, hours)| hours).sum();
            if hours > 0.0 { hours / year.available_hours } else { 0.0 }
        };
        pool.years.iter().zip(&pool.by_stage).map(share).fold(0.0, f64::max)
    }

    fn id(&self, pool: PoolId) -> &str {
        &self.model.pools[pool.index()].id
    }
}
