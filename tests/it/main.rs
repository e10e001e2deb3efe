//! One binary for all integration tests: it links once.

#![allow(clippy::print_stdout, reason = "what was measured is read with --nocapture")]
#![allow(clippy::unwrap_used, reason = "a test may say so when something is missing")]
#![allow(clippy::items_after_statements, reason = "an observer stands beside the one test that needs it")]
#![allow(clippy::type_complexity, reason = "small tables inside tests need no names")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "the program writes its own file names")]
#![allow(clippy::format_push_string, reason = "scenarios are put together from pieces of text")]

mod busy;
mod charts;
mod cli;
mod coverage;
mod coverage_runs;
mod diagnostics;
mod diary;
mod drawn_facts;
mod drawn_laws;
mod drawn_staff;
mod drawn_tips;
mod drawn_work;
mod edges;
mod every_scenario;
mod fit;
mod follow_up;
mod harness;
mod in_step;
mod investing;
mod judge;
mod judge_checks;
mod judge_ways;
mod judged;
mod laws;
mod path;
mod path_laws;
mod plain;
mod queue_laws;
mod quiet;
mod random_changes;
mod random_demand;
mod random_mechanisms;
mod random_parts;
mod random_queues;
mod random_scenarios;
mod random_staff;
mod random_triage;
mod rules;
mod rules_arrivals;
mod rules_assessment;
mod rules_crews;
mod rules_demand;
mod rules_exposure;
mod rules_interruption;
mod rules_limits;
mod rules_loads;
mod rules_parts;
mod rules_spans;
mod rules_staff;
mod rules_tracks;
mod rules_triage;
mod rules_turnover;
mod same_bits;
mod shipped;
mod sizing;
mod stored;
mod targets;
mod theory;
mod theory_staff;
mod theory_triage;
mod tidy;
mod unsure;
mod west_yorkshire;
