//! The words of the command line, and nothing else: what they mean is said where they are used.

mod invest;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};

use crate::run::BandKind;

pub(super) use invest::Invest;

/// Simulates how an investigative caseload grows, and how long urgent tips wait.
#[derive(Debug, Parser)]
#[command(name = "caseload", version, max_term_width = 100, arg_required_else_help = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Simulate scenarios: a summary here, tables and charts in a folder
    Run(Run),
    /// Compare plans with a scenario under the same random numbers: differences, who may be best, what money buys
    Compare(Compare),
    /// Vary parameters: the same measures at every point of a grid or another design, response curves and heat maps
    Sweep(Sweep),
    /// Ask which input drives the answer: one at a time (tornado), by elementary effects (Morris), by shares of variance (Sobol')
    Sensitivity(Sensitivity),
    /// Find the cheapest staffing that meets every target with stated confidence
    Size(Size),
    /// Say what the next money buys: what one more of each option changes, the best mix for a budget, and the way there
    Invest(Invest),
    /// Check scenarios: mistakes, and each pool's work against its hours, without simulating
    Check(Check),
    /// Explain a finding's code, a key of the scenario language, or a scenario in prose
    Explain(Explain),
    /// Print the JSON Schema of scenario files, for editors
    Schema,
    /// Write a commented scenario to start from
    New(New),
    /// List what a plan changes: values, dates and yearly cost
    Diff(Diff),
    /// Repeat a run from its manifest, bit for bit
    Rerun(Rerun),
    /// Draw the charts of a results folder again, from its tables
    Chart(Chart),
    /// Suggest a `warmup` for questions about the steady state (MSER-5), or say why there is none
    Warmup(Warmup),
    /// Simulate systems whose answer is known exactly, and hold the program against theory
    Selftest(Selftest),
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

/// Which luck, and by how many it is worked out.
#[derive(Args, Debug, Clone, Copy)]
pub(super) struct Luck {
    /// Seed of all random numbers, instead of the scenario's
    #[arg(long, value_name = "S", allow_negative_numbers = true)]
    pub(super) seed: Option<u64>,
    /// Threads; the results do not depend on them
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
}

impl Luck {
    /// Threads, if they were given.
    pub(super) fn threads(self) -> Option<usize> {
        self.threads.map(usize::from)
    }
}

#[derive(Args, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Run {
    /// Scenario files, or folders of them; `-` reads standard input
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<String>,
    #[command(flatten)]
    pub(super) edits: Edits,
    /// Replications, instead of the scenario's
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(super) replications: Option<u32>,
    /// Draws of the values that nobody knows (`unsure`), instead of the scenario's
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(super) draws: Option<u32>,
    #[command(flatten)]
    pub(super) luck: Luck,
    /// Go on until a measure is known this well: `5% of backlog_at_end`
    #[arg(long, value_name = "WIDTH of MEASURE")]
    pub(super) precision: Option<String>,
    /// Stop there even if `--precision` is not reached
    #[arg(long, value_name = "N", default_value_t = 10_000, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(super) max_replications: u32,
    /// How often a single replication keeps within a bound: `backlog_at_end < 500`, `wait_mean/screen <= 36 h`; with
    /// `<`, `<=`, `>` or `>=`; may be given several times
    #[arg(long = "chance", value_name = "MEASURE < VALUE")]
    pub(super) chances: Vec<String>,
    /// Band around the mean of all open cases: `pointwise` holds each date by itself, `simultaneous` the whole curve
    #[arg(long, value_name = "KIND", default_value = BandKind::NAMES[0], value_parser = BandKind::NAMES)]
    pub(super) band: String,
    /// Folder for the results (with several files: their parent) [default: out/<scenario>[-<plan>]]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Replace other results in that folder
    #[arg(long)]
    pub(super) force: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Write no charts
    #[arg(long = "no-charts", action = ArgAction::SetFalse)]
    pub(super) charts: bool,
    /// Print nothing but mistakes
    #[arg(long)]
    pub(super) quiet: bool,
}

