//! Selection of the best of several alternatives with a stated probability of being right: the sequential procedure of
//! Kim and Nelson here, procedures in two stages and allocations of a budget in the files below.
//!
//! Everywhere in this folder the largest mean is the best; where less is better, hand over the negative values.

pub mod allocation;
pub mod two_stage;

pub use allocation::{chance_correct, ocba, ocba_whole};
pub use two_stage::{dudewicz_dalal_h, dudewicz_dalal_weights, rinott_h, two_stage_size};

use super::tally::Tally;

/// The fully sequential procedure KN (Kim & Nelson, ACM TOMACS 11:251, 2001, with c = 1): replications are made of all
/// alternatives that are still in, one at a time, and whoever is clearly behind leaves.
///
/// If the best mean is `delta` or more above all others, it is chosen with probability 1 − `alpha` or more. If others lie
/// nearer, any of them may be chosen, and nothing is proved (Eckman & Henderson, Proceedings of the Winter Simulation
/// Conference 2018, 351, sort procedures by what is). Values are taken for normal and for independent between replications. Alternatives may share random numbers within a replication,
/// as only their differences are looked at.
///
/// After r replications i leaves if its mean is behind that of some l by more than
/// `W = max(0, (delta/2r)(h² S²_il/delta² − r))`, with `S²_il` the variance of their difference in the first `n0`
/// replications. The first look is after `n0`.
///
/// Replications that all agree say nothing of a variance: as long as two alternatives have never differed, neither leaves
/// on account of the other, and their first stage goes on until they do. Alternatives that have not differed for very long
/// are [`alike`](Kn::alike).
#[derive(Clone, Debug)]
pub struct Kn {
    first: usize,
    delta: f64,
    alpha: f64,
    updating: bool,
    seen: usize,
    means: Vec<Tally>,
    /// The differences of pairs i < j, row after row: of the first replications, or of all when updating.
    differences: Vec<Tally>,
    left: Vec<Option<usize>>,
}

/// Alternatives that have not differed in so many times the first replications are told to be alike.
const ALIKE: usize = 10;

impl Kn {
    /// The procedure for `k` alternatives that start with `n0` replications each (10 or more make h² sensible), the least
    /// difference `delta` worth detecting (in the unit of the values) and the chance `alpha` of a wrong choice.
    pub fn new(k: usize, n0: usize, delta: f64, alpha: f64) -> Kn {
        assert!(k >= 1 && n0 >= 2, "a selection has alternatives, and a variance needs two values");
        assert!(delta > 0.0, "a difference worth detecting is above 0");
        assert!(alpha > 0.0 && alpha < 1.0 - 1.0 / k.max(2) as f64, "better than a guess, and not certain");
        Kn {
            first: n0,
            delta,
            alpha,
            updating: false,
            seen: 0,
            means: vec![Tally::new(); k],
            differences: vec![Tally::new(); k * (k - 1) / 2],
            left: vec![None; k],
        }
    }

    /// The same with variances, and with them h², that are estimated anew after every replication: KN++ (Kim & Nelson,
    /// Operations Research 54:475, 2006). It ends sooner; its guarantee holds in the limit of small `delta` only.
    #[must_use]
    pub fn updating(self) -> Kn {
        Kn { updating: true, ..self }
    }

    /// Sees one replication: a value at the place of each survivor; others are not looked at. Where a survivor has no
    /// value the replication compares nobody: nothing happens, and the answer is no. Panics with a wrong number of places.
    pub fn observe(&mut self, values: &[Option<f64>]) -> bool {
        let k = self.means.len();
        assert_eq!(values.len(), k, "one place for each alternative");
        let survivors = self.survivors();
        if survivors.iter().any(|i| values[*i].is_none()) {
            return false;
        }
        let value = |i: usize| values[i].expect("survivors were asked above");
        for (place, &i) in survivors.iter().enumerate() {
            self.means[i].push(value(i));
            for &j in &survivors[place + 1..] {
                let tally = &mut self.differences[pair(k, i, j)];
                if self.updating || self.seen < self.first || never_differed(tally) {
                    tally.push(value(i) - value(j));
                }
            }
        }
        self.seen += 1;
        if self.seen >= self.first {
            self.screen(&survivors);
        }
        true
    }

    /// Sends away who is clearly behind one of those that were in before.
    fn screen(&mut self, before: &[usize]) {
        let mean = |i: usize| self.means[i].mean().expect("survivors have values");
        let behind = |i: usize, l: usize| mean(i) < mean(l) - self.slack(i, l);
        let mut out: Vec<usize> =
            before.iter().copied().filter(|i| before.iter().any(|l| l != i && behind(*i, *l))).collect();
        let stay: Vec<usize> = before.iter().copied().filter(|i| !out.contains(i)).collect();
        let waits = |i: usize, l: usize| self.slack(i, l) > 0.0 || never_differed(self.pair(i, l));
        let open = |i: usize| stay.iter().any(|l| *l != i && waits(i, *l));
        if !stay.iter().any(|i| open(*i)) {
            // No room is left for waiting: who remains has the very same mean, and either may be chosen.
            out.extend(stay.iter().skip(1));
        }
        for i in out {
            self.left[i] = Some(self.seen);
        }
    }

