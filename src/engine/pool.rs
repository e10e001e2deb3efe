//! A pool while running: who is on shift, who is free, who leaves after the task in hand.

use super::observer::PoolLevel;
use crate::model::PoolParams;

/// Numbers in a set, with the lowest one found in a few steps however large the pool is: a tree of 64-bit words in
/// which a bit says that the word below is not empty.
#[derive(Debug, Default)]
pub(crate) struct FreeSet {
    levels: Vec<Vec<u64>>,
    len: u32,
}

impl FreeSet {
    /// How many are in.
    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    /// Puts a number in that is not in.
    pub(crate) fn insert(&mut self, number: u32) {
        self.grow(number as usize / 64 + 1);
        let mut i = number as usize;
        for level in &mut self.levels {
            level[i / 64] |= 1 << (i % 64);
            i /= 64;
        }
        self.len += 1;
    }

    /// Takes a number out that is in.
    pub(crate) fn remove(&mut self, number: u32) {
        let mut i = number as usize;
        for level in &mut self.levels {
            level[i / 64] &= !(1 << (i % 64));
            if level[i / 64] != 0 {
                break;
            }
            i /= 64;
        }
        self.len -= 1;
    }

    /// The lowest number.
    pub(crate) fn first(&self) -> Option<u32> {
        if self.len == 0 {
            return None;
        }
        let mut i = 0_usize;
        for level in self.levels.iter().rev() {
            i = i * 64 + level[i].trailing_zeros() as usize;
        }
        Some(i as u32)
    }

    /// Makes room for `words` words on the lowest level.
    fn grow(&mut self, words: usize) {
        if self.levels.first().is_some_and(|l| l.len() >= words) {
            return;
        }
        let mut lowest = self.levels.first().cloned().unwrap_or_default();
        lowest.resize(words.next_power_of_two(), 0);
        self.levels = vec![lowest];
        while self.levels[self.levels.len() - 1].len() > 1 {
            let below = &self.levels[self.levels.len() - 1];
            let mut level = vec![0_u64; below.len().div_ceil(64)];
            for (i, _) in below.iter().enumerate().filter(|(_, word)| **word != 0) {
                level[i / 64] |= 1 << (i % 64);
            }
            self.levels.push(level);
        }
    }
}

/// What a member does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Doing {
    /// Nothing; on shift, it may take a task.
    Idle,
    /// The task with this index.
    Task(u32),
    /// The task with this index, and leaves when it ends.
    LastTask(u32),
    /// Has left.
    Gone,
}

/// One holder of a post.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    pub(crate) doing: Doing,
    /// Shift of the rota.
    pub(crate) group: u8,
    /// Works on after the shift's end.
    pub(crate) overtime: bool,
}

/// One shift of a rota.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// Members present, free or not.
    members: u32,
    busy: u32,
    free: FreeSet,
    pub(crate) on: bool,
}

/// A pool while running.
#[derive(Debug)]
pub(crate) struct PoolState {
    pub(crate) members: Vec<Member>,
    pub(crate) groups: Vec<Group>,
    /// Posts.
    posts: u32,
    /// Filled posts.
    filled: u32,
    /// Posts that stand empty.
    vacant: u32,
    /// Members who go after the task in hand.
    leaving: u32,
    overtime: u32,
}

impl PoolState {
    /// Everybody present and idle, no shift begun but those without hours.
    pub(crate) fn new(params: &PoolParams, always: &[bool]) -> PoolState {
        let groups = always.iter().map(|&on| Group { on, ..Group::default() }).collect();
        let mut pool = PoolState {
            members: vec![],
            groups,
            posts: params.headcount,
            filled: 0,
            vacant: 0,
            leaving: 0,
            overtime: 0,
        };
        pool.vacant = params.headcount.saturating_sub(params.filled);
        for _ in 0..params.filled {
            pool.hire(&params.shares);
        }
        pool
    }

