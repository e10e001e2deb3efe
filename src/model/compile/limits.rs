//! What is too much to simulate, as far as that can be said before a run. The rest a replication finds out itself.

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::capacity::{self, Capacity};
use crate::model::inflow::Inflow;
use crate::model::{MOST_OPEN, MOST_TIPS, Model, SourceParams, fluid};
use crate::scenario::{Loaded, Source};
use crate::units::grouped;

/// A finding where more tips are expected than can be simulated, or more open cases than can be kept.
pub fn too_large(loaded: &Loaded, model: &Model, capacity: &Capacity) -> Option<Diagnostic> {
    let scenario = &loaded.epochs[0].scenario;
    let initial: f64 = model.initial.iter().map(|initial| initial.count as f64).sum();
    if initial > f64::from(MOST_OPEN) {
        let counts = scenario.initial.iter().flat_map(|row| &row.count);
        let (_, largest) = counts.max_by_key(|(_, count)| count.value)?;
        return Some(too_many_open(initial, "at the start").at(largest.span, "most of them stand here"));
    }
    // A number that is not finite is too large as well.
    if capacity.tips <= f64::from(MOST_OPEN) {
        return None;
    }
    let expected = by_source(model);
    let largest = (0..expected.len()).max_by(|a, b| expected[*a].total_cmp(&expected[*b]))?;
    let written = scenario.sources.iter().find(|source| source.id.value == model.sources[largest].id)?;
    let place = flow(written, &model.params[0].sources[largest], expected[largest], model);
    if capacity.tips.is_nan() || capacity.tips > MOST_TIPS {
        let message = format!(
            "about {} tips are expected in each replication, and at most {} can be simulated",
            about(capacity.tips),
            grouped(MOST_TIPS, 0)
        );
        let finding = Diagnostic::new(Code::TooLarge, message);
        let further = expected.iter().sum::<f64>() < capacity.tips / 2.0;
        let class = scenario.classes.iter().find_map(|class| class.repeat.as_ref());
        return Some(match class.filter(|_| further) {
            Some(repeat) => finding.at(repeat.span, "most of them are further tips about known subjects"),
            None => finding.at(place, format!("{} of them come from here", about(expected[largest]))),
        });
    }
    let open = fluid::curve(model).open.into_iter().fold(0.0, f64::max);
    (open > f64::from(MOST_OPEN))
        .then(|| too_many_open(open, "at once").at(place, "most of them come from here"))
}

fn too_many_open(cases: f64, when: &str) -> Diagnostic {
    let message = format!(
        "about {} cases are open {when}, and at most {} can be kept",
        about(cases),
        grouped(f64::from(MOST_OPEN), 0)
    );
    Diagnostic::new(Code::TooLarge, message)
}

fn about(number: f64) -> String {
    if number < 1e15 { grouped(number, 0) } else { format!("{number:.0e}") }
}

/// Tips that each source is expected to send before the end.
fn by_source(model: &Model) -> Vec<f64> {
    let mut inflow = Inflow::new(model);
    let mut sums = vec![0.0; model.sources.len()];
    for (from, until) in capacity::months(model) {
        for tips in inflow.next(from, until) {
            sums[tips.source.index()] += tips.count;
        }
    }
    sums
}

/// Where it is written what makes a source send so much: its mass reports, its batches or its rate.
fn flow(written: &Source, params: &SourceParams, tips: f64, model: &Model) -> Span {
    let of_burst = params
        .burst
        .as_ref()
        .map_or(0.0, |burst| model.end().0 as f64 / burst.every.mean().max(1.0) * burst.size.mean());
    let burst = written.burst.as_ref().filter(|_| of_burst > tips / 2.0).map(|burst| burst.size.span);
    let large = params.batch.as_ref().is_some_and(|batch| batch.mean() > 1000.0);
    let batch = written.batch.as_ref().filter(|_| large).map(|batch| batch.span);
    burst.or(batch).or(written.rate.as_ref().map(|rate| rate.span)).unwrap_or(written.id.span)
}
