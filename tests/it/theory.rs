//! The self-test that the command `caseload selftest` shows: that a correct program passes, and that a wrong one does not.
//!
//! Seeds are fixed. With fresh seeds a correct program would fail the suite less than once in 1,000 times; the same holds
//! for each part of it that is run here, since error rates are shared out over what is run.

use std::collections::BTreeSet;

use caseload::scenario::{Memory, Request, load};
use caseload::selftest::{Finding, Report, Setting, Size, System, planned, run_quietly, systems};

use crate::harness::checked;

/// Some systems of the suite by their ids.
fn some(ids: &[&str]) -> Vec<System> {
    let found: Vec<System> = systems().into_iter().filter(|system| ids.contains(&system.id)).collect();
    assert_eq!(found.len(), ids.len(), "the suite has all of {ids:?}");
    found
}

/// One system, written otherwise; theory is told nothing of it.
fn edited(id: &str, edits: &[(&str, &str)]) -> Vec<System> {
    let mut system = some(&[id]).remove(0);
    for (right, wrong) in edits {
        assert!(system.scenario.contains(right), "{id}: {}", system.scenario);
        system.scenario = system.scenario.replace(right, wrong);
    }
    vec![system]
}

fn said(report: &Report) -> String {
    let line = |finding: &Finding| {
        let (claim, simulated) = (&finding.claim, &finding.simulated);
        format!(
            "{} {}: {} against {}, z = {:?}\n",
            claim.measure, claim.what, simulated.estimate, claim.theory, finding.z
        )
    };
    report.findings.iter().filter(|finding| !finding.passes).map(line).collect()
}

fn run(systems: &[System], size: Size) -> Report {
    run_quietly(systems, &Setting::new(size, 1)).unwrap()
}

#[test]
fn the_program_agrees_with_theory() {
    let all = systems();
    let report = run(&all, Size::Quick);
    assert!(report.passes(), "\n{}", said(&report));
    // The z of a correct program are t with 39 degrees of freedom or more, mean 0 and sd 1.03 at most, and those of one
    // system depend on each other: with half of them independent the mean lies within 4 / sqrt(90) and the sd within 30 %.
    let z: Vec<f64> = report.findings.iter().filter_map(|finding| finding.z).collect();
    let mean = z.iter().sum::<f64>() / z.len() as f64;
    let sd = (z.iter().map(|z| (z - mean).powi(2)).sum::<f64>() / (z.len() as f64 - 1.0)).sqrt();
    assert!(z.len() > 150 && mean.abs() < 0.42 && (0.7..1.3).contains(&sd), "mean {mean}, sd {sd}");
}

#[test]
#[ignore = "slow: 300 s, run by .ci/slow.sh"]
fn the_program_agrees_with_theory_at_full_length() {
    let report = run(&systems(), Size::Full);
    assert!(report.passes(), "\n{}", said(&report));
}

#[test]
fn the_suite_says_what_it_knows_and_from_whom() {
    let all = systems();
    let ids: BTreeSet<&str> = all.iter().map(|system| system.id).collect();
    let titles: BTreeSet<&str> = all.iter().map(|system| system.title).collect();
    assert_eq!((ids.len(), titles.len()), (all.len(), all.len()), "no name twice");
    assert!(all.len() >= 80, "{} systems", all.len());
    for system in &all {
        assert!(!system.formula.is_empty() && !system.reference.is_empty(), "{}", system.id);
        assert!(!system.claims.is_empty() && system.replications >= 24, "{}", system.id);
        for claim in &system.claims {
            assert!(claim.theory.is_finite() && claim.theory > 0.0, "{}: {}", system.id, claim.what);
        }
    }
    assert!(planned(&all, Size::Quick) * 8 < planned(&all, Size::Full));
}

#[test]
fn every_system_is_a_scenario_without_warnings() {
    for system in systems() {
        let (model, findings) = checked(&system.scenario, &[]);
        assert!(model.is_some(), "{}: {findings}", system.id);
        // A pool with more work than it can do is meant.
        let strange: Vec<&str> = findings
            .lines()
            .filter(|line| line.starts_with("warning[") && !line.starts_with("warning[overload]"))
            .collect();
        assert!(strange.is_empty(), "{}: {findings}", system.id);
    }
}

