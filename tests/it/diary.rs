//! The luck of every tip, as one run shows it: when it came, of which class, with how many reports and devices, and at
//! each stage the effort, the delay, the patience, what was believed and where it went.

use std::collections::{BTreeMap, BTreeSet};

use caseload::engine::{CaseView, Cause, Census, Fact, Job, JobEnd, Observer, PoolLevel, simulate};
use caseload::model::{Assess, Model, PoolId, StageId, StageKind};
use caseload::units::{Duration, Time};

/// A tip: its source, the millisecond, and which of those of that millisecond. Cases of the start have a source of
/// their own.
pub(crate) type Tip<'m> = (&'m str, i64, usize);

/// What a tip, or a job of its case, met: at a stage, the how-manieth time.
pub(crate) type Place<'m> = (Tip<'m>, Job, &'m str, u32);

/// What was learned of a tip when it came.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Arrival<'m> {
    pub(crate) class: &'m str,
    pub(crate) reports: u32,
    /// Whether it brought a subject: it is no further tip about a known one.
    pub(crate) subject: bool,
}

/// Everything that chance gave each tip in one replication.
pub(crate) struct Diary<'m> {
    model: &'m Model,
    pub(crate) arrivals: BTreeMap<Tip<'m>, Arrival<'m>>,
    pub(crate) devices: BTreeMap<Tip<'m>, u32>,
    pub(crate) lapses: BTreeMap<Tip<'m>, Time>,
    pub(crate) efforts: BTreeMap<Place<'m>, Duration>,
    pub(crate) delays: BTreeMap<Place<'m>, Duration>,
    /// By what was believed at joining, which decides the law.
    pub(crate) patiences: BTreeMap<Place<'m>, (&'m str, Duration)>,
    /// What a stage made the agency believe.
    pub(crate) beliefs: BTreeMap<Place<'m>, &'m str>,
    /// By what was believed, where that decides, and where it went.
    pub(crate) routes: BTreeMap<Place<'m>, (&'m str, &'m str)>,
    /// By number of the case: those that are opened again have none, for they are not in step.
    tips: BTreeMap<u64, Tip<'m>>,
    visits: BTreeMap<(u64, Job, StageId), u32>,
    split: BTreeSet<u64>,
    now: BTreeMap<u32, Now<'m>>,
}

/// Where a case or job stands, by slot.
#[derive(Default)]
struct Now<'m> {
    place: Option<Place<'m>>,
    joined: Time,
    /// What it was believed to be then, if its patience runs from there, and by the clock.
    patient: Option<&'m str>,
    begun: Time,
    worked: Duration,
    /// When work on it last ended: evidence that lapses meanwhile ends the case only then.
    stopped: Option<Time>,
    /// Whether its next step shows a route, and by which belief.
    leaves: Option<&'m str>,
}

impl Diary<'_> {
    /// Of replication 0.
    pub(crate) fn of(model: &Model) -> Diary<'_> {
        let mut diary = Diary {
            model,
            arrivals: BTreeMap::new(),
            devices: BTreeMap::new(),
            lapses: BTreeMap::new(),
            efforts: BTreeMap::new(),
            delays: BTreeMap::new(),
            patiences: BTreeMap::new(),
            beliefs: BTreeMap::new(),
            routes: BTreeMap::new(),
            tips: BTreeMap::new(),
            visits: BTreeMap::new(),
            split: BTreeSet::new(),
            now: BTreeMap::new(),
        };
        simulate(model, 0, &mut diary);
        diary
    }
}

impl<'m> Diary<'m> {
    /// Whether there is a source of this name; cases of the start have one too.
    pub(crate) fn has_source(&self, name: &str) -> bool {
        name == "initial" || self.model.sources.iter().any(|source| source.id == name)
    }

    fn arrived(&mut self, case: CaseView, subject: bool, reports: u32) {
        self.now.insert(case.slot, Now::default());
        if case.reopened {
            return;
        }
        let source = case.source.filter(|_| !case.initial);
        let name = source.map_or("initial", |s| self.model.sources[s.index()].id.as_str());
        let first = (name, case.arrived.0, 0);
        let equal = self.arrivals.range(first..=(name, case.arrived.0, usize::MAX)).count();
        let tip = (name, case.arrived.0, equal);
        let class = self.model.class_name(case.class);
        self.arrivals.insert(tip, Arrival { class, reports, subject });
        self.tips.insert(case.number, tip);
    }

