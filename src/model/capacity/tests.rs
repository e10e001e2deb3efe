//! Loads that can be worked out by hand.

use std::sync::Arc;

use super::super::testing::{
    DONE, constant_days, exponential, hours_9_to_17, model, outcome, plain, with_headcount,
};
use super::super::{
    Limit, Milestone, Moment, Next, OutcomeId, RatePiece, Retention, Route, StageKind, StageParams, Target,
};
use super::*;
use crate::model::{CountsAs, Crew, MilestoneId, WorkCalendar};
use crate::units::{DAY, Duration, HOUR};

pub(super) fn near(found: f64, wanted: f64) {
    assert!((found - wanted).abs() <= 1e-6 * wanted.abs().max(1e-6), "found {found}, wanted {wanted}");
}

#[test]
fn rework_and_two_classes_load_a_pool_as_the_traffic_equations_say() {
    let mut m = model(360, &["a", "b"]);
    m.source("s", 4.0, &[0.25, 0.75]);
    let p = m.pool("p", 3, WorkCalendar::always());
    m.pool_params(p).availability = 0.8;
    // A third of the work comes back: 1.5 visits a case.
    let stage = m.work("w", p, 6.0, &[(1.0 / 3.0, Next::Stage(StageId(0))), (2.0 / 3.0, DONE)]);
    m.stage_params(stage).time[1] = Some(plain(exponential(2.0)));
    let c = check(&m);
    let pool = &c.pools[0];
    // 4 a day x 1.5 visits x (1/4 x 6 h + 3/4 x 2 h) / 0.8 = 22.5 h of 72 h.
    near(pool.years[0].load(), 22.5 / 72.0);
    near(pool.by_class[0][0], 11.25 * 360.0);
    near(pool.by_class[0][1], 11.25 * 360.0);
    assert_eq!(pool.by_stage[0].len(), 1);
    near(pool.by_stage[0][0].1, 22.5 * 360.0);
    assert_eq!((pool.fewest_first_year, pool.fewest_last_year), (Some(1), Some(1)));
    near(c.tips, 1440.0);
    near(c.events, 1440.0 * (1.0 + 2.0 * 1.5) + 361.0);
    assert_eq!((c.bottleneck, pool.overload, c.warnings.len()), (Some(p), None, 0));
    assert_eq!((pool.months.len(), pool.years.len()), (12, 1));
}

#[test]
fn office_hours_overload_from_the_first_day() {
    let mut m = model(364, &["a"]);
    m.source("s", 10.0, &[1.0]);
    let p = m.pool("p", 5, hours_9_to_17(364));
    m.pool_params(p).availability = 0.75;
    m.work("w", p, 3.0, &[(1.0, DONE)]);
    m.initial(StageId(0), 60, constant_days(30.0));
    let c = check(&m);
    // 70 tips a week want 280 h; five members have 200 h.
    let o = c.pools[0].overload.unwrap();
    assert_eq!((o.from, c.is_overloaded()), (Time::ZERO, true));
    near(o.first.load(), 1.4);
    near(o.backlog_per_month, 80.0 / 4.0 / 7.0 * 365.25 / 12.0);
    assert_eq!(c.pools[0].fewest_first_year, Some(8), "seven would have a load of exactly 1");
    near(c.pools[0].initial_hours, 240.0);
    let [Warning::Overload { demanded_hours_per_year, available_hours_per_year, .. }] = c.warnings[..] else {
        panic!("{:?}", c.warnings)
    };
    near(demanded_hours_per_year, 40.0 * 365.25);
    near(available_hours_per_year, 200.0 / 7.0 * 365.25);
    let rows = c.rows(&m);
    assert_eq!((rows.len(), rows[0].pool, rows[0].year, rows[0].bottleneck), (1, "p", 1, true));
}

#[test]
fn growth_overloads_at_a_date_and_staff_ends_it() {
    let mut m = model(730, &["a"]);
    m.source("s", 10.0, &[1.0]);
    // From day 365 (the first of a month of the run) on 30 a day, against room for 24.
    m.sources[0].rate.push(RatePiece { from: Time(365 * DAY), rate: 30.0 / DAY as f64, day: 365 });
    let p = m.pool("p", 1, WorkCalendar::always());
    m.work("w", p, 1.0, &[(1.0, DONE)]);
    let o = check(&m).pools[0].overload.unwrap();
    assert_eq!(o.from, Time(365 * DAY));
    near(o.first.load(), 1.25);
    near(o.backlog_per_month, 6.0 * 365.25 / 12.0);
    let pool = m.params[0].pools[0].clone();
    m.change(500).pools[0] = with_headcount(&pool, 2);
    let c = check(&m);
    assert_eq!(c.pools[0].overload, None, "810 cases behind, 18 a day fewer: done in 45 days");
    assert_eq!((c.pools[0].fewest_first_year, c.pools[0].fewest_last_year), (Some(1), Some(2)));
    assert_eq!(c.bottleneck, Some(p));
}

