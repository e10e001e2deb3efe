//! Experiments: several plans, the same tips.
//!
//! * [`compare`] holds plans against a base: paired differences, who may be the best, what money buys.
//! * `value` says what money buys;
//! * [`headline`] knows which measures decide between plans, and which way is better.

pub mod compare;
pub mod headline;
mod value;

pub use compare::{Against, Alternative, Asked, Comparison, Measured, compare};
pub use headline::Better;
pub use value::{Acceptability, portion};
