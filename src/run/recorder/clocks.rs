//! The clocks of open cases, one for each milestone: a byte each, and a time only where the case does not know it.

use crate::model::{Milestone, SourceId};
use crate::run::layout::OnArrival;
use crate::units::Time;

use super::cases::{Case, Flags};

/// The clock of one case and one milestone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Clock {
    /// Not asked about, reached, or started outside the window.
    #[default]
    Off,
    /// Its start has not come yet.
    Idle,
    /// It has started.
    Running,
    /// It was reached, of a case of which it is not known yet where it counts.
    Held,
}

/// All clocks. There may be millions of them, most of them started by the arrival.
#[derive(Debug)]
pub(super) struct Clocks {
    /// By source, after them for tips that come from none: the clocks of a case that arrives, one for each milestone, if it
    /// starts them outside the window and if it starts them inside.
    arrivals: Vec<[Vec<Clock>; 2]>,
    /// By milestone, of those whose clocks start after the arrival: their number among these.
    late: Vec<Option<usize>>,
    /// How many these are.
    lates: usize,
    /// By slot, then milestone.
    states: Vec<Clock>,
    /// By slot, then number: when those started.
    started: Vec<Time>,
    /// By slot, then milestone, as far as any is held: when those that are were reached.
    reached: Vec<Time>,
}

impl Clocks {
    pub(super) fn new(milestones: &[Milestone], on_arrival: &[Vec<OnArrival>]) -> Clocks {
        let mut lates = 0;
        let number = |milestone: &Milestone| {
            milestone.from.as_ref()?;
            lates += 1;
            Some(lates - 1)
        };
        let late = milestones.iter().map(number).collect();
        let states = |here: &Vec<OnArrival>, counts: bool| {
            let state = |on_arrival: &OnArrival| match on_arrival {
                OnArrival::Waits => Clock::Idle,
                OnArrival::Runs if counts => Clock::Running,
                OnArrival::Runs | OnArrival::Off => Clock::Off,
            };
            here.iter().map(state).collect()
        };
        let arrivals =
            on_arrival.iter().map(|here| [false, true].map(|counts| states(here, counts))).collect();
        Clocks { arrivals, late, lates, states: vec![], started: vec![], reached: vec![] }
    }

    /// The clocks of a case that has just arrived.
    pub(super) fn open(&mut self, slot: u32, case: &Case, source: Option<SourceId>, counts: bool) {
        let (first, all) = (self.place(slot, 0), self.late.len());
        if self.states.len() < first + all {
            self.states.resize(first + all, Clock::Off);
            self.started.resize((slot as usize + 1) * self.lates, Time::ZERO);
        }
        let clocks = &mut self.states[first..first + all];
        if case.is(Flags::REOPENED) {
            return clocks.fill(Clock::Off);
        }
        let source = source.map_or(self.arrivals.len() - 1, SourceId::index);
        let states = &self.arrivals[source][usize::from(counts)];
        clocks.iter_mut().zip(states).for_each(|(clock, state)| *clock = *state);
    }

    #[inline]
    pub(super) fn get(&self, slot: u32, milestone: usize) -> Clock {
        self.states[self.place(slot, milestone)]
    }

    /// When a clock that runs, or ran, was started.
    #[inline]
    pub(super) fn started(&self, slot: u32, milestone: usize, case: &Case) -> Time {
        self.late[milestone].map_or(start(case), |late| self.started[slot as usize * self.lates + late])
    }

    /// When one that is held was reached.
    pub(super) fn reached(&self, slot: u32, milestone: usize) -> Time {
        self.reached[self.place(slot, milestone)]
    }

    /// One that starts after the arrival does so now.
    pub(super) fn run(&mut self, slot: u32, milestone: usize, now: Time) {
        let place = self.place(slot, milestone);
        self.states[place] = Clock::Running;
        let late = self.late[milestone].expect("clocks that start with the arrival run from then on");
        self.started[slot as usize * self.lates + late] = now;
    }

    /// One is reached, and it is not known yet where that counts.
    pub(super) fn hold(&mut self, slot: u32, milestone: usize, now: Time) {
        let place = self.place(slot, milestone);
        self.states[place] = Clock::Held;
        if self.reached.len() <= place {
            self.reached.resize(place + 1, Time::ZERO);
        }
        self.reached[place] = now;
    }

    /// Nobody asks about one any more.
    #[inline]
    pub(super) fn off(&mut self, slot: u32, milestone: usize) {
        let place = self.place(slot, milestone);
        self.states[place] = Clock::Off;
    }

    /// Looks at the clocks in a slot; what comes of it says nothing.
    pub(super) fn glance(&self, slot: u32) -> u8 {
        self.states.get(self.place(slot, 0)).map_or(0, |state| *state as u8)
    }

    #[inline]
    fn place(&self, slot: u32, milestone: usize) -> usize {
        slot as usize * self.late.len() + milestone
    }
}

/// When the clocks start that do so with the arrival of a case. What happened to initial cases before time 0 nobody knows:
/// theirs start with the run.
pub(super) fn start(case: &Case) -> Time {
    if case.is(Flags::INITIAL) { Time::ZERO } else { case.arrived }
}
