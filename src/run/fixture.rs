//! A small model for tests: one source, one queue with a pool, one delay, built without a scenario file.

use std::sync::Arc;

use crate::model::{
    Class, CountsAs, Crew, FiscalYear, Initial, InitialPlaces, Law, Limit, Milestone, MilestoneId, Model,
    Moment, Next, Order, Outcome, OutcomeId, Params, Pool, PoolId, PoolParams, PoolPlaces, RatePiece, Route,
    Source, SourceParams, SourcePlaces, SpanLaw, Stage, StageId, StageKind, StageParams, StagePlaces,
    StageRules, Target, WorkCalendar,
};
use crate::random::{Place, Purpose};
use crate::units::{DAY, Duration, Time, YEAR};

/// What tests vary.
pub(crate) struct Queue {
    /// Horizon in days.
    pub(crate) days: i64,
    /// Tips a day.
    pub(crate) rate: f64,
    /// Gaps in units of the mean gap; exponential where absent.
    pub(crate) gaps: Option<Law>,
    /// Effort in days.
    pub(crate) effort: Law,
    /// Members, day and night.
    pub(crate) members: u32,
    /// Cases of class `other` that wait from the start, all this old (days).
    pub(crate) initial: Option<(u64, f64)>,
}

impl Queue {
    /// Poisson tips and exponential effort.
    pub(crate) fn markov(days: i64, rate: f64, mean: f64, members: u32) -> Queue {
        let effort = Law::exponential(mean).unwrap();
        Queue { days, rate, gaps: None, effort, members, initial: None }
    }

    /// Tips at equal distances and equal efforts.
    pub(crate) fn constant(days: i64, rate: f64, effort: f64, members: u32) -> Queue {
        let (gaps, effort) = (Some(Law::constant(1.0).unwrap()), Law::constant(effort).unwrap());
        Queue { days, rate, gaps, effort, members, initial: None }
    }

    /// The model: classes `danger` (three in ten) and `other`, stages `screen` (work) and `reply` (a delay of a day,
    /// which only fed facts enter), outcomes `arrest`, `no-action`, `lost`; samples every week.
    pub(crate) fn model(self) -> Model {
        let horizon = Time(self.days * DAY);
        let samples = (0..self.days).step_by(7).map(|day| Time(day * DAY)).chain([horizon]).collect();
        Model {
            name: "queue".to_owned(),
            plan: String::new(),
            title: "One queue".to_owned(),
            start: jiff::civil::date(2025, 1, 6).at(0, 0, 0, 0),
            horizon,
            warmup: Time::ZERO,
            follow_up: Duration::ZERO,
            samples,
            replications: 4,
            seed: 7,
            most_open: crate::model::MOST_OPEN,
            currency: "USD".to_owned(),
            fiscal_years: (0..=self.days / 365).map(fiscal_year).collect(),
            discount: 0.0,
            classes: vec![
                Class { id: "danger".to_owned(), report: 0, repeat: vec![] },
                Class { id: "other".to_owned(), report: 1, repeat: vec![] },
            ],
            report_classes: vec!["danger".to_owned(), "other".to_owned()],
            precedence: vec![0, 1, 2],
            sources: vec![source(self.rate)],
            initial: self.initial.map(|(count, age)| vec![initial(count, age)]).unwrap_or_default(),
            pools: vec![Pool {
                id: "analyst".to_owned(),
                calendars: vec![Arc::new(WorkCalendar::always())],
                places: PoolPlaces::of("analyst"),
            }],
            stages: vec![
                stage("screen", StageKind::Work, Crew::AnyOf(vec![PoolId(0)])),
                stage("reply", StageKind::Delay, Crew::Nobody),
            ],
            loop_stages: 0,
            spans: vec![],
            assesses: false,
            linked: None,
            outcomes: vec![
                Outcome { id: "arrest".to_owned(), counts_as: CountsAs::Acted, stops: true, of: None },
                Outcome { id: "no-action".to_owned(), counts_as: CountsAs::Closed, stops: false, of: None },
                Outcome { id: "lost".to_owned(), counts_as: CountsAs::Lost, stops: false, of: None },
            ],
            milestones: vec![
                milestone("action", None, Moment::Start(StageId(0))),
                milestone("answer", Some(Moment::End(StageId(0))), Moment::End(StageId(1))),
                milestone("closed", None, Moment::Closed),
            ],
            targets: vec![Target {
                milestone: MilestoneId(0),
                class: None,
                within: Limit::Plain(Duration(DAY)),
                share: 0.5,
            }],
            working_days: WorkCalendar::from_intervals(
                (0..self.days + 30).filter(|d| d % 7 < 5).map(|d| (d * DAY, (d + 1) * DAY)).collect(),
            ),
            params: vec![params(Time::ZERO, &self.effort, self.gaps, self.members)],
            extra_costs: vec![],
        }
    }
}

