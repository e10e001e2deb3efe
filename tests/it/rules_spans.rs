//! Places and members that a case holds over several stages, with constant times. The
//! facts in order, worked out by hand.
//!
//! Day 0 is Monday, 6 January 2025. Tips are numbered in the order of arrival.

use std::sync::Arc;

use caseload::model::{Next, QueueLimit, StageId};

use crate::harness::{BASE, model, tip};
use crate::judged::{facts_of, facts_with};

/// Three delays; the first begins a span that ends with the third.
pub(crate) fn delays(wip: &str) -> String {
    format!(
        "{BASE}\n[[stage]]\nid = \"a\"\ndelay = \"2 h\"\nroute = \"b\"\nwip = {{ until = \"c\", {wip} }}\n\
         [[stage]]\nid = \"b\"\ndelay = \"1 h\"\nroute = \"c\"\n\
         [[stage]]\nid = \"c\"\ndelay = \"1 h\"\nroute = \"done\"\n"
    )
}

pub(crate) fn tips(times: &[(u32, u32)]) -> String {
    times.iter().enumerate().map(|(i, (h, m))| tip(&format!("t{i:02}"), "low", 0, *h, *m)).collect()
}

#[test]
fn without_a_place_a_case_waits_in_front_until_one_is_given_back() {
    let text = delays("cases = 1") + &tips(&[(8, 0), (8, 30)]);
    assert_eq!(
        facts_with(&text, &["joins", "starts"]),
        [
            "Mon 08:00 tip 1 joins a",
            "Mon 08:00 tip 1 starts a",
            "Mon 08:30 tip 2 joins a",
            "Mon 10:00 tip 1 joins b",
            "Mon 10:00 tip 1 starts b",
            "Mon 11:00 tip 1 joins c",
            "Mon 11:00 tip 1 starts c",
            "Mon 11:00 tip 2 starts a",
            "Mon 13:00 tip 2 joins b",
            "Mon 13:00 tip 2 starts b",
            "Mon 14:00 tip 2 joins c",
            "Mon 14:00 tip 2 starts c",
        ]
    );
}

#[test]
fn a_freed_place_goes_to_the_first_under_the_stage_s_order() {
    let text = delays("cases = 1") + &tips(&[(8, 0), (8, 30)]) + &tip("u", "urgent", 0, 9, 0);
    assert_eq!(
        facts_with(&text, &["starts a"]),
        ["Mon 08:00 tip 1 starts a", "Mon 11:00 tip 3 starts a", "Mon 14:00 tip 2 starts a"]
    );
}

#[test]
fn clocks_run_while_a_case_waits_for_a_place() {
    let text = delays("cases = 1")
        .replace("delay = \"2 h\"\n", "delay = \"2 h\"\npatience = \"1 h\"\non_patience = \"done\"\n")
        + &tips(&[(8, 0), (8, 30)]);
    assert_eq!(
        facts_with(&text, &["tip 2"])[2..],
        ["Mon 09:30 tip 2 gives up waiting at a", "Mon 09:30 tip 2 ends as done, it has waited too long",]
    );
}

#[test]
fn those_who_wait_for_a_place_can_be_too_many() {
    let with =
        |keys: &str| delays("cases = 1").replace("delay = \"2 h\"\n", &format!("delay = \"2 h\"\n{keys}\n"));
    let tips = tips(&[(8, 0), (8, 30), (8, 40)]);
    let limited = with("queue_limit = { cases = 1, to = \"done\" }") + &tips;
    assert_eq!(
        facts_with(&limited, &["joins a", "starts a", "finds", "too many"]),
        [
            "Mon 08:00 tip 1 joins a",
            "Mon 08:00 tip 1 starts a",
            "Mon 08:30 tip 2 joins a",
            "Mon 08:40 tip 3 joins a",
            "Mon 08:40 tip 3 finds a full",
            "Mon 08:40 tip 3 ends as done, too many wait already",
            "Mon 11:00 tip 2 starts a",
        ]
    );
    // Tip 3 is put aside while tip 2 waits, and then waits for a place like any other.
    let parked = with("park = { above = 0, release_below = 1 }") + &tips;
    assert_eq!(
        facts_with(&parked, &["starts a", "parked", "released"]),
        [
            "Mon 08:00 tip 1 starts a",
            "Mon 08:40 tip 3 is parked at a",
            "Mon 11:00 tip 2 starts a",
            "Mon 11:00 tip 3 is released at a",
            "Mon 14:00 tip 3 starts a",
        ]
    );
}

#[test]
fn a_case_that_ends_gives_its_place_back() {
    let text = delays("cases = 1").replace("route = \"c\"", "route = { low = \"done\", urgent = \"c\" }")
        + &tips(&[(8, 0), (8, 30)])
        + &tip("u", "urgent", 0, 20, 0);
    assert_eq!(
        facts_with(&text, &["starts a"]),
        ["Mon 08:00 tip 1 starts a", "Mon 11:00 tip 2 starts a", "Mon 20:00 tip 3 starts a"]
    );
}

