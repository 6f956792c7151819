//! `wsdraft handshake`: checks a request and a response, prints the answer a server owes.

use std::path::PathBuf;

use clap::Args;
use wsdraft_tools::handshake::{Check, Options};

use crate::{failure::Failure, flags::Lines, outcome::Outcome, output::Output, specs::Specs};

/// Check an opening request and optionally a response, and print the response that a server must
/// send.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// File with the request; `-` for standard input.
    request: PathBuf,
    /// File with a response to check as well.
    #[arg(long, value_name = "FILE")]
    response: Option<PathBuf>,
    /// Draft of the request; by default the command detects it.
    #[arg(long)]
    draft: Option<String>,
    /// Extensions that the server supports, separated by commas; `all` for every built-in one.
    #[arg(long, value_name = "LIST")]
    extensions: Option<String>,
    /// Treat the connection as secured by TLS.
    #[arg(long)]
    secure: bool,
    #[command(flatten)]
    lines: Lines,
}

/// Checks a handshake.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let options = Options {
        draft: arguments.draft.as_deref(),
        extensions: arguments.extensions.as_deref(),
        secure: arguments.secure,
    };
    let check = Check::new(&options, specs)?;
    let request = arguments.lines.head(&arguments.request)?;
    let response = arguments.response.as_deref();
    let response = response.map(|file| arguments.lines.head(file));
    let response = response.transpose()?;
    output.printed(&check.run(&request, response.as_ref(), output.is_json())?)
}
