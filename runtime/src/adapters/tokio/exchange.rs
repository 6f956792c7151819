//! A stream during the opening handshake.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use ::tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, Sleep, sleep_until, timeout_at},
};

use super::{Error, WebSocket, after, transport::Transport};
use crate::{
    adapters::{
        connections::Connections,
        opening::{Opening, connection, expired, failed, open, vanished},
    },
    handshake::established::Established,
    machine::error::Misuse,
};

/// One endpoint's opening handshake over a stream, and the time that remains for it.
#[derive(Debug)]
pub(crate) struct Exchange<S, O> {
    transport: Transport<S>,
    opening: O,
    /// Unknown before the first wait, unless the time started earlier: to read the clock takes
    /// long beside a request that is already there.
    deadline: Option<Instant>,
    /// Present only after a wait. Apart, so that a future that waits here is small: a task has as much
    /// memory as its largest wait.
    alarm: Option<Pin<Box<Sleep>>>,
    /// When to stop waiting for the peer to close the stream after a refusal.
    leaving: Option<Instant>,
    heard: bool,
    connections: Option<Connections>,
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
    /// A handshake that is performed now, and whose connection is added to these.
    #[inline]
    pub(crate) fn new(stream: S, opening: O, connections: Option<&Connections>) -> Self {
        Self {
            transport: Transport::new(stream),
            opening,
            deadline: None,
            alarm: None,
            leaving: None,
            heard: false,
            connections: connections.cloned(),
        }
    }

    /// Starts the time of the handshake, which is not performed at once.
    pub(crate) fn since(mut self, started: Instant) -> Self {
        self.deadline = Some(after(started, self.opening.limits().handshake));
        self
    }

    /// When the handshake has to be complete.
    fn deadline(&mut self) -> Instant {
        let limits = self.opening.limits();
        *self
            .deadline
            .get_or_insert_with(|| after(Instant::now(), limits.handshake))
    }

    /// Writes and reads until the handshake has reached this point. If the handshake is refused,
    /// this sends the refusal to the client and returns it as the error.
    pub(super) async fn until(&mut self, reached: fn(&O) -> bool) -> Result<(), Error> {
        let done = self.reach(reached).await;
        done.inspect_err(|error| self.opening.count_failed(error))
    }

    async fn reach(&mut self, reached: fn(&O) -> bool) -> Result<(), Error> {
        while !reached(&self.opening) {
            if self.opening.refusal().is_some() {
                Box::pin(self.leave()).await;
            }
            // Not copied before the wait, so that the future is small.
            if let Some(refusal) = self.opening.refusal() {
                return Err(refusal.clone().into());
            }
            poll_fn(|cx| self.poll_exchange(cx)).await?;
        }
        Ok(())
    }

    /// Writes and reads until the handshake is complete and everything is written.
    pub(crate) async fn complete(&mut self) -> Result<(), Error> {
        self.until(O::is_done).await?;
        let done = poll_fn(|cx| self.poll_flush(cx)).await;
        done.inspect_err(|error| self.opening.count_failed(error))
    }

    /// Sets how long the handshake may take from now on.
    pub(super) fn allow(&mut self, time: Duration) {
        self.deadline = Some(after(Instant::now(), time));
    }

    /// Waits for a future within the time of the handshake. Returns `None` if it takes longer.
    pub(super) async fn in_time<F: Future>(&mut self, future: F) -> Option<F::Output> {
        timeout_at(self.deadline(), future).await.ok()
    }

    /// Writes everything, and passes on what it reads then. The result is returned from the same poll,
    /// so nothing is lost when the future is dropped.
    fn poll_exchange(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        ready!(self.poll_flush(cx))?;
        let (transport, opening) = (&mut self.transport, &mut self.opening);
        let read = transport.poll_read(cx, |bytes| {
            (!bytes.is_empty()).then(|| opening.receive(bytes))
        });
        let error = match read {
            Poll::Ready(Ok(Some(received))) => {
                self.heard = true;
                return Poll::Ready(received);
            }
            Poll::Ready(Ok(None)) => vanished(&self.opening, self.heard),
            Poll::Ready(Err(error)) => failed(error, &self.opening, self.heard),
            Poll::Pending => ready!(self.poll_expired(cx)),
        };
        Poll::Ready(self.opening.cut_short(error))
    }

    /// Writes everything.
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        match self.transport.poll_flush(self.opening.unsent(), cx) {
            Poll::Ready(flushed) => {
                let flushed = flushed.map_err(|error| failed(error, &self.opening, self.heard));
                Poll::Ready(flushed)
            }
            Poll::Pending => self.poll_expired(cx).map(Err),
        }
    }

    /// Waits until the handshake exceeds its time limit.
    #[cold]
    fn poll_expired(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        let deadline = self.deadline();
        // The alarm itself does not fire for a task that has exhausted its tokio budget.
        if Instant::now() < deadline {
            let alarm = self
                .alarm
                .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
            if alarm.deadline() != deadline {
                alarm.as_mut().reset(deadline);
            }
            ready!(alarm.as_mut().poll(cx));
        }
        Poll::Ready(expired(self.opening.limits()))
    }

    /// Writes the remaining data, closes the stream, and waits for the peer to close it, too. If a
    /// stream is dropped with unread input, the data written last may be lost.
    pub(super) async fn leave(&mut self) {
        let allowed = self.opening.limits().close;
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
        let Established {
            draft,
            session,
            extensions,
            rest,
        } = opened.established;
        let connection = connection(O::PEER, draft, session, opened.config);
        let mut socket = WebSocket::established(self.transport, connection, opened.subprotocol);
        let subprotocol = socket.subprotocol.as_deref();
        open(&mut socket.connection, &extensions, &rest, subprotocol);
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
