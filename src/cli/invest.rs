//! `caseload invest`: what the next money buys.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::diagnostic::{Diagnostic, render};
use crate::experiment::invest::{self, Better, Investment, MOST_OF_ALL, Question};
use crate::model::{Model, compile, input_draws};
use crate::output::{InvestNote, Invested, Manifest, OutputDir, sha256};
use crate::run::{Layout, Response, responses};
use crate::scenario::{Disk, Memory, Offer};

use super::args::{self, Edits};
use super::failure::Failure;
use super::inputs::{Worlds, at_their_middle, world};
use super::invested::{Money, summary};
use super::invested_pictures::pictures;
use super::load::{Form, Ready, Texts, ready};
use super::offers::{Ground, Shelf, load, sources_of};
use super::pictures::write_folder;
use super::progress::watched;
use super::run::begun;
use super::terminal::{Terminal, paragraph};

/// Looks for the best use of the money, writes the folder, says the answer. Where nothing is shown to be better than
/// spending nothing the answer is no.
pub(super) fn invest(args: &args::Invest, terminal: &Terminal) -> Result<(), Failure> {
    let mut base = ready(&args.file, &args.edits, &Disk, terminal, Form::Brief)?;
    base.model.seed = args.luck.seed.unwrap_or(base.model.seed);
    base.model.replications = args.replications.unwrap_or(base.model.replications).max(2);
    let mut manifest = begun(&args.file, &args.edits, &base);
    manifest.draws = input_draws(&base.loaded, args.draws);
    if let Some(words) = at_their_middle(&base.loaded).filter(|_| manifest.draws == 1) {
        terminal.say(&words);
    }
    let ground = Ground { file: &args.file, edits: &args.edits, base: &base };
    let (options, written) = sources_of(&args.options, &ground)?;
    let each = base.model.replications.saturating_mul(manifest.draws);
    let note = InvestNote {
        options,
        options_sha256: String::new(),
        budget: args.budget.clone(),
        in_all: args.in_all,
        measure: args.measure.clone(),
        every: args.every,
        max_replications: args.max_replications.unwrap_or(each.saturating_mul(2)).max(each),
    };
    let (threads, target) = (args.luck.threads(), args.out.clone());
    let texts = Texts { known: written, disk: true };
    let (edits, force, charts) = (args.edits.clone(), args.force, args.charts);
    let job = Job { base, note, texts, edits, manifest, threads, target, force, charts };
    let done = job.perform(terminal)?;
    let words = || summary(&done.title, &done.money, &done.found, terminal);
    terminal.answer(args.json.then(|| done.tables.to_json(&done.found)), words, &done.folder)?;
    let best = &done.found.mixes[done.found.best];
    if done.found.is_better(best) { Ok(()) } else { Err(Failure::No) }
}

/// A question that is fully described.
pub(super) struct Job {
    /// With the seed and the replications.
    pub(super) base: Ready,
    pub(super) note: InvestNote,
    pub(super) texts: Texts,
    pub(super) edits: Edits,
    /// With the draws of the inputs.
    pub(super) manifest: Manifest,
    pub(super) threads: Option<usize>,
    pub(super) target: Option<PathBuf>,
    pub(super) force: bool,
    pub(super) charts: bool,
}

/// What it leaves.
pub(super) struct Done {
    title: String,
    money: Money,
    found: Investment,
    tables: Invested,
    folder: PathBuf,
    pub(super) manifest: Manifest,
}

impl Job {
    /// Simulates and writes. The folder is looked at before the work, so that nobody waits for nothing.
    pub(super) fn perform(mut self, terminal: &Terminal) -> Result<Done, Failure> {
        let money = Money { currency: self.base.model.currency.clone(), in_all: self.note.in_all };
        let budget = budget(&self.note.budget, &money.currency)?;
        let (response, better) = measure(&self.base.model, self.note.measure.as_deref())?;
        let file = self.manifest.file.clone();
        let ground = Ground { file: &file, edits: &self.edits, base: &self.base };
        let shelf =
            Shelf::fill(&self.note.options, &ground, (budget, self.note.in_all), &self.texts, terminal)?;
        let spread = shelf.spread(&self.base).filter(|_| !self.note.in_all);
        for words in spread.into_iter().chain(shelf.exclusions()) {
            terminal.say(&paragraph(&words));
        }
        self.note.options.clone_from(&shelf.files);
        let all: Vec<&str> = shelf.texts.files.values().map(String::as_str).collect();
        self.note.options_sha256 = sha256(all.join("\n").as_bytes());
        self.manifest.invest = Some(self.note.clone());
        let texts = shelf.texts.files.iter().filter_map(|(path, text)| Some((path.to_str()?, text.as_str())));
        self.manifest.note_inputs(texts);
        let question = self.question(&shelf, budget, (response, better))?;
        let name = self.base.name();
        let target = self.target.take().unwrap_or_else(|| Path::new("out").join(format!("{name}-invested")));
        OutputDir::may_write(&target, &self.manifest, self.force)?;
        self.manifest.unknowns = Worlds::of(&self.base, self.manifest.draws, terminal)?.notes;
        let began = Instant::now();
        let silent = Terminal { quiet: true, ..*terminal };
        let seed = self.base.model.seed;
        let model = |mix: &[u32], draws: Range<u32>| -> Result<Vec<Model>, Failure> {
            let bought: Vec<(&Offer, u32)> =
                shelf.offers.iter().zip(mix).filter(|(_, n)| **n > 0).map(|(offer, n)| (offer, *n)).collect();
            models(&ground, &bought, (&shelf.texts, seed), question.draws.map(|_| draws), &silent)
        };
        let result = watched(terminal, &name, question.replications, |watcher| {
            invest::invest(&question, &model, watcher)
        });
        let found = result?.map_err(Failure::wrong)?;
        let tables = Invested::new((&self.base.model.name, &self.base.model.plan), &found);
        self.manifest.wall_seconds = began.elapsed().as_secs_f64();
        let title = self.base.model.title.clone();
        let drawn = if self.charts { pictures(&title, &money, budget, &tables) } else { vec![] };
        write_folder(&target, (&mut self.manifest, self.force), tables.files(), &drawn)?;
        Ok(Done { title, money, found, tables, folder: target, manifest: self.manifest })
    }

