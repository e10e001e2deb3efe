//! Fluid that comes: tips, those that concern known cases, and further tips about known subjects.
//!
//! A tip finds an open case of its class with the probability that a Poisson number with the open fluid as its mean is
//! above none. Unstopped subjects without an open case send further tips at their class's rate, each of which opens a
//! case; about the others, what comes is linked.

use super::kinds::{ByKind, Kind, row};
use super::{Flow, Run};
use crate::model::{ClassId, Link, OutcomeId, SourceId, StageId};

/// What is known of the cases and the subjects of a class.
#[derive(Default, Clone)]
pub(super) struct Known {
    /// Open cases.
    pub(super) open: f64,
    /// Subjects without an open case that nobody has stopped.
    unstopped: f64,
    /// By source, those without one last: subjects so far.
    subjects: Vec<f64>,
    /// By stage: ended cases that may be opened again, of each kind.
    ended: Vec<ByKind<f64>>,
}

impl Run<'_> {
    pub(super) fn take_in_tips(&mut self) {
        let (from, until) = self.clock.bounds(self.step);
        let params = self.model.params_at(from);
        for tips in self.inflow.next(from, until) {
            let link = params.sources[tips.source.index()].link.as_ref();
            let mut new = tips.count;
            if let Some(link) = link {
                let linked = self.link(link, tips.class, tips.count * link.share);
                let undecided = if link.after.is_some() { tips.count * link.share } else { 0.0 };
                new -= linked + undecided;
                self.open_cases(Some(tips.source), (tips.class, tips.observed), undecided, link.after);
            }
            *row(&mut self.known[tips.class.index()].subjects, tips.source.index()) += new;
            self.open_cases(Some(tips.source), (tips.class, tips.observed), new, None);
        }
        self.take_in_further_tips();
    }

    /// Tips that are found at once to concern known cases: how many of those that might be.
    fn link(&mut self, link: &Link, class: ClassId, tips: f64) -> f64 {
        if link.after.is_some() || tips <= 0.0 {
            return 0.0;
        }
        let linked = self.find_known(Some(link), class, tips);
        self.arrived += linked;
        if let Some(outcome) = self.model.linked {
            self.ended[outcome.index()] += linked;
        }
        linked
    }

    /// How many of these tips concern an open case, which leaves the parking lot, or open an ended one again.
    pub(super) fn find_known(&mut self, link: Option<&Link>, class: ClassId, tips: f64) -> f64 {
        let open = self.known[class.index()].open;
        let found = tips * -(-open).exp_m1();
        if open > 0.0 {
            self.release_linked(class, (found / open).min(1.0));
        }
        let reopen = link.map_or(0.0, |link| link.reopen) * (tips - found);
        found + if reopen > 0.0 { self.reopen(class, reopen) } else { 0.0 }
    }

    /// Opens so many ended cases of a class again, where they ended, if there are so many.
    fn reopen(&mut self, class: ClassId, wanted: f64) -> f64 {
        let ended = &mut self.known[class.index()].ended;
        let all: f64 = ended.iter().flat_map(ByKind::iter).map(|(_, cases)| cases).sum();
        if all <= 0.0 {
            return 0.0;
        }
        let share = (wanted / all).min(1.0);
        let middle = self.step as f64 + 0.5;
        let mut again = vec![];
        for (stage, kinds) in ended.iter_mut().enumerate() {
            let mut from = 0;
            while let Some(kind) = kinds.next(from) {
                from = kind + 1;
                again.push((stage, kind, kinds[kind] * share));
                kinds.change(kind, |cases| *cases *= 1.0 - share);
            }
        }
        for (stage, kind, cases) in again {
            self.arrived += cases;
            let known = &mut self.known[class.index()];
            known.open += cases;
            known.unstopped = (known.unstopped - cases).max(0.0);
            self.send(stage, kind, Flow::at(cases, middle));
        }
        all * share
    }

    /// Further tips about subjects that nobody has stopped.
    fn take_in_further_tips(&mut self) {
        let (from, until) = self.clock.bounds(self.step);
        let params = self.model.params_at(from);
        for c in 0..self.model.classes.len() {
            let class = ClassId::at(c);
            if self.model.classes[c].repeat.is_empty() {
                continue;
            }
            let hazard = self.model.mean_repeat(class, from, until) * (until - from).0 as f64;
            let new = self.known[c].unstopped * -(-hazard).exp_m1();
            if let Some(outcome) = self.model.linked {
                let linked = hazard * self.known[c].open;
                self.arrived += linked;
                self.ended[outcome.index()] += linked;
                let share = -(-hazard).exp_m1();
                self.release_linked(class, share);
            }
            self.known[c].unstopped -= new;
            let subjects = self.known[c].subjects.clone();
            let all: f64 = subjects.iter().sum();
            for (s, count) in subjects.into_iter().enumerate().filter(|(_, count)| *count > 0.0) {
                let source = (s < self.model.sources.len()).then(|| SourceId::at(s));
                let untold = if self.model.assesses { self.model.unknown() } else { class };
                let label = source.map_or(Some(untold), |source| params.sources[source.index()].label);
                self.open_cases(source, (class, label.unwrap_or(class)), new * count / all, None);
            }
        }
    }

    /// Tips that open cases; what the provider has deleted before they came is lost at once.
    fn open_cases(
        &mut self,
        source: Option<SourceId>,
        (class, observed): (ClassId, ClassId),
        count: f64,
        linked: Option<StageId>,
    ) {
        if count <= 0.0 {
            return;
        }
        let params = self.model.params_at(self.clock.bounds(self.step).0);
        let enters = source.map_or(StageId(0), |source| params.sources[source.index()].enters);
        let evidence = source.and_then(|source| self.source_tables[source.index()].evidence.as_ref());
        let (lasts, on_lapse) = evidence.map_or((1.0, None), |e| (e.lasts.above(e.lag), Some(e.on_lapse)));
        let source = source.filter(|_| evidence.is_some());
        let kind = self.kinds.of(Kind { linked, ..Kind::whole(class, observed, source) });
        self.arrived += count;
        self.known[class.index()].open += count;
        if let Some(outcome) = on_lapse {
            self.end(enters.index(), kind, outcome, count * (1.0 - lasts));
        }
        let middle = self.step as f64 + 0.5;
        self.send(enters.index(), kind, Flow::at(count * lasts, middle));
    }

    /// Subjects of the initial backlog.
    pub(super) fn begin_subjects(&mut self, class: ClassId, source: Option<SourceId>, count: f64) {
        let at = source.map_or(self.model.sources.len(), SourceId::index);
        let known = &mut self.known[class.index()];
        *row(&mut known.subjects, at) += count;
        known.open += count;
    }

    /// Cases end.
    pub(super) fn end(&mut self, stage: usize, kind: usize, outcome: OutcomeId, cases: f64) {
        self.ended[outcome.index()] += cases;
        let who = self.kinds.all[kind];
        let known = &mut self.known[who.class.index()];
        known.open = (known.open - cases).max(0.0);
        if self.model.linked == Some(outcome) || self.model.outcomes[outcome.index()].stops {
            return;
        }
        known.unstopped += cases;
        if self.reopens {
            let kind = self.kinds.plain(kind);
            let known = &mut self.known[who.class.index()];
            row(&mut known.ended, stage).change(kind, |ended| *ended += cases);
        }
    }
}
