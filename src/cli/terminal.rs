//! The only file that writes to the terminal: data to standard output, words to standard error, colour only where
//! somebody can see it.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use comfy_table::{CellAlignment, Table, presets};

/// Columns that every terminal and every mail has.
pub(super) const WIDTH: usize = 100;

/// Where the program speaks, and how.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "four independent facts, each with a name")]
pub(super) struct Terminal {
    /// Colour on standard error.
    pub(super) styled: bool,
    /// Colour on standard output.
    pub(super) styled_out: bool,
    /// Somebody watches standard error.
    pub(super) watched: bool,
    /// Nothing but errors is wanted.
    pub(super) quiet: bool,
}

#[allow(clippy::unused_self, reason = "who may speak is decided by who holds the terminal")]
impl Terminal {
    /// As the environment asks: no colour into pipes, none where `NO_COLOR` is set.
    pub(super) fn new(quiet: bool) -> Terminal {
        let colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let watched = io::stderr().is_terminal();
        Terminal {
            styled: colour && watched,
            styled_out: colour && io::stdout().is_terminal(),
            watched,
            quiet,
        }
    }

    /// Data: what the command was asked for.
    pub(super) fn data(&self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        if !text.ends_with('\n') {
            out.write_all(b"\n")?;
        }
        out.flush()
    }

    /// Words beside the data. Nobody to hear them is no failure.
    pub(super) fn say(&self, text: &str) {
        if !self.quiet {
            self.complain(text);
        }
    }

    /// Words that `--quiet` does not silence.
    pub(super) fn complain(&self, text: &str) {
        let mut err = io::stderr().lock();
        drop(err.write_all(text.as_bytes()).and_then(|()| err.write_all(b"\n")));
    }

    /// What a command found, as JSON if that is asked for or in words, and where the results are.
    pub(super) fn answer(
        &self,
        json: Option<serde_json::Value>,
        words: impl FnOnce() -> String,
        folder: &Path,
    ) -> io::Result<()> {
        match json {
            Some(json) => {
                self.data(&serde_json::to_string_pretty(&json).expect("words and numbers are JSON"))?;
            }
            None if !self.quiet => self.data(&words())?,
            None => {}
        }
        self.say(&format!("\nresults: {}", folder.display()));
        Ok(())
    }

    /// The text in bold, where that shows.
    pub(super) fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    /// The text in a colour of the terminal's own, where that shows; the words alone must say it too.
    pub(super) fn paint(&self, code: &str, text: &str) -> String {
        if self.styled_out { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// A table of text: first column to the left, the others to the right, indented, without rules.
pub(super) fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header.to_vec());
    for row in rows {
        table.add_row(row.clone());
    }
    for (k, column) in table.column_iter_mut().enumerate() {
        column.set_padding((if k == 0 { 2 } else { 0 }, 2));
        column.set_cell_alignment(if k == 0 { CellAlignment::Left } else { CellAlignment::Right });
    }
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// The words in lines of at most [`WIDTH`] columns, each indented by two.
pub(super) fn paragraph(words: &str) -> String {
    let mut text = String::new();
    let mut column = 0;
    for word in words.split_whitespace() {
        let length = word.chars().count();
        if column == 0 || column + 1 + length > WIDTH {
            text.push_str(if column == 0 { "  " } else { "\n  " });
            column = 2;
        } else {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_align_names_left_and_numbers_right() {
        let rows = [vec!["officer".to_owned(), "9.5".to_owned()], vec!["lab".to_owned(), "12.5".to_owned()]];
        assert_eq!(table(&["pool", "load"], &rows), "  pool     load\n  officer   9.5\n  lab      12.5\n");
    }

    #[test]
    fn long_sentences_are_wrapped_with_an_indent() {
        let text = paragraph(&"word ".repeat(30));
        assert_eq!(text.lines().count(), 2);
        assert!(text.lines().all(|line| line.starts_with("  word") && line.chars().count() <= WIDTH));
    }
}
