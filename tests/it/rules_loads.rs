//! Cases that are handled together, with constant times: full and partial loads, slots, interruptions. The facts in
//! order, worked out by hand.
//!
//! Day 0 is Monday, 6 January 2025. Tips are numbered in the order of arrival.

use crate::harness::{BASE, tip, tip_with};
use crate::judged::{facts, facts_with};

/// One stage `van` with these keys.
fn van(keys: &str) -> String {
    format!("{BASE}\n[[stage]]\nid = \"van\"\nroute = \"done\"\n{keys}\n")
}

/// One stage `work` of one pool with these keys.
fn work(pool: &str, keys: &str) -> String {
    format!(
        "{BASE}\n[[pool]]\nid = \"staff\"\n{pool}\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\nroute = \"done\"\n{keys}\n"
    )
}

/// Tips of class `low` on Monday at these times.
fn tips(times: &[(u32, u32)]) -> String {
    times.iter().enumerate().map(|(i, (h, m))| tip(&format!("t{i:02}"), "low", 0, *h, *m)).collect()
}

#[test]
fn a_load_goes_when_it_is_full_and_stays_together() {
    let text = van("delay = \"2 h\"\ngather = { exactly = 3 }") + &tips(&[(8, 0), (8, 10), (8, 20), (8, 30)]);
    assert_eq!(
        facts_with(&text, &["joins", "starts", "finishes"]),
        [
            "Mon 08:00 tip 1 joins van",
            "Mon 08:10 tip 2 joins van",
            "Mon 08:20 tip 3 joins van",
            "Mon 08:20 tip 1 starts van",
            "Mon 08:20 tip 2 starts van",
            "Mon 08:20 tip 3 starts van",
            "Mon 08:30 tip 4 joins van",
            "Mon 10:20 tip 1 finishes van",
            "Mon 10:20 tip 2 finishes van",
            "Mon 10:20 tip 3 finishes van",
        ],
        "tip 4 waits at the horizon"
    );
}

#[test]
fn a_load_is_taken_in_the_stage_s_order_and_has_the_delay_of_its_first_case() {
    let text = van("delay = { urgent = \"1 h\", low = \"5 h\" }\ngather = { exactly = 3 }")
        + &tips(&[(8, 0), (8, 10)])
        + &tip("u", "urgent", 0, 8, 20);
    assert_eq!(
        facts_with(&text, &["starts", "finishes"]),
        [
            "Mon 08:20 tip 3 starts van",
            "Mon 08:20 tip 1 starts van",
            "Mon 08:20 tip 2 starts van",
            "Mon 09:20 tip 3 finishes van",
            "Mon 09:20 tip 1 finishes van",
            "Mon 09:20 tip 2 finishes van",
        ]
    );
}

#[test]
fn at_a_slot_one_load_goes_and_the_others_wait_for_the_next() {
    let text = van("delay = \"1 h\"\ngather = { up_to = 2 }\nslots = \"Mon-Fri 09:00, 16:00\"")
        + &tips(&[(7, 0), (7, 10), (7, 20)]);
    assert_eq!(
        facts_with(&text, &["starts"]),
        ["Mon 09:00 tip 1 starts van", "Mon 09:00 tip 2 starts van", "Mon 16:00 tip 3 starts van"]
    );
}

#[test]
fn at_a_slot_without_a_number_all_go_and_none_on_holidays() {
    let text = van("delay = \"1 h\"\nslots = [\"Mon-Tue 09:00\", \"Wed 12:00\"]")
        + &tips(&[(8, 0), (8, 10), (10, 0)]);
    assert_eq!(
        facts_with(&text, &["starts"]),
        ["Mon 09:00 tip 1 starts van", "Mon 09:00 tip 2 starts van", "Tue 09:00 tip 3 starts van"]
    );
    let off = text.replace("seed = 1", "seed = 1\nholidays = [\"2025-01-06..2025-01-07\"]");
    let all = facts_with(&off, &["starts"]);
    assert!(all.len() == 3 && all.iter().all(|l| l.starts_with("Wed 12:00")), "{all:?}");
}

