//! Kinds of fluid: what is treated alike everywhere.

use std::collections::BTreeMap;

use crate::model::walk::Part;
use crate::model::{ClassId, Model, SourceId, Stage, StageId};

/// What a case is, what it is believed to be, and which source's evidence it can still lose.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Kind {
    pub(super) class: ClassId,
    pub(super) observed: ClassId,
    pub(super) source: Option<SourceId>,
    /// In which part of cases it moves.
    pub(super) part: Part,
    /// The stage at whose end it is found to concern another case.
    pub(super) linked: Option<StageId>,
}

/// All kinds that have occurred so far.
pub(super) struct Kinds {
    pub(super) all: Vec<Kind>,
    /// The number of each.
    index: BTreeMap<Kind, usize>,
}

impl Kinds {
    pub(super) fn new() -> Kinds {
        Kinds { all: vec![], index: BTreeMap::new() }
    }

    /// The number of a kind.
    pub(super) fn of(&mut self, kind: Kind) -> usize {
        *self.index.entry(kind).or_insert_with(|| {
            self.all.push(kind);
            self.all.len() - 1
        })
    }

    /// What a kind is once its time at a stage has begun.
    pub(super) fn at_start(&mut self, stage: &Stage, kind: usize) -> usize {
        self.preserved(&stage.preserves_at_start, kind)
    }

    /// What a kind is once its time at a stage has ended.
    pub(super) fn at_end(&mut self, stage: &Stage, kind: usize) -> usize {
        self.preserved(&stage.preserves_at_end, kind)
    }

    fn preserved(&mut self, sources: &[SourceId], kind: usize) -> usize {
        let who = self.all[kind];
        match who.source {
            Some(source) if sources.contains(&source) => self.of(Kind { source: None, ..who }),
            _ => kind,
        }
    }
}

impl Kind {
    /// A whole case.
    pub(super) fn whole(class: ClassId, observed: ClassId, source: Option<SourceId>) -> Kind {
        Kind { class, observed, source, part: Part::Whole, linked: None }
    }

    /// How many jobs one case is in this part of it, where cases of its class have so many devices on average.
    pub(super) fn jobs(&self, model: &Model, devices: &[f64]) -> f64 {
        let into = |at: StageId| match Part::Whole.tracks(model, at) {
            Some(tracks) => tracks.len() as f64,
            None => devices[self.class.index()],
        };
        match self.part {
            Part::Whole => 1.0,
            Part::Job(at) => into(at),
            Part::Device(outer, inner) => into(outer) * into(inner),
        }
    }
}

/// The element of a list that grows as kinds are found.
pub(super) fn row<T: Default>(list: &mut Vec<T>, kind: usize) -> &mut T {
    if list.len() <= kind {
        list.resize_with(kind + 1, T::default);
    }
    &mut list[kind]
}