    /// What an observer is told.
    pub(crate) fn level(&self) -> PoolLevel {
        let on = || self.groups.iter().filter(|g| g.on);
        PoolLevel {
            posts: self.posts,
            filled: self.filled,
            on_shift: on().map(|g| g.members).sum(),
            busy: on().map(|g| g.busy).sum(),
            overtime: self.overtime,
            ..PoolLevel::default()
        }
    }

    /// Members on shift without a task.
    pub(crate) fn free(&self) -> u32 {
        self.groups.iter().filter(|g| g.on).map(|g| g.free.len()).sum()
    }

    /// The lowest number among them.
    pub(crate) fn first_free(&self) -> Option<u32> {
        self.groups.iter().filter(|g| g.on).filter_map(|g| g.free.first()).min()
    }

    /// A free member takes a task.
    pub(crate) fn seize(&mut self, member: u32, task: u32) {
        let m = &mut self.members[member as usize];
        m.doing = Doing::Task(task);
        let group = &mut self.groups[usize::from(m.group)];
        group.free.remove(member);
        group.busy += 1;
    }

    /// A member's task is over; whoever was to leave leaves.
    pub(crate) fn release(&mut self, member: u32) {
        let m = &mut self.members[member as usize];
        let group = &mut self.groups[usize::from(m.group)];
        group.busy -= 1;
        self.overtime -= u32::from(m.overtime);
        m.overtime = false;
        if let Doing::LastTask(_) = m.doing {
            m.doing = Doing::Gone;
            group.members -= 1;
            self.filled -= 1;
            self.leaving -= 1;
        } else {
            m.doing = Doing::Idle;
            group.free.insert(member);
        }
    }

