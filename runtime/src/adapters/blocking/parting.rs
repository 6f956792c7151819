//! What happens when a socket is dropped or fails.

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
    /// Writes the remaining output, and reads the rest of the frame that made the connection fail.
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

    /// Answers the peer's close frame if the response was held and never sent.
    pub(super) fn part(&mut self) {
        if self.connection.is_answering() {
            self.finish();
        }
    }
}

/// Writes the response to a close frame if it is [held](crate::CloseAnswer::Held). Other unflushed
/// data is lost, because a blocking stream may take any time to write it.
impl<S, D: Draft> Drop for WebSocket<S, D> {
    fn drop(&mut self) {
        if self.transport.is_there() && self.connection.is_there() && !thread::panicking() {
            (self.parting)(self);
        }
    }
}
