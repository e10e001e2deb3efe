//! Tips that concern a case which is known already: they end as linked, and their case leaves the parking lot, looks more
//! urgent, or is opened again.

use super::Engine;
use super::case::{Case, Spot, State};
use super::flow::Step;
use super::observer::{Cause, Fact, Observer};
use super::repeat::SubjectId;
use super::roster::Roster;
use super::split::KnownParts;
use crate::model::{ClassId, Link, Model, OutcomeId, SourceId, StageId};
use crate::random::Key;

/// What is kept of an ended case that may be opened again.
#[derive(Debug)]
pub(super) struct Ended {
    key: Key,
    class: ClassId,
    observed: ClassId,
    score: Option<f64>,
    source: Option<SourceId>,
    on_lapse: Option<OutcomeId>,
    subject: Option<SubjectId>,
    /// Where it ended.
    stage: StageId,
    visits: Box<[u32]>,
    /// Its devices, and how often each of its jobs came to each stage.
    parts: KnownParts,
}

/// The case that a tip concerns.
#[derive(Debug)]
pub(super) enum Known {
    Open(u32),
    Ended(Box<Ended>),
}

/// Cases that a tip may concern.
#[derive(Debug)]
pub(super) struct Links {
    /// Whether tips can be linked at all, and whether ended cases can be opened again.
    any: bool,
    reopen: bool,
    /// Open cases by true class, by slot.
    open: Vec<Roster<u32>>,
    /// Ended ones whose subject was not stopped, in the order in which they ended.
    ended: Vec<Roster<Ended>>,
    ends: u64,
}

impl Links {
    pub(super) fn new(model: &Model) -> Links {
        let links = || model.params.iter().flat_map(|p| &p.sources).filter_map(|s| s.link.as_ref());
        let classes = model.classes.len();
        Links {
            any: links().any(|l| l.share > 0.0),
            reopen: links().any(|l| l.share > 0.0 && l.reopen > 0.0),
            open: (0..classes).map(|_| Roster::default()).collect(),
            ended: (0..classes).map(|_| Roster::default()).collect(),
            ends: 0,
        }
    }
}

