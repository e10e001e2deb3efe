//! An investigative caseload capacity simulator.

pub mod engine;
pub mod model;
pub mod random;
pub mod stats;
pub mod theory;
pub mod units;
