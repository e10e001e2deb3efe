//! The queue of one stage: who is first, in any order, with leaving from the middle.
//!
//! Cases stand in one lane for each observed class, so that the first one of a class can be found without looking at
//! the others. A lane is a ring of cases in order; a case that has to go between them (work handed over, an initial
//! case, an order that is not by joining) stands in a [`Ladder`] beside it, and the first of the lane is the smaller of
//! the two heads. A case that leaves from the middle is only marked by its own state: its entry is dropped when it comes
//! to the front, and all dead entries are swept when they are more than half, so each costs a constant.

use std::collections::VecDeque;

use super::ladder::{Item, Ladder};
use super::marks::Marks;

/// A place in the queue: the smallest is first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Place {
    /// What the order says: smaller is more urgent.
    pub(crate) key: i64,
    /// When it joined (milliseconds), or the negative of it where the last to join is first.
    pub(crate) joined: i64,
    /// Number of the case in the order of arrival, and of its job.
    pub(crate) rank: u64,
    /// Where the case is kept.
    pub(crate) slot: u32,
    /// Which of its waits this is: an entry of an earlier one is dead.
    pub(crate) ticket: u32,
}

impl Item for Place {
    #[inline]
    fn position(&self) -> i64 {
        self.key
    }
}

/// One observed class.
#[derive(Debug, Default)]
struct Lane {
    ring: VecDeque<Place>,
    strays: Ladder<Place>,
    /// Cases that wait.
    live: usize,
}

impl Lane {
    fn insert(&mut self, place: Place) {
        if self.ring.back().is_none_or(|last| *last <= place) {
            self.ring.push_back(place);
        } else if self.ring.front().is_some_and(|first| place <= *first) {
            self.ring.push_front(place);
        } else {
            self.strays.push(place);
        }
    }

    fn head(&self) -> Option<Place> {
        match (self.ring.front(), self.strays.first()) {
            (Some(a), Some(b)) => Some(*a.min(b)),
            (a, b) => a.or(b).copied(),
        }
    }

    fn drop_head(&mut self) {
        let from_ring = match (self.ring.front(), self.strays.first()) {
            (Some(a), Some(b)) => a <= b,
            (a, _) => a.is_some(),
        };
        if from_ring {
            self.ring.pop_front();
        } else {
            self.strays.pop();
        }
    }

    fn sweep(&mut self, alive: &impl Fn(&Place) -> bool) {
        self.ring.retain(alive);
        self.strays.retain(alive);
    }
}

/// The waiting cases of one stage.
#[derive(Debug)]
pub(crate) struct StageQueue {
    lanes: Vec<Lane>,
    /// Classes of which any wait.
    present: Marks,
    /// Cases that wait.
    live: usize,
    /// Entries of cases that have left from the middle.
    dead: usize,
}

impl StageQueue {
    /// An empty queue for this many observed classes.
    pub(crate) fn new(classes: usize) -> StageQueue {
        let lanes = (0..classes).map(|_| Lane::default()).collect();
        StageQueue { lanes, present: Marks::default(), live: 0, dead: 0 }
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.live
    }

    /// How many of a class wait.
    pub(crate) fn len_of(&self, class: usize) -> usize {
        self.lanes[class].live
    }

    /// The classes of which any wait.
    pub(crate) fn present(&self) -> &Marks {
        &self.present
    }

    /// A case joins.
    pub(crate) fn insert(&mut self, class: usize, place: Place) {
        let lane = &mut self.lanes[class];
        lane.insert(place);
        if lane.live == 0 {
            self.present.set(class);
        }
        lane.live += 1;
        self.live += 1;
    }

    /// One of a class waits no more.
    fn count_out(&mut self, class: usize) {
        let lane = &mut self.lanes[class];
        lane.live -= 1;
        if lane.live == 0 {
            self.present.unset(class);
        }
        self.live -= 1;
    }

    /// The first live case of a class, without taking it.
    pub(crate) fn head(&mut self, class: usize, alive: &impl Fn(&Place) -> bool) -> Option<Place> {
        let lane = &mut self.lanes[class];
        while let Some(place) = lane.head() {
            if alive(&place) {
                return Some(place);
            }
            lane.drop_head();
            self.dead -= 1;
        }
        None
    }

