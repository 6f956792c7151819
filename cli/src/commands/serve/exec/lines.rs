//! Lines of a process.

use std::{convert::Infallible, future::pending};

use tokio::{io::AsyncReadExt as _, process::ChildStdout};

/// Bytes that are read at once.
const READ: usize = 16 << 10;

/// The lines that a process writes to its standard output.
pub(super) struct Lines {
    output: ChildStdout,
    /// What was read and is no whole line yet, or not taken.
    read: Vec<u8>,
    /// How much of it has no end of a line.
    looked_at: usize,
    longest: usize,
    is_over: bool,
}

/// A line is longer than it may be.
#[derive(Debug)]
pub(super) struct TooLong;

impl Lines {
    /// The lines of this output, each of so many bytes at most.
    pub(super) const fn new(output: ChildStdout, longest: usize) -> Self {
        Self {
            output,
            read: Vec::new(),
            looked_at: 0,
            longest,
            is_over: false,
        }
    }

    /// The next line, without its end; `None` after the last one. Nothing is lost when the future is
    /// dropped.
    pub(super) async fn next(&mut self) -> Result<Option<String>, TooLong> {
        loop {
            let end = self.read[self.looked_at..]
                .iter()
                .position(|byte| *byte == b'\n');
            if let Some(end) = end {
                let line: Vec<u8> = self.read.drain(..=self.looked_at + end).collect();
                self.looked_at = 0;
                return Ok(Some(text(&line)));
            }
            self.looked_at = self.read.len();
            if self.read.len() > self.longest {
                return Err(TooLong);
            }
            if self.is_over {
                if self.read.is_empty() {
                    return Ok(None);
                }
                self.looked_at = 0;
                return Ok(Some(text(&std::mem::take(&mut self.read))));
            }
            self.read.reserve(READ);
            match self.output.read_buf(&mut self.read).await {
                Ok(0) | Err(_) => self.is_over = true,
                Ok(_) => {}
            }
        }
    }

    /// Passes over all that comes, so that the process is not held up by it.
    pub(super) async fn pass_over(&mut self) -> Infallible {
        while !self.is_over {
            self.read.clear();
            self.read.reserve(READ);
            self.is_over = matches!(self.output.read_buf(&mut self.read).await, Ok(0) | Err(_));
        }
        pending().await
    }
}

/// The text of a line: what is not UTF-8 is replaced.
fn text(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    String::from_utf8_lossy(line).into_owned()
}
