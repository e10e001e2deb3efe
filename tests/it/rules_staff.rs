//! How people come and go, with constant times: the facts in order, worked out by hand.
//!
//! Day 0 is Monday, 6 January 2025. Members are numbered from 0, tips from 1.

use caseload::model::Model;
use caseload::scenario::{EditKind, Memory, Request, load};
use caseload::units::{DAY, HOUR, WEEK, YEAR};

use crate::harness::{BASE, facts_with, model, model_with, tip, tip_with};

/// One stage `work` of one pool with these further keys, and what else there is.
pub(crate) fn one_stage(pool: &str, stage: &str, more: &str) -> String {
    format!(
        "{BASE}\n[[pool]]\nid = \"staff\"\n{pool}\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\nroute = \"done\"\n{stage}\n{more}"
    )
}

/// Tips of class `low` on Monday at these hours.
pub(crate) fn tips(hours: &[u32]) -> String {
    hours.iter().enumerate().map(|(i, h)| tip(&format!("t{i:02}"), "low", 0, *h, 0)).collect()
}

/// A change of the headcount on Monday at this hour.
pub(crate) fn posts(hour: u32, add: i32, keys: &str) -> String {
    format!(
        "[[change]]\nat = 2025-01-06T{hour:02}:00:00\nadd = {{ \"pool.staff.headcount\" = {add} }}\n{keys}\n"
    )
}

const WORKED: &[&str] = &["starts", "goes on", "finishes", "handed", "staff 0 ", "staff 1 "];

#[test]
fn work_rests_while_its_member_is_away() {
    let pool = "headcount = 1\nabsence = { every = { constant = \"10 h\" }, lasts = \"2 h\" }";
    let text = one_stage(pool, "effort = \"14 h\"", &tips(&[8]));
    let expected = [
        "Mon 08:00 tip 1 starts work with staff 0",
        "Mon 10:00 staff 0 is away",
        "Mon 12:00 staff 0 is back",
        "Mon 22:00 staff 0 is away",
        "Tue 00:00 staff 0 is back",
        "Tue 02:00 tip 1 finishes work",
        "Tue 10:00 staff 0 is away",
    ];
    assert_eq!(facts_with(&text, WORKED)[..7], expected);
}

#[test]
fn a_bare_every_is_a_mean_and_a_bare_length_is_constant() {
    let pool = "headcount = 1\nabsence = { every = \"10 h\", lasts = \"2 h\" }";
    let model = model(&one_stage(pool, "effort = \"1 h\"", &tips(&[8])));
    let absence = model.params[0].pools[0].turnover.absence.as_ref().unwrap();
    assert_eq!(absence.lasts.is_constant(), Some((2 * HOUR) as f64));
    assert_eq!(absence.every.mean(), (10 * HOUR) as f64);
    assert!((absence.every.variance() / absence.every.mean().powi(2) - 1.0).abs() < 1e-9, "exponential");
}

#[test]
fn work_that_is_handed_over_goes_on_with_whoever_is_there() {
    // Member 1 comes at 05:00, so that it is away from 15:00 on, and member 0 from 10:00 on.
    let pool =
        "headcount = 1\nabsence = { every = { constant = \"10 h\" }, lasts = \"2 h\", hand_over = true }";
    let text = one_stage(pool, "effort = \"14 h\"", &(tips(&[8]) + &posts(5, 1, "hire = \"trained\"")));
    assert_eq!(
        facts_with(&text, WORKED)[..12],
        [
            "Mon 05:00 staff 1 comes",
            "Mon 08:00 tip 1 starts work with staff 0",
            "Mon 10:00 tip 1 is handed back to work, somebody is away",
            "Mon 10:00 staff 0 is away",
            "Mon 10:00 tip 1 goes on with work with staff 1",
            "Mon 12:00 staff 0 is back",
            "Mon 15:00 tip 1 is handed back to work, somebody is away",
            "Mon 15:00 staff 1 is away",
            "Mon 15:00 tip 1 goes on with work with staff 0",
            "Mon 17:00 staff 1 is back",
            "Mon 22:00 staff 0 is away",
            // What ends in the moment of the absence is done.
            "Mon 22:00 tip 1 finishes work",
        ]
    );
}

#[test]
fn absences_run_in_calendar_time_busy_or_not() {
    let pool = "headcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\n\
                absence = { every = { constant = \"30 h\" }, lasts = \"4 h\" }";
    let text = one_stage(pool, "effort = \"8 h\"", &tips(&[16]));
    // One hour on Monday; on Tuesday nobody is there before 10:00.
    assert_eq!(
        facts_with(&text, WORKED)[..4],
        [
            "Mon 16:00 tip 1 starts work with staff 0",
            "Tue 06:00 staff 0 is away",
            "Tue 10:00 staff 0 is back",
            "Tue 17:00 tip 1 finishes work",
        ]
    );
}

