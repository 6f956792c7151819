//! The files of folders, in an order that does not change.

use std::{
    fs,
    path::{Path, PathBuf},
};

use wsdraft_spec::sort;

use crate::failure::Failure;

/// Files that are read of folders, and how deep they may lie.
const MOST: usize = 10_000;
const DEEPEST: usize = 32;

/// A file to lint.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Whether it was found in a folder, which may have files that are no records.
    pub(super) in_folder: bool,
}

/// The files that were named, and those of the folders that were.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) files: Vec<Found>,
    /// Whether there are more files than are read, or folders that lie too deep.
    pub(super) is_cut: bool,
}

impl Tree {
    /// Finds the files. Links in folders, and what is hidden there, are not followed.
    pub(super) fn of(named: &[PathBuf]) -> Result<Self, Failure> {
        let mut tree = Self::default();
        for path in named {
            if path.is_dir() {
                tree.folder(path, 0)?;
            } else {
                tree.files.push(Found {
                    path: path.clone(),
                    in_folder: false,
                });
            }
        }
        Ok(tree)
    }

    /// What was left out, in words.
    pub(super) fn left_out(&self) -> Option<String> {
        self.is_cut.then(|| {
            format!("no more than {MOST} files are read of folders, {DEEPEST} folders deep: the others were left out")
        })
    }

    fn folder(&mut self, folder: &Path, depth: usize) -> Result<(), Failure> {
        let failed = || Failure::io(folder.display().to_string());
        if depth > DEEPEST {
            self.is_cut = true;
            return Ok(());
        }
        let entries = fs::read_dir(folder).map_err(failed())?;
        let mut entries: Vec<_> = entries.collect::<Result<_, _>>().map_err(failed())?;
        sort::by_key(&mut entries, fs::DirEntry::file_name);
        for entry in entries {
            if self.files.len() >= MOST {
                self.is_cut = true;
                return Ok(());
            }
            let kind = entry.file_type().map_err(failed())?;
            let path = entry.path();
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            if kind.is_dir() {
                self.folder(&path, depth + 1)?;
            } else if kind.is_file() {
                self.files.push(Found {
                    path,
                    in_folder: true,
                });
            }
        }
        Ok(())
    }
}
