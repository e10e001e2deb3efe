//! Orders of a queue: who is served next.

use serde_json::{Value as Json, json};

use super::choice::only_entry;
use super::keyed::{ByClass, Keyed, Single, numbers_by_name};
use super::reading::Reading;
use super::spec::{Form, Kind, Shape};
use super::tree::{Node, Table, Value};
use super::value::{Amount, At, Id, Lasting, PositiveShare, Rate, TimeSpan, tidy};
use crate::diagnostic::{Code, Diagnostic};

/// Who waits longest is not always who is served next.
#[derive(Clone, PartialEq, Debug)]
pub enum Order {
    /// By precedence of the observed class, then by joining time.
    Class,
    /// By joining time.
    Fifo,
    /// By joining time, latest first.
    Lifo,
    /// By the score of the last assessment that gave one, highest first.
    Score,
    /// By the moment at which the evidence lapses, earliest first.
    Lapse,
    /// By a key drawn on joining.
    Random,
    /// By effort, shortest first: the mean of the observed class, or the case's own if `drawn`.
    Shortest {
        /// Whether the case's own effort counts.
        drawn: bool,
    },
    /// By arrival plus what is allowed to the observed class.
    Due(ByClass<At<TimeSpan>>),
    /// By an urgency that grows with the time in the queue, by observed class.
    Ageing(ByClass<Ageing>),
    /// Shares of the starts.
    Quota {
        /// By observed class; all others have what is left, together.
        shares: Vec<(Id, At<f64>)>,
        /// The order among classes that share an entry.
        otherwise: Box<Order>,
    },
}

/// How the urgency of a waiting case grows.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Ageing {
    /// Urgency at joining.
    pub base: f64,
    /// What it gains in a day of waiting.
    pub gains: f64,
}

const ORDERS: &[&str] = &["class", "fifo", "lifo", "score", "lapse", "random", "shortest"];
/// Keys of orders that are tables.
const KEYS: &[&str] = &["due", "ageing", "quota", "shortest"];

impl Kind for Order {
    type Out = At<Order>;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<At<Order>> {
        let order = match &node.value {
            Value::Text(_) => match ORDERS[cx.word(node, ORDERS)?] {
                "fifo" => Order::Fifo,
                "lifo" => Order::Lifo,
                "score" => Order::Score,
                "lapse" => Order::Lapse,
                "random" => Order::Random,
                "shortest" => Order::Shortest { drawn: false },
                _ => Order::Class,
            },
            Value::Table(table) if table.get("quota").is_some() => quota(table, cx)?,
            _ => order_with_numbers(node, cx)?,
        };
        Some(At::new(order, node.span))
    }

    fn shape() -> Shape {
        let one = json!({ "anyOf": choices() });
        let share = PositiveShare::shape().schema;
        let quota = json!({ "type": "object", "additionalProperties": false, "required": ["quota"], "properties": {
            "quota": { "type": "object", "minProperties": 1, "additionalProperties": share }, "otherwise": one } });
        let schema = json!({ "anyOf": choices().into_iter().chain([quota]).collect::<Vec<_>>() });
        let words = "one of `\"class\"` (precedence of the observed class, then joining time), `\"fifo\"`, `\"lifo\"`, \
            `\"score\"` (highest score of an assessment first), `\"lapse\"` (earliest lapse of evidence first), \
            `\"random\"`, `\"shortest\"` (mean effort of the observed class) or `{ shortest = \"drawn\" }` (the case's \
            own), `{ due = { danger = \"1 day\" } }` (arrival plus allowance), `{ ageing = { danger = \"4 per day\", \
            possession = { base = 3, gains = \"1 per day\" } } }` (base plus gain for the time in this queue, highest \
            first), `{ quota = { possession = 0.2 }, otherwise = \"class\" }` (shares of the starts; classes that are \
            not named share the rest, in the order `otherwise`)";
        // As of a law, what stands inside can be edited by itself.
        Shape::new(words, schema).form(Form::Law)
    }
}

