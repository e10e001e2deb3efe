//! Quantiles of more numbers than one wants to keep: [`QuantileSketch`], and [`Sample`], which is exact until then.

use super::quantile::between;

/// Counts of numbers ≥ 0 in bins whose width grows with the number, so that every quantile is within a relative
/// error of 0.05 % (the bins of `DDSketch`: Masson, Rim & Lee, PVLDB 12:2195, 2019).
///
/// Counts are whole numbers: the sketch of a set of numbers does not depend on their order nor on how sketches
/// were joined. Bins lie side by side from the least to the largest that was ever filled, so that a number costs one
/// addition; twelve orders of magnitude are 28,000 bins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuantileSketch {
    zeros: u64,
    /// Counts of bins `first`, `first + 1` ...: whole blocks, so that which bins there are depends only on what was
    /// seen, and growing by one bin at a time does not move all others each time.
    bins: Vec<u64>,
    first: i32,
    count: u64,
}

/// Bins are added so many at a time.
const BLOCK: i32 = 1024;

impl QuantileSketch {
    /// The largest relative error of a quantile.
    pub const RELATIVE_ERROR: f64 = 0.000_5;

    /// Bin i holds the numbers in (γ^(i−1), γ^i], and stands for the one that is equally far from both in relation.
    const GAMMA: f64 = (1.0 + Self::RELATIVE_ERROR) / (1.0 - Self::RELATIVE_ERROR);

    /// A sketch that has seen nothing.
    pub fn new() -> QuantileSketch {
        QuantileSketch::default()
    }

    /// Sees one number, which must not be negative.
    pub fn push(&mut self, value: f64) {
        assert!(value >= 0.0 && value.is_finite(), "the sketch holds finite numbers from 0 up");
        self.count += 1;
        if value < f64::MIN_POSITIVE {
            self.zeros += 1;
        } else {
            let bin = (value.ln() / Self::GAMMA.ln()).ceil() as i32;
            self.reach(bin, bin);
            self.bins[(bin - self.first) as usize] += 1;
        }
    }

    /// Makes room for the bins from `least` to `largest`.
    fn reach(&mut self, least: i32, largest: i32) {
        let end = self.first + self.bins.len() as i32;
        if self.first <= least && largest < end {
            return;
        }
        let (first, last) = (least.div_euclid(BLOCK) * BLOCK, (largest.div_euclid(BLOCK) + 1) * BLOCK);
        if self.bins.is_empty() {
            (self.first, self.bins) = (first, vec![0; (last - first) as usize]);
            return;
        }
        let before = (self.first - first).max(0);
        self.bins.splice(0..0, std::iter::repeat_n(0, before as usize));
        self.first -= before;
        self.bins.resize((last.max(end) - self.first) as usize, 0);
    }

    /// Sees everything `other` has seen.
    pub fn merge(&mut self, other: &QuantileSketch) {
        self.zeros += other.zeros;
        self.count += other.count;
        if other.bins.is_empty() {
            return;
        }
        self.reach(other.first, other.first + other.bins.len() as i32 - 1);
        let mine = &mut self.bins[(other.first - self.first) as usize..];
        mine.iter_mut().zip(&other.bins).for_each(|(mine, theirs)| *mine += theirs);
    }

    /// How many numbers were seen.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The p-quantile, type 7 over the bins' middles.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        let last = self.count.checked_sub(1)?;
        Some(between(last, p, |place| self.order_statistic(place)))
    }

    fn order_statistic(&self, place: u64) -> f64 {
        let mut seen = self.zeros;
        if place < seen {
            return 0.0;
        }
        for (bin, count) in (self.first..).zip(&self.bins) {
            seen += count;
            if place < seen {
                return 2.0 * Self::GAMMA.powi(bin) / (1.0 + Self::GAMMA);
            }
        }
        unreachable!("every place below the count lies in a bin")
    }
}

/// Numbers ≥ 0 whose quantiles are wanted: kept as they are up to [`Sample::EXACT`], sketched beyond.
///
/// Which of the two it is depends on the number of values alone, so the same values give the same answers in
/// whatever order and parts they came.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample(Kept);

#[derive(Clone, Debug, PartialEq)]
enum Kept {
    Values(Vec<f64>),
    Sketch(QuantileSketch),
}

