//! Limits that can be worked out by hand.

use super::super::testing::{
    DONE, constant_days, exponential, hours_9_to_17, model, outcome, plain, with_headcount,
};
use super::super::{
    CountsAs, Crew, Law, Next, Order, OutcomeId, Retention, SourceId, SpanLaw, StageId, WorkCalendar,
};
use super::*;
use crate::units::{DAY, Duration};

pub(super) fn near(found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "found {found}, wanted {wanted}");
}

pub(super) fn last(series: &[f64]) -> f64 {
    *series.last().unwrap()
}

/// Nothing is lost or made: to 1e-9 of what came.
pub(super) fn assert_conserved(fluid: &Fluid) {
    for i in 0..fluid.at.len() {
        let ended: f64 = fluid.ended.iter().map(|series| series[i]).sum();
        let gap = fluid.arrived[i] - fluid.open[i] - ended;
        assert!(gap.abs() <= 1e-9 * fluid.arrived[i].max(1.0), "at sample {i}: {gap} is missing");
    }
    let parts = [&fluid.waiting, &fluid.in_work, &fluid.delayed];
    let least = parts.into_iter().flatten().flatten().copied().fold(0.0, f64::min);
    assert!(least > -1e-9, "less than nothing: {least}");
}

#[test]
fn an_overloaded_stage_grows_by_what_it_cannot_do() {
    let mut m = model(400, &["a"]);
    m.source("s", 30.0, &[1.0]);
    let p = m.pool("p", 5, WorkCalendar::always());
    m.pool_params(p).availability = 0.8;
    // 5 members x 24 h x 0.8 / 4 h = 24 a day.
    m.work("w", p, 4.0, &[(1.0, DONE)]);
    let fluid = curve(&m);
    near(fluid.open[300] - fluid.open[200], 600.0, 1e-6);
    near(fluid.in_work[0][300], 5.0, 1e-9);
    near(last(&fluid.ended[0]), 24.0 * 400.0, 10.0);
    assert_eq!(fluid.at, m.samples);
    assert_conserved(&fluid);
}

#[test]
fn with_hours_to_spare_in_work_is_throughput_times_elapsed_time() {
    let mut m = model(200, &["a"]);
    m.source("s", 10.0, &[1.0]);
    let p = m.pool("p", 100, WorkCalendar::always());
    m.pool_params(p).availability = 0.5;
    m.work("long", p, 60.0, &[(1.0, Next::Stage(StageId(1)))]);
    m.work("short", p, 0.6, &[(1.0, DONE)]);
    let fluid = curve(&m);
    near(last(&fluid.in_work[0]), 10.0 * 120.0 / 24.0, 1e-6);
    near(last(&fluid.in_work[1]), 10.0 * 1.2 / 24.0, 1e-6);
    near(last(&fluid.waiting[0]) + last(&fluid.waiting[1]), 0.0, 1e-6);
    assert_conserved(&fluid);
}

#[test]
fn delays_hold_rate_times_mean() {
    let laws = [
        constant_days(14.3),
        exponential(24.0 * 20.0),
        Law::lognormal(30.0 * DAY as f64, 0.7).unwrap(),
        constant_days(0.1),
    ];
    let means = [14.3, 20.0, 30.0, 0.1];
    let mut m = model(730, &["a"]);
    m.source("s", 10.0, &[1.0]);
    for (i, law) in laws.into_iter().enumerate() {
        let next = if i < 3 { Next::Stage(StageId::at(i + 1)) } else { DONE };
        m.delay(&format!("d{i}"), law, &[(1.0, next)]);
    }
    let fluid = curve(&m);
    for (delayed, mean) in fluid.delayed.iter().zip(means) {
        near(last(delayed), 10.0 * mean, 10.0 * (0.002 * mean + 0.01));
    }
    assert_conserved(&fluid);
}

#[test]
fn ten_working_days_are_two_weeks() {
    let mut m = model(140, &["a"]);
    m.source("s", 10.0, &[1.0]);
    let d = m.delay("d", constant_days(1.0), &[(1.0, DONE)]);
    m.stage_params(d).time[0] = Some(SpanLaw { law: constant_days(10.0), working_days: true });
    let fluid = curve(&m);
    // What comes from Monday to Friday waits 14 days, what comes on a weekend until the second Friday is over. So on a
    // Monday morning ten working days are in it and two weekends, on a Saturday morning ten and one.
    near(fluid.delayed[0][70], 140.0, 1e-6);
    near(fluid.delayed[0][75], 120.0, 1e-6);
    assert_conserved(&fluid);
}

