//! Urgent cases that interrupt others, with constant times: the facts in order, worked out by hand.
//!
//! Day 0 is Monday, 6 January 2025. Tips are numbered in the order of arrival.

use crate::harness::{BASE, facts, facts_with, tip, tip_with};
use crate::rules_triage::{one_stage, tips};

/// `urgent` interrupts others.
fn preempting(text: &str) -> String {
    text.replace("id = \"urgent\"\n", "id = \"urgent\"\npreempt = true\n")
}

#[test]
fn an_urgent_case_that_joins_interrupts_and_the_other_goes_on_before_later_arrivals() {
    let text = preempting(&one_stage("headcount = 1", "effort = \"2 h\""))
        + &tips(&[("low", 8, 0), ("low", 8, 30), ("urgent", 9, 0)]);
    assert_eq!(
        facts(&text),
        [
            "Mon 08:00 tip 1 arrives (low)",
            "Mon 08:00 tip 1 joins work",
            "Mon 08:00 tip 1 starts work with staff 0",
            "Mon 08:30 tip 2 arrives (low)",
            "Mon 08:30 tip 2 joins work",
            "Mon 09:00 tip 3 arrives (urgent)",
            "Mon 09:00 tip 3 joins work",
            "Mon 09:00 tip 1 is interrupted at work",
            "Mon 09:00 tip 3 starts work with staff 0",
            "Mon 11:00 tip 3 finishes work",
            "Mon 11:00 tip 3 ends as done",
            "Mon 11:00 tip 1 goes on with work with staff 0",
            "Mon 12:00 tip 1 finishes work",
            "Mon 12:00 tip 1 ends as done",
            "Mon 12:00 tip 2 starts work with staff 0",
            "Mon 14:00 tip 2 finishes work",
            "Mon 14:00 tip 2 ends as done",
        ]
    );
}

#[test]
fn the_patience_of_interrupted_work_is_over() {
    let stage = "effort = \"4 h\"\npatience = \"3 h\"\non_patience = \"done\"";
    let text = preempting(&one_stage("headcount = 1", stage)) + &tips(&[("low", 8, 0), ("urgent", 9, 0)]);
    assert_eq!(
        facts_with(&text, &["finishes", "gives up"]),
        ["Mon 13:00 tip 2 finishes work", "Mon 16:00 tip 1 finishes work"]
    );
}

const THREE: &str = r#"
[scenario]
start = 2025-01-06
horizon = "3 weeks"
[[class]]
id = "top"
preempt = true
[[class]]
id = "top-abroad"
of = "top"
[[class]]
id = "mid"
[[class]]
id = "low"
[[outcome]]
id = "done"
counts_as = "closed"
"#;

#[test]
fn the_least_urgent_work_is_interrupted_and_of_equals_the_latest_begun() {
    let text = format!(
        "{THREE}[[pool]]\nid = \"staff\"\nheadcount = 3\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\neffort = \"4 h\"\nroute = \"done\"\n"
    ) + &tips(&[
        ("low", 8, 0),
        ("low", 8, 10),
        ("mid", 8, 20),
        ("top", 8, 30),
        ("top-abroad", 8, 40),
        ("top", 8, 50),
        ("top", 9, 0),
    ]);
    let expected = [
        "Mon 08:30 tip 2 is interrupted at work",
        // A sub-class interrupts as its class does.
        "Mon 08:40 tip 1 is interrupted at work",
        "Mon 08:50 tip 3 is interrupted at work",
    ];
    assert_eq!(facts_with(&text, &["interrupted"]), expected);
    // Tip 7 meets urgent work only. Then the more urgent class, then the first to join.
    assert_eq!(
        facts_with(&text, &[" starts ", " goes on "])[3..],
        [
            "Mon 08:30 tip 4 starts work with staff 1",
            "Mon 08:40 tip 5 starts work with staff 0",
            "Mon 08:50 tip 6 starts work with staff 2",
            "Mon 12:30 tip 7 starts work with staff 1",
            "Mon 12:40 tip 3 goes on with work with staff 0",
            "Mon 12:50 tip 1 goes on with work with staff 2",
            // Tips 1 and 3 are both done at 16:10, tip 1 of staff 2 first.
            "Mon 16:10 tip 2 goes on with work with staff 2",
        ]
    );
}

