//! Files that a command writes, or compares with what it would write.

use std::{fs, io, path::Path};

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
