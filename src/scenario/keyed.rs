//! Tables whose keys are names: a value for each class, shares among names, numbers by name, weekly and yearly
//! profiles.

use serde_json::json;

use super::reading::Reading;
use super::spec::{Form, Kind, Shape};
use super::tree::{Entry, Node, Table, Value};
use super::value::{At, Cases, Id, Lasting, Name, NonNegative, Posts, tidy};
use super::{law_families, law_reading, value};
use crate::diagnostic::suggest::nearest;
use crate::diagnostic::{Code, Diagnostic, Span};

/// A value for each class, or one for those that are not named.
#[derive(Clone, PartialEq, Debug)]
pub struct ByClass<T> {
    /// What holds for classes that are not named.
    pub default: Option<T>,
    /// What holds for the classes that are, in the order of the file.
    pub named: Vec<(Id, T)>,
    /// Where the whole stands.
    pub span: Span,
}

/// Shares that sum to 1; one written `"rest"` is worked out.
#[derive(Clone, PartialEq, Debug)]
pub struct Shares {
    /// Names and shares in the order of the file.
    pub entries: Vec<(Id, f64)>,
    /// Where they stand.
    pub span: Span,
}

/// A value by class of some kind.
pub(crate) struct Keyed<K>(std::marker::PhantomData<K>);

/// A kind that can stand in a table by class, and can tell itself from such a table.
pub(crate) trait Single: Kind {
    /// Whether a table is one value, rather than one value for each class.
    fn is_one(node: &Node, cx: &Reading<'_>) -> bool;

    /// What such a table says when one of its keys looks like something else.
    fn suspicious(_entry: &Entry, _cx: &mut Reading<'_>) -> bool {
        false
    }
}

impl<K: Single> Kind for Keyed<K> {
    type Out = ByClass<K::Out>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Self::Out> {
        let span = node.span;
        if node.table().is_none() || K::is_one(node, cx) {
            let default = K::read(node, cx)?;
            return Some(ByClass { default: Some(default), named: Vec::new(), span });
        }
        let entries = &node.table()?.entries;
        let read: Vec<Option<(&Entry, K::Out)>> =
            entries.iter().map(|entry| by_class_entry::<K>(entry, cx)).collect();
        let (mut default, mut named) = (None, Vec::new());
        for (entry, value) in read.into_iter().collect::<Option<Vec<_>>>()? {
            if entry.key == "default" {
                default = Some(value);
            } else {
                named.push((At::new(entry.key.clone(), entry.key_span), value));
            }
        }
        Some(ByClass { default, named, span })
    }

    fn shape() -> Shape {
        let one = K::shape();
        let schema = json!({ "anyOf": [one.schema, {
            "type": "object", "minProperties": 1, "additionalProperties": one.schema }] });
        let words = format!("{}, or a table with one for each class and `default` for the others", one.words);
        Shape::new(words, schema).form(Form::ByClass(Box::new(one.form)))
    }
}

fn by_class_entry<'n, K: Single>(entry: &'n Entry, cx: &mut Reading<'_>) -> Option<(&'n Entry, K::Out)> {
    if K::suspicious(entry, cx) {
        return None;
    }
    cx.read::<K>(&entry.node).map(|value| (entry, value))
}

impl Single for Lasting {
    fn is_one(_: &Node, _: &Reading<'_>) -> bool {
        false
    }
}

impl<U: law_reading::LawUnit> Single for law_reading::Law<U> {
    fn is_one(node: &Node, cx: &Reading<'_>) -> bool {
        let is_class = |key: &str| key == "default" || cx.classes.iter().any(|class| class == key);
        match node.table() {
            Some(table) => law_families::looks_like_a_law(table) && !table.keys().any(is_class),
            None => true,
        }
    }

    fn suspicious(entry: &Entry, cx: &mut Reading<'_>) -> bool {
        let is_class = entry.key == "default" || cx.classes.contains(&entry.key);
        // Near a family's name and holding what a law holds: `lognormall = { mean = ..., cv = ... }`.
        let inner = entry.node.table().is_some_and(|table| !law_families::looks_like_a_law(table));
        let Some(family) = nearest(&entry.key, law_families::families()).filter(|_| !is_class && inner)
        else {
            return false;
        };
        let message = format!("there is no law `{}`", entry.key);
        let help = format!("did you mean `{family}`?");
        cx.findings.push(Diagnostic::new(Code::UnknownLaw, message).at(entry.key_span, "").help(help));
        true
    }
}

