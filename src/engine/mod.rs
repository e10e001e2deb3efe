//! One replication: tips arrive, wait, are worked and leave, as the model says, event by event.
//!
//! [`simulate`] is a pure function of a [`Model`], a replication's number and nothing else. It does no I/O and cannot
//! fail: [`crate::model::compile`] has proved what it needs. It computes no statistics: it tells an [`Observer`].
//!
//! **Order at equal times.** Events are taken in the order of [`Rank`]; one event moves all its cases before anybody
//! starts; then free members choose until nobody can start; then the next event, even of the same moment, is taken.
//! Only dated changes and the ends of shifts are one: nobody chooses before all shifts of the moment have ended.
//!
//! **Randomness** is asked for by name and never by turn: what a tip draws does not depend on any other tip, nor on
//! what else the scenario holds.

mod arrive;
mod case;
mod change;
pub mod event_list;
mod observer;
mod pool;
mod queue;
mod serve;
#[cfg(test)]
mod tests;

pub use event_list::Rank;
pub use observer::{
    CaseView, Cause, Census, Deaf, Fact, Interruption, Job, JobEnd, MemberFact, Observer, PoolLevel,
};

use crate::model::{Model, Next, OutcomeId, Params, PoolId, SpanLaw, StageId, StageKind, WorkCalendar};
use crate::random::{Draw, Replication};
use crate::units::{Duration, Time};
use arrive::SourceState;
use case::{CaseTable, State, TaskTable};
use event_list::{Event, EventList};
use pool::PoolState;
use queue::StageQueue;

/// Runs replication number `replication` of the model and tells `observer` what happens.
pub fn simulate<O: Observer>(model: &Model, replication: u64, observer: &mut O) {
    let mut engine = Engine::new(model, replication, observer);
    engine.open();
    engine.run();
}

/// The state of one replication.
struct Engine<'m, O> {
    model: &'m Model,
    observer: &'m mut O,
    /// Parameters in force.
    params: &'m Params,
    draws: Replication,
    now: Time,
    events: EventList,
    cases: CaseTable,
    /// Number of the next case.
    arrivals: u64,
    /// Number of the next wait in a queue.
    tickets: u32,
    tasks: TaskTable,
    queues: Vec<StageQueue>,
    sources: Vec<SourceState>,
    pools: Vec<PoolState>,
    /// For each pool the stages where its members work.
    stages_of: Vec<Vec<StageId>>,
    /// Pools whose members may have something new to choose from.
    touched: Vec<bool>,
    /// Pools that left a case to another pool in this event.
    deferred: Vec<bool>,
    /// Cases that joined a queue in this event: their patience is scheduled if they still wait when it is over.
    fresh: Vec<u32>,
    /// Hours that members of several shifts share, by the shifts (sorted).
    common: Vec<(Vec<(PoolId, u8)>, WorkCalendar)>,
    /// A crew being formed, kept for its memory.
    crew: Vec<(PoolId, u32)>,
    census: Census,
}

impl<'m, O: Observer> Engine<'m, O> {
    fn new(model: &'m Model, replication: u64, observer: &'m mut O) -> Self {
        let params = &model.params[0];
        let pools: Vec<PoolState> = (model.pools.iter().zip(&params.pools))
            .map(|(pool, p)| {
                PoolState::new(p, &pool.calendars.iter().map(|c| c.is_always()).collect::<Vec<_>>())
            })
            .collect();
        let (stages, classes) = (model.stages.len(), model.classes.len());
        let mut engine = Engine {
            model,
            observer,
            params,
            draws: Replication::new(model.seed, replication),
            now: Time::ZERO,
            events: EventList::default(),
            cases: CaseTable::new(model.loop_stages),
            arrivals: 0,
            tickets: 0,
            tasks: TaskTable::default(),
            queues: (0..stages).map(|_| StageQueue::new(classes + 1)).collect(),
            sources: vec![],
            stages_of: vec![],
            touched: vec![false; pools.len()],
            deferred: vec![false; pools.len()],
            pools,
            fresh: vec![],
            common: vec![],
            crew: vec![],
            census: Census {
                waiting: vec![0; stages],
                in_work: vec![0; stages],
                delayed: vec![0; stages],
                parked: vec![0; stages],
                split: 0,
                open: vec![0; classes],
                arrived: vec![0; classes],
                reopened: vec![0; classes],
            },
        };
        engine.list_stages();
        engine
    }

    /// Schedules what is known from the start and places the initial cases.
    fn open(&mut self) {
        for pool in 0..self.pools.len() {
            self.tell_pool(PoolId::at(pool));
        }
        for (i, params) in self.model.params.iter().enumerate().skip(1) {
            self.events.schedule(Event::new(params.from, Rank::Change, 0, i as u64, i as u32));
        }
        self.schedule_sample(0);
        self.open_shifts();
        self.open_sources();
        self.place_initial();
        self.settle();
    }

