//! Facts at the edges: cases of the start, interruptions, weekends, the follow-up, books that do not add up.

use super::*;
use crate::engine::Interruption;

#[test]
fn initial_cases_count_in_levels_and_waits_and_stand_beside_the_milestones() {
    let model = fortnight();
    let layout = Layout::new(&model);
    let mut feed = Feed::new(&model, &layout);
    let old = CaseView { initial: true, source: None, ..case(0, OTHER, -3.0) };
    feed.arrive(old);
    feed.sample(0.0);
    feed.start(2.0, old);
    feed.finish(4.0, old, 2.0);
    feed.end(4.0, old, NO_ACTION, Cause::Route);
    feed.sample(7.0);
    feed.sample(14.0);
    let said = feed.finish_all();
    assert_eq!(said.result.violation, None);
    said.is("arrivals", 0.0);
    said.is("backlog_mean", 4.0 / 14.0);
    said.is("wait_mean/screen", 5.0);
    said.is("system_mean", 7.0);
    said.is("population/action", 0.0);
    said.is("initial_reached/action", 1.0);
    said.is("initial_mean/action", 2.0);
    assert_eq!(said.get("never_touched"), None);
    assert_eq!(said.get("days_total"), None, "nobody knows where it was before the start");
    assert_eq!(said.result.ages[0], [Some(at(3.0) - Time::ZERO); 3]);
}

#[test]
fn interrupted_work_waits_again_but_has_started_once() {
    let mut model = fortnight();
    std::sync::Arc::make_mut(&mut model.params[0].pools[0]).shift_end = crate::model::ShiftEnd::HandOver;
    let layout = Layout::new(&model);
    let mut feed = Feed::new(&model, &layout);
    let tip = case(0, DANGER, 0.0);
    feed.arrive(tip);
    feed.sample(0.0);
    feed.start(1.0, tip);
    feed.fact(
        2.0,
        tip,
        Fact::Interrupted { stage: SCREEN, effort: Duration(DAY), why: Interruption::ShiftEnd },
    );
    let crew = &[(PoolId(0), 2)];
    feed.fact(5.0, tip, Fact::Started { stage: SCREEN, crew, resumed: true, cost: 0.0 });
    feed.finish(6.0, tip, 1.0);
    feed.end(6.0, tip, ARREST, Cause::Route);
    feed.sample(7.0);
    feed.sample(14.0);
    let said = feed.finish_all();
    assert_eq!(said.result.violation, None);
    said.is("started/screen", 1.0);
    said.is("wait_mean/screen", 1.0);
    // Waiting: days 0-1 and 2-5; in work: days 1-2 and 5-6.
    said.is("days_waiting/screen", 4.0);
    said.is("days_in_work/screen", 2.0);
    said.is("effort_hours/analyst", 48.0);
    said.is("reached_cases/action", 1.0);
    assert_eq!(flow(&model, &said.result, "starts", "screen"), [1, 0]);
}

#[test]
fn limits_in_working_days_skip_the_weekend() {
    let mut model = fortnight();
    model.targets[0].within = Limit::WorkingDays(Duration(DAY));
    let layout = Layout::new(&model);
    let mut feed = Feed::new(&model, &layout);
    // Time 0 is a Monday. Friday noon plus one working day is Monday noon: one makes it, one does not.
    let (makes_it, too_late) = (case(0, DANGER, 4.5), case(1, DANGER, 4.5));
    feed.sample(0.0);
    feed.arrive(makes_it);
    feed.arrive(too_late);
    feed.sample(7.0);
    feed.start(7.5, makes_it);
    feed.start(7.6, too_late);
    feed.sample(14.0);
    let said = feed.finish_all();
    said.is("share_within/action/1 working day", 0.5);
    said.is("share_within/action/24 h", 0.0);
}

#[test]
fn follow_up_sees_what_becomes_of_late_tips_and_nothing_else() {
    let mut model = fortnight();
    model.follow_up = Duration(7 * DAY);
    let layout = Layout::new(&model);
    let mut feed = Feed::new(&model, &layout);
    let late = case(0, DANGER, 13.5);
    feed.sample(0.0);
    feed.sample(7.0);
    feed.arrive(late);
    feed.sample(14.0);
    feed.arrive(case(1, OTHER, 15.0));
    feed.start(15.5, late);
    feed.sample(21.0);
    let said = feed.finish_all();
    assert_eq!(said.result.violation, None);
    said.is("population/action", 1.0);
    said.is("share_within/action/7 days", 1.0);
    said.is("reached_mean/action", 2.0);
    said.is("arrivals", 1.0);
    said.is("started/screen", 0.0);
    said.is("never_touched", 1.0);
    said.is("cost/stage/screen", 0.0);
    said.is("waiting/screen", 0.5 / 14.0);
}

#[test]
fn a_census_that_disagrees_is_a_violation_that_names_the_figures() {
    type Tamper = fn(&mut Census);
    let model = fortnight();
    let layout = Layout::new(&model);
    let tampered: [(Tamper, &str); 3] = [
        (
            |c| c.open[1] += 1,
            "class `other`: 1 arrived + 0 initial + 0 reopened, 1 open + 0 ended; the engine holds 2 open of 1 arrived",
        ),
        (|c| c.arrived[0] += 1, "class `danger`"),
        (
            |c| c.waiting[0] -= 1,
            "stage `screen`: 1 waiting, 0 in work, 0 delayed, 0 parked by the facts; the engine holds 0, 0, 0, 0",
        ),
    ];
    for (tamper, figures) in tampered {
        let mut feed = Feed::new(&model, &layout);
        feed.sample(0.0);
        feed.arrive(case(0, OTHER, 1.0));
        tamper(&mut feed.census);
        feed.sample(7.0);
        feed.sample(14.0);
        let violation = feed.finish_all().result.violation.expect("a tampered census is noticed");
        assert_eq!(violation.at, at(7.0), "the first sample that disagrees");
        assert!(violation.figures.starts_with(figures), "{}", violation.figures);
    }
}

#[test]
fn a_case_that_leaves_without_ending_is_noticed() {
    let model = fortnight();
    let layout = Layout::new(&model);
    let mut feed = Feed::new(&model, &layout);
    let lost = case(0, DANGER, 1.0);
    feed.sample(0.0);
    feed.arrive(lost);
    // Both sides agree that it waits nowhere, yet it is open.
    feed.fact(2.0, lost, Fact::Reneged { stage: SCREEN });
    feed.census.waiting[0] -= 1;
    feed.sample(7.0);
    let violation = feed.finish_all().result.violation.expect("an open case must be somewhere");
    assert!(
        violation.figures.contains("1 open, but 0 waiting, in work, delayed or parked"),
        "{}",
        violation.figures
    );
}
