//! Cases in parts, with constant times: devices and tracks, how they meet, end and are withdrawn. The facts in order,
//! worked out by hand.
//!
//! Day 0 is Monday, 6 January 2025. Tips are numbered in the order of arrival.

use crate::harness::{BASE, tip, tip_with};
use crate::judged::{facts, facts_with};

/// The basis with this many devices for every case.
pub(crate) fn base(devices: &str) -> String {
    BASE.replace("id = \"urgent\"", &format!("id = \"urgent\"\ndevices = {devices}"))
        .replace("id = \"low\"", &format!("id = \"low\"\ndevices = {devices}"))
}

/// Devices are imaged by one of `machines`, examined by one of `people`, and meet at `report`.
pub(crate) fn lab(devices: &str, machines: u32, people: u32, image: &str) -> String {
    format!(
        "{}\n[[outcome]]\nid = \"unopened\"\ncounts_as = \"closed\"\nof = \"device\"\n\
         [[pool]]\nid = \"machine\"\nheadcount = {machines}\n[[pool]]\nid = \"person\"\nheadcount = {people}\n\
         [[stage]]\nid = \"image\"\nper = \"device\"\nthen = \"report\"\npool = \"machine\"\neffort = \"2 h\"\n{image}\n\
         [[stage]]\nid = \"examine\"\nper = \"device\"\npool = \"person\"\neffort = \"3 h\"\nroute = \"report\"\n\
         [[stage]]\nid = \"report\"\ndelay = \"1 h\"\nroute = \"done\"\n",
        base(devices)
    )
}

#[test]
fn a_case_splits_into_its_devices_and_goes_on_when_the_last_is_done() {
    let text = lab("2", 1, 1, "route = \"examine\"") + &tip("a", "low", 0, 8, 0);
    assert_eq!(
        facts(&text),
        [
            "Mon 08:00 tip 1 arrives (low)",
            "Mon 08:00 tip 1 joins image",
            "Mon 08:00 tip 1 splits into 2",
            "Mon 08:00 tip 1 device 1 begins",
            "Mon 08:00 tip 1 device 2 begins",
            "Mon 08:00 tip 1 device 1 joins image",
            "Mon 08:00 tip 1 device 2 joins image",
            "Mon 08:00 tip 1 device 1 starts image with machine 0",
            "Mon 10:00 tip 1 device 1 finishes image",
            "Mon 10:00 tip 1 device 1 joins examine",
            "Mon 10:00 tip 1 device 2 starts image with machine 0",
            "Mon 10:00 tip 1 device 1 starts examine with person 0",
            "Mon 12:00 tip 1 device 2 finishes image",
            "Mon 12:00 tip 1 device 2 joins examine",
            "Mon 13:00 tip 1 device 1 finishes examine",
            "Mon 13:00 tip 1 device 1 arrives where they meet",
            "Mon 13:00 tip 1 device 2 starts examine with person 0",
            "Mon 16:00 tip 1 device 2 finishes examine",
            "Mon 16:00 tip 1 device 2 arrives where they meet",
            "Mon 16:00 tip 1 joins report",
            "Mon 16:00 tip 1 starts report",
            "Mon 17:00 tip 1 finishes report",
            "Mon 17:00 tip 1 ends as done",
        ]
    );
}

#[test]
fn a_case_without_a_law_of_devices_has_one() {
    let text = lab("1", 1, 1, "route = \"examine\"").replace("devices = 1", "") + &tip("a", "low", 0, 8, 0);
    assert_eq!(
        facts_with(&text, &["splits", "ends"]),
        ["Mon 08:00 tip 1 splits into 1", "Mon 14:00 tip 1 ends as done"]
    );
}

#[test]
fn with_join_first_waiting_devices_are_withdrawn_and_running_work_ends_for_nothing() {
    // Devices 1 and 2 are imaged together, 3 waits; at 10:00 device 1 arrives and the case goes on. Device 2 ends in
    // the same moment. Device 3 has not begun.
    let image = "route = \"report\"\njoin = \"first\"";
    let text = lab("3", 2, 1, image) + &tip("a", "low", 0, 8, 0);
    assert_eq!(
        facts_with(&text, &["starts", "arrives where", "withdrawn", "finishes", "joins report"]),
        [
            "Mon 08:00 tip 1 device 1 starts image with machine 0",
            "Mon 08:00 tip 1 device 2 starts image with machine 1",
            "Mon 10:00 tip 1 device 1 finishes image",
            "Mon 10:00 tip 1 device 1 arrives where they meet",
            "Mon 10:00 tip 1 device 2 is withdrawn",
            "Mon 10:00 tip 1 device 3 is withdrawn",
            "Mon 10:00 tip 1 joins report",
            "Mon 10:00 tip 1 starts report",
            "Mon 10:00 tip 1 device 2 finishes image",
            "Mon 11:00 tip 1 finishes report",
        ]
    );
}

