//! Shifts begin and end, windows for starting open.

use super::Engine;
use super::event_list::{Event, Rank};
use super::observer::{Interruption, Observer};
use super::task::Hours;
use crate::model::{PoolId, ShiftEnd, StageId};
use crate::units::Time;

impl<O: Observer> Engine<'_, O> {
    /// Schedules the first shift of every pool, the first window and the first slot of every stage.
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
            self.schedule_slot(StageId::at(stage), Time(-1));
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
        self.pools[pool.index()].groups[group].on = true;
        let back: Vec<(u32, u32)> = self.pools[pool.index()].tasks_of(group).collect();
        for (member, task) in back {
            self.pools[pool.index()].set_overtime(member, false);
            // What rested while its member was away goes on.
            let absent = self.pools[pool.index()].members[member as usize].absent;
            if self.tasks[task].hours == Hours::Never && !absent {
                self.replan(task, false);
            }
        }
        if self.has.exposed[pool.index()] {
            self.new_day(pool, Some(group));
        }
        self.shift_changed(pool, group);
        self.touched.set(pool.index());
        if self.has.preempts {
            self.came_on.push(pool);
        }
        self.tell_pool(pool);
        self.schedule_shift(pool, group, event.time);
    }

    /// All members of a shift go at once; what they have in hand pauses, goes on in overtime or is handed over.
    pub(super) fn end_shift(&mut self, event: Event) {
        let (pool, group) = (PoolId(event.place()), event.number() as usize);
        self.pools[pool.index()].groups[group].on = false;
        self.shift_changed(pool, group);
        let tasks: Vec<(u32, u32)> = self.pools[pool.index()].tasks_of(group).collect();
        let hand_over = self.params.pools[pool.index()].shift_end == ShiftEnd::HandOver;
        let mut handed: Vec<u32> = vec![];
        for (member, task) in tasks {
            let task = &self.tasks[task];
            // What ends with the shift is done, not interrupted.
            let goes_on = task.until > self.now;
            if goes_on && task.hours == Hours::Through {
                self.pools[pool.index()].set_overtime(member, true);
            } else if goes_on && hand_over {
                handed.push(task.case);
            }
        }
        handed.sort_by_key(|&slot| self.cases[slot].rank());
        handed.dedup();
        for slot in handed {
            self.interrupt(slot, Interruption::ShiftEnd);
        }
        self.tell_pool(pool);
        self.schedule_shift(pool, group, event.time);
    }

    /// Members of a shift have come or gone: cases that wait for one of them can be found, or cannot.
    fn shift_changed(&mut self, pool: PoolId, group: usize) {
        if self.assigned_at[pool.index()].is_empty() {
            return;
        }
        let members: Vec<u32> = self.pools[pool.index()].holders(Some(group)).collect();
        for member in members {
            self.member_changed(pool, member);
        }
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
        self.touch(stage);
        self.schedule_window(stage, self.now);
    }
}
