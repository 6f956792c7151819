//! The received bytes.

use alloc::{sync::Arc, vec::Vec};
use core::{mem, ops::Range};

use bytes::Bytes;

use crate::payload::{
    budget::{Account, Meter},
    pool,
};

/// A buffer that was given away with a message.
struct Given {
    buffer: Vec<u8>,
    message: Range<usize>,
}

impl AsRef<[u8]> for Given {
    fn as_ref(&self) -> &[u8] {
        self.buffer.get(self.message.clone()).unwrap_or_default()
    }
}

impl Drop for Given {
    fn drop(&mut self) {
        pool::return_input(mem::take(&mut self.buffer));
    }
}

/// Received bytes that have not been consumed.
#[derive(Debug, Default)]
pub(crate) struct Input {
    /// Fully initialised, so that a stream can read into it.
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    /// Whether to read only a few bytes at a time, because the last payload was large and was
    /// read straight into the assembly. Most of the next payload is then read there, too.
    wary: bool,
    /// The size of a frame that came lately: the one that began last, or that the buffer ended with.
    last: usize,
    /// Whether a long message was handed out to keep, not lent.
    gives: bool,
    meter: Meter,
}

impl Input {
    /// With at least this many bytes to come, a payload is read straight into the assembly, unless it
    /// is text that is checked as it comes.
    pub(crate) const LARGE: usize = 8 << 10;
    /// Bytes to read at a time of a long text, whose checked pieces are copied: so many that they are
    /// still in the cache.
    const PIECE: usize = 32 << 10;
    /// A message of this length or more is given away with its buffer: a copy takes longer than a
    /// handle that returns the buffer.
    const GIVEN: usize = 8 << 10;
    /// The most bytes of a buffer that is given away, beyond twice the length of its message.
    const SPARE: usize = 2 << 10;
    /// Bytes to read at a time while large payloads come, because payload in this buffer is copied.
    const SIP: usize = 1 << 10;
    /// Bytes to read beyond a frame of the expected length. A read that brings less than it has room for
    /// tells tokio that nothing more is there, which saves a read that would find nothing.
    const BEYOND: usize = 1;
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
        let size = self.size();
        let next = if now < size {
            size
        } else {
            Self::grown(now, needed)
        };
        needed <= now || self.meter.admits(next)
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
        self.settle_in();
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
        // buffer when little more than it is read, and need not be put together.
        match (left, self.last.max(needed)) {
            (1.., _) => left.saturating_add(Self::BEYOND).min(Self::PIECE),
            (0, wanted) if (self.end + 1..pool::INPUT).contains(&wanted) => {
                wanted - self.end + Self::BEYOND
            }
            (0, _) => Self::PIECE,
        }
    }

    /// Whether a message to keep may be handed out with its buffer.
    #[inline]
    pub(crate) const fn gives_away(message: &Range<usize>) -> bool {
        message.end - message.start >= Self::GIVEN
    }

    /// Hands out a message to keep: with the buffer if it is nearly all that the buffer has room
    /// for, otherwise as a copy.
    #[inline]
    pub(crate) fn hand_out(&mut self, message: Range<usize>) -> Bytes {
        if message.len() < Self::GIVEN {
            return Bytes::copy_from_slice(self.get(message));
        }
        self.give(message)
    }

    /// As [`hand_out`](Self::hand_out), for a message that [may be given away](Self::gives_away).
    #[inline(never)]
    pub(crate) fn give(&mut self, message: Range<usize>) -> Bytes {
        self.gives = true;
        let waiting = self.end - self.start;
        if waiting > Self::BEYOND || self.bytes.len() > 2 * message.len() + Self::SPARE {
            return Bytes::copy_from_slice(self.get(message));
        }
        self.meter.settle(waiting);
        // A small buffer, so that the next one from the pool can be this one again.
        let next = self.get(self.start..self.end).into();
        let buffer = mem::replace(&mut self.bytes, next);
        (self.start, self.end) = (0, waiting);
        Bytes::from_owner(Given { buffer, message })
    }

    /// Notes that a frame of this size begins; `apart` tells whether most of its payload is not read
    /// into this buffer.
    pub(crate) fn announce(&mut self, size: usize, apart: bool) {
        self.last = size;
        self.wary = apart && size > pool::INPUT;
    }

    /// Whether the next message is probably given away.
    fn gives(&self) -> bool {
        self.gives && self.last >= Self::GIVEN
    }

    /// The size of the buffer to read into.
    fn size(&self) -> usize {
        if self.gives() {
            pool::size_for(self.last.saturating_add(Self::BEYOND))
        } else {
            pool::INPUT
        }
    }

    /// Makes sure that there is a buffer, of a size that can be given away where messages are.
    fn settle_in(&mut self) {
        let size = self.size();
        if self.bytes.len() < size || (self.gives() && self.is_empty() && self.bytes.len() > size) {
            self.move_to(size);
        } else {
            self.compact();
        }
    }

    /// Moves to a buffer of this size from the pool.
    fn move_to(&mut self, size: usize) {
        let mut bytes = pool::input(size);
        let waiting = self.get(self.start..self.end);
        if let Some(start) = bytes.get_mut(..waiting.len()) {
            start.copy_from_slice(waiting);
        }
        (self.start, self.end) = (0, waiting.len());
        pool::return_input(mem::replace(&mut self.bytes, bytes));
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
            self.move_to(pool::INPUT);
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

#[cfg(test)]
mod tests {
    use super::Input;
    use crate::payload::budget::{Account, Budget, Meter};

    #[test]
    fn a_buffer_to_give_away_needs_no_more_of_the_budget_than_it_has_bytes() {
        let account = Account::new(Budget::new(0));
        let mut other = Meter::of(Some(account.clone()));
        assert!(other.admits(Budget::ALLOWANCE - (20 << 10)));
        let mut input = Input::default();
        input.metered(Some(account));
        let frame = 9 << 10;
        assert!(!input.admits(frame));
        input.gives = true;
        input.announce(frame, false);
        assert!(input.admits(frame));
        assert_eq!(input.space(frame, 0).len(), frame + Input::BEYOND);
        assert!(input.capacity() <= 20 << 10);
    }

    #[test]
    fn the_start_of_the_next_frame_survives_a_buffer_that_is_given_away() {
        let mut input = Input::default();
        let frame = 9 << 10;
        input.gives = true;
        input.announce(frame, false);
        input.space(frame, 0).fill(1);
        input.filled(frame + Input::BEYOND);
        input.take_frame(frame);
        let message = input.give(4..frame);
        assert_eq!(message.len(), frame - 4);
        assert_eq!(input.waiting().1, [1; Input::BEYOND]);
    }
}
