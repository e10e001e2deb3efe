//! The words of the command line, and nothing else: what they mean is said where they are used.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Simulates how an investigative caseload grows, and how long urgent tips wait.
#[derive(Debug, Parser)]
#[command(name = "caseload", version, max_term_width = 100, arg_required_else_help = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Explain a finding's code, a key of the scenario language, or a scenario in prose
    Explain(Explain),
    /// Write a commented scenario to start from
    New(New),
    /// List what a plan changes: values, dates and yearly cost
    Diff(Diff),
}

/// A scenario with what is changed in it.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct Edits {
    /// A plan to apply; may be given several times, applied in order
    #[arg(long = "plan", value_name = "FILE")]
    pub(super) plans: Vec<String>,
    /// Replace a value from the start on, as `pool.officer.headcount=24`
    #[arg(long, value_name = "PATH=VALUE")]
    pub(super) set: Vec<String>,
    /// Add to a value from the start on
    #[arg(long, value_name = "PATH=VALUE")]
    pub(super) add: Vec<String>,
    /// Multiply a value from the start on
    #[arg(long, value_name = "PATH=VALUE")]
    pub(super) scale: Vec<String>,
}

#[derive(Args, Debug)]
pub(super) struct Explain {
    /// A code as `missing-unit`, a key as `stage.effort`, or a scenario file
    #[arg(value_name = "CODE|KEY|FILE")]
    pub(super) what: String,
}

#[derive(Args, Debug)]
pub(super) struct New {
    /// File to write; standard output without one
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Args, Debug)]
pub(super) struct Diff {
    /// The scenario
    #[arg(value_name = "BASE")]
    pub(super) base: String,
    /// The plan, or another scenario
    #[arg(value_name = "PLAN")]
    pub(super) plan: String,
}
