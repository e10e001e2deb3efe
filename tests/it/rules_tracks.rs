//! Cases that go down several stages at once, and devices inside, with constant times: the facts in order, worked out by
//! hand.
//!
//! Day 0 is Monday, 6 January 2025. Tips are numbered in the order of arrival.

use crate::harness::tip;
use crate::judged::{facts, facts_with};
use crate::rules_parts::base;

/// A case goes down a lab track of four hours' work and a warrant track of a delay at once; they meet at `charge`.
fn tracks(split: &str, warrant: &str) -> String {
    format!(
        "{}\n[[outcome]]\nid = \"refused\"\ncounts_as = \"closed\"\nof = \"track\"\n\
         [[pool]]\nid = \"machine\"\nheadcount = 1\n\
         [[stage]]\nid = \"open\"\nsplit = {{ tracks = [\"lab\", \"warrant\"], then = \"charge\"{split} }}\n\
         [[stage]]\nid = \"lab\"\npool = \"machine\"\neffort = \"4 h\"\nroute = \"charge\"\n\
         [[stage]]\nid = \"warrant\"\ndelay = \"2 h\"\nroute = \"{warrant}\"\n\
         [[stage]]\nid = \"charge\"\ndelay = \"1 h\"\nroute = \"done\"\n",
        base("2")
    )
}

#[test]
fn a_case_goes_down_its_tracks_at_once_and_on_when_all_have_arrived() {
    let text = tracks("", "charge") + &tip("a", "low", 0, 8, 0);
    assert_eq!(
        facts(&text),
        [
            "Mon 08:00 tip 1 arrives (low)",
            "Mon 08:00 tip 1 joins open",
            "Mon 08:00 tip 1 starts open",
            "Mon 08:00 tip 1 finishes open",
            "Mon 08:00 tip 1 splits into 2",
            "Mon 08:00 tip 1 track 1 begins",
            "Mon 08:00 tip 1 track 2 begins",
            "Mon 08:00 tip 1 track 1 joins lab",
            "Mon 08:00 tip 1 track 2 joins warrant",
            "Mon 08:00 tip 1 track 2 starts warrant",
            "Mon 08:00 tip 1 track 1 starts lab with machine 0",
            "Mon 10:00 tip 1 track 2 finishes warrant",
            "Mon 10:00 tip 1 track 2 arrives where they meet",
            "Mon 12:00 tip 1 track 1 finishes lab",
            "Mon 12:00 tip 1 track 1 arrives where they meet",
            "Mon 12:00 tip 1 joins charge",
            "Mon 12:00 tip 1 starts charge",
            "Mon 13:00 tip 1 finishes charge",
            "Mon 13:00 tip 1 ends as done",
        ]
    );
}

#[test]
fn with_join_first_a_delay_is_withdrawn_and_running_work_goes_on() {
    let text = tracks(", join = \"first\"", "charge") + &tip("a", "low", 0, 8, 0) + &tip("b", "low", 0, 9, 0);
    assert_eq!(
        facts_with(&text, &["withdrawn", "arrives where", "starts lab", "finishes lab", "ends"]),
        [
            "Mon 08:00 tip 1 track 1 starts lab with machine 0",
            "Mon 10:00 tip 1 track 2 arrives where they meet",
            "Mon 10:00 tip 1 track 1 is withdrawn",
            "Mon 11:00 tip 2 track 2 arrives where they meet",
            "Mon 11:00 tip 2 track 1 is withdrawn",
            "Mon 11:00 tip 1 ends as done",
            "Mon 12:00 tip 1 track 1 finishes lab",
            "Mon 12:00 tip 2 ends as done",
        ],
        "the lab track of tip 2 has not begun and is withdrawn from the queue"
    );
}

#[test]
fn a_track_may_end_by_itself() {
    let text = tracks("", "refused") + &tip("a", "low", 0, 8, 0);
    assert_eq!(
        facts_with(&text, &["over", "arrives where", "ends"]),
        [
            "Mon 10:00 tip 1 track 2 is over as refused",
            "Mon 12:00 tip 1 track 1 arrives where they meet",
            "Mon 13:00 tip 1 ends as done",
        ]
    );
}

/// The lab track takes the case apart into devices, which meet at `review`, a stage of the track.
fn devices_in_a_track(devices: &str, join: &str, route: &str) -> String {
    let lab = format!(
        "[[stage]]\nid = \"lab\"\nper = \"device\"\nthen = \"review\"\njoin = \"{join}\"\npool = \"machine\"\n\
         effort = \"2 h\"\nroute = {route}\n\
         [[stage]]\nid = \"review\"\ndelay = \"30 min\"\nroute = \"charge\"\n"
    );
    tracks("", "charge")
        .replace("devices = 2", &format!("devices = {devices}"))
        .replace("[[stage]]\nid = \"lab\"\npool = \"machine\"\neffort = \"4 h\"\nroute = \"charge\"\n", &lab)
        + "[[outcome]]\nid = \"broken\"\ncounts_as = \"closed\"\nof = \"device\"\n"
}

