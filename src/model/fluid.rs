//! The deterministic limit: the same scenario without luck, as fluid that flows through the stages.
//!
//! A thin line on every chart of the backlog: where simulation and fluid agree, overload drives the picture; where
//! the simulation lies above, randomness does. The fluid is followed in steps of a day (in short runs, of a
//! sixty-fourth of the run), and these are its rules:
//!
//! * Tips arrive at their mean rates, evenly within a step. Routes and assessments divide them by their probabilities.
//! * **Work.** A pool gives the hours that its members, as many as are expected, are on shift in the step. Cases in hand
//!   go first; then the head of the queues that its members prefer, the later stage among equals, as in the simulation.
//!   Cases in hand end at the rate 1 / elapsed time: with hours to spare, in work = throughput × mean elapsed time, and
//!   an overloaded pool ends hours / effort. No more cases are in hand than members. Nobody is interrupted or kept idle
//!   for a crew; a reserve leaves others what is beyond it; an exposure cap bounds the hours that go into such stages.
//! * **Queues** remember when fluid joined and, on average, when it arrived: orders, patience and evidence go by that. A
//!   queue in random order is taken for first come, first served, one by drawn effort goes by the mean, one by score by
//!   the observed class.
//! * **Delays** are exact to the step: the law's distribution function averaged over the step of entry, with the tail
//!   beyond one in a million cut; working days are counted on their calendar.
//! * **Parts.** A case in jobs is one amount of fluid that wants the work of all of them, and goes on when its jobs are
//!   over on average; what is called off is done in full. At each stage jobs are counted, in total cases.
//! * **Gates.** Loads are full, those of up to n as full as the queue allows, and one of exactly n keeps (n - 1)/2 waiting.
//!   At a slot goes what waits then. A span lets in what there is room for. Limits of queues and parking hold at the end
//!   of each round of choices.
//! * **Patience and evidence** thin what waits and what is delayed by the conditional probability of each step, half of it
//!   before members choose and half after (G. Strang, SIAM Journal on Numerical Analysis 5:506, 1968). In hand evidence
//!   lasts; what lapsed meanwhile goes in the next queue.
//! * **Links** find an open case with the probability that a Poisson number with the open fluid as its mean is above none.
//!   Further tips come at their rate about those who were not stopped. A link makes nothing look more urgent.
//! * Where pools finish in overtime, each end of a shift adds what a task in hand needs on average. Where tasks begin only
//!   in windows, a stage gets the hours of the window and what the last task runs on beyond it. A crew works only while
//!   its pools share hours. Otherwise the hour of the day plays no part. What load does to the hazard of leaving is left
//!   out.

mod arrive;
mod clock;
mod delay;
mod flow;
mod gate;
mod kinds;
mod order;
mod queue;
mod record;
mod serve;
mod tables;

use std::collections::BTreeMap;

use super::capacity::effective::Effective;
use super::inflow::Inflow;
use super::walk::{Met, Part, Walks};
use super::{ClassId, Initial, Model, Params, SourceId, StageKind};
use crate::units::Time;
use arrive::Known;
use clock::Clock;
use delay::Delayed;
use flow::Exits;
use gate::Door;
use kinds::{Amount, ByKind, Kind, Kinds};
use order::Shares;
use queue::{Batch, Queue};
use record::{Levels, Recorder};
use serve::InWork;
use tables::{SourceTables, StageTables, Team};

/// The fluid's levels at the model's sample times, in cases.
#[derive(Debug, Clone, PartialEq)]
pub struct Fluid {
    /// [`Model::samples`].
    pub at: Vec<Time>,
    /// Open cases.
    pub open: Vec<f64>,
    /// By stage: cases that wait for members.
    pub waiting: Vec<Vec<f64>>,
    /// By stage: cases in hand.
    pub in_work: Vec<Vec<f64>>,
    /// By stage: cases whose delay runs.
    pub delayed: Vec<Vec<f64>>,
    /// Cases so far, the initial ones included.
    pub arrived: Vec<f64>,
    /// By outcome: cases ended so far.
    pub ended: Vec<Vec<f64>>,
}

/// An amount of fluid with the sum of the moments (in steps) at which its tips arrived.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Flow {
    mass: f64,
    moment: f64,
}

