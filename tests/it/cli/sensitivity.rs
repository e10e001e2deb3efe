//! Sensitivity: inputs that are unsure, varied or neither; tables from which everything can be worked out again.

use std::collections::BTreeMap;
use std::fs;

use caseload::output::tables::{AnswerRow, DesignRow, SensitivityRow};
use caseload::output::{Sensed, csv};

use super::{Desk, SMALL, Said, bytes};

/// The small desk, with a rate and an effort that nobody knows.
fn unsure() -> String {
    SMALL
        .replace("rate = \"30 per day\"", "rate = { between = [\"20 per day\", \"40 per day\"] }")
        .replace("mean = \"1 h\"", "mean = { unsure = { lognormal = { mean = \"1 h\", cv = 0.2 } } }")
}

const EFFORT: &str = "stage.read.effort.exponential.mean";
const RATE: &str = "source.platforms.rate";

fn desk() -> Desk {
    Desk::new().with("small.toml", SMALL).with("unsure.toml", &unsure())
}

fn asked(desk: &Desk, more: &[&str]) -> Said {
    desk.run(&[&["sensitivity", "unsure.toml", "--measure", "backlog_mean"], more].concat())
}

fn estimate(rows: &[SensitivityRow], analysis: &str, factor: &str, quantity: &str) -> f64 {
    let row = rows
        .iter()
        .find(|row| (&*row.analysis, &*row.factor, &*row.quantity) == (analysis, factor, quantity));
    row.and_then(|row| row.estimate).unwrap_or_else(|| panic!("no {quantity} of `{factor}`"))
}

#[test]
fn three_analyses_leave_tables_charts_and_a_manifest_that_repeats_them() {
    let desk = desk();
    let more = ["--method", "sobol,tornado,morris", "--points", "8", "--trajectories", "4"];
    let said = asked(&desk, &[&more[..], &["--vary", "pool.reader.headcount=2..3:1"]].concat());
    said.ends(0).prints("A small desk").prints(EFFORT).prints("is luck").says("out/unsure-sensitivity");
    said.says("3 inputs: 63 points, 188 replications in all");
    assert!(said.out.lines().all(|line| line.chars().count() <= 100), "wider than 100:\n{}", said.out);
    assert_eq!(desk.list("out"), ["unsure-sensitivity"]);
    let charts = desk.list("out/unsure-sensitivity/charts");
    for name in ["tornado-backlog-mean.svg", "morris-backlog-mean.png", "sobol-backlog-mean.svg"] {
        assert!(charts.contains(&name.to_owned()), "no {name} among {charts:?}");
    }
    fs::remove_file(desk.path("unsure.toml")).unwrap();
    desk.run(&["rerun", "out/unsure-sensitivity", "--threads", "3"]).ends(0).says("the same: all 4 tables");
    let picture = "charts/sobol-backlog-mean.svg";
    let before = bytes(&desk.path("out/unsure-sensitivity").join(picture));
    desk.run(&["chart", "out/unsure-sensitivity-rerun"]).ends(0).says("drew 3 charts");
    assert_eq!(before, bytes(&desk.path("out/unsure-sensitivity-rerun").join(picture)));
}

#[test]
fn a_point_of_a_tornado_is_a_run_with_its_values_set() {
    let desk = desk();
    asked(&desk, &["--no-charts", "--quiet", "--replications", "3"]).ends(0);
    let sensed = Sensed::read(&desk.path("out/unsure-sensitivity")).unwrap();
    let at = |point: u64, factor: &str| {
        let row = sensed.design.iter().find(|row| row.point == point && row.factor == factor).unwrap();
        format!("{factor}={}", row.written)
    };
    let high = sensed.design.iter().find(|row| row.moved == RATE && row.role == "high").unwrap();
    assert_eq!(at(high.point, RATE), format!("{RATE}=38 per day"), "nine tenths of the way from 20 to 40");
    let (rate, effort) = (at(high.point, RATE), at(high.point, EFFORT));
    let edits = ["--set", &rate, "--set", &effort, "--replications", "3", "--draws", "1"];
    desk.run(&[&["run", "unsure.toml", "--no-charts", "--quiet", "--out", "one"], &edits[..]].concat())
        .ends(0);
    let run: Vec<caseload::output::tables::ReplicationRow> = csv::read(&desk.path("one")).unwrap();
    let run: Vec<Option<f64>> = run
        .iter()
        .filter(|row| *row.measure == *"backlog_mean" && row.class.is_empty())
        .map(|row| row.value)
        .collect();
    let here = sensed.answers.iter().filter(|row| row.point == high.point).map(|row| row.value);
    assert_eq!(here.collect::<Vec<_>>(), run);
}

