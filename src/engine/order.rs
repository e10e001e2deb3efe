//! Who is first: what a queue's order says of a case, and of the first cases of several classes.

use super::Engine;
use super::observer::Observer;
use super::queue::Place;
use crate::model::{Ageing, Limit, Model, Order, Quota, StageId};
use crate::units::{Duration, Time};

/// What an order says of the first case of a class against those of other classes: the smallest is first.
pub(super) type Standing = [i64; 3];

/// A number as an integer of the same order.
pub(super) fn sortable(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    bits ^ ((bits >> 63) as u64 >> 1) as i64
}

/// Whether the latest to join is first.
fn is_lifo(order: &Order) -> bool {
    matches!(order.within(), Order::Lifo)
}

/// Whether a case's own effort has to be known when it joins.
pub(super) fn needs_effort(order: &Order) -> bool {
    matches!(order.within(), Order::ShortestDrawn)
}

/// The shares of starts that quotas have given so far, one tally for each queue or, where a pool has an order of its
/// own, for all queues of the pool.
#[derive(Debug)]
pub(super) struct Quotas {
    /// By stage.
    tally_of: Vec<usize>,
    tallies: Vec<Tally>,
}

/// How far each entry of a quota has come.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pass: Vec<f64>,
    waiting: Vec<u64>,
}

impl Quotas {
    pub(super) fn new(model: &Model) -> Quotas {
        let stages = model.stages.len();
        let mut tally_of: Vec<usize> = (0..stages).collect();
        for p in 0..model.pools.len() {
            // A pool that sees all its stages as one queue at some date counts them together at every date.
            if model.params.iter().any(|params| params.pools[p].choice.order.is_some()) {
                let served = (0..stages).filter(|&s| model.stages[s].crew.pools().any(|q| q.index() == p));
                let served: Vec<usize> = served.collect();
                if let Some(first) = served.first().map(|&s| tally_of[s]) {
                    for s in served {
                        tally_of[s] = first;
                    }
                }
            }
        }
        Quotas { tally_of, tallies: vec![Tally::default(); stages] }
    }

    /// A case that can be served joins. An entry that begins to wait may not claim what it left unused.
    #[inline]
    pub(super) fn join(&mut self, stage: StageId, quota: &Quota, class: usize) {
        let tally = &mut self.tallies[self.tally_of[stage.index()]];
        let (entries, entry) = (quota.share.len(), quota.entry[class]);
        tally.waiting.resize(entries.max(tally.waiting.len()), 0);
        tally.pass.extend(quota.share.iter().skip(tally.pass.len()).map(|share| first_pass(*share)));
        if tally.waiting[entry] == 0 {
            let others = (tally.pass.iter().zip(&tally.waiting)).filter(|(_, waiting)| **waiting > 0);
            let least = others.map(|(pass, _)| *pass).fold(f64::INFINITY, f64::min);
            if least < f64::INFINITY {
                tally.pass[entry] = tally.pass[entry].max(least);
            }
        }
        tally.waiting[entry] += 1;
    }

    /// Whether the entries of two quotas are the same, so that they go on from where they are.
    fn same(old: &Order, new: &Quota) -> bool {
        let none = |quota: &Quota| quota.share.iter().map(|share| *share == 0.0).collect::<Vec<_>>();
        matches!(old, Order::Quota(old) if old.entry == new.entry && none(old) == none(new))
    }

    /// How far the entries have come, where another quota has the same ones.
    pub(super) fn kept(&self, stage: StageId, old: &Order, new: &Order) -> Option<Tally> {
        let Order::Quota(quota) = new else { return None };
        Quotas::same(old, quota).then(|| self.tallies[self.tally_of[stage.index()]].clone())
    }

    /// Entries go on from there.
    pub(super) fn restore(&mut self, stage: StageId, tally: Tally) {
        self.tallies[self.tally_of[stage.index()]] = tally;
    }

    /// A quota with other entries holds from now on: all begin anew.
    pub(super) fn begin_anew(&mut self, stage: StageId, new: &Quota) {
        let tally = &mut self.tallies[self.tally_of[stage.index()]];
        tally.pass = new.share.iter().map(|share| first_pass(*share)).collect();
        tally.waiting.resize(new.share.len().max(tally.waiting.len()), 0);
    }

    /// A case leaves, started or not.
    #[inline]
    pub(super) fn leave(&mut self, stage: StageId, quota: &Quota, class: usize) {
        let waiting = &mut self.tallies[self.tally_of[stage.index()]].waiting[quota.entry[class]];
        *waiting = waiting.saturating_sub(1);
    }

    /// A case starts.
    #[inline]
    pub(super) fn start(&mut self, stage: StageId, quota: &Quota, class: usize) {
        let entry = quota.entry[class];
        self.tallies[self.tally_of[stage.index()]].pass[entry] += 1.0 / quota.share[entry];
    }

