//! `wsdraft show`: a draft with everything that it inherits, or only what it changes.

use clap::Args;

use crate::{
    failure::Failure,
    outcome::Outcome,
    output::{self, Output},
    pages::{draft, extension, page::Page},
    specs::{Named, Specs},
};

/// Show a draft or an extension with everything that it inherits.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Name of the draft or extension, or version number on the wire.
    draft: String,
    /// Show only what the draft changes.
    #[arg(long)]
    delta: bool,
    /// Print everything as RON, with evidence.
    ///
    /// With `--delta`, it is what a file of the draft contains.
    #[arg(long)]
    ron: bool,
}

/// Shows a draft, or an extension.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let name = &arguments.draft;
    if arguments.ron && output.is_json() {
        return Err(Failure::input("--ron and --json: choose one of them"));
    }
    let resolved = match specs.named(name)? {
        Named::Extension(_) if arguments.delta => {
            return Err(Failure::input(format!(
                "--delta: {name} is an extension; only a draft shows what it changes"
            )));
        }
        Named::Extension(found) if arguments.ron => return ron(found, "", output),
        Named::Extension(found) if output.is_json() => return document(found, output),
        Named::Extension(found) => return text(&extension::page(found, Page::plain()), output),
        Named::Draft(resolved) => resolved,
    };
    let written = specs.written(name)?;
    match (arguments.delta, arguments.ron) {
        (true, true) => ron(written, "Draft", output),
        (false, true) => ron(resolved, "", output),
        (true, false) if output.is_json() => document(written, output),
        (false, false) if output.is_json() => document(resolved, output),
        (true, false) => {
            let page = draft::changes_alone(resolved, written, Page::plain());
            text(&page, output)
        }
        (false, false) => text(&draft::page(resolved, Page::plain()), output),
    }
}

fn document(value: &impl serde::Serialize, output: Output) -> Result<Outcome, Failure> {
    output.document(&output::value(value)?)?;
    Ok(Outcome::Fine)
}

fn text(page: &str, output: Output) -> Result<Outcome, Failure> {
    output.text(page)?;
    Ok(Outcome::Fine)
}

fn ron(value: &impl serde::Serialize, name: &str, output: Output) -> Result<Outcome, Failure> {
    // Through a pointer, so that what writes RON is not compiled for every type in the database.
    let value: &dyn erased_serde::Serialize = value;
    let text = wsdraft_spec::to_ron(&value).map_err(Failure::input)?;
    output.text(&format!("{name}{text}\n"))?;
    Ok(Outcome::Fine)
}
