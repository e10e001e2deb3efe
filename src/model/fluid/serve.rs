//! Work: what is in hand goes on, then free members choose.

use super::kinds::{ByKind, Marks};
use super::order::{Head, Line};
use super::tables::Team;
use super::{Flow, Run};
use crate::model::{ClassId, Load, PoolId, Reserve, ShiftEnd, WorkCalendar};
use crate::units::{DAY, Time};

/// Cases in hand at a stage.
#[derive(Clone)]
pub(super) struct InWork {
    /// By team and kind.
    cases: Vec<ByKind<Flow>>,
    /// How many tasks were in hand on average while members were on shift, in the last step with a shift.
    busy: f64,
    /// How many jobs waited when the step began.
    waited: f64,
}

impl InWork {
    pub(super) fn new(teams: usize) -> InWork {
        InWork { cases: vec![ByKind::default(); teams], busy: 0.0, waited: 0.0 }
    }

    /// Kinds with how much of each is in hand.
    pub(super) fn masses(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.cases.iter().flat_map(|team| team.iter().map(|(kind, flow)| (kind, flow.mass)))
    }

    pub(super) fn mass(&self) -> f64 {
        self.masses().map(|(_, mass)| mass).sum()
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
    /// By pool: member-hours that may still go into exposing stages.
    exposing: Vec<f64>,
    /// By stage and kind: no hours are left for it.
    closed: Vec<Marks>,
    /// By stage: cases in hand on average while members are on shift.
    busy: Vec<f64>,
}

/// What is in hand when a step begins.
struct InHand {
    stage: usize,
    team: usize,
    kind: usize,
    flow: Flow,
    tasks: f64,
    passage: Passage,
}

/// What is at the head of a queue and may start.
struct Starting {
    kind: usize,
    flow: Flow,
    tasks: f64,
    passage: Passage,
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
#[derive(Clone, Copy)]
struct Passage {
    /// Hours that its team puts in.
    takes: f64,
    /// The probability that it is still in hand at the end.
    stays: f64,
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
        const NOTHING: f64 = 1e-7;
        let mut shift = self.open_shift();
        for s in 0..self.in_work.len() {
            self.in_work[s].waited = self.waiting(s);
        }
        self.settle_quotas();
        self.go_on(&mut shift);
        self.fresh.fill(true);
        for round in 0..ROUNDS {
            let moved = self.deliver(round == 0);
            if moved + self.start(&mut shift) + self.overflow() < NOTHING {
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
            hours: pools().map(|p| self.staff.hours(p, from, until)).collect(),
            room: pools().map(|p| self.staff.present(p, from)).collect(),
            exposing: pools().map(|p| self.exposing(p, from, until)).collect(),
            teams: vec![],
            closed: vec![Marks::default(); self.model.stages.len()],
            busy: vec![0.0; self.model.stages.len()],
        };
        for (s, teams) in self.teams.iter().enumerate() {
            let teams = teams.iter().map(|team| self.team_shift(&shift, s, team)).collect();
            shift.teams.push(teams);
        }
        shift
    }

    /// Member-hours that a pool may put into exposing stages in a step.
    fn exposing(&self, pool: PoolId, from: Time, until: Time) -> f64 {
        let pace = self.staff.pace(pool, from);
        if (until - from).0 >= DAY {
            return self.staff.exposing(pool, from, until) / pace;
        }
        // Of a short step the cap takes the same share as of the whole run.
        let (whole, hours) = (self.model.horizon, self.staff.hours(pool, from, until));
        let all = self.staff.hours(pool, Time::ZERO, whole) * pace;
        let share = self.staff.exposing(pool, Time::ZERO, whole) / all.max(1e-9);
        if share < 1.0 { hours * share } else { f64::INFINITY }
    }

