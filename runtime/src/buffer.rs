//! Three buffers: what was received, the message that is put together, what is to be sent.
//!
//! All give their memory back when they are empty and asked to [rest](Input::rest).

use alloc::{string::String, vec::Vec};
use core::{mem, ops::Range};

use crate::pool;

/// Received bytes that are not done with.
#[derive(Debug, Default)]
pub(crate) struct Input {
    /// Initialised as a whole, so that it can be read into.
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    /// Whether to read no more than a head and a bit, because a large payload came last: the
    /// next one is then read to its place from near its start.
    wary: bool,
}

impl Input {
    /// Bytes of a payload that are still to come, from which on it is read to its place.
    pub(crate) const LARGE: usize = 8 << 10;
    /// Room behind what is there with less of which that is moved to the front.
    const ROOM: usize = 8 << 10;
    /// Bytes to read at a time while large payloads come: what it holds of one is copied.
    const SIP: usize = 1 << 10;
    /// Most bytes of a frame that are kept aside while the rest of it is waited for.
    const ASIDE: usize = 4 << 10;

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    #[cfg(feature = "std")]
    pub(crate) const fn len(&self) -> usize {
        self.end - self.start
    }

    /// Bytes that it takes.
    pub(crate) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// What is there, and where it starts: to turn a place in it into one for [`Input::get`].
    #[inline]
    pub(crate) fn waiting(&mut self) -> (usize, &mut [u8]) {
        (
            self.start,
            self.bytes.get_mut(self.start..self.end).unwrap_or_default(),
        )
    }

    /// The bytes in a place that was handed out since the buffer was last written to.
    #[inline]
    pub(crate) fn get(&self, place: Range<usize>) -> &[u8] {
        self.bytes.get(place).unwrap_or_default()
    }

    /// Says that the first bytes of what is there are done with. They can be
    /// [had](Input::get) until more is received.
    #[inline]
    pub(crate) fn take(&mut self, length: usize) {
        self.start = self.end.min(self.start + length);
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
    }

    /// Room for more; none where it is full and `needed` bytes in all are there.
    pub(crate) fn space(&mut self, needed: usize) -> &mut [u8] {
        if self.bytes.len() < pool::INPUT {
            self.grow();
        } else if self.bytes.len() - self.end < Self::ROOM {
            self.compact();
        }
        let length = self.bytes.len();
        if self.end == length && length < needed {
            // What was announced is not trusted: memory grows with what has come.
            self.bytes.resize(2 * length, 0);
        }
        let end = if self.wary {
            self.bytes.len().min(self.end + Self::SIP)
        } else {
            self.bytes.len()
        };
        self.bytes.get_mut(self.end..end).unwrap_or_default()
    }

    /// Says that a payload of this length begins.
    pub(crate) fn announce(&mut self, length: usize) {
        self.wary = length >= pool::INPUT;
    }

    /// Goes over to a buffer from the pool.
    fn grow(&mut self) {
        let mut bytes = pool::input();
        let waiting = self.get(self.start..self.end);
        if let Some(place) = bytes.get_mut(..waiting.len()) {
            place.copy_from_slice(waiting);
        }
        (self.start, self.end) = (0, waiting.len());
        self.bytes = bytes;
    }

    fn compact(&mut self) {
        if self.start > 0 {
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
    }

    pub(crate) fn filled(&mut self, length: usize) {
        self.wary &= length < Self::SIP;
        self.end = self.bytes.len().min(self.end + length);
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if self.bytes.len() < pool::INPUT {
            self.grow();
        }
        if self.bytes.len() - self.end < bytes.len() {
            self.compact();
        }
        match self.bytes.get_mut(self.end..self.end + bytes.len()) {
            Some(place) => place.copy_from_slice(bytes),
            None => {
                self.bytes.truncate(self.end);
                self.bytes.extend_from_slice(bytes);
            }
        }
        self.end += bytes.len();
    }

    /// Gives the buffer back. The start of a frame that came in part is kept aside.
    pub(crate) fn rest(&mut self) {
        let waiting = self.get(self.start..self.end);
        if self.bytes.is_empty() || waiting.len() > Self::ASIDE {
            return;
        }
        let waiting = Vec::from(waiting);
        (self.start, self.end) = (0, waiting.len());
        pool::return_input(mem::replace(&mut self.bytes, waiting));
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        pool::return_input(mem::take(&mut self.bytes));
    }
}

/// A message that is put together from several parts.
#[derive(Debug, Default)]
pub(crate) struct Assembly {
    /// `done` bytes of the message, then `read` bytes of it as they were received, then room,
    /// which has no meaning but is not cleared again either.
    bytes: Vec<u8>,
    done: usize,
    read: usize,
}

impl Assembly {
    /// From how much room on it is kept only as long as a message needs it.
    const KEEP: usize = 1 << 20;
    /// Bytes of room beside a message that it may be handed out with.
    const SPARE: usize = 1 << 10;
    /// Bytes that an announced length is trusted with; beyond, memory grows with what has come.
    const TRUSTED: usize = 1 << 20;
    /// Most bytes to read at once: when they are unmasked they are still in the cache.
    const PIECE: usize = 128 << 10;

    /// The message as far as it is done.
    #[inline]
    pub(crate) fn done(&self) -> &[u8] {
        self.bytes.get(..self.done).unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.done
    }

