//! What keeps fluid out of a queue: places in spans, loads that are not full, slots, parking and limits.
//!
//! A span counts what waits, is in hand or delayed between its ends, and lets in what there is room for. A load of
//! exactly n keeps (n - 1)/2 waiting on average, less where a time limit sends it off earlier. At a slot goes what waits
//! then. Limits hold at the end of each round of choices within a step, and what is above them goes.

use std::collections::BTreeSet;

use super::kinds::{ByKind, Kind};
use super::queue::{Batch, Queue};
use super::{Flow, Run};
use crate::model::walk::Part;
use crate::model::{Cap, ClassId, Gather, Load, Model, SpanId, StageId, StageKind};

/// What stands in front of a stage.
#[derive(Default)]
pub(super) struct Door {
    /// By kind: what may not come in yet.
    pub(super) gate: ByKind<Queue>,
    /// By kind: what is put aside.
    pub(super) lot: ByKind<Queue>,
    /// The stages of the span that begins here.
    span: Option<(SpanId, BTreeSet<usize>)>,
    /// Jobs that slots still let in during the step.
    slots: f64,
    /// What part of the step lies before the last slot.
    before_slot: f64,
    /// Jobs that came during the step.
    came: f64,
}

impl Door {
    pub(super) fn new(model: &Model, stage: usize) -> Door {
        let span = model.stages[stage].rules.opens.map(|id| (id, inside(model, id)));
        Door { span, ..Door::default() }
    }
}

/// The stages in which cases of a span stand.
fn inside(model: &Model, id: SpanId) -> BTreeSet<usize> {
    let span = &model.spans[id.index()];
    let (mut seen, mut ahead) = (BTreeSet::from([span.entry.index()]), vec![span.entry]);
    while let Some(stage) = ahead.pop() {
        let next = model.may_follow(stage).into_iter().filter(|next| Some(*next) != span.until);
        ahead.extend(next.filter(|next| seen.insert(next.index())));
    }
    seen
}

