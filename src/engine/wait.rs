//! Standing in line in front of a stage: for members, for one of them, for a place in a span, for a slot.

use super::Engine;
use super::case::{Case, CaseTable, Spot, State};
use super::event_list::{Event, Rank};
use super::line::Line;
use super::observer::Observer;
use super::order::needs_effort;
use super::queue::{Place, StageQueue};
use crate::model::{Crew, Order, StageId};
use crate::units::{Duration, Time};

impl<O: Observer> Engine<'_, O> {
    /// Its patience begins to run; the end is scheduled if it still waits when the event is over.
    #[inline]
    pub(super) fn start_patience(&mut self, slot: u32, since: Time) {
        let case = &self.cases[slot];
        let (stage, visit) = (case.stage, u64::from(case.visit));
        let place = self.model.stages[stage.index()].places.patience;
        let patience = match &self.params.stages[stage.index()].patience[case.observed.index()] {
            Some(law) => {
                self.after(since.max(Time::ZERO), law, case.key.draw(place, case.job_ordinal(), visit))
            }
            None => Time::NEVER,
        };
        let case = &mut self.cases[slot];
        case.patience = patience;
        if patience < Time::NEVER || self.has.limits {
            self.fresh.push((slot, case.life));
        }
    }

    /// Of those who joined a line in this event, whoever waits may give up.
    pub(super) fn schedule_patience(&mut self) {
        self.tested = 0;
        while let Some((slot, life)) = self.fresh.pop() {
            let case = &self.cases[slot];
            if case.life == life && case.state == State::Waiting && case.patience < Time::NEVER {
                let event = Event::new(case.patience, Rank::Patience, case.stage.0, case.number, slot);
                self.events.schedule(event.of_job(case.job));
            }
        }
    }

    /// It has what it needs to enter its stage, and waits for members, for its own member, or for a slot.
    #[inline]
    pub(super) fn queue_up(&mut self, slot: u32) {
        let stage = &self.model.stages[self.cases[slot].stage.index()];
        let slots = stage.rules.gather.as_ref().is_some_and(|g| g.slots.is_some());
        let spot = match self.member_for(slot) {
            _ if slots && !matches!(stage.crew, Crew::Nobody) => Spot::Yard,
            Some(member) => Spot::Assigned(member),
            None => Spot::Queue,
        };
        self.stand(slot, spot);
        if self.has.preempts && self.params.preempt[self.cases[slot].observed.index()] {
            self.urgent.push((slot, self.cases[slot].ticket));
        }
    }

    /// From now on it stands in this line of its stage.
    #[inline]
    pub(super) fn stand(&mut self, slot: u32, spot: Spot) {
        let stage = self.cases[slot].stage;
        let order = &self.params.stages[stage.index()].order;
        if needs_effort(order) && !matches!(spot, Spot::Behind) {
            self.draw_effort(slot);
        }
        let key = self.order_key(slot, stage);
        self.tickets = self.tickets.wrapping_add(1);
        let case = &mut self.cases[slot];
        case.state = if spot == Spot::Lot { State::Parked } else { State::Waiting };
        (case.spot, case.order_key, case.ticket) = (spot, key, self.tickets);
        let Case { observed, joined, .. } = *case;
        let (class, rank) = (observed.index(), case.rank());
        let place = self.place(slot);
        if let (Order::Quota(quota), true) = (order, can_be_served(spot)) {
            self.quotas.join(stage, quota, class);
        }
        let line = &mut self.lines[stage.index()];
        line.waiting += u64::from(spot != Spot::Lot);
        match spot {
            Spot::Assigned(member) => line.assigned.insert(member, class, place),
            Spot::Behind => {}
            _ => queue(line, spot).insert(class, place),
        }
        if self.goes_after_a_time(stage)
            && let Some(since) = self.lines[stage.index()].since_at(spot)
        {
            since.insert((joined, rank, slot));
            self.schedule_look(stage);
        }
        self.touch(stage);
    }

    /// It leaves the line from wherever it stands.
    pub(super) fn step_out(&mut self, slot: u32) {
        let spot = self.cases[slot].spot;
        if matches!(spot, Spot::Formed | Spot::Behind) {
            return self.leave_waiting_load(slot);
        }
        self.take_from_line(slot, false);
        self.cases[slot].state = State::Moving;
        let stage = self.cases[slot].stage;
        if self.model.stages[stage.index()].rules.hold {
            // Nobody is kept for it any more.
            self.touch(stage);
        }
    }

    /// Takes it out of its line; `head`: it is the first of its class there, and has just been named so.
    pub(super) fn take_from_line(&mut self, slot: u32, head: bool) {
        let case = &self.cases[slot];
        if head && case.spot == Spot::Queue && !self.has.at[case.stage.index()].lines {
            return self.take_from_queue(slot);
        }
        let Case { stage, spot, observed, joined, .. } = self.cases[slot];
        let (class, place) = (observed.index(), self.place(slot));
        if let (Order::Quota(quota), true) = (&self.params.stages[stage.index()].order, can_be_served(spot)) {
            self.quotas.leave(stage, quota, class);
        }
        let rank = self.cases[slot].rank();
        if let Some(since) = self.lines[stage.index()].since_at(spot) {
            since.remove(&(joined, rank, slot));
        }
        let line = &mut self.lines[stage.index()];
        line.waiting -= u64::from(spot != Spot::Lot);
        match spot {
            Spot::Assigned(member) => line.assigned.remove(member, class, place),
            Spot::Behind => {}
            _ if head => queue(line, spot).take_head(class),
            _ => {
                self.cases[slot].state = State::Moving;
                let cases = &self.cases;
                queue(line, spot).leave(class, &|p: &Place| alive(cases, p));
            }
        }
    }

    /// The same where everybody waits singly and for anybody.
    fn take_from_queue(&mut self, slot: u32) {
        let (stage, class) = (self.cases[slot].stage, self.cases[slot].observed.index());
        if let Order::Quota(quota) = &self.params.stages[stage.index()].order {
            self.quotas.leave(stage, quota, class);
        }
        let line = &mut self.lines[stage.index()];
        line.waiting -= 1;
        line.queue.take_head(class);
    }

    /// Something about a waiting case changes by which lines are kept: it stands anew, and has waited as long.
    pub(super) fn stand_anew(&mut self, slot: u32, edit: impl FnOnce(&mut Self)) {
        let spot = self.cases[slot].spot;
        if spot == Spot::Behind {
            return edit(self);
        }
        self.take_from_line(slot, false);
        edit(self);
        let spot = match spot {
            Spot::Queue | Spot::Assigned(_) => self.member_for(slot).map_or(Spot::Queue, Spot::Assigned),
            spot => spot,
        };
        self.stand(slot, spot);
    }

    /// The first of a line under the stage's order, all classes together.
    pub(super) fn first_in(&mut self, stage: StageId, spot: Spot) -> Option<u32> {
        self.first_place(stage, |line| queue(line, spot), |_, _| true).map(|(_, place)| place.slot)
    }

    /// The first of one of its queues, and the class; only of the classes that may be taken, which are asked for one by one.
    #[inline]
    pub(super) fn first_place(
        &mut self,
        stage: StageId,
        queue: impl Fn(&mut Line) -> &mut StageQueue,
        may: impl Fn(&mut Self, usize) -> bool,
    ) -> Option<(usize, Place)> {
        let mut first: Option<(usize, Place)> = None;
        let mut from = 0;
        while let Some(class) = queue(&mut self.lines[stage.index()]).present().next(from) {
            from = class + 1;
            let (cases, queue) = (&self.cases, queue(&mut self.lines[stage.index()]));
            let Some(place) = queue.head(class, &|p: &Place| alive(cases, p)) else { continue };
            if may(self, class)
                && first.is_none_or(|least| self.comes_before(stage, (class, &place), (least.0, &least.1)))
            {
                first = Some((class, place));
            }
        }
        first
    }

    /// The case's effort at its stage, drawn once and kept.
    #[inline]
    pub(super) fn draw_effort(&mut self, slot: u32) -> Duration {
        let case = &self.cases[slot];
        if let Some(effort) = case.effort {
            return effort;
        }
        let law = self.params.stages[case.stage.index()].time[case.class.index()].as_ref();
        let Some(law) = law else { return Duration::ZERO };
        let place = self.model.stages[case.stage.index()].places.effort;
        let draw = case.key.draw(place, case.job_ordinal(), u64::from(case.visit));
        let drawn = Duration::from_millis_f64(law.law.sample(draw));
        self.cases[slot].effort = Some(drawn);
        drawn
    }

    /// Everybody who stands in front of the stage gets the place that a new order gives, and so does, should it be
    /// interrupted, what is in work.
    pub(super) fn reorder(&mut self, stage: StageId, old: &Order) {
        let kept = self.quotas.kept(stage, old, &self.params.stages[stage.index()].order);
        let cases = &self.cases;
        let alive = |p: &Place| alive(cases, p);
        let line = &mut self.lines[stage.index()];
        let mut all: Vec<(usize, u32, Spot)> = vec![];
        for spot in [Spot::Queue, Spot::Gate, Spot::Yard, Spot::Formed, Spot::Lot] {
            let out = queue(line, spot).drain(&alive);
            line.waiting -= if spot == Spot::Lot { 0 } else { out.len() as u64 };
            all.extend(out.into_iter().map(|(class, place)| (class, place.slot, spot)));
        }
        let assigned = line.assigned.drain();
        line.waiting -= assigned.len() as u64;
        line.since.clear();
        line.unmarked.clear();
        all.extend(assigned.into_iter().map(|(member, class, p)| (class, p.slot, Spot::Assigned(member))));
        for (class, _, spot) in &all {
            if let (Order::Quota(quota), true) = (old, can_be_served(*spot)) {
                self.quotas.leave(stage, quota, *class);
            }
        }
        all.sort_by_key(|(_, slot, _)| {
            let case = &self.cases[*slot];
            (case.joined, case.rank())
        });
        if let (Order::Quota(quota), None) = (&self.params.stages[stage.index()].order, &kept) {
            self.quotas.begin_anew(stage, quota);
        }
        let drawn = needs_effort(&self.params.stages[stage.index()].order);
        for (_, slot, spot) in all {
            self.rekey_begun(slot, drawn);
            self.stand(slot, spot);
        }
        if let Some(tally) = kept {
            self.quotas.restore(stage, tally);
        }
        for slot in self.in_work_at(stage) {
            self.rekey_begun(slot, drawn);
            self.cases[slot].order_key = self.order_key(slot, stage);
        }
    }

    /// Under an order by drawn effort, what is left of work that has begun counts from now on.
    fn rekey_begun(&mut self, slot: u32, drawn: bool) {
        let case = &mut self.cases[slot];
        if let (true, true, Some(left)) = (drawn, case.begun, case.effort) {
            case.order_key = left.0;
        }
    }

    /// Members who work at the stage may have something new to choose from.
    #[inline]
    pub(super) fn touch(&mut self, stage: StageId) {
        self.touched.join(&self.has.at[stage.index()].pools);
    }
}

/// Whether members look at this line.
fn can_be_served(spot: Spot) -> bool {
    matches!(spot, Spot::Queue | Spot::Formed | Spot::Assigned(_))
}

/// The queue of a line, for all spots that are one.
fn queue(line: &mut Line, spot: Spot) -> &mut StageQueue {
    match spot {
        Spot::Gate => &mut line.gate,
        Spot::Yard => &mut line.yard,
        Spot::Formed => &mut line.formed,
        Spot::Lot => &mut line.lot,
        Spot::Queue | Spot::Assigned(_) | Spot::Behind => &mut line.queue,
    }
}

/// Whether an entry of a queue still stands for a waiting case.
pub(super) fn alive(cases: &CaseTable, place: &Place) -> bool {
    let case = &cases[place.slot];
    case.ticket == place.ticket && case.rank() == place.rank && case.waits()
}
