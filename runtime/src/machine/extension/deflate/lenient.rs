//! Units that do not end as they should, where a relaxed rule lets them.

use alloc::{vec, vec::Vec};

use super::{Bad, Inflater, Sink, TAIL};

/// The last bytes of a unit, held back until it is known how it ends.
#[derive(Debug, Default)]
pub(crate) struct Held {
    bytes: Vec<u8>,
}

impl Held {
    /// Passes on what was held and a further part, but for the last bytes of both.
    pub(crate) fn pass(
        &mut self,
        part: &[u8],
        mut on: impl FnMut(&[u8]) -> Result<(), Bad>,
    ) -> Result<(), Bad> {
        let over = (self.bytes.len() + part.len()).saturating_sub(TAIL.len());
        let held = over.min(self.bytes.len());
        let (now, later) = part.split_at(over - held);
        for bytes in [self.bytes.get(..held).unwrap_or_default(), now] {
            if !bytes.is_empty() {
                on(bytes)?;
            }
        }
        self.bytes.drain(..held);
        self.bytes.extend_from_slice(later);
        Ok(())
    }

    /// The unit ends: what is held of it.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.bytes)
    }
}

impl Inflater {
    /// Says that the unit ends here, wherever that is; `held` is its end, which was not pushed.
    ///
    /// Three ends are taken beside the proper one: with the tail of a flush, which should have
    /// been cut off; with a block that is marked as the last one and nothing behind it; and within
    /// a block. The last is what came out of it, and the next unit starts anew.
    pub(crate) fn finish_anyhow(&mut self, held: &[u8], sink: &mut impl Sink) -> Result<(), Bad> {
        if held != TAIL && !held.is_empty() {
            self.push(held, sink)?;
        }
        let untouched = |state: &zlib_rs::Inflate| state.total_in() == 0;
        let after_last = self.ended > 0 && self.state.as_ref().is_none_or(untouched);
        // At the boundary of a block nothing comes out any more; elsewhere it is not of the unit.
        let cut = !after_last && self.end_block(&mut Nowhere::default()).is_err();
        if cut {
            let known = self.history.is_some();
            self.restart(if known { &[] } else { sink.since(0) });
        }
        self.end_unit();
        Ok(())
    }
}

/// Takes what comes out, and drops it.
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
