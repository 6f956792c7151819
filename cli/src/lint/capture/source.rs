//! A file that is read once, from its start to its end.

use std::{
    fs::File,
    io::{self, IsTerminal, Read, Write},
    path::Path,
};

use crate::failure::Failure;

/// Bytes of a file, or of standard input, of which a bounded part is kept.
pub(crate) struct Source {
    read: Box<dyn Read>,
    name: String,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    progress: Option<Progress>,
}

/// How far a large file has been read.
#[derive(Debug)]
struct Progress {
    done: u64,
    all: u64,
    shown: u64,
}

impl Source {
    const CHUNK: usize = 1 << 20;
    /// Files from this size on show their progress on a terminal.
    const LARGE: u64 = 64 << 20;

    /// Opens a file; `-` is standard input.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let (read, name, all): (Box<dyn Read>, _, _) = if path.as_os_str() == "-" {
            (Box::new(io::stdin()), "standard input".to_owned(), 0)
        } else {
            let name = path.display().to_string();
            let file = File::open(path).map_err(Failure::io(name.clone()))?;
            let size = file.metadata().map_or(0, |metadata| metadata.len());
            (Box::new(file), name, size)
        };
        let shows = all >= Self::LARGE && io::stderr().is_terminal();
        Ok(Self {
            progress: shows.then_some(Progress {
                done: 0,
                all,
                shown: 0,
            }),
            ..Self::new(read, name)
        })
    }

    /// Reads from anything.
    pub(crate) fn new(read: Box<dyn Read>, name: String) -> Self {
        Self {
            read,
            name,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            progress: None,
        }
    }

    /// The next bytes: at least `length` of them, or all that are left.
    pub(crate) fn peek(&mut self, length: usize) -> Result<&[u8], Failure> {
        if self.end - self.start < length {
            self.fill(length)?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    /// Passes over a byte order mark in front of text.
    pub(crate) fn skip_byte_order_mark(&mut self) -> Result<(), Failure> {
        let length = super::text_start(self.peek(1 << 12)?);
        self.take(length);
        Ok(())
    }

    /// Says that bytes are done with.
    pub(crate) fn take(&mut self, length: usize) {
        self.start = self.end.min(self.start + length);
    }

    #[cold]
    fn fill(&mut self, length: usize) -> Result<(), Failure> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        self.buffer
            .resize(self.buffer.len().max(length).max(Self::CHUNK), 0);
        while self.end < length {
            match self.read.read(&mut self.buffer[self.end..]) {
                Ok(0) => break,
                Ok(count) => {
                    self.end += count;
                    if let Some(progress) = &mut self.progress {
                        progress.add(count as u64);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Failure::Io(self.name.clone(), error)),
            }
        }
        Ok(())
    }

    /// How the file is called.
    pub(crate) fn name(&self) -> &str {
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

impl Progress {
    const WIDTH: u64 = 40;

    fn add(&mut self, count: u64) {
        self.done += count;
        let parts = self.done * Self::WIDTH / self.all.max(1);
        if parts > self.shown {
            self.shown = parts;
            let filled = parts.min(Self::WIDTH) as usize;
            let empty = Self::WIDTH as usize - filled;
            let percent = self.done * 100 / self.all.max(1);
            let bar = format!(
                "\r[{}{}] {percent} %",
                "=".repeat(filled),
                " ".repeat(empty)
            );
            let _ = io::stderr().write_all(bar.as_bytes());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown > 0 {
            let blank = format!("\r{}\r", " ".repeat(Self::WIDTH as usize + 8));
            let _ = io::stderr().write_all(blank.as_bytes());
        }
    }
}
