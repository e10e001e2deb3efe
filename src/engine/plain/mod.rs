//! The short way for lines without mechanisms: members who are always there and stay, cases that wait in the order in
//! which they joined, by themselves, and whose patience is the same for all in their lane.
//!
//! Such a model asks none of the questions that the other files of the engine answer, so its cases fit into a cache line,
//! nothing has to be looked up before it is done, and whoever loses patience first stands at the front of a lane: no event
//! has to be kept for it. What is told is the same, fact by fact, as on the long way; a test holds both against each other.

mod cases;
mod line;
mod pool;
mod rules;

use std::hint::black_box;

use self::cases::{Cases, Row};
use self::line::Line;
use self::pool::Pool;
use self::rules::StageRow;
use super::event_list::{Event, EventList, Rank};
use super::flow::pick;
use super::ladder::Item;
use super::observer::{Cause, Census, Fact, Observer};
use super::source::{SourceState, batch, class_of, reports};
use crate::model::{ClassId, Model, Next, Params, PoolId, SourceId, StageId, StageKind};
use crate::random::Replication;
use crate::units::{Duration, Time};

pub use self::rules::applies;

/// The state of one replication.
struct Plain<'m, O> {
    model: &'m Model,
    params: &'m Params,
    observer: &'m mut O,
    draws: Replication,
    now: Time,
    events: EventList,
    cases: Cases,
    /// Tips of a batch that is coming in that are still to come.
    awaited: u64,
    sources: Vec<SourceState>,
    stages: Vec<StageRow<'m>>,
    lines: Vec<Line>,
    pools: Vec<Pool>,
    /// Lanes in which cases wait only for a time, by stage and lane.
    impatient: Vec<(StageId, usize)>,
    census: Census,
    /// Slots and numbers of cases that move soon, kept for its memory.
    ahead: Vec<(u32, u64)>,
}

/// Runs a replication of a model to which the short way applies.
pub(super) fn simulate<O: Observer>(model: &Model, replication: u64, observer: &mut O) {
    let (params, stages, classes) = (&model.params[0], model.stages.len(), model.classes.len());
    let lines: Vec<Line> = (0..stages).map(|s| Line::new(model, s)).collect();
    let mut run = Plain {
        model,
        params,
        observer,
        draws: Replication::new(model.seed, replication),
        now: Time::ZERO,
        events: EventList::default(),
        cases: Cases::default(),
        awaited: 0,
        sources: model.sources.iter().map(|_| SourceState::default()).collect(),
        stages: (0..stages).map(|s| StageRow::new(model, s)).collect(),
        impatient: impatient(&lines),
        lines,
        pools: (0..model.pools.len()).map(|p| Pool::new(model, p)).collect(),
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
        ahead: vec![],
    };
    run.open();
    run.run();
}