#[test]
fn what_arrives_at_the_moment_of_the_slot_catches_the_van() {
    let text = van("delay = \"1 h\"\nslots = \"Mon 16:00\"").replace(
        "[[stage]]\nid = \"van\"",
        "[[stage]]\nid = \"pack\"\ndelay = \"1 h\"\nroute = \"van\"\n[[stage]]\nid = \"van\"",
    ) + &tip("a", "low", 0, 15, 0);
    assert_eq!(
        facts_with(&text, &["van"]),
        ["Mon 16:00 tip 1 joins van", "Mon 16:00 tip 1 starts van", "Mon 17:00 tip 1 finishes van"]
    );
}

#[test]
fn a_full_load_only_goes_at_a_slot_if_it_is_full() {
    let text = van("delay = \"1 h\"\ngather = { exactly = 2 }\nslots = \"Mon-Fri 09:00\"")
        + &tips(&[(8, 0), (10, 0), (11, 0)]);
    assert_eq!(
        facts_with(&text, &["starts"]),
        ["Tue 09:00 tip 1 starts van", "Tue 09:00 tip 2 starts van"],
        "tip 3 never finds a second one"
    );
}

#[test]
fn a_partial_load_goes_when_its_longest_wait_has_lasted_long_enough() {
    let text = van("delay = \"1 h\"\ngather = { exactly = 3 }\nor_after = \"4 h\"")
        + &tips(&[(8, 0), (9, 0), (13, 0), (14, 0), (15, 0), (16, 0)]);
    assert_eq!(
        facts_with(&text, &["starts"]),
        [
            "Mon 12:00 tip 1 starts van",
            "Mon 12:00 tip 2 starts van",
            "Mon 15:00 tip 3 starts van",
            "Mon 15:00 tip 4 starts van",
            "Mon 15:00 tip 5 starts van",
            "Mon 20:00 tip 6 starts van",
        ]
    );
}

#[test]
fn cases_of_the_start_that_have_waited_long_enough_go_at_once() {
    let text = van("delay = \"1 h\"\ngather = { exactly = 2 }\nor_after = \"2 days\"")
        + "[[initial]]\nstage = \"van\"\ncount = { low = 3 }\nage = \"5 days\"\n"
        + &tips(&[(8, 0)]);
    let starts = facts_with(&text, &["starts"]);
    assert_eq!(
        starts,
        [
            "Mon 00:00 tip 1 starts van",
            "Mon 00:00 tip 2 starts van",
            "Mon 00:00 tip 3 starts van",
            "Wed 08:00 tip 4 starts van",
        ]
    );
}

#[test]
fn a_stage_of_no_time_gathers_too() {
    let text = van("gather = { exactly = 2 }") + &tips(&[(8, 0), (8, 30), (8, 40)]);
    assert_eq!(
        facts_with(&text, &["starts", "finishes", "ends"]),
        [
            "Mon 08:30 tip 1 starts van",
            "Mon 08:30 tip 2 starts van",
            "Mon 08:30 tip 1 finishes van",
            "Mon 08:30 tip 2 finishes van",
            "Mon 08:30 tip 1 ends as done",
            "Mon 08:30 tip 2 ends as done",
        ]
    );
}

#[test]
fn patience_runs_while_a_case_waits_for_its_load() {
    let keys = "delay = \"1 h\"\ngather = { exactly = 2 }\npatience = \"1 h\"\non_patience = \"done\"";
    let text = van(keys) + &tips(&[(8, 0), (9, 30), (9, 40)]);
    assert_eq!(
        facts_with(&text, &["gives", "starts"]),
        [
            "Mon 09:00 tip 1 gives up waiting at van",
            "Mon 09:40 tip 2 starts van",
            "Mon 09:40 tip 3 starts van",
        ]
    );
}