#[derive(Args, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Compare {
    /// The scenario that plans are held against
    #[arg(value_name = "BASE")]
    pub(super) base: String,
    /// Plans, or folders of them; another scenario may stand in place of a plan
    #[arg(required = true, value_name = "PLAN")]
    pub(super) alternatives: Vec<String>,
    /// Applied to the base and to every plan
    #[command(flatten)]
    pub(super) edits: Edits,
    /// A measure to compare, by its full name as in `summary.csv`; may be given several times [default: targets,
    /// backlog, lapses, risk-days, what was acted on]
    #[arg(long = "measure", value_name = "MEASURE")]
    pub(super) measures: Vec<String>,
    /// The measure that money is to improve [default: the first that is compared]
    #[arg(long, value_name = "MEASURE")]
    pub(super) value_of: Option<String>,
    /// Replications of each plan, instead of the scenario's
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    pub(super) replications: Option<u32>,
    /// Draws of the values that nobody knows (`unsure`), instead of the scenario's
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(super) draws: Option<u32>,
    #[command(flatten)]
    pub(super) luck: Luck,
    /// Go on until every plan's difference is known this well: `20 of backlog_at_end`
    #[arg(long, value_name = "WIDTH of MEASURE")]
    pub(super) precision: Option<String>,
    /// Stop there even if `--precision` is not reached
    #[arg(long, value_name = "N", default_value_t = 10_000, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    pub(super) max_replications: u32,
    /// Compare again under each regime of demand in this file (a surge, a drop, a budget cut), and say where the ranking
    /// turns
    #[arg(long, value_name = "FILE", conflicts_with_all = ["select", "precision"])]
    pub(super) stress: Option<String>,
    /// Instead of comparing: find the plan that is best in this measure, with as few replications as that takes
    #[arg(long, value_name = "MEASURE", conflicts_with_all = ["measures", "value_of", "precision", "replications"], requires = "until")]
    pub(super) select: Option<String>,
    /// The least difference worth detecting, in the unit of the measure: `2%`, `50`, `1 day`
    #[arg(long, value_name = "D", requires = "select", group = "until")]
    pub(super) indifference: Option<String>,
    /// Probability of selecting the best plan if it is ahead by that much
    #[arg(long, value_name = "P", default_value_t = 0.95, requires = "select")]
    pub(super) confidence: f64,
    /// Instead of a least difference: so many replications, of all plans together, given to whom they help most to tell
    /// the best
    #[arg(long, value_name = "N", requires = "select", group = "until", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(20..=1_000_000))]
    pub(super) budget: Option<u32>,
    /// Folder for the results [default: out/<scenario>-compared]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Replace other results in that folder
    #[arg(long)]
    pub(super) force: bool,
    /// Print the comparison as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Write no charts
    #[arg(long = "no-charts", action = ArgAction::SetFalse)]
    pub(super) charts: bool,
    /// Print nothing but mistakes
    #[arg(long)]
    pub(super) quiet: bool,
}

#[derive(Args, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Sweep {
    /// Scenario file; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub(super) file: String,
    #[command(flatten)]
    pub(super) edits: Edits,
    /// A parameter with its values: steps as `pool.officer.headcount=10..20:2` (each number of posts without `:2`), so many
    /// values as `stage.search.patience=10 days..30 days/5`, or a list as `stage.screen.order=fifo,lifo`; may be given
    /// several times
    #[arg(long = "vary", value_name = "PATH=VALUES", required = true)]
    pub(super) vary: Vec<String>,
    /// Which points: every value with every other, a Latin hypercube, or a Sobol sequence (the last two take ranges
    /// without steps)
    #[arg(long, value_name = "KIND", default_value = "grid", value_parser = ["grid", "lhs", "sobol"])]
    pub(super) design: String,
    /// Points of a Latin hypercube or Sobol sequence
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    pub(super) points: Option<u32>,
    /// A measure, by its full name as in `summary.csv`; may be given several times [default: targets, backlog, lapses,
    /// risk-days, what was acted on, cost]
    #[arg(long = "measure", value_name = "MEASURE")]
    pub(super) measures: Vec<String>,
    /// Replications of each point, instead of the scenario's
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    pub(super) replications: Option<u32>,
    /// Draws of the values that nobody knows (`unsure`), instead of the scenario's
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(super) draws: Option<u32>,
    #[command(flatten)]
    pub(super) luck: Luck,
    /// Folder for the results [default: out/<scenario>-swept]; points that are finished for it are not run again
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Replace other results in that folder, and run every point
    #[arg(long)]
    pub(super) force: bool,
    /// Print the points and measures as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Write no charts
    #[arg(long = "no-charts", action = ArgAction::SetFalse)]
    pub(super) charts: bool,
    /// Print nothing but mistakes
    #[arg(long)]
    pub(super) quiet: bool,
}

