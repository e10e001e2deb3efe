//! The rules of demand: bundles, links, repeat tips.
//!
//! Times are constant, so the facts are worked out by hand. Day 0 is Monday, 6 January 2025. Where luck is needed the
//! seed is fixed and the error rate of the test is said.

use std::collections::BTreeMap;

use caseload::engine::{CaseView, Census, Fact, Observer, PoolLevel, simulate};
use caseload::model::{Model, PoolId};
use caseload::units::{DAY, Time};

use crate::harness::{BASE, checked, facts, facts_with, model, tip, tip_with};

/// One stage `work` of one member who is always there, an hour a case.
pub(crate) fn one_member() -> String {
    format!(
        "{BASE}\n[[pool]]\nid = \"staff\"\nheadcount = 1\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\neffort = \"1 h\"\nroute = \"done\"\n"
    )
}

/// An hour's delay `screen` before it.
fn screened() -> String {
    one_member()
        .replace("[[pool]]", "[[stage]]\nid = \"screen\"\ndelay = \"1 h\"\nroute = \"work\"\n[[pool]]")
}

#[test]
fn a_bundle_is_one_case_of_many_reports() {
    let text = one_member() + &tip_with("a", "low", 0, 9, 0, "bundle = 3");
    assert_eq!(facts(&text)[0], "Mon 09:00 tip 1 arrives (low, 3 reports)");
    assert_eq!(facts(&text).len(), 5, "it is worked once");
}

#[test]
fn a_linked_tip_ends_at_once_and_its_case_is_told() {
    let text = one_member() + &tip("a", "low", 0, 9, 0) + &tip_with("b", "low", 0, 9, 10, "link = 1.0");
    assert_eq!(
        facts(&text),
        [
            "Mon 09:00 tip 1 arrives (low)",
            "Mon 09:00 tip 1 joins work",
            "Mon 09:00 tip 1 starts work with staff 0",
            "Mon 09:10 tip 2 arrives (low)",
            "Mon 09:10 tip 2 ends as linked, it concerns another case",
            "Mon 09:10 tip 1 is linked to",
            "Mon 10:00 tip 1 finishes work",
            "Mon 10:00 tip 1 ends as done",
        ]
    );
}

#[test]
fn a_tip_of_another_class_concerns_nobody_and_is_a_case_of_its_own() {
    let text = one_member() + &tip("a", "urgent", 0, 9, 0) + &tip_with("b", "low", 0, 9, 10, "link = 1.0");
    assert_eq!(
        facts_with(&text, &["tip 2"]),
        [
            "Mon 09:10 tip 2 arrives (low)",
            "Mon 09:10 tip 2 joins work",
            "Mon 10:00 tip 2 starts work with staff 0",
            "Mon 11:00 tip 2 finishes work",
            "Mon 11:00 tip 2 ends as done",
        ]
    );
}

#[test]
fn what_a_tip_concerns_may_be_found_out_after_a_stage_only() {
    let link = "link = { share = 1.0, after = \"screen\" }";
    let text = screened() + &tip("a", "low", 0, 9, 0) + &tip_with("b", "low", 0, 9, 30, link);
    assert_eq!(
        facts_with(&text, &["tip 2", "linked"]),
        [
            "Mon 09:30 tip 2 arrives (low)",
            "Mon 09:30 tip 2 joins screen",
            "Mon 09:30 tip 2 starts screen",
            "Mon 10:30 tip 2 finishes screen",
            "Mon 10:30 tip 2 ends as linked, it concerns another case",
            "Mon 10:30 tip 1 is linked to",
        ]
    );
    let alone = screened() + &tip("a", "low", 0, 9, 0) + &tip_with("b", "low", 0, 12, 0, link);
    assert_eq!(
        facts_with(&alone, &["tip 2"]),
        [
            "Mon 12:00 tip 2 arrives (low)",
            "Mon 12:00 tip 2 joins screen",
            "Mon 12:00 tip 2 starts screen",
            "Mon 13:00 tip 2 finishes screen",
            "Mon 13:00 tip 2 is about somebody new",
            "Mon 13:00 tip 2 joins work",
            "Mon 13:00 tip 2 starts work with staff 0",
            "Mon 14:00 tip 2 finishes work",
            "Mon 14:00 tip 2 ends as done",
        ]
    );
}

