//! How a socket ends: it is dropped, or the connection fails.

use std::{
    future::{Future as _, poll_fn},
    pin::pin,
    task::{Context, Waker},
    thread,
    time::Duration,
};

use ::tokio::{
    io::{AsyncRead, AsyncWrite},
    task::unconstrained,
    time::{Instant, timeout_at},
};

use super::{Error, WebSocket, after, transport::Transport};
use crate::{
    adapters::stream::Unsent,
    machine::{close::Ending, error::ConnectionError},
    protocol::draft::Draft,
};

impl<S, D> WebSocket<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    /// Writes as much of the remaining data as the stream accepts immediately.
    pub(super) fn part(&mut self) {
        let write = poll_fn(|cx| self.transport.poll_part(&mut *self.connection, cx));
        // A task that has exhausted its tokio budget may still write.
        let mut write = pin!(unconstrained(write));
        let _ = write.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }
}

/// Queued data is written as far as the stream accepts it immediately. Above all, this includes the
/// response to a close frame.
impl<S, D: Draft> Drop for WebSocket<S, D> {
    fn drop(&mut self) {
        if self.transport.is_there() && self.connection.is_there() && !thread::panicking() {
            (self.parting)(self);
            let clean = self.connection.ended().is_some_and(Ending::is_clean);
            self.tracking.leave(clean);
        }
    }
}

/// Writes the last data of a failed connection, and closes the stream.
pub(super) async fn leave_with<S>(
    transport: &mut Transport<S>,
    allowed: Duration,
    (error, unsent): (ConnectionError, Vec<u8>),
) -> Error
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    transport.keep_last(unsent);
    let mut nothing = Unsent::default();
    let leave = poll_fn(|cx| transport.poll_leave(&mut nothing, false, cx));
    if timeout_at(after(Instant::now(), allowed), leave)
        .await
        .is_err()
    {
        transport.abandon();
    }
    error.into()
}
