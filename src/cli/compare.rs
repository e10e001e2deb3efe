//! `caseload compare`: plans against a scenario under the same random numbers.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::diagnostic::Document;
use crate::experiment::{Acceptability, Alternative, Asked, Comparison, Unknown};
use crate::model::{Model, compile, input_draws};
use crate::output::{AlternativeNote, Compared, Manifest, OutputDir, sha256};
use crate::run::{Goal, Layout, responses};
use crate::scenario::{Disk, Sources};
use crate::stats::HalfWidth;

use super::args::{self, Edits};
use super::compared_pictures::pictures;
use super::comparison::summary;
use super::failure::Failure;
use super::inputs::Worlds;
use super::load::{Form, Ready, Texts, expand, ready};
use super::pictures::write_folder;
use super::progress::watched;
use super::run::begun;
use super::select;
use super::stress::{self, Regime};
use super::terminal::Terminal;

/// Compares, writes the folder, says the answers.
pub(super) fn compare(args: &args::Compare, terminal: &Terminal) -> Result<(), Failure> {
    let files: Vec<String> = [vec![args.base.clone()], expand(&args.alternatives)?].concat();
    let field = Field::load(&files, &args.edits, &Disk, terminal)?;
    let base = &field.ready[0];
    let mut manifest = begun(&args.base, &args.edits, base);
    // Edits from the command line are part of every plan, not one of them.
    manifest.plan.clear();
    manifest.seed = args.luck.seed.unwrap_or(base.model.seed);
    manifest.replications = args.replications.unwrap_or(base.model.replications).max(2);
    manifest.draws = field.ready.iter().map(|r| input_draws(&r.loaded, args.draws)).max().unwrap_or(1);
    if let Some(measure) = &args.select {
        let note = select::note(&field, measure, args)?;
        manifest.selection = Some(note);
        let (threads, target) = (args.luck.threads(), args.out.clone());
        return selected(args, select::Job { field, manifest, threads, target, force: args.force }, terminal);
    }
    manifest.measures.clone_from(&args.measures);
    manifest.value_of.clone_from(&args.value_of);
    manifest.precision.clone_from(&args.precision);
    let stress = match &args.stress {
        Some(file) => {
            let (notes, known) = stress::regimes(file, &Disk)?;
            manifest.stress = notes;
            let texts = Texts { known, disk: true };
            stress::fields(&manifest.stress, &files, &args.edits, &texts, terminal)?
        }
        None => vec![],
    };
    let job = Job {
        field,
        stress,
        manifest,
        precision: args.precision.clone(),
        threads: args.luck.threads(),
        max_replications: args.max_replications,
        target: args.out.clone(),
        force: args.force,
        charts: args.charts,
    };
    let done = job.perform(terminal)?;
    let words = || done.summary(terminal);
    Ok(terminal.answer(args.json.then(|| done.tables.to_json()), words, &done.folder)?)
}

/// Selects instead. Where it cannot be settled the answer is no.
fn selected(args: &args::Compare, job: select::Job, terminal: &Terminal) -> Result<(), Failure> {
    let done = job.perform(terminal)?;
    let json = args.json.then(|| serde_json::json!(done.rows));
    terminal.answer(json, || done.summary(terminal), &done.folder)?;
    if done.settled() { Ok(()) } else { Err(Failure::No) }
}

/// The base and the plans, the base first.
pub(super) struct Field {
    files: Vec<String>,
    ready: Vec<Ready>,
    /// How the plans are called that are applied to all of them.
    common: String,
}

impl Field {
    /// Loads all of them and makes sure that they can be held against each other.
    pub(super) fn load(
        files: &[String],
        edits: &Edits,
        sources: &dyn Sources,
        terminal: &Terminal,
    ) -> Result<Field, Failure> {
        let mut field = Field { files: files.to_vec(), ready: vec![], common: names_of(&edits.plans) };
        let mut wrong = None;
        for (i, file) in files.iter().enumerate() {
            // The warnings of a plan are those of its base, but for what the plan itself does.
            let silent = Terminal { quiet: true, ..*terminal };
            let speaker = if i == 0 { terminal } else { &silent };
            match ready(file, edits, sources, speaker, Form::Brief) {
                Ok(ready) => field.ready.push(ready),
                // All files are looked at before the first mistake ends the command.
                Err(failure @ Failure::Wrong(_)) => {
                    failure.tell(terminal);
                    wrong = Some(failure.told());
                }
                Err(failure) => return Err(failure),
            }
        }
        if let Some(failure) = wrong {
            return Err(failure);
        }
        field.fit_together()?;
        Ok(field)
    }

