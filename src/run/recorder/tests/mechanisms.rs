//! Facts of the mechanisms that only some models have: jobs, loads, parking, links, beliefs, staff over time.

mod jobs;

use super::*;
use crate::engine::{Interruption, Job, JobEnd, MemberFact};
use crate::model::{
    Absence, Assess, JobKind, Join, Link, Next, Outcome, Park, Parts, QueueLimit, ShiftEnd, Split, Training,
};
use crate::units::HOUR;
use std::sync::Arc;

fn stage_params(model: &mut Model) -> &mut crate::model::StageParams {
    Arc::make_mut(&mut model.params[0].stages[0])
}

fn source_params(model: &mut Model) -> &mut crate::model::SourceParams {
    Arc::get_mut(&mut model.params[0].sources[0]).unwrap()
}

fn pool_params(model: &mut Model) -> &mut crate::model::PoolParams {
    Arc::make_mut(&mut model.params[0].pools[0])
}

fn with_park(model: &mut Model) {
    stage_params(model).park = Some(Park { above: 0, classes: vec![true; 3], release_below: 1, after: None });
}

fn with_links(model: &mut Model) {
    model.linked = Some(NO_ACTION);
    source_params(model).link = Some(Link { share: 0.5, after: Some(SCREEN), reopen: 0.5 });
}

fn with_beliefs(model: &mut Model) {
    model.assesses = true;
    stage_params(model).assess = Some(Assess::Table(vec![vec![(1.0, None)]; 2]));
}

fn with_split(model: &mut Model, join: Join) {
    let none = Next::End(NO_ACTION);
    model.stages[0].rules.split = Some(Split { into: Parts::Devices, then: REPLY, join, none });
    stage_params(model).routes = vec![crate::model::Route { choices: vec![(1.0, Next::Stage(REPLY))] }; 2];
    let dead = Outcome {
        id: "dead".into(),
        counts_as: crate::model::CountsAs::Lost,
        stops: false,
        of: Some(JobKind::Device),
    };
    model.outcomes.push(dead);
}

fn with_staff(model: &mut Model) {
    let pool = pool_params(model);
    pool.turnover.attrition = 1e-12;
    let law = |days: f64| Law::constant(days * DAY as f64).unwrap();
    pool.turnover.absence = Some(Absence { every: law(30.0), lasts: law(2.0), hand_over: false });
    pool.turnover.training = Some(Training { lasts: Duration(DAY), productivity: vec![0.5] });
    pool.exposure_cap = Some(Duration(4 * HOUR));
}

fn with_everything(model: &mut Model) {
    with_park(model);
    with_links(model);
    with_beliefs(model);
    with_split(model, Join::All);
    with_staff(model);
    stage_params(model).queue_limit =
        Some(QueueLimit { cases: 1, to: Next::End(LOST), classes: vec![true; 3] });
    source_params(model).bundle = Some(Law::constant(3.0).unwrap());
}

/// A device of a case; its slot is the case's and ten times its number.
fn device(of: CaseView, device: u32) -> CaseView {
    CaseView { slot: of.slot + 10 * device, job: Some(Job { track: 0, device }), ..of }
}

fn joined(stage: StageId, day: f64, waits: bool) -> Fact<'static> {
    Fact::Joined { stage, since: at(day), waits }
}

fn started(stage: StageId, crew: &[(PoolId, u32)], cost: f64) -> Fact<'_> {
    Fact::Started { stage, crew, resumed: false, cost }
}

fn finished(stage: StageId, effort: f64) -> Fact<'static> {
    Fact::Finished { stage, effort: at(effort) - Time::ZERO }
}

