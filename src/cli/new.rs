//! `caseload new`: a commented scenario to start from.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use crate::scenario;

use super::args;
use super::failure::Failure;
use super::terminal::Terminal;

/// Writes the starter to the file, or to standard output.
pub(super) fn new(args: &args::New, terminal: &Terminal) -> Result<(), Failure> {
    let Some(path) = &args.file else {
        return Ok(terminal.data(scenario::starter())?);
    };
    let mut options = OpenOptions::new();
    options.write(true);
    if args.force {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    let said = path.display();
    let mut file = options.open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::wrong(format!("`{said}` exists; `--force` replaces it")),
        _ => Failure::world(format!("cannot write `{said}`: {error}")),
    })?;
    file.write_all(scenario::starter().as_bytes())
        .map_err(|error| Failure::world(format!("cannot write `{said}`: {error}")))?;
    terminal.say(&format!("wrote `{said}`; next: `caseload check {said}`, then `caseload run {said}`"));
    Ok(())
}
