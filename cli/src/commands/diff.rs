//! `wsdraft diff`: what changed between two drafts, or between two extensions.

use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    failure::Failure,
    outcome::Outcome,
    output::{self, Output},
    specs::Specs,
};

/// Show what changed between two drafts, or between two extensions. The exit status is 1 if
/// anything changed.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Earlier draft or extension.
    from: String,
    /// Later draft or extension.
    to: String,
}

/// One difference.
#[derive(Debug, Serialize)]
struct Difference {
    part: String,
    item: String,
    change: &'static str,
    from: Value,
    to: Value,
}

/// Fields that say who a draft is.
const IDENTITY: &[&str] = &[
    "name",
    "short",
    "aliases",
    "type",
    "revision",
    "serial",
    "issued",
    "expires",
    "status",
    "wire_version",
    "summary",
    "drafts",
];

/// Fields that describe the file rather than the protocol.
const OMITTED: &[&str] = &[
    "evidence",
    "lineage",
    "coverage",
    "changes",
    "conflicts",
    "documents",
];

/// Compares two drafts.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let (from, to) = both(arguments, specs)?;
    let mut differences = Vec::new();
    for (part, new) in &to {
        let old = from.get(part).unwrap_or(&Value::Null);
        if OMITTED.contains(&part.as_str()) {
            continue;
        }
        if IDENTITY.contains(&part.as_str()) {
            compare(&mut differences, "identity", part, old, new);
        } else if let (Some(old), Some(new)) = (table(old), table(new)) {
            let added = new.keys().filter(|key| !old.contains_key(*key));
            for key in old.keys().chain(added) {
                let value = |table: &Map<String, Value>| table.get(key).map_or(Value::Null, stated);
                compare(&mut differences, part, key, &value(old), &value(new));
            }
        } else {
            compare(&mut differences, part, part, &stated(old), &stated(new));
        }
    }
    if output.is_json() {
        output.document(&differences)?;
    } else {
        output.text(&text(&differences))?;
    }
    Ok(Outcome::findings(!differences.is_empty()))
}

/// Sections by name.
type Sections = Map<String, Value>;

/// The sections of both.
fn both(arguments: &Arguments, specs: &Specs) -> Result<(Sections, Sections), Failure> {
    let extensions = specs.database().extensions();
    let (from, to) = (&arguments.from, &arguments.to);
    let (old, new) = match (extensions.get(from), extensions.get(to)) {
        (Some(from), Some(to)) => (output::value(from)?, output::value(to)?),
        (None, None) => (
            output::value(specs.resolved(from)?)?,
            output::value(specs.resolved(to)?)?,
        ),
        (found, _) => {
            let (extension, other) = if found.is_some() {
                (from, to)
            } else {
                (to, from)
            };
            return Err(Failure::input(format!(
                "{extension} is an extension, and {other} is not: name two drafts or two extensions"
            )));
        }
    };
    Ok((sections(old), sections(new)))
}

/// The sections of a draft or an extension; those of multiplexing beside the others.
fn sections(value: Value) -> Sections {
    const NESTED: &str = "multiplexing";
    let Value::Object(mut sections) = value else {
        return Map::new();
    };
    if let Some(Value::Object(nested)) = sections.remove(NESTED) {
        let nested = nested.into_iter();
        sections.extend(nested.map(|(name, section)| (format!("{NESTED}/{name}"), section)));
    }
    sections
}

/// A section that holds items by key.
fn table(value: &Value) -> Option<&Map<String, Value>> {
    value
        .as_object()
        .filter(|fields| !fields.contains_key("stated_in"))
}

/// What an item says, without its origin and its evidence.
fn stated(item: &Value) -> Value {
    let mut value = item.get("value").unwrap_or(item).clone();
    if let Some(fields) = value.as_object_mut() {
        fields.remove("evidence");
        fields.remove("before");
    }
    value
}

fn compare(differences: &mut Vec<Difference>, part: &str, item: &str, from: &Value, to: &Value) {
    if from == to {
        return;
    }
    let change = match (from, to) {
        (Value::Null, _) => "added",
        (_, Value::Null) => "removed",
        _ => "changed",
    };
    differences.push(Difference {
        part: part.into(),
        item: item.into(),
        change,
        from: from.clone(),
        to: to.clone(),
    });
}

/// Differences grouped by part; of changed items only the fields that changed.
fn text(differences: &[Difference]) -> String {
    let mut out = String::new();
    let mut part = "";
    for difference in differences {
        if part != difference.part {
            part = &difference.part;
            out.push_str(&format!("{part}\n"));
        }
        let sign = match difference.change {
            "added" => '+',
            "removed" => '-',
            _ => '~',
        };
        out.push_str(&format!("  {sign} {}", difference.item));
        match (&difference.from, &difference.to) {
            (Value::Object(from), Value::Object(to)) => {
                out.push('\n');
                let added = to.keys().filter(|key| !from.contains_key(*key));
                for key in from
                    .keys()
                    .chain(added)
                    .filter(|key| from.get(*key) != to.get(*key))
                {
                    let value = |fields: &Map<String, Value>| {
                        fields.get(key).unwrap_or(&Value::Null).to_string()
                    };
                    out.push_str(&format!("      {key}: {} -> {}\n", value(from), value(to)));
                }
            }
            (Value::Null, value) | (value, Value::Null) => match value.get("summary") {
                Some(Value::String(summary)) => out.push_str(&format!(": {summary}\n")),
                _ => out.push_str(&format!(": {value}\n")),
            },
            (from, to) => out.push_str(&format!(": {from} -> {to}\n")),
        }
    }
    out
}
