//! Limits of single mechanisms that can be worked out by hand.

use super::super::testing::{DONE, constant_days, hours_9_to_17, model, outcome};
use super::super::{
    Absence, Assess, Cap, CountsAs, Crew, Gather, HazardPiece, JobKind, Join, Law, Link, Load, Next, Order,
    OutcomeId, Park, Parts, Prefers, QueueLimit, Quota, Reserve, Route, Span, SpanId, Split, StageId,
    WorkCalendar,
};
use super::tests::{assert_conserved, last, near};
use super::*;
use crate::units::{DAY, Duration, HOUR};

fn another(m: &mut Model, id: &str) -> Next {
    m.outcomes.push(outcome(id, CountsAs::Closed));
    Next::End(OutcomeId::at(m.outcomes.len() - 1))
}

fn split(m: &mut Model, at: usize, into: Parts, then: StageId) {
    m.stages[at].rules.split = Some(Split { into, then, join: Join::All, none: Next::Stage(then) });
}

#[test]
fn devices_are_jobs_of_one_case() {
    let mut m = model(400, &["a"]);
    m.source("s", 3.0, &[1.0]);
    let p = m.pool("p", 1, WorkCalendar::always());
    let w = m.work("w", p, 4.0, &[(1.0, Next::Stage(StageId(1)))]);
    let then = m.delay("then", constant_days(5.0), &[(1.0, DONE)]);
    split(&mut m, w.index(), Parts::Devices, then);
    m.params[0].devices[0] = Some(Law::constant(3.0).unwrap());
    m.initial(w, 10, constant_days(1.0));
    // 36 hours a day for 24: of three cases, two go on.
    let fluid = curve(&m);
    near(fluid.open[0], 10.0, 1e-9);
    near(fluid.waiting[0][0], 30.0, 1e-6);
    near(fluid.open[300] - fluid.open[200], 100.0, 1e-3);
    near(fluid.waiting[0][300] - fluid.waiting[0][200], 300.0, 1e-3);
    near(fluid.delayed[1][300], 10.0, 0.1);
    assert_conserved(&fluid);
}

#[test]
fn tracks_share_a_case_and_job_outcomes_may_end_it() {
    let mut m = model(200, &["a"]);
    m.source("s", 4.0, &[1.0]);
    let caught = another(&mut m, "caught");
    let over = another(&mut m, "over");
    m.outcomes[2].of = Some(JobKind::Track);
    let meets = Next::Stage(StageId(3));
    m.stage("start", StageKind::Instant, Crew::Nobody, None, &[]);
    let one = m.delay("one", constant_days(10.0), &[(0.2, caught), (0.8, meets)]);
    let two = m.delay("two", constant_days(20.0), &[(0.5, over), (0.5, meets)]);
    let then = m.stage("then", StageKind::Instant, Crew::Nobody, None, &[(1.0, DONE)]);
    split(&mut m, 0, Parts::Tracks(vec![one, two]), then);
    let fluid = curve(&m);
    near(last(&fluid.delayed[1]), 40.0, 0.1);
    near(last(&fluid.delayed[2]), 80.0, 0.1);
    near(last(&fluid.open), 4.0 * 15.0, 0.1);
    near((fluid.ended[1][200] - fluid.ended[1][100]) / 400.0, 0.2, 1e-3);
    near(fluid.ended[2][200], 0.0, 1e-9);
    assert_conserved(&fluid);
}

#[test]
fn loads_share_work_and_wait_to_be_full() {
    let mut m = model(60, &["a"]);
    m.source("s", 48.0, &[1.0]);
    let p = m.pool("p", 10, WorkCalendar::always());
    let w = m.work("w", p, 2.0, &[(1.0, DONE)]);
    m.stages[w.index()].rules.gather = Some(Gather { size: Load::Exactly(8), ..Gather::default() });
    let fluid = curve(&m);
    near(last(&fluid.waiting[0]), 3.5, 0.02);
    near(last(&fluid.in_work[0]), 4.0, 1e-3);
    // Up to 8 at once: one member can do 96 a day, but not with less than 4 in each.
    m.pool_params(p).headcount = 1;
    m.pool_params(p).filled = 1;
    m.stages[w.index()].rules.gather = Some(Gather { size: Load::UpTo(8), ..Gather::default() });
    let fluid = curve(&m);
    assert!((3.0..9.0).contains(&last(&fluid.open)), "{}", last(&fluid.open));
    assert_conserved(&fluid);
}

#[test]
fn what_comes_after_a_slot_waits_for_the_next() {
    let mut m = model(71, &["a"]);
    m.source("s", 9.0, &[1.0]);
    let d = m.delay("d", constant_days(1.0), &[(1.0, DONE)]);
    let slots = (0..10).map(|week| Time((7 * week + 1) * DAY + 16 * HOUR)).collect();
    m.stages[d.index()].rules.gather = Some(Gather { size: Load::Any, slots: Some(slots), or_after: None });
    let fluid = curve(&m);
    near(fluid.waiting[0][50 + 7], 9.0 * (6.0 + 1.0 / 3.0), 1e-6);
    near(fluid.waiting[0][51 + 7], 3.0, 1e-6);
    assert_conserved(&fluid);
    // Forty go at each slot, of 63 a week.
    m.stages[d.index()].rules.gather.as_mut().unwrap().size = Load::UpTo(40);
    let fluid = curve(&m);
    near(fluid.open[57] - fluid.open[50], 23.0, 1e-6);
}

