//! One direction of a connection.

use std::collections::BTreeMap;

/// What is known of a direction. Positions count its bytes from the first recorded one on.
#[derive(Debug, Default)]
pub(super) struct Direction {
    /// Sequence number of the byte at `position`; `None` before there was any.
    pub(super) next: Option<u32>,
    /// Whether its opening is recorded.
    pub(super) opened: bool,
    pub(super) position: u64,
    /// Pieces beyond a gap, by their positions.
    pub(super) early: BTreeMap<u64, Early>,
    /// Bytes in them.
    pub(super) waiting: usize,
    /// Where the direction ends.
    pub(super) finished: Option<u64>,
    pub(super) ended: bool,
    /// Up to where the other end has said that it has everything, and in which packet it first
    /// went beyond what is recorded.
    pub(super) acknowledged: Option<(u32, u64)>,
}

/// A piece beyond a gap.
#[derive(Debug, Default)]
pub(super) struct Early {
    pub(super) packet: u64,
    pub(super) bytes: Vec<u8>,
    /// Bytes after them that were not captured.
    pub(super) missing: usize,
}

impl Direction {
    /// Bytes that wait for a gap to be filled, at most.
    pub(super) const WAITING: usize = 2 << 20;
    /// Pieces that wait, at most.
    const PIECES: usize = 4096;
    /// Packets that a gap is given to be filled after the other end has said that it has it.
    const PATIENCE: u64 = 64;

    /// Bytes of memory that it takes, roughly: pieces, and the nodes that name them.
    pub(super) fn held(&self) -> usize {
        self.waiting + self.early.len() * 128
    }

    /// Goes on behind so many bytes.
    pub(super) fn advance(&mut self, length: u64) {
        self.position += length;
        self.next = self.next.map(|next| next.wrapping_add(length as u32));
    }

    /// Keeps a piece beyond a gap.
    pub(super) fn keep(&mut self, position: u64, packet: u64, payload: &[u8], missing: usize) {
        let room = Self::WAITING.saturating_sub(self.waiting);
        let kept = payload.get(..room).unwrap_or(payload);
        let missing = missing + payload.len() - kept.len();
        let piece = self.early.entry(position).or_default();
        // Of two pieces that start together the longer one counts.
        if piece.bytes.len() < kept.len() || piece.bytes.is_empty() {
            self.waiting += kept.len();
            self.waiting -= piece.bytes.len();
            *piece = Early {
                packet,
                bytes: kept.into(),
                missing,
            };
        }
    }

    /// Notes up to where the other end has everything.
    pub(super) fn acknowledge(&mut self, acknowledged: u32, packet: u64) {
        let Some(next) = self.next else { return };
        if (acknowledged.wrapping_sub(next) as i32) <= 0 {
            return;
        }
        let since = self.acknowledged.map_or(packet, |before| before.1);
        self.acknowledged = Some((acknowledged, since));
    }

    /// Whether the bytes of a gap will not come any more, as far as the latest packet tells.
    pub(super) fn is_lost(&mut self, packet: u64) -> bool {
        let next = self.next.unwrap_or_default();
        self.acknowledged = self
            .acknowledged
            .filter(|(acknowledged, _)| (acknowledged.wrapping_sub(next) as i32) > 0);
        self.waiting >= Self::WAITING
            || self.early.len() >= Self::PIECES
            || self
                .acknowledged
                .is_some_and(|(_, since)| packet - since > Self::PATIENCE)
    }
}