#[test]
fn loops_inside_a_span_keep_the_place() {
    let text = delays("cases = 1").replace("route = \"c\"", "route = { a = 0.6, c = 0.4 }")
        + &tips(&[(8, 0), (8, 30), (8, 40)]);
    let lines = facts_with(&text, &["starts a", "joins c"]);
    let tip_of = |l: &String| l.split(" tip ").nth(1).unwrap().chars().next().unwrap();
    let order: Vec<char> = lines.iter().map(tip_of).collect();
    assert!(order.is_sorted() && order.last() == Some(&'3'), "one after the other: {lines:?}");
    assert!(lines.len() > 6, "seed 1 goes round at least once: {lines:?}");
}

#[test]
fn a_smaller_limit_takes_no_place_back() {
    let text = delays("cases = 2")
        + "[[change]]\nat = 2025-01-06T09:00:00\nset = { \"stage.a.wip.cases\" = 1 }\n"
        + &tips(&[(8, 0), (8, 30), (8, 40)]);
    // Tips 1 and 2 leave at 11:00 and 11:30; only then there is room for tip 3.
    assert_eq!(
        facts_with(&text, &["starts a"]),
        ["Mon 08:00 tip 1 starts a", "Mon 08:30 tip 2 starts a", "Mon 11:30 tip 3 starts a"]
    );
    let more = text.replace("wip.cases\" = 1", "wip.cases\" = 3");
    assert_eq!(facts_with(&more, &["tip 3 starts a"]), ["Mon 09:00 tip 3 starts a"]);
}

#[test]
fn who_comes_back_to_a_full_queue_and_is_sent_on_keeps_the_place_it_had() {
    let text = format!(
        "{BASE}\n[[pool]]\nid = \"staff\"\nheadcount = 1\n\
         [[stage]]\nid = \"a\"\npool = \"staff\"\neffort = {{ urgent = \"5 h\", low = \"1 h\" }}\nroute = \"b\"\n\
         wip = {{ until = \"c\", cases = 2 }}\n\
         [[stage]]\nid = \"b\"\ndelay = \"1 h\"\nroute = {{ a = 0.999999, c = \"rest\" }}\n\
         [[stage]]\nid = \"d\"\ndelay = \"8 h\"\nroute = \"c\"\n\
         [[stage]]\nid = \"c\"\ndelay = \"1 h\"\nroute = \"done\"\n"
    ) + &tip("a", "low", 0, 8, 0)
        + &tip("b", "urgent", 0, 9, 30)
        + &tip("c", "low", 0, 9, 40);
    let mut model = model(&text.replace("3 weeks", "1 days"));
    for params in &mut model.params {
        let limit = QueueLimit { cases: 1, to: Next::Stage(StageId(2)), classes: vec![true; 3] };
        Arc::make_mut(&mut params.stages[0]).queue_limit = Some(limit);
    }
    // Tip 3 waits for a place when tip 1 comes back at 10:00 and goes to d until 18:00; only then it has one.
    let lines = facts_of(&model);
    let at = |what: &str| lines.iter().position(|l| l == what);
    let full = at("Mon 10:00 tip 1 finds a full").expect("the queue is full");
    let left = at("Mon 18:00 tip 1 joins c").expect("tip 1 leaves the span");
    let starts = lines.iter().position(|l| l.contains("tip 3 starts a")).expect("tip 3 is served");
    assert!(full < left && left < starts, "{lines:#?}");
}

/// Work, a delay, work again by the same pool; the span, if any, ends with the last stage `end`.
pub(crate) fn bound(pool: &str, keys: &str, effort: &str) -> String {
    format!(
        "{BASE}\n[[pool]]\nid = \"staff\"\n{pool}\n\
         [[stage]]\nid = \"a\"\npool = \"staff\"\neffort = {effort}\nroute = \"b\"\n{keys}\n\
         [[stage]]\nid = \"b\"\ndelay = \"1 h\"\nroute = \"c\"\n\
         [[stage]]\nid = \"c\"\npool = \"staff\"\neffort = \"1 h\"\nroute = \"end\"\n\
         [[stage]]\nid = \"end\"\ndelay = \"1 h\"\nroute = \"done\"\n"
    )
}

#[test]
fn a_limit_by_member_follows_the_filled_posts() {
    let text = bound("headcount = 1", "wip = { until = \"end\", per_member = 1 }", "\"1 h\"")
        .replace("delay = \"1 h\"\nroute = \"c\"", "delay = \"10 h\"\nroute = \"c\"")
        + "[[change]]\nat = 2025-01-06T12:00:00\nadd = { \"pool.staff.headcount\" = 1 }\n"
        + &tips(&[(8, 0), (8, 30), (8, 40)]);
    assert_eq!(
        facts_with(&text, &["starts a", "joins end"]),
        [
            "Mon 08:00 tip 1 starts a with staff 0",
            "Mon 12:00 tip 2 starts a with staff 0",
            "Mon 20:00 tip 1 joins end",
            "Mon 20:00 tip 3 starts a with staff 0",
            "Tue 00:00 tip 2 joins end",
            "Tue 08:00 tip 3 joins end",
        ]
    );
}

