//! `caseload sensitivity`: which input drives the answer, and what is only luck.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::diagnostic::render;
use crate::diagnostic::{Diagnostic, in_order};
use crate::experiment::sensitivity::{self, Analysis, Factor, How, Part, Point, Question};
use crate::experiment::swept_measures;
use crate::model::{Model, compile};
use crate::output::{Manifest, OutputDir, PartNote, Sensed, SensitivityNote, UnknownNote};
use crate::scenario::{self, Disk, EditKind, Loaded};

use super::args::{self, Edits};
use super::failure::Failure;
use super::figures::counted;
use super::load::{Form, Ready, Texts, ready, request};
use super::pictures::write_folder;
use super::progress::{stop_flag, watched};
use super::run::begun;
use super::sensed::summary;
use super::sensed_pictures::pictures;
use super::sweep::variations;
use super::terminal::{Terminal, paragraph};

/// Replications of a point: few, because trajectories and rows repeat each other.
const OF_MORRIS: u32 = 5;
const OF_SOBOL: u32 = 2;

/// Runs every point, writes the folder, says the answers.
pub(super) fn sensitivity(args: &args::Sensitivity, terminal: &Terminal) -> Result<(), Failure> {
    let base = ready(&args.file, &args.edits, &Disk, terminal, Form::Brief)?;
    let texts = Texts { known: base.texts(), disk: true };
    let mut manifest = begun(&args.file, &args.edits, &base);
    manifest.seed = args.luck.seed.unwrap_or(base.model.seed);
    manifest.replications = args.replications.unwrap_or(base.model.replications);
    manifest.measures.clone_from(&args.measures);
    let note = SensitivityNote { vary: args.vary.clone(), parts: parts(args, base.model.replications)? };
    let job = Job {
        base,
        texts,
        edits: args.edits.clone(),
        note,
        manifest,
        threads: args.luck.threads(),
        target: args.out.clone(),
        force: args.force,
        charts: args.charts,
    };
    let done = job.perform(terminal)?;
    let words = || summary(&done.title, &done.question, &done.sensed, terminal);
    Ok(terminal.answer(args.json.then(|| done.sensed.to_json()), words, &done.folder)?)
}

/// The analyses that are asked for, each once, the cheapest first.
fn parts(args: &args::Sensitivity, replications: u32) -> Result<Vec<PartNote>, Failure> {
    let wanted = Analysis::ALL.into_iter().filter(|a| args.method.iter().any(|word| word == a.word()));
    let part = |analysis: Analysis| {
        let (blocks, usual) = match analysis {
            Analysis::Tornado => (1, replications),
            Analysis::Morris => (args.trajectories, OF_MORRIS),
            Analysis::Sobol => (args.points, OF_SOBOL),
        };
        let replications = args.replications.unwrap_or(usual);
        PartNote { analysis: analysis.word().to_owned(), blocks, replications }
    };
    let all: Vec<PartNote> = wanted.map(part).collect();
    if all.iter().any(|part| part.replications < 2) {
        let why = "one replication shows nothing about its luck: ask for more with `--replications`";
        return Err(Failure::wrong(why));
    }
    Ok(all)
}

/// An analysis that is fully described.
pub(super) struct Job {
    pub(super) base: Ready,
    pub(super) texts: Texts,
    pub(super) edits: Edits,
    pub(super) note: SensitivityNote,
    pub(super) manifest: Manifest,
    pub(super) threads: Option<usize>,
    pub(super) target: Option<PathBuf>,
    pub(super) force: bool,
    pub(super) charts: bool,
}

/// What an analysis leaves.
pub(super) struct Done {
    title: String,
    question: Question,
    sensed: Sensed,
    folder: PathBuf,
    pub(super) manifest: Manifest,
}