    fn question(&self, shelf: &Shelf, budget: f64, of: (Response, Better)) -> Result<Question, Failure> {
        let draws = self.manifest.draws;
        let question = Question {
            choices: shelf.choices.clone(),
            excluded: shelf.excluded.clone(),
            budget,
            response: of.0,
            better: of.1,
            draws: (draws > 1).then_some(draws),
            replications: self.base.model.replications,
            max_replications: self.note.max_replications,
            threads: self.threads,
            level: self.manifest.level,
            every: self.note.every,
        };
        if self.note.every && question.mixes().is_none() {
            let why = format!(
                "`--every`: the budget pays for more than {MOST_OF_ALL} mixes; give the options an `at_most`, or search without \
                 `--every`"
            );
            return Err(Failure::wrong(why));
        }
        Ok(question)
    }
}

/// The models of the scenario with what is bought, in these draws of what nobody knows, or the one with everything at its
/// middle.
fn models(
    ground: &Ground<'_>,
    bought: &[(&Offer, u32)],
    (texts, seed): (&Memory, u64),
    draws: Option<Range<u32>>,
    terminal: &Terminal,
) -> Result<Vec<Model>, Failure> {
    let loading = load(ground, bought, texts);
    let refused = |findings: &[Diagnostic]| {
        let names: Vec<String> = bought.iter().map(|(offer, n)| format!("{}={n}", offer.id)).collect();
        terminal.complain(&format!("with {}:", names.join(" ")));
        terminal.complain(&render::human(findings, &loading.documents, terminal.styled));
        Failure::Wrong(None)
    };
    let Some(loaded) = &loading.checked.value else { return Err(refused(&loading.checked.diagnostics)) };
    let certain = || {
        let compiled = compile(loaded);
        let model = compiled.value.ok_or_else(|| refused(&compiled.diagnostics))?;
        Ok(Model { seed, ..model })
    };
    match draws {
        None => Ok(vec![certain()?]),
        // Where the base has unknown values a mix may have set them all.
        Some(draws) if loaded.unknowns.is_empty() => draws.map(|_| certain()).collect(),
        Some(draws) => draws.map(|draw| Ok(world(loaded, seed, draw, terminal)?.0)).collect(),
    }
}

fn measure(base: &Model, name: Option<&str>) -> Result<(Response, Better), Failure> {
    let names = responses(base, &Layout::new(base));
    invest::decisive(base, &names, name).map_err(|why| Failure::wrong(format!("`--measure`: {why}")))
}

/// `400000`, `400_000`, `400k`, `1.2M`, each with the currency behind it or without.
pub(super) fn budget(text: &str, currency: &str) -> Result<f64, Failure> {
    let wrong = |why: &str| Failure::wrong(format!("`--budget {text}`: {why}"));
    let trimmed = text.trim();
    let amount = trimmed.strip_suffix(currency).map_or(trimmed, str::trim_end);
    let (digits, times) = match amount.char_indices().next_back() {
        Some((at, 'k' | 'K')) => (&amount[..at], 1e3),
        Some((at, 'm' | 'M')) => (&amount[..at], 1e6),
        _ => (amount, 1.0),
    };
    let form = "write money as 400000, 400_000, 400k or 1.2M";
    if digits.contains(',') {
        return Err(wrong(&format!("{form}, without commas")));
    }
    let number: f64 = digits.trim().replace('_', "").parse().map_err(|_| {
        let word = amount.trim_start_matches(|c: char| c.is_ascii_digit() || "._ ".contains(c));
        if word.is_empty() || word.len() == amount.len() {
            wrong(form)
        } else {
            let counts = match currency {
                "" => "in no currency that it names".to_owned(),
                _ => format!("in {currency}"),
            };
            wrong(&format!("the scenario counts {counts}, not in `{word}`; {form}"))
        }
    })?;
    let money = number * times;
    if money.is_finite() && money > 0.0 { Ok(money) } else { Err(wrong("a budget is more than 0")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_as_people_write_it() {
        let read = |text| budget(text, "USD").ok();
        for text in ["400000", "400_000", "400k", "0.4M", "400k USD", " 400000USD "] {
            assert_eq!(read(text), Some(400_000.0), "{text}");
        }
        let said = |text| match budget(text, "USD") {
            Err(Failure::Wrong(Some(why))) => why,
            other => panic!("{other:?}"),
        };
        assert!(said("400,000").contains("without commas"));
        assert!(said("400 EUR").contains("counts in USD, not in `EUR`"));
        assert!(budget("400k€", "").is_err_and(|why| matches!(
            why,
            Failure::Wrong(Some(why)) if why.contains("in no currency that it names, not in `k€`")
        )));
        assert!(said("lots").contains("write money as 400000"));
        assert!(said("-5").contains("more than 0"));
        assert!(said("").contains("write money as"));
    }
}
