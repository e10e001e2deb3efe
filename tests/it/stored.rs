//! Numbers that change only together with every stored result of the program: the first days of a shipped scenario in
//! full, and of every shipped scenario the hashes of its facts and of its figures.
//!
//! `UPDATE_EXPECTED=1` stores what comes out now. A change goes with a line under "Numbers changed" in CHANGELOG.md.
//! Debug and release builds are compared with the same files.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use caseload::engine::simulate;
use caseload::output::{Beside, Results, sha256};
use caseload::run::{RunPlan, Trace, Watcher, run};

use crate::shipped;

fn same_as_stored(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expected").join(name);
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, text).unwrap();
    }
    let stored = fs::read_to_string(&path).unwrap();
    assert!(stored == text, "{name}\n--- stored\n{stored}\n--- now\n{text}");
}

/// Who comes, of which class, and what becomes of them, to the millisecond: arrivals, classes, efforts, beliefs,
/// routes, delays, and who is away.
#[test]
fn the_first_days_of_the_task_force_are_as_stored() {
    let model = shipped::model("state-task-force", "2 weeks", None);
    let mut trace = Trace::new(&model);
    simulate(&model, 0, &mut trace);
    let first = trace.lines().iter().find_map(|line| Some(line.split_once(" arrives (")?.0)).unwrap();
    let number: u32 = first.rsplit(' ').next().unwrap().parse().unwrap();
    let follow = |line: &&String| {
        let mut words = line.split(' ').skip_while(|word| *word != "tip").skip(1);
        words.next().and_then(|word| word.parse::<u32>().ok()).is_none_or(|tip| tip >= number)
    };
    let lines: Vec<&str> = trace.lines().iter().filter(follow).map(String::as_str).take(150).collect();
    same_as_stored("first-days.txt", &(lines.join("\n") + "\n"));
}

/// The facts are the engine's, the figures the recorder's: where only the second hash moves, no number was drawn
/// otherwise.
#[test]
fn facts_and_figures_of_the_shipped_scenarios_are_as_stored() {
    let mut text = String::new();
    for (name, horizon) in shipped::SMALL {
        let model = shipped::model(name, horizon, None);
        let mut trace = Trace::new(&model);
        simulate(&model, 0, &mut trace);
        let facts = sha256(trace.lines().join("\n").as_bytes());
        let watcher = Watcher { cancel: &AtomicBool::new(false), progress: &|_, _| {} };
        let result = run(&model, &RunPlan::fixed(2), &watcher).expect("cases are conserved");
        let tables = Results::new(&model, &result, &Beside::default()).files();
        let figures = tables.iter().find(|(table, _)| table.name == "replications").unwrap();
        text += &format!("{name}, {horizon}\n  facts {facts}\n  replications.csv {}\n", sha256(&figures.1));
    }
    same_as_stored("hashes.txt", &text);
}
