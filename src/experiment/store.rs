//! Replications of many models, each made once and kept as the values of a few measures: what a search and the judgement
//! after it draw on.
//!
//! A point is a model by what was decided of it, in whole numbers: members by pool, how often each option is bought. There
//! are two samples: the replications of the search, and fresh ones that the search never sees. Memory is bounded by what
//! is kept; models are made again where there are too many to keep.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::error::Error;
use crate::model::Model;
use crate::run::{Response, SideBySide, Task, Value, Watcher};

/// Which replications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sample {
    /// From number 0: the same for every point of the search.
    Search,
    /// From the number after the last of the search.
    Fresh,
}

/// Models that are kept, and that run side by side.
const KEPT: usize = 64;

/// By measure: the values of all replications, none of a measure that the point does not have.
pub(super) type Values = Vec<Vec<Value>>;

/// Makes the models of a point in some draws of the inputs, one for each; in draw 0 alone where everything is known.
pub type Make<'a, E> = &'a dyn Fn(&[u32], Range<u32>) -> Result<Vec<Model>, E>;

/// What is simulated of every point.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    /// Full names of the measures.
    pub(super) measures: Vec<String>,
    /// Replications that share one draw of the inputs; none where everything is known.
    pub(super) per_draw: Option<u32>,
    /// The first unit of the fresh sample: a draw of the inputs, or a replication where everything is known.
    pub(super) fresh_from: u32,
    /// Threads; as many as the machine has where absent.
    pub(super) threads: Option<usize>,
}

/// What has been simulated.
pub(super) struct Store<'a, E> {
    plan: Plan,
    make: Make<'a, E>,
    watcher: &'a Watcher<'a>,
    models: BTreeMap<(Vec<u32>, u32), Model>,
    values: BTreeMap<(Sample, Vec<u32>), Values>,
    /// Replications made so far, and how many there may be at the end.
    done: u32,
    planned: u32,
}

impl<'a, E: From<Error>> Store<'a, E> {
    pub(super) fn new(plan: Plan, make: Make<'a, E>, watcher: &'a Watcher<'a>) -> Self {
        let (models, values) = (BTreeMap::new(), BTreeMap::new());
        Store { plan, make, watcher, models, values, done: 0, planned: 0 }
    }

    /// For whoever watches: so many replications may be made in all.
    pub(super) fn expect(&mut self, planned: u32) {
        self.planned = planned;
    }

    /// The points of a sample.
    pub(super) fn points(&self, sample: Sample) -> impl Iterator<Item = &Vec<u32>> {
        self.values.keys().filter(move |(of, _)| *of == sample).map(|(_, point)| point)
    }

    /// What there is of a point; none if it has not been simulated.
    pub(super) fn values(&self, sample: Sample, point: &[u32]) -> Option<&Values> {
        self.values.get(&(sample, point.to_vec()))
    }

    /// How many units of a point there are.
    pub(super) fn units(&self, sample: Sample, point: &[u32]) -> u32 {
        let replications = self.values(sample, point).map_or(0, |values| values[0].len() as u32);
        replications / self.plan.per_draw.unwrap_or(1)
    }

    /// Makes units of points until each has so many.
    pub(super) fn extend(&mut self, points: &[Vec<u32>], sample: Sample, until: u32) -> Result<(), E> {
        let mut jobs: Vec<(Vec<u32>, u32)> = vec![];
        for point in points.iter().collect::<BTreeSet<_>>() {
            jobs.extend((self.units(sample, point)..until).map(|unit| (point.clone(), unit)));
        }
        let per_unit = self.plan.per_draw.unwrap_or(1);
        self.planned =
            self.planned.max(self.done.saturating_add((jobs.len() as u32).saturating_mul(per_unit)));
        // As many jobs at once as their models can be kept.
        let mut rest = &jobs[..];
        while !rest.is_empty() {
            let mut models: Vec<(Vec<u32>, u32)> = vec![];
            let mut now = 0;
            for (point, unit) in rest {
                let model = self.model_of(point, sample, *unit);
                if !models.contains(&model) {
                    if models.len() == KEPT {
                        break;
                    }
                    models.push(model);
                }
                now += 1;
            }
            self.make(&rest[..now], sample, &models)?;
            rest = &rest[now..];
        }
        Ok(())
    }

