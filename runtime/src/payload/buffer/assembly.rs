//! The assembled message.

use alloc::{string::String, sync::Arc, vec::Vec};
use core::mem;

use crate::payload::{
    budget::{Account, Meter},
    utf8,
};

/// A message that is assembled from chunks.
#[derive(Debug)]
pub(crate) struct Assembly {
    /// `done` bytes of the message, then `read` received bytes of it that are still masked, then
    /// initialised room.
    bytes: Vec<u8>,
    /// Instead of these bytes, the text of the message that is checked, if every piece of it is. It
    /// lacks the incomplete code point at the end.
    text: Option<String>,
    done: usize,
    read: usize,
    /// The size up to which it grows by doubling.
    most: usize,
    meter: Meter,
    /// Whether the budget did not let it grow.
    starved: bool,
    /// Whether checked text was dropped, so that the message can never be handed out.
    dropped: bool,
}

impl Default for Assembly {
    fn default() -> Self {
        Self::new(usize::MAX, None)
    }
}

impl Assembly {
    /// A larger capacity than this is freed with the message.
    const KEEP: usize = 1 << 20;
    /// The most unused capacity that a message may be handed out with.
    const SPARE: usize = 1 << 10;
    /// An announced length reserves at most this much; beyond it, memory grows with the bytes that
    /// arrive.
    const TRUSTED: usize = 1 << 20;
    /// The most bytes to read at once, so that they are still in the cache when they are unmasked.
    const PIECE: usize = 256 << 10;

    /// An empty assembly that grows by doubling up to `most` bytes, and reports its memory to an
    /// account.
    pub(crate) fn new(most: usize, account: Option<Arc<Account>>) -> Self {
        Self {
            bytes: Vec::new(),
            text: None,
            done: 0,
            read: 0,
            most,
            meter: Meter::of(account),
            starved: false,
            dropped: false,
        }
    }

    /// Lowers the size up to which it grows by doubling.
    #[cfg(feature = "multiplex")]
    pub(crate) const fn limit(&mut self, most: usize) {
        self.most = most;
    }

    /// The message so far, unmasked.
    #[inline]
    pub(crate) fn done(&self) -> &[u8] {
        match &self.text {
            Some(text) => text.as_bytes(),
            None => self.bytes.get(..self.done).unwrap_or_default(),
        }
    }

    /// The message, which is text.
    pub(crate) fn as_text(&self) -> &str {
        match &self.text {
            Some(text) => text,
            None => utf8::check(self.done()).unwrap_or_default(),
        }
    }

    /// Begins a message, whose text comes [checked](Self::keep) or as bytes.
    pub(crate) fn begin(&mut self, checked: bool) {
        self.clear();
        if checked != self.text.is_some() {
            // One of the two has the memory.
            self.text = match self.text.take() {
                Some(text) => {
                    self.bytes = text.into_bytes();
                    None
                }
                None => {
                    self.bytes.clear();
                    String::from_utf8(mem::take(&mut self.bytes)).ok()
                }
            };
        }
    }

    /// Whether its text comes [checked](Self::keep).
    pub(crate) const fn is_text(&self) -> bool {
        self.text.is_some()
    }

    /// The text so far, and the incomplete code point at its end, with which `carried` begins, become
    /// bytes like others.
    pub(crate) fn turn_into_bytes(&mut self, carried: &[u8]) {
        if let Some(text) = self.text.take() {
            self.bytes = text.into_bytes();
            // Text of a chunk that has not been pushed is not part of the message.
            self.bytes.truncate(self.done);
            let lacking = self.done - self.bytes.len();
            self.bytes
                .extend_from_slice(carried.get(..lacking).unwrap_or_default());
        }
    }

    /// Appends checked text, which counts as part of the message when its chunk is
    /// [pushed](Self::push). A text beyond a limit, or that the budget does not allow, is dropped;
    /// the push then fails.
    pub(crate) fn keep(&mut self, text: &str, limit: usize) {
        let Some(end) = self.text.as_ref().map(|kept| kept.len() + text.len()) else {
            return;
        };
        // What follows a gap is no part of the message, even if memory has become free.
        self.dropped |= end > limit || !self.reserve(end);
        if let Some(kept) = self.text.as_mut().filter(|_| !self.dropped) {
            kept.push_str(text);
        }
    }

