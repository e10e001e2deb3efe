//! Experiments: several plans, the same tips.
//!
//! * [`compare`] holds plans against a base: paired differences, who may be the best, what money buys.
//! * [`size`] finds the cheapest staffing that meets every target;
//! * `value` says what money buys;
//! * [`headline`] knows which measures decide between plans, and which way is better.

pub mod compare;
pub mod headline;
pub mod size;
mod value;

pub use compare::{Against, Alternative, Asked, Comparison, Measured, compare};
pub use headline::Better;
pub use value::{Acceptability, portion};
