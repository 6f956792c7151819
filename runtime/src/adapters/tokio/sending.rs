//! Sends messages and control frames.

use std::{
    future::poll_fn,
    task::{Context, Waker},
};

use ::tokio::io::{AsyncRead, AsyncWrite};

use super::{Error, WebSocket};
use crate::{
    adapters::stream::{LARGE, send_with},
    machine::{
        connection::{AsMessage, Connection, Sending},
        error::{ConnectionError, TrySendError},
    },
    protocol::draft::Draft,
};

impl<S, D> WebSocket<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    /// Sends a message: queues it, and waits until the stream has accepted it and everything that
    /// was queued before. While this waits for room in the queue, the caller owns the message, which
    /// does not count towards a [`Budget`](crate::Budget). The payload of a large message is written
    /// without a copy, if the stream has vectored writes.
    ///
    /// # Errors
    /// [`Error::Connection`] if the message cannot be sent, or if the peer has read nothing for as
    /// long as [`Limits::write`](crate::Limits::write) allows. [`Error::Io`] if the stream fails.
    ///
    /// # Cancel safety
    /// If the future is dropped while it waits for room, the message is not queued. If it is dropped
    /// later, the complete message remains queued, and goes out with the next call that sends,
    /// flushes or receives. A message is never sent in part. Code that must know which of the two
    /// happened calls [`feed`](Self::feed), which has queued the message when it completes and not
    /// before, and then [`flush`](Self::flush), which can be repeated.
    pub async fn send(&mut self, message: impl AsMessage) -> Result<(), Error> {
        let message = &Sending::of(&message);
        let mut queued = false;
        poll_fn(|cx| self.poll_send(message, &mut queued, cx)).await
    }

    /// Queues a message, to be written together with others: when [`recv`](Self::recv) would
    /// otherwise wait, when 64 KiB have accumulated, on [`flush`](Self::flush), or with the next
    /// [`send`](Self::send). Waits only while too much data is queued.
    ///
    /// A program that replies to each message and feeds its replies answers messages that arrive
    /// together with one write. Elsewhere, [`send`](Self::send) is right: until one of these calls,
    /// the message stays here.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// The message is queued when the future completes, and not before.
    pub async fn feed(&mut self, message: impl AsMessage) -> Result<(), Error> {
        let message = &Sending::of(&message);
        match self.feed_now(message) {
            Some(queued) => Ok(queued?),
            None => poll_fn(|cx| self.poll_feed(message, LARGE, cx)).await,
        }
    }

    /// Queues a message if there is room for it, and writes as much as the stream accepts
    /// immediately; otherwise returns the message. Whatever the stream does not accept goes out with
    /// the next call. [`flush`](Self::flush) or [`recv`](Self::recv) makes room.
    ///
    /// ```
    /// # use wsdraft::{Message, tokio::WebSocket};
    /// # fn offer<S, D>(socket: &mut WebSocket<S, D>, news: Message, late: &mut Vec<Message>)
    /// # where S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin, D: wsdraft::Draft {
    /// match socket.try_send(news) {
    ///     Ok(()) => {}
    ///     Err(refused) if refused.is_full() => late.push(refused.message),
    ///     Err(refused) => eprintln!("not sent: {refused}"),
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`TrySendError`] with the message. The error is [full](TrySendError::is_full) while
    /// [`Limits::write_buffer`](crate::Limits::write_buffer) leaves no room for the message.
    /// Otherwise it states why the message cannot be sent. If the stream fails, the next call
    /// returns the error.
    pub fn try_send<M: AsMessage>(&mut self, message: M) -> Result<(), TrySendError<M>> {
        // No other task waits for this stream, because nothing else can borrow the socket.
        self.try_send_with(message, &mut Context::from_waker(Waker::noop()))
    }

    pub(super) fn try_send_with<M: AsMessage>(
        &mut self,
        message: M,
        cx: &mut Context<'_>,
    ) -> Result<(), TrySendError<M>> {
        if let Err(error) = self.connection.send(&message) {
            return Err(TrySendError { message, error });
        }
        self.transport.uncork();
        self.hurry(cx);
        Ok(())
    }

    /// Sends a ping, and waits until the stream has accepted it.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// As [`send`](Self::send).
    pub async fn ping(&mut self, payload: &[u8]) -> Result<(), Error> {
        self.send_with(|connection| connection.ping(payload)).await
    }

    /// Sends an unsolicited pong, and waits until the stream has accepted it.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// As [`send`](Self::send).
    pub async fn pong(&mut self, payload: &[u8]) -> Result<(), Error> {
        self.send_with(|connection| connection.pong(payload)).await
    }

    /// Sends with the connection's own methods, for example a message in several frames, and waits
    /// until the stream has accepted it. The closure is called again if there was no room, so it
    /// must only send.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// The closure succeeds once or not at all. What it has queued goes out as with
    /// [`send`](Self::send).
    pub async fn send_with(
        &mut self,
        mut call: impl FnMut(&mut Connection<D>) -> Result<(), ConnectionError>,
    ) -> Result<(), Error> {
        let mut queued = false;
        poll_fn(|cx| self.poll_send_with(&mut call, &mut queued, cx)).await
    }

    /// Queues with the connection's own methods, as [`feed`](Self::feed) does. The closure is called
    /// again if there was no room, so it must only send.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// The successful call is the last action of the future.
    pub async fn feed_with(
        &mut self,
        mut call: impl FnMut(&mut Connection<D>) -> Result<(), ConnectionError>,
    ) -> Result<(), Error> {
        match send_with(&mut self.connection, &mut call) {
            Some(queued) => Ok(queued?),
            None => poll_fn(|cx| self.poll_feed_with(&mut call, cx)).await,
        }
    }

    /// Writes all queued data.
    ///
    /// # Errors
    /// [`Error::Io`] if the stream fails. [`Error::Connection`] if the peer has read nothing for as
    /// long as [`Limits::write`](crate::Limits::write) allows.
    ///
    /// # Cancel safety
    /// Unwritten data remains queued.
    pub async fn flush(&mut self) -> Result<(), Error> {
        poll_fn(|cx| self.poll_flush(cx)).await
    }
}
