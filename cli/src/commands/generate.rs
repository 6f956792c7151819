//! `wsdraft generate`: the Rust module of a draft or an extension.

use std::path::Path;

use wsdraft_codegen::{Options, extension_source, same_code, source};

use crate::{Outcome, failure::Failure, output::Output, specs::Specs, written::Target};

/// Generates, writes or compares.
pub(crate) fn run(
    specs: &Specs,
    draft: &str,
    out: Option<&Path>,
    check: bool,
    output: &Output,
) -> Result<Outcome, Failure> {
    let (short, text) = generated(specs, draft)?;
    let Some(file) = out else {
        output.file(&text)?;
        return Ok(Outcome::Fine);
    };
    let command = format!(
        "wsdraft generate {short} --out {}{}",
        file.display(),
        specs.option()
    );
    // A formatter with settings of its own may have been at the file.
    let same = |present: &str| same_code(present, &text);
    Target { file, check }.put_unless(same, &text, &command)
}

/// The short name of a draft or an extension, and its module.
fn generated<'a>(specs: &'a Specs, name: &'a str) -> Result<(&'a str, String), Failure> {
    let options = Options::default();
    if let Some(extension) = specs.database().extensions().get(name) {
        return Ok((name, extension_source(extension, &options)));
    }
    let draft = specs.resolved(name)?;
    if !draft.is_complete() {
        let message = format!(
            "the database holds only the identity of {}, which is not enough to speak it",
            draft.short
        );
        return Err(Failure::Input(message));
    }
    Ok((&draft.short, source(draft, &options)))
}
