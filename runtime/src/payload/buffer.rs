//! Three buffers: the received bytes, the assembled message, the bytes to be sent.
//!
//! All free their memory on [rest](Input::rest) when they are empty. Each reports to a [`Meter`] how
//! much memory it holds.

#[cfg(feature = "std")]
use alloc::boxed::Box;
use alloc::{sync::Arc, vec::Vec};
use core::{mem, ops::Range};

mod assembly;
#[cfg(feature = "std")]
mod shared;

pub(crate) use self::assembly::Assembly;
#[cfg(feature = "std")]
use self::shared::Parts;
#[cfg(feature = "std")]
pub(crate) use self::shared::SharedPayload;
use crate::payload::{
    budget::{Account, Meter},
    pool,
};

/// Received bytes that have not been consumed.
#[derive(Debug, Default)]
pub(crate) struct Input {
    /// Fully initialised, so that a stream can read into it.
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    /// Whether to read only a few bytes at a time, because the last payload was large. Most of the
    /// next payload is then read straight into the assembly.
    wary: bool,
    /// The size of a frame that came lately: the one that began last, or that the buffer ended with.
    last: usize,
    /// Whether long messages are handed out to keep, so that those in this buffer have to be copied.
    gives_away: bool,
    meter: Meter,
}

impl Input {
    /// With at least this many bytes to come, a payload is read straight into the assembly.
    pub(crate) const LARGE: usize = 8 << 10;
    /// Bytes to read at a time of a long text, whose checked pieces are copied: so many that they are
    /// still in the cache.
    const PIECE: usize = 32 << 10;
    /// A longer message that is to be handed out to keep is not read into this buffer: a copy of it
    /// takes longer than to assemble it.
    const COPIED: usize = 40 << 10;
    /// Bytes to read at a time while large payloads come, because payload in this buffer is copied.
    const SIP: usize = 1 << 10;
    /// The largest start of a frame that [`rest`](Self::rest) keeps in a small buffer.
    const ASIDE: usize = 4 << 10;

    /// Reports its memory to an account from now on.
    pub(crate) fn metered(&mut self, account: Option<Arc<Account>>) {
        self.meter = Meter::of(account);
    }

    /// Whether the budget lets it grow so that it can hold `needed` bytes in all.
    pub(crate) fn admits(&mut self, needed: usize) -> bool {
        let now = self.bytes.len();
        self.meter.settle(now);
        needed <= now || self.meter.admits(Self::grown(now, needed))
    }

