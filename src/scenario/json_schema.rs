//! The language as a JSON Schema (draft 2020-12), for editors that understand TOML.

use serde_json::{Map, Value as Json, json};

use super::spec::{Presence, TableSpec};

/// The schema of one table.
pub(crate) fn of_table(spec: &TableSpec) -> Json {
    let mut properties = Map::new();
    for field in spec.fields {
        let mut schema = (field.shape)().schema;
        let doc = plain(field.doc);
        let said = if field.presence == Presence::Later { format!("Not yet available. {doc}") } else { doc };
        if let Some(object) = schema.as_object_mut() {
            object.insert("description".to_owned(), said.into());
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
