//! Quantiles of more numbers than one wants to keep: [`QuantileSketch`], and [`Sample`], which is exact until then.

use super::bins::{bin, middle};
use super::quantile::between;

/// Counts of whole numbers ≥ 0 in bins whose width grows with the number, so that every quantile is within a relative
/// error of 0.05 %: the layout of G. Tene's `HdrHistogram` (hdrhistogram.org), where numbers below 2^11 have a bin each.
///
/// Counts are whole numbers: the sketch of a set of numbers does not depend on their order nor on how sketches
/// were joined. Bins lie side by side from 0 to the largest that was ever filled, so that a number costs one addition;
/// twelve orders of magnitude are 32,000 bins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuantileSketch {
    bins: Vec<u64>,
}

/// Bins while the number doubles: 2^10.
const BITS: u32 = 10;

impl QuantileSketch {
    /// The largest relative error of a quantile: 2^−11, half a bin against the smallest number in it.
    pub const RELATIVE_ERROR: f64 = 1.0 / (2 << BITS) as f64;

    /// A sketch that has seen nothing.
    pub fn new() -> QuantileSketch {
        QuantileSketch::default()
    }

    /// Sees one number.
    #[inline]
    pub fn push(&mut self, value: u64) {
        let bin = bin::<BITS>(value);
        match self.bins.get_mut(bin) {
            Some(count) => *count += 1,
            None => self.push_beyond(bin),
        }
    }

    #[cold]
    fn push_beyond(&mut self, bin: usize) {
        self.bins.resize(bin + 1, 0);
        self.bins[bin] = 1;
    }

    /// Sees everything `other` has seen.
    pub fn merge(&mut self, other: &QuantileSketch) {
        self.bins.resize(self.bins.len().max(other.bins.len()), 0);
        self.bins.iter_mut().zip(&other.bins).for_each(|(mine, theirs)| *mine += theirs);
    }

    /// How many numbers were seen.
    pub fn count(&self) -> u64 {
        self.bins.iter().sum()
    }

    /// The p-quantile, type 7 over the bins' middles.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        let last = self.count().checked_sub(1)?;
        Some(between(last, p, |place| self.order_statistic(place)))
    }

    fn order_statistic(&self, place: u64) -> f64 {
        let mut seen = 0;
        let bin = self.bins.iter().position(|count| {
            seen += count;
            place < seen
        });
        middle::<BITS>(bin.expect("every place below the count lies in a bin"))
    }
}

/// Whole numbers ≥ 0 whose quantiles are wanted: kept as they are up to [`Sample::EXACT`], sketched beyond.
///
/// Which of the two it is depends on the number of values alone, so the same values give the same answers in
/// whatever order and parts they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample(Kept);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kept {
    Values(Vec<u64>),
    Sketch(QuantileSketch),
}

