//! Compressed units with a wrong end, which a relaxed rule allows.

use alloc::{vec, vec::Vec};

use super::{Bad, Inflater, Sink, TAIL};

/// The last bytes of a unit, held back until its end is known.
#[derive(Debug, Default)]
pub(crate) struct Held {
    bytes: Vec<u8>,
}

impl Held {
    /// Passes on the held bytes and a further chunk, except for the last bytes of both.
    pub(crate) fn pass(
        &mut self,
        chunk: &[u8],
        mut on: impl FnMut(&[u8]) -> Result<(), Bad>,
    ) -> Result<(), Bad> {
        let over = (self.bytes.len() + chunk.len()).saturating_sub(TAIL.len());
        let held = over.min(self.bytes.len());
        let (now, later) = chunk.split_at(over - held);
        for bytes in [self.bytes.get(..held).unwrap_or_default(), now] {
            if !bytes.is_empty() {
                on(bytes)?;
            }
        }
        self.bytes.drain(..held);
        self.bytes.extend_from_slice(later);
        Ok(())
    }

    /// Takes the held bytes at the end of the unit.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.bytes)
    }
}

impl Inflater {
    /// Ends the unit at any point; `held` are its last bytes, which were not pushed.
    ///
    /// Three ends are accepted beside the proper one: the tail of a flush, which should have been
    /// removed; a block that is marked as the last one; and the middle of a block. In the last case
    /// the unit has the bytes inflated so far, and the next unit starts with a new stream.
    pub(crate) fn finish_anyhow(&mut self, held: &[u8], sink: &mut impl Sink) -> Result<(), Bad> {
        if held != TAIL && !held.is_empty() {
            self.push(held, sink)?;
        }
        let untouched = |state: &zlib_rs::Inflate| state.total_in() == 0;
        let after_last = self.ended > 0 && self.state.as_ref().is_none_or(untouched);
        // At a block boundary nothing more comes out; elsewhere the output does not belong to the unit.
        let cut = !after_last && self.end_block(&mut Nowhere::default()).is_err();
        if cut {
            let known = self.history.is_some();
            self.restart(if known { &[] } else { sink.since(0) });
        }
        self.end_unit();
        Ok(())
    }
}

/// Discards inflated bytes.
struct Nowhere {
    room: Vec<u8>,
}

impl Default for Nowhere {
    fn default() -> Self {
        Self {
            room: vec![0; 8192],
        }
    }
}

impl Sink for Nowhere {
    fn room(&mut self, _: usize) -> &mut [u8] {
        &mut self.room
    }

    fn filled(&mut self, _: usize) {}

    fn total(&self) -> usize {
        0
    }

    fn since(&self, _: usize) -> &[u8] {
        &[]
    }
}
