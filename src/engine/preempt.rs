//! Urgent cases that interrupt the work on less urgent ones.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Engine;
use super::case::{Case, Spot, State};
use super::observer::{Interruption, Observer};
use super::task::{Hours, Task};
use super::wait::alive;
use crate::model::{Crew, Model, PoolId, StageId};
use crate::units::Time;

/// Tasks of a shift's members that may be interrupted. Few begin or end between two questions for a victim at busy times,
/// and many where nobody asks: so the table is kept up to date for some changes after each question, then given up, and
/// made anew for the next one.
#[derive(Debug, Default)]
pub(super) struct Interruptible {
    /// By stage, as all tasks of a stage free as many members: the least urgent first, of these the latest begun.
    by_stage: BTreeMap<StageId, BTreeSet<Key>>,
    /// For how many changes more it is kept.
    kept_for: usize,
}

impl Interruptible {
    /// A task may be interrupted, or cannot any more; told while the table is kept. Whether it is kept on.
    fn change(&mut self, stage: StageId, key: Key, may: bool) -> bool {
        self.kept_for -= 1;
        if self.kept_for == 0 {
            self.by_stage.clear();
            return false;
        }
        let set = self.by_stage.entry(stage).or_default();
        if may {
            set.insert(key);
        } else {
            set.remove(&key);
        }
        true
    }
}

/// Precedence of the case, when the stint began, and the task.
type Key = (Reverse<u16>, Reverse<Time>, Reverse<u32>);

