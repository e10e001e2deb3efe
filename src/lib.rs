//! An investigative caseload capacity simulator.

pub mod stats;
pub mod theory;
pub mod units;