#[test]
fn an_absence_ends_overtime_and_the_work_goes_on_at_the_next_shift() {
    let pool = "headcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\nshift_end = \"finish\"\n\
                absence = { every = { constant = \"18 h\" }, lasts = \"2 h\" }";
    let text = one_stage(pool, "effort = \"4 h\"", &tips(&[15]));
    // Three hours until 18:00, the last of them in overtime; back at 20:00, but nobody works at night.
    assert_eq!(
        facts_with(&text, WORKED)[..4],
        [
            "Mon 15:00 tip 1 starts work with staff 0",
            "Mon 18:00 staff 0 is away",
            "Mon 20:00 staff 0 is back",
            "Tue 10:00 tip 1 finishes work",
        ]
    );
}

#[test]
fn a_crew_hands_back_when_one_of_it_is_away() {
    let stages = "[[pool]]\nid = \"officer\"\nheadcount = 1\n[[pool]]\nid = \"staff\"\nheadcount = 1\n\
         absence = { every = { constant = \"10 h\" }, lasts = \"2 h\" }\n\
         [[stage]]\nid = \"search\"\npool = { officer = 1, staff = 1 }\neffort = \"6 h\"\nroute = \"done\"\n\
         [[stage]]\nid = \"desk\"\npool = \"officer\"\neffort = \"1 h\"\nroute = \"done\"\n";
    let first = tip_with("a", "low", 0, 8, 0, "enters = \"search\"");
    let text = format!("{BASE}{stages}{first}{}", tip_with("b", "low", 0, 9, 0, "enters = \"desk\""));
    assert_eq!(
        facts_with(&text, &["starts", "goes on", "finishes", "handed", "away", "back"])[..9],
        [
            "Mon 08:00 tip 1 starts search with officer 0 and staff 0",
            "Mon 10:00 tip 1 is handed back to search, somebody is away",
            "Mon 10:00 staff 0 is away",
            "Mon 10:00 tip 2 starts desk with officer 0",
            "Mon 11:00 tip 2 finishes desk",
            "Mon 12:00 staff 0 is back",
            "Mon 12:00 tip 1 goes on with search with officer 0 and staff 0",
            "Mon 16:00 tip 1 finishes search",
            "Mon 22:00 staff 0 is away",
        ]
    );
}

#[test]
fn new_members_learn_step_by_step_and_a_task_keeps_its_speed() {
    let pool = "headcount = 0\ntraining = { lasts = \"8 h\", productivity = [0.25, 0.5] }";
    let text =
        |hire: &str| one_stage(pool, "effort = \"1 h\"", &(tips(&[7, 7, 7, 7, 7]) + &posts(8, 1, hire)));
    assert_eq!(
        facts_with(&text("hire = \"new\""), &["finishes", "comes"]),
        [
            "Mon 08:00 staff 0 comes, to be trained",
            // A quarter of a trained member's work until 12:00, half of it until 16:00.
            "Mon 12:00 tip 1 finishes work",
            "Mon 14:00 tip 2 finishes work",
            "Mon 16:00 tip 3 finishes work",
            "Mon 17:00 tip 4 finishes work",
            "Mon 18:00 tip 5 finishes work",
        ]
    );
    let trained = facts_with(&text("hire = \"trained\""), &["finishes", "comes"]);
    assert_eq!(trained[..2], ["Mon 08:00 staff 0 comes", "Mon 09:00 tip 1 finishes work"]);
    // Begun at 15:00 at half speed, three hours of effort last until 21:00.
    let long =
        text("hire = \"new\"").replace("effort = \"1 h\"", "effort = { urgent = \"7 h\", low = \"3 h\" }");
    let long = facts_with(&long, &["finishes"]);
    assert_eq!(long[..2], ["Mon 20:00 tip 1 finishes work", "Mon 23:00 tip 2 finishes work"]);
}

#[test]
fn a_new_post_is_filled_after_the_time_to_fill_one() {
    let pool = "headcount = 0\nbackfill = \"5 h\"\ntraining = { lasts = \"4 h\", productivity = 0.5 }";
    for hire in ["", "hire = \"backfill\""] {
        let text = one_stage(pool, "effort = \"1 h\"", &(tips(&[7]) + &posts(8, 1, hire)));
        assert_eq!(
            facts_with(&text, &["comes", "finishes"]),
            ["Mon 13:00 staff 0 comes, to be trained", "Mon 15:00 tip 1 finishes work"]
        );
    }
    let at_once = one_stage("headcount = 0", "effort = \"1 h\"", &(tips(&[7]) + &posts(8, 1, "")));
    assert_eq!(facts_with(&at_once, &["comes"]), ["Mon 08:00 staff 0 comes"], "no time to fill one");
}

