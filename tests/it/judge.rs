//! An observer who believes nothing: from the facts alone it keeps books of its own on every case, job and member, and
//! fails the test at the first fact that cannot be.

use std::collections::{BTreeMap, BTreeSet};

use caseload::engine::{CaseView, Cause, Census, Fact, Interruption, Job, MemberFact, Observer, PoolLevel};
use caseload::model::{ClassId, Load, Model, Params, PoolId, ShiftEnd, SpanId, StageId, StageKind};
use caseload::units::{Duration, Time};

/// A run of a small scenario that tells more than this does not end.
const FACTS: u64 = 400_000;

#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum State {
    /// Has arrived, or begun as a job; joins a stage next.
    Arrived,
    Waiting,
    Parked,
    InWork,
    Delayed,
    /// Goes on in jobs.
    Split,
    /// Has joined a stage that takes no time, or not yet begun there.
    Passing,
    /// Is done with a stage, goes on at once.
    Finished,
    /// Has given up waiting, goes on at once.
    Reneged,
    /// Has been sent on by a full queue, goes on at once.
    Overflowed,
}

/// An open case or job as far as the facts tell.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact about the case by itself")]
pub(crate) struct Open {
    pub(crate) view: CaseView,
    pub(crate) state: State,
    pub(crate) stage: StageId,
    pub(crate) since: Time,
    pub(crate) begun: bool,
    pub(crate) crew: Vec<(PoolId, u32)>,
    /// When this stint began, and how many hours of effort an hour of it is worth.
    pub(crate) stint: (Time, f64),
    /// Whether it goes on in overtime.
    pub(crate) through: bool,
    /// Whether its case has gone on without it.
    pub(crate) orphan: bool,
    /// Whether a full queue sent it on, and nothing has begun since.
    pub(crate) sent_on: bool,
    /// The spans in which its case stood when it joined its stage.
    pub(crate) spans: Vec<SpanId>,
    /// Of a split case: where, how many jobs are open and how many have arrived.
    pub(crate) split: Option<(StageId, u32, u32)>,
}

impl Open {
    pub(crate) fn new(view: CaseView, now: Time) -> Open {
        Open {
            view,
            state: State::Arrived,
            stage: StageId(0),
            since: now,
            begun: false,
            crew: vec![],
            stint: (now, 1.0),
            through: false,
            orphan: false,
            sent_on: false,
            spans: vec![],
            split: None,
        }
    }
}

