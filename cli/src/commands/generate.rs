//! `wsdraft generate`: the Rust module of a draft or an extension.

use clap::Args;
use wsdraft_codegen::{Options, extension_source, same_code, source};

use crate::{
    failure::Failure,
    flags::Destination,
    outcome::Outcome,
    output::{Output, quoted},
    specs::{Named, Specs},
};

/// Generate the Rust module of a draft or of an extension.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Name of the draft or extension.
    draft: String,
    #[command(flatten)]
    destination: Destination,
}

/// Generates, writes or compares.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let (short, text) = generated(specs, &arguments.draft)?;
    let Some(target) = arguments.destination.target() else {
        output.file(&text)?;
        return Ok(Outcome::Fine);
    };
    let command = format!(
        "wsdraft generate {short} --out {}{}",
        quoted(target.file),
        specs.option()
    );
    // A formatter with settings of its own may have been at the file.
    let same = |present: &str| same_code(present, &text);
    target.put_unless(same, &text, &command)
}

/// The short name of a draft or an extension, and its module.
fn generated<'a>(specs: &'a Specs, name: &str) -> Result<(&'a str, String), Failure> {
    let options = Options::default();
    let draft = match specs.named(name)? {
        Named::Extension(found) => return Ok((&found.short, extension_source(found, &options))),
        Named::Draft(draft) => draft,
    };
    if !draft.is_complete() {
        let message = format!(
            "the database contains only the identity of {}, so it cannot be used",
            draft.short
        );
        return Err(Failure::Input(message));
    }
    Ok((&draft.short, source(draft, &options)))
}
