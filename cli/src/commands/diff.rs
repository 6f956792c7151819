//! `wsdraft diff`: what changed between two drafts.

use clap::Args;
use serde_json::Value;
use wsdraft_exports::facts::diff::{Change, Compared, Difference};

use crate::{failure::Failure, outcome::Outcome, output::Output, specs::Specs};

/// Show what changed between two drafts. The exit status is 1 if anything changed.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Earlier draft.
    from: String,
    /// Later draft.
    to: String,
}

/// Compares two drafts.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let compared = |name| {
        let compared = Compared::new(specs.resolved(name)?);
        compared.map_err(|error| Failure::input(error.to_string()))
    };
    let (from, to) = (compared(&arguments.from)?, compared(&arguments.to)?);
    let differences = from.differences(&to);
    if output.is_json() {
        output.document(&differences)?;
    } else {
        output.text(&text(&differences))?;
    }
    Ok(Outcome::findings(!differences.is_empty()))
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
            Change::Added => '+',
            Change::Removed => '-',
            Change::Changed => '~',
        };
        out.push_str(&format!("  {sign} {}", difference.item));
        match (&difference.from, &difference.to) {
            (Value::Object(_), Value::Object(_)) => {
                out.push('\n');
                for (field, from, to) in difference.fields() {
                    out.push_str(&format!("      {field}: {from} -> {to}\n"));
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
