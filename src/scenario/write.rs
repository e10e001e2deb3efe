//! The tree back as text: values as they would be written, edits worked in.

use std::fmt::Write as _;

use super::law_families::looks_like_a_law;
use super::tree::{Edited, Node, Table, Value};
use crate::units::parse;

/// A value on one line, in TOML syntax.
pub(crate) fn inline(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => quoted(text),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) | Value::Drawn(number) => format!("{number:?}"),
        Value::Bool(truth) => truth.to_string(),
        Value::Date(text) => text.clone(),
        Value::List(list) => format!("[{}]", list.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Table(table) if table.entries.is_empty() => "{}".to_owned(),
        Value::Table(table) => {
            let entries: Vec<String> =
                table.entries.iter().map(|e| format!("{} = {}", key(&e.key), inline(&e.node))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Value::Edited(edit) => inline(&worked_in(edit)),
    }
}

/// A table under its header.
pub(crate) fn section(header: &str, table: &Table) -> String {
    let mut text = format!("{header}\n");
    for entry in &table.entries {
        let _ = writeln!(text, "{} = {}", key(&entry.key), inline(&entry.node));
    }
    text.push('\n');
    text
}

fn key(key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if bare { key.to_owned() } else { quoted(key) }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// An edited value as one that could have been written: numbers and quantities are worked out, laws get `times` and
/// `plus`.
fn worked_in(edit: &Edited) -> Node {
    let base = match &edit.base.value {
        Value::Edited(inner) => worked_in(inner),
        _ => edit.base.clone(),
    };
    let span = base.span;
    let plus: Vec<Node> = edit
        .plus
        .iter()
        .map(|plus| match &plus.value {
            Value::Edited(inner) => worked_in(inner),
            _ => plus.clone(),
        })
        .collect();
    let value = match base.value {
        Value::Table(table) if looks_like_a_law(&table) => Value::Table(edited_law(table, edit.times, &plus)),
        other => plus.iter().fold(scaled(other, edit.times), |sum, plus| sum_of(sum, &plus.value)),
    };
    Node::new(span, value)
}

fn edited_law(mut table: Table, times: f64, plus: &[Node]) -> Table {
    let before = table.get("times").and_then(Node::number).unwrap_or(1.0);
    let span = table.entries.first().map(|entry| entry.key_span).unwrap_or_default();
    table.put("times", Node::new(span, Value::Float(before * times)));
    let earlier = table.get("plus").cloned().map(|node| scaled(node.value, times));
    let sum = plus.iter().fold(earlier, |sum, plus| match sum {
        Some(sum) => Some(sum_of(sum, &plus.value)),
        None => Some(plus.value.clone()),
    });
    if let Some(sum) = sum {
        table.put("plus", Node::new(span, sum));
    }
    table
}

/// A value multiplied; what is no quantity stays.
fn scaled(value: Value, times: f64) -> Value {
    if times == 1.0 {
        return value;
    }
    match &value {
        Value::Integer(number) => Value::Float(*number as f64 * times),
        Value::Float(number) | Value::Drawn(number) => Value::Float(number * times),
        Value::Text(text) => match parse::leading_number(text) {
            Ok((number, rest)) => Value::Text(quantity(number * times, rest)),
            Err(_) => value,
        },
        _ => value,
    }
}

/// The sum of two values, in the unit of the first; what does not add up is left out.
fn sum_of(value: Value, plus: &Value) -> Value {
    let number = |value: &Value| Node::new(crate::diagnostic::Span::default(), value.clone()).number();
    if let (Some(a), Some(b)) = (number(&value), number(plus)) {
        return match (&value, plus) {
            (Value::Integer(a), Value::Integer(b)) => Value::Integer(a + b),
            _ => Value::Float(a + b),
        };
    }
    let (Value::Text(text), Value::Text(more)) = (&value, plus) else { return value };
    let Ok((base, rest)) = parse::leading_number(text) else { return value };
    match in_unit(rest, more) {
        Some(more) => Value::Text(quantity(base + more, rest)),
        None => value,
    }
}

/// A quantity as a number of the unit `rest`.
pub(crate) fn in_unit(rest: &str, more: &str) -> Option<f64> {
    let (number, other) = parse::leading_number(more).ok()?;
    if other == rest {
        return Some(number);
    }
    let one = format!("1 {rest}");
    if let (Ok(unit), Ok(length)) = (parse::length(&one), parse::length(more)) {
        return Some(length.millis()? / unit.millis()?);
    }
    Some(parse::rate_per_day(more).ok()? / parse::rate_per_day(&one).ok()?)
}

pub(crate) fn quantity(number: f64, rest: &str) -> String {
    let space = if rest.starts_with('%') { "" } else { " " };
    format!("{number}{space}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;
    use crate::scenario::tree::parse_default;

    fn after(base: &str, times: f64, plus: &[&str]) -> String {
        let node = |text: &str| parse_default(text, Span::default());
        let plus = plus.iter().map(|text| node(text)).collect();
        let edit = Edited { base: node(base), times, plus };
        inline(&Node::new(Span::default(), Value::Edited(Box::new(edit))))
    }

    #[test]
    fn edits_are_worked_into_numbers_and_quantities() {
        assert_eq!(after("6", 1.0, &["2"]), "8");
        assert_eq!(after("\"6 h\"", 0.5, &["\"30 min\""]), "\"3.5 h\"");
        assert_eq!(after("\"20 per day\"", 2.0, &["\"7 per week\""]), "\"41 per day\"");
        assert_eq!(after("\"20% per year\"", 0.5, &[]), "\"10% per year\"");
    }

    #[test]
    fn laws_keep_their_form_and_say_what_was_done_to_them() {
        let law = after("{ lognormal = { mean = \"6 h\", cv = 1.2 } }", 0.5, &["\"1 h\"", "\"2 h\""]);
        assert_eq!(law, "{ lognormal = { mean = \"6 h\", cv = 1.2 }, times = 0.5, plus = \"3 h\" }");
    }

    #[test]
    fn what_is_written_reads_back() {
        for text in
            ["{ a = [1, 2.5, \"x\\\"y\"], \"b c\" = { d = 2025-01-06, e = true } }", "{}", "1e300", "-0.5"]
        {
            let node = parse_default(text, Span::default());
            assert_eq!(parse_default(&inline(&node), Span::default()), node);
        }
    }
}
