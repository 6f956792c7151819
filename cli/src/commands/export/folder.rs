//! Exports that are folders of files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use wsdraft_exports::Document;

use super::{again::Again, left::left};
use crate::{
    failure::Failure,
    outcome::Outcome,
    output::complain,
    specs::Specs,
    words::count,
    written::{Target, difference},
};

/// So many files are named, of those that differ and of those that are left.
const MOST: usize = 10;

/// Where an export goes that is always a folder.
#[derive(Debug, Args)]
pub(super) struct Folder {
    /// Write the files to this folder.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write nothing. The exit status is 1 if a file differs from what the command would write. `kaitai` and `site`
    /// also name files that an earlier export left.
    #[arg(long)]
    check: bool,
}

impl Folder {
    /// Writes or compares the documents of the export with this name. `mark` is a text that all its files contain,
    /// where one that it no longer writes may be left in the folder.
    pub(super) fn put(
        &self,
        what: &str,
        documents: &[Document],
        mark: Option<&str>,
        specs: &Specs,
    ) -> Result<Outcome, Failure> {
        let again = Again {
            specs,
            what,
            names: &[],
        };
        put(&self.out, self.check, documents, mark, &again)
    }
}

/// Writes the documents below a folder, or says which of them differ from what is there. Says what is left of an earlier
/// export.
pub(super) fn put(
    folder: &Path,
    check: bool,
    documents: &[Document],
    mark: Option<&str>,
    again: &Again<'_>,
) -> Result<Outcome, Failure> {
    let mut differences = Vec::new();
    for document in documents {
        let file = folder.join(&document.path);
        let done = one(&file, check, &document.text);
        differences.extend(done.map_err(|failure| in_the_way(&file).unwrap_or(failure))?);
    }
    let left = match mark {
        Some(mark) => left(folder, documents, mark)?,
        None => Vec::new(),
    };
    let of_left = left.iter().map(|file| {
        let file = file.display();
        format!("{file}: is left from an earlier export")
    });
    say(&differences);
    say(&of_left.collect::<Vec<_>>());
    if !left.is_empty() {
        let (files, folder) = (count(left.len() as u64, "file"), folder.display());
        complain(&format!(
            "wsdraft: {files} in {folder} would not be written now: delete what you do not need"
        ));
    }
    if !differences.is_empty() {
        let (some, all) = (differences.len(), count(documents.len() as u64, "file"));
        let command = again.command("", folder);
        complain(&format!(
            "wsdraft: {some} of {all} must be written anew; run: {command}"
        ));
    }
    let found = check && !(differences.is_empty() && left.is_empty());
    Ok(Outcome::findings(found))
}

/// Writes a file, or says where it differs.
fn one(file: &Path, check: bool, text: &str) -> Result<Option<String>, Failure> {
    if check {
        return difference(file, text, |present| present == text);
    }
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent).map_err(Failure::io(parent.display().to_string()))?;
    }
    let target = Target { file, check };
    target.put(text, "").map(|_| None)
}

/// What is where an export needs a folder, or a file, and is something else.
fn in_the_way(file: &Path) -> Option<Failure> {
    let mut above = file.ancestors().skip(1);
    let (path, is, needed) = match above.find(|path| path.exists() && !path.is_dir()) {
        Some(path) => (path, "file", "folder"),
        None if file.is_dir() => (file, "folder", "file"),
        None => return None,
    };
    let path = path.display();
    Some(Failure::input(format!(
        "{path}: is a {is}, and the export needs a {needed} there: move it away, or name another folder with --out"
    )))
}

/// Prints lines, and how many there are besides.
fn say(lines: &[String]) {
    lines.iter().take(MOST).for_each(|line| complain(line));
    if lines.len() > MOST {
        complain(&format!("and {} more", lines.len() - MOST));
    }
}
