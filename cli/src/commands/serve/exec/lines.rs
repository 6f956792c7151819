//! Lines of a process.

use std::{convert::Infallible, future::pending, mem};

use tokio::{io::AsyncReadExt as _, process::ChildStdout};
use wsdraft::{Budget, Reserved};

/// Bytes that are read at once.
const READ: usize = 16 << 10;
/// Bytes by which the room for a long line grows.
const STEP: usize = 256 << 10;

/// The lines that a process writes to its standard output.
pub(super) struct Lines {
    output: ChildStdout,
    /// What was read and is no whole line yet, or not taken.
    read: Vec<u8>,
    /// How much of it has no end of a line.
    looked_at: usize,
    longest: usize,
    is_over: bool,
    /// The memory that connections share, and what of it a long line has.
    budget: Budget,
    held: Vec<Reserved>,
}

/// Why a line is not read on.
#[derive(Debug)]
pub(super) enum Refused {
    /// It is longer than it may be.
    TooLong,
    /// There is no memory for it.
    NoMemory,
}

impl Lines {
    /// The lines of this output, each of so many bytes at most. Long ones are held in this memory.
    pub(super) const fn new(output: ChildStdout, longest: usize, budget: Budget) -> Self {
        Self {
            output,
            read: Vec::new(),
            looked_at: 0,
            longest,
            is_over: false,
            budget,
            held: Vec::new(),
        }
    }

    /// The next line, without its end; `None` after the last one. Nothing is lost when the future is
    /// dropped.
    pub(super) async fn next(&mut self) -> Result<Option<String>, Refused> {
        loop {
            let end = self.read[self.looked_at..]
                .iter()
                .position(|byte| *byte == b'\n');
            if let Some(end) = end {
                let line = self.cut(self.looked_at + end + 1);
                return Ok(Some(text(line)));
            }
            self.looked_at = self.read.len();
            if self.read.len() > self.longest {
                return Err(Refused::TooLong);
            }
            if self.is_over {
                if self.read.is_empty() {
                    return Ok(None);
                }
                let line = self.cut(self.read.len());
                return Ok(Some(text(line)));
            }
            self.make_room()?;
            match self.output.read_buf(&mut self.read).await {
                Ok(0) | Err(_) => self.is_over = true,
                Ok(_) => {}
            }
        }
    }

    /// Takes so many bytes of what was read.
    fn cut(&mut self, end: usize) -> Vec<u8> {
        self.looked_at = 0;
        if self.held.is_empty() {
            return self.read.drain(..end).collect();
        }
        // A long line is not copied, and what was held for it is free.
        self.held.clear();
        let rest = self.read.split_off(end);
        mem::replace(&mut self.read, rest)
    }

    /// Makes room for more, which a long line has to have of the memory that connections share.
    fn make_room(&mut self) -> Result<(), Refused> {
        let (length, room) = (self.read.len(), self.read.capacity());
        if room - length >= READ {
            return Ok(());
        }
        self.read.reserve_exact(length.clamp(READ, STEP));
        while self.held.len() * STEP + Budget::ALLOWANCE < self.read.capacity() {
            let step = self.budget.reserve(STEP);
            self.held.push(step.ok_or(Refused::NoMemory)?);
        }
        Ok(())
    }

    /// Passes over all that comes, so that the process is not held up by it.
    pub(super) async fn pass_over(&mut self) -> Infallible {
        self.read = Vec::with_capacity(READ);
        self.held.clear();
        while !self.is_over {
            self.read.clear();
            self.is_over = matches!(self.output.read_buf(&mut self.read).await, Ok(0) | Err(_));
        }
        pending().await
    }
}

/// The text of a line: what is not UTF-8 is replaced.
fn text(mut line: Vec<u8>) -> String {
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    match String::from_utf8(line) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}
