//! `caseload explain`: a finding's code, or what a scenario says.

use crate::diagnostic::Code;
use crate::diagnostic::suggest::did_you_mean;

use super::args;
use super::failure::Failure;
use super::terminal::{Terminal, paragraph};

/// Explains a code.
pub(super) fn explain(args: &args::Explain, terminal: &Terminal) -> Result<(), Failure> {
    if let Some(code) = Code::from_name(&args.what) {
        let text = format!("{} `{}`\n{}", code.severity(), code.name(), paragraph(code.meaning()));
        return Ok(terminal.data(&text)?);
    }
    let names = Code::ALL.iter().map(|code| code.name());
    let hint = did_you_mean(&args.what, names).map_or_else(String::new, |hint| format!("\nhint: {hint}"));
    Err(Failure::wrong(format!("nothing is called `{}`{hint}", args.what)))
}