#[test]
fn constant_patience_holds_an_overloaded_queue_at_rate_times_patience() {
    let mut m = model(300, &["a"]);
    m.source("s", 30.0, &[1.0]);
    m.outcomes.push(outcome("gave-up", CountsAs::Closed));
    let p = m.pool("p", 1, WorkCalendar::always());
    let w = m.work("w", p, 1.2, &[(1.0, DONE)]);
    m.stage_params(w).patience[0] = Some(plain(constant_days(30.0)));
    m.stage_params(w).on_patience = Some(Next::End(OutcomeId(1)));
    let fluid = curve(&m);
    near(last(&fluid.waiting[0]), 30.0 * 30.0, 2.0);
    near(fluid.ended[1][300] - fluid.ended[1][200], 1000.0, 1e-6);
    assert_conserved(&fluid);
}

#[test]
fn exponential_patience_settles_where_the_excess_leaves() {
    let mut m = model(600, &["a"]);
    m.source("s", 30.0, &[1.0]);
    let p = m.pool("p", 1, WorkCalendar::always());
    let w = m.work("w", p, 1.2, &[(1.0, DONE)]);
    m.stage_params(w).patience[0] = Some(plain(exponential(24.0 * 40.0)));
    m.stage_params(w).on_patience = Some(DONE);
    // Excess 10 a day = waiting / 40 days; the one in hand is thinned too.
    near(last(&curve(&m).waiting[0]), 400.0, 1.5);
}

#[test]
fn patience_of_a_few_steps_settles_there_too_in_any_order() {
    // 1,000 a day, of whom 720 can be served; the others wait two days on average, however the queue stands: 560. The ten in
    // hand at the end of a step are thinned with those who wait.
    for order in [Order::Fifo, Order::Lifo, Order::Class] {
        let mut m = model(600, &["a"]);
        m.source("s", 1000.0, &[1.0]);
        let p = m.pool("p", 10, WorkCalendar::always());
        let w = m.work("w", p, 1.0 / 3.0, &[(1.0, DONE)]);
        m.stage_params(w).order = order;
        m.stage_params(w).patience[0] = Some(plain(exponential(48.0)));
        m.stage_params(w).on_patience = Some(DONE);
        near(last(&curve(&m).waiting[0]), 560.0, 15.0);
    }
}

#[test]
fn evidence_lapses_in_queues_and_delays_until_it_is_preserved() {
    let mut m = model(300, &["a"]);
    let s = m.source("s", 10.0, &[1.0]);
    m.outcomes.push(outcome("lost", CountsAs::Lost));
    m.source_params(s).retention =
        Some(Retention { lasts: constant_days(30.0), lag: Duration(5 * DAY), on_lapse: OutcomeId(1) });
    m.delay("d", constant_days(15.0), &[(1.0, Next::Stage(StageId(1)))]);
    let p = m.pool("p", 0, WorkCalendar::always());
    m.work("w", p, 1.0, &[(1.0, DONE)]);
    let fluid = curve(&m);
    near(last(&fluid.delayed[0]), 150.0, 0.1);
    near(last(&fluid.waiting[1]), 100.0, 10.0);
    near(last(&fluid.ended[1]), 10.0 * (300.0 - 25.0), 10.0);
    assert_conserved(&fluid);
    m.stages[0].preserves_at_start = vec![SourceId(0)];
    let kept = curve(&m);
    assert_eq!(last(&kept.ended[1]), 0.0);
    near(last(&kept.waiting[1]), 10.0 * (300.0 - 15.0), 0.1);
}

#[test]
fn a_delay_longer_than_the_evidence_loses_everything_on_the_way() {
    let mut m = model(100, &["a"]);
    let s = m.source("s", 10.0, &[1.0]);
    m.outcomes.push(outcome("lost", CountsAs::Lost));
    let lasts = exponential(24.0 * 10.0);
    m.source_params(s).retention = Some(Retention { lasts, lag: Duration::ZERO, on_lapse: OutcomeId(1) });
    m.delay("d", exponential(24.0 * 10.0), &[(1.0, DONE)]);
    let fluid = curve(&m);
    // Two equal hazards: half the mean, half the losses.
    near(last(&fluid.delayed[0]), 50.0, 2.5);
    near((fluid.ended[1][100] - fluid.ended[1][50]) / 500.0, 0.5, 0.03);
    assert_conserved(&fluid);
}

#[test]
fn the_urgent_class_and_the_later_stage_go_first() {
    let mut m = model(200, &["urgent", "other"]);
    m.source("s", 20.0, &[0.5, 0.5]);
    let p = m.pool("p", 1, WorkCalendar::always());
    m.work("first", p, 1.0, &[(1.0, Next::Stage(StageId(1)))]);
    m.work("then", p, 1.0, &[(1.0, DONE)]);
    // Wanted: 2 x 20 h of 24 h: urgent cases take 20 h, the rest does 2 of 10.
    let fluid = curve(&m);
    near(fluid.open[200] - fluid.open[100], 800.0, 5.0);
    assert!(last(&fluid.waiting[1]) < 25.0, "the second stage keeps up: {}", last(&fluid.waiting[1]));
    m.stage_params(StageId(0)).order = Order::Fifo;
    let fifo = curve(&m);
    near(fifo.open[200] - fifo.open[100], 800.0, 5.0);
    assert_conserved(&fifo);
}

