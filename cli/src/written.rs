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
        if !self.check {
            self.write(text)?;
            return Ok(Outcome::Fine);
        }
        Ok(match difference(self.file, text, same)? {
            None => Outcome::Fine,
            Some(difference) => {
                complain(&format!("{difference}; run: {command}"));
                Outcome::Findings
            }
        })
    }

    fn write(self, text: &str) -> Result<(), Failure> {
        fs::write(self.file, text).map_err(|error| match self.file.is_dir() {
            true => is_folder(self.file),
            false => Failure::Io(self.file.display().to_string(), error),
        })
    }
}

/// Where a file first differs from a text, in words; `same` says of a file that differs whether it is as good.
pub(crate) fn difference(
    file: &Path,
    text: &str,
    same: impl Fn(&str) -> bool,
) -> Result<Option<String>, Failure> {
    let name = file.display().to_string();
    let present = match fs::read(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Some(format!("{name}: is not there")));
        }
        Err(_) if file.is_dir() => return Err(is_folder(file)),
        present => present.map_err(Failure::io(name.clone()))?,
    };
    if std::str::from_utf8(&present).is_ok_and(same) {
        return Ok(None);
    }
    let same = lines(&present).zip(lines(text.as_bytes()));
    let line = same.take_while(|(one, other)| one == other).count() + 1;
    Ok(Some(format!(
        "{name}:{line}: differs from what is generated"
    )))
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n')
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
