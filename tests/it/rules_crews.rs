//! Crews: members who are kept for them, who belong to a case, who go and come, with constant times. The facts in order,
//! worked out by hand.
//!
//! Day 0 is Monday, 6 January 2025. Tips are numbered in the order of arrival.

use std::sync::Arc;

use caseload::model::{Absence, Choice, Law, Model, PoolParams};
use caseload::units::HOUR;

use crate::harness::{BASE, model, tip, tip_with};
use crate::judged::{facts_of, facts_with};

/// Investigations by one officer each lead to a search by two officers and an examiner.
fn searches(officers: u32, hold: bool) -> String {
    format!(
        "{BASE}\n[[pool]]\nid = \"officer\"\nheadcount = {officers}\n[[pool]]\nid = \"examiner\"\nheadcount = 1\n\
         [[stage]]\nid = \"desk\"\npool = \"officer\"\neffort = \"2 h\"\nroute = \"done\"\n\
         [[stage]]\nid = \"search\"\npool = {{ officer = 2, examiner = 1 }}\nhold = {hold}\neffort = \"1 h\"\nroute = \"done\"\n"
    )
}

fn at(id: &str, class: &str, hour: u32, minute: u32, stage: &str) -> String {
    tip_with(id, class, 0, hour, minute, &format!("enters = \"{stage}\""))
}

/// Two officers at desks until 10:00 and 11:00, a search wanted from 09:30, more desk work.
fn a_busy_morning() -> String {
    at("a", "low", 8, 0, "desk")
        + &at("b", "low", 9, 0, "desk")
        + &at("c", "low", 9, 30, "search")
        + &at("d", "low", 9, 40, "desk")
        + &at("e", "low", 9, 45, "desk")
}

#[test]
fn nobody_is_kept_idle_for_a_crew_unless_the_stage_says_so() {
    let without = facts_with(&(searches(2, false) + &a_busy_morning()), &["starts"]);
    assert_eq!(
        without[2..],
        [
            "Mon 10:00 tip 4 starts desk with officer 0",
            "Mon 11:00 tip 5 starts desk with officer 1",
            "Mon 13:00 tip 3 starts search with examiner 0 and officer 0 and officer 1",
        ]
    );
    let with = facts_with(&(searches(2, true) + &a_busy_morning()), &["starts"]);
    assert_eq!(
        with[2..],
        [
            "Mon 11:00 tip 3 starts search with examiner 0 and officer 0 and officer 1",
            "Mon 12:00 tip 4 starts desk with officer 0",
            "Mon 12:00 tip 5 starts desk with officer 1",
        ]
    );
}

#[test]
fn a_more_urgent_case_takes_a_member_who_is_kept() {
    let text = searches(2, true) + &a_busy_morning() + &at("u", "urgent", 10, 15, "desk");
    // Officer 0 is kept from 10:00, works on the urgent case 10:15-12:15; officer 1 is kept from 11:00.
    assert_eq!(
        facts_with(&text, &["starts"])[2..],
        [
            "Mon 10:15 tip 6 starts desk with officer 0",
            "Mon 12:15 tip 3 starts search with examiner 0 and officer 0 and officer 1",
            "Mon 13:15 tip 4 starts desk with officer 0",
            "Mon 13:15 tip 5 starts desk with officer 1",
        ]
    );
}

#[test]
fn only_as_many_are_kept_as_the_crew_needs() {
    // Of three officers two are enough for the search; the examiner is away at another search until 11:00.
    let text = searches(4, true)
        + &at("a", "low", 10, 0, "search")
        + &at("b", "low", 10, 15, "search")
        + &at("c", "low", 10, 20, "desk")
        + &at("d", "low", 10, 25, "desk");
    assert_eq!(
        facts_with(&text, &["starts"]),
        [
            "Mon 10:00 tip 1 starts search with examiner 0 and officer 0 and officer 1",
            "Mon 11:00 tip 2 starts search with examiner 0 and officer 0 and officer 1",
            "Mon 11:00 tip 3 starts desk with officer 2",
            "Mon 11:00 tip 4 starts desk with officer 3",
        ],
        "officers 2 and 3 are kept for the second search, though 0 and 1 come free first"
    );
}

#[test]
fn a_crew_contains_the_member_to_whom_the_case_is_assigned() {
    let text = searches(3, false)
        .replace("id = \"desk\"\n", "id = \"desk\"\nassignment = \"same-member\"\n")
        .replace(
            "effort = \"2 h\"\nroute = \"done\"",
            "effort = \"2 h\"\nroute = { low = \"search\", urgent = \"done\" }",
        )
        + &at("a", "urgent", 8, 0, "desk")
        + &at("b", "low", 8, 30, "desk")
        + &at("c", "low", 9, 0, "desk")
        + &at("d", "urgent", 9, 10, "desk");
    // Tip 4 is officer 0's (tip 1 is his too, but over at 10:00), who takes it up then. At 10:30 officer 1 is done with
    // tip 2 but alone; at 11:00 officer 2 joins him. Tip 3 then waits for officer 2.
    assert_eq!(
        facts_with(&text, &["starts"]),
        [
            "Mon 08:00 tip 1 starts desk with officer 0",
            "Mon 08:30 tip 2 starts desk with officer 1",
            "Mon 09:00 tip 3 starts desk with officer 2",
            "Mon 10:00 tip 4 starts desk with officer 0",
            "Mon 11:00 tip 2 starts search with examiner 0 and officer 1 and officer 2",
            "Mon 12:00 tip 3 starts search with examiner 0 and officer 2 and officer 0",
        ]
    );
}

