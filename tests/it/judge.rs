//! An observer who believes nothing: from the facts alone it keeps books of its own on every case and every member,
//! and fails the test at the first fact that cannot be.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use caseload::engine::{CaseView, Cause, Census, Fact, Observer, PoolLevel};
use caseload::model::{
    ClassId, Crew, Limit, Model, Next, Order, Params, PoolId, ShiftEnd, StageId, StageKind, StageParams,
    WorkCalendar,
};
use caseload::units::{Duration, Time};

/// A run of a small scenario that tells more than this does not end.
const FACTS: u64 = 400_000;

#[derive(Clone, Copy, PartialEq, Debug)]
enum State {
    /// Has arrived, joins a stage next.
    Arrived,
    Waiting,
    InWork,
    Delayed,
    /// Has joined a stage where nobody works.
    Passing,
    /// Is done with a stage, goes on at once.
    Finished,
    /// Has given up waiting, goes on at once.
    Reneged,
}

/// An open case as far as the facts tell.
#[derive(Debug)]
struct Open {
    view: CaseView,
    state: State,
    stage: StageId,
    since: Time,
    begun: bool,
    crew: Vec<(PoolId, u32)>,
    /// When this stint began, and how many hours of effort an hour of it is worth.
    stint: (Time, f64),
    /// Whether it goes on in overtime.
    through: bool,
}

/// The books.
pub(crate) struct Judge<'m> {
    model: &'m Model,
    params: &'m Params,
    now: Time,
    facts: u64,
    arrivals: u64,
    open: BTreeMap<u64, Open>,
    /// Open cases that wait, by stage.
    waiting: Vec<BTreeSet<u64>>,
    busy: Vec<BTreeMap<u32, u64>>,
    levels: Vec<PoolLevel>,
    arrived: Vec<u64>,
    /// Lives of all cases: arrival and end.
    pub(crate) lives: Vec<(Time, Option<Time>)>,
    /// First start of each case at any stage, and its end.
    pub(crate) starts: BTreeMap<u64, Time>,
    pub(crate) ends: BTreeMap<u64, Time>,
    /// How often what has happened.
    pub(crate) seen: BTreeMap<&'static str, u32>,
}

