//! An investigative caseload capacity simulator.

pub mod units;