    fn team_shift(&self, shift: &Shift, s: usize, team: &Team) -> TeamShift {
        let (from, until) = self.clock.bounds(self.step);
        let longest = |calendars: &[WorkCalendar]| {
            calendars.iter().map(|c| c.working_between(from, until).hours()).fold(0.0, f64::max)
        };
        let params = |p: &PoolId| &self.params.pools[p.index()];
        let members = |p: &PoolId| shift.room[p.index()];
        let pace = team.needs.iter().map(|(p, _)| self.staff.pace(*p, from)).fold(f64::INFINITY, f64::min);
        let teams = team.needs.iter().map(|(p, n)| members(p) / f64::from(*n)).fold(f64::INFINITY, f64::min);
        // Where several pools work together, their shifts end as often as those of the first.
        let (first, _) = &team.needs[0];
        let each = |sum: f64| if members(first) > 0.0 { sum / members(first) } else { 0.0 };
        let through = team.needs.iter().all(|(p, _)| params(p).shift_end == ShiftEnd::Finish);
        let ends = if through { each(self.staff.shift_ends(*first, from, until)) } else { 0.0 };
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
        let in_hand = self.in_hand(shift);
        let mut wanted = vec![0.0; shift.hours.len()];
        let mut exposing = vec![0.0; shift.hours.len()];
        for held in &in_hand {
            for (pool, n) in &self.teams[held.stage][held.team].needs {
                let hours = f64::from(*n) * held.tasks * held.passage.takes;
                wanted[pool.index()] += hours;
                exposing[pool.index()] += if self.exposes(held.stage) { hours } else { 0.0 };
            }
        }
        let share = |(w, h): (&f64, &f64)| if w > h { h / w } else { 1.0 };
        let enough: Vec<f64> = wanted.iter().zip(&shift.hours).map(share).collect();
        let exposed: Vec<f64> = exposing.iter().zip(&shift.exposing).map(share).collect();
        let none = || vec![0.0; shift.hours.len()];
        let mut used = (none(), none(), none());
        let mut done = Vec::with_capacity(in_hand.len());
        for held in &in_hand {
            let (needs, exposes) = (&self.teams[held.stage][held.team].needs, self.exposes(held.stage));
            let of_pool = |p: usize| if exposes { enough[p].min(exposed[p]) } else { enough[p] };
            let share = needs.iter().map(|(p, _)| of_pool(p.index())).fold(1.0, f64::min);
            let finished = (1.0 - held.passage.stays) * share;
            for (pool, n) in needs {
                let hours = f64::from(*n) * held.tasks * held.passage.takes * share;
                used.0[pool.index()] += hours;
                used.1[pool.index()] += f64::from(*n) * held.tasks * (1.0 - finished);
                used.2[pool.index()] += if exposes { hours } else { 0.0 };
            }
            done.push((held.flow.part(finished), held.tasks * held.passage.takes * share));
        }
        for p in 0..shift.hours.len() {
            shift.hours[p] = (shift.hours[p] - used.0[p]).max(0.0);
            shift.room[p] = (shift.room[p] - used.1[p]).max(0.0);
            shift.exposing[p] = (shift.exposing[p] - used.2[p]).max(0.0);
        }
        for (held, (finished, hours)) in in_hand.iter().zip(done) {
            let (s, t) = (held.stage, held.team);
            let team = &mut shift.teams[s][t];
            team.left = (team.left - hours).max(0.0);
            if team.length > 0.0 {
                shift.busy[s] += hours / team.length;
            }
            self.in_work[s].cases[t].change(held.kind, |flow| flow.add(finished.part(-1.0)));
            self.leave(s, held.kind, finished);
        }
    }

    /// What is in hand, and what becomes of it.
    fn in_hand(&self, shift: &Shift) -> Vec<InHand> {
        let mut in_hand = vec![];
        for (stage, work) in self.in_work.iter().enumerate() {
            for (team, hours) in shift.teams[stage].iter().enumerate() {
                for (kind, &flow) in work.cases[team].iter().filter(|(_, f)| f.mass > 0.0) {
                    let needs = self.needs(stage, hours, self.kinds.all[kind].class);
                    let tasks = flow.mass * self.tasks(stage, kind);
                    let passage = Passage::new(hours.length, needs, false);
                    in_hand.push(InHand { stage, team, kind, flow, tasks, passage });
                }
            }
        }
        in_hand
    }

    /// Whether work at a stage counts towards an exposure cap.
    fn exposes(&self, s: usize) -> bool {
        self.model.stages[s].rules.exposure
    }

    /// Free members take the most urgent head, until nobody can start. Returns how much was taken up.
    fn start(&mut self, shift: &mut Shift) -> f64 {
        let mut taken = 0.0;
        let mut lines: Vec<Line> = vec![vec![]; self.queues.len()];
        let mut heads: Vec<Option<Head>> = vec![];
        for (s, line) in lines.iter_mut().enumerate() {
            let fresh = std::mem::take(&mut self.fresh[s]);
            heads.push(if fresh { self.first_to_start(shift, s, line) } else { None });
        }
        loop {
            // Among equally urgent classes the later stage.
            let first = heads.iter().flatten().reduce(|a, b| if b.place <= a.place { b } else { a });
            let Some(s) = first.map(|head| head.stage) else { return taken };
            let Head { kinds, key, .. } = heads[s].take().expect("it was the first");
            taken += self.take_up(shift, s, kinds);
            self.line_up_again(s, &shift.closed[s], &key, &mut lines[s]);
            heads[s] = self.first_in(s, &self.queues[s], &lines[s]);
        }
    }

    fn first_to_start(&self, shift: &Shift, s: usize, line: &mut Line) -> Option<Head> {
        let closed = &shift.closed[s];
        self.line_up(s, &self.queues[s], |kind, _| !closed.has(kind), line);
        self.first_in(s, &self.queues[s], line)
    }