#[test]
fn an_urgent_case_interrupts_when_members_come_on_shift() {
    let pool = "headcount = 1\nhours = \"Mon-Fri 09:00-17:00\"";
    let text = preempting(&one_stage(pool, "effort = \"4 h\""))
        + &tips(&[("low", 16, 0), ("urgent", 20, 0), ("urgent", 20, 10)]);
    assert_eq!(
        facts_with(&text, &[" starts ", " goes on ", "interrupted", "finishes"]),
        [
            "Mon 16:00 tip 1 starts work with staff 0",
            "Tue 09:00 tip 1 is interrupted at work",
            "Tue 09:00 tip 2 starts work with staff 0",
            "Tue 13:00 tip 2 finishes work",
            "Tue 13:00 tip 3 starts work with staff 0",
            "Tue 17:00 tip 3 finishes work",
            "Wed 09:00 tip 1 goes on with work with staff 0",
            "Wed 12:00 tip 1 finishes work",
        ]
    );
}

#[test]
fn nobody_is_interrupted_while_a_member_is_free_or_where_the_pool_does_not_take_the_class() {
    let text = preempting(&one_stage("headcount = 2", "effort = \"2 h\""))
        + &tips(&[("low", 8, 0), ("urgent", 9, 0)]);
    assert!(facts_with(&text, &["interrupted"]).is_empty());
    let text = preempting(&format!(
        "{BASE}\n[[pool]]\nid = \"clerk\"\nheadcount = 1\ntakes = [\"low\"]\n[[pool]]\nid = \"officer\"\nheadcount = 1\n\
             [[stage]]\nid = \"work\"\npool = [\"clerk\", \"officer\"]\neffort = \"2 h\"\nroute = \"done\"\n"
    )) + &tips(&[("low", 8, 0), ("low", 8, 10), ("urgent", 9, 0)]);
    assert_eq!(
        facts_with(&text, &[" starts ", "interrupted", " goes on "]),
        [
            "Mon 08:00 tip 1 starts work with clerk 0",
            "Mon 08:10 tip 2 starts work with officer 0",
            "Mon 09:00 tip 2 is interrupted at work",
            "Mon 09:00 tip 3 starts work with officer 0",
            "Mon 10:00 tip 2 goes on with work with clerk 0",
        ]
    );
}

#[test]
fn overtime_is_not_interrupted() {
    let pool = "headcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\nshift_end = \"finish\"";
    let text = preempting(&one_stage(pool, "effort = \"4 h\"")) + &tips(&[("low", 16, 0), ("urgent", 18, 0)]);
    assert_eq!(
        facts_with(&text, &[" starts ", "interrupted", "finishes"]),
        [
            "Mon 16:00 tip 1 starts work with staff 0",
            "Mon 20:00 tip 1 finishes work",
            "Tue 09:00 tip 2 starts work with staff 0",
            "Tue 13:00 tip 2 finishes work",
        ]
    );
}

#[test]
fn work_that_may_not_be_interrupted_is_spared_and_the_next_one_taken() {
    // Tip 2 is the latest begun, but its stage says no.
    let text = preempting(&format!(
        "{BASE}\n[[pool]]\nid = \"staff\"\nheadcount = 2\n\
         [[stage]]\nid = \"desk\"\npool = \"staff\"\neffort = \"4 h\"\nroute = \"done\"\n\
         [[stage]]\nid = \"machine\"\npool = \"staff\"\neffort = \"4 h\"\nroute = \"done\"\ninterruptible = false\n"
    )) + &tip_with("t0", "low", 0, 8, 0, "enters = \"desk\"")
        + &tip_with("t1", "low", 0, 8, 10, "enters = \"machine\"")
        + &tip_with("t2", "urgent", 0, 8, 20, "enters = \"machine\"")
        + &tip_with("t3", "urgent", 0, 8, 30, "enters = \"desk\"");
    assert_eq!(
        facts_with(&text, &[" starts ", "interrupted"]),
        [
            "Mon 08:00 tip 1 starts desk with staff 0",
            "Mon 08:10 tip 2 starts machine with staff 1",
            "Mon 08:20 tip 1 is interrupted at desk",
            "Mon 08:20 tip 3 starts machine with staff 0",
            "Mon 12:10 tip 4 starts desk with staff 1",
        ]
    );
}

