//! Sensitivity: which input drives the answer, and what is only luck.
//!
//! * [`Factor`] is an input with the values that it may take: what a scenario does not know, what is varied, or, where
//!   there is neither, every volume, effort and headcount a little up and down;
//! * `design` says at which points the answer is wanted, and with which replications;
//! * `made` runs the points;
//! * `found` says what they show, by the estimators of [`crate::stats`].
//!
//! Three analyses: *tornado* moves one factor at a time, *Morris* screens by elementary effects, *Sobol'* parts the variance.

mod design;
mod factor;
mod found;
mod made;

pub use design::{Analysis, Part, Point, Role, points};
pub use factor::{Factor, How, factors, usual};
pub use found::{Finding, Quantity};
pub use made::Answers;

use crate::error::Error;
use crate::model::Model;
use crate::run::{Response, Watcher};

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// The inputs, one or more.
    pub factors: Vec<Factor>,
    /// The analyses.
    pub parts: Vec<Part>,
    /// The measures, as [`super::swept_measures`] finds them.
    pub measures: Vec<Response>,
    /// Of the points and of the resampling. Models bring their own.
    pub seed: u64,
    /// Threads; as many as the machine has where absent. The results do not depend on them.
    pub threads: Option<usize>,
    /// Level of all intervals.
    pub level: f64,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Sensitivity {
    /// Where the answer was wanted.
    pub points: Vec<Point>,
    /// By point: what every replication says.
    pub answers: Vec<Answers>,
    /// What that shows: by analysis, measure, then factor.
    pub findings: Vec<Finding>,
}

/// Runs every point of the question, whose model `model` makes, and says what they show.
///
/// Fails when a model cannot be made, when cancelled, and when a replication loses count of its cases, which is a bug.
/// Points should come from [`points`] with the same question; a wrong question has been refused there.
pub fn sensitivity<E: From<Error>>(
    question: &Question,
    points: Vec<Point>,
    model: &dyn Fn(&Point) -> Result<Model, E>,
    watcher: &Watcher<'_>,
) -> Result<Sensitivity, E> {
    let answers = made::make(question, &points, model, watcher)?;
    let findings = found::findings(question, &points, &answers);
    Ok(Sensitivity { points, answers, findings })
}
