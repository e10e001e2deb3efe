//! What has to stay silent: inputs that look like a slip and are none.

use super::harness::checked;

/// What is said of a text, by the reader and by the compiler.
fn said(text: &str) -> String {
    checked(text, &[]).1
}

/// A first look, then work by whoever has time; with further keys of the class `danger`, the source, the pool and both
/// stages, and further tables.
#[derive(Default)]
struct Unit<'t> {
    danger: &'t str,
    source: &'t str,
    pool: &'t str,
    look: &'t str,
    work: &'t str,
    more: &'t str,
}

impl Unit<'_> {
    fn text(&self) -> String {
        let Unit { danger, source, pool, look, work, more } = self;
        format!(
            "[scenario]\nstart = 2025-01-06\nhorizon = \"1 year\"\n\
             [[class]]\nid = \"danger\"\n{danger}\n\
             [[class]]\nid = \"other\"\n\
             [[source]]\nid = \"tips\"\nrate = \"2 per day\"\nmix = {{ danger = 0.1, other = \"rest\" }}\n{source}\n\
             [[pool]]\nid = \"officer\"\nheadcount = 6\nhours = \"Mon-Fri 08:00-17:00\"\n{pool}\n\
             [[stage]]\nid = \"look\"\npool = \"officer\"\neffort = \"30 min\"\nroute = \"work\"\n{look}\n\
             [[stage]]\nid = \"work\"\npool = \"officer\"\neffort = \"2 h\"\nroute = \"done\"\n{work}\n\
             [[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n{more}\n"
        )
    }

    fn is_silent(&self) {
        assert_eq!(said(&self.text()), "");
    }

    fn warns(&self, what: &str) {
        let found = said(&self.text());
        assert!(found.contains(what), "no `{what}` in {found}");
    }
}

#[test]
fn the_unit_itself_has_no_findings() {
    Unit::default().is_silent();
}

#[test]
fn an_assessment_after_which_nothing_comes_is_counted() {
    let assess = "assess = { sensitivity = 0.9, specificity = 0.95, positive = [\"danger\"] }";
    Unit { work: assess, ..Unit::default() }.is_silent();
}

#[test]
fn what_is_believed_without_an_assessment_may_route() {
    let route = "route_by = \"observed\"";
    Unit { look: route, ..Unit::default() }.warns("`route_by` of stage `look` does nothing");
    Unit { look: route, source: "labelled = \"unknown\"", ..Unit::default() }.is_silent();
    Unit { look: route, source: "labelled = \"other\"", ..Unit::default() }.is_silent();
}

#[test]
fn overtime_and_interruptions_of_a_later_date_count() {
    let later = |edit: &str| format!("[[change]]\nat = 2025-07-01\nset = {{ {edit} }}");
    let finish = later("\"pool.officer.shift_end\" = \"finish\"");
    Unit { pool: "overtime_factor = 1.5", more: &finish, ..Unit::default() }.is_silent();
    let preempt = later("\"class.danger.preempt\" = true");
    let (look, pool) = ("interruptible = false", "shift_end = \"finish\"");
    Unit { look, pool, more: &preempt, ..Unit::default() }.is_silent();
    Unit { pool: "overtime_factor = 1.0", look: "interruptible = true", ..Unit::default() }.is_silent();
}

#[test]
fn an_order_by_lapse_counts_where_evidence_lapses() {
    let retention = "retention = { lasts = \"90 days\", preserved_by = \"look\", on_lapse = \"lost\" }";
    let lost = "[[outcome]]\nid = \"lost\"\ncounts_as = \"lost\"";
    let unit = Unit { source: retention, look: "order = \"lapse\"", more: lost, ..Unit::default() };
    unit.is_silent();
    Unit { source: "", more: "", ..unit }.warns("goes by lapse");
}

#[test]
fn a_change_that_only_costs_is_no_empty_change() {
    Unit { more: "[[change]]\nat = 2025-07-01\nonce = 1000", ..Unit::default() }.is_silent();
    Unit { more: "[[change]]\nat = 2025-07-01\nwhy = \"?\"", ..Unit::default() }
        .warns("this change does nothing");
}

