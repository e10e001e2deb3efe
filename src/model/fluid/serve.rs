//! Work: what is in hand goes on, then free members choose.

use super::queue::Batch;
use super::tables::Team;
use super::{Flow, Run, StageKind};
use crate::model::{ClassId, Limit, Order, PoolId, ShiftEnd, WorkCalendar};

/// Cases in hand at a stage.
#[derive(Clone)]
pub(super) struct InWork {
    /// By team and kind.
    cases: Vec<Vec<Flow>>,
    /// How many were in hand on average while members were on shift, in the last step with a shift.
    busy: f64,
}

impl InWork {
    pub(super) fn new(teams: usize, kinds: usize) -> InWork {
        InWork { cases: vec![vec![Flow::default(); kinds]; teams], busy: 0.0 }
    }

    pub(super) fn mass(&self) -> f64 {
        self.cases.iter().flatten().map(|f| f.mass).sum()
    }

    pub(super) fn busy(&self) -> f64 {
        self.busy
    }
}

/// What is left of a step's hours.
struct Shift {
    /// By pool: member-hours.
    hours: Vec<f64>,
    /// By pool: members who will have nothing in hand at the end of the step.
    room: Vec<f64>,
    /// By stage and team.
    teams: Vec<Vec<TeamShift>>,
    /// By stage: no hours are left for it.
    closed: Vec<bool>,
    /// By stage: cases in hand on average while members are on shift.
    busy: Vec<f64>,
}

/// A team's step.
#[derive(Clone, Copy)]
struct TeamShift {
    /// Hours of the step that it is on shift.
    length: f64,
    /// Ends of its shift in the step, where it finishes in overtime what it has in hand; else 0.
    overtimes: f64,
    /// Hours that it may still put into cases; without bounds where only its pools bound it.
    left: f64,
    /// Effort done in an hour.
    pace: f64,
}

/// What becomes of a case during a step, on average.
struct Passage {
    /// Hours that its team puts in.
    takes: f64,
    /// The probability that it is still in hand at the end.
    stays: f64,
}

/// The head of a stage's queues.
struct Head {
    stage: usize,
    kinds: Vec<usize>,
    /// Precedence of its least urgent class.
    precedence: u16,
}

impl Passage {
    /// Of a case that needs so many hours (exponential, for the fluid), in hand from the start of the step on, or from
    /// any moment of it with equal probability.
    fn new(length: f64, needs: f64, fresh: bool) -> Passage {
        if needs <= 0.0 {
            return Passage { takes: 0.0, stays: 0.0 };
        }
        let turns = length / needs;
        let done = -(-turns).exp_m1();
        let stays = if fresh { done / turns } else { 1.0 - done };
        Passage { takes: needs * (1.0 - stays), stays }
    }
}

