//! What happens beside the moves of cases: only for saying how long a run will take.

use crate::model::{Absence, Model, PoolParams, Source, SourceParams};
use crate::units::Time;

/// Beginnings and ends of shifts; members who leave and come, are absent and return; batches and mass reports, of which
/// some may bring no tip. Each under the parameters of its dates.
pub(super) fn beside_cases(model: &Model) -> f64 {
    let ends = model.params.iter().skip(1).map(|params| params.from).chain([model.end()]);
    let spans = model.params.iter().zip(ends);
    let moves = spans.map(|(params, end)| {
        let millis = (end - params.from).0.max(0) as f64;
        let sources = params.sources.iter().map(|source| bursts(source, millis));
        let pools = params.pools.iter().map(|pool| careers(pool, millis));
        sources.chain(pools).sum::<f64>()
    });
    switches(model) + moves.sum::<f64>() + batches(model)
}

fn switches(model: &Model) -> f64 {
    let end = model.end();
    let calendars = model.pools.iter().flat_map(|pool| &pool.calendars);
    calendars.map(|calendar| calendar.switches(Time(1), end).count() as f64).sum()
}

fn careers(pool: &PoolParams, millis: f64) -> f64 {
    let of = |absence: &Absence| 2.0 * millis / (absence.every.mean() + absence.lasts.mean()).max(1.0);
    let absences = pool.turnover.absence.as_ref().map_or(0.0, of);
    f64::from(pool.headcount) * (2.0 * pool.turnover.attrition * millis + absences)
}

fn bursts(source: &SourceParams, millis: f64) -> f64 {
    source.burst.as_ref().map_or(0.0, |burst| millis / burst.every.mean().max(1.0))
}

/// Epochs of sources whose tips come in batches.
fn batches(model: &Model) -> f64 {
    let batched = |s: usize| model.params.iter().any(|params| params.sources[s].batch.is_some());
    let sources = model.sources.iter().enumerate().filter(|(s, _)| batched(*s));
    sources.map(|(_, source)| epochs(source, model.end())).sum()
}

fn epochs(source: &Source, end: Time) -> f64 {
    let ends = source.rate.iter().skip(1).map(|piece| piece.from).chain([end]);
    let pieces = source.rate.iter().zip(ends);
    pieces.map(|(piece, end)| piece.rate * (end - piece.from).0.max(0) as f64).sum()
}
