//! Laws: the probability distributions of durations and counts, compiled for drawing.
//!
//! A [`Law`] is made from plain numbers whose units are already settled (durations in milliseconds, counts as they
//! are) and is drawn at an address, so that it is a pure function of (law, address).
//!
//! A changed mean or cv must move every draw the same way. Therefore location-scale families (exponential,
//! lognormal, weibull, geometric) transform *one* standard variate, and all others apply their quantile function to
//! one uniform: exactly, or through a table whose relative error is below 1e-6 and whose tails
//! are exact. Nothing is ever rejected and drawn again. A mixture draws its component and its value at two
//! addresses.

use std::sync::Arc;

use crate::random::Draw;

mod atoms;
mod construct;
mod error;
mod level;
mod moments;
mod probability;
mod quadrature;
mod quantile_table;
mod special;
mod standard;
#[cfg(test)]
mod tests;

pub use construct::{Quantile, unit_gamma_quantile};
pub use error::LawError;

use atoms::Atoms;
use level::Level;
use quantile_table::QuantileTable;

/// The law of a duration or a count.
///
/// Copies share their tables, so a law may be kept in many snapshots of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Law(Kind);

/// How a law is drawn. Every variant holds what drawing needs, worked out when the law was made.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Constant(f64),
    Exponential {
        mean: f64,
    },
    Uniform {
        low: f64,
        high: f64,
    },
    Triangular {
        low: f64,
        mode: f64,
        high: f64,
    },
    /// `mu` and `sigma` of the natural logarithm of the value.
    Lognormal {
        mu: f64,
        sigma: f64,
    },
    Weibull {
        scale: f64,
        inverse_shape: f64,
    },
    /// Conditioned on being at least 0; `mean` and `sd` are those before, `zero` is the level of 0 before.
    Normal {
        mean: f64,
        sd: f64,
        zero: Level,
    },
    /// On 1, 2, ..: the value exceeds n with probability exp(-`rate` n).
    Geometric {
        rate: f64,
    },
    /// `low` + `scale` times a standard gamma, beta or hyperexponential variate.
    Tabled {
        table: Arc<QuantileTable>,
        low: f64,
        scale: f64,
    },
    /// Poisson, binomial, discrete, empirical: finitely many values that matter.
    Atoms(Arc<Atoms>),
    Mixture(Arc<[Component]>),
    /// `times` times the other law, plus `plus`; `times` is positive.
    Scaled {
        law: Arc<Law>,
        times: f64,
        plus: f64,
    },
    Conditioned(Arc<Conditioned>),
}

/// One component of a mixture.
#[derive(Clone, Debug, PartialEq)]
struct Component {
    weight: f64,
    /// The weights up to and including this component.
    up_to: f64,
    law: Law,
}

/// A law given that its value lies between `min` and `max`, both included.
#[derive(Clone, Debug, PartialEq)]
struct Conditioned {
    law: Law,
    min: f64,
    max: f64,
    /// Where `min` stands in the law, itself not counted.
    from: Level,
    /// Where `max` stands in the law, itself counted.
    to: Level,
}

impl Law {
    /// The value at this address.
    #[inline]
    pub fn sample(&self, draw: Draw) -> f64 {
        match &self.0 {
            Kind::Constant(value) => *value,
            Kind::Exponential { mean } => mean * draw.stream().exp1(),
            Kind::Uniform { low, high } => low + (high - low) * draw.stream().open01(),
            Kind::Lognormal { mu, sigma } => (mu + sigma * draw.stream().standard_normal()).exp(),
            Kind::Weibull { scale, inverse_shape } => scale * draw.stream().exp1().powf(*inverse_shape),
            Kind::Geometric { rate } => 1.0 + (draw.stream().exp1() / rate).floor(),
            Kind::Tabled { table, low, scale } => low + scale * table.quantile(draw.stream().open01()),
            Kind::Scaled { law, times, plus } => times * law.sample(draw) + plus,
            Kind::Mixture(components) => sample_mixture(components, draw),
            Kind::Triangular { .. } | Kind::Normal { .. } | Kind::Atoms(_) | Kind::Conditioned(_) => {
                self.quantile_at(Level::at(draw.stream().open01()))
            }
        }
    }

    /// The value at this address given that it exceeds `floor`, or nothing where no value does.
    ///
    /// It maps the same uniform into what is left of the quantile function, as [`Law::conditioned`] does.
    pub fn sample_above(&self, floor: f64, draw: Draw) -> Option<f64> {
        let left = self.level(floor);
        let level = Level::between(left, Level::TOP, Level::at(draw.stream().open01()));
        // A rounded level may lie a hair below the floor.
        (left.above > 0.0).then(|| self.quantile_at(level).max(floor))
    }

    /// The only value, where there is only one.
    pub fn is_constant(&self) -> Option<f64> {
        let (min, max) = self.support();
        (min == max).then_some(min)
    }
}

/// Component and value have two addresses, and all components share the second: a changed weight moves the draws
/// that change component, and no other.
fn sample_mixture(components: &[Component], draw: Draw) -> f64 {
    const CHOICE: u64 = 0;
    const VALUE: u64 = 1;
    let u = draw.branch(CHOICE).stream().open01();
    let chosen = components.iter().find(|component| component.up_to > u);
    // Rounding may leave the last sum a hair below 1.
    let chosen = chosen.or(components.last()).expect("a mixture has at least one component");
    chosen.law.sample(draw.branch(VALUE))
}