    /// Teams take up what they can of a head's kinds, the team listed first before the others; whatever remains, nobody
    /// has hours for, and its kinds are closed. Returns how much was taken up.
    fn take_up(&mut self, shift: &mut Shift, s: usize, mut left: Vec<usize>) -> f64 {
        let mut taken = 0.0;
        for t in 0..shift.teams[s].len() {
            let takes = |kind: &usize| self.takes(&self.teams[s][t], *kind);
            let (able, others): (Vec<usize>, Vec<usize>) = left.iter().copied().partition(takes);
            if able.is_empty() {
                continue;
            }
            let (share, mass) = self.take_up_by(shift, (s, &able), t);
            taken += mass;
            if share >= 1.0 {
                left = others;
            }
        }
        for kind in left {
            shift.closed[s].put(kind, true);
        }
        taken
    }

    /// Whether all members of a team take up such cases.
    fn takes(&self, team: &Team, kind: usize) -> bool {
        let observed = self.kinds.all[kind].observed.index();
        team.needs.iter().all(|(pool, _)| {
            let takes = self.params.pools[pool.index()].choice.takes.as_ref();
            takes.is_none_or(|classes| classes[observed])
        })
    }

    /// Members of a pool that are kept free from such cases.
    fn reserved(&self, pool: PoolId, kinds: &[usize]) -> f64 {
        let reserve = self.params.pools[pool.index()].choice.reserve.as_ref();
        let for_others = |r: &&Reserve| kinds.iter().any(|k| !r.classes[self.kinds.all[*k].observed.index()]);
        reserve.filter(for_others).map_or(0.0, |reserve| f64::from(reserve.members))
    }

    fn take_up_by(&mut self, shift: &mut Shift, (s, kinds): (usize, &[usize]), t: usize) -> (f64, f64) {
        let hours = shift.teams[s][t];
        if hours.length <= 0.0 {
            return (0.0, 0.0);
        }
        let lifo = self.is_lifo(s);
        // What a gate lets in starts at any time of the step.
        let gated = self.has_gate(s);
        let start = |&kind: &usize| {
            let head = self.queues[s].get(kind).and_then(|queue| queue.head(lifo));
            let batch = head.expect("the head was found there");
            let needs = self.needs(s, &hours, self.kinds.all[kind].class);
            let fresh = batch.joined > self.step as f64 || gated;
            let tasks = batch.flow.mass * self.tasks(s, kind);
            Starting { kind, flow: batch.flow, tasks, passage: Passage::new(hours.length, needs, fresh) }
        };
        let starting: Vec<Starting> = kinds.iter().map(start).collect();
        let takes: f64 = starting.iter().map(|one| one.tasks * one.passage.takes).sum();
        let stays: f64 = starting.iter().map(|one| one.tasks * one.passage.stays).sum();
        let within = |left: f64, wanted: f64| if wanted > left { left.max(0.0) / wanted } else { 1.0 };
        let mut share = within(hours.left, takes);
        let exposes = self.exposes(s);
        let team = &self.teams[s][t];
        for &(pool, n) in &team.needs {
            let (p, n) = (pool.index(), f64::from(n));
            let kept = self.reserved(pool, kinds);
            share = share.min(within(shift.hours[p] - kept * hours.length, n * takes));
            share = share.min(within(shift.room[p] - kept, n * stays));
            if exposes {
                share = share.min(within(shift.exposing[p], n * takes));
            }
        }
        for &(pool, n) in &team.needs {
            let (p, n) = (pool.index(), f64::from(n) * share);
            shift.hours[p] = (shift.hours[p] - n * takes).max(0.0);
            shift.room[p] = (shift.room[p] - n * stays).max(0.0);
            if exposes {
                shift.exposing[p] = (shift.exposing[p] - n * takes).max(0.0);
            }
        }
        shift.teams[s][t].left -= share * takes;
        shift.busy[s] += share * takes / hours.length;
        let mut mass = 0.0;
        for Starting { kind, flow, passage, .. } in starting {
            let flow = flow.part(share);
            self.queues[s].change(kind, |queue| queue.take(lifo, share));
            self.count_start(s, kind, flow.mass * self.jobs(kind));
            let kind = self.kinds.at_start(&self.model.stages[s], kind);
            self.in_work[s].cases[t].change(kind, |held| held.add(flow.part(passage.stays)));
            self.leave(s, kind, flow.part(1.0 - passage.stays));
            mass += flow.mass;
        }
        (share, mass)
    }

    /// How many cases share a task: those of a full load, or where only some are needed as many as waited when the step
    /// began.
    pub(super) fn load_size(&self, s: usize) -> f64 {
        match self.model.stages[s].rules.gather.as_ref().map(|gather| gather.size) {
            Some(Load::Exactly(n)) => f64::from(n),
            Some(Load::UpTo(n)) => self.in_work[s].waited.clamp(1.0, f64::from(n)),
            Some(Load::Any) | None => 1.0,
        }
    }

    /// How many tasks a case of a kind is.
    fn tasks(&self, s: usize, kind: usize) -> f64 {
        self.jobs(kind) / self.load_size(s)
    }
}
