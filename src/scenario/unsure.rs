//! Values that nobody knows: `{ unsure = LAW }`, `{ between = [low, high] }` and `{ unsure = "name" }`. Before anything
//! is read, each is replaced by one number of its law, in the unit in which it was written; what the number is, is the
//! matter of a *draw of the inputs*.

use std::collections::{BTreeMap, BTreeSet};

use super::edit::EditKind;
use super::law::{LawKind, LawSpec};
use super::law_reading::{Counts, Law};
use super::layers::Layer;
use super::library::Library;
use super::reading::Reading;
use super::schema;
use super::spec::{Kind, When};
use super::timeline::Timed;
use super::tree::{Node, Table, Value};
use super::write;
use crate::diagnostic::suggest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::units::civil;
use crate::units::parse::{Unit, leading_number};

/// A value that nobody knows.
#[derive(Clone, PartialEq, Debug)]
pub struct Unknown {
    /// Its path, or the name under which several places share it: the address of its draws.
    pub name: String,
    /// What it may be, in its own unit.
    pub law: LawSpec,
    /// The unit as written after a number: `h`, `per day`; empty where there is none.
    pub unit: String,
    /// As it was written.
    pub written: String,
}

/// What the files and the command line say, before values are drawn.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) layers: Vec<Layer>,
    pub(crate) edits: Vec<Timed>,
}

/// What replacing found.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) unknowns: Vec<Unknown>,
    /// Where they stood.
    pub(crate) spans: Vec<Span>,
    /// Places that could not be understood: what else is said of them means nothing.
    pub(crate) broken: Vec<Span>,
}

/// Replaces every value that nobody knows: by those that are given, else by the middle of its law.
pub(crate) fn replace(
    written: &mut Written,
    values: &BTreeMap<String, f64>,
    library: &Library,
    findings: &mut Vec<Diagnostic>,
) -> Found {
    let start = civil::moment("2025-01-01").expect("a date that exists");
    let cx = Reading::new(library, start, Vec::new());
    let mut pass =
        Pass { cx, values, declared: BTreeMap::new(), used: BTreeSet::new(), found: Found::default() };
    for layer in &written.layers {
        pass.declare(&layer.table);
    }
    for (number, layer) in written.layers.iter_mut().enumerate() {
        let whose = if number == 0 { String::new() } else { format!("{}: ", layer.name) };
        pass.layer(&mut layer.table, &whose);
    }
    for timed in &mut written.edits {
        for (kind, list) in &mut timed.edits {
            for edit in &mut list.edits {
                let path = edit_path(*kind, &edit.path.value);
                pass.node(&mut edit.value, &path);
            }
        }
    }
    pass.unused();
    findings.append(&mut pass.cx.findings);
    pass.found
}

/// A plan's `set` is of the value itself; a factor or a summand is another thing that nobody knows.
fn edit_path(kind: EditKind, path: &str) -> String {
    if kind == EditKind::Set { path.to_owned() } else { format!("{} {path}", kind.word()) }
}

/// One way through all trees.
struct Pass<'p> {
    cx: Reading<'p>,
    values: &'p BTreeMap<String, f64>,
    /// `[unsure.name]`: where, and what of it was understood.
    declared: BTreeMap<String, (Span, Option<Unknown>)>,
    used: BTreeSet<String>,
    found: Found,
}

