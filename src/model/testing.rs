//! Models built by hand for tests: one class, one source, always-on pools, unless a test says more.

use std::sync::Arc;

use jiff::civil::date;

use super::{
    Class, ClassId, CountsAs, Crew, Initial, InitialPlaces, Law, Model, Next, Order, Outcome, OutcomeId,
    Params, Pool, PoolId, PoolParams, PoolPlaces, RatePiece, Route, Source, SourceId, SourceParams,
    SourcePlaces, SpanLaw, Stage, StageId, StageKind, StageParams, StagePlaces, StageRules, WorkCalendar,
};
use crate::random::{Place, Purpose};
use crate::units::{DAY, Duration, HOUR, Time};

/// Where cases of these tests end.
pub(crate) const DONE: Next = Next::End(OutcomeId(0));

/// An empty system over so many days from Monday, 2025-01-06, with these classes, most urgent first, one outcome
/// `done`, sampled daily.
pub(crate) fn model(days: i64, classes: &[&str]) -> Model {
    let horizon = Time(days * DAY);
    Model {
        name: "test".into(),
        plan: String::new(),
        title: "test".into(),
        start: date(2025, 1, 6).at(0, 0, 0, 0),
        horizon,
        warmup: Time::ZERO,
        follow_up: Duration::ZERO,
        samples: (0..=days).map(|d| Time(d * DAY)).collect(),
        replications: 1,
        seed: 1,
        most_open: crate::model::MOST_OPEN,
        currency: "USD".into(),
        fiscal_years: vec![],
        discount: 0.0,
        classes: classes
            .iter()
            .enumerate()
            .map(|(report, id)| Class { id: (*id).into(), report, repeat: vec![] })
            .collect(),
        report_classes: classes.iter().map(|id| (*id).into()).collect(),
        precedence: (0..=classes.len() as u16).collect(),
        sources: vec![],
        initial: vec![],
        pools: vec![],
        stages: vec![],
        loop_stages: 0,
        spans: vec![],
        assesses: false,
        linked: None,
        outcomes: vec![outcome("done", CountsAs::Closed)],
        milestones: vec![],
        targets: vec![],
        working_days: office(days),
        params: vec![Params {
            from: Time::ZERO,
            risk: vec![0.0; classes.len()],
            devices: vec![None; classes.len()],
            preempt: vec![false; classes.len() + 1],
            sources: vec![],
            stages: vec![],
            pools: vec![],
        }],
        extra_costs: vec![],
    }
}

pub(crate) fn outcome(id: &str, counts_as: CountsAs) -> Outcome {
    Outcome { id: id.into(), counts_as, stops: false, of: None }
}

/// Monday to Friday, whole days.
fn office(days: i64) -> WorkCalendar {
    let day = |d: i64| (d * DAY, (d + 1) * DAY);
    WorkCalendar::from_intervals((0..days + 400).filter(|d| d % 7 < 5).map(day).collect())
}

/// Monday to Friday 09:00 to 17:00.
pub(crate) fn hours_9_to_17(days: i64) -> WorkCalendar {
    let day = |d: i64| (d * DAY + 9 * HOUR, d * DAY + 17 * HOUR);
    WorkCalendar::from_intervals((0..days).filter(|d| d % 7 < 5).map(day).collect())
}

impl Model {
    /// Tips at a constant rate a day into stage 0, with these shares of the classes.
    pub(crate) fn source(&mut self, id: &str, per_day: f64, shares: &[f64]) -> SourceId {
        self.sources.push(Source {
            id: id.into(),
            places: SourcePlaces::of(id),
            rate: vec![RatePiece { from: Time::ZERO, rate: per_day / DAY as f64, day: 0 }],
            from: Time::ZERO,
            until: Time::NEVER,
            at_most: u64::MAX,
            replay: vec![],
        });
        let mut sum = 0.0;
        let mix = shares.iter().map(|share| {
            sum += share;
            sum
        });
        let params = SourceParams {
            enters: StageId(0),
            overdispersion: 1.0,
            gaps: None,
            batch: None,
            burst: None,
            mix: mix.collect(),
            mix_end: None,
            label: None,
            retention: None,
            bundle: None,
            link: None,
            escalates: 0.0,
        };
        self.params[0].sources.push(Arc::new(params));
        SourceId::at(self.sources.len() - 1)
    }