    /// How far i may lie behind l and stay: W.
    fn slack(&self, i: usize, l: usize) -> f64 {
        let r = self.seen as f64;
        (0.5 * self.delta / r * (self.horizon(i, l) - r)).max(0.0)
    }

    /// h² S²/δ²: with as many replications nobody waits any longer.
    fn horizon(&self, i: usize, l: usize) -> f64 {
        let tally = self.pair(i, l);
        let variance = tally.variance().expect("a pair is judged after two replications");
        h2(self.means.len(), tally.count() as usize, self.alpha) * variance / (self.delta * self.delta)
    }

    fn pair(&self, i: usize, l: usize) -> &Tally {
        &self.differences[pair(self.means.len(), i.min(l), i.max(l))]
    }

    /// Whether those that are still in are alike as far as anybody can see: none of them has ever differed from another,
    /// in ten times the first replications. Nothing is decided then, and nothing more is to be expected.
    pub fn alike(&self) -> bool {
        let pairs = self.pairs();
        !pairs.is_empty()
            && self.seen >= ALIKE * self.first
            && pairs.iter().all(|&(i, l)| never_differed(self.pair(i, l)))
    }

    /// All pairs of those that are still in.
    fn pairs(&self) -> Vec<(usize, usize)> {
        let survivors = self.survivors();
        let with = |i: usize| survivors.iter().filter(move |l| i < **l).map(move |l| (i, *l));
        survivors.iter().flat_map(|i| with(*i)).collect()
    }

    /// The alternatives that are still in, in order.
    pub fn survivors(&self) -> Vec<usize> {
        (0..self.left.len()).filter(|i| self.left[*i].is_none()).collect()
    }

    /// The one that was chosen, as soon as it is alone.
    pub fn decided(&self) -> Option<usize> {
        let survivors = self.survivors();
        (survivors.len() == 1).then(|| survivors[0])
    }

    /// How many replications counted.
    pub fn replications(&self) -> usize {
        self.seen
    }

    /// After how many replications each alternative left; none of those that are still in.
    pub fn left(&self) -> &[Option<usize>] {
        &self.left
    }

    /// With how many replications of the survivors it will be over for certain, as it looks now: exact for KN, a guess for
    /// KN++. None before the first look, and while some have never differed.
    pub fn at_most(&self) -> Option<usize> {
        let pairs = self.pairs();
        let last = |&(i, l): &(usize, usize)| (self.horizon(i, l).ceil() as usize).max(self.seen);
        let known = self.seen >= self.first && !pairs.iter().any(|&(i, l)| never_differed(self.pair(i, l)));
        known.then(|| pairs.iter().map(last).max().unwrap_or(self.seen))
    }
}

/// Whether all differences so far are none.
fn never_differed(differences: &Tally) -> bool {
    differences.mean() == Some(0.0) && differences.variance().is_some_and(|variance| variance == 0.0)
}

/// The place of the pair i < j of k in a triangle kept row after row.
fn pair(k: usize, i: usize, j: usize) -> usize {
    i * (2 * k - i - 1) / 2 + j - i - 1
}

/// η of KN for c = 1: ½((2α/(k − 1))^(−2/(n0 − 1)) − 1), which holds under common random numbers.
/// Example: k 5, n0 10, α 0.05 gives 0.6349673.
pub fn eta(k: usize, n0: usize, alpha: f64) -> f64 {
    if k < 2 {
        return 0.0;
    }
    0.5 * ((2.0 * alpha / (k as f64 - 1.0)).powf(-2.0 / (n0 as f64 - 1.0)) - 1.0)
}

/// h² of KN for c = 1: 2 η (n0 − 1). Example: k 5, n0 10, α 0.05 gives 11.429411.
pub fn h2(k: usize, n0: usize, alpha: f64) -> f64 {
    2.0 * eta(k, n0, alpha) * (n0 as f64 - 1.0)
}

#[cfg(test)]
mod tests {
    use super::super::noise::Noise;
    use super::*;

    #[test]
    fn the_constants_are_those_of_the_formula() {
        let table = [
            (2, 10, 0.334_050_268_6, 6.012_904_835),
            (5, 10, 0.634_967_265_2, 11.429_410_77),
            (10, 24, 0.239_442_035_6, 11.014_333_64),
        ];
        for (k, n0, wanted_eta, wanted_h2) in table {
            assert!((eta(k, n0, 0.05) - wanted_eta).abs() < 1e-10);
            assert!((h2(k, n0, 0.05) / wanted_h2 - 1.0).abs() < 1e-9);
        }
    }

    /// What selecting in the slippage configuration came to: one mean is `delta`, all others 0.
    struct Slippage {
        /// How often the best was chosen.
        right: f64,
        /// How often the largest mean after the first n0 replications was the best.
        at_once: f64,
        /// Replications of an alternative on average.
        effort: f64,
    }

