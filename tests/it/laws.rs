//! What must hold in every run, whatever the scenario: cases are conserved, parts add up to the whole, nobody is busy
//! who is not there. The scenario has a bit of everything: loops, two pools at one stage, retention, patience, shifts,
//! an initial backlog, a dated change.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use caseload::model::Model;
use caseload::output::{Beside, Results};
use caseload::run::{RunPlan, RunResult, Watcher, run};

use crate::harness;

const RICH: &str = r#"
[scenario]
start = 2025-01-06
horizon = "1 year"
warmup = "28 days"
follow_up = "60 days"
sample = "7 days"
replications = 3
seed = 11
holidays = [2025-07-04, 2025-12-25]

[[class]]
id = "danger"
risk = 10

[[class]]
id = "abroad"
of = "danger"
risk = 12

[[class]]
id = "possession"
risk = 0.3

[[source]]
id = "platforms"
rate = "9 per day"
growth = "20% per year"
weekly = { sat = 0.7, sun = 0.6 }
overdispersion = 2.0
mix = { danger = 0.1, abroad = 0.05, possession = "rest" }
retention = { lasts = "60 days", preserved_by = "legal", on_lapse = "lost" }

[[source]]
id = "families"
rate = "1 per day"
mix = { danger = 0.5, possession = 0.5 }
enters = "legal"

[[initial]]
stage = "screen"
count = { possession = 60, danger = 5 }
age = { exponential = { mean = "20 days" } }
source = "platforms"

[[initial]]
stage = "reply"
count = { possession = 10 }
age = "5 days"

[[pool]]
id = "analyst"
headcount = 2
hours = "Mon-Fri 08:00-16:30"
availability = 0.8
yearly_cost = 90_000

[[pool]]
id = "duty"
headcount = 1
hours = "Mon-Sun 20:00-04:00"
shift_end = "hand-over"
hourly = { on_shift = 8, worked = 75 }

[[pool]]
id = "officer"
headcount = 5
hours = "Mon-Fri 08:00-17:00"
shift_end = "finish"
yearly_cost = 120_000

[[stage]]
id = "screen"
pool = "analyst"
effort = { lognormal = { mean = "75 min", cv = 1.0 } }
patience = { default = "40 days", danger = "90 days" }
on_patience = "no-action"
route = { default = { legal = 0.6, no-action = "rest" }, danger = "legal" }

[[stage]]
id = "legal"
pool = ["officer", "duty"]
effort = { gamma = { mean = "4 h", cv = 0.9 } }
route = { reply = 0.8, screen = 0.1, no-action = "rest" }
cost = 25

[[stage]]
id = "reply"
delay = { p50 = "10 days", p90 = "30 days" }
route = "sort"

[[stage]]
id = "sort"
route = { arrest = 0.3, no-action = "rest" }

[[outcome]]
id = "arrest"
counts_as = "acted"
stops = true

[[outcome]]
id = "no-action"
counts_as = "closed"

[[outcome]]
id = "lost"
counts_as = "lost"

[[milestone]]
id = "action"
at = { start = "legal" }

[[milestone]]
id = "answer"
from = { end = "legal" }
at = { end = "reply" }
source = "platforms"

[[target]]
milestone = "action"
class = "danger"
within = "7 days"
share = 0.5

[[change]]
at = 2025-06-02
why = "a new officer"
add = { "pool.officer.headcount" = 1 }
"#;

fn made() -> (Model, RunResult, Results) {
    let model = harness::model(RICH);
    let cancel = AtomicBool::new(false);
    let watcher = Watcher { cancel: &cancel, progress: &|_, _| {} };
    // The run itself fails when the engine's census and the recorder's books disagree at any sample.
    let result = run(&model, &RunPlan::fixed(3), &watcher).expect("cases are conserved");
    let results = Results::new(&model, &result, &Beside::default());
    (model, result, results)
}

#[test]
fn what_came_has_ended_or_is_open() {
    let (_, _, results) = made();
    for class in ["danger", "possession"] {
        // Open at the first sample after the warm-up, then what flows in and out of every interval.
        let open: Vec<f64> = (results.backlog.iter())
            .filter(|r| {
                r.measure == "backlog" && r.stage.is_empty() && r.class_as == "true" && r.class == class
            })
            .map(|r| r.estimate.unwrap())
            .collect();
        let mut net: BTreeMap<i64, f64> = BTreeMap::new();
        for row in results.flows.iter().filter(|r| r.class == class && !r.of.is_empty()) {
            let sign = match row.flow.as_str() {
                "arrivals" => 1.0,
                "outcomes" => -1.0,
                _ => continue,
            };
            *net.entry(row.day as i64).or_default() += sign * row.estimate.unwrap();
        }
        assert_eq!(open.len(), net.len() + 1);
        for (i, net) in net.values().enumerate() {
            assert!((open[i + 1] - open[i] - net).abs() < 1e-9, "{class}, interval {i}");
        }
        assert!(open.iter().any(|n| *n > 1.0), "an empty system would show nothing");
    }
}