    /// A pool of so many members in these hours.
    pub(crate) fn pool(&mut self, id: &str, members: u32, hours: WorkCalendar) -> PoolId {
        self.pools.push(Pool { id: id.into(), calendars: vec![Arc::new(hours)], places: PoolPlaces::of(id) });
        let params = PoolParams { leave_last_hired: true, ..PoolParams::plain(members) };
        self.params[0].pools.push(Arc::new(params));
        PoolId::at(self.pools.len() - 1)
    }

    /// A stage where one member of the pool works so many hours on each case.
    pub(crate) fn work(&mut self, id: &str, pool: PoolId, hours: f64, next: &[(f64, Next)]) -> StageId {
        self.stage(id, StageKind::Work, Crew::AnyOf(vec![pool]), Some(exponential(hours)), next)
    }

    /// A stage where time passes by this law.
    pub(crate) fn delay(&mut self, id: &str, law: Law, next: &[(f64, Next)]) -> StageId {
        self.stage(id, StageKind::Delay, Crew::Nobody, Some(law), next)
    }

    /// A stage of any kind, the same for all classes.
    pub(crate) fn stage(
        &mut self,
        id: &str,
        kind: StageKind,
        crew: Crew,
        time: Option<Law>,
        next: &[(f64, Next)],
    ) -> StageId {
        self.stages.push(Stage {
            id: id.into(),
            kind,
            loop_slot: None,
            starts: None,
            crew,
            places: StagePlaces::of(id),
            preserves_at_start: vec![],
            preserves_at_end: vec![],
            rules: StageRules::default(),
        });
        let mut sum = 0.0;
        let choices = next.iter().map(|(share, to)| {
            sum += share;
            (sum, *to)
        });
        let classes = self.classes.len();
        self.params[0].stages.push(Arc::new(StageParams {
            time: vec![time.map(plain); classes],
            patience: vec![None; classes + 1],
            on_patience: None,
            order: Order::Class,
            routes: vec![Route { choices: choices.collect() }; classes],
            route_by_observed: false,
            cost: 0.0,
            assess: None,
            park: None,
            queue_limit: None,
            cap: None,
        }));
        StageId::at(self.stages.len() - 1)
    }

    /// The parameters of a stage, for a test to edit.
    pub(crate) fn stage_params(&mut self, stage: StageId) -> &mut StageParams {
        Arc::get_mut(&mut self.params[0].stages[stage.index()]).expect("tests edit before they copy")
    }

    /// The parameters of a source, for a test to edit.
    pub(crate) fn source_params(&mut self, source: SourceId) -> &mut SourceParams {
        Arc::get_mut(&mut self.params[0].sources[source.index()]).expect("tests edit before they copy")
    }

    /// The parameters of a pool, for a test to edit.
    pub(crate) fn pool_params(&mut self, pool: PoolId) -> &mut PoolParams {
        Arc::get_mut(&mut self.params[0].pools[pool.index()]).expect("tests edit before they copy")
    }

    /// A snapshot from this day on that shares everything with the last one.
    pub(crate) fn change(&mut self, day: i64) -> &mut Params {
        let last = &self.params[self.params.len() - 1];
        let next = Params { from: Time(day * DAY), ..last.clone() };
        self.params.push(next);
        self.params.last_mut().expect("it was just pushed")
    }

    /// Cases of class 0 that stand at a stage at the start, of this age.
    pub(crate) fn initial(&mut self, stage: StageId, count: u64, age: Law) {
        let place = |purpose| Place::new(purpose, "initial");
        self.initial.push(Initial {
            stage,
            class: ClassId(0),
            observed: ClassId(0),
            count,
            first: 0,
            age,
            waited: None,
            source: None,
            can_lapse: false,
            places: InitialPlaces {
                tip: place(Purpose::InitialCase),
                age: place(Purpose::InitialAge),
                waited: place(Purpose::InitialWaited),
                retention: place(Purpose::Retention),
            },
        });
    }
}

/// A copy of a pool with another number of posts, for a later snapshot.
pub(crate) fn with_headcount(pool: &PoolParams, headcount: u32) -> Arc<PoolParams> {
    Arc::new(PoolParams { headcount, ..pool.clone() })
}

pub(crate) fn plain(law: Law) -> SpanLaw {
    SpanLaw { law, working_days: false }
}

pub(crate) fn exponential(hours: f64) -> Law {
    Law::exponential(hours * HOUR as f64).expect("tests use good means")
}

pub(crate) fn constant_days(days: f64) -> Law {
    Law::constant(days * DAY as f64).expect("tests use good values")
}
