//! A small run, from its result to a folder and back.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::*;
use crate::error::{Error, ErrorKind};
use crate::model::{Limit, Model};
use crate::output::tables::{Row, SummaryRow};
use crate::run::fixture::Queue;
use crate::run::{Layout, RunPlan, RunResult, Statement, Watcher, responses, run};
use crate::units::{DAY, Duration, Time};

fn small() -> (Model, RunResult) {
    let mut model = Queue { initial: Some((5, 3.0)), ..Queue::markov(400, 2.0, 0.6, 1) }.model();
    model.targets[0].class = Some(1);
    model.plan = "more".to_owned();
    let cancel = AtomicBool::new(false);
    let names = responses(&model, &Layout::new(&model));
    let chances = vec![Statement::parse("backlog_at_end < 20", &names).unwrap()];
    let plan = RunPlan { chances, ..RunPlan::fixed(4) };
    let result = run(&model, &plan, &Watcher { cancel: &cancel, progress: &|_, _| {} }).unwrap();
    (model, result)
}

fn tables() -> (Model, RunResult, Results) {
    let (model, result) = small();
    let beside = Beside {
        fluid: vec![(None, Time::ZERO, 5.0), (Some("screen".to_owned()), Time(7 * DAY), 5.5)],
        changes: vec![(Time(30 * DAY), "grant".to_owned())],
    };
    let results = Results::new(&model, &result, &beside);
    (model, result, results)
}

#[test]
fn a_folder_is_read_back_as_it_was_made() {
    let (_, _, results) = tables();
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("out/queue-more");
    let mut manifest = Manifest::new("queue", "more");
    let dir = OutputDir::create(&target, &manifest, false).unwrap();
    dir.write_tables(results.files(), &mut manifest).unwrap();
    dir.write_chart("backlog.svg", b"<svg/>").unwrap();
    assert!(!target.exists(), "nothing is there before all is there");
    dir.finish(&manifest).unwrap();
    assert_eq!(Results::read(&target).unwrap(), results);
    assert_eq!(Manifest::read(&target).unwrap(), manifest);
    assert_eq!(names(&home.path().join("out")), ["queue-more"], "the temporary folder is gone");
    let listed: Vec<&str> = manifest.tables.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(listed.len(), results.files().len() + 1);
    for table in &manifest.tables {
        let bytes = fs::read(target.join(&table.name)).unwrap();
        assert_eq!((sha256(&bytes), bytes.len() as u64), (table.sha256.clone(), table.bytes));
    }
}

#[test]
fn no_cell_is_nan_and_every_row_names_scenario_and_plan() {
    let (_, _, results) = tables();
    for (table, bytes) in results.files() {
        let text = String::from_utf8(bytes).unwrap();
        // Of one draw of the inputs there is no ignorance to be told from chance.
        assert_eq!(text.lines().count() > 1, table.name != "ignorance", "rows of {}", table.name);
        for line in text.lines().skip(1) {
            assert!(line.starts_with("queue,more,"), "{}: {line}", table.name);
            assert!(!line.to_lowercase().contains("nan") && !line.contains("inf,"), "{}: {line}", table.name);
        }
    }
}

#[test]
fn the_intervals_of_the_summary_can_be_made_again_from_the_replications() {
    let (_, result, results) = tables();
    let mut values: BTreeMap<(&str, &str), Vec<f64>> = BTreeMap::new();
    for row in &results.replications {
        if let Some(value) = row.value {
            values.entry((&row.measure, &row.class)).or_default().push(value);
        }
    }
    let mut made = 0;
    for row in results.summary.iter().filter(|row| row.method == "student-t" && row.unit != "share") {
        let values = &values[&(row.measure.as_str(), row.class.as_str())];
        let again = crate::stats::interval::student_t(values, result.level).unwrap();
        let (low, high) = again.bounds();
        let low = if row.unit == "USD" { low } else { low.map(|low| low.max(0.0)) };
        assert_eq!((row.estimate, row.low, row.high), (Some(again.estimate), low, high), "{}", row.measure);
        made += 1;
    }
    assert!(made > 100, "{made} intervals");
}

