//! How people come and go: leaving, vacancies and hiring, training, absences, and what load does to them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Engine;
use super::event_list::{Event, Rank};
use super::observer::{Interruption, MemberFact, Observer};
use super::pool::{Doing, Vacancy};
use super::task::Hours;
use crate::model::{Hire, PoolId};
use crate::units::{Duration, Time, WEEK};

/// The hazard of leaving a pool, which all its members share, added up over time. A member leaves when it has grown by
/// an exponential variate since it came: so only the next to leave is ever scheduled.
#[derive(Debug, Default)]
pub(super) struct Hazard {
    sum: f64,
    /// Up to here it is added up.
    at: Time,
    /// Per millisecond.
    rate: f64,
    /// What load makes of it.
    wear: f64,
    /// Whether anybody ever leaves.
    active: bool,
    /// The sums at which members leave (as bits of a number above 0, which keep its order), with member and holder.
    leavers: BinaryHeap<Reverse<(u64, u32, u32)>>,
    /// When the next leaves.
    next: Option<Time>,
}

impl Hazard {
    fn advance(&mut self, now: Time) {
        self.sum += self.rate * (now - self.at).0 as f64;
        self.at = now;
    }
}

impl<O: Observer> Engine<'_, O> {
    /// Those who are there at the start begin their time; vacancies begin to be filled.
    pub(super) fn open_staff(&mut self) {
        let snapshots = &self.model.params;
        for p in 0..self.pools.len() {
            let pool = PoolId::at(p);
            self.hazards[p].active = snapshots.iter().any(|s| s.pools[p].turnover.attrition > 0.0);
            self.hazards[p].wear = 1.0;
            self.set_hazard(pool);
            let members: Vec<u32> = self.pools[p].holders(None).collect();
            for &member in &members {
                self.begin_time(pool, member);
                self.member_changed(pool, member);
                self.member_for_spans(pool, member);
            }
            self.schedule_leaving(pool);
            self.schedule_midnight(pool);
            let vacant: Vec<u32> = self.pools[p].vacancies.iter().map(|v| v.post).collect();
            self.pools[p].vacancies.clear();
            for post in vacant {
                // Without a time that it takes to fill them, posts that are vacant at the start stay so.
                if self.params.pools[p].turnover.backfill.is_some() {
                    self.advertise(pool, post);
                } else {
                    self.pools[p].vacancies.push(Vacancy { post, until: None });
                }
            }
        }
        if snapshots.iter().any(|s| s.pools.iter().any(|p| p.turnover.burnout.is_some())) {
            self.events.schedule(Event::new(Time(WEEK), Rank::Weekly, 0, 0, 0));
        }
    }

    /// From now on somebody may leave or be away.
    fn begin_time(&mut self, pool: PoolId, member: u32) {
        let holder = self.pools[pool.index()].members[member as usize].holder;
        let hazard = &mut self.hazards[pool.index()];
        if hazard.active {
            hazard.advance(self.now);
            let place = self.model.pools[pool.index()].places.leaving;
            let patience = self.draws.stream(place, u64::from(member) + 1, u64::from(holder)).exp1();
            hazard.leavers.push(Reverse(((hazard.sum + patience).to_bits(), member, holder)));
        }
        self.schedule_absence(pool, member);
    }

    /// The hazard as it is from now on.
    pub(super) fn set_hazard(&mut self, pool: PoolId) {
        let hazard = &mut self.hazards[pool.index()];
        hazard.advance(self.now);
        hazard.rate = self.params.pools[pool.index()].turnover.attrition * hazard.wear;
    }

    /// Schedules the next who leaves.
    pub(super) fn schedule_leaving(&mut self, pool: PoolId) {
        let (hazard, members) = (&mut self.hazards[pool.index()], &self.pools[pool.index()].members);
        let stays = |member: u32, holder: u32| {
            let m = &members[member as usize];
            m.holder == holder && m.doing != Doing::Gone
        };
        while hazard.leavers.peek().is_some_and(|Reverse((_, m, h))| !stays(*m, *h)) {
            hazard.leavers.pop();
        }
        let Some(&Reverse((sum, member, _))) = hazard.leavers.peek() else { return };
        if hazard.rate <= 0.0 {
            hazard.next = None;
            return;
        }
        let wait = (f64::from_bits(sum) - hazard.sum).max(0.0) / hazard.rate;
        let at = self.now + Duration::from_millis_f64(wait);
        hazard.next = Some(at);
        self.events.schedule(Event::new(at, Rank::Leaving, pool.0, u64::from(member), member));
    }

    /// A member leaves for good, if it still is the next.
    pub(super) fn member_leaves(&mut self, event: Event) {
        let pool = PoolId(event.place());
        let hazard = &mut self.hazards[pool.index()];
        let due = |Reverse((_, member, _)): &Reverse<(u64, u32, u32)>| *member == event.index;
        if hazard.next != Some(event.time) || !hazard.leavers.peek().is_some_and(due) {
            return;
        }
        hazard.advance(self.now);
        hazard.next = None;
        hazard.leavers.pop();
        self.leave_post(pool, event.index);
        self.schedule_leaving(pool);
    }

    /// The task in hand goes back; the post is to be filled again, unless there are too many.
    fn leave_post(&mut self, pool: PoolId, member: u32) {
        if let Some(task) = self.pools[pool.index()].members[member as usize].task() {
            self.interrupt(self.tasks[task].case, Interruption::Left);
        }
        // Who was to go after the task in hand is gone already.
        if self.pools[pool.index()].members[member as usize].doing != Doing::Gone {
            let vacant = self.pools[pool.index()].leave(member);
            self.member_is_gone(pool, member);
            if vacant {
                self.pools[pool.index()].vacancies.pop();
                self.advertise(pool, member);
            }
        }
        self.tell_pool(pool);
    }

    /// Somebody is gone.
    pub(super) fn member_is_gone(&mut self, pool: PoolId, member: u32) {
        self.without_member(pool, member);
        self.observer.member(self.now, pool, member, MemberFact::Left);
    }

    /// Cases that waited for a member who is gone wait for another.
    pub(super) fn without_member(&mut self, pool: PoolId, member: u32) {
        self.member_changed(pool, member);
        self.no_member_for_spans(pool, member);
    }

    /// Tells of those who have left with the end of their task.
    pub(super) fn tell_gone(&mut self) {
        for (pool, member) in self.gone.drain(..) {
            self.observer.member(self.now, pool, member, MemberFact::Left);
        }
    }

    /// A vacancy begins: it is filled after a time, or at once where none is given.
    fn advertise(&mut self, pool: PoolId, post: u32) {
        let holder = self.pools[pool.index()].members[post as usize].holder;
        let place = self.model.pools[pool.index()].places.filling;
        let takes = self.params.pools[pool.index()].turnover.backfill.as_ref().map(|law| {
            Duration::from_millis_f64(law.sample(self.draws.draw(
                place,
                u64::from(post) + 1,
                u64::from(holder),
            )))
        });
        let at = self.now + takes.unwrap_or(Duration::ZERO);
        self.pools[pool.index()].vacancies.push(Vacancy { post, until: Some(at) });
        self.events.schedule(Event::new(at, Rank::Hiring, pool.0, u64::from(post), post));
    }

    /// A vacancy is filled, if it is still there.
    pub(super) fn fill_vacancy(&mut self, event: Event) {
        let pool = PoolId(event.place());
        let due = |v: &Vacancy| v.post == event.index && v.until == Some(event.time);
        let state = &mut self.pools[pool.index()];
        let Some(found) = state.vacancies.iter().position(due) else { return };
        state.vacancies.remove(found);
        self.hire(pool, event.index, true);
        self.schedule_leaving(pool);
        self.tell_pool(pool);
    }

    /// New posts, filled as the change says that brings them.
    pub(super) fn open_posts(&mut self, pool: PoolId, posts: &[u32]) {
        let params = &self.params.pools[pool.index()];
        for &post in posts {
            match params.hire {
                Hire::Backfill if params.turnover.backfill.is_some() => self.advertise(pool, post),
                Hire::Backfill | Hire::New => self.hire(pool, post, true),
                Hire::Trained => self.hire(pool, post, false),
            }
        }
    }

    /// Somebody takes a post.
    fn hire(&mut self, pool: PoolId, post: u32, learns: bool) {
        let params = &self.params.pools[pool.index()];
        self.pools[pool.index()].fill(post, &params.shares, self.now);
        // Whoever comes in the middle of a shift has a day of exposure as long as the others.
        self.pools[pool.index()].members[post as usize].exposed_day = self.calendar_day(self.now);
        let training = params.turnover.training.as_ref().filter(|_| learns);
        if let Some(training) = training {
            let until = self.now + training.lasts;
            self.pools[pool.index()].members[post as usize].learns_until = until;
            self.go_on_learning(pool, post);
        }
        let in_training = training.is_some();
        self.begin_time(pool, post);
        self.member_changed(pool, post);
        self.member_for_spans(pool, post);
        self.touched.set(pool.index());
        self.came_on.extend(self.has.preempts.then_some(pool));
        self.observer.member(self.now, pool, post, MemberFact::Hired { in_training });
    }

    /// In which part of its training a member is, and when that part ends.
    fn lesson(&self, pool: PoolId, member: u32) -> Option<(f64, Time)> {
        let training = self.params.pools[pool.index()].turnover.training.as_ref()?;
        let m = &self.pools[pool.index()].members[member as usize];
        let (length, parts) = ((m.learns_until - m.came).0, training.productivity.len() as i64);
        if self.now >= m.learns_until || parts == 0 {
            return None;
        }
        let part = i128::from((self.now - m.came).0) * i128::from(parts) / i128::from(length);
        let ends = m.came.0 + (i128::from(length) * (part + 1) / i128::from(parts)) as i64;
        Some((training.productivity[part as usize], Time(ends.max(self.now.0 + 1))))
    }

    /// What a member in training lacks from now on.
    fn go_on_learning(&mut self, pool: PoolId, member: u32) {
        let lesson = self.lesson(pool, member);
        let lack = lesson.map_or(0.0, |(productivity, _)| 1000.0 * (1.0 - productivity).max(0.0));
        self.pools[pool.index()].set_lack(member, lack.round() as u32);
        if let Some((_, ends)) = lesson {
            let holder = self.pools[pool.index()].members[member as usize].holder;
            let event = Event::new(ends, Rank::Learning, pool.0, u64::from(member), member);
            self.events.schedule(event.of_job(holder));
        }
    }

    /// Training is another one from now on: whoever learns does so as long as was told when it came.
    pub(super) fn change_training(&mut self, pool: PoolId) {
        let members: Vec<u32> = self.pools[pool.index()].holders(None).collect();
        for member in members {
            if self.pools[pool.index()].members[member as usize].learns_until > self.now {
                self.go_on_learning(pool, member);
            }
        }
    }

    /// A part of a member's training is over.
    pub(super) fn learn(&mut self, event: Event) {
        let pool = PoolId(event.place());
        let m = &self.pools[pool.index()].members[event.index as usize];
        if m.holder == event.job && m.doing != Doing::Gone {
            self.go_on_learning(pool, event.index);
            self.tell_pool(pool);
        }
    }

    /// How much effort a member does in an hour of its shift, if it takes up a task now.
    #[inline]
    pub(super) fn speed(&self, pool: PoolId, member: u32) -> f64 {
        let params = &self.params.pools[pool.index()];
        let m = &self.pools[pool.index()].members[member as usize];
        let learns = m.learns_until > self.now;
        let productivity = if learns { self.lesson(pool, member).map_or(1.0, |l| l.0) } else { 1.0 };
        let members = f64::from(self.pools[pool.index()].filled());
        let scale = params.scale.map_or(1.0, |scale| scale.speed(members));
        params.availability * productivity * scale
    }

    /// Schedules a member's next absence.
    pub(super) fn schedule_absence(&mut self, pool: PoolId, member: u32) {
        let Some(absence) = &self.params.pools[pool.index()].turnover.absence else { return };
        let m = &self.pools[pool.index()].members[member as usize];
        let place = self.model.pools[pool.index()].places.absence_gap;
        let key = self.draws.key(place, &[u64::from(member) + 1, u64::from(m.holder)]);
        let gap = Duration::from_millis_f64(absence.every.sample(key.draw(place, u64::from(m.absences), 0)));
        // A gap of nothing would never end.
        let at = self.now + Duration(gap.0.max(1));
        self.pools[pool.index()].members[member as usize].next_switch = at;
        self.events.schedule(Event::new(at, Rank::Absence, pool.0, u64::from(member), member));
    }

    /// A member goes away for a time: its task rests, or goes back. A crew is free.
    pub(super) fn member_is_away(&mut self, event: Event) {
        let (pool, member) = (PoolId(event.place()), event.index);
        let m = self.pools[pool.index()].members[member as usize];
        let Some(absence) = &self.params.pools[pool.index()].turnover.absence else { return };
        if m.doing == Doing::Gone || m.absent || m.next_switch != event.time {
            return;
        }
        let place = self.model.pools[pool.index()].places.absence_length;
        let key = self.draws.key(place, &[u64::from(member) + 1, u64::from(m.holder)]);
        let length = absence.lasts.sample(key.draw(place, u64::from(m.absences), 0));
        let (until, hands_over) = (self.now + Duration::from_millis_f64(length), absence.hand_over);
        if let Some(task) = m.task().filter(|&t| self.tasks[t].until > self.now) {
            if hands_over || self.tasks[task].crew.len() > 1 {
                self.interrupt(self.tasks[task].case, Interruption::Absent);
            } else {
                self.replan(task, true);
                self.pools[pool.index()].set_overtime(member, false);
            }
        }
        let m = &mut self.pools[pool.index()].members[member as usize];
        if m.doing == Doing::Gone {
            return;
        }
        (m.next_switch, m.absences) = (until, m.absences + 1);
        self.pools[pool.index()].set_absent(member, true);
        self.member_changed(pool, member);
        self.events.schedule(Event::new(until, Rank::Return, pool.0, u64::from(member), member));
        self.observer.member(self.now, pool, member, MemberFact::Absent);
        self.tell_pool(pool);
    }

    /// A member is back; what rested goes on when its shift is on.
    pub(super) fn member_is_back(&mut self, event: Event) {
        let (pool, member) = (PoolId(event.place()), event.index);
        let m = self.pools[pool.index()].members[member as usize];
        if m.doing == Doing::Gone || !m.absent || m.next_switch != event.time {
            return;
        }
        self.pools[pool.index()].set_absent(member, false);
        self.member_changed(pool, member);
        let on = self.pools[pool.index()].groups[usize::from(m.group)].on;
        if let Some(task) = m.task().filter(|&t| on && self.tasks[t].hours == Hours::Never) {
            self.replan(task, false);
        }
        self.touched.set(pool.index());
        self.came_on.extend((self.has.preempts && on).then_some(pool));
        self.schedule_absence(pool, member);
        self.observer.member(self.now, pool, member, MemberFact::Back);
        self.tell_pool(pool);
    }

    /// The load of the week tells on the members of each pool.
    pub(super) fn weekly(&mut self, event: Event) {
        for p in 0..self.pools.len() {
            let pool = PoolId::at(p);
            let wear = self.wear(pool);
            if wear != self.hazards[p].wear {
                self.hazards[p].wear = wear;
                self.set_hazard(pool);
                self.schedule_leaving(pool);
            }
        }
        self.events.schedule(Event::new(event.time + Duration(WEEK), Rank::Weekly, 0, 0, 0));
    }

    fn wear(&self, pool: PoolId) -> f64 {
        let Some(burnout) = self.params.pools[pool.index()].turnover.burnout else { return 1.0 };
        let stages = &self.stages_of[pool.index()];
        let waiting: u64 = stages.iter().map(|s| self.lines[s.index()].waiting).sum();
        let load = waiting as f64 / f64::from(self.pools[pool.index()].filled().max(1));
        1.0 + burnout.sensitivity * (load / burnout.above - 1.0).max(0.0)
    }
}