/// A case of two devices that wait from day 0, of which the first starts on day 6.
fn two_devices<'a>(model: &'a Model, layout: &'a Layout) -> (Feed<'a>, CaseView) {
    let mut feed = Feed::new(model, layout);
    let whole = case(0, DANGER, 0.0);
    feed.fact(0.0, whole, Fact::Arrived { subject: true, reports: 1 });
    feed.fact(0.0, whole, joined(SCREEN, 0.0, false));
    feed.fact(0.0, whole, Fact::Split { stage: SCREEN, jobs: 2 });
    feed.fact(0.0, device(whole, 1), Fact::JobBegan);
    feed.fact(0.0, device(whole, 2), Fact::JobBegan);
    feed.fact(0.0, device(whole, 1), joined(SCREEN, 0.0, true));
    feed.fact(0.0, device(whole, 2), joined(SCREEN, 0.0, true));
    (feed.census.open[0], feed.census.arrived[0]) = (1, 1);
    (feed.census.waiting[0], feed.census.split) = (2, 1);
    feed.sample(0.0);
    feed.fact(6.0, device(whole, 1), started(SCREEN, CREW, 40.0));
    (feed.census.waiting[0], feed.census.in_work[0]) = (1, 1);
    feed.sample(7.0);
    (feed, whole)
}

fn reply(feed: &mut Feed<'_>, whole: CaseView, from: f64, until: f64) {
    feed.fact(from, whole, joined(REPLY, from, false));
    feed.fact(from, whole, started(REPLY, &[], 0.0));
    feed.fact(until, whole, finished(REPLY, 0.0));
    feed.end(until, whole, ARREST, Cause::Route);
}

/// The series of the backlog with this measure and stage, all classes together.
fn level(said: &Said, model: &Model, measure: &str, of: &str) -> Vec<u32> {
    let [(keys, width), _] = series(model, &Uses::of(model));
    let key = keys.iter().find(|k| k.measure == measure && k.of == of && k.class.is_empty()).unwrap();
    said.result.backlog.chunks(width).map(|row| key.cells.iter().map(|c| row[*c]).sum()).collect()
}

const CREW: &[(PoolId, u32)] = &[(PoolId(0), 0)];

#[test]
fn parked_cases_wait_apart_and_keep_their_joining_time() {
    let mut model = fortnight();
    with_park(&mut model);
    let layout = Layout::new(&model);
    let mut feed = Feed::new(&model, &layout);
    let (back, stays) = (case(0, DANGER, 0.0), case(1, OTHER, 6.0));
    feed.arrive(back);
    feed.fact(0.0, back, Fact::Parked { stage: SCREEN });
    feed.census.waiting[0] -= 1;
    feed.census.parked[0] += 1;
    feed.sample(0.0);
    feed.fact(3.0, back, Fact::Released { stage: SCREEN });
    feed.census.waiting[0] += 1;
    feed.census.parked[0] -= 1;
    feed.start(4.0, back);
    feed.finish(5.0, back, 1.0);
    feed.end(5.0, back, ARREST, Cause::Route);
    feed.arrive(stays);
    feed.fact(6.0, stays, Fact::Parked { stage: SCREEN });
    feed.census.waiting[0] -= 1;
    feed.census.parked[0] += 1;
    feed.sample(7.0);
    feed.sample(14.0);
    let said = feed.finish_all();
    assert_eq!(said.result.violation, None);
    // Parked: days 0-3 and 6-14; waiting: days 3-4.
    said.is("parked/screen", 11.0 / 14.0);
    said.is("waiting/screen", 1.0 / 14.0);
    said.is("wait_mean/screen", 4.0);
    said.is("days_parked/screen", 3.0);
    said.is("days_total", 5.0);
    said.is("parked_at_end/screen", 1.0);
    said.is("waiting_at_end/screen", 0.0);
    said.is("parkings", 2.0);
    assert_eq!(level(&said, &model, "parked", ""), [1, 1, 1]);
    assert_eq!(flow(&model, &said.result, "releases", "screen"), [1, 0]);
}

