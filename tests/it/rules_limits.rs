//! Queues that are too long, with constant times: parking and overflow, the facts in order, worked out by hand.
//!
//! Day 0 is Monday, 6 January 2025. Tips are numbered in the order of arrival.

use crate::harness::{BASE, facts_with, tip, tip_with};
use crate::rules_triage::{one_stage, tips};

const SIX: &[(&str, u32, u32)] =
    &[("low", 8, 0), ("low", 8, 10), ("low", 8, 20), ("low", 8, 30), ("urgent", 8, 40), ("low", 8, 50)];

#[test]
fn new_cases_are_parked_while_the_queue_is_long_and_come_back_one_at_a_time() {
    // 08:30: two wait, more than one: tip 4 is parked; urgent tip 5 is not. At 10:00 tip 5 starts and two wait still;
    // at 12:00 and 14:00 one does.
    let stage = "effort = \"2 h\"\npark = { above = 1, classes = [\"low\"], release_below = 2 }";
    let text = one_stage("headcount = 1", stage) + &tips(SIX);
    assert_eq!(
        facts_with(&text, &["parked", "released", " starts "]),
        [
            "Mon 08:00 tip 1 starts work with staff 0",
            "Mon 08:30 tip 4 is parked at work",
            "Mon 08:50 tip 6 is parked at work",
            "Mon 10:00 tip 5 starts work with staff 0",
            "Mon 12:00 tip 2 starts work with staff 0",
            "Mon 12:00 tip 4 is released at work",
            "Mon 14:00 tip 3 starts work with staff 0",
            "Mon 14:00 tip 6 is released at work",
            "Mon 16:00 tip 4 starts work with staff 0",
            "Mon 18:00 tip 6 starts work with staff 0",
        ]
    );
}

#[test]
fn parked_cases_come_back_after_a_time_with_their_joining_time() {
    // First come first served: tip 4, which joined at 08:30, goes before tip 7 of 09:30 once it is back at 10:30.
    let stage = "effort = \"2 h\"\norder = \"fifo\"\n\
                 park = { above = 1, classes = [\"low\"], release_below = 0, after = \"2 h\" }";
    let text = one_stage("headcount = 1", stage) + &tips(SIX) + &tip("t9", "urgent", 0, 9, 30);
    assert_eq!(
        facts_with(&text, &["parked", "released", " starts "]),
        [
            "Mon 08:00 tip 1 starts work with staff 0",
            "Mon 08:30 tip 4 is parked at work",
            "Mon 08:50 tip 6 is parked at work",
            "Mon 10:00 tip 2 starts work with staff 0",
            "Mon 10:30 tip 4 is released at work",
            "Mon 10:50 tip 6 is released at work",
            "Mon 12:00 tip 3 starts work with staff 0",
            "Mon 14:00 tip 4 starts work with staff 0",
            "Mon 16:00 tip 5 starts work with staff 0",
            "Mon 18:00 tip 6 starts work with staff 0",
            "Mon 20:00 tip 7 starts work with staff 0",
        ]
    );
}

#[test]
fn patience_does_not_run_while_a_case_is_parked() {
    let stage = "effort = \"9 h\"\npatience = \"4 h\"\non_patience = \"done\"\n\
                 park = { above = 0, classes = [\"low\"], release_below = 0, after = \"5 h\" }";
    let text = one_stage("headcount = 1", stage) + &tips(&[("low", 8, 0), ("low", 8, 10), ("low", 8, 20)]);
    assert_eq!(
        facts_with(&text, &["parked", "released", "gives up"]),
        [
            "Mon 08:20 tip 3 is parked at work",
            "Mon 12:10 tip 2 gives up waiting at work",
            // 13:20 and four hours: just after tip 1 is done at 17:00.
            "Mon 13:20 tip 3 is released at work",
        ]
    );
    let late = text.replace("9 h", "10 h");
    assert_eq!(facts_with(&late, &["gives up"])[1], "Mon 17:20 tip 3 gives up waiting at work");
}

