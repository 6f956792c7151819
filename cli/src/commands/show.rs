//! `wsdraft show`: a draft with everything that it inherits, or only what it changes.

use serde_json::Value;

use crate::{Outcome, failure::Failure, output::Output, specs::Specs};

/// Shows a draft.
pub(crate) fn run(
    specs: &Specs,
    name: &str,
    delta: bool,
    output: &Output,
) -> Result<Outcome, Failure> {
    let value = if delta {
        json(specs.written(name)?)?
    } else {
        json(specs.resolved(name)?)?
    };
    if output.is_json() {
        output.document(&value)?;
    } else {
        let mut text = String::new();
        print(&value, 0, &mut text);
        output.text(&text)?;
    }
    Ok(Outcome::Fine)
}

/// A value as JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(|error| Failure::input(error.to_string()))
}

/// Prints a value as an indented outline; what is absent or empty is left out.
fn print(value: &Value, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter().filter(|(_, field)| !is_empty(field)) {
                match inline(field) {
                    Some(text) => out.push_str(&format!("{indent}{name}: {text}\n")),
                    None => {
                        out.push_str(&format!("{indent}{name}\n"));
                        print(field, depth + 1, out);
                    }
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                match inline(item) {
                    Some(text) => out.push_str(&format!("{indent}- {text}\n")),
                    None => {
                        out.push_str(&format!("{indent}-\n"));
                        print(item, depth + 1, out);
                    }
                }
            }
        }
        other => out.push_str(&format!("{indent}{}\n", inline(other).unwrap_or_default())),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// A value that fits a line: a scalar, or a short list or object of scalars.
fn inline(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => {
            let parts = items.iter().map(inline).collect::<Option<Vec<_>>>()?;
            Some(format!("[{}]", parts.join(", "))).filter(|text| text.len() <= 90)
        }
        Value::Object(fields) => {
            let parts = fields
                .iter()
                .filter(|(_, field)| !is_empty(field))
                .map(|(name, field)| inline(field).map(|text| format!("{name}: {text}")))
                .collect::<Option<Vec<_>>>()?;
            Some(format!("({})", parts.join(", "))).filter(|text| text.len() <= 90)
        }
        other => Some(other.to_string()),
    }
}
