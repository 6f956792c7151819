//! Where the bytes of a physical message are in the stream of its sender.

use alloc::vec::Vec;

use crate::{machine::inspect::Observed, protocol::info::Kind};

/// Where the bytes of a message are, frame by frame.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Where a frame's payload starts, in the message and in the stream.
    pieces: Vec<(usize, u64)>,
    length: usize,
    /// Whether the bytes of the message are not those in the stream, because an extension has changed
    /// them, or because it has too many frames.
    coarse: bool,
    /// Whether all frames of a message have come, and the message has not.
    complete: bool,
}

impl Places {
    /// Frames of a message whose places are kept.
    const MOST: usize = 4096;

    /// Takes a data frame. Returns whether the message before it has come, and this frame belongs to a
    /// message.
    pub(super) fn frame(&mut self, observed: &Observed) -> bool {
        let Observed::Frame {
            offset,
            fin,
            reserved,
            kind,
            size,
            length,
            ..
        } = observed
        else {
            return true;
        };
        let mut known = !core::mem::replace(&mut self.complete, *fin);
        if *kind == Kind::Continuation {
            known &= !self.pieces.is_empty();
        } else {
            known &= self.pieces.is_empty();
            self.pieces.clear();
            (self.length, self.coarse) = (0, *reserved != 0);
        }
        let start = offset + if self.coarse { 0 } else { u64::from(*size) };
        if self.pieces.is_empty() || *length > 0 && self.pieces.len() < Self::MOST {
            self.pieces.push((self.length, start));
        } else if *length > 0 {
            self.coarse = true;
        }
        let length = usize::try_from(*length).unwrap_or(usize::MAX);
        self.length = self.length.saturating_add(length);
        known
    }

    /// Takes the places of a message that has come.
    pub(super) fn take(&mut self) -> Self {
        core::mem::take(self)
    }

    /// Where a byte of the message is, or the frame with it.
    pub(super) fn of(&self, at: usize) -> u64 {
        let after = self.pieces.partition_point(|(start, _)| *start <= at);
        let piece = after
            .checked_sub(1)
            .and_then(|index| self.pieces.get(index));
        let (start, offset) = piece.copied().unwrap_or_default();
        if self.coarse {
            return offset;
        }
        offset + (at - start) as u64
    }

    /// Bytes of memory that they take.
    pub(super) fn held(&self) -> usize {
        self.pieces.capacity() * size_of::<(usize, u64)>()
    }
}
