//! An investigative caseload capacity simulator.

pub mod chart;
pub mod cli;
pub mod diagnostic;
pub mod engine;
pub mod error;
pub mod model;
pub mod output;
pub mod random;
pub mod run;
pub mod scenario;
pub mod stats;
pub mod theory;
pub mod units;