#[test]
fn an_escalated_case_is_served_by_its_new_class_and_its_old_joining_time() {
    let tips = [
        tip("a", "urgent", 0, 9, 0),
        tip("b", "urgent", 0, 9, 5),
        tip("c", "low", 0, 9, 10),
        tip_with("d", "low", 0, 9, 20, "link = 1.0\nescalates = 1.0"),
        tip("e", "urgent", 0, 9, 30),
    ];
    let text = one_member() + &tips.concat();
    assert_eq!(
        facts_with(&text, &["believed", "starts"]),
        [
            "Mon 09:00 tip 1 starts work with staff 0",
            "Mon 09:20 tip 3 is believed to be urgent",
            "Mon 10:00 tip 2 starts work with staff 0",
            "Mon 11:00 tip 3 starts work with staff 0",
            "Mon 12:00 tip 5 starts work with staff 0",
        ]
    );
}

#[test]
fn an_ended_case_is_opened_again_at_its_last_stage_unless_its_subject_was_stopped() {
    let link = "link = { share = 1.0, reopen = 1.0 }";
    let text = screened() + &tip("a", "low", 0, 9, 0) + &tip_with("b", "low", 0, 12, 0, link);
    assert_eq!(
        facts(&text)[8..],
        [
            "Mon 12:00 tip 2 arrives (low)",
            "Mon 12:00 tip 2 ends as linked, it concerns another case",
            "Mon 12:00 tip 3 is opened again (low)",
            "Mon 12:00 tip 3 is linked to",
            "Mon 12:00 tip 3 joins work",
            "Mon 12:00 tip 3 starts work with staff 0",
            "Mon 13:00 tip 3 finishes work",
            "Mon 13:00 tip 3 ends as done",
        ]
    );
    let stopped = text.replace("counts_as = \"closed\"", "counts_as = \"acted\"\nstops = true");
    assert_eq!(
        facts_with(&stopped, &["tip 2"])[..2],
        ["Mon 12:00 tip 2 arrives (low)", "Mon 12:00 tip 2 joins screen"]
    );
}

#[test]
fn a_declared_outcome_of_linked_tips_is_used() {
    let outcome = "[[outcome]]\nid = \"linked\"\ncounts_as = \"linked\"\n";
    let tips = tip("a", "urgent", 0, 9, 0)
        + &tip("b", "low", 0, 9, 5)
        + &tip_with("c", "low", 0, 9, 10, "link = 1.0");
    let (declared, said) = checked(&(one_member() + outcome + &tips), &[]);
    assert_eq!(said, "");
    let own = model(&(one_member() + &tips));
    let names = |model: &Model| model.outcomes.iter().map(|o| o.id.clone()).collect::<Vec<_>>();
    assert_eq!(names(&declared.unwrap()), ["done", "linked"]);
    assert_eq!(names(&own), ["done", "linked"]);
    assert_eq!(names(&model(&(one_member() + &tip("a", "low", 0, 9, 0)))), ["done"], "nothing is linked");
}

#[test]
fn a_sub_class_has_the_devices_and_repeats_of_its_class() {
    let text = one_member().replace(
        "id = \"low\"\n",
        "id = \"low\"\ndevices = 4\nrepeat = \"2 per day\"\n[[class]]\nid = \"low-abroad\"\nof = \"low\"\n",
    ) + &tip("a", "low", 0, 9, 0);
    let model = model(&text);
    let devices: Vec<Option<f64>> =
        model.params[0].devices.iter().map(|law| law.as_ref().map(caseload::model::Law::mean)).collect();
    assert_eq!(devices, [None, Some(4.0), Some(4.0)]);
    let rates: Vec<Option<f64>> =
        model.classes.iter().map(|c| c.repeat.first().map(|p| p.rate * DAY as f64)).collect();
    assert_eq!(rates, [None, Some(2.0), Some(2.0)]);
}

