//! The smallest use of the library: load a scenario, compile it, run it, and compare it with Erlang's formula.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use caseload::model::compile;
use caseload::run::{RunPlan, Watcher, run};
use caseload::scenario::{self, Disk, Request};
use caseload::theory::erlang::Mmc;

fn main() -> Result<(), Box<dyn Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/first-steps.toml");
    let loaded =
        scenario::load(&Request::new(file, &Disk)).checked.value.ok_or("the scenario does not read")?;
    let model = compile(&loaded).value.ok_or("the scenario does not compile")?;
    let watcher = Watcher { cancel: &AtomicBool::new(false), progress: &|_, _| {} };
    let result = run(&model, &RunPlan::fixed(40), &watcher)?;

    let desk = Mmc::new(4.5, 1.0, 5).ok_or("the desk is overloaded")?;
    println!("                        simulated (standard error)    Erlang");
    for (name, exact) in [
        ("wait_mean/read", desk.mean_wait() / 24.0),
        ("share_within/read/2 h", 1.0 - desk.wait_exceeds(2.0)),
        ("utilization/reader", desk.utilization()),
    ] {
        let index = result.responses.iter().position(|r| r.name() == name).ok_or(name)?;
        let values: Vec<f64> =
            result.values.iter().filter_map(|replication| replication[index].get()).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let error = (variance / n).sqrt();
        println!("{name:<22}  {mean:>9.5} ({error:.5})           {exact:>9.5}");
        // Beyond four standard errors, of 40 replications, it lies once in 3,600 seeds.
        assert!((mean - exact).abs() < 4.0 * error, "{name}: {mean} is not {exact}");
    }
    Ok(())
}
