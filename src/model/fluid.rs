//! The deterministic limit: the same scenario without luck, as fluid that flows through the stages.
//!
//! A thin line on every chart of the backlog: where simulation and fluid agree, overload drives the picture; where
//! the simulation lies above, randomness does. The fluid is followed in steps of a day (in short runs, of a
//! sixty-fourth of the run), and these are its rules:
//!
//! * Tips arrive at their mean rates, evenly within a step. Routes divide them by their probabilities.
//! * **Work.** A pool gives the hours that its members are on shift in the step. Cases in hand go first; then the most
//!   urgent head of the queues, the later stage among equals, as in the simulation. Cases in hand end at the rate
//!   1 / elapsed time: with hours to spare, in work = throughput × mean elapsed time, and an overloaded pool ends
//!   hours / effort. No more cases are in hand than members.
//! * **Queues** remember when fluid joined and, on average, when it arrived: orders, patience and evidence go by that. A
//!   queue in random order is taken for first come, first served, and one by drawn effort goes by the mean.
//! * **Delays** are exact to the step: the law's distribution function averaged over the step of entry, with the tail
//!   beyond one in a million cut; working days are counted on their calendar.
//! * **Patience and evidence** thin what waits and what is delayed by the conditional probability of each step. In hand
//!   evidence lasts; what lapsed meanwhile goes in the next queue.
//! * Where pools finish in overtime, each end of a shift adds what a task in hand needs on average. Where tasks begin only
//!   in windows, a stage gets the hours of the window and what the last task runs on beyond it. A crew works only while
//!   its pools share hours. Otherwise the hour of the day plays no part.

mod clock;
mod delay;
mod kinds;
mod queue;
mod serve;
mod tables;

