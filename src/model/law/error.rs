//! What can be wrong with the parameters of a law.

use std::error::Error;
use std::fmt;

/// Why there is no such law. The sentence names the parameter, in backticks, as the scenario file calls it.
#[derive(Clone, Copy, PartialEq, Debug)]
#[non_exhaustive]
pub enum LawError {
    /// A parameter is infinite or not a number.
    NotFinite {
        /// The parameter.
        what: &'static str,
    },
    /// A parameter must be above zero.
    NotPositive {
        /// The parameter.
        what: &'static str,
    },
    /// A parameter must not be below zero.
    Negative {
        /// The parameter.
        what: &'static str,
    },
    /// A parameter lies outside the range in which the law exists, or can be computed.
    OutOfRange {
        /// The parameter.
        what: &'static str,
        /// The smallest value allowed.
        low: f64,
        /// The largest value allowed.
        high: f64,
    },
    /// Two parameters stand in the wrong order.
    NotOrdered {
        /// The parameter that must be the smaller one.
        lower: &'static str,
        /// The parameter that must be the larger one.
        upper: &'static str,
    },
    /// The spread is too large for the range: no law of this family has it.
    TooSpread,
    /// The spread is too small to be computed with; a constant is meant.
    TooNarrow,
    /// The normal law lies so far below 0 that nothing is left of it.
    NoneAboveZero,
    /// The list of values or components is empty.
    Empty {
        /// The list.
        what: &'static str,
    },
    /// There are not as many weights as values.
    LengthsDiffer {
        /// How many values there are.
        values: usize,
        /// How many weights there are.
        weights: usize,
    },
    /// All weights are zero.
    Weightless,
    /// The law takes no value between `min` and `max`.
    Impossible,
    /// No law of the family has these two quantiles.
    NoSuchQuantiles,
}

impl LawError {
    /// The parameter that is at fault, where it is a single one.
    pub fn parameter(&self) -> Option<&'static str> {
        match *self {
            LawError::NotFinite { what }
            | LawError::NotPositive { what }
            | LawError::Negative { what }
            | LawError::OutOfRange { what, .. }
            | LawError::Empty { what } => Some(what),
            LawError::NotOrdered { upper, .. } => Some(upper),
            LawError::TooSpread | LawError::TooNarrow => Some("sd"),
            LawError::LengthsDiffer { .. } | LawError::Weightless => Some("weights"),
            LawError::NoneAboveZero | LawError::Impossible | LawError::NoSuchQuantiles => None,
        }
    }
}

impl fmt::Display for LawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LawError::NotFinite { what } => write!(f, "`{what}` must be a finite number"),
            LawError::NotPositive { what } => write!(f, "`{what}` must be greater than 0"),
            LawError::Negative { what } => write!(f, "`{what}` must not be negative"),
            LawError::OutOfRange { what, low, high } if *high == f64::INFINITY => {
                write!(f, "`{what}` must be at least {low}")
            }
            LawError::OutOfRange { what, low, high } => {
                write!(f, "`{what}` must lie between {low} and {high}")
            }
            LawError::NotOrdered { lower, upper } => {
                write!(f, "`{upper}` must not be smaller than `{lower}`")
            }
            LawError::TooSpread => {
                write!(f, "`sd` is too large for a law between `low` and `high` with this `mean`")
            }
            LawError::TooNarrow => write!(f, "`sd` is too small: without spread the law is `constant`"),
            LawError::NoneAboveZero => write!(f, "the law takes no value that is not negative"),
            LawError::Empty { what } => write!(f, "`{what}` must not be empty"),
            LawError::LengthsDiffer { values, weights } => {
                write!(f, "`weights` must be as many as `values`: {weights} are given for {values}")
            }
            LawError::Weightless => write!(f, "`weights` must not all be 0"),
            LawError::Impossible => write!(f, "the law takes no value between `min` and `max`"),
            LawError::NoSuchQuantiles => write!(f, "no law of this family has these two quantiles"),
        }
    }
}

impl Error for LawError {}

#[cfg(test)]
mod tests {
    use super::super::Law;

    fn exponential() -> Law {
        Law::exponential(1.0).unwrap()
    }

    #[test]
    fn mistakes_are_named() {
        let sentences = [
            (Law::exponential(0.0), "`mean` must be greater than 0"),
            (Law::exponential(f64::NAN), "`mean` must be a finite number"),
            (Law::lognormal(6.0, -1.0), "`cv` must not be negative"),
            (Law::lognormal_natural(1.0, -1.0), "`sigma` must not be negative"),
            (Law::uniform(2.0, 1.0), "`high` must not be smaller than `low`"),
            (Law::pert(2.0, 1.0, 3.0), "`mode` must not be smaller than `low`"),
            (Law::triangular(1.0, 4.0, 3.0), "`high` must not be smaller than `mode`"),
            (Law::gamma_natural(0.0, 1.0), "`shape` must lie between 0.001 and 10000000"),
            (Law::weibull_natural(1.0, 0.0), "`scale` must be greater than 0"),
            (Law::erlang(0, 6.0), "`k` must lie between 1 and 10000000"),
            (Law::hyperexponential(6.0, 0.9), "`cv` must lie between 1 and 1000000"),
            (Law::normal(-100.0, 1.0), "the law takes no value that is not negative"),
            (
                Law::beta(0.0, 1.0, 0.5, 0.6),
                "`sd` is too large for a law between `low` and `high` with this `mean`",
            ),
            (Law::beta(0.0, 1.0, 0.5, 1e-4), "`sd` is too small: without spread the law is `constant`"),
            (Law::beta(0.0, 1.0, 2.0, 0.6), "`mean` must lie between 0 and 1"),
            (Law::poisson(-1.0), "`mean` must lie between 0 and 1000000000"),
            (Law::geometric(0.5), "`mean` must lie between 1 and 1000000000"),
            (Law::binomial(3, 1.5), "`p` must lie between 0 and 1"),
            (Law::discrete(&[1.0], &[]), "`weights` must be as many as `values`: 0 are given for 1"),
            (Law::discrete(&[1.0], &[0.0]), "`weights` must not all be 0"),
            (Law::empirical(&[]), "`values` must not be empty"),
            (Law::mixture(vec![]), "`mixture` must not be empty"),
            (exponential().scaled(-1.0, 0.0), "`scale` must not be negative"),
            (exponential().conditioned(3.0, 2.0), "`max` must not be smaller than `min`"),
            (exponential().conditioned(-3.0, -2.0), "the law takes no value between `min` and `max`"),
            (
                Law::lognormal_quantiles((0.5, 3.0), (0.9, 2.0)),
                "no law of this family has these two quantiles",
            ),
            (
                Law::gamma_quantiles((0.5, 3.0), (0.9, 3.0001)),
                "no law of this family has these two quantiles",
            ),
        ];
        for (law, sentence) in sentences {
            assert_eq!(law.map(|law| law.mean()).unwrap_err().to_string(), sentence);
        }
    }
}