#[test]
fn linked_tips_and_reopened_cases_stand_beside_the_milestones_and_subjects_run_apart() {
    let mut model = fortnight();
    with_links(&mut model);
    let layout = Layout::new(&model);
    let mut feed = Feed::new(&model, &layout);
    let tip = |number, day| case(number, DANGER, day);
    let new = |feed: &mut Feed<'_>, case: CaseView, subject| {
        let day = case.arrived.days();
        feed.fact(day, case, Fact::Arrived { subject, reports: 1 });
        feed.census.open[0] += 1;
        feed.census.arrived[0] += u64::from(!case.reopened);
        feed.census.reopened[0] += u64::from(case.reopened);
    };
    let wait = |feed: &mut Feed<'_>, day, case: CaseView| {
        feed.fact(day, case, joined(SCREEN, day, true));
        feed.census.waiting[0] += 1;
    };
    feed.sample(0.0);
    let first = tip(0, 0.0);
    new(&mut feed, first, true);
    wait(&mut feed, 0.0, first);
    // One is linked at once, one after the screen, one turns out to be new.
    let at_once = tip(1, 1.0);
    new(&mut feed, at_once, false);
    feed.end(1.0, at_once, NO_ACTION, Cause::Link);
    feed.fact(1.0, first, Fact::Linked);
    let later = tip(1, 2.0);
    new(&mut feed, later, false);
    wait(&mut feed, 2.0, later);
    feed.start(3.0, later);
    feed.finish(4.0, later, 1.0);
    feed.end(4.0, later, NO_ACTION, Cause::Link);
    feed.fact(4.0, first, Fact::Linked);
    let own = tip(1, 5.0);
    new(&mut feed, own, false);
    wait(&mut feed, 5.0, own);
    feed.start(6.0, own);
    feed.finish(6.5, own, 0.5);
    feed.fact(6.5, own, Fact::SubjectBegan);
    feed.end(6.5, own, NO_ACTION, Cause::Route);
    feed.sample(7.0);
    feed.renege(8.0, first);
    // Nobody is open: the next opens the first again.
    let again = tip(1, 9.0);
    new(&mut feed, again, false);
    let reopened = CaseView { reopened: true, ..tip(0, 9.0) };
    feed.end(9.0, again, NO_ACTION, Cause::Link);
    new(&mut feed, reopened, false);
    feed.fact(9.0, reopened, Fact::Linked);
    wait(&mut feed, 9.0, reopened);
    feed.start(10.0, reopened);
    feed.sample(14.0);
    let said = feed.finish_all();
    assert_eq!(said.result.violation, None);
    said.is("arrivals", 5.0);
    said.is("links/danger", 3.0);
    said.is("reopened", 1.0);
    assert_eq!(flow(&model, &said.result, "links", ""), [2, 1]);
    // The first, which is never touched, and the one that was new after all.
    said.is("population/action", 2.0);
    said.is("reached_mean/action", 1.0);
    said.is("share_within/action/24 h", 0.5);
    said.is("never_touched", 0.5);
    // Two subjects of weight 10, from day 0 and from day 6.5, neither of them stopped.
    said.is("risk_days", 10.0 * (14.0 + 7.5));
    // In the system: 2 days (linked later), 1.5 days, 8 days.
    said.is("system_mean", 11.5 / 3.0);
    said.is("ended", 5.0);
    said.is("started/screen", 3.0);
}

#[test]
fn a_stopped_subject_ends_its_risk_once() {
    let mut model = fortnight();
    with_links(&mut model);
    let layout = Layout::new(&model);
    let mut feed = Feed::new(&model, &layout);
    feed.sample(0.0);
    let (first, repeat) = (case(0, DANGER, 1.0), case(1, DANGER, 2.0));
    feed.arrive(first);
    feed.start(3.0, first);
    feed.fact(2.0, repeat, Fact::Arrived { subject: false, reports: 1 });
    feed.fact(2.0, repeat, joined(SCREEN, 2.0, true));
    feed.finish(4.0, first, 1.0);
    feed.end(4.0, first, ARREST, Cause::Route);
    let told = Fact::Ended { outcome: ARREST, cause: Cause::Route, stage: SCREEN, subject_stopped: false };
    feed.fact(6.0, repeat, told);
    feed.census.arrived[0] += 1;
    feed.sample(7.0);
    feed.sample(14.0);
    let said = feed.finish_all();
    assert_eq!(said.result.violation, None);
    said.is("risk_days/danger", 30.0);
}

