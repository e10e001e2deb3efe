//! A pool while running: who holds which post, who is on shift, who is free, who leaves after the task in hand.

use super::free_set::FreeSet;
use super::observer::PoolLevel;
use super::preempt::Interruptible;
use crate::units::{Duration, Time};

/// What a member does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Doing {
    /// Nothing; on shift, it may take a task.
    Idle,
    /// The task with this index.
    Task(u32),
    /// The task with this index, and leaves when it ends.
    LastTask(u32),
    /// Nobody holds the post.
    Gone,
}

/// The holder of a post, whose number is the post's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    pub(crate) doing: Doing,
    /// Shift of the rota.
    pub(crate) group: u8,
    /// Works on after the shift's end.
    pub(crate) overtime: bool,
    /// Away for a time.
    pub(crate) absent: bool,
    /// Has reached the exposure cap.
    pub(crate) capped: bool,
    /// Which holder of the post, from 0.
    pub(crate) holder: u32,
    /// When it came.
    pub(crate) came: Time,
    /// Until when it is in training.
    pub(crate) learns_until: Time,
    /// What it lacks of a trained member, in thousandths.
    pub(crate) lack: u32,
    /// How often it was away.
    pub(crate) absences: u32,
    /// When it is away next, or back.
    pub(crate) next_switch: Time,
    /// Effort on exposing stages since the day's first shift start.
    pub(crate) exposed: Duration,
    /// The day from whose first shift start that counts.
    pub(crate) exposed_day: i64,
}

impl Member {
    fn new(group: u8, holder: u32, came: Time) -> Member {
        Member {
            doing: Doing::Idle,
            group,
            overtime: false,
            absent: false,
            capped: false,
            holder,
            came,
            learns_until: came,
            lack: 0,
            absences: 0,
            next_switch: Time::NEVER,
            exposed: Duration::ZERO,
            exposed_day: i64::MIN,
        }
    }

    /// The task in hand.
    pub(crate) fn task(&self) -> Option<u32> {
        match self.doing {
            Doing::Task(task) | Doing::LastTask(task) => Some(task),
            Doing::Idle | Doing::Gone => None,
        }
    }
}

/// One shift of a rota.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// Holders of posts.
    members: u32,
    /// With a task and not away.
    busy: u32,
    absent: u32,
    /// What those who are not away lack in training, in thousandths of a member.
    lack: u32,
    free: FreeSet,
    /// Of these, those below the exposure cap; kept where the pool has one.
    clear: FreeSet,
    /// Tasks that urgent cases may interrupt.
    pub(crate) interruptible: Interruptible,
    pub(crate) on: bool,
}

impl Group {
    /// Puts an idle member among the free ones, or takes it out; `clear`: and among those below the cap.
    #[inline]
    fn set_idle(&mut self, member: u32, idle: bool, clear: bool) {
        let put = |set: &mut FreeSet| if idle { set.insert(member) } else { set.remove(member) };
        put(&mut self.free);
        if clear {
            put(&mut self.clear);
        }
    }
}

/// A post that nobody holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vacancy {
    pub(crate) post: u32,
    /// When it is filled, if ever.
    pub(crate) until: Option<Time>,
}

/// A pool while running.
#[derive(Debug)]
pub(crate) struct PoolState {
    /// By post; posts that were taken away stay in the table.
    pub(crate) members: Vec<Member>,
    pub(crate) groups: Vec<Group>,
    pub(crate) vacancies: Vec<Vacancy>,
    posts: u32,
    filled: u32,
    /// Members who go after the task in hand.
    leaving: u32,
    overtime: u32,
    /// Whether exposure is counted.
    exposure: bool,
}

impl PoolState {
    /// Posts of which some are filled, everybody present and idle, no shift begun but those without hours.
    pub(crate) fn new(posts: u32, filled: u32, shares: &[f64], always: &[bool], exposure: bool) -> PoolState {
        let groups = always.iter().map(|&on| Group { on, ..Group::default() }).collect();
        let (members, vacancies) = (vec![], vec![]);
        let mut pool =
            PoolState { members, groups, vacancies, posts, filled: 0, leaving: 0, overtime: 0, exposure };
        for _ in 0..filled {
            let post = pool.add_post();
            pool.fill(post, shares, Time::ZERO);
        }
        for _ in filled..posts {
            let post = pool.add_post();
            pool.vacancies.push(Vacancy { post, until: None });
        }
        pool
    }

    /// What an observer is told.
    #[inline]
    pub(crate) fn level(&self) -> PoolLevel {
        let (posts, filled, overtime) = (self.posts, self.filled, self.overtime);
        let mut level = PoolLevel { posts, filled, overtime, ..PoolLevel::default() };
        for group in self.groups.iter().filter(|g| g.on) {
            level.on_shift += group.members - group.absent;
            level.busy += group.busy;
            level.absent += group.absent;
            level.learning += group.lack;
            level.capped += if self.exposure { group.free.len() - group.clear.len() } else { 0 };
        }
        level
    }

    /// Filled posts.
    pub(crate) fn filled(&self) -> u32 {
        self.filled
    }