    fn fit_together(&self) -> Result<(), Failure> {
        self.extend_one_scenario()?;
        let window = |m: &Model| (m.start, m.warmup, m.horizon);
        let base = &self.ready[0].model;
        for (file, ready) in self.files.iter().zip(&self.ready).skip(1) {
            if window(&ready.model) != window(base) {
                let why = format!(
                    "`{file}` is measured over another window than `{}`: start, warm-up and horizon have to agree",
                    self.files[0]
                );
                return Err(Failure::wrong(why));
            }
        }
        let names = self.names();
        for (i, name) in names.iter().enumerate() {
            if let Some(other) = names[..i].iter().position(|n| n == name) {
                let (one, two) = (&self.files[other], &self.files[i]);
                return Err(Failure::wrong(format!("`{one}` and `{two}` are both called `{name}`")));
            }
        }
        Ok(())
    }

    /// What a plan changes would be lost among the differences between its scenario and another one.
    fn extend_one_scenario(&self) -> Result<(), Failure> {
        let base = scenario_of(&self.ready[0]);
        for (file, ready) in self.files.iter().zip(&self.ready).skip(1) {
            let scenario = scenario_of(ready);
            let is_a_plan = ready.loaded.root > 0;
            if is_a_plan && scenario.text != base.text {
                return Err(Failure::wrong(format!(
                    "`{file}` extends `{}`, which is another scenario than `{}`: compare it with that one, or let it extend \
                     this one",
                    scenario.name, base.name
                )));
            }
        }
        Ok(())
    }

    /// What they are called: the base by its scenario, a plan by its own name.
    fn names(&self) -> Vec<String> {
        // What all have is no part of a name.
        let own = |plan: &str| {
            let plan = plan.strip_suffix(&self.common).unwrap_or(plan);
            plan.trim_end_matches('+').to_owned()
        };
        let name = |ready: &Ready| match own(&ready.model.plan) {
            plan if plan.is_empty() => ready.model.name.clone(),
            plan => plan,
        };
        self.ready.iter().map(name).collect()
    }

    /// How many there are, the base among them.
    pub(super) fn count(&self) -> usize {
        self.ready.len()
    }

    /// The model of the base.
    pub(super) fn base(&self) -> &Model {
        &self.ready[0].model
    }

    /// Notes everything that was read.
    pub(super) fn note(&self, manifest: &mut Manifest) {
        let notes = self.files.iter().zip(&self.ready).zip(self.names());
        let note = |((file, ready), name): ((&String, &Ready), String)| AlternativeNote {
            name,
            file: file.clone(),
            effective_sha256: sha256(ready.loaded.effective.as_bytes()),
        };
        manifest.alternatives = notes.map(note).collect();
        manifest.file.clone_from(&self.files[0]);
        manifest.set_effective(&self.ready[0].loaded.effective);
        manifest.inputs.clear();
        manifest.note_inputs(self.ready.iter().flat_map(Ready::inputs));
    }

    /// The models of all draws of each.
    pub(super) fn alternatives(
        self,
        manifest: &mut Manifest,
        terminal: &Terminal,
    ) -> Result<Vec<Alternative>, Failure> {
        let (names, draws) = (self.names(), manifest.draws);
        let mut all = vec![];
        for (mut ready, name) in self.ready.into_iter().zip(names) {
            ready.model.seed = manifest.seed;
            let worlds = Worlds::of(&ready, draws, terminal)?;
            if all.is_empty() {
                manifest.unknowns.clear();
            }
            for note in &worlds.notes {
                // Plans that share an unknown value share its draws.
                if !manifest.unknowns.iter().any(|known| known.name == note.name) {
                    manifest.unknowns.push(note.clone());
                }
            }
            let mut models = worlds.models;
            if models.is_empty() {
                // Every draw is the same where everything is known.
                let again = || {
                    let model = compile(&ready.loaded).value.expect("it has been compiled before");
                    Model { seed: manifest.seed, ..model }
                };
                models = (1..draws).map(|_| again()).collect();
                models.push(ready.model);
            }
            all.push(Alternative { name, models });
        }
        Ok(all)
    }
}

/// The text of the scenario below all plans.
fn scenario_of(ready: &Ready) -> &Document {
    ready.loaded.documents.get(ready.loaded.root).expect("a scenario that was loaded has a text")
}

/// What plans that are applied together are called.
fn names_of(plans: &[String]) -> String {
    let stem = |plan: &String| Path::new(plan).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    plans.iter().filter_map(stem).collect::<Vec<_>>().join("+")
}

/// A comparison that is fully described.
pub(super) struct Job {
    pub(super) field: Field,
    /// The same under other regimes of demand.
    pub(super) stress: Vec<Regime>,
    pub(super) manifest: Manifest,
    /// As written; the manifest keeps it too.
    pub(super) precision: Option<String>,
    pub(super) threads: Option<usize>,
    pub(super) max_replications: u32,
    pub(super) target: Option<PathBuf>,
    pub(super) force: bool,
    pub(super) charts: bool,
}

/// What a comparison leaves.
pub(super) struct Done {
    title: String,
    found: Found,
    tables: Compared,
    pub(super) folder: PathBuf,
    pub(super) manifest: Manifest,
}

