//! Cases in parts: how a stage takes them apart, and where whole cases, tracks and devices go until they meet.
//!
//! All rules about routes ask [`Paths`] what comes after a stage for whom: a device goes where the route says, a case
//! that is split goes on at `then` if any part of it can arrive there, at `none` if perhaps none does, and ends where a
//! part of it ends the whole case.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ClassId, JobKind, Join, Model, Next, OutcomeId, Parts, Split, StageId, StageRules};
use crate::scenario::{self, At, Id};

/// The most tracks that are told apart.
const MOST_TRACKS: usize = 255;

impl Context<'_> {
    /// Rules of a stage that never change.
    pub(super) fn rules(&mut self, index: usize, written: &scenario::Stage) -> Option<StageRules> {
        let split = self.split(written);
        Some(StageRules {
            hold: written.hold.value,
            per_device: written.per.is_some(),
            split: split?,
            gather: self.gather(index, written),
            uninterruptible: !written.interruptible.value,
            exposure: written.exposure.value,
            // Spans are laid over the stages when all of them are known.
            ..StageRules::default()
        })
    }

    /// How a stage takes cases apart; `None`: not understood.
    #[allow(clippy::option_option, reason = "outside: understood; inside: written")]
    fn split(&mut self, written: &scenario::Stage) -> Option<Option<Split>> {
        if let Some(split) = &written.split {
            let tracks: Vec<Option<StageId>> = split.tracks.iter().map(|id| self.stage(id)).collect();
            if split.tracks.len() > MOST_TRACKS {
                let message = format!("stage `{}` has more than {MOST_TRACKS} tracks", written.id.value);
                let span = split.tracks[MOST_TRACKS].span;
                self.findings.push(Diagnostic::new(Code::TooLarge, message).at(span, "one too many"));
            }
            let meet = self.meeting(&split.then, Some(&split.join), split.none.as_ref());
            let into = Parts::Tracks(tracks.into_iter().collect::<Option<_>>()?);
            let (then, join, none) = meet?;
            return Some(Some(Split { into, then, join, none }));
        }
        let Some(then) = written.then.as_ref().filter(|_| written.per.is_some()) else { return Some(None) };
        let (then, join, none) = self.meeting(then, written.join.as_ref(), written.none.as_ref())?;
        Some(Some(Split { into: Parts::Devices, then, join, none }))
    }

    /// Where and when parts meet, and where the case goes if none arrives.
    fn meeting(
        &mut self,
        then: &Id,
        join: Option<&At<scenario::Join>>,
        none: Option<&Id>,
    ) -> Option<(StageId, Join, Next)> {
        let (then, none) = (self.stage(then), none.map(|id| self.next(id)));
        let join = match join.map(|join| join.value) {
            Some(scenario::Join::First) => Join::First,
            Some(scenario::Join::All) | None => Join::All,
        };
        Some((then?, join, none.unwrap_or_else(|| then.map(Next::Stage))?))
    }
}

/// Who goes from stage to stage.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Who {
    /// A whole case.
    Case,
    /// A track of a case that was split at a stage.
    Track {
        /// Where it was split.
        at: StageId,
        /// Which one.
        number: usize,
    },
    /// A device of a case, or track, that was taken apart at a stage.
    Device {
        /// Where it was taken apart.
        at: StageId,
        /// The track that was, with the stage where the case was split.
        track: Option<(StageId, usize)>,
    },
}

impl Who {
    /// What part of a case it is.
    pub(super) fn kind(self) -> Option<JobKind> {
        match self {
            Who::Case => None,
            Who::Track { .. } => Some(JobKind::Track),
            Who::Device { .. } => Some(JobKind::Device),
        }
    }

    /// In words, with the verb to come.
    pub(super) fn words(self) -> &'static str {
        match self {
            Who::Case => "a whole case",
            Who::Track { .. } => "a track",
            Who::Device { .. } => "a device",
        }
    }
}

/// What comes after a stage.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Step {
    /// Another stage.
    On(StageId),
    /// The stage where it meets the other parts of its case.
    Arrives,
    /// The end, of the part or of the whole case.
    Ends(OutcomeId),
}

/// Everything that can happen to somebody from some stages on.
#[derive(Debug)]
pub(super) struct Journey {
    pub(super) who: Who,
    /// The stages it may come to, with one stage from which it may come there: itself where it begins.
    pub(super) stages: BTreeMap<StageId, StageId>,
    /// How it may end, and at which stage.
    pub(super) ends: BTreeSet<(OutcomeId, StageId)>,
    /// Whether it may arrive where it meets the others.
    pub(super) arrives: bool,
}

/// Where cases of one kind go.
pub(super) struct Paths<'m> {
    model: &'m Model,
    /// By stage: where its routes, patience and limits lead.
    routes: Vec<BTreeSet<Next>>,
    /// Whether such a case may have no device.
    perhaps_none: bool,
}

