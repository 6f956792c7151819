//! How much an inspector keeps.

use alloc::vec::Vec;

use super::Inspector;
#[cfg(doc)]
use super::Observed;
#[cfg(doc)]
use crate::machine::limits::Limits;
use crate::protocol::draft::Draft;

impl<D: Draft> Inspector<D> {
    /// Control frames up to this payload are kept until they are there as a whole, where only the
    /// start of payloads is shown.
    const WHOLE: usize = 64 << 10;
    /// From how much room on the input's buffer is given back when nothing is in it.
    const KEEP: usize = 4 << 10;

    /// Keeps no more than the first `most` bytes of each payload. Longer ones are checked and
    /// inflated to their end all the same, and their lengths are told ([`Observed::Long`]): with
    /// 0, everything is checked and nothing is kept. [`Limits::frame`] and [`Limits::message`] do
    /// not count then.
    #[must_use]
    pub fn showing(mut self, most: usize) -> Self {
        self.shown = Some(most);
        self.receiver.hold(Self::WHOLE.min(self.limits.frame));
        self
    }

    /// Bytes of memory that it takes, roughly: between two pushes, and when everything was taken
    /// out of the iterator.
    pub fn held(&self) -> usize {
        let partial = self.partial.as_ref();
        size_of::<Self>()
            + self.input.capacity()
            + partial.map_or(0, |(_, kept)| kept.capacity())
            + self.message.held()
            + self.coding.as_ref().map_or(0, |coding| coding.held())
            + self.plain.capacity()
    }

    /// Gives back the memory of buffers that hold nothing, or nothing that is still read.
    pub(super) fn rest(&mut self) {
        if self.stopped {
            self.input = Vec::new();
        } else if self.input.capacity() > Self::KEEP.max(2 * self.input.len()) {
            self.input.shrink_to(self.input.len());
        }
        self.plain.rest();
        if let Some(coding) = &mut self.coding {
            coding.rest();
        }
    }

    /// Whether a payload of this length is not shown whole.
    pub(super) fn exceeds(&self, length: u64) -> bool {
        self.shown.is_some_and(|shown| length > shown as u64)
    }
}
