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

/// Checks the files of a folder, or the built-in ones.
pub(crate) fn run(folder: Option<&Path>, output: &Output) -> Result<Outcome, Failure> {
    let built_in = Database::built_in();
    let errors: Vec<Diagnostic> = match (built_in, folder) {
        (Err(errors), _) => errors.0.clone(),
        (Ok(_), None) => Vec::new(),
        (Ok(database), Some(folder)) => match database.clone().with_folder(folder) {
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
