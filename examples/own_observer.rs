//! An observer of your own: how often does the prosecutor send a report back?
//!
//! The program's tables do not say it, the facts do. The observer keeps one thing for every open case, the stage that it
//! finished last, in an array by the case's slot; and it counts. The share must come out as the scenario's route says.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::error::Error;
use std::path::Path;

use caseload::engine::{CaseView, Census, Fact, Observer, PoolLevel, simulate};
use caseload::model::{PoolId, StageId, compile};
use caseload::scenario::{self, Disk, Request};
use caseload::units::Time;

/// Counts what leaves one stage, and what of it goes to another.
struct Returns {
    from: StageId,
    to: StageId,
    /// By slot: the stage that the case finished last.
    last: Vec<Option<StageId>>,
    finished: u64,
    returned: u64,
}

impl Observer for Returns {
    fn fact(&mut self, _: Time, case: CaseView, fact: Fact<'_>) {
        let slot = case.slot as usize;
        if slot >= self.last.len() {
            self.last.resize(slot + 1, None);
        }
        match fact {
            // A slot is used again by a later case.
            Fact::Arrived { .. } => self.last[slot] = None,
            Fact::Finished { stage, .. } => {
                self.finished += u64::from(stage == self.from);
                self.last[slot] = Some(stage);
            }
            Fact::Joined { stage, .. } if stage == self.to && self.last[slot] == Some(self.from) => {
                self.returned += 1;
            }
            _ => {}
        }
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/state-task-force.toml");
    let loaded =
        scenario::load(&Request::new(file, &Disk)).checked.value.ok_or("the scenario does not read")?;
    let model = compile(&loaded).value.ok_or("the scenario does not compile")?;
    let stage = |id: &str| model.stages.iter().position(|stage| stage.id == id).map(StageId::at);
    let from = stage("prosecutor").ok_or("no such stage")?;
    let to = stage("case-report").ok_or("no such stage")?;

    let mut returns = Returns { from, to, last: vec![], finished: 0, returned: 0 };
    for replication in 0..10 {
        simulate(&model, replication, &mut returns);
    }

    // The scenario's route says 0.15. Each of the draws is independent of the others, so the count is binomial; beyond
    // four standard errors it lies once in 16,000 seeds.
    let (n, expected) = (returns.finished as f64, 0.15);
    let share = returns.returned as f64 / n;
    let error = (expected * (1.0 - expected) / n).sqrt();
    println!(
        "{} of {} reports came back: {share:.4}, standard error {error:.4}",
        returns.returned, returns.finished
    );
    assert!(returns.finished > 5_000, "too few to say anything: {}", returns.finished);
    assert!((share - expected).abs() < 4.0 * error, "{share} is not {expected}");
    Ok(())
}
