//! `caseload check`: mistakes, and each pool's work against its hours, without simulating.

use crate::scenario::Disk;

use super::args;
use super::capacity as words;
use super::failure::Failure;
use super::inputs::at_their_middle;
use super::load::{Form, expand, ready};
use super::terminal::Terminal;

/// Checks every file; the worst one decides the exit code.
pub(super) fn check(args: &args::Check, terminal: &Terminal) -> Result<(), Failure> {
    let files = expand(&args.files)?;
    let mut worst: Option<Failure> = None;
    for file in &files {
        let outcome = one(file, args, files.len() > 1, terminal);
        if let Err(failure) = outcome {
            failure.tell(terminal);
            worst = Some(match worst {
                Some(before) => before.worse(failure.told()),
                None => failure.told(),
            });
        }
    }
    worst.map_or(Ok(()), Err)
}

fn one(file: &str, args: &args::Check, several: bool, terminal: &Terminal) -> Result<(), Failure> {
    let form = if args.json { Form::Json } else { Form::Human };
    let ready = ready(file, &args.edits, &Disk, terminal, form)?;
    if !args.json {
        let title = terminal.bold(&ready.model.title);
        let head = if several { format!("{file}: {title}\n\n") } else { format!("{title}\n\n") };
        terminal.data(&(head + &words::full(&ready.model, &ready.capacity)))?;
        if let Some(words) = at_their_middle(&ready.loaded) {
            terminal.data(&format!("\n{words}"))?;
        }
    }
    if args.strict && !ready.warnings.is_empty() {
        terminal.say("strict: the warnings above count as a no");
        return Err(Failure::No);
    }
    Ok(())
}
