//! Exports that are folders of files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use wsdraft_exports::Document;

use super::again::Again;
use crate::{failure::Failure, outcome::Outcome, specs::Specs, written::Target};

/// Where an export goes that is always a folder.
#[derive(Debug, Args)]
pub(super) struct Folder {
    /// Write the files to this folder.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write nothing. The exit status is 1 if a file differs from what the command would write.
    #[arg(long)]
    check: bool,
}

impl Folder {
    /// Writes or compares the documents of the export with this name.
    pub(super) fn put(
        &self,
        what: &str,
        documents: &[Document],
        specs: &Specs,
    ) -> Result<Outcome, Failure> {
        let again = Again {
            specs,
            what,
            names: &[],
        };
        put(&self.out, self.check, documents, &again)
    }
}

/// Writes the documents below a folder, or says which of them differ from what is there.
pub(super) fn put(
    folder: &Path,
    check: bool,
    documents: &[Document],
    again: &Again<'_>,
) -> Result<Outcome, Failure> {
    let command = again.command("", folder);
    let mut outcome = Outcome::Fine;
    for document in documents {
        let file = folder.join(&document.path);
        if let (false, Some(parent)) = (check, file.parent()) {
            fs::create_dir_all(parent).map_err(Failure::io(parent.display().to_string()))?;
        }
        let target = Target { file: &file, check };
        if target.put(&document.text, &command)? == Outcome::Findings {
            outcome = Outcome::Findings;
        }
    }
    Ok(outcome)
}
