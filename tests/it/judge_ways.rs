//! Where cases and jobs go, as the judge sees it: from stage to stage, into parts and together again, aside and on, until
//! they end.

use caseload::engine::{CaseView, Cause, JobEnd};
use caseload::model::{JobKind, Next, OutcomeId, Parts, StageId, StageKind};
use caseload::units::Time;

use crate::judge::{Judge, Open, State};
use crate::judge_checks::spans;

impl Judge<'_> {
    /// Where a case or job may go after a stage.
    fn check_route(&self, case: &Open, next: Next) {
        let params = &self.params.stages[case.stage.index()];
        let row = if params.route_by_observed { case.view.observed } else { case.view.class };
        let route = &params.routes.get(row.index());
        let led = route.is_some_and(|r| r.choices.iter().any(|(_, n)| *n == next));
        assert!(led, "no route leads from {:?} to {next:?}", case.stage);
    }

    /// Where it goes, given what has become of it.
    fn check_next(&mut self, slot: u32, next: Next) {
        let case = &self.open[&slot];
        let params = &self.params.stages[case.stage.index()];
        match case.state {
            State::Finished => self.check_route(case, next),
            State::Reneged => assert_eq!(params.on_patience, Some(next)),
            State::Overflowed => assert_eq!(params.queue_limit.as_ref().map(|l| l.to), Some(next)),
            State::Split => {
                let (stage, jobs, arrived) = case.split.expect("a split case knows where");
                assert!(jobs == 0, "{case:?} goes on while jobs are open");
                let split = self.model.stages[stage.index()].rules.split.as_ref().unwrap();
                let meets = if arrived > 0 { Next::Stage(split.then) } else { split.none };
                assert_eq!(next, meets, "{case:?}");
                self.see("jobs meet", arrived > 0);
                self.see("no job arrives", arrived == 0);
                self.case(slot).split = None;
            }
            _ => panic!("{case:?} goes to {next:?}"),
        }
    }

    pub(crate) fn join(&mut self, view: CaseView, stage: StageId, since: Time, waits: bool) {
        let case = &self.open[&view.slot];
        assert!(!case.orphan);
        match case.state {
            State::Arrived if view.job.is_some() => self.check_first_stage(&view, stage),
            State::Arrived if view.initial => assert!(since <= Time::ZERO),
            State::Arrived if view.reopened => {}
            State::Arrived => {
                // Only further tips about subjects of the start may have no source.
                let enters = view.source.map(|s| self.params.sources[s.index()].enters);
                assert_eq!((enters.unwrap_or(stage), since), (stage, self.now));
            }
            state => {
                self.see("patience to a stage", state == State::Reneged);
                self.check_next(view.slot, Next::Stage(stage));
            }
        }
        // Devices have waited as long as their case.
        assert!(view.initial || since == self.now || (view.job.is_some() && since < self.now));
        let row = &self.model.stages[stage.index()];
        let may_wait = row.kind == StageKind::Work || row.rules.gather.is_some() || row.rules.opens.is_some();
        let parks = self.params.stages[stage.index()].park.is_some();
        assert!(!waits || may_wait || parks, "{view:?} waits at {stage:?}");
        self.leave_spans(view.case, stage);
        let inside = spans(self.model).map(|(id, _)| id);
        let inside = inside.filter(|id| self.inside[id.index()].contains_key(&view.case)).collect();
        let case = self.case(view.slot);
        case.spans = inside;
        (case.stage, case.since, case.begun) = (stage, since, false);
        case.state = if waits { State::Waiting } else { State::Passing };
        if waits {
            self.waiting[stage.index()].insert(view.slot);
        }
    }

    /// A job begins where its split says.
    fn check_first_stage(&self, view: &CaseView, stage: StageId) {
        let parent = self.parent(view).expect("a job is part of something");
        let (at, ..) = self.open[&parent].split.expect("a job is part of a split case");
        match &self.model.stages[at.index()].rules.split.as_ref().unwrap().into {
            Parts::Devices => assert_eq!(stage, at),
            Parts::Tracks(tracks) => {
                assert_eq!(stage, tracks[view.job.unwrap().track as usize - 1]);
            }
        }
    }

    pub(crate) fn split(&mut self, view: CaseView, stage: StageId, jobs: u32) {
        let case = &self.open[&view.slot];
        assert!(case.stage == stage && !case.orphan && case.split.is_none(), "{case:?}");
        let rules = self.model.stages[stage.index()].rules.split.as_ref().expect("the stage splits");
        match &rules.into {
            Parts::Devices => assert!(matches!(case.state, State::Passing | State::Waiting), "{case:?}"),
            Parts::Tracks(tracks) => assert_eq!((case.state, tracks.len()), (State::Finished, jobs as usize)),
        }
        self.see("a case is split into devices", rules.into == Parts::Devices);
        self.see("a case is split into tracks", rules.into != Parts::Devices);
        self.waiting[stage.index()].remove(&view.slot);
        let case = self.case(view.slot);
        // Jobs are counted as they begin.
        (case.state, case.split) = (State::Split, Some((stage, 0, 0)));
        self.enter_spans(view.slot, stage);
    }

    pub(crate) fn job_began(&mut self, view: CaseView) {
        let parent = self.parent(&view).expect("a job is part of something");
        let whole = self.case(parent);
        assert_eq!((whole.view.number, whole.view.class), (view.number, view.class));
        whole.split.as_mut().expect("a split case").1 += 1;
        assert!(self.open.insert(view.slot, Open::new(view, self.now)).is_none(), "{view:?} is open already");
    }

    pub(crate) fn job_ended(&mut self, view: CaseView, how: JobEnd) {
        let case = self.open[&view.slot].clone();
        assert!(!case.orphan, "{case:?} ends again");
        let parent = self.parent(&view).expect("a job is part of something");
        let (stage, jobs, arrived) = self.open[&parent].split.expect("a split case");
        let then = self.model.stages[stage.index()].rules.split.as_ref().unwrap().then;
        match how {
            JobEnd::Arrived => self.check_next(view.slot, Next::Stage(then)),
            JobEnd::Outcome(outcome) => {
                let of = self.model.outcomes[outcome.index()].of.expect("the end of a job");
                self.see("a job ends by itself", true);
                if case.state == State::Split {
                    assert_eq!(of, JobKind::Track, "a device ended its track: {case:?}");
                } else {
                    self.check_next(view.slot, Next::End(outcome));
                }
            }
            JobEnd::Withdrawn => self.see("a job is withdrawn", true),
        }
        if case.state == State::Split {
            let open = self.open[&view.slot].split.map_or(0, |(_, jobs, _)| jobs);
            assert_eq!(open, 0, "a track is over before its devices");
        }
        let arrived = arrived + u32::from(how == JobEnd::Arrived);
        self.case(parent).split = Some((stage, jobs - 1, arrived));
        self.waiting[case.stage.index()].remove(&view.slot);
        if case.state == State::InWork {
            self.case(view.slot).orphan = true;
        } else {
            self.open.remove(&view.slot);
        }
    }

    pub(crate) fn park(&mut self, view: CaseView, stage: StageId) {
        let park = self.params.stages[stage.index()].park.as_ref().expect("the stage parks");
        assert_eq!(self.open[&view.slot].state, State::Waiting);
        assert!(park.classes[view.observed.index()] && !self.open[&view.slot].begun);
        self.waiting[stage.index()].remove(&view.slot);
        let queue = self.waiting[stage.index()].len() as u64;
        assert!(queue > park.above, "parked while {queue} wait");
        self.case(view.slot).state = State::Parked;
        self.see("a case is parked", true);
    }

    pub(crate) fn release(&mut self, view: CaseView, stage: StageId) {
        let case = self.case(view.slot);
        assert_eq!((case.state, case.stage), (State::Parked, stage));
        case.state = State::Waiting;
        self.waiting[stage.index()].insert(view.slot);
        self.see("a parked case comes back", true);
    }

    pub(crate) fn overflow(&mut self, view: CaseView, stage: StageId) {
        let limit = self.params.stages[stage.index()].queue_limit.as_ref().expect("the queue is limited");
        let case = &self.open[&view.slot];
        assert!(case.state == State::Waiting && !case.begun && !case.sent_on, "{case:?} is sent on");
        assert!(limit.classes[view.observed.index()] && case.since == self.now);
        let queue = self.waiting[stage.index()].len() as u64;
        assert!(queue > limit.cases, "sent on while {queue} wait");
        self.waiting[stage.index()].remove(&view.slot);
        let case = self.case(view.slot);
        (case.state, case.sent_on) = (State::Overflowed, true);
        self.see("a full queue sends on", true);
    }

    pub(crate) fn end(&mut self, view: CaseView, outcome: OutcomeId, cause: Cause) {
        let case = self.open[&view.slot].clone();
        assert!(view.job.is_none(), "cases end, jobs are over");
        self.see("lapse in a queue", cause == Cause::Lapse && case.state == State::Waiting);
        self.see("lapse in a delay", cause == Cause::Lapse && case.state == State::Delayed);
        self.see("lapse in work", cause == Cause::Lapse && case.state == State::Finished);
        self.see("lapse on arrival", cause == Cause::Lapse && case.state == State::Passing);
        self.see("patience to an outcome", cause == Cause::Patience);
        self.see("an initial case ends", view.initial);
        self.see("a tip is linked", cause == Cause::Link);
        let next = Next::End(outcome);
        match (cause, case.state) {
            // One of its jobs ended it.
            (Cause::Route | Cause::Patience | Cause::Overflow, State::Split) => {}
            (Cause::Route, State::Finished)
            | (Cause::Patience, State::Reneged)
            | (Cause::Overflow, State::Overflowed) => self.check_next(view.slot, next),
            (Cause::Link, State::Arrived | State::Finished) => assert_eq!(self.model.linked, Some(outcome)),
            (Cause::Lapse, State::InWork | State::Reneged | State::Overflowed | State::Arrived)
            | (Cause::Route | Cause::Patience | Cause::Overflow | Cause::Link, _) => {
                panic!("{case:?} ends by {cause:?}")
            }
            (Cause::Lapse, _) => {
                let retention = &self.params.sources[view.source.unwrap().index()].retention;
                assert_eq!(retention.as_ref().map(|r| r.on_lapse), Some(outcome));
            }
        }
        let jobs =
            self.open.values().filter(|o| o.view.case == view.slot && o.view.job.is_some() && !o.orphan);
        assert_eq!(jobs.count(), 0, "{case:?} ends before its jobs");
        self.open.remove(&view.slot);
        self.waiting[case.stage.index()].remove(&view.slot);
        for span in &mut self.inside {
            span.remove(&view.slot);
        }
        self.lives[view.number as usize].1 = Some(self.now);
        self.ends.insert(view.number, self.now);
    }
}
