//! What passed, written down as packets.

use std::{
    fs::File,
    io::{self, BufWriter},
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use wsdraft_analysis::capture::Writer;

use crate::failure::Failure;

/// What passed as packets, and the file for them.
pub(super) struct Packets {
    writer: Writer<BufWriter<File>>,
    name: String,
}

impl Packets {
    /// Writes packets into this file, or nowhere.
    pub(super) fn new(file: Option<&Path>) -> Result<Self, Failure> {
        let (out, name) = file.map(create).transpose()?.unzip();
        let name = name.unwrap_or_default();
        let writer = Writer::new(out.map(BufWriter::new)).map_err(Failure::io(&name))?;
        Ok(Self { writer, name })
    }

    /// Has something written that passes now.
    pub(super) fn write<T>(
        &mut self,
        write: impl FnOnce(&mut Writer<BufWriter<File>>, Duration) -> io::Result<T>,
    ) -> Result<T, Failure> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let written = write(&mut self.writer, now.unwrap_or_default());
        written.map_err(Failure::io(&self.name))
    }
}

/// Whether what passed is to be written down as packets: the file's name says so.
pub(super) fn is_capture(file: &Path) -> bool {
    let extension = file.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case("pcapng"))
}

/// Creates a file; gives it and its name.
pub(super) fn create(file: &Path) -> Result<(File, String), Failure> {
    let name = file.display().to_string();
    let created = File::create(file).map_err(Failure::io(&name))?;
    Ok((created, name))
}
