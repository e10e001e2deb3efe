//! What the agency believes and what follows from it, with constant times: the facts in order, worked out by hand.
//!
//! Day 0 is Monday, 6 January 2025. Tips are numbered in the order of arrival.

use crate::harness::{BASE, facts_with, tip_with};

/// A stage `screen` that takes no time and assesses, then work by one member.
pub(crate) fn screened(classes: &str, assess: &str, work: &str) -> String {
    format!(
        "{BASE}\n{classes}\n[[pool]]\nid = \"staff\"\nheadcount = 1\n\
         [[stage]]\nid = \"screen\"\nroute = \"work\"\nassess = {assess}\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\nroute = \"done\"\n{work}\n"
    )
}

/// Tips of whom nothing is known.
pub(crate) fn unknown(list: &[(&str, u32, u32)]) -> String {
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
    let list = unknown(&[("low", 8, 0), ("low", 8, 10), ("urgent", 8, 20)])
        + &tip_with("x", "low", 0, 8, 30, "labelled = \"true\"");
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