impl Job {
    /// Runs and writes. The folder and the ends of every input are looked at before the work, so that nobody waits for
    /// nothing.
    pub(super) fn perform(mut self, terminal: &Terminal) -> Result<Done, Failure> {
        let question = self.question(terminal)?;
        let points = sensitivity::points(&question.factors, &question.parts, question.seed);
        let points = points.map_err(Failure::wrong)?;
        self.check(&question, terminal)?;
        self.manifest.sensitivity = Some(self.note.clone());
        self.manifest.unknowns = self.base.loaded.unknowns.iter().map(unknown).collect();
        let name = self.base.name();
        let target =
            self.target.take().unwrap_or_else(|| Path::new("out").join(format!("{name}-sensitivity")));
        OutputDir::may_write(&target, &self.manifest, self.force)?;
        let runs: u64 = points.iter().map(|point| u64::from(point.replications)).sum();
        say_beforehand(&question, points.len() as u64, runs, terminal);
        let began = Instant::now();
        let model = |point: &Point| self.model(&question.factors, point, terminal);
        let found = watched(terminal, &name, runs as u32, |watcher| {
            sensitivity::sensitivity(&question, points, &model, watcher)
        });
        let sensed = Sensed::new(&self.base.model, &question, &found?);
        self.manifest.wall_seconds = began.elapsed().as_secs_f64();
        let drawn = if self.charts { pictures(&self.base.model, &sensed) } else { vec![] };
        write_folder(&target, (&mut self.manifest, self.force), sensed.files(), &drawn)?;
        let title = self.base.model.title.clone();
        Ok(Done { title, question, sensed, folder: target, manifest: self.manifest })
    }

    fn question(&self, terminal: &Terminal) -> Result<Question, Failure> {
        let measures = swept_measures(&self.base.model, &self.manifest.measures).map_err(Failure::wrong)?;
        let few = if self.manifest.measures.is_empty() { 1 } else { measures.len() };
        let part = |note: &PartNote| {
            let analysis = Analysis::ALL.into_iter().find(|analysis| analysis.word() == note.analysis);
            let analysis = analysis
                .ok_or_else(|| Failure::wrong(format!("there is no analysis `{}`", note.analysis)))?;
            Ok(Part { analysis, blocks: note.blocks, replications: note.replications })
        };
        Ok(Question {
            factors: self.factors(terminal)?,
            parts: self.note.parts.iter().map(part).collect::<Result<_, Failure>>()?,
            measures: measures.into_iter().take(few).collect(),
            seed: self.manifest.seed,
            threads: self.threads,
            level: self.manifest.level,
        })
    }

    /// What is unsure and what is varied; where there is neither, what every scenario has.
    fn factors(&self, terminal: &Terminal) -> Result<Vec<Factor>, Failure> {
        let varied = variations(&self.note.vary, &self.manifest)?;
        let set: Vec<String> = self
            .manifest
            .edits
            .iter()
            .filter(|edit| edit.kind == "set")
            .map(|edit| edit.path.clone())
            .collect();
        let loaded = &self.base.loaded;
        let factors = sensitivity::factors(loaded, &varied, &set);
        let factors = factors.map_err(|findings| complain(loaded, &findings, terminal))?;
        Ok(if factors.is_empty() { sensitivity::usual(loaded) } else { factors })
    }

    /// Compiles the scenario with every input at its ends, so that a mistake in the last is found before the first is run.
    fn check(&mut self, question: &Question, terminal: &Terminal) -> Result<(), Failure> {
        let ends = Part { analysis: Analysis::Tornado, blocks: 1, replications: 2 };
        let points =
            sensitivity::points(&question.factors, &[ends], question.seed).map_err(Failure::wrong)?;
        for point in &points {
            let loaded = self.load(&question.factors, point, terminal)?;
            self.manifest.note_inputs(loaded.inputs.iter().map(|i| (i.name.as_str(), i.text.as_str())));
            self.compiled(&question.factors, point, &loaded, terminal)?;
            if stop_flag().load(std::sync::atomic::Ordering::Relaxed) {
                return Err(Failure::Stopped);
            }
        }
        Ok(())
    }

    fn model(&self, factors: &[Factor], point: &Point, terminal: &Terminal) -> Result<Model, Failure> {
        let loaded = self.load(factors, point, terminal)?;
        self.compiled(factors, point, &loaded, terminal)
    }

