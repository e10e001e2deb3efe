//! Everything that waits in front of one stage: for members, for one certain member, for a place in a span, for a slot,
//! or put aside.

use std::collections::{BTreeMap, BTreeSet};

use super::case::Spot;
use super::queue::{Place, StageQueue};
use crate::units::Time;

/// What waits in front of a stage.
#[derive(Debug)]
pub(crate) struct Line {
    /// For members, whoever they are.
    pub(crate) queue: StageQueue,
    /// For the member to whom each is assigned.
    pub(crate) assigned: Assigned,
    /// For a place in the span that the stage opens.
    pub(crate) gate: StageQueue,
    /// For the next slot.
    pub(crate) yard: StageQueue,
    /// Loads that were interrupted, by their first cases.
    pub(crate) formed: StageQueue,
    /// Parked.
    pub(crate) lot: StageQueue,
    /// Since when each waits that may go in a load, the longest first; kept where a partial load goes after a time.
    pub(crate) since: BTreeSet<(Time, u64, u32)>,
    /// The same of those who wait for the next slot.
    pub(crate) unmarked: BTreeSet<(Time, u64, u32)>,
    /// When the next look at the longest wait is due.
    pub(crate) look_at: Option<Time>,
    /// All that wait, parked ones apart.
    pub(crate) waiting: u64,
}

impl Line {
    /// An empty line for this many observed classes.
    pub(crate) fn new(classes: usize) -> Line {
        let queue = || StageQueue::new(classes);
        Line {
            queue: queue(),
            assigned: Assigned::new(classes),
            gate: queue(),
            yard: queue(),
            formed: queue(),
            lot: queue(),
            since: BTreeSet::new(),
            unmarked: BTreeSet::new(),
            look_at: None,
            waiting: 0,
        }
    }

    /// Since when those wait who stand at this spot; none where nobody goes in loads from there.
    pub(crate) fn since_at(&mut self, spot: Spot) -> Option<&mut BTreeSet<(Time, u64, u32)>> {
        match spot {
            Spot::Queue => Some(&mut self.since),
            Spot::Yard => Some(&mut self.unmarked),
            _ => None,
        }
    }

    /// Whether nobody could be served here.
    pub(crate) fn is_empty(&self) -> bool {
        self.queue.len() == 0 && self.formed.len() == 0 && self.assigned.len() == 0
    }
}

/// Cases that wait each for one certain member. The first ones of free members are found without looking at the
/// others; every step costs a logarithm.
#[derive(Debug)]
pub(crate) struct Assigned {
    /// By member and class.
    lanes: BTreeMap<(u32, u16), BTreeSet<Place>>,
    /// By class: the first place in the lane of each free member.
    ready: Vec<BTreeSet<(Place, u32)>>,
    len: usize,
}

impl Assigned {
    fn new(classes: usize) -> Assigned {
        Assigned { lanes: BTreeMap::new(), ready: vec![BTreeSet::new(); classes], len: 0 }
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// A case joins the lane of a member who is free or not.
    pub(crate) fn insert(&mut self, member: u32, class: usize, place: Place, free: bool) {
        let lane = self.lanes.entry((member, class as u16)).or_default();
        let before = lane.first().copied();
        lane.insert(place);
        self.len += 1;
        if free && before.is_none_or(|first| place < first) {
            before.map(|first| self.ready[class].remove(&(first, member)));
            self.ready[class].insert((place, member));
        }
    }

    /// A case leaves the lane of a member who is free or not.
    pub(crate) fn remove(&mut self, member: u32, class: usize, place: Place, free: bool) {
        let key = (member, class as u16);
        let Some(lane) = self.lanes.get_mut(&key) else { return };
        let was_first = lane.first() == Some(&place);
        self.len -= usize::from(lane.remove(&place));
        let next = lane.first().copied();
        if next.is_none() {
            self.lanes.remove(&key);
        }
        if free && was_first {
            self.ready[class].remove(&(place, member));
            next.map(|first| self.ready[class].insert((first, member)));
        }
    }

    /// A member becomes free for this stage, or is no more.
    pub(crate) fn set_free(&mut self, member: u32, free: bool) {
        for (&(_, class), lane) in self.lanes.range((member, 0)..=(member, u16::MAX)) {
            let Some(&first) = lane.first() else { continue };
            if free {
                self.ready[usize::from(class)].insert((first, member));
            } else {
                self.ready[usize::from(class)].remove(&(first, member));
            }
        }
    }

    /// Whether there is any case of a class whose member is free.
    pub(crate) fn has_ready(&self, class: usize) -> bool {
        !self.ready[class].is_empty()
    }

    /// The first case of a class whose member is free and is not `except`.
    pub(crate) fn head(&self, class: usize, except: Option<u32>) -> Option<(Place, u32)> {
        self.ready[class].iter().find(|(_, member)| Some(*member) != except).copied()
    }

    /// The first case of a class in the lane of each member.
    pub(crate) fn firsts(&self, class: usize) -> Vec<Place> {
        let lanes = self.lanes.iter().filter(|((_, c), _)| usize::from(*c) == class);
        lanes.filter_map(|(_, lane)| lane.first().copied()).collect()
    }

    /// Takes everybody out: member, class and place.
    pub(crate) fn drain(&mut self) -> Vec<(u32, usize, Place)> {
        self.ready.iter_mut().for_each(BTreeSet::clear);
        self.len = 0;
        let lanes = std::mem::take(&mut self.lanes);
        let all = lanes.into_iter().flat_map(|((m, c), lane)| lane.into_iter().map(move |p| (m, c, p)));
        all.map(|(m, c, p)| (m, usize::from(c), p)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(joined: i64) -> Place {
        Place { key: 0, joined, rank: joined as u64, slot: joined as u32, ticket: 0 }
    }

    #[test]
    fn only_cases_of_free_members_come_to_the_front() {
        let mut lanes = Assigned::new(1);
        lanes.insert(3, 0, place(1), false);
        lanes.insert(7, 0, place(5), true);
        lanes.insert(7, 0, place(4), true);
        assert_eq!(lanes.head(0, None), Some((place(4), 7)));
        lanes.set_free(3, true);
        assert_eq!(lanes.head(0, None), Some((place(1), 3)));
        assert_eq!(lanes.head(0, Some(3)), Some((place(4), 7)));
        lanes.remove(7, 0, place(4), true);
        lanes.set_free(3, false);
        assert_eq!((lanes.head(0, None), lanes.len()), (Some((place(5), 7)), 2));
        lanes.remove(7, 0, place(5), true);
        assert_eq!((lanes.head(0, None), lanes.drain().len()), (None, 1));
    }
}
