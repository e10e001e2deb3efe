//! Experiments: several plans, the same tips.
//!
//! * [`compare()`] holds plans against a base: paired differences, who may be the best, what money buys.
//! * `value` says what money buys, `unknown` what is lost by not knowing the inputs, [`select()`] finds the best with a stated probability of being right;
//! * [`stress`] holds a ranking against other regimes of demand;
//! * [`sweep`](sweep::sweep) runs every point of a [`design`] over [varied](vary) parameters: response curves;
//! * [`sensitivity`] says which input drives the answer, and what is only luck;
//! * [`size`] finds the cheapest staffing that meets every target;
//! * [`invest`] says what the next money buys, and which mix of options is best for a budget;
//! * [`headline`] knows which measures decide between plans, and which way is better.

pub mod compare;
pub mod design;
pub mod headline;
pub mod invest;
pub mod select;
pub mod sensitivity;
pub mod size;
mod sobol;
mod store;
pub mod stress;
pub mod sweep;
mod unknown;
mod value;
pub mod vary;

pub use compare::{Against, Alternative, Asked, Comparison, Measured, compare};
pub use design::{Design, points};
pub use headline::Better;
pub use select::{Rule, Selecting, Selection, select};
pub use stress::Turn;
pub use sweep::{SweepPlan, sweep, swept_measures};
pub use unknown::Unknown;
pub use value::{Acceptability, portion};
pub use vary::{Setting, Values, Variation};
