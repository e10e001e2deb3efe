//! Kinds of fluid: what is treated alike everywhere.

use crate::model::inflow::Tips;
use crate::model::{ClassId, Initial, Model, SourceId, Stage};

/// What a case is, what it is believed to be, and which source's evidence it can still lose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Kind {
    pub(super) class: ClassId,
    pub(super) observed: ClassId,
    pub(super) source: Option<SourceId>,
}

/// All kinds that can occur.
pub(super) struct Kinds {
    pub(super) all: Vec<Kind>,
}

impl Kinds {
    pub(super) fn new(model: &Model) -> Kinds {
        let mut kinds = Kinds { all: vec![] };
        for params in &model.params {
            for (s, source) in params.sources.iter().enumerate() {
                for c in 0..model.classes.len() {
                    if has(&source.mix, c) || source.mix_end.as_ref().is_some_and(|m| has(m, c)) {
                        let class = ClassId::at(c);
                        let observed = source.label.unwrap_or(class);
                        let source = source.retention.as_ref().map(|_| SourceId::at(s));
                        kinds.add(Kind { class, observed, source });
                    }
                }
            }
        }
        for initial in &model.initial {
            let (class, observed) = (initial.class, initial.observed);
            kinds.add(Kind { class, observed, source: initial.source.filter(|_| initial.can_lapse) });
        }
        kinds
    }

    /// With its like whose evidence is safe.
    fn add(&mut self, kind: Kind) {
        for kind in [kind, Kind { source: None, ..kind }] {
            if !self.all.contains(&kind) {
                self.all.push(kind);
            }
        }
    }

    fn find(&self, kind: Kind) -> usize {
        self.all.iter().position(|k| *k == kind).expect("every kind was foreseen")
    }

    pub(super) fn of_tips(&self, tips: &Tips, can_lapse: bool) -> usize {
        let source = can_lapse.then_some(tips.source);
        self.find(Kind { class: tips.class, observed: tips.observed, source })
    }

    pub(super) fn of_initial(&self, initial: &Initial) -> usize {
        let source = initial.source.filter(|_| initial.can_lapse);
        self.find(Kind { class: initial.class, observed: initial.observed, source })
    }

    /// What a kind is once its time at a stage has begun.
    pub(super) fn at_start(&self, stage: &Stage, kind: usize) -> usize {
        self.preserved(&stage.preserves_at_start, kind)
    }

    /// What a kind is once its time at a stage has ended.
    pub(super) fn at_end(&self, stage: &Stage, kind: usize) -> usize {
        self.preserved(&stage.preserves_at_end, kind)
    }

    fn preserved(&self, sources: &[SourceId], kind: usize) -> usize {
        let who = self.all[kind];
        match who.source {
            Some(source) if sources.contains(&source) => self.find(Kind { source: None, ..who }),
            _ => kind,
        }
    }
}

/// Whether a class has a share in cumulated shares.
fn has(cumulated: &[f64], class: usize) -> bool {
    cumulated[class] > if class > 0 { cumulated[class - 1] } else { 0.0 }
}
