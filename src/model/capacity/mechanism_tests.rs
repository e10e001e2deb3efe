//! Loads of single mechanisms that can be worked out by hand.

use std::sync::Arc;

use super::super::testing::{
    DONE, constant_days, exponential, hours_9_to_17, model, outcome, with_headcount,
};
use super::super::{
    Absence, Assess, Gather, HazardPiece, Hire, JobKind, Join, Law, Link, Parts, QueueLimit, Split,
    StaffScale, Training,
};
use super::super::{Moment, Next, OutcomeId, Route, StageKind};
use super::tests::{milestone, near};
use super::*;
use crate::model::{CountsAs, Crew, WorkCalendar};
use crate::units::{DAY, Duration, HOUR};

/// A geometric number of devices, two stages for each until they meet, and one afterwards.
fn lab(m: &mut super::super::Model, p: PoolId, q: PoolId, join: Join) {
    let unopened = job_outcome(m, "unopened", JobKind::Device);
    let image = m.work("image", p, 2.0, &[(0.75, Next::Stage(StageId(1))), (0.25, unopened)]);
    m.work("examine", q, 4.0, &[(1.0, Next::Stage(StageId(2)))]);
    let then = m.work("report", p, 1.0, &[(1.0, DONE)]);
    m.stages[image.index()].rules.split = Some(Split { into: Parts::Devices, then, join, none: DONE });
    m.params[0].devices[0] = Some(Law::geometric(4.0).unwrap());
}

fn job_outcome(m: &mut super::super::Model, id: &str, of: JobKind) -> Next {
    m.outcomes.push(outcome(id, CountsAs::Closed));
    m.outcomes.last_mut().unwrap().of = Some(of);
    Next::End(OutcomeId::at(m.outcomes.len() - 1))
}

fn near_to(found: f64, wanted: f64, tolerance: f64) {
    assert!((found / wanted - 1.0).abs() <= tolerance, "found {found}, wanted {wanted}");
}

#[test]
fn devices_multiply_work_until_the_join_and_the_backlog_stands_where_it_stands() {
    let mut m = model(360, &["a"]);
    m.source("s", 1.5, &[1.0]);
    let p = m.pool("p", 1, WorkCalendar::always());
    let q = m.pool("q", 1, WorkCalendar::always());
    lab(&mut m, p, q, Join::All);
    m.initial(StageId(1), 10, constant_days(1.0));
    let c = check(&m);
    let go_on = 1.0 - 0.25 * 0.25 / (1.0 - 0.75 * 0.25);
    near_to(c.pools[0].years[0].load(), 1.5 * (4.0 * 2.0 + go_on) / 24.0, 1e-8);
    near_to(c.pools[1].years[0].load(), 1.5 * 3.0 * 4.0 / 24.0, 1e-8);
    near(c.pools[1].initial_hours, 40.0);
    assert_eq!(c.notes, [Note::Parts]);
    m.milestones =
        vec![milestone(None, Moment::Start(StageId(1))), milestone(None, Moment::Start(StageId(2)))];
    let c = check(&m);
    near_to(c.reach[0].at_most, go_on, 1e-8);
    near_to(c.reach[2].at_most, go_on, 1e-8);
    assert_eq!(c.unrelieved(&m), []);
}

#[test]
fn jobs_that_are_called_off_relieve_an_overload() {
    let mut m = model(360, &["a"]);
    m.source("s", 3.0, &[1.0]);
    let p = m.pool("p", 10, WorkCalendar::always());
    let q = m.pool("q", 1, WorkCalendar::always());
    lab(&mut m, p, q, Join::All);
    assert_eq!(check(&m).unrelieved(&m), [q]);
    m.stages[0].rules.split.as_mut().unwrap().join = Join::First;
    let c = check(&m);
    assert!(c.is_overloaded() && c.unrelieved(&m).is_empty());
}

