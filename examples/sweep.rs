//! A response curve from the library: the desk of the first steps with five to eight readers.
//!
//! Every point meets the same tips with the same work in them, so the curve can only fall: one reader more never lets
//! anybody wait longer in one queue. With luck of its own at each point, it need not.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use caseload::experiment::{Design, SweepPlan, Variation, points, sweep, swept_measures};
use caseload::model::{Model, compile};
use caseload::run::Watcher;
use caseload::scenario::{self, Disk, EditKind, Request};

fn main() -> Result<(), Box<dyn Error>> {
    let varied = [Variation::parse("pool.reader.headcount=5..8:1")?];
    let points = points(&varied, Design::Grid, 1)?;
    let base = model(&[])?;
    let mut models = vec![];
    for point in &points {
        let edits = varied.iter().zip(point).map(|(v, setting)| format!("{}={}", v.path, setting.written));
        models.push(vec![model(&edits.collect::<Vec<_>>())?]);
    }
    let plan = SweepPlan {
        measures: swept_measures(&base, &["wait_mean/read".to_owned()])?,
        replications: 10,
        draws: 1,
        threads: None,
        level: 0.95,
    };
    let watcher = Watcher { cancel: &AtomicBool::new(false), progress: &|_, _| {} };
    let mut before = f64::INFINITY;
    for (point, estimates) in points.iter().zip(sweep(&models, &plan, &watcher)?) {
        let wait = estimates[0].as_ref().ok_or("nobody was read")?;
        println!("{} readers: mean wait in days {}", point[0].written, wait.interval);
        if wait.interval.estimate >= before {
            return Err("one reader more made people wait longer".into());
        }
        before = wait.interval.estimate;
    }
    Ok(())
}

/// The scenario with some values set.
fn model(edits: &[String]) -> Result<Model, Box<dyn Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/first-steps.toml");
    let request = Request::new(file, &Disk);
    let request = edits.iter().fold(request, |request, edit| request.edit(EditKind::Set, edit));
    let loaded = scenario::load(&request).checked.value.ok_or("the scenario does not read")?;
    Ok(compile(&loaded).value.ok_or("the scenario does not compile")?)
}