#[test]
fn the_queue_of_those_who_gather_can_be_full() {
    // Three may wait. The urgent tip is the last who may; tip 4 goes elsewhere. Two leave at 09:00, so tip 5 has room.
    let keys = "delay = \"1 h\"\ngather = { exactly = 2 }\nslots = \"Mon-Fri 09:00\"\n\
                queue_limit = { cases = 3, to = \"elsewhere\" }";
    let text = van(keys)
        + "[[outcome]]\nid = \"elsewhere\"\ncounts_as = \"referred\"\n"
        + &tips(&[(8, 0), (8, 10)])
        + &tip("u", "urgent", 0, 8, 20)
        + &tip("v", "low", 0, 8, 30)
        + &tip("w", "low", 0, 9, 30);
    assert_eq!(
        facts_with(&text, &["joins", "finds", "starts", "ends"]),
        [
            "Mon 08:00 tip 1 joins van",
            "Mon 08:10 tip 2 joins van",
            "Mon 08:20 tip 3 joins van",
            "Mon 08:30 tip 4 joins van",
            "Mon 08:30 tip 4 finds van full",
            "Mon 08:30 tip 4 ends as elsewhere, too many wait already",
            "Mon 09:00 tip 3 starts van",
            "Mon 09:00 tip 1 starts van",
            "Mon 09:30 tip 5 joins van",
            "Mon 10:00 tip 3 ends as done",
            "Mon 10:00 tip 1 ends as done",
            "Tue 09:00 tip 2 starts van",
            "Tue 09:00 tip 5 starts van",
            "Tue 10:00 tip 2 ends as done",
            "Tue 10:00 tip 5 ends as done",
        ]
    );
}

#[test]
fn those_who_gather_can_be_parked() {
    // Tip 3 finds two who wait. It comes back when they have left, too late for this slot.
    let keys = "delay = \"1 h\"\ngather = { up_to = 2 }\nslots = \"Mon-Fri 09:00\"\n\
                park = { above = 1, release_below = 1 }";
    let text = van(keys) + &tips(&[(8, 0), (8, 10), (8, 20)]);
    assert_eq!(
        facts_with(&text, &["joins", "parked", "released", "starts"]),
        [
            "Mon 08:00 tip 1 joins van",
            "Mon 08:10 tip 2 joins van",
            "Mon 08:20 tip 3 joins van",
            "Mon 08:20 tip 3 is parked at van",
            "Mon 09:00 tip 1 starts van",
            "Mon 09:00 tip 2 starts van",
            "Mon 09:00 tip 3 is released at van",
            "Tue 09:00 tip 3 starts van",
        ]
    );
    // Without slots it fills the next load as soon as it is back.
    let keys =
        "delay = \"1 h\"\ngather = { exactly = 3 }\npark = { above = 1, release_below = 0, after = \"2 h\" }";
    let text = van(keys) + &tips(&[(8, 0), (8, 10), (8, 20)]);
    assert_eq!(
        facts_with(&text, &["parked", "released", "starts"]),
        [
            "Mon 08:20 tip 3 is parked at van",
            "Mon 10:20 tip 3 is released at van",
            "Mon 10:20 tip 1 starts van",
            "Mon 10:20 tip 2 starts van",
            "Mon 10:20 tip 3 starts van",
        ]
    );
}

#[test]
fn a_case_whose_evidence_lapses_in_a_delay_leaves_its_load_alone() {
    let keys = "retention = { lasts = \"90 min\", preserved_by = \"later\", on_lapse = \"done\" }";
    let text = van("delay = \"2 h\"\ngather = { exactly = 2 }")
        .replace("route = \"done\"", "route = \"later\"")
        + "[[stage]]\nid = \"later\"\ndelay = \"1 h\"\nroute = \"done\"\n"
        + &tip_with("a", "low", 0, 8, 0, keys)
        + &tip("b", "low", 0, 8, 10);
    assert_eq!(
        facts_with(&text, &["finishes van", "ends"]),
        [
            "Mon 09:30 tip 1 ends as done, its evidence has lapsed",
            "Mon 10:10 tip 2 finishes van",
            "Mon 11:10 tip 2 ends as done",
        ]
    );
}

