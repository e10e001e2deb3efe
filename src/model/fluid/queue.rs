//! A queue of fluid of one kind: what joined in the same step is one batch.

use std::collections::VecDeque;

use super::Flow;
use super::kinds::Amount;

/// Fluid that joined a queue at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Batch {
    /// In steps; what joins during a step joins in its middle.
    pub(super) joined: f64,
    pub(super) flow: Flow,
}

/// Batches in the order of joining.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    batches: VecDeque<Batch>,
    /// In all batches.
    mass: f64,
}

impl Amount for Queue {
    fn is_none(&self) -> bool {
        self.batches.is_empty() && self.mass == 0.0
    }
}

impl Queue {
    pub(super) fn mass(&self) -> f64 {
        self.mass
    }

    /// Adds what joins now, or at the start in any order.
    pub(super) fn push(&mut self, batch: Batch) {
        self.mass += batch.flow.mass;
        match self.batches.back_mut() {
            Some(last) if last.joined == batch.joined => last.flow.add(batch.flow),
            _ => self.batches.push_back(batch),
        }
    }

    pub(super) fn sort(&mut self) {
        self.batches.make_contiguous().sort_by(|a, b| a.joined.total_cmp(&b.joined));
    }

    /// The batch that is served next.
    pub(super) fn head(&self, last_first: bool) -> Option<&Batch> {
        if last_first { self.batches.back() } else { self.batches.front() }
    }

    /// Takes this share out of the batch that is served next.
    pub(super) fn take(&mut self, last_first: bool, share: f64) {
        let head = if last_first { self.batches.back_mut() } else { self.batches.front_mut() };
        let head = head.expect("only what is there is taken");
        self.mass -= head.flow.mass * share;
        head.flow = head.flow.part(1.0 - share);
        if share >= 1.0 {
            if last_first {
                self.batches.pop_back()
            } else {
                self.batches.pop_front()
            };
        }
        if self.batches.is_empty() {
            self.mass = 0.0;
        }
    }

    /// Keeps of each batch the share that `stays` says; returns what leaves.
    pub(super) fn thin(&mut self, stays: impl Fn(&Batch) -> f64) -> Flow {
        let mut left = Flow::default();
        let mut mass = 0.0;
        for batch in &mut self.batches {
            let share = stays(batch);
            left.add(batch.flow.part(1.0 - share));
            batch.flow = batch.flow.part(share);
            mass += batch.flow.mass;
        }
        self.mass = mass;
        self.batches.retain(|batch| batch.flow.mass > 0.0);
        left
    }

    /// Adds what joined at any time, in its place: batches in the order of joining.
    pub(super) fn insert(&mut self, batches: &[Batch]) {
        let Some(first) = batches.first() else { return };
        let mut at = self.batches.partition_point(|b| b.joined <= first.joined);
        for batch in batches {
            while self.batches.get(at).is_some_and(|b| b.joined <= batch.joined) {
                at += 1;
            }
            self.mass += batch.flow.mass;
            // What joined at one moment stays one batch: the lot gives back a little of each at every step.
            match at.checked_sub(1).and_then(|before| self.batches.get_mut(before)) {
                Some(same) if same.joined == batch.joined => same.flow.add(batch.flow),
                _ => self.batches.insert(at, *batch),
            }
        }
    }

    /// Takes this share out of every batch.
    pub(super) fn thin_out(&mut self, share: f64) -> Vec<Batch> {
        let part = |b: &Batch| Batch { flow: b.flow.part(share), ..*b };
        let taken = self.batches.iter().map(part).filter(|b| b.flow.mass > 0.0).collect();
        self.thin(|_| 1.0 - share);
        taken
    }

    /// What joined at this moment.
    pub(super) fn joined_at(&self, moment: f64) -> f64 {
        self.batches
            .iter()
            .rev()
            .take_while(|b| b.joined >= moment)
            .filter(|b| b.joined == moment)
            .map(|b| b.flow.mass)
            .sum()
    }
}