impl<O: Observer> Engine<'_, O> {
    /// The case can be found by tips that concern it.
    pub(super) fn list_open(&mut self, slot: u32) {
        if self.links.any {
            let case = &self.cases[slot];
            self.links.open[case.class.index()].push(case.number, slot);
        }
    }

    /// The case is over: tips do not find it any more, unless they open it again.
    pub(super) fn forget_open(&mut self, slot: u32, for_good: bool) {
        let Case { class, number, subject, parted, .. } = self.cases[slot];
        let parts = if parted { self.splits.forget(number) } else { KnownParts::default() };
        if !self.links.any {
            return;
        }
        self.links.open[class.index()].remove(number);
        // Its subject may have been stopped through another case.
        let for_good = for_good || subject.is_some_and(|id| self.subjects.is_stopped(id));
        if self.links.reopen && !for_good {
            let visits = self.cases.visits_of(slot).into();
            let Case { key, observed, score, source, on_lapse, stage, .. } = self.cases[slot];
            let ended =
                Ended { key, class, observed, score, source, on_lapse, subject, stage, visits, parts };
            self.links.ends += 1;
            let ends = self.links.ends;
            self.links.ended[class.index()].push(ends, ended);
            if let Some(id) = subject {
                self.subjects.keep_ended(id, ends);
            }
        }
    }

    /// The subject of an ended case is stopped: nothing opens it again.
    pub(super) fn forget_ended(&mut self, class: ClassId, ended: u64) {
        self.links.ended[class.index()].remove(ended);
    }

    /// Whether a tip of this source concerns a case that is known: by the rule that holds now.
    pub(super) fn is_linked(&self, source: SourceId, key: Key) -> Option<&Link> {
        let link = self.params.sources[source.index()].link.as_ref()?;
        let place = self.model.sources[source.index()].places.link;
        (key.stream(place, 0, 0).open01() < link.share).then_some(link)
    }

    /// The open case of this class that a tip concerns, itself apart.
    fn target(&self, source: SourceId, class: ClassId, key: Key, own: Option<u64>) -> Option<u32> {
        let roster = &self.links.open[class.index()];
        let own = own.map(|number| roster.rank(number));
        let others = roster.len() - usize::from(own.is_some());
        let place = self.model.sources[source.index()].places.link_target;
        let rank = (key.stream(place, 0, 0).open01() * others as f64) as usize;
        if rank >= others {
            return None;
        }
        let rank = rank + usize::from(own.is_some_and(|own| own <= rank));
        roster.select(rank).map(|(_, slot)| *slot)
    }

    /// The case that a tip concerns; `own`: the number of the tip's own case, where it is among the open ones.
    pub(super) fn known(
        &mut self,
        source: SourceId,
        class: ClassId,
        key: Key,
        own: Option<u64>,
    ) -> Option<Known> {
        if let Some(open) = self.target(source, class, key, own) {
            return Some(Known::Open(open));
        }
        let reopen = self.params.sources[source.index()].link.as_ref().map_or(0.0, |l| l.reopen);
        let places = &self.model.sources[source.index()].places;
        if reopen <= 0.0 || key.stream(places.reopening, 0, 0).open01() >= reopen {
            return None;
        }
        let u = key.stream(places.reopening_target, 0, 0).open01();
        let roster = &mut self.links.ended[class.index()];
        let rank = (u * roster.len() as f64) as usize;
        let (number, _) = roster.select(rank)?;
        roster.remove(number).map(|ended| Known::Ended(Box::new(ended)))
    }

    /// The open case that is meant: one that has ended is opened again.
    pub(super) fn bring(&mut self, known: Known) -> u32 {
        match known {
            Known::Open(root) => root,
            Known::Ended(ended) => self.reopen(*ended),
        }
    }

    /// An ended case is opened again at the stage where it ended; its clocks start anew.
    fn reopen(&mut self, ended: Ended) -> u32 {
        let Ended { key, class, observed, source, stage, .. } = ended;
        let slot = self.open_case(key, self.now, class, observed, source);
        let case = &mut self.cases[slot];
        (case.score, case.on_lapse, case.subject) = (ended.score, ended.on_lapse, ended.subject);
        (case.reopened, case.parted) = (true, true);
        self.splits.restore(self.cases[slot].number, ended.parts);
        self.cases.visits_of(slot).copy_from_slice(&ended.visits);
        self.census.reopened[class.index()] += 1;
        self.list_open(slot);
        self.open_case_of_subject(slot);
        self.tell(slot, Fact::Arrived { subject: false, reports: 0 });
        // It goes on when it has been told that it is linked to.
        self.push(slot, Step::Join(stage));
        slot
    }

    /// What a tip does to the case that it concerns: it leaves the parking lot, and may look more urgent.
    pub(super) fn link_to(&mut self, root: u32, source: Option<SourceId>, key: Key) {
        let life = self.cases[root].life;
        self.tell(root, Fact::Linked);
        for unit in self.units_of(root) {
            if self.cases[unit].state == State::Parked && self.cases[unit].spot == Spot::Lot {
                self.release(unit);
            }
        }
        self.run_moves();
        let Some(source) = source.filter(|_| self.cases[root].life == life) else { return };
        let escalates = self.params.sources[source.index()].escalates;
        let place = self.model.sources[source.index()].places.escalation;
        if escalates > 0.0 && key.stream(place, 0, 0).open01() < escalates {
            self.escalate(root);
        }
    }

    /// A tip that was to be linked after its stage concerns another case, or is one of its own after all.
    pub(super) fn link_now(&mut self, slot: u32) -> bool {
        let Case { key, class, source, number, .. } = self.cases[slot];
        let Some(source) = source else { return false };
        let Some(known) = self.known(source, class, key, Some(number)) else {
            self.cases[slot].link_after = None;
            self.begin_subject(slot);
            self.tell(slot, Fact::SubjectBegan);
            return false;
        };
        self.end_linked(slot);
        let root = self.bring(known);
        self.link_to(root, Some(source), key);
        true
    }

    /// A tip ends because it concerns another case.
    pub(super) fn end_linked(&mut self, slot: u32) {
        let outcome = self.model.linked.expect("compile gives an outcome where tips can be linked");
        let stage: StageId = self.cases[slot].stage;
        self.cases[slot].link_after = None;
        self.end(slot, outcome, Cause::Link, stage);
    }
}