#[derive(Args, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Sensitivity {
    /// The scenario; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub(super) file: String,
    #[command(flatten)]
    pub(super) edits: Edits,
    /// An input with its range, beside those that are `unsure`: `stage.screen.effort.lognormal.mean=20 min..40 min`, or a list
    /// as `stage.screen.order=fifo,lifo`; may be given several times [default, where nothing is unsure either: every volume,
    /// effort and headcount by 10 % up and down]
    #[arg(long = "vary", value_name = "PATH=VALUES")]
    pub(super) vary: Vec<String>,
    /// How: one input at a time, elementary effects, shares of the variance; several with commas
    #[arg(long, value_name = "KIND", value_delimiter = ',', default_value = "tornado", value_parser = ["tornado", "morris", "sobol"])]
    pub(super) method: Vec<String>,
    /// Rows of the design for Sobol' indices, best a power of two; each has as many points as there are inputs, and two
    #[arg(long, value_name = "N", default_value_t = 128, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(4..=100_000))]
    pub(super) points: u32,
    /// Trajectories for Morris; each has as many points as there are inputs, and one
    #[arg(long, value_name = "N", default_value_t = 20, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(2..=100_000))]
    pub(super) trajectories: u32,
    /// A measure, by its full name as in `summary.csv`; may be given several times [default: the one that decides first]
    #[arg(long = "measure", value_name = "MEASURE")]
    pub(super) measures: Vec<String>,
    /// Replications of each point [default: the scenario's for a tornado, 5 for Morris, 2 for Sobol']
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    pub(super) replications: Option<u32>,
    #[command(flatten)]
    pub(super) luck: Luck,
    /// Folder for the results [default: out/<scenario>-sensitivity]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Replace other results in that folder
    #[arg(long)]
    pub(super) force: bool,
    /// Print what was found as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Write no charts
    #[arg(long = "no-charts", action = ArgAction::SetFalse)]
    pub(super) charts: bool,
    /// Print nothing but mistakes
    #[arg(long)]
    pub(super) quiet: bool,
}

#[derive(Args, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Size {
    /// The scenario; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub(super) file: String,
    #[command(flatten)]
    pub(super) edits: Edits,
    /// A headcount to find, and its range: `pool.officer.headcount=10..30`; may be given several times
    #[arg(long, required = true, value_name = "PATH=LOW..HIGH")]
    pub(super) vary: Vec<String>,
    /// What the mean has to reach: `share_within/look/24 h >= 90%`; may be given several times [default: every target
    /// of the scenario]
    #[arg(long = "target", value_name = "MEASURE >= VALUE")]
    pub(super) targets: Vec<String>,
    /// Ask that this share of the replications reaches it, each by itself, instead of the mean
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true, value_parser = share)]
    pub(super) chance: Option<f64>,
    /// What is to be least: the pools' `yearly_cost`, or the number of `members` [default: yearly, members where no pool
    /// has a cost]
    #[arg(long, value_name = "KIND", value_parser = ["yearly", "members"])]
    pub(super) cost: Option<String>,
    /// Try every staffing of the ranges, so that what is cheaper can be spoken of too
    #[arg(long)]
    pub(super) every: bool,
    /// Confidence in the answer
    #[arg(long, value_name = "SHARE", default_value = "0.95", allow_negative_numbers = true, value_parser = confidence)]
    pub(super) confidence: f64,
    /// Replications of a staffing, in the search and again for the answer, instead of the scenario's
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    pub(super) replications: Option<u32>,
    /// Fresh replications of a staffing at most, where fewer leave it open [default: 4 x the replications]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    pub(super) max_replications: Option<u32>,
    #[command(flatten)]
    pub(super) luck: Luck,
    /// Folder for the results [default: out/<scenario>-sized]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Replace other results in that folder
    #[arg(long)]
    pub(super) force: bool,
    /// Print the answer as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Print nothing but mistakes
    #[arg(long)]
    pub(super) quiet: bool,
}