    /// Members on shift without a task; for exposing work those below the cap.
    pub(crate) fn free(&self, exposing: bool) -> u32 {
        let of = |group: &Group| if group.on { self.set(group, exposing).len() } else { 0 };
        // Most pools have one shift only.
        if let [group] = &self.groups[..] { of(group) } else { self.groups.iter().map(of).sum() }
    }

    /// The lowest number among them, but for one.
    #[inline]
    pub(crate) fn first_free(&self, exposing: bool, except: Option<u32>) -> Option<u32> {
        let on = self.groups.iter().filter(|g| g.on).map(|g| self.set(g, exposing));
        let lowest = |set: &FreeSet| match (set.first(), except) {
            (first, Some(except)) if first == Some(except) => set.after(except),
            (first, _) => first,
        };
        on.filter_map(lowest).min()
    }

    /// Whether this member is among them.
    pub(crate) fn is_free(&self, member: u32, exposing: bool) -> bool {
        let m = &self.members[member as usize];
        let kept = exposing && self.exposure && m.capped;
        m.doing == Doing::Idle && !m.absent && !kept && self.groups[usize::from(m.group)].on
    }

    fn set<'g>(&self, group: &'g Group, exposing: bool) -> &'g FreeSet {
        if exposing && self.exposure { &group.clear } else { &group.free }
    }

    /// A free member takes a task.
    #[inline]
    pub(crate) fn seize(&mut self, member: u32, task: u32) {
        let m = &mut self.members[member as usize];
        m.doing = Doing::Task(task);
        let group = &mut self.groups[usize::from(m.group)];
        group.busy += 1;
        group.set_idle(member, false, self.exposure && !m.capped);
    }

    /// A member's task is over; whoever was to leave leaves. Whether it is gone.
    #[inline]
    pub(crate) fn release(&mut self, member: u32) -> bool {
        let m = &mut self.members[member as usize];
        let group = &mut self.groups[usize::from(m.group)];
        group.busy -= u32::from(!m.absent);
        self.overtime -= u32::from(m.overtime);
        m.overtime = false;
        let last = matches!(m.doing, Doing::LastTask(_));
        m.doing = Doing::Idle;
        if last {
            self.leaving -= 1;
            self.remove(member);
        } else if !m.absent {
            group.set_idle(member, true, self.exposure && !m.capped);
        }
        last
    }

    /// Puts an idle member among the free ones, or takes it out.
    fn set_idle(&mut self, member: u32, idle: bool) {
        let m = &self.members[member as usize];
        self.groups[usize::from(m.group)].set_idle(member, idle, self.exposure && !m.capped);
    }

    /// A member goes away for a time, or is back.
    pub(crate) fn set_absent(&mut self, member: u32, absent: bool) {
        let m = self.members[member as usize];
        if m.absent == absent {
            return;
        }
        if m.doing == Doing::Idle && absent {
            self.set_idle(member, false);
        }
        self.members[member as usize].absent = absent;
        if m.doing == Doing::Idle && !absent {
            self.set_idle(member, true);
        }
        let (sign, busy) = (if absent { 1 } else { -1 }, i64::from(m.task().is_some()));
        let group = &mut self.groups[usize::from(m.group)];
        group.absent = group.absent.wrapping_add_signed(sign);
        group.busy = (i64::from(group.busy) - i64::from(sign) * busy) as u32;
        group.lack = (i64::from(group.lack) - i64::from(sign) * i64::from(m.lack)) as u32;
    }

    /// A member reaches the exposure cap, or a new day begins.
    pub(crate) fn set_capped(&mut self, member: u32, capped: bool) {
        let m = self.members[member as usize];
        if m.capped == capped {
            return;
        }
        self.members[member as usize].capped = capped;
        if self.exposure && m.doing == Doing::Idle && !m.absent {
            let clear = &mut self.groups[usize::from(m.group)].clear;
            if capped { clear.remove(member) } else { clear.insert(member) }
        }
    }

    /// What a member lacks of a trained one, in thousandths.
    pub(crate) fn set_lack(&mut self, member: u32, lack: u32) {
        let m = &mut self.members[member as usize];
        let before = std::mem::replace(&mut m.lack, lack);
        if !m.absent && m.doing != Doing::Gone {
            let group = &mut self.groups[usize::from(m.group)];
            group.lack = group.lack + lack - before;
        }
    }

    /// The tasks of members of a shift.
    pub(crate) fn tasks_of(&self, group: usize) -> impl Iterator<Item = (u32, u32)> + '_ {
        let members = self.members.iter().enumerate().filter(move |(_, m)| usize::from(m.group) == group);
        members.filter_map(|(n, m)| Some((n as u32, m.task()?)))
    }

    /// Holders of posts in a shift, by number.
    pub(crate) fn holders(&self, group: Option<usize>) -> impl Iterator<Item = u32> + '_ {
        let here = move |m: &Member| group.is_none_or(|g| usize::from(m.group) == g);
        let members = self.members.iter().enumerate();
        members.filter(move |(_, m)| m.doing != Doing::Gone && here(m)).map(|(n, _)| n as u32)
    }

    /// A busy member goes on after the shift, or is back on shift.
    pub(crate) fn set_overtime(&mut self, member: u32, overtime: bool) {
        let m = &mut self.members[member as usize];
        self.overtime = self.overtime + u32::from(overtime) - u32::from(m.overtime);
        m.overtime = overtime;
    }

    /// The number of posts becomes another. Fewer: vacant ones go first, then the last hired or, without `last_hired`,
    /// nobody has to go. More: those who were to go stay; the posts that are new are returned, to be filled.
    pub(crate) fn resize(&mut self, posts: u32, last_hired: bool) -> Vec<u32> {
        let cut = self.posts.saturating_sub(posts);
        self.posts = posts;
        for _ in 0..cut.min(self.vacancies.len() as u32) {
            let last =
                (0..self.vacancies.len()).max_by_key(|&v| self.vacancies[v].until.unwrap_or(Time::NEVER));
            last.map(|v| self.vacancies.remove(v));
        }
        if cut > 0 && last_hired {
            let excess = (self.staying() + self.vacancies.len() as u32).saturating_sub(posts);
            for _ in 0..excess {
                self.dismiss_last();
            }
        }
        let lacking = posts.saturating_sub(self.staying() + self.vacancies.len() as u32);
        if cut > 0 { vec![] } else { (0..lacking).map(|_| self.add_post()).collect() }
    }

    /// Spreads the members over the shifts anew, in the order of their numbers; says who changed.
    pub(crate) fn reshare(&mut self, shares: &[f64]) -> Vec<u32> {
        for group in &mut self.groups {
            *group = Group { on: group.on, ..Group::default() };
        }
        let mut moved = vec![];
        for n in 0..self.members.len() as u32 {
            let Member { doing, group: old, absent, lack, .. } = self.members[n as usize];
            if doing == Doing::Gone {
                continue;
            }
            let new = self.neediest(shares);
            self.members[n as usize].group = new;
            let group = &mut self.groups[usize::from(new)];
            group.members += 1;
            group.absent += u32::from(absent);
            group.busy += u32::from(doing != Doing::Idle && !absent);
            group.lack += if absent { 0 } else { lack };
            if doing == Doing::Idle && !absent {
                self.set_idle(n, true);
            }
            if new != old {
                moved.push(n);
            }
        }
        moved
    }

    /// Members who have not been told to go.
    fn staying(&self) -> u32 {
        self.filled - self.leaving
    }

    fn add_post(&mut self) -> u32 {
        self.members.push(Member { doing: Doing::Gone, ..Member::new(0, 0, Time::ZERO) });
        self.members.len() as u32 - 1
    }

    /// Somebody takes a post that nobody holds.
    pub(crate) fn fill(&mut self, post: u32, shares: &[f64], now: Time) {
        let group = self.neediest(shares);
        let holder = self.members[post as usize].holder;
        self.members[post as usize] = Member::new(group, holder, now);
        self.groups[usize::from(group)].members += 1;
        self.filled += 1;
        self.set_idle(post, true);
    }

    /// A member without a task leaves for good. Its post is vacant from now on, unless there are too many.
    pub(crate) fn leave(&mut self, member: u32) -> bool {
        self.remove(member);
        let vacant = self.staying() + (self.vacancies.len() as u32) < self.posts;
        if vacant {
            self.vacancies.push(Vacancy { post: member, until: None });
        }
        vacant
    }

    fn remove(&mut self, member: u32) {
        let m = self.members[member as usize];
        let group = &mut self.groups[usize::from(m.group)];
        group.members -= 1;
        if m.absent {
            group.absent -= 1;
        } else {
            group.lack -= m.lack;
        }
        let was_free = !m.absent && group.free.contains(member);
        if was_free {
            self.set_idle(member, false);
        }
        let m = &mut self.members[member as usize];
        (m.doing, m.absent, m.next_switch) = (Doing::Gone, false, Time::NEVER);
        m.holder += 1;
        self.filled -= 1;
    }

    /// The shift that is furthest below its share; the first of equals. Nobody who is there has to change shifts when
    /// somebody joins.
    fn neediest(&self, shares: &[f64]) -> u8 {
        let present: u32 = self.groups.iter().map(|g| g.members).sum();
        let lack = |g: usize| shares[g] * f64::from(present + 1) - f64::from(self.groups[g].members);
        (1..shares.len()).fold(0, |best, g| if lack(g) > lack(best) + 1e-9 { g } else { best }) as u8
    }

    /// The last to come goes: at once if idle, else after the task in hand.
    fn dismiss_last(&mut self) {
        let staying = |m: &Member| matches!(m.doing, Doing::Idle | Doing::Task(_));
        let members = self.members.iter().enumerate().filter(|(_, m)| staying(m));
        let Some((number, _)) = members.max_by_key(|(n, m)| (m.came, *n)) else { return };
        let member = &mut self.members[number];
        if let Doing::Task(task) = member.doing {
            member.doing = Doing::LastTask(task);
            self.leaving += 1;
            return;
        }
        self.remove(number as u32);
    }
}

#[cfg(test)]
mod tests;
