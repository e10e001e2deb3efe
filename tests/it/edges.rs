//! Corners of the rules, with constant times: moments that coincide, edits that come late, ranges that overlap.

use std::sync::atomic::AtomicBool;

use caseload::error::ErrorKind;
use caseload::model::compile;
use caseload::run::{RunPlan, RunResult, Watcher, run};
use caseload::scenario::{Memory, Request, load};

use crate::harness::{BASE, facts_with, model, tip, tip_with};

/// A pool `staff` with these keys and a stage `work` with those.
fn one_stage(pool: &str, stage: &str) -> String {
    format!(
        "{BASE}\n[[pool]]\nid = \"staff\"\n{pool}\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\nroute = \"done\"\n{stage}\n"
    )
}

#[test]
fn a_mass_report_stops_where_its_source_does() {
    // Five tips within ten days from Tuesday on, but the source ends on Wednesday.
    let text = one_stage("headcount = 9", "effort = \"1 h\"")
        + "[[source]]\nid = \"b\"\nuntil = 2025-01-08\nmix = { low = 1.0 }\n\
           burst = { every = { constant = \"1 day\" }, size = 50, over = \"10 days\" }\n";
    let late: Vec<String> =
        facts_with(&text, &["arrives"]).into_iter().filter(|l| !l.starts_with("Tue")).collect();
    assert_eq!(late, [""; 0]);
    assert!(!facts_with(&text, &["arrives"]).is_empty(), "fifty tips in ten days leave some on Tuesday");
}

#[test]
fn holidays_may_lie_within_each_other() {
    let text = one_stage("headcount = 1\nhours = \"Mon-Fri 09:00-17:00\"", "effort = \"1 h\"").replace(
        "[scenario]\n",
        "[scenario]\nholidays = [\"2025-01-06..2025-01-15\", \"2025-01-07..2025-01-08\"]\n",
    ) + &tip("a", "low", 4, 9, 0);
    assert_eq!(facts_with(&text, &["starts"]), ["week 2 Thu 09:00 tip 1 starts work with staff 0"]);
}

#[test]
fn where_two_pools_go_home_together_neither_takes_over_from_the_other() {
    let text = format!(
        "{BASE}\n[[pool]]\nid = \"a\"\nheadcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\nshift_end = \"hand-over\"\n\
         [[pool]]\nid = \"b\"\nheadcount = 1\nhours = \"Mon-Fri 08:00-17:00\"\nshift_end = \"hand-over\"\n\
         [[stage]]\nid = \"work\"\npool = [\"a\", \"b\"]\neffort = \"10 h\"\nroute = \"done\"\n"
    ) + &tip("t", "low", 0, 9, 0);
    assert_eq!(
        facts_with(&text, &["starts", "goes", "back", "finishes"]),
        [
            "Mon 09:00 tip 1 starts work with a 0",
            "Mon 17:00 tip 1 is handed back to work",
            "Tue 08:00 tip 1 goes on with work with b 0",
            "Tue 10:00 tip 1 finishes work",
        ]
    );
}

#[test]
fn mass_reports_may_begin_with_a_change() {
    let text = one_stage("headcount = 1", "effort = \"1 h\"")
        + "[[source]]\nid = \"s\"\nrate = \"1 per day\"\ngaps = \"constant\"\nat_most = 3\nmix = { low = 1.0 }\n\
           [[change]]\nat = 2025-01-08\n\
           set = { \"source.s.burst\" = { every = { constant = \"6 h\" }, size = 2 } }\n";
    assert_eq!(
        facts_with(&text, &["arrives"]),
        ["Tue 00:00 tip 1 arrives (low)", "Wed 00:00 tip 2 arrives (low)", "Wed 06:00 tip 3 arrives (low)"]
    );
}

#[test]
fn working_days_follow_holidays_that_a_change_brings() {
    let text = format!(
        "{BASE}\n[[stage]]\nid = \"court\"\ndelay = \"2 working days\"\nroute = \"done\"\n\
         [[change]]\nat = 2025-01-07\nset = {{ \"scenario.holidays\" = [2025-01-08] }}\n"
    ) + &tip("t", "low", 0, 12, 0);
    assert_eq!(facts_with(&text, &["finishes"]), ["Thu 12:00 tip 1 finishes court"]);
}

#[test]
fn a_window_that_a_change_brings_can_be_preserved() {
    let text = one_stage("headcount = 1", "effort = \"10 h\"")
        + "[[outcome]]\nid = \"gone\"\ncounts_as = \"lost\"\n"
        + &tip_with("t", "low", 1, 9, 0, "")
        + "[[change]]\nat = 2025-01-07\nset = { \"source.t.retention\" = \
           { lasts = \"5 h\", preserved_by = \"work\", on_lapse = \"gone\" } }\n";
    assert_eq!(facts_with(&text, &["ends"]), ["Tue 19:00 tip 1 ends as done"]);
}

