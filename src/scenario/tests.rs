//! Whole files: loading, plans, edits in time.

use super::*;
use crate::diagnostic::render;
use crate::units::{DAY, HOUR, Time};

/// The smallest scenario with everything that has to be there.
const BASE: &str = r#"
[scenario]
start = 2025-01-06
horizon = "1 year"
[[class]]
id = "danger"
[[class]]
id = "other"
[[source]]
id = "tips"
rate = "10 per day"
mix = { danger = 0.1, other = "rest" }
[[pool]]
id = "officer"
headcount = 4
filled = 3
hours = "Mon-Fri 08:00-16:00"
yearly_cost = 100_000
[[stage]]
id = "work"
pool = "officer"
effort = { lognormal = { mean = "6 h", cv = 1.0 } }
route = { done = 0.8, lost = "rest" }
[[outcome]]
id = "done"
counts_as = "acted"
[[outcome]]
id = "lost"
counts_as = "lost"
"#;

fn load_text(text: &str) -> Loading {
    load(&Request::new("s.toml", &Memory::one("s.toml", text)))
}

fn good(loading: Loading) -> Loaded {
    let text = render::human(&loading.checked.diagnostics, &loading.documents, false);
    loading.checked.value.unwrap_or_else(|| panic!("{text}"))
}

fn with(more: &str) -> Loaded {
    good(load_text(&format!("{BASE}\n{more}")))
}

fn codes(loading: &Loading) -> Vec<&'static str> {
    loading.checked.diagnostics.iter().map(|d| d.code.name()).collect()
}

fn headcounts(loaded: &Loaded) -> Vec<(i64, u32)> {
    loaded.epochs.iter().map(|e| (e.at.0 / DAY, e.scenario.pools[0].headcount.value)).collect()
}

#[test]
fn the_starter_loads_without_a_finding() {
    let loading = load_text(starter());
    assert_eq!(codes(&loading), [""; 0]);
    assert_eq!(good(loading).epochs.len(), 2);
}

#[test]
fn a_scenario_reads_with_its_defaults_in_units_of_milliseconds() {
    let loaded = with("");
    let scenario = &loaded.epochs[0].scenario;
    assert_eq!(scenario.header.horizon.value, Time(365 * DAY));
    assert_eq!(scenario.header.replications.value, 200);
    assert_eq!(scenario.sources[0].mix.entries[1].1, 0.9);
    assert_eq!(scenario.sources[0].rate.as_ref().unwrap().value, 10.0);
    let effort = scenario.stages[0].effort.as_ref().unwrap().default.as_ref().unwrap();
    assert_eq!(effort.kind, LawKind::Lognormal(Given::MeanCv { mean: 6.0 * HOUR as f64, cv: 1.0 }));
    assert_eq!(scenario.pools[0].hours.as_ref().unwrap().windows.len(), 5);
}

#[test]
fn a_dated_change_holds_from_its_date_until_it_is_withdrawn() {
    let loaded = with(
        "[[change]]\nat = 2025-01-16\nuntil = \"20 days\"\nadd = { \"pool.officer.headcount\" = 2 }\nyearly = 5\n",
    );
    assert_eq!(headcounts(&loaded), [(0, 4), (10, 6), (20, 4)]);
    let change = &loaded.changes[0];
    assert_eq!((change.edits[0].before.as_str(), change.edits[0].after.as_str()), ("4", "6"));
    assert_eq!(change.yearly, 5.0);
}

#[test]
fn the_value_is_the_latest_set_times_every_scale_plus_every_add() {
    let loaded = with(
        r#"
[[change]]
at = "10 days"
scale = { "pool.officer.headcount" = 1.5 }
[[change]]
at = "20 days"
set = { "pool.officer.headcount" = 10 }
[[change]]
at = "5 days"
add = { "pool.officer.headcount" = 1 }
"#,
    );
    assert_eq!(headcounts(&loaded), [(0, 4), (5, 5), (10, 7), (20, 16)]);
}