#[test]
fn what_has_missed_a_slot_does_not_stand_in_the_way() {
    // As before, but two in three are of the second class, and a more urgent one has always just come.
    let mut m = model(71, &["a", "b"]);
    m.source("s", 9.0, &[1.0 / 3.0, 2.0 / 3.0]);
    let d = m.delay("d", constant_days(1.0), &[(1.0, DONE)]);
    m.stage_params(d).order = Order::Class;
    let slots = (0..10).map(|week| Time((7 * week + 1) * DAY + 16 * HOUR)).collect();
    m.stages[d.index()].rules.gather = Some(Gather { size: Load::Any, slots: Some(slots), or_after: None });
    let fluid = curve(&m);
    near(fluid.waiting[0][50 + 7], 9.0 * (6.0 + 1.0 / 3.0), 1e-6);
    near(fluid.waiting[0][51 + 7], 3.0, 1e-6);
    assert_conserved(&fluid);
}

#[test]
fn a_span_holds_no_more_than_it_may() {
    let mut m = model(300, &["a"]);
    m.source("s", 5.0, &[1.0]);
    let d = m.delay("d", constant_days(10.0), &[(1.0, Next::Stage(StageId(1)))]);
    let end = m.delay("end", constant_days(2.0), &[(1.0, DONE)]);
    m.spans.push(Span { entry: d, until: Some(end), pool: None, same_member: false });
    m.stages[0].rules.opens = Some(SpanId(0));
    m.stages[1].rules.closes = vec![SpanId(0)];
    m.stage_params(d).cap = Some(Cap::Cases(20));
    let fluid = curve(&m);
    near(fluid.delayed[0][200], 20.0, 0.01);
    // Twenty go through in about ten days.
    near(fluid.open[280] - fluid.open[200], 80.0 * 3.0, 16.0);
    assert_conserved(&fluid);
}

#[test]
fn linked_tips_leave_and_ended_cases_may_be_opened_again() {
    let mut m = model(100, &["a"]);
    let source = m.source("s", 10.0, &[1.0]);
    another(&mut m, "linked");
    m.linked = Some(OutcomeId(1));
    let first = m.delay("first", constant_days(10.0), &[(1.0, Next::Stage(StageId(1)))]);
    m.delay("second", constant_days(10.0), &[(1.0, DONE)]);
    m.source_params(source).link = Some(Link { share: 0.2, after: None, reopen: 0.0 });
    let fluid = curve(&m);
    near(fluid.ended[1][90] - fluid.ended[1][50], 0.2 * 400.0, 1e-6);
    near(last(&fluid.open), 8.0 * 20.0, 0.5);
    assert_conserved(&fluid);
    m.source_params(source).link = Some(Link { share: 0.2, after: Some(first), reopen: 0.0 });
    let fluid = curve(&m);
    near(last(&fluid.delayed[0]), 100.0, 0.5);
    near(last(&fluid.delayed[1]), 80.0, 0.5);
    assert_conserved(&fluid);
    // Cases that are over at once are never found open: every linked tip opens one again.
    let mut m = model(100, &["a"]);
    let source = m.source("s", 10.0, &[1.0]);
    another(&mut m, "linked");
    m.linked = Some(OutcomeId(1));
    m.stage("i", StageKind::Instant, Crew::Nobody, None, &[(1.0, DONE)]);
    m.source_params(source).link = Some(Link { share: 0.2, after: None, reopen: 1.0 });
    let fluid = curve(&m);
    near(last(&fluid.arrived), 1200.0, 5.0);
    near(last(&fluid.ended[1]), 200.0, 5.0);
    assert_conserved(&fluid);
}

#[test]
fn unstopped_subjects_send_further_tips() {
    let mut m = model(100, &["a"]);
    m.source("s", 10.0, &[1.0]);
    m.stage("i", StageKind::Instant, Crew::Nobody, None, &[(1.0, DONE)]);
    m.classes[0].repeat = vec![HazardPiece { from: Time::ZERO, rate: 0.01 / DAY as f64 }];
    let fluid = curve(&m);
    near(last(&fluid.arrived), 1000.0 + 0.01 * 10.0 * 100.0 * 100.0 / 2.0, 10.0);
    m.outcomes[0].stops = true;
    near(last(&curve(&m).arrived), 1000.0, 1e-6);
}

