//! `caseload rerun`: a run again from its manifest alone, and whether it gave the same bytes.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::ErrorKind;
use crate::output::Manifest;
use crate::run::{BandKind, Layout, RunPlan, responses};
use crate::scenario::Memory;

use super::args::{self, Edits};
use super::compare::{self, Field};
use super::failure::Failure;
use super::inputs::Worlds;
use super::invest;
use super::load::{Form, Ready, Texts, ready};
use super::run::{Job, statements};
use super::select;
use super::sensitivity;
use super::size;
use super::stress;
use super::sweep;
use super::terminal::Terminal;

/// Repeats the run, the comparison, the sweep, the sensitivity analysis or the search for a staffing, and compares every table's hash; a difference is a no.
pub(super) fn rerun(args: &args::Rerun, terminal: &Terminal) -> Result<(), Failure> {
    let old = read(&args.manifest)?;
    let target = args.out.clone().unwrap_or_else(|| beside(&args.manifest));
    let again = Again {
        new: Manifest { command: std::env::args().collect(), tables: Vec::new(), ..old.clone() },
        target: target.clone(),
        threads: args.threads.map(usize::from),
        force: args.force,
    };
    let new = if !old.alternatives.is_empty() {
        compare(again, terminal)?
    } else if !old.vary.is_empty() {
        sweep(again, terminal)?
    } else if old.sensitivity.is_some() {
        sensitivity(again, terminal)?
    } else if old.size.is_some() {
        size(again, terminal)?
    } else if old.invest.is_some() {
        invest(again, terminal)?
    } else {
        run(again, terminal)?
    };
    terminal.say(&format!("results: {}", target.display()));
    judge(&old, &new, terminal)
}

/// What is to be done again, and where it goes.
struct Again {
    new: Manifest,
    target: PathBuf,
    threads: Option<usize>,
    force: bool,
}

/// The run again.
fn run(again: Again, terminal: &Terminal) -> Result<Manifest, Failure> {
    let Again { new: old, target, threads, force } = again;
    let ready = scenario_of(&old, terminal)?;
    let worlds = Worlds::of(&ready, old.draws, terminal)?;
    let names = responses(&ready.model, &Layout::new(&ready.model));
    let band = BandKind::from_name(&old.band)
        .ok_or_else(|| Failure::wrong(format!("the manifest asks for an unknown band `{}`", old.band)))?;
    let plan = RunPlan {
        threads,
        level: old.level,
        chances: statements(&old.chances, &names)?,
        band,
        ..RunPlan::fixed(old.replications)
    };
    let job = Job { ready, worlds, plan, manifest: old, target, force, charts: true };
    Ok(job.perform(terminal)?.manifest)
}

/// The comparison again.
fn compare(again: Again, terminal: &Terminal) -> Result<Manifest, Failure> {
    let Again { new: manifest, target, threads, force } = again;
    let files: Vec<String> = manifest.alternatives.iter().map(|note| note.file.clone()).collect();
    let silent = Terminal { quiet: true, ..*terminal };
    let field = Field::load(&files, &edits_of(&manifest), &texts_of(&manifest), &silent)?;
    if manifest.selection.is_some() {
        let job = select::Job { field, manifest, threads, target: Some(target), force };
        return Ok(job.perform(terminal)?.manifest);
    }
    let stress =
        stress::fields(&manifest.stress, &files, &edits_of(&manifest), &texts_of(&manifest), &silent)?;
    let job = compare::Job {
        field,
        stress,
        manifest,
        precision: None,
        max_replications: 2,
        threads,
        target: Some(target),
        force,
        charts: true,
    };
    Ok(job.perform(terminal)?.manifest)
}

/// The sweep again: every point is run, whatever is there.
fn sweep(again: Again, terminal: &Terminal) -> Result<Manifest, Failure> {
    let Again { new: manifest, target, threads, force } = again;
    let job = sweep::Job {
        base: scenario_of(&manifest, terminal)?,
        texts: Texts { known: texts_of(&manifest), disk: false },
        edits: edits_of(&manifest),
        draws: Some(manifest.draws),
        manifest,
        threads,
        target: Some(target),
        force,
        anew: true,
        charts: true,
    };
    Ok(job.perform(terminal)?.manifest)
}