#[test]
fn a_change_that_comes_in_evenly_steps_at_midnight_and_takes_the_middle_of_the_day() {
    let loaded = with(
        "[[change]]\nat = \"10 days\"\nover = \"4 days\"\nset = { \"source.tips.rate\" = \"18 per day\" }\n",
    );
    let rates: Vec<(i64, f64)> = loaded
        .epochs
        .iter()
        .map(|e| (e.at.0 / DAY, e.scenario.sources[0].rate.as_ref().unwrap().value))
        .collect();
    assert_eq!(rates, [(0, 10.0), (10, 11.0), (11, 13.0), (12, 15.0), (13, 17.0), (14, 18.0)]);
}

#[test]
fn a_scale_comes_in_geometrically() {
    let loaded =
        with("[[change]]\nat = \"10 days\"\nover = \"1 day\"\nscale = { \"source.tips.rate\" = 4 }\n");
    let rates: Vec<f64> =
        loaded.epochs.iter().map(|e| e.scenario.sources[0].rate.as_ref().unwrap().value).collect();
    assert_eq!(rates, [10.0, 20.0, 40.0]);
}

#[test]
fn one_entry_of_a_row_is_edited_and_the_rest_gives_way() {
    let loaded = with("[[change]]\nat = \"10 days\"\nscale = { \"stage.work.route.done\" = 0.5 }\n");
    let route =
        &loaded.epochs[1].scenario.stages[0].route.as_ref().unwrap().default.as_ref().unwrap().entries;
    assert_eq!((route[0].1, route[1].1), (0.4, 0.6));
}

#[test]
fn scaling_a_law_multiplies_what_it_draws_and_a_class_gets_its_own() {
    let loaded = with(
        "[[change]]\nat = \"10 days\"\nscale = { \"stage.work.effort.danger\" = 0.5 }\n\
         add = { \"stage.work.effort\" = \"1 h\" }\n",
    );
    let effort = loaded.epochs[1].scenario.stages[0].effort.as_ref().unwrap();
    let (danger, default) = (&effort.named[0].1, effort.default.as_ref().unwrap());
    assert_eq!((danger.times, danger.plus), (0.5, HOUR as f64));
    assert_eq!((default.times, default.plus), (1.0, HOUR as f64));
    assert_eq!(danger.kind, default.kind);
}

#[test]
fn a_parameter_of_a_law_can_be_set() {
    let loaded = with("[[change]]\nat = \"10 days\"\nset = { stage.work.effort.lognormal.mean = \"3 h\" }\n");
    let effort = loaded.epochs[1].scenario.stages[0].effort.as_ref().unwrap().default.as_ref().unwrap();
    assert_eq!(effort.kind, LawKind::Lognormal(Given::MeanCv { mean: 3.0 * HOUR as f64, cv: 1.0 }));
}

#[test]
fn a_default_can_be_scaled() {
    let loaded = with("[[change]]\nat = \"10 days\"\nscale = { \"pool.officer.availability\" = 0.5 }\n");
    assert_eq!(loaded.epochs[1].scenario.pools[0].availability.value, 0.5);
}

fn planned(plan: &str) -> Loading {
    let files = Memory::one("dir/base.toml", BASE).with("dir/plan.toml", plan);
    load(&Request::new("dir/plan.toml", &files))
}

#[test]
fn a_plan_edits_from_the_start_and_its_posts_are_filled() {
    let loaded = good(planned(
        "extends = \"base.toml\"\nhire = \"new\"\n[scenario]\ntitle = \"more\"\n[add]\n\
         \"pool.officer.headcount\" = 2\n[cost]\nonce = 7\n",
    ));
    let pool = &loaded.epochs[0].scenario.pools[0];
    assert_eq!((pool.headcount.value, pool.filled.as_ref().unwrap().value), (6, 5));
    assert_eq!((loaded.name.as_str(), loaded.plan.as_deref()), ("base", Some("plan")));
    assert_eq!(loaded.changes[0].once, 7.0);
    assert_eq!(loaded.changes[0].hire, Some(Hire::New));
    assert_eq!(loaded.inputs.len(), 2);
}

