//! What money may buy, from the words of the command line to options with prices: every finding shown, every option tried
//! on the scenario by itself.

use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Documents, render};
use crate::experiment::invest::Choice;
use crate::model::compile;
use crate::scenario::{self, Loaded, Loading, Memory, Offer, Sources};
use crate::units::YEAR;

use super::args::Edits;
use super::failure::Failure;
use super::figures::{number, with_unit};
use super::load::{Over, Ready, request};
use super::terminal::{Terminal, paragraph};

/// What the default options are called among the files.
const POSTS: &str = "<a post in each pool>";
/// An option without a limit of its own is bought so often at most.
const USUAL: u32 = 10;

/// The scenario, and how things are laid on it.
pub(super) struct Ground<'g> {
    pub(super) file: &'g str,
    pub(super) edits: &'g Edits,
    pub(super) base: &'g Ready,
}

/// What may be bought.
#[derive(Debug)]
pub(super) struct Shelf {
    pub(super) offers: Vec<Offer>,
    /// With their prices in the money of the budget.
    pub(super) choices: Vec<Choice>,
    /// Pairs that cannot be had together, by place.
    pub(super) excluded: Vec<(usize, usize)>,
    /// The files of options and plans, by name.
    pub(super) files: Vec<String>,
    /// Every text that was read.
    pub(super) texts: Memory,
    /// Options of which a part is paid once.
    pub(super) paid_once: Vec<String>,
}

/// The files that are meant: those given, or the default written as a file.
pub(super) fn sources_of(options: &[String], ground: &Ground<'_>) -> Result<(Vec<String>, Memory), Failure> {
    if !options.is_empty() {
        let files = super::load::expand(options)?;
        return Ok((files, Memory::default()));
    }
    let loaded = &ground.base.loaded;
    let paid = |pool: &&scenario::Pool| pool.yearly_cost.as_ref().is_some_and(|cost| cost.value > 0.0);
    let post = |pool: &scenario::Pool| {
        let id = &pool.id.value;
        format!("[[option]]\nid = \"{id}\"\nadd = {{ \"pool.{id}.headcount\" = 1 }}\n")
    };
    let posts: Vec<String> = loaded.epochs[0].scenario.pools.iter().filter(paid).map(post).collect();
    if posts.is_empty() {
        let why = format!(
            "no pool of `{}` has a `yearly_cost`, so there is nothing to buy: write one, or say with `--options` what may \
             be bought",
            ground.file
        );
        return Err(Failure::wrong(why));
    }
    Ok((vec![POSTS.to_owned()], Memory::one(POSTS, posts.join("\n"))))
}

impl Shelf {
    /// Reads and prices everything; `budget` is in money a year, or in all. A file that is a plan in a folder is left out
    /// with a word where it has no price; anything else that is wrong is shown, all of it, and ends the command.
    pub(super) fn fill(
        files: &[String],
        ground: &Ground<'_>,
        (budget, in_all): (f64, bool),
        sources: &dyn Sources,
        terminal: &Terminal,
    ) -> Result<Shelf, Failure> {
        let mut shelf = Shelf {
            offers: vec![],
            choices: vec![],
            excluded: vec![],
            files: vec![],
            texts: ground.base.texts(),
            paid_once: vec![],
        };
        let mut wrong = false;
        for file in files {
            match shelf.add(file, ground, in_all, sources, terminal) {
                Ok(()) => shelf.files.push(file.clone()),
                Err(Refused::Wrong) => wrong = true,
                Err(Refused::LeftOut(why)) if files.len() > 1 => {
                    terminal.say(&paragraph(&format!("left out: {why}")));
                }
                Err(Refused::LeftOut(why)) => return Err(Failure::wrong(why)),
            }
        }
        if wrong {
            return Err(Failure::Wrong(None));
        }
        shelf.names_once()?;
        shelf.limits(budget, &ground.base.model.currency)?;
        shelf.exclude(ground);
        Ok(shelf)
    }

