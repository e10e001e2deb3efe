//! What money may buy: a file of options, each a plan or edits of its own, some of which may be bought several times.
//!
//! An option is laid on a scenario as a plan is, as often as it is bought.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::edit::{EditList, Edits};
use super::layers::{Layer, Reader, tidy};
use super::library::{Library, Sources};
use super::reading::Reading;
use super::spec::{Kind, Shape, TableKind as _, TableSpec, table};
use super::tree::{self, Entry, Node, Table};
use super::value::{At, Id, Name, NonNegative, Text, Uses};
use crate::diagnostic::suggest::{did_you_mean, quoted};
use crate::diagnostic::{Checked, Code, Diagnostic, Documents, Span};
use crate::units::civil;

table! {
    /// Something that money may buy. In files of options only, which `caseload invest --options` reads. It is a plan, or has
    /// edits of its own.
    pub struct OfferTable = "option" {
        /// What the option is called.
        id: Id, required Name, Fixed, "\"officer\"";
        /// What it is, in a few words.
        why: Option<At<String>>, optional Text, Fixed, "\"one more officer with a car\"";
        /// A plan, relative to this file. One that only adds and scales may be bought several times: everything in it, its
        /// costs too, then counts as often.
        plan: Option<At<String>>, optional Text, Fixed, "\"../plans/more-officers.toml\"";
        /// In place of a plan: values to add to, by path, each time it is bought.
        add: Option<EditList>, optional Edits, Fixed, "{ \"pool.officer.headcount\" = 1 }";
        /// In place of a plan: values to multiply, by path, each time it is bought.
        scale: Option<EditList>, optional Edits, Fixed, "{ \"stage.search.effort\" = 0.9 }";
        /// In place of a plan: values to replace, by path. Such an option can be bought once.
        set: Option<EditList>, optional Edits, Fixed, "{ \"stage.screen.order\" = \"score\" }";
        /// How often it may be bought. Not written: once if it is a plan or sets values, else as often as the money goes, 10
        /// times at most.
        at_most: Option<At<u32>>, optional Uses, Fixed, "5";
        /// What it costs each time, in place of what follows from its posts' `yearly_cost` and the `[cost]` of its plan: a
        /// number, in a year, or a table with `yearly` and `once`. Needed where it changes what is paid by the hour or by the
        /// case. It is a price for the budget; the simulated cost does not know it.
        cost: Option<Price>, optional PriceOf, Fixed, "{ yearly = 30_000, once = 12_000 }";
    }
}

table! {
    /// What an option costs each time it is bought.
    pub struct Price = "option.cost" {
        /// In a year.
        yearly: At<f64>, default "0.0" NonNegative, Fixed, "30_000";
        /// Once.
        once: At<f64>, default "0.0" NonNegative, Fixed, "12_000";
    }
}

/// The tables of a file of options, for the reference.
pub(crate) const TABLES: &[&TableSpec] = &[OfferTable::SPEC, Price::SPEC];

/// A number, or a table with what it costs in a year and once.
struct PriceOf;

impl Kind for PriceOf {
    type Out = Price;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Price> {
        if node.table().is_some() {
            return Price::read(node, cx);
        }
        let nothing = At::new(0.0, node.span);
        NonNegative::read(node, cx).map(|yearly| Price { span: node.span, yearly, once: nothing })
    }

    fn shape() -> Shape {
        let schema = json!({ "type": ["number", "object"] });
        Shape::new("a number, in a year, or a table with `yearly` and `once`", schema)
    }
}

/// Something that money may buy.
#[derive(Clone, PartialEq, Debug)]
pub struct Offer {
    /// What it is called.
    pub id: String,
    /// What it is, as written.
    pub why: Option<String>,
    /// How often it may be bought; as often as the money goes where absent.
    pub at_most: Option<u32>,
    /// What it costs in a year and once, where that is written.
    pub price: Option<(f64, f64)>,
    /// Where it stands.
    pub span: Span,
    source: Source,
}

impl Offer {
    /// Whether it is a plan, and has no edits of its own.
    pub fn is_plan(&self) -> bool {
        matches!(self.source, Source::Plan(_))
    }
}

#[derive(Clone, PartialEq, Debug)]
enum Source {
    /// A plan.
    Plan(PathBuf),
    /// Edits of its own: a file of options, and the option's place in it.
    Own(PathBuf, usize),
}