impl<O: Observer> Plain<'_, O> {
    fn open(&mut self) {
        for (pool, state) in self.pools.iter().enumerate() {
            self.observer.pool(self.now, PoolId::at(pool), state.level());
        }
        self.schedule_sample(0);
        for source in 0..self.sources.len() {
            self.schedule_epoch(SourceId::at(source), 0);
        }
    }

    /// Takes events until the end; nothing at or after it is processed, except the last sample.
    fn run(&mut self) {
        let end = self.model.end();
        while let Some(event) = self.next() {
            if event.time > end || (event.time == end && event.rank() != Rank::Horizon) {
                break;
            }
            self.now = event.time;
            self.expect_finishes();
            match event.rank() {
                Rank::Arrival => self.arrive(event),
                Rank::Finish => self.finish(event),
                Rank::Patience => self.lose_patience(event),
                _ => {
                    self.observer.sample(self.now, &self.census);
                    self.schedule_sample(event.index as usize + 1);
                }
            }
            if self.is_overfull() {
                return self.observer.overfull(self.now);
            }
            self.choose();
        }
        if self.model.follow_up > Duration::ZERO {
            self.now = end;
            self.observer.sample(self.now, &self.census);
        }
    }

    /// The next event, an end of patience among them.
    #[inline]
    fn next(&mut self) -> Option<Event> {
        let before = self.events.peek().map_or(Time::NEVER, |event| event.time);
        let mut patience: Option<Event> = None;
        for &(stage, lane) in &self.impatient {
            let due = self.lines[stage.index()].first_to_leave(lane, before, stage, &self.cases);
            patience = match (patience, due) {
                (Some(a), Some(b)) => Some(if b.before(&a) { b } else { a }),
                (a, b) => a.or(b),
            };
        }
        match patience {
            Some(event) if self.events.peek().is_none_or(|listed| event.before(listed)) => Some(event),
            _ => self.events.take_next(),
        }
    }

    fn is_overfull(&self) -> bool {
        self.cases.open() as u64 + self.awaited > u64::from(self.model.most_open)
    }

    fn schedule_sample(&mut self, index: usize) {
        if let Some(&time) = self.model.samples.get(index) {
            let rank = if time == self.model.horizon { Rank::Horizon } else { Rank::Sample };
            self.events.schedule(Event::new(time, rank, 0, index as u64, index as u32));
        }
    }

    fn schedule_epoch(&mut self, id: SourceId, epoch: u64) {
        let next = self.sources[id.index()].next_epoch((self.model, self.params), self.draws, id, epoch);
        if let Some(time) = next {
            self.events.schedule(Event::new(time, Rank::Arrival, id.0, epoch, 0));
        }
    }

    /// An epoch of a source's stream: all tips of its batch arrive together.
    fn arrive(&mut self, event: Event) {
        let (id, epoch) = (SourceId(event.place()), event.number());
        let batch = batch((self.model, self.params), self.draws, id, epoch);
        self.awaited = batch;
        for i in 0..batch {
            if self.is_overfull() {
                return;
            }
            self.awaited -= 1;
            let state = &mut self.sources[id.index()];
            if state.tips < self.model.sources[id.index()].at_most {
                state.tips += 1;
                self.tip(id, epoch, i);
            }
        }
        self.schedule_epoch(id, epoch + 1);
    }

    fn tip(&mut self, id: SourceId, epoch: u64, i: u64) {
        let key = self.draws.key(self.model.sources[id.index()].places.tip, &[epoch, i]);
        let class = class_of(self.model, self.params, self.now, id, key);
        let source = &self.params.sources[id.index()];
        let observed = source.label.unwrap_or(class);
        self.census.arrived[class.index()] += 1;
        self.census.open[class.index()] += 1;
        let slot = self.cases.insert(Row::new(key, self.now, (class, observed), id));
        let reports = reports((self.model, self.params), id, key);
        self.tell(slot, Fact::Arrived { subject: true, reports });
        self.join(slot, source.enters);
    }

    /// A case comes to a stage, and to those behind it that take no time.
    #[inline]
    fn join(&mut self, slot: u32, stage: StageId) {
        let since = self.now;
        let kind = self.stages[stage.index()].kind;
        self.tell(slot, Fact::Joined { stage, since, waits: kind == StageKind::Work });
        match kind {
            StageKind::Work => {
                let row = &self.cases[slot];
                self.lines[stage.index()].join(row.observed(), since, (slot, row.number), &self.cases);
                self.census.waiting[stage.index()] += 1;
                self.pools[self.stages[stage.index()].pool.index()].touched = true;
            }
            StageKind::Delay => {
                let span = self.stages[stage.index()].delay(&self.cases[slot], self.now);
                self.census.delayed[stage.index()] += 1;
                self.schedule_finish(slot, stage, span, 0);
                self.tell_started(slot, stage, &[]);
            }
            StageKind::Instant => {
                self.tell_started(slot, stage, &[]);
                self.tell(slot, Fact::Finished { stage, effort: Duration::ZERO });
                self.leave(slot, stage);
            }
        }
    }

    /// The end of a delay, or of the work of a member: who that is goes with the event.
    fn schedule_finish(&mut self, slot: u32, stage: StageId, span: Duration, member: u32) {
        let number = u64::from(self.cases[slot].number);
        let event = Event::new(self.now + span, Rank::Finish, stage.0, number, slot);
        self.events.schedule(event.of_job(member));
    }

    /// Work, or a delay, is over.
    #[inline]
    fn finish(&mut self, event: Event) {
        let (slot, stage) = (event.index, StageId(event.place()));
        let mut effort = Duration::ZERO;
        if self.stages[stage.index()].kind == StageKind::Work {
            let pool = self.stages[stage.index()].pool;
            self.pools[pool.index()].release(event.job);
            effort = self.cases[slot].effort;
            self.census.in_work[stage.index()] -= 1;
        } else {
            self.census.delayed[stage.index()] -= 1;
        }
        self.tell(slot, Fact::Finished { stage, effort });
        self.leave(slot, stage);
    }

    /// It is done with its stage and goes on.
    #[inline]
    fn leave(&mut self, slot: u32, stage: StageId) {
        let next = self.stages[stage.index()].route(&self.cases[slot], pick);
        self.go(slot, stage, next, Cause::Route);
    }

    /// It goes on from a stage.
    fn go(&mut self, slot: u32, stage: StageId, next: Next, cause: Cause) {
        let outcome = match next {
            Next::Stage(stage) => return self.join(slot, stage),
            Next::End(outcome) => outcome,
        };
        let class = self.cases[slot].class();
        let subject_stopped = self.model.outcomes[outcome.index()].stops;
        self.tell(slot, Fact::Ended { outcome, cause, stage, subject_stopped });
        self.cases.remove(slot);
        self.census.open[class.index()] -= 1;
    }

    /// The first of a lane has waited too long.
    fn lose_patience(&mut self, event: Event) {
        let (slot, stage) = (event.index, StageId(event.place()));
        self.lines[stage.index()].take_first_of(self.cases[slot].observed());
        self.census.waiting[stage.index()] -= 1;
        self.tell(slot, Fact::Reneged { stage });
        let next = self.params.stages[stage.index()].on_patience;
        self.go(slot, stage, next.expect("compile pairs patience with on_patience"), Cause::Patience);
    }

    /// Free members take up cases until nobody can.
    #[inline]
    fn choose(&mut self) {
        for pool in 0..self.pools.len() {
            if std::mem::take(&mut self.pools[pool].touched) {
                while self.pools[pool].has_free() && self.start_one(PoolId::at(pool)) {}
                if self.pools[pool].has_news() {
                    self.observer.pool(self.now, PoolId::at(pool), self.pools[pool].level());
                }
            }
        }
    }

    /// The lowest free member of the pool takes the most urgent case there is for it, if any.
    fn start_one(&mut self, pool: PoolId) -> bool {
        let stage = match self.pools[pool.index()].stages[..] {
            [only] => only,
            ref several => match self.most_urgent(several) {
                Some(stage) => stage,
                None => return false,
            },
        };
        let Some(slot) = self.lines[stage.index()].take_first() else { return false };
        if self.lines[stage.index()].look_ahead(&self.cases, &mut self.ahead) {
            self.expect();
        }
        let (effort, span) = self.stages[stage.index()].effort(&self.cases[slot]);
        self.cases[slot].effort = effort;
        let member = self.pools[pool.index()].seize();
        self.census.waiting[stage.index()] -= 1;
        self.census.in_work[stage.index()] += 1;
        self.schedule_finish(slot, stage, span, member);
        self.tell_started(slot, stage, &[(pool, member)]);
        true
    }

    /// Of a pool's stages the one whose first case is of the most urgent class; of equals the later stage.
    fn most_urgent(&self, stages: &[StageId]) -> Option<StageId> {
        let urgency = |stage: &StageId| {
            let slot = self.lines[stage.index()].first()?;
            let precedence = self.model.precedence[self.cases[slot].observed().index()];
            Some((precedence, -i64::from(stage.0), *stage))
        };
        stages.iter().filter_map(urgency).min().map(|(.., stage)| stage)
    }

    /// Where so many events are pending that only some stand near, the cases of these are asked for as they come near.
    #[inline]
    fn expect_finishes(&mut self) {
        if !self.events.news() {
            return;
        }
        let due = self.events.near().iter().filter(|event| event.rank() == Rank::Finish);
        self.ahead.extend(due.map(|event| (event.index, event.number())));
        self.expect();
    }

    /// Asks memory for the cases ahead, all at once.
    fn expect(&mut self) {
        black_box(self.cases.glance(&self.ahead));
        self.observer.expect(&self.ahead);
        self.ahead.clear();
    }

    #[inline]
    fn tell_started(&mut self, slot: u32, stage: StageId, crew: &[(PoolId, u32)]) {
        let cost = self.stages[stage.index()].cost;
        self.observer.fact(
            self.now,
            self.cases.view(slot),
            Fact::Started { stage, crew, resumed: false, cost },
        );
    }

    #[expect(clippy::inline_always, reason = "an observer that knows which fact it is told skips all others")]
    #[inline(always)]
    fn tell(&mut self, slot: u32, fact: Fact<'_>) {
        self.observer.fact(self.now, self.cases.view(slot), fact);
    }
}

/// The lanes of lines in which cases wait only for a time.
fn impatient(lines: &[Line]) -> Vec<(StageId, usize)> {
    let of = |(s, line)| Line::impatient(line).map(move |lane| (StageId::at(s), lane));
    lines.iter().enumerate().flat_map(of).collect()
}

/// What a case truly is, and what it is believed to be.
type Classes = (ClassId, ClassId);