    /// How far the entry of a class has come.
    fn pass(&self, stage: StageId, quota: &Quota, class: usize) -> f64 {
        self.tallies[self.tally_of[stage.index()]].pass.get(quota.entry[class]).copied().unwrap_or(0.0)
    }
}

/// What a class says of a case that has waited so long: smaller is more urgent. What differs by rounding only is equal.
fn aged(ageing: Ageing, waited: Duration) -> i64 {
    sortable(-((ageing.base + ageing.gain * waited.0 as f64) * 1e9).round())
}

/// Where an entry begins. One without a share is served only where no other waits.
fn first_pass(share: f64) -> f64 {
    if share > 0.0 { 0.0 } else { f64::INFINITY }
}

impl<O: Observer> Engine<'_, O> {
    /// What the stage's order says of a case that joins: smaller is more urgent.
    #[inline]
    pub(super) fn order_key(&self, slot: u32, stage: StageId) -> i64 {
        self.key_under(&self.params.stages[stage.index()].order, slot, stage)
    }

    #[inline]
    fn key_under(&self, order: &Order, slot: u32, stage: StageId) -> i64 {
        let case = &self.cases[slot];
        match order {
            Order::Class | Order::Fifo | Order::Lifo | Order::Ageing(_) => 0,
            Order::Lapse => self.cases[self.cases.root(slot)].lapse.0,
            Order::Due(allowance) => match allowance[case.observed.index()] {
                Some(Limit::Plain(span)) => (case.arrived + span).0,
                Some(Limit::WorkingDays(span)) => self.model.working_days.finish_after(case.arrived, span).0,
                None => i64::MAX,
            },
            Order::Shortest(means) => means[case.observed.index()].round() as i64,
            // Work that was interrupted keeps its place.
            Order::ShortestDrawn if case.begun => case.order_key,
            Order::ShortestDrawn => case.effort.map_or(0, |e| e.0),
            Order::Score => case.score.map_or(i64::MAX, |score| sortable(-score)),
            Order::Quota(quota) => self.key_under(&quota.otherwise, slot, stage),
            Order::Random => {
                let place = self.model.stages[stage.index()].places.order;
                let u = case.key.stream(place, case.job_ordinal(), u64::from(case.visit)).open01();
                (u * 9e18) as i64
            }
        }
    }

    /// A case's place in a line of its stage.
    #[inline]
    pub(super) fn place(&self, slot: u32) -> Place {
        let case = &self.cases[slot];
        let lifo = is_lifo(&self.params.stages[case.stage.index()].order);
        Place {
            key: case.order_key,
            joined: if lifo { -case.joined.0 } else { case.joined.0 },
            rank: case.rank(),
            slot,
            ticket: case.ticket,
        }
    }

    /// Whether the first case of a class comes before that of another class.
    #[inline]
    pub(super) fn comes_before(&self, stage: StageId, a: (usize, &Place), b: (usize, &Place)) -> bool {
        (self.standing(stage, a.0, a.1), a.1) < (self.standing(stage, b.0, b.1), b.1)
    }

    /// Where the first case of a class stands against those of other classes.
    #[inline]
    pub(super) fn standing(&self, stage: StageId, class: usize, place: &Place) -> Standing {
        let precedence = || i64::from(self.model.precedence[class]);
        match &self.params.stages[stage.index()].order {
            Order::Class => [precedence(), 0, 0],
            Order::Ageing(ageing) => [aged(ageing[class], self.now - Time(place.joined)), 0, 0],
            Order::Quota(quota) => {
                // Sums of 1/share in different orders are the same up to rounding, and then really equal.
                let pass = sortable((self.quotas.pass(stage, quota, class) * 1e6).round());
                let within = match *quota.otherwise {
                    Order::Class => precedence(),
                    Order::Ageing(ref ageing) => aged(ageing[class], Duration(self.now.0 - place.joined)),
                    _ => 0,
                };
                [pass, quota.entry[class] as i64, within]
            }
            _ => [0, 0, 0],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sortable;

    #[test]
    fn urgencies_that_meet_are_equal() {
        // 4 per day after a day, and 3 + 1 per day: rounding has no say in it.
        for gain in [4.0, 7.0, 0.3] {
            let (fast, slow) = (gain / crate::units::DAY as f64, (gain - 0.1) / crate::units::DAY as f64);
            let day = super::Duration(crate::units::DAY);
            let (fast, slow) =
                (super::Ageing { base: 0.0, gain: fast }, super::Ageing { base: 0.1, gain: slow });
            assert_eq!(super::aged(fast, day), super::aged(slow, day));
        }
    }

    #[test]
    fn numbers_keep_their_order_as_integers() {
        let values = [f64::NEG_INFINITY, -2.5, -1.0, -1e-300, 0.0, 1e-300, 0.5, 7.0, f64::INFINITY];
        let keys: Vec<i64> = values.iter().map(|v| sortable(*v)).collect();
        assert!(keys.is_sorted() && keys[3] < keys[4]);
    }
}
