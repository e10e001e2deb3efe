//! Whom members take first, with constant times: orders, precedence, what pools take and whom they keep free. The facts in
//! order, worked out by hand.
//!
//! Day 0 is Monday, 6 January 2025. Tips are numbered in the order of arrival.

use caseload::model::{Assess, Order};
use caseload::scenario::EditKind;

use crate::harness::{BASE, facts_with, findings, model_with, tip, tip_with};
use crate::rules_assessment::{screened, unknown};

/// Tips on Monday.
pub(crate) fn tips(list: &[(&str, u32, u32)]) -> String {
    let each = |(i, (class, h, m)): (usize, &(&str, u32, u32))| tip(&format!("t{i:02}"), class, 0, *h, *m);
    list.iter().enumerate().map(each).collect()
}

/// One stage `work` of one pool with these further keys.
pub(crate) fn one_stage(pool: &str, stage: &str) -> String {
    format!(
        "{BASE}\n[[pool]]\nid = \"staff\"\n{pool}\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\nroute = \"done\"\n{stage}\n"
    )
}

/// The numbers of the tips that start, in order.
pub(crate) fn served(text: &str) -> Vec<u32> {
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

// ---- Edits ----------------------------------------------------------------------------------

#[test]
fn numbers_of_triage_can_be_edited_one_by_one() {
    let assess = "{ auc = 0.8, positive = [\"urgent\"], below = \"low\", threshold = { specificity = 0.8 } }";
    let work = "effort = \"1 h\"\norder = { quota = { low = 0.2 } }\n\
                park = { above = 10, release_below = 5 }\nqueue_limit = { cases = 20, to = \"done\" }";
    let text = screened("", assess, work)
        .replace("headcount = 1", "headcount = 3\nreserve = { members = 1, for = [\"urgent\"] }")
        + &unknown(&[("low", 8, 0)]);
    let model = model_with(
        &text,
        &[
            (EditKind::Set, "stage.screen.assess.threshold.specificity=0.9"),
            (EditKind::Scale, "stage.work.order.quota.low=2"),
            (EditKind::Add, "stage.work.park.above=3"),
            (EditKind::Scale, "stage.work.queue_limit.cases=0.5"),
            (EditKind::Set, "pool.staff.reserve.members=2"),
        ],
    );
    let params = &model.params[0];
    let Some(Assess::Score { threshold, .. }) = &params.stages[0].assess else { panic!("a score") };
    assert!((threshold - 1.281_551_565_544_6).abs() < 1e-9, "{threshold}");
    let Order::Quota(quota) = &params.stages[1].order else { panic!("a quota") };
    assert_eq!(quota.share, [0.6, 0.4]);
    assert_eq!(params.stages[1].park.as_ref().unwrap().above, 13);
    assert_eq!(params.stages[1].queue_limit.as_ref().unwrap().cases, 10);
    assert_eq!(params.pools[0].choice.reserve.as_ref().unwrap().members, 2);
    let table = screened(
        "",
        "{ table = { urgent = { urgent = 0.9, low = \"rest\" }, low = \"same\" } }",
        "effort = \"1 h\"",
    ) + &unknown(&[("low", 8, 0)]);
    let model = model_with(&table, &[(EditKind::Set, "stage.screen.assess.table.urgent.urgent=0.7")]);
    let Some(Assess::Table(rows)) = &model.params[0].stages[0].assess else { panic!("a table") };
    assert_eq!(rows[0].iter().map(|(sum, _)| *sum).collect::<Vec<_>>(), [0.7, 1.0]);
}

#[test]
fn every_rule_of_triage_may_change_at_a_date() {
    let stage = "effort = \"2 h\"\npark = { above = 0, classes = [\"low\"], release_below = 0, after = \"1 h\" }\n\
                 queue_limit = { cases = 9, to = \"done\" }";
    let text = one_stage("headcount = 1", stage)
        + &tips(&[("low", 8, 0), ("urgent", 8, 10), ("low", 8, 20), ("low", 8, 40), ("urgent", 9, 0)])
        + "[[change]]\nat = 2025-01-06T08:30:00\nset = { \"stage.work.park.classes\" = [\"urgent\"], \"stage.work.queue_limit.cases\" = 1 }\n";
    // Tip 3 is parked under the old rule; tip 4 is not parked but finds one waiting; tip 5 is urgent, and parked.
    assert_eq!(
        facts_with(&text, &["parked", "released", "full"]),
        [
            "Mon 08:20 tip 3 is parked at work",
            "Mon 08:40 tip 4 finds work full",
            "Mon 09:00 tip 5 is parked at work",
            "Mon 09:20 tip 3 is released at work",
            "Mon 10:00 tip 5 is released at work",
        ]
    );
}

#[test]
fn only_classes_that_come_to_a_stage_need_somebody_there() {
    // What is believed urgent goes to a desk of its own, where nobody takes anything else; nothing is unknown there, and
    // the ageing of the other desk need not speak of urgent cases.
    let text = format!(
        "{BASE}\n[[pool]]\nid = \"duty\"\nheadcount = 1\ntakes = [\"urgent\"]\n[[pool]]\nid = \"desk\"\nheadcount = 1\n\
         [[stage]]\nid = \"screen\"\nroute_by = \"observed\"\nroute = {{ urgent = \"fast\", low = \"slow\" }}\n\
         assess = {{ sensitivity = 0.9, specificity = 0.9, positive = [\"urgent\"], below = \"low\" }}\n\
         [[stage]]\nid = \"fast\"\npool = \"duty\"\neffort = \"1 h\"\nroute = \"done\"\n\
         [[stage]]\nid = \"slow\"\npool = \"desk\"\neffort = \"1 h\"\nroute = \"done\"\norder = {{ ageing = {{ low = \"1 per day\" }} }}\n"
    ) + &tip_with("t", "urgent", 0, 8, 0, "labelled = \"unknown\"");
    assert_eq!(findings(&text), Vec::<String>::new());
    let all = text.replace(
        "route_by = \"observed\"\nroute = { urgent = \"fast\", low = \"slow\" }",
        "route = { fast = 0.5, slow = \"rest\" }",
    );
    assert_eq!(findings(&all), ["never-served", "unranked-class"]);
}
