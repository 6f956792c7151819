//! How sockets are left.

use std::{
    io::{Read, Write},
    thread,
    time::Instant,
};

use super::{WebSocket, after};
use crate::protocol::draft::Draft;

impl<S, D> WebSocket<S, D>
where
    S: Read + Write,
    D: Draft,
{
    /// Writes what is left to be said, and reads the rest of a frame that the connection failed
    /// with.
    pub(super) fn finish(&mut self) {
        let deadline = self.close_by();
        self.transport.finish(&mut *self.connection, deadline);
        let mut left = self.connection.unread();
        self.transport.drain(deadline, |bytes| {
            left = left.saturating_sub(bytes.len());
            left > 0
        });
    }

    pub(super) fn close_by(&mut self) -> Instant {
        let allowed = self.connection.limits().close;
        *self.close_by.get_or_insert_with(|| after(allowed))
    }

    /// Answers the peer's close frame where that was held and never done.
    pub(super) fn part(&mut self) {
        if self.connection.is_answering() {
            self.finish();
        }
    }
}

/// The answer to a close frame that is [held](crate::CloseAnswer::Held) is written. All else that
/// was sent and not flushed is lost, since a stream that blocks may take any time for it.
impl<S, D: Draft> Drop for WebSocket<S, D> {
    fn drop(&mut self) {
        if self.transport.is_there() && self.connection.is_there() && !thread::panicking() {
            (self.parting)(self);
        }
    }
}