#[test]
fn work_on_a_withdrawn_device_keeps_its_member_until_it_ends() {
    // One machine images device 1 at 08:00; device 2 starts at 10:00. An urgent case of one device waits.
    let image = "route = \"examine\"\njoin = \"first\"";
    let text = lab("2", 1, 1, image).replace("effort = \"3 h\"", "effort = \"1 h\"")
        + &tip("a", "low", 0, 8, 0)
        + &tip("b", "urgent", 0, 10, 30);
    // Device 1 is examined 10:00-11:00 and arrives; device 2 is imaged 10:00-12:00 for nothing.
    assert_eq!(
        facts_with(&text, &["tip 1 device 2", "tip 2 device 1 starts image", "tip 1 ends"]),
        [
            "Mon 08:00 tip 1 device 2 begins",
            "Mon 08:00 tip 1 device 2 joins image",
            "Mon 10:00 tip 1 device 2 starts image with machine 0",
            "Mon 11:00 tip 1 device 2 is withdrawn",
            "Mon 12:00 tip 1 device 2 finishes image",
            "Mon 12:00 tip 2 device 1 starts image with machine 0",
            "Mon 12:00 tip 1 ends as done",
        ]
    );
}

#[test]
fn a_device_may_end_by_itself_and_the_case_goes_on_without_it() {
    let text = lab("2", 2, 1, "route = { low = \"unopened\", urgent = \"examine\" }\nnone = \"done\"")
        + &tip("a", "low", 0, 8, 0)
        + &tip("b", "urgent", 1, 8, 0);
    // No device of the low case opens: it ends at once, where `none` says. Both of the urgent one do.
    assert_eq!(
        facts_with(&text, &["over", "arrives where", "ends", "joins report"]),
        [
            "Mon 10:00 tip 1 device 1 is over as unopened",
            "Mon 10:00 tip 1 device 2 is over as unopened",
            "Mon 10:00 tip 1 ends as done",
            "Tue 13:00 tip 2 device 1 arrives where they meet",
            "Tue 16:00 tip 2 device 2 arrives where they meet",
            "Tue 16:00 tip 2 joins report",
            "Tue 17:00 tip 2 ends as done",
        ]
    );
}

#[test]
fn where_none_is_not_written_a_case_goes_on_where_its_devices_would_have_met() {
    let text = lab("2", 2, 1, "route = { low = \"unopened\", urgent = \"examine\" }")
        + &tip("a", "low", 0, 8, 0)
        + &tip("b", "urgent", 1, 8, 0);
    assert_eq!(
        facts_with(&text, &["tip 1 joins report", "tip 1 ends"]),
        ["Mon 10:00 tip 1 joins report", "Mon 11:00 tip 1 ends as done"]
    );
}

#[test]
fn a_case_without_any_device_goes_where_none_says() {
    let text = lab("0", 1, 1, "route = \"examine\"\nnone = \"done\"") + &tip("a", "low", 0, 8, 0);
    assert_eq!(
        facts(&text),
        [
            "Mon 08:00 tip 1 arrives (low)",
            "Mon 08:00 tip 1 joins image",
            "Mon 08:00 tip 1 splits into 0",
            "Mon 08:00 tip 1 ends as done",
        ]
    );
}

#[test]
fn an_outcome_of_cases_that_a_device_reaches_ends_the_whole_case() {
    let image = "route = { low = \"done\", urgent = \"examine\" }";
    let text = lab("3", 1, 1, image) + &tip("a", "low", 0, 8, 0) + &tip("b", "urgent", 1, 8, 0);
    assert_eq!(
        facts_with(&text, &["Mon 10:00"]),
        [
            "Mon 10:00 tip 1 device 1 finishes image",
            "Mon 10:00 tip 1 device 1 is withdrawn",
            "Mon 10:00 tip 1 device 2 is withdrawn",
            "Mon 10:00 tip 1 device 3 is withdrawn",
            "Mon 10:00 tip 1 ends as done",
        ]
    );
}

#[test]
fn patience_of_a_device_is_its_own() {
    let image = "route = \"examine\"\npatience = \"90 min\"\non_patience = \"unopened\"";
    let text = lab("2", 1, 1, image) + &tip("a", "low", 0, 8, 0);
    assert_eq!(
        facts_with(&text, &["gives", "over", "arrives where", "ends"]),
        [
            "Mon 09:30 tip 1 device 2 gives up waiting at image",
            "Mon 09:30 tip 1 device 2 is over as unopened",
            "Mon 13:00 tip 1 device 1 arrives where they meet",
            "Mon 14:00 tip 1 ends as done",
        ]
    );
}

/// A lab whose tips have evidence that lapses.
fn lapsing(devices: &str, lasts: &str, preserved_by: &str) -> String {
    let keys =
        format!("retention = {{ lasts = \"{lasts}\", preserved_by = {preserved_by}, on_lapse = \"lost\" }}");
    lab(devices, 1, 1, "route = \"examine\"")
        + "[[outcome]]\nid = \"lost\"\ncounts_as = \"lost\"\n"
        + &tip_with("a", "low", 0, 8, 0, &keys)
}

