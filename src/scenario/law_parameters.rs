//! The parameters of each family of laws: which are needed, in which unit, in which order of size.

use std::sync::Arc;

use super::law::{Given, LawKind};
use super::law_families::{FAMILIES, quantile, usage};
use super::law_reading::{LawReader, Parameters};
use super::reading::Reading;
use super::tree::{Node, Value};
use super::value::{LONGEST, edited, length, number, same_days, tidy, within};
use crate::diagnostic::suggest::quoted;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::units::parse::{Length, Unit};
use crate::units::{DAY, HOUR};

impl LawReader {
    pub(super) fn bounded(self, given: &Parameters<'_>, cx: &mut Reading<'_>) -> Option<LawKind> {
        let (low, high) = (self.get(given, "low", cx)?, self.get(given, "high", cx)?);
        ordered(low < high, given, "`low` below `high`", cx)?;
        if given.family == "uniform" {
            return Some(LawKind::Uniform { low, high });
        }
        if given.family == "beta" {
            let (mean, sd) = (self.get(given, "mean", cx)?, self.get(given, "sd", cx)?);
            ordered(low < mean && mean < high, given, "`mean` between `low` and `high`", cx)?;
            let most = ((mean - low) * (high - mean)).sqrt();
            ordered(sd > 0.0 && sd < most, given, "an `sd` that fits between the bounds", cx)?;
            return Some(LawKind::Beta { low, high, mean, sd });
        }
        let mode = self.get(given, "mode", cx)?;
        ordered(low <= mode && mode <= high, given, "`mode` between `low` and `high`", cx)?;
        Some(match given.family {
            "pert" => LawKind::Pert { low, mode, high },
            _ => LawKind::Triangular { low, mode, high },
        })
    }

    pub(super) fn two_parameters(self, given: &Parameters<'_>, cx: &mut Reading<'_>) -> Option<LawKind> {
        let numbers = if given.table.get("cv").is_some() {
            let (mean, cv) = (self.positive_of(given, "mean", cx)?, spread(given, cx)?);
            Given::MeanCv { mean, cv }
        } else if given.table.get("sigma").is_some() {
            // Written for hours, kept for milliseconds (or working days as they are).
            let hours = if self.time && !self.working { (HOUR as f64).ln() } else { 0.0 };
            let mu = number(given.table.get("mu")?, cx)? + hours;
            Given::Natural(mu, plain(given, "sigma", cx)?)
        } else if given.table.get("shape").is_some() {
            Given::Natural(plain(given, "shape", cx)?, self.positive_of(given, "scale", cx)?)
        } else {
            self.quantiles(given, cx)?
        };
        Some(match given.family {
            "gamma" => LawKind::Gamma(numbers),
            "weibull" => LawKind::Weibull(numbers),
            _ => LawKind::Lognormal(numbers),
        })
    }

