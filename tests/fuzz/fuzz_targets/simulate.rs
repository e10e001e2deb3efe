//! Small scenarios that are accepted are run, with an observer who believes nothing, and estimated.

#![no_main]

#[allow(dead_code)]
#[path = "../../it/judge.rs"]
mod judge;
#[path = "../../it/judge_checks.rs"]
mod judge_checks;
#[path = "../../it/judge_ways.rs"]
mod judge_ways;

use std::sync::atomic::AtomicBool;

use caseload::engine::simulate;
use caseload::output::{Beside, Results};
use caseload::run::{RunPlan, Watcher, run};
use caseload::scenario::Request;
use caseload_fuzz::{FILE, Files, check, mutate};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_mutator!(|data: &mut [u8], size: usize, max: usize, seed: u32| { mutate(data, size, max, seed, fuzzer_mutate) });

/// Only scenarios that expect fewer events than this are run.
const EVENTS: f64 = 5_000.0;

fuzz_target!(|bytes: &[u8]| {
    let files = Files::with(FILE, bytes);
    let Some((model, capacity)) = check(&Request::new(FILE, &files)) else { return };
    let people: u32 = model.params.iter().flat_map(|p| &p.pools).map(|p| p.headcount).max().unwrap_or(0);
    if capacity.events > EVENTS || model.initial.iter().map(|i| i.count).sum::<u64>() > 5_000 || people > 5_000 || model.samples.len() > 2_000 {
        return;
    }
    simulate(&model, 0, &mut judge::Judge::new(&model));
    let cancel = AtomicBool::new(false);
    let watcher = Watcher { cancel: &cancel, progress: &|_, _| {} };
    let plan = RunPlan { threads: Some(1), ..RunPlan::fixed(2) };
    let result = run(&model, &plan, &watcher).expect("the books agree");
    drop(Results::new(&model, &result, &Beside::default()).files());
});