#[test]
fn initial_cases_in_the_middle_of_a_span_hold_their_places() {
    let text = delays("cases = 1")
        + "[[initial]]\nstage = \"b\"\ncount = { low = 2 }\nage = \"5 days\"\n"
        + &tips(&[(0, 30)]);
    assert_eq!(facts_with(&text, &["starts a"]), ["Mon 01:00 tip 3 starts a"]);
}

#[test]
fn a_case_waits_for_its_own_member_though_another_is_free() {
    let text = bound("headcount = 2", "assignment = \"same-member\"", "{ urgent = \"3 h\", low = \"1 h\" }")
        + &tip("a", "urgent", 0, 8, 0)
        + &tip("b", "low", 0, 8, 5)
        + &tip("c", "low", 0, 8, 10);
    // Tip 3 is assigned to staff 0: both have one case, the lower number takes it.
    assert_eq!(
        facts_with(&text, &["starts a", "starts c"]),
        [
            "Mon 08:00 tip 1 starts a with staff 0",
            "Mon 08:05 tip 2 starts a with staff 1",
            "Mon 10:05 tip 2 starts c with staff 1",
            "Mon 11:00 tip 3 starts a with staff 0",
            "Mon 12:00 tip 1 starts c with staff 0",
            "Mon 13:00 tip 3 starts c with staff 0",
        ]
    );
}

#[test]
fn each_member_holds_so_many_cases() {
    let keys = "assignment = \"same-member\"\nwip = { until = \"end\", per_member = 1 }";
    let text = bound("headcount = 2", keys, "\"1 h\"") + &tips(&[(8, 0), (8, 5), (8, 10)]);
    // Tip 1 leaves the span at 11:00 (a 08-09, b 09-10, c 10-11).
    assert_eq!(
        facts_with(&text, &["starts a", "starts c"]),
        [
            "Mon 08:00 tip 1 starts a with staff 0",
            "Mon 08:05 tip 2 starts a with staff 1",
            "Mon 10:00 tip 1 starts c with staff 0",
            "Mon 10:05 tip 2 starts c with staff 1",
            "Mon 11:00 tip 3 starts a with staff 0",
            "Mon 13:00 tip 3 starts c with staff 0",
        ]
    );
}

#[test]
fn when_a_member_leaves_its_cases_go_to_others_at_once() {
    let text = bound("headcount = 2", "assignment = \"same-member\"", "\"1 h\"")
        + "[[change]]\nat = 2025-01-06T09:30:00\nset = { \"pool.staff.headcount\" = 1 }\nleave = \"last-hired\"\n"
        + &tips(&[(8, 0), (8, 5)]);
    // Staff 1 is idle at 09:30; tip 2 is then in its delay.
    assert_eq!(
        facts_with(&text, &["starts c", "leaves"]),
        [
            "Mon 09:30 staff 1 leaves",
            "Mon 10:00 tip 1 starts c with staff 0",
            "Mon 11:00 tip 2 starts c with staff 0",
        ]
    );
    // At 10:30 staff 1 has tip 2 in hand and tip 4 in front of c: it goes at 11:05, and tip 4 to staff 0.
    let later = text.replace("T09:30", "T10:30") + &tips(&[(8, 10), (8, 15)]).replace("id = \"t", "id = \"u");
    let lines = facts_with(&later, &["starts", "leaves"]);
    assert_eq!(
        lines
            .iter()
            .filter(|l| l.contains("work") || !l.contains("starts b") && !l.contains("starts end"))
            .collect::<Vec<_>>(),
        [
            "Mon 08:00 tip 1 starts a with staff 0",
            "Mon 08:05 tip 2 starts a with staff 1",
            "Mon 09:00 tip 3 starts a with staff 0",
            "Mon 09:05 tip 4 starts a with staff 1",
            "Mon 10:00 tip 1 starts c with staff 0",
            "Mon 10:05 tip 2 starts c with staff 1",
            "Mon 11:00 tip 3 starts c with staff 0",
            "Mon 11:05 staff 1 leaves",
            "Mon 12:00 tip 4 starts c with staff 0",
        ]
    );
}

#[test]
fn with_nobody_left_cases_wait_for_the_next_who_is_hired() {
    let text = bound("headcount = 1", "assignment = \"same-member\"", "\"1 h\"")
        + "[[change]]\nat = 2025-01-06T09:30:00\nset = { \"pool.staff.headcount\" = 0 }\nleave = \"last-hired\"\n\
           [[change]]\nat = 2025-01-06T12:00:00\nset = { \"pool.staff.headcount\" = 1 }\n"
        + &tips(&[(8, 0)]);
    assert_eq!(
        facts_with(&text, &["starts c", "staff 0 leaves", "comes"]),
        ["Mon 09:30 staff 0 leaves", "Mon 12:00 staff 1 comes", "Mon 12:00 tip 1 starts c with staff 1"]
    );
}
