//! `wsdraft test`: tests a server or a client for conformance.

use clap::{Args, Subcommand};
use wsdraft_conformance::report::schema::SCHEMA;

mod cases;
mod client;
mod common;
mod ending;
mod jobs;
mod outputs;
mod progress;
mod server;
pub(super) mod socket;

use crate::{failure::Failure, outcome::Outcome, output::Output, specs::Specs};

/// Test a server or a client for conformance, with cases made from the rules of a draft.
///
/// The exit status is 0 if every verdict is allowed, 1 if one is not, and 2 if the test cannot run
/// or is interrupted.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    subject: Subject,
}

/// What is tested.
#[derive(Debug, Subcommand)]
enum Subject {
    Server(server::Arguments),
    Client(client::Arguments),
    /// Print the JSON Schema of what `--json` prints.
    Schema,
}

/// Tests.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    match &arguments.subject {
        Subject::Server(given) => server::run(given, specs, output),
        Subject::Client(given) => client::run(given, specs, output),
        Subject::Schema => {
            output.ready(SCHEMA)?;
            Ok(Outcome::Fine)
        }
    }
}
