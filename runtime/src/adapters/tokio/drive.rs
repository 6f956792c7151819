//! Polls that the futures, the stream and sink, and the halves of a [`WebSocket`] share. The state
//! is consistent after each poll.

use std::{
    future::{Future as _, poll_fn},
    io,
    pin::pin,
    task::{Context, Poll, ready},
};

use ::tokio::{
    io::{AsyncRead, AsyncWrite},
    task::unconstrained,
};

use super::{Error, WebSocket};
use crate::{
    adapters::stream,
    machine::{
        close::Ending,
        connection::{Behind, Connection, Event, Loan, Message, Sending},
        error::ConnectionError,
    },
    protocol::draft::Draft,
};

/// What came of an attempt to receive.
pub(super) enum Next<T> {
    Received(T),
    /// Nothing was complete, and something was read.
    Read,
    /// The connection has ended.
    End,
}

impl<S, D> WebSocket<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    /// Polls for the next message, as an owned value.
    #[inline]
    pub(super) fn poll_recv(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Message>, Error>> {
        self.poll_next_of(&mut Connection::receive_message, cx)
    }

    /// Polls for the next event and returns a value made from it, for a caller that cannot borrow
    /// the event.
    pub(super) fn poll_event<R>(
        &mut self,
        take: &mut Option<impl FnOnce(Event<'_>) -> R>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<R>, Error>> {
        let Some(loan) = ready!(self.poll_loan(cx))? else {
            return Poll::Ready(Ok(None));
        };
        match self.connection.lend(loan) {
            Ok(event) => Poll::Ready(Ok(event.and_then(|event| Some(take.take()?(event))))),
            Err(error) => {
                // The next call returns the error, too.
                ready!(self.poll_finish(cx));
                Poll::Ready(Err(error.into()))
            }
        }
    }

    /// The location of the next event, or `None` once the connection has ended. This first responds
    /// to the peer's close frame, unless the response is held.
    pub(super) fn poll_loan(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Loan>, Error>> {
        let loan = ready!(self.poll_next_of(&mut Connection::next_loan, cx))?;
        if matches!(loan, Some(Loan::Close))
            && self.connection.answers_at_once()
            && self.poll_answered(cx).is_pending()
        {
            self.connection.put_back(Loan::Close);
            return Poll::Pending;
        }
        Poll::Ready(Ok(loan))
    }

    /// Waits until the peer has read the response to its close frame, or has exceeded the time
    /// limit.
    fn poll_answered(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.transport.is_deaf()
            || self
                .transport
                .poll_flush(&mut *self.connection, cx)
                .is_ready()
        {
            return Poll::Ready(());
        }
        self.poll_close_by(cx)
    }

    /// The next item to receive, or `None` once the connection has ended.
    #[inline]
    pub(super) fn poll_next_of<T>(
        &mut self,
        receive: &mut impl FnMut(&mut Connection<D>) -> Result<Option<T>, ConnectionError>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<T>, Error>> {
        loop {
            match ready!(self.poll_next_or_read(&mut *receive, cx))? {
                Next::Read => {}
                Next::Received(received) => return Poll::Ready(Ok(Some(received))),
                Next::End => return Poll::Ready(Ok(None)),
            }
        }
    }

    /// The next item to receive; if there is none, this reads something.
    #[inline]
    pub(super) fn poll_next_or_read<T>(
        &mut self,
        mut receive: impl FnMut(&mut Connection<D>) -> Result<Option<T>, ConnectionError>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Next<T>, Error>> {
        match self.receive_by(&mut receive) {
            Ok(None) if self.connection.ended().is_none() => {
                ready!(self.poll_fill(cx))?;
                Poll::Ready(Ok(Next::Read))
            }
            Ok(Some(received)) => {
                // The response to a close frame may be held.
                if self.transport.is_uncorked() && !self.connection.is_answering() {
                    self.hurry(cx);
                }
                Poll::Ready(Ok(Next::Received(received)))
            }
            ended => {
                ready!(self.poll_finish(cx));
                match ended {
                    Err(error) if !self.tracking.is_expected(&error) => Err(error)?,
                    _ => {}
                }
                stream::vanished(self.connection.ended(), &mut self.told)?;
                Poll::Ready(Ok(Next::End))
            }
        }
    }

    /// Receives something, and notes whether that has queued a pong, which must not wait for other
    /// data.
    #[inline]
    pub(super) fn receive_by<T>(&mut self, receive: impl FnOnce(&mut Connection<D>) -> T) -> T {
        let waiting = self.connection.queued();
        let received = receive(&mut self.connection);
        if self.connection.queued() != waiting || self.connection.owes_pong() {
            self.transport.uncork();
        }
        received
    }

    /// Writes as much as the stream accepts immediately, before the application does something that
    /// may take long. The next call that waits for the stream returns any error.
    #[cold]
    pub(super) fn hurry(&mut self, cx: &mut Context<'_>) {
        let write = poll_fn(|cx| self.transport.poll_hurry(&mut *self.connection, cx));
        // A task that has exhausted its tokio budget may still write.
        let _ = pin!(unconstrained(write)).poll(cx);
    }

    /// Queues a message if that needs no stream: if the message is small and there is room for it.
    #[inline]
    pub(super) fn feed_now(
        &mut self,
        message: &Sending<'_>,
    ) -> Option<Result<(), ConnectionError>> {
        if message.is_large(stream::LARGE) {
            return None;
        }
        if self.connection.queue_plainly(message) {
            return Some(Ok(()));
        }
        stream::send_with(&mut self.connection, &mut |connection| {
            connection.send_one(message)
        })
    }

    /// Queues a message; one of at least `large` bytes is written as far as the stream accepts it.
    #[inline]
    pub(super) fn poll_feed(
        &mut self,
        message: &Sending<'_>,
        large: usize,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        let through = message.is_large(large)
            && (message.is_prepared() || self.transport.stream.is_write_vectored());
        if !through {
            return self.poll_feed_with(&mut |connection| connection.send_one(message), cx);
        }
        if let Some(head) = self.connection.plain_head(message) {
            return Poll::Ready(Ok(self.feed_large(head.bytes(), message, cx)?));
        }
        let mut behind = Behind::Nothing;
        let mut begin = |connection: &mut Connection<D>| {
            behind = connection.begin_sending(message)?;
            Ok(())
        };
        ready!(self.poll_feed_with(&mut begin, cx))?;
        // In the same poll: nothing may be written between the frame header and the payload.
        let written = match behind {
            Behind::Nothing => Ok(()),
            Behind::Masked(payload, key) => {
                self.transport
                    .write_masked(&mut self.connection, payload, key, cx)
            }
            Behind::Plain(_) | Behind::Shared(_) => {
                self.transport
                    .write_through(&mut self.connection, behind, None, cx)
            }
        };
        Poll::Ready(Ok(written?))
    }

    /// Writes a message whose payload follows this frame header unchanged, where nothing is queued.
    /// Queues what the stream does not accept.
    #[inline]
    fn feed_large(
        &mut self,
        head: &[u8],
        message: &Sending<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Error> {
        let parts = [head, message.payload()];
        let written = self.transport.poll_write_parts(parts, cx);
        let length = head.len() + message.payload().len();
        if matches!(written, Poll::Ready(Ok(all)) if all == length) {
            self.connection.written(message);
            self.transport.wrote_all();
            return Ok(());
        }
        // There is room for it, because nothing is queued.
        let behind = self.connection.begin_sending(message)?;
        self.transport
            .write_through(&mut self.connection, behind, Some(written), cx)?;
        Ok(())
    }

    /// Makes a call that sends, as soon as there is room for its data.
    #[inline]
    pub(super) fn poll_feed_with(
        &mut self,
        call: &mut impl FnMut(&mut Connection<D>) -> Result<(), ConnectionError>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        loop {
            if let Some(done) = stream::send_with(&mut self.connection, call) {
                return Poll::Ready(Ok(done?));
            }
            ready!(self.poll_write_some(cx))?;
        }
    }

    /// Queues a message, unless it is already queued, and writes all queued data.
    #[inline]
    pub(super) fn poll_send(
        &mut self,
        message: &Sending<'_>,
        queued: &mut bool,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        if !*queued {
            if message.is_large(stream::UNCOPIED) {
                if let Some(head) = self.connection.plain_head(message) {
                    return self.poll_send_large(head.bytes(), message, queued, cx);
                }
            } else if self.connection.queue_plainly(message) {
                *queued = true;
                let written = self.transport.poll_push(&mut self.connection, cx);
                return self.in_time(written, cx);
            }
        }
        self.poll_send_by_steps(message, queued, cx)
    }

    /// Sends a message whose payload follows this frame header unchanged, where nothing is queued.
    #[inline]
    fn poll_send_large(
        &mut self,
        head: &[u8],
        message: &Sending<'_>,
        queued: &mut bool,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        let parts = [head, message.payload()];
        let written = self.transport.poll_write_parts(parts, cx);
        let length = head.len() + message.payload().len();
        if !matches!(written, Poll::Ready(Ok(all)) if all == length) {
            return self.poll_send_rest(message, written, queued, cx);
        }
        *queued = true;
        self.connection.written(message);
        let flushed = self.transport.poll_pushed(&mut self.connection, true, cx);
        self.in_time(flushed, cx)
    }

    /// Goes on with a message of which some bytes have been written, or none.
    #[cold]
    fn poll_send_rest(
        &mut self,
        message: &Sending<'_>,
        written: Poll<io::Result<usize>>,
        queued: &mut bool,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        // There is room for it, because nothing is queued.
        let behind = self.connection.begin_sending(message)?;
        self.transport.uncork();
        *queued = true;
        self.transport
            .write_through(&mut self.connection, behind, Some(written), cx)?;
        self.poll_flush(cx)
    }

    fn poll_send_by_steps(
        &mut self,
        message: &Sending<'_>,
        queued: &mut bool,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        if !*queued {
            ready!(self.poll_feed(message, stream::UNCOPIED, cx))?;
            self.transport.uncork();
            *queued = true;
        }
        self.poll_flush(cx)
    }

    /// As [`poll_send`](Self::poll_send), for a call that sends.
    pub(super) fn poll_send_with(
        &mut self,
        call: &mut impl FnMut(&mut Connection<D>) -> Result<(), ConnectionError>,
        queued: &mut bool,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        if !*queued {
            ready!(self.poll_feed_with(call, cx))?;
            self.transport.uncork();
            *queued = true;
        }
        self.poll_flush(cx)
    }

    /// Waits until so little data is queued that a message of any length may be added.
    #[cfg(feature = "stream")]
    pub(super) fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let mark = stream::MARK
            .min(self.connection.limits().write_buffer)
            .max(1);
        while self.connection.queued() >= mark {
            ready!(self.poll_write_some(cx))?;
        }
        Poll::Ready(Ok(()))
    }

    /// Writes at least some of the queued data.
    #[cold]
    fn poll_write_some(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let written = self.transport.poll_write_some(&mut *self.connection, cx);
        self.in_time(written, cx)
    }

    /// Writes all queued data.
    #[inline]
    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let written = self.transport.poll_flush(&mut *self.connection, cx);
        self.in_time(written, cx)
    }

    /// Waits until this endpoint's close frame is written. The receiving half does the rest.
    pub(super) fn poll_told(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.connection.ended().is_some() {
            ready!(self.poll_finish(cx));
            return Poll::Ready(Ok(()));
        }
        self.poll_flush(cx)
    }

    /// Continues until the connection has ended, and discards messages that still arrive.
    pub(super) fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<Result<Ending, Error>> {
        loop {
            if let Some(ending) = self.connection.ended().cloned() {
                ready!(self.poll_finish(cx));
                self.told = true;
                return Poll::Ready(Ok(ending.closed()?));
            }
            match self.connection.look() {
                Ok(Some(_)) => drop(self.connection.receive()),
                Ok(None) if self.connection.ended().is_none() => ready!(self.poll_fill(cx))?,
                Ok(None) | Err(_) => {}
            }
        }
    }
}
