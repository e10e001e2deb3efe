//! An investigative caseload capacity simulator.

pub mod output;
pub mod units;
