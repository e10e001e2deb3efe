//! Reading laws: the families with their parameters, in the unit of what is drawn.

use std::marker::PhantomData;
use std::sync::Arc;

use serde_json::json;

use super::law::{Given, LawKind, LawSpec};
use super::reading::Reading;
use super::spec::{Form, Kind, Shape};
use super::tree::{Node, Table, Value};
use super::value::{LONGEST, edited, length, number, same_days, within};
use crate::diagnostic::suggest::{did_you_mean, quoted};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::units::parse::{Length, Unit};
use crate::units::{DAY, HOUR};

/// The families with the sets of parameters each may be given by, and what each is for.
pub(crate) const FAMILIES: &[(&str, &[&[&str]], &str)] = &[
    ("constant", &[], "always the same value: { constant = \"2 h\" }, or just the value"),
    ("exponential", &[&["mean"]], "memoryless"),
    ("uniform", &[&["low", "high"]], "anything between two bounds, all equally likely"),
    ("triangular", &[&["low", "mode", "high"]], "an expert's guess: least, most likely, most"),
    ("pert", &[&["low", "mode", "high"]], "the same guess, smoother (shape 4)"),
    (
        "lognormal",
        &[&["mean", "cv"], &["mu", "sigma"], &["p50", "p90"]],
        "right-skewed; mu and sigma of the log of hours",
    ),
    ("gamma", &[&["mean", "cv"], &["shape", "scale"], &["p50", "p90"]], "right-skewed, lighter tail"),
    ("weibull", &[&["mean", "cv"], &["shape", "scale"], &["p50", "p90"]], "lifetimes"),
    ("erlang", &[&["k", "mean"]], "a sum of k exponential phases"),
    ("hyperexponential", &[&["mean", "cv"]], "very variable (cv at least 1), balanced means"),
    ("normal", &[&["mean", "sd"]], "conditioned on at least 0, the mean being the one before"),
    ("beta", &[&["low", "high", "mean", "sd"]], "between two bounds, with this mean and standard deviation"),
    ("poisson", &[&["mean"]], "counts from 0"),
    ("geometric", &[&["mean"]], "counts from 1"),
    ("binomial", &[&["n", "p"]], "successes among n"),
    ("discrete", &[&["values", "weights"]], "one of a few values, by weight"),
    ("empirical", &[&["csv", "column", "unit"], &["csv", "column"]], "a row of a table, each equally likely"),
    ("mixture", &[], "a list of { weight, law }"),
    ("shifted", &[&["by", "law"]], "another law, later by a constant"),
];

/// Keys that may stand beside a family.
pub(crate) const BESIDE: &[&str] = &["min", "max", "times", "plus"];

/// Names of the families.
pub(crate) fn families() -> impl Iterator<Item = &'static str> + Clone {
    FAMILIES.iter().map(|(name, ..)| *name)
}

/// Whether every key of a table could stand in a law: a family, a condition, or a quantile.
pub(crate) fn looks_like_a_law(table: &Table) -> bool {
    let in_law = |key: &str| families().any(|f| f == key) || BESIDE.contains(&key) || quantile(key).is_some();
    !table.entries.is_empty() && table.keys().all(in_law) && !table.keys().all(|key| BESIDE.contains(&key))
}

/// The probability that a key such as `p90` stands for.
fn quantile(key: &str) -> Option<f64> {
    let percent: u32 = key.strip_prefix('p').filter(|digits| digits.len() <= 2)?.parse().ok()?;
    (1..=99).contains(&percent).then(|| f64::from(percent) / 100.0)
}

/// What a law draws: times, counts or plain numbers.
pub(crate) trait LawUnit {
    /// Whether values are lengths of time.
    const TIME: bool;
    /// Whether a bare quantity is an exponential mean instead of a constant.
    const BARE_IS_MEAN: bool = false;
    /// For people.
    const WORDS: &'static str;
}

/// Lengths of time.
pub(crate) struct Times;
/// Lengths of time between happenings: a bare quantity is an exponential mean.
pub(crate) struct Every;
/// Counts, rounded half up when drawn.
pub(crate) struct Counts;

impl LawUnit for Times {
    const TIME: bool = true;
    const WORDS: &'static str = "a length of time or a law of one";
}

