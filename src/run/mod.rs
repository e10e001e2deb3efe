//! Runs: many replications of one model, on many threads, and what they say together.
//!
//! Replication r is a pure function of the model and r. They are made in parallel and gathered strictly in the order
//! of their numbers, so the result has the same bits for every number of threads. Memory is bounded by what is kept
//! of each replication: levels, counts and sums, no cases.

pub mod chance;
mod draws;
mod estimate;
#[cfg(test)]
pub(crate) mod fixture;
mod gather;
mod ignorance;
pub mod layout;
pub mod many;
pub mod measure;
mod plan;
pub mod precision;
mod recorder;
mod relay;
pub mod result;
mod side_by_side;
pub mod size;
#[cfg(test)]
mod tests;
mod trace;
pub(crate) mod uses;
pub mod warmup;
mod wording;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use rayon::prelude::*;

pub use chance::Statement;
pub use ignorance::layers_of;
pub use layout::Layout;
pub use many::run_many;
pub(crate) use measure::given;
pub use measure::{Family, Response, Value};
pub use plan::{BandKind, RunPlan};
pub use precision::Goal;
pub use recorder::{CurveKey, Recorder, responses};
pub use result::{Estimate, ReplicationResult, RunResult, Verdict};
pub use side_by_side::{SideBySide, Task};
pub use trace::Trace;
pub(crate) use wording::find;

use crate::engine::simulate;
use crate::error::{Error, ErrorKind};
use crate::model::Model;
use draws::Draws;
use gather::Gather;
use relay::simulate_apart;
use result::PrecisionResult;

/// Replications between two looks at the precision: fixed, so that their number does not depend on the threads.
const LOOK: u32 = 20;
/// Replications in flight for each thread: enough that nobody waits long for the slowest.
const IN_FLIGHT: usize = 4;

/// Who looks on while a run goes.
pub struct Watcher<'a> {
    /// Set from outside to stop after the replications in hand.
    pub cancel: &'a AtomicBool,
    /// Told after each replication: how many are done, how many are planned so far.
    pub progress: &'a (dyn Fn(u32, u32) + Sync),
}

/// Runs a model.
///
/// Fails when cancelled, and when a replication loses count of its cases, which is a bug of the engine.
pub fn run(model: &Model, plan: &RunPlan, watcher: &Watcher<'_>) -> Result<RunResult, Error> {
    run_draws(std::slice::from_ref(model), plan, watcher)
}

/// Runs the models of all draws of the inputs, which differ only in what nobody knows: draw d makes the replications
/// d·R to d·R + R − 1 of R replications each. A precision can be asked for where there is one draw.
pub fn run_draws(models: &[Model], plan: &RunPlan, watcher: &Watcher<'_>) -> Result<RunResult, Error> {
    run_beside(models, plan, watcher, || ()).map(|(result, ())| result)
}

/// The same, while something else is worked out on one of the threads.
pub fn run_beside<T: Send>(
    models: &[Model],
    plan: &RunPlan,
    watcher: &Watcher<'_>,
    other: impl FnOnce() -> T + Send,
) -> Result<(RunResult, T), Error> {
    let threads = number_of_threads(plan.threads)?;
    let (result, other) = threads.install(|| rayon::join(|| run_here(models, plan, watcher), other));
    Ok((result?, other))
}

/// Runs the models on the threads of where this is called.
fn run_here(models: &[Model], plan: &RunPlan, watcher: &Watcher<'_>) -> Result<RunResult, Error> {
    let layouts: Vec<Layout> = models.iter().map(Layout::new).collect();
    let (model, layout) = (&models[0], &layouts[0]);
    let names = responses(model, layout);
    let each = plan.replications.max(1);
    let mut gather = Gather::of(Draws::new(models.len(), each));
    let crew = Crew { models, layouts: &layouts, each, watcher, done: AtomicU32::new(0) };
    crew.extend(&mut gather, each.saturating_mul(models.len() as u32))?;
    let precision = match &plan.precision {
        Some(goal) => Some(crew.sharpen(&mut gather, goal, plan, &names)?),
        None => None,
    };
    let result = gather.conclude(model, layout, names, plan);
    Ok(RunResult { precision, draws: models.len() as u32, ..result })
}

