//! An investigative caseload capacity simulator.

pub mod model;
pub mod random;
pub mod units;