impl LawUnit for Every {
    const TIME: bool = true;
    const BARE_IS_MEAN: bool = true;
    const WORDS: &'static str = "a length of time (the mean of an exponential law) or a law of one";
}

impl LawUnit for Counts {
    const TIME: bool = false;
    const WORDS: &'static str = "a number or a law of one";
}

/// A law that draws `U`.
pub(crate) struct Law<U>(PhantomData<U>);

impl<U: LawUnit> Kind for Law<U> {
    type Out = LawSpec;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<LawSpec> {
        let reader = LawReader { time: U::TIME, working: in_working_days(node) };
        let mut law = reader.law(node, U::BARE_IS_MEAN, cx)?;
        law.working_days = reader.working;
        law.in_days = U::TIME && in_days(node);
        Some(law)
    }

    fn shape() -> Shape {
        let name = if U::TIME { "law-of-time" } else { "law-of-number" };
        Shape::new(U::WORDS, json!({ "$ref": format!("#/$defs/{name}") })).form(Form::Law)
    }
}

/// All texts of a value, however deep.
fn any_text(node: &Node, test: &impl Fn(&str) -> bool) -> bool {
    match &node.value {
        Value::Text(text) => test(text),
        Value::List(list) => list.iter().any(|item| any_text(item, test)),
        Value::Table(table) => table.entries.iter().any(|entry| any_text(&entry.node, test)),
        Value::Edited(edit) => any_text(&edit.base, test),
        _ => false,
    }
}

fn unit_of(text: &str) -> Option<Unit> {
    let word = text.trim().trim_start_matches(|c: char| c.is_ascii_digit() || ".+-_".contains(c));
    Unit::from_word(word)
}

fn in_working_days(node: &Node) -> bool {
    any_text(node, &|text| unit_of(text) == Some(Unit::WorkingDay))
}

fn in_days(node: &Node) -> bool {
    any_text(node, &|text| matches!(unit_of(text), Some(Unit::Day | Unit::Week | Unit::Month | Unit::Year)))
}

/// Reads the parts of one law in one unit.
#[derive(Clone, Copy)]
struct LawReader {
    time: bool,
    working: bool,
}

/// The parameters of a family as they are read: the table that holds them and the family's name.
struct Parameters<'n> {
    table: &'n Table,
    family: &'static str,
    span: Span,
}

impl LawReader {
    fn law(self, node: &Node, bare_is_mean: bool, cx: &mut Reading<'_>) -> Option<LawSpec> {
        match &node.value {
            Value::Edited(edit) if edit.base.table().is_some() => {
                let mut law = self.law(&edit.base, bare_is_mean, cx)?;
                law.times *= edit.times;
                law.plus *= edit.times;
                for plus in &edit.plus {
                    law.plus += self.quantity(plus, cx)?;
                }
                self.not_negative(law.times, node, cx)?;
                Some(LawSpec { span: node.span, ..law })
            }
            Value::Table(table) => self.family(node, table, cx),
            _ => {
                let value = self.quantity(node, cx)?;
                self.in_range(value, node, cx)?;
                let kind = if bare_is_mean {
                    self.positive(value, node, cx)?;
                    LawKind::Exponential { mean: value }
                } else {
                    LawKind::Constant(value)
                };
                Some(LawSpec::new(kind, node.span))
            }
        }
    }

    /// A table with one family and, perhaps, conditions; or two quantiles of a lognormal.
    fn family(self, node: &Node, table: &Table, cx: &mut Reading<'_>) -> Option<LawSpec> {
        let named: Vec<_> = table.entries.iter().filter(|e| !BESIDE.contains(&e.key.as_str())).collect();
        let kind = match named.as_slice() {
            [one] if quantile(&one.key).is_none() => {
                let Some(&(family, ..)) = FAMILIES.iter().find(|(name, ..)| *name == one.key) else {
                    let message = format!("there is no law `{}`", one.key);
                    let help = did_you_mean(&one.key, families());
                    return cx.report(
                        Diagnostic::new(Code::UnknownLaw, message).at(one.key_span, "").maybe_help(help),
                    );
                };
                self.named(family, &one.node, cx)?
            }
            two if !two.is_empty() && two.iter().all(|e| quantile(&e.key).is_some()) => {
                let span = node.span;
                LawKind::Lognormal(self.quantiles(&Parameters { table, family: "lognormal", span }, cx)?)
            }
            _ => {
                let message = format!("{} is no law", cx.subject());
                let help =
                    "a law is a table with one key, as in { lognormal = { mean = \"6 h\", cv = 1.2 } }";
                return cx.report(Diagnostic::new(Code::BadLaw, message).at(node.span, "").help(help));
            }
        };
        let mut law = LawSpec::new(kind, node.span);
        law.min = self.beside(table, "min", cx)?;
        law.max = self.beside(table, "max", cx)?;
        law.plus = self.beside(table, "plus", cx)?.unwrap_or(0.0);
        if let Some(times) = table.get("times") {
            law.times = number(times, cx)?;
            self.not_negative(law.times, times, cx)?;
        }
        if let (Some(min), Some(max)) = (law.min, law.max) {
            self.ordered(min < max, node, "`min` below `max`", cx)?;
        }
        Some(law)
    }

