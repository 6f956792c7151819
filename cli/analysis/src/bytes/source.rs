//! A record that is read once, from start to end.

use std::io::{self, Read};

use super::{
    pasted::{PASTED, Pasted},
    sniff::text_start,
};
use crate::error::Error;

/// The bytes of a record. Only a bounded part of them is in memory.
pub struct Source {
    read: Box<dyn Read>,
    name: String,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    remark: Option<&'static str>,
}

impl Source {
    const CHUNK: usize = 1 << 20;
    /// Bytes of what is read as a whole, at most.
    const WHOLE: u64 = 64 << 20;

    /// Creates a source from a reader. Messages contain the name.
    pub fn new(read: impl Read + 'static, name: impl Into<String>) -> Self {
        Self {
            read: Box::new(read),
            name: name.into(),
            buffer: Vec::new(),
            start: 0,
            end: 0,
            remark: None,
        }
    }

    /// Returns the next bytes without consuming them: at least `length`, or all that remain.
    ///
    /// # Errors
    /// Returns an error if reading fails.
    pub fn peek(&mut self, length: usize) -> Result<&[u8], Error> {
        if self.end - self.start < length {
            self.fill(length)?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    /// Returns all remaining bytes, up to 64 MiB.
    ///
    /// # Errors
    /// Returns an error if reading fails, or if more than 64 MiB remain.
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

    /// Skips a byte order mark at the start of a text.
    ///
    /// # Errors
    /// Returns an error if reading fails.
    pub fn skip_byte_order_mark(&mut self) -> Result<(), Error> {
        let length = text_start(self.peek(1 << 12)?);
        self.consume(length);
        Ok(())
    }

    /// Reads the head at the start as HTTP has it, if a paste left its lines with LF alone. A note
    /// on the connection says so.
    ///
    /// # Errors
    /// Returns an error if reading fails.
    pub fn mend_lines(&mut self) -> Result<(), Error> {
        const HEAD: usize = 64 << 10;

        let start = self.peek(HEAD)?;
        if let Some(pasted) = Pasted::read(start, start.len() < HEAD) {
            let before = self.start..self.start + pasted.length;
            self.end = self.end - pasted.length + pasted.head.len();
            self.buffer.splice(before, pasted.head);
            self.remark = Some(PASTED);
        }
        Ok(())
    }

    /// What is to be said of the record.
    pub(crate) const fn remark(&self) -> Option<&'static str> {
        self.remark
    }

    /// Consumes bytes.
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

    /// Returns the name of the record.
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
