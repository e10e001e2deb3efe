//! Every rule of the engine, with constant times: the facts in order, worked out by hand.
//!
//! Day 0 is Monday, 6 January 2025. Tips are numbered in the order of arrival.

use crate::harness::{BASE, facts, facts_with, tip, tip_with};

/// One stage `work` of one pool with these further keys.
fn one_stage(pool: &str, stage: &str) -> String {
    format!(
        "{BASE}\n[[pool]]\nid = \"staff\"\n{pool}\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\nroute = \"done\"\n{stage}\n"
    )
}

const OFFICE: &str = "headcount = 1\nhours = \"Mon-Fri 09:00-17:00\"";

fn tips(list: &[(&str, u32, u32, u32)]) -> String {
    list.iter().enumerate().map(|(i, (class, d, h, m))| tip(&format!("t{i:02}"), class, *d, *h, *m)).collect()
}

fn every_weekday_at_nine() -> String {
    tips(&[("low", 0, 9, 0), ("low", 1, 9, 0), ("low", 2, 9, 0), ("low", 3, 9, 0), ("low", 4, 9, 0)])
}

#[test]
fn office_hours_with_work_that_fits_into_a_day() {
    let text = one_stage(OFFICE, "effort = \"6 h\"") + &every_weekday_at_nine();
    assert_eq!(
        facts_with(&text, &["finishes"]),
        [
            "Mon 15:00 tip 1 finishes work",
            "Tue 15:00 tip 2 finishes work",
            "Wed 15:00 tip 3 finishes work",
            "Thu 15:00 tip 4 finishes work",
            "Fri 15:00 tip 5 finishes work",
        ]
    );
}

#[test]
fn office_hours_with_work_that_pauses_overnight_and_over_the_weekend() {
    let text = one_stage(OFFICE, "effort = \"10 h\"") + &every_weekday_at_nine();
    assert_eq!(
        facts_with(&text, &["finishes"]),
        [
            "Tue 11:00 tip 1 finishes work",
            "Wed 13:00 tip 2 finishes work",
            "Thu 15:00 tip 3 finishes work",
            "Fri 17:00 tip 4 finishes work",
            "week 2 Tue 11:00 tip 5 finishes work",
        ]
    );
}

#[test]
fn at_the_end_of_the_shift_work_is_done_and_nobody_starts() {
    let text = one_stage(OFFICE, "effort = \"8 h\"") + &tips(&[("low", 0, 9, 0), ("low", 0, 9, 0)]);
    assert_eq!(
        facts_with(&text, &["starts", "finishes"]),
        [
            "Mon 09:00 tip 1 starts work with staff 0",
            "Mon 17:00 tip 1 finishes work",
            "Tue 09:00 tip 2 starts work with staff 0",
            "Tue 17:00 tip 2 finishes work",
        ]
    );
}

#[test]
fn availability_slows_every_task() {
    let pool = "headcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\navailability = 0.75";
    let text = one_stage(pool, "effort = \"3 h\"") + &tips(&[("low", 0, 9, 0)]);
    assert_eq!(facts_with(&text, &["finishes"]), ["Mon 13:00 tip 1 finishes work"]);
}

#[test]
fn a_case_whose_member_comes_in_the_moment_its_patience_ends_is_served() {
    let stage = "effort = \"1 h\"\npatience = \"1 h\"\non_patience = \"done\"";
    let text = one_stage(OFFICE, stage) + &tips(&[("low", 0, 8, 0), ("low", 0, 7, 59)]);
    assert_eq!(
        facts(&text),
        [
            "Mon 07:59 tip 1 arrives (low)",
            "Mon 07:59 tip 1 joins work",
            "Mon 08:00 tip 2 arrives (low)",
            "Mon 08:00 tip 2 joins work",
            "Mon 08:59 tip 1 gives up waiting at work",
            "Mon 08:59 tip 1 ends as done, it has waited too long",
            "Mon 09:00 tip 2 starts work with staff 0",
            "Mon 10:00 tip 2 finishes work",
            "Mon 10:00 tip 2 ends as done",
        ]
    );
}

#[test]
fn patience_ends_with_the_first_start_even_if_the_work_pauses() {
    let stage = "effort = \"3 h\"\npatience = \"2 h\"\non_patience = \"done\"";
    let text = one_stage(OFFICE, stage) + &tips(&[("low", 0, 16, 0)]);
    assert_eq!(
        facts_with(&text, &["starts", "finishes", "gives"]),
        ["Mon 16:00 tip 1 starts work with staff 0", "Tue 11:00 tip 1 finishes work"]
    );
}

