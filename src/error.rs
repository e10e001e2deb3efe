//! What can go wrong that is no mistake in a scenario: files, threads, a run that was stopped.

use std::error::Error as StdError;
use std::fmt;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;

use crate::units::{Time, grouped};

/// A failure of the world, or of the program itself; people's mistakes are diagnostics instead.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    path: Option<PathBuf>,
}

/// What went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The run was stopped from outside.
    Cancelled,
    /// Cases were lost or made up: a bug in the engine.
    Conservation {
        /// Which replication.
        replication: u32,
        /// When, as a civil moment.
        at: String,
        /// What does not add up.
        figures: String,
    },
    /// More cases were open at once than can be kept: the scenario asks for too much.
    Overfull {
        /// Which replication.
        replication: u32,
        /// When, as a civil moment.
        at: String,
        /// So many may be open.
        most: u32,
    },
    /// Threads could not be started.
    Threads(String),
    /// The system could not read or write.
    Io(std::io::Error),
    /// A file is not what it should be.
    Malformed(String),
    /// The folder holds other results, and nobody said that they may be replaced.
    Occupied,
    /// Points of another sweep are kept here, and nobody said that they may go; in what it differs.
    Unfinished(String),
    /// The folder holds files that are no results of ours; they are never deleted.
    Foreign(String),
}

impl Error {
    /// Of a kind.
    pub fn new(kind: ErrorKind) -> Error {
        Error(Box::new(Inner { kind, path: None }))
    }

    /// About a file or folder.
    pub fn at(path: &Path, kind: ErrorKind) -> Error {
        Error(Box::new(Inner { kind, path: Some(path.to_owned()) }))
    }

    /// For `map_err`: the system failed at this path.
    pub fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Error + use<> {
        let path = path.to_owned();
        move |e| Error(Box::new(Inner { kind: ErrorKind::Io(e), path: Some(path) }))
    }

    pub(crate) fn conservation(replication: u32, start: DateTime, at: Time, figures: &str) -> Error {
        let (at, figures) = (moment(start, at), figures.to_owned());
        Error::new(ErrorKind::Conservation { replication, at, figures })
    }

    pub(crate) fn overfull(replication: u32, start: DateTime, at: Time, most: u32) -> Error {
        Error::new(ErrorKind::Overfull { replication, at: moment(start, at), most })
    }

    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The file or folder it is about.
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// Whether the run was stopped from outside.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Cancelled)
    }
}

fn moment(start: DateTime, at: Time) -> String {
    let moment = start.saturating_add(jiff::SignedDuration::from_millis(at.0));
    format!("{moment} (day {})", (at.days() * 10.0).round() / 10.0)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.0.path {
            write!(f, "`{}`: ", path.display())?;
        }
        match &self.0.kind {
            ErrorKind::Cancelled => f.write_str("the run was stopped"),
            ErrorKind::Conservation { replication, at, figures } => write!(
                f,
                "cases were lost in replication {replication} at {at}: {figures}; this is a bug in caseload, please \
                 report it with the scenario"
            ),
            ErrorKind::Overfull { replication, at, most } => write!(
                f,
                "more than {} cases and jobs are open, or about to come, in replication {replication} at {at}: \
                 more than can be kept; look at the rates, batches and mass reports, and at what should close cases",
                grouped(f64::from(*most), 0)
            ),
            ErrorKind::Threads(why) => write!(f, "threads could not be started: {why}"),
            ErrorKind::Io(e) => write!(f, "{e}"),
            ErrorKind::Malformed(why) => f.write_str(why),
            ErrorKind::Occupied => f.write_str("the folder holds other results; `--force` replaces them"),
            ErrorKind::Unfinished(what) => write!(
                f,
                "an unfinished sweep for the same folder keeps its points here, with {what}; go on with that one, \
                 begin anew with `--force`, or write elsewhere with `--out`"
            ),
            ErrorKind::Foreign(name) => {
                write!(
                    f,
                    "the folder holds `{name}`, which is not a result of caseload; it will not be deleted"
                )
            }
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.kind {
            ErrorKind::Io(e) => Some(e),
            _ => None,
        }
    }
}
