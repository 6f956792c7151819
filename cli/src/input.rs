//! Bytes from files, standard input and hex.

use std::{
    fs::File,
    io::{self, IsTerminal as _, Read},
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use wsdraft_analysis::Source;
pub(crate) use wsdraft_analysis::hex;
use wsdraft_tools::gzip::decompressed;

mod growing;
mod progress;

use self::{
    growing::{Arriving, Growing},
    progress::Progress,
};
use crate::failure::Failure;

/// Bytes of what is read as a whole, at most.
const WHOLE: u64 = 64 << 20;

/// Reads a whole file; `-` is standard input.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    if file.as_os_str() == "-" {
        return whole("standard input", io::stdin().lock(), WHOLE);
    }
    read_file(file)
}

/// Reads a whole file.
pub(crate) fn read_file(file: &Path) -> Result<Vec<u8>, Failure> {
    read_up_to(WHOLE, file)
}

/// Reads a whole file, which may have so many bytes.
pub(crate) fn read_up_to(most: u64, file: &Path) -> Result<Vec<u8>, Failure> {
    let name = file.display().to_string();
    let source = File::open(file).map_err(Failure::io(name.clone()))?;
    whole(&name, source, most)
}

/// What never ends is not read for ever.
fn whole(name: &str, source: impl Read, most: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    source
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(Failure::io(name))?;
    if bytes.len() as u64 > most {
        let most = most >> 20;
        return Err(Failure::input(format!("{name}: more than {most} MiB")));
    }
    Ok(bytes)
}

/// Bytes that [`chunks`] reads at once.
pub(crate) const CHUNK: usize = 64 << 10;

/// Reads a file piece by piece; `-` is standard input.
pub(crate) fn chunks(
    file: &Path,
    mut take: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (name, mut source): (String, Box<dyn Read>) = if file.as_os_str() == "-" {
        ("standard input".into(), Box::new(io::stdin().lock()))
    } else {
        let name = file.display().to_string();
        let source = File::open(file).map_err(Failure::io(name.clone()))?;
        (name, Box::new(source))
    };
    let mut buffer = vec![0; CHUNK];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(length) => take(&buffer[..length])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Failure::Io(name, error)),
        }
    }
}

/// Reads hex digits; white space and colons between them do not count.
pub(crate) fn from_hex(text: &str) -> Result<Vec<u8>, Failure> {
    Ok(wsdraft_analysis::from_hex(text)?)
}

/// Opens a record, and decompresses it if gzip compressed it; `-` is standard input.
pub(crate) fn open(path: &Path) -> Result<Source, Failure> {
    Ok(decompressed(opened(path)?)?)
}

fn opened(path: &Path) -> Result<Source, Failure> {
    if path.as_os_str() == "-" {
        return Ok(Source::new(io::stdin(), "standard input"));
    }
    let name = path.display().to_string();
    let file = File::open(path).map_err(Failure::io(name.clone()))?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    let shows = size >= Progress::LARGE && io::stderr().is_terminal();
    Ok(if shows {
        Source::new(Progress::new(file, size), name)
    } else {
        Source::new(file, name)
    })
}

/// Opens a record that another program still writes: it ends when the command is told to.
pub(crate) fn follow(path: &Path, told: Arc<AtomicBool>) -> Result<Source, Failure> {
    if path.as_os_str() == "-" {
        return Ok(Source::new(Arriving::start(told)?, "standard input"));
    }
    let name = path.display().to_string();
    Ok(Source::new(Growing::open(path, told)?, name))
}
