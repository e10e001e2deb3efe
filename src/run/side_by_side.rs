//! Several models at once, of which only scalar measures are wanted: what plans are compared by.
//!
//! Replication r has the same random numbers under every model, so plans that run side by side meet the same tips.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use super::layout::Layout;
use super::measure::{Response, Value};
use super::recorder::responses;
use super::{Watcher, number_of_threads, record, sound, spares_threads};
use crate::error::{Error, ErrorKind};
use crate::model::Model;

/// One replication of one model: the model's place in the list, and the replication's number.
pub type Task = (usize, u32);

/// Models that run side by side.
pub struct SideBySide<'a> {
    models: Vec<&'a Model>,
    layouts: Vec<Layout>,
    /// By model: places of the measures that are kept.
    wanted: Vec<Vec<usize>>,
    threads: rayon::ThreadPool,
    done: AtomicU32,
}

impl<'a> SideBySide<'a> {
    /// The models, and how many threads there are; as many as the machine has where that is absent.
    ///
    /// Fails where no threads can be started.
    pub fn new(models: Vec<&'a Model>, threads: Option<usize>) -> Result<SideBySide<'a>, Error> {
        let layouts = models.iter().map(|model| Layout::new(model)).collect();
        let (wanted, threads) = (vec![vec![]; models.len()], number_of_threads(threads)?);
        Ok(SideBySide { models, layouts, wanted, threads, done: AtomicU32::new(0) })
    }

    /// The names of all measures of a model.
    pub fn responses(&self, model: usize) -> Vec<Response> {
        responses(self.models[model], &self.layouts[model])
    }

    /// Keeps these measures of a model, by their places among its responses.
    pub fn keep(&mut self, model: usize, wanted: Vec<usize>) {
        self.wanted[model] = wanted;
    }

    /// How many replications have been made.
    pub fn done(&self) -> u32 {
        self.done.load(Ordering::Relaxed)
    }

    /// The kept measures that each task gives, in the order of the tasks. `planned`: how many tasks there will have
    /// been at the end, for whoever watches.
    ///
    /// Fails when cancelled, and when a replication loses count of its cases, which is a bug of the engine.
    pub fn make(
        &self,
        tasks: &[Task],
        planned: u32,
        watcher: &Watcher<'_>,
    ) -> Result<Vec<Vec<Value>>, Error> {
        self.threads.install(|| {
            let apart = spares_threads(tasks.len());
            tasks.par_iter().map(|task| self.one(*task, planned, apart, watcher)).collect()
        })
    }

    fn one(
        &self,
        (m, number): Task,
        planned: u32,
        apart: bool,
        watcher: &Watcher<'_>,
    ) -> Result<Vec<Value>, Error> {
        if watcher.cancel.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::Cancelled));
        }
        let model = self.models[m];
        let recorder = record(model, &self.layouts[m], number, apart);
        let result = sound(recorder.finish(), number, model)?;
        (watcher.progress)(self.done.fetch_add(1, Ordering::Relaxed) + 1, planned);
        Ok(self.wanted[m].iter().map(|place| result.values[*place]).collect())
    }
}
