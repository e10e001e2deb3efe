//! One replication: tips arrive, wait, are worked and leave, as the model says, event by event.
//!
//! [`simulate`] is a pure function of a [`Model`], a replication's number and nothing else. It does no I/O and cannot
//! fail: [`crate::model::compile`] has proved what it needs. It computes no statistics: it tells an [`Observer`].
//!
//! **Order at equal times.** Events are taken in the order of [`Rank`]; one event moves all its cases before anybody
//! starts; then free members choose until nobody can start; then the next event, even of the same moment, is taken.
//! Only dated changes and what happens to members are one: nobody chooses before all shifts of the moment have ended.
//!
//! **Randomness** is asked for by name and never by turn: what a tip draws does not depend on any other tip, nor on
//! what else the scenario holds.
//!
//! **Where things are.** `plain` is a short way for models without mechanisms; all other files are the long one. `source`
//! says when tips come, `arrive` and `repeat` bring them, `link` joins them to cases, `flow` moves a case from stage to
//! stage, `split` takes it apart, `wait` and `limits` keep it in line, `choose` and `preempt` say who is served, `serve`
//! and `loads` work, `belief` says what the agency thinks of it; `shifts`, `staff` and `exposure` are about members,
//! `spans` about the places and members that cases hold, `change` about dated changes. `ladder` is what events and queues
//! stand in, `marks` sets of classes and pools, `features` what a model has at all.

mod arrive;
mod belief;
mod case;
mod change;
mod choose;
pub mod event_list;
mod exposure;
mod features;
mod flow;
mod free_set;
mod ladder;
mod limits;
mod line;
mod link;
mod loads;
mod marks;
mod observer;
mod order;
mod plain;
mod pool;
mod preempt;
mod queue;
mod repeat;
mod roster;
mod serve;
mod shifts;
mod source;
mod spans;
mod split;
mod staff;
mod task;
#[cfg(test)]
mod triage_tests;
mod wait;

pub use event_list::Rank;
pub use observer::{
    CaseView, Cause, Census, Deaf, Fact, Interruption, Job, JobEnd, MemberFact, Observer, PoolLevel,
};

pub use plain::applies as is_plain;

use crate::model::{Model, Params, PoolId, StageId, WorkCalendar};
use crate::random::Replication;
use crate::units::{Duration, Time};
use case::CaseTable;
use event_list::{Event, EventList};
use features::Features;
use flow::Move;
use line::Line;
use link::Links;
use loads::LoadTable;
use marks::Marks;
use order::Quotas;
use pool::PoolState;
use repeat::Subjects;
use source::SourceState;
use spans::SpanTable;
use split::SplitTable;
use staff::Hazard;
use task::TaskTable;

/// Runs replication number `replication` of the model and tells `observer` what happens.
pub fn simulate<O: Observer>(model: &Model, replication: u64, observer: &mut O) {
    if is_plain(model) {
        plain::simulate(model, replication, observer);
    } else {
        simulate_all(model, replication, observer);
    }
}

/// The same with all mechanisms at hand, whether the model asks for them or not: what [`simulate`] does where the short
/// way does not apply, and what that is held against where it does.
pub fn simulate_all<O: Observer>(model: &Model, replication: u64, observer: &mut O) {
    let mut engine = Engine::new(model, replication, observer);
    engine.open();
    engine.run();
}

