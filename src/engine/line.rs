//! Everything that waits in front of one stage: for members, for one certain member, for a place in a span, for a slot,
//! or put aside.

use std::collections::BTreeSet;

use super::case::Spot;
use super::marks::Marks;
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

    /// The least class, from this one on, of which there is somebody who could be served; `owns`: who waits for a certain
    /// member counts.
    #[inline]
    pub(crate) fn next_class(&self, from: usize, owns: bool) -> Option<usize> {
        let (queue, formed) = (self.queue.present(), self.formed.present());
        if owns {
            return Marks::next_in([queue, formed, self.assigned.present()], from);
        }
        Marks::next_in([queue, formed], from)
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
    /// By member, those of nobody first, and class.
    lanes: Vec<Vec<BTreeSet<Place>>>,
    /// Members who are free for this stage.
    free: Marks,
    /// By class: the first place in the lane of each free member.
    ready: Vec<BTreeSet<(Place, u32)>>,
    /// Classes of which there is any.
    present: Marks,
    len: usize,
}

/// The lane of cases whose span has lost all its members: nobody is ever free in it.
pub(super) const NOBODY: u32 = u32::MAX;

/// Where the lanes of a member stand: those of [`NOBODY`] come first.
fn row(member: u32) -> usize {
    member.wrapping_add(1) as usize
}

impl Assigned {
    fn new(classes: usize) -> Assigned {
        let ready = vec![BTreeSet::new(); classes];
        Assigned { lanes: vec![], free: Marks::default(), ready, present: Marks::default(), len: 0 }
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// A case joins the lane of a member.
    pub(crate) fn insert(&mut self, member: u32, class: usize, place: Place) {
        if self.lanes.len() <= row(member) {
            self.lanes.resize(row(member) + 1, vec![]);
        }
        let lanes = &mut self.lanes[row(member)];
        lanes.resize(self.ready.len(), BTreeSet::new());
        let before = lanes[class].first().copied();
        lanes[class].insert(place);
        self.len += 1;
        if self.free.has(row(member)) && before.is_none_or(|first| place < first) {
            if let Some(first) = before {
                self.set_ready(member, class, first, false);
            }
            self.set_ready(member, class, place, true);
        }
    }

    /// A case leaves the lane of a member.
    pub(crate) fn remove(&mut self, member: u32, class: usize, place: Place) {
        let Some(lane) = self.lanes.get_mut(row(member)).and_then(|lanes| lanes.get_mut(class)) else {
            return;
        };
        let free = self.free.has(row(member));
        let was_first = free && lane.first() == Some(&place);
        self.len -= usize::from(lane.remove(&place));
        if was_first {
            let next = lane.first().copied();
            self.set_ready(member, class, place, false);
            if let Some(first) = next {
                self.set_ready(member, class, first, true);
            }
        }
    }

    /// A member becomes free for this stage, or is no more.
    pub(crate) fn set_free(&mut self, member: u32, free: bool) {
        if self.free.has(row(member)) == free {
            return;
        }
        self.free.put(row(member), free);
        for class in 0..self.lanes.get(row(member)).map_or(0, Vec::len) {
            let Some(&first) = self.lanes[row(member)][class].first() else { continue };
            self.set_ready(member, class, first, free);
        }
    }

    /// The first case in a lane of a member can be found, or cannot.
    fn set_ready(&mut self, member: u32, class: usize, first: Place, ready: bool) {
        let set = &mut self.ready[class];
        if ready {
            set.insert((first, member));
        } else {
            set.remove(&(first, member));
        }
        self.present.put(class, !set.is_empty());
    }

    /// The classes of which there is any case whose member is free.
    pub(crate) fn present(&self) -> &Marks {
        &self.present
    }

    /// The first case of a class whose member is free and is not `except`.
    pub(crate) fn head(&self, class: usize, except: Option<u32>) -> Option<(Place, u32)> {
        self.ready[class].iter().find(|(_, member)| Some(*member) != except).copied()
    }

    /// The first case of a class in the lane of each member.
    pub(crate) fn firsts(&self, class: usize) -> impl Iterator<Item = Place> + '_ {
        self.lanes.iter().filter_map(move |lanes| lanes.get(class)?.first().copied())
    }

    /// Takes everybody out: member, class and place.
    pub(crate) fn drain(&mut self) -> Vec<(u32, usize, Place)> {
        self.ready.iter_mut().for_each(BTreeSet::clear);
        self.present.clear();
        self.len = 0;
        let mut all = vec![];
        for (row, lanes) in self.lanes.iter_mut().enumerate() {
            let member = (row as u32).wrapping_sub(1);
            for (class, lane) in lanes.iter_mut().enumerate() {
                all.extend(std::mem::take(lane).into_iter().map(|place| (member, class, place)));
            }
        }
        all
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
        lanes.set_free(7, true);
        lanes.insert(3, 0, place(1));
        lanes.insert(NOBODY, 0, place(0));
        lanes.insert(7, 0, place(5));
        lanes.insert(7, 0, place(4));
        assert_eq!(lanes.head(0, None), Some((place(4), 7)));
        lanes.set_free(3, true);
        assert_eq!(lanes.head(0, None), Some((place(1), 3)));
        assert_eq!(lanes.head(0, Some(3)), Some((place(4), 7)));
        lanes.remove(7, 0, place(4));
        lanes.set_free(3, false);
        assert_eq!((lanes.head(0, None), lanes.len()), (Some((place(5), 7)), 3));
        lanes.remove(7, 0, place(5));
        assert_eq!((lanes.head(0, None), lanes.present().next(0)), (None, None));
        assert_eq!(lanes.firsts(0).collect::<Vec<_>>(), [place(0), place(1)]);
        assert_eq!(lanes.drain(), [(NOBODY, 0, place(0)), (3, 0, place(1))]);
    }
}