#[test]
fn the_rows_of_different_tables_agree() {
    let (model, result, results) = tables();
    let total = |measure: &str, stage: &str| -> f64 {
        let last = results.backlog.iter().rev();
        let here =
            |r: &&tables::BacklogRow| r.measure == measure && r.stage == stage && r.class_as.is_empty();
        last.filter(here).find(|r| r.day == 400.0).unwrap().estimate.unwrap()
    };
    assert_eq!(total("backlog", ""), result.estimate("backlog_at_end").unwrap().interval.estimate);
    assert_eq!(total("backlog", ""), total("waiting", "screen") + total("in_work", "screen"));
    let arrivals = |class: &str| -> f64 {
        let here = |r: &&tables::FlowRow| r.flow == "arrivals" && r.of == "tips" && r.class == class;
        results.flows.iter().filter(here).map(|r| r.estimate.unwrap()).sum()
    };
    assert!((arrivals("") - result.estimate("arrivals").unwrap().interval.estimate).abs() < 1e-9);
    assert!((arrivals("") - arrivals("danger") - arrivals("other")).abs() < 1e-9);
    let target = &results.targets[0];
    assert_eq!((target.class.as_str(), target.within.as_str()), ("other", "24 h"));
    let share = result.estimate("share_within/action/24 h/other").unwrap();
    assert_eq!(target.estimate, Some(share.interval.estimate));
    assert_eq!(target.window_until.unwrap().to_string(), "2026-02-09", "a day before the horizon");
    assert_eq!(model.targets[0].within, Limit::Plain(Duration(DAY)));
}

#[test]
fn delays_are_told_by_year_with_the_window_of_each() {
    let (_, _, results) = tables();
    let share = |year: Option<i16>, limit: &str| {
        let here = |r: &&tables::TimeToActionRow| {
            r.measure == "share_within" && r.milestone == "action" && r.class.is_empty() && r.limit == limit
        };
        results.time_to_action.iter().filter(here).find(|r| r.year == year).unwrap()
    };
    let window =
        |row: &tables::TimeToActionRow| Some((row.window_from?.to_string(), row.window_until?.to_string()));
    let dates = |from: &str, until: &str| Some((from.to_owned(), until.to_owned()));
    // Start on 6 January 2025, 400 days: to 10 February 2026.
    assert_eq!(window(share(None, "30 days")), dates("2025-01-06", "2026-01-11"));
    assert_eq!(window(share(Some(2025), "30 days")), dates("2025-01-06", "2026-01-01"));
    assert_eq!(window(share(Some(2026), "30 days")), dates("2026-01-01", "2026-01-11"));
    // Who comes in 2026 cannot be followed for 90 days.
    let unseen = share(Some(2026), "90 days");
    assert_eq!((window(unseen), unseen.estimate, unseen.n), (None, None, 0));
    let all = results.time_to_action_curve.iter().filter(|r| r.milestone == "action" && r.class.is_empty());
    let (by_year, together): (Vec<_>, Vec<_>) = all.partition(|r| r.year.is_some());
    assert!(together.iter().any(|r| r.age_days == 30.0), "limits are among the ages");
    assert!(
        together.iter().skip(1).all(|r| r.assumed),
        "without follow-up the last tips are followed for no time"
    );
    let early = by_year.iter().filter(|r| r.year == Some(2025));
    assert!(early.clone().any(|r| r.age_days == 30.0 && !r.assumed) && early.clone().any(|r| r.assumed));
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Writes a small folder with this seed in its manifest.
fn write(target: &Path, seed: u64, force: bool) -> Result<(), Error> {
    let manifest = Manifest { seed, ..Manifest::new("queue", "") };
    let dir = OutputDir::create(target, &manifest, force)?;
    dir.write_chart("backlog.png", b"picture")?;
    dir.finish(&manifest)
}

fn fresh() -> (tempfile::TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("results");
    (home, target)
}

#[test]
fn other_results_are_replaced_only_by_force() {
    let (home, target) = fresh();
    write(&target, 1, false).unwrap();
    write(&target, 1, false).expect("the very same run may be made again");
    let error = write(&target, 2, false).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Occupied), "{error}");
    assert_eq!(Manifest::read(&target).unwrap().seed, 1);
    write(&target, 2, true).unwrap();
    assert_eq!(Manifest::read(&target).unwrap().seed, 2);
    assert_eq!(names(home.path()), ["results"]);
}

#[test]
fn foreign_files_are_never_touched() {
    for (folder, file) in [("", "notes.txt"), ("charts", "notes.txt"), ("data", "summary.csv")] {
        let (_home, target) = fresh();
        write(&target, 1, false).unwrap();
        fs::create_dir_all(target.join(folder)).unwrap();
        fs::write(target.join(folder).join(file), "mine").unwrap();
        let error = write(&target, 1, true).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Foreign(_)), "{error}");
        assert_eq!(fs::read_to_string(target.join(folder).join(file)).unwrap(), "mine");
    }
}

#[test]
fn a_file_that_comes_while_the_run_goes_on_is_kept() {
    let (home, target) = fresh();
    let manifest = Manifest::new("queue", "");
    let dir = OutputDir::create(&target, &manifest, false).unwrap();
    fs::create_dir(&target).unwrap();
    fs::write(target.join("notes.txt"), "mine").unwrap();
    let error = dir.finish(&manifest).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Foreign(_)), "{error}");
    assert_eq!(names(home.path()), ["results"], "what was written is gone, what was there is not");
    assert_eq!(names(&target), ["notes.txt"]);
}

