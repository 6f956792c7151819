//! `wsdraft export site`: the database as static pages.

use clap::Args;
use wsdraft_exports::site;

use super::folder::Folder;
use crate::{failure::Failure, outcome::Outcome, specs::Specs};

/// Export the database as a site of static pages: one for each rule, close code, error message, header field, opcode,
/// extension and draft, and for each pair of drafts.
///
/// The pages work from a folder, without a server and without scripts, and load nothing from elsewhere.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    folder: Folder,
}

/// Writes the pages.
pub(super) fn run(arguments: &Arguments, specs: &Specs) -> Result<Outcome, Failure> {
    let documents = site::site(specs.database());
    let documents = documents.map_err(|error| Failure::input(error.to_string()))?;
    arguments
        .folder
        .put("site", &documents, Some(site::MADE_BY), specs)
}