use super::inflow::Inflow;
use super::staffing::Staffing;
use super::{Initial, Model, Next, Params, SourceId, StageId, StageKind};
use crate::units::Time;
use clock::Clock;
use delay::Delayed;
use kinds::Kinds;
use queue::{Batch, Queue};
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
    staffing: Staffing<'m>,
    /// The step under way.
    step: usize,
    params: &'m Params,
    /// By stage.
    teams: Vec<Vec<Team>>,
    stage_tables: Vec<StageTables>,
    source_tables: Vec<SourceTables>,
    /// By stage and kind: what comes to a stage and is not yet taken in.
    inbox: Vec<Vec<Flow>>,
    /// By stage and kind.
    queues: Vec<Vec<Queue>>,
    in_work: Vec<InWork>,
    delays: Vec<Delayed>,
    arrived: f64,
    ended: Vec<f64>,
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
        let (clock, kinds) = (Clock::new(model), Kinds::new(model));
        let params = &model.params[0];
        let teams: Vec<Vec<Team>> = model.stages.iter().map(|s| tables::teams(model, s)).collect();
        let (stages, count) = (model.stages.len(), kinds.all.len());
        let mut run = Run {
            inflow: Inflow::new(model),
            staffing: Staffing::new(model),
            step: 0,
            params,
            stage_tables: (model.stages.iter().zip(&params.stages))
                .map(|(stage, params)| StageTables::new(stage.kind, params, &clock))
                .collect(),
            source_tables: params.sources.iter().map(|s| SourceTables::new(s, &clock)).collect(),
            inbox: vec![vec![Flow::default(); count]; stages],
            queues: (0..stages).map(|_| vec![Queue::default(); count]).collect(),
            in_work: teams.iter().map(|t| InWork::new(t.len(), count)).collect(),
            teams,
            delays: model.stages.iter().map(|s| Delayed::new(s.kind, count, clock.steps)).collect(),
            arrived: 0.0,
            ended: vec![0.0; model.outcomes.len()],
            model,
            clock,
            kinds,
        };
        model.initial.iter().for_each(|initial| run.place(initial));
        run.queues.iter_mut().flatten().for_each(Queue::sort);
        run
    }

    /// Puts a row of the initial backlog into its stage, in slices of equal probability of age and time waited.
    fn place(&mut self, initial: &Initial) {
        const SLICES: u32 = 32;
        let kind = self.kinds.of_initial(initial);
        let mass = initial.count as f64 / f64::from(SLICES);
        self.arrived += initial.count as f64;
        for slice in (0..SLICES).rev() {
            let level = (f64::from(slice) + 0.5) / f64::from(SLICES);
            let age = self.clock.in_steps(initial.age.quantile(level));
            let waited = initial.waited.as_ref().map_or(age, |law| self.clock.in_steps(law.quantile(level)));
            let (stage, flow) = (initial.stage.index(), Flow::at(mass, -age));
            match self.model.stages[stage].kind {
                StageKind::Work => {
                    self.queues[stage][kind].push(Batch { joined: -waited.min(age), flow });
                }
                StageKind::Delay | StageKind::Instant => self.inbox[stage][kind].add(flow),
            }
        }
    }

    fn advance(&mut self, step: usize) {
        self.step = step;
        self.renew_tables();
        self.end_delays();
        self.take_in_tips();
        self.serve();
        self.thin_queues();
    }

    /// Puts dated changes into force.
    fn renew_tables(&mut self) {
        let params = self.model.params_at(self.clock.middle(self.step));
        if std::ptr::eq(params, self.params) {
            return;
        }
        self.params = params;
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

    fn take_in_tips(&mut self) {
        let (from, until) = self.clock.bounds(self.step);
        for tips in self.inflow.next(from, until) {
            let evidence = self.source_tables[tips.source.index()].evidence.as_ref();
            let enters = self.model.params_at(from).sources[tips.source.index()].enters;
            let kind = self.kinds.of_tips(&tips, evidence.is_some());
            self.arrived += tips.count;
            // What the provider has deleted before the tip came is lost at once.
            let lasts = evidence.map_or(1.0, |e| e.lasts.above(e.lag));
            if let Some(evidence) = evidence {
                self.ended[evidence.on_lapse.index()] += tips.count * (1.0 - lasts);
            }
            let middle = self.step as f64 + 0.5;
            self.inbox[enters.index()][kind].add(Flow::at(tips.count * lasts, middle));
        }
    }

    /// Takes what came to stages in: into queues and delays, or on along the routes. Returns how much.
    fn deliver(&mut self) -> f64 {
        let mut moved = 0.0;
        for s in 0..self.inbox.len() {
            for kind in 0..self.kinds.all.len() {
                let flow = std::mem::take(&mut self.inbox[s][kind]);
                if flow.mass <= 0.0 {
                    continue;
                }
                moved += flow.mass;
                match self.model.stages[s].kind {
                    StageKind::Work => {
                        let joined = self.step as f64 + 0.5;
                        self.queues[s][kind].push(Batch { joined, flow });
                    }
                    StageKind::Delay => self.delay(s, kind, flow),
                    StageKind::Instant => {
                        let kind = self.kinds.at_start(&self.model.stages[s], kind);
                        self.leave(s, kind, flow);
                    }
                }
            }
        }
        moved
    }

    /// Sends what has ended at a stage along its routes.
    fn leave(&mut self, stage: usize, kind: usize, flow: Flow) {
        let kind = self.kinds.at_end(&self.model.stages[stage], kind);
        let who = self.kinds.all[kind];
        for (share, next) in self.params.stages[stage].ways(who.class, who.observed) {
            send(&mut self.inbox, &mut self.ended, next, kind, flow.part(share));
        }
    }

    /// Those who waited too long, and those whose evidence is gone, leave the queues.
    fn thin_queues(&mut self) {
        let (before, after) = (self.step as f64, self.step as f64 + 1.0);
        for (s, queues) in self.queues.iter_mut().enumerate() {
            for (kind, queue) in queues.iter_mut().enumerate() {
                let who = self.kinds.all[kind];
                let evidence =
                    who.source.and_then(|s: SourceId| self.source_tables[s.index()].evidence.as_ref());
                if let Some(evidence) = evidence {
                    let lost = queue.thin(|batch| {
                        let arrived = batch.flow.arrived() - evidence.lag;
                        evidence.lasts.between(batch.joined.max(before) - arrived, after - arrived)
                    });
                    self.ended[evidence.on_lapse.index()] += lost.mass;
                }
                let patience = self.stage_tables[s].patience[who.observed.index()].as_ref();
                if let (Some(patience), Some(next)) = (patience, self.params.stages[s].on_patience) {
                    let lost = queue.thin(|batch| {
                        let since = batch.joined.max(0.0);
                        let waited = |until| self.clock.elapsed(patience.working_days, since, until);
                        patience.law.between(waited(since.max(before)), waited(after))
                    });
                    send(&mut self.inbox, &mut self.ended, next, kind, lost);
                }
            }
        }
    }

    fn levels(&self) -> Levels {
        let mut levels = Levels {
            arrived: self.arrived,
            ended: self.ended.clone(),
            ..Levels::empty(self.model.stages.len())
        };
        for s in 0..self.model.stages.len() {
            let coming: f64 = self.inbox[s].iter().map(|f| f.mass).sum();
            let queued: f64 = self.queues[s].iter().map(Queue::mass).sum();
            if self.model.stages[s].kind == StageKind::Delay {
                levels.delayed[s] = coming + self.delays[s].mass();
                continue;
            }
            let here = queued + self.in_work[s].mass();
            levels.in_work[s] = self.in_work[s].busy().min(here);
            levels.waiting[s] = coming + here - levels.in_work[s];
        }
        levels
    }
}

