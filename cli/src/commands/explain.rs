//! `wsdraft explain`: everything in the database that a word stands for.

use clap::Args;
use wsdraft_tools::explain::Explained;

use self::web::Web;
use crate::{failure::Failure, outcome::Outcome, output::Output, pages::columns, specs::Specs};

#[cfg(test)]
mod tests;
mod web;

/// Explain a rule, close code, opcode, block, drop code, header field, extension, parameter, HTTP status, limit, draft,
/// the name of an error, or what a browser or library prints.
///
/// A word that stands for several things shows all of them. The kind before the word selects one:
/// `opcode 8`, `version 8`, `status 400`. A word that stands for nothing is searched for; the exit
/// status is then 1.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// What to explain: a name, a number, a range of close codes, or a text.
    #[arg(required = true, value_name = "WORD")]
    words: Vec<String>,
    /// Draft whose wording to show, of the protocol or of an extension; by default the newest one that has it.
    #[arg(long)]
    draft: Option<String>,
    #[command(flatten)]
    web: Web,
}

/// Explains a word, or searches for it.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let words = arguments.words.join(" ");
    let mut explained = Explained::new(&words, arguments.draft.as_deref(), specs)?;
    if arguments.web.is_asked() && explained.is_known() {
        explained.locate(|page| arguments.web.whole(page, specs))?;
    }
    let width = columns::of_terminal();
    output.printed(&explained.print(output.is_json(), width)?)
}