    /// Takes events until the end; nothing at or after it is processed, except the last sample.
    fn run(&mut self) {
        let end = self.model.end();
        while let Some(event) = self.events.take_next() {
            if event.time > end || (event.time == end && event.rank() != Rank::Horizon) {
                break;
            }
            self.now = event.time;
            self.happen(event);
            // All members who come or go at one moment do so before anybody starts: at 17:00 nobody takes up what
            // another pool has just handed over.
            let moves_members = |next: &Event| next.time == event.time && next.rank() <= Rank::StartWindow;
            if !self.events.peek().is_some_and(moves_members) {
                self.settle();
            }
        }
        if self.model.follow_up > Duration::ZERO {
            self.now = end;
            self.take_census();
        }
    }

    fn happen(&mut self, event: Event) {
        match event.rank() {
            Rank::Change => self.change(event.index as usize),
            Rank::ShiftEnd => self.end_shift(event),
            Rank::ShiftStart => self.start_shift(event),
            Rank::StartWindow => self.open_start_window(StageId(event.place())),
            Rank::Finish => self.finish(event),
            Rank::Lapse => self.lapse(event),
            Rank::Patience => self.lose_patience(event),
            Rank::Arrival => self.arrive(event),
            Rank::Burst => self.burst(event),
            Rank::BurstTip => self.burst_tip(event),
            Rank::Sample | Rank::Horizon => {
                self.take_census();
                self.schedule_sample(event.index as usize + 1);
            }
        }
    }

    /// After an event: free members choose until nobody can start; who then waits for the first time may give up.
    fn settle(&mut self) {
        self.choose();
        while let Some(slot) = self.fresh.pop() {
            let case = &self.cases[slot];
            if case.state == State::Waiting && case.patience < Time::NEVER {
                let event = Event::new(case.patience, Rank::Patience, case.stage.0, case.number, slot);
                self.events.schedule(event);
            }
        }
    }

    /// A case comes to a stage. Where nothing takes time it moves on until something does, or it ends.
    fn join(&mut self, slot: u32, mut stage: StageId) {
        loop {
            self.enter(slot, stage, self.now);
            match self.model.stages[stage.index()].kind {
                _ if self.cases[slot].lapsed => return self.end_lapsed(slot),
                StageKind::Work => return self.wait(slot, self.now),
                StageKind::Delay => return self.delay(slot),
                StageKind::Instant => {
                    self.preserve(slot, true);
                    self.preserve(slot, false);
                    self.tell_started(slot, false);
                    self.tell(slot, Fact::Finished { stage, effort: Duration::ZERO });
                }
            }
            match self.route(slot) {
                Next::Stage(next) => stage = next,
                Next::End(outcome) => return self.end(slot, outcome, Cause::Route),
            }
        }
    }

    /// Books the arrival at a stage, whatever happens there.
    fn enter(&mut self, slot: u32, stage: StageId, since: Time) {
        let visit = match self.model.stages[stage.index()].loop_slot {
            Some(loop_slot) => self.cases.count_visit(slot, loop_slot),
            None => 0,
        };
        let case = &mut self.cases[slot];
        case.stage = stage;
        case.visit = visit;
        case.joined = since;
        case.effort = None;
        case.begun = false;
        case.state = State::Moving;
        let waits = self.model.stages[stage.index()].kind == StageKind::Work;
        self.tell(slot, Fact::Joined { stage, since, waits });
    }

    /// A delay begins.
    fn delay(&mut self, slot: u32) {
        let case = &self.cases[slot];
        let (stage, params) = (case.stage, &self.params.stages[case.stage.index()]);
        let law = params.time[case.class.index()].as_ref().expect("compile gave every class a delay");
        let place = self.model.stages[stage.index()].places.delay;
        let until = self.after(self.now, law, case.key.draw(place, 0, u64::from(case.visit)));
        self.preserve(slot, true);
        let case = &mut self.cases[slot];
        case.state = State::Delayed;
        case.until = until;
        self.events.schedule(Event::new(until, Rank::Finish, stage.0, case.number, slot));
        self.census.delayed[stage.index()] += 1;
        self.tell_started(slot, false);
    }

