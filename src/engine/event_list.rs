//! The list of pending events: what comes next, and who goes first at equal times.
//!
//! Events are ordered by time, then by [`Rank`], then by place (stage, pool or source), then by case in the order of
//! arrival. The order is total over all events that can be pending together, so a run never depends on how the list
//! works inside. Scheduling and taking cost a logarithm (base four) of few pending events, and hardly more of many. There
//! is no cancelling: an event says which moment it was scheduled for, and whoever takes it asks whether it still holds.

use std::cmp::Ordering;

use super::ladder::{Item, Ladder};
use crate::units::Time;

/// Who goes first at equal times, and why (docs/model.md, section 1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Rank {
    /// At the horizon the sample precedes every other event: nothing at the horizon belongs to the run.
    Horizon,
    /// A dated change comes first: what happens at its moment happens under it.
    Change,
    /// Shift before work: at 17:00 the work is done, but nobody starts a new task.
    ShiftEnd,
    /// A member leaves for good.
    Leaving,
    /// A member becomes absent.
    Absence,
    /// A member reaches the exposure cap in the middle of a task.
    Exposed,
    /// A vacancy is filled: after those who leave, so that a post is free again.
    Hiring,
    /// A member in training can do more from now on.
    Learning,
    /// A member is back from an absence.
    Return,
    /// After the shift ends, so that a member who goes from one shift to the next is on shift.
    ShiftStart,
    /// A window for starting opens with the shift.
    StartWindow,
    /// Exposure of members without hours begins anew at midnight.
    Midnight,
    /// Completions and ended delays, before lapses: work that ends in time has ended in time.
    Finish,
    /// A slot comes after completions: a load that arrives at 16:00 catches the 16:00 van.
    Slot,
    /// Evidence lapses before patience ends: the outcome says why.
    Lapse,
    /// Patience ends after members came on shift: a case whose examiner arrives in that moment is served.
    Patience,
    /// A parked case comes back after its time.
    Release,
    /// Tips of a source's steady stream, or of a recorded one.
    Arrival,
    /// A mass report begins.
    Burst,
    /// The next tip of a mass report.
    BurstTip,
    /// A subject who was not stopped causes a further tip.
    Repeat,
    /// The load of the week tells on those who bear it.
    Weekly,
    /// Samples see everything that happened at their moment.
    Sample,
}

const RANKS: [Rank; 23] = [
    Rank::Horizon,
    Rank::Change,
    Rank::ShiftEnd,
    Rank::Leaving,
    Rank::Absence,
    Rank::Exposed,
    Rank::Hiring,
    Rank::Learning,
    Rank::Return,
    Rank::ShiftStart,
    Rank::StartWindow,
    Rank::Midnight,
    Rank::Finish,
    Rank::Slot,
    Rank::Lapse,
    Rank::Patience,
    Rank::Release,
    Rank::Arrival,
    Rank::Burst,
    Rank::BurstTip,
    Rank::Repeat,
    Rank::Weekly,
    Rank::Sample,
];

/// A pending happening.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// When.
    pub time: Time,
    /// Rank, place and case number, packed in the order of precedence.
    order: u64,
    /// Which job of the case, 0 for a whole one: decides last.
    pub job: u32,
    /// Which: a case's slot, or an index that the rank explains.
    pub index: u32,
}

const PLACE_SHIFT: u32 = 40;
const RANK_SHIFT: u32 = 56;

impl Event {
    /// An event about a case or a thing with a number: `number` decides last.
    pub fn new(time: Time, rank: Rank, place: u16, number: u64, index: u32) -> Event {
        debug_assert!(number < 1 << PLACE_SHIFT, "a run never has 2^40 cases");
        let order = (rank as u64) << RANK_SHIFT | u64::from(place) << PLACE_SHIFT | number;
        Event { time, order, job: 0, index }
    }

    /// The same about one of the case's jobs.
    #[must_use]
    pub fn of_job(self, job: u32) -> Event {
        Event { job, ..self }
    }

    /// What kind of event it is.
    pub fn rank(self) -> Rank {
        RANKS[(self.order >> RANK_SHIFT) as usize]
    }

    /// The stage, pool or source it belongs to.
    pub fn place(self) -> u16 {
        (self.order >> PLACE_SHIFT) as u16
    }

    /// The case's number.
    pub fn number(self) -> u64 {
        self.order & ((1 << PLACE_SHIFT) - 1)
    }

    /// Time and order in one number.
    #[inline]
    fn key(&self) -> i128 {
        i128::from(self.time.0) << 64 | i128::from(self.order)
    }
}

