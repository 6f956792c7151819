//! `wsdraft export site`: the database as static pages.

use std::path::{Path, PathBuf};

use clap::Args;
use wsdraft_exports::site::{self, Playground};

use super::folder::Folder;
use crate::{failure::Failure, input, outcome::Outcome, output::quoted, specs::Specs};

/// Export the database as a site of static pages: one for each rule, close code, error message, header field, opcode,
/// extension and draft, and for each pair of drafts.
///
/// The pages work from a folder, without a server and without scripts, and load nothing from elsewhere.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    folder: Folder,
    /// Add a playground: a page that runs `inspect`, `lint`, `detect`, `handshake` and `explain`.
    ///
    /// The file is its WebAssembly module, built from the crate `wsdraft-playground` of the same version.
    #[arg(long, value_name = "FILE")]
    playground: Option<PathBuf>,
}

/// Writes the pages.
pub(super) fn run(arguments: &Arguments, specs: &Specs) -> Result<Outcome, Failure> {
    let given = arguments.playground.as_deref();
    let playground = given.map(|file| playground(file, specs)).transpose()?;
    let documents = site::site_with(specs.database(), playground.as_ref());
    let documents = documents.map_err(|error| Failure::input(error.to_string()))?;
    let what = given.map_or_else(
        || "site".to_owned(),
        |file| format!("site --playground {}", quoted(file)),
    );
    arguments
        .folder
        .put(&what, &documents, Some(site::MADE_BY), specs)
}

/// The module of the playground.
fn playground(file: &Path, specs: &Specs) -> Result<Playground, Failure> {
    if !specs.option().is_empty() {
        return Err(Failure::input(
            "--playground: the module has the built-in drafts alone, and would judge by others than the pages: leave out --spec-dir",
        ));
    }
    let module = input::read_file(file)?;
    let name = file.display();
    Playground::new(&module).map_err(|why| Failure::input(format!("--playground: {name}: {why}")))
}
