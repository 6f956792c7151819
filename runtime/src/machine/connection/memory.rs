//! The memory of the shared budget that a connection holds.

use super::{Connection, Core};
#[cfg(feature = "std")]
use crate::payload::budget::Lease;
use crate::{
    machine::{error::ConnectionError, limits::Limit},
    payload::{budget::Budget, buffer::Assembly, mask},
    protocol::{draft::Draft, frame::Encoded},
};

impl<D: Draft> Connection<D> {
    /// The memory budget that it shares with other connections, if any.
    pub fn budget(&self) -> Option<&Budget> {
        self.core.config.budget.as_ref()
    }

    /// The configured value of a limit, in its unit.
    #[cfg(feature = "tokio")]
    pub(crate) fn value(&self, limit: Limit) -> u64 {
        self.core.config.value(limit)
    }

    /// The time since which it has held memory of the budget for the same message or output, if any.
    #[cfg(feature = "std")]
    pub(crate) fn leased<I: Copy + Ord>(&self, lease: &mut Lease<I>, now: I) -> Option<I> {
        let account = self.core.account.as_deref()?;
        let (message, output) = (self.assembly.is_begun(), self.core.output.len() > 0);
        let sharing = self.core.output.is_sharing();
        lease.since(account, message, output, sharing, now)
    }

    /// How many bytes wait to be sent in all.
    #[inline]
    pub fn queued(&self) -> usize {
        self.core.output.len()
    }

    /// Frees every buffer that is empty. Call it before a wait that may be long: an idle connection
    /// then holds no buffer.
    pub fn rest(&mut self) {
        if self.ready.is_some() {
            return;
        }
        self.core.incoming.release(&mut self.assembly);
        self.assembly.rest();
        if let Some(coding) = &mut self.core.coding {
            coding.rest();
        }
        self.input.rest();
        self.core.output.rest();
    }

    /// Makes room for the next read; fails the connection if the budget does not allow it.
    pub(super) fn make_room(&mut self) -> Result<(), ConnectionError> {
        let needed = self.core.incoming.needed;
        let admitted = match self.left() {
            Some(left) => self.assembly.prepare(left),
            None => self.core.account.is_none() || self.input.admits(needed),
        };
        self.core.admitted(admitted)
    }
}

impl<D: Draft> Core<D> {
    /// Fails the connection if a buffer was not allowed to grow.
    #[inline]
    pub(super) fn admitted(&mut self, admitted: bool) -> Result<(), ConnectionError> {
        if admitted {
            Ok(())
        } else {
            Err(self.exceed(Limit::Memory))
        }
    }

    /// Whether the output may grow by a frame with this payload length, and by its compressed form.
    #[inline]
    pub(super) fn has_memory(&mut self, length: usize) -> bool {
        let compressed = if self.coding.is_some() { length } else { 0 };
        let framed = length.saturating_add(Encoded::MAX + mask::SLACK);
        self.output.admits(framed, compressed)
    }

    /// Checks that the budget has memory for a frame to be sent.
    #[inline]
    pub(super) fn check_memory(&mut self, length: usize) -> Result<(), ConnectionError> {
        if self.has_memory(length) {
            return Ok(());
        }
        let limit = Limit::SendMemory;
        let value = self.config.value(limit);
        Err(ConnectionError::Limit { limit, value })
    }

    /// Replaces invalid UTF-8 with U+FFFD, within the limit for messages.
    #[cold]
    pub(super) fn replace_invalid(
        &mut self,
        assembly: &mut Assembly,
    ) -> Result<(), ConnectionError> {
        let length = assembly.replaced_length();
        if length > self.config.limits.message {
            return Err(self.exceed(Limit::Message));
        }
        let admitted = assembly.replace_invalid(length);
        self.admitted(admitted)
    }
}
