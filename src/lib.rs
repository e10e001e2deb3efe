//! An investigative caseload capacity simulator.

pub mod chart;
pub mod units;