impl Pass<'_> {
    fn bad<T>(&mut self, span: Span, message: impl Into<String>, help: &str) -> Option<T> {
        self.cx.report(Diagnostic::new(Code::BadUnsure, message).at(span, "").help(help))
    }

    /// The tables `[unsure.name]` of a file.
    fn declare(&mut self, table: &Table) {
        let Some(node) = table.get("unsure") else { return };
        let Some(names) = node.table() else {
            let help = "head each of them with its name: [unsure.name]";
            self.bad::<()>(node.span, "`unsure` is a table of unknown values by name", help);
            return;
        };
        for entry in &names.entries {
            if let Some((first, _)) = self.declared.get(&entry.key) {
                let message = format!("the unknown value `{}` is declared twice", entry.key);
                let finding = Diagnostic::new(Code::AlreadyExists, message).at(entry.key_span, "again here");
                self.cx.findings.push(finding.see(*first, "declared here"));
                continue;
            }
            let unknown = self.declared_law(&entry.node, &entry.key);
            self.declared.insert(entry.key.clone(), (entry.key_span, unknown));
        }
    }

    fn declared_law(&mut self, node: &Node, name: &str) -> Option<Unknown> {
        let help =
            "write law = { pert = { low = 0.65, mode = 0.78, high = 0.85 } }, or between = [0.65, 0.85]";
        let table = node.table().filter(|table| table.entries.len() == 1);
        match table.and_then(|table| table.entries.first()) {
            Some(entry) if entry.key == "law" => self.law(&entry.node, name),
            Some(entry) if entry.key == "between" => self.between(&entry.node, name),
            _ => {
                self.bad(node.span, format!("`[unsure.{name}]` has neither `law` nor `between` alone"), help)
            }
        }
    }

    /// All tables of a file. Tables without an id are told apart by their number.
    fn layer(&mut self, table: &mut Table, whose: &str) {
        for entry in &mut table.entries {
            let key = entry.key.clone();
            match (key.as_str(), &mut entry.node.value) {
                ("unsure" | "extends", _) => {}
                ("set", _) => self.node(&mut entry.node, ""),
                ("add" | "scale", Value::Table(inner)) => self.inside(inner, &key),
                (_, Value::List(list)) => {
                    for (number, node) in list.iter_mut().enumerate() {
                        let name = node.table().map(|table| name_of(table, number)).unwrap_or_default();
                        let whose = if key == "change" { whose } else { "" };
                        self.node(node, &format!("{whose}{key}.{name}"));
                    }
                }
                _ => self.node(&mut entry.node, &key),
            }
        }
    }

    /// Everything below a node.
    fn node(&mut self, node: &mut Node, path: &str) {
        if is_unsure(node) {
            return self.unknown(node, path);
        }
        match &mut node.value {
            Value::Table(table) => self.inside(table, path),
            Value::List(list) => {
                for (number, item) in list.iter_mut().enumerate() {
                    self.node(item, &format!("{path}.{}", number + 1));
                }
            }
            _ => {}
        }
    }

    fn inside(&mut self, table: &mut Table, path: &str) {
        for entry in &mut table.entries {
            let below = match path {
                "" => entry.key.clone(),
                "add" | "scale" => format!("{path} {}", entry.key),
                _ => format!("{path}.{}", entry.key),
            };
            self.node(&mut entry.node, &below);
        }
    }

    /// Replaces an unknown value.
    fn unknown(&mut self, node: &mut Node, path: &str) {
        let Some(unknown) = self.read(node, path) else {
            self.found.broken.push(node.span);
            return;
        };
        let value = self.values.get(&unknown.name).copied().unwrap_or_else(|| unknown.law.middle());
        node.value = match unknown.unit.as_str() {
            "" => Value::Drawn(value),
            unit => Value::Text(write::quantity(value, unit)),
        };
        self.found.spans.push(node.span);
        if !self.found.unknowns.iter().any(|known| known.name == unknown.name) {
            self.found.unknowns.push(unknown);
        }
    }

    fn read(&mut self, node: &Node, path: &str) -> Option<Unknown> {
        let entry = node.table()?.entries.first()?;
        if let Some(why) = known_by_nature(path) {
            return self.bad(node.span, format!("`{path}` cannot be unknown: {why}"), "write a plain value");
        }
        match (entry.key.as_str(), &entry.node.value) {
            ("between", _) => self.between(&entry.node, path),
            (_, Value::Text(name)) => {
                self.used.insert(name.clone());
                if let Some((_, unknown)) = self.declared.get(name) {
                    return unknown.clone();
                }
                let near = did_you_mean(name, self.declared.keys().map(String::as_str));
                let help =
                    near.unwrap_or_else(|| format!("declare it as [unsure.{name}] with `law` or `between`"));
                self.bad(entry.node.span, format!("there is no unknown value `{name}`"), &help)?
            }
            _ => self.law(&entry.node, path),
        }
    }

    /// `between = [low, high]`.
    fn between(&mut self, node: &Node, name: &str) -> Option<Unknown> {
        let help = "write two values with the lower one first, as in { between = [0.65, 0.85] }";
        let (plain, unit) = self.plain(node)?;
        let numbers: Vec<f64> = plain.list().unwrap_or_default().iter().filter_map(Node::number).collect();
        let [low, high] = numbers[..] else {
            return self.bad(node.span, "`between` needs two numbers or quantities", help);
        };
        if low >= high {
            return self.bad(node.span, "`between` needs the lower value first", help);
        }
        let law = LawSpec::new(LawKind::Uniform { low, high }, node.span);
        let written = format!("{{ between = {} }}", write::inline(node));
        Some(Unknown { name: name.to_owned(), law, unit, written })
    }

    /// A law, whose numbers may have a unit.
    fn law(&mut self, node: &Node, name: &str) -> Option<Unknown> {
        let (plain, unit) = self.plain(node)?;
        let law = Law::<Counts>::read(&plain, &mut self.cx)?;
        let written = format!("{{ unsure = {} }}", write::inline(node));
        Some(Unknown { name: name.to_owned(), law, unit, written })
    }

    /// The same in plain numbers of one unit: that of the first quantity.
    fn plain(&mut self, node: &Node) -> Option<(Node, String)> {
        let mut units = Units::default();
        let mut plain = node.clone();
        units.strip(&mut plain, "");
        let help = "write all of them in one kind of unit, as in { between = [\"6 h\", \"9 h\"] }";
        if let Some(span) = units.strange {
            return self.bad(span, "an unknown value mixes units that do not compare", help);
        }
        if let (Some(_), Some(span)) = (&units.unit, units.bare) {
            return self.bad(span, "a number of an unknown value has no unit, and others have one", help);
        }
        Some((plain, units.unit.unwrap_or_default()))
    }

    fn unused(&mut self) {
        for (name, (span, _)) in &self.declared {
            if !self.used.contains(name) {
                let message = format!("no value is `{{ unsure = \"{name}\" }}`");
                self.cx.findings.push(Diagnostic::new(Code::UnusedUnsure, message).at(*span, "used nowhere"));
            }
        }
    }
}

