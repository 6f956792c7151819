//! Bytes from files, standard input and hex.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use crate::{failure::Failure, lint::capture::Source};

/// Bytes of what is read as a whole, at most.
const WHOLE: u64 = 64 << 20;

/// Reads a whole file; `-` is standard input.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    if file.as_os_str() == "-" {
        return whole("standard input", io::stdin().lock());
    }
    read_file(file)
}

/// Reads a whole file.
pub(crate) fn read_file(file: &Path) -> Result<Vec<u8>, Failure> {
    let name = file.display().to_string();
    let source = File::open(file).map_err(Failure::io(name.clone()))?;
    whole(&name, source)
}

/// What some editors write in front of a text, and is no part of it: U+FEFF in UTF-8.
pub(crate) const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Reads a file with the head of a request or a response.
pub(crate) fn read_head(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = read(file)?;
    if bytes.starts_with(BYTE_ORDER_MARK) {
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(bytes)
}

/// Reads all that a source has.
pub(crate) fn read_all(source: &mut Source) -> Result<Vec<u8>, Failure> {
    let name = source.name().to_owned();
    whole(&name, source)
}

/// What never ends is not read for ever.
fn whole(name: &str, source: impl Read) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    source
        .take(WHOLE + 1)
        .read_to_end(&mut bytes)
        .map_err(Failure::io(name))?;
    if bytes.len() as u64 > WHOLE {
        let most = WHOLE >> 20;
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
    let mut digits = Vec::new();
    for (at, letter) in text.chars().enumerate() {
        match letter.to_digit(16) {
            Some(digit) => digits.push(digit as u8),
            None if letter.is_ascii_whitespace() || letter == ':' => {}
            None => {
                return Err(Failure::input(format!(
                    "{letter:?}, character {} of the hex, is no hex digit",
                    at + 1
                )));
            }
        }
    }
    if digits.len() % 2 == 1 {
        return Err(Failure::input(format!(
            "{} hex digits are no whole number of bytes",
            digits.len()
        )));
    }
    Ok(digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect())
}

/// Bytes as hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}
