//! `caseload explain`: a finding's code, a key of the language, a word of the field, or a scenario in prose.

use std::path::Path;

use crate::diagnostic::Code;
use crate::diagnostic::suggest::did_you_mean;
use crate::scenario::{self, Disk};

use super::args::{self, Edits};
use super::failure::Failure;
use super::load::{Form, ready};
use super::prose::prose;
use super::terminal::Terminal;

/// The words of the field, as the guide has them.
const GLOSSARY: &str = include_str!("../../docs/glossary.md");

/// Explains what is named: a code first, then a file, then a key, then a word.
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
            if let Some(meaning) = word(what) {
                return Ok(terminal.data(&meaning)?);
            }
            let codes = Code::ALL.iter().map(|code| code.name());
            let hint = near.map(|key| format!("did you mean `{key}`?")).or_else(|| did_you_mean(what, codes));
            let hint = hint.map_or_else(String::new, |hint| format!("\nhint: {hint}"));
            Err(Failure::wrong(format!("there is no code, key, word or file `{what}`{hint}")))
        }
    }
}

/// What the glossary says of a word: a row of its table, whose first cell may hold several words.
fn word(what: &str) -> Option<String> {
    let rows =
        GLOSSARY.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    for (words, meaning) in rows {
        let plain = words.replace('\u{25b8}', "");
        if plain.split(", ").any(|word| word.trim().eq_ignore_ascii_case(what.trim())) {
            return Some(format!("{}: {meaning}\n", plain.trim()));
        }
    }
    None
}
