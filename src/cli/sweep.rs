//! `caseload sweep`: the same measures at every point of a design over one or more parameters.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::experiment::{self, Design, Setting, SweepPlan, Variation};
use crate::model::{Model, input_draws};
use crate::output::tables::SweepRow;
use crate::output::{DesignNote, Manifest, OutputDir, Swept, Unfinished};
use crate::run::{Response, Watcher};
use crate::scenario::Disk;

use super::args::{self, Edits};
use super::failure::Failure;
use super::figures::counted;
use super::inputs::Worlds;
use super::load::{Form, Ready, Texts, ready};
use super::pictures::write_folder;
use super::progress::{advance, bar, stop_flag};
use super::run::begun;
use super::sweep_pictures::pictures;
use super::swept::summary;
use super::terminal::Terminal;

/// Runs every point, writes the folder, says the answers.
pub(super) fn sweep(args: &args::Sweep, terminal: &Terminal) -> Result<(), Failure> {
    let base = ready(&args.file, &args.edits, &Disk, terminal, Form::Brief)?;
    let texts = Texts { known: base.texts(), disk: true };
    let mut manifest = begun(&args.file, &args.edits, &base);
    manifest.seed = args.luck.seed.unwrap_or(base.model.seed);
    manifest.replications = args.replications.unwrap_or(base.model.replications);
    manifest.vary.clone_from(&args.vary);
    manifest.measures.clone_from(&args.measures);
    manifest.design = Some(DesignNote { kind: args.design.clone(), points: args.points.unwrap_or(0) });
    let job = Job {
        base,
        texts,
        edits: args.edits.clone(),
        manifest,
        draws: args.draws,
        threads: args.luck.threads(),
        target: args.out.clone(),
        force: args.force,
        anew: args.force,
        charts: args.charts,
    };
    let done = job.perform(terminal)?;
    let words = || summary(&done.title, &done.swept, &done.manifest, terminal);
    Ok(terminal.answer(args.json.then(|| done.swept.to_json()), words, &done.folder)?)
}

/// A sweep that is fully described.
pub(super) struct Job {
    pub(super) base: Ready,
    pub(super) texts: Texts,
    pub(super) edits: Edits,
    pub(super) manifest: Manifest,
    /// Draws of what nobody knows, instead of the scenario's.
    pub(super) draws: Option<u32>,
    pub(super) threads: Option<usize>,
    pub(super) target: Option<PathBuf>,
    pub(super) force: bool,
    /// Runs every point, whatever is finished already.
    pub(super) anew: bool,
    pub(super) charts: bool,
}

/// What a sweep leaves.
pub(super) struct Done {
    title: String,
    swept: Swept,
    folder: PathBuf,
    pub(super) manifest: Manifest,
}

impl Job {
    /// Simulates what is not finished yet, and writes. Every point and the folder are looked at before the work, so that
    /// nobody waits for nothing.
    pub(super) fn perform(mut self, terminal: &Terminal) -> Result<Done, Failure> {
        let variations = self.variations()?;
        let design = self.design()?;
        let points = experiment::points(&variations, design, self.manifest.seed).map_err(Failure::wrong)?;
        let field = Field { paths: variations.into_iter().map(|v| v.path).collect(), points };
        let measures = experiment::swept_measures(&self.base.model, &self.manifest.measures);
        let measures = measures.map_err(Failure::wrong)?;
        self.check(&field, terminal)?;
        let name = &self.base.model.name;
        let target = self.target.clone().unwrap_or_else(|| Path::new("out").join(format!("{name}-swept")));
        let mut finished = if self.anew { BTreeMap::new() } else { before(&target, &self.manifest) };
        let ids: BTreeSet<String> = (0..field.points.len()).map(|k| field.id(k)).collect();
        // Points that are added lose nothing of what is there.
        let grows = !finished.is_empty() && finished.keys().all(|id| ids.contains(id));
        OutputDir::may_write(&target, &self.manifest, self.force || grows)?;
        let kept = Unfinished::open(&target, &self.manifest, self.anew)?;
        let began = Instant::now();
        self.run(&field, measures, &kept, &mut finished, terminal)?;
        self.manifest.wall_seconds = began.elapsed().as_secs_f64();
        let mut swept = Swept::default();
        for k in 0..field.points.len() {
            let rows = finished[&field.id(k)].clone();
            swept.push(&self.base.model, &field.settings(k).collect::<Vec<_>>(), rows);
        }
        self.write(&target, &swept, self.force || grows)?;
        kept.discard()?;
        Ok(Done { title: self.base.model.title, swept, folder: target, manifest: self.manifest })
    }