    /// Prepares for a part that is announced to be this long.
    pub(crate) fn announce(&mut self, length: usize) {
        let end = self.done + self.read + length.min(Self::TRUSTED);
        self.bytes.reserve(end.saturating_sub(self.bytes.len()));
    }

    /// Appends a part.
    pub(crate) fn push(&mut self, part: &[u8]) {
        let end = self.done + part.len();
        match self.bytes.get_mut(self.done..end) {
            Some(room) => room.copy_from_slice(part),
            None => {
                self.bytes.truncate(self.done);
                self.bytes.extend_from_slice(part);
            }
        }
        self.done = end;
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

    /// Room to read up to `left` bytes of the message into, to be appended there.
    #[cfg(feature = "tokio")]
    pub(crate) fn unfilled(&mut self, left: usize) -> bytes::buf::Limit<&mut Vec<u8>> {
        use bytes::BufMut;
        let room = left.saturating_sub(self.read).min(Self::PIECE);
        self.bytes.truncate(self.done + self.read);
        self.bytes.reserve(room);
        (&mut self.bytes).limit(room)
    }

    /// Says that something was appended; gives how much.
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

    /// Bytes that were read and are not yet part of the message.
    #[cfg(feature = "std")]
    pub(crate) const fn unaccepted(&self) -> usize {
        self.read
    }

    /// What was read, as it was received.
    pub(crate) fn read(&mut self) -> &mut [u8] {
        self.bytes
            .get_mut(self.done..self.done + self.read)
            .unwrap_or_default()
    }

    /// Says that what was read is now part of the message, and how much it was.
    pub(crate) fn accept(&mut self) -> usize {
        self.done += self.read;
        mem::take(&mut self.read)
    }

    /// Room for the message to grow, of `wanted` bytes and more where that costs nothing, but
    /// not beyond `limit` bytes in all.
    #[cfg(feature = "deflate")]
    pub(crate) fn room(&mut self, wanted: usize, limit: usize) -> &mut [u8] {
        let end = limit.min(self.done.saturating_add(wanted));
        if self.bytes.len() < end {
            let length = end.max(limit.min(2 * self.bytes.len()));
            self.bytes.reserve_exact(length - self.bytes.len());
            self.bytes.resize(length, 0);
        }
        let end = limit.min(self.bytes.len());
        self.bytes.get_mut(self.done..end).unwrap_or_default()
    }

    /// Says that so much of the room is now part of the message.
    #[cfg(feature = "deflate")]
    pub(crate) fn grow(&mut self, length: usize) {
        self.done = self.bytes.len().min(self.done + length);
    }

    /// Puts U+FFFD in the place of what is not UTF-8.
    pub(crate) fn replace_invalid(&mut self) {
        if let Err(_invalid) = core::str::from_utf8(self.done()) {
            self.bytes = String::from_utf8_lossy(self.done())
                .into_owned()
                .into_bytes();
            self.done = self.bytes.len();
        }
    }

    /// Takes the message out.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        let mut bytes = mem::take(&mut self.bytes);
        bytes.truncate(self.done);
        (self.done, self.read) = (0, 0);
        if bytes.capacity() / 4 > bytes.len() + Self::SPARE {
            // Who keeps the message keeps no room that an earlier one needed.
            bytes.shrink_to_fit();
        }
        bytes
    }

    /// Forgets the message.
    pub(crate) fn clear(&mut self) {
        if self.bytes.capacity() > Self::KEEP {
            self.bytes = Vec::new();
        }
        (self.done, self.read) = (0, 0);
    }

    pub(crate) fn rest(&mut self) {
        if self.done + self.read == 0 {
            *self = Self::default();
        }
    }
}

/// Bytes that wait to be sent.
#[derive(Debug, Default)]
pub(crate) struct Output {
    bytes: Vec<u8>,
    sent: usize,
}

impl Output {
    /// From how much room on it is given back whenever everything has been sent.
    const KEEP: usize = 2 << 20;

    #[inline]
    pub(crate) fn waiting(&self) -> &[u8] {
        self.bytes.get(self.sent..).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - self.sent
    }

    /// The buffer, to append to.
    #[inline]
    pub(crate) fn bytes(&mut self) -> &mut Vec<u8> {
        if self.bytes.capacity() == 0 {
            self.bytes = pool::output();
        } else if self.sent > self.bytes.len() / 2 {
            self.bytes.drain(..self.sent);
            self.sent = 0;
        }
        &mut self.bytes
    }

    #[inline]
    pub(crate) fn sent(&mut self, length: usize) {
        self.sent = self.bytes.len().min(self.sent + length);
        if self.sent == self.bytes.len() {
            self.sent = 0;
            self.bytes.clear();
            if self.bytes.capacity() > Self::KEEP {
                self.bytes = Vec::new();
            }
        }
    }

    /// Takes the last bytes back, none of which are sent; gives how many wait still.
    pub(crate) fn take_back(&mut self, length: usize) -> usize {
        let left = self.len().saturating_sub(length);
        self.bytes.truncate(self.sent + left);
        left
    }

    /// Takes everything that waits.
    #[cfg(feature = "std")]
    pub(crate) fn take(&mut self) -> Vec<u8> {
        let waiting = self.waiting().to_vec();
        self.sent(waiting.len());
        waiting
    }

    pub(crate) fn rest(&mut self) {
        if self.len() == 0 {
            pool::return_output(mem::take(&mut self.bytes));
            self.sent = 0;
        }
    }
}
