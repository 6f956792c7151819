//! `wsdraft export typescript|python|c|go|java`: the database as a module of a programming language.

use clap::Args;
use wsdraft_exports::{Document, languages};
use wsdraft_spec::Database;

use super::folder::Folder;
use crate::{failure::Failure, outcome::Outcome, specs::Specs};

/// Where the module goes.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    folder: Folder,
}

/// A language: the name of its export, and the function that makes the files.
pub(super) type Language = (&'static str, fn(&Database) -> Vec<Document>);

pub(super) const TYPESCRIPT: Language = ("typescript", languages::typescript);
pub(super) const PYTHON: Language = ("python", languages::python);
pub(super) const C: Language = ("c", languages::c);
pub(super) const GO: Language = ("go", languages::go);
pub(super) const JAVA: Language = ("java", languages::java);

/// Exports a module.
pub(super) fn run(
    (name, documents): Language,
    arguments: &Arguments,
    specs: &Specs,
) -> Result<Outcome, Failure> {
    arguments
        .folder
        .put(name, &documents(specs.database()), None, specs)
}