#[test]
fn posts_that_are_empty_at_the_start_wait_a_whole_backfill() {
    let text = |pool: &str| one_stage(pool, "effort = \"1 h\"", &tips(&[8]));
    let waits = text("headcount = 3\nfilled = 1\nbackfill = \"26 h\"");
    assert_eq!(facts_with(&waits, &["comes"]), ["Tue 02:00 staff 1 comes", "Tue 02:00 staff 2 comes"]);
    let stays = text("headcount = 3\nfilled = 1");
    assert!(facts_with(&stays, &["comes"]).is_empty(), "without a time to fill them they stay empty");
}

#[test]
fn the_last_hired_go_at_once_if_idle_and_after_the_task_if_busy() {
    let cut = posts(10, -1, "leave = \"last-hired\"");
    let idle = one_stage("headcount = 2", "effort = \"3 h\"", &(tips(&[8]) + &cut));
    assert_eq!(
        facts_with(&idle, &["leaves", "finishes"]),
        ["Mon 10:00 staff 1 leaves", "Mon 11:00 tip 1 finishes work"]
    );
    // Member 1 is the last hired and busy; tip 3 waits for member 0 although member 1 is done first.
    let busy = one_stage("headcount = 2", "effort = \"3 h\"", &(tips(&[9, 8, 9]) + &cut));
    let busy = busy.replacen("headcount = 2", "headcount = 1", 1) + &posts(8, 1, "hire = \"trained\"");
    assert_eq!(
        facts_with(&busy, &["leaves", "starts", "finishes", "comes"]),
        [
            "Mon 08:00 staff 1 comes",
            "Mon 08:00 tip 1 starts work with staff 0",
            "Mon 09:00 tip 2 starts work with staff 1",
            "Mon 11:00 tip 1 finishes work",
            "Mon 11:00 tip 3 starts work with staff 0",
            "Mon 12:00 tip 2 finishes work",
            "Mon 12:00 staff 1 leaves",
            "Mon 14:00 tip 3 finishes work",
        ]
    );
}

#[test]
fn the_last_hired_hand_back_their_task_before_they_go() {
    let pool = "headcount = 2\nhours = \"Mon-Fri 08:00-17:00\"\nshift_end = \"hand-over\"";
    let text =
        one_stage(pool, "effort = \"10 h\"", &(tips(&[9, 9]) + &posts(10, -1, "leave = \"last-hired\"")));
    assert_eq!(
        facts_with(&text, &["tip 2 ", "leaves"])[2..],
        [
            "Mon 09:00 tip 2 starts work with staff 1",
            "Mon 17:00 tip 2 is handed back to work",
            "Mon 17:00 staff 1 leaves",
            "Tue 10:00 tip 2 goes on with work with staff 0",
            "Tue 12:00 tip 2 finishes work",
            "Tue 12:00 tip 2 ends as done",
        ]
    );
}

#[test]
fn vacant_posts_go_before_people_do() {
    let pool = "headcount = 3\nfilled = 2\nbackfill = \"26 h\"";
    let cut = |posts_cut| posts(10, posts_cut, "leave = \"last-hired\"");
    let text = |n| one_stage(pool, "effort = \"1 h\"", &(tips(&[8]) + &cut(n)));
    assert!(
        facts_with(&text(-1), &["staff 1 ", "staff 2 "]).is_empty(),
        "the vacancy is not filled any more"
    );
    assert_eq!(facts_with(&text(-2), &["staff 1 ", "staff 2 "]), ["Mon 10:00 staff 1 leaves"]);
}

#[test]
fn posts_of_a_grant_go_last_hired_when_it_ends_unless_it_says_otherwise() {
    let text = |leave: &str| {
        let grant = format!("until = 2025-01-06T12:00:00\nhire = \"trained\"\n{leave}");
        one_stage("headcount = 1", "effort = \"1 h\"", &(tips(&[8]) + &posts(8, 1, &grant)))
    };
    let gone = ["Mon 08:00 staff 1 comes", "Mon 12:00 staff 1 leaves"];
    assert_eq!(facts_with(&text(""), &["staff 1 comes", "leaves"]), gone);
    assert_eq!(facts_with(&text("leave = \"last-hired\""), &["staff 1 comes", "leaves"]), gone);
    let stays = facts_with(&text("leave = \"attrition\""), &["staff 1 comes", "leaves"]);
    assert_eq!(stays, gone[..1]);
}

