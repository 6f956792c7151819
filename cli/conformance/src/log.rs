//! What went over the wire.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// Everything that went over the wire in a case, in order.
#[derive(Clone, Debug)]
pub struct Log {
    started: Instant,
    entries: Vec<Entry>,
    /// How many bytes each side sent.
    tester: u64,
    peer: u64,
    /// When the last byte came or went, since the case started.
    latest: Duration,
    /// Whether the peer has ended its stream.
    ended: bool,
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

/// One of the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The tester.
    Tester,
    /// The tested endpoint, called the peer.
    Peer,
}

/// A byte that breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Who sent it.
    pub by: Side,
    /// How many bytes that side sent before it.
    pub offset: u64,
}

impl Side {
    /// The side as a word, as in the JSON output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tester => "tester",
            Self::Peer => "peer",
        }
    }
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
            tester: 0,
            peer: 0,
            latest: Duration::ZERO,
            ended: false,
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

    /// How many bytes a side sent so far.
    pub(crate) const fn total(&self, by: Side) -> u64 {
        match by {
            Side::Tester => self.tester,
            Side::Peer => self.peer,
        }
    }

    /// What the tester sent from this byte on, as far as it is kept.
    pub(crate) fn sent_from(&self, offset: u64) -> Vec<u8> {
        let (mut at, mut out) = (0, Vec::new());
        let entries = self.entries.iter().filter(|entry| entry.by == Side::Tester);
        for entry in entries {
            let Logged::Bytes { start, length } = &entry.what else {
                continue;
            };
            let skipped = usize::try_from(offset.saturating_sub(at)).unwrap_or(usize::MAX);
            out.extend_from_slice(start.get(skipped..).unwrap_or_default());
            at += length;
            if at > offset && start.len() as u64 != *length {
                break;
            }
        }
        out
    }

    pub(crate) fn bytes(&mut self, by: Side, bytes: &[u8]) {
        match by {
            Side::Tester => self.tester += bytes.len() as u64,
            Side::Peer => self.peer += bytes.len() as u64,
        }
        self.latest = self.started.elapsed();
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
        self.ended |= by == Side::Peer && !matches!(what, Logged::Bytes { .. });
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

    /// Whether the peer has ended its stream, or no byte has come or gone for so long.
    pub(crate) fn rests(&self, patience: Duration) -> bool {
        self.ended || self.elapsed().saturating_sub(self.latest) >= patience
    }
}