    /// The parameters with their values.
    fn variations(&self) -> Result<Vec<Variation>, Failure> {
        let all = variations(&self.manifest.vary, &self.manifest)?;
        if self.manifest.replications < 2 {
            let why = "a sweep needs at least 2 replications of each point, for its intervals: say `--replications 20`";
            return Err(Failure::wrong(why));
        }
        Ok(all)
    }

    fn design(&self) -> Result<Design, Failure> {
        let note = self.manifest.design.as_ref();
        match note.map(|note| (note.kind.as_str(), note.points)) {
            None | Some(("grid", 0)) => Ok(Design::Grid),
            Some(("grid", _)) => Err(Failure::wrong(
                "`--points` is for `--design lhs` and `sobol`: a grid has the points of its values",
            )),
            Some((_, 0)) => Err(Failure::wrong("say how many points: `--points 40`")),
            Some(("lhs", n)) => Ok(Design::LatinHypercube(n)),
            Some(("sobol", n)) => Ok(Design::Sobol(n)),
            Some((other, _)) => Err(Failure::wrong(format!("there is no design `{other}`"))),
        }
    }

    /// Loads every point once, so that a mistake in the last is found before the first is run, and notes what was read.
    fn check(&mut self, field: &Field, terminal: &Terminal) -> Result<(), Failure> {
        self.manifest.inputs.clear();
        self.manifest.note_inputs(self.base.inputs());
        let mut draws = input_draws(&self.base.loaded, self.draws);
        for k in 0..field.points.len() {
            let ready = self.load(field, k, terminal)?;
            draws = draws.max(input_draws(&ready.loaded, self.draws));
            self.manifest.note_inputs(ready.inputs());
            if stop_flag().load(std::sync::atomic::Ordering::Relaxed) {
                return Err(Failure::Stopped);
            }
        }
        self.manifest.draws = draws;
        self.base.model.seed = self.manifest.seed;
        self.manifest.unknowns = Worlds::of(&self.base, draws, terminal)?.notes;
        Ok(())
    }

    /// The scenario at a point. Its warnings are those of the base, but for what the point itself does.
    fn load(&self, field: &Field, k: usize, terminal: &Terminal) -> Result<Ready, Failure> {
        let mut edits = self.edits.clone();
        edits.set.extend(field.settings(k).map(|(path, setting)| format!("{path}={}", setting.written)));
        let silent = Terminal { quiet: true, ..*terminal };
        ready(&self.manifest.file, &edits, &self.texts, &silent, Form::Brief).map_err(|failure| match failure
        {
            Failure::Wrong(None) => {
                let (n, all) = (k + 1, field.points.len());
                Failure::wrong(format!("point {n} of {all} cannot run: {}", field.words(k)))
            }
            other => other,
        })
    }

    fn models(&self, field: &Field, k: usize, terminal: &Terminal) -> Result<Vec<Model>, Failure> {
        let mut ready = self.load(field, k, terminal)?;
        ready.model.seed = self.manifest.seed;
        let models = Worlds::of(&ready, self.manifest.draws, terminal)?.models;
        Ok(if models.is_empty() { vec![ready.model] } else { models })
    }

    /// Runs the points that are not finished, block by block, and keeps each block's.
    fn run(
        &self,
        field: &Field,
        measures: Vec<Response>,
        kept: &Unfinished,
        finished: &mut BTreeMap<String, Vec<SweepRow>>,
        terminal: &Terminal,
    ) -> Result<(), Failure> {
        let mut todo: BTreeMap<String, usize> = BTreeMap::new();
        for k in (0..field.points.len()).rev() {
            let id = field.id(k);
            match kept.find(&id)? {
                Some(rows) => drop(finished.insert(id, rows)),
                None if finished.contains_key(&id) => {}
                None => drop(todo.insert(id, k)),
            }
        }
        let mut todo: Vec<usize> = todo.into_values().collect();
        todo.sort_unstable();
        say_what_is_there(field.points.len(), todo.len(), terminal);
        let Manifest { replications, draws, level, .. } = self.manifest;
        let plan = SweepPlan { measures, replications, draws, threads: self.threads, level };
        let each = replications.saturating_mul(draws);
        let all = each.saturating_mul(todo.len() as u32);
        let bar = bar(terminal, &self.base.model.name, all);
        let mut done = 0;
        for block in todo.chunks(block(self.threads, each)) {
            let progress = |now: u32, _| advance(&bar, done + now, all);
            let watcher = Watcher { cancel: stop_flag(), progress: &progress };
            let models: Result<Vec<Vec<Model>>, Failure> =
                block.iter().map(|k| self.models(field, *k, terminal)).collect();
            let found = experiment::sweep(&models?, &plan, &watcher).map_err(|error| {
                bar.finish_and_clear();
                if error.is_cancelled() { paused(kept) } else { error.into() }
            })?;
            for (k, estimates) in block.iter().zip(found) {
                let (id, rows) = (field.id(*k), Swept::rows(&self.base.model, &plan.measures, &estimates));
                kept.keep(&id, &rows)?;
                finished.insert(id, rows);
            }
            done = done.saturating_add(each.saturating_mul(block.len() as u32));
        }
        bar.finish_and_clear();
        Ok(())
    }

