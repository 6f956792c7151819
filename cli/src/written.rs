//! Files that a command writes, or compares with what it would write.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::{failure::Failure, outcome::Outcome, output::complain, token::token};

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
    match beside(file)? {
        Some(beside) => beside.put(file, text),
        None => fs::write(file, text).map_err(Failure::io(file.display().to_string())),
    }
}

/// The same, in a folder that others may write into: whatever has the name of the file is
/// replaced, and a link is not followed.
pub(crate) fn replaced(file: &Path, text: &str) -> Result<(), Failure> {
    Beside::of(file.to_owned())?.put(file, text)
}

/// Fails if a file cannot be written, and leaves it as it is.
pub(crate) fn probe(file: &Path) -> Result<(), Failure> {
    match beside(file)? {
        Some(beside) => beside.probe(file),
        None => Ok(()),
    }
}

/// Fails if a file cannot be [`replaced`], and leaves it as it is.
pub(crate) fn probe_replaced(file: &Path) -> Result<(), Failure> {
    if fs::symlink_metadata(file).is_ok_and(|present| present.is_dir()) {
        return Err(is_folder(file));
    }
    Beside::of(file.to_owned())?.probe(file)
}

/// A file, and another one in its folder that takes its place when it is complete.
struct Beside {
    old: PathBuf,
    new: PathBuf,
}

impl Beside {
    fn of(old: PathBuf) -> Result<Self, Failure> {
        let Some(base) = old.file_name() else {
            let name = old.display();
            return Err(Failure::input(format!("{name}: has no file name")));
        };
        let mut new = OsString::from(".");
        new.push(base);
        new.push(format!(".{}", token()?));
        let new = old.with_file_name(new);
        Ok(Self { old, new })
    }

    /// Writes the new file and puts it into its place; `file` is how the user calls it.
    fn put(&self, file: &Path, text: &str) -> Result<(), Failure> {
        let moved = |()| fs::rename(&self.new, &self.old);
        let written = self.create(text).and_then(moved);
        written.map_err(|error| {
            let _ = fs::remove_file(&self.new);
            Failure::Io(file.display().to_string(), error)
        })
    }

    fn probe(&self, file: &Path) -> Result<(), Failure> {
        let tried = self.create("").and_then(|()| fs::remove_file(&self.new));
        tried.map_err(Failure::io(file.display().to_string()))
    }

    fn create(&self, text: &str) -> io::Result<()> {
        File::create_new(&self.new)?.write_all(text.as_bytes())
    }
}

/// `None` for what is no file of a file system, such as a pipe.
fn beside(file: &Path) -> Result<Option<Beside>, Failure> {
    // A link stays a link.
    let old = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    match fs::metadata(&old) {
        Ok(present) if present.is_dir() => return Err(is_folder(file)),
        Ok(present) if !present.is_file() => return Ok(None),
        Ok(_) | Err(_) => {}
    }
    Beside::of(old).map(Some)
}

fn is_folder(file: &Path) -> Failure {
    Failure::input(format!("{}: is a folder", file.display()))
}
