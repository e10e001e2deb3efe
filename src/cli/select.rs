//! `caseload compare --select`: the best plan, with a stated probability of being right or within a budget.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::experiment::select::FIRST_OF_BUDGET;
use crate::experiment::{self, Rule, Selecting, Selection};
use crate::output::tables::{Row, SelectionRow};
use crate::output::{Manifest, OutputDir, SelectionNote, csv, selection};
use crate::run::{Goal, Layout, Response, responses};
use crate::stats::HalfWidth;

use super::args;
use super::compare::Field;
use super::failure::Failure;
use super::figures::{counted, number, three_digits};
use super::pictures::write_folder;
use super::progress::watched;
use super::terminal::{Terminal, paragraph, table};

/// A selection that is fully described by its manifest.
pub(super) struct Job {
    pub(super) field: Field,
    pub(super) manifest: Manifest,
    pub(super) threads: Option<usize>,
    pub(super) target: Option<PathBuf>,
    pub(super) force: bool,
}

/// What a selection leaves.
pub(super) struct Done {
    title: String,
    asked: Selecting,
    found: Selection,
    pub(super) rows: Vec<SelectionRow>,
    pub(super) folder: PathBuf,
    pub(super) manifest: Manifest,
}

/// What is asked, as the manifest keeps it.
pub(super) fn note(field: &Field, measure: &str, args: &args::Compare) -> Result<SelectionNote, Failure> {
    let base = field.base();
    let names = responses(base, &Layout::new(base));
    let found =
        crate::run::find(measure, &names).map_err(|why| Failure::wrong(format!("`--select`: {why}")))?;
    let (confidence, most) = (args.confidence, args.max_replications);
    if !(confidence > 0.5 && confidence < 1.0) {
        let why = format!("`--confidence {confidence}` is no probability between 0.5 and 1");
        return Err(Failure::wrong(why));
    }
    let least = FIRST_OF_BUDGET * field.count() as u32;
    if let Some(budget) = args.budget.filter(|budget| *budget < least) {
        let why = format!(
            "`--budget {budget}` is too little: each of the {} scenarios needs {FIRST_OF_BUDGET} replications to begin with, \
             {least} in all",
            field.count()
        );
        return Err(Failure::wrong(why));
    }
    let indifference = match &args.indifference {
        Some(text) => Some(amount(text, measure, &names)?),
        None => None,
    };
    Ok(SelectionNote { measure: names[found].name(), indifference, confidence, budget: args.budget, most })
}

/// The least difference worth detecting, in the unit of the measure.
fn amount(text: &str, measure: &str, names: &[Response]) -> Result<f64, Failure> {
    let goal = Goal::parse(&format!("{text} of {measure}"), names)
        .map_err(|why| Failure::wrong(format!("`--indifference`: {why}")))?;
    let unit = &names[goal.response].unit;
    match goal.width {
        HalfWidth::Absolute(width) => Ok(width),
        // Two hundredths of a share are two percentage points; of nothing else.
        HalfWidth::Relative(width) if unit == "share" => Ok(width),
        HalfWidth::Relative(_) => {
            let why = format!("`--indifference` of `{measure}` is an amount in {unit}, not a percentage");
            Err(Failure::wrong(why))
        }
    }
}

/// When the selection ends.
fn rule(note: &SelectionNote) -> Result<Rule, Failure> {
    let SelectionNote { indifference, confidence, budget, most, .. } = *note;
    match (indifference, budget) {
        (Some(indifference), None) => Ok(Rule::Guarantee { indifference, confidence, most }),
        (None, Some(budget)) => Ok(Rule::Budget(budget)),
        _ => Err(Failure::wrong("a selection has an indifference or a budget")),
    }
}

