//! One binary for all integration tests: it links once.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail like the tests themselves: at once and with the place")]

mod charts;
mod cli;
mod diagnostics;
mod harness;
mod laws;
mod rules;
mod theory;
mod tidy;