/// Whether a node stands for a value that nobody knows. A class or stage of that name has a share, not a law.
fn is_unsure(node: &Node) -> bool {
    match node.table().map(|table| table.entries.as_slice()) {
        Some([entry]) if entry.key == "between" => matches!(entry.node.value, Value::List(_)),
        Some([entry]) if entry.key == "unsure" => match &entry.node.value {
            Value::Table(_) => true,
            Value::Text(text) => text != "rest",
            _ => false,
        },
        _ => false,
    }
}

/// Why a value is known: it is what is asked for, or how the run is made.
fn known_by_nature(path: &str) -> Option<&'static str> {
    let path = path.split(' ').next_back().unwrap_or(path);
    let parts: Vec<&str> = path.split('.').collect();
    let field = |kind: &str, key: &str| schema::table_named(kind).and_then(|spec| spec.field(key));
    match parts[..] {
        ["target" | "milestone", ..] => Some("it is what is asked for"),
        ["scenario", key, ..] if field("scenario", key).is_some_and(|field| field.when < When::Start) => {
            Some("every run has to have the same")
        }
        ["scenario", "title" | "currency" | "fiscal_year" | "calibration", ..] => Some("it is no number"),
        [kind, _, key] if kind != "change" && field(kind, key).is_some_and(|f| f.when == When::Fixed) => {
            Some("it is how things are called")
        }
        _ => None,
    }
}

/// How a table is told from others of its kind.
fn name_of(table: &Table, number: usize) -> String {
    let said = |key: &str| match &table.get(key)?.value {
        Value::Text(text) | Value::Date(text) => Some(text.clone()),
        _ => None,
    };
    said("id").or_else(|| said("at")).unwrap_or_else(|| (number + 1).to_string())
}

