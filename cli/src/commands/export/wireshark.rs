//! `wsdraft export wireshark`: a dissector for Wireshark and tshark.

use clap::Args;

use super::folder::Folder;
use crate::{failure::Failure, outcome::Outcome, specs::Specs};

/// Export a plug-in in Lua for Wireshark and tshark that dissects every draft and marks what breaks a rule.
///
/// Wireshark loads it from `~/.local/lib/wireshark/plugins`. Its first lines say how to use it, and its first table
/// lists the rules that it does not check.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    folder: Folder,
}

/// Exports the plug-in.
pub(super) fn run(arguments: &Arguments, specs: &Specs) -> Result<Outcome, Failure> {
    let documents = wsdraft_exports::wireshark(specs.database());
    arguments.folder.put("wireshark", &documents, None, specs)
}
