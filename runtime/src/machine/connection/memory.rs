//! What a connection holds of the budget that it shares with others.

use super::{Connection, Core};
#[cfg(feature = "std")]
use crate::payload::budget::Lease;
use crate::{
    machine::{error::Error, limits::Limit},
    payload::{budget::Budget, buffer::Assembly},
    protocol::{draft::Draft, frame::Encoded},
};

impl<D: Draft> Connection<D> {
    /// What it shares with others, if anything.
    pub const fn budget(&self) -> Option<&Budget> {
        self.core.config.budget.as_ref()
    }

    /// The value that is set for a limit, in its unit.
    #[cfg(feature = "tokio")]
    pub(crate) fn value(&self, limit: Limit) -> u64 {
        self.core.config.value(limit)
    }

    /// Since when it has held some of its budget for the same thing, if it does.
    #[cfg(feature = "std")]
    pub(crate) fn leased<I: Copy + Ord>(&self, lease: &mut Lease<I>, now: I) -> Option<I> {
        let account = self.core.account.as_deref()?;
        let (message, output) = (self.message.is_begun(), self.core.output.len() > 0);
        lease.since(account, message, output, now)
    }

    /// Makes sure that what is read next has room; fails the connection where it may not.
    pub(super) fn make_room(&mut self) -> Result<(), Error> {
        let needed = self.core.incoming.needed;
        let admitted = match self.left() {
            Some(left) => self.message.prepare(left),
            None => self.core.account.is_none() || self.input.admits(needed),
        };
        self.core.admitted(admitted)
    }
}

impl<D: Draft> Core<D> {
    /// Fails the connection where a buffer was not admitted to grow.
    #[inline]
    pub(super) fn admitted(&mut self, admitted: bool) -> Result<(), Error> {
        if admitted {
            Ok(())
        } else {
            Err(self.exceed(Limit::Memory))
        }
    }

    /// Whether the output may grow by a frame with such a payload, and by its compressed form.
    #[inline]
    pub(super) fn has_memory(&mut self, length: usize) -> bool {
        let coded = if self.coding.is_some() { length } else { 0 };
        self.output
            .admits(length.saturating_add(Encoded::MAX), coded)
    }

    /// Checks that what is sent next has memory.
    #[inline]
    pub(super) fn check_memory(&mut self, length: usize) -> Result<(), Error> {
        if self.has_memory(length) {
            return Ok(());
        }
        let limit = Limit::SendMemory;
        let value = self.config.value(limit);
        Err(Error::Limit { limit, value })
    }

    /// Puts U+FFFD in the place of what is not UTF-8, within the limit of messages.
    #[cold]
    pub(super) fn replace(&mut self, message: &mut Assembly) -> Result<(), Error> {
        let length = message.replaced_length();
        if length > self.config.limits.message {
            return Err(self.exceed(Limit::Message));
        }
        let admitted = message.replace_invalid(length);
        self.admitted(admitted)
    }
}