#[test]
fn a_plan_adds_tables_and_places_them() {
    let loaded = good(planned(
        "extends = \"base.toml\"\n[[stage]]\nid = \"look\"\nbefore = \"work\"\npool = \"officer\"\neffort = \"1 h\"\n\
         route = \"work\"\n",
    ));
    let ids: Vec<&str> = loaded.epochs[0].scenario.stages.iter().map(|s| s.id.value.as_str()).collect();
    assert_eq!(ids, ["look", "work"]);
}

#[test]
fn a_plan_given_beside_its_own_base_applies_once() {
    let plan = "extends = \"base.toml\"\n[add]\n\"pool.officer.headcount\" = 2\n";
    let files = Memory::one("dir/base.toml", BASE).with("dir/plan.toml", plan);
    let loaded = good(load(&Request::new("dir/base.toml", &files).plan("dir/./plan.toml")));
    assert_eq!(headcounts(&loaded), [(0, 6)]);
}

#[test]
fn the_command_line_edits_what_plans_may_not() {
    let files = Memory::one("s.toml", BASE);
    let request = Request::new("s.toml", &files)
        .edit(EditKind::Set, "scenario.horizon=90 days")
        .edit(EditKind::Set, "stage.work.order=fifo")
        .edit(EditKind::Scale, "source.tips.rate=2");
    let loaded = good(load(&request));
    let scenario = &loaded.epochs[0].scenario;
    assert_eq!(scenario.header.horizon.value, Time(90 * DAY));
    assert_eq!(scenario.stages[0].order.as_ref().unwrap().value, Order::Fifo);
    assert_eq!(scenario.sources[0].rate.as_ref().unwrap().value, 20.0);
    let planned = planned("extends = \"base.toml\"\n[set]\n\"scenario.horizon\" = \"90 days\"\n");
    assert_eq!(codes(&planned), ["fixed-key"]);
}

#[test]
fn the_effective_scenario_reads_back_as_itself() {
    let loaded = good(planned(
        "extends = \"base.toml\"\n[scale]\n\"stage.work.effort\" = 0.5\n\"source.tips.rate\" = 1.5\n",
    ));
    let again = good(load_text(&loaded.effective));
    let (a, b) = (&loaded.epochs[0].scenario, &again.epochs[0].scenario);
    let effort = |s: &Scenario| s.stages[0].effort.as_ref().unwrap().default.clone().unwrap();
    assert_eq!((effort(a).kind, effort(a).times), (effort(b).kind, effort(b).times));
    assert_eq!(b.sources[0].rate.as_ref().unwrap().value, 15.0);
    assert!(loaded.parameters.contains(&("source.tips.rate".into(), "\"15 per day\"".into())));
}

#[test]
fn a_plan_with_everything_means_what_it_says() {
    let loaded = good(load(&Request::new("tests/fixtures/good/plan.toml", &Disk)));
    let scenario = &loaded.epochs[0].scenario;
    let ids = |list: Vec<&Id>| list.into_iter().map(|id| id.value.clone()).collect::<Vec<_>>().join(" ");
    assert_eq!(ids(scenario.classes.iter().map(|c| &c.id).collect()), "danger danger-abroad possession");
    assert_eq!(ids(scenario.stages.iter().map(|s| &s.id).collect()), "second-look imaging");
    assert_eq!(scenario.sources[0].mix.entries[0].1, 0.05);
    assert_eq!(scenario.sources[0].mix.entries[1].1, 0.95);
    assert_eq!(scenario.stages[1].order.as_ref().unwrap().value, Order::Fifo);
    assert_eq!(scenario.pools[0].headcount.value, 8);
    let start = &loaded.changes[0];
    assert_eq!((start.once, start.yearly, start.leave), (120_000.0, 30_000.0, Some(Leave::LastHired)));
    assert_eq!(start.origin, Origin::Plan("plan".into()));
    // How the plan empties and fills posts holds for its changes.
    assert_eq!((loaded.changes[2].hire, loaded.changes[2].leave), (Some(Hire::New), Some(Leave::LastHired)));
    // The campaign: thirty days of coming in, fully in, one more examiner meanwhile, withdrawn.
    assert_eq!(loaded.epochs.len(), 1 + 30 + 1 + 1 + 1);
    let rate = |epoch: &Epoch| epoch.scenario.sources[0].rate.as_ref().unwrap().value;
    assert!((rate(&loaded.epochs[31]) - 14.3).abs() < 1e-12);
    assert_eq!(rate(&loaded.epochs[33]), rate(&loaded.epochs[0]));
}