/// Reads what may be bought: the options of a file, or a plan, which is one option that can be bought once. Every mistake
/// is found in one go; the documents are there even then.
pub fn offers(file: &Path, sources: &dyn Sources) -> (Checked<Vec<Offer>>, Documents) {
    let (mut library, mut findings) = (Library::default(), Vec::new());
    let file = tidy(file);
    let found = match library.file(&file, sources, None) {
        Ok(doc) => read(&file, doc, &mut library, sources, &mut findings),
        Err(finding) => {
            findings.push(*finding);
            None
        }
    };
    super::load::without_echoes(&mut findings);
    (Checked::new(found, findings), library.documents)
}

fn read(
    file: &Path,
    doc: u16,
    library: &mut Library,
    sources: &dyn Sources,
    findings: &mut Vec<Diagnostic>,
) -> Option<Vec<Offer>> {
    let table = tree::parse(&library.documents, doc, findings);
    if table.get("extends").is_some() {
        let id = super::layers::stem(file);
        let source = Source::Plan(file.to_owned());
        let span = Span::new(doc, 0..0);
        return Some(vec![Offer { id, why: None, at_most: Some(1), price: None, span, source }]);
    }
    for entry in table.entries.iter().filter(|entry| entry.key != "option") {
        findings.push(no_option(entry));
    }
    let Some(list) = table.get("option").and_then(Node::list) else {
        let message = format!("`{}` has no `[[option]]`", file.display());
        let help =
            "an option is a plan or edits: `id = \"officer\"`, `add = { \"pool.officer.headcount\" = 1 }`";
        findings.push(Diagnostic::new(Code::MissingKey, message).at(Span::new(doc, 0..0), "").help(help));
        return None;
    };
    super::read::duplicates_of(list, "option", findings);
    let start = civil::moment("2025-01-01").expect("a date that exists");
    let written: Vec<Option<OfferTable>> = {
        let mut cx = Reading::new(library, start, Vec::new());
        let read = list.iter().map(|node| OfferTable::read(node, &mut cx)).collect();
        findings.append(&mut cx.findings);
        read
    };
    let mut plans: Vec<(PathBuf, Span)> = vec![];
    let offers = written.into_iter().enumerate().map(|(place, written)| {
        let written = written?;
        let source = source(&written, (file, place), library, findings)?;
        if let (Source::Plan(path), Some(plan)) = (&source, &written.plan) {
            twice(path, plan, &mut plans, findings);
        }
        let repeats = match &source {
            Source::Plan(path) => repeats(path, library, sources, &written, findings)?,
            Source::Own(..) => written.set.is_none(),
        };
        offer(written, source, repeats, findings)
    });
    let offers: Vec<Option<Offer>> = offers.collect();
    offers.into_iter().collect()
}

/// A table that does not belong into a file of options.
fn no_option(entry: &Entry) -> Diagnostic {
    let message = format!("a file of options has no table `{}`", entry.key);
    let help = did_you_mean(&entry.key, ["option"])
        .unwrap_or_else(|| "what may be bought stands under `[[option]]`, one table each".to_owned());
    Diagnostic::new(Code::UnknownKey, message).at(entry.key_span, "").help(help)
}

/// A plan or edits, not both and not neither.
fn source(
    written: &OfferTable,
    (file, place): (&Path, usize),
    library: &Library,
    findings: &mut Vec<Diagnostic>,
) -> Option<Source> {
    let id = &written.id.value;
    let own = [("add", &written.add), ("scale", &written.scale), ("set", &written.set)];
    let own: Vec<(&str, Span)> =
        own.into_iter().filter_map(|(key, list)| Some((key, list.as_ref()?.span))).collect();
    match (&written.plan, own.first()) {
        (Some(plan), None) => Some(Source::Plan(tidy(&library.beside(written.id.span.doc, &plan.value)))),
        (None, Some(_)) => Some(Source::Own(file.to_owned(), place)),
        (Some(plan), Some((_, span))) => {
            let keys = quoted(&own.iter().map(|(key, _)| *key).collect::<Vec<_>>());
            let message = format!("option `{id}` has a plan and edits of its own ({keys})");
            let finding = Diagnostic::new(Code::ConflictingKeys, message).at(*span, "");
            findings.push(
                finding
                    .see(plan.span, "the plan")
                    .help("put the edits into the plan, or into another option"),
            );
            None
        }
        (None, None) => {
            let message = format!("option `{id}` buys nothing: it has no `plan`, `add`, `scale` or `set`");
            let help = "as in add = { \"pool.officer.headcount\" = 1 }";
            findings.push(Diagnostic::new(Code::MissingKey, message).at(written.id.span, "").help(help));
            None
        }
    }
}