/// Shares among names.
pub(crate) struct Sharing;

impl Kind for Sharing {
    type Out = Shares;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Shares> {
        let Some(table) = node.table() else {
            return cx
                .wrong_type(node, "a table of shares, such as { danger = 0.02, possession = \"rest\" }");
        };
        let read: Vec<Option<(Id, Option<f64>)>> =
            table.entries.iter().map(|entry| share(entry, cx)).collect();
        let written: Vec<(Id, Option<f64>)> = read.into_iter().collect::<Option<_>>()?;
        let sum: f64 = written.iter().filter_map(|(_, share)| *share).sum();
        let rests = written.iter().filter(|(_, share)| share.is_none()).count();
        let highest = written.iter().filter_map(|(_, share)| *share).fold(0.0, f64::max);
        check_sum((sum, highest), rests, node, cx)?;
        let rest = (1.0 - sum).max(0.0);
        let entries = written.into_iter().map(|(name, share)| (name, share.unwrap_or(rest))).collect();
        Some(Shares { entries, span: node.span })
    }

    fn shape() -> Shape {
        let schema = json!({ "type": "object", "minProperties": 1, "additionalProperties": {
            "anyOf": [{ "type": "number", "minimum": 0, "maximum": 1 }, { "const": "rest" }] } });
        let words = "a table of shares by name, adding up to 1; one may be `\"rest\"`";
        Shape::new(words, schema).form(Form::Shares)
    }
}

/// A name with its share; none stands for the rest.
fn share(entry: &Entry, cx: &mut Reading<'_>) -> Option<(Id, Option<f64>)> {
    let name = Name::check(&entry.key, entry.key_span, cx)?;
    if entry.node.as_text() == Some("rest") {
        return Some((name, None));
    }
    if let Some(text) = entry.node.as_text() {
        let message = format!("{} has `{text}` where a share or \"rest\" is needed", cx.subject());
        let finding = Diagnostic::new(Code::BadShares, message).at(entry.node.span, "");
        return cx.report(finding.maybe_help(value::number_in_text(text)));
    }
    let share = cx.naming(&entry.key, |cx| value::number(&entry.node, cx))?;
    value::within(share >= 0.0, &entry.node, "at least 0", cx)?;
    Some((name, Some(share)))
}

fn check_sum((sum, highest): (f64, f64), rests: usize, node: &Node, cx: &mut Reading<'_>) -> Option<()> {
    const TOLERANCE: f64 = 1e-9;
    let subject = cx.subject();
    let in_per_cent = highest > 1.0 && (rests == 1 || sum > 10.0);
    let per_cent = format!("shares are fractions: {highest} % is written as {}", tidy(highest / 100.0));
    let finding = match rests {
        0 if (sum - 1.0).abs() <= TOLERANCE => return Some(()),
        1 if sum <= 1.0 + TOLERANCE => return Some(()),
        0 => Diagnostic::new(Code::BadShares, format!("{subject} adds up to {}, not 1", tidy(sum)))
            .help(if in_per_cent { per_cent } else { "write one entry as \"rest\"".to_owned() }),
        1 => Diagnostic::new(Code::BadShares, format!("{subject} adds up to {} without its rest", tidy(sum)))
            .help(if in_per_cent {
                per_cent
            } else {
                "the shares that are written may not exceed 1".to_owned()
            }),
        _ => Diagnostic::new(Code::BadShares, format!("{subject} has more than one \"rest\"")),
    };
    cx.report(finding.at(node.span, ""))
}

/// Where a case goes: one name, or shares among names.
pub(crate) struct Routing;

impl Kind for Routing {
    type Out = Shares;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Shares> {
        if node.as_text().is_none() {
            return Sharing::read(node, cx);
        }
        let target = Name::read(node, cx)?;
        Some(Shares { entries: vec![(target, 1.0)], span: node.span })
    }

    fn shape() -> Shape {
        let shares = Sharing::shape();
        let schema = json!({ "anyOf": [Name::shape().schema, shares.schema] });
        Shape::new("a stage or outcome, or a table of shares among them", schema).form(shares.form)
    }
}

impl Single for Routing {
    fn is_one(node: &Node, _: &Reading<'_>) -> bool {
        node.table().is_none_or(looks_like_shares)
    }
}

