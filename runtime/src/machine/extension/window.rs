//! Where inflated bytes go, and what is kept of those that nobody wants: as much as what follows
//! may refer to.

use alloc::vec::Vec;

/// The largest window: what the other end may refer back to where nothing else is agreed.
pub(super) const WINDOW: usize = 32 << 10;

/// Where inflated bytes go.
pub(crate) trait Sink {
    /// Initialised room for at least a byte more, `wanted` if possible; empty at the limit.
    fn room(&mut self, wanted: usize) -> &mut [u8];
    /// Says how much of the room was filled.
    fn filled(&mut self, length: usize);
    /// Bytes that were filled of the message.
    fn total(&self) -> usize;
    /// What was filled after the first `mark` bytes of the message: its last [`WINDOW`] bytes at
    /// least.
    fn since(&self, mark: usize) -> &[u8];
}

/// The end of what came out of a message.
#[derive(Debug, Default)]
pub(crate) struct Window {
    /// Up to `end`, what came out last; then room.
    bytes: Vec<u8>,
    end: usize,
    /// Bytes of the message so far.
    total: usize,
}

impl Window {
    /// Bytes that it takes.
    pub(crate) fn held(&self) -> usize {
        self.bytes.capacity()
    }
}

/// Shows what comes out to somebody, and keeps the end of it.
pub(crate) struct Passing<'a> {
    pub(crate) window: &'a mut Window,
    pub(crate) look: &'a mut dyn FnMut(&[u8]),
}

impl Sink for Passing<'_> {
    fn room(&mut self, wanted: usize) -> &mut [u8] {
        let Window { bytes, end, .. } = &mut *self.window;
        let wanted = wanted.clamp(1, WINDOW);
        if *end + wanted > 2 * WINDOW {
            bytes.copy_within(*end - WINDOW..*end, 0);
            *end = WINDOW;
        }
        let length = *end + wanted;
        if bytes.len() < length {
            bytes.resize(length, 0);
        }
        bytes.get_mut(*end..length).unwrap_or_default()
    }

    fn filled(&mut self, length: usize) {
        let Window { bytes, end, total } = &mut *self.window;
        let start = *end;
        *end = bytes.len().min(start + length);
        *total = total.saturating_add(*end - start);
        (self.look)(bytes.get(start..*end).unwrap_or_default());
    }

    fn total(&self) -> usize {
        self.window.total
    }

    fn since(&self, mark: usize) -> &[u8] {
        let Window { bytes, end, total } = &*self.window;
        let wanted = total.saturating_sub(mark).min(*end);
        bytes.get(*end - wanted..*end).unwrap_or_default()
    }
}
