//! `wsdraft show`: a draft with everything that it inherits, or only what it changes.

use clap::Args;
use serde_json::Value;

use crate::{
    failure::Failure,
    outcome::Outcome,
    output::{self, Output},
    specs::Specs,
};

/// Show a draft with everything that it inherits.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Name of the draft, or version number on the wire.
    draft: String,
    /// Show only what the draft changes.
    #[arg(long)]
    delta: bool,
}

/// Shows a draft.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let draft = &arguments.draft;
    let value = if arguments.delta {
        output::value(specs.written(draft)?)?
    } else {
        output::value(specs.resolved(draft)?)?
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