#[test]
fn a_member_works_on_full_loads_only() {
    let text = work("headcount = 1", "effort = \"2 h\"\ngather = { exactly = 2 }")
        + &tips(&[(8, 0), (8, 10), (8, 20), (8, 30), (8, 40)]);
    assert_eq!(
        facts_with(&text, &["starts", "finishes"]),
        [
            "Mon 08:10 tip 1 starts work with staff 0",
            "Mon 08:10 tip 2 starts work",
            "Mon 10:10 tip 1 finishes work",
            "Mon 10:10 tip 2 finishes work",
            "Mon 10:10 tip 3 starts work with staff 0",
            "Mon 10:10 tip 4 starts work",
            "Mon 12:10 tip 3 finishes work",
            "Mon 12:10 tip 4 finishes work",
        ]
    );
}

#[test]
fn a_free_member_takes_up_to_so_many_and_does_not_wait_for_more() {
    let text = work("headcount = 1", "effort = \"2 h\"\ngather = { up_to = 3 }")
        + &tips(&[(8, 0), (8, 10), (8, 20), (8, 30), (8, 40)]);
    assert_eq!(
        facts_with(&text, &["starts"]),
        [
            "Mon 08:00 tip 1 starts work with staff 0",
            "Mon 10:00 tip 2 starts work with staff 0",
            "Mon 10:00 tip 3 starts work",
            "Mon 10:00 tip 4 starts work",
            "Mon 12:00 tip 5 starts work with staff 0",
        ]
    );
}

#[test]
fn at_work_a_slot_marks_those_who_wait_and_only_they_start() {
    let text = work("headcount = 1", "effort = \"2 h\"\nslots = \"Mon-Fri 09:00\"")
        + &tips(&[(8, 0), (8, 30), (9, 30)]);
    assert_eq!(
        facts_with(&text, &["starts"]),
        [
            "Mon 09:00 tip 1 starts work with staff 0",
            "Mon 11:00 tip 2 starts work with staff 0",
            "Tue 09:00 tip 3 starts work with staff 0",
        ]
    );
}

#[test]
fn or_after_marks_as_a_slot_does() {
    // Marked at 09:00: tips 1 to 3. At 12:30 tip 4 has waited for three hours: tip 5 is marked with it.
    let keys = "effort = \"2 h\"\ngather = { up_to = 2 }\nslots = \"Mon 09:00\"\nor_after = \"3 h\"";
    let text = work("headcount = 1", keys) + &tips(&[(8, 0), (8, 10), (8, 20), (9, 30), (10, 0), (12, 45)]);
    assert_eq!(
        facts_with(&text, &["starts"]),
        [
            "Mon 09:00 tip 1 starts work with staff 0",
            "Mon 09:00 tip 2 starts work",
            "Mon 11:00 tip 3 starts work with staff 0",
            "Mon 13:00 tip 4 starts work with staff 0",
            "Mon 13:00 tip 5 starts work",
            "Mon 15:45 tip 6 starts work with staff 0",
        ]
    );
}

#[test]
fn a_partial_load_that_has_waited_long_enough_waits_for_a_member() {
    // Tip 1 starts alone at 09:00 and is done at 14:00. Tip 2 may go from 10:30 on; tip 3 goes with it.
    let text = work("headcount = 1", "effort = \"5 h\"\ngather = { exactly = 3 }\nor_after = \"1 h\"")
        + &tips(&[(8, 0), (9, 30), (13, 30)]);
    assert_eq!(
        facts_with(&text, &["starts"]),
        [
            "Mon 09:00 tip 1 starts work with staff 0",
            "Mon 14:00 tip 2 starts work with staff 0",
            "Mon 14:00 tip 3 starts work",
        ]
    );
}

const HANDS_OVER: &str = "headcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\nshift_end = \"hand-over\"";

#[test]
fn an_interrupted_load_stays_together() {
    let text = work(HANDS_OVER, "effort = \"2 h\"\ngather = { exactly = 2 }\norder = \"fifo\"")
        + &tips(&[(16, 0), (16, 10), (18, 0)])
        + &tip("u", "urgent", 0, 18, 10);
    assert_eq!(
        facts_with(&text, &["starts", "handed", "goes on", "finishes"]),
        [
            "Mon 16:10 tip 1 starts work with staff 0",
            "Mon 16:10 tip 2 starts work",
            "Mon 17:00 tip 1 is handed back to work",
            "Mon 17:00 tip 2 is handed back to work",
            "Tue 09:00 tip 1 goes on with work with staff 0",
            "Tue 09:00 tip 2 goes on with work",
            "Tue 10:10 tip 1 finishes work",
            "Tue 10:10 tip 2 finishes work",
            "Tue 10:10 tip 3 starts work with staff 0",
            "Tue 10:10 tip 4 starts work",
            "Tue 12:10 tip 3 finishes work",
            "Tue 12:10 tip 4 finishes work",
        ]
    );
}

