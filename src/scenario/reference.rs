//! The printed reference of the language and the explanation of single keys, both from the documentation of the
//! tables.

use std::fmt::Write as _;

use super::json_schema::plain;
use super::law_families::FAMILIES;
use super::options;
use super::schema::{TABLES, table_named};
use super::spec::{Field, Presence, TableSpec};
use crate::diagnostic::suggest::nearest;

const INTRODUCTION: &str = include_str!("reference.md");

const PLANS: &str = include_str!("reference_plans.md");

const OPTIONS: &str = include_str!("reference_options.md");

/// All tables of scenarios and plans, then those of files of options.
fn all_tables() -> impl Iterator<Item = &'static TableSpec> {
    TABLES.iter().chain(options::TABLES).copied()
}

/// The reference as Markdown.
pub fn reference() -> String {
    let mut text = INTRODUCTION.to_owned();
    text.push_str(&laws());
    text.push('\n');
    text.push_str(PLANS);
    for spec in all_tables() {
        if spec.name == options::TABLES[0].name {
            let _ = write!(text, "\n{OPTIONS}");
        }
        let _ = write!(text, "\n## `{}`\n\n{}\n", header(spec), wrapped(spec.doc));
        for field in spec.fields {
            let _ = write!(text, "\n### `{}.{}`\n\n{}", spec.name, field.key, entry(field));
        }
    }
    text
}

/// Explains a key such as `stage.effort`, a table, a law, or a key by itself wherever it occurs. If nothing has that
/// name, the nearest name, if any is near.
pub fn explain_key(key: &str) -> Result<String, Option<&'static str>> {
    let key = key.trim().trim_matches(['[', ']']);
    if let Some(spec) = table_named(key).or_else(|| all_tables().find(|spec| spec.name == key)) {
        return Ok(table(spec));
    }
    if key == "law" || FAMILIES.iter().any(|(family, ..)| *family == key) {
        return Ok(format!("Laws of chance\n\n{}", laws()));
    }
    let named = |spec: &&'static TableSpec, field: &Field| {
        key == field.key || key.strip_suffix(field.key).and_then(|k| k.strip_suffix('.')) == Some(spec.name)
    };
    let mut text = String::new();
    for spec in all_tables() {
        for field in spec.fields.iter().filter(|field| named(&spec, field)) {
            let gap = if text.is_empty() { "" } else { "\n" };
            let _ = write!(text, "{gap}{}.{}\n\n{}", spec.name, field.key, entry(field));
        }
    }
    if text.is_empty() { Err(nearest_key(key)) } else { Ok(text) }
}

fn nearest_key(key: &str) -> Option<&'static str> {
    let last = key.rsplit('.').next().unwrap_or(key);
    let keys = all_tables().flat_map(|spec| spec.fields.iter().map(|field| field.key));
    nearest(last, keys.chain(all_tables().map(|spec| spec.name)))
}

/// How a table is headed in a file.
fn header(spec: &TableSpec) -> String {
    match spec.name {
        "scenario" | "cost" => format!("[{}]", spec.name),
        "unsure" => "[unsure.name]".to_owned(),
        name if name.contains('.') => name.to_owned(),
        name => format!("[[{name}]]"),
    }
}

/// A table with one line for each key.
fn table(spec: &TableSpec) -> String {
    let mut text = format!("{}\n\n{}\n\n", header(spec), wrapped(spec.doc));
    let widest = spec.fields.iter().map(|field| field.key.len()).max().unwrap_or(0);
    for field in spec.fields {
        let doc = plain(field.doc);
        let first = doc.split_once(". ").map_or(doc.as_str(), |(first, _)| first).trim_end_matches('.');
        let _ = writeln!(text, "  {:widest$}  {first}", field.key);
    }
    text
}

/// Everything about one key.
fn entry(field: &Field) -> String {
    let shape = (field.shape)();
    let presence = match field.presence {
        Presence::Required => "has to be written".to_owned(),
        Presence::Optional => "may be left out".to_owned(),
        Presence::Default(text) => format!("`{text}` if not written"),
    };
    let facts = format!("{}; {presence}; {}.", capital(&shape.words), field.when.words());
    format!("{}\n\n{}\n\n    {} = {}\n", wrapped(field.doc), wrapped(&facts), field.key, field.example)
}

fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

/// Text in lines of at most 110 characters.
fn wrapped(text: &str) -> String {
    const WIDTH: usize = 110;
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= WIDTH {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.join("\n")
}

/// The families of laws with their parameters.
fn laws() -> String {
    let mut text = String::from("| law | given by | what it is |\n| --- | --- | --- |\n");
    for (family, sets, what) in FAMILIES {
        let mut ways: Vec<String> = sets.iter().map(|set| format!("`{}`", set.join(", "))).collect();
        if ways.is_empty() {
            ways.push(
                if *family == "mixture" { "a list of `{ weight, law }`" } else { "the value" }.to_owned(),
            );
        }
        let _ = writeln!(text, "| `{family}` | {} | {what} |", ways.join(" or "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;
    use crate::scenario::tree::parse_default;

    #[test]
    fn a_key_is_explained_with_unit_default_and_example() {
        let text = explain_key("pool.availability").unwrap();
        for part in ["1 h 23 min", "`1.0` if not written", "availability = 0.72", "dated changes"] {
            assert!(text.contains(part), "no `{part}` in\n{text}");
        }
        assert!(explain_key("headcount").unwrap().starts_with("pool.headcount"));
        assert!(explain_key("pool").unwrap().contains("attrition"));
        assert!(explain_key("lognormal").unwrap().contains("mu, sigma"));
        assert_eq!(explain_key("pool.headcuont"), Err(Some("headcount")));
    }

    #[test]
    fn every_default_and_every_example_is_toml() {
        for field in all_tables().flat_map(|spec| spec.fields) {
            parse_default(field.example, Span::default());
            if let Presence::Default(text) = field.presence {
                parse_default(text, Span::default());
            }
        }
    }
}