/// Follows the fluid from the start to the horizon.
pub fn curve(model: &Model) -> Fluid {
    let mut run = Run::new(model);
    let mut record = Recorder::new(model, run.levels());
    for step in 0..run.clock.steps {
        run.advance(step);
        record.after(run.clock.bounds(step).1, run.levels());
    }
    record.fluid
}

/// The state of the fluid.
struct Run<'m> {
    model: &'m Model,
    clock: Clock,
    kinds: Kinds,
    inflow: Inflow<'m>,
    staff: Effective<'m>,
    walks: Walks<'m>,
    /// What becomes of cases whose parts have met, by part, true and observed class.
    meetings: BTreeMap<(Part, ClassId, ClassId), Vec<(f64, Met)>>,
    /// By stage and kind: where what leaves goes, where that has been worked out.
    exits: Vec<Vec<Exits>>,
    /// By class: the mean number of devices.
    devices: Vec<f64>,
    /// The step under way.
    step: usize,
    params: &'m Params,
    /// By stage.
    teams: Vec<Vec<Team>>,
    stage_tables: Vec<StageTables>,
    source_tables: Vec<SourceTables>,
    /// By stage and kind: what comes to a stage and is not yet taken in.
    inbox: Vec<ByKind<Flow>>,
    /// By stage and kind.
    queues: Vec<ByKind<Queue>>,
    /// By stage.
    doors: Vec<Door>,
    quotas: Vec<Shares>,
    /// By stage: something has come that members have not looked at.
    fresh: Vec<bool>,
    in_work: Vec<InWork>,
    delays: Vec<Delayed>,
    /// By true class.
    known: Vec<Known>,
    /// Whether ended cases may be opened again.
    reopens: bool,
    arrived: f64,
    ended: Vec<f64>,
}

impl Amount for Flow {
    fn is_none(&self) -> bool {
        self.mass == 0.0 && self.moment == 0.0
    }
}

impl Flow {
    /// So much that arrived at this moment, in steps.
    fn at(mass: f64, arrived: f64) -> Flow {
        Flow { mass, moment: mass * arrived }
    }

    fn add(&mut self, other: Flow) {
        self.mass += other.mass;
        self.moment += other.moment;
    }

    fn part(self, share: f64) -> Flow {
        Flow { mass: self.mass * share, moment: self.moment * share }
    }

    /// When it arrived, on average.
    fn arrived(self) -> f64 {
        self.moment / self.mass
    }
}

