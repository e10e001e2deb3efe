//! An investigative caseload capacity simulator.

pub mod diagnostic;
pub mod scenario;
pub mod units;
