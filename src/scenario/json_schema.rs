//! The language as a JSON Schema (draft 2020-12), for editors that understand TOML. Dates are strings in it.

use serde_json::{Map, Value as Json, json};

use super::edit::Edits;
use super::law_families::{BESIDE, FAMILIES};
use super::read::KINDS;
use super::schema;
use super::spec::{Kind, Presence, TableSpec};

/// The schema of scenario and plan files.
pub fn json_schema() -> Json {
    let plan_scenario = json!({ "type": "object", "additionalProperties": false,
        "properties": { "title": { "type": "string", "description": "What the plan is called." } } });
    let plan_only: Map<String, Json> =
        super::layers::PLAN_KEYS.iter().map(|key| ((*key).to_owned(), Json::Bool(false))).collect();
    let (mut properties, mut definitions) = (properties(), definitions());
    properties.values_mut().for_each(super::unsure_schema::allow);
    definitions.values_mut().for_each(super::unsure_schema::allow);
    definitions.extend(super::unsure_schema::definitions());
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "caseload scenario or plan",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "if": { "required": ["extends"] },
        "then": { "properties": { "scenario": plan_scenario, "initial": false } },
        "else": { "required": ["scenario"], "properties": merged(plan_only, &["scenario"]) },
        "$defs": definitions,
    })
}

/// The same properties with some tables in full.
fn merged(mut properties: Map<String, Json>, tables: &[&str]) -> Map<String, Json> {
    for table in tables {
        properties.insert((*table).to_owned(), json!({ "$ref": format!("#/$defs/{table}") }));
    }
    properties
}

/// Everything that may stand at the top of a file.
fn properties() -> Map<String, Json> {
    let mut all = Map::new();
    all.insert("scenario".to_owned(), json!({ "type": "object", "description": table_doc("scenario") }));
    for kind in KINDS.iter().chain(&["change"]) {
        let items = json!({ "$ref": format!("#/$defs/{kind}") });
        let list = json!({ "type": "array", "items": items, "description": table_doc(kind) });
        all.insert((*kind).to_owned(), list);
    }
    if let Some(spec) = schema::table_named("unsure") {
        let table = json!({ "type": "object", "additionalProperties": of_table(spec) });
        all.insert("unsure".to_owned(), with_doc(table, &plain(spec.doc)));
    }
    let file = json!({ "type": "string" });
    let extends = json!({ "anyOf": [file, { "type": "array", "items": file }],
        "description": "What this plan extends: a file or a list of files, relative to this one." });
    all.insert("extends".to_owned(), extends);
    for (key, doc) in [
        ("set", "Values that the plan replaces, by path, in force from the start."),
        ("add", "Values that the plan adds to, by path."),
        ("scale", "Values that the plan multiplies, by path: of a law what it draws, of a table each entry."),
    ] {
        all.insert(key.to_owned(), with_doc(Edits::shape().schema, doc));
    }
    all.insert("cost".to_owned(), json!({ "$ref": "#/$defs/cost" }));
    for key in ["hire", "leave"] {
        let field = schema::table_named("change").and_then(|change| change.field(key));
        let field = field.expect("a change says how posts are filled and emptied");
        all.insert(key.to_owned(), with_doc((field.shape)().schema, &plain(field.doc)));
    }
    all
}

fn table_doc(name: &str) -> String {
    schema::table_named(name).map(|spec| plain(spec.doc)).unwrap_or_default()
}

fn with_doc(mut schema: Json, doc: &str) -> Json {
    if let Some(object) = schema.as_object_mut() {
        object.insert("description".to_owned(), doc.into());
    }
    schema
}

fn definitions() -> Map<String, Json> {
    let mut all = Map::new();
    for spec in schema::TABLES.iter().filter(|spec| !spec.name.contains('.') && spec.name != "unsure") {
        all.insert(spec.name.to_owned(), of_table(spec));
    }
    let number = "^\\s*[+-]?[0-9][0-9_.]*([eE][+-]?[0-9]+)?\\s*";
    let unit = "(s|secs?|seconds?|min|mins|minutes?|h|hrs?|hours?|d|(working +)?days?|w|weeks?|months?|y|yr|years?)\\s*$";
    let text = |pattern: String, example: &str| json!({ "type": "string", "pattern": pattern, "examples": [example] });
    all.insert("duration".to_owned(), text(format!("{number}{unit}"), "90 days"));
    all.insert("rate".to_owned(), text(format!("{number}(per +|/ *){unit}"), "42 per day"));
    all.insert("growth".to_owned(), text(format!("{number}% *(per +|/ *){unit}"), "27% per year"));
    let date = "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?)?$";
    all.insert("date".to_owned(), text(date.to_owned(), "2026-03-01"));
    all.insert("law-of-time".to_owned(), law(&json!({ "$ref": "#/$defs/duration" }), "law-of-time", true));
    all.insert("law-of-number".to_owned(), law(&json!({ "type": "number" }), "law-of-number", false));
    all
}