/// Shares have numbers and at most a `"rest"`; a table by class has names, tables or a `default`.
pub(crate) fn looks_like_shares(table: &Table) -> bool {
    let share = |entry: &Entry| match &entry.node.value {
        Value::Text(text) => text == "rest",
        Value::Table(_) => false,
        _ => true,
    };
    table.get("default").is_none() && table.entries.iter().all(share)
}

/// A number of cases by class.
pub(crate) struct CasesByClass;

impl Kind for CasesByClass {
    type Out = Vec<(Id, At<u32>)>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Self::Out> {
        numbers_by_name::<Cases>(node, "a table of counts by class, such as { possession = 300 }", cx)
    }

    fn shape() -> Shape {
        let schema =
            json!({ "type": "object", "minProperties": 1, "additionalProperties": Cases::shape().schema });
        Shape::new("a table with a number of cases for each class", schema).form(Form::Numbers)
    }
}

/// A number of members by pool: a crew.
pub(crate) fn crew(node: &Node, cx: &mut Reading<'_>) -> Option<Vec<(Id, At<u32>)>> {
    let members = numbers_by_name::<Posts>(node, "a crew, such as { officer = 3, examiner = 1 }", cx)?;
    match members.iter().find(|(_, number)| number.value == 0) {
        None => Some(members),
        Some((pool, number)) => {
            let message = format!("a crew cannot have 0 of `{}`", pool.value);
            cx.report(Diagnostic::new(Code::OutOfRange, message).at(number.span, ""))
        }
    }
}

pub(crate) fn numbers_by_name<K: Kind>(
    node: &Node,
    wanted: &str,
    cx: &mut Reading<'_>,
) -> Option<Vec<(Id, K::Out)>> {
    let Some(table) = node.table().filter(|table| !table.entries.is_empty()) else {
        return cx.wrong_type(node, wanted);
    };
    let read: Vec<Option<(Id, K::Out)>> = table
        .entries
        .iter()
        .map(|entry| {
            let name = Name::check(&entry.key, entry.key_span, cx)?;
            K::read(&entry.node, cx).map(|number| (name, number))
        })
        .collect();
    read.into_iter().collect()
}

/// Days of the week as they are written.
pub(crate) const WEEKDAYS: &[&str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Months as they are written.
pub(crate) const MONTHS: &[&str] =
    &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Weights of `N` named periods, 1 where nothing is written; not yet normalised.
#[derive(Clone, PartialEq, Debug)]
pub struct Profile<const N: usize> {
    /// The weights, Monday or January first.
    pub weights: [f64; N],
    /// Where they stand.
    pub span: Span,
}

/// A profile over the week.
pub(crate) struct Weekly;
/// A profile over the year.
pub(crate) struct Monthly;

impl Kind for Weekly {
    type Out = Profile<7>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Profile<7>> {
        profile(node, WEEKDAYS, cx)
    }

    fn shape() -> Shape {
        profile_shape("a table of weights by day of the week", WEEKDAYS)
    }
}

impl Kind for Monthly {
    type Out = Profile<12>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Profile<12>> {
        profile(node, MONTHS, cx)
    }

    fn shape() -> Shape {
        profile_shape("a table of weights by month", MONTHS)
    }
}

fn profile<const N: usize>(
    node: &Node,
    names: &'static [&'static str],
    cx: &mut Reading<'_>,
) -> Option<Profile<N>> {
    let Some(table) = node.table() else {
        return cx.wrong_type(node, &format!("a table of weights, such as {{ {} = 0.7 }}", names[N - 2]));
    };
    let mut weights = [1.0; N];
    let mut complete = Some(());
    for entry in &table.entries {
        let Some(at) = names.iter().position(|name| *name == entry.key) else {
            complete = cx.no_such_key(entry, names, &names.join(", "));
            continue;
        };
        match NonNegative::read(&entry.node, cx) {
            Some(weight) => weights[at] = weight.value,
            None => complete = None,
        }
    }
    complete?;
    value::within(weights.iter().any(|&w| w > 0.0), node, "more than 0 somewhere", cx)?;
    Some(Profile { weights, span: node.span })
}

fn profile_shape(words: &str, names: &'static [&'static str]) -> Shape {
    let weight = NonNegative::shape().schema;
    let properties: serde_json::Map<String, _> =
        names.iter().map(|name| ((*name).to_owned(), weight.clone())).collect();
    let schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    Shape::new(format!("{words} ({}), 1 where none is written", names.join(", ")), schema)
        .form(Form::Profile(names))
}
