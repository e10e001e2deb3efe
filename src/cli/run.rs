//! `caseload run`: simulate, write the results folder, say the answers.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::diagnostic::render;
use crate::model::{Model, fluid, input_draws, long_run};
use crate::output::{Beside, EditNote, Manifest, OutputDir, Results};
use crate::run::{self, BandKind, Goal, Layout, Response, RunPlan, Statement, Watcher, responses};
use crate::scenario::{ChangeInfo, Disk};
use crate::units::Time;

use super::args::{self, Edits};
use super::capacity as words;
use super::failure::Failure;
use super::figures::counted;
use super::fits::fits;
use super::inputs::Worlds;
use super::load::{Form, Ready, expand, ready};
use super::pictures::{About, pictures, write_folder};
use super::progress::watched;
use super::summary::summary;
use super::terminal::{Terminal, paragraph};

/// Runs every file. One that fails does not stop the others; the worst failure decides the exit code.
pub(super) fn run(args: &args::Run, terminal: &Terminal) -> Result<(), Failure> {
    let files = expand(&args.files)?;
    let mut worst: Option<Failure> = None;
    for file in &files {
        if files.len() > 1 {
            terminal.say(&format!("-- {file}"));
        }
        let Err(failure) = one(file, files.len() > 1, args, terminal) else { continue };
        failure.tell(terminal);
        if matches!(failure, Failure::Stopped | Failure::Unread) {
            return Err(failure.told());
        }
        let failure = failure.told();
        worst = Some(match worst {
            Some(before) => before.worse(failure),
            None => failure,
        });
    }
    worst.map_or(Ok(()), Err)
}

fn one(file: &str, several: bool, args: &args::Run, terminal: &Terminal) -> Result<(), Failure> {
    let mut ready = ready(file, &args.edits, &Disk, terminal, Form::Brief)?;
    ready.model.seed = args.luck.seed.unwrap_or(ready.model.seed);
    ready.model.replications = args.replications.unwrap_or(ready.model.replications);
    let draws = input_draws(&ready.loaded, args.draws);
    terminal.say(&words::short(&ready.model, &ready.capacity));
    if let Some(words) = unknown(&ready, draws, args)? {
        terminal.say(&words);
    }
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = args.luck.threads().unwrap_or(cores).min(cores);
    let replications = ready.model.replications.saturating_mul(draws);
    if let Some(warning) = long_run(&ready.loaded, &ready.capacity, replications, threads) {
        terminal.say(&render::one(&warning, &ready.loaded.documents, terminal.styled));
    }
    let worlds = Worlds::of(&ready, draws, terminal)?;
    let job = Job {
        plan: plan(args, &ready)?,
        manifest: Manifest { draws, ..manifest(file, args, &ready) },
        worlds,
        target: target(args.out.as_deref(), several, &ready),
        force: args.force,
        charts: args.charts,
        ready,
    };
    let results = job.perform(terminal)?;
    let words = || summary(&results.about, &results.rows, terminal);
    Ok(terminal.answer(args.json.then(|| results.rows.to_json()), words, &results.folder)?)
}

/// What is said before a run with values that nobody knows; none where everything is known.
fn unknown(ready: &Ready, draws: u32, args: &args::Run) -> Result<Option<String>, Failure> {
    let unknowns = ready.loaded.unknowns.len() as u64;
    if unknowns == 0 {
        let several = args.draws.is_some_and(|draws| draws > 1);
        return Ok(several.then(|| "no value is `unsure`: one draw is all there is".to_owned()));
    }
    if args.precision.is_some() && draws > 1 {
        let why = "`--precision` adds replications, and here every draw of what nobody knows has as many as the \
                   others; ask with `--draws 1`, or for more `--draws` or `--replications`";
        return Err(Failure::wrong(why));
    }
    let (values, draws) = (counted(unknowns, "value"), counted(u64::from(draws), "draw"));
    let words =
        format!("{values} that nobody knows: above each stands at its middle, below are {draws} of them");
    Ok(Some(paragraph(&words).trim_end().to_owned()))
}

/// One run that is fully described.
pub(super) struct Job {
    pub(super) ready: Ready,
    /// The draws of what nobody knows.
    pub(super) worlds: Worlds,
    pub(super) plan: RunPlan,
    pub(super) manifest: Manifest,
    pub(super) target: PathBuf,
    pub(super) force: bool,
    pub(super) charts: bool,
}

/// What a job leaves.
pub(super) struct Done {
    pub(super) about: About,
    pub(super) rows: Results,
    pub(super) folder: PathBuf,
    pub(super) manifest: Manifest,
}

impl Job {
    /// Simulates and writes. The folder is looked at before the work, so that nobody waits for nothing.
    pub(super) fn perform(mut self, terminal: &Terminal) -> Result<Done, Failure> {
        fits(&self.ready, self.plan.replications.saturating_mul(self.manifest.draws.max(1)), terminal)?;
        if self.plan.precision.is_none() {
            OutputDir::may_write(&self.target, &self.manifest, self.force)?;
        }
        let (began, model) = (Instant::now(), &self.ready.model);
        let models = self.worlds.models(&self.ready);
        let all = self.plan.replications.saturating_mul(models.len() as u32);
        let fluid = || fluid(model);
        let run = |watcher: &Watcher<'_>| run::run_beside(models, &self.plan, watcher, fluid);
        let (result, fluid) = watched(terminal, &model.name, all, run)?;
        if let Some(precision) = result.precision.as_ref().filter(|precision| !precision.reached) {
            let needed = precision.needed.map_or_else(String::new, |n| format!("; about {n} would do"));
            let (measure, n) = (&precision.measure, result.replications);
            terminal.say(&format!("`{measure}` is not as precise as asked after {n} replications{needed}"));
        }
        self.manifest.replications = result.replications / result.draws;
        self.manifest.draws = result.draws;
        self.manifest.unknowns.clone_from(&self.worlds.notes);
        self.manifest.wall_seconds = began.elapsed().as_secs_f64();
        let rows = Results::new(model, &result, &Beside { fluid, changes: changes(&self.ready) });
        let mut about = About::of(model, u64::from(result.replications), u64::from(result.draws));
        about.overloaded = words::asked_too_much(model, &self.ready.capacity);
        self.write(about, rows)
    }

