//! The `caseload` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    caseload::cli::run(std::env::args_os())
}