/// The total index from the tables alone, by Jansen's formula over different replications, and the noise share.
#[test]
fn indices_can_be_worked_out_again_from_the_tables() {
    let desk = desk();
    let more = ["--method", "sobol", "--points", "64", "--no-charts", "--quiet"];
    asked(&desk, &more).ends(0);
    let folder = desk.path("out/unsure-sensitivity");
    let design: Vec<DesignRow> = csv::read(&folder).unwrap();
    let answers: Vec<AnswerRow> = csv::read(&folder).unwrap();
    let mut values: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for row in &answers {
        values.entry(row.point).or_default().push(row.value.unwrap());
    }
    let points = |role: &str, moved: &str| -> Vec<&Vec<f64>> {
        let here = |row: &&DesignRow| row.role == role && row.moved == moved && row.factor == RATE;
        design.iter().filter(here).map(|row| &values[&row.point]).collect()
    };
    let (a, b, mixed) = (points("a", ""), points("b", ""), points("mixed", EFFORT));
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
    let variance = |of: &[f64]| {
        let middle = mean(of);
        of.iter().map(|y| (y - middle).powi(2)).sum::<f64>() / (of.len() as f64 - 1.0)
    };
    let side = |points: &[&Vec<f64>]| {
        let means: Vec<f64> = points.iter().map(|y| mean(y)).collect();
        let luck = mean(&points.iter().map(|y| variance(y)).collect::<Vec<_>>());
        (variance(&means) - luck / 2.0, luck)
    };
    let ((of_a, luck_a), (of_b, luck_b)) = (side(&a), side(&b));
    let (all, luck) = (f64::midpoint(of_a, of_b), f64::midpoint(luck_a, luck_b));
    // Two replications: the product of the two changes has only different luck in it.
    let squares: Vec<f64> = a.iter().zip(&mixed).map(|(a, m)| (m[0] - a[0]) * (m[1] - a[1])).collect();
    let rows: Vec<SensitivityRow> = csv::read(&folder).unwrap();
    let near = |found: f64, exact: f64| assert!((found - exact).abs() < 1e-9, "{found}, not {exact}");
    near(estimate(&rows, "sobol", EFFORT, "ST"), mean(&squares) / 2.0 / all);
    near(estimate(&rows, "sobol", "", "noise_share"), luck / (all + luck));
}

#[test]
fn where_nothing_is_unsure_volumes_efforts_and_posts_are_moved_and_said_to_be() {
    let desk = desk();
    let said = desk.run(&["sensitivity", "small.toml", "--no-charts"]);
    said.ends(0).says("nothing is unsure in this scenario").prints("× 1.1").prints("share_within/look/24 h");
    said.prints("`--method morris`").prints("No effect in any");
    let waits = ["--measure", "wait_mean/read", "--no-charts", "--quiet", "--out", "waits"];
    desk.run(&[&["sensitivity", "small.toml"], &waits[..]].concat()).ends(0);
    let rows: Vec<SensitivityRow> = csv::read(&desk.path("waits")).unwrap();
    let swing = |factor: &str| estimate(&rows, "tornado", factor, "swing");
    assert!(swing("pool.reader.headcount") < 0.0 && swing("stage.read.effort") > 0.0 && swing(RATE) > 0.0);
    let how: BTreeMap<&str, &str> = rows.iter().map(|row| (&*row.factor, &*row.how)).collect();
    assert_eq!((how["pool.reader.headcount"], how[RATE]), ("add", "scale"));
}

#[test]
fn what_is_set_or_varied_by_hand_is_no_longer_unsure() {
    let desk = desk();
    let more = ["--set", "source.platforms.rate=30 per day", "--json", "--no-charts"];
    let said = asked(&desk, &more);
    said.ends(0).prints(EFFORT);
    assert!(!said.out.contains(RATE), "{}", said.out);
    let varied =
        ["--vary", "source.platforms.rate=25 per day..35 per day", "--json", "--no-charts", "--force"];
    let rows = asked(&desk, &varied);
    rows.ends(0).prints("\"how\": \"set\"").prints(RATE);
}

#[test]
fn threads_do_not_change_a_byte_of_a_sensitivity_analysis() {
    let desk = desk();
    let more = ["--method", "morris", "--trajectories", "3", "--no-charts", "--quiet"];
    for threads in ["1", "4"] {
        asked(&desk, &[&more[..], &["--threads", threads, "--out", threads]].concat()).ends(0);
    }
    for table in ["sensitivity.csv", "design.csv", "answers.csv"] {
        assert_eq!(bytes(&desk.path("1").join(table)), bytes(&desk.path("4").join(table)));
    }
}

#[test]
fn what_cannot_be_asked_is_said_before_anything_is_run() {
    let desk = desk();
    let refused = |more: &[&str], words: &str| {
        desk.run(&[&["sensitivity", "small.toml"], more].concat()).ends(2).says(words);
        assert!(!desk.path("out").exists(), "{more:?} wrote something");
    };
    refused(&["--measure", "backlog_at_and"], "the nearest are `backlog_at_end`");
    refused(&["--vary", "pool.reader.headcount=3..1"], "upside down");
    refused(&["--vary", "pool.raeder.headcount=1..3:1"], "did you mean `reader`?");
    refused(&["--vary", "pool.reader.hedcount=1..3:1"], "did you mean `headcount`?");
    refused(&["--vary", "pool.reader.headcount=1,-2"], "cannot run with pool.reader.headcount=-2");
    refused(&["--vary", "scenario.seed=1,2"], "use `--seed`");
    refused(
        &["--vary", "stage.read.order=fifo,lifo", "--set", "stage.read.order=fifo"],
        "both set and varied",
    );
    refused(&["--method", "anova"], "possible values: tornado, morris, sobol");
    refused(&["--replications", "1"], "2..=1000000");
    refused(&["--method", "sobol", "--points", "50000"], "too many");
    let one = SMALL.replace("replications = 4", "replications = 1");
    let desk = Desk::new().with("one.toml", &one);
    desk.run(&["sensitivity", "one.toml"]).ends(2).says("--replications");
}
