//! The words of `caseload invest`.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::{Edits, Luck};

#[derive(Args, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(in crate::cli) struct Invest {
    /// The scenario; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: String,
    /// Applied before anything is bought
    #[command(flatten)]
    pub(in crate::cli) edits: Edits,
    /// The money there is in a year, as `400000` or `400k`
    #[arg(long, value_name = "MONEY", allow_negative_numbers = true)]
    pub(in crate::cli) budget: String,
    /// The budget is for the whole measuring window, and not for a year
    #[arg(long)]
    pub(in crate::cli) in_all: bool,
    /// A file of options, a plan, or a folder of plans; may be given several times [default: a post in each pool that has
    /// a `yearly_cost`]
    #[arg(long = "options", value_name = "FILE", num_args = 1..)]
    pub(in crate::cli) options: Vec<String>,
    /// The measure that money is to improve, by its full name as in `summary.csv` [default: the first that decides between
    /// plans]
    #[arg(long, value_name = "MEASURE")]
    pub(in crate::cli) measure: Option<String>,
    /// Try every mix that the budget pays for, however many there are
    #[arg(long)]
    pub(in crate::cli) every: bool,
    /// Fresh replications of a mix at the first look, instead of the scenario's
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    pub(in crate::cli) replications: Option<u32>,
    /// Fresh replications of a mix at most, where fewer leave it open which is best [default: 2 x the replications]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    pub(in crate::cli) max_replications: Option<u32>,
    /// Draws of the values that nobody knows (`unsure`), instead of the scenario's
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(in crate::cli) draws: Option<u32>,
    #[command(flatten)]
    pub(in crate::cli) luck: Luck,
    /// Folder for the results [default: out/<scenario>-invested]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Replace other results in that folder
    #[arg(long)]
    pub(in crate::cli) force: bool,
    /// Print the answer as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// Write no charts
    #[arg(long = "no-charts", action = ArgAction::SetFalse)]
    pub(in crate::cli) charts: bool,
    /// Print nothing but mistakes
    #[arg(long)]
    pub(in crate::cli) quiet: bool,
}
