//! What went over the wire.

use std::time::{Duration, Instant};

/// Everything that went over the wire in a case, in order.
#[derive(Clone, Debug)]
pub struct Log {
    started: Instant,
    entries: Vec<Entry>,
}

/// Bytes of one side, or the end of a side.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When, since the case started.
    pub at: Duration,
    /// Who.
    pub by: Side,
    /// What.
    pub what: Logged,
}

/// One of both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The tester.
    Tester,
    /// The tested endpoint.
    Peer,
}

/// What a side did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logged {
    /// It sent bytes.
    Bytes {
        /// The first [`Log::SHOWN`] bytes.
        start: Vec<u8>,
        /// How many there were.
        length: u64,
    },
    /// It ended its side of the stream.
    End,
    /// It reset the stream.
    Reset,
}

impl Log {
    /// The most bytes that are kept of what is sent or received at once.
    pub const SHOWN: usize = 1024;
    /// The most entries that are kept. Further bytes of the same side are only counted.
    const MOST: usize = 256;

    pub(crate) fn new() -> Self {
        Self {
            started: Instant::now(),
            entries: Vec::new(),
        }
    }

    /// The entries.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// About how many bytes of memory it takes.
    #[must_use]
    pub fn size(&self) -> usize {
        let bytes = self.entries.iter().map(|entry| match &entry.what {
            Logged::Bytes { start, .. } => start.capacity(),
            Logged::End | Logged::Reset => 0,
        });
        bytes.sum::<usize>() + self.entries.capacity() * size_of::<Entry>()
    }

    /// Forgets what went over the wire.
    pub fn forget(&mut self) {
        self.entries = Vec::new();
    }

    /// How long ago the case started.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    pub(crate) fn bytes(&mut self, by: Side, bytes: &[u8]) {
        let full = self.entries.len() >= Self::MOST;
        let last = self.entries.last_mut().filter(|last| last.by == by);
        // Pieces of one transfer that come directly after each other are one entry.
        if let Some(Logged::Bytes { start, length }) = last.map(|last| &mut last.what)
            && (full || by == Side::Peer)
        {
            let room = Self::SHOWN.saturating_sub(start.len()).min(bytes.len());
            start.extend_from_slice(&bytes[..room]);
            *length += bytes.len() as u64;
            return;
        }
        let start = bytes[..bytes.len().min(Self::SHOWN)].to_vec();
        let length = bytes.len() as u64;
        self.push(by, Logged::Bytes { start, length });
    }

    pub(crate) fn push(&mut self, by: Side, what: Logged) {
        if self.entries.len() < 2 * Self::MOST {
            let at = self.started.elapsed();
            self.entries.push(Entry { at, by, what });
        }
    }

    /// Whether the peer sent any byte.
    pub(crate) fn heard(&self) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|entry| entry.by == Side::Peer && matches!(entry.what, Logged::Bytes { .. }))
    }
}