/// Desk work by one officer and searches by two, of three.
fn searches(officers: u32) -> String {
    preempting(&format!(
        "{BASE}\n[[pool]]\nid = \"officer\"\nheadcount = {officers}\n\
         [[stage]]\nid = \"desk\"\npool = \"officer\"\neffort = \"4 h\"\nroute = \"done\"\n\
         [[stage]]\nid = \"search\"\npool = {{ officer = 2 }}\neffort = \"2 h\"\nroute = \"done\"\n"
    ))
}

#[test]
fn a_crew_interrupts_only_if_that_completes_it() {
    // Two at their desks: to interrupt one would not do. With one free it does.
    let tips = tip_with("t0", "low", 0, 8, 0, "enters = \"desk\"")
        + &tip_with("t1", "low", 0, 8, 10, "enters = \"desk\"")
        + &tip_with("t2", "urgent", 0, 9, 0, "enters = \"search\"");
    assert_eq!(
        facts_with(&(searches(2) + &tips), &[" starts ", "interrupted"]),
        [
            "Mon 08:00 tip 1 starts desk with officer 0",
            "Mon 08:10 tip 2 starts desk with officer 1",
            "Mon 12:10 tip 3 starts search with officer 0 and officer 1",
        ]
    );
    assert_eq!(
        facts_with(&(searches(3) + &tips), &[" starts ", "interrupted", "goes on"]),
        [
            "Mon 08:00 tip 1 starts desk with officer 0",
            "Mon 08:10 tip 2 starts desk with officer 1",
            "Mon 09:00 tip 2 is interrupted at desk",
            "Mon 09:00 tip 3 starts search with officer 1 and officer 2",
            "Mon 11:00 tip 2 goes on with desk with officer 1",
        ]
    );
}

#[test]
fn a_crew_that_is_interrupted_is_free_as_a_whole() {
    let tips = tip_with("t0", "low", 0, 8, 0, "enters = \"search\"")
        + &tip_with("t1", "low", 0, 8, 10, "enters = \"desk\"")
        + &tip_with("t2", "urgent", 0, 9, 0, "enters = \"desk\"");
    assert_eq!(
        facts_with(&(searches(2) + &tips), &[" starts ", "interrupted", "goes on"]),
        [
            "Mon 08:00 tip 1 starts search with officer 0 and officer 1",
            "Mon 09:00 tip 1 is interrupted at search",
            "Mon 09:00 tip 3 starts desk with officer 0",
            "Mon 09:00 tip 2 starts desk with officer 1",
            "Mon 13:00 tip 1 goes on with search with officer 0 and officer 1",
        ]
    );
}

#[test]
fn a_case_of_which_nothing_is_known_interrupts_nobody_and_is_interrupted() {
    let text = preempting(&one_stage("headcount = 1", "effort = \"2 h\""))
        + &tip("t0", "low", 0, 8, 0)
        + &tip_with("t1", "urgent", 0, 8, 30, "labelled = \"unknown\"")
        + &tip("t2", "urgent", 0, 10, 30);
    assert_eq!(
        facts_with(&text, &[" starts ", "interrupted", "goes on"]),
        [
            "Mon 08:00 tip 1 starts work with staff 0",
            "Mon 10:00 tip 2 starts work with staff 0",
            "Mon 10:30 tip 2 is interrupted at work",
            "Mon 10:30 tip 3 starts work with staff 0",
            "Mon 12:30 tip 2 goes on with work with staff 0",
        ]
    );
}

#[test]
fn a_class_may_begin_to_interrupt_at_a_date() {
    let text = one_stage("headcount = 1", "effort = \"2 h\"")
        + &tips(&[("low", 8, 0), ("urgent", 9, 0), ("low", 11, 0), ("urgent", 13, 0)])
        + "[[change]]\nat = 2025-01-06T12:30:00\nset = { \"class.urgent.preempt\" = true }\n";
    assert_eq!(facts_with(&text, &["interrupted"]), ["Mon 13:00 tip 3 is interrupted at work"]);
}
