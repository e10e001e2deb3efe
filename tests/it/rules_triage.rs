//! Every rule of triage, with constant times: the facts in order, worked out by hand.
//!
//! Day 0 is Monday, 6 January 2025. Tips are numbered in the order of arrival.

use crate::harness::{BASE, facts, facts_with, tip, tip_with};

/// Tips on Monday.
fn tips(list: &[(&str, u32, u32)]) -> String {
    let each = |(i, (class, h, m)): (usize, &(&str, u32, u32))| tip(&format!("t{i:02}"), class, 0, *h, *m);
    list.iter().enumerate().map(each).collect()
}

/// One stage `work` of one pool with these further keys.
fn one_stage(pool: &str, stage: &str) -> String {
    format!(
        "{BASE}\n[[pool]]\nid = \"staff\"\n{pool}\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\nroute = \"done\"\n{stage}\n"
    )
}

/// The numbers of the tips that start, in order.
fn served(text: &str) -> Vec<u32> {
    let number =
        |line: &String| line.split(" tip ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    facts_with(text, &[" starts "]).iter().map(number).collect()
}

// ---- Lists of pools -------------------------------------------------------------------------

#[test]
fn two_pools_that_leave_cases_to_a_third_do_not_wait_for_each_other() {
    // The pools choose in the order of their ids: a and b see the case first and leave it to c, which is listed first.
    // The second and the third case go to b and a.
    let pools = ["a", "b", "c"].map(|id| format!("[[pool]]\nid = \"{id}\"\nheadcount = 1\n")).concat();
    let text = format!(
        "{BASE}\n{pools}[[stage]]\nid = \"work\"\npool = [\"c\", \"b\", \"a\"]\neffort = \"4 h\"\n\
         route = \"done\"\n"
    );
    let text = text + &tips(&[("low", 8, 0), ("low", 8, 10), ("low", 8, 20), ("low", 8, 30)]);
    assert_eq!(served(&text), [1, 2, 3, 4]);
}

// ---- Orders ---------------------------------------------------------------------------------

#[test]
fn a_low_case_that_ages_faster_overtakes_an_urgent_one() {
    // An hour of waiting gains low cases 2 and urgent ones 0.5, which begin with 4.
    // 10:00: tip 2 has 3.67, tip 3 has 4.83. 12:00: tip 2 has 7.67, tip 5 has 5.08. 14:00: tip 4 has 8.67, tip 5 6.08.
    let order =
        "order = { ageing = { urgent = { base = 4, gains = \"0.5 per hour\" }, low = \"48 per day\" } }";
    let text = one_stage("headcount = 1", &format!("effort = \"2 h\"\n{order}"))
        + &tips(&[("low", 8, 0), ("low", 8, 10), ("urgent", 8, 20), ("low", 9, 40), ("urgent", 9, 50)]);
    assert_eq!(served(&text), [1, 3, 2, 4, 5]);
}

#[test]
fn equal_ageing_for_all_is_first_come_first_served() {
    let list = [("low", 8, 0), ("low", 8, 10), ("urgent", 8, 20), ("low", 8, 30), ("urgent", 8, 40)];
    let stage = "effort = \"2 h\"\norder = { ageing = \"1 per day\" }";
    assert_eq!(served(&(one_stage("headcount = 1", stage) + &tips(&list))), [1, 2, 3, 4, 5]);
}

/// A quota of a fifth of the starts for low cases: a start of one adds 5 to its pass, one of the others 1.25.
const FIFTH: &str = "effort = \"1 h\"\norder = { quota = { low = 0.2 }, otherwise = \"class\" }";

#[test]
fn a_quota_gives_one_start_in_five() {
    // Tip 1 makes the pass of low 5; urgent begins to wait while low waits, so with 5 too. Of equals the entry of the
    // class that is first in the list goes: urgent to 6.25, low to 10, urgent to 7.5, 8.75, 10, and again of equals to
    // 11.25, low to 15, and so on.
    let mut list = vec![("low", 8, 0), ("low", 8, 10), ("low", 8, 11), ("low", 8, 12)];
    list.extend((0..9).map(|i| ("urgent", 8, 20 + i)));
    let text = one_stage("headcount = 1", FIFTH) + &tips(&list);
    assert_eq!(served(&text), [1, 5, 2, 6, 7, 8, 9, 3, 10, 11, 12, 13, 4]);
}

#[test]
fn an_entry_that_begins_to_wait_does_not_claim_what_it_left_unused() {
    // Urgent has 3.75 when low begins to wait at 10:30, and of equals goes first; low has 13.75 when urgent begins to
    // wait again at 13:30.
    let list = [
        ("urgent", 8, 0),
        ("urgent", 8, 10),
        ("urgent", 8, 20),
        ("urgent", 8, 30),
        ("low", 10, 30),
        ("low", 10, 31),
        ("low", 10, 32),
        ("urgent", 13, 30),
    ];
    let text = one_stage("headcount = 1", FIFTH) + &tips(&list);
    assert_eq!(served(&text), [1, 2, 3, 4, 5, 6, 8, 7]);
}

#[test]
fn within_an_entry_of_a_quota_the_other_order_holds() {
    let stage = "effort = \"1 h\"\norder = { quota = { low = 0.5 }, otherwise = \"lifo\" }";
    let list = [("low", 8, 0), ("low", 8, 10), ("low", 8, 20), ("urgent", 8, 30), ("urgent", 8, 40)];
    // Both entries have 2 at 09:00, then 4 and 4.
    assert_eq!(served(&(one_stage("headcount = 1", stage) + &tips(&list))), [1, 5, 3, 4, 2]);
}

#[test]
fn who_has_no_share_of_a_quota_is_served_when_no_other_waits() {
    let stage = "effort = \"1 h\"\norder = { quota = { low = 1.0 } }";
    let list = [("low", 8, 0), ("urgent", 8, 10), ("low", 8, 20), ("low", 8, 30), ("urgent", 8, 40)];
    assert_eq!(served(&(one_stage("headcount = 1", stage) + &tips(&list))), [1, 3, 4, 2, 5]);
}

#[test]
fn going_on_after_an_interruption_is_no_start_of_a_quota() {
    // Low tip 1 starts at 15:00, is handed back at 17:00 and goes on at 09:00: its pass is 5 once, not twice. Urgent
    // begins to wait with 5 as well and goes first of equals at 09:00: 6.25; then tip 1 goes on, without a start of the
    // quota: 5 still, so low tip 3 goes before urgent tip 4.
    let pool = "headcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\nshift_end = \"hand-over\"";
    let stage = "effort = { low = \"3 h\", urgent = \"1 h\" }\norder = { quota = { low = 0.2 } }";
    let list = [("low", 15, 0), ("urgent", 18, 0), ("low", 18, 10), ("urgent", 18, 20)];
    let text = one_stage(pool, stage) + &tips(&list);
    assert_eq!(
        facts_with(&text, &[" starts ", " goes on "]),
        [
            "Mon 15:00 tip 1 starts work with staff 0",
            "Tue 09:00 tip 2 starts work with staff 0",
            "Tue 10:00 tip 1 goes on with work with staff 0",
            "Tue 11:00 tip 3 starts work with staff 0",
            "Tue 14:00 tip 4 starts work with staff 0",
        ]
    );
}

#[test]
fn who_was_scored_higher_goes_first_and_who_has_no_score_last() {
    // Tips 2 to 41 are scored at `screen`; 42 comes without a score at the same time. All wait while tip 1 is worked on.
    let text = format!(
        "{BASE}\n[[pool]]\nid = \"staff\"\nheadcount = 1\n\
         [[stage]]\nid = \"screen\"\nroute = \"work\"\n\
         assess = {{ auc = 0.8, positive = [\"urgent\"], threshold = 0.4, below = \"low\" }}\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\neffort = \"1 h\"\norder = \"score\"\nroute = \"done\"\n"
    ) + &tip_with("a", "low", 0, 7, 0, "enters = \"work\"")
        + &tip_with("b", "low", 0, 7, 1, "enters = \"work\"")
        + "[[source]]\nid = \"many\"\nrate = \"1440 per day\"\ngaps = \"constant\"\nbatch = 40\nat_most = 40\n\
           from = 2025-01-06T07:09:00\nlabelled = \"unknown\"\nenters = \"screen\"\nmix = { low = 0.5, urgent = 0.5 }\n";
    let believed = facts_with(&text, &["is believed"]);
    let flagged: Vec<u32> = (believed.iter())
        .filter(|line| line.ends_with("urgent"))
        .map(|line| line.split(' ').nth(3).unwrap().parse().unwrap())
        .collect();
    let order: Vec<u32> = (facts_with(&text, &["starts work"]).iter())
        .map(|line| line.split(' ').nth_back(5).unwrap().parse().unwrap())
        .collect();
    assert_eq!((order.len(), believed.len()), (42, 40));
    assert_eq!((order[0], order[41]), (1, 2), "tip 2 has no score");
    // A score above the threshold is a higher one.
    let first: Vec<bool> = order[1..41].iter().map(|n| flagged.contains(n)).collect();
    assert!(
        first.is_sorted_by_key(|flag| !flag) && first.contains(&true) && first.contains(&false),
        "{first:?}"
    );
    assert_ne!(order, (1..43).collect::<Vec<_>>());
}

#[test]
fn a_new_order_at_a_date_turns_the_queue() {
    let text = one_stage("headcount = 1", "effort = \"2 h\"\norder = \"fifo\"")
        + &tips(&[("low", 8, 0), ("low", 8, 10), ("urgent", 8, 20), ("low", 8, 30), ("urgent", 8, 40)])
        + "[[change]]\nat = 2025-01-06T11:00:00\nset = { \"stage.work.order\" = { quota = { low = 0.5 }, otherwise = \"fifo\" } }\n";
    // Tip 2 starts at 10:00 under the old order. Under the new one both entries begin with 0: urgent, low, urgent.
    assert_eq!(served(&text), [1, 2, 3, 4, 5]);
    let lifo = text.replace("{ quota = { low = 0.5 }, otherwise = \"fifo\" }", "\"lifo\"");
    assert_eq!(served(&lifo), [1, 2, 5, 4, 3]);
}

// ---- Pools: one order for all, preferences, takes, reserve ----------------------------------

/// Two stages of one pool: `first` leads to `second`; each takes an hour. Two low tips, then an urgent one.
fn two_stages(pool: &str, stage: &str) -> String {
    format!(
        "{BASE}\n[[pool]]\nid = \"staff\"\nheadcount = 1\n{pool}\n\
         [[stage]]\nid = \"first\"\npool = \"staff\"\neffort = \"1 h\"\nroute = \"second\"\n{stage}\n\
         [[stage]]\nid = \"second\"\npool = \"staff\"\neffort = \"1 h\"\nroute = \"done\"\n{stage}\n"
    ) + &tips(&[("low", 8, 0), ("low", 8, 10), ("urgent", 8, 20)])
}

/// Tip and stage of each start; there is one an hour from 08:00 on.
fn starts(text: &str) -> Vec<String> {
    let lines = facts_with(text, &[" starts "]);
    for (hour, line) in lines.iter().enumerate() {
        assert!(line.starts_with(&format!("Mon {:02}:00", hour + 8)), "{line}");
    }
    lines
        .iter()
        .map(|l| l.split(' ').skip(3).take(3).filter(|w| *w != "starts").collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn a_pool_with_an_order_sees_its_stages_as_one_queue() {
    let of = |order: &str| starts(&two_stages(&format!("order = {order}"), ""));
    assert_eq!(of("\"fifo\""), ["1 first", "2 first", "3 first", "1 second", "2 second", "3 second"]);
    assert_eq!(of("\"lifo\""), ["1 first", "1 second", "3 first", "3 second", "2 first", "2 second"]);
    // At 11:00 tip 2 has waited since 08:10, tip 1 at its second stage since 09:00.
    assert_eq!(of("\"class\""), ["1 first", "3 first", "3 second", "2 first", "1 second", "2 second"]);
    let due = "{ due = { urgent = \"1 h\", default = \"1 day\" } }";
    assert_eq!(of(due), ["1 first", "3 first", "3 second", "1 second", "2 first", "2 second"]);
}

#[test]
fn a_quota_of_a_pool_counts_the_starts_at_all_its_stages() {
    // A start adds 2. 09:00: 2 and 2, urgent. 10:00: urgent has 4, low 2, of which tip 2 has waited longest. 11:00: 4
    // and 4, urgent. Then low.
    assert_eq!(
        starts(&two_stages("order = { quota = { low = 0.5 } }", "")),
        ["1 first", "3 first", "2 first", "3 second", "1 second", "2 second"]
    );
}

#[test]
fn an_order_of_a_pool_may_change_at_a_date() {
    let change = "[[change]]\nat = 2025-01-06T09:30:00\nset = { \"pool.staff.order\" = \"lifo\" }\n";
    // Until then the most urgent class, afterwards the last to join.
    assert_eq!(
        starts(&(two_stages("", "") + change)),
        ["1 first", "3 first", "3 second", "1 second", "2 first", "2 second"]
    );
    assert_eq!(
        starts(&(two_stages("order = \"fifo\"", "") + change)),
        ["1 first", "2 first", "2 second", "1 second", "3 first", "3 second"]
    );
}

#[test]
fn a_pool_prefers_the_class_a_stage_or_the_longest_wait() {
    let of = |prefers: &str, stage: &str| starts(&two_stages(&format!("prefers = {prefers}"), stage));
    let urgent = ["1 first", "3 first", "3 second", "1 second", "2 first", "2 second"];
    assert_eq!(of("\"class\"", ""), urgent);
    let downstream = ["1 first", "1 second", "3 first", "3 second", "2 first", "2 second"];
    assert_eq!(of("\"downstream-first\"", ""), downstream);
    assert_eq!(of("[\"second\"]", ""), downstream);
    let upstream = ["1 first", "3 first", "2 first", "3 second", "1 second", "2 second"];
    assert_eq!(of("\"upstream-first\"", ""), upstream);
    assert_eq!(of("[\"first\", \"second\"]", ""), upstream);
    // Tip 4 comes at 09:30: who has waited since 09:00 at the second stage goes first.
    let text = two_stages("prefers = \"longest-wait\"", "order = \"fifo\"") + &tip("t99", "low", 0, 9, 30);
    assert_eq!(
        starts(&text),
        ["1 first", "2 first", "3 first", "1 second", "4 first", "2 second", "3 second", "4 second"]
    );
}

#[test]
fn stages_that_a_pool_does_not_list_share_the_last_place() {
    let stage = |id: &str| {
        format!("[[stage]]\nid = \"{id}\"\npool = \"staff\"\neffort = \"1 h\"\nroute = \"done\"\n")
    };
    let text = format!(
        "{BASE}\n[[pool]]\nid = \"staff\"\nheadcount = 1\nprefers = [\"b\"]\n{}{}{}",
        stage("a"),
        stage("b"),
        stage("c")
    ) + &tip_with("t0", "low", 0, 8, 0, "enters = \"a\"")
        + &tip_with("t1", "urgent", 0, 8, 10, "enters = \"a\"")
        + &tip_with("t2", "low", 0, 8, 20, "enters = \"b\"")
        + &tip_with("t3", "low", 0, 8, 30, "enters = \"c\"");
    // Among `a` and `c` the one later in the file, whatever the class.
    assert_eq!(starts(&text), ["1 a", "3 b", "4 c", "2 a"]);
}

/// An officer for all and one on duty for urgent cases only.
fn on_duty(takes: &str) -> String {
    let text = format!(
        "{BASE}\n[[class]]\nid = \"urgent-abroad\"\nof = \"urgent\"\n\
         [[pool]]\nid = \"officer\"\nheadcount = 1\n[[pool]]\nid = \"duty\"\nheadcount = 1\n{takes}\n\
         [[stage]]\nid = \"work\"\npool = [\"officer\", \"duty\"]\neffort = \"2 h\"\nroute = \"done\"\n"
    );
    text + &tips(&[("low", 8, 0), ("low", 8, 10), ("urgent", 8, 20), ("urgent-abroad", 8, 30)])
}

#[test]
fn members_take_only_what_their_pool_takes() {
    assert_eq!(
        facts_with(&on_duty("takes = [\"urgent\"]"), &[" starts "]),
        [
            "Mon 08:00 tip 1 starts work with officer 0",
            "Mon 08:20 tip 3 starts work with duty 0",
            // Urgent before low for the officer; a sub-class is a part of its class.
            "Mon 10:00 tip 4 starts work with officer 0",
            "Mon 12:00 tip 2 starts work with officer 0",
        ]
    );
    assert_eq!(
        facts_with(&on_duty("takes = [\"urgent-abroad\"]"), &[" starts "]),
        [
            "Mon 08:00 tip 1 starts work with officer 0",
            "Mon 08:30 tip 4 starts work with duty 0",
            "Mon 10:00 tip 3 starts work with officer 0",
            "Mon 12:00 tip 2 starts work with officer 0",
        ]
    );
}

#[test]
fn what_a_pool_takes_may_change_at_a_date() {
    let change = "[[change]]\nat = 2025-01-06T09:00:00\nset = { \"pool.duty.takes\" = [\"low\"] }\n";
    assert_eq!(
        facts_with(&(on_duty("takes = [\"urgent-abroad\"]") + change), &[" starts "]),
        [
            "Mon 08:00 tip 1 starts work with officer 0",
            "Mon 08:30 tip 4 starts work with duty 0",
            "Mon 10:00 tip 3 starts work with officer 0",
            "Mon 10:30 tip 2 starts work with duty 0",
        ]
    );
}

#[test]
fn the_last_members_are_kept_for_some_classes() {
    // Low cases start only while two are free. At 10:00 one is, at 10:20 both.
    let pool = "headcount = 2\nreserve = { members = 1, for = [\"urgent\"] }";
    let text =
        one_stage(pool, "effort = \"2 h\"") + &tips(&[("low", 8, 0), ("low", 8, 10), ("urgent", 8, 20)]);
    assert_eq!(
        facts_with(&text, &[" starts "]),
        [
            "Mon 08:00 tip 1 starts work with staff 0",
            "Mon 08:20 tip 3 starts work with staff 1",
            "Mon 10:20 tip 2 starts work with staff 0",
        ]
    );
}

// ---- Interruption ---------------------------------------------------------------------------

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

// ---- Parking and overflow -------------------------------------------------------------------

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

// ---- Assessment: what the agency believes ---------------------------------------------------

/// A stage `screen` that takes no time and assesses, then work by one member.
fn screened(classes: &str, assess: &str, work: &str) -> String {
    format!(
        "{BASE}\n{classes}\n[[pool]]\nid = \"staff\"\nheadcount = 1\n\
         [[stage]]\nid = \"screen\"\nroute = \"work\"\nassess = {assess}\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\nroute = \"done\"\n{work}\n"
    )
}

/// Tips of whom nothing is known.
fn unknown(list: &[(&str, u32, u32)]) -> String {
    let each = |(i, (class, h, m)): (usize, &(&str, u32, u32))| {
        tip_with(&format!("t{i:02}"), class, 0, *h, *m, "labelled = \"unknown\"")
    };
    list.iter().enumerate().map(each).collect()
}

#[test]
fn queues_and_patience_go_by_what_is_believed_effort_by_what_is_true() {
    // Everything is taken for its opposite. Tip 3 is urgent and believed low: last, and never impatient; it takes 3 h.
    let assess = "{ table = { urgent = { low = 1.0 }, low = { urgent = 1.0 } } }";
    let work = "effort = { urgent = \"3 h\", low = \"1 h\" }\npatience = { urgent = \"2 h\" }\non_patience = \"done\"";
    let text = screened("", assess, work)
        + &unknown(&[("low", 8, 0), ("low", 8, 10), ("urgent", 8, 20), ("low", 8, 30), ("low", 8, 40)]);
    assert_eq!(
        facts_with(&text, &["believed", "starts work", "gives up", "finishes work"]),
        [
            "Mon 08:00 tip 1 is believed to be urgent",
            "Mon 08:00 tip 1 starts work with staff 0",
            "Mon 08:10 tip 2 is believed to be urgent",
            "Mon 08:20 tip 3 is believed to be low",
            "Mon 08:30 tip 4 is believed to be urgent",
            "Mon 08:40 tip 5 is believed to be urgent",
            "Mon 09:00 tip 1 finishes work",
            "Mon 09:00 tip 2 starts work with staff 0",
            "Mon 10:00 tip 2 finishes work",
            "Mon 10:00 tip 4 starts work with staff 0",
            "Mon 10:40 tip 5 gives up waiting at work",
            "Mon 11:00 tip 4 finishes work",
            "Mon 11:00 tip 3 starts work with staff 0",
            "Mon 14:00 tip 3 finishes work",
        ]
    );
}

#[test]
fn a_route_may_go_by_what_is_believed() {
    // Nobody is unknown after this assessment, so that no row for it is asked for.
    let text =
        screened("", "{ table = { urgent = { low = 1.0 }, low = \"same\" } }", "effort = \"1 h\"").replace(
            "route = \"work\"",
            "route_by = \"observed\"\nroute = { urgent = \"work\", low = \"shelved\" }",
        ) + "[[outcome]]\nid = \"shelved\"\ncounts_as = \"closed\"\n"
            + &unknown(&[("urgent", 8, 0), ("low", 8, 10)]);
    assert_eq!(
        facts_with(&text, &["ends"]),
        ["Mon 08:00 tip 1 ends as shelved", "Mon 08:10 tip 2 ends as shelved"]
    );
}

#[test]
fn of_several_assessments_the_last_word_counts() {
    let text = screened("", "{ table = { urgent = \"same\", low = { urgent = 1.0 } } }", "effort = \"1 h\"")
        .replace("route = \"work\"", "route = \"again\"")
        + "[[stage]]\nid = \"again\"\nroute = \"work\"\nassess = { table = \"same\" }\n"
        + &unknown(&[("urgent", 8, 0), ("low", 8, 10)]);
    assert_eq!(
        facts_with(&text, &["believed"]),
        [
            "Mon 08:00 tip 1 is believed to be urgent",
            "Mon 08:10 tip 2 is believed to be urgent",
            "Mon 08:10 tip 2 is believed to be low",
        ]
    );
}

#[test]
fn what_is_not_flagged_stays_what_it_was() {
    let assess = "{ sensitivity = 1.0, specificity = 1.0, positive = [\"urgent\"] }";
    let list = unknown(&[("low", 8, 0), ("low", 8, 10), ("urgent", 8, 20)]) + &tip("x", "low", 0, 8, 30);
    let text = screened("", assess, "effort = \"1 h\"") + &list;
    assert_eq!(facts_with(&text, &["believed"]), ["Mon 08:20 tip 3 is believed to be urgent"]);
    // Tip 4 is labelled truly; unknown comes last.
    let order = |text: &str| -> Vec<String> {
        facts_with(text, &["starts work"]).iter().map(|l| l.split(' ').nth(3).unwrap().to_owned()).collect()
    };
    assert_eq!(order(&text), ["1", "3", "4", "2"]);
    // Unless the class list gives it another place.
    let named = screened("[[class]]\nid = \"unknown\"\nbefore = \"low\"", assess, "effort = \"1 h\"") + &list;
    assert_eq!(order(&named), ["1", "3", "2", "4"]);
    let below = assess.replace(" }", ", above = \"low\", below = \"urgent\" }");
    assert_eq!(order(&(screened("", &below, "effort = \"1 h\"") + &list)), ["1", "2", "4", "3"]);
}

#[test]
fn a_sub_class_is_assessed_as_its_class_is() {
    let classes = "[[class]]\nid = \"urgent-abroad\"\nof = \"urgent\"";
    let of = |row: &str| {
        let assess = format!("{{ table = {{ urgent = {row}, low = \"same\" }} }}");
        facts_with(
            &(screened(classes, &assess, "effort = \"1 h\"") + &unknown(&[("urgent-abroad", 8, 0)])),
            &["believed"],
        )
    };
    assert_eq!(of("{ low = 1.0 }"), ["Mon 08:00 tip 1 is believed to be low"]);
    assert_eq!(of("\"same\""), ["Mon 08:00 tip 1 is believed to be urgent-abroad"]);
}