impl<'m> Run<'m> {
    fn gather(&self, s: usize) -> Option<&'m Gather> {
        self.model.stages[s].rules.gather.as_ref()
    }

    /// Whether fluid may have to wait in front of a stage.
    pub(super) fn has_gate(&self, s: usize) -> bool {
        let rules = &self.model.stages[s].rules;
        let waits =
            rules.gather.as_ref().is_some_and(|g| g.slots.is_some() || matches!(g.size, Load::Exactly(_)));
        waits || (rules.opens.is_some() && self.params.stages[s].cap.is_some())
    }

    /// A step begins: its slots.
    pub(super) fn open_doors(&mut self) {
        let (from, until) = self.clock.bounds(self.step);
        for s in 0..self.doors.len() {
            self.doors[s].came = 0.0;
            let Some((gather, slots)) = self.gather(s).and_then(|g| Some((g, g.slots.as_ref()?))) else {
                self.doors[s].slots = f64::INFINITY;
                continue;
            };
            let within = &slots[slots.partition_point(|t| *t < from)..slots.partition_point(|t| *t < until)];
            let delay = self.model.stages[s].kind == StageKind::Delay;
            let each = match gather.size {
                Load::Exactly(n) | Load::UpTo(n) if delay => f64::from(n),
                _ => f64::INFINITY,
            };
            self.doors[s].slots = if within.is_empty() { 0.0 } else { each * within.len() as f64 };
            self.doors[s].before_slot =
                within.last().map_or(0.0, |last| (*last - from).0 as f64 / (until - from).0 as f64);
        }
    }

    /// Fluid comes to a stage: into its parts, aside, to the gate, or in.
    pub(super) fn join(&mut self, s: usize, kind: usize, batch: Batch) {
        let who = self.kinds.all[kind];
        let kind = if who.part.splits_on_entry(self.model, StageId::at(s)) {
            self.kinds.of(Kind { part: who.part.inner(StageId::at(s)), ..who })
        } else {
            kind
        };
        self.doors[s].came += batch.flow.mass * self.jobs(kind);
        let batch = self.set_aside(s, kind, batch);
        if batch.flow.mass <= 0.0 {
            return;
        }
        if !self.has_gate(s) {
            return self.enter(s, kind, batch);
        }
        // Of what comes during the step, a part comes before the slot.
        let slotted = self.gather(s).is_some_and(|g| g.slots.is_some()) && batch.joined > self.step as f64;
        let jobs = batch.flow.mass * self.jobs(kind);
        let early = if slotted { self.doors[s].before_slot.min(self.doors[s].slots / jobs) } else { 0.0 };
        if early > 0.0 {
            self.doors[s].slots -= early * jobs;
            self.enter(s, kind, Batch { flow: batch.flow.part(early), ..batch });
        }
        let late = Batch { flow: batch.flow.part(1.0 - early), ..batch };
        self.doors[s].gate.change(kind, |gate| gate.push(late));
    }

    /// Puts aside what is to be parked; returns the rest.
    fn set_aside(&mut self, s: usize, kind: usize, batch: Batch) -> Batch {
        let params = self.params;
        let Some(park) = &params.stages[s].park else { return batch };
        let jobs = batch.flow.mass * self.jobs(kind);
        if !park.classes[self.kinds.all[kind].observed.index()] || jobs <= 0.0 || batch.joined < 0.0 {
            return batch;
        }
        let room = ((park.above as f64 - self.waiting(s)) / jobs).clamp(0.0, 1.0);
        let aside = Batch { flow: batch.flow.part(1.0 - room), ..batch };
        self.doors[s].lot.change(kind, |lot| lot.push(aside));
        Batch { flow: batch.flow.part(room), ..batch }
    }

    /// Fluid comes in.
    pub(super) fn enter(&mut self, s: usize, kind: usize, batch: Batch) {
        match self.model.stages[s].kind {
            StageKind::Work => {
                self.fresh[s] = true;
                self.queues[s].change(kind, |queue| queue.push(batch));
            }
            StageKind::Delay => self.delay(s, kind, batch.flow),
            StageKind::Instant => {
                let kind = self.kinds.at_start(&self.model.stages[s], kind);
                self.leave(s, kind, batch.flow);
            }
        }
    }

    /// Jobs that wait at a stage, those put aside apart.
    pub(super) fn waiting(&self, s: usize) -> f64 {
        self.jobs_in(&self.queues[s]) + self.jobs_in(&self.doors[s].gate)
    }

    fn jobs_in(&self, queues: &ByKind<Queue>) -> f64 {
        queues.iter().map(|(kind, queue)| queue.mass() * self.jobs(kind)).sum()
    }

    /// Lets in what there is room for, takes back what was put aside, sends on what is too much. Returns how much moved.
    pub(super) fn pass_doors(&mut self) -> f64 {
        let mut moved = 0.0;
        for s in 0..self.doors.len() {
            if self.has_gate(s) {
                let room = self.room(s);
                moved += self.let_in(s, room);
            } else if self.doors[s].gate.next(0).is_some() {
                // A dated change has taken the gate away.
                moved += self.let_in(s, f64::INFINITY);
            }
            if self.doors[s].lot.next(0).is_some() {
                moved += self.take_back(s);
            }
        }
        moved
    }

    /// How many jobs may come in.
    fn room(&self, s: usize) -> f64 {
        let mut room = self.doors[s].slots;
        if let Some((id, inside)) = &self.doors[s].span {
            let used: f64 = inside.iter().map(|&s| self.inside(s)).sum();
            let members = || {
                let pool = self.model.spans[id.index()].pool;
                pool.map_or(0.0, |pool| self.staff.members(pool, self.clock.middle(self.step)))
            };
            match self.params.stages[s].cap {
                None => {}
                Some(Cap::Cases(most)) => room = room.min(most as f64 - used),
                Some(Cap::PerMember(most)) => room = room.min(most as f64 * members() - used),
            }
        }
        let gate = || self.jobs_in(&self.doors[s].gate);
        match self.gather(s) {
            Some(Gather { size: Load::Exactly(n), slots: None, or_after }) => {
                let kept = f64::from(n.saturating_sub(1)) / 2.0;
                // With a limit on the wait: what a renewal of such loads holds on average.
                let kept = or_after.map_or(kept, |after| {
                    let during = self.doors[s].came * self.clock.in_steps(after.0 as f64);
                    kept.min(during * (1.0 + during / 2.0) / (1.0 + during))
                });
                room.min(gate() - kept).max(0.0)
            }
            Some(Gather { size: Load::Exactly(n), slots: Some(_), or_after: None })
                if self.model.stages[s].kind == StageKind::Delay && gate() < f64::from(*n) =>
            {
                0.0
            }
            _ => room.max(0.0),
        }
    }

    /// Cases behind the gate of a stage.
    fn inside(&self, s: usize) -> f64 {
        let queued: f64 = self.queues[s].iter().map(|(_, queue)| queue.mass()).sum();
        queued + self.in_work[s].mass() + self.delays[s].mass()
    }

    /// Lets in so many jobs, those first that are first under the stage's order.
    fn let_in(&mut self, s: usize, mut room: f64) -> f64 {
        let slotted = self.gather(s).is_some_and(|g| g.slots.is_some());
        let lifo = self.is_lifo(s);
        let mut moved = 0.0;
        while room > 1e-12 {
            let gate = &self.doors[s].gate;
            // What came during the step has missed its slots; it does not stand in the way of others.
            let in_time = |_, batch: &Batch| !slotted || batch.joined <= self.step as f64;
            let Some(head) = self.head_among(s, gate, in_time) else { break };
            let kind = head.kinds[0];
            let Some(&batch) = gate.get(kind).and_then(|queue| queue.head(lifo)) else { break };
            let jobs = batch.flow.mass * self.jobs(kind);
            let share = if jobs > room { room / jobs } else { 1.0 };
            self.doors[s].gate.change(kind, |queue| queue.take(lifo, share));
            room -= jobs * share;
            if slotted {
                self.doors[s].slots -= jobs * share;
            }
            moved += batch.flow.mass * share;
            self.enter(s, kind, Batch { flow: batch.flow.part(share), ..batch });
        }
        moved
    }

    /// Takes back what was put aside for long enough, or for which there is room now.
    fn take_back(&mut self, s: usize) -> f64 {
        let park = self.params.stages[s].park.as_ref();
        let below = park.map_or(f64::INFINITY, |park| park.release_below as f64);
        let longest = park.and_then(|park| park.after).map(|after| self.clock.in_steps(after.0 as f64));
        let now = self.step as f64 + 0.5;
        let mut moved = 0.0;
        let mut from = 0;
        while let Some(kind) = self.doors[s].lot.next(from) {
            from = kind + 1;
            while let Some(&batch) = self.doors[s].lot.get(kind).and_then(|queue| queue.head(false)) {
                let room = below - self.waiting(s);
                let late = longest.is_some_and(|longest| now - batch.joined >= longest);
                let jobs = batch.flow.mass * self.jobs(kind);
                let share = if late { 1.0 } else { (room / jobs).clamp(0.0, 1.0) };
                // What rounding leaves of the room is no room.
                if share <= 1e-12 || (!late && room <= 1e-9) {
                    break;
                }
                self.doors[s].lot.change(kind, |queue| queue.take(false, share));
                moved += batch.flow.mass * share;
                self.come_back(s, kind, &[Batch { flow: batch.flow.part(share), ..batch }]);
            }
        }
        moved
    }

    /// What was put aside joins the others, at the place of the time when it came.
    fn come_back(&mut self, s: usize, kind: usize, batches: &[Batch]) {
        if batches.is_empty() {
            return;
        }
        if self.has_gate(s) {
            self.doors[s].gate.change(kind, |queue| queue.insert(batches));
        } else if self.model.stages[s].kind == StageKind::Work {
            self.fresh[s] = true;
            self.queues[s].change(kind, |queue| queue.insert(batches));
        } else {
            for batch in batches {
                self.enter(s, kind, *batch);
            }
        }
    }

    /// Tips concern this share of the open cases of a class: of those put aside, so many come back.
    pub(super) fn release_linked(&mut self, class: ClassId, share: f64) {
        for s in 0..self.doors.len() {
            let mut from = 0;
            while let Some(kind) = self.doors[s].lot.next(from) {
                from = kind + 1;
                if self.kinds.all[kind].class != class
                    || self.doors[s].lot.get(kind).is_none_or(|queue| queue.mass() <= 0.0)
                {
                    continue;
                }
                let back = self.doors[s].lot.change(kind, |queue| queue.thin_out(share));
                self.come_back(s, kind, &back);
            }
        }
    }

    /// What came in this step to a queue that is full goes on elsewhere. Returns how much.
    pub(super) fn overflow(&mut self) -> f64 {
        let (mut moved, params, fresh) = (0.0, self.params, self.step as f64 + 0.5);
        for s in 0..self.queues.len() {
            let Some(limit) = &params.stages[s].queue_limit else { continue };
            let excess = self.waiting(s) - limit.cases as f64;
            if excess <= 1e-9 {
                continue;
            }
            let may = |run: &Run, kind: usize| limit.classes[run.kinds.all[kind].observed.index()];
            let kinds: Vec<usize> = (0..self.kinds.all.len()).filter(|&kind| may(self, kind)).collect();
            let mut new = 0.0;
            for &kind in &kinds {
                let jobs = self.jobs(kind);
                for queues in [&self.queues[s], &self.doors[s].gate] {
                    new += queues.get(kind).map_or(0.0, |queue| queue.joined_at(fresh)) * jobs;
                }
            }
            let share = if new > excess { excess / new } else { 1.0 };
            for kind in kinds {
                let mut flow = Flow::default();
                for queues in [&mut self.queues[s], &mut self.doors[s].gate] {
                    if queues.get(kind).is_some() {
                        let stays = |b: &Batch| if b.joined == fresh { 1.0 - share } else { 1.0 };
                        flow.add(queues.change(kind, |queue| queue.thin(stays)));
                    }
                }
                moved += flow.mass;
                self.go_aside(s, kind, flow, limit.to);
            }
        }
        moved
    }

    /// How many jobs a case of a kind is.
    pub(super) fn jobs(&self, kind: usize) -> f64 {
        let who = &self.kinds.all[kind];
        if who.part == Part::Whole { 1.0 } else { who.jobs(self.model, &self.devices) }
    }
}
