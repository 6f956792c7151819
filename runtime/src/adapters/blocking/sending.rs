//! Sends messages and control frames.

use std::io::{Read, Write};

use super::{WebSocket, transport};
use crate::{
    adapters::stream::{self, Error},
    machine::{
        connection::{AsMessage, Behind, Connection, Sending},
        error::{ConnectionError, TrySendError},
    },
    protocol::draft::Draft,
};

impl<S, D> WebSocket<S, D>
where
    S: Read + Write,
    D: Draft,
{
    /// Sends a message: queues it, and writes it and everything that was queued before. The payload
    /// of a large message is written without a copy.
    ///
    /// # Errors
    /// [`Error::Connection`] if the message cannot be sent, [`Error::Io`] if the stream fails. If
    /// the error is only that the stream has timed out, the message was not queued and can be sent
    /// again.
    ///
    /// If the stream times out while it accepts this message, the message remains queued, and this
    /// returns `Ok`: sent again, the message would arrive twice. The next call writes the rest
    /// first, and returns an error if the stream times out again.
    pub fn send(&mut self, message: impl AsMessage) -> Result<(), Error> {
        self.write_overdue()?;
        self.feed_message(&Sending::of(&message))?;
        self.write_accepted()
    }

    /// Queues a message, to be written together with others: when [`recv`](Self::recv) would
    /// otherwise wait, when 64 KiB have accumulated, on [`flush`](Self::flush), or with the next
    /// [`send`](Self::send). Writes first if too much data is queued. Data that is still queued when
    /// the socket is dropped is lost.
    ///
    /// # Errors
    /// As [`send`](Self::send). If the stream has only timed out, the message was not queued and can
    /// be fed again.
    pub fn feed(&mut self, message: impl AsMessage) -> Result<(), Error> {
        self.feed_message(&Sending::of(&message))
    }

    fn feed_message(&mut self, message: &Sending<'_>) -> Result<(), Error> {
        if !message.is_large(stream::LARGE) {
            return self.feed_with(|connection| connection.send_one(message));
        }
        let mut behind = Behind::Nothing;
        self.feed_with(|connection| {
            behind = connection.begin_sending(message)?;
            Ok(())
        })?;
        match behind {
            Behind::Nothing => {}
            Behind::Masked(..) => self.connection.queue_rest(behind, 0),
            Behind::Plain(_) | Behind::Shared(_) => {
                self.transport.write_through(&mut self.connection, behind)?;
            }
        }
        Ok(())
    }

    /// Queues a message if there is room for it, without writing; otherwise returns it.
    /// [`flush`](Self::flush) or [`recv`](Self::recv) writes it and makes room.
    ///
    /// # Errors
    /// [`TrySendError`] with the message: it is [full](TrySendError::is_full) while
    /// [`Limits::write_buffer`](crate::Limits::write_buffer) leaves no room for it; otherwise it
    /// says why the message cannot be sent.
    pub fn try_send<M: AsMessage>(&mut self, message: M) -> Result<(), TrySendError<M>> {
        if let Err(error) = self.connection.send(&message) {
            return Err(TrySendError { message, error });
        }
        self.transport.uncork();
        Ok(())
    }

    /// Sends a ping.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn ping(&mut self, payload: &[u8]) -> Result<(), Error> {
        self.send_with(|connection| connection.ping(payload))
    }

    /// Sends an unsolicited pong.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn pong(&mut self, payload: &[u8]) -> Result<(), Error> {
        self.send_with(|connection| connection.pong(payload))
    }

    /// Sends with the connection's own methods, for example a message in several frames. The
    /// closure is called again if there was no room, so it must only send.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_with(
        &mut self,
        call: impl FnMut(&mut Connection<D>) -> Result<(), ConnectionError>,
    ) -> Result<(), Error> {
        self.write_overdue()?;
        self.feed_with(call)?;
        self.write_accepted()
    }

    /// Queues with the connection's own methods, as [`feed`](Self::feed) does. The closure is called
    /// again if there was no room, so it must only send.
    ///
    /// # Errors
    /// As [`feed`](Self::feed).
    pub fn feed_with(
        &mut self,
        mut call: impl FnMut(&mut Connection<D>) -> Result<(), ConnectionError>,
    ) -> Result<(), Error> {
        loop {
            if let Some(done) = stream::send_with(&mut self.connection, &mut call) {
                return Ok(done?);
            }
            self.transport.write_some(&mut *self.connection)?;
        }
    }

    /// Writes all queued data.
    ///
    /// # Errors
    /// [`Error::Io`] if the stream fails. If it has only timed out, unwritten data remains queued.
    pub fn flush(&mut self) -> Result<(), Error> {
        Ok(self.transport.flush(&mut *self.connection)?)
    }

    /// Writes the rest of a message that was accepted when the stream timed out.
    fn write_overdue(&mut self) -> Result<(), Error> {
        if self.transport.is_uncorked() {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes a queued message, as far as the stream accepts it before it times out.
    fn write_accepted(&mut self) -> Result<(), Error> {
        self.transport.uncork();
        match self.transport.flush(&mut *self.connection) {
            Err(error) if transport::is_timeout(&error) => Ok(()),
            written => Ok(written?),
        }
    }
}
