//! One binary for all integration tests: it links once.

#![allow(clippy::unwrap_used, reason = "a test may say so when something is missing")]
#![allow(clippy::items_after_statements, reason = "an observer stands beside the one test that needs it")]
#![allow(clippy::type_complexity, reason = "small tables inside tests need no names")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "the program writes its own file names")]
#![allow(clippy::format_push_string, reason = "scenarios are put together from pieces of text")]

mod charts;
mod cli;
mod diagnostics;
mod edges;
mod every_scenario;
mod harness;
mod in_step;
mod judge;
mod laws;
mod random_changes;
mod random_demand;
mod random_scenarios;
mod rules;
mod rules_arrivals;
mod rules_demand;
mod same_bits;
mod targets;
mod theory;
mod tidy;
mod unsure;
