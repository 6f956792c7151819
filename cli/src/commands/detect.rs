//! `wsdraft detect`: which drafts a request head can be of.

use std::path::PathBuf;

use clap::Args;
use wsdraft_tools::detect;

use crate::{failure::Failure, flags::Lines, outcome::Outcome, output::Output, specs::Specs};

/// Determine which drafts a request head can belong to.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// File with the request; `-` for standard input.
    file: PathBuf,
    #[command(flatten)]
    lines: Lines,
}

/// Detects the draft of a request.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let head = arguments.lines.head(&arguments.file)?;
    let name = arguments.file.display().to_string();
    output.printed(&detect::run(&name, head, specs, output.is_json())?)
}