#[test]
fn patience_may_lead_to_another_stage() {
    let stage = "effort = \"8 h\"\npatience = { default = \"1 h\" }\non_patience = \"later\"\n\
                 [[stage]]\nid = \"later\"\ndelay = \"2 h\"\nroute = \"done\"";
    let text = one_stage(OFFICE, stage) + &tips(&[("low", 0, 9, 0), ("low", 0, 10, 0)]);
    assert_eq!(
        facts_with(&text, &["tip 2"]),
        [
            "Mon 10:00 tip 2 arrives (low)",
            "Mon 10:00 tip 2 joins work",
            "Mon 11:00 tip 2 gives up waiting at work",
            "Mon 11:00 tip 2 joins later",
            "Mon 11:00 tip 2 starts later",
            "Mon 13:00 tip 2 finishes later",
            "Mon 13:00 tip 2 ends as done",
        ]
    );
}

#[test]
fn a_batch_arrives_before_anybody_starts() {
    // Three tips together; the middle one of the mix is urgent and goes first although it is not the first.
    let text = one_stage("headcount = 1", "effort = \"1 h\"")
        + "[[source]]\nid = \"a\"\nrate = \"24 per day\"\ngaps = \"constant\"\nbatch = 3\nat_most = 3\nmix = { low = 1.0 }\n";
    assert_eq!(
        facts_with(&text, &["joins", "starts"]),
        [
            "Mon 01:00 tip 1 joins work",
            "Mon 01:00 tip 2 joins work",
            "Mon 01:00 tip 3 joins work",
            "Mon 01:00 tip 1 starts work with staff 0",
            "Mon 02:00 tip 2 starts work with staff 0",
            "Mon 03:00 tip 3 starts work with staff 0",
        ]
    );
}