#[test]
fn a_class_that_comes_later_or_from_the_start_or_by_belief_is_used() {
    let none = "mix = { other = 1.0 }";
    let unit = Unit::default().text().replace("mix = { danger = 0.1, other = \"rest\" }", none);
    let says = |more: &str| said(&format!("{unit}{more}\n"));
    assert!(says("").contains("no case is ever of class `danger`"));
    for more in [
        "[[initial]]\nstage = \"work\"\ncount = { danger = 3 }\nage = \"3 days\"",
        "[[change]]\nat = 2025-07-01\nset = { \"source.tips.mix\" = { danger = 0.1, other = \"rest\" } }",
    ] {
        assert_eq!(says(more), "", "{more}");
    }
    let believed = unit.replace(
        "route = \"work\"",
        "route = \"work\"\nassess = { table = { other = { danger = 0.1, other = \"rest\" } } }",
    );
    assert!(!said(&believed).contains("ever of class"));
    let parent = unit.replace(
        "id = \"other\"\n[[source]]",
        "id = \"other\"\n[[class]]\nid = \"child\"\nof = \"danger\"\n[[source]]",
    );
    let parent = parent.replace(none, "mix = { child = 0.1, other = \"rest\" }");
    assert_eq!(said(&parent), "");
}

#[test]
fn a_source_that_is_switched_off_or_begins_in_time_is_no_slip() {
    let off = "[[source]]\nid = \"off\"\nrate = \"0 per day\"\nmix = { other = 1.0 }";
    Unit { more: off, ..Unit::default() }.is_silent();
    Unit { source: "from = 2025-12-01", ..Unit::default() }.is_silent();
    Unit { source: "batch = { poisson = { mean = 0.3 } }", ..Unit::default() }.is_silent();
    let later = "[[change]]\nat = 2025-07-01\nset = { \"source.tips.batch\" = 2 }";
    Unit { source: "batch = 0", more: later, ..Unit::default() }.is_silent();
}

#[test]
fn a_target_that_the_follow_up_shows_is_no_slip() {
    let target =
        |within: &str| format!("[[target]]\nmilestone = \"first-touch\"\nwithin = \"{within}\"\nshare = 0.9");
    Unit { more: &target("364 days"), ..Unit::default() }.is_silent();
    let longer = Unit { more: &target("380 days"), ..Unit::default() };
    longer.warns("no case can be seen to miss this target");
    let followed =
        longer.text().replace("horizon = \"1 year\"", "horizon = \"1 year\"\nfollow_up = \"90 days\"");
    assert_eq!(said(&followed), "");
}

#[test]
fn spreads_that_are_measured_are_no_slip() {
    for effort in [
        "{ lognormal = { mean = \"30 min\", cv = 10 } }",
        "{ normal = { mean = \"30 min\", sd = \"15 min\" } }",
        "{ normal = { mean = \"30 min\", sd = \"60 min\" }, min = \"1 min\", max = \"1 h\" }",
    ] {
        let text = Unit::default().text().replace("effort = \"30 min\"", &format!("effort = {effort}"));
        assert_eq!(said(&text), "", "{effort}");
    }
}

#[test]
fn counts_that_are_means_may_have_decimals() {
    let says = |counts: [&str; 4]| {
        let rows: Vec<String> =
            counts.iter().zip(1..).map(|(count, month)| format!("2025-{month:02},{count}\n")).collect();
        let csv = format!("month,tips\n{}", rows.concat());
        let rates = "rates = { csv = \"counts.csv\", period = \"month\", count = \"tips\", then = \"hold\" }";
        checked(&Unit::default().text().replace("rate = \"2 per day\"", rates), &[("counts.csv", &csv)]).1
    };
    assert!(says(["61.360", "60.980", "59.204", "62.115"]).contains("`61.360` is read as 61.36 tips"));
    for counts in [
        ["61.5", "60", "59.204", "62.115"],
        ["61.360", "0.980", "59.204", "62.115"],
        ["61", "62", "60", "59"],
    ] {
        assert!(!says(counts).contains("is read as"), "{counts:?}");
    }
}