/// The sensitivity analysis again.
fn sensitivity(again: Again, terminal: &Terminal) -> Result<Manifest, Failure> {
    let Again { new: manifest, target, threads, force } = again;
    let job = sensitivity::Job {
        base: scenario_of(&manifest, terminal)?,
        texts: Texts { known: texts_of(&manifest), disk: false },
        edits: edits_of(&manifest),
        note: manifest.sensitivity.clone().expect("that is how it was told from the others"),
        manifest,
        threads,
        target: Some(target),
        force,
        charts: true,
    };
    Ok(job.perform(terminal)?.manifest)
}

/// The search for a staffing again.
fn size(again: Again, terminal: &Terminal) -> Result<Manifest, Failure> {
    let Again { new: manifest, target, threads, force } = again;
    let base = scenario_of(&manifest, terminal)?;
    let note = manifest.size.clone().expect("that is how it was told from the others");
    let edits = edits_of(&manifest);
    let job = size::Job { base, note, edits, manifest, threads, target: Some(target), force };
    Ok(job.perform(terminal)?.manifest)
}

/// The question what money buys again.
fn invest(again: Again, terminal: &Terminal) -> Result<Manifest, Failure> {
    let Again { new: manifest, target, threads, force } = again;
    let base = scenario_of(&manifest, terminal)?;
    let note = manifest.invest.clone().expect("that is how it was told from the others");
    let texts = Texts { known: texts_of(&manifest), disk: false };
    let (edits, target) = (edits_of(&manifest), Some(target));
    let job = invest::Job { base, note, texts, edits, manifest, threads, target, force, charts: true };
    Ok(job.perform(terminal)?.manifest)
}

/// Says whether the same tables came out.
fn judge(old: &Manifest, new: &Manifest, terminal: &Terminal) -> Result<(), Failure> {
    let differ: Vec<&str> = old
        .tables
        .iter()
        .filter(|table| !new.tables.contains(table))
        .map(|table| table.name.as_str())
        .collect();
    if differ.is_empty() {
        terminal.say(&format!("the same: all {} tables agree byte for byte", old.tables.len()));
        return Ok(());
    }
    terminal.complain(&format!("not the same: {} differ", differ.join(", ")));
    let here = Manifest::new("", "");
    if (&old.version, &old.platform) != (&here.version, &here.platform) {
        terminal.complain(&format!(
            "the first run was made by version {} on {}, this one by {} on {}",
            old.version, old.platform, here.version, here.platform
        ));
    }
    Err(Failure::No)
}

/// A manifest that cannot be read is wrong input; nothing has been asked of the world yet.
pub(super) fn read(path: &Path) -> Result<Manifest, Failure> {
    Manifest::read(path).map_err(|error| match error.kind() {
        ErrorKind::Io(why) if why.kind() == io::ErrorKind::NotFound => {
            Failure::wrong(format!("`{}` is no results folder and no manifest of one", path.display()))
        }
        _ => Failure::wrong(error.to_string()),
    })
}

/// The scenario as it was, from the texts in the manifest.
pub(super) fn scenario_of(manifest: &Manifest, terminal: &Terminal) -> Result<Ready, Failure> {
    // Its warnings were said when it was run first.
    let silent = Terminal { quiet: true, ..*terminal };
    let (edits, texts) = (edits_of(manifest), texts_of(manifest));
    let mut ready = ready(&manifest.file, &edits, &texts, &silent, Form::Brief)?;
    ready.model.seed = manifest.seed;
    ready.model.replications = manifest.replications;
    Ok(ready)
}

/// Every file that was read, as it was.
fn texts_of(manifest: &Manifest) -> Memory {
    manifest.inputs.iter().fold(Memory::default(), |memory, input| memory.with(&input.name, &input.text))
}

/// The edits from the command line.
fn edits_of(manifest: &Manifest) -> Edits {
    let of = |kind: &str| -> Vec<String> {
        let edits = manifest.edits.iter().filter(|edit| edit.kind == kind);
        edits.map(|edit| format!("{}={}", edit.path, edit.value)).collect()
    };
    Edits { plans: manifest.plan_files.clone(), set: of("set"), add: of("add"), scale: of("scale") }
}

/// The manifest's folder with `-rerun` after its name.
fn beside(manifest: &Path) -> PathBuf {
    let folder = if manifest.is_dir() { manifest } else { manifest.parent().unwrap_or(Path::new("")) };
    let name =
        folder.file_name().map_or_else(|| "results".to_owned(), |name| name.to_string_lossy().into_owned());
    folder.with_file_name(format!("{name}-rerun"))
}