    /// Takes the case that [`head`](Self::head) has just named.
    pub(crate) fn take_head(&mut self, class: usize) {
        self.lanes[class].drop_head();
        self.count_out(class);
    }

    /// A case left from the middle: its own state says so already, and `alive` knows.
    pub(crate) fn leave(&mut self, class: usize, alive: &impl Fn(&Place) -> bool) {
        self.count_out(class);
        self.dead += 1;
        if self.dead > self.live + 64 {
            for lane in &mut self.lanes {
                lane.sweep(alive);
            }
            self.dead = 0;
        }
    }

    /// Takes everybody out: the classes and places of those who wait.
    pub(crate) fn drain(&mut self, alive: &impl Fn(&Place) -> bool) -> Vec<(usize, Place)> {
        let mut all = vec![];
        for (class, lane) in self.lanes.iter_mut().enumerate() {
            lane.sweep(alive);
            all.extend(lane.ring.drain(..).chain(lane.strays.drain()).map(|p| (class, p)));
            lane.live = 0;
        }
        self.present.clear();
        (self.live, self.dead) = (0, 0);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    fn place(key: i64, joined: i64, number: u64) -> Place {
        Place { key, joined, rank: number, slot: number as u32, ticket: 0 }
    }

    fn drain(queue: &mut StageQueue, class: usize) -> Vec<u64> {
        let mut order = vec![];
        while let Some(p) = queue.head(class, &|_| true) {
            queue.take_head(class);
            order.push(p.rank);
        }
        order
    }

    #[test]
    fn smallest_key_then_joining_then_arrival() {
        let mut q = StageQueue::new(1);
        for p in [place(1, 5, 3), place(0, 9, 4), place(1, 4, 5), place(1, 5, 2), place(0, 9, 1)] {
            q.insert(0, p);
        }
        assert_eq!(drain(&mut q, 0), [1, 4, 5, 2, 3]);
        assert_eq!(q.len(), 0);
    }

    #[test]
    fn who_leaves_from_the_middle_is_never_seen_again() {
        let gone = RefCell::new(BTreeSet::new());
        let alive = |p: &Place| !gone.borrow().contains(&p.rank);
        let mut q = StageQueue::new(1);
        for n in 0..1000 {
            q.insert(0, place(0, n, n as u64));
        }
        for n in (0..1000).filter(|n| n % 10 != 7) {
            gone.borrow_mut().insert(n);
            q.leave(0, &alive);
        }
        assert_eq!(q.len(), 100);
        let mut order = vec![];
        while let Some(p) = q.head(0, &alive) {
            q.take_head(0);
            order.push(p.rank);
        }
        assert_eq!(order, (0..1000).filter(|n| n % 10 == 7).collect::<Vec<_>>());
    }

    #[test]
    fn any_mixture_agrees_with_a_sorted_set() {
        let mut q = StageQueue::new(1);
        let mut shadow = BTreeSet::new();
        let mut state = 7_u64;
        for n in 0..100_000_u64 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
            let draw = (state >> 33) as i64;
            if draw % 9 < 5 {
                let p = place(draw % 13, draw % 101, n);
                q.insert(0, p);
                shadow.insert(p);
            } else {
                let expected = shadow.pop_first();
                assert_eq!(q.head(0, &|_| true), expected);
                if expected.is_some() {
                    q.take_head(0);
                }
            }
            assert_eq!(q.len(), shadow.len());
        }
    }

    #[test]
    fn a_new_order_turns_the_queue_round() {
        let mut q = StageQueue::new(1);
        for n in 0..5 {
            q.insert(0, place(0, n, n as u64));
        }
        let all = q.drain(&|p| p.rank != 2);
        assert_eq!((all.len(), q.len(), q.len_of(0)), (4, 0, 0));
        for (class, p) in all {
            q.insert(class, Place { joined: -p.joined, ..p });
        }
        assert_eq!(drain(&mut q, 0), [4, 3, 1, 0]);
    }
}