    fn write(&mut self, target: &Path, swept: &Swept, force: bool) -> Result<(), Failure> {
        let replications = u64::from(self.manifest.replications) * u64::from(self.manifest.draws);
        let drawn = if self.charts { pictures(&self.base.model, replications, swept) } else { vec![] };
        Ok(write_folder(target, (&mut self.manifest, force), swept.files(), &drawn)?)
    }
}

/// Parameters with their values, as written, which nothing else may set for all points.
pub(super) fn variations(written: &[String], manifest: &Manifest) -> Result<Vec<Variation>, Failure> {
    let all: Result<Vec<Variation>, String> = written.iter().map(|text| Variation::parse(text)).collect();
    let all = all.map_err(|why| Failure::wrong(format!("`--vary`: {why}")))?;
    for Variation { path, .. } in &all {
        if let Some(option) = said_otherwise(path) {
            return Err(Failure::wrong(format!("`--vary`: `{path}` is the same for all points: {option}")));
        }
        if manifest.edits.iter().any(|edit| edit.kind == "set" && edit.path == *path) {
            return Err(Failure::wrong(format!("`{path}` is both set and varied")));
        }
    }
    Ok(all)
}

/// The points of a sweep.
struct Field {
    /// What is varied.
    paths: Vec<String>,
    /// By point, then parameter.
    points: Vec<Vec<Setting>>,
}

impl Field {
    fn settings(&self, k: usize) -> impl Iterator<Item = (&str, &Setting)> {
        self.paths.iter().map(String::as_str).zip(&self.points[k])
    }

    fn id(&self, k: usize) -> String {
        Swept::id(self.settings(k).map(|(path, setting)| (path, setting.written.as_str())))
    }

    fn words(&self, k: usize) -> String {
        let each: Vec<String> = self.settings(k).map(|(path, s)| format!("{path}={}", s.written)).collect();
        each.join(", ")
    }
}

/// The finished points of the results folder, if they are those of a sweep like this one.
fn before(target: &Path, manifest: &Manifest) -> BTreeMap<String, Vec<SweepRow>> {
    let old =
        Manifest::read(target).ok().filter(|old| !old.vary.is_empty() && Unfinished::agree(old, manifest));
    old.and_then(|old| Swept::intact(target, &old)).map(|swept| swept.by_id()).unwrap_or_default()
}

/// How many points are run before they are kept: enough that nobody waits long for the slowest.
fn block(threads: Option<usize>, each: u32) -> usize {
    const IN_FLIGHT: usize = 32;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (IN_FLIGHT * threads.unwrap_or(cores)).div_ceil(each.max(1) as usize)
}

fn say_what_is_there(all: usize, todo: usize, terminal: &Terminal) {
    if todo < all {
        let (there, all) = ((all - todo) as u64, counted(all as u64, "point"));
        terminal.say(&format!("{there} of {all} had been run before or stand twice; they are not run again"));
    }
}

/// Stopped by hand: what is finished is kept, if anything is.
fn paused(kept: &Unfinished) -> Failure {
    if !kept.folder().is_dir() {
        return Failure::Stopped;
    }
    let folder = kept.folder().display();
    Failure::Paused(format!("finished points are kept in `{folder}`; the same command goes on from there"))
}

/// What options say, and no point may say otherwise.
pub(super) fn said_otherwise(path: &str) -> Option<&'static str> {
    match path {
        "scenario.seed" => Some("use `--seed`"),
        "scenario.replications" => Some("use `--replications`"),
        "scenario.draws" => Some("use `--draws`"),
        _ => None,
    }
}
