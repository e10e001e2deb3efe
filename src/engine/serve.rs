//! Members at work: how work begins, in which hours it goes on, how it is interrupted and ends.

use super::Engine;
use super::case::{Spot, State};
use super::event_list::{Event, Rank};
use super::flow::Step;
use super::observer::{Fact, Interruption, Observer};
use super::pool::Doing;
use super::task::{Hours, Task};
use crate::model::{PoolId, ShiftEnd, StageId, WorkCalendar};
use crate::units::{Duration, Time};

impl<O: Observer> Engine<'_, O> {
    /// The members in `self.crew`, seized already, take up the case, or the load of which it is the first.
    #[inline]
    pub(super) fn begin_work(&mut self, slot: u32) {
        let resumed = std::mem::replace(&mut self.cases[slot].begun, true);
        let effort = self.draw_effort(slot);
        let index = self.tasks.insert(slot, self.now, &self.crew);
        let (hours, pace) = (self.hours_of_crew(), self.pace_of_crew());
        let task = &mut self.tasks[index];
        (task.effort, task.hours, task.pace) = (effort, hours, pace);
        for &(pool, member) in &self.crew {
            self.pools[pool.index()].members[member as usize].doing = Doing::Task(index);
            self.tasked.set(pool.index());
        }
        self.take_up(slot, index);
        if let Some(load) = self.cases[slot].load {
            for i in 1..self.loads.units(load).len() {
                let unit = self.loads.units(load)[i];
                self.take_up(unit, index);
            }
        }
        self.plan(index);
        if self.has.preempts {
            self.may_be_interrupted(index, true);
        }
        self.tell_taken_up(slot, resumed);
    }

    /// One case is in work from now on.
    #[inline]
    fn take_up(&mut self, slot: u32, index: u32) {
        self.preserve(slot, true);
        let case = &mut self.cases[slot];
        (case.state, case.task, case.patience) = (State::InWork, index, Time::NEVER);
        (case.sent_on, case.begun) = (false, true);
        self.census.in_work[case.stage.index()] += 1;
        if case.parent.is_some() {
            let root = self.cases.root(slot);
            self.cases[root].running += 1;
        }
    }

    /// Tells that work begins: of a load the first one has the crew and pays.
    fn tell_taken_up(&mut self, slot: u32, resumed: bool) {
        self.tell_started(slot, resumed, !resumed);
        let Some(load) = self.cases[slot].load else { return };
        let crew = std::mem::take(&mut self.crew);
        for i in 1..self.loads.units(load).len() {
            let unit = self.loads.units(load)[i];
            self.tell_started(unit, resumed, false);
        }
        self.crew = crew;
    }

    /// Schedules the end of a task, or the moment at which a member has seen enough.
    #[inline]
    pub(super) fn plan(&mut self, index: u32) {
        let task = &self.tasks[index];
        let elapsed = Duration::from_millis_f64(task.effort.0 as f64 / task.pace);
        let until = self.finish_after(task.hours, self.now, elapsed);
        let case = &self.cases[task.case];
        let event = Event::new(until, Rank::Finish, case.stage.0, case.number, task.case).of_job(case.job);
        self.tasks[index].until = until;
        self.events.schedule(event);
        if self.has.exposure {
            self.plan_cap(index);
        }
    }

    /// Work on a case, or a load, is done.
    pub(super) fn finish_task(&mut self, slot: u32) {
        let load = self.cases[slot].load;
        let units = load.map_or_else(Vec::new, |index| self.loads.units(index).to_vec());
        let effort = self.stop_work(slot);
        load.inspect(|index| self.dissolve(*index));
        self.finish_one(slot, effort);
        for &unit in units.iter().skip(1) {
            self.finish_one(unit, Duration::ZERO);
        }
        self.tell_gone();
        for &unit in units.iter().skip(1).rev() {
            self.go_on(unit);
        }
        self.go_on(slot);
    }

    fn finish_one(&mut self, slot: u32, effort: Duration) {
        let stage = self.cases[slot].stage;
        self.put_down(slot);
        if !self.cases[slot].orphan {
            self.preserve(slot, false);
        }
        self.tell(slot, Fact::Finished { stage, effort });
    }

    /// What is done goes on, unless its case has gone on without it.
    fn go_on(&mut self, slot: u32) {
        if self.cases[slot].orphan { self.cases.remove(slot) } else { self.push(slot, Step::Leave) }
    }

    /// One case is not in work any more.
    #[inline]
    fn put_down(&mut self, slot: u32) {
        let case = &mut self.cases[slot];
        case.state = State::Moving;
        self.census.in_work[case.stage.index()] -= 1;
        if case.parent.is_some() {
            let root = self.cases.root(slot);
            self.cases[root].running -= 1;
        }
    }

    /// The members of a task are free, and those who were to go after it are gone; that is told when the end of the task
    /// has been. Returns the effort done in this stint.
    #[inline]
    fn stop_work(&mut self, slot: u32) -> Duration {
        let index = self.cases[slot].task;
        let done = self.done_in_stint(index);
        if self.has.exposure {
            self.count_exposure(index);
        }
        if self.has.preempts {
            self.may_be_interrupted(index, false);
        }
        for i in 0..self.tasks[index].crew.len() {
            let (pool, member) = self.tasks[index].crew[i];
            let gone = self.pools[pool.index()].release(member);
            self.member_changed(pool, member);
            if gone {
                self.without_member(pool, member);
                self.gone.push((pool, member));
            }
            self.touched.set(pool.index());
            self.tasked.set(pool.index());
        }
        self.tasks.remove(index);
        done
    }

    /// Effort done in this stint so far.
    #[inline]
    pub(super) fn done_in_stint(&self, index: u32) -> Duration {
        let task = &self.tasks[index];
        task.done + if task.until == self.now { task.effort } else { self.done_since(task) }
    }

    /// Effort done since a task was begun, or since its hours changed.
    pub(super) fn done_since(&self, task: &Task) -> Duration {
        let worked = self.working_between(task.hours, task.since, self.now);
        Duration::from_millis_f64(worked.0 as f64 * task.pace).min(task.effort)
    }

    /// Work goes back to its place in the queue with what is left of it.
    pub(super) fn interrupt(&mut self, slot: u32, why: Interruption) {
        let slot = self.tasks[self.cases[slot].task].case;
        let (stage, load) = (self.cases[slot].stage, self.cases[slot].load);
        let done = self.stop_work(slot);
        let case = &mut self.cases[slot];
        case.effort = case.effort.map(|left| left - done);
        let (life, order_key, joined) = (case.life, case.order_key, case.joined);
        let one = [(slot, life)];
        let together: Vec<(u32, u32)> = load.map_or_else(Vec::new, |index| {
            self.loads.units(index).iter().map(|&unit| (unit, self.cases[unit].life)).collect()
        });
        let units = if load.is_some() { &together[..] } else { &one };
        for (position, &(unit, _)) in units.iter().enumerate() {
            self.put_down(unit);
            let effort = if position == 0 { done } else { Duration::ZERO };
            self.tell(unit, Fact::Interrupted { stage, effort, why });
        }
        self.tell_gone();
        let left = self.cases[slot].effort;
        for &(unit, life) in units {
            // A job may have gone already with another one of its case.
            if self.cases[unit].life == life {
                self.drop_if_over(unit);
            }
        }
        match load.map(|index| (index, self.loads.units(index).first().copied())) {
            None if self.cases[slot].life == life => {
                let spot = self.member_for(slot).map_or(Spot::Queue, Spot::Assigned);
                self.stand(slot, spot);
            }
            Some((index, Some(first))) => {
                let case = &mut self.cases[first];
                (case.effort, case.order_key, case.joined) = (left, order_key, joined);
                self.stand_as_load(index);
            }
            None | Some(_) => {}
        }
    }

    /// What was interrupted is not taken up again if its case has gone on without it, or its evidence has lapsed.
    fn drop_if_over(&mut self, slot: u32) {
        if self.cases[slot].orphan {
            self.leave_load(slot);
            self.cases.remove(slot);
        } else if self.cases[self.cases.root(slot)].lapsed {
            self.leave_load(slot);
            self.end_lapsed(slot);
        }
    }

    /// A crew is as fast as its slowest member.
    #[inline]
    fn pace_of_crew(&self) -> f64 {
        if let [(pool, member)] = self.crew[..] {
            return self.speed(pool, member);
        }
        self.crew.iter().map(|&(p, m)| self.speed(p, m)).fold(f64::INFINITY, f64::min)
    }

    /// In which hours the crew works: those that all share; through the night if all whose shift ends finish what they
    /// began.
    #[inline]
    fn hours_of_crew(&mut self) -> Hours {
        let finishes = |p: PoolId| self.params.pools[p.index()].shift_end == ShiftEnd::Finish;
        if let [(pool, member)] = self.crew[..] {
            let group = self.pools[pool.index()].members[member as usize].group;
            return if finishes(pool) { Hours::Through } else { Hours::Shift(pool, group) };
        }
        let never_ends = |&(p, m): &(PoolId, u32)| {
            let group = self.pools[p.index()].members[m as usize].group;
            self.calendar(p, group).is_always()
        };
        if self.crew.iter().all(|c| finishes(c.0) || never_ends(c)) && self.crew.iter().any(|c| finishes(c.0))
        {
            return Hours::Through;
        }
        let mut shifts: Vec<(PoolId, u8)> = vec![];
        for &(pool, member) in &self.crew {
            let shift = (pool, self.pools[pool.index()].members[member as usize].group);
            if !shifts.contains(&shift) {
                shifts.push(shift);
            }
        }
        if let [(pool, group)] = shifts[..] {
            return Hours::Shift(pool, group);
        }
        shifts.sort_unstable();
        let known = self.common.iter().position(|(s, _)| *s == shifts);
        let index = known.unwrap_or_else(|| {
            let all = WorkCalendar::always();
            let common = shifts.iter().fold(all, |c, &(p, g)| c.intersection(self.calendar(p, g)));
            self.common.push((shifts, common));
            self.common.len() - 1
        });
        Hours::Common(index as u32)
    }

    /// The hours in which a task's crew works now.
    fn hours_of(&mut self, index: u32) -> Hours {
        let kept = std::mem::take(&mut self.crew);
        self.crew.clone_from(&self.tasks[index].crew);
        let hours = self.hours_of_crew();
        self.crew = kept;
        hours
    }

    fn calendar(&self, pool: PoolId, group: u8) -> &WorkCalendar {
        &self.model.pools[pool.index()].calendars[usize::from(group)]
    }

    pub(super) fn finish_after(&self, hours: Hours, start: Time, elapsed: Duration) -> Time {
        match hours {
            Hours::Shift(pool, group) => self.calendar(pool, group).finish_after(start, elapsed),
            Hours::Common(index) => self.common[index as usize].1.finish_after(start, elapsed),
            Hours::Through => start + elapsed,
            Hours::Never => Time::NEVER,
        }
    }

    fn working_between(&self, hours: Hours, from: Time, until: Time) -> Duration {
        match hours {
            Hours::Shift(pool, group) => self.calendar(pool, group).working_between(from, until),
            Hours::Common(index) => self.common[index as usize].1.working_between(from, until),
            Hours::Through => until - from,
            Hours::Never => Duration::ZERO,
        }
    }

    /// A task goes on in other hours, or not at all for a while.
    pub(super) fn replan(&mut self, index: u32, rests: bool) {
        let done = self.done_since(&self.tasks[index]);
        let hours = if rests { Hours::Never } else { self.hours_of(index) };
        let task = &mut self.tasks[index];
        task.done = task.done + done;
        task.effort = task.effort - done;
        (task.hours, task.since) = (hours, self.now);
        self.plan(index);
    }

    /// Cases in work at the stage, once for each member at work.
    pub(super) fn in_work_at(&self, stage: StageId) -> Vec<u32> {
        let pools = self.model.stages[stage.index()].crew.pools();
        let members = pools.flat_map(|p| &self.pools[p.index()].members);
        let slots = members.filter_map(|member| Some(self.tasks[member.task()?].case));
        slots.filter(|&slot| self.cases[slot].stage == stage).collect()
    }
}