#[test]
fn buried_and_falsely_alarming_cases_are_judged_at_the_end_of_their_assessment() {
    let mut model = fortnight();
    with_beliefs(&mut model);
    let layout = Layout::new(&model);
    let mut feed = Feed::new(&model, &layout);
    feed.sample(0.0);
    let unknown = model.unknown();
    let believed = [(DANGER, OTHER), (DANGER, DANGER), (OTHER, DANGER), (OTHER, OTHER)];
    for (number, (class, observed)) in (0..).zip(believed) {
        let tip = CaseView { observed: unknown, ..case(number, class, 1.0) };
        feed.arrive(tip);
        feed.start(2.0, tip);
        feed.finish(3.0, tip, 1.0);
        let tip = CaseView { observed, ..tip };
        feed.fact(3.0, tip, Fact::Believed { before: unknown });
        feed.fact(3.0, tip, joined(REPLY, 3.0, false));
        feed.fact(3.0, tip, started(REPLY, &[], 0.0));
        feed.census.delayed[1] += 1;
    }
    // A later word that is not an assessment's does not dig it up again.
    let buried = case(0, DANGER, 1.0);
    feed.fact(5.0, buried, Fact::Believed { before: OTHER });
    feed.fact(6.0, buried, finished(REPLY, 0.0));
    feed.census.delayed[1] -= 1;
    feed.end(6.0, buried, ARREST, Cause::Route);
    // One that nobody has assessed says nothing.
    feed.arrive(CaseView { observed: unknown, ..case(5, DANGER, 6.0) });
    feed.sample(7.0);
    feed.sample(14.0);
    let said = feed.finish_all();
    assert_eq!(said.result.violation, None);
    said.is("buried_share", 0.5);
    said.is("buried_share/danger", 0.5);
    said.is("false_alarm_share", 0.5);
    assert!(!said.names.contains(&"buried_share/other".to_owned()), "the last class cannot be buried");
    // Its answer came 3 days after its screening; its action, a day after arrival, is told too.
    said.is("buried_population/answer", 1.0);
    said.is("buried_mean/answer/danger", 3.0);
    said.is("buried_within/action/24 h", 1.0);
    said.is("population/action", 5.0);
    assert_eq!(said.get("buried_within/closed/30 days"), None);
}

#[test]
fn overflow_interruption_and_merged_reports_are_counted() {
    let mut model = fortnight();
    with_everything(&mut model);
    model.stages[0].rules.split = None;
    let layout = Layout::new(&model);
    let mut feed = Feed::new(&model, &layout);
    feed.sample(0.0);
    let (worked, sent_on) = (case(0, DANGER, 1.0), case(1, OTHER, 1.0));
    feed.arrive(worked);
    feed.start(1.0, worked);
    feed.arrive(sent_on);
    feed.fact(1.0, sent_on, Fact::Overflowed { stage: SCREEN });
    feed.census.waiting[0] -= 1;
    feed.end(1.0, sent_on, LOST, Cause::Overflow);
    let why = Interruption::Preempted;
    feed.fact(2.0, worked, Fact::Interrupted { stage: SCREEN, effort: Duration(DAY), why });
    (feed.census.in_work[0], feed.census.waiting[0]) = (0, 1);
    let merged = case(2, OTHER, 3.0);
    feed.fact(3.0, merged, Fact::Arrived { subject: true, reports: 5 });
    feed.fact(3.0, merged, joined(SCREEN, 3.0, true));
    feed.census.open[1] += 1;
    feed.census.arrived[1] += 1;
    feed.census.waiting[0] += 1;
    feed.sample(7.0);
    feed.sample(14.0);
    let said = feed.finish_all();
    assert_eq!(said.result.violation, None);
    said.is("overflowed/other", 1.0);
    said.is("interrupted", 1.0);
    said.is("interrupted/other", 0.0);
    said.is("reports", 7.0);
    said.is("reports/other", 6.0);
    assert_eq!(flow(&model, &said.result, "overflowed", "screen"), [1, 0]);
    assert_eq!(flow(&model, &said.result, "reports", "tips"), [7, 0]);
    // An overflow is no closing.
    said.is("reached_cases/closed", 0.0);
}