    /// The scenario at a point. Where nothing is edited there it is not read again.
    fn load(&self, factors: &[Factor], point: &Point, terminal: &Terminal) -> Result<Loaded, Failure> {
        let (mut edits, here) = (self.edits.clone(), point.edits(factors));
        if here.is_empty() {
            return drawn(&self.base.loaded, factors, point, terminal);
        }
        for (kind, text) in here {
            match kind {
                EditKind::Set => edits.set.push(text),
                EditKind::Scale => edits.scale.push(text),
                EditKind::Add => edits.add.push(text),
            }
        }
        let loading = scenario::load(&request(&self.manifest.file, &edits, &self.texts));
        let Some(loaded) = loading.checked.value else {
            let findings = in_order(loading.checked.diagnostics);
            terminal.complain(&render::human(&errors(&findings), &loading.documents, terminal.styled));
            return Err(cannot(factors, point));
        };
        if loaded.unknowns.is_empty() {
            return Ok(loaded);
        }
        drawn(&loaded, factors, point, terminal)
    }

    fn compiled(
        &self,
        factors: &[Factor],
        point: &Point,
        loaded: &Loaded,
        terminal: &Terminal,
    ) -> Result<Model, Failure> {
        let compiled = compile(loaded);
        let model = compiled.value.ok_or_else(|| {
            let _ = complain(loaded, &compiled.diagnostics, terminal);
            cannot(factors, point)
        })?;
        Ok(Model { seed: self.manifest.seed, ..model })
    }
}

/// What nobody knows as it is at the point.
fn drawn(loaded: &Loaded, factors: &[Factor], point: &Point, terminal: &Terminal) -> Result<Loaded, Failure> {
    let middle = |unknown: &scenario::Unknown| {
        let given = point.unknown(factors, &unknown.name);
        // A value that is set or varied by hand stands behind an edit; whatever it is here does not show.
        given.map_or_else(|| crate::model::unknown_law(unknown).map(|law| law.quantile(0.5)), Ok)
    };
    let values: Result<Vec<f64>, Diagnostic> = loaded.unknowns.iter().map(middle).collect();
    let values = values.map_err(|finding| complain(loaded, &[finding], terminal))?;
    let drawn = loaded.drawn(&values);
    drawn.value.ok_or_else(|| {
        let _ = complain(loaded, &drawn.diagnostics, terminal);
        cannot(factors, point)
    })
}

fn errors(findings: &[Diagnostic]) -> Vec<Diagnostic> {
    findings.iter().filter(|finding| finding.is_error()).cloned().collect()
}

fn complain(loaded: &Loaded, findings: &[Diagnostic], terminal: &Terminal) -> Failure {
    terminal.complain(&render::human(&errors(findings), &loaded.documents, terminal.styled));
    Failure::Wrong(None)
}

fn cannot(factors: &[Factor], point: &Point) -> Failure {
    Failure::wrong(format!("the scenario cannot run with {}", point.words(factors)))
}

fn unknown(unknown: &scenario::Unknown) -> UnknownNote {
    UnknownNote {
        name: unknown.name.clone(),
        law: unknown.written.clone(),
        unit: unknown.unit.clone(),
        values: vec![],
    }
}

/// What is about to be done.
fn say_beforehand(question: &Question, points: u64, runs: u64, terminal: &Terminal) {
    if question.factors.iter().any(|factor| matches!(factor.how, How::Scale | How::Add)) {
        terminal.say(&paragraph(
            "nothing is unsure in this scenario: every source's volume and every stage's effort is moved by 10 % up and down, \
             every pool by a tenth of its members and one at least. Write what you do not know as `{ between = [low, high] }`, \
             or name inputs with `--vary PATH=LOW..HIGH`",
        ));
    }
    let factors = question.factors.len() as u64;
    let (points, runs) = (counted(points, "point"), counted(runs, "replication"));
    terminal.say(&paragraph(&format!("{}: {points}, {runs} in all", counted(factors, "input"))));
}
