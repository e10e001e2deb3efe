//! The line in front of a stage: lanes in which cases stand in the order of joining, the most urgent lane first.

use std::collections::VecDeque;

use super::super::event_list::{Event, Rank};
use super::cases::Cases;
use super::rules::{lane_of, patience_of};
use crate::model::{ClassId, Model, StageId};
use crate::units::{Duration, Time};

/// A case that waits. Millions may: twelve bytes each, where the whole time would ask for sixteen.
#[derive(Debug, Clone, Copy)]
#[repr(C, packed(4))]
struct Waiting {
    joined: Time,
    slot: u32,
}

/// Cases that go by joining alone.
#[derive(Debug)]
struct Lane {
    queue: VecDeque<Waiting>,
    /// How long each waits.
    patience: Option<Duration>,
    /// How many at the front have been asked for.
    expected: usize,
}

/// So many cases at the front of a long lane are asked for at once.
const AHEAD: usize = 16;
/// The cases of shorter lanes are at hand anyway.
const LONG: usize = 1 << 14;

/// What waits in front of a stage.
#[derive(Debug)]
pub(super) struct Line {
    lanes: Vec<Lane>,
    /// By observed class.
    lane_of: Vec<usize>,
}

impl Line {
    pub(super) fn new(model: &Model, stage: usize) -> Line {
        let observed = 0..model.precedence.len();
        let lane_of: Vec<usize> = observed.clone().map(|class| lane_of(model, stage, class)).collect();
        let lane = |lane: usize| Lane {
            queue: VecDeque::new(),
            patience: observed
                .clone()
                .find(|c| lane_of[*c] == lane)
                .and_then(|c| patience_of(model, stage, c)),
            expected: 0,
        };
        let lanes = lane_of.iter().max().map_or(0, |last| last + 1);
        Line { lanes: (0..lanes).map(lane).collect(), lane_of }
    }

    /// Lanes in which cases wait only for a time.
    pub(super) fn impatient(&self) -> impl Iterator<Item = usize> {
        self.lanes.iter().enumerate().filter(|(_, lane)| lane.patience.is_some()).map(|(number, _)| number)
    }

    /// A case joins now; of those who join at one moment the one that arrived first is first.
    #[inline]
    pub(super) fn join(&mut self, observed: ClassId, now: Time, (slot, number): (u32, u32), cases: &Cases) {
        let queue = &mut self.lanes[self.lane_of[observed.index()]].queue;
        let after = |Waiting { joined, slot }: Waiting| joined == now && cases[slot].number > number;
        let case = Waiting { joined: now, slot };
        if !queue.back().copied().is_some_and(after) {
            return queue.push_back(case);
        }
        let place = queue.iter().rposition(|other| !after(*other)).map_or(0, |place| place + 1);
        queue.insert(place, case);
    }

    /// The first case.
    #[inline]
    pub(super) fn first(&self) -> Option<u32> {
        self.lanes.iter().find_map(|lane| lane.queue.front()).map(|case| case.slot)
    }

    /// Takes the first case out.
    #[inline]
    pub(super) fn take_first(&mut self) -> Option<u32> {
        let lane = self.lanes.iter_mut().find(|lane| !lane.queue.is_empty())?;
        lane.expected = lane.expected.saturating_sub(1);
        lane.queue.pop_front().map(|case| case.slot)
    }

    /// Adds the slots and numbers of those who are next in a long lane, unless they have been asked for. Whether there are
    /// such.
    #[inline]
    pub(super) fn look_ahead(&mut self, cases: &Cases, ahead: &mut Vec<(u32, u64)>) -> bool {
        let Some(lane) = self.lanes.iter_mut().find(|lane| !lane.queue.is_empty()) else { return false };
        let due = lane.expected == 0 && lane.queue.len() >= LONG;
        if due {
            lane.expected = AHEAD;
            let next = lane.queue.iter().take(AHEAD).map(|case| case.slot);
            ahead.extend(next.map(|slot| (slot, u64::from(cases[slot].number))));
        }
        due
    }

    /// Takes out the first case of the lane of a class.
    pub(super) fn take_first_of(&mut self, observed: ClassId) {
        self.lanes[self.lane_of[observed.index()]].queue.pop_front();
    }

    /// The end of the patience of the first of a lane, if that is not after a moment.
    #[inline]
    pub(super) fn first_to_leave(
        &self,
        lane: usize,
        until: Time,
        at: StageId,
        cases: &Cases,
    ) -> Option<Event> {
        let Lane { queue, patience, .. } = &self.lanes[lane];
        let Waiting { joined, slot } = *queue.front()?;
        let end = joined + (*patience)?;
        let event = || Event::new(end, Rank::Patience, at.0, u64::from(cases[slot].number), slot);
        (end <= until).then(event)
    }
}
