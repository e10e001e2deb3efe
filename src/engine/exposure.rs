//! How much exposing work a member has done on a day, and what happens at the cap.
//!
//! Effort counts from a shift's start to the first start of a shift on a later calendar day; for members without hours,
//! from midnight, and so for whoever has been on shift all day.

use super::Engine;
use super::event_list::{Event, Rank};
use super::observer::{Interruption, Observer};
use super::pool::Doing;
use crate::model::{Params, PoolId};
use crate::units::{DAY, Duration, HOUR, MINUTE, SECOND, Time};

/// Rounding to whole milliseconds may leave a member this much below the cap.
const TOLERANCE: i64 = 2;

impl<O: Observer> Engine<'_, O> {
    /// The calendar day of a moment, counted from the start's.
    pub(super) fn calendar_day(&self, at: Time) -> i64 {
        (at.0 + self.since_midnight()).div_euclid(DAY)
    }

    /// The time of day at which the run starts.
    fn since_midnight(&self) -> i64 {
        let start = self.model.start;
        let (hours, minutes, seconds) = (start.hour(), start.minute(), start.second());
        i64::from(hours) * HOUR + i64::from(minutes) * MINUTE + i64::from(seconds) * SECOND
    }

    /// Schedules the next midnight of a pool with a cap.
    pub(super) fn schedule_midnight(&mut self, pool: PoolId) {
        let capped = |params: &Params| params.pools[pool.index()].exposure_cap.is_some();
        if self.has.exposure && self.model.params.iter().any(capped) {
            let next = (self.calendar_day(self.now) + 1) * DAY - self.since_midnight();
            self.events.schedule(Event::new(Time(next), Rank::Midnight, pool.0, 0, 0));
        }
    }

    /// A new day for members without hours, and for those whose shift has not begun or ended all day.
    pub(super) fn midnight(&mut self, event: Event) {
        let pool = PoolId(event.place());
        let yesterday = Time(self.now.0 - DAY);
        let mut any = false;
        for (group, calendar) in self.model.pools[pool.index()].calendars.iter().enumerate() {
            if calendar.is_always() || calendar.working_between(yesterday, self.now).0 == DAY {
                self.new_day(pool, Some(group));
                any = true;
            }
        }
        if any {
            self.touched.set(pool.index());
            self.tell_pool(pool);
        }
        self.schedule_midnight(pool);
    }

    /// A shift starts: on a new calendar day its members begin anew.
    pub(super) fn new_day(&mut self, pool: PoolId, group: Option<usize>) {
        let today = self.calendar_day(self.now);
        let members: Vec<u32> = self.pools[pool.index()].holders(group).collect();
        for m in members {
            let member = self.pools[pool.index()].members[m as usize];
            if member.exposed_day >= today {
                continue;
            }
            let task = member.task().filter(|&task| self.exposes(task));
            if let Some(task) = task {
                self.count_exposure(task);
            }
            let member = &mut self.pools[pool.index()].members[m as usize];
            (member.exposed, member.exposed_day) = (Duration::ZERO, today);
            self.pools[pool.index()].set_capped(m, false);
            self.member_changed(pool, m);
            if let Some(task) = task {
                self.plan_cap(task);
            }
        }
    }

    fn exposes(&self, task: u32) -> bool {
        let stage = self.cases[self.tasks[task].case].stage;
        self.model.stages[stage.index()].rules.exposure
    }

    /// What a task's members have done since the last count is added to their day.
    pub(super) fn count_exposure(&mut self, index: u32) {
        if !self.exposes(index) {
            return;
        }
        let done = self.done_in_stint(index);
        let more = done - self.tasks[index].counted;
        self.tasks[index].counted = done;
        for i in 0..self.tasks[index].crew.len() {
            let (pool, m) = self.tasks[index].crew[i];
            let Some(cap) = self.params.pools[pool.index()].exposure_cap else { continue };
            let member = &mut self.pools[pool.index()].members[m as usize];
            member.exposed = member.exposed + more;
            let capped = member.exposed.0 + TOLERANCE >= cap.0;
            self.pools[pool.index()].set_capped(m, capped);
        }
    }

    /// How much exposing effort a member may still do today, as far as it has been counted; without a cap, any.
    fn left_today(&self, (pool, member): (PoolId, u32)) -> Option<i64> {
        let cap = self.params.pools[pool.index()].exposure_cap?;
        Some(cap.0 - self.pools[pool.index()].members[member as usize].exposed.0)
    }

    /// Schedules the moment at which the first of a task's members reaches the cap, if that comes before the end.
    pub(super) fn plan_cap(&mut self, index: u32) {
        if !self.exposes(index) {
            return;
        }
        let task = &self.tasks[index];
        let Some(left) = task.crew.iter().filter_map(|c| self.left_today(*c)).min() else { return };
        // Effort of this stint that nobody has counted yet is part of what is left.
        let counted = task.counted - task.done;
        let room = left.max(0) + counted.0;
        if room >= task.effort.0 {
            self.tasks[index].cap_at = None;
            return;
        }
        let elapsed = Duration::from_millis_f64(room as f64 / task.pace);
        let at = self.finish_after(task.hours, task.since, elapsed).max(self.now);
        let case = &self.cases[task.case];
        let event = Event::new(at, Rank::Exposed, case.stage.0, case.number, index).of_job(case.job);
        self.tasks[index].cap_at = Some(at);
        self.events.schedule(event);
    }

    /// A member has seen enough for today: the task goes back.
    pub(super) fn reach_cap(&mut self, event: Event) {
        let task = &self.tasks[event.index];
        if task.cap_at != Some(event.time) || task.until <= self.now {
            return;
        }
        let (case, crew) = (task.case, task.crew.clone());
        let least = crew.iter().filter_map(|c| self.left_today(*c)).min();
        let due: Vec<(PoolId, u32)> = crew.into_iter().filter(|c| self.left_today(*c) == least).collect();
        self.interrupt(case, Interruption::Exposed);
        for (pool, m) in due {
            // Whoever is fast does several units in a millisecond: rounding must not leave a rest.
            let Some(cap) = self.params.pools[pool.index()].exposure_cap else { continue };
            if self.pools[pool.index()].members[m as usize].doing == Doing::Gone {
                continue;
            }
            let member = &mut self.pools[pool.index()].members[m as usize];
            member.exposed = Duration(member.exposed.0.max(cap.0));
            self.pools[pool.index()].set_capped(m, true);
            self.member_changed(pool, m);
            self.tell_pool(pool);
        }
    }

    /// The cap is another one from now on.
    pub(super) fn change_cap(&mut self, pool: PoolId) {
        let members: Vec<u32> = self.pools[pool.index()].holders(None).collect();
        for m in members {
            let cap = self.params.pools[pool.index()].exposure_cap;
            let task = self.pools[pool.index()].members[m as usize].task();
            if let Some(task) = task {
                self.count_exposure(task);
            }
            let exposed = self.pools[pool.index()].members[m as usize].exposed.0;
            let capped = cap.is_some_and(|cap| exposed + TOLERANCE >= cap.0);
            self.pools[pool.index()].set_capped(m, capped);
            self.member_changed(pool, m);
            if let Some(task) = task {
                self.plan_cap(task);
            }
        }
    }
}
