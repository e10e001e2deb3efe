//! How a case or job goes from stage to stage, until something takes time or it ends.

use super::Engine;
use super::case::{Spot, State, device_of};
use super::event_list::{Event, Rank};
use super::observer::{Cause, Fact, JobEnd, Observer};
use crate::model::{JobKind, Next, Order, OutcomeId, Parts, SpanLaw, StageId, StageKind};
use crate::random::Draw;
use crate::units::{Duration, Time};

/// A case or job that goes on at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    slot: u32,
    /// Which of the lives in the row: a job may be withdrawn before its turn.
    life: u32,
    step: Step,
}

/// How it goes on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// It comes to a stage.
    Join(StageId),
    /// It stands in a stage where its case has been since that moment, parked once or not.
    Follow(StageId, Time, bool),
    /// It has what it needs to enter the stage where it is.
    Begin,
    /// It is done with its stage.
    Leave,
    /// Its route leads there.
    Go(Next, Cause),
}

impl<O: Observer> Engine<'_, O> {
    /// It goes on when everything pushed after it has gone on.
    #[inline]
    pub(super) fn push(&mut self, slot: u32, step: Step) {
        let life = self.cases[slot].life;
        self.moves.push(Move { slot, life, step });
    }

    /// Moves everything on that can go on at once.
    pub(super) fn run_moves(&mut self) {
        while let Some(Move { slot, life, step }) = self.moves.pop() {
            if self.cases[slot].life != life {
                continue;
            }
            if self.is_overfull() {
                return;
            }
            match step {
                Step::Join(stage) => self.join(slot, stage, self.now, false),
                Step::Follow(stage, since, unparked) => self.join(slot, stage, since, unparked),
                Step::Begin => self.begin(slot),
                Step::Leave => self.leave(slot),
                Step::Go(next, cause) => self.go(slot, next, cause),
            }
        }
    }

    /// It comes to a stage: what it still needs before it may enter decides where it stands.
    #[inline]
    fn join(&mut self, slot: u32, stage: StageId, since: Time, unparked: bool) {
        self.enter(slot, stage, since);
        self.cases[slot].unparked = unparked;
        if self.cases[self.cases.root(slot)].lapsed {
            self.tell_joined(slot, since, false);
            return self.end_lapsed(slot);
        }
        let parked = !unparked && self.is_to_be_parked(slot);
        let enters = !parked && self.take_token(slot);
        let waits = !enters || self.will_wait(slot);
        self.tell_joined(slot, since, waits);
        if !waits {
            return self.begin(slot);
        }
        self.start_patience(slot, self.now);
        if parked {
            self.park(slot);
        } else if enters {
            self.queue_up(slot);
        } else {
            self.stand(slot, Spot::Gate);
        }
    }

    /// A case of the initial backlog stands at a stage; it is neither put aside nor sent on.
    pub(super) fn place_at(&mut self, slot: u32, stage: StageId, since: Time) {
        self.enter(slot, stage, since);
        self.hold_tokens(slot);
        let enters = self.take_token(slot);
        let waits = !enters || self.will_wait(slot);
        let since = if waits { since } else { self.now };
        self.cases[slot].joined = since;
        self.cases[slot].unparked = true;
        self.tell_joined(slot, since, waits);
        if !waits {
            return self.begin(slot);
        }
        self.start_patience(slot, since);
        if enters { self.queue_up(slot) } else { self.stand(slot, Spot::Gate) }
    }

    /// Books the arrival at a stage, whatever happens there.
    #[inline]
    pub(super) fn enter(&mut self, slot: u32, stage: StageId, since: Time) {
        let row = &self.model.stages[stage.index()];
        let visit = match row.loop_slot {
            Some(loop_slot) => self.cases.count_visit(slot, loop_slot),
            None => 0,
        };
        let case = &mut self.cases[slot];
        case.stage = stage;
        case.visit = visit;
        case.joined = since;
        case.effort = None;
        case.begun = false;
        case.unparked = false;
        case.took_place = false;
        case.state = State::Moving;
        if !row.rules.closes.is_empty() {
            self.close_spans(slot, stage);
        }
    }

    #[inline]
    pub(super) fn tell_joined(&mut self, slot: u32, since: Time, waits: bool) {
        let stage = self.cases[slot].stage;
        self.tell(slot, Fact::Joined { stage, since, waits });
    }

    /// Whether the stage is one where everybody stands in line first.
    #[inline]
    pub(super) fn will_wait(&self, slot: u32) -> bool {
        let stage = &self.model.stages[self.cases[slot].stage.index()];
        let waits = stage.kind == StageKind::Work || stage.rules.gather.is_some();
        waits && !self.splits_into_devices(slot)
    }

    /// It enters its stage: it waits for members or a load there, or time passes, or none does.
    #[inline]
    pub(super) fn begin(&mut self, slot: u32) {
        if self.splits_into_devices(slot) {
            return self.split(slot);
        }
        if self.will_wait(slot) {
            return self.queue_up(slot);
        }
        match self.model.stages[self.cases[slot].stage.index()].kind {
            StageKind::Delay => self.delay(slot),
            StageKind::Instant | StageKind::Work => {
                let stage = self.cases[slot].stage;
                self.preserve(slot, true);
                self.tell_started(slot, false, true);
                self.preserve(slot, false);
                self.tell(slot, Fact::Finished { stage, effort: Duration::ZERO });
                self.push(slot, Step::Leave);
            }
        }
    }

    /// A delay begins.
    fn delay(&mut self, slot: u32) {
        let until = self.delay_of(slot);
        self.preserve(slot, true);
        let case = &mut self.cases[slot];
        case.until = until;
        let event = Event::new(until, Rank::Finish, case.stage.0, case.number, slot).of_job(case.job);
        self.events.schedule(event);
        self.begin_delay(slot, true);
    }

    /// From now on time passes for it.
    pub(super) fn begin_delay(&mut self, slot: u32, pays: bool) {
        let case = &mut self.cases[slot];
        case.state = State::Delayed;
        case.sent_on = false;
        self.census.delayed[case.stage.index()] += 1;
        self.tell_started(slot, false, pays);
    }

    /// When a delay that begins now ends.
    pub(super) fn delay_of(&self, slot: u32) -> Time {
        let case = &self.cases[slot];
        let (stage, params) = (case.stage, &self.params.stages[case.stage.index()]);
        let law = params.time[case.class.index()].as_ref().expect("compile gave every class a delay");
        let place = self.model.stages[stage.index()].places.delay;
        self.after(self.now, law, case.key.draw(place, case.job_ordinal(), u64::from(case.visit)))
    }

    /// A completion or the end of a delay, if it still holds.
    pub(super) fn finish(&mut self, event: Event) {
        if event.job == super::loads::LOAD {
            return self.finish_load(event);
        }
        let slot = event.index;
        let case = &self.cases[slot];
        if case.number != event.number() || case.job != event.job || case.stage.0 != event.place() {
            return;
        }
        match case.state {
            State::InWork if self.tasks[case.task].until == event.time => self.finish_task(slot),
            State::Delayed if case.until == event.time && case.load.is_none() => {
                self.finish_delay(slot);
                self.push(slot, Step::Leave);
            }
            _ => return,
        }
        self.run_moves();
    }

    /// A delay is over.
    pub(super) fn finish_delay(&mut self, slot: u32) {
        let case = &mut self.cases[slot];
        case.state = State::Moving;
        let stage = case.stage;
        self.census.delayed[stage.index()] -= 1;
        self.preserve(slot, false);
        self.tell(slot, Fact::Finished { stage, effort: Duration::ZERO });
    }

    /// It is done with its stage: the agency learns what it learns, and it goes on.
    #[inline]
    fn leave(&mut self, slot: u32) {
        if self.cases[self.cases.root(slot)].lapsed {
            return self.end_lapsed(slot);
        }
        let stage = self.cases[slot].stage;
        self.assess(slot);
        if self.cases[slot].link_after == Some(stage) && self.link_now(slot) {
            return;
        }
        let rules = &self.model.stages[stage.index()].rules;
        let tracks = rules.split.as_ref().is_some_and(|s| matches!(s.into, Parts::Tracks(_)));
        if tracks && self.cases[slot].job == 0 {
            return self.split(slot);
        }
        let next = if tracks { rules.split.as_ref().map(|s| s.none) } else { None };
        let next = next.unwrap_or_else(|| self.route(slot));
        self.go(slot, next, Cause::Route);
    }

    /// It goes to a stage or ends; a job may end by itself, or end the whole case.
    #[inline]
    pub(super) fn go(&mut self, slot: u32, next: Next, cause: Cause) {
        let job = self.cases[slot].parent.is_some();
        match next {
            Next::Stage(stage) if job && self.joins_at(slot) == stage => self.job_over(slot, JobEnd::Arrived),
            Next::Stage(stage) => self.push(slot, Step::Join(stage)),
            Next::End(outcome) => match self.model.outcomes[outcome.index()].of {
                Some(kind) if job => self.end_part(slot, kind, outcome),
                _ => {
                    let stage = self.cases[slot].stage;
                    self.end(self.cases.root(slot), outcome, cause, stage);
                }
            },
        }
    }

    /// A job ends in an outcome of its own: a device as a device, or its whole track.
    fn end_part(&mut self, slot: u32, kind: JobKind, outcome: OutcomeId) {
        let device = device_of(self.cases[slot].job) > 0;
        let parent = self.cases[slot].parent.filter(|&p| self.cases[p].parent.is_some());
        match parent {
            Some(track) if device && kind == JobKind::Track => {
                self.withdraw_all(track);
                self.job_over(track, JobEnd::Outcome(outcome));
            }
            _ => self.job_over(slot, JobEnd::Outcome(outcome)),
        }
    }

    /// Where the case goes after its stage.
    fn route(&self, slot: u32) -> Next {
        let case = &self.cases[slot];
        let params = &self.params.stages[case.stage.index()];
        let row = if params.route_by_observed { case.observed } else { case.class };
        let choices = &params.routes[row.index()].choices;
        if let [(_, only)] = choices[..] {
            return only;
        }
        let place = self.model.stages[case.stage.index()].places.route;
        let u = case.key.stream(place, case.job_ordinal(), u64::from(case.visit)).open01();
        pick(choices, u)
    }

    /// The provider's clock stops for good where the source says so, unless the evidence is gone already. Of jobs the
    /// first start counts and the last end.
    #[inline]
    pub(super) fn preserve(&mut self, slot: u32, at_start: bool) {
        let case = &self.cases[slot];
        let stage = &self.model.stages[case.stage.index()];
        let by = if at_start { &stage.preserves_at_start } else { &stage.preserves_at_end };
        if by.is_empty() || !case.source.is_some_and(|s| by.contains(&s)) {
            return;
        }
        if at_start || case.parent.is_none() { self.keep_evidence(slot) } else { self.passed(slot) }
    }

    /// The evidence of the whole case is safe.
    pub(super) fn keep_evidence(&mut self, slot: u32) {
        let root = self.cases.root(slot);
        let case = &mut self.cases[root];
        if case.lapsed || case.lapse == Time::NEVER {
            return;
        }
        case.lapse = Time::NEVER;
        if case.split.is_some() {
            self.stand_behind_lapses(root);
        }
    }

    /// Jobs that wait in the order of the lapse have none any more.
    fn stand_behind_lapses(&mut self, root: u32) {
        for unit in self.units_of(root) {
            let order = self.params.stages[self.cases[unit].stage.index()].order.within();
            if matches!(order, Order::Lapse) && self.cases[unit].waits() {
                self.stand_anew(unit, |_| {});
            }
        }
    }

    /// The provider deletes what a case rests on, if it is not preserved.
    pub(super) fn lapse(&mut self, event: Event) {
        let slot = event.index;
        let case = &mut self.cases[slot];
        if case.number != event.number() || case.job != 0 || case.lapse != event.time {
            return;
        }
        case.lapsed = true;
        match case.state {
            State::Waiting | State::Parked => self.step_out(slot),
            State::Delayed => self.stop_delay(slot),
            State::Split => {
                self.withdraw_idle_jobs(slot);
                if self.cases[slot].running > 0 {
                    return;
                }
            }
            // Work in hand is finished first.
            State::InWork | State::Moving => return,
        }
        self.end_lapsed(slot);
        self.run_moves();
    }

    /// It leaves a delay before its time.
    pub(super) fn stop_delay(&mut self, slot: u32) {
        self.census.delayed[self.cases[slot].stage.index()] -= 1;
        self.leave_load(slot);
        self.cases[slot].state = State::Moving;
    }

    /// What is left of a case whose evidence has lapsed ends; of a job, the case when no other is in work.
    pub(super) fn end_lapsed(&mut self, slot: u32) {
        let (root, stage) = (self.cases.root(slot), self.cases[slot].stage);
        if root != slot {
            self.withdraw(slot);
            if self.cases[root].running > 0 {
                return;
            }
        }
        let outcome = self.cases[root].on_lapse.expect("only a case with a retention window lapses");
        self.end(root, outcome, Cause::Lapse, stage);
    }

    /// A case has waited too long, if it still waits.
    pub(super) fn lose_patience(&mut self, event: Event) {
        let slot = event.index;
        let case = &self.cases[slot];
        let holds = case.number == event.number()
            && case.job == event.job
            && case.state == State::Waiting
            && case.patience == event.time
            && case.stage.0 == event.place();
        if !holds {
            return;
        }
        let stage = case.stage;
        self.step_out(slot);
        self.tell(slot, Fact::Reneged { stage });
        let params = &self.params.stages[stage.index()];
        let next = params.on_patience.or(self.model.params[0].stages[stage.index()].on_patience);
        let next = next.expect("compile pairs patience with on_patience");
        self.push(slot, Step::Go(next, Cause::Patience));
        self.run_moves();
    }

    /// A whole case ends.
    pub(super) fn end(&mut self, slot: u32, outcome: OutcomeId, cause: Cause, stage: StageId) {
        if self.cases[slot].split.is_some() {
            self.withdraw_all(slot);
            self.census.split -= 1;
        }
        self.cases[slot].state = State::Moving;
        self.give_back_tokens(slot);
        let class = self.cases[slot].class;
        let subject_stopped = self.end_of_subject(slot, outcome, cause);
        self.tell(slot, Fact::Ended { outcome, cause, stage, subject_stopped });
        self.forget_open(slot, subject_stopped || cause == Cause::Link);
        self.cases.remove(slot);
        self.census.open[class.index()] -= 1;
    }

    /// The moment a drawn length of time after `start`.
    pub(super) fn after(&self, start: Time, law: &SpanLaw, draw: Draw) -> Time {
        let span = Duration::from_millis_f64(law.law.sample(draw));
        if law.working_days { self.model.working_days.finish_after(start, span) } else { start + span }
    }

    /// `pays`: whether this start costs; of a load only one does.
    #[inline]
    pub(super) fn tell_started(&mut self, slot: u32, resumed: bool, pays: bool) {
        let stage = self.cases[slot].stage;
        let cost = if pays { self.params.stages[stage.index()].cost } else { 0.0 };
        let view = self.cases[slot].view(slot, self.cases.root(slot));
        self.observer.fact(self.now, view, Fact::Started { stage, crew: &self.crew, resumed, cost });
    }
}

/// The first choice whose cumulated probability exceeds `u`.
pub(super) fn pick<T: Copy>(choices: &[(f64, T)], u: f64) -> T {
    let found = choices.iter().find(|(cumulated, _)| u < *cumulated);
    found.or(choices.last()).expect("compile refuses an empty row").1
}