/// What is said of a scenario that cannot run, by the reader or by the compiler.
fn refusals(text: &str) -> Vec<String> {
    let sources = Memory::one("test.toml", text);
    let checked = load(&Request::new("test.toml", &sources)).checked;
    let mut all = checked.diagnostics;
    if let Some(loaded) = &checked.value {
        all.extend(compile(loaded).diagnostics);
    }
    let errors: Vec<String> = all.iter().filter(|d| d.is_error()).map(|d| d.message.clone()).collect();
    assert!(!errors.is_empty(), "it is refused: {all:?}");
    errors
}

fn result(text: &str) -> RunResult {
    let cancel = AtomicBool::new(false);
    let watcher = Watcher { cancel: &cancel, progress: &|_, _| {} };
    run(&model(text), &RunPlan::fixed(1), &watcher).expect("the run succeeds")
}

fn value(result: &RunResult, name: &str) -> f64 {
    result.estimate(name).unwrap_or_else(|| panic!("there is a value of {name}")).interval.estimate
}

/// Two no-time stages; `gate` comes first and leads to these.
fn gates(gate: &str, second: &str) -> String {
    format!(
        "{BASE}\n[[stage]]\nid = \"gate\"\n{gate}\n[[stage]]\nid = \"second\"\n{second}\n\
         [[source]]\nid = \"s\"\nrate = \"1 per day\"\nmix = {{ low = 1.0 }}\n"
    )
}

#[test]
fn a_way_out_for_others_or_for_later_saves_no_loop() {
    let for_others = gates(
        "route_by = \"observed\"\nroute = { unknown = \"gate\", default = \"second\" }",
        "route = \"done\"",
    ) + "labelled = \"unknown\"\n";
    let never = "a case of class `low` that comes to stage `gate` can never end";
    assert_eq!(refusals(&for_others), [never]);
    let later = gates("route = \"gate\"", "route = \"done\"")
        + "[[change]]\nat = \"7 days\"\nset = { \"stage.gate.route\" = \"second\" }\n";
    assert_eq!(refusals(&later), [never]);
    let not_any_more = gates("route = \"second\"", "route = \"done\"")
        + "[[change]]\nat = \"7 days\"\nset = { \"stage.gate.route\" = \"gate\" }\n";
    assert_eq!(refusals(&not_any_more), [format!("{never} from day 7 on")]);
}

#[test]
fn giving_up_at_once_may_not_lead_back() {
    let text = one_stage("headcount = 1", "effort = \"9 h\"\npatience = \"0 h\"\non_patience = \"turn\"")
        + "[[stage]]\nid = \"turn\"\nroute = \"work\"\n"
        + &tip("a", "low", 0, 9, 0);
    let said = "a case of class `low` that gives up at stage `work` comes back to it at once";
    assert_eq!(refusals(&text), [said]);
    // With a way out now and then, it ends.
    let text =
        text.replace("id = \"turn\"\nroute = \"work\"", "id = \"turn\"\nroute = { work = 0.9, done = 0.1 }");
    let text = text + &tip("b", "low", 0, 10, 0);
    assert_eq!(facts_with(&text, &["ends"])[0], "Mon 10:00 tip 2 ends as done");
}

#[test]
fn a_loop_that_only_patience_ends_can_be_checked_and_run() {
    let text = one_stage("headcount = 1", "effort = \"3 h\"\npatience = \"1 h\"\non_patience = \"done\"")
        .replace("route = \"done\"", "route = \"work\"")
        + &tips_at_nine();
    let model = model(&text);
    let capacity = caseload::model::capacity::check(&model);
    assert!(!capacity.warnings.is_empty(), "cases that are worked again and again overload anybody");
    assert_eq!(facts_with(&text, &["ends"]), ["Mon 10:00 tip 2 ends as done, it has waited too long"]);
}

fn tips_at_nine() -> String {
    tip("a", "low", 0, 9, 0) + &tip("b", "low", 0, 9, 0)
}

#[test]
fn a_stage_cannot_become_a_delay() {
    let text = gates("route = \"second\"", "route = \"done\"")
        + "[[change]]\nat = \"7 days\"\nset = { \"stage.gate.delay\" = \"5 h\" }\n";
    assert_eq!(refusals(&text), ["stage `gate` has no `delay` at the start: it cannot get one at a date"]);
}

#[test]
fn what_stops_a_provider_s_clock_cannot_change() {
    let window =
        |stage: &str| format!("{{ lasts = \"5 h\", preserved_by = \"{stage}\", on_lapse = \"done\" }}");
    let text = gates("route = \"second\"", "route = \"done\"")
        + &format!("retention = {}\n", window("gate"))
        + &format!(
            "[[change]]\nat = \"7 days\"\nset = {{ \"source.s.retention\" = {} }}\n",
            window("second")
        );
    assert_eq!(refusals(&text), ["`source.s.retention.preserved_by` cannot be edited at a date"]);
}

