//! Places and members that a case holds over several stages.
//!
//! A span begins with a stage and ends with another. Who enters it takes a place, and may be given one member who stays
//! with the case; who leaves it, or ends, gives both back. Every step costs a logarithm of the members.

use std::collections::{BTreeMap, BTreeSet};

use super::Engine;
use super::case::{Spot, State};
use super::flow::Step;
use super::line::NOBODY;
use super::observer::Observer;
use crate::model::{Cap, Model, PoolId, SpanId, StageId};

/// What a case holds of a span.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
enum Token {
    /// It is not in the span.
    #[default]
    None,
    /// A place.
    Place,
    /// A place, and this member.
    Member(u32),
}

/// One span while running.
#[derive(Debug, Default)]
struct Span {
    /// Cases in it.
    used: u64,
    /// Cases of each holder of a post in the pool, by post.
    load: Vec<Option<u64>>,
    /// The same, the fewest first.
    by_load: BTreeSet<(u64, u32)>,
    /// Cases by what they hold, in order of arrival.
    cases: BTreeMap<Token, BTreeSet<(u64, u32)>>,
}

impl Span {
    fn set_load(&mut self, member: u32, load: Option<u64>) {
        if self.load.len() <= member as usize {
            self.load.resize(member as usize + 1, None);
        }
        if let Some(old) = std::mem::replace(&mut self.load[member as usize], load) {
            self.by_load.remove(&(old, member));
        }
        if let Some(load) = load {
            self.by_load.insert((load, member));
        }
    }

    /// Changes what a case holds of the span.
    fn assign(&mut self, case: (u64, u32), from: Token, to: Token) {
        if from != Token::None {
            self.cases.entry(from).or_default().remove(&case);
            self.count(from, |load| load - 1);
        }
        if to != Token::None {
            self.cases.entry(to).or_default().insert(case);
            self.count(to, |load| load + 1);
        }
    }

    /// Counts a case more or less of a member, if it holds the post still.
    fn count(&mut self, token: Token, step: fn(u64) -> u64) {
        let Token::Member(member) = token else { return };
        if let Some(Some(load)) = self.load.get(member as usize).copied() {
            self.set_load(member, Some(step(load)));
        }
    }

    /// The member with the fewest cases, the lowest number among equals, or a place without one.
    fn least(&self) -> Token {
        self.by_load.first().map_or(Token::Place, |(_, member)| Token::Member(*member))
    }

    fn cases_of(&self, token: Token) -> Vec<(u64, u32)> {
        self.cases.get(&token).map_or_else(Vec::new, |cases| cases.iter().copied().collect())
    }
}

/// All spans.
#[derive(Debug)]
pub(super) struct SpanTable {
    spans: Vec<Span>,
    /// By slot of the whole case, then span.
    tokens: Vec<Token>,
    /// By span: the stages between its first and its last, these two apart.
    inside: Vec<BTreeSet<StageId>>,
}

impl SpanTable {
    pub(super) fn new(model: &Model) -> SpanTable {
        let spans = model.spans.iter().map(|_| Span::default()).collect();
        let inside = |span: &crate::model::Span| {
            model.reached(&[span.entry], |stage| Some(stage) == span.until || stage == span.entry)
        };
        let inside = model.spans.iter().map(inside).collect();
        SpanTable { spans, tokens: vec![], inside }
    }

    fn token(&mut self, root: u32, span: SpanId) -> &mut Token {
        let at = root as usize * self.spans.len() + span.index();
        if at >= self.tokens.len() {
            self.tokens.resize(at + self.spans.len(), Token::None);
        }
        &mut self.tokens[at]
    }

    fn held(&self, root: u32, span: SpanId) -> Token {
        self.tokens.get(root as usize * self.spans.len() + span.index()).copied().unwrap_or_default()
    }
}

