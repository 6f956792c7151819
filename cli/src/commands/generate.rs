//! `wsdraft generate`: the Rust module of a draft or an extension.

use std::{fs, path::Path};

use wsdraft_codegen::{Options, extension_source, source};

use crate::{Outcome, failure::Failure, output::Output, specs::Specs};

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
        output.text(&text)?;
        return Ok(Outcome::Fine);
    };
    let name = file.display().to_string();
    if !check {
        fs::write(file, text).map_err(Failure::io(name))?;
        return Ok(Outcome::Fine);
    }
    let present = fs::read_to_string(file).map_err(Failure::io(name.clone()))?;
    if present == text {
        return Ok(Outcome::Fine);
    }
    let line = present
        .lines()
        .zip(text.lines())
        .take_while(|(a, b)| a == b)
        .count()
        + 1;
    eprintln!(
        "{name}:{line}: differs from what {short} generates; run: wsdraft generate {short} --out {name}",
    );
    Ok(Outcome::Findings)
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
