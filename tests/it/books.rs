//! A second set of books beside the engine's: what its facts say must agree, at every sample, with what it counts.

use std::collections::{BTreeMap, BTreeSet};

use caseload::engine::{CaseView, Census, Fact, Observer, PoolLevel, simulate};
use caseload::model::{Model, PoolId, StageId, StageKind};
use caseload::run::Trace;
use caseload::units::Time;

use crate::harness::model;

/// Where a case or job stands.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Where {
    Waiting,
    Parked,
    InWork,
    Delayed,
}

/// Keeps the books.
pub(crate) struct Books<'m> {
    model: &'m Model,
    at: BTreeMap<u32, (StageId, Where)>,
    split: BTreeSet<u32>,
    open: u64,
    /// Jobs that are over while work on them goes on.
    orphans: BTreeSet<u32>,
}

impl<'m> Books<'m> {
    pub(crate) fn new(model: &'m Model) -> Books<'m> {
        Books { model, at: BTreeMap::new(), split: BTreeSet::new(), open: 0, orphans: BTreeSet::new() }
    }

    fn moves(&mut self, slot: u32, from: &[Where], to: Option<(StageId, Where)>) {
        let before = self.at.remove(&slot);
        match before {
            Some((_, place)) => assert!(from.contains(&place), "slot {slot} was {place:?}, not {from:?}"),
            None => assert!(
                from.is_empty() || from.len() > 1 || from[0] == Where::Waiting,
                "slot {slot} was nowhere"
            ),
        }
        if let Some(place) = to {
            self.at.insert(slot, place);
        }
    }
}

impl Observer for Books<'_> {
    fn fact(&mut self, _: Time, case: CaseView, fact: Fact<'_>) {
        let slot = case.slot;
        match fact {
            Fact::Joined { stage, waits, .. } => {
                self.split.remove(&slot);
                self.moves(slot, &[], waits.then_some((stage, Where::Waiting)));
            }
            Fact::Parked { stage } => self.moves(slot, &[Where::Waiting], Some((stage, Where::Parked))),
            Fact::Released { stage } => self.moves(slot, &[Where::Parked], Some((stage, Where::Waiting))),
            Fact::Started { stage, .. } => {
                let to = match self.model.stages[stage.index()].kind {
                    StageKind::Work => Some(Where::InWork),
                    StageKind::Delay => Some(Where::Delayed),
                    StageKind::Instant => None,
                };
                self.moves(slot, &[Where::Waiting], to.map(|to| (stage, to)));
            }
            Fact::Interrupted { stage, .. } => {
                let over = self.orphans.remove(&slot);
                self.moves(slot, &[Where::InWork], (!over).then_some((stage, Where::Waiting)));
            }
            Fact::Finished { .. } => {
                self.orphans.remove(&slot);
                self.moves(slot, &[Where::InWork, Where::Delayed], None);
            }
            Fact::Reneged { .. } | Fact::Overflowed { .. } => self.moves(slot, &[Where::Waiting], None),
            Fact::Split { .. } => drop(case.job.is_none().then(|| self.split.insert(slot))),
            Fact::JobEnded { .. } => {
                if self.at.get(&slot).is_some_and(|(_, place)| *place == Where::InWork) {
                    self.orphans.insert(slot);
                } else {
                    self.at.remove(&slot);
                }
            }
            Fact::Arrived { .. } => self.open += 1,
            Fact::Ended { .. } => {
                self.open -= 1;
                self.split.remove(&slot);
                self.at.remove(&slot);
            }
            _ => {}
        }
    }

    fn pool(&mut self, _: Time, _: PoolId, level: PoolLevel) {
        assert!(level.busy <= level.on_shift && level.filled <= level.posts.max(level.filled), "{level:?}");
    }

    fn changed(&mut self, _: Time, _: usize) {}

    fn sample(&mut self, now: Time, census: &Census) {
        let count = |stage: usize, place: Where| {
            self.at.values().filter(|(s, p)| s.index() == stage && *p == place).count() as u64
        };
        for (i, stage) in self.model.stages.iter().enumerate() {
            let books = [Where::Waiting, Where::Parked, Where::InWork, Where::Delayed].map(|p| count(i, p));
            let engine = [census.waiting[i], census.parked[i], census.in_work[i], census.delayed[i]];
            assert_eq!(books, engine, "{} at {now:?}: waiting, parked, in work, delayed", stage.id);
        }
        assert_eq!(self.open, census.open.iter().sum::<u64>(), "open cases at {now:?}");
        assert_eq!(self.split.len() as u64, census.split, "split cases at {now:?}");
    }
}

/// The facts of replication 0 of a model, as lines, with the books checked every half hour.
pub(crate) fn facts_of(model: &Model) -> Vec<String> {
    simulate(model, 0, &mut Books::new(model));
    let mut trace = Trace::new(model);
    simulate(model, 0, &mut trace);
    trace.lines().to_vec()
}

/// The same of a text.
pub(crate) fn facts(text: &str) -> Vec<String> {
    facts_of(&model(&text.replace("sample = \"7 days\"", "sample = \"30 min\"")))
}

/// Those of them that hold one of these words.
pub(crate) fn facts_with(text: &str, words: &[&str]) -> Vec<String> {
    facts(text).into_iter().filter(|line| words.iter().any(|w| line.contains(w))).collect()
}
