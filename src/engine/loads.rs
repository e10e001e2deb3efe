//! Cases that are handled together: when a load can go, who is in it, what becomes of it.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::Engine;
use super::case::{Spot, State};
use super::event_list::{Event, Rank};
use super::flow::Step;
use super::observer::Observer;
use crate::model::{Gather, Load, Stage, StageId, StageKind};
use crate::units::Time;

/// Marks the end of a load's delay, in place of a job.
pub(super) const LOAD: u32 = u32::MAX;

/// Cases that are handled together, in the order in which they were taken. However large a load is, a case leaves its
/// delay at once: it stays in the list, and is told from those who are still in the load by what it says itself.
#[derive(Debug, Default)]
struct Row {
    units: Vec<u32>,
    /// How many have left a delay before its end.
    left: usize,
    /// When its delay ends.
    until: Option<Time>,
}

/// Rows of loads.
#[derive(Debug, Default)]
pub(super) struct LoadTable {
    rows: Vec<Row>,
    free: Vec<u32>,
}

impl LoadTable {
    fn insert(&mut self, units: Vec<u32>) -> u32 {
        let row = Row { units, left: 0, until: None };
        if let Some(index) = self.free.pop() {
            self.rows[index as usize] = row;
            return index;
        }
        self.rows.push(row);
        self.rows.len() as u32 - 1
    }

    /// Who is in a load.
    pub(super) fn units(&self, index: u32) -> &[u32] {
        &self.rows[index as usize].units
    }

    fn remove(&mut self, index: u32) {
        self.rows[index as usize] = Row::default();
        self.free.push(index);
    }
}

/// Whether loads of a stage go as soon as they are full: on a delay stage without slots.
pub(super) fn goes_when_full(stage: &Stage) -> bool {
    stage.kind == StageKind::Delay && stage.rules.gather.as_ref().is_some_and(|g| g.slots.is_none())
}

