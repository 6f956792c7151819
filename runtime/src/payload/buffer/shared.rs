//! Payloads that wait to be sent on many connections and are in memory once.

use alloc::{collections::VecDeque, sync::Arc, vec::Vec};
#[cfg(feature = "tokio")]
use core::mem;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use super::Output;
use crate::payload::budget::{Budget, Reserved};
#[cfg(feature = "tokio")]
use crate::payload::pool;

/// A payload that connections share.
#[derive(Debug)]
pub(crate) struct SharedPayload {
    bytes: Bytes,
    /// What it takes of each budget, until nothing holds it any more.
    reserved: Mutex<Vec<Reserved>>,
}

impl SharedPayload {
    pub(crate) fn new(bytes: Bytes) -> Arc<Self> {
        Arc::new(Self {
            bytes,
            reserved: Mutex::new(Vec::new()),
        })
    }

    #[inline]
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether a budget has room for it. It counts once, for whichever connection comes first.
    pub(crate) fn is_admitted(&self, budget: &Budget) -> bool {
        // A list of reservations is consistent after a panic.
        let mut reserved = self.reserved.lock().unwrap_or_else(PoisonError::into_inner);
        if reserved.iter().any(|reserved| reserved.is_of(budget)) {
            return true;
        }
        let more = budget.reserve(self.bytes.len());
        let admitted = more.is_some();
        reserved.extend(more);
        admitted
    }
}

impl Output {
    /// The most room behind its bytes that a wait leaves.
    #[cfg(feature = "tokio")]
    const SPARE: usize = 256;

    /// Bytes that follow those that are [waiting](Self::waiting), if there are shared payloads.
    #[inline]
    pub(crate) fn behind(&self) -> &[u8] {
        match &self.parts {
            None => &[],
            Some(parts) => parts.next(&self.bytes, self.sent)[1],
        }
    }

    /// Whether it has payloads that other connections share.
    #[inline]
    pub(crate) const fn is_sharing(&self) -> bool {
        self.parts.is_some()
    }

    /// Appends a payload without a copy, from this byte on.
    pub(crate) fn share(&mut self, payload: Arc<SharedPayload>, from: usize) {
        let at = self.bytes.len();
        self.parts.get_or_insert_default().push(at, payload, from);
    }

    /// Gives back a buffer with much more room than its bytes need.
    #[cfg(feature = "tokio")]
    #[cold]
    pub(crate) fn spare_room(&mut self) {
        if self.bytes.capacity() - self.bytes.len() > Self::SPARE {
            let waiting = self.bytes.clone();
            pool::return_output(mem::replace(&mut self.bytes, waiting));
            self.appended();
        }
    }

    /// Notes that so many bytes have been sent. Once no payload of others is among those that wait,
    /// this returns how many of its own are still to be counted.
    #[cold]
    pub(super) fn sent_with_parts(&mut self, length: usize) -> Option<usize> {
        let parts = self.parts.as_mut()?;
        let own = parts.sent(self.sent, length);
        if parts.is_empty() {
            self.parts = None;
            return Some(own);
        }
        self.sent += own;
        None
    }
}

/// The shared payloads in an output, each between two of its bytes.
#[derive(Debug, Default)]
pub(super) struct Parts {
    parts: VecDeque<Part>,
    /// Bytes of them that have not been sent.
    length: usize,
}

#[derive(Debug)]
struct Part {
    /// The position of the byte that it precedes.
    at: usize,
    payload: Arc<SharedPayload>,
    sent: usize,
}

impl Part {
    fn rest(&self) -> &[u8] {
        self.payload.bytes().get(self.sent..).unwrap_or_default()
    }
}

impl Parts {
    /// Adds a payload of which this many bytes have been sent.
    pub(super) fn push(&mut self, at: usize, payload: Arc<SharedPayload>, sent: usize) {
        self.length += payload.bytes().len() - sent;
        self.parts.push_back(Part { at, payload, sent });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    pub(super) const fn len(&self) -> usize {
        self.length
    }

    /// The next bytes to send, and those behind them. `start` is the position of the first of
    /// `bytes` that has not been sent.
    pub(super) fn next<'a>(&'a self, bytes: &'a [u8], start: usize) -> [&'a [u8]; 2] {
        let range = |from: usize, to: usize| bytes.get(from..to).unwrap_or_default();
        let mut parts = self.parts.iter();
        match parts.next() {
            None => [range(start, bytes.len()), &[]],
            Some(part) if part.at > start => [range(start, part.at), part.rest()],
            Some(part) => {
                let end = parts.next().map_or(bytes.len(), |next| next.at);
                [part.rest(), range(start, end)]
            }
        }
    }

    /// Notes that `length` bytes have been sent; returns how many of them are not in shared payloads.
    pub(super) fn sent(&mut self, start: usize, mut length: usize) -> usize {
        let mut own = 0;
        while let Some(part) = self.parts.front_mut() {
            let before = part.at.saturating_sub(start + own).min(length);
            own += before;
            length -= before;
            let of_it = part.rest().len().min(length);
            part.sent += of_it;
            self.length -= of_it;
            length -= of_it;
            if !part.rest().is_empty() {
                return own;
            }
            self.parts.pop_front();
        }
        own + length
    }

    /// Notes that the first `length` bytes, which have been sent, are removed.
    pub(super) fn shift(&mut self, length: usize) {
        for part in &mut self.parts {
            part.at = part.at.saturating_sub(length);
        }
    }
}
