//! `caseload size`: the cheapest staffing that meets every target.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::diagnostic::suggest::did_you_mean;
use crate::experiment::size::{self, Goal, Posts, Question, Sizing};
use crate::model::Model;
use crate::output::{Manifest, OutputDir, SizeNote, Sized};
use crate::run::{Layout, Statement, responses};
use crate::scenario::Disk;

use super::args::{self, Edits};
use super::failure::Failure;
use super::inputs::at_their_middle;
use super::load::{Form, Ready, edited, ready};
use super::pictures::write_folder;
use super::progress::watched;
use super::run::begun;
use super::sizing::summary;
use super::terminal::Terminal;

/// Staffings that a search may choose from.
const MOST: u64 = 100_000;

/// Searches, writes the folder, says the answer. Where nothing meets the targets the answer is no.
pub(super) fn size(args: &args::Size, terminal: &Terminal) -> Result<(), Failure> {
    let mut base = ready(&args.file, &args.edits, &Disk, terminal, Form::Brief)?;
    base.model.seed = args.luck.seed.unwrap_or(base.model.seed);
    base.model.replications = args.replications.unwrap_or(base.model.replications);
    if base.model.replications < 2 {
        let why = "one replication shows nothing about its luck: ask for more with `--replications`";
        return Err(Failure::wrong(why));
    }
    if let Some(words) = at_their_middle(&base.loaded) {
        terminal.say(&words);
    }
    let replications = base.model.replications;
    let mut manifest = begun(&args.file, &args.edits, &base);
    manifest.level = args.confidence;
    let note = SizeNote {
        vary: args.vary.clone(),
        targets: args.targets.clone(),
        chance: args.chance,
        cost: args.cost.clone(),
        every: args.every,
        max_replications: args.max_replications.unwrap_or(replications.saturating_mul(4)).max(replications),
    };
    let (threads, target) = (args.luck.threads(), args.out.clone());
    let job = Job { base, note, edits: args.edits.clone(), manifest, threads, target, force: args.force };
    let done = job.perform(terminal)?;
    let words = || summary(&done.title, &done.unit, &done.sizing, terminal);
    terminal.answer(args.json.then(|| done.table.to_json(&done.sizing)), words, &done.folder)?;
    if done.sizing.answer.is_some() { Ok(()) } else { Err(Failure::No) }
}

/// A search that is fully described.
pub(super) struct Job {
    /// With the seed and the replications of the search.
    pub(super) base: Ready,
    pub(super) note: SizeNote,
    pub(super) edits: Edits,
    pub(super) manifest: Manifest,
    pub(super) threads: Option<usize>,
    pub(super) target: Option<PathBuf>,
    pub(super) force: bool,
}

/// What a search leaves.
pub(super) struct Done {
    title: String,
    /// Of the cost.
    unit: String,
    sizing: Sizing,
    table: Sized,
    folder: PathBuf,
    pub(super) manifest: Manifest,
}

impl Job {
    /// Searches and writes. The folder is looked at before the work, so that nobody waits for nothing.
    pub(super) fn perform(mut self, terminal: &Terminal) -> Result<Done, Failure> {
        let ranges = ranges(&self.note.vary, &self.base.model)?;
        let (posts, unit) = priced(ranges, self.note.cost.as_deref(), &self.base.model)?;
        let goals = goals(&self.base.model, &self.manifest.file, &self.note)?;
        self.manifest.size = Some(self.note.clone());
        let name = self.base.name();
        let target = self.target.take().unwrap_or_else(|| Path::new("out").join(format!("{name}-sized")));
        OutputDir::may_write(&target, &self.manifest, self.force)?;
        let began = Instant::now();
        let (base, sources) = (&self.base, self.base.texts());
        let silent = Terminal { quiet: true, ..*terminal };
        let model = |staffing: &[u32]| -> Result<Model, Failure> {
            let mut edits = self.edits.clone();
            let set = |(of, n): (&Posts, &u32)| format!("pool.{}.headcount={n}", of.pool);
            edits.set.extend(posts.iter().zip(staffing).map(set));
            let model = edited(&self.manifest.file, &edits, &sources, &silent)?;
            Ok(Model { seed: base.model.seed, ..model })
        };
        let question = Question {
            start: size::start(&posts, &base.model, &base.capacity, &model)?,
            posts: posts.clone(),
            goals,
            replications: base.model.replications,
            max_replications: self.note.max_replications,
            threads: self.threads,
            level: self.manifest.level,
            every: self.note.every,
        };
        let result =
            watched(terminal, &name, question.replications, |watcher| size::size(&question, &model, watcher));
        let sizing = result?;
        let table = Sized::new((&base.model.name, &base.model.plan), &sizing);
        self.manifest.wall_seconds = began.elapsed().as_secs_f64();
        write_folder(&target, (&mut self.manifest, self.force), table.files(), &[])?;
        let title = self.base.model.title.clone();
        Ok(Done { title, unit, sizing, table, folder: target, manifest: self.manifest })
    }
}

