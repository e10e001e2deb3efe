//! What is too much to simulate, as far as that can be said before a run. The rest a replication finds out itself.

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::capacity::{self, Capacity};
use crate::model::inflow::Inflow;
use crate::model::{MOST_OPEN, MOST_TIPS, Model, fluid};
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
            None => finding.at(flow(written), format!("{} of them come from here", about(expected[largest]))),
        });
    }
    let open = fluid::curve(model).open.into_iter().fold(0.0, f64::max);
    (open > f64::from(MOST_OPEN))
        .then(|| too_many_open(open, "at once").at(flow(written), "most of them come from here"))
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

/// Where it is written how much a source sends.
fn flow(source: &Source) -> Span {
    let burst = source.burst.as_ref().map(|burst| burst.size.span);
    source.rate.as_ref().map(|rate| rate.span).or(burst).unwrap_or(source.id.span)
}
