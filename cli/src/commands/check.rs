//! `wsdraft check`: what is wrong with spec files.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use wsdraft_spec::{Database, Diagnostic, LoadError, Scenarios};

use crate::{failure::Failure, outcome::Outcome, output::Output};

/// Check RON files of drafts, extensions or scenarios, and report each error with file, line and
/// column.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// File, or folder of files. Without it, the command checks the built-in drafts.
    #[arg(value_name = "FILE or DIR")]
    place: Option<PathBuf>,
}

#[derive(Serialize)]
struct Error<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    path: &'a str,
    message: &'a str,
}

/// Checks a file, the files of a folder, or the built-in ones; where no place is named, those of
/// `--spec-dir`.
pub(crate) fn run(
    arguments: &Arguments,
    folder: Option<&Path>,
    output: Output,
) -> Result<Outcome, Failure> {
    let place = arguments.place.as_deref().or(folder);
    let built_in = Database::built_in();
    let errors: Vec<Diagnostic> = match (built_in, place) {
        (Err(errors), _) => errors.0.clone(),
        (Ok(_), None) => Vec::new(),
        (Ok(database), Some(place)) => match load(database, place) {
            Ok(()) => Vec::new(),
            Err(LoadError::Spec(errors)) => errors.0,
            Err(error) => return Err(error.into()),
        },
    };
    if output.is_json() {
        let list: Vec<_> = errors
            .iter()
            .map(|error| Error {
                file: &error.file,
                line: error.line,
                column: error.column,
                path: &error.path,
                message: &error.message,
            })
            .collect();
        output.document(&list)?;
    } else {
        for error in &errors {
            output.line(&format!("{error}\n{}", error.excerpt()))?;
        }
    }
    Ok(Outcome::findings(!errors.is_empty()))
}

fn load(database: &Database, place: &Path) -> Result<(), LoadError> {
    if Scenarios::are_at(place) {
        return Scenarios::read(place, database).map(drop);
    }
    let database = database.clone();
    if place.is_file() {
        database.with_file(place).map(drop)
    } else {
        database.with_folder(place).map(drop)
    }
}
