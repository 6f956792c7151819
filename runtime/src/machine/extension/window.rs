//! Destinations of inflated bytes, and the window that is kept of bytes that nobody keeps: later
//! data may refer back to it.

use alloc::vec::Vec;

/// The largest window: how far the peer may refer back if no smaller window is agreed.
pub(super) const WINDOW: usize = 32 << 10;

/// A destination of inflated bytes.
pub(crate) trait Sink {
    /// Initialised room for at least one byte, and for `wanted` bytes if possible; empty at the limit.
    fn room(&mut self, wanted: usize) -> &mut [u8];
    /// Notes how many bytes of the room were filled.
    fn filled(&mut self, length: usize);
    /// Inflated bytes of the message so far.
    fn total(&self) -> usize;
    /// The inflated bytes after the first `mark` bytes of the message, or at least the last
    /// [`WINDOW`] of them.
    fn since(&self, mark: usize) -> &[u8];
}

/// The latest inflated bytes of a message.
#[derive(Debug, Default)]
pub(crate) struct Window {
    /// The latest inflated bytes up to `end`, then room.
    bytes: Vec<u8>,
    end: usize,
    /// Bytes of the message so far.
    total: usize,
}

impl Window {
    /// Bytes of memory that it holds.
    pub(crate) fn held(&self) -> usize {
        self.bytes.capacity()
    }
}

/// Passes inflated bytes to `look`, and keeps a window of them.
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