#[test]
fn to_go_on_after_an_interruption_costs_nothing_more() {
    let pool = "headcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\nshift_end = \"hand-over\"";
    let text = one_stage(pool, "effort = \"20 h\"\ncost = 40") + &tip("a", "low", 0, 9, 0);
    assert_eq!(facts_with(&text, &["goes on"]).len(), 2);
    assert_eq!(value(&result(&text), "cost/stage/work"), 40.0);
}

#[test]
fn posts_that_are_cut_before_anybody_leaves_are_no_vacancy() {
    let text = one_stage("headcount = 5\nfilled = 4", "effort = \"1 h\"")
        + &tip("a", "low", 0, 9, 0)
        + "[[change]]\nat = \"7 days\"\nset = { \"pool.staff.headcount\" = 2 }\n";
    // One of five posts is vacant for a week; then there are two more people than posts, which makes nobody vacant.
    assert_eq!(value(&result(&text), "vacant_hours/staff"), 168.0);
}

#[test]
fn overtime_ends_where_a_new_rota_puts_somebody_on_shift() {
    let pool = "headcount = 1\nshift_end = \"finish\"\n\
                shifts = [{ hours = \"Mon-Fri 08:00-16:00\", share = 1.0 }, { hours = \"Mon-Fri 16:00-24:00\", share = 1e-12 }]"
        .replace("share = 1.0", "share = 0.999999999999");
    let text = one_stage(&pool, "effort = \"6 h\"")
        + &tip("a", "low", 0, 14, 0)
        + "[[change]]\nat = 2025-01-06T18:00:00\nset = { \"pool.staff.shifts\" = [\
           { hours = \"Mon-Fri 08:00-16:00\", share = 1e-12 }, { hours = \"Mon-Fri 16:00-24:00\", share = 0.999999999999 }] }\n";
    // From 14:00 to 20:00: two hours on shift, two hours after it, and two on the shift that the new rota gives.
    let result = result(&text);
    assert_eq!(value(&result, "overtime_hours/staff"), 2.0);
    assert_eq!(value(&result, "busy_hours/staff"), 4.0);
}

#[test]
fn who_is_listed_first_serves_first_when_two_pools_come_together() {
    let text = format!(
        "{BASE}\n[[pool]]\nid = \"a\"\nheadcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\n\
         [[pool]]\nid = \"b\"\nheadcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\n\
         [[stage]]\nid = \"work\"\npool = [\"b\", \"a\"]\neffort = \"1 h\"\nroute = \"done\"\n"
    ) + &tip("t", "low", 0, 8, 0);
    assert_eq!(facts_with(&text, &["starts"]), ["Mon 09:00 tip 1 starts work with b 0"]);
}

#[test]
fn a_replication_that_holds_too_many_cases_is_given_up() {
    let work = one_stage("headcount = 1", "effort = \"1 h\"");
    let parts = format!("{BASE}\n[[pool]]\nid = \"staff\"\nheadcount = 1\n")
        .replace("id = \"low\"", "id = \"low\"\ndevices = 700")
        + "[[stage]]\nid = \"device\"\nper = \"device\"\nthen = \"end\"\npool = \"staff\"\neffort = \"1 h\"\nroute = \"end\"\n\
           [[stage]]\nid = \"end\"\nroute = \"done\"\n";
    let source = "[[source]]\nid = \"s\"\nmix = { low = 1.0 }\n";
    let initial = "[[initial]]\nstage = \"work\"\ncount = { low = 1200 }\nage = \"9 days\"\n";
    let texts = [
        format!("{work}{source}rate = \"500 per day\"\n"),
        format!("{work}{source}rate = \"1 per day\"\nbatch = 1200\n"),
        format!("{work}{source}burst = {{ every = \"1 day\", size = 1200, over = \"60 days\" }}\n"),
        format!("{work}{source}rate = \"1 per day\"\n{initial}"),
        format!("{parts}{source}rate = \"1 per day\"\n"),
    ];
    let cancel = AtomicBool::new(false);
    let watcher = Watcher { cancel: &cancel, progress: &|_, _| {} };
    for text in texts {
        let mut model = model(&text);
        model.most_open = 1_000;
        let error = run(&model, &RunPlan::fixed(1), &watcher).expect_err("a thousand is too few");
        assert!(
            matches!(error.kind(), ErrorKind::Overfull { most: 1_000, replication: 0, .. }),
            "{text}\n{error}"
        );
        model.most_open = 100_000;
        run(&model, &RunPlan::fixed(1), &watcher).expect("a hundred thousand are enough");
    }
}
