//! One binary for all integration tests: it links once.

mod charts;
mod cli;
mod diagnostics;
mod harness;
mod laws;
mod rules;
mod theory;
mod tidy;