    #[expect(clippy::option_option, reason = "absent is fine, wrong is not")]
    fn beside(self, table: &Table, key: &str, cx: &mut Reading<'_>) -> Option<Option<f64>> {
        match table.get(key) {
            Some(node) => self.quantity(node, cx).map(Some),
            None => Some(None),
        }
    }

    /// The law of a family.
    fn named(self, family: &'static str, node: &Node, cx: &mut Reading<'_>) -> Option<LawKind> {
        match family {
            "constant" => {
                let value = self.quantity(node, cx)?;
                self.in_range(value, node, cx)?;
                return Some(LawKind::Constant(value));
            }
            "mixture" => return self.mixture(node, cx),
            "poisson" | "geometric" | "binomial" if self.time => {
                let message = format!("{}: a {family} law draws counts, not times", cx.subject());
                return cx.report(Diagnostic::new(Code::BadLaw, message).at(node.span, ""));
            }
            _ => {}
        }
        let Some(table) = node.table() else {
            return cx.wrong_type(node, &format!("a table: {}", usage(family)));
        };
        let given = Parameters { table, family, span: node.span };
        self.known_parameters(&given, cx)?;
        match family {
            "uniform" | "triangular" | "pert" | "beta" => self.bounded(&given, cx),
            "lognormal" | "gamma" | "weibull" => self.two_parameters(&given, cx),
            "discrete" => self.discrete(&given, cx),
            "empirical" => self.empirical(&given, cx),
            "shifted" => {
                let by = self.get(&given, "by", cx)?;
                let law = self.law(given.table.get("law")?, false, cx)?;
                Some(LawKind::Shifted { by, law: Box::new(law) })
            }
            _ => self.by_mean(&given, cx),
        }
    }

    /// Every key is a parameter of the family, and one of its sets is complete.
    fn known_parameters(self, given: &Parameters<'_>, cx: &mut Reading<'_>) -> Option<()> {
        let sets =
            FAMILIES.iter().find(|(name, ..)| *name == given.family).map_or(&[][..], |(_, sets, _)| sets);
        let by_quantiles = sets.iter().any(|set| set.contains(&"p50"));
        let known = |key: &str| {
            sets.iter().any(|set| set.contains(&key)) || (by_quantiles && quantile(key).is_some())
        };
        let mut fine = Some(());
        for entry in given.table.entries.iter().filter(|entry| !known(&entry.key)) {
            let message = format!("a {} law has no `{}`", given.family, entry.key);
            fine = cx.report(
                Diagnostic::new(Code::BadLaw, message).at(entry.key_span, "").help(usage(given.family)),
            );
        }
        let keys: Vec<&str> = given.table.keys().collect();
        let quantiles = keys.iter().all(|key| quantile(key).is_some()) && keys.len() == 2 && by_quantiles;
        let complete =
            sets.iter().any(|set| set.len() == keys.len() && set.iter().all(|key| keys.contains(key)));
        if fine.is_some() && !complete && !quantiles {
            let message =
                format!("{}: this {} law is not fixed by {}", cx.subject(), given.family, quoted(&keys));
            return cx
                .report(Diagnostic::new(Code::BadLaw, message).at(given.span, "").help(usage(given.family)));
        }
        fine
    }