/// The books.
pub(crate) struct Judge<'m> {
    pub(crate) model: &'m Model,
    pub(crate) params: &'m Params,
    pub(crate) now: Time,
    facts: u64,
    arrivals: u64,
    /// By slot.
    pub(crate) open: BTreeMap<u32, Open>,
    /// Those that wait, parked ones apart, by stage.
    pub(crate) waiting: Vec<BTreeSet<u32>>,
    /// By pool and member: for what it works.
    pub(crate) busy: Vec<BTreeMap<u32, u32>>,
    pub(crate) absent: Vec<BTreeSet<u32>>,
    pub(crate) levels: Vec<PoolLevel>,
    arrived: Vec<u64>,
    reopened: Vec<u64>,
    /// Subjects who began less those who were stopped.
    subjects: i64,
    /// Tips that ended as linked, less cases that were told so.
    pub(crate) links: i64,
    /// The load that starts: its stage, and how many cases it has so far.
    load: Option<(StageId, u32)>,
    /// Cases that are certainly in a span, by span, and the member whom each has.
    pub(crate) inside: Vec<BTreeMap<u32, Option<u32>>>,
    /// Effort on exposing stages since the last reset: by pool and member, when that was and how much.
    pub(crate) exposed: BTreeMap<(PoolId, u32), (Time, f64)>,
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
        let (pools, classes) = (model.pools.len(), model.classes.len());
        Judge {
            model,
            params: &model.params[0],
            now: Time::ZERO,
            facts: 0,
            arrivals: 0,
            open: BTreeMap::new(),
            waiting: vec![BTreeSet::new(); model.stages.len()],
            busy: vec![BTreeMap::new(); pools],
            absent: vec![BTreeSet::new(); pools],
            levels: vec![PoolLevel::default(); pools],
            arrived: vec![0; classes],
            reopened: vec![0; classes],
            subjects: 0,
            links: 0,
            load: None,
            inside: vec![BTreeMap::new(); model.spans.len()],
            exposed: BTreeMap::new(),
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
        for case in self.open.values() {
            let stands = matches!(
                case.state,
                State::Waiting | State::Parked | State::InWork | State::Delayed | State::Split
            );
            assert!(stands, "{case:?} is nowhere");
        }
        for pool in 0..self.levels.len() {
            self.check_level(pool);
        }
        for stage in 0..self.waiting.len() {
            self.check_that_nobody_waits_in_vain(stage);
        }
    }

    pub(crate) fn see(&mut self, what: &'static str, happened: bool) {
        if happened {
            *self.seen.entry(what).or_default() += 1;
        }
    }

    pub(crate) fn case(&mut self, slot: u32) -> &mut Open {
        self.open.get_mut(&slot).expect("known to be open")
    }

    /// The slot of the case, or of the track, of which a job is a part.
    pub(crate) fn parent(&self, view: &CaseView) -> Option<u32> {
        let job = view.job?;
        if job.track == 0 || job.device == 0 {
            return Some(view.case);
        }
        let track = Some(Job { device: 0, ..job });
        let found = self.open.values().find(|o| o.view.case == view.case && o.view.job == track && !o.orphan);
        Some(found.expect("a device in a track has the track").view.slot)
    }

    fn arrive(&mut self, view: CaseView, subject: bool) {
        assert_eq!(view.number, self.arrivals, "cases are numbered in the order of arrival");
        assert_eq!((view.job, view.case), (None, view.slot));
        self.arrivals += 1;
        assert!(if view.initial { view.arrived <= Time::ZERO } else { view.arrived == self.now });
        let new = !view.initial && !view.reopened;
        self.subjects += i64::from(subject);
        self.arrived[view.class.index()] += u64::from(new);
        self.reopened[view.class.index()] += u64::from(view.reopened);
        self.see("a case is opened again", view.reopened);
        self.see("a tip brings no subject", new && !subject);
        self.lives.push((view.arrived, None));
        assert!(self.open.insert(view.slot, Open::new(view, self.now)).is_none(), "{view:?} is open already");
    }

    fn start(&mut self, view: CaseView, stage: StageId, crew: &[(PoolId, u32)], resumed: bool) {
        let kind = self.model.stages[stage.index()].kind;
        let case = &self.open[&view.slot];
        assert_eq!((case.stage, case.begun, case.orphan), (stage, resumed, false), "{case:?}");
        let ready = case.state == State::Waiting || (case.state == State::Passing && kind != StageKind::Work);
        assert!(ready, "{case:?} starts");
        self.count_load(stage, crew);
        if kind == StageKind::Work {
            self.check_crew(view, stage, crew);
            if !crew.is_empty() {
                self.check_choice(view.slot, stage, crew);
            }
            self.starts.entry(view.number).or_insert(self.now);
            self.see_start(&view, stage, crew, resumed);
        }
        self.waiting[stage.index()].remove(&view.slot);
        for &(pool, member) in crew {
            self.busy[pool.index()].insert(member, view.slot);
            let (busy, filled) = (self.busy[pool.index()].len(), self.levels[pool.index()].filled);
            assert!(busy <= filled as usize, "{busy} of {filled} work");
        }
        let pool = |p: &PoolId| &self.params.pools[p.index()];
        let pace = crew.iter().map(|(p, _)| pool(p).availability).fold(f64::INFINITY, f64::min);
        let finishes = |(p, _): &(PoolId, u32)| pool(p).shift_end == ShiftEnd::Finish;
        let never_ends = |(p, _): &(PoolId, u32)| {
            self.model.pools[p.index()].calendars.iter().all(|calendar| calendar.is_always())
        };
        let through = crew.iter().any(finishes) && crew.iter().all(|c| finishes(c) || never_ends(c));
        let now = self.now;
        let case = self.case(view.slot);
        case.crew = crew.to_vec();
        (case.stint, case.through, case.begun, case.sent_on) = ((now, pace), through, true, false);
        case.state = match kind {
            StageKind::Work => State::InWork,
            StageKind::Delay => State::Delayed,
            StageKind::Instant => State::Passing,
        };
        self.enter_spans(view.slot, stage);
    }

    /// Of a load the first case has the crew; the others follow at once.
    fn count_load(&mut self, stage: StageId, crew: &[(PoolId, u32)]) {
        let rules = &self.model.stages[stage.index()].rules;
        let most = match rules.gather.as_ref().map(|g| g.size) {
            None | Some(Load::Any) => 1,
            Some(Load::Exactly(n) | Load::UpTo(n)) => n,
        };
        if self.model.stages[stage.index()].kind != StageKind::Work {
            return;
        }
        if crew.is_empty() {
            let (at, count) = self.load.expect("somebody works on the first case of a load");
            assert!(at == stage && count < most, "{count} of {most} in a load at {stage:?}, {at:?}");
            self.load = Some((at, count + 1));
            self.see("a load of several", true);
        } else {
            self.load = Some((stage, 1));
        }
    }

    /// A stint is over: what was done in it fits the hours that have passed.
    fn stop(&mut self, slot: u32, effort: Duration) {
        let case = self.open[&slot].clone();
        self.case(slot).crew.clear();
        for (pool, member) in &case.crew {
            assert_eq!(self.busy[pool.index()].remove(member), Some(slot));
        }
        if case.crew.is_empty() {
            assert_eq!(effort, Duration::ZERO, "nobody works on the others of a load");
            return;
        }
        self.check_exposure(&case, effort);
        let Some(worked) = self.worked(&case) else { return };
        let (done, hours) = (effort.0 as f64, worked.0 as f64 * case.stint.1);
        // Elapsed time is rounded to the millisecond, and so is what is done in it.
        assert!((done - hours).abs() <= 2.0, "{done} done in {hours} ({case:?})");
    }

    fn interrupted(&mut self, view: CaseView, stage: StageId, effort: Duration, why: Interruption) {
        let case = &self.open[&view.slot];
        assert_eq!((case.state, case.stage), (State::InWork, stage));
        self.check_interruption(case, why);
        self.stop(view.slot, effort);
        self.see("work is handed over", why == Interruption::ShiftEnd);
        self.see("work is interrupted for the more urgent", why == Interruption::Preempted);
        self.see("work is left by who leaves", why == Interruption::Left);
        self.see("work is left by who is absent", why == Interruption::Absent);
        self.see("work is left by who has seen enough", why == Interruption::Exposed);
        if self.open[&view.slot].orphan {
            self.open.remove(&view.slot);
            return;
        }
        self.case(view.slot).state = State::Waiting;
        self.waiting[stage.index()].insert(view.slot);
    }

    fn finished(&mut self, view: CaseView, stage: StageId, effort: Duration) {
        let case = &self.open[&view.slot];
        assert_eq!((case.stage, case.begun), (stage, true));
        match case.state {
            State::InWork => self.stop(view.slot, effort),
            State::Delayed | State::Passing => assert_eq!(effort, Duration::ZERO),
            _ => panic!("{case:?} finishes"),
        }
        if self.open[&view.slot].orphan {
            self.see("work for nothing", true);
            self.open.remove(&view.slot);
        } else {
            self.case(view.slot).state = State::Finished;
        }
    }

    /// What a case or job is known to be does not change but by what the facts tell.
    fn check_view(&mut self, view: CaseView, fact: &Fact<'_>) {
        let known = self.open.get(&view.slot).unwrap_or_else(|| panic!("{view:?} is not open: {fact:?}"));
        let of = |v: &CaseView| (v.number, v.job, v.class, v.arrived, v.source);
        assert_eq!(of(&known.view), of(&view));
        assert!(known.orphan || known.view.case == view.case);
        if let Fact::Believed { before } = fact {
            assert!(known.view.observed == *before && view.observed != *before, "{view:?} {fact:?}");
            self.see("a belief changes", true);
        } else {
            assert_eq!(known.view.observed, view.observed, "{view:?} {fact:?}");
        }
        self.case(view.slot).view = view;
    }

    /// Number of those in a state, by stage.
    fn count(&self, state: State) -> Vec<u64> {
        let mut counts = vec![0; self.model.stages.len()];
        (self.open.values().filter(|c| c.state == state)).for_each(|c| counts[c.stage.index()] += 1);
        counts
    }
}

