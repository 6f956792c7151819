//! `wsdraft export scapy`: a module for Scapy.

use clap::Args;

use super::folder::Folder;
use crate::{failure::Failure, outcome::Outcome, specs::Specs};

/// Export a Python module for Scapy with a class of packets for each wire format of frames.
///
/// Its function `dissect` takes what one end of a connection of a draft sent after the handshake.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    folder: Folder,
}

/// Exports the module.
pub(super) fn run(arguments: &Arguments, specs: &Specs) -> Result<Outcome, Failure> {
    let documents = wsdraft_exports::scapy(specs.database());
    arguments.folder.put("scapy", &documents, None, specs)
}
