//! Too many wait: new cases are put aside and come back, or are sent on.

use std::collections::BTreeSet;

use super::Engine;
use super::case::{Spot, State};
use super::event_list::{Event, Rank};
use super::flow::Step;
use super::observer::{Cause, Fact, Observer};
use crate::model::{QueueLimit, StageId};

impl<O: Observer> Engine<'_, O> {
    /// Whether a case that comes to its stage is put aside.
    #[inline]
    pub(super) fn is_to_be_parked(&self, slot: u32) -> bool {
        let case = &self.cases[slot];
        let Some(park) = &self.params.stages[case.stage.index()].park else { return false };
        park.classes[case.observed.index()] && self.lines[case.stage.index()].waiting > park.above
    }

    /// It is put aside, for some time at most if the stage says so.
    pub(super) fn park(&mut self, slot: u32) {
        self.stand(slot, Spot::Lot);
        let case = &self.cases[slot];
        let (stage, job, number) = (case.stage, case.job, case.number);
        let after = self.params.stages[stage.index()].park.as_ref().and_then(|p| p.after);
        if let Some(after) = after {
            let event = Event::new(self.now + after, Rank::Release, stage.0, number, slot).of_job(job);
            self.cases[slot].until = event.time;
            self.events.schedule(event);
        }
        self.tell(slot, Fact::Parked { stage });
    }

    /// A parked case has been put aside for long enough, if it still is.
    pub(super) fn release_after(&mut self, event: Event) {
        let case = &self.cases[event.index];
        let holds = case.number == event.number()
            && case.job == event.job
            && case.state == State::Parked
            && case.until == event.time
            && case.stage.0 == event.place();
        if holds {
            self.release(event.index);
            self.run_moves();
        }
    }

    /// A parked case comes back into the line, as one that has joined when it did. Its patience begins to run.
    pub(super) fn release(&mut self, slot: u32) {
        let stage = self.cases[slot].stage;
        self.step_out(slot);
        self.cases[slot].unparked = true;
        self.tell(slot, Fact::Released { stage });
        self.start_patience(slot, self.now);
        if self.take_token(slot) { self.push(slot, Step::Begin) } else { self.stand(slot, Spot::Gate) }
    }

    /// Parked cases come back while the queue is short enough. Whether any did.
    pub(super) fn release_parked(&mut self) -> bool {
        let mut any = false;
        for i in 0..self.has.parks.len() {
            let stage = self.has.parks[i];
            let line = &self.lines[stage.index()];
            // Without the rule nobody is put aside any more, and everybody comes back.
            let park = self.params.stages[stage.index()].park.as_ref();
            let below = park.map_or(u64::MAX, |p| p.release_below);
            if line.lot.len() == 0 || line.waiting >= below {
                continue;
            }
            while self.lines[stage.index()].waiting < below {
                let Some(slot) = self.first_in(stage, Spot::Lot) else { break };
                self.release(slot);
                self.run_moves();
                any = true;
            }
        }
        any
    }

    /// Of those who joined a full queue in this event and could not be served, the last go elsewhere. Whether any did.
    pub(super) fn overflow(&mut self) -> bool {
        let new = std::mem::replace(&mut self.tested, self.fresh.len());
        if new == self.fresh.len() {
            return false;
        }
        let mut seen = BTreeSet::new();
        let joined: Vec<(u32, u32, StageId)> = (self.fresh[new..].iter())
            .filter(|&&(slot, life)| self.has_just_joined(slot, life))
            // One that was parked and released in this event stands there twice.
            .filter(|(slot, _)| seen.insert(*slot))
            .map(|&(slot, life)| (slot, life, self.cases[slot].stage))
            .collect();
        // Who joined later does not count against who joined before.
        let mut later = vec![0_u64; self.lines.len()];
        for (_, _, stage) in &joined {
            later[stage.index()] += 1;
        }
        let mut any = false;
        for (slot, life, stage) in joined {
            later[stage.index()] -= 1;
            let Some(limit) = &self.params.stages[stage.index()].queue_limit else { continue };
            let still = self.has_just_joined(slot, life) && self.cases[slot].stage == stage;
            let before = self.lines[stage.index()].waiting.saturating_sub(later[stage.index()]);
            if still && before > limit.cases && self.may_be_sent_on(slot, limit) {
                self.send_on(slot, stage);
                // A place in a span that it gives back may let others come in.
                self.run_moves();
                any = true;
            }
        }
        any
    }

    fn has_just_joined(&self, slot: u32, life: u32) -> bool {
        let case = &self.cases[slot];
        case.life == life && case.state == State::Waiting && !case.begun
    }

    /// A case is sent on once in a row, and only if it has just joined: who returns stays.
    fn may_be_sent_on(&self, slot: u32, limit: &QueueLimit) -> bool {
        let case = &self.cases[slot];
        limit.classes[case.observed.index()] && !case.sent_on && case.sent_at < self.now && !case.unparked
    }

    fn send_on(&mut self, slot: u32, stage: StageId) {
        let to = self.params.stages[stage.index()].queue_limit.as_ref().expect("the queue is limited").to;
        self.step_out(slot);
        let case = &mut self.cases[slot];
        (case.sent_on, case.sent_at) = (true, self.now);
        self.return_token(slot, stage);
        self.tell(slot, Fact::Overflowed { stage });
        self.push(slot, Step::Go(to, Cause::Overflow));
    }
}
