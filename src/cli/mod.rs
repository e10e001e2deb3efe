//! The command line: words in, one library call a command, results to standard output and words to standard error.

mod args;
mod figures;
mod pictures;
mod summary;
mod terminal;