#[test]
fn full_queues_send_on_or_put_aside() {
    let mut m = model(200, &["a"]);
    m.source("s", 30.0, &[1.0]);
    let elsewhere = another(&mut m, "elsewhere");
    let p = m.pool("p", 1, WorkCalendar::always());
    let w = m.work("w", p, 1.0, &[(1.0, DONE)]);
    m.stage_params(w).queue_limit = Some(QueueLimit { cases: 60, to: elsewhere, classes: vec![true, true] });
    let fluid = curve(&m);
    near(last(&fluid.waiting[0]), 60.0, 1.0);
    near(fluid.ended[1][200] - fluid.ended[1][100], 600.0, 1e-3);
    assert_conserved(&fluid);
    m.stage_params(w).queue_limit = None;
    let park = Park { above: 60, classes: vec![true, true], release_below: 40, after: None };
    m.stage_params(w).park = Some(park);
    m.sources[0].until = Time(100 * DAY);
    m.sources[0].rate.push(super::super::RatePiece { from: Time(100 * DAY), rate: 0.0, day: 100 });
    let fluid = curve(&m);
    near(fluid.open[100] - fluid.open[50], 300.0, 1e-3);
    // 600 are left, 24 a day are done.
    near(fluid.open[110], 600.0 - 240.0, 3.0);
    near(fluid.open[130], 0.0, 0.1);
    assert_conserved(&fluid);
}

#[test]
fn members_take_what_they_may_and_look_first_where_they_prefer() {
    let mut m = model(200, &["urgent", "other"]);
    m.source("s", 40.0, &[0.5, 0.5]);
    let p = m.pool("p", 1, WorkCalendar::always());
    m.work("first", p, 1.0, &[(1.0, Next::Stage(StageId(1)))]);
    m.work("then", p, 1.0, &[(1.0, DONE)]);
    m.pool_params(p).choice.takes = Some(vec![false, true, true]);
    let fluid = curve(&m);
    near(fluid.open[200] - fluid.open[100], 100.0 * (20.0 + 20.0 - 12.0), 3.0);
    m.pool_params(p).choice.takes = None;
    m.pool_params(p).choice.prefers = Prefers::Upstream;
    let fluid = curve(&m);
    near(fluid.ended[0][200] - fluid.ended[0][100], 0.0, 1e-6);
    near(fluid.waiting[1][200] - fluid.waiting[1][100], 2400.0, 3.0);
    // One of four is kept for the urgent, which need less than one.
    let pool = m.pool_params(p);
    (pool.headcount, pool.filled) = (4, 4);
    pool.choice.prefers = Prefers::Class;
    pool.choice.reserve = Some(Reserve { members: 3, classes: vec![true, false, false] });
    let fluid = curve(&m);
    assert!(fluid.open[200] - fluid.open[100] > 500.0, "others get what the cutoff leaves them");
    assert_conserved(&fluid);
}

#[test]
fn a_quota_shares_out_the_starts() {
    let mut m = model(200, &["urgent", "other"]);
    m.source("s", 60.0, &[0.5, 0.5]);
    let elsewhere = another(&mut m, "elsewhere");
    let p = m.pool("p", 1, WorkCalendar::always());
    let w = m.work("w", p, 1.0, &[(1.0, DONE)]);
    m.stage_params(w).routes[1] = Route { choices: vec![(1.0, elsewhere)] };
    m.stage_params(w).order = Order::Quota(Quota {
        entry: vec![1, 0, 1],
        share: vec![0.25, 0.75],
        otherwise: Box::new(Order::Class),
    });
    let fluid = curve(&m);
    near((fluid.ended[1][200] - fluid.ended[1][100]) / 2400.0, 0.25, 0.02);
    assert_conserved(&fluid);
}

#[test]
fn caps_absences_and_beliefs_count() {
    let mut m = model(140, &["a", "b"]);
    m.source("s", 20.0, &[0.5, 0.5]);
    let elsewhere = another(&mut m, "elsewhere");
    let p = m.pool("p", 4, hours_9_to_17(140));
    let w = m.work("w", p, 3.0, &[(1.0, DONE)]);
    m.stages[w.index()].rules.exposure = true;
    m.pool_params(p).exposure_cap = Some(Duration(3 * HOUR));
    let done = |fluid: &Fluid| (0..2).map(|o| fluid.ended[o][133] - fluid.ended[o][63]).sum::<f64>();
    near(done(&curve(&m)), 10.0 * 20.0, 1.0);
    m.pool_params(p).exposure_cap = None;
    m.pool_params(p).turnover.absence =
        Some(Absence { every: constant_days(9.0), lasts: constant_days(1.0), hand_over: false });
    near(done(&curve(&m)), 10.0 * 160.0 * 0.9 / 3.0, 1.0);
    let params = m.stage_params(w);
    params.assess = Some(Assess::Table(vec![
        vec![(0.75, Some(ClassId(0))), (1.0, Some(ClassId(1)))],
        vec![(1.0, Some(ClassId(1)))],
    ]));
    params.route_by_observed = true;
    params.routes =
        vec![Route { choices: vec![(1.0, elsewhere)] }, params.routes[0].clone(), params.routes[0].clone()];
    params.order = Order::Fifo;
    let fluid = curve(&m);
    near(fluid.ended[1][133] / (fluid.ended[0][133] + fluid.ended[1][133]), 0.375, 1e-6);
    assert_conserved(&fluid);
}
