//! Experiments: several plans, the same tips.
//!
//! * [`compare()`] holds plans against a base: paired differences, who may be the best, what money buys.
//! * `value` says what money buys, [`select()`] finds the best with a stated probability of being right;
//! * [`sweep`](sweep::sweep) runs every point of a [`design`] over [varied](vary) parameters: response curves;
//! * [`sensitivity`] says which input drives the answer, and what is only luck;
//! * [`size`] finds the cheapest staffing that meets every target;
//! * [`headline`] knows which measures decide between plans, and which way is better.

pub mod compare;
pub mod design;
pub mod headline;
pub mod select;
pub mod sensitivity;
pub mod size;
mod sobol;
pub mod sweep;
mod value;
pub mod vary;

pub use compare::{Against, Alternative, Asked, Comparison, Measured, compare};
pub use design::{Design, points};
pub use headline::Better;
pub use select::{Selecting, Selection, select};
pub use sweep::{SweepPlan, sweep, swept_measures};
pub use value::{Acceptability, portion};
pub use vary::{Setting, Values, Variation};