#[test]
fn what_is_observed_decides_on_routes_and_on_who_takes_a_case() {
    let mut m = model(360, &["a", "b"]);
    let source = m.source("s", 10.0, &[0.5, 0.5]);
    m.source_params(source).label = Some(m.unknown());
    let p = m.pool("p", 1, WorkCalendar::always());
    let duty = m.pool("duty", 1, WorkCalendar::always());
    let look = m.work("look", p, 0.1, &[(1.0, DONE)]);
    let crew = Crew::AnyOf(vec![duty, p]);
    let act = m.stage("act", StageKind::Work, crew, Some(exponential(1.0)), &[(1.0, DONE)]);
    m.assesses = true;
    let to = |share, next| Route { choices: vec![(share, Next::Stage(next)), (1.0, DONE)] };
    let params = m.stage_params(look);
    params.assess = Some(Assess::Table(vec![
        vec![(0.8, Some(ClassId(0))), (1.0, Some(ClassId(1)))],
        vec![(0.1, Some(ClassId(0))), (1.0, None)],
    ]));
    params.route_by_observed = true;
    params.routes = vec![to(1.0, act), to(0.25, act), to(0.5, act)];
    m.pool_params(duty).choice.takes = Some(vec![true, false, false]);
    m.milestones = vec![milestone(None, Moment::Start(act))];
    let c = check(&m);
    // A day: 4 + 0.5 look like `a`, all for duty; of the others 1 looks like `b`, and 4.5 stay unknown.
    near(c.pools[1].years[0].demanded_hours, 4.5 * 360.0);
    near(c.pools[0].years[0].demanded_hours, (1.0 + 0.25 * 1.0 + 0.5 * 4.5) * 360.0);
    near(c.pools[0].by_stage[0][1].1, 2.5 * 360.0);
    near(c.reach[0].at_most, 0.8 + 0.2 * 0.25);
    near(c.reach[1].at_most, 0.1 + 0.9 * 0.5);
}

#[test]
fn a_load_takes_the_work_of_one() {
    let mut m = model(360, &["a"]);
    m.source("s", 48.0, &[1.0]);
    let p = m.pool("p", 1, WorkCalendar::always());
    let w = m.work("w", p, 2.0, &[(1.0, DONE)]);
    m.stages[w.index()].rules.gather =
        Some(Gather { size: super::super::Load::Exactly(8), ..Gather::default() });
    let c = check(&m);
    near(c.pools[0].years[0].load(), 0.5);
    assert_eq!(c.notes, [Note::Loads]);
}

#[test]
fn linked_tips_bring_the_work_up_to_where_it_is_found_out() {
    let mut m = model(360, &["a"]);
    let source = m.source("s", 10.0, &[1.0]);
    let p = m.pool("p", 5, WorkCalendar::always());
    let first = m.work("first", p, 1.0, &[(1.0, Next::Stage(StageId(1)))]);
    m.work("second", p, 2.0, &[(1.0, DONE)]);
    m.source_params(source).link = Some(Link { share: 0.2, after: None, reopen: 0.0 });
    near(check(&m).pools[0].years[0].demanded_hours, 10.0 * 0.8 * 3.0 * 360.0);
    m.source_params(source).link = Some(Link { share: 0.2, after: Some(first), reopen: 0.1 });
    let c = check(&m);
    near(c.pools[0].years[0].demanded_hours, 10.0 * (0.8 * 3.0 + 0.2) * 360.0);
    assert_eq!(c.notes, [Note::Links, Note::Reopening]);
}

#[test]
fn unstopped_subjects_send_further_tips() {
    let mut m = model(3600, &["a"]);
    m.source("s", 10.0, &[1.0]);
    let p = m.pool("p", 5, WorkCalendar::always());
    let w = m.work("w", p, 1.0, &[(1.0, DONE)]);
    m.classes[0].repeat = vec![HazardPiece { from: Time::ZERO, rate: 0.01 / DAY as f64 }];
    m.initial(w, 100, constant_days(1.0));
    // Nobody is ever stopped: 100 + 10 t subjects send 0.01 a day each.
    let hours = |c: &Capacity| c.pools[0].years.iter().map(|y| y.demanded_hours).sum::<f64>();
    near(hours(&check(&m)), 36_000.0 + 0.01 * (100.0 * 3600.0 + 10.0 * 3600.0 * 3600.0 / 2.0));
    // Half are stopped each time: the other halves sum up to one more tip each in the long run.
    m.outcomes.push(outcome("caught", CountsAs::Acted));
    m.outcomes[1].stops = true;
    m.stage_params(w).routes[0].choices = vec![(0.5, Next::End(OutcomeId(1))), (1.0, DONE)];
    let c = check(&m);
    let last = c.pools[0].years.last().unwrap();
    near_to(last.load(), (10.0 + 10.0) / (5.0 * 24.0), 1e-6);
}

