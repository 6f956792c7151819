//! How far a large file has been read, on a terminal.

use std::{
    fs::File,
    io::{self, Read},
};

use crate::output;

/// A large file, and how far it has been read.
#[derive(Debug)]
pub(super) struct Progress {
    file: File,
    done: u64,
    all: u64,
    shown: u64,
}

impl Progress {
    /// Files from this size on show their progress on a terminal.
    pub(super) const LARGE: u64 = 64 << 20;
    const WIDTH: u64 = 40;

    /// Nothing of it has been read.
    pub(super) const fn new(file: File, all: u64) -> Self {
        Self {
            file,
            done: 0,
            all,
            shown: 0,
        }
    }

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
            output::progress(&bar);
        }
    }
}

impl Read for Progress {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(out)?;
        self.add(count as u64);
        Ok(count)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown > 0 {
            output::progress(&format!("\r{}\r", " ".repeat(Self::WIDTH as usize + 8)));
        }
    }
}