/// One member busy from 08:00 to 10:00, then free; tips wait under an order. Returns who starts, in order.
fn served(order: &str, list: &[(&str, u32, u32)], more: &str) -> Vec<String> {
    let stage = format!("effort = \"2 h\"\n{order}");
    let mut all = vec![("low", 0, 8, 0)];
    all.extend(list.iter().map(|(class, h, m)| (*class, 0, *h, *m)));
    let text = one_stage("headcount = 1", &stage) + &tips(&all) + more;
    let tip = |line: &String| line.split(" tip ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    facts_with(&text, &["starts"]).iter().map(tip).collect()
}

const WAITING: &[(&str, u32, u32)] = &[("low", 8, 10), ("urgent", 8, 20), ("low", 8, 30), ("urgent", 8, 40)];

#[test]
fn first_come_first_served() {
    assert_eq!(served("order = \"fifo\"", WAITING, ""), ["1", "2", "3", "4", "5"]);
}

#[test]
fn last_come_first_served() {
    assert_eq!(served("order = \"lifo\"", WAITING, ""), ["1", "5", "4", "3", "2"]);
}

#[test]
fn most_urgent_class_first_is_the_default() {
    assert_eq!(served("", WAITING, ""), ["1", "3", "5", "2", "4"]);
}

#[test]
fn earliest_due_first() {
    // Due: tip 2 at 13:10, tip 3 at 13:50, tip 4 at 13:30, tip 5 at 14:10.
    let order = "order = { due = { low = \"5 h\", urgent = \"330 min\" } }";
    assert_eq!(served(order, WAITING, ""), ["1", "2", "4", "3", "5"]);
    let without = "order = { due = { urgent = \"5 h\" } }";
    assert_eq!(served(without, WAITING, ""), ["1", "3", "5", "2", "4"], "no allowance: last");
}

#[test]
fn shortest_mean_effort_first() {
    let text = |order: &str| {
        let stage = format!("effort = {{ urgent = \"3 h\", low = \"1 h\" }}\norder = {order}");
        one_stage("headcount = 1", &stage)
            + &tips(&[("low", 0, 8, 0), ("urgent", 0, 8, 10), ("low", 0, 8, 20), ("urgent", 0, 8, 30)])
    };
    let expected = [
        "Mon 08:00 tip 1 starts work with staff 0",
        "Mon 09:00 tip 3 starts work with staff 0",
        "Mon 10:00 tip 2 starts work with staff 0",
        "Mon 13:00 tip 4 starts work with staff 0",
    ];
    assert_eq!(facts_with(&text("\"shortest\""), &["starts"]), expected);
    assert_eq!(facts_with(&text("{ shortest = \"drawn\" }"), &["starts"]), expected);
}

#[test]
fn earliest_lapse_first_and_cases_without_one_last() {
    let keys = |days: u32| {
        format!("retention = {{ lasts = \"{days} days\", preserved_by = \"work\", on_lapse = \"done\" }}")
    };
    let more = tip_with("x1", "low", 0, 8, 50, &keys(20)) + &tip_with("x2", "low", 0, 8, 55, &keys(10));
    assert_eq!(served("order = \"lapse\"", &[("urgent", 8, 10)], &more), ["1", "4", "3", "2"]);
}

#[test]
fn random_order_is_fixed_at_joining_and_serves_everybody_once() {
    let mut order = served("order = \"random\"", WAITING, "");
    assert_eq!(order, served("order = \"random\"", WAITING, ""));
    order.sort();
    assert_eq!(order, ["1", "2", "3", "4", "5"]);
}

/// Two stages of one pool: `first` leads to `second`.
fn two_stages() -> String {
    format!(
        "{BASE}\n[[pool]]\nid = \"staff\"\nheadcount = 1\n\
         [[stage]]\nid = \"first\"\npool = \"staff\"\neffort = \"1 h\"\nroute = \"second\"\n\
         [[stage]]\nid = \"second\"\npool = \"staff\"\neffort = \"1 h\"\nroute = \"done\"\n"
    )
}

#[test]
fn a_pool_of_two_stages_takes_the_urgent_class_then_the_later_stage_then_the_longest_wait() {
    let text = two_stages() + &tips(&[("low", 0, 8, 0), ("low", 0, 8, 10), ("urgent", 0, 8, 20)]);
    assert_eq!(
        facts_with(&text, &["starts"]),
        [
            "Mon 08:00 tip 1 starts first with staff 0",
            "Mon 09:00 tip 3 starts first with staff 0",
            "Mon 10:00 tip 3 starts second with staff 0",
            "Mon 11:00 tip 1 starts second with staff 0",
            "Mon 12:00 tip 2 starts first with staff 0",
            "Mon 13:00 tip 2 starts second with staff 0",
        ]
    );
}

#[test]
fn the_lowest_number_works_among_free_members() {
    let text = one_stage("headcount = 3", "effort = \"1 h\"")
        + &tips(&[("low", 0, 8, 0), ("low", 0, 8, 30), ("low", 0, 9, 0), ("low", 0, 9, 10)]);
    assert_eq!(
        facts_with(&text, &["starts"]),
        [
            "Mon 08:00 tip 1 starts work with staff 0",
            "Mon 08:30 tip 2 starts work with staff 1",
            "Mon 09:00 tip 3 starts work with staff 0",
            "Mon 09:10 tip 4 starts work with staff 2",
        ]
    );
}

#[test]
fn a_pool_list_is_served_by_the_first_with_somebody_free() {
    // `duty` comes before `officer` in the order of ids, but officers are listed first.
    let text = format!(
        "{BASE}\n[[pool]]\nid = \"officer\"\nheadcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\n\
         [[pool]]\nid = \"duty\"\nheadcount = 1\n\
         [[stage]]\nid = \"work\"\npool = [\"officer\", \"duty\"]\neffort = \"2 h\"\nroute = \"done\"\n"
    ) + &tips(&[
        ("low", 0, 7, 0),
        ("low", 0, 9, 0),
        ("low", 0, 9, 30),
        ("low", 0, 10, 0),
        ("low", 0, 18, 0),
    ]);
    assert_eq!(
        facts_with(&text, &["starts"]),
        [
            "Mon 07:00 tip 1 starts work with duty 0",
            "Mon 09:00 tip 2 starts work with officer 0",
            "Mon 09:30 tip 3 starts work with duty 0",
            "Mon 11:00 tip 4 starts work with officer 0",
            "Mon 18:00 tip 5 starts work with duty 0",
        ]
    );
}

#[test]
fn a_pool_that_leaves_a_case_to_another_looks_again() {
    // At 09:00 both get their member in one event. `duty` leaves the low case to `officer`, who takes the urgent one
    // elsewhere; then `duty` takes it after all.
    let text = format!(
        "{BASE}\n[[pool]]\nid = \"officer\"\nheadcount = 0\n[[pool]]\nid = \"duty\"\nheadcount = 0\n\
         [[stage]]\nid = \"shared\"\npool = [\"officer\", \"duty\"]\neffort = \"2 h\"\nroute = \"done\"\n\
         [[stage]]\nid = \"own\"\npool = \"officer\"\neffort = \"2 h\"\nroute = \"done\"\n\
         [[change]]\nat = 2025-01-06T09:00:00\n\
         add = {{ \"pool.officer.headcount\" = 1, \"pool.duty.headcount\" = 1 }}\n"
    ) + &tip_with("a", "low", 0, 7, 0, "enters = \"shared\"")
        + &tip_with("b", "urgent", 0, 8, 0, "enters = \"own\"");
    assert_eq!(
        facts_with(&text, &["starts"]),
        ["Mon 09:00 tip 2 starts own with officer 0", "Mon 09:00 tip 1 starts shared with duty 0"]
    );
}

#[test]
fn a_crew_starts_when_it_is_complete_and_works_in_common_hours() {
    let text = format!(
        "{BASE}\n[[pool]]\nid = \"officer\"\nheadcount = 3\nhours = \"Mon-Fri 09:00-17:00\"\n\
         [[pool]]\nid = \"examiner\"\nheadcount = 1\nhours = \"Mon-Fri 12:00-20:00\"\n\
         [[stage]]\nid = \"desk\"\npool = \"officer\"\neffort = \"4 h\"\nroute = \"done\"\n\
         [[stage]]\nid = \"search\"\npool = {{ officer = 2, examiner = 1 }}\neffort = \"6 h\"\nroute = \"done\"\n"
    ) + &tip_with("a", "low", 0, 9, 0, "enters = \"desk\"")
        + &tip_with("b", "low", 0, 9, 0, "enters = \"desk\"")
        + &tip_with("c", "low", 0, 9, 0, "enters = \"search\"");
    // Two officers at desks until 13:00; then the crew works 13:00-17:00 and Tuesday 12:00-14:00.
    assert_eq!(
        facts_with(&text, &["starts", "finishes"]),
        [
            "Mon 09:00 tip 1 starts desk with officer 0",
            "Mon 09:00 tip 2 starts desk with officer 1",
            "Mon 13:00 tip 1 finishes desk",
            "Mon 13:00 tip 3 starts search with examiner 0 and officer 0 and officer 2",
            "Mon 13:00 tip 2 finishes desk",
            "Tue 14:00 tip 3 finishes search",
        ]
    );
}

#[test]
fn work_in_hand_at_the_end_of_the_shift_pauses_or_is_finished_or_handed_over() {
    let run = |end: &str| {
        let pool = format!("headcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\nshift_end = \"{end}\"");
        let text = one_stage(&pool, "effort = \"2 h\"") + &tips(&[("low", 0, 16, 0), ("urgent", 0, 20, 0)]);
        facts_with(&text, &["starts", "goes on", "handed", "finishes"])
    };
    assert_eq!(
        run("pause"),
        [
            "Mon 16:00 tip 1 starts work with staff 0",
            "Tue 10:00 tip 1 finishes work",
            "Tue 10:00 tip 2 starts work with staff 0",
            "Tue 12:00 tip 2 finishes work",
        ]
    );
    assert_eq!(
        run("finish"),
        [
            "Mon 16:00 tip 1 starts work with staff 0",
            "Mon 18:00 tip 1 finishes work",
            "Tue 09:00 tip 2 starts work with staff 0",
            "Tue 11:00 tip 2 finishes work",
        ]
    );
    assert_eq!(
        run("hand-over"),
        [
            "Mon 16:00 tip 1 starts work with staff 0",
            "Mon 17:00 tip 1 is handed back to work",
            "Tue 09:00 tip 2 starts work with staff 0",
            "Tue 11:00 tip 2 finishes work",
            "Tue 11:00 tip 1 goes on with work with staff 0",
            "Tue 12:00 tip 1 finishes work",
        ]
    );
}

#[test]
fn a_crew_of_people_who_finish_and_machines_that_never_stop_works_on() {
    let text = format!(
        "{BASE}\n[[pool]]\nid = \"officer\"\nheadcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\nshift_end = \"finish\"\n\
         [[pool]]\nid = \"machine\"\nheadcount = 1\n\
         [[stage]]\nid = \"copy\"\npool = {{ officer = 1, machine = 1 }}\neffort = \"3 h\"\nroute = \"done\"\n"
    ) + &tips(&[("low", 0, 16, 0)]);
    assert_eq!(facts_with(&text, &["finishes"]), ["Mon 19:00 tip 1 finishes copy"]);
}

#[test]
fn work_that_ends_with_the_shift_is_not_handed_over() {
    let pool = "headcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\nshift_end = \"hand-over\"";
    let text = one_stage(pool, "effort = \"1 h\"") + &tips(&[("low", 0, 16, 0)]);
    assert_eq!(facts_with(&text, &["handed", "finishes"]), ["Mon 17:00 tip 1 finishes work"]);
}

#[test]
fn handed_over_work_stands_ahead_of_later_arrivals_of_its_class() {
    let pool = "headcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\nshift_end = \"hand-over\"";
    let text = one_stage(pool, "effort = \"2 h\"") + &tips(&[("low", 0, 16, 0), ("low", 0, 16, 30)]);
    assert_eq!(
        facts_with(&text, &["starts", "goes on"]),
        [
            "Mon 16:00 tip 1 starts work with staff 0",
            "Tue 09:00 tip 1 goes on with work with staff 0",
            "Tue 10:00 tip 2 starts work with staff 0",
        ]
    );
}

#[test]
fn two_shifts_of_a_rota_take_turns() {
    let pool = "headcount = 2\nshifts = [{ hours = \"Mon-Fri 06:00-14:00\", share = 0.5 }, \
                { hours = \"Mon-Fri 14:00-22:00\", share = 0.5 }]";
    let text = one_stage(pool, "effort = \"3 h\"")
        + &tips(&[("low", 0, 5, 0), ("low", 0, 5, 0), ("low", 0, 5, 0), ("low", 0, 5, 0)]);
    assert_eq!(
        facts_with(&text, &["starts"]),
        [
            "Mon 06:00 tip 1 starts work with staff 0",
            "Mon 09:00 tip 2 starts work with staff 0",
            "Mon 12:00 tip 3 starts work with staff 0",
            "Mon 14:00 tip 4 starts work with staff 1",
        ]
    );
    assert_eq!(facts_with(&text, &["tip 3 finishes"]), ["Tue 07:00 tip 3 finishes work"]);
}

#[test]
fn nobody_works_on_holidays() {
    let text = one_stage(OFFICE, "effort = \"10 h\"")
        .replace("seed = 1", "seed = 1\nholidays = [2025-01-07]")
        + &tips(&[("low", 0, 9, 0)]);
    assert_eq!(facts_with(&text, &["finishes"]), ["Wed 11:00 tip 1 finishes work"]);
    let on_duty = text.replace("headcount = 1", "headcount = 1\nholidays = false");
    assert_eq!(facts_with(&on_duty, &["finishes"]), ["Tue 11:00 tip 1 finishes work"]);
}

#[test]
fn tasks_begin_only_in_their_windows_both_ends_included() {
    let stage = "effort = \"2 h\"\nstarts = \"Mon-Fri 09:00-15:00\"";
    let text = one_stage("headcount = 1", stage)
        + &tips(&[("low", 0, 8, 0), ("low", 0, 8, 0), ("low", 0, 8, 0), ("low", 0, 8, 0), ("low", 0, 8, 0)]);
    assert_eq!(
        facts_with(&text, &["starts"]),
        [
            "Mon 09:00 tip 1 starts work with staff 0",
            "Mon 11:00 tip 2 starts work with staff 0",
            "Mon 13:00 tip 3 starts work with staff 0",
            "Mon 15:00 tip 4 starts work with staff 0",
            "Tue 09:00 tip 5 starts work with staff 0",
        ]
    );
}

/// Work, then a delay that preserves nothing, then more work that does.
fn with_retention(lasts: &str, preserved_by: &str) -> String {
    let keys =
        format!("retention = {{ lasts = \"{lasts}\", preserved_by = {preserved_by}, on_lapse = \"lost\" }}");
    format!(
        "{BASE}\n[[outcome]]\nid = \"lost\"\ncounts_as = \"lost\"\n[[pool]]\nid = \"staff\"\n{OFFICE}\n\
         [[stage]]\nid = \"look\"\npool = \"staff\"\neffort = \"2 h\"\nroute = \"order\"\n\
         [[stage]]\nid = \"order\"\ndelay = \"3 h\"\nroute = \"exam\"\n\
         [[stage]]\nid = \"exam\"\npool = \"staff\"\neffort = \"1 h\"\nroute = \"done\"\n"
    ) + &tip_with("a", "low", 0, 9, 0, &keys)
}

#[test]
fn evidence_lapses_while_waiting_in_a_delay_and_after_work() {
    // The tip of Monday 09:00 works 09-11, is delayed 11-14, is examined 14-15.
    assert_eq!(
        facts_with(&with_retention("4 h", "\"exam\""), &["ends", "finishes"]),
        ["Mon 11:00 tip 1 finishes look", "Mon 13:00 tip 1 ends as lost, its evidence has lapsed"]
    );
    assert_eq!(
        facts_with(&with_retention("1 h", "\"exam\""), &["ends", "finishes"]),
        ["Mon 11:00 tip 1 finishes look", "Mon 11:00 tip 1 ends as lost, its evidence has lapsed"],
        "in work: it leaves when the work ends"
    );
    let waiting = with_retention("7 h", "\"exam\"").replace("09:00-17:00", "09:00-11:00");
    assert_eq!(
        facts_with(&waiting, &["ends", "finishes"]),
        [
            "Mon 11:00 tip 1 finishes look",
            "Mon 14:00 tip 1 finishes order",
            "Mon 16:00 tip 1 ends as lost, its evidence has lapsed",
        ]
    );
}

#[test]
fn the_provider_s_clock_stops_at_the_start_or_at_the_end() {
    let at_start = facts_with(&with_retention("310 min", "\"exam\""), &["ends"]);
    assert_eq!(
        at_start,
        ["Mon 15:00 tip 1 ends as done"],
        "preserved at 14:00, ten minutes before the lapse"
    );
    let at_end = facts_with(&with_retention("310 min", "{ end = \"exam\" }"), &["ends"]);
    assert_eq!(at_end, ["Mon 15:00 tip 1 ends as lost, its evidence has lapsed"]);
    let in_time = facts_with(&with_retention("6 h", "{ end = \"exam\" }"), &["ends"]);
    assert_eq!(in_time, ["Mon 15:00 tip 1 ends as done"], "work that ends in that moment ends in time");
}

#[test]
fn a_tip_whose_evidence_is_gone_on_arrival_ends_at_once() {
    let text = with_retention("2 days", "\"exam\"")
        .replace("lasts = \"2 days\"", "lasts = \"2 days\", lag = \"3 days\"");
    assert_eq!(
        facts(&text),
        [
            "Mon 09:00 tip 1 arrives (low)",
            "Mon 09:00 tip 1 joins look",
            "Mon 09:00 tip 1 ends as lost, its evidence has lapsed",
        ]
    );
}

#[test]
fn a_delay_in_working_days_skips_weekends_and_holidays() {
    let text = format!(
        "{}\n[[stage]]\nid = \"letter\"\ndelay = \"3 working days\"\nroute = \"done\"\n",
        BASE.replace("seed = 1", "seed = 1\nholidays = [2025-01-13]")
    ) + &tips(&[("low", 3, 12, 0)]);
    // Thursday noon: half of Thursday, Friday, (weekend, holiday), Tuesday, half of Wednesday.
    assert_eq!(facts_with(&text, &["finishes"]), ["week 2 Wed 12:00 tip 1 finishes letter"]);
}

#[test]
fn a_stage_without_time_passes_cases_on_at_once() {
    let text = format!(
        "{BASE}\n[[stage]]\nid = \"sort\"\nroute = \"letter\"\n[[stage]]\nid = \"letter\"\ndelay = \"1 h\"\nroute = \"done\"\n"
    ) + &tips(&[("low", 0, 8, 0)]);
    assert_eq!(
        facts(&text),
        [
            "Mon 08:00 tip 1 arrives (low)",
            "Mon 08:00 tip 1 joins sort",
            "Mon 08:00 tip 1 starts sort",
            "Mon 08:00 tip 1 finishes sort",
            "Mon 08:00 tip 1 joins letter",
            "Mon 08:00 tip 1 starts letter",
            "Mon 09:00 tip 1 finishes letter",
            "Mon 09:00 tip 1 ends as done",
        ]
    );
}

#[test]
fn initial_cases_stand_in_the_queue_oldest_first() {
    let text = one_stage("headcount = 1", "effort = \"1 h\"\norder = \"fifo\"")
        + "[[initial]]\nstage = \"work\"\ncount = { low = 1 }\nage = \"2 days\"\n\
           [[initial]]\nstage = \"work\"\ncount = { urgent = 1 }\nage = \"5 days\"\nwaited = \"1 day\"\n"
        + &tips(&[("low", 0, 0, 30)]);
    // Tip 1 is the older one, but tip 2 has waited longer in this queue.
    assert_eq!(
        facts(&text)[..6],
        [
            "Mon 00:00 tip 1 stands there from the start (urgent)",
            "Mon 00:00 tip 1 joins work",
            "Mon 00:00 tip 2 stands there from the start (low)",
            "Mon 00:00 tip 2 joins work",
            "Mon 00:00 tip 2 starts work with staff 0",
            "Mon 00:30 tip 3 arrives (low)",
        ]
    );
}

#[test]
fn an_initial_case_too_old_for_its_evidence_lapses_at_the_start() {
    let text = format!(
        "{BASE}\n[[outcome]]\nid = \"lost\"\ncounts_as = \"lost\"\n[[pool]]\nid = \"staff\"\n{OFFICE}\n\
         [[stage]]\nid = \"look\"\npool = \"staff\"\neffort = \"2 h\"\nroute = \"done\"\n\
         [[initial]]\nstage = \"look\"\ncount = {{ low = 2 }}\nage = {{ discrete = {{ values = [\"5 days\", \"40 days\"], weights = [1, 1] }} }}\nsource = \"a\"\n"
    ) + &tip_with(
        "a",
        "low",
        7,
        9,
        0,
        "retention = { lasts = \"30 days\", preserved_by = \"look\", on_lapse = \"lost\" }",
    );
    let lines = facts(&text);
    let lost: Vec<&String> = lines.iter().filter(|l| l.contains("lapsed")).collect();
    let old = lines.iter().filter(|l| l.contains("stands there")).count();
    assert_eq!(old, 2);
    assert!(lost.iter().all(|l| l.starts_with("Mon 00:00")), "{lost:?}");
}

#[test]
fn what_lies_at_or_after_the_horizon_does_not_happen() {
    let text = one_stage("headcount = 1", "effort = \"1 h\"").replace("3 weeks", "10 hours")
        + &tips(&[("low", 0, 9, 0)]);
    assert_eq!(facts_with(&text, &["starts", "finishes"]), ["Mon 09:00 tip 1 starts work with staff 0"]);
}

#[test]
fn running_work_keeps_its_effort_and_later_work_has_the_new_one() {
    let text = one_stage("headcount = 1", "effort = \"4 h\"")
        + "[[change]]\nat = 2025-01-06T10:00:00\nset = { \"stage.work.effort\" = \"1 h\" }\n"
        + &tips(&[("low", 0, 9, 0), ("low", 0, 9, 30)]);
    assert_eq!(
        facts_with(&text, &["finishes", "change"]),
        ["Mon 10:00 parameters change", "Mon 13:00 tip 1 finishes work", "Mon 14:00 tip 2 finishes work"]
    );
}

#[test]
fn new_hours_hold_for_running_work_from_their_date() {
    let text = one_stage(OFFICE, "effort = \"10 h\"")
        + "[[change]]\nat = 2025-01-07\nset = { \"pool.staff.hours\" = \"Mon-Fri 12:00-20:00\" }\n"
        + &tips(&[("low", 0, 9, 0)]);
    assert_eq!(facts_with(&text, &["finishes"]), ["Tue 14:00 tip 1 finishes work"]);
}

#[test]
fn posts_come_at_once_and_go_with_the_last_hired() {
    let change = "[[change]]\nat = 2025-01-06T10:00:00\nuntil = 2025-01-06T12:30:00\nadd = { \"pool.staff.headcount\" = 1 }\n";
    let text = one_stage("headcount = 1", "effort = \"2 h\"")
        + change
        + &tips(&[("low", 0, 9, 0), ("low", 0, 9, 0), ("low", 0, 9, 0), ("low", 0, 9, 0)]);
    // The added member works 10:00-12:00 and 12:00-14:00, then is gone: tip 4 waits for member 0.
    assert_eq!(
        facts_with(&text, &["starts"]),
        [
            "Mon 09:00 tip 1 starts work with staff 0",
            "Mon 10:00 tip 2 starts work with staff 1",
            "Mon 11:00 tip 3 starts work with staff 0",
            "Mon 12:00 tip 4 starts work with staff 1",
        ]
    );
    let more = text + &tip("u", "low", 0, 9, 1) + &tip("v", "low", 0, 9, 2);
    assert_eq!(
        facts_with(&more, &["tip 5 starts", "tip 6 starts"]),
        ["Mon 13:00 tip 5 starts work with staff 0", "Mon 15:00 tip 6 starts work with staff 0"]
    );
}

#[test]
fn a_new_order_holds_for_those_who_wait_already() {
    let text = one_stage("headcount = 1", "effort = \"2 h\"\norder = \"fifo\"")
        + "[[change]]\nat = 2025-01-06T09:30:00\nset = { \"stage.work.order\" = \"lifo\" }\n"
        + &tips(&[("low", 0, 8, 0), ("low", 0, 8, 10), ("low", 0, 8, 20), ("low", 0, 8, 30)]);
    assert_eq!(
        facts_with(&text, &["starts"]),
        [
            "Mon 08:00 tip 1 starts work with staff 0",
            "Mon 10:00 tip 4 starts work with staff 0",
            "Mon 12:00 tip 3 starts work with staff 0",
            "Mon 14:00 tip 2 starts work with staff 0",
        ]
    );
}

#[test]
fn new_routes_hold_for_cases_that_leave_afterwards() {
    let text = one_stage("headcount = 1", "effort = \"2 h\"")
        .replace("[[pool]]", "[[outcome]]\nid = \"other\"\ncounts_as = \"closed\"\n[[pool]]")
        + "[[change]]\nat = 2025-01-06T09:30:00\nset = { \"stage.work.route\" = \"other\" }\n"
        + &tips(&[("low", 0, 6, 0), ("low", 0, 8, 0)]);
    assert_eq!(
        facts_with(&text, &["ends"]),
        ["Mon 08:00 tip 1 ends as done", "Mon 10:00 tip 2 ends as other"]
    );
}

#[test]
fn a_change_comes_before_everything_else_of_its_moment() {
    let text = one_stage("headcount = 1", "effort = \"4 h\"")
        + "[[change]]\nat = 2025-01-06T09:00:00\nset = { \"stage.work.effort\" = \"1 h\" }\n"
        + &tips(&[("low", 0, 9, 0)]);
    assert_eq!(facts_with(&text, &["finishes"]), ["Mon 10:00 tip 1 finishes work"]);
}

#[test]
fn changes_take_effect_in_the_follow_up_too() {
    let text = one_stage("headcount = 1", "effort = \"4 h\"")
        .replace("\"3 weeks\"", "\"2 days\"\nfollow_up = \"3 days\"")
        + "[[change]]\nat = 2025-01-09\nset = { \"stage.work.effort\" = \"1 h\" }\n"
        + &tips(&[("low", 3, 9, 0)]);
    assert_eq!(
        facts_with(&text, &["change", "finishes"]),
        ["Thu 00:00 parameters change", "Thu 10:00 tip 1 finishes work"]
    );
}

#[test]
fn rework_comes_back_to_the_stage_and_draws_anew() {
    let text = format!(
        "{BASE}\n[[pool]]\nid = \"staff\"\nheadcount = 1\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\neffort = {{ uniform = {{ low = \"1 h\", high = \"2 h\" }} }}\n\
         route = {{ work = 0.7, done = \"rest\" }}\n"
    ) + &tips(&[("low", 0, 8, 0)]);
    let lines = facts_with(&text, &["starts", "finishes"]);
    assert!(lines.len() >= 4, "seed 1 reworks at least once: {lines:?}");
    let at = |line: &String| line.split(" tip ").next().unwrap().to_owned();
    let times: Vec<String> = lines.iter().map(at).collect();
    let distinct: std::collections::BTreeSet<&String> = times.iter().collect();
    assert_eq!(distinct.len(), times.len() / 2 + 1, "each visit starts when the last ends: {times:?}");
}

#[test]
fn a_mass_report_comes_within_its_length() {
    let text = one_stage("headcount = 100", "effort = \"1 h\"")
        + "[[source]]\nid = \"viral\"\nburst = { every = { constant = \"2 days\" }, size = 5, over = \"3 h\" }\nmix = { low = 1.0 }\n";
    let arrivals = facts_with(&text, &["arrives"]);
    assert_eq!(arrivals.len(), 5 * 10, "days 2, 4, .. 20 of 21");
    assert!(
        arrivals[..5]
            .iter()
            .all(|l| l.starts_with("Wed 00:") || l.starts_with("Wed 01:") || l.starts_with("Wed 02:")),
        "{arrivals:?}"
    );
}

#[test]
fn tips_come_only_in_their_hours_and_days() {
    let text = one_stage("headcount = 100", "effort = \"1 h\"")
        + "[[source]]\nid = \"calls\"\nrate = \"10 per day\"\nhours = \"Mon-Fri 08:00-18:00\"\nweekly = { mon = 0.0 }\nmix = { low = 1.0 }\n";
    let arrivals = facts_with(&text, &["arrives"]);
    assert!((130..290).contains(&arrivals.len()), "{}: 210 expected, Poisson", arrivals.len());
    for line in arrivals {
        let (day, hour) = line
            .split(" tip ")
            .next()
            .map(|t| {
                (
                    t.contains("Mon") || t.contains("Sat") || t.contains("Sun"),
                    t.rsplit(' ').next().unwrap()[..2].parse::<u32>().unwrap(),
                )
            })
            .unwrap();
        assert!(!day && (8..18).contains(&hour), "{line}");
    }
}

#[test]
fn posts_may_be_cut_at_a_date_below_what_was_filled_at_the_start() {
    let text = one_stage("headcount = 3\nfilled = 2", "effort = \"8 h\"")
        + "[[change]]\nat = \"1 days\"\nset = { \"pool.staff.headcount\" = 1 }\nleave = \"last-hired\"\n"
        + &tips(&[("low", 0, 9, 0), ("low", 0, 9, 0), ("low", 1, 9, 0), ("low", 1, 9, 0)]);
    let starts = facts_with(&text, &["starts"]);
    assert_eq!(starts.len(), 4);
    assert_eq!(starts[1], "Mon 09:00 tip 2 starts work with staff 1");
    assert_eq!(starts[3], "Tue 17:00 tip 4 starts work with staff 0");
}

#[test]
fn who_is_hired_in_the_moment_the_shift_ends_starts_with_the_next_one() {
    let text = one_stage(OFFICE, "effort = \"10 h\"")
        + "[[change]]\nat = 2025-01-06T17:00:00\nset = { \"pool.staff.headcount\" = 2 }\n"
        + &tips(&[("low", 0, 9, 0), ("low", 0, 9, 0)]);
    assert_eq!(
        facts_with(&text, &["starts"]),
        ["Mon 09:00 tip 1 starts work with staff 0", "Tue 09:00 tip 2 starts work with staff 1"]
    );
}

#[test]
fn work_handed_over_at_five_is_not_taken_by_somebody_who_goes_at_five_too() {
    let text = format!(
        "{BASE}[[pool]]\nid = \"a\"\n{OFFICE}\nshift_end = \"hand-over\"\n[[pool]]\nid = \"b\"\n{OFFICE}\n\
         [[stage]]\nid = \"work\"\npool = [\"a\", \"b\"]\neffort = \"10 h\"\nroute = \"done\"\n{}",
        tips(&[("low", 0, 9, 0)])
    );
    assert_eq!(
        facts_with(&text, &["starts", "back", "finishes"]).last().map(String::as_str),
        Some("Tue 11:00 tip 1 finishes work")
    );
    assert_eq!(facts_with(&text, &["17:00"]).iter().filter(|line| line.contains("with b")).count(), 0);
}

#[test]
fn work_in_hand_under_a_change_of_order_is_handed_over_to_its_place_in_the_new_one() {
    let pool = format!("{OFFICE}\nshift_end = \"hand-over\"");
    let change = "[[change]]\nat = 2025-01-06T12:00:00\nset = { \"stage.work.order\" = { due = { urgent = \"1 h\" } } }\n";
    let text =
        one_stage(&pool, "effort = \"10 h\"") + &tips(&[("low", 0, 9, 0), ("urgent", 0, 10, 0)]) + change;
    assert_eq!(
        facts_with(&text, &["starts", "again", "goes on"])[1],
        "Tue 09:00 tip 2 starts work with staff 0",
        "no allowance: last"
    );
}
