//! Files of an earlier export that this one does not write.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use wsdraft_exports::Document;
use wsdraft_spec::sort;

use crate::failure::Failure;

/// No file of an export is larger than this, in bytes.
const LARGEST: u64 = 1 << 24;

/// The files beside these documents that are of the same export, and not among them. A file is of the export if its
/// ending is that of a document, and if it contains the mark. One that only quotes the mark is named, too.
pub(super) fn left(
    folder: &Path,
    documents: &[Document],
    mark: &str,
) -> Result<Vec<PathBuf>, Failure> {
    let files = sort::set(documents.iter().map(|one| folder.join(&one.path)));
    let folders = sort::set(files.iter().filter_map(|file| file.parent()));
    let endings = sort::set(files.iter().filter_map(|file| file.extension()));
    let mut left = Vec::new();
    for folder in folders {
        let failed = || Failure::io(folder.display().to_string());
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.map_err(failed())?,
        };
        for entry in entries {
            let entry = entry.map_err(failed())?;
            let file = entry.path();
            // A link leads to what somebody else keeps.
            let is_candidate = entry.file_type().is_ok_and(|kind| kind.is_file())
                && file
                    .extension()
                    .is_some_and(|ending| endings.contains(ending))
                && !files.contains(&file);
            if is_candidate && contains(&file, mark) {
                left.push(file);
            }
        }
    }
    sort::all(&mut left);
    Ok(left)
}

/// Whether a file contains a text; one that cannot be read does not.
fn contains(file: &Path, text: &str) -> bool {
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes));
    read.is_ok()
        && bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
}
