//! How a model is to be run.

use super::chance::Statement;
use super::precision::Goal;

/// How many replications, on how many threads, how precise. The seed is the model's.
#[derive(Debug, Clone, PartialEq)]
pub struct RunPlan {
    /// Replications; with a precision asked for, the first look is not before.
    pub replications: u32,
    /// Threads; as many as the machine has where absent. Results do not depend on it.
    pub threads: Option<usize>,
    /// Go on until a measure is known this well.
    pub precision: Option<Goal>,
    /// But not beyond this many replications.
    pub max_replications: u32,
    /// Level of all intervals.
    pub level: f64,
    /// How often do these hold?
    pub chances: Vec<Statement>,
    /// The band of the mean of all open cases.
    pub band: BandKind,
}

impl RunPlan {
    /// A fixed count of replications, 95 % intervals, pointwise bands, all threads.
    pub fn fixed(replications: u32) -> RunPlan {
        RunPlan {
            replications,
            threads: None,
            precision: None,
            max_replications: replications,
            level: 0.95,
            chances: vec![],
            band: BandKind::Pointwise,
        }
    }
}

/// What a band around a curve of means holds with its confidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BandKind {
    /// Each point by itself.
    #[default]
    Pointwise,
    /// The whole curve at once.
    Simultaneous,
}

impl BandKind {
    /// The words for them.
    pub const NAMES: [&str; 2] = ["pointwise", "simultaneous"];

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<BandKind> {
        [BandKind::Pointwise, BandKind::Simultaneous].into_iter().find(|kind| kind.name() == name)
    }

    /// Its name, as it is written on the command line.
    pub fn name(self) -> &'static str {
        BandKind::NAMES[self as usize]
    }
}
