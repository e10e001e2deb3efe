//! Values that nobody knows in the JSON Schema: they may stand wherever a number or a quantity may.

use serde_json::{Map, Value as Json, json};

/// Quantities, by the names of their definitions.
const QUANTITIES: &[&str] = &["#/$defs/duration", "#/$defs/rate", "#/$defs/growth"];

/// Lets an unknown value stand for every number and quantity of a schema.
pub(super) fn allow(schema: &mut Json) {
    match schema {
        Json::Array(list) => list.iter_mut().for_each(allow),
        Json::Object(object) if is_scalar(object) => {
            let mut scalar = std::mem::take(object);
            // What is said of the value is said of both forms.
            for key in ["description", "default"] {
                if let Some(said) = scalar.remove(key) {
                    object.insert(key.to_owned(), said);
                }
            }
            let unsure = json!({ "$ref": "#/$defs/unsure-value" });
            object.insert("anyOf".to_owned(), json!([Json::Object(scalar), unsure]));
        }
        Json::Object(object) => object.values_mut().for_each(allow),
        _ => {}
    }
}

fn is_scalar(object: &Map<String, Json>) -> bool {
    let number = object.get("type").is_some_and(|kind| kind == "number" || kind == "integer");
    number || object.get("$ref").and_then(Json::as_str).is_some_and(|name| QUANTITIES.contains(&name))
}

/// What an unknown value is.
pub(super) fn definitions() -> Map<String, Json> {
    let one = json!({ "type": ["number", "string"] });
    let mut all = Map::new();
    all.insert("bounds".to_owned(), json!({ "type": "array", "items": one, "minItems": 2, "maxItems": 2 }));
    all.insert("unknown-law".to_owned(), json!({ "type": ["object", "number", "string"] }));
    let table = |key: &str, value: &str| {
        json!({ "type": "object", "required": [key], "additionalProperties": false,
            "properties": { key: { "$ref": format!("#/$defs/{value}") } } })
    };
    let forms = json!({ "anyOf": [table("unsure", "unknown-law"), table("between", "bounds")] });
    all.insert("unsure-value".to_owned(), forms);
    all
}