impl<'m> Run<'m> {
    fn new(model: &'m Model) -> Run<'m> {
        let clock = Clock::new(model);
        let params = &model.params[0];
        let teams: Vec<Vec<Team>> = model.stages.iter().map(|s| tables::teams(model, s)).collect();
        let stages = model.stages.len();
        let mut links = model.params.iter().flat_map(|p| &p.sources).filter_map(|s| s.link.as_ref());
        let mut run = Run {
            kinds: Kinds::new(),
            inflow: Inflow::new(model),
            staff: Effective::new(model),
            walks: Walks::new(model),
            meetings: BTreeMap::new(),
            exits: vec![vec![]; stages],
            devices: vec![],
            step: 0,
            params,
            stage_tables: (model.stages.iter().zip(&params.stages))
                .map(|(stage, params)| StageTables::new(stage.kind, params, &clock))
                .collect(),
            source_tables: params.sources.iter().map(|s| SourceTables::new(s, &clock)).collect(),
            inbox: vec![ByKind::default(); stages],
            queues: vec![ByKind::default(); stages],
            doors: (0..stages).map(|s| Door::new(model, s)).collect(),
            quotas: vec![Shares::default(); stages],
            fresh: vec![true; stages],
            in_work: teams.iter().map(|t| InWork::new(t.len())).collect(),
            teams,
            delays: (0..stages).map(|_| Delayed::new(clock.steps)).collect(),
            known: vec![Known::default(); model.classes.len()],
            reopens: links.any(|link| link.reopen > 0.0),
            arrived: 0.0,
            ended: vec![0.0; model.outcomes.len()],
            model,
            clock,
        };
        run.count_devices();
        model.initial.iter().for_each(|initial| run.place(initial));
        run.sort_queues();
        run
    }

    /// What the initial backlog has put into queues stood in any order.
    fn sort_queues(&mut self) {
        for queues in &mut self.queues {
            for kind in 0..queues.len() {
                queues.change(kind, Queue::sort);
            }
        }
    }

    fn count_devices(&mut self) {
        let classes = (0..self.model.classes.len()).map(ClassId::at);
        self.devices = classes.map(|class| self.walks.devices(class).mean).collect();
    }

    /// Puts a row of the initial backlog into its stage, in slices of equal probability of age and time waited.
    fn place(&mut self, initial: &Initial) {
        const SLICES: u32 = 32;
        let source = initial.source.filter(|_| initial.can_lapse);
        let whole = Kind::whole(initial.class, initial.observed, source);
        let splits = whole.part.splits_on_entry(self.model, initial.stage);
        let part = if splits { whole.part.inner(initial.stage) } else { whole.part };
        let kind = self.kinds.of(Kind { part, ..whole });
        let mass = initial.count as f64 / f64::from(SLICES);
        self.arrived += initial.count as f64;
        self.begin_subjects(initial.class, initial.source, initial.count as f64);
        for slice in (0..SLICES).rev() {
            let level = (f64::from(slice) + 0.5) / f64::from(SLICES);
            let age = self.clock.in_steps(initial.age.quantile(level));
            let waited = initial.waited.as_ref().map_or(age, |law| self.clock.in_steps(law.quantile(level)));
            let (stage, flow) = (initial.stage.index(), Flow::at(mass, -age));
            match self.model.stages[stage].kind {
                StageKind::Work => {
                    let batch = Batch { joined: -waited.min(age), flow };
                    self.queues[stage].change(kind, |queue| queue.push(batch));
                }
                StageKind::Delay | StageKind::Instant => self.send(stage, kind, flow),
            }
        }
    }

    fn advance(&mut self, step: usize) {
        self.step = step;
        self.renew_tables();
        self.open_doors();
        self.end_delays();
        self.take_in_tips();
        // Whoever is served leaves in the middle of the step, like whoever comes: half of the losses are before that. Who
        // would give up at that very moment is served.
        let (before, after) = (step as f64, step as f64 + 1.0);
        self.thin_queues(before, before + 0.5);
        self.serve();
        self.thin_queues(before + 0.5, after);
    }

    /// Puts dated changes into force.
    fn renew_tables(&mut self) {
        let params = self.model.params_at(self.clock.middle(self.step));
        if std::ptr::eq(params, self.params) {
            return;
        }
        self.params = params;
        self.walks.under(params);
        self.meetings.clear();
        self.exits.iter_mut().for_each(Vec::clear);
        self.count_devices();
        let stages = self.stage_tables.iter_mut().zip(&self.model.stages);
        for ((table, stage), params) in stages.zip(&params.stages) {
            if !table.is_of(params) {
                *table = StageTables::new(stage.kind, params, &self.clock);
            }
        }
        for (table, params) in self.source_tables.iter_mut().zip(&params.sources) {
            if !table.is_of(params) {
                *table = SourceTables::new(params, &self.clock);
            }
        }
    }

    /// Sends fluid to a stage.
    fn send(&mut self, stage: usize, kind: usize, flow: Flow) {
        self.inbox[stage].change(kind, |inbox| inbox.add(flow));
    }

    /// Takes what came to stages in: into queues and delays, or on along the routes. Returns how much.
    fn deliver(&mut self, first: bool) -> f64 {
        /// So little waits for the next step in front of a delay, whose law spreads it over many.
        const LITTLE: f64 = 1e-3;
        let mut moved = 0.0;
        for s in 0..self.inbox.len() {
            let least = if first || self.model.stages[s].kind != StageKind::Delay { 0.0 } else { LITTLE };
            // Kinds that are new now wait for the next round.
            let (mut from, until) = (0, self.inbox[s].len());
            while let Some(kind) = self.inbox[s].next(from).filter(|kind| *kind < until) {
                from = kind + 1;
                if self.inbox[s].get(kind).is_some_and(|flow| flow.mass > least) {
                    let flow = self.inbox[s].change(kind, std::mem::take);
                    moved += flow.mass;
                    self.join(s, kind, Batch { joined: self.step as f64 + 0.5, flow });
                }
            }
        }
        moved + self.pass_doors()
    }

    /// Those who wait too long between two moments, and those whose evidence is gone then, leave the queues.
    fn thin_queues(&mut self, before: f64, after: f64) {
        for s in 0..self.queues.len() {
            let mut from = 0;
            while let Some(kind) = self.next_here(s, from) {
                for place in [Place::Queue, Place::Gate, Place::Lot] {
                    self.thin((s, kind, place), before, after);
                }
                from = kind + 1;
            }
        }
    }

    /// The first kind from this one on that waits anywhere at a stage.
    fn next_here(&self, s: usize, from: usize) -> Option<usize> {
        let here = [&self.queues[s], &self.doors[s].gate, &self.doors[s].lot];
        here.into_iter().filter_map(|queues| queues.next(from)).min()
    }

    fn thin(&mut self, (s, kind, place): (usize, usize, Place), before: f64, after: f64) {
        let door = &mut self.doors[s];
        let queues = match place {
            Place::Queue => &mut self.queues[s],
            Place::Gate => &mut door.gate,
            Place::Lot => &mut door.lot,
        };
        if queues.get(kind).is_none_or(|queue| queue.mass() <= 0.0) {
            return;
        }
        let who = self.kinds.all[kind];
        let evidence = who.source.and_then(|s: SourceId| self.source_tables[s.index()].evidence.as_ref());
        let lapsed = evidence.map(|evidence| {
            let lasts = |batch: &Batch| {
                let arrived = batch.flow.arrived() - evidence.lag;
                evidence.lasts.between(batch.joined.max(before) - arrived, after - arrived)
            };
            let lost = queues.change(kind, |queue| queue.thin(lasts));
            (lost, evidence.on_lapse)
        });
        let patience = self.stage_tables[s].patience[who.observed.index()].as_ref();
        let patience = patience.zip(self.params.stages[s].on_patience).filter(|_| place != Place::Lot);
        let impatient = patience.map(|(patience, next)| {
            let stays = |batch: &Batch| {
                let since = batch.joined.max(0.0);
                let waited = |until| self.clock.elapsed(patience.working_days, since, until);
                patience.law.between(waited(since.max(before)), waited(after))
            };
            let lost = queues.change(kind, |queue| queue.thin(stays));
            (lost, next)
        });
        if let Some((lost, outcome)) = lapsed {
            self.end(s, kind, outcome, lost.mass);
        }
        if let Some((lost, next)) = impatient {
            self.go_aside(s, kind, lost, next);
        }
    }

    fn levels(&self) -> Levels {
        let mut levels = Levels {
            arrived: self.arrived,
            ended: self.ended.clone(),
            ..Levels::empty(self.model.stages.len())
        };
        for s in 0..self.model.stages.len() {
            let (mut cases, mut coming) = (0.0, 0.0);
            let mut count = |kind: usize, mass: f64| {
                cases += mass;
                coming += mass * self.jobs(kind);
            };
            self.inbox[s].iter().for_each(|(kind, flow)| count(kind, flow.mass));
            for queues in [&self.doors[s].gate, &self.doors[s].lot, &self.queues[s]] {
                queues.iter().for_each(|(kind, queue)| count(kind, queue.mass()));
            }
            if self.model.stages[s].kind == StageKind::Delay {
                let mut delayed = 0.0;
                for (kind, mass) in self.delays[s].masses().enumerate() {
                    cases += mass;
                    delayed += mass * self.jobs(kind);
                }
                (levels.delayed[s], levels.waiting[s]) = (delayed, coming);
                let rules = &self.model.stages[s].rules;
                if rules.gather.is_none() && rules.opens.is_none() {
                    (levels.delayed[s], levels.waiting[s]) = (delayed + coming, 0.0);
                }
            } else {
                let mut here = coming;
                for (kind, mass) in self.in_work[s].masses() {
                    cases += mass;
                    here += mass * self.jobs(kind);
                }
                levels.in_work[s] = (self.in_work[s].busy() * self.load_size(s)).min(here);
                levels.waiting[s] = here - levels.in_work[s];
            }
            levels.open += cases;
        }
        levels
    }
}

/// Where fluid waits at a stage.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Queue,
    Gate,
    Lot,
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod mechanism_tests;