impl Observer for Judge<'_> {
    fn fact(&mut self, now: Time, view: CaseView, fact: Fact<'_>) {
        self.come_to(now);
        match fact {
            Fact::Arrived { subject, reports } => {
                assert_eq!(reports == 0, view.reopened, "a tip has reports, and only a tip");
                return self.arrive(view, subject);
            }
            Fact::JobBegan => return self.job_began(view),
            _ => self.check_view(view, &fact),
        }
        let stage = self.open[&view.slot].stage;
        match fact {
            Fact::Arrived { .. } | Fact::JobBegan | Fact::Believed { .. } => {}
            Fact::SubjectBegan => self.subjects += 1,
            Fact::Linked => {
                self.links -= 1;
                self.see("a case is linked to", true);
            }
            Fact::Joined { stage, since, waits } => self.join(view, stage, since, waits),
            Fact::Parked { stage } => self.park(view, stage),
            Fact::Released { stage } => self.release(view, stage),
            Fact::Started { stage, crew, resumed, .. } => self.start(view, stage, crew, resumed),
            Fact::Interrupted { stage, effort, why } => self.interrupted(view, stage, effort, why),
            Fact::Finished { stage, effort } => self.finished(view, stage, effort),
            Fact::Split { stage, jobs } => self.split(view, stage, jobs),
            Fact::JobEnded { how } => self.job_ended(view, how),
            Fact::Reneged { stage: at } => {
                let case = self.case(view.slot);
                assert_eq!((case.state, at, case.begun), (State::Waiting, stage, false));
                case.state = State::Reneged;
                self.waiting[stage.index()].remove(&view.slot);
            }
            Fact::Overflowed { stage } => self.overflow(view, stage),
            Fact::Ended { outcome, cause, stage: at, subject_stopped } => {
                self.subjects -= i64::from(subject_stopped);
                self.links += i64::from(cause == Cause::Link);
                assert!(at == stage || self.open[&view.slot].state == State::Split);
                self.end(view, outcome, cause);
            }
        }
    }

    fn member(&mut self, now: Time, pool: PoolId, member: u32, fact: MemberFact) {
        self.come_to(now);
        let absent = &mut self.absent[pool.index()];
        match fact {
            MemberFact::Hired { in_training } => {
                assert!(!self.busy[pool.index()].contains_key(&member));
                self.see("somebody is hired", true);
                self.see("somebody is hired to learn", in_training);
            }
            MemberFact::Left => {
                absent.remove(&member);
                let spans = self.model.spans.iter().zip(&mut self.inside);
                for (_, cases) in spans.filter(|(span, _)| span.pool == Some(pool)) {
                    cases.values_mut().filter(|m| **m == Some(member)).for_each(|m| *m = None);
                }
                self.see("somebody leaves", true);
            }
            MemberFact::Absent => {
                assert!(absent.insert(member), "{member} is away already");
                self.see("somebody is away", true);
            }
            MemberFact::Back => assert!(absent.remove(&member), "{member} was not away"),
        }
        // Whoever leaves, or comes, counts anew.
        if matches!(fact, MemberFact::Left | MemberFact::Hired { .. }) {
            self.exposed.remove(&(pool, member));
        }
    }

    fn pool(&mut self, now: Time, pool: PoolId, level: PoolLevel) {
        self.come_to(now);
        assert!(level.busy <= level.on_shift, "{pool:?} {level:?}");
        self.levels[pool.index()] = level;
        self.see("overtime", level.overtime > 0);
        self.see("more members than posts", level.filled > level.posts);
        self.see("posts that are vacant", level.filled < level.posts);
        self.see("a member at the cap", level.capped > 0);
        self.see("a member who learns", level.learning > 0);
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
        assert_eq!(census.waiting, self.count(State::Waiting), "waiting at {now:?}");
        assert_eq!(census.parked, self.count(State::Parked), "parked at {now:?}");
        assert_eq!(census.in_work, self.count(State::InWork), "in work at {now:?}");
        assert_eq!(census.delayed, self.count(State::Delayed), "delayed at {now:?}");
        let split = |o: &&Open| o.state == State::Split && o.view.job.is_none();
        assert_eq!(census.split, self.open.values().filter(split).count() as u64, "split at {now:?}");
        assert_eq!(self.links, 0, "every linked tip concerns a case");
        assert!(self.subjects >= 0, "nobody is stopped twice");
        assert_eq!(census.arrived, self.arrived, "arrived until {now:?}");
        assert_eq!(census.reopened, self.reopened, "opened again until {now:?}");
        for (class, open) in census.open.iter().enumerate() {
            let whole = |o: &&Open| o.view.class == ClassId::at(class) && o.view.job.is_none();
            assert_eq!(*open, self.open.values().filter(whole).count() as u64, "open at {now:?}");
        }
    }
}