#[test]
fn without_the_rule_everybody_comes_back() {
    let stage = "effort = \"2 h\"\npark = { above = 1, classes = [\"low\"], release_below = 2 }";
    let text = one_stage("headcount = 1", stage)
        + &tips(SIX)
        + "[[change]]\nat = 2025-01-06T09:00:00\nset = { \"stage.work.park.release_below\" = 11, \"stage.work.park.above\" = 10 }\n";
    assert_eq!(
        facts_with(&text, &["parked", "released"]),
        [
            "Mon 08:30 tip 4 is parked at work",
            "Mon 08:50 tip 6 is parked at work",
            "Mon 09:00 tip 4 is released at work",
            "Mon 09:00 tip 6 is released at work",
        ]
    );
}

#[test]
fn a_full_queue_sends_cases_on_once() {
    // `other` takes nobody who waits, but tip 4 was sent on already and stays. Tip 5 comes there first, and goes.
    let text = format!(
        "{BASE}\n[[outcome]]\nid = \"elsewhere\"\ncounts_as = \"referred\"\n\
         [[pool]]\nid = \"staff\"\nheadcount = 1\n[[pool]]\nid = \"helper\"\nheadcount = 1\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\neffort = \"2 h\"\nroute = \"done\"\n\
         queue_limit = {{ cases = 1, to = \"other\", classes = [\"low\"] }}\n\
         [[stage]]\nid = \"other\"\npool = \"helper\"\neffort = \"2 h\"\nroute = \"done\"\n\
         queue_limit = {{ cases = 0, to = \"elsewhere\" }}\n"
    ) + &tips(&[("low", 8, 0), ("low", 8, 10), ("low", 8, 20), ("low", 8, 30)])
        + &tip_with("u0", "low", 0, 8, 40, "enters = \"other\"")
        + &tip_with("u1", "urgent", 0, 8, 50, "enters = \"work\"");
    assert_eq!(
        facts_with(&text, &["finds", " starts ", "ends as elsewhere"]),
        [
            "Mon 08:00 tip 1 starts work with staff 0",
            "Mon 08:20 tip 3 finds work full",
            "Mon 08:20 tip 3 starts other with helper 0",
            "Mon 08:30 tip 4 finds work full",
            "Mon 08:40 tip 5 finds other full",
            "Mon 08:40 tip 5 ends as elsewhere, too many wait already",
            "Mon 10:00 tip 6 starts work with staff 0",
            "Mon 10:20 tip 4 starts other with helper 0",
            "Mon 12:00 tip 2 starts work with staff 0",
        ]
    );
}

#[test]
fn of_a_batch_the_last_to_join_find_the_queue_full() {
    // Five come at once: the first starts, two may wait, the last two go.
    let text = one_stage("headcount = 1", "effort = \"1 h\"\nqueue_limit = { cases = 2, to = \"away\" }")
        + "[[outcome]]\nid = \"away\"\ncounts_as = \"referred\"\n\
           [[source]]\nid = \"a\"\nrate = \"24 per day\"\ngaps = \"constant\"\nbatch = 5\nat_most = 5\nmix = { low = 1.0 }\n";
    assert_eq!(
        facts_with(&text, &["finds", " starts "]),
        [
            "Mon 01:00 tip 1 starts work with staff 0",
            "Mon 01:00 tip 4 finds work full",
            "Mon 01:00 tip 5 finds work full",
            "Mon 02:00 tip 2 starts work with staff 0",
            "Mon 03:00 tip 3 starts work with staff 0",
        ]
    );
}

#[test]
fn parked_cases_do_not_fill_the_queue_and_come_back_into_a_full_one() {
    // Tip 3 is parked; the queue of one is full with tip 2, so tip 4 (urgent) goes. Tip 3 comes back at 09:20 and stays.
    let stage = "effort = \"2 h\"\nqueue_limit = { cases = 1, to = \"away\" }\n\
                 park = { above = 0, classes = [\"low\"], release_below = 0, after = \"1 h\" }";
    let text = one_stage("headcount = 1", stage)
        + "[[outcome]]\nid = \"away\"\ncounts_as = \"referred\"\n"
        + &tips(&[("low", 8, 0), ("low", 8, 10), ("low", 8, 20), ("urgent", 8, 30)]);
    assert_eq!(
        facts_with(&text, &["finds", "parked", "released", " starts "]),
        [
            "Mon 08:00 tip 1 starts work with staff 0",
            "Mon 08:20 tip 3 is parked at work",
            "Mon 08:30 tip 4 finds work full",
            "Mon 09:20 tip 3 is released at work",
            "Mon 10:00 tip 2 starts work with staff 0",
            "Mon 12:00 tip 3 starts work with staff 0",
        ]
    );
}