#[test]
fn devices_meet_inside_their_track() {
    let text = devices_in_a_track("2", "all", "\"review\"") + &tip("a", "low", 0, 8, 0);
    let lines = facts_with(&text, &["tip 1 track 1", "tip 1 joins", "ends"]);
    assert_eq!(
        lines,
        [
            "Mon 08:00 tip 1 joins open",
            "Mon 08:00 tip 1 track 1 begins",
            "Mon 08:00 tip 1 track 1 joins lab",
            "Mon 08:00 tip 1 track 1 splits into 2",
            "Mon 08:00 tip 1 track 1 device 1 begins",
            "Mon 08:00 tip 1 track 1 device 2 begins",
            "Mon 08:00 tip 1 track 1 device 1 joins lab",
            "Mon 08:00 tip 1 track 1 device 2 joins lab",
            "Mon 08:00 tip 1 track 1 device 1 starts lab with machine 0",
            "Mon 10:00 tip 1 track 1 device 1 finishes lab",
            "Mon 10:00 tip 1 track 1 device 1 arrives where they meet",
            "Mon 10:00 tip 1 track 1 device 2 starts lab with machine 0",
            "Mon 12:00 tip 1 track 1 device 2 finishes lab",
            "Mon 12:00 tip 1 track 1 device 2 arrives where they meet",
            "Mon 12:00 tip 1 track 1 joins review",
            "Mon 12:00 tip 1 track 1 starts review",
            "Mon 12:30 tip 1 track 1 finishes review",
            "Mon 12:30 tip 1 track 1 arrives where they meet",
            "Mon 12:30 tip 1 joins charge",
            "Mon 13:30 tip 1 ends as done",
        ]
    );
}

#[test]
fn devices_may_meet_where_the_tracks_meet() {
    let text = devices_in_a_track("2", "all", "\"review\"")
        .replace("then = \"review\"", "then = \"charge\"")
        .replace("route = \"review\"", "route = \"charge\"")
        .replace("[[stage]]\nid = \"review\"\ndelay = \"30 min\"\nroute = \"charge\"\n", "")
        + &tip("a", "low", 0, 8, 0);
    assert_eq!(
        facts_with(&text, &["Mon 12:00"]),
        [
            "Mon 12:00 tip 1 track 1 device 2 finishes lab",
            "Mon 12:00 tip 1 track 1 device 2 arrives where they meet",
            "Mon 12:00 tip 1 track 1 arrives where they meet",
            "Mon 12:00 tip 1 joins charge",
            "Mon 12:00 tip 1 starts charge",
        ]
    );
}

#[test]
fn a_device_may_end_its_whole_track() {
    let text =
        devices_in_a_track("2", "all", "{ low = \"refused\", urgent = { review = 0.5, broken = 0.5 } }")
            + &tip("a", "low", 0, 8, 0)
            + &tip("b", "urgent", 1, 8, 0);
    assert_eq!(
        facts_with(&text, &["Mon 10:00", "tip 1 ends"]),
        [
            "Mon 10:00 tip 1 track 1 device 1 finishes lab",
            "Mon 10:00 tip 1 track 1 device 1 is withdrawn",
            "Mon 10:00 tip 1 track 1 device 2 is withdrawn",
            "Mon 10:00 tip 1 track 1 is over as refused",
            "Mon 10:00 tip 1 track 2 finishes warrant",
            "Mon 10:00 tip 1 track 2 arrives where they meet",
            "Mon 10:00 tip 1 joins charge",
            "Mon 10:00 tip 1 starts charge",
            "Mon 11:00 tip 1 ends as done",
        ]
    );
}

#[test]
fn a_withdrawn_track_takes_its_devices_along() {
    // The warrant arrives at 11:00, while device 2 is in work: that is finished for nothing.
    let text = devices_in_a_track("3", "all", "\"review\"")
        .replace("then = \"charge\"", "then = \"charge\", join = \"first\"")
        .replace("delay = \"2 h\"", "delay = \"3 h\"")
        + &tip("a", "low", 0, 8, 0);
    assert_eq!(
        facts_with(&text, &["withdrawn", "arrives where", "finishes lab", "ends"]),
        [
            "Mon 10:00 tip 1 track 1 device 1 finishes lab",
            "Mon 10:00 tip 1 track 1 device 1 arrives where they meet",
            "Mon 11:00 tip 1 track 2 arrives where they meet",
            "Mon 11:00 tip 1 track 1 device 2 is withdrawn",
            "Mon 11:00 tip 1 track 1 device 3 is withdrawn",
            "Mon 11:00 tip 1 track 1 is withdrawn",
            "Mon 12:00 tip 1 track 1 device 2 finishes lab",
            "Mon 12:00 tip 1 ends as done",
        ]
    );
}
