//! The same bits: however many threads there are, wherever a table stands in the file, whoever looks on, in a build
//! with or without optimization, and when a run is made again from its manifest.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::AtomicBool;

use caseload::engine::{CaseView, Census, Fact, MemberFact, Observer, PoolLevel, simulate};
use caseload::model::{Model, PoolId};
use caseload::output::{Beside, Results};
use caseload::run::{Layout, Recorder, RunPlan, Trace, Watcher, run};
use caseload::units::Time;
use proptest::prelude::*;

use crate::harness;
use crate::random_scenarios::{config, scenarios};
use crate::shipped;

proptest! {
    #![proptest_config(config(30, 20_250_108))]

    #[test]
    fn results_do_not_depend_on_the_threads(draft in scenarios(true)) {
        let model = harness::model(&draft.text());
        let said = |threads| {
            let cancel = AtomicBool::new(false);
            let watcher = Watcher { cancel: &cancel, progress: &|_, _| {} };
            let plan = RunPlan { threads: Some(threads), ..RunPlan::fixed(4) };
            // Shown in full, a number is the same text only if it has the same bits.
            format!("{:?}", run(&model, &plan, &watcher).expect("cases are conserved"))
        };
        let alone = said(1);
        // With eight, each replication is made by one thread and heard by another.
        prop_assert!(alone == said(2), "two threads say something else");
        prop_assert!(alone == said(8), "eight threads say something else");
    }
}

proptest! {
    #![proptest_config(config(150, 20_250_109))]

    #[test]
    fn sources_pools_and_outcomes_may_stand_in_any_order(draft in scenarios(true)) {
        let facts = harness::facts(&draft.text());
        let mut turned = draft.clone();
        turned.sources.reverse();
        turned.pools.reverse();
        turned.outcomes.reverse();
        prop_assert!(facts == harness::facts(&turned.text()), "the order of tables made a difference");
    }
}

proptest! {
    #![proptest_config(config(30, 20_250_111))]

    #[test]
    fn who_looks_on_changes_nothing(draft in scenarios(true)) {
        prop_assert!(same_for_all_observers(&harness::model(&draft.text())));
    }
}

#[test]
fn shipped_scenarios_have_the_same_tables_for_any_number_of_threads() {
    for (name, horizon) in shipped::SMALL {
        same_tables_for_all_threads(name, horizon, 3);
    }
}

#[test]
#[ignore = "slow: 35 s, run by .ci/slow.sh"]
fn shipped_scenarios_have_the_same_tables_for_any_number_of_threads_at_full_length() {
    for (name, _) in shipped::SMALL {
        same_tables_for_all_threads(name, "1 year", 3);
    }
}

#[test]
fn shipped_scenarios_may_stand_in_any_order() {
    // The first steps have one table of each kind.
    for (name, horizon) in shipped::SMALL.iter().filter(|(name, _)| *name != "first-steps") {
        let text = shipped::text(name, horizon);
        let turned = turned(&text);
        assert!(text != turned, "{name} has one table of each kind");
        let (facts, other) = (facts(&shipped::of_text(&text, None)), facts(&shipped::of_text(&turned, None)));
        assert!(facts.len() > 1_000 && facts == other, "{name}: the order of tables made a difference");
    }
}

#[test]
fn who_looks_on_at_shipped_scenarios_changes_nothing() {
    for (name, horizon) in shipped::SMALL {
        assert!(same_for_all_observers(&shipped::model(name, horizon, None)), "{name}");
    }
}

