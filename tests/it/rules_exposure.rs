//! How much of it a person sees in a day, with constant times: the facts in order, worked out by hand.
//!
//! Day 0 is Monday, 6 January 2025. Members are numbered from 0, tips from 1.

use caseload::engine::simulate;
use caseload::run::Trace;

use crate::harness::model;
use crate::rules_staff::{one_stage, posts, tips};

/// The facts of a scenario whose stage `work` exposes those who work there.
fn exposed(text: &str, words: &[&str]) -> Vec<String> {
    let mut model = model(text);
    let work = model.stages.iter_mut().find(|stage| stage.id == "work").unwrap();
    work.rules.exposure = true;
    let mut trace = Trace::new(&model);
    simulate(&model, 0, &mut trace);
    trace.lines().iter().filter(|line| words.iter().any(|w| line.contains(w))).cloned().collect()
}

const SEEN: &[&str] = &["starts", "goes on", "finishes", "handed"];

#[test]
fn a_member_who_has_seen_enough_goes_on_after_midnight() {
    let text = one_stage("headcount = 1\nexposure_cap = \"4 h\"", "effort = \"3 h\"", &tips(&[1, 1]));
    assert_eq!(
        exposed(&text, SEEN),
        [
            "Mon 01:00 tip 1 starts work with staff 0",
            "Mon 04:00 tip 1 finishes work",
            "Mon 04:00 tip 2 starts work with staff 0",
            "Mon 05:00 tip 2 is handed back to work, somebody has seen enough",
            "Tue 00:00 tip 2 goes on with work with staff 0",
            "Tue 02:00 tip 2 finishes work",
        ]
    );
}

#[test]
fn effort_counts_against_the_cap_not_the_time_it_takes() {
    let pool = "headcount = 1\nexposure_cap = \"2 h\"\navailability = 0.5";
    let text = one_stage(pool, "effort = \"3 h\"", &tips(&[1]));
    assert_eq!(
        exposed(&text, &["handed", "finishes"]),
        ["Mon 05:00 tip 1 is handed back to work, somebody has seen enough", "Tue 02:00 tip 1 finishes work",]
    );
}

#[test]
fn exposure_begins_anew_with_the_first_shift_of_a_later_day() {
    let pool =
        "headcount = 1\nexposure_cap = \"4 h\"\nhours = [\"Mon-Fri 09:00-12:00\", \"Mon-Fri 13:00-17:00\"]";
    let text = one_stage(pool, "effort = \"6 h\"", &tips(&[8]));
    assert_eq!(
        exposed(&text, SEEN),
        [
            "Mon 09:00 tip 1 starts work with staff 0",
            "Mon 14:00 tip 1 is handed back to work, somebody has seen enough",
            "Tue 09:00 tip 1 goes on with work with staff 0",
            "Tue 11:00 tip 1 finishes work",
        ]
    );
    // A night shift is one day, whatever midnight says.
    let night = text.replace("[\"Mon-Fri 09:00-12:00\", \"Mon-Fri 13:00-17:00\"]", "\"Mon-Fri 22:00-06:00\"");
    assert_eq!(
        exposed(&night, SEEN),
        [
            "Mon 22:00 tip 1 starts work with staff 0",
            "Tue 02:00 tip 1 is handed back to work, somebody has seen enough",
            "Tue 22:00 tip 1 goes on with work with staff 0",
            "Wed 00:00 tip 1 finishes work",
        ]
    );
}

#[test]
fn exposure_begins_anew_at_midnight_for_whoever_is_on_shift_all_day() {
    let pool = "headcount = 1\nexposure_cap = \"4 h\"\nhours = \"Mon-Fri 00:00-24:00\"";
    let text = one_stage(pool, "effort = \"6 h\"", &tips(&[1]));
    let expected =
        ["Mon 05:00 tip 1 is handed back to work, somebody has seen enough", "Tue 02:00 tip 1 finishes work"];
    assert_eq!(exposed(&text, &["handed", "finishes"]), expected);
    // Also where there are hours from some date on only.
    let hours = "[[change]]\nat = \"7 days\"\nset = { \"pool.staff.hours\" = \"Mon-Fri 09:00-17:00\" }\n";
    let always = text.replace("hours = \"Mon-Fri 00:00-24:00\"", "") + hours;
    assert_eq!(exposed(&always, &["handed", "finishes"]), expected);
}

#[test]
fn who_is_hired_during_a_shift_begins_anew_on_the_next_day_only() {
    let pool =
        "headcount = 0\nexposure_cap = \"4 h\"\nhours = [\"Mon-Fri 09:00-12:00\", \"Mon-Fri 13:00-17:00\"]";
    let text = one_stage(pool, "effort = \"6 h\"", &(tips(&[8]) + &posts(10, 1, "hire = \"trained\"")));
    assert_eq!(
        exposed(&text, &["handed", "finishes"]),
        ["Mon 15:00 tip 1 is handed back to work, somebody has seen enough", "Tue 11:00 tip 1 finishes work",]
    );
}

#[test]
fn who_has_seen_enough_still_does_other_work_and_somebody_else_goes_on() {
    let more = "[[stage]]\nid = \"desk\"\npool = \"staff\"\neffort = \"2 h\"\nroute = \"done\"\n";
    let text = one_stage("headcount = 2\nexposure_cap = \"4 h\"", "effort = \"6 h\"", more);
    let text = text.replace("route = \"done\"\neffort = \"6 h\"", "route = \"desk\"\neffort = \"6 h\"");
    assert_eq!(
        exposed(&(text + &tips(&[1])), SEEN),
        [
            "Mon 01:00 tip 1 starts work with staff 0",
            "Mon 05:00 tip 1 is handed back to work, somebody has seen enough",
            "Mon 05:00 tip 1 goes on with work with staff 1",
            "Mon 07:00 tip 1 finishes work",
            "Mon 07:00 tip 1 starts desk with staff 0",
            "Mon 09:00 tip 1 finishes desk",
        ]
    );
}

#[test]
fn a_cap_may_change_at_a_date_also_for_work_in_hand() {
    let pool = "headcount = 1\nexposure_cap = \"6 h\"";
    let change = "[[change]]\nat = 2025-01-06T04:00:00\nset = { \"pool.staff.exposure_cap\" = \"2 h\" }\n";
    let text = one_stage(pool, "effort = \"7 h\"", &(tips(&[1]) + change));
    assert_eq!(
        exposed(&text, &["handed", "finishes"]),
        [
            "Mon 04:00 tip 1 is handed back to work, somebody has seen enough",
            "Tue 02:00 tip 1 is handed back to work, somebody has seen enough",
            "Wed 02:00 tip 1 finishes work",
        ]
    );
}