#[test]
fn a_run_that_stops_half_way_leaves_nothing() {
    let (home, target) = fresh();
    let dir = OutputDir::create(&target, &Manifest::new("queue", ""), false).unwrap();
    dir.write_chart("backlog.svg", b"<svg/>").unwrap();
    drop(dir);
    assert!(names(home.path()).is_empty());
}

#[test]
fn what_a_killed_run_left_is_taken_away_and_what_a_running_one_writes_is_not() {
    let (home, target) = fresh();
    let manifest = Manifest::new("queue", "");
    for name in [".results.writing-4000000001", ".results.writing-notes", ".others.writing-4000000001"] {
        fs::create_dir(home.path().join(name)).unwrap();
    }
    let running = OutputDir::create(&target, &manifest, false).unwrap();
    let name = format!(".results.writing-{}", std::process::id());
    let left = [".others.writing-4000000001", name.as_str(), ".results.writing-notes"];
    assert_eq!(names(home.path()), left);
    let own = home.path().join(&name);
    let elsewhere = home.path().join(".results.writing-4000000002");
    fs::rename(&own, &elsewhere).unwrap();
    let second = OutputDir::create(&target, &manifest, false).unwrap();
    assert!(own.is_dir() && elsewhere.is_dir(), "somebody writes in either");
    drop((running, second));
    assert!(elsewhere.is_dir(), "its writer knew it by another name");
    write(&target, 1, false).unwrap();
    assert_eq!(names(home.path()), [".others.writing-4000000001", ".results.writing-notes", "results"]);
}

#[test]
fn results_that_a_killed_run_was_about_to_replace_come_back() {
    let (home, target) = fresh();
    write(&target, 1, false).unwrap();
    let aside = home.path().join(".results.replaced-4000000001");
    fs::rename(&target, &aside).unwrap();
    let error = write(&target, 2, false).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Occupied), "{error}");
    assert_eq!(Manifest::read(&target).unwrap().seed, 1);
    fs::create_dir(&aside).unwrap();
    write(&target, 2, true).unwrap();
    assert_eq!(names(home.path()), ["results"]);
}

#[test]
fn of_two_different_runs_into_one_folder_the_second_to_end_replaces_nothing() {
    let (home, target) = fresh();
    let first = Manifest { seed: 1, ..Manifest::new("queue", "") };
    let dir = OutputDir::create(&target, &first, false).unwrap();
    fs::create_dir(home.path().join("elsewhere")).unwrap();
    // Another process ends meanwhile; here it is the same one under another name.
    write(&home.path().join("elsewhere/results"), 2, false).unwrap();
    fs::rename(home.path().join("elsewhere/results"), &target).unwrap();
    let error = dir.finish(&first).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Occupied), "{error}");
    assert_eq!(Manifest::read(&target).unwrap().seed, 2);
    assert_eq!(names(home.path()), ["elsewhere", "results"]);
}

#[test]
fn an_empty_folder_is_taken_and_a_file_is_not() {
    let (home, target) = fresh();
    fs::create_dir(&target).unwrap();
    write(&target, 1, false).unwrap();
    let file = home.path().join("file");
    fs::write(&file, "mine").unwrap();
    let error = write(&file, 1, true).unwrap_err();
    assert!(error.to_string().ends_with("results need a folder of their own"), "{error}");
    let below = write(&file.join("results"), 1, true).unwrap_err();
    assert!(
        matches!(below.kind(), ErrorKind::Io(_)) && std::error::Error::source(&below).is_some(),
        "{below}"
    );
}

#[test]
fn redrawing_replaces_one_chart() {
    let (_home, target) = fresh();
    write(&target, 1, false).unwrap();
    replace_chart(&target, "backlog.png", b"new").unwrap();
    assert_eq!(fs::read(target.join("charts/backlog.png")).unwrap(), b"new");
    assert_eq!(names(&target.join("charts")), ["backlog.png"]);
}

#[test]
fn json_tells_what_is_not_there_as_null() {
    let (_, _, results) = tables();
    let json = results.to_json();
    assert_eq!(json["targets"][0]["verdict"], results.targets[0].verdict.as_str());
    let summary = json["summary"].as_array().unwrap();
    assert_eq!(summary.len(), results.summary.len());
    let none = summary.iter().find(|row| row["n"] == 0).expect("there are classes without initial cases");
    assert!(none["estimate"].is_null() && none["low"].is_null());
    assert_eq!(SummaryRow::TABLE.columns.len(), summary[0].as_object().unwrap().len());
}
