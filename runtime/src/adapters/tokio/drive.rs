//! What can be waited for, as polls: what the futures, the stream and sink, and the halves of a
//! [`WebSocket`] drive alike. After each poll the state is whole.

use std::task::{Context, Poll, ready};

use ::tokio::io::{AsyncRead, AsyncWrite};

use super::{Error, WebSocket};
use crate::{
    adapters::stream,
    machine::{
        close::Ending,
        connection::{Connection, Event, Loan, Message, MessageRef},
        error::ConnectionError,
    },
    protocol::draft::Draft,
};

impl<S, D> WebSocket<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    /// The next message, of its own.
    #[inline]
    pub(super) fn poll_recv(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Message>, Error>> {
        self.poll_next_of(&mut Connection::receive_message, cx)
    }

    /// What is made of the next event, for a caller that cannot have it on loan.
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
                // The next call gives the error, too.
                ready!(self.poll_finish(cx));
                Poll::Ready(Err(error.into()))
            }
        }
    }

    /// The place of the next event; `None` once the connection has ended. The peer's close frame
    /// is answered first, unless the answer is held.
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

    /// Waits until the peer has taken the answer to its close frame, or has taken too long.
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

    /// What is to be received next; `None` once the connection has ended.
    #[inline]
    pub(super) fn poll_next_of<T>(
        &mut self,
        receive: &mut impl FnMut(&mut Connection<D>) -> Result<Option<T>, ConnectionError>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<T>, Error>> {
        loop {
            match receive(&mut self.connection) {
                Ok(None) if self.connection.ended().is_none() => ready!(self.poll_fill(cx))?,
                received => {
                    if !matches!(received, Ok(Some(_))) {
                        ready!(self.poll_finish(cx));
                    }
                    return Poll::Ready(Ok(received?));
                }
            }
        }
    }

    /// Takes a message if that needs no stream: if it is small, and there is room for it.
    #[inline]
    pub(super) fn send_now(
        &mut self,
        message: MessageRef<'_>,
    ) -> Option<Result<(), ConnectionError>> {
        if message.as_bytes().len() >= stream::LARGE {
            return None;
        }
        stream::send_with(&mut self.connection, &mut |connection| {
            connection.send(message)
        })
    }

    /// Takes a message.
    pub(super) fn poll_send(
        &mut self,
        message: MessageRef<'_>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        let payload = message.as_bytes();
        if payload.len() < stream::LARGE || !self.transport.stream.is_write_vectored() {
            return self.poll_send_with(&mut |connection| connection.send(message), cx);
        }
        let mut through = false;
        let mut head = |connection: &mut Connection<D>| {
            through = connection.send_header(message)?;
            Ok(())
        };
        ready!(self.poll_send_with(&mut head, cx))?;
        if through {
            // In the same poll, so that nothing comes between the head and the payload.
            self.transport
                .write_through(&mut self.connection, payload, cx)?;
        }
        Poll::Ready(Ok(()))
    }

    /// Makes a call that sends, as soon as there is room for what it sends.
    pub(super) fn poll_send_with(
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

    /// Waits until so little is unwritten that a message of any length may be added.
    #[cfg(feature = "stream")]
    pub(super) fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let mark = stream::MARK
            .min(self.connection.limits().write_buffer)
            .max(1);
        while self.connection.output().len() >= mark {
            ready!(self.poll_write_some(cx))?;
        }
        Poll::Ready(Ok(()))
    }

    /// Writes at least something of what waits.
    fn poll_write_some(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let written = self.transport.poll_write_some(&mut *self.connection, cx);
        self.in_time(written, cx)
    }

    /// Writes everything.
    #[inline]
    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let written = self.transport.poll_flush(&mut *self.connection, cx);
        self.in_time(written, cx)
    }

    /// Waits until the peer was told that this end has closed. Whoever receives does the rest.
    pub(super) fn poll_told(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.connection.ended().is_some() {
            ready!(self.poll_finish(cx));
            return Poll::Ready(Ok(()));
        }
        self.poll_flush(cx)
    }

    /// Goes on until the connection has ended, dropping the messages that still come.
    pub(super) fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<Result<Ending, Error>> {
        loop {
            if let Some(ending) = self.connection.ended().cloned() {
                ready!(self.poll_finish(cx));
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
