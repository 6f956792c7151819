//! `wsdraft export`: the database for other programs and for people.

use clap::{Args, Subcommand};

use crate::{failure::Failure, outcome::Outcome, output::Output, specs::Specs};

mod again;
mod document;
mod folder;
mod json;
mod kaitai;
mod markdown;
mod scapy;
mod suricata;
mod vectors;

/// Export the database as JSON, test vectors or Markdown, or for Kaitai Struct, Scapy or Suricata.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: Exported,
}

/// The forms.
#[derive(Debug, Subcommand)]
enum Exported {
    Json(json::Arguments),
    Vectors(vectors::Arguments),
    Markdown(markdown::Arguments),
    Kaitai(kaitai::Arguments),
    Scapy(scapy::Arguments),
    Suricata(suricata::Arguments),
}

/// Exports.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    match &arguments.what {
        Exported::Json(given) => json::run(given, specs, output),
        Exported::Vectors(given) => vectors::run(given, specs, output),
        Exported::Markdown(given) => markdown::run(given, specs, output),
        Exported::Kaitai(given) => kaitai::run(given, specs),
        Exported::Scapy(given) => scapy::run(given, specs),
        Exported::Suricata(given) => suricata::run(given, specs),
    }
}
