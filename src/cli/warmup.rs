//! `caseload warmup`: how much of a run's beginning to leave out where the steady state is asked for.

use crate::model::Model;
use crate::model::capacity::Capacity;
use crate::run::warmup::{FEWEST_SAMPLES, Warmup, suggest};
use crate::run::{self, RunPlan};
use crate::scenario::Disk;
use crate::units::{Duration, Time};

use super::args;
use super::failure::Failure;
use super::figures::{counted, number};
use super::fits::fits;
use super::load::{Form, Ready, ready};
use super::progress::watched;
use super::terminal::{Terminal, paragraph};

/// Simulates from the start on and prints the suggestion; where there is none, says why: a no.
pub(super) fn warmup(args: &args::Warmup, terminal: &Terminal) -> Result<(), Failure> {
    let ready = ready(&args.file, &args.edits, &Disk, terminal, Form::Brief)?;
    fits(&ready, args.replications.unwrap_or(ready.model.replications), terminal)?;
    let Ready { mut model, capacity, .. } = ready;
    // Only a run from its very beginning shows where the beginning ends.
    model.warmup = Time::ZERO;
    model.replications = args.replications.unwrap_or(model.replications);
    if let Some(why) = unsteady(&model, &capacity) {
        return no(terminal, &why);
    }
    let plan = RunPlan::fixed(model.replications);
    let result =
        watched(terminal, &model.name, model.replications, |watcher| run::run(&model, &plan, watcher));
    let Some(found) = suggest(&model, &result?) else {
        return no(
            terminal,
            &format!(
                "no warm-up can be found: MSER-5 needs {FEWEST_SAMPLES} samples at equal distances; choose a shorter \
                 `sample` or a later `horizon`"
            ),
        );
    };
    if found.too_short {
        return no(
            terminal,
            &format!(
                "run too short: MSER-5 over {} would leave out half the run ({}), the most it may, so the backlog had \
                 not settled; choose a later `horizon`",
                counted(found.samples as u64, "sample"),
                found.length
            ),
        );
    }
    Ok(terminal.data(&answer(&model, &found))?)
}

fn no(terminal: &Terminal, why: &str) -> Result<(), Failure> {
    terminal.complain(why);
    Err(Failure::No)
}

/// Why there is no steady state to warm up to; none where nothing forbids it.
fn unsteady(model: &Model, capacity: &Capacity) -> Option<String> {
    let unrelieved = capacity.unrelieved(model);
    let names: Vec<String> =
        unrelieved.iter().map(|pool| format!("`{}`", model.pools[pool.index()].id)).collect();
    let verb = if names.len() == 1 { "gets" } else { "get" };
    (!names.is_empty()).then(|| {
        format!(
            "there is no steady state: {} {verb} more work than can be done, and no case lapses or loses patience there, so \
             the backlog grows as long as the run lasts; ask about dates, without a warm-up",
            names.join(", ")
        )
    })
}

fn answer(model: &Model, found: &Warmup) -> String {
    let length = if found.length == Duration::ZERO { "0 days".to_owned() } else { found.length.to_string() };
    let mut text = format!("warmup = \"{length}\"\n");
    let cases = |value: f64| number(value, if value < 10.0 { 2 } else { 0 });
    let levels = match found.before {
        None => format!("it leaves out nothing; {} open cases on average", cases(found.after)),
        Some(before) => format!(
            "open cases on average: {} in what it leaves out, {} after that",
            cases(before),
            cases(found.after)
        ),
    };
    text += &paragraph(&format!(
        "MSER-5 on open cases at {}, {} apart, averaged over {}; {levels}. It goes by steps of five samples: a shorter \
         `sample` tells finer.",
        counted(found.samples as u64, "sample"),
        found.every,
        counted(u64::from(model.replications), "replication"),
    ));
    if model.params.len() > 1 {
        text += &paragraph(
            "The scenario changes at dates: what follows the warm-up is no steady state, but what these changes make of it.",
        );
    }
    text
}