#[derive(Args, Debug)]
pub(super) struct Check {
    /// Scenario files, or folders of them; `-` reads standard input
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<String>,
    #[command(flatten)]
    pub(super) edits: Edits,
    /// Exit with 1 on warnings too
    #[arg(long)]
    pub(super) strict: bool,
    /// Print the findings as JSON, one in a line
    #[arg(long)]
    pub(super) json: bool,
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

#[derive(Args, Debug)]
pub(super) struct Rerun {
    /// The `manifest.json` of a results folder
    #[arg(value_name = "MANIFEST")]
    pub(super) manifest: PathBuf,
    /// Folder for the results [default: the manifest's folder with `-rerun`]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Threads; the results do not depend on them
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// Replace other results in that folder
    #[arg(long)]
    pub(super) force: bool,
    /// Print nothing but mistakes
    #[arg(long)]
    pub(super) quiet: bool,
}

#[derive(Args, Debug)]
pub(super) struct Warmup {
    /// Scenario file; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub(super) file: String,
    #[command(flatten)]
    pub(super) edits: Edits,
    /// Replications to average over, instead of the scenario's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(super) replications: Option<u32>,
}

#[derive(Args, Debug)]
pub(super) struct Chart {
    /// A results folder
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
}

/// Simulates systems whose answer queueing theory knows exactly, from scenario files on, and compares.
///
/// A result fails if its two-sided t test over replications does at the level 1/2,000 divided by the number of results
/// (Bonferroni), so that a correct program fails less than once in 1,000 seeds; the means are only nearly normal, for which the
/// other half is left. Exit code 1 if a result fails.
#[derive(Args, Debug)]
pub(super) struct Selftest {
    /// Under 20 seconds on two cores, instead of under 5 minutes
    #[arg(long)]
    pub(super) quick: bool,
    /// Seed of all random numbers; any will do
    #[arg(long, value_name = "S", default_value_t = 1, allow_negative_numbers = true)]
    pub(super) seed: u64,
    /// Threads; the results do not depend on them
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// Print the results as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// See it fail: all work takes this many per cent longer than theory is told
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0, allow_negative_numbers = true, value_parser = percent)]
    pub(super) slower: f64,
    /// List the systems, simulate nothing
    #[arg(long, conflicts_with_all = ["quick", "json", "scenario"])]
    pub(super) list: bool,
    /// Print the scenario of a system, simulate nothing
    #[arg(long, value_name = "ID", conflicts_with_all = ["quick", "json"])]
    pub(super) scenario: Option<String>,
}

/// A small change of efforts, in per cent.
fn percent(text: &str) -> Result<f64, String> {
    let value: f64 = text.trim_end_matches('%').trim().parse().map_err(|_| "not a number".to_owned())?;
    if (-20.0..=20.0).contains(&value) { Ok(value) } else { Err("write a number from -20 to 20".to_owned()) }
}

/// A share, as 0.9 or 90%.
fn share(text: &str) -> Result<f64, String> {
    let (number, unit) = match text.strip_suffix('%') {
        Some(number) => (number.trim(), 100.0),
        None => (text, 1.0),
    };
    let value: f64 = number.parse().map_err(|_| "write a share, as 0.9 or 90%".to_owned())?;
    let value = value / unit;
    if value > 0.0 && value < 1.0 { Ok(value) } else { Err("a share lies between 0 and 1".to_owned()) }
}

/// A confidence that says something.
fn confidence(text: &str) -> Result<f64, String> {
    let value = share(text)?;
    let says = (0.5..=0.9999).contains(&value);
    if says { Ok(value) } else { Err("a confidence lies between 0.5 and 0.9999".to_owned()) }
}
