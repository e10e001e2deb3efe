//! Replications of many models at once: what is asked of each replication, and nothing else of it.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use crate::engine::simulate;
use crate::error::{Error, ErrorKind};
use crate::model::Model;

use super::measure::Value;
use super::{Layout, Recorder, Watcher, responses};

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
/// Fails when cancelled, and when a replication loses count of its cases. A measure that a model does not have is a bug
/// of the caller.
pub fn run_many(
    jobs: &[Job<'_>],
    threads: Option<usize>,
    watcher: &Watcher<'_>,
) -> Result<Vec<Answers>, Error> {
    let prepared: Vec<Prepared<'_>> = jobs.iter().map(Prepared::new).collect();
    let each: Vec<(usize, u32)> =
        jobs.iter().enumerate().flat_map(|(j, job)| (0..job.replications).map(move |r| (j, r))).collect();
    let done = AtomicU32::new(0);
    let replicate = |&(j, r): &(usize, u32)| {
        if watcher.cancel.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::Cancelled));
        }
        let values = prepared[j].replicate(r)?;
        (watcher.progress)(done.fetch_add(1, Ordering::Relaxed) + 1, each.len() as u32);
        Ok(values)
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .build()
        .map_err(|e| Error::new(ErrorKind::Threads(e.to_string())))?;
    let all: Result<Vec<Vec<Value>>, Error> = pool.install(|| each.par_iter().map(replicate).collect());
    let mut rest = all?.into_iter();
    let answers = prepared.iter().zip(jobs).map(|(prepared, job)| Answers {
        units: prepared.units.clone(),
        values: rest.by_ref().take(job.replications as usize).collect(),
    });
    Ok(answers.collect())
}

/// A job with what all its replications share.
struct Prepared<'a> {
    model: &'a Model,
    layout: Layout,
    /// Places of the measures among all that a replication gives.
    places: Vec<usize>,
    units: Vec<String>,
}

impl<'a> Prepared<'a> {
    fn new(job: &Job<'a>) -> Prepared<'a> {
        let layout = Layout::new(job.model);
        let names = responses(job.model, &layout);
        let full: Vec<String> = names.iter().map(super::Response::name).collect();
        let place = |wanted: &&str| {
            let place = full.iter().position(|name| name == wanted);
            place.unwrap_or_else(|| {
                let head = wanted.split('/').next().unwrap_or_default();
                let near: Vec<&String> = full.iter().filter(|name| name.starts_with(head)).take(30).collect();
                panic!("`{}` has no measure `{wanted}`; the nearest are {near:?}", job.model.name)
            })
        };
        let places: Vec<usize> = job.measures.iter().map(place).collect();
        let units = places.iter().map(|place| names[*place].unit.clone()).collect();
        Prepared { model: job.model, layout, places, units }
    }

    fn replicate(&self, number: u32) -> Result<Vec<Value>, Error> {
        let mut recorder = Recorder::new(self.model, &self.layout);
        simulate(self.model, u64::from(number), &mut recorder);
        let result = recorder.finish();
        match &result.violation {
            Some(lost) => Err(Error::conservation(number, self.model.start, lost.at, &lost.figures)),
            None => Ok(self.places.iter().map(|place| result.values[*place]).collect()),
        }
    }
}