impl<'m> Paths<'m> {
    /// Those of a class, from what its routes say at each stage.
    pub(super) fn new(model: &'m Model, class: ClassId, routes: Vec<BTreeSet<Next>>) -> Paths<'m> {
        let laws = model.params.iter().filter_map(|p| p.devices[class.index()].as_ref());
        let perhaps_none = laws.into_iter().any(|law| law.support().0 < 0.5);
        Paths { model, routes, perhaps_none }
    }

    /// What may come after a stage.
    pub(super) fn after(&self, stage: StageId, who: Who) -> BTreeSet<Step> {
        let then = match who {
            Who::Case => None,
            Who::Track { at, .. } | Who::Device { at, .. } => self.split(at).map(|split| split.then),
        };
        let next = match self.splits(stage, who) {
            Some(split) => self.after_split(stage, split, who),
            None => self.routes[stage.index()].clone(),
        };
        let step = |next: Next| match next {
            Next::Stage(stage) if Some(stage) == then => Step::Arrives,
            Next::Stage(stage) => Step::On(stage),
            Next::End(outcome) => Step::Ends(outcome),
        };
        next.into_iter().map(step).collect()
    }

    fn split(&self, stage: StageId) -> Option<&'m Split> {
        self.model.stages[stage.index()].rules.split.as_ref()
    }

    /// How somebody is taken apart at a stage: cases into tracks, cases and tracks into devices.
    pub(super) fn splits(&self, stage: StageId, who: Who) -> Option<&'m Split> {
        self.split(stage).filter(|split| match split.into {
            Parts::Devices => who.kind() != Some(JobKind::Device),
            Parts::Tracks(_) => who == Who::Case,
        })
    }

    /// The parts into which somebody is taken apart, and where each begins.
    fn parts(stage: StageId, split: &Split, who: Who) -> Vec<(StageId, Who)> {
        match &split.into {
            Parts::Devices => {
                let track = if let Who::Track { at, number } = who { Some((at, number)) } else { None };
                vec![(stage, Who::Device { at: stage, track })]
            }
            Parts::Tracks(tracks) => {
                let track = |(number, first): (usize, &StageId)| (*first, Who::Track { at: stage, number });
                tracks.iter().enumerate().map(track).collect()
            }
        }
    }

    /// Where somebody goes on, or ends, who is taken apart at a stage.
    fn after_split(&self, stage: StageId, split: &Split, who: Who) -> BTreeSet<Next> {
        let parts = Self::parts(stage, split, who);
        let journeys: Vec<Journey> =
            parts.iter().map(|&(first, part)| self.journey(&[first], part)).collect();
        let of = |outcome: OutcomeId| self.model.outcomes[outcome.index()].of;
        let own = |j: &Journey| j.ends.iter().any(|(o, _)| of(*o).is_some() && of(*o) == j.who.kind());
        let mut next = BTreeSet::new();
        if journeys.iter().any(|j| j.arrives) {
            next.insert(Next::Stage(split.then));
        }
        if journeys.iter().all(own) || (split.into == Parts::Devices && self.perhaps_none) {
            next.insert(split.none);
        }
        let others = journeys.iter().flat_map(|j| j.ends.iter().map(|(o, _)| (*o, j.who.kind())));
        next.extend(others.filter(|(o, kind)| of(*o) != *kind).map(|(o, _)| Next::End(o)));
        next
    }

    /// Everything that can happen from some stages on.
    pub(super) fn journey(&self, from: &[StageId], who: Who) -> Journey {
        let mut journey = Journey { who, stages: BTreeMap::new(), ends: BTreeSet::new(), arrives: false };
        let mut open: Vec<(StageId, StageId)> = from.iter().map(|stage| (*stage, *stage)).collect();
        while let Some((stage, before)) = open.pop() {
            if journey.stages.contains_key(&stage) {
                continue;
            }
            journey.stages.insert(stage, before);
            for step in self.after(stage, who) {
                match step {
                    Step::On(next) => open.push((next, stage)),
                    Step::Arrives => journey.arrives = true,
                    Step::Ends(outcome) => drop(journey.ends.insert((outcome, stage))),
                }
            }
        }
        journey
    }

    /// The journeys of whole cases that come in at these stages, and of all their parts.
    pub(super) fn all(&self, entries: &[StageId]) -> Vec<Journey> {
        let mut open = vec![self.journey(entries, Who::Case)];
        let mut all: Vec<Journey> = vec![];
        while let Some(journey) = open.pop() {
            if all.iter().any(|known| known.who == journey.who) {
                continue;
            }
            for &stage in journey.stages.keys() {
                let Some(split) = self.splits(stage, journey.who) else { continue };
                let parts = Self::parts(stage, split, journey.who);
                open.extend(parts.into_iter().map(|(first, part)| self.journey(&[first], part)));
            }
            all.push(journey);
        }
        all
    }
}
