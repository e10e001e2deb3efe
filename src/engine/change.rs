//! What happens to members at set times: shifts begin and end, windows open, parameters change.

use super::Engine;
use super::case::Hours;
use super::event_list::{Event, Rank};
use super::observer::Observer;
use super::pool::Doing;
use super::queue::Place;
use super::serve::{alive, place, touch};
use crate::model::{Crew, Order, PoolId, ShiftEnd, SourceId, StageId};
use crate::units::{Duration, Time};

impl<O: Observer> Engine<'_, O> {
    /// Schedules the first shift of every pool and the first window of every stage.
    pub(super) fn open_shifts(&mut self) {
        for (p, pool) in self.model.pools.iter().enumerate() {
            for (g, calendar) in pool.calendars.iter().enumerate() {
                if calendar.is_open(Time::ZERO) && !calendar.is_always() {
                    self.events.schedule(Event::new(Time::ZERO, Rank::ShiftStart, p as u16, g as u64, 0));
                } else {
                    self.schedule_shift(PoolId::at(p), g, Time::ZERO);
                }
            }
        }
        for stage in 0..self.model.stages.len() {
            self.schedule_window(StageId::at(stage), Time(-1));
        }
    }

    fn schedule_shift(&mut self, pool: PoolId, group: usize, after: Time) {
        let calendar = &self.model.pools[pool.index()].calendars[group];
        if let Some((time, begins)) = calendar.next_switch(after) {
            let rank = if begins { Rank::ShiftStart } else { Rank::ShiftEnd };
            self.events.schedule(Event::new(time, rank, pool.0, group as u64, 0));
        }
    }

    /// All members of a shift come on at once.
    pub(super) fn start_shift(&mut self, event: Event) {
        let (pool, group) = (PoolId(event.place()), event.number() as usize);
        let state = &mut self.pools[pool.index()];
        state.groups[group].on = true;
        let back: Vec<u32> = state.tasks_of(group).map(|(member, _)| member).collect();
        for member in back {
            state.set_overtime(member, false);
        }
        self.touched[pool.index()] = true;
        self.tell_pool(pool);
        self.schedule_shift(pool, group, event.time);
    }

    /// All members of a shift go at once; what they have in hand pauses, goes on in overtime or is handed over.
    pub(super) fn end_shift(&mut self, event: Event) {
        let (pool, group) = (PoolId(event.place()), event.number() as usize);
        self.pools[pool.index()].groups[group].on = false;
        let tasks: Vec<(u32, u32)> = self.pools[pool.index()].tasks_of(group).collect();
        let hand_over = self.params.pools[pool.index()].shift_end == ShiftEnd::HandOver;
        let mut handed: Vec<u32> = vec![];
        for (member, task) in tasks {
            let task = &self.tasks[task];
            // What ends with the shift is done, not interrupted.
            let goes_on = self.cases[task.case].until > self.now;
            if goes_on && task.hours == Hours::Through {
                self.pools[pool.index()].set_overtime(member, true);
            } else if goes_on && hand_over {
                handed.push(task.case);
            }
        }
        handed.sort_by_key(|&slot| self.cases[slot].number);
        handed.dedup();
        for slot in handed {
            self.interrupt(slot);
        }
        self.tell_pool(pool);
        self.schedule_shift(pool, group, event.time);
    }

    fn schedule_window(&mut self, stage: StageId, after: Time) {
        let windows = self.model.stages[stage.index()].starts.as_ref();
        let mut at = after;
        while let Some((time, begins)) = windows.and_then(|w| w.next_switch(at)) {
            if begins {
                self.events.schedule(Event::new(time, Rank::StartWindow, stage.0, 0, 0));
                return;
            }
            at = time;
        }
    }

    /// Tasks may begin at the stage.
    pub(super) fn open_start_window(&mut self, stage: StageId) {
        touch(&mut self.touched, &self.model.stages[stage.index()].crew);
        self.schedule_window(stage, self.now);
    }

    /// Dated changes take effect. What runs goes on as it is; what comes next follows the new parameters.
    pub(super) fn change(&mut self, snapshot: usize) {
        let (old, new) = (self.params, &self.model.params[snapshot]);
        self.params = new;
        for (i, (before, after)) in old.stages.iter().zip(&new.stages).enumerate() {
            if before.order != after.order {
                self.reorder(StageId::at(i));
            }
        }
        for (i, (before, after)) in old.pools.iter().zip(&new.pools).enumerate() {
            if before.headcount != after.headcount {
                self.pools[i].resize(after.headcount, &after.shares, after.leave_last_hired);
            }
            if before.shares != after.shares {
                self.reshare(PoolId::at(i));
            }
            self.tell_pool(PoolId::at(i));
        }
        for (i, (before, after)) in old.sources.iter().zip(&new.sources).enumerate() {
            if before.burst.is_none() && after.burst.is_some() {
                self.schedule_burst(SourceId::at(i), self.now);
            }
        }
        self.touched.fill(true);
        self.observer.changed(self.now, snapshot);
    }

    /// For each pool the stages where its members work.
    pub(super) fn list_stages(&mut self) {
        self.stages_of = vec![vec![]; self.pools.len()];
        for (i, stage) in self.model.stages.iter().enumerate() {
            for pool in pools_of(&stage.crew) {
                self.stages_of[pool.index()].push(StageId::at(i));
            }
        }
    }

    /// Everybody who waits at the stage gets the place that the new order gives, and so does, should it be handed over,
    /// what is in work.
    fn reorder(&mut self, stage: StageId) {
        let mut waiting = vec![];
        self.queues[stage.index()].rekey(&|p: &Place| alive(&self.cases, p), |p| {
            waiting.push(p.slot);
            p
        });
        let drawn = self.params.stages[stage.index()].order == Order::ShortestDrawn;
        for slot in waiting {
            if drawn {
                self.draw_effort(slot);
            }
            self.cases[slot].order_key = self.order_key(slot, stage);
        }
        for slot in self.in_work_at(stage) {
            self.cases[slot].order_key = self.order_key(slot, stage);
        }
        let order = &self.params.stages[stage.index()].order;
        let cases = &self.cases;
        self.queues[stage.index()].rekey(&|p: &Place| alive(cases, p), |p| {
            let case = &cases[p.slot];
            place(order, case.order_key, case.joined, p.number, p.slot, p.ticket)
        });
    }

    /// Cases in work at the stage, once for each member at work.
    fn in_work_at(&self, stage: StageId) -> Vec<u32> {
        let pools = pools_of(&self.model.stages[stage.index()].crew);
        let members = pools.iter().flat_map(|p| &self.pools[p.index()].members);
        let slots = members.filter_map(|member| match member.doing {
            Doing::Task(task) | Doing::LastTask(task) => Some(self.tasks[task].case),
            Doing::Idle | Doing::Gone => None,
        });
        slots.filter(|&slot| self.cases[slot].stage == stage).collect()
    }

    /// The rota changes: members whose shift is another one work their task in the new hours.
    fn reshare(&mut self, pool: PoolId) {
        let shares = &self.params.pools[pool.index()].shares;
        for member in self.pools[pool.index()].reshare(shares) {
            if let Doing::Task(task) | Doing::LastTask(task) =
                self.pools[pool.index()].members[member as usize].doing
            {
                self.replan(task);
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
    }

    /// A task goes on in other hours.
    fn replan(&mut self, index: u32) {
        let done = self.done_since(&self.tasks[index]);
        self.crew.clone_from(&self.tasks[index].crew);
        let hours = self.hours_of_crew();
        self.crew.clear();
        let task = &mut self.tasks[index];
        task.done = task.done + done;
        task.effort = task.effort - done;
        (task.hours, task.since) = (hours, self.now);
        let (slot, elapsed) = (task.case, Duration::from_millis_f64(task.effort.0 as f64 / task.pace));
        let until = self.finish_after(hours, self.now, elapsed);
        let case = &mut self.cases[slot];
        case.until = until;
        let event = Event::new(until, Rank::Finish, case.stage.0, case.number, slot);
        self.events.schedule(event);
    }
}

/// The pools whose members work in a crew.
fn pools_of(crew: &Crew) -> Vec<PoolId> {
    match crew {
        Crew::AnyOf(list) => list.clone(),
        Crew::Together(needs) => needs.iter().map(|(p, _)| *p).collect(),
        Crew::Nobody => vec![],
    }
}