impl<'m> Judge<'m> {
    pub(crate) fn new(model: &'m Model) -> Judge<'m> {
        Judge {
            model,
            params: &model.params[0],
            now: Time::ZERO,
            facts: 0,
            arrivals: 0,
            open: BTreeMap::new(),
            waiting: vec![BTreeSet::new(); model.stages.len()],
            busy: vec![BTreeMap::new(); model.pools.len()],
            levels: vec![PoolLevel::default(); model.pools.len()],
            arrived: vec![0; model.classes.len()],
            lives: vec![],
            starts: BTreeMap::new(),
            ends: BTreeMap::new(),
            seen: BTreeMap::new(),
        }
    }

    /// Nothing of an earlier moment is told now; what a moment leaves behind must be in order when it is over.
    fn come_to(&mut self, now: Time) {
        assert!(now >= self.now, "told of {now:?} after {:?}", self.now);
        self.facts += 1;
        assert!(self.facts < FACTS, "the run does not end");
        if now > self.now {
            self.moment_is_over();
            self.now = now;
        }
    }

    fn moment_is_over(&self) {
        for (number, case) in &self.open {
            let stands = matches!(case.state, State::Waiting | State::InWork | State::Delayed);
            assert!(stands, "case {number} is nowhere: {case:?}");
        }
        for pool in 0..self.levels.len() {
            self.check_level(pool);
        }
        for stage in 0..self.waiting.len() {
            self.check_that_nobody_waits_in_vain(stage);
        }
    }

    fn check_level(&self, pool: usize) {
        let (level, busy) = (self.levels[pool], self.busy[pool].len() as u32);
        let calendars = &self.model.pools[pool].calendars;
        let open = calendars.iter().filter(|c| c.is_open(self.now)).count();
        assert!(level.busy <= level.on_shift && level.on_shift <= level.filled, "{level:?}");
        assert!(level.busy + level.overtime <= busy && busy <= level.filled, "{level:?}, {busy} have a task");
        if open == 0 {
            assert_eq!(level.on_shift, 0, "nobody has a shift at {:?}", self.now);
        } else if open == calendars.len() {
            assert_eq!((level.on_shift, level.busy), (level.filled, busy), "everybody has one: {level:?}");
        }
        let finishes = |p: &Params| p.pools[pool].shift_end == ShiftEnd::Finish;
        assert!(level.overtime == 0 || self.model.params.iter().any(finishes), "overtime unasked for");
    }

    fn idle(&self, pool: PoolId) -> u32 {
        self.levels[pool.index()].on_shift - self.levels[pool.index()].busy
    }

    fn window_is_open(&self, stage: usize) -> bool {
        self.model.stages[stage].starts.as_ref().is_none_or(|w| w.is_open_with_end(self.now))
    }

    fn check_that_nobody_waits_in_vain(&self, stage: usize) {
        if self.waiting[stage].is_empty() || !self.window_is_open(stage) {
            return;
        }
        let complete = match &self.model.stages[stage].crew {
            Crew::AnyOf(list) => list.iter().any(|&p| self.idle(p) > 0),
            Crew::Together(needs) => needs.iter().all(|&(p, n)| self.idle(p) >= n),
            Crew::Nobody => false,
        };
        let id = &self.model.stages[stage].id;
        assert!(
            !complete,
            "{:?} wait at {id} at {:?} for members who are idle",
            self.waiting[stage], self.now
        );
    }

    /// What the order of a stage makes of a case, where its facts tell.
    fn key(&self, params: &StageParams, number: u64) -> Option<(i64, i64, u64)> {
        let Open { view, since, .. } = &self.open[&number];
        let observed = view.observed.index();
        let key = match &params.order {
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
        let joined = if params.order == Order::Lifo { -since.0 } else { since.0 };
        Some((key, joined, number))
    }

    /// The first case of a stage.
    fn head(&self, stage: usize) -> Option<u64> {
        let params = &self.params.stages[stage];
        let keys: Option<Vec<_>> = self.waiting[stage].iter().map(|&n| self.key(params, n)).collect();
        keys?.into_iter().min().map(|key| key.2)
    }

    /// A case starts: it is the first of its queue, and no more urgent one could have been taken instead.
    fn check_choice(&self, number: u64, stage: StageId, crew: &[(PoolId, u32)]) {
        if let Some(first) = self.head(stage.index()) {
            assert_eq!(number, first, "case {number} starts before {first} at {stage:?}");
        }
        let Crew::AnyOf(list) = &self.model.stages[stage.index()].crew else { return };
        let urgency = |s: usize, n: u64| {
            let Open { view, since, .. } = &self.open[&n];
            (self.model.precedence[view.observed.index()], Reverse(s), *since, n)
        };
        let pool = crew[0].0;
        for (other, waiting) in self.waiting.iter().enumerate() {
            let same = self.model.stages[other].crew == Crew::AnyOf(vec![pool]);
            if other == stage.index() || !same || waiting.is_empty() || !self.window_is_open(other) {
                continue;
            }
            if let (Some(head), 1) = (self.head(other), list.len()) {
                assert!(
                    urgency(stage.index(), number) < urgency(other, head),
                    "case {number} is taken at {stage:?}, but {head} waits at stage {other}"
                );
            }
        }
    }

    fn check_crew(&self, stage: StageId, crew: &[(PoolId, u32)]) {
        let spec = &self.model.stages[stage.index()];
        let mut sizes: BTreeMap<PoolId, u32> = BTreeMap::new();
        for &(pool, member) in crew {
            *sizes.entry(pool).or_default() += 1;
            assert!(
                !self.busy[pool.index()].contains_key(&member),
                "{member} of {pool:?} has a task already"
            );
            let open = self.model.pools[pool.index()].calendars.iter().any(|c| c.is_open(self.now));
            assert!(open, "{pool:?} starts outside its shifts at {:?}", self.now);
            self.check_lowest(pool, member, crew);
        }
        let fits = match &spec.crew {
            Crew::Nobody => crew.is_empty(),
            Crew::AnyOf(list) => crew.len() == 1 && list.contains(&crew[0].0),
            Crew::Together(needs) => needs.iter().copied().collect::<BTreeMap<_, _>>() == sizes,
        };
        assert!(fits, "{crew:?} start at {}", spec.id);
        assert!(self.window_is_open(stage.index()), "{} starts at {:?}", spec.id, self.now);
    }

    /// Where nobody comes or goes and there is one shift, the lowest free number works.
    fn check_lowest(&self, pool: PoolId, member: u32, crew: &[(PoolId, u32)]) {
        let steady = |p: &Params| {
            p.pools[pool.index()].headcount == self.model.params[0].pools[pool.index()].headcount
        };
        if self.model.pools[pool.index()].calendars.len() == 1 && self.model.params.iter().all(steady) {
            let free = |m: &u32| !self.busy[pool.index()].contains_key(m) && !crew.contains(&(pool, *m));
            assert_eq!((0..member).find(free), None, "{member} of {pool:?} works, a lower one is free");
        }
    }

    fn see(&mut self, what: &'static str, happened: bool) {
        *self.seen.entry(what).or_default() += u32::from(happened);
    }

    fn start(&mut self, view: CaseView, stage: StageId, crew: &[(PoolId, u32)], resumed: bool) {
        self.check_crew(stage, crew);
        let kind = self.model.stages[stage.index()].kind;
        let expected = if kind == StageKind::Work { State::Waiting } else { State::Passing };
        let case = &self.open[&view.number];
        assert_eq!((case.state, case.stage, case.begun), (expected, stage, resumed), "case {}", view.number);
        if kind == StageKind::Work {
            self.check_choice(view.number, stage, crew);
            self.waiting[stage.index()].remove(&view.number);
            self.starts.entry(view.number).or_insert(self.now);
            self.see("work by a crew", crew.len() > 1);
            self.see("work in a loop", self.starts[&view.number] < self.now && !resumed);
            self.see("work goes on", resumed);
            self.see("starts after a wait", self.open[&view.number].since < self.now);
            self.see(
                "starts by a second choice",
                matches!(&self.model.stages[stage.index()].crew,
                Crew::AnyOf(list) if list[0] != crew[0].0),
            );
        }
        for &(pool, member) in crew {
            self.busy[pool.index()].insert(member, view.number);
            let (busy, filled) = (self.busy[pool.index()].len(), self.levels[pool.index()].filled);
            assert!(busy <= filled as usize, "{busy} of {filled} work");
        }
        let pool = |p: &PoolId| &self.params.pools[p.index()];
        let pace = crew.iter().map(|(p, _)| pool(p).availability).fold(f64::INFINITY, f64::min);
        let through = crew.iter().all(|(p, _)| pool(p).shift_end == ShiftEnd::Finish);
        let now = self.now;
        let case = self.open.get_mut(&view.number).unwrap();
        case.crew = crew.to_vec();
        (case.stint, case.through, case.begun) = ((now, pace), through, true);
        case.state = match kind {
            StageKind::Work => State::InWork,
            StageKind::Delay => State::Delayed,
            StageKind::Instant => State::Passing,
        };
    }

    /// A stint is over: what was done in it fits the hours that have passed.
    fn stop(&mut self, number: u64, effort: Duration, finished: bool) {
        let case = &self.open[&number];
        for (pool, member) in &case.crew {
            assert_eq!(self.busy[pool.index()].remove(member), Some(number));
        }
        let Some(worked) = self.worked(case) else { return };
        let (done, hours) = (effort.0 as f64, worked.0 as f64 * case.stint.1);
        // Elapsed time is rounded to the millisecond, and so is what is done in it.
        assert!((done - hours).abs() <= 2.0, "{done} done in {hours} ({number}, {finished})");
    }

    /// The working time of a stint, where all who work share one shift whose hours the facts tell.
    fn worked(&self, case: &Open) -> Option<Duration> {
        let calendars: Vec<&WorkCalendar> = (case.crew.iter())
            .map(|(p, _)| &self.model.pools[p.index()].calendars)
            .map(|c| (c.len() == 1).then(|| &*c[0]))
            .collect::<Option<_>>()?;
        if case.through {
            return Some(self.now - case.stint.0);
        }
        let common = calendars.iter().fold(WorkCalendar::always(), |all, c| all.intersection(c));
        Some(common.working_between(case.stint.0, self.now))
    }

    /// Where a case may go after a stage.
    fn check_route(&self, case: &Open, next: Next) {
        let params = &self.params.stages[case.stage.index()];
        let row = if params.route_by_observed { case.view.observed } else { case.view.class };
        let led = params.routes[row.index()].choices.iter().any(|(_, n)| *n == next);
        assert!(led, "no route leads from {:?} to {next:?}", case.stage);
    }

    fn join(&mut self, view: CaseView, stage: StageId, since: Time) {
        let case = &self.open[&view.number];
        match case.state {
            State::Arrived if view.initial => assert!(since <= Time::ZERO),
            State::Arrived => {
                let enters = self.params.sources[view.source.unwrap().index()].enters;
                assert_eq!((stage, since), (enters, self.now));
            }
            State::Finished => self.check_route(case, Next::Stage(stage)),
            State::Reneged => {
                *self.seen.entry("patience to a stage").or_default() += 1;
                assert_eq!(self.params.stages[case.stage.index()].on_patience, Some(Next::Stage(stage)));
            }
            _ => panic!("case {} joins {stage:?} as {case:?}", view.number),
        }
        assert!(view.initial || since == self.now);
        let waits = self.model.stages[stage.index()].kind == StageKind::Work;
        let case = self.open.get_mut(&view.number).unwrap();
        (case.stage, case.since, case.begun) = (stage, since, false);
        case.state = if waits { State::Waiting } else { State::Passing };
        if waits {
            self.waiting[stage.index()].insert(view.number);
        }
    }

    fn end(&mut self, view: CaseView, outcome: caseload::model::OutcomeId, cause: Cause) {
        let case = self.open.remove(&view.number).unwrap();
        self.waiting[case.stage.index()].remove(&view.number);
        let patience = self.params.stages[case.stage.index()].on_patience;
        self.see("lapse in a queue", cause == Cause::Lapse && case.state == State::Waiting);
        self.see("lapse in a delay", cause == Cause::Lapse && case.state == State::Delayed);
        self.see("lapse in work", cause == Cause::Lapse && case.state == State::Finished);
        self.see("lapse on arrival", cause == Cause::Lapse && case.state == State::Passing);
        self.see("patience to an outcome", cause == Cause::Patience);
        self.see("an initial case ends", view.initial);
        match (cause, case.state) {
            (Cause::Route, State::Finished) => self.check_route(&case, Next::End(outcome)),
            (Cause::Patience, State::Reneged) => assert_eq!(patience, Some(Next::End(outcome))),
            (Cause::Lapse, State::InWork | State::Reneged | State::Arrived)
            | (Cause::Route | Cause::Patience | Cause::Overflow | Cause::Link, _) => {
                panic!("case {} ends by {cause:?} as {case:?}", view.number)
            }
            (Cause::Lapse, _) => {
                let retention = &self.params.sources[view.source.unwrap().index()].retention;
                assert_eq!(retention.as_ref().map(|r| r.on_lapse), Some(outcome));
            }
        }
        self.lives[view.number as usize].1 = Some(self.now);
        self.ends.insert(view.number, self.now);
    }
}

impl Observer for Judge<'_> {
    fn fact(&mut self, now: Time, view: CaseView, fact: Fact<'_>) {
        self.come_to(now);
        if matches!(fact, Fact::Arrived { .. }) {
            assert_eq!(view.number, self.arrivals, "cases are numbered in the order of arrival");
            self.arrivals += 1;
            assert!(if view.initial { view.arrived <= Time::ZERO } else { view.arrived == now });
            self.arrived[view.class.index()] += u64::from(!view.initial);
            self.lives.push((view.arrived, None));
            let (stage, stint) = (StageId(0), (now, 1.0));
            let (state, crew) = (State::Arrived, vec![]);
            let case = Open { view, state, stage, since: now, begun: false, crew, stint, through: false };
            self.open.insert(view.number, case);
            return;
        }
        let known = self.open.get(&view.number).unwrap_or_else(|| panic!("{view:?} is not open: {fact:?}"));
        assert_eq!((known.view.class, known.view.arrived), (view.class, view.arrived));
        let (stage, state, begun) = (known.stage, known.state, known.begun);
        let change = |judge: &mut Self, to: State| judge.open.get_mut(&view.number).unwrap().state = to;
        match fact {
            Fact::Arrived { .. } => {}
            Fact::Joined { stage, since, .. } => self.join(view, stage, since),
            Fact::Started { stage, crew, resumed, .. } => self.start(view, stage, crew, resumed),
            Fact::Interrupted { stage: at, effort, .. } => {
                assert_eq!((state, at), (State::InWork, stage));
                self.stop(view.number, effort, false);
                change(self, State::Waiting);
                self.see("work is handed over", true);
                self.waiting[stage.index()].insert(view.number);
            }
            Fact::Finished { stage: at, effort } => {
                assert_eq!((at, begun), (stage, true));
                match state {
                    State::InWork => self.stop(view.number, effort, true),
                    State::Delayed | State::Passing => assert_eq!(effort, Duration::ZERO),
                    _ => panic!("case {} finishes while {state:?}", view.number),
                }
                change(self, State::Finished);
            }
            Fact::Reneged { stage: at } => {
                assert_eq!((state, at, begun), (State::Waiting, stage, false));
                self.waiting[stage.index()].remove(&view.number);
                change(self, State::Reneged);
            }
            Fact::Ended { outcome, cause, stage: at, .. } => {
                assert_eq!(at, stage);
                self.end(view, outcome, cause);
            }
            _ => panic!("unheard of: {fact:?}"),
        }
    }

    fn pool(&mut self, now: Time, pool: PoolId, level: PoolLevel) {
        self.come_to(now);
        self.levels[pool.index()] = level;
        self.see("overtime", level.overtime > 0);
        self.see("more members than posts", level.filled > level.posts);
        self.see("posts that are vacant", level.filled < level.posts);
    }

    fn changed(&mut self, now: Time, snapshot: usize) {
        self.come_to(now);
        self.params = &self.model.params[snapshot];
        assert_eq!(self.params.from, now);
    }

    fn sample(&mut self, now: Time, census: &Census) {
        self.come_to(now);
        // At the horizon nothing of the moment has happened, and who is on shift then is not told.
        if now != self.model.horizon && now != self.model.end() {
            self.moment_is_over();
        }
        let count = |state: State| {
            let mut counts = vec![0; self.model.stages.len()];
            (self.open.values().filter(|c| c.state == state)).for_each(|c| counts[c.stage.index()] += 1);
            counts
        };
        assert_eq!(census.waiting, count(State::Waiting), "waiting at {now:?}");
        assert_eq!(census.in_work, count(State::InWork), "in work at {now:?}");
        assert_eq!(census.delayed, count(State::Delayed), "delayed at {now:?}");
        assert_eq!(census.arrived, self.arrived, "arrived until {now:?}");
        for (class, open) in census.open.iter().enumerate() {
            let here = self.open.values().filter(|c| c.view.class == ClassId::at(class)).count();
            assert_eq!(*open, here as u64, "open at {now:?}");
        }
    }
}