#[test]
fn all_mistakes_are_found_in_one_go() {
    let text = BASE
        .replace("\"10 per day\"", "10")
        .replace("headcount = 4", "headcount = -4")
        .replace("filled = 3", "fillled = 3")
        .replace("0.8,", "0.9, x = 0.2,");
    let found = codes(&load_text(&text)).join(" ");
    assert_eq!(found, "missing-unit out-of-range unknown-key bad-shares");
}

#[test]
fn a_finding_of_a_later_epoch_points_at_its_change() {
    let loading = load_text(&format!(
        "{BASE}\n[[change]]\nat = \"9 days\"\nadd = {{ \"pool.officer.headcount\" = -9 }}\n"
    ));
    let finding = loading.checked.diagnostics.iter().find(|d| d.is_error()).unwrap();
    assert_eq!(finding.code.name(), "out-of-range");
    assert_eq!(loading.documents.text(finding.span().unwrap()), "-9");
}

#[test]
fn a_csv_is_read_beside_its_file_and_in_its_unit() {
    let text = BASE.replace(
        "{ lognormal = { mean = \"6 h\", cv = 1.0 } }",
        "{ empirical = { csv = \"past.csv\", column = \"hours\", unit = \"h\" } }",
    );
    let files = Memory::one("dir/s.toml", text).with("dir/past.csv", "case,hours\r\n1,2\r\n2,0.5\r\n");
    let loaded = good(load(&Request::new("dir/s.toml", &files)));
    let effort = loaded.epochs[0].scenario.stages[0].effort.as_ref().unwrap().default.clone().unwrap();
    assert_eq!(effort.kind, LawKind::Empirical([2.0 * HOUR as f64, 0.5 * HOUR as f64].into()));
    assert!(loaded.inputs.iter().any(|input| input.name == "dir/past.csv"));
}

#[test]
fn samples_lie_at_the_start_at_every_step_and_at_the_horizon() {
    let text = BASE.replace("horizon = \"1 year\"", "horizon = \"100 days\"\nsample = \"1 month\"");
    let header = good(load_text(&text)).epochs[0].scenario.header.clone();
    // 6 January, 6 February, 6 March, 6 April, and the horizon.
    assert_eq!(header.sample_times(), [0, 31, 59, 90, 100].map(|day| Time(day * DAY)));
    assert_eq!(codes(&load_text(&BASE.replace("start", "sample = \"1 s\"\nstart"))), ["out-of-range"]);
}

#[test]
fn every_law_reads_in_every_way_it_can_be_given() {
    let laws = r#"
"2 h" | { constant = "2 h" } | { exponential = { mean = "2 h" } } | { uniform = { low = "1 h", high = "3 h" } }
{ pert = { low = "1 h", mode = "2 h", high = "5 h" } } | { lognormal = { mu = 1.0, sigma = 0.5 } }
{ gamma = { shape = 2.0, scale = "1 h" } } | { weibull = { p50 = "1 h", p90 = "3 h" } } | { p10 = "1 h", p95 = "9 h" }
{ erlang = { k = 3, mean = "2 h" } } | { hyperexponential = { mean = "2 h", cv = 2.0 } }
{ normal = { mean = "2 h", sd = "1 h" }, min = "30 min", max = "5 h" }
{ beta = { low = "1 h", high = "4 h", mean = "2 h", sd = "30 min" } }
{ discrete = { values = ["1 h", "2 h"], weights = [1, 2] } }
{ mixture = [{ weight = 0.9, law = "1 h" }, { weight = 0.1, law = { exponential = { mean = "9 h" } } }] }
{ shifted = { by = "1 h", law = { exponential = { mean = "1 h" } } } } | { constant = "2 h", times = 0.5, plus = "1 h" }
"3 working days" | { default = "1 h", danger = { p50 = "1 h", p90 = "2 h" } }
"#;
    for law in laws.split(['|', '\n']).map(str::trim).filter(|law| !law.is_empty()) {
        let text = BASE.replace("{ lognormal = { mean = \"6 h\", cv = 1.0 } }", law);
        let loading = load_text(&text);
        assert_eq!(codes(&loading), [""; 0], "{law}");
        assert!(loading.checked.value.is_some(), "{law}");
    }
    for law in ["poisson = { mean = 3.0 }", "geometric = { mean = 3.0 }", "binomial = { n = 3, p = 0.5 }"] {
        let batch = format!("batch = {{ {law} }}\nmix");
        assert_eq!(codes(&load_text(&BASE.replace("mix", &batch))), [""; 0], "{law}");
        let effort = BASE.replace("{ lognormal = { mean = \"6 h\", cv = 1.0 } }", &format!("{{ {law} }}"));
        assert_eq!(codes(&load_text(&effort)), ["bad-law"], "{law}");
    }
}

