//! An investigative caseload capacity simulator.

pub mod diagnostic;
pub mod engine;
pub mod model;
pub mod random;
pub mod scenario;
pub mod stats;
pub mod theory;
pub mod units;
