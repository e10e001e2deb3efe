//! How a model is to be run.

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
}

impl RunPlan {
    /// A fixed count of replications, 95 % intervals, all threads.
    pub fn fixed(replications: u32) -> RunPlan {
        RunPlan { replications, threads: None, precision: None, max_replications: replications, level: 0.95 }
    }
}