#[test]
fn a_short_month_at_the_end_is_no_overload() {
    let months = |loads: &[f64]| -> Vec<Load> {
        let load = |(i, &demanded_hours): (usize, &f64)| {
            let (from, until) = (Time(i as i64 * MONTH), Time((i as i64 + 1) * MONTH));
            Load { from, until, members: 1.0, cases: 100.0, demanded_hours, available_hours: 100.0 }
        };
        loads.iter().enumerate().map(load).collect()
    };
    assert_eq!(overload(&months(&[90.0, 90.0, 90.0, 103.0])), None);
    assert_eq!(overload(&months(&[100.0, 100.0, 100.0])), None);
    let dips = overload(&months(&[90.0, 120.0, 95.0, 130.0])).unwrap();
    assert_eq!(dips.from, Time(MONTH));
    assert!(overload(&months(&[103.0])).is_some(), "all of a short run");
}

#[test]
fn a_crew_charges_everybody_the_time_of_the_slowest() {
    let mut m = model(100, &["a"]);
    m.source("s", 2.0, &[1.0]);
    let p = m.pool("p", 4, WorkCalendar::always());
    let q = m.pool("q", 1, WorkCalendar::always());
    m.pool_params(q).availability = 0.5;
    let crew = Crew::Together(vec![(p, 3), (q, 1)]);
    m.stage("w", StageKind::Work, crew, Some(exponential(2.0)), &[(1.0, DONE)]);
    let c = check(&m);
    near(c.pools[0].years[0].load(), 2.0 * 3.0 * 4.0 / 96.0);
    near(c.pools[1].years[0].load(), 2.0 * 4.0 / 24.0);
    assert_eq!(c.bottleneck, Some(q));
}

#[test]
fn a_listed_pool_takes_over_what_the_first_cannot_do() {
    let mut m = model(360, &["a"]);
    m.source("s", 30.0, &[1.0]);
    let p = m.pool("p", 1, WorkCalendar::always());
    let q = m.pool("q", 1, WorkCalendar::always());
    m.stage("w", StageKind::Work, Crew::AnyOf(vec![p, q]), Some(exponential(1.0)), &[(1.0, DONE)]);
    let c = check(&m);
    near(c.pools[0].years[0].load(), 1.0);
    near(c.pools[1].years[0].load(), 0.25);
    near(c.pools[0].years[0].cases + c.pools[1].years[0].cases, 30.0 * 360.0);
    assert!(!c.is_overloaded());
}

#[test]
fn work_without_anybody_and_a_crew_that_never_meets_are_told() {
    let mut m = model(14, &["a"]);
    m.source("s", 1.0, &[1.0]);
    let day = m.pool("day", 1, hours_9_to_17(14));
    let night = m.pool("night", 1, WorkCalendar::from_intervals(vec![(0, HOUR)]));
    let nobody = m.pool("nobody", 0, WorkCalendar::always());
    let crew = Crew::Together(vec![(day, 1), (night, 1)]);
    m.stage("w", StageKind::Work, crew, Some(exponential(0.01)), &[(1.0, Next::Stage(StageId(1)))]);
    m.work("v", nobody, 1.0, &[(1.0, DONE)]);
    let c = check(&m);
    assert_eq!(
        c.warnings,
        [
            Warning::Unstaffed { pool: nobody, from: Time::ZERO, demanded_hours_per_year: 365.25 },
            Warning::CrewNeverMeets { stage: StageId(0) }
        ]
    );
    assert_eq!(c.pools[2].fewest_first_year, Some(1));
}

pub(super) fn milestone(from: Option<Moment>, at: Moment) -> Milestone {
    Milestone { id: "m".into(), from, at, sources: vec![], meaning: String::new() }
}