impl Job {
    /// Simulates and writes.
    pub(super) fn perform(mut self, terminal: &Terminal) -> Result<Done, Failure> {
        self.field.note(&mut self.manifest);
        let note = self.manifest.selection.clone().expect("a selection says what is asked");
        if self.manifest.draws > 1 {
            let why = "`--select` compares plans in one world: ask with `--draws 1`, where every value that nobody knows \
                       stands at its middle";
            return Err(Failure::wrong(why));
        }
        let (name, title) = (self.field.base().name.clone(), self.field.base().title.clone());
        let target = self.target.unwrap_or_else(|| Path::new("out").join(format!("{name}-selected")));
        OutputDir::may_write(&target, &self.manifest, self.force)?;
        let asked = Selecting { rule: rule(&note)?, measure: note.measure, threads: self.threads };
        let began = Instant::now();
        let alternatives = self.field.alternatives(&mut self.manifest, terminal)?;
        let found =
            watched(terminal, &name, experiment::select::FIRST * alternatives.len() as u32, |watcher| {
                experiment::select(&alternatives, &asked, watcher)
            });
        let found = found?.map_err(|why| Failure::wrong(format!("`--select`: {why}")))?;
        let rows = selection(&name, &asked, &found);
        self.manifest.replications = found.replications.iter().copied().max().unwrap_or(0);
        self.manifest.wall_seconds = began.elapsed().as_secs_f64();
        let table = vec![(SelectionRow::TABLE, csv::to_bytes(&rows))];
        write_folder(&target, (&mut self.manifest, self.force), table, &[])?;
        Ok(Done { title, asked, found, rows, folder: target, manifest: self.manifest })
    }
}

impl Done {
    /// The answer in words and a table.
    pub(super) fn summary(&self, terminal: &Terminal) -> String {
        let Selection { names, response, better, best, at_most, chance_correct, .. } = &self.found;
        let (share, unit) = (response.unit == "share", &response.unit);
        let amount = |value: f64| {
            if share {
                format!("{} percentage points", number(100.0 * value, 1))
            } else {
                format!("{} {unit}", significant(value))
            }
        };
        let head = match best {
            Some(best) => format!("`{}` is the best in `{}`", names[*best], response.name()),
            None => format!("which plan is the best in `{}` is not settled", response.name()),
        };
        let mut text = terminal.bold(&format!("{}: {head}", self.title)) + "\n";
        let mut words = match self.asked.rule {
            Rule::Guarantee { indifference, confidence, .. } => format!(
                "{} is better; a plan that is ahead of all others by {} or more is selected with probability {} or more \
                 (Kim and Nelson's procedure); of plans nearer to each other than that any may be",
                better.word(),
                amount(indifference),
                confidence
            ),
            Rule::Budget(budget) => format!(
                "{} is better; {} of all plans together, given to whom they help most to tell the best (optimal computing \
                 budget allocation); about {} % or more that it is the best. That is an estimate and no guarantee: \
                 `--indifference` gives one",
                better.word(),
                counted(u64::from(budget), "replication"),
                number(100.0 * chance_correct.unwrap_or(0.0), 0)
            ),
        };
        if let (None, Some(n)) = (best, at_most) {
            words.push_str("; ");
            words.push_str(&counted(u64::from(*n), "replication"));
            words.push_str(" would settle it");
        }
        if best.is_none() && self.found.alike {
            words.push_str("; those that are open had the very same value in every replication");
        }
        text += &paragraph(&words);
        let row = |row: &SelectionRow| {
            let name = if row.plan.is_empty() { row.scenario.clone() } else { row.plan.clone() };
            let mean = row.estimate.map_or_else(String::new, |mean| {
                if share { format!("{} %", number(100.0 * mean, 1)) } else { significant(mean) }
            });
            vec![name, mean, number(row.replications as f64, 0), row.verdict.clone()]
        };
        let rows: Vec<Vec<String>> = self.rows.iter().map(row).collect();
        text += &table(&["", "mean", "replications", ""], &rows);
        text
    }

    /// Whether the question was settled.
    pub(super) fn settled(&self) -> bool {
        self.found.best.is_some()
    }
}

/// Three digits that say something, without a limit where the number is small.
fn significant(value: f64) -> String {
    number(value, three_digits(value).clamp(0, 9))
}