    /// The number of a unit over both samples.
    fn number(&self, sample: Sample, unit: u32) -> u32 {
        match sample {
            Sample::Search => unit,
            Sample::Fresh => self.plan.fresh_from.saturating_add(unit),
        }
    }

    /// The point and the draw of the inputs.
    fn model_of(&self, point: &[u32], sample: Sample, unit: u32) -> (Vec<u32>, u32) {
        let draw = if self.plan.per_draw.is_some() { self.number(sample, unit) } else { 0 };
        (point.to_vec(), draw)
    }

    /// Makes sure that these models are there.
    fn hold(&mut self, wanted: &[(Vec<u32>, u32)]) -> Result<(), E> {
        if self.models.len() + wanted.len() > 2 * KEPT {
            self.models.retain(|key, _| wanted.contains(key));
        }
        let mut rest: Vec<&(Vec<u32>, u32)> =
            wanted.iter().filter(|key| !self.models.contains_key(*key)).collect();
        while let Some((point, from)) = rest.first().copied() {
            // The draws of a point that follow each other are made together.
            let run = rest.iter().zip(*from..).take_while(|((p, draw), n)| p == point && draw == n).count();
            let made = (self.make)(point, *from..*from + run as u32)?;
            for (draw, model) in (*from..).zip(made) {
                self.models.insert((point.clone(), draw), model);
            }
            rest.drain(..run);
        }
        Ok(())
    }

    fn make(
        &mut self,
        jobs: &[(Vec<u32>, u32)],
        sample: Sample,
        models: &[(Vec<u32>, u32)],
    ) -> Result<(), E> {
        self.hold(models)?;
        let held: Vec<&Model> = models.iter().map(|key| &self.models[key]).collect();
        let mut crew = SideBySide::new(held, self.plan.threads)?;
        let mut places = vec![];
        for model in 0..models.len() {
            let names: Vec<String> = crew.responses(model).iter().map(Response::name).collect();
            let place = |measure: &String| names.iter().position(|name| name == measure);
            let of: Vec<Option<usize>> = self.plan.measures.iter().map(place).collect();
            crew.keep(model, of.iter().flatten().copied().collect());
            places.push(of);
        }
        let per_unit = self.plan.per_draw.unwrap_or(1);
        let tasks: Vec<Task> = jobs
            .iter()
            .flat_map(|(point, unit)| {
                let key = self.model_of(point, sample, *unit);
                let model =
                    models.iter().position(|known| *known == key).expect("every job's model was listed");
                let first = self.number(sample, *unit).saturating_mul(per_unit);
                (first..first.saturating_add(per_unit)).map(move |number| (model, number))
            })
            .collect();
        let (before, planned) = (self.done, self.planned);
        let progress = |done: u32, _| (self.watcher.progress)(before + done, planned.max(before + done));
        let watcher = Watcher { cancel: self.watcher.cancel, progress: &progress };
        let made = crew.make(&tasks, planned, &watcher)?;
        self.done += tasks.len() as u32;
        for ((task, row), job) in tasks.iter().zip(made).zip(0..) {
            let (point, _) = &jobs[job / per_unit as usize];
            let mut row = row.into_iter();
            let measures = self.plan.measures.len();
            let values = self.values.entry((sample, point.clone())).or_insert_with(|| vec![vec![]; measures]);
            for (place, values) in places[task.0].iter().zip(values) {
                values.push(place.and_then(|_| row.next()).unwrap_or(Value::Nothing));
            }
        }
        Ok(())
    }
}