#[test]
fn routes_bound_what_can_reach_a_milestone() {
    let mut m = model(60, &["a", "b"]);
    m.source("s", 8.0, &[0.25, 0.75]);
    m.outcomes.push(outcome("lost", CountsAs::Lost));
    let p = m.pool("p", 1, WorkCalendar::always());
    let later = Next::Stage(StageId(1));
    let first = m.work("first", p, 1.0, &[(0.16, later), (0.84, DONE)]);
    // A tenth comes back to the first stage.
    m.work("later", p, 1.0, &[(0.1, Next::Stage(StageId(0))), (0.9, Next::End(OutcomeId(1)))]);
    m.stage_params(first).routes[1] = Route { choices: vec![(1.0, later)] };
    m.milestones = vec![
        milestone(None, Moment::Start(StageId(1))),
        milestone(Some(Moment::End(StageId(1))), Moment::CountsAs(CountsAs::Lost)),
        milestone(None, Moment::FirstTouch),
        milestone(None, Moment::Closed),
    ];
    let target = |class, share| Target {
        milestone: MilestoneId(0),
        class,
        within: Limit::Plain(Duration(DAY)),
        share,
    };
    m.targets = vec![target(Some(0), 0.95), target(Some(1), 0.95), target(None, 0.80)];
    let c = check(&m);
    let bound = |milestone, class| {
        let of = |r: &&Reach| r.milestone == MilestoneId(milestone) && r.class == class;
        c.reach.iter().find(of).unwrap().at_most
    };
    near(bound(0, Some(0)), 0.16);
    near(bound(0, Some(1)), 1.0);
    near(bound(0, None), 0.25 * 0.16 + 0.75);
    // From the end of `later`: 0.9 now, or back and 0.16 of it again.
    near(bound(1, Some(0)), 0.9 / (1.0 - 0.1 * 0.16));
    near(bound(2, None), 1.0);
    near(bound(3, None), 1.0);
    let out_of_reach: Vec<usize> = (c.warnings.iter())
        .filter_map(|w| match w {
            Warning::TargetOutOfReach { target, .. } => Some(*target),
            _ => None,
        })
        .collect();
    assert_eq!(out_of_reach, [0, 2]);
}

#[test]
fn patience_and_later_routes_can_lift_the_bound() {
    let mut m = model(60, &["a"]);
    m.source("s", 8.0, &[1.0]);
    m.outcomes.push(outcome("lost", CountsAs::Lost));
    let p = m.pool("p", 1, WorkCalendar::always());
    let w = m.work("w", p, 1.0, &[(0.5, Next::Stage(StageId(1))), (0.5, DONE)]);
    m.work("v", p, 1.0, &[(1.0, DONE)]);
    m.milestones =
        vec![milestone(None, Moment::Start(StageId(1))), milestone(None, Moment::Outcome(OutcomeId(1)))];
    near(check(&m).reach[0].at_most, 0.5);
    m.stage_params(w).patience[0] = Some(plain(constant_days(5.0)));
    m.stage_params(w).on_patience = Some(Next::End(OutcomeId(1)));
    let old: &StageParams = &m.params[0].stages[0];
    let routes = vec![Route { choices: vec![(0.7, Next::Stage(StageId(1))), (1.0, DONE)] }];
    let new = StageParams { routes, ..old.clone() };
    m.change(30).stages[0] = Arc::new(new);
    let c = check(&m);
    near(c.reach[0].at_most, 0.7);
    near(c.reach.iter().find(|r| r.milestone == MilestoneId(1)).unwrap().at_most, 1.0);
}

#[test]
fn an_overload_is_relieved_by_patience_there_or_by_evidence_that_can_still_lapse() {
    let mut m = model(364, &["a"]);
    let source = m.source("s", 10.0, &[1.0]);
    let p = m.pool("p", 1, WorkCalendar::always());
    let stage = m.work("w", p, 3.0, &[(1.0, DONE)]);
    assert_eq!(check(&m).unrelieved(&m), [p], "30 hours a day for one member");
    m.stage_params(stage).patience[0] = Some(plain(constant_days(2.0)));
    assert_eq!(check(&m).unrelieved(&m), []);
    m.stage_params(stage).patience[0] = None;
    m.source_params(source).retention =
        Some(Retention { lasts: constant_days(90.0), lag: Duration::ZERO, on_lapse: OutcomeId(0) });
    assert_eq!(check(&m).unrelieved(&m), [p], "the evidence was safe before it came here");
    m.work("preserve", p, 1.0, &[(1.0, DONE)]);
    m.stages[1].preserves_at_start = vec![source];
    assert_eq!(check(&m).unrelieved(&m), [p], "nobody goes there");
    m.stage_params(stage).routes[0].choices = vec![(0.5, Next::Stage(StageId(1))), (1.0, DONE)];
    assert_eq!(check(&m).unrelieved(&m), [], "while a case waits here its evidence may lapse");
    m.source_params(source).retention = None;
    assert_eq!(check(&m).unrelieved(&m), [p]);
    let params = m.pool_params(p);
    (params.headcount, params.filled) = (3, 3);
    assert_eq!(check(&m).unrelieved(&m), [], "no overload, no relief needed");
}