#[test]
fn members_who_are_away_learning_or_capped_have_hours_of_their_own() {
    let mut model = fortnight();
    with_staff(&mut model);
    let layout = Layout::new(&model);
    let mut feed = Feed::new(&model, &layout);
    feed.sample(0.0);
    let pool = PoolId(0);
    let level = PoolLevel { posts: 2, filled: 1, on_shift: 1, ..PoolLevel::default() };
    feed.recorder.member(at(1.0), pool, 1, MemberFact::Left);
    feed.recorder.pool(at(1.0), pool, level);
    feed.recorder.member(at(3.0), pool, 0, MemberFact::Absent);
    feed.recorder.pool(at(3.0), pool, PoolLevel { on_shift: 0, absent: 1, ..level });
    feed.recorder.member(at(5.0), pool, 0, MemberFact::Back);
    feed.recorder.pool(at(5.0), pool, level);
    feed.sample(7.0);
    feed.recorder.member(at(8.0), pool, 1, MemberFact::Hired { in_training: true });
    let trained = PoolLevel { filled: 2, on_shift: 2, ..level };
    feed.recorder.pool(at(8.0), pool, PoolLevel { learning: 500, ..trained });
    feed.recorder.pool(at(10.0), pool, PoolLevel { capped: 1, ..trained });
    feed.recorder.pool(at(11.0), pool, trained);
    feed.sample(14.0);
    let said = feed.finish_all();
    said.is("vacant_hours/analyst", 24.0 * 7.0);
    said.is("absent_hours/analyst", 48.0);
    said.is("training_hours/analyst", 24.0);
    said.is("capped_hours/analyst", 24.0);
    said.is("staff_left/analyst", 1.0);
    said.is("staff_hired/analyst", 1.0);
    // Two for a day, one for five, two for six.
    said.is("on_shift_hours/analyst", 24.0 * (2.0 + 5.0 + 12.0));
    let rows: Vec<(u32, u32)> = said.result.pools.iter().map(|row| (row.left, row.hired)).collect();
    assert_eq!(rows, [(1, 0), (0, 1)]);
}

#[test]
fn books_notice_split_reopened_and_linked_cases_that_do_not_add_up() {
    type Tamper = fn(&mut Feed<'_>, CaseView);
    let mut model = fortnight();
    with_everything(&mut model);
    let layout = Layout::new(&model);
    let tampered: [(Tamper, &str); 4] = [
        (|feed, _| feed.census.split = 0, "1 cases in jobs by the facts; the engine holds 0"),
        (|feed, _| feed.census.reopened[0] = 1, "class `danger`: 1 arrived + 0 initial + 0 reopened"),
        (|feed, whole| feed.fact(8.0, whole, Fact::Linked), "0 tips are linked, but 1 times to a case"),
        (|feed, _| feed.census.parked[0] = 1, "stage `screen`: 1 waiting, 1 in work, 0 delayed, 0 parked"),
    ];
    for (tamper, figures) in tampered {
        let (mut feed, whole) = two_devices(&model, &layout);
        tamper(&mut feed, whole);
        feed.sample(14.0);
        let violation = feed.finish_all().result.violation.expect("the books do not balance");
        assert_eq!(violation.at, at(14.0));
        assert!(violation.figures.starts_with(figures), "{}", violation.figures);
    }
}

#[test]
fn every_quantity_is_documented_and_every_name_is_its_own() {
    let mut model = fortnight();
    with_everything(&mut model);
    pool_params(&mut model).shift_end = ShiftEnd::HandOver;
    model.extra_costs.push(ExtraCost {
        item: "kits".to_owned(),
        once: 1.0,
        yearly: 0.0,
        from: Time::ZERO,
        until: Time::NEVER,
    });
    let names = responses(&model, &Layout::new(&model));
    let listed: std::collections::BTreeSet<&str> =
        crate::run::measure::QUANTITIES.iter().map(|q| q.0).collect();
    let used: std::collections::BTreeSet<&str> = names.iter().map(|r| r.quantity).collect();
    assert_eq!(used, listed);
    let full: std::collections::BTreeSet<String> = names.iter().map(Response::name).collect();
    assert_eq!(full.len(), names.len());
}

#[test]
fn a_model_without_mechanisms_has_no_rows_for_them() {
    let model = fortnight();
    let names: Vec<String> =
        responses(&model, &Layout::new(&model)).iter().map(|r| r.quantity.to_owned()).collect();
    for quantity in
        ["parked", "parkings", "links", "buried_share", "interrupted", "staff_left", "absent_hours"]
    {
        assert!(!names.iter().any(|name| name == quantity), "{quantity}");
    }
}
