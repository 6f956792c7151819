//! Three buffers: what was received, the message that is put together, what is to be sent.
//!
//! All give their memory back when they are empty and asked to [rest](Input::rest). Each tells its
//! [`Meter`] what it holds.

use alloc::{sync::Arc, vec::Vec};
use core::{mem, ops::Range};

mod assembly;

pub(crate) use self::assembly::Assembly;
use crate::payload::{
    budget::{Account, Meter},
    pool,
};

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
    meter: Meter,
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

    /// Counts what it holds.
    pub(crate) fn metered(&mut self, account: Option<Arc<Account>>) {
        self.meter = Meter::of(account);
    }

    /// Whether it may grow so far that [`space`](Self::space) can take `needed` bytes in all.
    pub(crate) fn admits(&mut self, needed: usize) -> bool {
        let now = self.bytes.len();
        self.meter.settle(now);
        needed <= now || self.meter.admits(Self::grown(now, needed))
    }

    /// The next size on the way to one that holds `needed` bytes.
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
            self.bytes.resize(Self::grown(length, needed), 0);
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
    meter: Meter,
}

impl Output {
    /// From how much room on it is given back whenever everything has been sent.
    const KEEP: usize = 2 << 20;

    /// Counts what it holds.
    pub(crate) fn metered(&mut self, account: Option<Arc<Account>>) {
        self.meter = Meter::of(account);
    }

    /// Whether it may grow by so many bytes, and others of which there is a copy meanwhile.
    #[inline]
    pub(crate) fn admits(&mut self, length: usize, copied: usize) -> bool {
        let (now, end) = (
            self.bytes.capacity(),
            self.bytes.len().saturating_add(length),
        );
        let grown = if end <= now { now } else { end.max(2 * now) };
        self.meter.admits(grown.saturating_add(copied))
    }

    /// Counts what it holds after something was appended.
    #[inline]
    pub(crate) fn appended(&mut self) {
        self.meter.settle(self.bytes.capacity());
    }

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
            self.meter.drained();
            self.meter.settle(self.bytes.capacity());
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
            self.meter.settle(0);
        }
    }
}