/// Pending events.
#[derive(Debug, Default)]
pub struct EventList {
    list: Ladder<Event>,
}

impl Item for Event {
    #[inline]
    fn position(&self) -> i64 {
        self.time.0
    }
}

/// No two pending events are equal in this.
impl Ord for Event {
    #[inline]
    fn cmp(&self, other: &Event) -> Ordering {
        self.key().cmp(&other.key()).then(self.job.cmp(&other.job))
    }
}

impl PartialOrd for Event {
    #[inline]
    fn partial_cmp(&self, other: &Event) -> Option<Ordering> {
        Some(self.cmp(other))
    }

    // Most questions are this one, which needs no three answers.
    #[inline]
    fn lt(&self, other: &Event) -> bool {
        let (mine, theirs) = (self.key(), other.key());
        mine < theirs || (mine == theirs && self.job < other.job)
    }
}

impl EventList {
    /// Adds an event. One that can never happen is forgotten at once.
    #[expect(
        clippy::inline_always,
        reason = "as of the ladder: an event goes from where it is made to where it waits"
    )]
    #[inline(always)]
    pub fn schedule(&mut self, event: Event) {
        if event.time < Time::NEVER {
            self.list.push(event);
        }
    }

    /// The next event, without taking it.
    #[inline]
    pub fn peek(&self) -> Option<&Event> {
        self.list.first()
    }

    /// Whether others stand near than when this was last asked, of so many that not all do.
    #[inline]
    pub(super) fn news(&mut self) -> bool {
        self.list.news()
    }

    /// Those that stand near, in no order.
    pub(super) fn near(&self) -> &[Event] {
        self.list.near()
    }

    /// Takes the next event.
    #[inline]
    pub fn take_next(&mut self) -> Option<Event> {
        self.list.pop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_survive_packing() {
        for (position, rank) in RANKS.into_iter().enumerate() {
            assert_eq!(rank as usize, position);
            let e = Event::new(Time(7), rank, 65_535, (1 << 40) - 1, 9);
            assert_eq!((e.rank(), e.place(), e.number(), e.index), (rank, 65_535, (1 << 40) - 1, 9));
        }
    }

    #[test]
    fn equal_times_go_by_rank_then_place_then_case() {
        let mut list = EventList::default();
        let t = Time(5);
        let order = [
            Event::new(Time(4), Rank::Sample, 9, 9, 0),
            Event::new(t, Rank::ShiftEnd, 3, 9, 1),
            Event::new(t, Rank::Finish, 0, 8, 2),
            Event::new(t, Rank::Finish, 1, 2, 3),
            Event::new(t, Rank::Finish, 1, 3, 4),
            Event::new(t, Rank::Finish, 1, 3, 3).of_job(2),
            Event::new(t, Rank::Arrival, 0, 0, 5),
        ];
        for e in order.iter().rev() {
            list.schedule(*e);
        }
        for e in order {
            assert_eq!(list.take_next(), Some(e));
        }
        assert_eq!(list.take_next(), None);
    }

    /// Lists that grow and shrink again, with events at equal times, soon, and very late.
    #[test]
    fn a_long_mixed_run_agrees_with_a_sorted_map() {
        for (growth, latest) in [(3, 0), (3, 7), (2, 20), (3, 40)] {
            let mut list = EventList::default();
            let mut shadow = std::collections::BTreeMap::new();
            let (mut state, mut now) = (42_u64, 0_i64);
            for n in 0..120_000_u64 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let draw = state >> 33;
                let pushes = if n % 40_000 < 20_000 { growth } else { 5 - growth };
                if draw % 5 < pushes {
                    let reach = 1 << ((draw >> 8) % (latest + 1));
                    let time = Time(now + (state % (97 * reach)) as i64);
                    let e = Event::new(time, Rank::Finish, (draw % 3) as u16, n, n as u32);
                    list.schedule(e);
                    shadow.insert((e.time, e.order), e);
                } else {
                    let expected = shadow.pop_first().map(|(_, e)| e);
                    assert_eq!(list.peek().copied(), expected);
                    assert_eq!(list.take_next(), expected);
                    now = expected.map_or(now, |e| e.time.0);
                }
            }
            while let Some((_, expected)) = shadow.pop_first() {
                assert_eq!(list.take_next(), Some(expected));
            }
            assert_eq!((list.take_next(), list.peek()), (None, None));
        }
    }

    #[test]
    fn what_never_happens_is_not_kept() {
        let mut list = EventList::default();
        list.schedule(Event::new(Time::NEVER, Rank::Lapse, 0, 0, 0));
        assert_eq!(list.take_next(), None);
    }
}