    fn bounded(self, given: &Parameters<'_>, cx: &mut Reading<'_>) -> Option<LawKind> {
        let (low, high) = (self.get(given, "low", cx)?, self.get(given, "high", cx)?);
        self.ordered(low < high, given, "`low` below `high`", cx)?;
        if given.family == "uniform" {
            return Some(LawKind::Uniform { low, high });
        }
        if given.family == "beta" {
            let (mean, sd) = (self.get(given, "mean", cx)?, self.get(given, "sd", cx)?);
            self.ordered(low < mean && mean < high, given, "`mean` between `low` and `high`", cx)?;
            let most = ((mean - low) * (high - mean)).sqrt();
            self.ordered(sd > 0.0 && sd < most, given, "an `sd` that fits between the bounds", cx)?;
            return Some(LawKind::Beta { low, high, mean, sd });
        }
        let mode = self.get(given, "mode", cx)?;
        self.ordered(low <= mode && mode <= high, given, "`mode` between `low` and `high`", cx)?;
        Some(match given.family {
            "pert" => LawKind::Pert { low, mode, high },
            _ => LawKind::Triangular { low, mode, high },
        })
    }

    fn two_parameters(self, given: &Parameters<'_>, cx: &mut Reading<'_>) -> Option<LawKind> {
        let numbers = if given.table.get("cv").is_some() {
            let (mean, cv) = (self.positive_of(given, "mean", cx)?, self.plain(given, "cv", cx)?);
            Given::MeanCv { mean, cv }
        } else if given.table.get("sigma").is_some() {
            // Written for hours, kept for milliseconds (or working days as they are).
            let hours = if self.time && !self.working { (HOUR as f64).ln() } else { 0.0 };
            let mu = number(given.table.get("mu")?, cx)? + hours;
            Given::Natural(mu, self.plain(given, "sigma", cx)?)
        } else if given.table.get("shape").is_some() {
            Given::Natural(self.plain(given, "shape", cx)?, self.positive_of(given, "scale", cx)?)
        } else {
            self.quantiles(given, cx)?
        };
        Some(match given.family {
            "gamma" => LawKind::Gamma(numbers),
            "weibull" => LawKind::Weibull(numbers),
            _ => LawKind::Lognormal(numbers),
        })
    }