    /// 5 alternatives with variance 1, n0 = 10, α = 0.05, delta = 1/√n0, and the given share of luck in common.
    fn slippage(seed: u64, times: usize, shared: f64, updating: bool) -> Slippage {
        const K: usize = 5;
        let mut noise = Noise(seed);
        let delta = 1.0 / 10_f64.sqrt();
        let (mut right, mut at_once, mut effort) = (0, 0, 0);
        for _ in 0..times {
            let kn = Kn::new(K, 10, delta, 0.05);
            let mut kn = if updating { kn.updating() } else { kn };
            let mut sums = [0.0; K];
            while kn.decided().is_none() {
                let luck = shared.sqrt() * noise.normal();
                let mut draw = |i: usize| {
                    let mean = if i == 2 { delta } else { 0.0 };
                    mean + luck + (1.0 - shared).sqrt() * noise.normal()
                };
                let values: Vec<Option<f64>> =
                    (0..K).map(|i| kn.left()[i].is_none().then(|| draw(i))).collect();
                effort += values.iter().flatten().count();
                if kn.replications() < 10 {
                    sums.iter_mut().zip(&values).for_each(|(sum, value)| *sum += value.unwrap_or(0.0));
                }
                kn.observe(&values);
            }
            right += usize::from(kn.decided() == Some(2));
            at_once += usize::from((0..K).all(|i| sums[i] <= sums[2]));
        }
        let share = |count: usize| count as f64 / times as f64;
        Slippage { right: share(right), at_once: share(at_once), effort: share(effort) / K as f64 }
    }

    #[test]
    fn the_best_is_chosen_as_often_as_promised_in_the_slippage_configuration() {
        // 2,000 selections each: standard error of 0.95 is 0.0049, the bound three of them below, so a procedure at exactly
        // 0.95 fails with probability 0.0013. Measured: KN 0.965 and 0.968; KN++, which promises it in the limit only, 0.946
        // and 0.950. Taking the largest mean after 10 replications is right in well under 0.85.
        for (seed, shared, updating) in [(67, 0.0, false), (71, 0.6, false), (73, 0.0, true), (79, 0.6, true)]
        {
            let found = slippage(seed, 2000, shared, updating);
            assert!(found.right >= 0.935, "right in {} (shared {shared}, updating {updating})", found.right);
            assert!(found.at_once < 0.85, "the first replications alone were right in {}", found.at_once);
        }
    }

    #[test]
    fn shared_luck_and_newer_variances_save_replications() {
        let efforts = [(0.0, false), (0.6, false), (0.0, true)]
            .map(|(shared, updating)| slippage(83, 60, shared, updating).effort);
        assert!(efforts[1] < 0.7 * efforts[0], "{efforts:?}");
        assert!(efforts[2] < efforts[0], "{efforts:?}");
    }

    #[test]
    fn plans_that_change_nothing_are_alike_and_none_of_them_is_chosen() {
        let mut kn = Kn::new(3, 4, 0.5, 0.05);
        for day in 0..40 {
            assert!(!kn.alike());
            assert_eq!((kn.decided(), kn.at_most()), (None, None));
            let value = f64::from(day * day % 7);
            assert!(kn.observe(&[Some(value), Some(value + 0.25), Some(value + 0.25)]));
        }
        assert!(kn.alike(), "ten times four replications");
        assert_eq!(kn.left(), [Some(4), None, None], "one that is always behind by the same is behind");
    }

    #[test]
    fn first_replications_that_happen_to_agree_decide_nothing() {
        // In one of 30 replications the first loses a case. With 20 replications before the first look and a difference of
        // 0.02 worth detecting the second has to be chosen in nineteen studies of twenty.
        let mut wrong = 0;
        for seed in 0..200 {
            let mut noise = Noise(1000 + seed);
            let mut kn = Kn::new(2, 20, 0.02, 0.05);
            while kn.decided().is_none() && !kn.alike() {
                let lost = noise.normal() > 1.834;
                kn.observe(&[Some(-f64::from(u8::from(lost))), Some(0.0)]);
            }
            wrong += usize::from(kn.decided() == Some(0));
        }
        // 10 are expected at most; 21 or more would come once in a thousand.
        assert!(wrong <= 20, "{wrong} of 200");
    }

    #[test]
    fn one_that_is_far_behind_leaves_first_and_is_not_looked_at_again() {
        let mut noise = Noise(89);
        let mut kn = Kn::new(3, 10, 0.2, 0.05);
        for _ in 0..10 {
            let values = [0.0, 0.1, -9.0].map(|mean| Some(mean + noise.normal()));
            kn.observe(&values);
        }
        assert_eq!(kn.survivors(), [0, 1]);
        let end = kn.at_most().unwrap();
        assert!(!kn.observe(&[Some(1.0), None, Some(1.0)]), "a survivor without a value compares nobody");
        while kn.decided().is_none() {
            assert!(kn.observe(&[Some(noise.normal()), Some(0.1 + noise.normal()), None]));
        }
        assert!(kn.replications() <= end, "it took {} of at most {end}", kn.replications());
        assert_eq!(Kn::new(1, 2, 1.0, 0.05).decided(), Some(0));
    }
}
