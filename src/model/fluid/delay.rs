//! Delay stages: what enters in a step comes out spread over later steps as the law says.

use std::borrow::Cow;

use super::clock::Clock;
use super::kinds::row;
use super::{Flow, Run};
use crate::model::SpanLaw;

/// Tails of laws beyond this are cut.
const TAIL: f64 = 1e-6;

/// A law of delays, ready for steps.
pub(super) struct DelayLaw {
    working_days: bool,
    /// The distribution function, summed from 0 to every eighth of a step, in steps.
    summed: Vec<f64>,
    /// Plain time: the share that ends in the step of entry and in each later one.
    shares: Vec<f64>,
}

const PARTS: usize = 8;

impl DelayLaw {
    pub(super) fn new(span: &SpanLaw, clock: &Clock) -> DelayLaw {
        let longest = clock.in_steps(span.law.quantile(1.0 - TAIL)).min(clock.steps as f64);
        let parts = (longest as usize + 2) * PARTS;
        let summed = match span.law.is_constant() {
            Some(only) => {
                let only = clock.in_steps(only);
                (0..=parts).map(|i| (i as f64 / PARTS as f64 - only).max(0.0)).collect()
            }
            None => sums(parts, |age| span.law.cdf(clock.in_milliseconds(age))),
        };
        let mut law = DelayLaw { working_days: span.working_days, summed, shares: vec![] };
        if !span.working_days {
            law.shares = law.spread(clock.steps, |after| (after as f64 + 1.0, 1.0));
        }
        law
    }

    /// The share that ends in the step of entry and in each later one, for what enters during `step`.
    fn shares(&self, clock: &Clock, step: usize) -> Cow<'_, [f64]> {
        if !self.working_days {
            return self.shares.as_slice().into();
        }
        let (from, entry) = (step as f64, clock.elapsed(true, step as f64, step as f64 + 1.0));
        self.spread(clock.steps - step, |after| (clock.elapsed(true, from, from + after as f64 + 1.0), entry))
            .into()
    }

    /// Shares by steps after entry. `elapsed` says for each how much time has passed at its end for what entered first,
    /// and how much less for what entered last.
    fn spread(&self, most: usize, elapsed: impl Fn(usize) -> (f64, f64)) -> Vec<f64> {
        let mut shares = vec![];
        let mut ended = 0.0;
        for after in 0..most {
            let (longest, entry) = elapsed(after);
            let now = self.mean_below(longest, entry).max(ended);
            if now > 1.0 - 2.0 * TAIL {
                shares.push(1.0 - ended);
                break;
            }
            shares.push(now - ended);
            ended = now;
        }
        shares
    }

    /// The distribution function, averaged from `longest - entry` to `longest`.
    fn mean_below(&self, longest: f64, entry: f64) -> f64 {
        const PART: f64 = 1.0 / PARTS as f64;
        // What enters on a day off has one age only, and what is as old as the law says has ended.
        let (from, until) = if entry < PART { (longest, longest + PART) } else { (longest - entry, longest) };
        (self.sum_below(until) - self.sum_below(from)) / (until - from)
    }

    fn sum_below(&self, age: f64) -> f64 {
        let place = age.max(0.0) * PARTS as f64;
        let last = self.summed.len() - 1;
        let i = (place as usize).min(last - 1);
        self.summed[i] + (self.summed[i + 1] - self.summed[i]) * (place - i as f64)
    }
}

/// A function summed from 0 to every eighth of a step, by its values in the middles.
fn sums(parts: usize, function: impl Fn(f64) -> f64) -> Vec<f64> {
    let mut sum = 0.0;
    let values = (0..parts).map(|i| function((i as f64 + 0.5) / PARTS as f64) / PARTS as f64);
    let rest = values.map(|value| {
        sum += value;
        sum
    });
    std::iter::once(0.0).chain(rest).collect()
}

/// What is delayed at a stage.
pub(super) struct Delayed {
    steps: usize,
    /// By kind.
    ends: Vec<Ends>,
    /// By kind and step: whose evidence lapses then.
    lapses: Vec<Vec<f64>>,
    /// By kind.
    mass: Vec<f64>,
}

/// By step: what ends then. Amounts and moments stand apart, so that several are added at once.
#[derive(Default)]
struct Ends {
    mass: Vec<f64>,
    moment: Vec<f64>,
}

impl Ends {
    fn add(&mut self, step: usize, flow: Flow) {
        self.mass[step] += flow.mass;
        self.moment[step] += flow.moment;
    }

