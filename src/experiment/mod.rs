//! Experiments: several plans, the same tips.
//!
//! * [`compare`] holds plans against a base: paired differences, who may be the best, what money buys.
//! * `value` says what money buys, [`select`] finds the best with a stated probability of being right;
//! * [`headline`] knows which measures decide between plans, and which way is better.

pub mod compare;
pub mod headline;
pub mod select;
mod value;

pub use compare::{Against, Alternative, Asked, Comparison, Measured, compare};
pub use headline::Better;
pub use select::{Selecting, Selection, select};
pub use value::{Acceptability, portion};