    fn add(
        &mut self,
        file: &str,
        ground: &Ground<'_>,
        in_all: bool,
        sources: &dyn Sources,
        terminal: &Terminal,
    ) -> Result<(), Refused> {
        let (checked, documents) = scenario::offers(Path::new(file), sources);
        tell(&checked.diagnostics, &documents, terminal);
        let offers = checked.value.ok_or(Refused::Wrong)?;
        let alone = offers.len() == 1 && offers[0].is_plan() && offers[0].price.is_none();
        let mut wrong = false;
        let mut found = vec![];
        for offer in offers {
            let Some(loaded) = tried(&offer, ground, sources, terminal) else {
                wrong = true;
                continue;
            };
            match price(&offer, &ground.base.loaded, &loaded, in_all) {
                Ok(price) => found.push((offer, price, loaded)),
                Err(why) if alone => return Err(Refused::LeftOut(format!("`{file}`: {why}"))),
                Err(why) => {
                    let finding = Diagnostic::new(Code::MissingKey, why).at(offer.span, "");
                    tell(&[finding], &documents, terminal);
                    wrong = true;
                }
            }
        }
        for document in documents.iter() {
            self.texts.files.insert(document.name.clone().into(), document.text.to_string());
        }
        for (offer, price, loaded) in found {
            let texts = loaded.inputs.iter().map(|input| (input.name.clone().into(), input.text.clone()));
            self.texts.files.extend(texts);
            let until = ground.base.model.horizon;
            let once = offer
                .price
                .map_or(loaded.once_cost(until) - ground.base.loaded.once_cost(until), |price| price.1);
            if once != 0.0 {
                self.paid_once.push(offer.id.clone());
            }
            // A limit that is not written waits for the budget.
            let at_most = offer.at_most.unwrap_or(USUAL);
            self.choices.push(Choice { id: offer.id.clone(), price, at_most });
            self.offers.push(offer);
        }
        if wrong { Err(Refused::Wrong) } else { Ok(()) }
    }

    fn names_once(&self) -> Result<(), Failure> {
        for (i, choice) in self.choices.iter().enumerate() {
            if self.choices[..i].iter().any(|other| other.id == choice.id) {
                return Err(Failure::wrong(format!("`--options`: two options are called `{}`", choice.id)));
            }
        }
        Ok(())
    }

    /// No option is bought more often than the money goes.
    fn limits(&mut self, budget: f64, currency: &str) -> Result<(), Failure> {
        let cheapest = self.choices.iter().min_by(|a, b| a.price.total_cmp(&b.price));
        let Some(cheapest) = cheapest else {
            return Err(Failure::wrong("`--options`: there is nothing to buy"));
        };
        if cheapest.price > budget * (1.0 + 1e-9) {
            let why = format!(
                "`--budget`: {} buy nothing; the cheapest option is `{}` at {}",
                with_unit(&number(budget, 0), currency),
                cheapest.id,
                number(cheapest.price, 0)
            );
            return Err(Failure::wrong(why));
        }
        for choice in self.choices.iter_mut().filter(|choice| choice.price > 0.0) {
            let affords = (budget / choice.price * (1.0 + 1e-9)).floor();
            choice.at_most = choice.at_most.min(affords.max(1.0).min(f64::from(u32::MAX)) as u32);
        }
        Ok(())
    }

    /// Two plans cannot be had together if both set the same value, or if the scenario with both is none.
    fn exclude(&mut self, ground: &Ground<'_>) {
        let base = &ground.base.loaded;
        let alone: Vec<Option<Loaded>> =
            self.offers.iter().map(|offer| load(ground, &[(offer, 1)], &self.texts).checked.value).collect();
        let sets: Vec<Vec<&str>> = alone
            .iter()
            .map(|loaded| loaded.as_ref().map(|loaded| loaded.set_beyond(base)).unwrap_or_default())
            .collect();
        for j in 1..self.offers.len() {
            for i in 0..j {
                let both_set = sets[i].iter().any(|path| sets[j].iter().any(|other| overlaps(path, other)));
                let plans = self.offers[i].is_plan() && self.offers[j].is_plan();
                let clash = || {
                    let both = [(&self.offers[i], 1), (&self.offers[j], 1)];
                    let loaded = load(ground, &both, &self.texts).checked.value;
                    loaded.is_none_or(|loaded| compile(&loaded).value.is_none())
                };
                if both_set || (plans && clash()) {
                    self.excluded.push((i, j));
                }
            }
        }
    }

