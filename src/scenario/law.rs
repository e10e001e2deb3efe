//! Laws of chance as written: which family, with which numbers, in which unit. What they draw is the model's work.

use std::sync::Arc;

use crate::diagnostic::Span;

/// A law with its numbers converted: times in milliseconds (or working days), counts and plain numbers as they are.
#[derive(Clone, PartialEq, Debug)]
pub struct LawSpec {
    /// The family and its numbers.
    pub kind: LawKind,
    /// Draws are conditioned on being at least this.
    pub min: Option<f64>,
    /// Draws are conditioned on being at most this.
    pub max: Option<f64>,
    /// Every draw is multiplied by this, after `min` and `max`.
    pub times: f64,
    /// Then this is added to it.
    pub plus: f64,
    /// Whether the numbers are working days instead of milliseconds.
    pub working_days: bool,
    /// Whether some time in it was written in days or longer (`"1 day"` of effort is 24 hours of work).
    pub in_days: bool,
    /// Where it stands.
    pub span: Span,
}

/// The families.
#[derive(Clone, PartialEq, Debug)]
pub enum LawKind {
    /// Always the same.
    Constant(f64),
    /// Exponential.
    Exponential {
        /// Its mean.
        mean: f64,
    },
    /// Uniform.
    Uniform {
        /// The smallest value.
        low: f64,
        /// The largest value.
        high: f64,
    },
    /// Triangular.
    Triangular {
        /// The smallest value.
        low: f64,
        /// The most likely value.
        mode: f64,
        /// The largest value.
        high: f64,
    },
    /// PERT: a beta law with shape 4.
    Pert {
        /// The smallest value.
        low: f64,
        /// The most likely value.
        mode: f64,
        /// The largest value.
        high: f64,
    },
    /// Lognormal; natural numbers are `mu` and `sigma` of the logarithm in the law's unit (milliseconds for times).
    Lognormal(Given),
    /// Gamma; natural numbers are shape and scale.
    Gamma(Given),
    /// Weibull; natural numbers are shape and scale.
    Weibull(Given),
    /// Erlang.
    Erlang {
        /// Phases.
        k: u32,
        /// Its mean.
        mean: f64,
    },
    /// Hyperexponential with balanced means.
    Hyperexponential {
        /// Its mean.
        mean: f64,
        /// Its coefficient of variation, at least 1.
        cv: f64,
    },
    /// Normal, conditioned on being at least 0; mean and sd are those before.
    Normal {
        /// Mean before the condition.
        mean: f64,
        /// Standard deviation before the condition.
        sd: f64,
    },
    /// Beta between two bounds.
    Beta {
        /// The smallest value.
        low: f64,
        /// The largest value.
        high: f64,
        /// Its mean.
        mean: f64,
        /// Its standard deviation.
        sd: f64,
    },
    /// Poisson, on 0, 1, 2, ...
    Poisson {
        /// Its mean.
        mean: f64,
    },
    /// Geometric, on 1, 2, 3, ...
    Geometric {
        /// Its mean, at least 1.
        mean: f64,
    },
    /// Binomial.
    Binomial {
        /// Trials.
        n: u32,
        /// Probability of each.
        p: f64,
    },
    /// One of a few values.
    Discrete {
        /// The values.
        values: Vec<f64>,
        /// Their weights, not yet normalised.
        weights: Vec<f64>,
    },
    /// One of the rows of a table, each equally likely.
    Empirical(Arc<[f64]>),
    /// One of several laws, by weight (not yet normalised).
    Mixture(Vec<(f64, LawSpec)>),
    /// Another law, later by a constant.
    Shifted {
        /// The constant.
        by: f64,
        /// The law.
        law: Box<LawSpec>,
    },
}

/// The two numbers that fix a law of two parameters.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Given {
    /// Mean and coefficient of variation.
    MeanCv {
        /// The mean.
        mean: f64,
        /// Standard deviation / mean.
        cv: f64,
    },
    /// The family's own two numbers, in the order of its definition.
    Natural(f64, f64),
    /// Two quantiles: a share `p` lies below `x`, a share `q` below `y`.
    Quantiles {
        /// The smaller probability.
        p: f64,
        /// Its quantile.
        x: f64,
        /// The larger probability.
        q: f64,
        /// Its quantile.
        y: f64,
    },
}

impl LawSpec {
    /// A law of this kind, without conditions and edits.
    pub(crate) fn new(kind: LawKind, span: Span) -> LawSpec {
        LawSpec {
            kind,
            min: None,
            max: None,
            times: 1.0,
            plus: 0.0,
            working_days: false,
            in_days: false,
            span,
        }
    }
}