impl<O: Observer> Engine<'_, O> {
    fn gather(&self, stage: StageId) -> Option<&Gather> {
        self.model.stages[stage.index()].rules.gather.as_ref()
    }

    /// Whether work at the stage is on loads.
    pub(super) fn forms_loads(&self, stage: StageId) -> bool {
        self.gather(stage).is_some_and(|g| g.size != Load::Any)
    }

    /// Whether a partial load goes after a time.
    pub(super) fn goes_after_a_time(&self, stage: StageId) -> bool {
        self.gather(stage).is_some_and(|g| g.or_after.is_some())
    }

    /// How many make a load that can go now; none where cases go one by one.
    pub(super) fn least_load(&self, stage: StageId) -> Option<usize> {
        let gather = self.gather(stage)?;
        match gather.size {
            Load::Any => None,
            Load::UpTo(_) => Some(1),
            Load::Exactly(n) => Some(if self.is_overdue(stage) { 1 } else { n as usize }),
        }
    }

    /// How many go at most.
    pub(super) fn most_in_load(&self, stage: StageId) -> usize {
        match self.gather(stage).map(|g| g.size) {
            Some(Load::Exactly(n) | Load::UpTo(n)) => n as usize,
            Some(Load::Any) | None => usize::MAX,
        }
    }

    /// Whether the one who waits longest has waited for as long as a load may be waited for.
    fn is_overdue(&self, stage: StageId) -> bool {
        self.has_waited(stage, &self.lines[stage.index()].since)
    }

    /// Whether the longest of these waits is as long as a load may be waited for.
    fn has_waited(&self, stage: StageId, waits: &BTreeSet<(Time, u64, u32)>) -> bool {
        let after = self.gather(stage).and_then(|g| g.or_after);
        waits.first().zip(after).is_some_and(|(&(joined, ..), after)| joined + after <= self.now)
    }

    /// Schedules the moment at which the longest wait is long enough.
    pub(super) fn schedule_look(&mut self, stage: StageId) {
        let Some(after) = self.gather(stage).and_then(|g| g.or_after) else { return };
        let works = self.model.stages[stage.index()].kind == StageKind::Work;
        let line = &mut self.lines[stage.index()];
        // Who may be taken up, and has waited long enough, waits for members only.
        let long_ago = Bound::Excluded((Time(self.now.0 - after.0), u64::MAX, u32::MAX));
        let from = if works { long_ago } else { Bound::Unbounded };
        let longest = line.since.range((from, Bound::Unbounded)).next();
        let longest = [longest, line.unmarked.first()].into_iter().flatten().min();
        let Some(&(joined, ..)) = longest else { return };
        let at = (joined + after).max(self.now);
        if line.look_at.is_none_or(|known| at < known || known < self.now) {
            line.look_at = Some(at);
            self.events.schedule(Event::new(at, Rank::Slot, stage.0, 1, 0));
        }
    }

    /// Schedules the next slot of a stage.
    pub(super) fn schedule_slot(&mut self, stage: StageId, after: Time) {
        let slots = self.gather(stage).and_then(|g| g.slots.as_ref());
        let next = slots.and_then(|slots| slots.get(slots.partition_point(|at| *at <= after)));
        if let Some(&at) = next {
            self.events.schedule(Event::new(at, Rank::Slot, stage.0, 0, 0));
        }
    }

    /// A slot, or the end of the time that a load may be waited for.
    pub(super) fn slot(&mut self, event: Event) {
        let stage = StageId(event.place());
        let regular = event.number() == 0;
        if regular {
            self.schedule_slot(stage, event.time);
        } else if self.lines[stage.index()].look_at.take_if(|at| *at == event.time).is_none() {
            return;
        }
        let for_a_slot = &self.lines[stage.index()].unmarked;
        match self.model.stages[stage.index()].kind {
            StageKind::Delay if regular || self.is_overdue(stage) => self.send_load(stage, !regular),
            StageKind::Work if regular || self.has_waited(stage, for_a_slot) => self.mark(stage),
            StageKind::Delay | StageKind::Work | StageKind::Instant => {}
        }
        self.schedule_look(stage);
        self.touch(stage);
        self.run_moves();
    }

    /// Those who wait for the slot may be taken up from now on.
    fn mark(&mut self, stage: StageId) {
        while self.lines[stage.index()].yard.len() > 0 {
            let Some(slot) = self.first_in(stage, Spot::Yard) else { return };
            self.take_from_line(slot, true);
            let spot = self.member_for(slot).map_or(Spot::Queue, Spot::Assigned);
            self.stand(slot, spot);
        }
    }

    /// Loads that are full go.
    pub(super) fn send_full_loads(&mut self) -> bool {
        let mut any = false;
        for i in 0..self.has.gathers.len() {
            let stage = self.has.gathers[i];
            let Some(Load::Exactly(n)) = self.gather(stage).map(|g| g.size) else { continue };
            while self.lines[stage.index()].queue.len() >= n as usize {
                self.send_load(stage, false);
                any = true;
            }
        }
        any
    }

    /// A load leaves for its delay, if there are enough for one; `partial`: however few they are.
    fn send_load(&mut self, stage: StageId, partial: bool) {
        let waiting = self.lines[stage.index()].queue.len();
        let size = self.gather(stage).map(|g| g.size);
        let enough = match size {
            Some(Load::Exactly(n)) if !partial => waiting >= n as usize,
            _ => waiting > 0,
        };
        if !enough {
            return;
        }
        let mut units = vec![];
        while units.len() < self.most_in_load(stage) {
            let Some(slot) = self.first_in(stage, Spot::Queue) else { break };
            self.take_first(slot);
            units.push(slot);
        }
        let first = units[0];
        let until = self.delay_of(first);
        let number = self.cases[first].number;
        let index = self.make_load(units);
        self.loads.rows[index as usize].until = Some(until);
        self.events.schedule(Event::new(until, Rank::Finish, stage.0, number, index).of_job(LOAD));
        for (position, slot) in self.loads.units(index).to_vec().into_iter().enumerate() {
            self.preserve(slot, true);
            self.cases[slot].until = until;
            self.begin_delay(slot, position == 0);
        }
    }

    /// These are handled together from now on.
    pub(super) fn make_load(&mut self, units: Vec<u32>) -> u32 {
        let index = self.loads.insert(units);
        for i in 0..self.loads.units(index).len() {
            let slot = self.loads.units(index)[i];
            self.cases[slot].load = Some(index);
        }
        index
    }

    /// The delay of a load is over, for those who are still in it.
    pub(super) fn finish_load(&mut self, event: Event) {
        let row = &self.loads.rows[event.index as usize];
        if row.until != Some(event.time) {
            return;
        }
        let here = |unit: &&u32| self.cases[**unit].load == Some(event.index);
        let units: Vec<u32> = row.units.iter().filter(here).copied().collect();
        self.dissolve(event.index);
        for &slot in &units {
            self.finish_delay(slot);
        }
        for &slot in units.iter().rev() {
            self.push(slot, Step::Leave);
        }
        self.run_moves();
    }

    /// A load is over.
    pub(super) fn dissolve(&mut self, index: u32) {
        for i in 0..self.loads.units(index).len() {
            let slot = self.loads.units(index)[i];
            self.cases[slot].load.take_if(|load| *load == index);
        }
        self.loads.remove(index);
    }

    /// Those who stand with the first of a load leave the line with it.
    pub(super) fn take_rest_of_load(&mut self, first: u32) {
        let Some(index) = self.cases[first].load else { return };
        for i in 1..self.loads.units(index).len() {
            let unit = self.loads.units(index)[i];
            self.take_from_line(unit, false);
        }
    }

    /// One case leaves its load, the others stay together.
    pub(super) fn leave_load(&mut self, slot: u32) {
        let Some(index) = self.cases[slot].load.take() else { return };
        let row = &mut self.loads.rows[index as usize];
        if row.until.is_some() {
            row.left += 1;
        } else {
            row.units.retain(|unit| *unit != slot);
        }
        if row.left == row.units.len() {
            self.loads.remove(index);
        }
    }

    /// A load that was interrupted waits again: the first one in the line, the others with it.
    pub(super) fn stand_as_load(&mut self, index: u32) {
        let units = self.loads.units(index).to_vec();
        for (position, slot) in units.into_iter().enumerate() {
            self.stand(slot, if position == 0 { Spot::Formed } else { Spot::Behind });
        }
    }

    /// One case leaves a load that waits. If it was the first, the next takes its place in the line and what is left of
    /// the work.
    pub(super) fn leave_waiting_load(&mut self, slot: u32) {
        let (spot, load) = (self.cases[slot].spot, self.cases[slot].load);
        self.take_from_line(slot, false);
        self.cases[slot].state = State::Moving;
        self.leave_load(slot);
        if spot != Spot::Formed {
            return;
        }
        let next = load.and_then(|index| self.loads.units(index).first().copied());
        if let Some(next) = next {
            self.take_from_line(next, false);
            self.cases[next].effort = self.cases[slot].effort;
            self.cases[next].order_key = self.cases[slot].order_key;
            self.cases[next].joined = self.cases[slot].joined;
            self.stand(next, Spot::Formed);
        }
    }
}