impl Run<'_> {
    /// One step of work; what ends is delivered at once, so that short tasks do not take a step each.
    pub(super) fn serve(&mut self) {
        /// Loops that take no time shrink from round to round; what is left then is delivered in the next step.
        const ROUNDS: usize = 100;
        const NOTHING: f64 = 1e-9;
        let mut shift = self.open_shift();
        self.go_on(&mut shift);
        for _ in 0..ROUNDS {
            let moved = self.deliver();
            if moved + self.start(&mut shift) < NOTHING {
                break;
            }
        }
        for (s, busy) in shift.busy.iter().enumerate() {
            if shift.teams[s].iter().any(|team| team.length > 0.0) {
                self.in_work[s].busy = *busy;
            }
        }
    }

    fn open_shift(&self) -> Shift {
        let (from, until) = self.clock.bounds(self.step);
        let pools = || (0..self.model.pools.len()).map(PoolId::at);
        let mut shift = Shift {
            hours: pools().map(|p| self.staffing.hours(p, from, until)).collect(),
            room: pools().map(|p| f64::from(self.staffing.members(p, from))).collect(),
            teams: vec![],
            closed: self.model.stages.iter().map(|s| s.kind != StageKind::Work).collect(),
            busy: vec![0.0; self.model.stages.len()],
        };
        for (s, teams) in self.teams.iter().enumerate() {
            let teams = teams.iter().map(|team| self.team_shift(&shift, s, team)).collect();
            shift.teams.push(teams);
        }
        shift
    }

    fn team_shift(&self, shift: &Shift, s: usize, team: &Team) -> TeamShift {
        let (from, until) = self.clock.bounds(self.step);
        let longest = |calendars: &[WorkCalendar]| {
            calendars.iter().map(|c| c.working_between(from, until).hours()).fold(0.0, f64::max)
        };
        let params = |p: &PoolId| &self.params.pools[p.index()];
        let members = |p: &PoolId| shift.room[p.index()];
        let pace = team.needs.iter().map(|(p, _)| params(p).availability).fold(f64::INFINITY, f64::min);
        let teams = team.needs.iter().map(|(p, n)| members(p) / f64::from(*n)).fold(f64::INFINITY, f64::min);
        // Where several pools work together, their shifts end as often as those of the first.
        let (first, _) = &team.needs[0];
        let each = |sum: f64| if members(first) > 0.0 { sum / members(first) } else { 0.0 };
        let through = team.needs.iter().all(|(p, _)| params(p).shift_end == ShiftEnd::Finish);
        let ends = if through { each(self.staffing.shift_ends(*first, from, until)) } else { 0.0 };
        let alone = team.common.is_empty();
        let length = if alone { each(shift.hours[first.index()]) } else { longest(&team.common) };
        let mut hours = TeamShift { length, overtimes: ends, left: f64::INFINITY, pace };
        if !alone {
            hours.left = teams * length;
        }
        if let Some(windows) = &team.windows {
            let open = longest(windows);
            let rests = &self.stage_tables[s].rest;
            let rest = rests.iter().sum::<f64>() / rests.len() as f64 / pace;
            // What is begun last in the window runs on beyond it.
            let begun = if open > 0.0 { open + rest } else { 0.0 };
            let most = if through { self.clock.hours() } else { length };
            hours.left = teams * begun.min(most) * self.on_shift(&hours, rest);
        }
        hours
    }

    /// Hours of its team's shifts that a case of a class needs: those of overtime cost none.
    fn needs(&self, s: usize, hours: &TeamShift, class: ClassId) -> f64 {
        let tables = &self.stage_tables[s];
        tables.effort[class.index()] / hours.pace
            * self.on_shift(hours, tables.rest[class.index()] / hours.pace)
    }

    /// The share of a busy team's work that is done on shift, where a task in hand at its end takes so many hours more.
    fn on_shift(&self, hours: &TeamShift, rest: f64) -> f64 {
        let with_overtime = (hours.length + hours.overtimes * rest).min(self.clock.hours());
        if with_overtime > hours.length { hours.length / with_overtime } else { 1.0 }
    }

    /// Cases in hand come first. Where a pool has fewer members than before, all go on at the pace of those left.
    fn go_on(&mut self, shift: &mut Shift) {
        let mut wanted = vec![0.0; shift.hours.len()];
        self.each_in_hand(shift, |team, _, _, flow, passage| {
            for (pool, n) in &team.needs {
                wanted[pool.index()] += f64::from(*n) * flow.mass * passage.takes;
            }
        });
        let enough: Vec<f64> =
            wanted.iter().zip(&shift.hours).map(|(w, h)| if w > h { h / w } else { 1.0 }).collect();
        let mut done = vec![];
        let mut used = (vec![0.0; shift.hours.len()], vec![0.0; shift.hours.len()]);
        self.each_in_hand(shift, |team, s, (t, kind), flow, passage| {
            let share = team.needs.iter().map(|(p, _)| enough[p.index()]).fold(1.0, f64::min);
            let finished = flow.part((1.0 - passage.stays) * share);
            for (pool, n) in &team.needs {
                used.0[pool.index()] += f64::from(*n) * flow.mass * passage.takes * share;
                used.1[pool.index()] += f64::from(*n) * (flow.mass - finished.mass);
            }
            done.push((s, t, kind, finished, flow.mass * passage.takes * share));
        });
        for (pool, (hours, room)) in shift.hours.iter_mut().zip(&mut shift.room).enumerate() {
            *hours = (*hours - used.0[pool]).max(0.0);
            *room = (*room - used.1[pool]).max(0.0);
        }
        for (s, t, kind, finished, hours) in done {
            let team = &mut shift.teams[s][t];
            team.left = (team.left - hours).max(0.0);
            if team.length > 0.0 {
                shift.busy[s] += hours / team.length;
            }
            self.in_work[s].cases[t][kind].add(finished.part(-1.0));
            self.leave(s, kind, finished);
        }
    }

    fn each_in_hand(&self, shift: &Shift, mut with: impl FnMut(&Team, usize, (usize, usize), Flow, Passage)) {
        for (s, work) in self.in_work.iter().enumerate() {
            for (t, (team, hours)) in self.teams[s].iter().zip(&shift.teams[s]).enumerate() {
                for (kind, flow) in work.cases[t].iter().enumerate().filter(|(_, f)| f.mass > 0.0) {
                    let needs = self.needs(s, hours, self.kinds.all[kind].class);
                    with(team, s, (t, kind), *flow, Passage::new(hours.length, needs, false));
                }
            }
        }
    }

    /// Free members take the most urgent head, until nobody can start. Returns how much was taken up.
    fn start(&mut self, shift: &mut Shift) -> f64 {
        let mut taken = 0.0;
        loop {
            // Among equally urgent classes the later stage.
            let heads = (0..self.queues.len()).filter(|s| !shift.closed[*s]).filter_map(|s| self.head(s));
            let first = heads.reduce(|a, b| if b.precedence <= a.precedence { b } else { a });
            let Some(head) = first else { return taken };
            taken += self.take_up(shift, &head);
        }
    }

    /// The batches that are served next at a stage: one, or those of several kinds with the same key.
    fn head(&self, s: usize) -> Option<Head> {
        let order = &self.params.stages[s].order;
        let mut best: Option<((f64, f64), Head)> = None;
        for (kind, queue) in self.queues[s].iter().enumerate() {
            let Some(batch) = queue.head(*order == Order::Lifo) else { continue };
            let key = self.key(s, kind, batch);
            let precedence = self.model.precedence[self.kinds.all[kind].observed.index()];
            match &mut best {
                Some((least, head)) if key == *least => {
                    head.kinds.push(kind);
                    // The queue moves no faster than the least urgent of those in front lets it.
                    head.precedence = head.precedence.max(precedence);
                }
                Some((least, _)) if key > *least => {}
                _ => {
                    best = Some((key, Head { stage: s, kinds: vec![kind], precedence }));
                }
            }
        }
        best.map(|(_, head)| head)
    }

    /// The place of a batch under its stage's order: the smallest is first.
    fn key(&self, s: usize, kind: usize, batch: &Batch) -> (f64, f64) {
        let (who, joined) = (self.kinds.all[kind], batch.joined);
        let observed = who.observed.index();
        match &self.params.stages[s].order {
            Order::Class => (f64::from(self.model.precedence[observed]), joined),
            Order::Fifo | Order::Random | Order::Score | Order::Ageing(_) | Order::Quota(_) => {
                (joined, joined)
            }
            Order::Lifo => (-joined, joined),
            Order::Lapse => {
                let evidence = who.source.and_then(|s| self.source_tables[s.index()].evidence.as_ref());
                let lapse = evidence.map(|e| batch.flow.arrived() - e.lag + e.lasts.mean());
                (lapse.unwrap_or(f64::INFINITY), joined)
            }
            Order::Due(allowances) => {
                let arrived = batch.flow.arrived();
                let due = allowances[observed].map(|limit| match limit {
                    Limit::Plain(span) => arrived + self.clock.in_steps(span.0 as f64),
                    Limit::WorkingDays(span) => {
                        let due = self.model.working_days.finish_after(self.clock.time(arrived), span);
                        self.clock.in_steps(due.0 as f64)
                    }
                });
                (due.unwrap_or(f64::INFINITY), joined)
            }
            Order::Shortest(means) => (means[observed], joined),
            Order::ShortestDrawn => (self.stage_tables[s].effort[who.class.index()], joined),
        }
    }

    /// Teams take up what they can of a head, the team listed first before the others; whatever remains, nobody has
    /// hours for, and the stage is closed. Returns how much was taken up.
    fn take_up(&mut self, shift: &mut Shift, head: &Head) -> f64 {
        let s = head.stage;
        let mut taken = 0.0;
        for t in 0..shift.teams[s].len() {
            let (share, mass) = self.take_up_by(shift, head, t);
            taken += mass;
            if share >= 1.0 {
                return taken;
            }
        }
        shift.closed[s] = true;
        taken
    }

    fn take_up_by(&mut self, shift: &mut Shift, head: &Head, t: usize) -> (f64, f64) {
        let s = head.stage;
        let hours = shift.teams[s][t];
        if hours.length <= 0.0 {
            return (0.0, 0.0);
        }
        let lifo = self.params.stages[s].order == Order::Lifo;
        let batches: Vec<(usize, Flow, Passage)> = (head.kinds.iter())
            .map(|&kind| {
                let batch = self.queues[s][kind].head(lifo).expect("the head was found there");
                let needs = self.needs(s, &hours, self.kinds.all[kind].class);
                let fresh = batch.joined > self.step as f64;
                (kind, batch.flow, Passage::new(hours.length, needs, fresh))
            })
            .collect();
        let takes: f64 = batches.iter().map(|(_, flow, passage)| flow.mass * passage.takes).sum();
        let stays: f64 = batches.iter().map(|(_, flow, passage)| flow.mass * passage.stays).sum();
        let within = |left: f64, wanted: f64| if wanted > left { left / wanted } else { 1.0 };
        let mut share = within(hours.left, takes);
        let team = &self.teams[s][t];
        for &(pool, n) in &team.needs {
            let (p, n) = (pool.index(), f64::from(n));
            share = share.min(within(shift.hours[p], n * takes)).min(within(shift.room[p], n * stays));
        }
        for &(pool, n) in &team.needs {
            let (p, n) = (pool.index(), f64::from(n) * share);
            shift.hours[p] = (shift.hours[p] - n * takes).max(0.0);
            shift.room[p] = (shift.room[p] - n * stays).max(0.0);
        }
        shift.teams[s][t].left -= share * takes;
        shift.busy[s] += share * takes / hours.length;
        let mut mass = 0.0;
        for (kind, flow, passage) in batches {
            let flow = flow.part(share);
            self.queues[s][kind].take(lifo, share);
            let kind = self.kinds.at_start(&self.model.stages[s], kind);
            self.in_work[s].cases[t][kind].add(flow.part(passage.stays));
            self.leave(s, kind, flow.part(1.0 - passage.stays));
            mass += flow.mass;
        }
        (share, mass)
    }
}
