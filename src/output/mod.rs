//! What leaves the program: tables, the results folder, the manifest.

pub mod moment;
pub mod tables;

pub use moment::Moment;
