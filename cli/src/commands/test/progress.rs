//! How many cases have been played, on a terminal.

use std::io::{self, IsTerminal as _};

use crate::output;

/// How many cases have been played.
#[derive(Debug)]
pub(super) struct Progress {
    done: usize,
    all: usize,
    shows: bool,
    /// The length of the line that is shown.
    length: usize,
}

impl Progress {
    const WIDTH: usize = 40;

    /// None of so many cases has been played.
    pub(super) fn new(all: usize) -> Self {
        Self {
            done: 0,
            all,
            shows: io::stderr().is_terminal(),
            length: 0,
        }
    }

    /// Another case has been played.
    pub(super) fn step(&mut self) {
        self.done = (self.done + 1).min(self.all);
        if !self.shows {
            return;
        }
        let filled = self.done * Self::WIDTH / self.all.max(1);
        let bar = "=".repeat(filled) + &" ".repeat(Self::WIDTH - filled);
        let line = format!("[{bar}] {} of {} cases", self.done, self.all);
        self.length = line.len();
        output::progress(&format!("\r{line}"));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.length > 0 {
            output::progress(&format!("\r{}\r", " ".repeat(self.length)));
        }
    }
}
