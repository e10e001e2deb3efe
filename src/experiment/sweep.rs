//! Response curves: the same measures at every point of a design, under the same random numbers.
//!
//! Replication r of every point meets the same tips, so what differs between two points is what was varied; the intervals
//! are those of each point by itself, as a run of that point would give them.

use crate::error::Error;
use crate::model::Model;
use crate::run::{self, Estimate, Response, SideBySide, Task, Value, Watcher};

use super::headline;

/// How a sweep is made.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepPlan {
    /// The measures, as [`swept_measures`] finds them.
    pub measures: Vec<Response>,
    /// Replications of each draw of each point.
    pub replications: u32,
    /// Draws of the inputs; 1 where everything is known.
    pub draws: u32,
    /// Threads; as many as the machine has where absent. The results do not depend on them.
    pub threads: Option<usize>,
    /// Level of all intervals.
    pub level: f64,
}

/// The measures of these full names, or those that decide between plans where none is named. The error names those that
/// read alike.
pub fn swept_measures(base: &Model, names: &[String]) -> Result<Vec<Response>, String> {
    let responses = run::responses(base, &run::Layout::new(base));
    let mut found = if names.is_empty() { headline::headline(base, &responses) } else { vec![] };
    for name in names {
        let place = run::find(name, &responses)?;
        if !found.contains(&place) {
            found.push(place);
        }
    }
    Ok(found.into_iter().map(|place| responses[place].clone()).collect())
}

/// Runs every point, given as its models: one for each draw of the inputs, or one alone where nothing differs between
/// draws. By point, then measure: the estimate; none where a point has no such measure or no replication gives a value.
///
/// Fails when cancelled, and when a replication loses count of its cases, which is a bug.
pub fn sweep(
    points: &[Vec<Model>],
    plan: &SweepPlan,
    watcher: &Watcher<'_>,
) -> Result<Vec<Vec<Option<Estimate>>>, Error> {
    let mut crew = SideBySide::new(points.iter().flatten().collect(), plan.threads)?;
    let (mut places, mut tasks): (Vec<Vec<Option<usize>>>, Vec<Task>) = (vec![], vec![]);
    let mut first = 0;
    for models in points {
        let responses = crew.responses(first);
        let place = |wanted: &Response| responses.iter().position(|r| r.name() == wanted.name());
        let found: Vec<Option<usize>> = plan.measures.iter().map(place).collect();
        for model in first..first + models.len() {
            crew.keep(model, found.iter().flatten().copied().collect());
        }
        for draw in 0..plan.draws {
            let model = first + (draw as usize).min(models.len() - 1);
            let numbers = draw * plan.replications..(draw + 1) * plan.replications;
            tasks.extend(numbers.map(|number| (model, number)));
        }
        places.push(found);
        first += models.len();
    }
    let made = crew.make(&tasks, tasks.len() as u32, watcher)?;
    let each = (plan.draws * plan.replications).max(1) as usize;
    let rows = made.chunks(each).zip(&places);
    Ok(rows.map(|(rows, places)| estimates(rows, places, plan)).collect())
}

/// The estimates of one point.
fn estimates(rows: &[Vec<Value>], places: &[Option<usize>], plan: &SweepPlan) -> Vec<Option<Estimate>> {
    let mut kept = 0;
    let one = |(response, place): (&Response, &Option<usize>)| {
        (*place)?;
        let values: Vec<Value> = rows.iter().map(|row| row[kept]).collect();
        kept += 1;
        run::estimate_of(&values, plan.draws, response, plan.level)
    };
    plan.measures.iter().zip(places).map(one).collect()
}
