//! A stream while the opening handshake goes on over it.

use std::{future::poll_fn, io};

use ::tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, timeout_at},
};

use super::{Error, WebSocket, after, transport::Transport};
use crate::{
    adapters::stream::{Unsent, is_gone},
    machine::{
        connection::Connection,
        error::Error as CoreError,
        limits::{Limit, Limits},
    },
    protocol::draft::Draft,
};

/// A stream, with what is to be written and the time that is left.
#[derive(Debug)]
pub(crate) struct Exchange<S> {
    transport: Transport<S>,
    unsent: Unsent,
    limits: Limits,
    deadline: Instant,
    /// When to stop waiting for the peer to close after a refusal.
    leaving: Option<Instant>,
    heard: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Exchange<S> {
    /// A stream on which the opening handshake starts now.
    pub(super) fn new(stream: S, limits: &Limits) -> Self {
        Self::since(Instant::now(), stream, limits)
    }

    /// A stream on which the opening handshake has started before.
    pub(crate) fn since(started: Instant, stream: S, limits: &Limits) -> Self {
        Self {
            transport: Transport::new(stream),
            unsent: Unsent::default(),
            limits: limits.clone(),
            deadline: after(started, limits.handshake),
            leaving: None,
            heard: false,
        }
    }

    pub(super) const fn stream(&self) -> &S {
        &self.transport.stream
    }

    /// Adds to what is to be written.
    pub(crate) fn queue(&mut self, bytes: &[u8]) {
        self.unsent.push(bytes);
    }

    /// Writes everything.
    pub(crate) async fn flush(&mut self) -> Result<(), Error> {
        let Self {
            transport, unsent, ..
        } = self;
        let flush = poll_fn(|cx| transport.poll_flush(unsent, cx));
        match timeout_at(self.deadline, flush).await {
            Ok(Err(error)) => Err(self.failed(error)),
            Ok(Ok(())) => Ok(()),
            Err(_elapsed) => Err(self.expired().into()),
        }
    }

    /// Waits for bytes and hands them over. Whatever `take` gives comes out of the same poll,
    /// so nothing is lost when the future is dropped.
    pub(crate) async fn read<R>(&mut self, take: impl FnOnce(&[u8]) -> R) -> Result<R, Error> {
        let mut take = Some(take);
        let transport = &mut self.transport;
        let read = poll_fn(|cx| {
            transport.poll_read(cx, |bytes| {
                (!bytes.is_empty())
                    .then(|| take.take())
                    .flatten()
                    .map(|take| take(bytes))
            })
        });
        match timeout_at(self.deadline, read).await {
            Ok(Ok(Some(taken))) => {
                self.heard = true;
                Ok(taken)
            }
            Ok(Ok(None)) => Err(self.vanished().into()),
            Ok(Err(error)) => Err(self.failed(error)),
            Err(_elapsed) => Err(self.expired().into()),
        }
    }

    /// Writes what is left, closes, and waits for the peer to do so too, since a stream that
    /// is let go of with input unread would take back what was written last.
    pub(super) async fn leave(&mut self) {
        let allowed = self.limits.close;
        let deadline = *self
            .leaving
            .get_or_insert_with(|| after(Instant::now(), allowed));
        let Self {
            transport, unsent, ..
        } = self;
        let leave = poll_fn(|cx| transport.poll_leave(unsent, false, cx));
        if timeout_at(deadline, leave).await.is_err() {
            self.transport.abandon();
        }
    }

    /// Goes over to frames.
    pub(crate) fn establish<D: Draft>(
        self,
        connection: Connection<D>,
        subprotocol: Option<Box<str>>,
    ) -> WebSocket<S, D> {
        WebSocket::established(self.transport, connection, subprotocol)
    }

    fn expired(&self) -> CoreError {
        let limit = Limit::Handshake;
        CoreError::Limit {
            limit,
            value: self.limits.value(limit),
        }
    }

    const fn vanished(&self) -> CoreError {
        CoreError::Vanished {
            partial: self.heard,
        }
    }

    fn failed(&self, error: io::Error) -> Error {
        if is_gone(&error) {
            self.vanished().into()
        } else {
            error.into()
        }
    }
}
