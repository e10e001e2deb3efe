//! How far each source has come, and what its tips are: all that needs no case.

use crate::model::law::unit_gamma_quantile;
use crate::model::{ClassId, Model, Params, RatePiece, SourceId};
use crate::random::{Key, Replication};
use crate::units::{Duration, Time};

/// How far a source has come.
#[derive(Debug)]
pub(super) struct SourceState {
    /// The rate piece that the stream is in.
    piece: usize,
    /// Where in it, in milliseconds and fractions of them: rounding never adds up.
    at: f64,
    /// The day whose multiplier is known, and it.
    day: Option<u32>,
    multiplier: f64,
    /// Tips so far.
    pub(super) tips: u64,
    /// Number of the next mass report, and whether it is scheduled.
    pub(super) next_burst: u64,
    pub(super) burst_is_due: bool,
    /// Mass reports that are coming in.
    pub(super) bursts: Vec<ActiveBurst>,
}

/// A mass report that is coming in.
#[derive(Debug)]
pub(super) struct ActiveBurst {
    /// Its number.
    pub(super) number: u64,
    /// When its tips come, and their numbers, the last first.
    pub(super) tips: Vec<(Time, u64)>,
}

impl Default for SourceState {
    fn default() -> SourceState {
        SourceState {
            piece: 0,
            at: 0.0,
            day: None,
            multiplier: 1.0,
            tips: 0,
            next_burst: 0,
            burst_is_due: false,
            bursts: vec![],
        }
    }
}

impl SourceState {
    /// When the next epoch of the source comes, if it does: the unit-rate process mapped through the inverse of the
    /// cumulative rate.
    pub(super) fn next_epoch(
        &mut self,
        (model, params): (&Model, &Params),
        draws: Replication,
        id: SourceId,
        epoch: u64,
    ) -> Option<Time> {
        let source = &model.sources[id.index()];
        if source.rate.is_empty() || self.tips >= source.at_most {
            return None;
        }
        let draw = draws.draw(source.places.gap, epoch, 0);
        let gap = match &params.sources[id.index()].gaps {
            Some(law) => law.sample(draw).max(0.0),
            None => draw.stream().exp1(),
        };
        self.advance((model, params), draws, id, gap)
    }

    /// Moves the source's clock on by `need` expected epochs.
    fn advance(
        &mut self,
        (model, params): (&Model, &Params),
        draws: Replication,
        id: SourceId,
        mut need: f64,
    ) -> Option<Time> {
        let pieces = &model.sources[id.index()].rate;
        let end = model.end().0 as f64;
        loop {
            let &RatePiece { rate, day, .. } = pieces.get(self.piece)?;
            let rate = rate * self.multiplier((model, params), draws, id, day);
            let until = pieces.get(self.piece + 1).map_or(end, |next| next.from.0 as f64);
            let room = rate * (until - self.at);
            if need < room {
                self.at += need / rate;
                return Some(Time::ZERO + Duration::from_millis_f64(self.at));
            }
            need -= room;
            self.at = until;
            self.piece += 1;
        }
    }

    /// The good or bad luck of a day, from the uniform of (source, day): a plan with another rate keeps good days good.
    fn multiplier(
        &mut self,
        (model, params): (&Model, &Params),
        draws: Replication,
        id: SourceId,
        day: u32,
    ) -> f64 {
        let (source, dispersion) = (&model.sources[id.index()], params.sources[id.index()].overdispersion);
        if dispersion <= 1.0 {
            return 1.0;
        }
        if self.day != Some(day) {
            let end = model.end();
            let mut expected = 0.0;
            for (i, p) in source.rate.iter().enumerate().skip(self.piece).take_while(|(_, p)| p.day == day) {
                let until = source.rate.get(i + 1).map_or(end, |next| next.from);
                expected += p.rate * (until - p.from).0 as f64;
            }
            let u = draws.stream(source.places.day, u64::from(day), 0).open01();
            self.day = Some(day);
            self.multiplier = day_multiplier(expected, dispersion, u);
        }
        self.multiplier
    }
}

/// How many tips an epoch of a source brings.
pub(super) fn batch((model, params): (&Model, &Params), draws: Replication, id: SourceId, epoch: u64) -> u64 {
    let place = model.sources[id.index()].places.batch;
    match &params.sources[id.index()].batch {
        Some(law) => count(law.sample(draws.draw(place, epoch, 0))),
        None => 1,
    }
}

/// The true class of a source's tip.
pub(super) fn class_of(model: &Model, params: &Params, now: Time, id: SourceId, key: Key) -> ClassId {
    let params = &params.sources[id.index()];
    let u = key.stream(model.sources[id.index()].places.class, 0, 0).open01();
    let position = match &params.mix_end {
        None => params.mix.iter().position(|c| u < *c),
        Some(end) => {
            let drift = (now.0 as f64 / model.horizon.0 as f64).min(1.0);
            params.mix.iter().zip(end).position(|(start, end)| u < start + (end - start) * drift)
        }
    };
    ClassId::at(position.unwrap_or(params.mix.len() - 1))
}

/// Reports that were merged into a source's tip before it came.
pub(super) fn reports((model, params): (&Model, &Params), id: SourceId, key: Key) -> u32 {
    let Some(bundle) = &params.sources[id.index()].bundle else { return 1 };
    let place = model.sources[id.index()].places.bundle;
    count(bundle.sample(key.draw(place, 0, 0))).min(u64::from(u32::MAX)) as u32
}

/// A gamma variate of mean 1 and variance (D-1)/m, where m epochs are expected and D is the variance-to-mean ratio of
/// the day's epochs.
fn day_multiplier(expected: f64, dispersion: f64, u: f64) -> f64 {
    let shape = expected / (dispersion - 1.0);
    if shape > 0.0 { unit_gamma_quantile(shape, u) } else { 1.0 }
}

/// A drawn number of things: rounded half up.
pub(super) fn count(drawn: f64) -> u64 {
    (drawn + 0.5).floor().max(0.0) as u64
}
