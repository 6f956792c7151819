//! Three buffers: the received bytes, the assembled message, the bytes to be sent.
//!
//! All free their memory on [rest](Output::rest) when they are empty. Each reports to a [`Meter`] how
//! much memory it holds.

#[cfg(feature = "std")]
use alloc::boxed::Box;
use alloc::{sync::Arc, vec::Vec};
use core::mem;

mod assembly;
mod input;
#[cfg(feature = "std")]
mod shared;

#[cfg(feature = "std")]
use self::shared::Parts;
#[cfg(feature = "std")]
pub(crate) use self::shared::SharedPayload;
pub(crate) use self::{assembly::Assembly, input::Input};
use crate::payload::{
    budget::{Account, Meter},
    pool,
};

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

    /// Bytes that wait in all.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        let own = self.bytes.len() - self.sent;
        #[cfg(feature = "std")]
        let own = own + self.parts.as_ref().map_or(0, |parts| parts.len());
        own
    }

    /// Bytes that wait, unless some of them are shared.
    #[cfg(feature = "tokio")]
    #[inline]
    pub(crate) fn unshared(&self) -> Option<usize> {
        self.parts.is_none().then_some(self.bytes.len() - self.sent)
    }

    /// The buffer, to append to.
    #[inline]
    pub(crate) fn bytes(&mut self) -> &mut Vec<u8> {
        if self.bytes.capacity() == 0 {
            self.bytes = pool::output();
        } else if self.sent > self.bytes.len() / 2 {
            self.compact();
        }
        &mut self.bytes
    }

    /// Removes the bytes that have been sent.
    #[cold]
    fn compact(&mut self) {
        self.bytes.drain(..self.sent);
        #[cfg(feature = "std")]
        if let Some(parts) = &mut self.parts {
            parts.shift(self.sent);
        }
        self.sent = 0;
    }

    #[inline]
    pub(crate) fn sent(&mut self, length: usize) {
        #[cfg(feature = "std")]
        let length = if self.parts.is_none() {
            length
        } else {
            match self.sent_with_parts(length) {
                Some(own) => own,
                None => return,
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

    /// Notes that all bytes have been sent; there are no shared payloads.
    #[cfg(feature = "tokio")]
    #[inline]
    pub(crate) fn all_sent(&mut self) {
        if self.bytes.capacity() > Self::KEEP || self.meter.is_counting() {
            return self.sent(self.len());
        }
        self.bytes.clear();
        self.sent = 0;
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
