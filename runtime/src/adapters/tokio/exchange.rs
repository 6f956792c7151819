//! A stream during the opening handshake.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use ::tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, error::Elapsed, timeout_at},
};

use super::{Error, WebSocket, after, transport::Transport};
use crate::{
    adapters::{
        connections::Connections,
        opening::{Opening, expired, failed, vanished},
    },
    machine::{error::Misuse, limits::Config},
};

/// One endpoint's opening handshake over a stream, and the time that remains for it.
#[derive(Debug)]
pub(crate) struct Exchange<S, O> {
    transport: Transport<S>,
    opening: O,
    config: Arc<Config>,
    deadline: Instant,
    /// When to stop waiting for the peer to close the stream after a refusal.
    leaving: Option<Instant>,
    heard: bool,
    connections: Option<Connections>,
}

/// Waits for a future until the deadline. Most are ready at once, without a timer.
async fn before<F: Future + Unpin>(deadline: Instant, mut future: F) -> Result<F::Output, Elapsed> {
    let first = poll_fn(|cx| Poll::Ready(Pin::new(&mut future).poll(cx)));
    match first.await {
        Poll::Ready(output) => Ok(output),
        Poll::Pending => timeout_at(deadline, future).await,
    }
}

impl<S, O> Exchange<S, O> {
    pub(super) const fn stream(&self) -> &S {
        &self.transport.stream
    }

    #[cfg(feature = "client-no-provider")]
    pub(super) const fn opening_ref(&self) -> &O {
        &self.opening
    }

    pub(super) const fn opening(&mut self) -> &mut O {
        &mut self.opening
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin, O: Opening> Exchange<S, O> {
    /// Starts a handshake now.
    pub(super) fn new(stream: S, opening: O, config: &Arc<Config>) -> Self {
        Self::since(Instant::now(), stream, opening, config)
    }

    /// A handshake that has already started.
    pub(crate) fn since(started: Instant, stream: S, opening: O, config: &Arc<Config>) -> Self {
        Self {
            transport: Transport::new(stream),
            opening,
            config: Arc::clone(config),
            deadline: after(started, config.limits.handshake),
            leaving: None,
            heard: false,
            connections: None,
        }
    }

    /// Adds the connection to these, if there are any.
    pub(crate) fn tracked(mut self, connections: Option<&Connections>) -> Self {
        self.connections = connections.cloned();
        self
    }

    /// Writes and reads until the handshake has reached this point. If the handshake is refused,
    /// this sends the refusal to the client and returns it as the error.
    pub(super) async fn until(&mut self, reached: fn(&O) -> bool) -> Result<(), Error> {
        let done = self.reach(reached).await;
        done.inspect_err(|error| self.opening.count_failed(error))
    }

    async fn reach(&mut self, reached: fn(&O) -> bool) -> Result<(), Error> {
        while !reached(&self.opening) {
            if let Some(refusal) = self.opening.refusal().cloned() {
                self.leave().await;
                return Err(refusal.into());
            }
            self.flush().await?;
            match self.read().await {
                Ok(received) => received?,
                Err(error) => self.opening.cut_short(error)?,
            }
        }
        Ok(())
    }

    /// Writes and reads until the handshake is complete and everything is written.
    pub(crate) async fn complete(&mut self) -> Result<(), Error> {
        self.until(O::is_done).await?;
        let done = self.flush().await;
        done.inspect_err(|error| self.opening.count_failed(error))
    }

    /// Sets how long the handshake may take from now on.
    pub(super) fn allow(&mut self, time: Duration) {
        self.deadline = after(Instant::now(), time);
    }

    /// Waits for a future within the time of the handshake. Returns `None` if it takes longer.
    pub(super) async fn in_time<F: Future>(&self, future: F) -> Option<F::Output> {
        timeout_at(self.deadline, future).await.ok()
    }

    /// Writes everything.
    async fn flush(&mut self) -> Result<(), Error> {
        let (transport, unsent) = (&mut self.transport, self.opening.unsent());
        let flush = poll_fn(|cx| transport.poll_flush(unsent, cx));
        match before(self.deadline, flush).await {
            Ok(flushed) => flushed.map_err(|error| failed(error, &self.opening, self.heard)),
            Err(_elapsed) => Err(expired(&self.config.limits)),
        }
    }

    /// Waits for bytes and passes them on. The result is returned from the same poll, so nothing is
    /// lost when the future is dropped.
    async fn read(&mut self) -> Result<Result<(), Error>, Error> {
        let (transport, opening) = (&mut self.transport, &mut self.opening);
        let read = poll_fn(|cx| {
            transport.poll_read(cx, |bytes| {
                (!bytes.is_empty()).then(|| opening.receive(bytes))
            })
        });
        match before(self.deadline, read).await {
            Ok(Ok(Some(received))) => {
                self.heard = true;
                Ok(received)
            }
            Ok(Ok(None)) => Err(vanished(&self.opening, self.heard)),
            Ok(Err(error)) => Err(failed(error, &self.opening, self.heard)),
            Err(_elapsed) => Err(expired(&self.config.limits)),
        }
    }

    /// Writes the remaining data, closes the stream, and waits for the peer to close it, too. If a
    /// stream is dropped with unread input, the data written last may be lost.
    pub(super) async fn leave(&mut self) {
        let allowed = self.config.limits.close;
        let deadline = *self
            .leaving
            .get_or_insert_with(|| after(Instant::now(), allowed));
        let (transport, unsent) = (&mut self.transport, self.opening.unsent());
        let leave = poll_fn(|cx| transport.poll_leave(unsent, false, cx));
        if timeout_at(deadline, leave).await.is_err() {
            self.transport.abandon();
        }
    }

    /// Switches to frames.
    pub(crate) fn establish(self) -> Result<WebSocket<S, O::Draft>, Error> {
        let opened = self.opening.establish().ok_or(Misuse::Closed)?;
        let (connection, subprotocol) = (opened.connection, opened.subprotocol);
        let mut socket = WebSocket::established(self.transport, connection, subprotocol);
        socket.response = opened.response;
        #[cfg(feature = "multiplex")]
        {
            socket.request = opened.request;
        }
        if let Some(connections) = &self.connections {
            socket.track(connections);
        }
        Ok(socket)
    }
}