    /// What has to be said of prices in which something is paid once; none where nothing is.
    pub(super) fn spread(&self, base: &Ready) -> Option<String> {
        let model = &base.model;
        let years = (model.horizon - model.warmup).0 as f64 / YEAR as f64;
        let words = || {
            format!(
                "in the prices of {} what is paid once is spread over the {} years that are measured",
                self.paid_once.join(", "),
                number(years, 1)
            )
        };
        (!self.paid_once.is_empty()).then(words)
    }

    /// What cannot be had together, in words; none where everything can.
    pub(super) fn exclusions(&self) -> Option<String> {
        let pair =
            |(i, j): &(usize, usize)| format!("`{}` and `{}`", self.choices[*i].id, self.choices[*j].id);
        let pairs: Vec<String> = self.excluded.iter().map(pair).collect();
        let words =
            || format!("not to be had together, as both set the same or do not fit: {}", pairs.join(", "));
        (!pairs.is_empty()).then(words)
    }
}

/// Whether one path leads to what another sets, or to a part of it.
fn overlaps(one: &str, other: &str) -> bool {
    let inside =
        |a: &str, b: &str| a.strip_prefix(b).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    inside(one, other) || inside(other, one)
}

/// Why a file is not on the shelf.
enum Refused {
    /// Its mistakes have been shown.
    Wrong,
    /// A plan that has no price.
    LeftOut(String),
}

/// The scenario with what is bought.
pub(super) fn load(ground: &Ground<'_>, bought: &[(&Offer, u32)], sources: &dyn Sources) -> Loading {
    let request = request(ground.file, ground.edits, sources);
    let request = bought.iter().fold(request, |request, (offer, times)| request.buy(offer, *times));
    scenario::load(&request)
}

/// The scenario with one of an option; mistakes are shown, and so are warnings about the option itself.
fn tried(offer: &Offer, ground: &Ground<'_>, sources: &dyn Sources, terminal: &Terminal) -> Option<Loaded> {
    let texts = ground.base.texts();
    let loading = load(ground, &[(offer, 1)], &Over { first: &texts, then: sources });
    let known: Vec<&str> = ground.base.inputs().map(|(name, _)| name).collect();
    let new = |finding: &&Diagnostic| {
        let document = finding.span().and_then(|span| loading.documents.get(span.doc));
        finding.is_error() || document.is_some_and(|document| !known.contains(&document.name.as_str()))
    };
    let findings: Vec<Diagnostic> = loading.checked.diagnostics.iter().filter(new).cloned().collect();
    tell(&findings, &loading.documents, terminal);
    let loaded = loading.checked.value?;
    let compiled = compile(&loaded);
    if compiled.value.is_none() {
        tell(&compiled.diagnostics, &loading.documents, terminal);
        return None;
    }
    Some(loaded)
}

fn tell(findings: &[Diagnostic], documents: &Documents, terminal: &Terminal) {
    if findings.iter().any(Diagnostic::is_error) {
        terminal.complain(&render::human(findings, documents, terminal.styled));
    } else if !findings.is_empty() {
        terminal.say(&render::human(findings, documents, terminal.styled));
    }
}

/// What an option costs each time, in a year or over the window; a sentence where that cannot be told.
fn price(offer: &Offer, base: &Loaded, with: &Loaded, in_all: bool) -> Result<f64, String> {
    let header = &base.epochs[0].scenario.header;
    let (from, until) = (header.warmup.value, header.horizon.value);
    let years = (until - from).0 as f64 / YEAR as f64;
    let id = &offer.id;
    let all = match offer.price {
        Some((yearly, once)) => yearly * years + once,
        None if base.differs_in_other_costs(with) => {
            return Err(format!(
                "option `{id}` changes what is paid by the hour or by the case, so its price cannot be derived: say in a file of \
                 options what it costs, as `cost = 30_000` in a year"
            ));
        }
        None => with.written_cost(from, until) - base.written_cost(from, until),
    };
    // To the cent: differences of large sums are rounded.
    let price = ((if in_all { all } else { all / years }) * 100.0).round() / 100.0;
    if price < 0.0 {
        return Err(format!(
            "option `{id}` saves {} and so buys nothing: lay it on the scenario with `--plan`, or make it a part of an option \
             that costs",
            number(-price, 0)
        ));
    }
    Ok(price)
}
