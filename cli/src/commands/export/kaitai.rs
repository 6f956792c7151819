//! `wsdraft export kaitai`: files for Kaitai Struct.

use clap::Args;

use super::folder::Folder;
use crate::{failure::Failure, outcome::Outcome, specs::Specs};

/// Export a Kaitai Struct file for each wire format of frames.
///
/// `formats.json` lists which file is for which draft. Where a key has to be hashed, code in Python and JavaScript that
/// removes the mask is beside the file.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    folder: Folder,
}

/// What all files contain that are not always written.
const MARK: &str = "by `wsdraft export kaitai";

/// Exports the files.
pub(super) fn run(arguments: &Arguments, specs: &Specs) -> Result<Outcome, Failure> {
    let documents = wsdraft_exports::kaitai(specs.database());
    arguments
        .folder
        .put("kaitai", &documents, Some(MARK), specs)
}
