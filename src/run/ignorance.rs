//! Chance and ignorance taken apart: how much of what is not known about a measure is luck, and how much comes from inputs
//! that nobody knows.

use crate::stats::Layers;
use crate::stats::layers::layers;

use super::estimate::possible;
use super::result::RunResult;

impl RunResult {
    /// Chance and ignorance in a measure, by its place; none where everything is known, or too few replications give a
    /// value.
    pub fn layers(&self, response: usize) -> Option<Layers> {
        let values = self.values.iter().map(|values| values[response].get());
        let found = layers_of(values, self.draws, self.level)?;
        let unit = &self.responses[response].unit;
        Some(Layers { mean: possible(found.mean, unit), noise: possible(found.noise, unit), ..found })
    }
}

/// Chance and ignorance in values by replication, those of the first draw first, of each draw as many; none with one draw.
pub fn layers_of(values: impl Iterator<Item = Option<f64>>, draws: u32, level: f64) -> Option<Layers> {
    if draws < 2 {
        return None;
    }
    let values: Vec<Option<f64>> = values.collect();
    let each = values.len().div_ceil(draws as usize).max(1);
    let by_draw: Vec<Vec<f64>> =
        values.chunks(each).map(|draw| draw.iter().flatten().copied().collect()).collect();
    layers(&by_draw, level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_apart_draw_by_draw() {
        // The worked example of the statistics: draws 1 3, 5 7, 3 5 have variance 3 between and 2 within.
        let values = [1.0, 3.0, 5.0, 7.0, 3.0, 5.0].map(Some);
        let found = layers_of(values.into_iter(), 3, 0.95).unwrap();
        assert_eq!((found.mean.estimate, found.between, found.within), (4.0, 3.0, 2.0));
        let with_a_gap = [Some(1.0), Some(3.0), Some(5.0), None, Some(3.0), Some(5.0)];
        let found = layers_of(with_a_gap.into_iter(), 3, 0.95).unwrap();
        assert_eq!(found.mean.estimate, 11.0 / 3.0, "the second draw has one value");
    }

    #[test]
    fn without_draws_there_is_nothing_to_take_apart() {
        assert_eq!(layers_of([1.0, 2.0].map(Some).into_iter(), 1, 0.95), None);
        assert_eq!(layers_of(std::iter::empty(), 5, 0.95), None);
    }
}
