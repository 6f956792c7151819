//! Files that a command writes, or compares with what it would write.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process,
};

use crate::{failure::Failure, outcome::Outcome, output::complain};

/// Where a text goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    /// The file.
    pub(crate) file: &'a Path,
    /// Whether it is only compared.
    pub(crate) check: bool,
}

impl Target<'_> {
    /// Writes the text, or says where the file first differs from it; `command` is what writes
    /// the file.
    pub(crate) fn put(self, text: &str, command: &str) -> Result<Outcome, Failure> {
        self.put_unless(|present| present == text, text, command)
    }

    /// The same, where a file that differs may be as good: `same` says whether it is.
    pub(crate) fn put_unless(
        self,
        same: impl Fn(&str) -> bool,
        text: &str,
        command: &str,
    ) -> Result<Outcome, Failure> {
        let name = self.file.display().to_string();
        if !self.check {
            fs::write(self.file, text).map_err(Failure::io(name))?;
            return Ok(Outcome::Fine);
        }
        let present = match fs::read_to_string(self.file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                complain(&format!("{name}: is not there; run: {command}"));
                return Ok(Outcome::Findings);
            }
            present => present.map_err(Failure::io(name.clone()))?,
        };
        if same(&present) {
            return Ok(Outcome::Fine);
        }
        let same = present.lines().zip(text.lines());
        let line = same.take_while(|(a, b)| a == b).count() + 1;
        complain(&format!(
            "{name}:{line}: differs from what is generated; run: {command}"
        ));
        Ok(Outcome::Findings)
    }
}

/// Writes a file so that it holds all of the text or what it held before.
pub(crate) fn whole(file: &Path, text: &str) -> Result<(), Failure> {
    let name = file.display().to_string();
    let Some(beside) = beside(file)? else {
        return fs::write(file, text).map_err(Failure::io(name));
    };
    let written = fs::write(&beside.new, text).and_then(|()| fs::rename(&beside.new, &beside.old));
    written.map_err(|error| {
        let _ = fs::remove_file(&beside.new);
        Failure::Io(name, error)
    })
}

/// Fails if a file cannot be written, and leaves it as it is.
pub(crate) fn probe(file: &Path) -> Result<(), Failure> {
    let Some(beside) = beside(file)? else {
        return Ok(());
    };
    let tried = fs::write(&beside.new, "").and_then(|()| fs::remove_file(&beside.new));
    tried.map_err(Failure::io(file.display().to_string()))
}

/// A file, and another one in its folder that takes its place when it is complete.
struct Beside {
    old: PathBuf,
    new: PathBuf,
}

/// `None` for what is no file of a file system, such as a pipe.
fn beside(file: &Path) -> Result<Option<Beside>, Failure> {
    let name = file.display().to_string();
    // A link stays a link.
    let old = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    match fs::metadata(&old) {
        Ok(present) if present.is_dir() => {
            return Err(Failure::input(format!("{name}: is a folder")));
        }
        Ok(present) if !present.is_file() => return Ok(None),
        Ok(_) | Err(_) => {}
    }
    let Some(base) = old.file_name() else {
        return Err(Failure::input(format!("{name}: has no file name")));
    };
    let mut new = OsString::from(".");
    new.push(base);
    new.push(format!(".{}", process::id()));
    let new = old.with_file_name(new);
    Ok(Some(Beside { old, new }))
}