/// The state of one replication.
struct Engine<'m, O> {
    model: &'m Model,
    observer: &'m mut O,
    has: Features,
    /// Parameters in force.
    params: &'m Params,
    draws: Replication,
    now: Time,
    events: EventList,
    cases: CaseTable,
    /// Number of the next case.
    arrivals: u64,
    /// Tips of mass reports, and of a batch that is coming in, that are still to come.
    awaited: u64,
    /// Number of the next wait in a queue.
    tickets: u32,
    tasks: TaskTable,
    loads: LoadTable,
    splits: SplitTable,
    spans: SpanTable,
    links: Links,
    subjects: Subjects,
    lines: Vec<Line>,
    quotas: Quotas,
    /// Cases that go on at once, the next one last.
    moves: Vec<Move>,
    sources: Vec<SourceState>,
    pools: Vec<PoolState>,
    hazards: Vec<Hazard>,
    /// For each pool the stages where its members work.
    stages_of: Vec<Vec<StageId>>,
    /// For each pool those of them where a case waits for one certain member.
    assigned_at: Vec<Vec<StageId>>,
    /// Pools whose members may have something new to choose from.
    touched: Marks,
    /// Pools whose members have taken up or put down tasks in this event.
    tasked: Marks,
    /// By pool: its level as last told.
    told: Vec<Option<PoolLevel>>,
    /// Pools that left a case to another one in this round, and to which.
    deferred: Vec<(PoolId, PoolId)>,
    /// Pools whose members found nothing to start in this round.
    declined: Marks,
    /// Members kept free for a crew, and the stage for which.
    held: Vec<choose::Held>,
    /// Whether any are.
    holding: bool,
    /// Whether that is as it has to be now.
    held_is_known: bool,
    /// Stages for which members have been kept while work could begin there.
    kept_for: Vec<StageId>,
    /// Cases that joined a line in this event, by slot and life: their patience is scheduled if they still wait when it
    /// is over.
    fresh: Vec<(u32, u32)>,
    /// How many of these have been held against the limit of their queue.
    tested: usize,
    /// Cases that may interrupt others when this event is over, by slot and ticket.
    urgent: Vec<(u32, u32)>,
    /// Members who have left with the end of their task, as long as that is not told.
    gone: Vec<(PoolId, u32)>,
    /// Of how many shifts it is known which tasks may be interrupted.
    known_shifts: u32,
    /// Pools whose members have come on shift in this event.
    came_on: Vec<PoolId>,
    /// Hours that members of several shifts share, by the shifts (sorted).
    common: Vec<(Vec<(PoolId, u8)>, WorkCalendar)>,
    /// A crew being formed, kept for its memory.
    crew: Vec<(PoolId, u32)>,
    census: Census,
}

