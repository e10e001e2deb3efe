//! An axis that begins where its values begin: of what is varied, and of how much a measure answers.

use super::axis::TICK_SIZE;
use super::font;
use super::style::number;

/// From one round number to another, zero among them or not.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    step: f64,
}

impl Scale {
    /// Holds all of these in about `ticks` round steps.
    pub(super) fn holding(values: impl IntoIterator<Item = f64>, ticks: f64) -> Scale {
        let ends = (f64::INFINITY, f64::NEG_INFINITY);
        let (mut low, mut high) = (values.into_iter().filter(|value| value.is_finite()))
            .fold(ends, |(low, high): (f64, f64), value| (low.min(value), high.max(value)));
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if high - low <= 1e-9 * high.abs().max(low.abs()) {
            // One value alone is given room: on both sides, but nothing stands below nothing.
            let room = 0.1 * high.abs();
            (low, high) = if high == 0.0 { (0.0, 1.0) } else { (low - room, high + room) };
        }
        let raw = (high - low) / ticks;
        let power = 10f64.powf(raw.log10().floor());
        let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|m| m * power);
        let step = steps.into_iter().find(|&step| step >= raw * 0.999).unwrap_or(10.0 * power);
        let (low, high) = ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step);
        Scale { low, high, step }
    }

    /// So many places beside each other, numbered from 0, with half a place of white at both ends.
    pub(super) fn places(count: usize) -> Scale {
        Scale { low: -0.5, high: count as f64 - 0.5, step: 1.0 }
    }

    /// How far a value lies along it, from 0 to 1.
    pub(super) fn share(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// Values and labels.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        let count = ((self.high - self.low) / self.step).round() as usize;
        let even = |d: &i32| ((self.step * 10f64.powi(*d)) + 1e-9).fract() < 1e-6;
        let decimals = (0..9).find(even).unwrap_or(9) as usize;
        let first = (self.low / self.step).round();
        (0..=count).map(|k| (first + k as f64) * self.step).map(|at| (at, number(at, decimals))).collect()
    }
}

/// Every so manieth of the labels, so that they leave room for each other on an axis of this length.
pub(super) fn thinned(ticks: Vec<(f64, String)>, width: f64) -> Vec<(f64, String)> {
    let widest =
        ticks.iter().map(|(_, label)| font::width(label, TICK_SIZE, false)).fold(0.0, f64::max) + 10.0;
    let apart = width / (ticks.len() as f64 - 1.0).max(1.0);
    let every = ((widest / apart).ceil() as usize).max(1);
    ticks.into_iter().step_by(every).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(values: &[f64], ticks: f64) -> Vec<String> {
        Scale::holding(values.iter().copied(), ticks).ticks().into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn an_axis_holds_its_values_between_round_numbers() {
        assert_eq!(labels(&[12.0, 19.5], 4.0), ["12", "14", "16", "18", "20"]);
        assert_eq!(labels(&[-0.3, 0.4], 4.0), ["−0.4", "−0.2", "0.0", "0.2", "0.4"]);
        assert_eq!(labels(&[0.9312, 0.9378], 3.0), ["0.9300", "0.9325", "0.9350", "0.9375", "0.9400"]);
    }

    #[test]
    fn one_value_alone_lies_in_the_middle() {
        let scale = Scale::holding([50.0], 4.0);
        assert!((scale.share(50.0) - 0.5).abs() < 0.1);
        assert!(Scale::holding([], 4.0).ticks().len() > 1);
    }
}
