//! What common random numbers bring: plans for the task force are compared on the same tips with the same luck.
//!
//! The difference between a plan and the task force as it is has the variance Var(A − B) if both meet the same luck,
//! and Var(A) + Var(B) if each has luck of its own. Their ratio says how many times as many independent replications
//! would tell as much. `common_numbers [REPLICATIONS [PLAN ..]]` prints it for some figures; without arguments for three plans.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use caseload::model::compile;
use caseload::run::{RunPlan, RunResult, Watcher, run};
use caseload::scenario::{self, Disk, Request};

/// Measures, and what they are called in the table.
const MEASURES: [(&str, &str); 5] = [
    ("share_within/emergency/24 h/danger", "urgent within 24 h"),
    ("share_within/first-look/30 days/possession", "possession seen within 30 days"),
    ("backlog_at_end", "open at the end"),
    ("ended_as/charged", "charged"),
    ("cost", "cost"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let replications = arguments.first().map_or(Ok(10), |n| n.parse())?;
    let some = ["more-examiners", "better-triage", "two-year-grant"].map(str::to_owned);
    let plans = if arguments.len() > 1 { &arguments[1..] } else { &some[..] };

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let base = result_of(&folder.join("state-task-force.toml"), replications)?;
    println!("| plan | {} |", MEASURES.map(|(_, called)| called).join(" | "));
    println!("| --- |{}", " --- |".repeat(MEASURES.len()));
    for plan in plans {
        let changed = result_of(&folder.join("plans").join(plan).with_extension("toml"), replications)?;
        let mut ratios = vec![];
        for (measure, _) in MEASURES {
            ratios.push(ratio(&values(&base, measure)?, &values(&changed, measure)?));
        }
        let shown: Vec<String> = ratios.iter().map(|ratio| shown(*ratio)).collect();
        println!("| {plan} | {} |", shown.join(" | "));
        // Where luck of its own would do as well, each of five ratios would lie around 1.
        if !ratios.iter().flatten().any(|ratio| *ratio > 2.0) {
            return Err(format!("{plan}: common numbers bring nothing: {ratios:?}").into());
        }
    }
    Ok(())
}

fn result_of(file: &Path, replications: u32) -> Result<RunResult, Box<dyn Error>> {
    let loaded = scenario::load(&Request::new(file, &Disk)).checked.value;
    let loaded = loaded.ok_or_else(|| format!("{} does not read", file.display()))?;
    let model = compile(&loaded).value.ok_or_else(|| format!("{} does not compile", file.display()))?;
    let watcher = Watcher { cancel: &AtomicBool::new(false), progress: &|_, _| {} };
    Ok(run(&model, &RunPlan::fixed(replications), &watcher)?)
}

/// A measure in each replication.
fn values(result: &RunResult, measure: &str) -> Result<Vec<f64>, Box<dyn Error>> {
    let index = result.responses.iter().position(|r| r.name() == measure).ok_or(measure)?;
    let values: Option<Vec<f64>> = result.values.iter().map(|replication| replication[index].get()).collect();
    Ok(values.ok_or_else(|| format!("{measure} has no value in some replication"))?)
}

/// (Var A + Var B) / Var(A − B); nothing where the plan makes no difference in any replication.
fn ratio(a: &[f64], b: &[f64]) -> Option<f64> {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let paired = variance(&differences);
    (paired > 0.0).then(|| (variance(a) + variance(b)) / paired)
}

fn variance(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)
}

fn shown(ratio: Option<f64>) -> String {
    match ratio {
        None => "the same".to_owned(),
        Some(ratio) if ratio < 10.0 => format!("{ratio:.1}"),
        // How much more has no meaning left.
        Some(ratio) if ratio > 1000.0 => "> 1000".to_owned(),
        Some(ratio) => format!("{ratio:.0}"),
    }
}