/// Two options that are the same plan would be one option that is bought twice.
fn twice(path: &Path, plan: &At<String>, plans: &mut Vec<(PathBuf, Span)>, findings: &mut Vec<Diagnostic>) {
    if let Some((_, first)) = plans.iter().find(|(known, _)| known == path) {
        let message = format!("two options are the plan `{}`", plan.value);
        let finding = Diagnostic::new(Code::DuplicateId, message).at(plan.span, "again here");
        findings.push(
            finding.see(*first, "first here").help("one option with `at_most = 2` can be bought twice"),
        );
    }
    plans.push((path.to_owned(), plan.span));
}

/// Whether a plan may be bought several times: it brings no tables and sets nothing.
fn repeats(
    path: &Path,
    library: &mut Library,
    sources: &dyn Sources,
    written: &OfferTable,
    findings: &mut Vec<Diagnostic>,
) -> Option<bool> {
    let doc = match library.file(path, sources, written.plan.as_ref().map(|plan| plan.span)) {
        Ok(doc) => doc,
        Err(finding) => {
            findings.push(*finding);
            return None;
        }
    };
    // What is wrong with the plan is said when it is loaded.
    let plan = tree::parse(&library.documents, doc, &mut Vec::new());
    let plain = |key: &str| {
        matches!(key, "extends" | "scenario" | "add" | "scale" | "cost" | "change" | "hire" | "leave")
    };
    let sets = super::path::tables(&plan, "change").any(|change| change.get("set").is_some());
    Some(plan.keys().all(plain) && !sets)
}

fn offer(
    written: OfferTable,
    source: Source,
    repeats: bool,
    findings: &mut Vec<Diagnostic>,
) -> Option<Offer> {
    let id = written.id.value;
    if let Some(at_most) = written.at_most.as_ref().filter(|at_most| at_most.value > 1 && !repeats) {
        let message = format!("option `{id}` can be bought once: it sets values or brings tables of its own");
        findings.push(
            Diagnostic::new(Code::OutOfRange, message)
                .at(at_most.span, "a second time would change nothing")
                .help("only what is added or scaled adds up"),
        );
        return None;
    }
    let usual = (!repeats || matches!(source, Source::Plan(_))).then_some(1);
    Some(Offer {
        at_most: written.at_most.map(|at_most| at_most.value).or(usual),
        id,
        why: written.why.map(|why| why.value),
        price: written.cost.map(|cost| (cost.yearly.value, cost.once.value)),
        span: written.id.span,
        source,
    })
}

impl Reader<'_> {
    /// Lays an option on what was read before, as often as it is bought.
    pub(crate) fn offer(&mut self, offer: &Offer, times: u32) {
        if times == 0 {
            return;
        }
        match &offer.source {
            Source::Plan(path) => {
                let before = self.layers.len();
                self.read(path, None);
                match self.layers.get_mut(before..).and_then(<[Layer]>::last_mut) {
                    Some(layer) => layer.times = times,
                    None if self.complete => {
                        let message = format!("the plan of option `{}` holds already without it", offer.id);
                        self.findings.push(Diagnostic::new(Code::NoEffect, message));
                    }
                    None => {}
                }
            }
            Source::Own(file, place) => match self.library.file(file, self.sources, None) {
                Ok(doc) => self.own(offer, (doc, *place), times),
                Err(finding) => {
                    self.findings.push(*finding);
                    self.complete = false;
                }
            },
        }
    }

    /// The edits of an option as a plan without a file.
    fn own(&mut self, offer: &Offer, (doc, place): (u16, usize), times: u32) {
        let table = tree::parse(&self.library.documents, doc, self.findings);
        let written = table.get("option").and_then(Node::list).and_then(|list| list.get(place)?.table());
        let mut plan = Table::default();
        for entry in written.into_iter().flat_map(|table| &table.entries) {
            if matches!(entry.key.as_str(), "add" | "scale" | "set") {
                plan.entries.push(entry.clone());
            }
        }
        self.preload(&plan);
        self.layers.push(Layer { name: offer.id.clone(), table: plan, span: offer.span, times });
    }
}