    pub(super) fn quantiles(self, given: &Parameters<'_>, cx: &mut Reading<'_>) -> Option<Given> {
        let mut pairs = Vec::new();
        for entry in &given.table.entries {
            if let Some(p) = quantile(&entry.key) {
                let x = cx.naming(&entry.key, |cx| {
                    let x = self.quantity(&entry.node, cx)?;
                    positive(x, &entry.node, cx)?;
                    Some(x)
                })?;
                pairs.push((p, x));
            }
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let [(p, x), (q, y)] = pairs[..] else {
            let message = format!("{} needs two quantiles", cx.subject());
            let help = "as in { p50 = \"14 days\", p90 = \"45 days\" }";
            return cx.report(Diagnostic::new(Code::BadLaw, message).at(given.span, "").help(help));
        };
        ordered(x < y && p < q, given, "quantiles that grow with their probability", cx)?;
        Some(Given::Quantiles { p, x, q, y })
    }

    pub(super) fn by_mean(self, given: &Parameters<'_>, cx: &mut Reading<'_>) -> Option<LawKind> {
        if given.family == "binomial" {
            let (n, p) = (whole(given, "n", cx)?, plain(given, "p", cx)?);
            ordered(p <= 1.0, given, "`p` at most 1", cx)?;
            return Some(LawKind::Binomial { n, p });
        }
        let mean = self.positive_of(given, "mean", cx)?;
        Some(match given.family {
            "exponential" => LawKind::Exponential { mean },
            "erlang" => LawKind::Erlang { k: whole(given, "k", cx)?, mean },
            "poisson" => LawKind::Poisson { mean },
            "geometric" => {
                ordered(mean >= 1.0, given, "a `mean` of at least 1", cx)?;
                LawKind::Geometric { mean }
            }
            "hyperexponential" => {
                let cv = spread(given, cx)?;
                ordered(cv >= 1.0, given, "a `cv` of at least 1", cx)?;
                LawKind::Hyperexponential { mean, cv }
            }
            _ => LawKind::Normal { mean, sd: self.positive_of(given, "sd", cx)? },
        })
    }

    pub(super) fn discrete(self, given: &Parameters<'_>, cx: &mut Reading<'_>) -> Option<LawKind> {
        let (values, weights) = (given.table.get("values")?, given.table.get("weights")?);
        let (Some(values), Some(weights)) = (values.list(), weights.list()) else {
            return cx.wrong_type(if values.list().is_none() { values } else { weights }, "a list");
        };
        let values = cx.all(values, |node, cx| self.quantity(node, cx))?;
        let weights = cx.all(weights, number)?;
        let usable = !values.is_empty() && values.len() == weights.len();
        ordered(usable, given, "as many `weights` as `values`", cx)?;
        ordered(values.iter().all(|v| *v >= 0.0), given, "`values` of at least 0", cx)?;
        let positive = weights.iter().all(|w| *w >= 0.0) && weights.iter().sum::<f64>() > 0.0;
        ordered(positive, given, "`weights` that are not negative nor all 0", cx)?;
        Some(LawKind::Discrete { values, weights })
    }

    pub(super) fn mixture(self, node: &Node, cx: &mut Reading<'_>) -> Option<LawKind> {
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
            not_negative(share, weight, cx)?;
            Some((share, self.law(law, false, cx)?))
        })?;
        let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
        within(total > 0.0, node, "a mixture with some weight", cx)?;
        Some(LawKind::Mixture(parts))
    }

    /// The rows of a table, in the unit named beside it.
    pub(super) fn empirical(self, given: &Parameters<'_>, cx: &mut Reading<'_>) -> Option<LawKind> {
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
        let read = unit.map(|word| Unit::from_word(word).and_then(super::super::units::parse::Unit::millis));
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
    pub(super) fn get(self, given: &Parameters<'_>, key: &str, cx: &mut Reading<'_>) -> Option<f64> {
        let node = given.table.get(key)?;
        given.naming(key, cx, |cx| {
            let value = self.quantity(node, cx)?;
            self.in_range(value, node, cx)?;
            Some(value)
        })
    }

    fn positive_of(self, given: &Parameters<'_>, key: &str, cx: &mut Reading<'_>) -> Option<f64> {
        let value = self.get(given, key, cx)?;
        given.naming(key, cx, |cx| positive(value, given.table.get(key)?, cx))?;
        Some(value)
    }

    /// A value in the law's unit.
    pub(super) fn quantity(self, node: &Node, cx: &mut Reading<'_>) -> Option<f64> {
        if !self.time {
            return number(node, cx);
        }
        edited(node, cx, &mut |node, cx| {
            let written: Length = length(node, cx)?;
            same_days(written, self.working, node, cx)?;
            Some(written.millis().unwrap_or(written.number))
        })
    }

    pub(super) fn in_range(self, value: f64, node: &Node, cx: &mut Reading<'_>) -> Option<()> {
        let highest = match (self.time, self.working) {
            (true, false) => LONGEST as f64,
            (true, true) => (LONGEST / DAY) as f64,
            _ => 1e9,
        };
        let range =
            if self.time { "at least 0 and at most 200 years" } else { "at least 0 and at most 1000000000" };
        within((0.0..=highest).contains(&value), node, range, cx)
    }
}