#[test]
fn posts_that_a_withdrawn_cut_gives_back_are_filled_as_the_cut_says() {
    let text = |hire: &str| {
        let cut = format!("until = 2025-01-06T12:00:00\nleave = \"last-hired\"\n{hire}");
        let pool = "headcount = 2\nbackfill = \"3 h\"";
        one_stage(pool, "effort = \"1 h\"", &(tips(&[8]) + &posts(9, -1, &cut)))
    };
    // Nobody had to go: the post comes back under the next number.
    let of = |hire: &str| facts_with(&text(hire), &["comes", "leaves"]);
    assert_eq!(of(""), ["Mon 09:00 staff 1 leaves", "Mon 15:00 staff 2 comes"]);
    assert_eq!(of("hire = \"trained\""), ["Mon 09:00 staff 1 leaves", "Mon 12:00 staff 2 comes"]);
}

#[test]
fn speed_falls_with_the_number_of_members_as_the_exponent_says() {
    let one = |pool: &str| {
        let text = one_stage(pool, "effort = \"1 h\"", &tips(&[8]));
        facts_with(&text, &["finishes"]).remove(0)
    };
    // (4/1)^(0.5-1) = 1/2; the bare exponent counts from the headcount as it is written, 4.
    let at_one = "headcount = 4\nstaffing_exponent = { value = 0.5, at = 1 }";
    assert_eq!(one(at_one), "Mon 10:00 tip 1 finishes work");
    assert_eq!(one("headcount = 4\nstaffing_exponent = 0.5"), "Mon 09:00 tip 1 finishes work");
    // Filled posts count: (1/4)^(-1/2) = 2.
    assert_eq!(one("headcount = 4\nfilled = 1\nstaffing_exponent = 0.5"), "Mon 08:30 tip 1 finishes work");
}

#[test]
fn a_bare_exponent_counts_from_the_headcount_before_plans_and_edits() {
    let text = one_stage("headcount = 4\nstaffing_exponent = 0.5", "effort = \"1 h\"", &tips(&[8]));
    let at = |model: &Model| model.params[0].pools[0].scale.unwrap().at;
    let more = model_with(&text, &[(EditKind::Set, "pool.staff.headcount=16")]);
    assert_eq!((at(&more), more.params[0].pools[0].headcount), (4.0, 16));
    assert_eq!(
        at(&model_with(&text, &[(EditKind::Set, "pool.staff.staffing_exponent={value=0.5,at=9}")])),
        9.0
    );
    let steeper = model_with(&text, &[(EditKind::Scale, "pool.staff.staffing_exponent=0.5")]);
    assert_eq!(steeper.params[0].pools[0].scale.unwrap().value, 0.25);
    // The scenario as it stands at the start means the same when it is read by itself.
    let sources = Memory::one("test.toml", text);
    let request = Request::new("test.toml", &sources).edit(EditKind::Set, "pool.staff.headcount=16");
    let effective = load(&request).checked.value.unwrap().effective;
    let again = model(&effective);
    assert_eq!((at(&again), again.params[0].pools[0].headcount), (4.0, 16));
}

#[test]
fn hazards_training_and_absences_may_change_at_dates() {
    let pool = "headcount = 2\nattrition = \"10% per year\"\nbackfill = \"90 days\"\n\
                training = { lasts = \"6 months\", productivity = 0.5 }\n\
                burnout = { above = 40, sensitivity = 0.5 }\n\
                absence = { every = \"75 days\", lasts = \"4 days\" }\nhours = \"Mon-Fri 09:00-17:00\"";
    let change = "[[change]]\nat = \"7 days\"\n\
                  scale = { \"pool.staff.attrition\" = 2, \"pool.staff.backfill\" = 0.5, \
                  \"pool.staff.absence.lasts\" = 3, \"pool.staff.training.productivity\" = 1.5 }\n\
                  set = { \"pool.staff.burnout.above\" = 20 }\n\
                  add = { \"pool.staff.attrition\" = \"1% per month\", \"pool.staff.training.lasts\" = \"1 week\" }\n";
    let model = model(&one_stage(pool, "effort = \"1 h\"", &(tips(&[8]) + change)));
    let row = &model.params[1].pools[0].turnover;
    assert!((row.attrition * YEAR as f64 - 0.32).abs() < 1e-12, "{}", row.attrition * YEAR as f64);
    assert_eq!(row.backfill.as_ref().unwrap().mean(), (45 * DAY) as f64);
    assert_eq!(row.absence.as_ref().unwrap().lasts.mean(), (12 * DAY) as f64);
    let training = row.training.as_ref().unwrap();
    assert_eq!((training.lasts.0, &training.productivity[..]), (YEAR / 2 + WEEK, &[0.75][..]));
    assert_eq!(row.burnout.unwrap().above, 20.0);
}