#[cfg(test)]
mod tests {
    use super::super::library::Memory;
    use super::super::load::{Request, load};
    use super::super::{Loaded, starter};
    use super::*;
    use crate::units::{Time, YEAR};

    const OPTIONS: &str = r#"
[[option]]
id = "post"
add = { "pool.investigator.headcount" = 2 }
scale = { "stage.screen.effort" = 0.5 }

[[option]]
id = "grant"
plan = "grant.toml"
at_most = 3

[[option]]
id = "score"
plan = "once.toml"
cost = 7
"#;
    const GRANT: &str = r#"
extends = "base.toml"
[add]
"pool.investigator.headcount" = 1
[cost]
once = 100
yearly = 50
"#;
    const ONCE: &str = "extends = \"base.toml\"\n[set]\n\"pool.investigator.headcount\" = 30\n";

    fn texts() -> Memory {
        let base = Memory::one("base.toml", starter());
        base.with("options.toml", OPTIONS).with("grant.toml", GRANT).with("once.toml", ONCE)
    }

    fn read() -> Vec<Offer> {
        let (checked, _) = offers(Path::new("options.toml"), &texts());
        checked.value.unwrap_or_else(|| panic!("{:?}", checked.diagnostics))
    }

    fn with(bought: &[(usize, u32)]) -> Loaded {
        let (offers, texts) = (read(), texts());
        let request = Request::new("base.toml", &texts);
        let request = bought.iter().fold(request, |request, (i, times)| request.buy(&offers[*i], *times));
        let checked = load(&request).checked;
        checked.value.unwrap_or_else(|| panic!("{:?}", checked.diagnostics))
    }

    fn posts(loaded: &Loaded) -> u32 {
        let pools = &loaded.epochs[0].scenario.pools;
        pools.iter().find(|pool| pool.id.value == "investigator").unwrap().headcount.value
    }

    #[test]
    fn what_is_bought_counts_as_often_as_it_is_bought() {
        let base = with(&[]);
        let twice = with(&[(0, 2), (1, 3)]);
        assert_eq!(posts(&twice), posts(&base) + 2 * 2 + 3);
        assert_eq!(twice.plan.as_deref(), Some("2xpost+3xgrant"));
        assert_eq!((twice.changes.len(), base.changes.len()), (base.changes.len() + 5, base.changes.len()));
        let effort = |loaded: &Loaded| {
            let all = loaded.parameters.iter().filter(|(path, _)| path.starts_with("stage.screen.effort"));
            all.cloned().collect::<Vec<_>>()
        };
        assert_ne!(effort(&twice), effort(&base), "a factor of a quarter");
        assert_eq!(effort(&twice), effort(&with(&[(0, 2)])));
    }

    #[test]
    fn prices_follow_from_posts_and_plans() {
        let (base, one, three) = (with(&[]), with(&[(1, 1)]), with(&[(1, 3)]));
        let (from, until) = (Time::ZERO, Time(2 * YEAR));
        let cost = |loaded: &Loaded| loaded.written_cost(from, until) - base.written_cost(from, until);
        let post = base.epochs[0].scenario.pools.iter().find(|pool| pool.id.value == "investigator").unwrap();
        let yearly = post.yearly_cost.as_ref().map_or(0.0, |cost| cost.value);
        assert!((cost(&one) - (2.0 * (yearly + 50.0) + 100.0)).abs() < 1e-6, "{}", cost(&one));
        assert!((cost(&three) - 3.0 * cost(&one)).abs() < 1e-6);
        assert!(!base.differs_in_other_costs(&one));
    }

    #[test]
    fn who_may_be_bought_how_often_follows_from_what_it_does() {
        let all = read();
        assert_eq!(all.iter().map(|offer| offer.at_most).collect::<Vec<_>>(), [None, Some(3), Some(1)]);
        assert_eq!(all[2].price, Some((7.0, 0.0)));
        assert!(!all[0].is_plan() && all[1].is_plan());
        assert_eq!(with(&[(2, 1)]).set_beyond(&with(&[])), ["pool.investigator.headcount"]);
    }
}