#[test]
fn a_manifest_repeats_a_plan_on_a_shipped_scenario() {
    let desk = tempfile::TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(desk.path().join(name), text).unwrap();
    let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/plans/two-year-grant.toml");
    write("state-task-force.toml", &shipped::text("state-task-force", "30 weeks"));
    fs::create_dir(desk.path().join("plans")).unwrap();
    write("plans/grant.toml", &fs::read_to_string(plan).unwrap());
    let caseload = |args: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caseload"));
        let said = command.args(args.split(' ')).current_dir(desk.path()).output().unwrap();
        assert!(said.status.success(), "{args}: {}", String::from_utf8_lossy(&said.stderr));
    };
    let options = "--replications 3 --no-charts --quiet";
    caseload(&format!("run state-task-force.toml --plan plans/grant.toml --threads 1 --out one {options}"));
    caseload(&format!("run plans/grant.toml --threads 8 --out two {options}"));
    fs::remove_file(desk.path().join("state-task-force.toml")).unwrap();
    caseload("rerun one/manifest.json --threads 2 --out three");
    let mut tables = 0;
    for entry in fs::read_dir(desk.path().join("one")).unwrap() {
        let name = entry.unwrap().file_name();
        if !name.to_string_lossy().ends_with(".csv") {
            continue;
        }
        let read = |run: &str| fs::read(desk.path().join(run).join(&name)).unwrap();
        let one = read("one");
        assert!(one == read("two") && one == read("three"), "{}", name.display());
        tables += 1;
    }
    assert!(tables > 10, "{tables} tables");
}

/// The facts of replication 0.
fn facts(model: &Model) -> Vec<String> {
    let mut trace = Trace::new(model);
    simulate(model, 0, &mut trace);
    trace.lines().to_vec()
}

fn same_tables_for_all_threads(name: &str, horizon: &str, replications: u32) {
    let model = shipped::model(name, horizon, None);
    let tables = |threads| {
        let watcher = Watcher { cancel: &AtomicBool::new(false), progress: &|_, _| {} };
        let plan = RunPlan { threads: Some(threads), ..RunPlan::fixed(replications) };
        let result = run(&model, &plan, &watcher).expect("cases are conserved");
        Results::new(&model, &result, &Beside::default()).files()
    };
    let alone = tables(1);
    for threads in [2, 8] {
        for ((table, bytes), (_, other)) in alone.iter().zip(tables(threads)) {
            assert!(*bytes == other, "{name}: {} on {threads} threads", table.name);
        }
    }
}

/// A file with its sources, its pools and its outcomes in the opposite order.
fn turned(text: &str) -> String {
    let mut tables: Vec<String> = vec![];
    for line in text.lines() {
        if line.starts_with("[[") || tables.is_empty() {
            tables.push(String::new());
        }
        let table = tables.last_mut().expect("one was begun");
        *table += &format!("{line}\n");
    }
    for kind in ["[[source]]", "[[pool]]", "[[outcome]]"] {
        let at: Vec<usize> = (0..tables.len()).filter(|&i| tables[i].starts_with(kind)).collect();
        let opposite: Vec<String> = at.iter().rev().map(|&i| tables[i].clone()).collect();
        at.into_iter().zip(opposite).for_each(|(i, table)| tables[i] = table);
    }
    tables.concat()
}

/// Two who look on.
struct Both<A, B>(A, B);

impl<A: Observer, B: Observer> Observer for Both<A, B> {
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        self.0.fact(now, case, fact);
        self.1.fact(now, case, fact);
    }
    fn member(&mut self, now: Time, pool: PoolId, member: u32, fact: MemberFact) {
        self.0.member(now, pool, member, fact);
        self.1.member(now, pool, member, fact);
    }
    fn pool(&mut self, now: Time, pool: PoolId, level: PoolLevel) {
        self.0.pool(now, pool, level);
        self.1.pool(now, pool, level);
    }
    fn changed(&mut self, now: Time, snapshot: usize) {
        self.0.changed(now, snapshot);
        self.1.changed(now, snapshot);
    }
    fn sample(&mut self, now: Time, census: &Census) {
        self.0.sample(now, census);
        self.1.sample(now, census);
    }
}

/// The recorder alone, the trace alone, and both together.
fn same_for_all_observers(model: &Model) -> bool {
    let layout = Layout::new(model);
    let mut alone = Recorder::new(model, &layout);
    simulate(model, 0, &mut alone);
    let mut both = Both(Recorder::new(model, &layout), Trace::new(model));
    simulate(model, 0, &mut both);
    facts(model) == both.1.lines() && format!("{:?}", alone.finish()) == format!("{:?}", both.0.finish())
}
