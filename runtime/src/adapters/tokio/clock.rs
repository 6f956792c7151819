//! Time limits: for a silent peer, a missing pong, data that the peer does not read, and the
//! closing handshake.

use std::{
    future::Future,
    io, mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use ::tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, Sleep, sleep_until},
};

use super::{Error, WebSocket, after};
use crate::{
    machine::{
        close::{Cause, Ending},
        error::ConnectionError,
        limits::{Keepalive, Limit},
    },
    payload::budget::{Budget, Lease},
    protocol::{
        draft::Draft,
        info::{Kind, Role},
    },
};

/// The instants of the last events, and an alarm.
#[derive(Debug)]
pub(super) struct Clock {
    /// The deadline of the closing handshake.
    close_by: Option<Instant>,
    /// When the peer last sent something, or when this endpoint started to wait for it; `None` if it
    /// has never waited.
    heard: Option<Instant>,
    /// Whether this endpoint receives. Earlier silence does not count against the peer.
    listens: bool,
    /// When a ping was sent, if the peer has been silent since.
    pinged: Option<Instant>,
    /// Since when the connection has held shared memory, if it has a budget.
    lease: Option<Box<Lease<Instant>>>,
    /// Present only after a wait with a limit.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self {
            close_by: None,
            heard: None,
            listens: false,
            pinged: None,
            lease: None,
            alarm: None,
        }
    }

    fn hear(&mut self) {
        self.heard = Some(Instant::now());
        self.pinged = None;
    }

    /// When to ping a silent peer, or when to fail the connection.
    fn keepalive(&self, Keepalive { interval, timeout }: Keepalive) -> Option<Instant> {
        match self.pinged {
            Some(pinged) => Some(after(pinged, timeout)),
            None => Some(after(self.heard?, interval)),
        }
    }

    /// Waits for an instant. An alarm with an earlier deadline is reset only when it fires, because
    /// most deadlines are postponed repeatedly.
    fn poll_at(&mut self, at: Instant, cx: &mut Context<'_>) -> Poll<()> {
        // The alarm itself does not fire for a task that has exhausted its tokio budget.
        if Instant::now() >= at {
            return Poll::Ready(());
        }
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if alarm.deadline() > at {
            alarm.as_mut().reset(at);
        }
        while alarm.as_mut().poll(cx).is_ready() {
            if Instant::now() >= at {
                return Poll::Ready(());
            }
            alarm.as_mut().reset(at);
        }
        Poll::Pending
    }
}