/// Sends fluid on, or lets it end.
fn send(inbox: &mut [Vec<Flow>], ended: &mut [f64], next: Next, kind: usize, flow: Flow) {
    match next {
        Next::Stage(to) => inbox[StageId::index(to)][kind].add(flow),
        Next::End(outcome) => ended[outcome.index()] += flow.mass,
    }
}

/// Where the fluid stands at the end of a step.
#[derive(Clone)]
struct Levels {
    waiting: Vec<f64>,
    in_work: Vec<f64>,
    delayed: Vec<f64>,
    arrived: f64,
    ended: Vec<f64>,
}

impl Levels {
    fn empty(stages: usize) -> Levels {
        let none = vec![0.0; stages];
        Levels { waiting: none.clone(), in_work: none.clone(), delayed: none, arrived: 0.0, ended: vec![] }
    }
}

/// Reads the levels off at the sample times, linearly between the ends of steps.
struct Recorder {
    fluid: Fluid,
    last: (Time, Levels),
}

impl Recorder {
    fn new(model: &Model, start: Levels) -> Recorder {
        let by_stage = vec![vec![]; model.stages.len()];
        let fluid = Fluid {
            at: model.samples.clone(),
            open: vec![],
            waiting: by_stage.clone(),
            in_work: by_stage.clone(),
            delayed: by_stage,
            arrived: vec![],
            ended: vec![vec![]; model.outcomes.len()],
        };
        let mut recorder = Recorder { fluid, last: (Time::ZERO, start.clone()) };
        recorder.after(Time::ZERO, start);
        recorder
    }

    /// Takes the levels at the end of a step, and what samples lie before it.
    fn after(&mut self, time: Time, now: Levels) {
        while let Some(&at) = self.fluid.at.get(self.fluid.open.len()).filter(|at| **at <= time) {
            let (before, last) = &self.last;
            let length = (time - *before).0;
            let share = if length > 0 { (at - *before).0 as f64 / length as f64 } else { 1.0 };
            let between = |a: f64, b: f64| a + (b - a) * share;
            let push = |series: &mut [Vec<f64>], a: &[f64], b: &[f64]| -> f64 {
                let mut sum = 0.0;
                for ((series, a), b) in series.iter_mut().zip(a).zip(b) {
                    series.push(between(*a, *b));
                    sum += between(*a, *b);
                }
                sum
            };
            let open = push(&mut self.fluid.waiting, &last.waiting, &now.waiting)
                + push(&mut self.fluid.in_work, &last.in_work, &now.in_work)
                + push(&mut self.fluid.delayed, &last.delayed, &now.delayed);
            push(&mut self.fluid.ended, &last.ended, &now.ended);
            self.fluid.arrived.push(between(last.arrived, now.arrived));
            self.fluid.open.push(open);
        }
        self.last = (time, now);
    }
}

#[cfg(test)]
mod tests;