#[test]
fn when_the_first_of_an_interrupted_load_leaves_the_next_has_what_is_left() {
    let keys = "retention = { lasts = \"4 h\", preserved_by = \"later\", on_lapse = \"done\" }";
    let text = work(HANDS_OVER, "effort = \"2 h\"\ngather = { exactly = 2 }")
        .replace("route = \"done\"", "route = \"later\"")
        + "[[stage]]\nid = \"later\"\ndelay = \"1 h\"\nroute = \"done\"\n"
        + &tip_with("a", "low", 0, 16, 0, keys)
        + &tip("b", "low", 0, 16, 10);
    assert_eq!(
        facts_with(&text, &["ends", "goes on", "finishes work"]),
        [
            "Mon 20:00 tip 1 ends as done, its evidence has lapsed",
            "Tue 09:00 tip 2 goes on with work with staff 0",
            "Tue 10:10 tip 2 finishes work",
            "Tue 11:10 tip 2 ends as done",
        ]
    );
}

#[test]
fn devices_of_one_case_go_in_loads_and_lapse_together() {
    let keys = "retention = { lasts = \"90 min\", preserved_by = \"later\", on_lapse = \"done\" }";
    let stage = "per = \"device\"\nthen = \"later\"\neffort = \"2 h\"\ngather = { up_to = 2 }";
    let text = work(HANDS_OVER, stage)
        .replace("route = \"done\"", "route = \"later\"")
        .replace("id = \"low\"", "id = \"low\"\ndevices = 3")
        + "[[stage]]\nid = \"later\"\ndelay = \"1 h\"\nroute = \"done\"\n";
    let done = text.clone() + &tip_with("a", "low", 0, 9, 0, &keys.replace("90 min", "9 h"));
    assert_eq!(
        facts_with(&done, &["starts", "finishes", "ends"]),
        [
            "Mon 09:00 tip 1 device 1 starts work with staff 0",
            "Mon 09:00 tip 1 device 2 starts work",
            "Mon 11:00 tip 1 device 1 finishes work",
            "Mon 11:00 tip 1 device 2 finishes work",
            "Mon 11:00 tip 1 device 3 starts work with staff 0",
            "Mon 13:00 tip 1 device 3 finishes work",
            "Mon 13:00 tip 1 starts later",
            "Mon 14:00 tip 1 finishes later",
            "Mon 14:00 tip 1 ends as done",
        ]
    );
    // The evidence lapses at 17:30 while two are in work; the shift ends before, and all leave together.
    let lapses = text + &tip_with("a", "low", 0, 16, 0, &keys.replace("90 min", "30 min"));
    assert_eq!(
        facts_with(&lapses, &["withdrawn", "handed", "ends"]),
        [
            "Mon 16:30 tip 1 device 3 is withdrawn",
            "Mon 17:00 tip 1 device 1 is handed back to work",
            "Mon 17:00 tip 1 device 2 is handed back to work",
            "Mon 17:00 tip 1 device 1 is withdrawn",
            "Mon 17:00 tip 1 device 2 is withdrawn",
            "Mon 17:00 tip 1 ends as done, its evidence has lapsed",
        ]
    );
}

#[test]
fn a_partial_load_at_the_horizon_stays_in_the_books() {
    let text =
        van("delay = \"1 h\"\ngather = { exactly = 2 }").replace("3 weeks", "2 days") + &tips(&[(8, 0)]);
    assert_eq!(facts(&text), ["Mon 08:00 tip 1 arrives (low)", "Mon 08:00 tip 1 joins van"]);
}
