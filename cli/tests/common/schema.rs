//! Whether JSON is as a JSON Schema says, as far as the schemas of this project go.

use serde_json::Value;

/// Why a value is not as the schema says.
pub(crate) fn fault(value: &Value, schema: &Value, root: &Value) -> Option<String> {
    let at = |key: &str| schema.get(key);
    if let Some(reference) = at("$ref").and_then(Value::as_str) {
        let target = root.pointer(reference.trim_start_matches('#')).unwrap();
        return fault(value, target, root);
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(choices) = at(key).and_then(Value::as_array) {
            let faults: Vec<_> = choices.iter().map(|one| fault(value, one, root)).collect();
            if faults.iter().all(Option::is_some) {
                return Some(format!("{key}: {faults:?}"));
            }
        }
    }
    if at("const").is_some_and(|wanted| wanted != value) {
        return Some(format!("{value} is not {}", at("const")?));
    }
    if let Some(values) = at("enum").and_then(Value::as_array)
        && !values.contains(value)
    {
        return Some(format!("{value} is none of {values:?}"));
    }
    let is = |kind: &Value| match kind.as_str().unwrap() {
        "string" => value.is_string(),
        "integer" => value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other}"),
    };
    let typed = match at("type") {
        None => true,
        Some(Value::Array(kinds)) => kinds.iter().any(is),
        Some(kind) => is(kind),
    };
    if !typed {
        return Some(format!("{value} is not of the type {}", at("type")?));
    }
    if let (Some(values), Some(items)) = (value.as_array(), at("items")) {
        return values.iter().find_map(|one| fault(one, items, root));
    }
    let (fields, known) = (value.as_object()?, at("properties")?.as_object()?);
    for required in at("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        if !fields.contains_key(required.as_str().unwrap()) {
            return Some(format!("no {required}"));
        }
    }
    fields
        .iter()
        .find_map(|(name, field)| match known.get(name) {
            Some(schema) => fault(field, schema, root).map(|fault| format!("{name}: {fault}")),
            None => (at("additionalProperties") == Some(&Value::Bool(false)))
                .then(|| format!("{name} is not known")),
        })
}