impl Default for Sample {
    fn default() -> Sample {
        Sample(Kept::Values(Vec::new()))
    }
}

impl Sample {
    /// Up to so many values every quantile is exact.
    pub const EXACT: usize = 1 << 20;

    /// A sample without values.
    pub fn new() -> Sample {
        Sample::default()
    }

    /// Takes one value, which must not be negative.
    pub fn push(&mut self, value: f64) {
        match &mut self.0 {
            Kept::Values(values) if values.len() < Self::EXACT => {
                debug_assert!(value >= 0.0 && value.is_finite(), "a sample holds finite numbers from 0 up");
                values.push(value);
            }
            _ => self.sketch().push(value),
        }
    }

    /// Takes several values, none of which may be negative.
    pub fn extend(&mut self, values: &[f64]) {
        match &mut self.0 {
            Kept::Values(kept) if kept.len() + values.len() <= Self::EXACT => {
                debug_assert!(values.iter().all(|v| *v >= 0.0 && v.is_finite()), "finite numbers from 0 up");
                kept.extend_from_slice(values);
            }
            _ => {
                let sketch = self.sketch();
                for value in values {
                    sketch.push(*value);
                }
            }
        }
    }

    /// Takes all values of `other`.
    pub fn merge(&mut self, other: &Sample) {
        match &other.0 {
            Kept::Values(theirs) => self.extend(theirs),
            Kept::Sketch(theirs) => self.sketch().merge(theirs),
        }
    }

    /// How many values it holds.
    pub fn count(&self) -> u64 {
        match &self.0 {
            Kept::Values(values) => values.len() as u64,
            Kept::Sketch(sketch) => sketch.count(),
        }
    }

    /// The largest relative error of its quantiles: 0 while they are exact.
    pub fn relative_error(&self) -> f64 {
        match &self.0 {
            Kept::Values(_) => 0.0,
            Kept::Sketch(_) => QuantileSketch::RELATIVE_ERROR,
        }
    }

    /// Several quantiles at once (type 7), from the least probability to the largest. None without values.
    pub fn quantiles<const N: usize>(&mut self, probabilities: [f64; N]) -> Option<[f64; N]> {
        assert!(probabilities.is_sorted(), "each place is looked for behind the one before");
        if self.count() == 0 {
            return None;
        }
        let some = "a sample with values has every quantile";
        Some(match &mut self.0 {
            Kept::Values(values) => {
                // Selecting a few places, each among those behind the one before, costs two passes in all; sorting a
                // million values costs twenty. Numbers from 0 up are ordered as their bits are.
                let (last, mut done) = (values.len() as u64 - 1, 0);
                let mut place = |place: u64| {
                    // One that was passed is where it belongs: it was asked for before.
                    if let Some(ahead) = (place as usize).checked_sub(done) {
                        values[done..].select_nth_unstable_by_key(ahead, |v| v.to_bits());
                        done = place as usize + 1;
                    }
                    values[place as usize]
                };
                probabilities.map(|p| between(last, p, &mut place))
            }
            Kept::Sketch(sketch) => probabilities.map(|p| sketch.quantile(p).expect(some)),
        })
    }