/// The estimate of a measure, of its values in all replications: those of the first draw of the inputs, then those of the
/// next, each with as many. None where no replication gives a value.
pub fn estimate_of(values: &[Value], draws: u32, of: &Response, level: f64) -> Option<Estimate> {
    let draws = draws.max(1) as usize;
    Draws::new(draws, (values.len() / draws) as u32).estimate_of(values, of, level)
}

/// So many threads; as many as the machine has where absent.
fn number_of_threads(threads: Option<usize>) -> Result<rayon::ThreadPool, Error> {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build();
    threads.map_err(|e| Error::new(ErrorKind::Threads(e.to_string())))
}

/// What `make` makes of each thing, in their order, by so many threads.
pub fn on_threads<A: Send, B: Send>(
    threads: Option<usize>,
    things: Vec<A>,
    make: impl Fn(A) -> B + Send + Sync,
) -> Result<Vec<B>, Error> {
    let make = || things.into_par_iter().with_max_len(1).map(make).collect();
    Ok(number_of_threads(threads)?.install(make))
}

/// Whether of the threads at hand half have nothing to do while so many replications are made.
fn spares_threads(replications: usize) -> bool {
    2 * replications <= rayon::current_num_threads()
}

/// What is heard of one replication; on another thread than the one that makes it if `apart`.
fn record<'a>(model: &'a Model, layout: &'a Layout, number: u32, apart: bool) -> Recorder<'a> {
    let mut recorder = Recorder::new(model, layout);
    let simulate = if apart { simulate_apart } else { simulate };
    simulate(model, u64::from(number), &mut recorder);
    recorder
}

/// The result of a replication that came to its end, with books that agree.
fn sound(result: ReplicationResult, number: u32, model: &Model) -> Result<ReplicationResult, Error> {
    match (result.overfull, &result.violation) {
        (Some(at), _) => Err(Error::overfull(number, model.start, at, model.most_open)),
        (None, Some(lost)) => Err(Error::conservation(number, model.start, lost.at, &lost.figures)),
        (None, None) => Ok(result),
    }
}

/// Those who make replications.
struct Crew<'a> {
    /// One for each draw of the inputs.
    models: &'a [Model],
    layouts: &'a [Layout],
    /// Replications of each draw.
    each: u32,
    watcher: &'a Watcher<'a>,
    done: AtomicU32,
}

impl Crew<'_> {
    /// Makes replications until there are so many.
    fn extend(&self, gather: &mut Gather, planned: u32) -> Result<(), Error> {
        let block = (rayon::current_num_threads() * IN_FLIGHT) as u32;
        while (gather.len() as u32) < planned {
            let from = gather.len() as u32;
            let until = planned.min(from + block);
            let apart = spares_threads((until - from) as usize);
            let results: Vec<Option<ReplicationResult>> =
                (from..until).into_par_iter().map(|r| self.replicate(r, planned, apart)).collect();
            let whole = |(r, result): (u32, Option<ReplicationResult>)| {
                let result = result.ok_or_else(|| Error::new(ErrorKind::Cancelled))?;
                sound(result, r, &self.models[0])
            };
            gather.extend((from..until).zip(results).map(whole).collect::<Result<_, Error>>()?);
        }
        Ok(())
    }

    /// One replication; none if the run has been cancelled.
    fn replicate(&self, number: u32, planned: u32, apart: bool) -> Option<ReplicationResult> {
        if self.watcher.cancel.load(Ordering::Relaxed) {
            return None;
        }
        let draw = ((number / self.each) as usize).min(self.models.len() - 1);
        let model = &self.models[draw];
        let recorder = record(model, &self.layouts[draw], number, apart);
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        (self.watcher.progress)(done, planned);
        Some(recorder.finish())
    }

    /// Adds blocks of replications until the goal is reached or no more are allowed.
    fn sharpen(
        &self,
        gather: &mut Gather,
        goal: &Goal,
        plan: &RunPlan,
        names: &[Response],
    ) -> Result<PrecisionResult, Error> {
        loop {
            let decision = goal.judge(&gather.measure(goal.response), plan.level);
            let made = gather.len() as u32;
            if decision.enough || made >= plan.max_replications {
                let name = &names[goal.response];
                return Ok(PrecisionResult {
                    measure: name.name(),
                    unit: name.unit.clone(),
                    asked: goal.width,
                    half_width: decision.half_width,
                    reached: decision.enough,
                    needed: decision.needed,
                });
            }
            self.extend(gather, plan.max_replications.min(made + LOOK))?;
        }
    }
}
