//! Facts of cases in parts and in loads.

use super::*;

#[test]
fn by_stage_jobs_are_counted_and_in_totals_cases() {
    let mut model = fortnight();
    with_split(&mut model, Join::All);
    let layout = Layout::new(&model);
    let (mut feed, whole) = two_devices(&model, &layout);
    let (one, two) = (device(whole, 1), device(whole, 2));
    feed.fact(8.0, two, started(SCREEN, CREW, 40.0));
    feed.fact(9.0, one, finished(SCREEN, 3.0));
    feed.fact(9.0, one, Fact::JobEnded { how: JobEnd::Arrived });
    feed.fact(10.0, two, finished(SCREEN, 2.0));
    feed.fact(10.0, two, Fact::JobEnded { how: JobEnd::Arrived });
    (feed.census.in_work[0], feed.census.split) = (0, 0);
    feed.census.waiting[0] = 0;
    reply(&mut feed, whole, 10.0, 12.0);
    feed.sample(14.0);
    let said = feed.finish_all();
    assert_eq!(said.result.violation, None);
    assert_eq!(level(&said, &model, "backlog", ""), [1, 1, 0]);
    assert_eq!(level(&said, &model, "waiting", "screen"), [2, 1, 0]);
    assert_eq!(level(&said, &model, "in_work", "screen"), [0, 1, 0]);
    // The case waits while no device is in work.
    assert_eq!(level(&said, &model, "waiting", ""), [1, 0, 0]);
    assert_eq!(level(&said, &model, "in_work", ""), [0, 1, 0]);
    said.is("arrivals", 1.0);
    said.is("backlog_mean", 12.0 / 14.0);
    said.is("started/screen", 2.0);
    said.is("wait_mean/screen", 7.0);
    said.is("throughput/screen", 2.0 / 14.0);
    said.is("in_work/screen", 5.0 / 14.0);
    // Of jobs the first start and the last end count.
    said.is("reached_mean/action", 6.0);
    said.is("reached_cases/action", 1.0);
    said.is("population/answer", 1.0);
    said.is("reached_mean/answer", 2.0);
    // Its life, and the days of both devices.
    said.is("days_total", 12.0);
    said.is("days_waiting/screen", 14.0);
    said.is("days_in_work/screen", 5.0);
    said.is("days_delayed/reply", 2.0);
    said.is("effort_hours/analyst", 120.0);
    said.is("never_touched", 0.0);
}

#[test]
fn work_that_goes_on_for_nothing_is_work_but_no_throughput() {
    let mut model = fortnight();
    with_split(&mut model, Join::First);
    let layout = Layout::new(&model);
    let (mut feed, whole) = two_devices(&model, &layout);
    let (one, two) = (device(whole, 1), device(whole, 2));
    feed.fact(8.0, two, started(SCREEN, CREW, 40.0));
    feed.fact(9.0, one, finished(SCREEN, 3.0));
    feed.fact(9.0, one, Fact::JobEnded { how: JobEnd::Arrived });
    feed.fact(9.0, two, Fact::JobEnded { how: JobEnd::Withdrawn });
    reply(&mut feed, whole, 9.0, 10.0);
    let orphan = CaseView { case: two.slot, ..two };
    (feed.census.waiting[0], feed.census.in_work[0], feed.census.split) = (0, 1, 0);
    feed.sample(11.0);
    feed.fact(12.0, orphan, finished(SCREEN, 4.0));
    feed.census.in_work[0] = 0;
    feed.sample(14.0);
    let said = feed.finish_all();
    assert_eq!(said.result.violation, None);
    said.is("throughput/screen", 1.0 / 14.0);
    said.is("effort_hours/analyst", 24.0 * 7.0);
    // Days 6-9 and 8-12 at the stage; of the case's life only up to day 9.
    said.is("in_work/screen", 7.0 / 14.0);
    said.is("days_in_work/screen", 4.0);
    said.is("reached_mean/answer", 1.0);
}

#[test]
fn devices_end_in_outcomes_of_their_own() {
    let mut model = fortnight();
    with_split(&mut model, Join::All);
    let layout = Layout::new(&model);
    let (mut feed, whole) = two_devices(&model, &layout);
    let (one, two) = (device(whole, 1), device(whole, 2));
    let dead = OutcomeId(3);
    feed.fact(9.0, one, finished(SCREEN, 3.0));
    feed.fact(9.0, one, Fact::JobEnded { how: JobEnd::Outcome(dead) });
    // The other one is not interested in waiting for ever: the whole case ends.
    feed.fact(11.0, two, Fact::Reneged { stage: SCREEN });
    feed.fact(11.0, two, Fact::JobEnded { how: JobEnd::Withdrawn });
    feed.end(11.0, whole, NO_ACTION, Cause::Patience);
    (feed.census.waiting[0], feed.census.in_work[0], feed.census.split) = (0, 0, 0);
    feed.sample(14.0);
    let said = feed.finish_all();
    assert_eq!(said.result.violation, None);
    said.is("ended", 1.0);
    said.is("ended_as/dead", 1.0);
    said.is("outcome_share/no-action", 1.0);
    assert!(!said.names.contains(&"outcome_share/dead".to_owned()));
    assert_eq!(flow(&model, &said.result, "outcomes", ""), [0, 1]);
    assert_eq!(flow(&model, &said.result, "outcomes", "dead"), [0, 1]);
    // The last end at the screen is known when the other device is over; nothing follows it.
    said.is("population/answer", 1.0);
    said.is("reached_cases/answer", 0.0);
}

#[test]
fn each_case_of_a_load_starts_and_the_first_has_the_crew() {
    let model = fortnight();
    let layout = Layout::new(&model);
    let mut feed = Feed::new(&model, &layout);
    feed.sample(0.0);
    let load = [case(0, DANGER, 1.0), case(1, OTHER, 2.0), case(2, OTHER, 3.0)];
    for tip in load {
        feed.arrive(tip);
    }
    for (i, tip) in load.iter().enumerate() {
        let (crew, cost) = if i == 0 { (CREW, 40.0) } else { (&[][..], 0.0) };
        feed.fact(3.0, *tip, started(SCREEN, crew, cost));
    }
    for (i, tip) in load.iter().enumerate() {
        feed.fact(5.0, *tip, finished(SCREEN, if i == 0 { 2.0 } else { 0.0 }));
        feed.end(5.0, *tip, NO_ACTION, Cause::Route);
    }
    feed.census.waiting[0] = 0;
    feed.sample(7.0);
    feed.sample(14.0);
    let said = feed.finish_all();
    assert_eq!(said.result.violation, None);
    said.is("started/screen", 3.0);
    said.is("wait_mean/screen", 1.0);
    said.is("throughput/screen", 3.0 / 14.0);
    said.is("effort_hours/analyst", 48.0);
    said.is("cost/stage/screen", 40.0);
}