    /// Bytes of memory that it holds.
    #[inline]
    fn capacity(&self) -> usize {
        match &self.text {
            Some(text) => text.capacity(),
            None => self.bytes.capacity(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.done
    }

    /// Whether it holds part of a message.
    #[cfg(feature = "std")]
    pub(crate) const fn is_begun(&self) -> bool {
        self.done + self.read > 0
    }

    /// Whether the budget did not let it grow for inflated bytes.
    #[cfg(feature = "deflate")]
    pub(crate) const fn is_starved(&self) -> bool {
        self.starved
    }

    /// Makes room for a message of `end` bytes; `false` if the budget does not allow it.
    #[inline]
    #[must_use]
    fn reserve(&mut self, end: usize) -> bool {
        end <= self.capacity() || self.grow_to(end)
    }

    #[cold]
    fn grow_to(&mut self, end: usize) -> bool {
        let now = self.capacity();
        self.meter.settle(now);
        // It doubles. If the budget does not allow that, it takes most of what is left, so that it
        // does not move for every few bytes.
        let mut more = now;
        let grown = loop {
            let grown = end.max(self.most.min(now + more));
            if self.meter.admits(grown) {
                break grown;
            }
            if grown == end {
                self.starved = true;
                return false;
            }
            more /= 2;
        };
        match &mut self.text {
            Some(text) => text.reserve_exact(grown - text.len()),
            None => self.bytes.reserve_exact(grown - self.bytes.len()),
        }
        self.meter.settle(self.capacity());
        true
    }

    /// Makes room for a payload of this announced length; `false` if the budget does not allow it.
    #[must_use]
    pub(crate) fn announce(&mut self, length: usize) -> bool {
        self.reserve(self.done + self.read + length.min(Self::TRUSTED))
    }

    /// Makes room to read up to `left` bytes of the message; `false` if the budget does not allow it.
    #[must_use]
    pub(crate) fn prepare(&mut self, left: usize) -> bool {
        let room = left.saturating_sub(self.read).min(Self::PIECE);
        self.reserve(self.done + self.read + room)
    }

    /// Appends a chunk; `false` if the budget does not allow it.
    #[must_use]
    pub(crate) fn push(&mut self, chunk: &[u8]) -> bool {
        let end = self.done + chunk.len();
        if self.dropped {
            return false;
        }
        if self.text.is_some() {
            // All but an incomplete code point has been kept.
            self.done = end;
            return true;
        }
        if !self.reserve(end) {
            return false;
        }
        match self.bytes.get_mut(self.done..end) {
            Some(room) => room.copy_from_slice(chunk),
            None => {
                self.bytes.truncate(self.done);
                self.bytes.extend_from_slice(chunk);
            }
        }
        self.done = end;
        true
    }

    /// Room to read up to `left` bytes of the message into.
    pub(crate) fn space(&mut self, left: usize) -> &mut [u8] {
        let start = self.done + self.read;
        let end = start + left.saturating_sub(self.read).min(Self::PIECE);
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        self.bytes.get_mut(start..end).unwrap_or_default()
    }

    /// As [`space`](Self::space), for a reader that appends.
    #[cfg(feature = "tokio")]
    pub(crate) fn unfilled(&mut self, left: usize) -> bytes::buf::Limit<&mut Vec<u8>> {
        use bytes::BufMut;
        let room = left.saturating_sub(self.read).min(Self::PIECE);
        self.bytes.truncate(self.done + self.read);
        self.bytes.reserve(room);
        (&mut self.bytes).limit(room)
    }

    /// Takes note of what was appended; returns how many bytes it was.
    #[cfg(feature = "tokio")]
    pub(crate) fn appended(&mut self) -> usize {
        let before = mem::replace(&mut self.read, self.bytes.len() - self.done);
        self.read - before
    }

    pub(crate) fn filled(&mut self, length: usize) {
        self.read = (self.bytes.len() - self.done).min(self.read + length);
    }

    #[inline]
    pub(crate) fn has_read(&self) -> bool {
        self.read > 0
    }

    /// The bytes that were read and are not yet part of the message.
    #[cfg(feature = "std")]
    pub(crate) const fn unaccepted(&self) -> usize {
        self.read
    }

    /// The bytes that were read, still masked.
    pub(crate) fn read(&mut self) -> &mut [u8] {
        self.bytes
            .get_mut(self.done..self.done + self.read)
            .unwrap_or_default()
    }

    /// Makes the bytes that were read, and are unmasked now, part of the message; returns how many.
    pub(crate) fn accept(&mut self) -> usize {
        self.done += self.read;
        mem::take(&mut self.read)
    }

    /// Room for `wanted` more bytes of the message, or for more if there is capacity, up to `limit`
    /// bytes in all.
    #[cfg(feature = "deflate")]
    pub(crate) fn room(&mut self, wanted: usize, limit: usize) -> &mut [u8] {
        let end = limit.min(self.done.saturating_add(wanted));
        if self.bytes.len() < end && self.reserve(end) {
            self.bytes.resize(limit.min(self.bytes.capacity()), 0);
        }
        let end = limit.min(self.bytes.len());
        self.bytes.get_mut(self.done..end).unwrap_or_default()
    }

    /// Makes the first `length` bytes of that room part of the message.
    #[cfg(feature = "deflate")]
    pub(crate) fn grow(&mut self, length: usize) {
        self.done = self.bytes.len().min(self.done + length);
    }

    /// The length of the message after invalid UTF-8 is replaced with U+FFFD.
    pub(crate) fn replaced_length(&self) -> usize {
        utf8::replaced_length(self.done())
    }

    /// Replaces invalid UTF-8 with U+FFFD; `length` is [`replaced_length`](Self::replaced_length).
    /// `false` if the budget does not allow it.
    #[must_use]
    pub(crate) fn replace_invalid(&mut self, length: usize) -> bool {
        if !self.reserve(length) {
            return false;
        }
        self.bytes.truncate(self.done);
        utf8::replace(&mut self.bytes, length);
        self.done = self.bytes.len();
        true
    }

    /// Takes the message out, if its text came checked.
    pub(crate) fn take_text(&mut self) -> Option<String> {
        let mut text = self.text.take()?;
        self.done = 0;
        if text.capacity() / 4 > text.len() + Self::SPARE {
            text.shrink_to_fit();
        }
        self.meter.settle(0);
        Some(text)
    }

    /// Takes the message out.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        let mut bytes = mem::take(&mut self.bytes);
        bytes.truncate(self.done);
        (self.done, self.read) = (0, 0);
        if bytes.capacity() / 4 > bytes.len() + Self::SPARE {
            // The application must not hold capacity that an earlier message needed.
            bytes.shrink_to_fit();
        }
        self.meter.settle(0);
        bytes
    }

    /// Discards the message.
    pub(crate) fn clear(&mut self) {
        if self.capacity() > Self::KEEP {
            self.free();
        }
        if let Some(text) = &mut self.text {
            text.clear();
        }
        (self.done, self.read, self.dropped) = (0, 0, false);
    }

    /// Discards the message and frees its memory.
    pub(crate) fn free(&mut self) {
        (self.bytes, self.text) = (Vec::new(), None);
        (self.done, self.read) = (0, 0);
        self.meter.settle(0);
    }

    /// Frees the memory of a message that will never be handed out, but still knows how many bytes
    /// were [read](Self::unaccepted).
    pub(crate) fn abandon(&mut self) {
        (self.bytes, self.text) = (Vec::new(), None);
        self.done = 0;
        self.meter.settle(0);
    }

    pub(crate) fn rest(&mut self) {
        if self.done + self.read == 0 {
            self.free();
        }
    }
}

#[cfg(test)]
mod tests;
