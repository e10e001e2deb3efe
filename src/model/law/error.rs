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
            LawError::TooSpread => Some("sd"),
            LawError::LengthsDiffer { .. } | LawError::Weightless => Some("weights"),
            LawError::Impossible | LawError::NoSuchQuantiles => None,
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
