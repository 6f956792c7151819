//! Control blocks that wait, to be sent or to be read.

use alloc::{collections::VecDeque, vec::Vec};

use super::codec::{self, Block};
use crate::machine::extension::multiplex::MultiplexInfo;

/// Control blocks that wait to be sent, in pieces that a message of the physical connection carries.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    bytes: Vec<u8>,
    /// How much of the bytes is sent.
    sent: usize,
    /// The ends of all pieces but the last one.
    ends: VecDeque<usize>,
}

impl Blocks {
    /// Pieces are no longer, unless a single block is.
    const PIECE: usize = 4 << 10;
    /// A larger capacity than this is freed when everything is sent.
    const KEEP: usize = 4 << 10;

    pub(super) fn push(&mut self, table: &MultiplexInfo, block: &Block<'_>) {
        let start = self.bytes.len();
        codec::write_block(table, block, &mut self.bytes);
        let piece = self.ends.back().copied().unwrap_or(self.sent);
        if start > piece && self.bytes.len() - piece > Self::PIECE {
            self.ends.push_back(start);
        }
    }

    /// The number of bytes that wait.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() - self.sent
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The next piece.
    pub(super) fn first(&self) -> &[u8] {
        let end = self.ends.front().copied().unwrap_or(self.bytes.len());
        self.bytes.get(self.sent..end).unwrap_or_default()
    }

    /// Removes the next piece.
    pub(super) fn remove_first(&mut self) {
        match self.ends.pop_front() {
            Some(end) => self.sent = end,
            None => self.clear(),
        }
        if self.sent > self.bytes.len() / 2 {
            self.bytes.drain(..self.sent);
            for end in &mut self.ends {
                *end -= self.sent;
            }
            self.sent = 0;
        }
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.shrink_to(Self::KEEP);
        self.ends.clear();
        self.sent = 0;
    }
}

/// Control blocks of a message that are not read yet.
#[derive(Debug)]
pub(super) struct Rest {
    pub(super) bytes: Vec<u8>,
    /// Where they start.
    pub(super) from: usize,
    /// What is before the bytes in the message.
    pub(super) before: usize,
}
