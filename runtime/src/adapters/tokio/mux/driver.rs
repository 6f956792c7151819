//! What moves the messages of a physical connection.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use ::tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, Sleep, sleep_until},
};

use super::{
    super::{Error, WebSocket, after},
    shared::Shared,
};
use crate::{
    machine::{
        connection::{Connection, Event},
        multiplex::Over,
    },
    protocol::draft::Draft,
};

/// Moves the messages of a physical connection: spawn it, or poll it beside the channels. Nothing
/// moves without it, and all channels end when it is dropped.
///
/// It completes when the physical connection has ended: when the peer has closed it, or when the
/// [`Mux`](super::Mux) and all channels are dropped.
///
/// # Errors
/// As [`WebSocket::recv`], and [`Error::Io`] of the kind `InvalidData` with the violated rule if the
/// peer breaks one that is about the channels.
#[must_use = "channels do not move without it"]
#[derive(Debug)]
pub struct Driver<S, D: Draft> {
    socket: WebSocket<S, D>,
    shared: Arc<Shared<D>>,
    /// When to give up on what the peer does not take of channels that nobody holds.
    lingers: Option<Patience>,
}

/// How long to wait, and what the peer had not taken when the wait began.
#[derive(Debug)]
struct Patience {
    alarm: Pin<Box<Sleep>>,
    left: usize,
}

impl<S, D: Draft> Driver<S, D> {
    pub(super) const fn new(socket: WebSocket<S, D>, shared: Arc<Shared<D>>) -> Self {
        Self {
            socket,
            shared,
            lingers: None,
        }
    }
}

impl<S, D> Driver<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    /// The physical connection.
    #[must_use]
    pub const fn connection(&self) -> &Connection<D> {
        self.socket.connection()
    }

    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let shared = Arc::clone(&self.shared);
        loop {
            let queued = shared.send(&mut self.socket.connection, cx)?;
            if queued {
                self.socket.transport.uncork();
                self.lingers = None;
            }
            if shared.is_congested() {
                match self.socket.poll_flush(cx) {
                    Poll::Ready(flushed) => flushed?,
                    Poll::Pending => ready!(self.poll_linger(cx)),
                }
                continue;
            }
            let mut take = Some(|event: Event<'_>| shared.receive(event));
            match self.socket.poll_event(&mut take, cx) {
                Poll::Ready(Ok(Some(()))) => {}
                Poll::Ready(Ok(None)) => return Poll::Ready(Ok(())),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                // What was written meanwhile may have made room.
                Poll::Pending if shared.send(&mut self.socket.connection, cx)? => {
                    self.socket.transport.uncork();
                    self.lingers = None;
                }
                Poll::Pending => ready!(self.poll_linger(cx)),
            }
        }
    }
}

impl<S, D> Driver<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    /// Waits. If the connection is to be closed, or nobody holds a channel any more, and the peer takes
    /// nothing of what is left for as long as the closing handshake may take, this closes the physical
    /// connection without it.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let physical = &self.socket.connection;
        if physical.is_closing() || !self.shared.lingers() {
            self.lingers = None;
            return Poll::Pending;
        }
        let (left, allowed) = (physical.queued(), physical.limits().close);
        let until = || after(Instant::now(), allowed);
        let lingers = self.lingers.get_or_insert_with(|| Patience {
            alarm: Box::pin(sleep_until(until())),
            left,
        });
        ready!(lingers.alarm.as_mut().poll(cx));
        if lingers.left == left {
            self.shared.give_up();
        }
        self.lingers = None;
        Poll::Ready(())
    }
}

impl<S, D> Future for Driver<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    type Output = Result<(), Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let ended = ready!(this.poll_end(cx));
        this.shared.end();
        Poll::Ready(match this.shared.over() {
            Some(Over::Failed(broken)) => {
                Err(io::Error::new(io::ErrorKind::InvalidData, broken).into())
            }
            _ => ended,
        })
    }
}

impl<S, D: Draft> Drop for Driver<S, D> {
    fn drop(&mut self) {
        self.shared.end();
    }
}