impl<O: Observer> Engine<'_, O> {
    /// A task goes on, or stops: it may, or cannot, be interrupted from now on.
    #[inline]
    pub(super) fn may_be_interrupted(&mut self, index: u32, may: bool) {
        if self.known_shifts > 0 {
            self.keep_interruptible(index, may);
        }
    }

    /// Apart, so that it costs nothing where nobody has asked for long.
    #[cold]
    fn keep_interruptible(&mut self, index: u32, may: bool) {
        let task = &self.tasks[index];
        for &(pool, member) in &task.crew {
            let pool = &mut self.pools[pool.index()];
            let group = pool.members[member as usize].group;
            let known = &mut pool.groups[usize::from(group)].interruptible;
            let case = &self.cases[task.case];
            if known.kept_for > 0 && !self.model.stages[case.stage.index()].rules.uninterruptible {
                let kept = known.change(case.stage, key_of(self.model, case, task, index), may);
                self.known_shifts -= u32::from(!kept);
            }
        }
    }

    /// From now on, and for as many changes as there are tasks, it is known which tasks of the pool may be interrupted.
    fn know_interruptible(&mut self, pool: PoolId) {
        for group in 0..self.pools[pool.index()].groups.len() {
            let mut known = std::mem::take(&mut self.pools[pool.index()].groups[group].interruptible);
            let mut tasks = 0;
            if known.kept_for == 0 {
                self.known_shifts += 1;
                for (_, task) in self.pools[pool.index()].tasks_of(group) {
                    let stage = self.cases[self.tasks[task].case].stage;
                    if !self.model.stages[stage.index()].rules.uninterruptible {
                        known.by_stage.entry(stage).or_default().insert(self.key_of(task));
                    }
                    tasks += 1;
                }
            }
            known.kept_for = known.kept_for.max(tasks + 8);
            self.pools[pool.index()].groups[group].interruptible = known;
        }
    }

    /// What is known of the pool's tasks holds no more.
    pub(super) fn forget_interruptible(&mut self, pool: PoolId) {
        for group in &mut self.pools[pool.index()].groups {
            let known = std::mem::take(&mut group.interruptible);
            self.known_shifts -= u32::from(known.kept_for > 0);
        }
    }

    fn key_of(&self, index: u32) -> Key {
        let task = &self.tasks[index];
        key_of(self.model, &self.cases[task.case], task, index)
    }

    /// Cases that have joined, or become more urgent, and all first ones where members came on shift, interrupt less
    /// urgent work if nobody could start them. Whether any did.
    pub(super) fn preempt(&mut self) -> bool {
        if self.came_on.is_empty() && self.urgent.is_empty() {
            return false;
        }
        // After each interruption members choose: one that has become free may take the next urgent case.
        while let Some(&pool) = self.came_on.last() {
            if self.preempt_in(pool) {
                return true;
            }
            self.came_on.pop();
        }
        let mut urgent = std::mem::take(&mut self.urgent);
        urgent.sort_by_key(|(slot, _)| Reverse(self.urgency_to_interrupt(*slot)));
        urgent.dedup();
        while let Some((slot, ticket)) = urgent.pop() {
            let case = &self.cases[slot];
            let still = case.ticket == ticket
                && case.state == State::Waiting
                && matches!(case.spot, Spot::Queue | Spot::Assigned(_));
            if still && self.params.preempt[case.observed.index()] && self.interrupt_for(slot) {
                self.urgent.append(&mut urgent);
                return true;
            }
        }
        false
    }

    /// Members of a pool have come on shift: the most urgent first case of a class that interrupts others does so, if any
    /// can. Whether one did.
    fn preempt_in(&mut self, pool: PoolId) -> bool {
        let mut firsts: Vec<u32> = vec![];
        for i in 0..self.stages_of[pool.index()].len() {
            let stage = self.stages_of[pool.index()][i];
            for class in (0..self.model.classes.len()).filter(|&c| self.params.preempt[c]) {
                let (cases, line) = (&self.cases, &mut self.lines[stage.index()]);
                firsts.extend(line.queue.head(class, &|p| alive(cases, p)).map(|first| first.slot));
                firsts.extend(line.assigned.firsts(class).map(|first| first.slot));
            }
        }
        firsts.sort_by_key(|&slot| self.urgency_to_interrupt(slot));
        firsts.into_iter().any(|slot| self.interrupt_for(slot))
    }

    /// Who interrupts first: the most urgent class, then the stage later in the file, then the longest wait.
    fn urgency_to_interrupt(&self, slot: u32) -> (u16, Reverse<StageId>, Time, u64) {
        let case = &self.cases[slot];
        (self.model.precedence[case.observed.index()], Reverse(case.stage), case.joined, case.rank())
    }

    /// The case takes the place of the least urgent task that can make room for it. Whether there was one.
    fn interrupt_for(&mut self, slot: u32) -> bool {
        let stage = self.cases[slot].stage;
        let row = &self.model.stages[stage.index()];
        if !row.may_start(self.now) || self.forms_loads(stage) {
            return false;
        }
        let model = self.model;
        let pools: Vec<PoolId> = model.stages[stage.index()].crew.pools().collect();
        for pool in pools {
            self.know_interruptible(pool);
            if let Some(task) = self.victim(slot, stage, pool) {
                self.interrupt(self.tasks[task].case, Interruption::Preempted);
                self.take_its_place(slot, stage, pool);
                self.touch(stage);
                return true;
            }
        }
        false
    }

    /// The task in this pool that would be interrupted for the case.
    fn victim(&self, slot: u32, stage: StageId, pool: PoolId) -> Option<u32> {
        let case = &self.cases[slot];
        let (class, own) = (case.observed.index(), self.model.precedence[case.observed.index()]);
        let assigned = if let Spot::Assigned(member) = case.spot { Some(member) } else { None };
        let here = self.assigned_pool(stage) == Some(pool);
        // A member who is free already needs nobody to make room.
        let bound = assigned.filter(|&m| here && !self.free_here(stage, m));
        let single = matches!(self.model.stages[stage.index()].crew, Crew::AnyOf(_));
        if single && assigned.is_some() && !here {
            return None;
        }
        let room = |key: &&Key| {
            let Reverse(task) = key.2;
            key.0.0 > own && self.makes_room(task, stage, pool, assigned)
        };
        let groups = self.pools[pool.index()].groups.iter().filter(|g| g.on);
        // Most often no task of a stage could make room, as they free too few: then none has to be looked at.
        let mut sets = groups
            .flat_map(|g| &g.interruptible.by_stage)
            .filter(|(of, _)| self.frees_enough(**of, stage, pool))
            .map(|(_, set)| set);
        let &(_, _, Reverse(task)) = match bound {
            // Only one member will do.
            Some(member) => {
                let task = self.pools[pool.index()].members.get(member as usize)?.task()?;
                let key = self.key_of(task);
                sets.find_map(|set| set.get(&key)).filter(room)?
            }
            None => sets.filter_map(|set| set.iter().take_while(|key| key.0.0 > own).find(room)).min()?,
        };
        self.crew_would_take(stage, pool, class, task).then_some(task)
    }

    /// Whether a task at the stage `of`, all of its members counted, frees enough for one at the other stage.
    fn frees_enough(&self, of: StageId, stage: StageId, pool: PoolId) -> bool {
        let frees = |p: PoolId| match &self.model.stages[of.index()].crew {
            Crew::Together(has) => has.iter().filter(|(q, _)| *q == p).map(|(_, n)| *n).sum(),
            Crew::AnyOf(_) | Crew::Nobody => u32::from(p == pool),
        };
        match &self.model.stages[stage.index()].crew {
            Crew::Together(needs) => {
                needs.iter().all(|&(p, n)| self.pools[p.index()].free(false) + frees(p) >= n)
            }
            Crew::AnyOf(_) | Crew::Nobody => true,
        }
    }

    /// Whether interrupting the task makes it possible to start at the stage.
    fn makes_room(&self, index: u32, stage: StageId, pool: PoolId, assigned: Option<u32>) -> bool {
        let task = &self.tasks[index];
        let exposing = self.model.stages[stage.index()].rules.exposure;
        let at_work = |&(p, m): &(PoolId, u32)| {
            let (state, member) = (&self.pools[p.index()], &self.pools[p.index()].members[m as usize]);
            let goes = matches!(member.doing, super::pool::Doing::LastTask(_));
            let capped = exposing && member.capped;
            state.groups[usize::from(member.group)].on && !member.overtime && !goes && !capped
        };
        let frees = |p: PoolId| task.crew.iter().filter(|c| c.0 == p && at_work(c)).count() as u32;
        // The member to whom the case is assigned has to be in its crew.
        let among = |m: u32| {
            task.crew.iter().any(|c| Some(c.0) == self.assigned_pool(stage) && c.1 == m && at_work(c))
        };
        let has_own = assigned.is_none_or(|m| self.free_here(stage, m) || among(m));
        let ends_now = task.until == self.now || task.hours == Hours::Never;
        !ends_now
            && has_own
            && match &self.model.stages[stage.index()].crew {
                Crew::Together(needs) => {
                    needs.iter().all(|&(p, n)| self.pools[p.index()].free(exposing) + frees(p) >= n)
                }
                Crew::AnyOf(_) | Crew::Nobody => frees(pool) > 0,
            }
    }

    /// Whether the pools' rules let their members take the class once the task is interrupted.
    fn crew_would_take(&self, stage: StageId, pool: PoolId, class: usize, task: u32) -> bool {
        let takes = |p: PoolId| {
            let choice = &self.params.pools[p.index()].choice;
            let freed = self.tasks[task].crew.iter().filter(|c| c.0 == p).count() as u32;
            choice.takes.as_ref().is_none_or(|takes| takes[class])
                && choice
                    .reserve
                    .as_ref()
                    .is_none_or(|r| r.classes[class] || self.pools[p.index()].free(false) + freed > r.members)
        };
        match &self.model.stages[stage.index()].crew {
            Crew::Together(needs) => needs.iter().all(|(p, _)| takes(*p)),
            Crew::AnyOf(_) | Crew::Nobody => takes(pool),
        }
    }

    /// The members who have just been interrupted take up the case.
    fn take_its_place(&mut self, slot: u32, stage: StageId, pool: PoolId) {
        let member = if let Spot::Assigned(member) = self.cases[slot].spot { Some(member) } else { None };
        let complete = self.crew_is_complete(stage, pool) && member.is_none_or(|m| self.free_here(stage, m));
        if !self.cases[slot].waits() || !complete {
            return;
        }
        self.count_start(slot);
        self.step_out(slot);
        self.seize_crew(stage, pool, member);
        self.begin_work(slot);
        self.crew.clear();
    }
}

fn key_of(model: &Model, case: &Case, task: &Task, index: u32) -> Key {
    (Reverse(model.precedence[case.observed.index()]), Reverse(task.started), Reverse(index))
}
