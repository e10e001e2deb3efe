//! Kinds of fluid: what is treated alike everywhere.

use std::collections::BTreeMap;
use std::ops::Index;

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
    /// By kind: what it is as a whole case that nothing more is known of, once this has occurred.
    plain: Vec<Option<usize>>,
}

impl Kinds {
    pub(super) fn new() -> Kinds {
        Kinds { all: vec![], index: BTreeMap::new(), plain: vec![] }
    }

    /// The number of a kind.
    pub(super) fn of(&mut self, kind: Kind) -> usize {
        *self.index.entry(kind).or_insert_with(|| {
            self.all.push(kind);
            self.all.len() - 1
        })
    }

    /// What a kind is as a whole case without evidence or links.
    pub(super) fn plain(&mut self, kind: usize) -> usize {
        if let Some(known) = *row(&mut self.plain, kind) {
            return known;
        }
        let who = self.all[kind];
        let plain = self.of(Kind::whole(who.class, who.observed, None));
        self.plain[kind] = Some(plain);
        plain
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

/// Something that there may be none of.
pub(super) trait Amount: Default {
    fn is_none(&self) -> bool;
}

/// An amount of each kind. Of most kinds there is none at most stages: only those of which there is some are visited.
#[derive(Clone, Default)]
pub(super) struct ByKind<T> {
    list: Vec<T>,
    some: Marks,
}

impl<T: Amount> ByKind<T> {
    /// Changes the amount of a kind.
    pub(super) fn change<R>(&mut self, kind: usize, how: impl FnOnce(&mut T) -> R) -> R {
        let amount = row(&mut self.list, kind);
        let result = how(amount);
        let some = !amount.is_none();
        if some != self.some.has(kind) {
            self.some.put(kind, some);
        }
        result
    }

    /// The first kind from this one on of which there is some.
    pub(super) fn next(&self, from: usize) -> Option<usize> {
        self.some.next(from)
    }

    /// The kinds of which there is some, in their order, with how much.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        let kinds = std::iter::successors(self.next(0), |kind| self.next(kind + 1));
        kinds.map(|kind| (kind, &self.list[kind]))
    }

    /// How many kinds there have been places for.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn get(&self, kind: usize) -> Option<&T> {
        self.list.get(kind)
    }
}

impl<T> Index<usize> for ByKind<T> {
    type Output = T;

    fn index(&self, kind: usize) -> &T {
        &self.list[kind]
    }
}

impl Amount for f64 {
    fn is_none(&self) -> bool {
        *self == 0.0
    }
}

/// Marked kinds, one bit each.
#[derive(Clone, Default)]
pub(super) struct Marks(Vec<u64>);

impl Marks {
    pub(super) fn put(&mut self, kind: usize, marked: bool) {
        let (word, bit) = (row(&mut self.0, kind / 64), 1 << (kind % 64));
        *word = if marked { *word | bit } else { *word & !bit };
    }

    pub(super) fn has(&self, kind: usize) -> bool {
        self.0.get(kind / 64).is_some_and(|word| word >> (kind % 64) & 1 == 1)
    }

    /// The first marked kind from this one on.
    fn next(&self, from: usize) -> Option<usize> {
        let mut at = from / 64;
        let mut word = self.0.get(at)? & (u64::MAX << (from % 64));
        while word == 0 {
            at += 1;
            word = *self.0.get(at)?;
        }
        Some(at * 64 + word.trailing_zeros() as usize)
    }
}