/// Reads `pool.officer.headcount=10..30`: pools with their ranges, their costs still open.
fn ranges(vary: &[String], model: &Model) -> Result<Vec<Posts>, Failure> {
    let mut all: Vec<Posts> = vec![];
    for text in vary {
        let one = range(text, model).map_err(|why| Failure::wrong(format!("`--vary {text}`: {why}")))?;
        if all.iter().any(|known| known.pool == one.pool) {
            return Err(Failure::wrong(format!("`--vary`: the pool `{}` has two ranges", one.pool)));
        }
        all.push(one);
    }
    let staffings = all.iter().fold(1_u64, |n, of| n.saturating_mul(u64::from(of.high - of.low) + 1));
    if staffings > MOST {
        let why = format!("`--vary`: the ranges hold more than {MOST} staffings; narrow them");
        return Err(Failure::wrong(why));
    }
    Ok(all)
}

fn range(text: &str, model: &Model) -> Result<Posts, String> {
    let form = "write it as `pool.ID.headcount=LOW..HIGH`";
    let (path, range) = text.split_once('=').ok_or_else(|| format!("there is no range; {form}"))?;
    let parts: Vec<&str> = path.trim().split('.').collect();
    let ["pool", pool, "headcount"] = parts[..] else {
        return Err(format!("`{}` is not the headcount of a pool; {form}", path.trim()));
    };
    if !model.pools.iter().any(|known| known.id == pool) {
        let near = did_you_mean(pool, model.pools.iter().map(|pool| pool.id.as_str()));
        let near = near.map_or_else(String::new, |near| format!("; {near}"));
        return Err(format!("there is no pool `{pool}`{near}"));
    }
    let ends = range.split_once("..").and_then(|(low, high)| {
        let end = |text: &str| text.trim().parse::<u32>().ok();
        Some((end(low)?, end(high)?))
    });
    let (low, high) =
        ends.ok_or_else(|| format!("`{}` is no range of whole numbers; {form}", range.trim()))?;
    if low > high {
        return Err(format!("the range is upside down: from {low} to {high}"));
    }
    Ok(Posts { pool: pool.to_owned(), low, high, cost: 1.0 })
}

/// The pools with what a post costs, and the unit of that.
fn priced(mut posts: Vec<Posts>, kind: Option<&str>, model: &Model) -> Result<(Vec<Posts>, String), Failure> {
    let yearly = |of: &Posts| {
        let pool = model.pools.iter().position(|pool| pool.id == of.pool);
        pool.map_or(0.0, |pool| model.params[0].pools[pool].yearly_cost)
    };
    let free = posts.iter().find(|of| yearly(of) <= 0.0).map(|of| of.pool.clone());
    let none = posts.iter().all(|of| yearly(of) <= 0.0);
    if kind == Some("members") || (kind.is_none() && none) {
        return Ok((posts, "members".to_owned()));
    }
    if let Some(free) = free {
        let why = format!(
            "the pool `{free}` has no `yearly_cost`, so its posts would be free: write one, or count members with \
             `--cost members`"
        );
        return Err(Failure::wrong(why));
    }
    for of in &mut posts {
        of.cost = yearly(of);
    }
    Ok((posts, format!("{} a year", model.currency)))
}

/// What has to be reached.
fn goals(model: &Model, file: &str, note: &SizeNote) -> Result<Vec<Goal>, Failure> {
    let names = responses(model, &Layout::new(model));
    if note.targets.is_empty() {
        let goals = Goal::of_targets(model, &names, note.chance);
        if goals.is_empty() {
            let why = format!(
                "`{file}` has no `[[target]]`: say what has to be reached, as `--target 'share_within/look/24 h >= 90%'`"
            );
            return Err(Failure::wrong(why));
        }
        return Ok(goals);
    }
    let goal = |text: &String| {
        let statement = Statement::parse(text, &names);
        let statement = statement.map_err(|why| Failure::wrong(format!("`--target`: {why}")))?;
        Ok(Goal::of_statement(&statement, &names, note.chance))
    };
    note.targets.iter().map(goal).collect()
}