#[test]
fn a_dated_change_of_repeat_is_a_piece_of_the_hazard() {
    let change = "[[change]]\nat = 2025-01-13\nset = { \"class.low.repeat\" = \"0 per day\" }\n";
    let text = one_member().replace("id = \"low\"\n", "id = \"low\"\nrepeat = \"2 per day\"\n")
        + &tip("a", "low", 0, 9, 0)
        + change;
    let low = &model(&text).classes[1];
    let pieces: Vec<(i64, f64)> = low.repeat.iter().map(|p| (p.from.0 / DAY, p.rate * DAY as f64)).collect();
    assert_eq!(pieces, [(0, 2.0), (7, 0.0)]);
}

/// How often each case is linked to, and how many tips arrive.
#[derive(Default)]
pub(crate) struct Links {
    pub(crate) of: BTreeMap<u64, u64>,
    pub(crate) tips: Vec<(Time, u16)>,
}

impl Observer for Links {
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        match fact {
            Fact::Linked => *self.of.entry(case.number).or_default() += 1,
            Fact::Arrived { .. } if !case.initial => self.tips.push((now, case.class.0)),
            _ => {}
        }
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

pub(crate) fn heard(model: &Model) -> Links {
    let mut links = Links::default();
    simulate(model, 0, &mut links);
    links
}

/// Subjects with a repeat rate of 0.2 a day, whose case goes to `outcome` after `delay`.
fn subjects(count: u32, delay: &str, stops: bool, horizon: &str) -> String {
    format!(
        "{}[[stage]]\nid = \"court\"\ndelay = {delay}\nroute = \"done\"\n\
         [[initial]]\nstage = \"court\"\ncount = {{ low = {count} }}\nage = \"0 days\"\n",
        BASE.replace("id = \"low\"\n", "id = \"low\"\nrepeat = \"0.2 per day\"\n")
            .replace("\"3 weeks\"", horizon)
            .replace("counts_as = \"closed\"", &format!("counts_as = \"acted\"\nstops = {stops}"))
    )
}

#[test]
fn repeat_tips_until_an_exponential_stop_are_geometric() {
    // Stopped after an exponential time of mean 10 days: each further tip comes before that with probability
    // 0.2 / (0.2 + 0.1) = 2/3, so their number is geometric on 0, 1, ...
    let n = 20_000;
    let text = subjects(n, "{ exponential = { mean = \"10 days\" } }", true, "\"1000 days\"");
    let links = heard(&model(&text));
    let n = f64::from(n);
    let least = |k: u64| links.of.values().filter(|&&count| count >= k).count() as f64 / n;
    // Six shares of cases, each within 4 standard errors: wrongly refused once in about 2,600 seeds.
    for k in 1..=6 {
        let wanted = (2.0_f64 / 3.0).powi(k);
        let error = (wanted * (1.0 - wanted) / n).sqrt();
        let found = least(k as u64);
        assert!((found - wanted).abs() < 4.0 * error, "{k}: {found} for {wanted}, standard error {error}");
    }
}

#[test]
fn a_subject_who_is_not_stopped_goes_on_causing_tips_for_ever() {
    // Whatever becomes of the cases, tips are a Poisson process of 0.2 a day for each subject.
    let text = subjects(500, "\"3 days\"", false, "\"100 days\"");
    let tips = heard(&model(&text)).tips.len() as f64;
    let wanted: f64 = 500.0 * 0.2 * 100.0;
    // Within 4 standard errors: wrongly refused once in 15,800 seeds.
    assert!((tips - wanted).abs() < 4.0 * wanted.sqrt(), "{tips} for {wanted}");
}

#[test]
fn a_repeat_tip_links_while_the_case_is_open_and_opens_one_afterwards() {
    let text = subjects(1, "\"10 days\"", false, "\"60 days\"");
    let mut open = 0_i32;
    for line in facts(&text) {
        if line.contains("joins court") {
            open += 1;
        } else if line.contains("ends as done") {
            open -= 1;
        } else if line.ends_with("arrives (low)") {
            continue;
        } else if line.contains("ends as linked") {
            assert_eq!(open, 1, "{line}");
        }
        assert!((0..=1).contains(&open), "one subject has one open case at most: {line}");
    }
}