    /// A completion or the end of a delay, if it still holds.
    fn finish(&mut self, event: Event) {
        let slot = event.index;
        let case = &self.cases[slot];
        if case.number != event.number() || case.until != event.time || case.stage.0 != event.place() {
            return;
        }
        let stage = case.stage;
        let effort = match case.state {
            State::InWork => self.stop_work(slot),
            State::Delayed => {
                self.census.delayed[stage.index()] -= 1;
                Duration::ZERO
            }
            State::Waiting | State::Moving => return,
        };
        self.cases[slot].state = State::Moving;
        self.preserve(slot, false);
        self.tell(slot, Fact::Finished { stage, effort });
        if self.cases[slot].lapsed {
            return self.end_lapsed(slot);
        }
        match self.route(slot) {
            Next::Stage(next) => self.join(slot, next),
            Next::End(outcome) => self.end(slot, outcome, Cause::Route),
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
        let u = case.key.stream(place, 0, u64::from(case.visit)).open01();
        pick(choices, u)
    }

    /// The provider's clock stops for good where the source says so, unless the evidence is gone already.
    fn preserve(&mut self, slot: u32, at_start: bool) {
        let case = &mut self.cases[slot];
        let stage = &self.model.stages[case.stage.index()];
        let by = if at_start { &stage.preserves_at_start } else { &stage.preserves_at_end };
        if !case.lapsed && case.source.is_some_and(|s| by.contains(&s)) {
            case.lapse = Time::NEVER;
        }
    }

    /// The provider deletes what a case rests on, if it is not preserved.
    fn lapse(&mut self, event: Event) {
        let slot = event.index;
        let case = &mut self.cases[slot];
        if case.number != event.number() || case.lapse != event.time {
            return;
        }
        case.lapsed = true;
        match case.state {
            State::Waiting => self.leave_queue(slot),
            State::Delayed => self.census.delayed[case.stage.index()] -= 1,
            // Work in hand is finished first.
            State::InWork | State::Moving => return,
        }
        self.end_lapsed(slot);
    }

    fn end_lapsed(&mut self, slot: u32) {
        let outcome = self.cases[slot].on_lapse.expect("only a case with a retention window lapses");
        self.end(slot, outcome, Cause::Lapse);
    }

    /// A case has waited too long, if it still waits.
    fn lose_patience(&mut self, event: Event) {
        let slot = event.index;
        let case = &self.cases[slot];
        let holds = case.number == event.number()
            && case.state == State::Waiting
            && case.patience == event.time
            && case.stage.0 == event.place();
        if !holds {
            return;
        }
        let stage = case.stage;
        self.leave_queue(slot);
        self.tell(slot, Fact::Reneged { stage });
        match self.params.stages[stage.index()].on_patience.expect("compile pairs patience with on_patience")
        {
            Next::Stage(next) => self.join(slot, next),
            Next::End(outcome) => self.end(slot, outcome, Cause::Patience),
        }
    }

    fn end(&mut self, slot: u32, outcome: OutcomeId, cause: Cause) {
        let case = &mut self.cases[slot];
        case.state = State::Moving;
        let (stage, class) = (case.stage, case.class);
        let subject_stopped = self.model.outcomes[outcome.index()].stops;
        self.tell(slot, Fact::Ended { outcome, cause, stage, subject_stopped });
        // The number may not be met again by an event that is still pending.
        self.cases[slot].number = u64::MAX;
        self.cases.remove(slot);
        self.census.open[class.index()] -= 1;
    }

    /// The moment a drawn length of time after `start`.
    fn after(&self, start: Time, law: &SpanLaw, draw: Draw) -> Time {
        let span = Duration::from_millis_f64(law.law.sample(draw));
        if law.working_days { self.model.working_days.finish_after(start, span) } else { start + span }
    }

    fn schedule_sample(&mut self, index: usize) {
        if let Some(&time) = self.model.samples.get(index) {
            let rank = if time == self.model.horizon { Rank::Horizon } else { Rank::Sample };
            self.events.schedule(Event::new(time, rank, 0, index as u64, index as u32));
        }
    }

    fn take_census(&mut self) {
        for (count, queue) in self.census.waiting.iter_mut().zip(&self.queues) {
            *count = queue.len() as u64;
        }
        self.observer.sample(self.now, &self.census);
    }

    fn tell(&mut self, slot: u32, fact: Fact<'_>) {
        self.observer.fact(self.now, self.cases[slot].view(slot), fact);
    }

    fn tell_started(&mut self, slot: u32, resumed: bool) {
        let stage = self.cases[slot].stage;
        let cost = self.params.stages[stage.index()].cost;
        let view = self.cases[slot].view(slot);
        self.observer.fact(self.now, view, Fact::Started { stage, crew: &self.crew, resumed, cost });
    }

    fn tell_pool(&mut self, pool: PoolId) {
        self.observer.pool(self.now, pool, self.pools[pool.index()].level());
    }
}

/// The first choice whose cumulated probability exceeds `u`.
fn pick<T: Copy>(choices: &[(f64, T)], u: f64) -> T {
    let found = choices.iter().find(|(cumulated, _)| u < *cumulated);
    found.or(choices.last()).expect("compile refuses an empty row").1
}