    /// Adds these shares of a flow from a step on.
    fn spread(&mut self, step: usize, flow: Flow, shares: &[f64]) {
        let add = |list: &mut [f64], amount: f64| {
            list.iter_mut().zip(shares).for_each(|(end, share)| *end += amount * share);
        };
        add(&mut self.mass[step..], flow.mass);
        add(&mut self.moment[step..], flow.moment);
    }

    /// Takes out what ends in a step.
    fn take(&mut self, step: usize) -> Flow {
        let take = |list: &mut Vec<f64>| list.get_mut(step).map(std::mem::take).unwrap_or_default();
        Flow { mass: take(&mut self.mass), moment: take(&mut self.moment) }
    }
}

impl Delayed {
    /// Nothing yet.
    pub(super) fn new(steps: usize) -> Delayed {
        Delayed { steps, ends: vec![], lapses: vec![], mass: vec![] }
    }

    pub(super) fn mass(&self) -> f64 {
        self.mass.iter().sum()
    }

    /// By kind.
    pub(super) fn masses(&self) -> impl Iterator<Item = f64> + '_ {
        self.mass.iter().copied()
    }

    /// Makes room for a kind.
    fn open(&mut self, kind: usize) {
        row(&mut self.mass, kind);
        row(&mut self.lapses, kind);
        let ends = row(&mut self.ends, kind);
        ends.mass.resize(self.steps, 0.0);
        ends.moment.resize(self.steps, 0.0);
    }
}

impl Run<'_> {
    /// Delays of fluid begin during this step; some may end in it.
    pub(super) fn delay(&mut self, stage: usize, kind: usize, flow: Flow) {
        let kind = self.kinds.at_start(&self.model.stages[stage], kind);
        let who = self.kinds.all[kind];
        let law = self.stage_tables[stage].delays[who.class.index()].as_ref();
        let shares = law.expect("compile gave every class a delay").shares(&self.clock, self.step);
        let evidence = who.source.and_then(|s| self.source_tables[s.index()].evidence.as_ref());
        let state = &mut self.delays[stage];
        state.open(kind);
        let left = self.clock.steps - self.step;
        state.mass[kind] += flow.mass;
        match evidence {
            None => state.ends[kind].spread(self.step, flow, &shares),
            Some(evidence) => {
                let age = self.step as f64 + 0.5 - flow.arrived() + evidence.lag;
                state.lapses[kind].resize(self.clock.steps, 0.0);
                let there = evidence.lasts.above(age);
                let (mut lasts, mut delayed) = (1.0, 1.0);
                for (after, share) in shares.iter().enumerate().take(left) {
                    state.ends[kind].add(self.step + after, flow.part(share * lasts));
                    delayed -= share;
                    let above = evidence.lasts.above(age + after as f64 + 1.0);
                    let later = if there > 0.0 { (above / there).min(lasts) } else { 0.0 };
                    state.lapses[kind][self.step + after] += flow.mass * delayed.max(0.0) * (lasts - later);
                    lasts = later;
                    if lasts <= 0.0 {
                        break;
                    }
                }
            }
        }
        let now = state.ends[kind].take(self.step);
        self.end_delay(stage, kind, now);
        self.lapse(stage, kind);
    }

    /// Delays that end in this step, and evidence that lapses in it.
    pub(super) fn end_delays(&mut self) {
        for stage in 0..self.delays.len() {
            for kind in 0..self.delays[stage].ends.len() {
                let now = self.delays[stage].ends[kind].take(self.step);
                self.end_delay(stage, kind, now);
                self.lapse(stage, kind);
            }
        }
    }

    fn end_delay(&mut self, stage: usize, kind: usize, flow: Flow) {
        if flow.mass > 0.0 {
            self.delays[stage].mass[kind] -= flow.mass;
            self.leave(stage, kind, flow);
        }
    }

    fn lapse(&mut self, stage: usize, kind: usize) {
        let Some(source) = self.kinds.all[kind].source else { return };
        let lapses = self.delays[stage].lapses.get_mut(kind).and_then(|lapses| lapses.get_mut(self.step));
        let lost = lapses.map_or(0.0, std::mem::take);
        if let Some(outcome) = self.source_tables[source.index()].evidence.as_ref().map(|e| e.on_lapse)
            && lost > 0.0
        {
            self.delays[stage].mass[kind] -= lost;
            self.end(stage, kind, outcome, lost);
        }
    }
}
