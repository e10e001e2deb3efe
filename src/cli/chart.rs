//! `caseload chart`: draws the charts of a results folder again, from its tables and its manifest.

use crate::output::{Compared, Invested, Manifest, Results, Sensed, Swept, replace_chart};

use super::args;
use super::compared_pictures;
use super::failure::Failure;
use super::invest;
use super::invested::Money;
use super::invested_pictures;
use super::pictures::{About, Picture, pictures};
use super::rerun::{read, scenario_of};
use super::sensed_pictures;
use super::sweep_pictures;
use super::terminal::Terminal;

/// Redraws every picture.
pub(super) fn chart(args: &args::Chart, terminal: &Terminal) -> Result<(), Failure> {
    let manifest = read(&args.folder)?;
    if Compared::is_in(&args.folder) {
        return compared(args, &manifest, terminal);
    }
    if Swept::is_in(&args.folder) {
        return swept(args, &manifest, terminal);
    }
    if Invested::is_in(&args.folder) {
        return invested(args, &manifest, terminal);
    }
    if Sensed::is_in(&args.folder) {
        return sensed(args, &manifest, terminal);
    }
    let rows = Results::read(&args.folder).map_err(|error| Failure::wrong(error.to_string()))?;
    let ready = scenario_of(&manifest, terminal)?;
    let draws = u64::from(manifest.draws);
    let about = About::of(&ready.model, u64::from(manifest.replications) * draws, draws);
    replace(args, &pictures(&about, &rows), terminal)
}

/// Those of a comparison.
fn compared(args: &args::Chart, manifest: &Manifest, terminal: &Terminal) -> Result<(), Failure> {
    let rows = Compared::read(&args.folder).map_err(|error| Failure::wrong(error.to_string()))?;
    let base = scenario_of(manifest, terminal)?;
    replace(args, &compared_pictures::pictures(&base.model.title, &rows), terminal)
}

/// Those of a sweep.
fn swept(args: &args::Chart, manifest: &Manifest, terminal: &Terminal) -> Result<(), Failure> {
    let rows = Swept::read(&args.folder).map_err(|error| Failure::wrong(error.to_string()))?;
    let base = scenario_of(manifest, terminal)?;
    let replications = u64::from(manifest.replications) * u64::from(manifest.draws);
    replace(args, &sweep_pictures::pictures(&base.model, replications, &rows), terminal)
}

/// Those of what money buys.
fn invested(args: &args::Chart, manifest: &Manifest, terminal: &Terminal) -> Result<(), Failure> {
    let rows = Invested::read(&args.folder).map_err(|error| Failure::wrong(error.to_string()))?;
    let base = scenario_of(manifest, terminal)?;
    let note = manifest
        .invest
        .as_ref()
        .ok_or_else(|| Failure::wrong("the manifest does not say what the budget was"))?;
    let money = Money { currency: base.model.currency.clone(), in_all: note.in_all };
    let budget = invest::budget(&note.budget, &money.currency)?;
    replace(args, &invested_pictures::pictures(&base.model.title, &money, budget, &rows), terminal)
}

/// Those of a sensitivity analysis.
fn sensed(args: &args::Chart, manifest: &Manifest, terminal: &Terminal) -> Result<(), Failure> {
    let rows = Sensed::read(&args.folder).map_err(|error| Failure::wrong(error.to_string()))?;
    let base = scenario_of(manifest, terminal)?;
    replace(args, &sensed_pictures::pictures(&base.model, &rows), terminal)
}

fn replace(args: &args::Chart, pictures: &[Picture], terminal: &Terminal) -> Result<(), Failure> {
    for (name, bytes) in pictures.iter().flat_map(Picture::files) {
        replace_chart(&args.folder, &name, &bytes)?;
    }
    terminal.say(&format!("drew {} charts in {}", pictures.len(), args.folder.join("charts").display()));
    Ok(())
}