#[test]
fn dated_changes_and_initial_cases_take_part() {
    let mut m = model(365, &["a"]);
    m.source("s", 30.0, &[1.0]);
    let p = m.pool("p", 1, WorkCalendar::always());
    let w = m.work("w", p, 1.0, &[(1.0, DONE)]);
    m.initial(w, 500, exponential(24.0 * 45.0));
    let pool = m.params[0].pools[0].clone();
    m.change(100).pools[0] = with_headcount(&pool, 2);
    let fluid = curve(&m);
    near(fluid.open[0], 500.0, 1e-9);
    near(fluid.open[100], 500.0 + 600.0, 2.0);
    // 18 a day fewer from then on: empty after 61 days.
    near(fluid.open[150], 200.0, 2.0);
    near(fluid.open[170], 30.0 / 24.0, 0.01);
    assert_conserved(&fluid);
}

#[test]
fn weekends_show_and_a_crew_works_the_hours_its_pools_share() {
    let mut m = model(140, &["a"]);
    m.source("s", 4.0, &[1.0]);
    let p = m.pool("p", 3, hours_9_to_17(140));
    let q = m.pool("q", 1, WorkCalendar::always());
    let crew = Crew::Together(vec![(p, 3), (q, 1)]);
    m.stage("w", StageKind::Work, crew, Some(exponential(2.0)), &[(1.0, DONE)]);
    // One crew, 40 h a week, against 28 x 2 h: 8 cases a week remain.
    let fluid = curve(&m);
    near(fluid.open[126] - fluid.open[70], 64.0, 0.1);
    near(fluid.open[75] - fluid.open[74], 0.0, 1e-6);
    near(fluid.open[76] - fluid.open[75], 4.0, 1e-6);
    assert_conserved(&fluid);
}

#[test]
fn overtime_adds_hours_and_start_windows_take_them() {
    use super::super::{PoolParams, ShiftEnd};
    let mut m = model(140, &["a"]);
    m.source("s", 20.0, &[1.0]);
    let p = m.pool("p", 3, hours_9_to_17(140));
    let w = m.work("w", p, 2.0, &[(1.0, DONE)]);
    let pool: &mut PoolParams = m.pool_params(p);
    pool.shift_end = ShiftEnd::Finish;
    let done = |m: &Model| {
        let fluid = curve(m);
        assert_conserved(&fluid);
        fluid.ended[0][133] - fluid.ended[0][63]
    };
    // Ten weeks of 15 shifts of 8 h and the 2 h that a task still needs, by the exponential's lack of memory.
    near(done(&m), 10.0 * 15.0 * 10.0 / 2.0, 1.0);
    let morning = |d: i64| (d * DAY + 9 * DAY / 24, d * DAY + 12 * DAY / 24);
    m.stages[w.index()].starts = Some(WorkCalendar::from_intervals((0..140).map(morning).collect()));
    near(done(&m), 10.0 * 15.0 * 5.0 / 2.0, 1.0);
    m.pool_params(p).shift_end = ShiftEnd::Pause;
    near(done(&m), 10.0 * 15.0 * 5.0 / 2.0, 1.0);
}

#[test]
fn a_second_pool_and_a_loop_lose_nothing() {
    let mut m = model(300, &["a", "b"]);
    m.source("s", 24.0, &[0.3, 0.7]);
    let p = m.pool("p", 1, WorkCalendar::always());
    let q = m.pool("q", 1, hours_9_to_17(300));
    let next = [(0.25, Next::Stage(StageId(1))), (0.25, Next::Stage(StageId(0))), (0.5, DONE)];
    let w = m.stage("w", StageKind::Work, Crew::AnyOf(vec![p, q]), Some(exponential(1.0)), &next);
    m.stage("i", StageKind::Instant, Crew::Nobody, None, &[(0.5, Next::Stage(StageId(0))), (0.5, DONE)]);
    m.stage_params(w).patience[1] = Some(SpanLaw { law: exponential(60.0), working_days: true });
    m.stage_params(w).on_patience = Some(Next::Stage(StageId(1)));
    let fluid = curve(&m);
    assert_conserved(&fluid);
    assert!(last(&fluid.ended[0]) > 0.8 * last(&fluid.arrived));
}

#[test]
fn a_run_of_hours_is_followed_in_small_steps() {
    let mut m = model(1, &["a"]);
    m.source("s", 24.0 * 60.0, &[1.0]);
    let p = m.pool("p", 30, WorkCalendar::always());
    m.work("w", p, 0.25, &[(1.0, DONE)]);
    m.samples = (0..=24).map(|h| Time(h * DAY / 24)).collect();
    let fluid = curve(&m);
    // 60 an hour stay a quarter of an hour.
    near(fluid.in_work[0][12], 15.0, 0.1);
    near(fluid.open[0], 0.0, 1e-9);
}