/// The schemas of all orders but quotas.
fn choices() -> Vec<Json> {
    let table = |key: &str, value: Json| json!({ "type": "object", "properties": { key: value }, "required": [key], "additionalProperties": false });
    vec![
        json!({ "enum": ORDERS }),
        table("due", Keyed::<Lasting>::shape().schema),
        table("ageing", Keyed::<Urgency>::shape().schema),
        table("shortest", json!({ "const": "drawn" })),
    ]
}

fn order_with_numbers(node: &Node, cx: &mut Reading<'_>) -> Option<Order> {
    let Some(entry) = only_entry(node) else {
        return cx.wrong_type(node, "a word such as \"fifo\", or a table with one key such as `due`");
    };
    match entry.key.as_str() {
        "due" => Keyed::<Lasting>::read(&entry.node, cx).map(Order::Due),
        "ageing" => Keyed::<Urgency>::read(&entry.node, cx).map(Order::Ageing),
        "shortest" => cx.word(&entry.node, &["drawn"]).map(|_| Order::Shortest { drawn: true }),
        _ => cx.no_such_key(entry, KEYS, "a table with one of `due`, `ageing`, `shortest`, `quota`"),
    }
}

/// Shares of the starts, and the order of whatever shares an entry.
fn quota(table: &Table, cx: &mut Reading<'_>) -> Option<Order> {
    let strange = table.entries.iter().find(|entry| !matches!(entry.key.as_str(), "quota" | "otherwise"));
    if let Some(entry) = strange {
        return cx.no_such_key(entry, &["quota", "otherwise"], "known here: `quota`, `otherwise`");
    }
    let written = table.get("quota")?;
    let wanted = "a table of shares by class, such as { possession = 0.2 }";
    let shares = numbers_by_name::<PositiveShare>(written, wanted, cx);
    let otherwise = match table.get("otherwise") {
        None => Some(Order::Class),
        Some(node) => Order::read(node, cx).map(|order| order.value),
    };
    let (shares, otherwise) = (shares?, otherwise?);
    let sum: f64 = shares.iter().map(|(_, share)| share.value).sum();
    if sum > 1.0 + 1e-9 {
        let message = format!("the quotas of {} add up to {}, more than 1", cx.subject(), tidy(sum));
        let finding = Diagnostic::new(Code::BadShares, message).at(written.span, "");
        return cx.report(finding.help("classes that are not named share what is left"));
    }
    if let (Order::Quota { .. }, Some(inner)) = (&otherwise, table.get("otherwise")) {
        let message = format!("the quotas of {} hold another quota", cx.subject());
        let finding = Diagnostic::new(Code::ConflictingKeys, message).at(inner.span, "");
        return cx.report(finding.help("name all the classes in one `quota`"));
    }
    Some(Order::Quota { shares, otherwise: Box::new(otherwise) })
}

/// What a class gains by waiting: a rate, or a table with what it begins with.
struct Urgency;

impl Kind for Urgency {
    type Out = Ageing;

    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Ageing> {
        let Some(table) = node.table() else {
            return Rate::read(node, cx).map(|rate| Ageing { base: 0.0, gains: rate.value });
        };
        let known = ["base", "gains"];
        if let Some(entry) = table.entries.iter().find(|entry| !known.contains(&entry.key.as_str())) {
            return cx.no_such_key(entry, &known, "known here: `base`, `gains`");
        }
        let base = table.get("base").map_or(Some(0.0), |node| Amount::read(node, cx).map(|n| n.value));
        let gains = table.get("gains").map_or(Some(0.0), |node| Rate::read(node, cx).map(|rate| rate.value));
        Some(Ageing { base: base?, gains: gains? })
    }

    fn shape() -> Shape {
        let rate = Rate::shape().schema;
        let table = json!({ "type": "object", "minProperties": 1, "additionalProperties": false,
            "properties": { "base": Amount::shape().schema, "gains": rate } });
        Shape::new("a rate, or a table with `base` and `gains`", json!({ "anyOf": [rate, table] }))
    }
}

impl Single for Urgency {
    fn is_one(node: &Node, cx: &Reading<'_>) -> bool {
        let is_class = |key: &str| key == "default" || cx.classes.iter().any(|class| class == key);
        let keys = || node.table().into_iter().flat_map(Table::keys);
        keys().any(|key| matches!(key, "base" | "gains")) && !keys().any(is_class)
    }
}