#[test]
fn natural_lognormal_numbers_are_of_hours_and_kept_for_milliseconds() {
    let text = BASE.replace("mean = \"6 h\", cv = 1.0", "mu = 1.0, sigma = 0.5");
    let loaded = good(load_text(&text));
    let effort = loaded.epochs[0].scenario.stages[0].effort.as_ref().unwrap().default.clone().unwrap();
    assert_eq!(effort.kind, LawKind::Lognormal(Given::Natural(1.0 + (HOUR as f64).ln(), 0.5)));
}

mod mutations {
    use proptest::prelude::*;

    use super::*;

    /// Pieces that TOML and the language react to.
    const PIECES: &[&str] = &[
        "=",
        "\"",
        "[",
        "]",
        "{",
        "}",
        "\n",
        ".",
        ",",
        "-",
        "9999999999999999999999",
        "inf",
        "nan",
        "\"rest\"",
        "1e308",
        "2027-02-29",
        "\"5 months\"",
        "\"10 working days\"",
        "default",
        "[[change]]",
        "set = { ",
        "\"pool.officer.hours\"",
        "over = \"9 years\"",
        "until",
        "\u{feff}",
        "ä",
        "\"Mon-Fri 08:00-25:00\"",
        "{ p50 = \"1 h\", p90 = \"2 h\" }",
        "[]",
        "true",
        "extends = \"s.toml\"",
        "{ between = [1, 2] }",
        "\"200 years\"",
        "\"-5 days\"",
        "scale",
        "0",
        "-1",
    ];

    const CHANGES: &str = r#"
[[change]]
at = "10 days"
over = "4 days"
scale = { "stage.work.effort" = 0.5, "source.tips.mix.danger" = 2 }
add = { "pool.officer.headcount" = 2, "stage.work.effort.danger" = "1 h" }
set = { "stage.work.route" = { done = 0.5, lost = "rest" }, "source.tips.weekly.sat" = 0.5 }
"#;

    proptest! {
        // Deterministic: the same mutations on every run.
        #![proptest_config(ProptestConfig {
            cases: 400,
            rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_105),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// Whatever is written, it is answered with findings, never with a panic.
        #[test]
        fn no_text_makes_the_reader_panic(
            edits in prop::collection::vec((0.0..1.0_f64, 0_usize..12, 0..PIECES.len()), 1..5),
        ) {
            let mut text: Vec<char> = format!("{BASE}{CHANGES}").chars().collect();
            for (place, cut, piece) in edits {
                let at = (place * text.len() as f64) as usize;
                let end = (at + cut).min(text.len());
                text.splice(at..end, PIECES[piece].chars());
            }
            let text: String = text.into_iter().collect();
            let loading = load_text(&text);
            prop_assert!(loading.checked.value.is_some() || loading.checked.has_errors());
            let shown = render::human(&loading.checked.diagnostics, &loading.documents, false);
            prop_assert_eq!(shown.is_empty(), loading.checked.diagnostics.is_empty());
        }
    }
}
