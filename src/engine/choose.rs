//! Free members choose: which case is taken up, by whom.

use super::Engine;
use super::case::Spot;
use super::features::At;
use super::observer::Observer;
use super::order::Standing;
use super::queue::Place;
use super::wait::alive;
use crate::model::{Crew, Order, PoolId, Prefers, StageId};

/// What makes one of the first cases of several stages more urgent than another: the smallest is taken.
type Urgency = (Standing, [i64; 2], u64);

/// A case that a member could take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    stage: StageId,
    /// Its observed class.
    class: usize,
    /// Its place in its line.
    place: Place,
    /// The member for whom it waits.
    member: Option<u32>,
    /// Whether the crew is complete.
    complete: bool,
}

/// Members of a pool who are kept free for a crew.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Held {
    /// For which stage.
    stage: Option<StageId>,
    /// How many.
    count: u32,
    /// This one among them.
    member: Option<u32>,
}

/// Whether members of a pool may take a case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum May {
    Take,
    /// A pool that is listed earlier comes first.
    Defer,
    Not,
}

impl<O: Observer> Engine<'_, O> {
    /// Free members choose until nobody can start. Pools choose in the order of their ids; one that left a case to a
    /// pool listed before it looks again once that one has had its turn.
    pub(super) fn choose(&mut self) {
        if self.touched.next(0).is_none() {
            return;
        }
        self.declined.clear();
        self.held_is_known = false;
        while let Some(pool) = self.touched.next(0) {
            self.touched.unset(pool);
            let id = PoolId::at(pool);
            while self.start_one(id) {}
            self.declined.set(pool);
            // Those that left a case to this pool look again after it. Not after others: two pools that leave cases to a
            // third one would wake each other for ever.
            let touched = &mut self.touched;
            self.deferred.retain(|(from, to)| {
                let done = *to == id;
                if done {
                    touched.set(from.index());
                }
                !done
            });
        }
        self.keep_nobody();
    }

    /// Nobody is kept free for a crew.
    fn keep_nobody(&mut self) {
        if std::mem::take(&mut self.holding) {
            self.held.fill(Held::default());
        }
    }

    /// The lowest free member of the pool takes the most urgent case there is for it, if any.
    fn start_one(&mut self, pool: PoolId) -> bool {
        if self.pools[pool.index()].free(false) == 0 {
            return false;
        }
        let heeds = self.has.heeds.has(pool.index());
        if heeds && !self.held_is_known {
            self.hold();
            // What it says stays true until one of them starts, or, where it goes by who has declined, until somebody declines.
            self.held_is_known = !self.has.holds_defer;
        }
        let Some(best) = self.best_candidate(pool, false) else { return false };
        self.start(&best, pool);
        if heeds || self.window_has_closed() {
            // Members who were kept may have something else to do now.
            self.held_is_known = false;
            self.touched.join(&self.has.heeds);
            self.declined.part(&self.has.heeds);
        }
        true
    }

    /// Whether members were kept for a stage at which no work may begin any more; that is said once.
    fn window_has_closed(&mut self) -> bool {
        let before = self.kept_for.len();
        let (model, now) = (self.model, self.now);
        self.kept_for.retain(|stage| model.stages[stage.index()].may_start(now));
        self.kept_for.len() < before
    }

    fn best_candidate(&mut self, pool: PoolId, or_held: bool) -> Option<Candidate> {
        let mut best: Option<Candidate> = None;
        for i in 0..self.stages_of[pool.index()].len() {
            let stage = self.stages_of[pool.index()][i];
            if self.lines[stage.index()].is_empty() {
                continue;
            }
            if let Some(candidate) = self.candidate(stage, pool, or_held)
                && best.as_ref().is_none_or(|b| self.urgency(pool, &candidate) < self.urgency(pool, b))
            {
                best = Some(candidate);
            }
        }
        best
    }

    /// The first case of a stage that members of this pool can start now; with `or_held` also one whose crew is still
    /// incomplete, where members may be kept for it.
    #[inline]
    fn candidate(&mut self, stage: StageId, pool: PoolId, or_held: bool) -> Option<Candidate> {
        let row = &self.model.stages[stage.index()];
        if !row.may_start(self.now) {
            return None;
        }
        let complete = self.crew_is_complete(stage, pool);
        let kept_for = or_held && row.rules.hold;
        if !complete && !kept_for {
            return None;
        }
        let (class, place, member) = self.head(stage, pool)?;
        Some(Candidate { stage, class, place, member, complete })
    }

    #[inline]
    pub(super) fn crew_is_complete(&self, stage: StageId, pool: PoolId) -> bool {
        match &self.model.stages[stage.index()].crew {
            Crew::AnyOf(_) => self.available(pool, stage) > 0,
            Crew::Together(needs) => needs.iter().all(|&(p, n)| self.available(p, stage) >= n),
            Crew::Nobody => false,
        }
    }

    /// Members of a pool who are free for work at a stage and not kept for another.
    #[inline]
    fn available(&self, pool: PoolId, stage: StageId) -> u32 {
        let exposing = self.model.stages[stage.index()].rules.exposure;
        let free = self.pools[pool.index()].free(exposing);
        if !self.holding {
            return free;
        }
        let held = &self.held[pool.index()];
        if held.stage.is_none() || held.stage == Some(stage) {
            return free;
        }
        let kept = held.member.is_some_and(|m| self.pools[pool.index()].is_free(m, exposing));
        (free - u32::from(kept)).min(self.pools[pool.index()].free(false).saturating_sub(held.count))
    }

    /// The first case under the stage's order, all classes together, that may be taken.
    #[inline]
    fn head(&mut self, stage: StageId, pool: PoolId) -> Option<(usize, Place, Option<u32>)> {
        let At { plain, lines, assigned: assigned_pool, .. } = self.has.at[stage.index()];
        if !lines {
            let (class, place) = self.head_of_queue(stage, pool, plain)?;
            return Some((class, place, None));
        }
        let kept = assigned_pool.map(|p| self.held[p.index()]).filter(|h| h.stage != Some(stage));
        let kept = kept.and_then(|h| h.member);
        let crew = matches!(self.model.stages[stage.index()].crew, Crew::Together(_));
        let owns = self.lines[stage.index()].assigned.len() > 0 && (crew || assigned_pool == Some(pool));
        let loads = self.load_is_possible(stage, pool, plain);
        let mut first: Option<(usize, Place, Option<u32>)> = None;
        let mut from = 0;
        while let Some(class) = self.lines[stage.index()].next_class(from, owns) {
            from = class + 1;
            let (cases, line) = (&self.cases, &mut self.lines[stage.index()]);
            let live = |p: &Place| alive(cases, p);
            let single = if loads { line.queue.head(class, &live) } else { None };
            let anybody = earlier(single, line.formed.head(class, &live));
            let own = if owns { line.assigned.head(class, kept) } else { None };
            let anybody = anybody.filter(|_| plain || self.may(stage, pool, class) == May::Take);
            let own = own.filter(|_| plain || self.crew_takes(stage, pool, class));
            let anybody = anybody.map(|place| (place, None));
            let own = own.map(|(place, member)| (place, Some(member)));
            let Some((place, member)) = earlier(anybody, own) else { continue };
            if first.is_none_or(|least| self.comes_before(stage, (class, &place), (least.0, &least.1))) {
                first = Some((class, place, member));
            }
        }
        first
    }

    /// The same of those who wait singly and for anybody, as all do at most stages.
    #[inline]
    fn head_of_queue(&mut self, stage: StageId, pool: PoolId, plain: bool) -> Option<(usize, Place)> {
        let may = |engine: &mut Self, class| plain || engine.may(stage, pool, class) == May::Take;
        self.first_place(stage, |line| &mut line.queue, may)
    }

    /// Whether there are enough cases for a load at a stage; anywhere else, whether there is any.
    fn load_is_possible(&mut self, stage: StageId, pool: PoolId, plain: bool) -> bool {
        let Some(least) = self.least_load(stage) else { return true };
        let mut count = 0;
        let mut from = 0;
        while let Some(class) = self.lines[stage.index()].queue.present().next(from) {
            from = class + 1;
            if plain || self.may(stage, pool, class) == May::Take {
                count += self.lines[stage.index()].queue.len_of(class);
            }
        }
        count >= least
    }

    /// Whether members of the pool may take cases of this observed class at the stage now.
    fn may(&mut self, stage: StageId, pool: PoolId, class: usize) -> May {
        let model = self.model;
        match &model.stages[stage.index()].crew {
            Crew::AnyOf(list) => {
                if !self.takes(pool, class) {
                    return May::Not;
                }
                for &earlier in list.iter().take_while(|p| **p != pool) {
                    let declined = self.declined.has(earlier.index());
                    if !declined && self.available(earlier, stage) > 0 && self.takes(earlier, class) {
                        self.touched.set(earlier.index());
                        self.deferred.retain(|(from, _)| *from != pool);
                        self.deferred.push((pool, earlier));
                        return May::Defer;
                    }
                }
                May::Take
            }
            Crew::Together(_) if self.crew_takes(stage, pool, class) => May::Take,
            Crew::Together(_) | Crew::Nobody => May::Not,
        }
    }

    /// Whether the rules of all pools that would work on it let their members take this observed class now.
    pub(super) fn crew_takes(&self, stage: StageId, pool: PoolId, class: usize) -> bool {
        match &self.model.stages[stage.index()].crew {
            Crew::Together(needs) => needs.iter().all(|(p, _)| self.takes(*p, class)),
            Crew::AnyOf(_) | Crew::Nobody => self.takes(pool, class),
        }
    }

    /// Whether a pool's rules let its members take this observed class now.
    pub(super) fn takes(&self, pool: PoolId, class: usize) -> bool {
        let choice = &self.params.pools[pool.index()].choice;
        let may_take_last =
            |r: &crate::model::Reserve| r.classes[class] || self.pools[pool.index()].free(false) > r.members;
        choice.takes.as_ref().is_none_or(|takes| takes[class])
            && choice.reserve.as_ref().is_none_or(may_take_last)
    }

    /// What a member of the pool sees in the first case of a stage.
    #[inline]
    fn urgency(&self, pool: PoolId, candidate: &Candidate) -> Urgency {
        let Candidate { stage, class, ref place, .. } = *candidate;
        let choice = &self.params.pools[pool.index()].choice;
        if choice.order.is_some() {
            return (self.standing(stage, class, place), [place.key, place.joined], place.rank);
        }
        let case = &self.cases[place.slot];
        let (joined, position) = (case.joined.0, i64::from(stage.0));
        let first = match &choice.prefers {
            Prefers::Class => i64::from(self.model.precedence[case.observed.index()]),
            Prefers::Downstream => -position,
            Prefers::Upstream => position,
            Prefers::LongestWait => joined,
            Prefers::Stages(ranks) => i64::from(ranks[stage.index()]),
        };
        ([first, -position, joined], [0, 0], place.rank)
    }

    /// Keeps members free for the first case of stages that say so, until its crew is complete. A member is kept only
    /// if that case would be its choice with a complete crew; a stage that needs members whom another one keeps may
    /// not keep any.
    fn hold(&mut self) {
        self.keep_nobody();
        for i in 0..self.has.holding.len() {
            let pool = self.has.holding[i];
            let p = pool.index();
            // Nobody is kept where no crew is waited for, or none may begin: that is known without looking at any case. Only
            // that to look may leave cases to another pool.
            let is_waited_for = |s: &StageId| {
                self.has.at[s.index()].pools.has(p)
                    && !self.lines[s.index()].is_empty()
                    && (self.has.holds_defer || self.model.stages[s.index()].may_start(self.now))
            };
            if self.pools[p].free(false) == 0 || !self.has.holds.iter().any(is_waited_for) {
                continue;
            }
            let Some(best) = self.best_candidate(pool, true) else { continue };
            let model = self.model;
            let Crew::Together(needs) = &model.stages[best.stage.index()].crew else { continue };
            let others = |q: &PoolId| self.held[q.index()].stage.is_some_and(|s| s != best.stage);
            if best.complete || needs.iter().any(|(q, _)| others(q)) {
                continue;
            }
            if !self.kept_for.contains(&best.stage) {
                self.kept_for.push(best.stage);
            }
            let needed = needs.iter().find(|(q, _)| *q == pool).map_or(0, |(_, n)| *n);
            let assigned = self.assigned_pool(best.stage) == Some(pool);
            self.holding = true;
            self.held[p] = Held {
                stage: Some(best.stage),
                count: self.pools[p].free(false).min(needed),
                member: best.member.filter(|_| assigned),
            };
        }
    }

    /// Members take up the candidate.
    #[inline]
    fn start(&mut self, best: &Candidate, pool: PoolId) {
        let Candidate { stage, place: Place { slot, .. }, member, .. } = *best;
        if self.cases[slot].spot == Spot::Queue && self.forms_loads(stage) {
            self.form_load(stage, pool, slot);
            self.seize_crew(stage, pool, member);
        } else {
            // The lines of a member who is not free any more are changed at less cost.
            self.seize_crew(stage, pool, member);
            self.take_first(slot);
            self.take_rest_of_load(slot);
        }
        self.begin_work(slot);
        self.crew.clear();
    }

    /// A case that was just found to be the first leaves its line to be worked on.
    #[inline]
    pub(super) fn take_first(&mut self, slot: u32) {
        self.count_start(slot);
        self.take_from_line(slot, true);
    }

    /// Quotas count starts; to go on after an interruption is none.
    pub(super) fn count_start(&mut self, slot: u32) {
        let (stage, class) = (self.cases[slot].stage, self.cases[slot].observed.index());
        if let (Order::Quota(quota), false) =
            (&self.params.stages[stage.index()].order, self.cases[slot].begun)
        {
            self.quotas.start(stage, quota, class);
        }
    }

    /// The first cases of a load under the stage's order, beginning with one that is known.
    fn form_load(&mut self, stage: StageId, pool: PoolId, first: u32) {
        let plain = !self.has.choosy || self.has.at[stage.index()].plain;
        let mut units = vec![first];
        self.take_first(first);
        let most = self.most_in_load(stage);
        while units.len() < most {
            let Some((_, next)) = self.head_of_queue(stage, pool, plain) else { break };
            self.take_first(next.slot);
            units.push(next.slot);
        }
        self.make_load(units);
    }

    /// The members with the lowest numbers are seized, a certain one among them where the case has one.
    #[inline]
    pub(super) fn seize_crew(&mut self, stage: StageId, pool: PoolId, member: Option<u32>) {
        let model = self.model;
        let row = &model.stages[stage.index()];
        let assigned = self.assigned_pool(stage).filter(|_| member.is_some());
        let one = [(pool, 1)];
        let needs: &[(PoolId, u32)] = match &row.crew {
            Crew::Together(needs) => needs,
            Crew::AnyOf(_) | Crew::Nobody => &one,
        };
        let mut crew = std::mem::take(&mut self.crew);
        for &(p, n) in needs {
            let certain = member.filter(|_| assigned == Some(p));
            let held = &self.held[p.index()];
            let kept = held.member.filter(|_| held.stage != Some(stage));
            for i in 0..n {
                let lowest = || self.pools[p.index()].first_free(row.rules.exposure, kept);
                let m = certain.filter(|_| i == 0).or_else(lowest).expect("the crew was found complete");
                // The task's number follows when the work begins.
                self.pools[p.index()].seize(m, 0);
                self.member_is_busy(p, m);
                crew.push((p, m));
            }
        }
        self.crew = crew;
    }
}

/// The lesser of two, either of which may be missing.
fn earlier<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
