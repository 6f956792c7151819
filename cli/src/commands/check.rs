//! `wsdraft check`: what is wrong with spec files.

use std::path::Path;

use serde::Serialize;
use wsdraft_spec::{Database, Diagnostic, LoadError};

use crate::{Outcome, failure::Failure, output::Output};

#[derive(Serialize)]
struct Error<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    path: &'a str,
    message: &'a str,
}

/// Checks a file, the files of a folder, or the built-in ones.
pub(crate) fn run(place: Option<&Path>, output: &Output) -> Result<Outcome, Failure> {
    let built_in = Database::built_in();
    let errors: Vec<Diagnostic> = match (built_in, place) {
        (Err(errors), _) => errors.0.clone(),
        (Ok(_), None) => Vec::new(),
        (Ok(database), Some(place)) => match load(database.clone(), place) {
            Ok(_) => Vec::new(),
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
    Ok(if errors.is_empty() {
        Outcome::Fine
    } else {
        Outcome::Findings
    })
}

fn load(database: Database, place: &Path) -> Result<Database, LoadError> {
    if place.is_file() {
        database.with_file(place)
    } else {
        database.with_folder(place)
    }
}
