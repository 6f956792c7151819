//! `wsdraft export`: the database for other programs and for people.

use clap::{Args, Subcommand};

use crate::{failure::Failure, outcome::Outcome, output::Output, specs::Specs};

mod again;
mod document;
mod folder;
mod json;
mod kaitai;
mod language;
mod left;
mod markdown;
mod scapy;
mod schemas;
mod site;
mod suricata;
mod vectors;
mod wireshark;

/// Export the database for other programs, other languages and for people.
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
    Site(site::Arguments),
    Wireshark(wireshark::Arguments),
    Kaitai(kaitai::Arguments),
    Scapy(scapy::Arguments),
    Suricata(suricata::Arguments),
    /// Export a module for TypeScript: tables with types, and functions that judge close codes and the
    /// heads of frames by them.
    Typescript(language::Arguments),
    /// Export a module for Python 3.9 or newer: tables with types, and functions that judge close codes
    /// and the heads of frames by them.
    Python(language::Arguments),
    /// Export a header and a source for C99: tables, and functions that judge close codes and the heads
    /// of frames by them.
    C(language::Arguments),
    /// Export a package for Go: tables, and functions that judge close codes and the heads of frames by
    /// them.
    Go(language::Arguments),
    /// Export classes for Java 11 or newer: tables, and functions that judge close codes and the heads
    /// of frames by them.
    Java(language::Arguments),
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
        Exported::Site(given) => site::run(given, specs),
        Exported::Wireshark(given) => wireshark::run(given, specs),
        Exported::Kaitai(given) => kaitai::run(given, specs),
        Exported::Scapy(given) => scapy::run(given, specs),
        Exported::Suricata(given) => suricata::run(given, specs),
        Exported::Typescript(given) => language::run(language::TYPESCRIPT, given, specs),
        Exported::Python(given) => language::run(language::PYTHON, given, specs),
        Exported::C(given) => language::run(language::C, given, specs),
        Exported::Go(given) => language::run(language::GO, given, specs),
        Exported::Java(given) => language::run(language::JAVA, given, specs),
    }
}