    fn joined(&mut self, now: Time, case: CaseView, stage: StageId, since: Time) {
        self.went(case, &self.model.stages[stage.index()].id);
        let job = case.job.unwrap_or_default();
        let visit = self.visits.entry((case.number, job, stage)).or_default();
        *visit += 1;
        let params = &self.model.params[0].stages[stage.index()];
        let law = params.patience.get(case.observed.index()).and_then(Option::as_ref);
        let id = self.model.stages[stage.index()].id.as_str();
        let place = self.tips.get(&case.number).map(|tip| (*tip, job, id, *visit));
        let runs = law.is_some_and(|law| !law.working_days) && params.park.is_none() && params.cap.is_none();
        let patient = runs.then(|| self.model.class_name(case.observed));
        let joined = since.max(Time::ZERO).min(now);
        self.now.insert(case.slot, Now { place, joined, patient, ..Now::default() });
    }

    fn finished(&mut self, now: Time, case: CaseView, stage: StageId, effort: Duration) {
        let here = self.now.get_mut(&case.slot).expect("who finishes has joined");
        let (rules, params) =
            (&self.model.stages[stage.index()], &self.model.params[0].stages[stage.index()]);
        let worked = here.worked + effort;
        here.stopped = Some(now);
        here.leaves = Some(if params.route_by_observed { self.model.class_name(case.observed) } else { "" });
        let Some(place) = here.place else { return };
        let law = params.time[case.class.index()].as_ref();
        // Of a load the first case has all the work and all the luck; who is first is no luck.
        let alone = rules.rules.gather.is_none();
        match rules.kind {
            StageKind::Work if alone => drop(self.efforts.insert(place, worked)),
            // How long working days last depends on when they begin.
            StageKind::Delay if alone && law.is_some_and(|law| !law.working_days) => {
                self.delays.insert(place, now - here.begun);
            }
            _ => {}
        }
    }

    /// Its next step, right after a stage.
    fn went(&mut self, case: CaseView, next: &'m str) {
        let Some(here) = self.now.get_mut(&case.slot) else { return };
        let (Some(by), Some(place)) = (here.leaves.take(), here.place) else { return };
        self.routes.insert(place, (by, next));
        let stage = self.model.stages.iter().position(|s| s.id == place.2).expect("it comes from there");
        let always = |rows: &[Vec<(f64, Option<_>)>]| rows.iter().flatten().all(|(_, class)| class.is_some());
        match &self.model.params[0].stages[stage].assess {
            Some(Assess::Table(rows)) if always(rows) && case.job.is_none() => {
                self.beliefs.insert(place, self.model.class_name(case.observed));
            }
            _ => {}
        }
    }

    fn ended(&mut self, now: Time, case: CaseView, outcome: &'m str, cause: Cause) {
        if cause == Cause::Route {
            self.went(case, outcome);
        }
        let in_work = self.now.get(&case.slot).is_some_and(|here| here.stopped == Some(now));
        if let Some(tip) = self.tips.get(&case.number)
            && cause == Cause::Lapse
            && !in_work
            && !self.split.contains(&case.number)
        {
            self.lapses.insert(*tip, now);
        }
    }
}

impl Observer for Diary<'_> {
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        let model = self.model;
        match fact {
            Fact::Arrived { subject, reports } => self.arrived(case, subject, reports),
            Fact::JobBegan => drop(self.now.insert(case.slot, Now::default())),
            Fact::Joined { stage, since, .. } => self.joined(now, case, stage, since),
            Fact::Split { jobs, stage } => {
                self.split.insert(case.number);
                // Where the parts lead depends on them.
                self.here(case).leaves = None;
                let devices = matches!(
                    model.stages[stage.index()].rules.split.as_ref().map(|split| &split.into),
                    Some(caseload::model::Parts::Devices)
                );
                if let Some(tip) = self.tips.get(&case.number).filter(|_| devices) {
                    self.devices.insert(*tip, jobs);
                }
            }
            Fact::Started { .. } => self.here(case).begun = now,
            Fact::Interrupted { effort, .. } => {
                let here = self.here(case);
                here.worked = here.worked + effort;
                here.stopped = Some(now);
            }
            Fact::Finished { stage, effort } => self.finished(now, case, stage, effort),
            Fact::Reneged { .. } => {
                let here = self.here(case);
                if let (Some(place), Some(by)) = (here.place, here.patient) {
                    let patience = (by, now - here.joined);
                    self.patiences.insert(place, patience);
                }
            }
            Fact::JobEnded { how: JobEnd::Arrived } => self.went(case, "where they meet"),
            Fact::JobEnded { how: JobEnd::Outcome(outcome) } => {
                self.went(case, &model.outcomes[outcome.index()].id);
            }
            Fact::Ended { outcome, cause, .. } => {
                self.ended(now, case, &model.outcomes[outcome.index()].id, cause);
            }
            _ => {}
        }
    }

    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

impl<'m> Diary<'m> {
    fn here(&mut self, case: CaseView) -> &mut Now<'m> {
        self.now.get_mut(&case.slot).expect("who is told of has arrived")
    }
}
