//! One binary for all integration tests: it links once.

mod charts;
mod diagnostics;
mod harness;
mod rules;
mod theory;
mod tidy;
