//! `wsdraft check`: what is wrong with spec files.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use wsdraft_spec::{Database, Diagnostic, Diagnostics, LoadError, Registry, Scenarios, Topics};

use self::counts::Counts;
use crate::{failure::Failure, outcome::Outcome, output::Output, words};

mod counts;

/// Check RON files of drafts, extensions, scenarios or topics, and report each error with file, line
/// and column.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// File, or folder of files. Without it, the command checks the built-in ones.
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
    let errors: Vec<Diagnostic> = match (Database::built_in(), place) {
        (Err(errors), _) => errors.0.clone(),
        (Ok(_), None) => built_in_beside_drafts(),
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
        let counts = place.map_or_else(Counts::built_in, Counts::of);
        let found = match errors.len() {
            0 => "no errors".into(),
            some => words::count(some as u64, "error"),
        };
        output.line(&format!("checked {counts}: {found}"))?;
    }
    Ok(Outcome::findings(!errors.is_empty()))
}

/// The errors in what is built in beside drafts and extensions.
fn built_in_beside_drafts() -> Vec<Diagnostic> {
    let wrong = |errors: &Diagnostics| errors.0.clone();
    let all = [
        Registry::built_in().err().map(wrong),
        Scenarios::built_in().err().map(wrong),
        Topics::built_in().err().map(wrong),
    ];
    all.into_iter().flatten().flatten().collect()
}

fn load(database: &Database, place: &Path) -> Result<(), LoadError> {
    if Scenarios::are_at(place) {
        return Scenarios::read(place, database).map(drop);
    }
    if place.is_file() && Topics::are_at(place) {
        return Topics::read(place).map(drop);
    }
    let database = database.clone();
    if place.is_file() {
        database.with_file(place).map(drop)
    } else {
        database.with_folder(place).map(drop)
    }
}
