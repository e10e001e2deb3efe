//! What matters at the desk of the first steps: the rate of tips, the hours that one takes, or only luck?
//!
//! The rate is varied by twice the share by which the hours are, and utilization is in proportion to both: it carries four
//! times the variance. Sobol' indices say so, and which part of the variance of a single replication is luck.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use caseload::experiment::sensitivity::{
    Analysis, Part, Point, Quantity, Question, factors, points, sensitivity,
};
use caseload::experiment::{Variation, swept_measures};
use caseload::model::{Model, compile};
use caseload::run::Watcher;
use caseload::scenario::{self, Disk, EditKind, Loaded, Request};

fn main() -> Result<(), Box<dyn Error>> {
    let base = load(&[])?;
    let varied = [
        Variation::parse("source.public.rate=4 per hour..4.8 per hour")?,
        Variation::parse("stage.read.effort.exponential.mean=55 min..60 min")?,
    ];
    let model = compile(&base).value.ok_or("the scenario does not compile")?;
    let question = Question {
        factors: factors(&base, &varied, &[]).map_err(|_| "a law of the scenario cannot be drawn")?,
        parts: vec![Part { analysis: Analysis::Sobol, blocks: 32, replications: 2 }],
        measures: swept_measures(&model, &["utilization/reader".to_owned()])?,
        seed: 1,
        threads: None,
        level: 0.95,
    };
    let points = points(&question.factors, &question.parts, question.seed)?;
    let at = |point: &Point| -> Result<Model, Box<dyn Error>> {
        let loaded = load(&point.edits(&question.factors))?;
        Ok(compile(&loaded).value.ok_or("a point does not compile")?)
    };
    let watcher = Watcher { cancel: &AtomicBool::new(false), progress: &|_, _| {} };
    let found = sensitivity(&question, points, &at, &watcher)?;
    let mut totals = vec![];
    for finding in &found.findings {
        let name = finding.factor.map_or("luck", |factor| &question.factors[factor].name);
        let wanted = [Quantity::Total, Quantity::NoiseShare].contains(&finding.quantity);
        if let Some(share) = finding.interval.filter(|_| wanted) {
            println!("{name}: {} {share}", finding.quantity.word());
            totals.extend(finding.factor.map(|_| share.estimate));
        }
    }
    match totals[..] {
        [rate, effort] if rate > 2.0 * effort => Ok(()),
        _ => Err("the rate should carry the most".into()),
    }
}

/// The scenario with some values set.
fn load(edits: &[(EditKind, String)]) -> Result<Loaded, Box<dyn Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/first-steps.toml");
    let request = Request::new(file, &Disk);
    let request = edits.iter().fold(request, |request, (kind, edit)| request.edit(*kind, edit));
    Ok(scenario::load(&request).checked.value.ok_or("the scenario does not read")?)
}