/// Parameters of laws that have no unit.
const WITHOUT_UNIT: &[&str] = &["cv", "mu", "sigma", "shape", "k", "n", "p", "times", "weight", "weights"];

/// The unit of the numbers in a law.
#[derive(Default)]
struct Units {
    unit: Option<String>,
    /// A number that should have one.
    bare: Option<Span>,
    /// A quantity of another kind.
    strange: Option<Span>,
}

impl Units {
    /// Replaces quantities by numbers of the first one's unit.
    fn strip(&mut self, node: &mut Node, key: &str) {
        match &mut node.value {
            Value::Table(table) => {
                for entry in &mut table.entries {
                    self.strip(&mut entry.node, &entry.key);
                }
            }
            Value::List(list) => list.iter_mut().for_each(|item| self.strip(item, key)),
            Value::Text(text) if !matches!(key, "csv" | "column" | "unit") => {
                let Ok((number, rest)) = leading_number(text) else { return };
                let unit = self.unit.get_or_insert_with(|| rest.to_owned()).clone();
                let same = unit == rest || same_unit(&unit, rest);
                match if same { Some(number) } else { write::in_unit(&unit, text) } {
                    Some(number) => node.value = Value::Float(number),
                    None => self.strange = Some(node.span),
                }
            }
            Value::Integer(_) | Value::Float(_) if !WITHOUT_UNIT.contains(&key) => {
                self.bare.get_or_insert(node.span);
            }
            _ => {}
        }
    }
}

/// Two spellings of one unit, as `day` and `days`.
fn same_unit(a: &str, b: &str) -> bool {
    Unit::from_word(a).is_some_and(|unit| Unit::from_word(b) == Some(unit))
}

impl LawSpec {
    /// A value in the middle of what an unknown may be: the mean where the law is given by its mean, the most likely
    /// value of an expert's guess, the middle of two bounds or two quantiles.
    pub(crate) fn middle(&self) -> f64 {
        use super::law::Given;
        let given = |given: &Given, natural: &dyn Fn(f64, f64) -> f64| match *given {
            Given::MeanCv { mean, .. } => mean,
            Given::Natural(a, b) => natural(a, b),
            Given::Quantiles { x, y, .. } => f64::midpoint(x, y),
        };
        let middle = match &self.kind {
            LawKind::Constant(value) => *value,
            LawKind::Uniform { low, high } => f64::midpoint(*low, *high),
            LawKind::Triangular { mode, .. } | LawKind::Pert { mode, .. } => *mode,
            LawKind::Lognormal(numbers) => given(numbers, &|mu, _| mu.exp()),
            LawKind::Gamma(numbers) => given(numbers, &|shape, scale| shape * scale),
            LawKind::Weibull(numbers) => given(numbers, &|_, scale| scale),
            LawKind::Exponential { mean }
            | LawKind::Erlang { mean, .. }
            | LawKind::Hyperexponential { mean, .. }
            | LawKind::Normal { mean, .. }
            | LawKind::Beta { mean, .. }
            | LawKind::Poisson { mean }
            | LawKind::Geometric { mean } => *mean,
            LawKind::Binomial { n, p } => f64::from(*n) * p,
            LawKind::Discrete { values, weights } => {
                let likeliest = weights.iter().zip(values).max_by(|a, b| a.0.total_cmp(b.0));
                likeliest.map_or(0.0, |(_, value)| *value)
            }
            LawKind::Empirical(values) => {
                let mut sorted = values.to_vec();
                sorted.sort_unstable_by(f64::total_cmp);
                sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
            }
            LawKind::Mixture(parts) => {
                let likeliest = parts.iter().max_by(|a, b| a.0.total_cmp(&b.0));
                likeliest.map_or(0.0, |(_, law)| law.middle())
            }
            LawKind::Shifted { by, law } => by + law.middle(),
        };
        let inside = middle.max(self.min.unwrap_or(f64::NEG_INFINITY)).min(self.max.unwrap_or(f64::INFINITY));
        inside * self.times + self.plus
    }
}
