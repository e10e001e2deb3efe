//! Runs the points of a design, block by block, so that no more models are held than are needed.

use crate::error::Error;
use crate::model::Model;
use crate::run::{SideBySide, Task, Watcher};

use super::Question;
use super::design::Point;

/// Replications between two looks at the clock of the slowest: models are held so long.
const BLOCK: usize = 512;

/// What the replications of a point say.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// By measure, then replication; none where it gives no value, and where the point has no such measure.
    pub values: Vec<Vec<Option<f64>>>,
}

/// Runs all points, whose model `model` makes once each.
pub(super) fn make<E: From<Error>>(
    question: &Question,
    points: &[Point],
    model: &dyn Fn(&Point) -> Result<Model, E>,
    watcher: &Watcher<'_>,
) -> Result<Vec<Answers>, E> {
    let planned: u32 = points.iter().map(|point| point.replications).sum();
    let mut answers = Vec::with_capacity(points.len());
    let (mut rest, mut done) = (points, 0);
    while !rest.is_empty() {
        let mut tasks = 0;
        let fits = |point: &&Point| {
            tasks += point.replications as usize;
            tasks <= BLOCK
        };
        let count = rest.iter().take_while(fits).count().max(1);
        let (block, later) = rest.split_at(count);
        let models: Vec<Model> = block.iter().map(model).collect::<Result<_, E>>()?;
        let progress = |now: u32, _| (watcher.progress)(done + now, planned);
        let watcher = Watcher { cancel: watcher.cancel, progress: &progress };
        answers.extend(side_by_side(question, block, &models, &watcher)?);
        done += block.iter().map(|point| point.replications).sum::<u32>();
        rest = later;
    }
    Ok(answers)
}

fn side_by_side(
    question: &Question,
    points: &[Point],
    models: &[Model],
    watcher: &Watcher<'_>,
) -> Result<Vec<Answers>, Error> {
    let mut crew = SideBySide::new(models.iter().collect(), question.threads)?;
    let mut kept = vec![];
    for m in 0..models.len() {
        let names: Vec<String> = crew.responses(m).iter().map(crate::run::Response::name).collect();
        let place = |wanted: &crate::run::Response| names.iter().position(|name| *name == wanted.name());
        let places: Vec<Option<usize>> = question.measures.iter().map(place).collect();
        crew.keep(m, places.iter().flatten().copied().collect());
        kept.push(places);
    }
    let numbers = |(m, point): (usize, &Point)| {
        (point.first..point.first + point.replications).map(move |number| (m, number))
    };
    let tasks: Vec<Task> = points.iter().enumerate().flat_map(numbers).collect();
    let mut made = crew.make(&tasks, tasks.len() as u32, watcher)?.into_iter();
    let of = |(point, places): (&Point, Vec<Option<usize>>)| {
        let rows: Vec<Vec<crate::run::Value>> = made.by_ref().take(point.replications as usize).collect();
        let mut column = 0;
        let values = |place: Option<usize>| {
            let Some(_) = place else { return vec![None; rows.len()] };
            column += 1;
            rows.iter().map(|row| row[column - 1].get()).collect()
        };
        Answers { values: places.into_iter().map(values).collect() }
    };
    Ok(points.iter().zip(kept).map(of).collect())
}