#[test]
fn waiting_devices_leave_at_the_lapse_and_the_case_when_none_is_in_work() {
    // Image 08-10, 10-12, 12-14; examine 10-13. The evidence lapses at 10:30: device 3 waits, 1 and 2 are in work.
    let text = lapsing("3", "150 min", "\"report\"");
    assert_eq!(
        facts_with(&text, &["withdrawn", "finishes", "ends"]),
        [
            "Mon 10:00 tip 1 device 1 finishes image",
            "Mon 10:30 tip 1 device 3 is withdrawn",
            "Mon 12:00 tip 1 device 2 finishes image",
            "Mon 12:00 tip 1 device 2 is withdrawn",
            "Mon 13:00 tip 1 device 1 finishes examine",
            "Mon 13:00 tip 1 device 1 is withdrawn",
            "Mon 13:00 tip 1 ends as lost, its evidence has lapsed",
        ]
    );
}

#[test]
fn of_devices_the_first_start_stops_the_clock_or_the_last_end() {
    let first_start = facts_with(&lapsing("2", "3 h", "\"examine\""), &["ends"]);
    assert_eq!(first_start, ["Mon 17:00 tip 1 ends as done"], "device 1 is examined from 10:00 on");
    // The last end of imaging is at 12:00.
    let late = facts_with(&lapsing("2", "3 h", "{ end = \"image\" }"), &["ends"]);
    assert_eq!(
        late,
        ["Mon 13:00 tip 1 ends as lost, its evidence has lapsed"],
        "device 1 is in work until then"
    );
    let in_time = facts_with(&lapsing("2", "5 h", "{ end = \"image\" }"), &["ends"]);
    assert_eq!(in_time, ["Mon 17:00 tip 1 ends as done"]);
}

#[test]
fn rework_splits_the_case_again_into_as_many_devices_and_counts_their_visits() {
    // The report sends the case back now and then; visits draw anew, the number of devices stays.
    let text = lab("{ uniform = { low = 1, high = 4 } }", 9, 9, "route = \"examine\"").replace(
        "delay = \"1 h\"\nroute = \"done\"",
        "delay = { uniform = { low = \"1 h\", high = \"2 h\" } }\nroute = { image = 0.9, done = \"rest\" }",
    ) + &tip("a", "low", 0, 8, 0);
    let splits = facts_with(&text, &["splits"]);
    assert!(splits.len() >= 2, "seed 1 reworks at least once: {splits:?}");
    let parts: Vec<&str> = splits.iter().map(|l| l.rsplit(' ').next().unwrap()).collect();
    assert!(parts.iter().all(|p| p == &parts[0]), "{splits:?}");
    let reports = facts_with(&text, &["finishes report", "joins report"]);
    let minutes: std::collections::BTreeSet<String> = reports
        .iter()
        .filter(|l| l.contains("finishes"))
        .map(|l| l.split(" tip ").next().unwrap().rsplit(':').next().unwrap().to_owned())
        .collect();
    assert!(minutes.len() > 1, "each visit draws anew: {reports:?}");
}

#[test]
fn cases_that_stand_there_from_the_start_are_split_too() {
    let text = lab("2", 1, 1, "route = \"examine\"")
        + "[[initial]]\nstage = \"image\"\ncount = { low = 1 }\nage = \"5 days\"\n"
        + &tip("a", "low", 7, 8, 0);
    assert_eq!(
        facts_with(&text, &["tip 1 "])[..5],
        [
            "Mon 00:00 tip 1 stands there from the start (low)",
            "Mon 00:00 tip 1 joins image",
            "Mon 00:00 tip 1 splits into 2",
            "Mon 00:00 tip 1 device 1 begins",
            "Mon 00:00 tip 1 device 2 begins",
        ]
    );
}

#[test]
fn devices_at_a_delay_stage_wait_by_themselves() {
    let text = format!(
        "{}\n[[stage]]\nid = \"cloud\"\nper = \"device\"\nthen = \"report\"\n\
         delay = {{ uniform = {{ low = \"1 h\", high = \"9 h\" }} }}\nroute = \"report\"\n\
         [[stage]]\nid = \"report\"\ndelay = \"1 h\"\nroute = \"done\"\n",
        base("3")
    ) + &tip("a", "low", 0, 8, 0);
    let ends = facts_with(&text, &["finishes cloud", "joins report"]);
    let at = |line: &String| line.split(" tip ").next().unwrap().to_owned();
    let times: std::collections::BTreeSet<String> = ends.iter().map(at).collect();
    assert_eq!((ends.len(), times.len()), (4, 3), "each draws its own delay, the last one counts: {ends:?}");
}