/// Something that stands somewhere.
pub(super) trait Placed {
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

pub(super) fn positive(value: f64, node: &Node, cx: &mut Reading<'_>) -> Option<()> {
    within(value > 0.0, node, "more than 0", cx)
}

pub(super) fn not_negative(value: f64, node: &Node, cx: &mut Reading<'_>) -> Option<()> {
    within(value >= 0.0, node, "at least 0", cx)
}

pub(super) fn ordered(fine: bool, at: &impl Placed, wanted: &str, cx: &mut Reading<'_>) -> Option<()> {
    if fine {
        return Some(());
    }
    let message = format!("{}: this law needs {wanted}", cx.subject());
    cx.report(Diagnostic::new(Code::BadLaw, message).at(at.span(), ""))
}

/// Every key is a parameter of the family, and one of its sets is complete.
pub(super) fn known_parameters(given: &Parameters<'_>, cx: &mut Reading<'_>) -> Option<()> {
    let sets = FAMILIES.iter().find(|(name, ..)| *name == given.family).map_or(&[][..], |(_, sets, _)| sets);
    let by_quantiles = sets.iter().any(|set| set.contains(&"p50"));
    let known =
        |key: &str| sets.iter().any(|set| set.contains(&key)) || (by_quantiles && quantile(key).is_some());
    let mut fine = Some(());
    for entry in given.table.entries.iter().filter(|entry| !known(&entry.key)) {
        let message = format!("the law `{}` has no `{}`", given.family, entry.key);
        fine = cx
            .report(Diagnostic::new(Code::BadLaw, message).at(entry.key_span, "").help(usage(given.family)));
    }
    let keys: Vec<&str> = given.table.keys().collect();
    let quantiles = keys.iter().all(|key| quantile(key).is_some()) && keys.len() == 2 && by_quantiles;
    let complete = sets.iter().any(|set| set.len() == keys.len() && set.iter().all(|key| keys.contains(key)));
    if fine.is_some() && !complete && !quantiles {
        let message =
            format!("{}: this {} law is not fixed by {}", cx.subject(), given.family, quoted(&keys));
        return cx
            .report(Diagnostic::new(Code::BadLaw, message).at(given.span, "").help(usage(given.family)));
    }
    fine
}

/// A parameter without a unit, more than 0.
fn plain(given: &Parameters<'_>, key: &str, cx: &mut Reading<'_>) -> Option<f64> {
    let node = given.table.get(key)?;
    given.naming(key, cx, |cx| {
        let value = number(node, cx)?;
        positive(value, node, cx)?;
        Some(value)
    })
}

/// No measured time or count is spread wider than this; who writes more means per cent.
const WIDEST: f64 = 10.0;

/// A coefficient of variation.
fn spread(given: &Parameters<'_>, cx: &mut Reading<'_>) -> Option<f64> {
    let cv = plain(given, "cv", cx)?;
    if cv > WIDEST {
        let message = format!("{}: the standard deviation is {cv} times the mean", cx.subject());
        let finding = Diagnostic::new(Code::WideSpread, message).at(given.table.get("cv")?.span, "");
        cx.findings.push(finding.help(format!("write cv = {} if {cv} % is meant", tidy(cv / 100.0))));
    }
    Some(cv)
}

fn whole(given: &Parameters<'_>, key: &str, cx: &mut Reading<'_>) -> Option<u32> {
    let node = given.table.get(key)?;
    given.naming(key, cx, |cx| {
        let drawn = number(node, cx)?;
        let value = if let Value::Drawn(_) = node.value { (drawn + 0.5).floor() } else { drawn };
        let whole = value.fract() == 0.0 && (1.0..=1e6).contains(&value);
        within(whole, node, "a whole number from 1 to 1000000", cx)?;
        Some(value as u32)
    })
}