#[test]
fn every_mechanism_of_the_queue_stands_in_some_system() {
    let all: String = systems().iter().map(|system| system.scenario.as_str()).collect();
    for key in [
        "preempt",
        "ageing",
        "quota",
        "shortest",
        "reserve",
        "park",
        "patience",
        "retention",
        "queue_limit",
        "batch",
        "gaps",
        "gather",
        "or_after",
        "slots",
        "split",
        "per = \"device\"",
        "hold",
        "wip",
        "absence",
        "attrition",
        "backfill",
        "training",
        "exposure_cap",
        "staffing_exponent",
        "link",
        "repeat",
        "initial",
        "overdispersion",
        "growth",
        "change",
        "sensitivity",
        "table",
        "auc",
        "availability",
        "route",
        "hours",
        "yearly_cost",
        "risk",
    ] {
        assert!(all.contains(key), "no system with `{key}`");
    }
}

#[test]
fn any_number_of_threads_gives_the_same_report() {
    let systems = some(&["mm1", "interruption", "laws", "office-hours"]);
    let with = |threads| {
        let setting = Setting { threads: Some(threads), ..Setting::new(Size::Fixed(5), 3) };
        run_quietly(&systems, &setting).unwrap()
    };
    let one = with(1);
    assert_eq!(one, with(3));
    let other = run_quietly(&systems, &Setting::new(Size::Fixed(5), 4)).unwrap();
    assert_ne!(one, other, "another seed is other luck");
}

#[test]
fn systems_do_not_share_their_luck() {
    // The two are the same scenario but for the order, which has no say in who arrives when.
    let both = some(&["mm5-lifo", "mm5-random"]);
    let busy = both.into_iter().map(|mut system| {
        system.claims[0].measure = "arrivals".to_owned();
        run(&[system], Size::Fixed(2)).findings[0].simulated.estimate
    });
    let busy: Vec<f64> = busy.collect();
    assert_ne!(busy[0], busy[1]);
}

// ---- A wrong program -------------------------------------------------------------------------

#[test]
fn work_that_takes_two_per_cent_longer_is_caught() {
    let systems = some(INJECTED);
    let right = run(&systems, Size::Quick);
    assert!(right.passes(), "\n{}", said(&right));
    let setting = Setting { effort_times: 1.02, ..Setting::new(Size::Quick, 1) };
    let wrong = run_quietly(&systems, &setting).unwrap();
    assert!(!wrong.passes(), "nothing noticed");
}

/// Of the systems with work, some in which two per cent show early.
const INJECTED: &[&str] =
    &["mm1", "mg1-erlang", "mg1-uniform", "loss-lognormal", "patience-erlang", "erlang-a"];

#[test]
fn last_come_first_served_among_equals_is_caught() {
    // The mean wait is the same; the law of the wait is not.
    for (id, seed) in [("md1", 1), ("mm1", 1)] {
        let mut wrong = edited(id, &[("route = \"done\"", "order = \"lifo\"\nroute = \"done\"")]);
        wrong[0].claims.retain(|claim| claim.what != "mean wait");
        let report = run_quietly(&wrong, &Setting::new(Size::Fixed(100), seed)).unwrap();
        assert!(!report.passes(), "{id}");
        // And an order by chance, which differs less.
        let mut wrong = edited(id, &[("route = \"done\"", "order = \"random\"\nroute = \"done\"")]);
        wrong[0].claims.retain(|claim| claim.what != "mean wait");
        let report = run_quietly(&wrong, &Setting::new(Size::Fixed(100), seed)).unwrap();
        assert!(!report.passes(), "{id}, random");
    }
}

#[test]
fn an_interrupted_case_put_behind_later_arrivals_of_its_class_is_caught() {
    // Class 1 has constant efforts: an interrupted case has less left to do than later ones, so it matters who goes first.
    // In its own stage, last come first served puts it behind them, and changes no mean otherwise.
    let right = "effort = \"48 min\"\norder = \"fifo\"";
    let wrong = edited("interruption", &[(right, &right.replace("fifo", "lifo"))]);
    let report = run(&wrong, Size::Quick);
    let failed: Vec<&str> = report
        .findings
        .iter()
        .filter(|finding| !finding.passes)
        .map(|finding| finding.claim.measure.as_str())
        .collect();
    assert_eq!(failed, ["system_mean/c1"], "{report:#?}");
}

#[test]
fn a_wrong_precedence_is_caught() {
    let report = run(&edited("priority", &[("order = \"class\"", "order = \"fifo\"")]), Size::Fixed(24));
    assert!(report.failures() == 3, "{}", said(&report));
}

#[test]
fn the_scenario_of_a_system_is_one_that_anybody_can_run() {
    let system = some(&["network"]).remove(0);
    let sources = Memory::one("network.toml", &*system.scenario);
    assert!(load(&Request::new("network.toml", &sources)).checked.value.is_some());
}