impl<'m, O: Observer> Engine<'m, O> {
    fn new(model: &'m Model, replication: u64, observer: &'m mut O) -> Self {
        let params = &model.params[0];
        let has = Features::of(model);
        let pools: Vec<PoolState> = (model.pools.iter().zip(&params.pools).zip(&has.exposed))
            .map(|((pool, p), exposed)| {
                let always: Vec<bool> = pool.calendars.iter().map(|c| c.is_always()).collect();
                PoolState::new(p.headcount, p.filled, &p.shares, &always, *exposed)
            })
            .collect();
        let (stages, classes, count) = (model.stages.len(), model.classes.len(), pools.len());
        let mut engine = Engine {
            model,
            observer,
            has,
            params,
            draws: Replication::new(model.seed, replication),
            now: Time::ZERO,
            events: EventList::default(),
            cases: CaseTable::new(model.loop_stages),
            arrivals: 0,
            awaited: 0,
            tickets: 0,
            tasks: TaskTable::default(),
            loads: LoadTable::default(),
            splits: SplitTable::new(model),
            spans: SpanTable::new(model),
            links: Links::new(model),
            subjects: Subjects::new(model),
            lines: (0..stages).map(|_| Line::new(classes + 1)).collect(),
            quotas: Quotas::new(model),
            moves: vec![],
            sources: vec![],
            hazards: (0..count).map(|_| Hazard::default()).collect(),
            stages_of: vec![],
            assigned_at: vec![],
            touched: Marks::default(),
            tasked: Marks::default(),
            told: vec![None; count],
            deferred: vec![],
            declined: Marks::default(),
            held: vec![choose::Held::default(); count],
            holding: false,
            held_is_known: false,
            kept_for: vec![],
            pools,
            fresh: vec![],
            tested: 0,
            urgent: vec![],
            gone: vec![],
            known_shifts: 0,
            came_on: vec![],
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
        self.open_staff();
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
        if !self.members_move_now() {
            self.settle();
            self.tell_pools();
        }
    }

    /// Whether members still come or go at this moment: all of them do before anybody starts, so that at 17:00 nobody
    /// takes up what another pool has just handed over.
    fn members_move_now(&mut self) -> bool {
        let now = self.now;
        self.events.peek().is_some_and(|next| next.time == now && next.rank() <= Rank::Midnight)
    }

    /// Whether more cases and jobs are open, or are to come of batches and mass reports, than a replication may hold.
    pub(super) fn is_overfull(&self) -> bool {
        self.cases.open() as u64 + self.awaited > u64::from(self.model.most_open)
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
            if !self.members_move_now() {
                self.settle();
                self.tell_pools();
            }
            if self.is_overfull() {
                return self.observer.overfull(self.now);
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
            Rank::Leaving => self.member_leaves(event),
            Rank::Absence => self.member_is_away(event),
            Rank::Exposed => self.reach_cap(event),
            Rank::Hiring => self.fill_vacancy(event),
            Rank::Learning => self.learn(event),
            Rank::Return => self.member_is_back(event),
            Rank::ShiftStart => self.start_shift(event),
            Rank::StartWindow => self.open_start_window(StageId(event.place())),
            Rank::Midnight => self.midnight(event),
            Rank::Finish => self.finish(event),
            Rank::Slot => self.slot(event),
            Rank::Lapse => self.lapse(event),
            Rank::Patience => self.lose_patience(event),
            Rank::Release => self.release_after(event),
            Rank::Arrival => self.arrive(event),
            Rank::Burst => self.burst(event),
            Rank::BurstTip => self.burst_tip(event),
            Rank::Repeat => self.repeat_tip(event),
            Rank::Weekly => self.weekly(event),
            Rank::Sample | Rank::Horizon => {
                self.take_census();
                self.schedule_sample(event.index as usize + 1);
            }
        }
    }

    /// After an event: whoever goes on at once goes on, free members choose until nobody can start, urgent cases
    /// interrupt others, full queues send on, parked cases come back; who then waits for the first time may give up.
    fn settle(&mut self) {
        loop {
            if !self.moves.is_empty() {
                self.run_moves();
            }
            if self.is_overfull() {
                return;
            }
            self.choose();
            let mut again = !self.has.gathers.is_empty() && self.send_full_loads();
            again |= self.has.preempts && self.preempt();
            again |= self.has.limits && self.overflow();
            again |= !self.has.parks.is_empty() && self.release_parked();
            if !again && self.moves.is_empty() {
                break;
            }
        }
        self.schedule_patience();
    }

    fn schedule_sample(&mut self, index: usize) {
        if let Some(&time) = self.model.samples.get(index) {
            let rank = if time == self.model.horizon { Rank::Horizon } else { Rank::Sample };
            self.events.schedule(Event::new(time, rank, 0, index as u64, index as u32));
        }
    }

    fn take_census(&mut self) {
        let counts = self.census.waiting.iter_mut().zip(&mut self.census.parked);
        for ((waiting, parked), line) in counts.zip(&self.lines) {
            (*waiting, *parked) = (line.waiting, line.lot.len() as u64);
        }
        self.observer.sample(self.now, &self.census);
    }

    #[expect(clippy::inline_always, reason = "an observer that knows which fact it is told skips all others")]
    #[inline(always)]
    fn tell(&mut self, slot: u32, fact: Fact<'_>) {
        let view = self.cases[slot].view(slot, self.cases.root(slot));
        self.observer.fact(self.now, view, fact);
    }

    #[inline]
    fn tell_pool(&mut self, pool: PoolId) {
        let level = self.pools[pool.index()].level();
        if self.told[pool.index()].replace(level) != Some(level) {
            self.observer.pool(self.now, pool, level);
        }
    }

    /// Tells how many are busy where members took up or put down tasks in this event.
    fn tell_pools(&mut self) {
        while let Some(pool) = self.tasked.next(0) {
            self.tasked.unset(pool);
            self.tell_pool(PoolId::at(pool));
        }
    }
}