    /// The sketch, made from the values now if they were still kept.
    fn sketch(&mut self) -> &mut QuantileSketch {
        if let Kept::Values(values) = &self.0 {
            let mut sketch = QuantileSketch::new();
            for value in values {
                sketch.push(*value);
            }
            self.0 = Kept::Sketch(sketch);
        }
        match &mut self.0 {
            Kept::Sketch(sketch) => sketch,
            Kept::Values(_) => unreachable!("it has just become a sketch"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::noise::Noise;
    use super::super::quantile::{quantile, sorted};
    use super::*;

    fn waits(seed: u64, n: usize) -> Vec<f64> {
        // Lognormal over many orders of magnitude, and a tenth of zeros: waits in milliseconds.
        let mut noise = Noise(seed);
        (0..n).map(|i| if i % 10 == 0 { 0.0 } else { (12.0 + 4.0 * noise.normal()).exp() }).collect()
    }

    #[test]
    fn a_sketch_is_within_its_stated_error_at_every_percentile() {
        let values = waits(3, 20_000);
        let mut sketch = QuantileSketch::new();
        for value in &values {
            sketch.push(*value);
        }
        let values = sorted(values);
        for percent in 0..=100 {
            let p = f64::from(percent) / 100.0;
            let (found, exact) = (sketch.quantile(p).unwrap(), quantile(&values, p).unwrap());
            assert!((found - exact).abs() <= 0.000_5 * exact * (1.0 + 1e-9), "p {p}: {found} for {exact}");
        }
        assert_eq!(sketch.quantile(0.05), Some(0.0));
        assert!(sketch.quantile(0.5) != quantile(&values, 0.5), "the test would not see an exact store");
    }

    #[test]
    fn sketches_joined_in_any_order_are_the_same_sketch() {
        let parts: Vec<QuantileSketch> = (0..4)
            .map(|seed| {
                let mut part = QuantileSketch::new();
                for value in waits(seed, 500 + 100 * seed as usize) {
                    part.push(value);
                }
                part
            })
            .collect();
        let join = |order: [usize; 4]| {
            let mut whole = QuantileSketch::new();
            for i in order {
                whole.merge(&parts[i]);
            }
            whole
        };
        assert_eq!(join([0, 1, 2, 3]), join([3, 1, 0, 2]));
        assert_eq!(join([0, 1, 2, 3]).count(), 2600);
    }

    #[test]
    fn bins_grow_in_either_direction_and_do_not_depend_on_which_came_first() {
        // Bins of e^(±k) are 1000 k apart: neighbours in other blocks, on both sides of 1.
        let sketch = |powers: &[i32]| {
            let mut sketch = QuantileSketch::new();
            for power in powers {
                sketch.push(f64::from(*power).exp());
            }
            sketch
        };
        let whole = sketch(&[0, 9, -9, 3]);
        assert_eq!(whole, sketch(&[-9, 0, 3, 9]));
        assert_eq!(whole, sketch(&[9, 3, 0, -9]));
        let mut joined = sketch(&[9]);
        joined.merge(&sketch(&[-9, 3]));
        joined.merge(&QuantileSketch::new());
        joined.merge(&sketch(&[0]));
        assert_eq!(joined, whole);
        for (p, power) in [(0.0, -9.0), (1.0, 9.0)] {
            let exact = f64::exp(power);
            assert!((whole.quantile(p).unwrap() - exact).abs() <= 0.000_5 * exact * (1.0 + 1e-9));
        }
        let [mut empty, some] = [QuantileSketch::new(), sketch(&[1, 2])];
        empty.merge(&some);
        assert_eq!(empty, some);
    }

    #[test]
    fn quantiles_of_a_few_values_share_places() {
        for n in 1..=12 {
            let values: Vec<f64> = (0..n).map(|i| f64::from((i * 7) % n) * 1.5).collect();
            let mut sample = Sample::new();
            for value in &values {
                sample.push(*value);
            }
            let probabilities = [0.0, 0.05, 0.5, 0.9, 0.95, 1.0];
            let sorted = sorted(values);
            let expected = probabilities.map(|p| quantile(&sorted, p).unwrap());
            assert_eq!(sample.quantiles(probabilities), Some(expected), "{n} values");
        }
    }

    #[test]
    fn a_sample_is_exact_up_to_its_limit_and_a_sketch_beyond_however_it_was_put_together() {
        let values: Vec<f64> = (0..=Sample::EXACT).map(|i| ((i * 7919) % 1_000_003) as f64).collect();
        let collect = |part: &[f64]| {
            let mut sample = Sample::new();
            for value in part {
                sample.push(*value);
            }
            sample
        };
        let mut full = collect(&values[..Sample::EXACT]);
        assert_eq!(full.relative_error(), 0.0);
        let exact = quantile(&sorted(values[..Sample::EXACT].to_vec()), 0.9).unwrap();
        assert_eq!(full.quantiles([0.9]), Some([exact]));

        let over = collect(&values);
        assert_eq!(over.relative_error(), 0.000_5);
        let mut joined = collect(&values[700_000..]);
        joined.merge(&collect(&values[..700_000]));
        assert_eq!(joined, over);
        assert_eq!(over.count(), values.len() as u64);
        assert_eq!(Sample::new().quantiles([0.5]), None);
    }
}