/// What was found.
struct Found {
    comparison: Comparison,
    /// The measure that money is to improve, if any measure decides.
    decisive: Option<usize>,
    curve: Option<Acceptability>,
    unknown: Vec<Unknown>,
    /// The same under each regime of demand.
    regimes: Vec<(String, Comparison)>,
}

impl Done {
    fn summary(&self, terminal: &Terminal) -> String {
        let Found { comparison, decisive, curve, unknown, regimes } = &self.found;
        let mut text = summary(&self.title, comparison, curve.as_ref(), unknown, terminal);
        if !regimes.is_empty() {
            text += "\n";
            text += &stress::summary(comparison, regimes, *decisive, terminal);
        }
        text
    }
}

impl Job {
    /// Simulates and writes. The folder is looked at before the work, so that nobody waits for nothing.
    pub(super) fn perform(mut self, terminal: &Terminal) -> Result<Done, Failure> {
        self.field.note(&mut self.manifest);
        for regime in &self.stress {
            self.manifest.note_inputs(regime.field.ready.iter().flat_map(Ready::inputs));
        }
        let base = self.field.base();
        let (name, title) = (base.name.clone(), base.title.clone());
        let target = self.target.take().unwrap_or_else(|| Path::new("out").join(format!("{name}-compared")));
        if self.precision.is_none() {
            OutputDir::may_write(&target, &self.manifest, self.force)?;
        }
        let began = Instant::now();
        let (mut manifest, force, charts) = (self.manifest.clone(), self.force, self.charts);
        let found = self.simulate(&name, &mut manifest, terminal)?;
        let Found { comparison, curve, unknown, regimes, .. } = &found;
        let tables = Compared::new(&name, comparison, curve.as_slice(), unknown, regimes);
        manifest.replications = comparison.replications;
        manifest.wall_seconds = began.elapsed().as_secs_f64();
        let drawn = if charts { pictures(&title, &tables) } else { vec![] };
        write_folder(&target, (&mut manifest, force), tables.files(), &drawn)?;
        Ok(Done { title, found, tables, folder: target, manifest })
    }

    fn simulate(self, name: &str, manifest: &mut Manifest, terminal: &Terminal) -> Result<Found, Failure> {
        let precision = self.precision.as_deref();
        let precision = precision.map(|text| goal(self.field.base(), text, manifest.draws)).transpose()?;
        let asked = Asked {
            measures: manifest.measures.clone(),
            value_of: manifest.value_of.clone(),
            replications: manifest.replications,
            threads: self.threads,
            level: manifest.level,
            precision,
            max_replications: self.max_replications.max(manifest.replications),
        };
        let mut all = vec![self.field.alternatives(manifest, terminal)?];
        let mut ids = vec![];
        for Regime { id, field } in self.stress {
            all.push(field.alternatives(manifest, terminal)?);
            ids.push(id);
        }
        let models = all.iter().flatten().map(|a| a.models.len() as u32).sum::<u32>();
        let result = watched(terminal, name, models.saturating_mul(asked.replications), |watcher| {
            stress::compare_all(&all, &asked, watcher)
        });
        let mut all = result?.map_err(Failure::wrong)?;
        let comparison = all.remove(0);
        if comparison.precise == Some(false) {
            let n = comparison.replications;
            terminal.say(&format!("the differences are not as precise as asked after {n} replications"));
        }
        let decisive = decisive(&comparison, manifest.value_of.as_deref())?;
        let curve = decisive.and_then(|measure| comparison.acceptability(measure, manifest.seed));
        let inputs: Vec<(String, Vec<f64>)> =
            manifest.unknowns.iter().map(|note| (note.name.clone(), note.values.clone())).collect();
        let unknown = comparison.unknown(curve.as_ref(), &inputs);
        Ok(Found { comparison, decisive, curve, unknown, regimes: ids.into_iter().zip(all).collect() })
    }
}

/// The measure whose differences are to be known how well, as written.
fn goal(base: &Model, text: &str, draws: u32) -> Result<(String, HalfWidth), Failure> {
    if draws > 1 {
        let why = "`--precision` adds replications, and here every draw of what nobody knows has as many as the others; \
                   ask with `--draws 1`, or for more `--draws` or `--replications`";
        return Err(Failure::wrong(why));
    }
    let names = responses(base, &Layout::new(base));
    let goal = Goal::parse(text, &names).map_err(|why| Failure::wrong(format!("`--precision`: {why}")))?;
    Ok((names[goal.response].name(), goal.width))
}

/// The measure that money is to improve.
fn decisive(comparison: &Comparison, named: Option<&str>) -> Result<Option<usize>, Failure> {
    let Some(name) = named else { return Ok(comparison.first_decisive()) };
    let names: Vec<_> = comparison.measures.iter().map(|m| m.response.clone()).collect();
    let found =
        crate::run::find(name, &names).map_err(|why| Failure::wrong(format!("`--value-of`: {why}")))?;
    if comparison.measures[found].better.is_none() {
        let why = format!("`--value-of`: whether more or less of `{name}` is better is a matter of taste");
        return Err(Failure::wrong(why));
    }
    Ok(Some(found))
}
