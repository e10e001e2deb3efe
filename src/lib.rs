//! An investigative caseload capacity simulator: what happens to the backlog, and to the time until somebody acts on
//! an urgent tip, under these volumes, this staff, these queues and these rules.
//!
//! It models counts, queues and hours only. It holds no case content, and a scenario should hold no personal data.
//!
//! ```text
//! scenario.toml --> Loaded --> Model --> simulate --Fact--> Observer, Recorder --> RunResult --> tables, charts
//! ```
//!
//! * [`scenario`] reads a file with its plans and edits and says everything that is wrong with it;
//! * [`model`] compiles it: names become indices, texts become laws and calendars. It also holds the
//!   [capacity check](model::capacity) and the [fluid limit](model::fluid);
//! * [`engine`] runs one replication and tells an [`Observer`](engine::Observer) what happens;
//! * [`run`] makes many replications in parallel and estimates;
//! * [`experiment`] compares plans, and points of a sweep over parameters, under the same tips;
//! * [`selftest`] holds all of this against exact results of queueing theory;
//! * [`output`] and [`chart`] write what was estimated; [`cli`] is the command;
//! * [`stats`], [`theory`] and [`random`] know nothing of tips.
//!
//! # Example
//!
//! Two officers, tips as they come, eight months; how busy are they?
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//!
//! use caseload::model::compile;
//! use caseload::run::{RunPlan, Watcher, run};
//! use caseload::scenario::{Memory, Request, load};
//!
//! let text = r#"
//! [scenario]
//! start = 2025-01-06
//! horizon = "8 months"
//!
//! [[class]]
//! id = "any"
//!
//! [[source]]
//! id = "tips"
//! rate = "3 per day"
//! mix = { any = 1.0 }
//!
//! [[pool]]
//! id = "officer"
//! headcount = 2
//! hours = "Mon-Fri 08:00-16:00"
//!
//! [[stage]]
//! id = "review"
//! pool = "officer"
//! effort = { lognormal = { mean = "3 h", cv = 1.0 } }
//! route = "closed"
//!
//! [[outcome]]
//! id = "closed"
//! counts_as = "closed"
//! "#;
//!
//! let sources = Memory::one("unit.toml", text);
//! let loaded = load(&Request::new("unit.toml", &sources)).checked.value.expect("no mistake in it");
//! let model = compile(&loaded).value.expect("no mistake in it");
//!
//! let never = AtomicBool::new(false);
//! let result = run(&model, &RunPlan::fixed(20), &Watcher { cancel: &never, progress: &|_, _| {} })?;
//! let busy = result.estimate("utilization/officer").expect("a measure of every pool");
//! // 3 tips x 7 days x 3 h a week for 2 officers of 40 h.
//! assert!((busy.interval.estimate - 63.0 / 80.0).abs() < 0.03, "{}", busy.interval);
//! # Ok::<(), caseload::error::Error>(())
//! ```

pub mod chart;
pub mod cli;
pub mod diagnostic;
pub mod engine;
pub mod error;
pub mod experiment;
pub mod model;
pub mod output;
pub mod random;
pub mod run;
pub mod scenario;
pub mod selftest;
pub mod stats;
pub mod theory;
pub mod units;