/// Parameters that are numbers whatever the law draws.
const PLAIN: &[&str] = &["cv", "mu", "sigma", "shape", "k", "n", "p", "times"];

/// The schema of laws whose values are `value`.
fn law(value: &Json, name: &str, time: bool) -> Json {
    let this = json!({ "$ref": format!("#/$defs/{name}") });
    let quantiles = json!({ "type": "object", "patternProperties": { "^p[1-9][0-9]?$": value },
        "minProperties": 2, "maxProperties": 2, "additionalProperties": false });
    let parameter = |key: &str| match key {
        "values" => json!({ "type": "array", "items": value, "minItems": 1 }),
        "weights" => json!({ "type": "array", "items": { "type": "number", "minimum": 0 }, "minItems": 1 }),
        "csv" | "column" | "unit" => json!({ "type": "string" }),
        "law" => this.clone(),
        key if PLAIN.contains(&key) => json!({ "type": "number" }),
        _ => value.clone(),
    };
    let object = |keys: &[&str]| {
        let properties: Map<String, Json> =
            keys.iter().map(|key| ((*key).to_owned(), parameter(key))).collect();
        json!({ "type": "object", "properties": properties, "required": keys, "additionalProperties": false })
    };
    let given = |family: &str, sets: &[&[&str]]| match family {
        "constant" => value.clone(),
        "mixture" => {
            let part = json!({ "type": "object", "required": ["weight", "law"], "additionalProperties": false,
                "properties": { "weight": { "type": "number", "minimum": 0 }, "law": this } });
            json!({ "type": "array", "items": part, "minItems": 1 })
        }
        "shifted" => object(&["by", "law"]),
        _ => {
            let mut ways: Vec<Json> = sets.iter().map(|set| object(set)).collect();
            if sets.iter().any(|set| set.contains(&"p50")) {
                ways.push(quantiles.clone());
            }
            json!({ "anyOf": ways })
        }
    };
    let mut forms =
        vec![value.clone(), beside(&json!({ "patternProperties": { "^p[1-9][0-9]?$": value } }), value)];
    for (family, sets, what) in
        FAMILIES.iter().filter(|(f, ..)| !time || !["poisson", "geometric", "binomial"].contains(f))
    {
        let named = json!({ "properties": { *family: given(family, sets) }, "required": [family], "description": what });
        forms.push(beside(&named, value));
    }
    json!({ "anyOf": forms })
}

/// A table with what may stand beside a family.
fn beside(named: &Json, value: &Json) -> Json {
    let mut object = named.as_object().cloned().unwrap_or_default();
    let properties = object.entry("properties").or_insert_with(|| json!({}));
    if let Some(properties) = properties.as_object_mut() {
        for key in BESIDE {
            let schema =
                if *key == "times" { json!({ "type": "number", "minimum": 0 }) } else { value.clone() };
            properties.insert((*key).to_owned(), schema);
        }
    }
    object.insert("type".to_owned(), "object".into());
    object.insert("minProperties".to_owned(), 1.into());
    object.insert("additionalProperties".to_owned(), Json::Bool(false));
    Json::Object(object)
}

/// The schema of one table.
pub(crate) fn of_table(spec: &TableSpec) -> Json {
    let mut properties = Map::new();
    for field in spec.fields {
        let mut schema = with_doc((field.shape)().schema, &plain(field.doc));
        if let (Presence::Default(text), Some(object)) = (field.presence, schema.as_object_mut())
            && let Ok(default) = serde_json::from_str::<Json>(text)
        {
            object.insert("default".to_owned(), default);
        }
        properties.insert(field.key.to_owned(), schema);
    }
    let required: Vec<&str> = spec
        .fields
        .iter()
        .filter(|field| field.presence == Presence::Required)
        .map(|field| field.key)
        .collect();
    json!({ "type": "object", "description": plain(spec.doc), "properties": properties, "required": required,
        "additionalProperties": false })
}

/// Documentation as one line of text.
pub(crate) fn plain(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}