fn fiscal_year(i: i64) -> FiscalYear {
    FiscalYear { label: (2025 + i).to_string(), from: Time(365 * i * DAY), until: Time(365 * (i + 1) * DAY) }
}

fn source(rate: f64) -> Source {
    Source {
        id: "tips".to_owned(),
        places: SourcePlaces::of("tips"),
        rate: vec![RatePiece { from: Time::ZERO, rate: rate / DAY as f64, day: 0 }],
        from: Time::ZERO,
        until: Time::NEVER,
        at_most: u64::MAX,
        replay: vec![],
    }
}

fn initial(count: u64, age_days: f64) -> Initial {
    let place = |purpose| Place::new(purpose, "initial");
    Initial {
        stage: StageId(0),
        class: crate::model::ClassId(1),
        observed: crate::model::ClassId(1),
        count,
        first: 0,
        age: Law::constant(age_days * DAY as f64).unwrap(),
        waited: None,
        source: None,
        can_lapse: false,
        places: InitialPlaces {
            tip: place(Purpose::InitialCase),
            age: place(Purpose::InitialAge),
            waited: place(Purpose::InitialWaited),
            retention: place(Purpose::Retention),
        },
    }
}

fn stage(id: &str, kind: StageKind, crew: Crew) -> Stage {
    Stage {
        id: id.to_owned(),
        kind,
        loop_slot: None,
        starts: None,
        crew,
        places: StagePlaces::of(id),
        preserves_at_start: vec![],
        preserves_at_end: vec![],
        rules: StageRules::default(),
    }
}

fn milestone(id: &str, from: Option<Moment>, at: Moment) -> Milestone {
    Milestone { id: id.to_owned(), from, at, sources: vec![], meaning: String::new() }
}

/// Parameters that a test may add as a later snapshot.
pub(crate) fn params(from: Time, effort_days: &Law, gaps: Option<Law>, members: u32) -> Params {
    let in_ms = |law: Law| SpanLaw { law: law.scaled(DAY as f64, 0.0).unwrap(), working_days: false };
    let time = |law: &Law| vec![Some(in_ms(law.clone())); 2];
    let stage = |time, cost| StageParams {
        time,
        patience: vec![None; 3],
        on_patience: None,
        order: Order::Fifo,
        routes: vec![Route { choices: vec![(1.0, Next::End(OutcomeId(0)))] }; 2],
        route_by_observed: false,
        cost,
        assess: None,
        park: None,
        queue_limit: None,
        cap: None,
    };
    Params {
        from,
        risk: vec![10.0, 0.3],
        devices: vec![None; 2],
        preempt: vec![false; 3],
        sources: vec![Arc::new(SourceParams {
            enters: StageId(0),
            overdispersion: 1.0,
            gaps,
            batch: None,
            burst: None,
            mix: vec![0.3, 1.0],
            mix_end: None,
            label: None,
            retention: None,
            bundle: None,
            link: None,
            escalates: 0.0,
        })],
        stages: vec![
            Arc::new(stage(time(effort_days), 40.0)),
            Arc::new(stage(time(&Law::constant(1.0).unwrap()), 0.0)),
        ],
        pools: vec![Arc::new(PoolParams {
            // 100 a day.
            yearly_cost: 100.0 * (YEAR / DAY) as f64 + 25.0,
            ..PoolParams::plain(members)
        })],
    }
}