/// Changes a pool's numbers, for all dates.
fn with_pool(model: &mut Model, id: &str, edit: impl Fn(&mut PoolParams)) {
    let pool = model.pools.iter().position(|p| p.id == id).unwrap();
    for params in &mut model.params {
        edit(Arc::make_mut(&mut params.pools[pool]));
    }
}

#[test]
fn a_crew_that_loses_a_member_for_a_while_is_free() {
    let text = searches(2, false) + &at("a", "low", 8, 0, "search") + &at("b", "low", 8, 30, "desk");
    let mut model = model(&text.replace("effort = \"1 h\"", "effort = \"4 h\""));
    let hours = |h: i64| Law::constant((h * HOUR) as f64).unwrap();
    with_pool(&mut model, "examiner", |pool| {
        pool.turnover.absence = Some(Absence { every: hours(10), lasts: hours(3), hand_over: false });
    });
    // The examiner is away from 10:00 to 13:00; officers 0 and 1 are free at 10:00.
    let lines = facts_of(&model);
    let told: Vec<&String> =
        lines.iter().filter(|l| l.starts_with("Mon") && !l.contains("arrives")).collect();
    assert_eq!(
        told[2..8],
        [
            "Mon 08:30 tip 2 joins desk",
            "Mon 10:00 tip 1 is handed back to search, somebody is away",
            "Mon 10:00 examiner 0 is away",
            "Mon 10:00 tip 2 starts desk with officer 0",
            "Mon 12:00 tip 2 finishes desk",
            "Mon 12:00 tip 2 ends as done",
        ]
    );
    assert!(lines.contains(
        &"Mon 13:00 tip 1 goes on with search with examiner 0 and officer 0 and officer 1".to_owned()
    ));
    assert!(lines.contains(&"Mon 15:00 tip 1 finishes search".to_owned()));
}

#[test]
fn on_call_at_night_for_some_classes_only() {
    let text = format!(
        "{BASE}\n[[pool]]\nid = \"officer\"\nheadcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\n\
         [[pool]]\nid = \"duty\"\nheadcount = 1\nhours = [\"Mon-Sun 17:00-09:00\", \"Sat-Sun 09:00-17:00\"]\n\
         [[stage]]\nid = \"work\"\npool = [\"officer\", \"duty\"]\neffort = \"2 h\"\nroute = \"done\"\n"
    ) + &tip("a", "low", 0, 18, 0)
        + &tip("b", "urgent", 0, 18, 30)
        + &tip("c", "urgent", 1, 9, 30)
        + &tip("d", "urgent", 5, 12, 0);
    let mut model = model(&text);
    with_pool(&mut model, "duty", |pool| {
        pool.choice = Choice { takes: Some(vec![true, false, false]), ..Choice::default() };
    });
    let starts: Vec<String> = facts_of(&model).into_iter().filter(|l| l.contains("starts")).collect();
    assert_eq!(
        starts,
        [
            "Mon 18:30 tip 2 starts work with duty 0",
            "Tue 09:00 tip 1 starts work with officer 0",
            "Tue 11:00 tip 3 starts work with officer 0",
            "Sat 12:00 tip 4 starts work with duty 0",
        ]
    );
}

#[test]
fn a_crew_takes_only_what_all_its_pools_take() {
    let text = searches(2, false) + &at("a", "low", 8, 0, "search") + &at("b", "urgent", 8, 30, "search");
    let mut model = model(&text);
    with_pool(&mut model, "examiner", |pool| {
        pool.choice = Choice { takes: Some(vec![true, false, false]), ..Choice::default() };
    });
    let starts: Vec<String> = facts_of(&model).into_iter().filter(|l| l.contains("starts")).collect();
    assert_eq!(starts, ["Mon 08:30 tip 2 starts search with examiner 0 and officer 0 and officer 1"]);
}

#[test]
fn a_crew_pauses_over_the_end_of_a_shift_as_one() {
    let text = searches(2, true)
        .replace("id = \"officer\"\n", "id = \"officer\"\nhours = \"Mon-Fri 09:00-17:00\"\n")
        .replace("effort = \"1 h\"", "effort = \"4 h\"")
        + &at("a", "low", 15, 0, "search")
        + &at("b", "low", 18, 0, "search");
    // The examiner is there day and night, but bound until the officers are back.
    assert_eq!(
        facts_with(&text, &["starts", "finishes"]),
        [
            "Mon 15:00 tip 1 starts search with examiner 0 and officer 0 and officer 1",
            "Tue 11:00 tip 1 finishes search",
            "Tue 11:00 tip 2 starts search with examiner 0 and officer 0 and officer 1",
            "Tue 15:00 tip 2 finishes search",
        ]
    );
}