    /// The size after the next step of growth towards `needed` bytes.
    fn grown(now: usize, needed: usize) -> usize {
        needed.min(2 * now).max(pool::INPUT)
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    #[cfg(feature = "std")]
    pub(crate) const fn len(&self) -> usize {
        self.end - self.start
    }

    /// Bytes of memory that it holds.
    pub(crate) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// The waiting bytes, and their position in the buffer. Add it to a range of them to get a range
    /// for [`Input::get`].
    #[inline]
    pub(crate) fn waiting(&mut self) -> (usize, &mut [u8]) {
        (
            self.start,
            self.bytes.get_mut(self.start..self.end).unwrap_or_default(),
        )
    }

    /// The bytes in a range of the buffer, which is valid until the buffer is next written to.
    #[inline]
    pub(crate) fn get(&self, range: Range<usize>) -> &[u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// Marks the first waiting bytes as consumed. [`Input::get`] still returns them until more bytes
    /// are received.
    #[inline]
    pub(crate) fn take(&mut self, length: usize) {
        self.start = self.end.min(self.start + length);
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
    }

    /// As [`take`](Self::take), for bytes that end with a frame.
    #[inline]
    pub(crate) fn take_frame(&mut self, length: usize) {
        self.take(length);
        if self.is_empty() {
            self.last = length;
        }
    }

    /// Room to read into; empty if the buffer is full and holds `needed` bytes. `left` bytes of a
    /// payload are still to come.
    pub(crate) fn space(&mut self, needed: usize, left: usize) -> &mut [u8] {
        if self.bytes.len() < pool::INPUT {
            self.grow();
        } else {
            self.compact();
        }
        let length = self.bytes.len();
        if self.end == length && length < needed {
            // An announced length is not trusted: memory grows with the bytes that arrive.
            self.bytes.resize(Self::grown(length, needed), 0);
        }
        let end = self.end.saturating_add(self.room(needed, left));
        let end = end.min(self.bytes.len());
        self.bytes.get_mut(self.end..end).unwrap_or_default()
    }

    /// How many bytes to read.
    fn room(&self, needed: usize, left: usize) -> usize {
        if self.wary {
            return Self::SIP;
        }
        if self.last < Self::LARGE {
            return usize::MAX;
        }
        // Frames of one size often come one after the other. Each then stands at the start of the
        // buffer when it is read no further than to its end, and need not be put together.
        match (left, self.last.max(needed)) {
            (1.., _) => left.min(Self::PIECE),
            (0, wanted) if (self.end + 1..=self.most()).contains(&wanted) => wanted - self.end,
            (0, _) => Self::PIECE,
        }
    }

    /// The largest frame that is read into this buffer as a whole.
    const fn most(&self) -> usize {
        if self.gives_away {
            Self::COPIED
        } else {
            pool::INPUT
        }
    }

    /// Notes that a message of this length was copied to be handed out.
    #[inline]
    pub(crate) fn copied(&mut self, length: usize) {
        self.gives_away |= length > Self::COPIED;
    }

    /// Notes that a frame of this size begins; `apart` tells whether most of its payload is not read
    /// into this buffer.
    pub(crate) fn announce(&mut self, size: usize, apart: bool) {
        self.last = size;
        self.wary = apart && size > self.most();
    }

    /// Moves to a buffer from the pool.
    fn grow(&mut self) {
        let mut bytes = pool::input();
        let waiting = self.get(self.start..self.end);
        if let Some(start) = bytes.get_mut(..waiting.len()) {
            start.copy_from_slice(waiting);
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
            Some(room) => room.copy_from_slice(bytes),
            None => {
                self.bytes.truncate(self.end);
                self.bytes.extend_from_slice(bytes);
            }
        }
        self.end += bytes.len();
    }

    /// Returns the buffer to the pool. The start of an incomplete frame moves to a small buffer.
    pub(crate) fn rest(&mut self) {
        let waiting = self.get(self.start..self.end);
        if self.bytes.is_empty() || waiting.len() > Self::ASIDE {
            return;
        }
        let waiting = Vec::from(waiting);
        (self.start, self.end) = (0, waiting.len());
        pool::return_input(mem::replace(&mut self.bytes, waiting));
        self.meter.settle(self.bytes.len());
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        pool::return_input(mem::take(&mut self.bytes));
    }
}

/// Bytes that wait to be sent.
#[derive(Debug, Default)]
pub(crate) struct Output {
    bytes: Vec<u8>,
    sent: usize,
    /// Payloads between the bytes that other connections share. Nearly always there are none.
    #[cfg(feature = "std")]
    parts: Option<Box<Parts>>,
    meter: Meter,
}

impl Output {
    /// A larger capacity than this is freed whenever everything has been sent.
    const KEEP: usize = 2 << 20;

    /// Reports its memory to an account from now on.
    pub(crate) fn metered(&mut self, account: Option<Arc<Account>>) {
        self.meter = Meter::of(account);
    }

    /// Whether the budget lets it grow by `length` bytes, with a temporary copy of `copied` bytes.
    #[inline]
    pub(crate) fn admits(&mut self, length: usize, copied: usize) -> bool {
        let (now, end) = (
            self.bytes.capacity(),
            self.bytes.len().saturating_add(length),
        );
        let grown = if end <= now { now } else { end.max(2 * now) };
        self.meter.admits(grown.saturating_add(copied))
    }

    /// Reports its memory after bytes were appended.
    #[inline]
    pub(crate) fn appended(&mut self) {
        self.meter.settle(self.bytes.capacity());
    }

    /// The next bytes to send: all of them, unless there are shared payloads.
    #[inline]
    pub(crate) fn waiting(&self) -> &[u8] {
        #[cfg(feature = "std")]
        if let Some(parts) = &self.parts {
            return parts.next(&self.bytes, self.sent)[0];
        }
        self.bytes.get(self.sent..).unwrap_or_default()
    }

    /// Bytes that follow those that are [waiting](Self::waiting), if there are shared payloads.
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) fn behind(&self) -> &[u8] {
        match &self.parts {
            None => &[],
            Some(parts) => parts.next(&self.bytes, self.sent)[1],
        }
    }

    /// Bytes that wait in all.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        let own = self.bytes.len() - self.sent;
        #[cfg(feature = "std")]
        let own = own + self.parts.as_ref().map_or(0, |parts| parts.len());
        own
    }

    /// Whether it has payloads that other connections share.
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) const fn is_sharing(&self) -> bool {
        self.parts.is_some()
    }

    /// Appends a payload without a copy.
    #[cfg(feature = "std")]
    pub(crate) fn share(&mut self, payload: Arc<SharedPayload>) {
        let at = self.bytes.len();
        self.parts.get_or_insert_default().push(at, payload);
    }

    /// The buffer, to append to.
    #[inline]
    pub(crate) fn bytes(&mut self) -> &mut Vec<u8> {
        if self.bytes.capacity() == 0 {
            self.bytes = pool::output();
        } else if self.sent > self.bytes.len() / 2 {
            self.bytes.drain(..self.sent);
            #[cfg(feature = "std")]
            if let Some(parts) = &mut self.parts {
                parts.shift(self.sent);
            }
            self.sent = 0;
        }
        &mut self.bytes
    }

    #[inline]
    pub(crate) fn sent(&mut self, length: usize) {
        #[cfg(feature = "std")]
        let length = match &mut self.parts {
            None => length,
            Some(parts) => {
                let own = parts.sent(self.sent, length);
                if !parts.is_empty() {
                    self.sent += own;
                    return;
                }
                self.parts = None;
                own
            }
        };
        self.sent = self.bytes.len().min(self.sent + length);
        if self.sent == self.bytes.len() {
            self.sent = 0;
            self.bytes.clear();
            if self.bytes.capacity() > Self::KEEP {
                self.bytes = Vec::new();
            }
            self.meter.drained();
            self.meter.settle(self.bytes.capacity());
        }
    }

    /// Removes the last bytes, none of which has been sent; returns how many bytes still wait.
    pub(crate) fn take_back(&mut self, length: usize) -> usize {
        let end = self.bytes.len().saturating_sub(length);
        self.bytes.truncate(end.max(self.sent));
        self.len()
    }

    /// Takes all waiting bytes.
    #[cfg(feature = "std")]
    pub(crate) fn take(&mut self) -> Vec<u8> {
        let mut all = Vec::with_capacity(self.len());
        while self.len() > 0 {
            let before = all.len();
            all.extend_from_slice(self.waiting());
            self.sent(all.len() - before);
        }
        all
    }

    pub(crate) fn rest(&mut self) {
        if self.len() == 0 {
            pool::return_output(mem::take(&mut self.bytes));
            self.sent = 0;
            self.meter.settle(0);
        }
    }
}