    fn write(mut self, about: About, rows: Results) -> Result<Done, Failure> {
        let drawn = if self.charts { pictures(&about, &rows) } else { vec![] };
        let files = rows.files_on(self.plan.threads)?;
        write_folder(&self.target, (&mut self.manifest, self.force), files, &drawn)?;
        Ok(Done { about, rows, folder: self.target, manifest: self.manifest })
    }
}

/// Dated changes by what they are called.
fn changes(ready: &Ready) -> Vec<(Time, String)> {
    let dated = ready.loaded.changes.iter().filter(|change| change.at > Time::ZERO);
    let label = |change: &ChangeInfo| {
        let paths = || change.edits.iter().map(|edit| edit.path.clone()).collect::<Vec<_>>().join(", ");
        change.why.clone().or_else(|| change.id.clone()).unwrap_or_else(paths)
    };
    dated.map(|change| (change.at, label(change))).collect()
}

/// The deterministic limit: open cases in all, and the cases at each stage.
fn fluid(model: &Model) -> Vec<(Option<String>, Time, f64)> {
    let curve = fluid::curve(model);
    let mut rows: Vec<_> = curve.at.iter().zip(&curve.open).map(|(&at, &open)| (None, at, open)).collect();
    for (s, stage) in model.stages.iter().enumerate() {
        rows.extend(curve.at.iter().enumerate().map(|(t, &at)| {
            let here = curve.waiting[s][t] + curve.in_work[s][t] + curve.delayed[s][t];
            (Some(stage.id.clone()), at, here)
        }));
    }
    rows
}

fn plan(args: &args::Run, ready: &Ready) -> Result<RunPlan, Failure> {
    let mut plan = RunPlan::fixed(ready.model.replications);
    plan.threads = args.luck.threads();
    plan.band = BandKind::from_name(&args.band).expect("the arguments allow no other name");
    if args.precision.is_none() && args.chances.is_empty() {
        return Ok(plan);
    }
    let names = responses(&ready.model, &Layout::new(&ready.model));
    plan.chances = statements(&args.chances, &names)?;
    if let Some(text) = &args.precision {
        let goal =
            Goal::parse(text, &names).map_err(|why| Failure::wrong(format!("`--precision`: {why}")))?;
        plan.precision = Some(goal);
        plan.max_replications = args.max_replications.max(plan.replications);
    }
    Ok(plan)
}

/// Statements as written, in terms of the measures of a model.
pub(super) fn statements(texts: &[String], names: &[Response]) -> Result<Vec<Statement>, Failure> {
    let read = |text: &String| {
        Statement::parse(text, names).map_err(|why| Failure::wrong(format!("`--chance`: {why}")))
    };
    texts.iter().map(read).collect()
}

/// `out/<scenario>[-<plan>]` unless told otherwise; of several files `--out` is the parent.
fn target(out: Option<&Path>, several: bool, ready: &Ready) -> PathBuf {
    let name = ready.name();
    match out {
        Some(out) if several => out.join(name),
        Some(out) => out.to_owned(),
        None => Path::new("out").join(name),
    }
}

/// Everything that repeats the run.
fn manifest(file: &str, args: &args::Run, ready: &Ready) -> Manifest {
    let mut manifest = begun(file, &args.edits, ready);
    manifest.precision.clone_from(&args.precision);
    manifest.chances.clone_from(&args.chances);
    manifest.band.clone_from(&args.band);
    manifest
}

/// What every manifest begins with: how the scenario was asked for, and what was read.
pub(super) fn begun(file: &str, edits: &Edits, ready: &Ready) -> Manifest {
    let mut manifest = Manifest::new(&ready.model.name, &ready.model.plan);
    manifest.command = std::env::args().collect();
    file.clone_into(&mut manifest.file);
    manifest.plan_files.clone_from(&edits.plans);
    manifest.edits = notes(edits);
    manifest.note_inputs(ready.inputs());
    manifest.set_effective(&ready.loaded.effective);
    manifest.seed = ready.model.seed;
    manifest.replications = ready.model.replications;
    manifest
}

/// Edits from the command line, for a manifest.
fn notes(edits: &Edits) -> Vec<EditNote> {
    let note = |kind: &str, text: &String| {
        let (path, value) = text.split_once('=').unwrap_or((text, ""));
        EditNote { kind: kind.to_owned(), path: path.trim().to_owned(), value: value.trim().to_owned() }
    };
    let of = |kind, texts: &[String]| texts.iter().map(|text| note(kind, text)).collect::<Vec<_>>();
    [of("set", &edits.set), of("add", &edits.add), of("scale", &edits.scale)].concat()
}