    /// The tasks of members of a shift.
    pub(crate) fn tasks_of(&self, group: usize) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.members.iter().enumerate().filter(move |(_, m)| usize::from(m.group) == group).filter_map(
            |(n, m)| match m.doing {
                Doing::Task(t) | Doing::LastTask(t) => Some((n as u32, t)),
                Doing::Idle | Doing::Gone => None,
            },
        )
    }

    /// A busy member goes on after the shift, or is back on shift.
    pub(crate) fn set_overtime(&mut self, member: u32, overtime: bool) {
        let m = &mut self.members[member as usize];
        self.overtime = self.overtime + u32::from(overtime) - u32::from(m.overtime);
        m.overtime = overtime;
    }

    /// The number of posts becomes another: new ones are filled at once, vacant ones go first, then the last hired.
    /// Without `last_hired` nobody has to go.
    pub(crate) fn resize(&mut self, posts: u32, shares: &[f64], last_hired: bool) {
        if posts >= self.posts {
            self.posts = posts;
            while self.staying() + self.vacant < posts {
                self.hire(shares);
            }
            return;
        }
        let cut = self.posts - posts;
        self.posts = posts;
        self.vacant -= cut.min(self.vacant);
        if last_hired {
            let excess = (self.staying() + self.vacant).saturating_sub(posts);
            for _ in 0..excess {
                self.dismiss_last();
            }
        }
    }

    /// Spreads the members over the shifts anew, in the order of their numbers; says who changed.
    pub(crate) fn reshare(&mut self, shares: &[f64]) -> Vec<u32> {
        for group in &mut self.groups {
            (group.members, group.busy, group.free) = (0, 0, FreeSet::default());
        }
        let mut moved = vec![];
        for n in 0..self.members.len() {
            let Member { doing, group: old, .. } = self.members[n];
            if doing == Doing::Gone {
                continue;
            }
            let new = self.neediest(shares);
            self.members[n].group = new;
            let group = &mut self.groups[usize::from(new)];
            group.members += 1;
            if doing == Doing::Idle {
                group.free.insert(n as u32);
            } else {
                group.busy += 1;
            }
            if new != old {
                moved.push(n as u32);
            }
        }
        moved
    }

    /// Members who have not been told to go.
    fn staying(&self) -> u32 {
        self.filled - self.leaving
    }

    fn hire(&mut self, shares: &[f64]) {
        let number = self.members.len() as u32;
        let group = self.neediest(shares);
        self.members.push(Member { doing: Doing::Idle, group, overtime: false });
        self.groups[usize::from(group)].members += 1;
        self.groups[usize::from(group)].free.insert(number);
        self.filled += 1;
    }

    /// The shift that is furthest below its share; the first of equals. Nobody who is there has to change shifts when
    /// somebody joins.
    fn neediest(&self, shares: &[f64]) -> u8 {
        let present: u32 = self.groups.iter().map(|g| g.members).sum();
        let lack = |g: usize| shares[g] * f64::from(present + 1) - f64::from(self.groups[g].members);
        (1..shares.len()).fold(0, |best, g| if lack(g) > lack(best) + 1e-9 { g } else { best }) as u8
    }

    fn dismiss_last(&mut self) {
        let last = self
            .members
            .iter_mut()
            .enumerate()
            .rev()
            .find(|(_, m)| matches!(m.doing, Doing::Idle | Doing::Task(_)));
        let Some((number, member)) = last else { return };
        if let Doing::Task(task) = member.doing {
            member.doing = Doing::LastTask(task);
            self.leaving += 1;
            return;
        }
        member.doing = Doing::Gone;
        let group = &mut self.groups[usize::from(member.group)];
        group.members -= 1;
        group.free.remove(number as u32);
        self.filled -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(headcount: u32, filled: u32, shares: Vec<f64>) -> PoolParams {
        PoolParams { filled, shares, ..PoolParams::plain(headcount) }
    }

    #[test]
    fn the_lowest_number_is_found_in_a_large_sparse_set() {
        let mut set = FreeSet::default();
        for n in [70_000, 5_000, 64, 4_095] {
            set.insert(n);
        }
        let mut order = vec![];
        while let Some(n) = set.first() {
            set.remove(n);
            order.push(n);
        }
        assert_eq!(order, [64, 4_095, 5_000, 70_000]);
        set.insert(3);
        assert_eq!((set.first(), set.len()), (Some(3), 1));
    }

    #[test]
    fn shifts_fill_evenly_and_nobody_moves_when_one_joins() {
        let mut pool = PoolState::new(&params(4, 4, vec![0.5, 0.25, 0.25]), &[false; 3]);
        let shifts = |p: &PoolState| p.members.iter().map(|m| m.group).collect::<Vec<_>>();
        assert_eq!(shifts(&pool), [0, 1, 2, 0]);
        pool.resize(6, &[0.5, 0.25, 0.25], false);
        assert_eq!(shifts(&pool), [0, 1, 2, 0, 0, 1]);
    }

    #[test]
    fn a_cut_takes_vacant_posts_then_the_last_hired_busy_ones_after_their_task() {
        let mut pool = PoolState::new(&params(5, 4, vec![1.0]), &[true]);
        pool.seize(3, 0);
        pool.resize(2, &[1.0], true);
        assert_eq!((pool.level().posts, pool.level().filled), (2, 3), "member 3 finishes first");
        assert_eq!(pool.members[2].doing, Doing::Gone);
        pool.release(3);
        assert_eq!((pool.level().filled, pool.first_free()), (2, Some(0)));
        pool.resize(3, &[1.0], false);
        assert_eq!((pool.level().filled, pool.members.len()), (3, 5), "a new post is a new member");
    }

    #[test]
    fn without_last_hired_nobody_goes() {
        let mut pool = PoolState::new(&params(3, 3, vec![1.0]), &[true]);
        pool.resize(1, &[1.0], false);
        assert_eq!((pool.level().posts, pool.level().filled), (1, 3));
        pool.resize(3, &[1.0], false);
        assert_eq!(pool.level().filled, 3, "who stayed fills the post again");
    }
}
