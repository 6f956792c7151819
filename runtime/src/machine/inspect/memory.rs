//! The memory of an inspector.

use alloc::vec::Vec;

use super::Inspector;
#[cfg(doc)]
use super::Observed;
#[cfg(doc)]
use crate::machine::limits::Limits;
use crate::protocol::draft::Draft;

impl<D: Draft> Inspector<D> {
    /// The longest payload of a control frame that is held until it is complete, if only the start
    /// of payloads is shown.
    const MAX_HELD: usize = 64 << 10;
    /// The largest capacity that the input's buffer keeps when it is empty.
    const KEEP: usize = 4 << 10;

    /// Keeps at most the first `most` bytes of each payload. Longer payloads are still checked and
    /// inflated to their end, and shown with their length as [`Observed::Long`]. With 0, everything
    /// is checked and nothing is kept. [`Limits::frame`] and [`Limits::message`] do not apply then.
    #[must_use]
    pub fn showing(mut self, most: usize) -> Self {
        self.shown = Some(most);
        self.receiver
            .set_max_held(Self::MAX_HELD.min(self.limits.frame));
        self
    }

    /// Also sums up what is not kept of a message, so that it can be compared: see [`Observed::Long`].
    #[must_use]
    pub const fn summing(mut self) -> Self {
        self.sums = true;
        self
    }

    /// The approximate memory that it holds, in bytes, between two pushes when the iterator has
    /// returned everything.
    pub fn held(&self) -> usize {
        let partial = self.partial.as_ref();
        size_of::<Self>()
            + self.input.capacity()
            + partial.map_or(0, |(_, kept)| kept.capacity())
            + self.gathered.held()
            + self.coding.as_ref().map_or(0, |coding| coding.held())
            + self.plain.capacity()
    }

    /// Frees buffers that are empty or not read any more.
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

    /// Whether a payload of this length is shown cut.
    pub(super) fn exceeds(&self, length: u64) -> bool {
        self.shown.is_some_and(|shown| length > shown as u64)
    }
}
