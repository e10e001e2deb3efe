//! `caseload explain`: a finding's code, a key of the language, or a scenario in prose.

use std::path::Path;

use crate::diagnostic::Code;
use crate::diagnostic::suggest::did_you_mean;
use crate::scenario::{self, Disk};

use super::args::{self, Edits};
use super::failure::Failure;
use super::load::{Form, ready};
use super::prose::prose;
use super::terminal::Terminal;

/// Explains what is named: a code first, then a key, then a file.
pub(super) fn explain(args: &args::Explain, terminal: &Terminal) -> Result<(), Failure> {
    let what = args.what.as_str();
    if let Some(code) = Code::from_name(what) {
        return Ok(terminal.data(code.page())?);
    }
    if what == "-" || Path::new(what).exists() {
        let ready = ready(what, &Edits::default(), &Disk, terminal, Form::Brief)?;
        return Ok(terminal.data(&prose(&ready.loaded, &ready.model))?);
    }
    match scenario::explain_key(what) {
        Ok(text) => Ok(terminal.data(&text)?),
        Err(near) => {
            let codes = Code::ALL.iter().map(|code| code.name());
            let hint = near.map(|key| format!("did you mean `{key}`?")).or_else(|| did_you_mean(what, codes));
            let hint = hint.map_or_else(String::new, |hint| format!("\nhint: {hint}"));
            Err(Failure::wrong(format!("there is no code, key or file `{what}`{hint}")))
        }
    }
}
