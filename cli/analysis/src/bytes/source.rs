//! A record that is read once, from its start to its end.

use std::io::{self, Read};

use super::sniff::text_start;
use crate::error::Error;

/// Bytes of a record, of which a bounded part is kept.
pub struct Source {
    read: Box<dyn Read>,
    name: String,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl Source {
    const CHUNK: usize = 1 << 20;
    /// Bytes of what is read as a whole, at most.
    const WHOLE: u64 = 64 << 20;

    /// A record with this name, which messages name.
    pub fn new(read: impl Read + 'static, name: impl Into<String>) -> Self {
        Self {
            read: Box::new(read),
            name: name.into(),
            buffer: Vec::new(),
            start: 0,
            end: 0,
        }
    }

    /// The next bytes: at least `length` of them, or all that are left.
    ///
    /// # Errors
    /// Reading fails.
    pub fn peek(&mut self, length: usize) -> Result<&[u8], Error> {
        if self.end - self.start < length {
            self.fill(length)?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    /// All bytes that are left, of which there may be 64 MiB.
    ///
    /// # Errors
    /// Reading fails, or there are more.
    pub fn read_all(&mut self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let read = self.by_ref().take(Self::WHOLE + 1).read_to_end(&mut bytes);
        let name = self.name.clone();
        read.map_err(|error| Error::Io { name, error })?;
        if bytes.len() as u64 > Self::WHOLE {
            let most = Self::WHOLE >> 20;
            let name = &self.name;
            return Err(Error::invalid(format!("{name}: more than {most} MiB")));
        }
        Ok(bytes)
    }

    /// Passes over a byte order mark in front of text.
    ///
    /// # Errors
    /// Reading fails.
    pub fn skip_byte_order_mark(&mut self) -> Result<(), Error> {
        let length = text_start(self.peek(1 << 12)?);
        self.consume(length);
        Ok(())
    }

    /// Says that bytes are done with.
    pub fn consume(&mut self, length: usize) {
        self.start = self.end.min(self.start + length);
    }

    #[cold]
    fn fill(&mut self, length: usize) -> Result<(), Error> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        self.buffer
            .resize(self.buffer.len().max(length).max(Self::CHUNK), 0);
        while self.end < length {
            match self.read.read(&mut self.buffer[self.end..]) {
                Ok(0) => break,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let name = self.name.clone();
                    return Err(Error::Io { name, error });
                }
            }
        }
        Ok(())
    }

    /// How the record is called.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Read for Source {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let there = &self.buffer[self.start..self.end];
        if there.is_empty() {
            return self.read.read(out);
        }
        let length = there.len().min(out.len());
        out[..length].copy_from_slice(&there[..length]);
        self.start += length;
        Ok(length)
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
