//! What the judge asks of choices, crews, levels and limits.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use caseload::engine::{CaseView, Interruption};
use caseload::model::{
    Cap, Crew, Limit, Load, Model, Order, Params, PoolId, PoolParams, Prefers, ShiftEnd, Span, SpanId,
    StageId, WorkCalendar,
};
use caseload::units::{DAY, Duration, Time};

use crate::judge::{Judge, Open};

impl Judge<'_> {
    pub(crate) fn check_level(&self, pool: usize) {
        let (level, busy) = (self.levels[pool], self.busy[pool].len() as u32);
        let calendars = &self.model.pools[pool].calendars;
        let open = calendars.iter().filter(|c| c.is_open(self.now)).count();
        let away = self.absent[pool].len() as u32;
        let resting = self.busy[pool].keys().filter(|m| self.absent[pool].contains(m)).count() as u32;
        assert!(level.busy <= level.on_shift && level.on_shift <= level.filled, "{level:?}");
        assert!(level.busy + level.overtime <= busy && busy <= level.filled, "{level:?}, {busy} have a task");
        assert!(level.absent <= away && away <= level.filled, "{level:?}, {away} are away");
        assert!(level.capped <= level.on_shift - level.busy, "{level:?}");
        assert!(level.learning <= 1000 * level.on_shift, "{level:?}");
        if open == 0 {
            assert_eq!(level.on_shift, 0, "nobody has a shift at {:?}", self.now);
        } else if open == calendars.len() {
            let expected = (level.filled - away, away, busy - resting);
            assert_eq!((level.on_shift, level.absent, level.busy), expected, "everybody has one: {level:?}");
        }
        let finishes = |p: &Params| p.pools[pool].shift_end == ShiftEnd::Finish;
        assert!(level.overtime == 0 || self.model.params.iter().any(finishes), "overtime unasked for");
    }

    fn idle(&self, pool: PoolId, exposing: bool) -> u32 {
        let level = &self.levels[pool.index()];
        level.on_shift - level.busy - if exposing { level.capped } else { 0 }
    }

    fn window_is_open(&self, stage: usize) -> bool {
        self.model.stages[stage].starts.as_ref().is_none_or(|w| w.is_open_with_end(self.now))
    }

    /// Whether everybody who waits there can be served by anybody who is free.
    fn is_plain(&self, stage: usize) -> bool {
        let rules = &self.model.stages[stage].rules;
        let holds = self.model.stages.iter().any(|s| s.rules.hold);
        rules.opens.is_none() && rules.assigned.is_empty() && rules.gather.is_none() && !holds
    }

    fn any_pool(&self, stage: usize, test: impl Fn(&PoolParams) -> bool) -> bool {
        let pools: Vec<PoolId> = self.model.stages[stage].crew.pools().collect();
        self.model.params.iter().any(|p| pools.iter().any(|q| test(&p.pools[q.index()])))
    }

    pub(crate) fn check_that_nobody_waits_in_vain(&self, stage: usize) {
        if self.waiting[stage].is_empty() || !self.window_is_open(stage) || !self.is_plain(stage) {
            return;
        }
        let exposing = self.model.stages[stage].rules.exposure;
        for slot in &self.waiting[stage] {
            let class = self.open[slot].view.observed.index();
            let complete = match &self.model.stages[stage].crew {
                Crew::AnyOf(list) => list.iter().any(|&p| self.idle(p, exposing) > 0 && self.takes(p, class)),
                Crew::Together(needs) => {
                    needs.iter().all(|&(p, n)| self.idle(p, exposing) >= n && self.takes(p, class))
                }
                Crew::Nobody => false,
            };
            let (id, now) = (&self.model.stages[stage].id, self.now);
            assert!(!complete, "{slot} waits at {id} at {now:?} for members who are idle");
        }
    }

    /// Whether members of a pool may take up a case of this class now: they take it at all, and enough are free.
    fn takes(&self, pool: PoolId, class: usize) -> bool {
        let choice = &self.params.pools[pool.index()].choice;
        let kept = choice.reserve.as_ref().filter(|r| !r.classes[class]).map_or(0, |r| r.members);
        choice.takes.as_ref().is_none_or(|takes| takes[class]) && self.idle(pool, false) > kept
    }

    /// What an order makes of a case, where its facts tell.
    fn key(&self, order: &Order, slot: u32) -> Option<(i64, i64, u64, u64)> {
        let Open { view, since, .. } = &self.open[&slot];
        let observed = view.observed.index();
        let key = match order {
            Order::Fifo | Order::Lifo => 0,
            Order::Class => i64::from(self.model.precedence[observed]),
            Order::Due(allowance) => match allowance[observed] {
                Some(Limit::Plain(span)) => (view.arrived + span).0,
                Some(Limit::WorkingDays(span)) => self.model.working_days.finish_after(view.arrived, span).0,
                None => i64::MAX,
            },
            Order::Shortest(means) => means[observed].round() as i64,
            Order::Lapse
            | Order::ShortestDrawn
            | Order::Random
            | Order::Score
            | Order::Ageing(_)
            | Order::Quota(_) => return None,
        };
        let joined = if *order == Order::Lifo { -since.0 } else { since.0 };
        let job = view.job.map_or(0, |j| u64::from(j.track) << 16 | u64::from(j.device));
        Some((key, joined, view.number, job))
    }

    /// The first case of a stage.
    fn head(&self, stage: usize) -> Option<u32> {
        let order = &self.params.stages[stage].order;
        let keys: Option<Vec<_>> =
            self.waiting[stage].iter().map(|&s| Some((self.key(order, s)?, s))).collect();
        keys?.into_iter().min().map(|(_, slot)| slot)
    }

    /// A case starts: it is the first of its queue, and no more urgent one could have been taken instead.
    pub(crate) fn check_choice(&self, slot: u32, stage: StageId, crew: &[(PoolId, u32)]) {
        let special = |p: &PoolParams| {
            p.choice.takes.is_some() || p.choice.reserve.is_some() || p.choice.order.is_some()
        };
        // Who interrupts others, or is one of a load that was interrupted, comes before its turn.
        let jumps = self.params.preempt[self.open[&slot].view.observed.index()];
        if !self.is_plain(stage.index()) || self.any_pool(stage.index(), special) || jumps {
            return;
        }
        if let Some(first) = self.head(stage.index()) {
            assert_eq!(slot, first, "{:?} starts before {:?}", self.open[&slot], self.open[&first]);
        }
        self.check_ageing(slot, stage);
        let Crew::AnyOf(list) = &self.model.stages[stage.index()].crew else { return };
        let pool = crew[0].0;
        for (other, waiting) in self.waiting.iter().enumerate() {
            let same = self.model.stages[other].crew == Crew::AnyOf(vec![pool]) && list.len() == 1;
            let exposing = self.model.stages[other].rules.exposure;
            let plain = self.is_plain(other) && (!exposing || self.levels[pool.index()].capped == 0);
            if other == stage.index() || !same || !plain || waiting.is_empty() || !self.window_is_open(other)
            {
                continue;
            }
            if let Some(head) = self.head(other) {
                assert!(
                    self.urgency(pool, stage.index(), slot) < self.urgency(pool, other, head),
                    "{:?} is taken, but {:?} waits",
                    self.open[&slot],
                    self.open[&head]
                );
            }
        }
    }

    /// What a member of the pool sees in a case.
    fn urgency(&self, pool: PoolId, stage: usize, slot: u32) -> (i64, Reverse<usize>, Time, u64) {
        let Open { view, since, .. } = &self.open[&slot];
        let first = match &self.params.pools[pool.index()].choice.prefers {
            Prefers::Class => i64::from(self.model.precedence[view.observed.index()]),
            Prefers::Downstream => -(stage as i64),
            Prefers::Upstream => stage as i64,
            Prefers::LongestWait => since.0,
            Prefers::Stages(ranks) => i64::from(ranks[stage]),
        };
        (first, Reverse(stage), *since, view.number)
    }

    /// Under ageing nobody who waits has more to say than who starts, but for rounding.
    fn check_ageing(&self, slot: u32, stage: StageId) {
        let Order::Ageing(rules) = &self.params.stages[stage.index()].order else { return };
        let said = |s: u32| {
            let Open { view, since, .. } = &self.open[&s];
            let rule = rules[view.observed.index()];
            rule.base + rule.gain * (self.now - *since).0 as f64
        };
        let own = said(slot);
        for &other in &self.waiting[stage.index()] {
            assert!(said(other) <= own + 1e-6 * (1.0 + own.abs()), "{other} is {} ahead", said(other) - own);
        }
    }

    pub(crate) fn check_crew(&self, view: CaseView, stage: StageId, crew: &[(PoolId, u32)]) {
        let spec = &self.model.stages[stage.index()];
        let mut sizes: BTreeMap<PoolId, u32> = BTreeMap::new();
        for &(pool, member) in crew {
            *sizes.entry(pool).or_default() += 1;
            let busy = &self.busy[pool.index()];
            assert!(!busy.contains_key(&member), "{member} of {pool:?} has a task already");
            assert!(!self.absent[pool.index()].contains(&member), "{member} of {pool:?} is away");
            let open = self.model.pools[pool.index()].calendars.iter().any(|c| c.is_open(self.now));
            assert!(open, "{pool:?} starts outside its shifts at {:?}", self.now);
            self.check_lowest(pool, member, crew);
            let takes = self.params.pools[pool.index()].choice.takes.as_ref();
            assert!(takes.is_none_or(|takes| takes[view.observed.index()]), "{pool:?} takes up {view:?}");
        }
        let in_a_load = crew.is_empty() && spec.rules.gather.as_ref().is_some_and(|g| g.size != Load::Any);
        let fits = match &spec.crew {
            Crew::Nobody => crew.is_empty(),
            Crew::AnyOf(list) => crew.len() == 1 && list.contains(&crew[0].0),
            Crew::Together(needs) => needs.iter().copied().collect::<BTreeMap<_, _>>() == sizes,
        };
        assert!(fits || in_a_load, "{crew:?} start at {}", spec.id);
        assert!(self.window_is_open(stage.index()), "{} starts at {:?}", spec.id, self.now);
    }

    /// What a start is worth to be counted for.
    pub(crate) fn see_start(
        &mut self,
        view: &CaseView,
        stage: StageId,
        crew: &[(PoolId, u32)],
        resumed: bool,
    ) {
        self.see("work by a crew", crew.len() > 1);
        self.see("work in a loop", self.starts[&view.number] < self.now && !resumed);
        self.see("work goes on", resumed);
        self.see("starts after a wait", self.open[&view.slot].since < self.now);
        self.see(
            "starts by a second choice",
            matches!(&self.model.stages[stage.index()].crew,
                Crew::AnyOf(list) if crew.first().is_some_and(|c| list[0] != c.0)),
        );
    }

    /// Where nobody comes or goes and there is one shift, the lowest free number works.
    fn check_lowest(&self, pool: PoolId, member: u32, crew: &[(PoolId, u32)]) {
        let first = &self.model.params[0].pools[pool.index()];
        let steady = |p: &Params| {
            let row = &p.pools[pool.index()];
            let stays = row.turnover.attrition == 0.0 && row.turnover.absence.is_none();
            row.headcount == first.headcount && stays && row.exposure_cap.is_none()
        };
        let owned = spans(self.model).any(|(_, span)| span.same_member && span.pool == Some(pool));
        if self.model.pools[pool.index()].calendars.len() > 1 || owned {
            return;
        }
        if first.filled == first.headcount && self.model.params.iter().all(steady) {
            let free = |m: &u32| !self.busy[pool.index()].contains_key(m) && !crew.contains(&(pool, *m));
            assert_eq!((0..member).find(free), None, "{member} of {pool:?} works, a lower one is free");
        }
    }

    /// The working time of a stint, where all who work share one shift whose hours the facts tell, and are as fast
    /// as their pool says.
    pub(crate) fn worked(&self, case: &Open) -> Option<Duration> {
        let alike = |p: &PoolParams| {
            p.turnover.training.is_none() && p.turnover.absence.is_none() && p.scale.is_none()
        };
        let mut calendars = vec![];
        for (pool, _) in &case.crew {
            if !self.model.params.iter().all(|p| alike(&p.pools[pool.index()])) {
                return None;
            }
            let [only] = &self.model.pools[pool.index()].calendars[..] else { return None };
            calendars.push(only);
        }
        if case.through {
            return Some(self.now - case.stint.0);
        }
        let common = calendars.iter().fold(WorkCalendar::always(), |all, c| all.intersection(c));
        Some(common.working_between(case.stint.0, self.now))
    }

    /// Work is interrupted only for reasons that the scenario knows.
    pub(crate) fn check_interruption(&self, case: &Open, why: Interruption) {
        let stage = &self.model.stages[case.stage.index()];
        let pools = || case.crew.iter().map(|(p, _)| p.index());
        let ever = |test: &dyn Fn(&PoolParams) -> bool| {
            case.crew.is_empty() || pools().any(|p| self.model.params.iter().any(|s| test(&s.pools[p])))
        };
        match why {
            Interruption::ShiftEnd => assert!(ever(&|p| p.shift_end == ShiftEnd::HandOver)),
            Interruption::Preempted => {
                let own = self.model.precedence[case.view.observed.index()];
                let above = |c: &usize| self.params.preempt[*c] && self.model.precedence[*c] < own;
                let more_urgent = (0..self.params.preempt.len()).any(|c| above(&c));
                // Of a load the first case counts, who has the crew.
                assert!(more_urgent || case.crew.is_empty(), "{case:?}");
                assert!(!stage.rules.uninterruptible, "{case:?}");
            }
            Interruption::Left => {
                assert!(ever(&|p| p.turnover.attrition > 0.0));
            }
            Interruption::Absent => assert!(ever(&|p| p.turnover.absence.is_some())),
            Interruption::Exposed => {
                assert!(stage.rules.exposure && ever(&|p| p.exposure_cap.is_some()));
            }
        }
    }

    /// Nobody does more on exposing stages than the cap between two resets, where one shift and steady rules tell when
    /// these are.
    pub(crate) fn check_exposure(&mut self, case: &Open, effort: Duration) {
        if !self.model.stages[case.stage.index()].rules.exposure || effort == Duration::ZERO {
            return;
        }
        for &(pool, member) in &case.crew {
            let caps: Vec<_> = self.model.params.iter().map(|p| p.pools[pool.index()].exposure_cap).collect();
            let (Some(cap), [calendar]) = (caps[0], &self.model.pools[pool.index()].calendars[..]) else {
                continue;
            };
            if caps.iter().any(|c| *c != Some(cap)) || self.worked(case).is_none() {
                continue;
            }
            let reset = self.last_reset(calendar);
            let since = case.stint.0.max(reset);
            // What was done after the reset, at the pace of the whole stint.
            let pace = effort.0 as f64 / calendar.working_between(case.stint.0, self.now).0.max(1) as f64;
            let new = pace * calendar.working_between(since, self.now).0 as f64;
            let entry = self.exposed.entry((pool, member)).or_insert((reset, 0.0));
            if entry.0 < reset {
                *entry = (reset, 0.0);
            }
            entry.1 += new.min(effort.0 as f64);
            if !case.through {
                assert!(entry.1 <= cap.0 as f64 + 10.0, "{} of {cap:?} by {member} ({case:?})", entry.1);
            }
        }
    }

    /// Who starts at, or is split by, the entry of a span has its place; a full span has let nobody in.
    pub(crate) fn enter_spans(&mut self, slot: u32, stage: StageId) {
        let model = self.model;
        let root = self.open[&slot].view.case;
        for (id, span) in spans(model) {
            let served = model.stages[stage.index()].rules.assigned.contains(&id);
            if span.entry == stage && !self.inside[id.index()].contains_key(&root) {
                self.inside[id.index()].insert(root, None);
                self.see("a case enters a span", true);
                let caps: Vec<_> = model.params.iter().map(|p| p.stages[stage.index()].cap).collect();
                // Cases of the start may be inside that the facts do not show; nobody is thrown out by a change.
                let used = self.inside[id.index()].len() as u64;
                let most = match caps[..] {
                    [Some(Cap::Cases(most))] => Some(most),
                    _ => None,
                };
                let placed = self.open.values().any(|o| o.view.initial) || !model.initial.is_empty();
                assert!(placed || most.is_none_or(|most| used <= most), "{used} of {most:?} are inside");
            }
            let crew = &self.open[&slot].crew;
            let member = crew.iter().find(|(p, _)| span.pool == Some(*p)).map(|(_, m)| *m);
            let alone = model.stages[stage.index()].rules.gather.as_ref().is_none_or(|g| g.size == Load::Any);
            if let (true, true, Some(member)) = (span.same_member, served && alone, member) {
                let crew = crew.clone();
                // Where a case stands in two such spans, the first one has the member.
                let assigned = &model.stages[stage.index()].rules.assigned;
                let serving = assigned.iter().find(|id| self.inside[id.index()].contains_key(&root));
                if serving != Some(&id) {
                    continue;
                }
                let Some(known) = self.inside[id.index()].get_mut(&root) else { continue };
                match *known {
                    // Who joined before its case came into the span waits for anybody.
                    Some(own) if self.open[&slot].spans.contains(&id) => {
                        let among = crew.contains(&(span.pool.unwrap(), own));
                        assert!(among, "{root} is {own}'s, but {crew:?} work on it at {:?}", self.now);
                    }
                    // A crew tells who it is only if it has one member of the pool.
                    None if crew.iter().filter(|(p, _)| span.pool == Some(*p)).count() == 1 => {
                        *known = Some(member);
                    }
                    Some(_) | None => {}
                }
            }
        }
    }

    pub(crate) fn leave_spans(&mut self, root: u32, stage: StageId) {
        for id in &self.model.stages[stage.index()].rules.closes {
            self.inside[id.index()].remove(&root);
        }
    }

    /// The first shift start of the day on which the last shift began: from there exposure is counted.
    fn last_reset(&self, calendar: &WorkCalendar) -> Time {
        let start = self.model.start;
        let clock = [start.hour(), start.minute(), start.second()].map(i64::from);
        let midnight = clock.iter().fold(0, |sum, part| sum * 60 + part) * 1000;
        let day = |t: Time| (t.0 + midnight).div_euclid(DAY);
        if calendar.is_always() {
            return Time(day(self.now) * DAY - midnight);
        }
        let mut last: Option<Time> = None;
        let mut at = Time(-1);
        while let Some((time, begins)) = calendar.next_switch(at).filter(|(time, _)| *time <= self.now) {
            if begins && last.is_none_or(|l| day(time) > day(l)) {
                last = Some(time);
            }
            at = time;
        }
        // Who is on shift all day begins anew at midnight.
        let all_day = |at: &Time| calendar.working_between(Time(at.0 - DAY), *at).0 == DAY;
        let midnights = (0..=day(self.now)).rev().map(|d| Time(d * DAY - midnight));
        let last = last.max(midnights.filter(|at| at.0 > 0).find(all_day));
        last.unwrap_or(Time(i64::MIN))
    }
}

/// A span by its position.
pub(crate) fn spans(model: &Model) -> impl Iterator<Item = (SpanId, &Span)> {
    model.spans.iter().enumerate().map(|(s, span)| (SpanId::at(s), span))
}
