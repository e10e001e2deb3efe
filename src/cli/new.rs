//! `caseload new`: a commented scenario to start from.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use crate::scenario;

use super::args;
use super::failure::Failure;
use super::terminal::Terminal;

/// Writes the starter to the file, or to standard output.
pub(super) fn new(args: &args::New, terminal: &Terminal) -> Result<(), Failure> {
    let Some(path) = &args.file else {
        return Ok(terminal.data(scenario::starter())?);
    };
    let said = path.display();
    let written = if args.force { replace(path) } else { create(path) };
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::wrong(format!("`{said}` exists; `--force` replaces it")),
        _ => Failure::world(format!("cannot write `{said}`: {error}")),
    })?;
    terminal.say(&format!("wrote `{said}`; next: `caseload check {said}`, then `caseload run {said}`"));
    Ok(())
}

/// Writes the starter to a file that is not there yet; on a full disk nothing stays.
fn create(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(scenario::starter().as_bytes()).inspect_err(|_| drop(fs::remove_file(path)))
}

/// Writes the starter in place of a file, which stays as it was where that fails.
fn replace(path: &Path) -> io::Result<()> {
    // A link or a device is written through.
    if fs::symlink_metadata(path).is_ok_and(|meta| !meta.is_file()) {
        return fs::write(path, scenario::starter());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.writing-{}", std::process::id()));
    let written = create(&beside).and_then(|()| fs::rename(&beside, path));
    written.inspect_err(|_| drop(fs::remove_file(&beside)))
}
