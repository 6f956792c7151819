//! `wsdraft export suricata`: rules for Suricata.

use clap::Args;

use super::folder::Folder;
use crate::{failure::Failure, outcome::Outcome, specs::Specs};

/// Export rules for Suricata 8 that alert on violations of the newest draft.
///
/// Each alert names the rule, its level and its citation. The last line of the file lists the rules that the
/// WebSocket keywords of Suricata cannot express.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    folder: Folder,
}

/// Exports the rules.
pub(super) fn run(arguments: &Arguments, specs: &Specs) -> Result<Outcome, Failure> {
    let documents = wsdraft_exports::suricata(specs.database());
    arguments.folder.put("suricata", &documents, None, specs)
}