    fn quantiles(self, given: &Parameters<'_>, cx: &mut Reading<'_>) -> Option<Given> {
        let mut pairs = Vec::new();
        for entry in &given.table.entries {
            if let Some(p) = quantile(&entry.key) {
                let x = self.quantity(&entry.node, cx)?;
                self.positive(x, &entry.node, cx)?;
                pairs.push((p, x));
            }
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let [(p, x), (q, y)] = pairs[..] else {
            let message = format!("{} needs two quantiles", cx.subject());
            let help = "as in { p50 = \"14 days\", p90 = \"45 days\" }";
            return cx.report(Diagnostic::new(Code::BadLaw, message).at(given.span, "").help(help));
        };
        self.ordered(x < y && p < q, given, "quantiles that grow with their probability", cx)?;
        Some(Given::Quantiles { p, x, q, y })
    }

    fn by_mean(self, given: &Parameters<'_>, cx: &mut Reading<'_>) -> Option<LawKind> {
        if given.family == "binomial" {
            let (n, p) = (self.whole(given, "n", cx)?, self.plain(given, "p", cx)?);
            self.ordered(p <= 1.0, given, "`p` at most 1", cx)?;
            return Some(LawKind::Binomial { n, p });
        }
        let mean = self.positive_of(given, "mean", cx)?;
        Some(match given.family {
            "exponential" => LawKind::Exponential { mean },
            "erlang" => LawKind::Erlang { k: self.whole(given, "k", cx)?, mean },
            "poisson" => LawKind::Poisson { mean },
            "geometric" => {
                self.ordered(mean >= 1.0, given, "a `mean` of at least 1", cx)?;
                LawKind::Geometric { mean }
            }
            "hyperexponential" => {
                let cv = self.plain(given, "cv", cx)?;
                self.ordered(cv >= 1.0, given, "a `cv` of at least 1", cx)?;
                LawKind::Hyperexponential { mean, cv }
            }
            _ => LawKind::Normal { mean, sd: self.positive_of(given, "sd", cx)? },
        })
    }

    fn discrete(self, given: &Parameters<'_>, cx: &mut Reading<'_>) -> Option<LawKind> {
        let (values, weights) = (given.table.get("values")?, given.table.get("weights")?);
        let (Some(values), Some(weights)) = (values.list(), weights.list()) else {
            return cx.wrong_type(if values.list().is_none() { values } else { weights }, "a list");
        };
        let values = cx.all(values, |node, cx| self.quantity(node, cx))?;
        let weights = cx.all(weights, number)?;
        let usable = !values.is_empty() && values.len() == weights.len();
        self.ordered(usable, given, "as many `weights` as `values`", cx)?;
        self.ordered(values.iter().all(|v| *v >= 0.0), given, "`values` of at least 0", cx)?;
        let positive = weights.iter().all(|w| *w >= 0.0) && weights.iter().sum::<f64>() > 0.0;
        self.ordered(positive, given, "`weights` that are not negative nor all 0", cx)?;
        Some(LawKind::Discrete { values, weights })
    }

    fn mixture(self, node: &Node, cx: &mut Reading<'_>) -> Option<LawKind> {
        let Some(list) = node.list().filter(|list| !list.is_empty()) else {
            return cx.wrong_type(node, "a list such as [{ weight = 0.8, law = \"2 h\" }, ...]");
        };
        let parts = cx.all(list, |part, cx| {
            let keys: Vec<&str> = part.table().map(|table| table.keys().collect()).unwrap_or_default();
            let (Some(weight), Some(law), 2) = (part_of(part, "weight"), part_of(part, "law"), keys.len())
            else {
                let message = format!("{}: a part of a mixture has `weight` and `law`", cx.subject());
                return cx.report(Diagnostic::new(Code::BadLaw, message).at(part.span, ""));
            };
            let share = number(weight, cx)?;
            self.not_negative(share, weight, cx)?;
            Some((share, self.law(law, false, cx)?))
        })?;
        let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
        within(total > 0.0, node, "a mixture with some weight", cx)?;
        Some(LawKind::Mixture(parts))
    }

    /// The rows of a table, in the unit named beside it.
    fn empirical(self, given: &Parameters<'_>, cx: &mut Reading<'_>) -> Option<LawKind> {
        let texts = ["csv", "column", "unit"].map(|key| given.table.get(key).and_then(Node::as_text));
        let [Some(file), Some(column), unit] = texts else {
            let message = format!("{}: an empirical law names a file and a column", cx.subject());
            return cx
                .report(Diagnostic::new(Code::BadLaw, message).at(given.span, "").help(usage(given.family)));
        };
        let at = given.table.get("csv")?.span;
        let unit = self.unit_of_rows(unit, given, cx)?;
        let doc = cx.library.doc(&cx.library.beside(at.doc, file))?;
        let bad = |line: u64, why: &str| {
            Diagnostic::new(Code::BadCsv, format!("`{file}` line {line}: {why}")).at(at, "this file")
        };
        let rows = match cx.library.column(doc, column) {
            Ok(rows) if rows.is_empty() => return cx.report(bad(1, "the table has no rows")),
            Ok(rows) => rows,
            Err((line, why)) => return cx.report(bad(line, &why)),
        };
        let mut values = Vec::with_capacity(rows.len());
        for row in rows.iter() {
            match row.text.parse::<f64>() {
                Ok(value) if value.is_finite() && value >= 0.0 => values.push(value * unit),
                _ => return cx.report(bad(row.line, &format!("`{}` is no number of at least 0", row.text))),
            }
        }
        Some(LawKind::Empirical(Arc::from(values)))
    }

    fn unit_of_rows(self, unit: Option<&str>, given: &Parameters<'_>, cx: &mut Reading<'_>) -> Option<f64> {
        let read = unit.map(|word| Unit::from_word(word).and_then(|unit| unit.millis()));
        match (self.time, read) {
            (true, Some(Some(millis))) => Some(millis as f64),
            (false, None) => Some(1.0),
            (true, None) => {
                let message = format!("{}: the rows of a table of times need a unit", cx.subject());
                cx.report(
                    Diagnostic::new(Code::MissingUnit, message).at(given.span, "").help("write unit = \"h\""),
                )
            }
            _ => {
                let message = format!("{}: `unit` does not fit here", cx.subject());
                cx.report(Diagnostic::new(Code::BadLaw, message).at(given.span, ""))
            }
        }
    }

    /// A parameter in the law's unit, at least 0.
    fn get(self, given: &Parameters<'_>, key: &str, cx: &mut Reading<'_>) -> Option<f64> {
        let node = given.table.get(key)?;
        let value = self.quantity(node, cx)?;
        self.in_range(value, node, cx)?;
        Some(value)
    }

    fn positive_of(self, given: &Parameters<'_>, key: &str, cx: &mut Reading<'_>) -> Option<f64> {
        let value = self.get(given, key, cx)?;
        self.positive(value, given.table.get(key)?, cx)?;
        Some(value)
    }

    /// A parameter without a unit, more than 0.
    fn plain(self, given: &Parameters<'_>, key: &str, cx: &mut Reading<'_>) -> Option<f64> {
        let node = given.table.get(key)?;
        let value = number(node, cx)?;
        self.positive(value, node, cx)?;
        Some(value)
    }

    fn whole(self, given: &Parameters<'_>, key: &str, cx: &mut Reading<'_>) -> Option<u32> {
        let node = given.table.get(key)?;
        let value = number(node, cx)?;
        let whole = value.fract() == 0.0 && (1.0..=1e6).contains(&value);
        within(whole, node, &format!("a law whose `{key}` is a whole number from 1 to 1000000"), cx)?;
        Some(value as u32)
    }

    /// A value in the law's unit.
    fn quantity(self, node: &Node, cx: &mut Reading<'_>) -> Option<f64> {
        if !self.time {
            return number(node, cx);
        }
        edited(node, cx, &mut |node, cx| {
            let written: Length = length(node, cx)?;
            same_days(written, self.working, node, cx)?;
            Some(written.millis().unwrap_or(written.number))
        })
    }

    fn in_range(self, value: f64, node: &Node, cx: &mut Reading<'_>) -> Option<()> {
        let highest = match (self.time, self.working) {
            (true, false) => LONGEST as f64,
            (true, true) => (LONGEST / DAY) as f64,
            _ => 1e9,
        };
        let range =
            if self.time { "at least 0 and at most 200 years" } else { "at least 0 and at most 1000000000" };
        within((0.0..=highest).contains(&value), node, range, cx)
    }

    fn positive(self, value: f64, node: &Node, cx: &mut Reading<'_>) -> Option<()> {
        within(value > 0.0, node, "more than 0", cx)
    }

    fn not_negative(self, value: f64, node: &Node, cx: &mut Reading<'_>) -> Option<()> {
        within(value >= 0.0, node, "at least 0", cx)
    }

    fn ordered(self, fine: bool, at: &impl Placed, wanted: &str, cx: &mut Reading<'_>) -> Option<()> {
        if fine {
            return Some(());
        }
        let message = format!("{}: this law needs {wanted}", cx.subject());
        cx.report(Diagnostic::new(Code::BadLaw, message).at(at.span(), ""))
    }
}

/// Something that stands somewhere.
trait Placed {
    fn span(&self) -> Span;
}

impl Placed for Node {
    fn span(&self) -> Span {
        self.span
    }
}

impl Placed for Parameters<'_> {
    fn span(&self) -> Span {
        self.span
    }
}

fn part_of<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.table()?.get(key)
}

/// How a family is written.
fn usage(family: &str) -> String {
    let Some((name, sets, what)) = FAMILIES.iter().find(|(name, ..)| *name == family) else {
        return String::new();
    };
    let ways: Vec<String> = sets.iter().map(|set| format!("{name} = {{ {} }}", set.join(", "))).collect();
    format!("{}: {what}", ways.join(" or "))
}

/// A law without unit whose mean is meant to be 1, or the word `"constant"`.
pub(crate) struct Gaps;

impl Kind for Gaps {
    type Out = LawSpec;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<LawSpec> {
        match node.as_text() {
            Some("constant") => Some(LawSpec::new(LawKind::Constant(1.0), node.span)),
            Some(_) => cx.word(node, &["constant"]).map(|_| LawSpec::new(LawKind::Constant(1.0), node.span)),
            None => Law::<Counts>::read(node, cx),
        }
    }

    fn shape() -> Shape {
        let law = Law::<Counts>::shape();
        let schema = json!({ "anyOf": [{ "const": "constant" }, law.schema] });
        Shape::new("`\"constant\"`, or a law without unit whose mean is 1", schema).form(Form::Law)
    }
}
