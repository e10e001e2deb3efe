//! Dated changes: parameters that hold from now on.

use std::sync::Arc;

use super::Engine;
use super::observer::Observer;
use super::pool::Doing;
use super::task::Hours;
use crate::model::{PoolId, PoolParams, SourceId, StageId};

impl<O: Observer> Engine<'_, O> {
    /// Dated changes take effect. What runs goes on as it is; what comes next follows the new parameters.
    pub(super) fn change(&mut self, snapshot: usize) {
        let (old, new) = (self.params, &self.model.params[snapshot]);
        self.params = new;
        for (i, (before, after)) in old.stages.iter().zip(&new.stages).enumerate() {
            if before.order != after.order {
                self.reorder(StageId::at(i), &before.order);
            }
        }
        for (i, (before, after)) in old.pools.iter().zip(&new.pools).enumerate() {
            if !Arc::ptr_eq(before, after) {
                self.change_pool(PoolId::at(i), before);
            }
            self.tell_pool(PoolId::at(i));
        }
        for (i, (before, after)) in old.sources.iter().zip(&new.sources).enumerate() {
            if before.burst.is_none() && after.burst.is_some() {
                self.schedule_burst(SourceId::at(i), self.now);
            }
        }
        self.open_gates();
        (0..self.pools.len()).for_each(|pool| self.touched.set(pool));
        self.observer.changed(self.now, snapshot);
    }

    fn change_pool(&mut self, pool: PoolId, before: &PoolParams) {
        let after = &self.params.pools[pool.index()];
        self.set_hazard(pool);
        if before.headcount != after.headcount {
            let members: Vec<u32> = self.pools[pool.index()].holders(None).collect();
            let new = self.pools[pool.index()].resize(after.headcount, after.leave_last_hired);
            let gone = |m: &u32| self.pools[pool.index()].members[*m as usize].doing == Doing::Gone;
            let gone: Vec<u32> = members.into_iter().filter(gone).collect();
            // Nobody may be given a case of one of them while another is still taken to be free.
            for &member in &gone {
                self.member_changed(pool, member);
            }
            for member in gone {
                self.member_is_gone(pool, member);
            }
            self.open_posts(pool, &new);
        }
        if before.shares != after.shares {
            self.reshare(pool);
        }
        self.schedule_leaving(pool);
        if self.has.exposure {
            self.change_cap(pool);
        }
        if before.turnover.training != after.turnover.training {
            self.change_training(pool);
        }
        let members: Vec<u32> = self.pools[pool.index()].holders(None).collect();
        for member in members {
            let m = &self.pools[pool.index()].members[member as usize];
            // Absences may begin with a change; one that is to come comes when it was to come.
            if m.next_switch < self.now || m.next_switch == crate::units::Time::NEVER {
                self.schedule_absence(pool, member);
            }
        }
    }

    /// For each pool the stages where its members work, and those where cases wait for one of them.
    pub(super) fn list_stages(&mut self) {
        self.stages_of = vec![vec![]; self.pools.len()];
        self.assigned_at = vec![vec![]; self.pools.len()];
        for (i, stage) in self.model.stages.iter().enumerate() {
            let id = StageId::at(i);
            stage.crew.pools().for_each(|pool| self.stages_of[pool.index()].push(id));
            if let Some(pool) = self.assigned_pool(id) {
                self.assigned_at[pool.index()].push(id);
            }
        }
    }

    /// The rota changes: members whose shift is another one work their task in the new hours.
    fn reshare(&mut self, pool: PoolId) {
        self.forget_interruptible(pool);
        let shares = &self.params.pools[pool.index()].shares;
        for member in self.pools[pool.index()].reshare(shares) {
            let m = self.pools[pool.index()].members[member as usize];
            if let Some(task) = m.task().filter(|&task| self.tasks[task].hours != Hours::Never) {
                self.replan(task, false);
            }
        }
        // Whoever finishes a task in overtime may be on shift now, and the other way round.
        let state = &mut self.pools[pool.index()];
        for group in 0..state.groups.len() {
            let off = !state.groups[group].on;
            let busy: Vec<(u32, u32)> = state.tasks_of(group).collect();
            for (member, task) in busy {
                state.set_overtime(member, off && self.tasks[task].hours == Hours::Through);
            }
        }
        let members: Vec<u32> = self.pools[pool.index()].holders(None).collect();
        for member in members {
            self.member_changed(pool, member);
        }
        self.came_on.extend(self.has.preempts.then_some(pool));
    }
}