#[test]
fn stages_and_classes_add_up_to_the_backlog() {
    let (_, _, results) = made();
    let mut sums: BTreeMap<(&str, i64), f64> = BTreeMap::new();
    for row in &results.backlog {
        let how = match (row.measure.as_str(), row.stage.is_empty(), row.class_as.as_str()) {
            ("backlog", true, "") => "all",
            ("backlog", true, "true") => "true classes",
            ("backlog", true, "observed") => "observed classes",
            ("backlog", false, "") => "stages",
            ("waiting" | "in_work" | "delayed", true, "") => "states",
            ("waiting" | "in_work" | "delayed", false, "observed") => "cells",
            _ => continue,
        };
        *sums.entry((how, row.day as i64)).or_default() += row.estimate.unwrap();
    }
    let days: Vec<i64> = sums.keys().filter(|(how, _)| *how == "all").map(|(_, day)| *day).collect();
    assert!(days.len() > 40);
    for day in days {
        for how in ["true classes", "observed classes", "stages", "states", "cells"] {
            assert!((sums[&(how, day)] - sums[&("all", day)]).abs() < 1e-9, "{how} on day {day}");
        }
    }
}

#[test]
fn nobody_is_busy_who_is_not_on_shift() {
    let (model, result, results) = made();
    for row in &results.utilization {
        assert!(row.busy_hours <= row.on_shift_hours, "{} {:?}", row.pool, row.until);
        assert!(row.estimate.is_none_or(|share| (0.0..=1.0).contains(&share)));
        // Effort runs slower than the clock where a part of the shift is not case work.
        if row.span == "window" && row.pool == "analyst" {
            let hours = row.busy_hours * 0.8;
            assert!((row.effort_hours / hours - 1.0).abs() < 0.02, "{} of {hours}", row.effort_hours);
        }
    }
    let posts: Vec<f64> = (results.staff.iter())
        .filter(|r| r.pool == "officer" && r.measure == "posts")
        .map(|r| r.estimate.unwrap())
        .collect();
    assert_eq!((posts[0], *posts.last().unwrap()), (5.0, 6.0));
    let overtime = result.estimate("overtime_hours/officer").unwrap().interval.estimate;
    assert!(overtime > 0.0, "tasks in hand at five o'clock are finished");
    assert_eq!(model.pools.len(), 3);
}

#[test]
fn a_finished_life_is_the_sum_of_its_stints() {
    let (_, _, results) = made();
    let mut sums: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for row in &results.where_the_time_goes {
        let sum = sums.entry(&row.class).or_default();
        let days = row.estimate.unwrap();
        if row.state == "total" { sum.0 += days } else { sum.1 += days }
    }
    assert_eq!(sums.len(), 3);
    for (class, (total, parts)) in sums {
        assert!(total > 1.0 && (total - parts).abs() < 1e-9 * total, "{class}: {parts} of {total}");
    }
}

#[test]
fn items_and_fiscal_years_add_up_to_the_cost() {
    let (_, _, results) = made();
    let sum = |kind: bool, year: bool| -> f64 {
        let here =
            results.costs.iter().filter(|r| r.kind.is_empty() != kind && r.fiscal_year.is_empty() != year);
        here.map(|r| r.estimate.unwrap()).sum()
    };
    let total = sum(false, false);
    // Two analysts and five or six officers for eleven months, and more.
    assert!((800_000.0..1_000_000.0).contains(&total), "{total}");
    for (kind, year) in [(true, false), (false, true), (true, true)] {
        assert!((sum(kind, year) - total).abs() < 1e-6 * total, "{kind} {year}");
    }
}

#[test]
fn with_a_follow_up_everybody_in_the_window_is_judged() {
    let (_, _, results) = made();
    let target = &results.targets[0];
    assert_eq!((target.within.as_str(), target.class.as_str()), ("7 days", "danger"));
    assert_eq!(target.window_from.unwrap().to_string(), "2025-02-03");
    // The follow-up is longer than the limit, so everybody who came until the horizon is judged.
    assert_eq!(target.window_until.unwrap().to_string(), "2026-01-06");
    assert!(target.cases.unwrap() > 100.0 && target.estimate.is_some());
}
