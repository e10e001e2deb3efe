//! Mean and variance of a law, whole or restricted to a range.

use super::level::Level;
use super::quadrature::nodes;
use super::special::ln_gamma;
use super::{Kind, Law};

/// The part of a law between two values: its probability, and mean and variance given that the value lies there.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Part {
    mass: f64,
    mean: f64,
    variance: f64,
}

impl Law {
    /// The mean.
    pub fn mean(&self) -> f64 {
        self.whole().mean
    }

    /// The variance, infinite where the mean square is.
    pub fn variance(&self) -> f64 {
        self.whole().variance
    }

    /// The mean of the square.
    pub fn second_moment(&self) -> f64 {
        let whole = self.whole();
        whole.variance + whole.mean * whole.mean
    }

    fn whole(&self) -> Part {
        let (mean, variance) = match &self.0 {
            Kind::Constant(value) => (*value, 0.0),
            Kind::Exponential { mean } => (*mean, mean * mean),
            Kind::Uniform { low, high } => (f64::midpoint(*low, *high), (high - low).powi(2) / 12.0),
            Kind::Triangular { low, mode, high } => {
                let (a, b) = (mode - low, high - low);
                (low + (a + b) / 3.0, (b * b - a * b + a * a) / 18.0)
            }
            Kind::Lognormal { mu, sigma } => lognormal(*mu, *sigma),
            Kind::Weibull { scale, inverse_shape } => weibull(*scale, *inverse_shape),
            Kind::Geometric { rate } => {
                let p = -(-rate).exp_m1();
                (1.0 / p, (-rate).exp() / (p * p))
            }
            Kind::Tabled { table, low, scale } => {
                let (mean, variance) = table.law.moments();
                (low + scale * mean, scale * scale * variance)
            }
            Kind::Normal { .. }
            | Kind::Atoms(_)
            | Kind::Mixture(_)
            | Kind::Scaled { .. }
            | Kind::Conditioned(_) => return self.part(f64::NEG_INFINITY, f64::INFINITY),
        };
        Part { mass: 1.0, mean, variance }
    }

    /// The part of the law from `min` to `max`, both included.
    fn part(&self, min: f64, max: f64) -> Part {
        let (least, largest) = self.support();
        if min <= least && largest <= max && self.has_closed_moments() {
            return self.whole();
        }
        match &self.0 {
            Kind::Atoms(atoms) => Part::of_atoms(atoms.within(min, max)),
            Kind::Mixture(components) => Part::pooled(components.iter().map(|component| {
                let part = component.law.part(min, max);
                Part { mass: component.weight * part.mass, ..part }
            })),
            Kind::Scaled { law, times, plus } => {
                let part = law.part((min - plus) / times, (max - plus) / times);
                Part { mean: times * part.mean + plus, variance: times * times * part.variance, ..part }
            }
            Kind::Conditioned(inner) => {
                let part = inner.law.part(min.max(inner.min), max.min(inner.max));
                Part { mass: part.mass / inner.to.since(inner.from), ..part }
            }
            Kind::Geometric { rate } => Part::of_geometric(*rate, min, max),
            Kind::Triangular { mode, .. } if min < *mode && *mode < max => {
                // The quantile function has a kink at the mode.
                Part::pooled([self.smooth_part(min, *mode), self.smooth_part(*mode, max)].into_iter())
            }
            _ => self.smooth_part(min, max),
        }
    }

    fn has_closed_moments(&self) -> bool {
        !matches!(
            self.0,
            Kind::Normal { .. }
                | Kind::Atoms(_)
                | Kind::Mixture(_)
                | Kind::Scaled { .. }
                | Kind::Conditioned(_)
        )
    }

    /// The part of a law without atoms, by integrating its quantile function.
    fn smooth_part(&self, min: f64, max: f64) -> Part {
        let from = if min == f64::NEG_INFINITY { Level::BOTTOM } else { self.level_counting(min, false) };
        let to = if max == f64::INFINITY { Level::TOP } else { self.level(max) };
        let mass = to.since(from);
        if mass <= 0.0 {
            return Part::EMPTY;
        }
        let weighted: Vec<(f64, f64)> = nodes()
            .map(|(level, weight)| {
                (self.quantile_at(Level::between(from, to, level)).clamp(min, max), weight)
            })
            .filter(|&(x, weight)| weight > 0.0 && x.is_finite())
            .collect();
        Part { mass, ..Part::of_atoms(weighted.iter().copied()) }
    }
}

impl Part {
    const EMPTY: Part = Part { mass: 0.0, mean: 0.0, variance: 0.0 };

    /// Of (value, probability) pairs.
    fn of_atoms(atoms: impl Iterator<Item = (f64, f64)> + Clone) -> Part {
        Part::pooled(atoms.map(|(mean, mass)| Part { mass, mean, variance: 0.0 }))
    }

    /// Several parts as one.
    fn pooled(parts: impl Iterator<Item = Part> + Clone) -> Part {
        let mass: f64 = parts.clone().map(|part| part.mass).sum();
        if mass <= 0.0 {
            return Part::EMPTY;
        }
        let mean = parts.clone().map(|part| part.mass * part.mean).sum::<f64>() / mass;
        let variance =
            parts.map(|part| part.mass * (part.variance + (part.mean - mean).powi(2))).sum::<f64>() / mass;
        Part { mass, mean, variance }
    }

    /// Of the geometric law on 1, 2, ..: without memory, so the part from `min` on is the whole law moved there.
    fn of_geometric(rate: f64, min: f64, max: f64) -> Part {
        /// Up to so many values a sum is quick, and exact where the closed form cancels.
        const SUMMED: f64 = 1e5;
        let first = min.ceil().max(1.0);
        let count = max.floor() - first + 1.0;
        if count < 1.0 {
            return Part::EMPTY;
        }
        let start = (-rate * (first - 1.0)).exp();
        let p = -(-rate).exp_m1();
        if count <= SUMMED {
            let atoms =
                (0..count as u32).map(|n| (first + f64::from(n), start * p * (-rate * f64::from(n)).exp()));
            return Part::of_atoms(atoms);
        }
        let within = -(-rate * count).exp_m1();
        let cut = if count == f64::INFINITY { 0.0 } else { count * (-rate * count).exp() / within };
        let cut_square = if count == f64::INFINITY { 0.0 } else { cut * count / within };
        Part {
            mass: start * within,
            mean: first - 1.0 + 1.0 / p - cut,
            variance: (-rate).exp() / (p * p) - cut_square,
        }
    }
}

fn lognormal(mu: f64, sigma: f64) -> (f64, f64) {
    let mean = (mu + 0.5 * sigma * sigma).exp();
    (mean, mean * mean * (sigma * sigma).exp_m1())
}

fn weibull(scale: f64, inverse_shape: f64) -> (f64, f64) {
    let ln_mean = ln_gamma(1.0 + inverse_shape);
    let mean = scale * ln_mean.exp();
    (mean, mean * mean * (ln_gamma(1.0 + 2.0 * inverse_shape) - 2.0 * ln_mean).exp_m1())
}
