//! Further tips about subjects that nobody has stopped.

use std::collections::BTreeMap;

use crate::model::walk::{Begin, Part, Walks};
use crate::model::{ClassId, Model, Params, SourceId, StageId};
use crate::units::Time;

/// Expected subjects that may send further tips, of each source and class.
///
/// A subject's case is taken to be over before the next tip about it comes. Then their number u follows
/// u' = (1 - p) a - p r u, with new subjects at the rate a, the hazard r of a further tip, and the probability p that a
/// case ends in an outcome that stops; r u are the further tips, each of which opens a case. Within a stretch of time all
/// rates are taken for constant, and the equation is solved exactly.
pub(super) struct Subjects<'m> {
    model: &'m Model,
    unstopped: BTreeMap<(Option<SourceId>, ClassId), Group>,
}

#[derive(Default)]
struct Group {
    unstopped: f64,
    /// Of the stretch under way: new ones that their first case does not stop.
    new: f64,
}

/// Further tips that open cases.
pub(super) struct Again {
    pub(super) begin: Begin,
    pub(super) count: f64,
}

impl<'m> Subjects<'m> {
    pub(super) fn new(model: &'m Model) -> Subjects<'m> {
        Subjects { model, unstopped: BTreeMap::new() }
    }

    fn repeats(&self, class: ClassId) -> bool {
        !self.model.classes[class.index()].repeat.is_empty()
    }

    /// Subjects that are there at the start and that their case does not stop.
    pub(super) fn stand(&mut self, source: Option<SourceId>, class: ClassId, unstopped: f64) {
        if self.repeats(class) {
            self.unstopped.entry((source, class)).or_default().unstopped += unstopped;
        }
    }

    /// New subjects in the stretch under way.
    pub(super) fn begin(&mut self, source: Option<SourceId>, class: ClassId, count: f64, stops: f64) {
        if self.repeats(class) {
            self.unstopped.entry((source, class)).or_default().new += count * (1.0 - stops);
        }
    }

    /// Lets a stretch of time pass: the further tips of it.
    pub(super) fn pass(
        &mut self,
        params: &'m Params,
        walks: &mut Walks<'m>,
        from: Time,
        until: Time,
    ) -> Vec<Again> {
        let mut all = vec![];
        let length = (until - from).0 as f64;
        for (&(source, class), group) in &mut self.unstopped {
            let settings = source.map(|id| &params.sources[id.index()]);
            let untold = if self.model.assesses { self.model.unknown() } else { class };
            let observed = settings.map_or(untold, |s| s.label.unwrap_or(class));
            let stage = settings.map_or(StageId(0), |s| s.enters);
            let begin = Begin { class, part: Part::Whole, stage, observed, linked_after: None };
            let stops = walks.walk(begin).stops(self.model);
            let tips = self.model.mean_repeat(class, from, until) * length;
            let new = std::mem::take(&mut group.new);
            let (after, mean) = solve(group.unstopped, new, tips * stops);
            group.unstopped = after;
            all.push(Again { begin, count: tips * mean });
        }
        all
    }
}

/// How many are left after a stretch of length 1, and how many there are during it on average, where `new` come and each
/// one goes at the rate `goes`.
fn solve(at_first: f64, new: f64, goes: f64) -> (f64, f64) {
    if goes < 1e-6 {
        let mean = at_first + new / 2.0;
        return (at_first + new - goes * mean, mean);
    }
    let (level, done) = (new / goes, -(-goes).exp_m1());
    (level + (at_first - level) * (1.0 - done), level + (at_first - level) * done / goes)
}

impl Model {
    /// The hazard of a further tip about a subject of a class per millisecond, on average over a stretch of time.
    pub(in crate::model) fn mean_repeat(&self, class: ClassId, from: Time, until: Time) -> f64 {
        let pieces = &self.classes[class.index()].repeat;
        let until_of = |i: usize| pieces.get(i + 1).map_or(until, |next| next.from.min(until));
        let part = |(i, piece): (usize, &crate::model::HazardPiece)| {
            piece.rate * (until_of(i) - piece.from.max(from)).0.max(0) as f64
        };
        pieces.iter().enumerate().map(part).sum::<f64>() / ((until - from).0 as f64).max(1.0)
    }
}