/// Room is made for so many at least.
const LEAST: usize = 256;

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

    /// Takes one value.
    #[inline]
    pub fn push(&mut self, value: u64) {
        match &mut self.0 {
            Kept::Values(values) if values.len() < values.capacity().min(Self::EXACT) => values.push(value),
            Kept::Values(_) => self.push_beyond(value),
            Kept::Sketch(sketch) => sketch.push(value),
        }
    }

    /// Takes a value for which there is no room as it is.
    #[cold]
    fn push_beyond(&mut self, value: u64) {
        match &mut self.0 {
            Kept::Values(values) if values.len() < Self::EXACT => {
                values.reserve(LEAST);
                values.push(value);
            }
            _ => self.sketch().push(value),
        }
    }

    /// Takes all values of `other`.
    pub fn merge(&mut self, other: &Sample) {
        match (&mut self.0, &other.0) {
            (Kept::Values(mine), Kept::Values(theirs)) if mine.len() + theirs.len() <= Self::EXACT => {
                mine.extend_from_slice(theirs);
            }
            (_, Kept::Values(theirs)) => {
                let sketch = self.sketch();
                for value in theirs {
                    sketch.push(*value);
                }
            }
            (_, Kept::Sketch(theirs)) => self.sketch().merge(theirs),
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
                // million values costs twenty.
                let (last, mut done) = (values.len() as u64 - 1, 0);
                let mut place = |place: u64| {
                    // One that was passed is where it belongs: it was asked for before.
                    if let Some(ahead) = (place as usize).checked_sub(done) {
                        values[done..].select_nth_unstable(ahead);
                        done = place as usize + 1;
                    }
                    values[place as usize] as f64
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

    fn waits(seed: u64, n: usize) -> Vec<u64> {
        // Lognormal over many orders of magnitude, and a tenth of zeros: waits in milliseconds.
        let mut noise = Noise(seed);
        (0..n).map(|i| if i % 10 == 0 { 0 } else { (12.0 + 4.0 * noise.normal()).exp() as u64 }).collect()
    }

    fn sketch(values: &[u64]) -> QuantileSketch {
        let mut sketch = QuantileSketch::new();
        for value in values {
            sketch.push(*value);
        }
        sketch
    }

    fn sample(values: &[u64]) -> Sample {
        let mut sample = Sample::new();
        for value in values {
            sample.push(*value);
        }
        sample
    }

    fn in_order(values: &[u64]) -> Vec<f64> {
        sorted(values.iter().map(|value| *value as f64).collect())
    }

    #[test]
    fn a_sketch_is_within_its_stated_error_at_every_percentile_and_exact_below_two_thousand() {
        let values = waits(3, 20_000);
        let (sketch, values) = (sketch(&values), in_order(&values));
        let mut off = false;
        for percent in 0..=100 {
            let p = f64::from(percent) / 100.0;
            let (found, exact) = (sketch.quantile(p).unwrap(), quantile(&values, p).unwrap());
            assert!((found - exact).abs() <= 0.000_5 * exact, "p {p}: {found} for {exact}");
            assert!(found == exact || exact > 2_047.0, "p {p}: {found} for {exact}");
            off |= found != exact;
        }
        assert_eq!(sketch.quantile(0.05), Some(0.0));
        assert!(off, "the test would not see an exact store");
    }

    #[test]
    fn sketches_joined_in_any_order_are_the_same_sketch() {
        let parts: Vec<Vec<u64>> = (0..4)
            .map(|seed| waits(seed, 500 + 100 * seed as usize))
            .chain([vec![], vec![1 << 43]])
            .collect();
        let join = |order: [usize; 6]| {
            let mut whole = QuantileSketch::new();
            for i in order {
                whole.merge(&sketch(&parts[i]));
            }
            whole
        };
        let whole = sketch(&parts.concat());
        for order in [[0, 1, 2, 3, 4, 5], [5, 3, 1, 4, 0, 2], [4, 2, 5, 0, 3, 1]] {
            assert_eq!(join(order), whole);
        }
        assert_eq!(whole.count(), 2601);
        assert_eq!(QuantileSketch::new().quantile(0.5), None);
    }

    #[test]
    fn bins_do_not_depend_on_whether_the_small_or_the_large_came_first() {
        let whole = sketch(&[0, 70, 9_000, 1 << 43]);
        assert_eq!(whole, sketch(&[1 << 43, 9_000, 0, 70]));
        assert_eq!(whole, sketch(&[9_000, 1 << 43, 70, 0]));
    }

    #[test]
    fn quantiles_of_a_few_values_share_places() {
        for n in 1..=12 {
            let values: Vec<u64> = (0..n).map(|i| ((i * 7) % n) * 3).collect();
            let probabilities = [0.0, 0.05, 0.5, 0.9, 0.95, 1.0];
            let expected = probabilities.map(|p| quantile(&in_order(&values), p).unwrap());
            assert_eq!(sample(&values).quantiles(probabilities), Some(expected), "{n} values");
        }
    }

    #[test]
    fn a_sample_is_exact_up_to_its_limit_and_a_sketch_beyond_however_it_was_put_together() {
        let values: Vec<u64> = (0..=Sample::EXACT as u64).map(|i| (i * 7919) % 1_000_003).collect();
        let mut full = sample(&values[..Sample::EXACT]);
        assert_eq!(full.relative_error(), 0.0);
        let exact = quantile(&in_order(&values[..Sample::EXACT]), 0.9).unwrap();
        assert_eq!(full.quantiles([0.9]), Some([exact]));

        let over = sample(&values);
        assert_eq!(over.relative_error(), 1.0 / 2048.0);
        for cut in [0, 1, 350_000, 700_000, Sample::EXACT] {
            let mut joined = sample(&values[cut..]);
            joined.merge(&sample(&values[..cut]));
            assert_eq!(joined, over);
        }
        assert_eq!(over.count(), values.len() as u64);
        assert_eq!(Sample::new().quantiles([0.5]), None);
    }
}
