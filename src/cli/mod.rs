//! The command line: words in, one library call a command, results to standard output and words to standard error.

mod args;
mod capacity;
mod chart;
mod check;
mod compare;
mod compared_pictures;
mod comparison;
mod diff;
mod explain;
mod failure;
mod figures;
mod fits;
mod inputs;
mod invest;
mod invested;
mod invested_pictures;
mod load;
mod mechanisms;
mod new;
mod not_known;
mod offers;
mod pictures;
mod progress;
mod prose;
mod rerun;
mod run;
mod select;
mod selftest;
mod sensed;
mod sensed_pictures;
mod sensitivity;
mod shortage;
mod size;
mod sizing;
mod stress;
mod summary;
mod sweep;
mod sweep_pictures;
mod swept;
mod terminal;
mod warmup;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::scenario;

use args::{Cli, Command};
use failure::Failure;
use terminal::Terminal;

/// Runs one command. Exit codes: 0 done, 1 the answer is no, 2 wrong input, 3 the world failed, 130 stopped.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(words) => {
            // Help and version are answers; anything else is wrong input. Nobody to print to is no failure.
            drop(words.print());
            return ExitCode::from(if words.use_stderr() { 2 } else { 0 });
        }
    };
    let terminal = Terminal::new(quiet(&cli.command));
    match perform(&cli.command, &terminal) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell(&terminal);
            failure.code()
        }
    }
}

fn quiet(command: &Command) -> bool {
    match command {
        Command::Run(args) => args.quiet,
        Command::Compare(args) => args.quiet,
        Command::Size(args) => args.quiet,
        Command::Invest(args) => args.quiet,
        Command::Sensitivity(args) => args.quiet,
        Command::Sweep(args) => args.quiet,
        Command::Rerun(args) => args.quiet,
        _ => false,
    }
}

fn perform(command: &Command, terminal: &Terminal) -> Result<(), Failure> {
    match command {
        Command::Run(args) => run::run(args, terminal),
        Command::Compare(args) => compare::compare(args, terminal),
        Command::Size(args) => size::size(args, terminal),
        Command::Invest(args) => invest::invest(args, terminal),
        Command::Sweep(args) => sweep::sweep(args, terminal),
        Command::Sensitivity(args) => sensitivity::sensitivity(args, terminal),
        Command::Check(args) => check::check(args, terminal),
        Command::Rerun(args) => rerun::rerun(args, terminal),
        Command::Chart(args) => chart::chart(args, terminal),
        Command::Schema => schema(terminal),
        Command::Explain(args) => explain::explain(args, terminal),
        Command::New(args) => new::new(args, terminal),
        Command::Diff(args) => diff::diff(args, terminal),
        Command::Warmup(args) => warmup::warmup(args, terminal),
        Command::Selftest(args) => selftest::selftest(args, terminal),
    }
}

/// Prints the JSON Schema of scenario files.
fn schema(terminal: &Terminal) -> Result<(), Failure> {
    let text =
        serde_json::to_string_pretty(&scenario::json_schema()).expect("a schema can be written as JSON");
    Ok(terminal.data(&text)?)
}