impl<O: Observer> Engine<'_, O> {
    /// Takes the place that a case needs to enter its stage. Whether it has one then, or needs none.
    #[inline]
    pub(super) fn take_token(&mut self, slot: u32) -> bool {
        let Some(id) = self.model.stages[self.cases[slot].stage.index()].rules.opens else { return true };
        let root = self.cases.root(slot);
        if self.spans.held(root, id) != Token::None {
            return true;
        }
        self.cases[slot].took_place = self.grant(id, root);
        self.cases[slot].took_place
    }

    /// A case that stands in the middle of spans at the start has its place in them, however full they are.
    pub(super) fn hold_tokens(&mut self, root: u32) {
        let stage = self.cases[root].stage;
        for span in 0..self.spans.spans.len() {
            if self.spans.inside[span].contains(&stage) {
                self.admit(SpanId::at(span), root);
            }
        }
    }

    /// Gives a case a place in the span, if there is one.
    fn grant(&mut self, id: SpanId, root: u32) -> bool {
        let span = &self.model.spans[id.index()];
        let cap = self.params.stages[span.entry.index()].cap;
        let state = &self.spans.spans[id.index()];
        let fewest = state.by_load.first().map(|(load, _)| *load);
        let filled = span.pool.map_or(0, |p| self.pools[p.index()].filled());
        let room = match cap {
            None => true,
            Some(Cap::Cases(most)) => state.used < most,
            Some(Cap::PerMember(most)) if span.same_member => fewest.is_some_and(|load| load < most),
            Some(Cap::PerMember(most)) => state.used < most.saturating_mul(u64::from(filled)),
        };
        if room {
            self.admit(id, root);
        }
        room
    }

    fn admit(&mut self, id: SpanId, root: u32) {
        let case = (self.cases[root].number, root);
        let same_member = self.model.spans[id.index()].same_member;
        let state = &mut self.spans.spans[id.index()];
        state.used += 1;
        let token = if same_member { state.least() } else { Token::Place };
        if same_member {
            state.assign(case, Token::None, token);
        }
        *self.spans.token(root, id) = token;
    }

    /// The case leaves the spans that this stage closes.
    pub(super) fn close_spans(&mut self, slot: u32, stage: StageId) {
        let root = self.cases.root(slot);
        let model = self.model;
        for &id in &model.stages[stage.index()].rules.closes {
            self.give_back(root, id);
        }
    }

    /// A case that takes no part in its stage gives back what it took for it.
    pub(super) fn return_token(&mut self, slot: u32, stage: StageId) {
        if let Some(id) = self.model.stages[stage.index()].rules.opens
            && self.cases[slot].parent.is_none()
            && self.cases[slot].took_place
        {
            self.give_back(slot, id);
        }
    }

    /// A case that is over leaves all spans.
    pub(super) fn give_back_tokens(&mut self, root: u32) {
        for span in 0..self.spans.spans.len() {
            self.give_back(root, SpanId::at(span));
        }
    }

    fn give_back(&mut self, root: u32, id: SpanId) {
        let held = std::mem::take(self.spans.token(root, id));
        if held == Token::None {
            return;
        }
        let case = (self.cases[root].number, root);
        let state = &mut self.spans.spans[id.index()];
        state.used -= 1;
        if self.model.spans[id.index()].same_member {
            state.assign(case, held, Token::None);
        }
        self.open_gate(id);
    }

    /// There may be room in the span: the first who wait for it come in.
    pub(super) fn open_gate(&mut self, id: SpanId) {
        let entry = self.model.spans[id.index()].entry;
        let mut admitted = vec![];
        while self.lines[entry.index()].gate.len() > 0 {
            let Some(slot) = self.first_in(entry, Spot::Gate) else { break };
            if !self.take_token(slot) {
                break;
            }
            let root = self.cases.root(slot);
            let mut units = vec![slot];
            if root != slot {
                // What holds for the case holds for all of its jobs.
                units = self.units_of(root);
                units.retain(|&u| {
                    let unit = &self.cases[u];
                    unit.stage == entry && unit.state == State::Waiting && unit.spot == Spot::Gate
                });
            }
            for &unit in &units {
                self.step_out(unit);
            }
            admitted.extend(units);
        }
        for unit in admitted.into_iter().rev() {
            self.push(unit, Step::Begin);
        }
    }

    /// A case and its jobs, jobs of jobs too.
    pub(super) fn units_of(&self, root: u32) -> Vec<u32> {
        let mut all = vec![root];
        let mut at = 0;
        while at < all.len() {
            all.extend(self.jobs(all[at]));
            at += 1;
        }
        all
    }

    /// The member for whom a case waits at its stage, where it is assigned to one.
    pub(super) fn member_for(&self, slot: u32) -> Option<u32> {
        let stage = self.cases[slot].stage;
        let pool = self.assigned_pool(stage).filter(|_| !self.forms_loads(stage))?;
        let root = self.cases.root(slot);
        let spans = self.model.stages[stage.index()].rules.assigned.iter();
        let mut here = spans.filter(|id| self.model.spans[id.index()].pool == Some(pool));
        here.find_map(|&id| match self.spans.held(root, id) {
            Token::None => None,
            Token::Place => Some(NOBODY),
            Token::Member(member) => Some(member),
        })
    }

    /// The pool of the member for whom a case waits at a stage.
    pub(super) fn assigned_pool(&self, stage: StageId) -> Option<PoolId> {
        self.has.at[stage.index()].assigned
    }

    /// Somebody has taken a post: cases without a member get one, and there may be room.
    pub(super) fn member_for_spans(&mut self, pool: PoolId, member: u32) {
        for span in 0..self.spans.spans.len() {
            let id = SpanId::at(span);
            if self.model.spans[span].pool != Some(pool) {
                continue;
            }
            if self.model.spans[span].same_member {
                self.spans.spans[span].set_load(member, Some(0));
                for case in self.spans.spans[span].cases_of(Token::Place) {
                    self.assign_anew(id, case, Token::Place);
                }
            }
            self.open_gate(id);
        }
    }

    /// Somebody has left: the cases go to others at once.
    pub(super) fn no_member_for_spans(&mut self, pool: PoolId, member: u32) {
        for span in 0..self.spans.spans.len() {
            if self.model.spans[span].pool != Some(pool) || !self.model.spans[span].same_member {
                continue;
            }
            self.spans.spans[span].set_load(member, None);
            let left = Token::Member(member);
            for case in self.spans.spans[span].cases_of(left) {
                self.assign_anew(SpanId::at(span), case, left);
            }
            self.spans.spans[span].cases.remove(&left);
        }
    }

    fn assign_anew(&mut self, id: SpanId, case: (u64, u32), from: Token) {
        let state = &mut self.spans.spans[id.index()];
        let token = state.least();
        state.assign(case, from, token);
        let root = case.1;
        for unit in self.units_of(root) {
            let waits = self.cases[unit].state == State::Waiting;
            if waits && matches!(self.cases[unit].spot, Spot::Assigned(_)) {
                self.stand_anew(unit, |engine| *engine.spans.token(root, id) = token);
            }
        }
        *self.spans.token(root, id) = token;
    }

    /// Caps may be larger than they were, or there may be more posts.
    pub(super) fn open_gates(&mut self) {
        for span in 0..self.spans.spans.len() {
            self.open_gate(SpanId::at(span));
        }
    }

    /// Whether a member is free for work at a stage.
    pub(super) fn free_here(&self, stage: StageId, member: u32) -> bool {
        let Some(pool) = self.assigned_pool(stage) else { return false };
        let exposing = self.model.stages[stage.index()].rules.exposure;
        member != NOBODY && self.pools[pool.index()].is_free(member, exposing)
    }

    /// A member is not free any more: the cases that wait for it cannot be found.
    #[inline]
    pub(super) fn member_is_busy(&mut self, pool: PoolId, member: u32) {
        for stage in &self.assigned_at[pool.index()] {
            self.lines[stage.index()].assigned.set_free(member, false);
        }
    }

    /// A member's freedom may have changed: the cases that wait for it can be found, or cannot.
    #[inline]
    pub(super) fn member_changed(&mut self, pool: PoolId, member: u32) {
        for i in 0..self.assigned_at[pool.index()].len() {
            let stage = self.assigned_at[pool.index()][i];
            let free = self.free_here(stage, member);
            self.lines[stage.index()].assigned.set_free(member, free);
        }
    }
}
