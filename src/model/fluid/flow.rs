//! Fluid that goes on: beliefs, routes, parts and how they meet.
//!
//! Fluid is counted in cases, whatever they are split into: a case in several jobs wants the work of all of them. What is
//! split goes on when its jobs are over, on average: a case whose jobs take turns waits longer in truth, one that goes on
//! with the first less long. What becomes of it then are the shares that independent jobs have under the routes.

use std::rc::Rc;

use super::kinds::{Kind, row};
use super::{Flow, Run};
use crate::model::walk::{Begin, End, Met, Part, Step, meet, split};
use crate::model::{Next, OutcomeId, StageId};

/// Where what leaves a stage goes, for kinds that are not split there and are known to be cases of their own.
#[derive(Clone, Default)]
pub(super) enum Exits {
    #[default]
    Unknown,
    /// Under each belief.
    Known(Rc<[Believed]>),
}

/// What leaves under a belief.
pub(super) struct Believed {
    share: f64,
    kind: usize,
    /// With the share of each.
    ways: Vec<(f64, Exit)>,
}

/// Where a way leads.
#[derive(Clone, Copy)]
pub(super) enum Exit {
    To(usize),
    Ends(OutcomeId),
    /// To where parts meet.
    Met(Next),
}

impl Run<'_> {
    /// Sends what has ended at a stage along its routes.
    pub(super) fn leave(&mut self, stage: usize, kind: usize, flow: Flow) {
        let Some(Exits::Known(exits)) = self.exits[stage].get(kind) else {
            return self.leave_first(stage, kind, flow);
        };
        for &Believed { share, kind, ref ways } in Rc::clone(exits).iter() {
            let flow = flow.part(share);
            for &(way, exit) in ways {
                let flow = flow.part(way);
                match exit {
                    Exit::Met(next) => self.go(stage, kind, flow, next),
                    _ if flow.mass <= 0.0 => {}
                    Exit::To(to) => self.send(to, kind, flow),
                    Exit::Ends(outcome) => self.end(stage, kind, outcome, flow.mass),
                }
            }
        }
    }

    /// The same, where it is not known where it goes: this numbers kinds in the order in which they occur.
    fn leave_first(&mut self, stage: usize, from: usize, flow: Flow) {
        let (at, params) = (StageId::at(stage), self.params);
        let kind = self.kinds.at_end(&self.model.stages[stage], from);
        let who = self.kinds.all[kind];
        let mut exits = vec![];
        for (share, observed) in params.stages[stage].beliefs(who.class, who.observed) {
            let mut flow = flow.part(share);
            let mut who = Kind { observed, ..who };
            if who.part == Part::Whole && who.linked == Some(at) {
                let kind = self.kinds.of(who);
                flow = self.decide_links(stage, kind, flow);
                who.linked = None;
            }
            let kind = if who == self.kinds.all[kind] { kind } else { self.kinds.of(who) };
            if let Some(tracks) = who.part.tracks(self.model, at) {
                let inner = self.kinds.of(Kind { part: who.part.inner(at), ..who });
                let each = flow.part(1.0 / tracks.len() as f64);
                for track in tracks {
                    self.send(track.index(), inner, each);
                }
            } else if let Some(split) =
                split(self.model, at).filter(|_| !Part::Whole.splits_on_entry(self.model, at))
            {
                self.go(stage, kind, flow, split.none);
            } else {
                let mut ways = vec![];
                for (way, next) in params.stages[stage].ways(who.class, observed) {
                    self.go(stage, kind, flow.part(way), next);
                    ways.push((way, self.exit(kind, next)));
                }
                exits.push(Believed { share, kind, ways });
            }
        }
        let splits = split(self.model, at).is_some() && !Part::Whole.splits_on_entry(self.model, at);
        let decides = who.part == Part::Whole && who.linked == Some(at);
        if !splits && !decides {
            *row(&mut self.exits[stage], from) = Exits::Known(exits.into());
        }
    }

    fn exit(&self, kind: usize, next: Next) -> Exit {
        let part = self.kinds.all[kind].part;
        match part.step(self.model, next) {
            Step::To(to) => Exit::To(to.index()),
            Step::End(End::Outcome(outcome)) if part == Part::Whole => Exit::Ends(outcome),
            Step::End(_) => Exit::Met(next),
        }
    }

    /// Tips that may be found now to concern other cases; what is left are cases of their own.
    fn decide_links(&mut self, stage: usize, kind: usize, flow: Flow) -> Flow {
        let (Some(outcome), who) = (self.model.linked, self.kinds.all[kind]) else { return flow };
        let known = &mut self.known[who.class.index()];
        // Not its own.
        let own = flow.mass.min(known.open);
        known.open -= own;
        let links = self.params.sources.iter().filter_map(|source| source.link.as_ref());
        let link = links.max_by(|a, b| a.reopen.total_cmp(&b.reopen));
        let linked = self.find_known(link, who.class, flow.mass);
        self.known[who.class.index()].open += own;
        self.end(stage, kind, outcome, linked);
        flow.part(if flow.mass > 0.0 { 1.0 - linked / flow.mass } else { 0.0 })
    }

    /// Sends fluid on by its routes. A job that ends its case by them is over like the others: the shares of how cases
    /// meet have its end in them.
    fn go(&mut self, stage: usize, kind: usize, flow: Flow, next: Next) {
        let part = self.kinds.all[kind].part;
        match part.step(self.model, next) {
            Step::End(End::Outcome(_)) if part != Part::Whole => self.meet(stage, kind, flow),
            _ => self.go_aside(stage, kind, flow, next),
        }
    }

    /// Sends fluid on for another reason than its routes, or lets it end.
    pub(super) fn go_aside(&mut self, stage: usize, kind: usize, flow: Flow, next: Next) {
        if flow.mass <= 0.0 {
            return;
        }
        match self.kinds.all[kind].part.step(self.model, next) {
            Step::To(to) => self.send(to.index(), kind, flow),
            Step::End(End::Outcome(outcome)) => self.end(stage, kind, outcome, flow.mass),
            Step::End(End::TrackOver) => {
                let who = self.kinds.all[kind];
                let track = self.kinds.of(Kind { part: who.part.parent(), ..who });
                self.meet(stage, track, flow);
            }
            Step::End(_) => self.meet(stage, kind, flow),
        }
    }

    /// Jobs are over: their cases, or tracks, go on.
    fn meet(&mut self, stage: usize, kind: usize, flow: Flow) {
        if flow.mass <= 0.0 {
            return;
        }
        let who = self.kinds.all[kind];
        let Some(at) = who.part.split_at() else { return };
        let none = split(self.model, at).map(|split| split.none);
        let parent = self.kinds.of(Kind { part: who.part.parent(), ..who });
        let mut left = 1.0;
        for (share, met) in self.meeting(who) {
            left -= share;
            let flow = flow.part(share);
            match met {
                Met::To(next) => self.go(stage, parent, flow, next),
                Met::End(End::Outcome(outcome)) if self.kinds.all[parent].part == Part::Whole => {
                    self.end(stage, parent, outcome, flow.mass);
                }
                Met::End(_) => self.meet(stage, parent, flow),
            }
        }
        if let Some(none) = none.filter(|_| left > 0.0) {
            self.go(stage, parent, flow.part(left), none);
        }
    }

    /// What becomes of a unit in parts of this kind, as shares.
    fn meeting(&mut self, who: Kind) -> Vec<(f64, Met)> {
        let key = (who.part, who.class, who.observed);
        if let Some(known) = self.meetings.get(&key) {
            return known.clone();
        }
        let at = who.part.split_at().expect("only parts meet");
        let split = split(self.model, at).expect("they were split there");
        let tracks = who.part.parent().tracks(self.model, at).map(<[StageId]>::to_vec);
        let begins = tracks.clone().unwrap_or_else(|| vec![at]);
        let begin = |stage| Begin {
            class: who.class,
            part: who.part,
            stage,
            observed: who.observed,
            linked_after: None,
        };
        let walks: Vec<_> = begins.into_iter().map(|stage| self.walks.walk(begin(stage))).collect();
        let ends: Vec<_> = walks.iter().map(|walk| &walk.ends).collect();
        let devices = tracks.is_none().then(|| self.walks.devices(who.class));
        let met: Vec<_> =
            meet(split, devices, &ends).into_iter().map(|(share, _, met)| (share, met)).collect();
        self.meetings.insert(key, met.clone());
        met
    }
}
