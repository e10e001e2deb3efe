//! Why a command did not do what it was asked for, and the exit code that says so.

use std::io;
use std::process::ExitCode;

use crate::error::{Error, ErrorKind};

use super::terminal::Terminal;

/// The end of a command that did not succeed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The answer is no, and has been given: 1.
    No,
    /// The input is wrong; the sentence, if it has not been said yet: 2.
    Wrong(Option<String>),
    /// The world failed; the sentence, if it has not been said yet: 3.
    World(Option<String>),
    /// Somebody stopped the program: 130.
    Stopped,
    /// Somebody stopped the program, and it can go on; the sentence about that: 130.
    Paused(String),
    /// Nobody reads the output any more, as under `head`: 0.
    Unread,
}

impl Failure {
    /// Wrong input, with a sentence about it.
    pub(super) fn wrong(words: impl Into<String>) -> Failure {
        Failure::Wrong(Some(words.into()))
    }

    /// A failure of the world, with a sentence about it.
    pub(super) fn world(words: impl Into<String>) -> Failure {
        Failure::World(Some(words.into()))
    }

    /// Says what has not been said.
    pub(super) fn tell(&self, terminal: &Terminal) {
        match self {
            Failure::Wrong(Some(words)) | Failure::World(Some(words)) => {
                terminal.complain(&format!("error: {words}"));
            }
            Failure::Stopped => terminal.complain("stopped: nothing was written"),
            Failure::Paused(words) => terminal.complain(&format!("stopped: {words}")),
            Failure::No | Failure::Wrong(None) | Failure::World(None) | Failure::Unread => {}
        }
    }

    /// The same, now that it has been told: only the exit code is left.
    pub(super) fn told(self) -> Failure {
        match self {
            Failure::Wrong(_) => Failure::Wrong(None),
            Failure::World(_) => Failure::World(None),
            other => other,
        }
    }

    /// What the shell is told.
    pub(super) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Failure::Unread => 0,
            Failure::No => 1,
            Failure::Wrong(_) => 2,
            Failure::World(_) => 3,
            Failure::Stopped | Failure::Paused(_) => 130,
        })
    }

    /// Of two failures the one that matters more to whoever reads the exit code.
    pub(super) fn worse(self, other: Failure) -> Failure {
        let rank = |failure: &Failure| match failure {
            Failure::Unread => 0,
            Failure::No => 1,
            Failure::Wrong(_) => 2,
            Failure::World(_) => 3,
            Failure::Stopped | Failure::Paused(_) => 4,
        };
        if rank(&other) > rank(&self) { other } else { self }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::Unread,
            _ => Failure::world(format!("standard output: {}", error.to_string().to_lowercase())),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error.kind() {
            ErrorKind::Cancelled => Failure::Stopped,
            ErrorKind::Overfull { .. } => Failure::wrong(error.to_string()),
            _ => Failure::world(error.to_string()),
        }
    }
}
