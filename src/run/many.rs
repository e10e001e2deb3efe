//! Replications of many models at once, with what is asked of each by name.

use crate::error::Error;
use crate::model::Model;

use super::Watcher;
use super::measure::{Response, Value};
use super::side_by_side::{SideBySide, Task};

/// A model, how often it is run, and what is asked of each replication.
pub struct Job<'a> {
    /// The model, with its seed.
    pub model: &'a Model,
    /// Replications 0 to this number less one.
    pub replications: u32,
    /// Full names of measures.
    pub measures: Vec<&'a str>,
}

/// What the replications of a job say.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// The unit of each measure.
    pub units: Vec<String>,
    /// By replication, then measure.
    pub values: Vec<Vec<Value>>,
}

/// Runs all jobs, their replications in parallel; answers are in the order of the jobs and have the same bits for any
/// number of threads.
///
/// Fails as [`SideBySide::make`] does. A measure that a model does not have is a bug of the caller.
pub fn run_many(
    jobs: &[Job<'_>],
    threads: Option<usize>,
    watcher: &Watcher<'_>,
) -> Result<Vec<Answers>, Error> {
    let mut crew = SideBySide::new(jobs.iter().map(|job| job.model).collect(), threads)?;
    let mut units: Vec<Vec<String>> = vec![];
    for (j, job) in jobs.iter().enumerate() {
        let names = crew.responses(j);
        let places = places(job, &names);
        units.push(places.iter().map(|place| names[*place].unit.clone()).collect());
        crew.keep(j, places);
    }
    let tasks: Vec<Task> =
        jobs.iter().enumerate().flat_map(|(j, job)| (0..job.replications).map(move |r| (j, r))).collect();
    let mut rest = crew.make(&tasks, tasks.len() as u32, watcher)?.into_iter();
    let answers = jobs.iter().zip(units).map(|(job, units)| Answers {
        units,
        values: rest.by_ref().take(job.replications as usize).collect(),
    });
    Ok(answers.collect())
}

/// Places of a job's measures among all that a replication of its model gives.
fn places(job: &Job<'_>, names: &[Response]) -> Vec<usize> {
    let full: Vec<String> = names.iter().map(Response::name).collect();
    let place = |wanted: &&str| {
        let place = full.iter().position(|name| name == wanted);
        place.unwrap_or_else(|| {
            let head = wanted.split('/').next().unwrap_or_default();
            let near: Vec<&String> = full.iter().filter(|name| name.starts_with(head)).take(30).collect();
            panic!("`{}` has no measure `{wanted}`; the nearest are {near:?}", job.model.name)
        })
    };
    job.measures.iter().map(place).collect()
}