#[test]
fn vacancies_training_and_absences_thin_a_pool() {
    let mut m = model(365 * 40, &["a"]);
    m.source("s", 1.0, &[1.0]);
    let p = m.pool("p", 10, WorkCalendar::always());
    m.work("w", p, 1.0, &[(1.0, DONE)]);
    let turnover = &mut m.pool_params(p).turnover;
    turnover.attrition = 0.25 / (365.25 * DAY as f64);
    turnover.backfill = Some(constant_days(365.25));
    turnover.training = Some(Training { lasts: Duration(2 * 365 * DAY), productivity: vec![0.5] });
    turnover.absence =
        Some(Absence { every: constant_days(90.0), lasts: constant_days(10.0), hand_over: false });
    let c = check(&m);
    let last = c.pools[0].years[38];
    // Four years in the post, one vacant; of these four the first two in training, for those who stay so long.
    near_to(last.members, 8.0, 2e-3);
    near_to(last.available_hours, 8.0 * 0.9 * (last.until - last.from).hours(), 2e-3);
    let learned = 1.0 - 0.5 * (1.0 - (-0.25_f64 * 2.0 * 365.0 / 365.25).exp());
    near_to(last.demanded_hours, 365.0 / learned, 5e-3);
    // The first month: nobody has left yet, everybody is trained.
    near_to(c.pools[0].months[0].demanded_hours, 31.0, 1e-3);
    assert_eq!(c.notes, [Note::Turnover]);
    // Two posts: 0.8 x 0.9 x 0.8 x 24 h of 24 h.
    m.source_params(super::super::SourceId(0));
    m.sources[0].rate[0].rate = 24.0 / DAY as f64;
    assert_eq!(check(&m).pools[0].fewest_last_year, Some(2));
}

#[test]
fn a_cap_on_exposure_bounds_the_work_and_size_slows_it() {
    let mut m = model(364, &["a"]);
    m.source("s", 5.0, &[1.0]);
    let p = m.pool("p", 4, hours_9_to_17(364));
    let look = m.work("look", p, 3.0, &[(1.0, DONE)]);
    m.stages[look.index()].rules.exposure = true;
    m.pool_params(p).availability = 0.8;
    let c = check(&m);
    // 35 x 3 h a week of 4 x 40 x 0.8 = 128 h.
    near(c.pools[0].years[0].load(), 105.0 / 128.0);
    m.pool_params(p).exposure_cap = Some(Duration(4 * HOUR));
    let c = check(&m);
    // 4 members x 5 days x 4 h = 80 h.
    near(c.pools[0].years[0].load(), 105.0 / 80.0);
    assert_eq!((c.pools[0].fewest_first_year, c.is_overloaded()), (Some(6), true));
    assert_eq!(c.notes, [Note::Exposure(p)]);
    m.pool_params(p).exposure_cap = None;
    m.pool_params(p).scale = Some(StaffScale { value: 0.5, at: 1.0 });
    let c = check(&m);
    // Twice as slow with four.
    near(c.pools[0].years[0].load(), 2.0 * 105.0 / 128.0);
    // 105 h < 32 h x the root of n.
    assert_eq!(c.pools[0].fewest_first_year, Some(11));
}

#[test]
fn added_posts_are_filled_as_the_change_says() {
    let mut m = model(364, &["a"]);
    m.source("s", 1.0, &[1.0]);
    let p = m.pool("p", 2, WorkCalendar::always());
    m.work("w", p, 1.0, &[(1.0, DONE)]);
    m.pool_params(p).turnover.backfill = Some(constant_days(56.0));
    let pool = m.params[0].pools[0].clone();
    let more = |hire| Arc::new(super::super::PoolParams { hire, ..(*with_headcount(&pool, 4)).clone() });
    m.change(91).pools[0] = more(Hire::Backfill);
    let months =
        |m: &super::super::Model| check(m).pools[0].months.iter().map(|l| l.members).collect::<Vec<_>>();
    let found = months(&m);
    near(found[3], 2.0);
    near(found[5], 4.0);
    m.params[1].pools[0] = more(Hire::Trained);
    near(months(&m)[3], 4.0);
}

#[test]
fn a_full_queue_that_sends_on_relieves_its_pool() {
    let mut m = model(364, &["a"]);
    m.source("s", 10.0, &[1.0]);
    let p = m.pool("p", 1, WorkCalendar::always());
    let w = m.work("w", p, 3.0, &[(1.0, DONE)]);
    assert_eq!(check(&m).unrelieved(&m), [p]);
    m.stage_params(w).queue_limit = Some(QueueLimit { cases: 60, to: DONE, classes: vec![true, false] });
    let c = check(&m);
    assert_eq!((c.unrelieved(&m), c.notes), (vec![], vec![Note::Limits]));
}
