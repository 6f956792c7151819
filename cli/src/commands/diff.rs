//! `wsdraft diff`: what changed between two drafts, or between two extensions.

use clap::Args;
use wsdraft_exports::facts::{
    diff::{Change, Compared, Difference, Told},
    differences::Changed,
};

use crate::{
    failure::Failure,
    outcome::Outcome,
    output::Output,
    specs::{Named, Specs},
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

/// Compares two drafts.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let (from, to) = both(arguments, specs)?;
    let differences = from.differences(&to);
    if output.is_json() {
        output.document(&differences)?;
    } else {
        output.text(&text(&differences))?;
    }
    Ok(Outcome::findings(!differences.is_empty()))
}

/// What is compared: two drafts, or two extensions.
fn both(arguments: &Arguments, specs: &Specs) -> Result<(Compared, Compared), Failure> {
    let (from, to) = (&arguments.from, &arguments.to);
    let (old, new) = match (specs.named(from)?, specs.named(to)?) {
        (Named::Extension(from), Named::Extension(to)) => {
            (Compared::extension(from), Compared::extension(to))
        }
        (Named::Draft(from), Named::Draft(to)) => (Compared::new(from), Compared::new(to)),
        (found, _) => {
            let (extension, other) = match found {
                Named::Extension(_) => (from, to),
                Named::Draft(_) => (to, from),
            };
            return Err(Failure::input(format!(
                "{extension} is an extension, and {other} is not: name two drafts or two extensions"
            )));
        }
    };
    let failed = |error: serde_json::Error| Failure::input(error.to_string());
    Ok((old.map_err(failed)?, new.map_err(failed)?))
}

/// Differences in words, grouped by part; of changed items only the fields that changed.
fn text(differences: &[Difference]) -> String {
    let mut out = String::new();
    let mut part = "";
    for difference in differences {
        let is_whole = difference.item == difference.part;
        if part != difference.part {
            part = &difference.part;
            if !is_whole {
                out.push_str(&format!("{part}\n"));
            }
        }
        let sign = match difference.change {
            Change::Added => '+',
            Change::Removed => '-',
            Change::Changed => '~',
        };
        let indent = if is_whole { "" } else { "  " };
        out.push_str(&format!("{indent}{sign} {}", difference.item));
        match difference.told() {
            Told::Item(text) => out.push_str(&format!(": {text}\n")),
            Told::Change(from, to) => out.push_str(&format!(": {from} -> {to}\n")),
            Told::Fields(fields) => {
                out.push('\n');
                for Changed { field, words } in fields {
                    out.push_str(&match words {
                        Some((from, to)) => format!("      {field}: {from} -> {to}\n"),
                        None => format!("      another {field}\n"),
                    });
                }
            }
        }
    }
    out.replace('`', "")
}