impl<S, D> WebSocket<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    /// Writes queued data and reads something, within the time limits.
    pub(super) fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.tracking.is_tracked() {
            self.heed(cx)?;
            if self.connection.ended().is_some() {
                return Poll::Ready(Ok(()));
            }
        }
        // A peer that never stops sending does not postpone the deadline.
        if self.connection.is_closing() && Instant::now() >= self.close_by() {
            self.connection.expire(Limit::Close);
            return Poll::Ready(Ok(()));
        }
        loop {
            let read = self.transport.poll_fill(&mut self.connection, cx);
            if read.is_pending() && !mem::replace(&mut self.clock.listens, true) {
                self.clock.heard = Some(Instant::now());
            }
            let due = self.due();
            if let Poll::Ready(read) = read {
                self.clock.listens = false;
                if due.is_some() {
                    self.clock.hear();
                }
                return Poll::Ready(Ok(read?));
            }
            let Some((limit, at)) = due else {
                return Poll::Pending;
            };
            ready!(self.clock.poll_at(at, cx));
            if limit == Limit::Memory && !self.is_memory_scarce() {
                continue;
            }
            if limit == Limit::Keepalive && self.clock.pinged.is_none() {
                // If there is no room for a ping, the peer does not read either.
                let _ = self.connection.ping(&[]);
                self.clock.pinged = Some(Instant::now());
                continue;
            }
            self.connection.expire(limit);
            return Poll::Ready(Ok(()));
        }
    }

    /// Waits until something is written, within the time limits.
    #[inline]
    pub(super) fn in_time<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<T, Error>> {
        match written {
            Poll::Ready(written) => Poll::Ready(Ok(written?)),
            Poll::Pending => self.wait_for_room(cx).map(Err),
        }
    }

    /// Waits until writing exceeds its time limit.
    #[cold]
    fn wait_for_room(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        loop {
            // The other half may have found that the peer does nothing.
            if self.is_unresponsive() {
                if let Some(error) = self.ended().and_then(Ending::error) {
                    return Poll::Ready(error.into());
                }
            }
            if self.tracking.is_tracked() && self.is_aborted(cx) {
                let (limit, value) = (Limit::Close, self.connection.value(Limit::Close));
                return Poll::Ready(ConnectionError::Limit { limit, value }.into());
            }
            let due = if self.connection.is_closing() {
                Some((Limit::Close, self.close_by()))
            } else {
                [self.write_by(), self.give_back_by()]
                    .into_iter()
                    .flatten()
                    .min_by_key(|(_, at)| *at)
            };
            let Some((limit, at)) = due else {
                return Poll::Pending;
            };
            ready!(self.clock.poll_at(at, cx));
            if limit == Limit::Memory && !self.is_memory_scarce() {
                continue;
            }
            self.connection.expire(limit);
            // The connection may have ended before, for another reason.
            let ended = self.ended().and_then(Ending::error);
            let value = self.connection.value(limit);
            let error = ended.unwrap_or(ConnectionError::Limit { limit, value });
            return Poll::Ready(error.into());
        }
    }

    /// The deadline for the peer to read something, if data is queued.
    fn write_by(&self) -> Option<(Limit, Instant)> {
        let allowed = self.connection.limits().write?;
        let blocked = self.transport.blocked()?;
        Some((Limit::Write, after(blocked, allowed)))
    }

    /// When shared memory must be returned if it is scarce by then.
    fn give_back_by(&mut self) -> Option<(Limit, Instant)> {
        let patience = self.connection.budget()?.patience();
        let lease = self.clock.lease.get_or_insert_default();
        let since = self.connection.leased(lease, Instant::now())?;
        Some((Limit::Memory, after(since, patience)))
    }

    /// Whether memory is scarce. If it is not, the connection may hold it for the same time again.
    fn is_memory_scarce(&mut self) -> bool {
        if let Some(lease) = &mut self.clock.lease {
            lease.renew();
        }
        self.connection.budget().is_some_and(Budget::is_scarce)
    }

    /// The next limit that will be reached, and when.
    fn due(&mut self) -> Option<(Limit, Instant)> {
        if self.connection.is_closing() {
            return Some((Limit::Close, self.close_by()));
        }
        let give_back = self.give_back_by();
        let limits = self.connection.limits();
        let idle = limits.idle.zip(self.clock.heard);
        let idle = idle.map(|(idle, heard)| (Limit::Idle, after(heard, idle)));
        let keepalive = limits
            .keepalive
            .filter(|_| self.connection.info().has(Kind::Ping))
            .and_then(|keepalive| Some((Limit::Keepalive, self.clock.keepalive(keepalive)?)));
        [self.write_by(), idle, keepalive, give_back]
            .into_iter()
            .flatten()
            .min_by_key(|(_, at)| *at)
    }

    /// Writes the remaining data and closes the stream. A client waits for the server to close
    /// first (RFC 6455 §7.1.1), unless the draft closes a connection by closing the stream.
    pub(super) fn poll_finish(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.close_by();
        let waits = self.connection.role() == Role::Client
            && self.connection.info().closing.is_some()
            && self.ended().is_some_and(Ending::is_clean);
        let left = self
            .transport
            .poll_leave(&mut *self.connection, waits, cx)
            .is_ready();
        let is_over = left || self.tracking.is_tracked() && self.is_aborted(cx);
        if !is_over {
            if !self.is_unresponsive() {
                ready!(self.clock.poll_at(deadline, cx));
            }
            self.transport.abandon();
        }
        let clean = self.ended().is_some_and(Ending::is_clean);
        self.tracking.leave(clean);
        Poll::Ready(())
    }

    /// Whether the connection has ended because the peer does nothing. It is not given more time,
    /// so that the application learns of it when the limit says.
    fn is_unresponsive(&self) -> bool {
        let cause = self.ended().map(|ending| &ending.cause);
        matches!(
            cause,
            Some(Cause::Limit {
                limit: Limit::Keepalive | Limit::Write,
                ..
            })
        )
    }

    /// Waits until the closing handshake exceeds its time limit.
    pub(super) fn poll_close_by(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.close_by();
        self.clock.poll_at(deadline, cx)
    }

    fn close_by(&mut self) -> Instant {
        let allowed = self.connection.limits().close;
        *self
            .clock
            .close_by
            .get_or_insert_with(|| after(Instant::now(), allowed))
    }
}
