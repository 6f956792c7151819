//! The adapter for blocking streams: a [`Connection`] over anything that is [`Read`] and
//! [`Write`].
//!
//! ```no_run
//! use std::net::TcpStream;
//! use wsdraft::{blocking::Connector, handshake::Address};
//! # fn greet<D: wsdraft::Draft + Clone>(draft: D) -> Result<(), wsdraft::Error> {
//! let address: Address = "ws://127.0.0.1:9001/chat".parse().expect("a URL");
//! let stream = TcpStream::connect((address.host(), address.port()))?;
//! let mut socket = Connector::new(draft).connect_blocking(stream, &address)?;
//! socket.send("hello")?;
//! while let Some(message) = socket.recv()? {
//!     println!("{message:?}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Time
//! A blocking call cannot be interrupted from here, so limits of time are looked at between two
//! reads or writes: set the stream's own, such as
//! [`TcpStream::set_read_timeout`](std::net::TcpStream::set_read_timeout), for a peer that does
//! nothing at all. Where that runs out in an opening or a closing handshake, the call goes on
//! until [`Limits::handshake`](crate::Limits::handshake) or [`Limits::close`](crate::Limits::close) is reached, too; in all other calls it comes
//! out as [`Error::Io`], and the call can be made again: nothing was lost, and nothing is sent in
//! part. Whether a connection holds memory of a [`Budget`] for too long is looked at
//! after each read, so that a peer that sends nothing keeps it unless the stream has its own time.
//! [`Limits::idle`](crate::Limits::idle), [`Limits::write`](crate::Limits::write) and [`Limits::keepalive`](crate::Limits::keepalive) are not looked at.
//!
//! The stream is to be one that blocks.
//!
//! # Closing
//! TCP takes back what was written last where a stream is let go of with input unread. So where
//! the peer is in the middle of a head that is too long, or of the payload that a connection
//! fails with, the rest of that is read and dropped: 16 MiB of it at most, and between two reads for no longer
//! than [`Limits::close`](crate::Limits::close). A peer that announces it and then says nothing is
//! waited for, unless the stream has a time of its own. What comes after that is left unread, and
//! so is the payload of a frame whose head breaks a rule, since a peer that has said all may wait for this end to
//! close. To read it all the same, say first that nothing more will be written:
//!
//! ```no_run
//! # fn leave<D: wsdraft::Draft>(socket: wsdraft::blocking::WebSocket<std::net::TcpStream, D>) -> std::io::Result<()> {
//! let (mut stream, _) = socket.into_parts();
//! stream.shutdown(std::net::Shutdown::Write)?;
//! stream.set_read_timeout(Some(std::time::Duration::from_secs(1)))?;
//! std::io::copy(&mut stream, &mut std::io::sink())?;
//! # Ok(())
//! # }
//! ```

use std::{
    io::{Read, Write},
    time::{Duration, Instant},
};

use crate::{
    adapters::stream::{self, Error, Kept, Unsent},
    machine::{
        close::Ending,
        connection::{AsMessage, Connection, Event, Loan, Message, MessageRef},
        error::{ConnectionError, TrySendError},
        limits::Limit,
    },
    payload::budget::{Budget, Lease},
    protocol::draft::Draft,
};
pub use crate::{
    adapters::{
        acceptor::{Acceptor, Subprotocols},
        connector::Connector,
    },
    handshake::{
        access::{Hosts, Origins},
        offer::Requested,
    },
};

mod exchange;
mod opening;
mod parting;
mod transport;

pub use self::opening::Accepting;
use self::transport::Transport;

/// A connection over a blocking stream.
///
/// Sent messages are corked: they are written together, when [`recv`](Self::recv) would
/// otherwise wait, when much has gathered, or on [`flush`](Self::flush). Pings are answered
/// while receiving.
///
/// The stream is closed where it is dropped, which is the caller's to do: as long as it lives,
/// the peer may wait for that.
#[derive(Debug)]
pub struct WebSocket<S, D: Draft> {
    transport: Kept<Transport<S>>,
    connection: Kept<Connection<D>>,
    /// What is done when it is dropped, where nothing is known of the stream.
    parting: fn(&mut Self),
    /// When the closing handshake must be over.
    close_by: Option<Instant>,
    /// Since when it holds memory that is shared.
    lease: Lease<Instant>,
    subprotocol: Option<Box<str>>,
}

impl<S, D> WebSocket<S, D>
where
    S: Read + Write,
    D: Draft,
{
    /// A connection whose opening handshake is done, over the stream on which it was done.
    pub const fn from_parts(stream: S, connection: Connection<D>) -> Self {
        Self::established(Transport::new(stream), connection, None)
    }

    const fn established(
        transport: Transport<S>,
        connection: Connection<D>,
        subprotocol: Option<Box<str>>,
    ) -> Self {
        Self {
            transport: Kept::new(transport),
            connection: Kept::new(connection),
            parting: Self::part,
            close_by: None,
            lease: Lease::new(),
            subprotocol,
        }
    }

    /// The stream and the connection, as they are.
    pub fn into_parts(mut self) -> (S, Connection<D>) {
        (self.transport.take().stream, self.connection.take())
    }

    /// The stream.
    pub const fn stream(&self) -> &S {
        &self.transport.get().stream
    }

    /// The connection.
    pub const fn connection(&self) -> &Connection<D> {
        self.connection.get()
    }

    /// The subprotocol that was agreed in the opening handshake, if any.
    pub fn subprotocol(&self) -> Option<&str> {
        self.subprotocol.as_deref()
    }

    /// How the connection ended, if it has.
    pub fn ended(&self) -> Option<&Ending> {
        self.connection.ended()
    }

    /// Waits for the next message; `None` when the connection has [ended](Self::ended), by the
    /// closing handshake or because the peer is gone.
    ///
    /// # Errors
    /// [`Error::Connection`] when the connection fails, [`Error::Io`] when the stream does.
    pub fn recv(&mut self) -> Result<Option<Message>, Error> {
        self.next(Connection::receive_message)
    }

    /// Waits for the next message, as [`recv`](Self::recv) does, and lends it.
    ///
    /// # Errors
    /// As [`recv`](Self::recv).
    pub fn recv_ref(&mut self) -> Result<Option<MessageRef<'_>>, Error> {
        let event = self.wait_for(Loan::is_message)?;
        Ok(event.and_then(Event::into_message))
    }

    /// Waits for the next event, whatever it is; `None` after [`Event::Closed`].
    ///
    /// The answer to the peer's close frame is written before [`Event::Close`] is handed out, or
    /// else with the next call, as [`CloseAnswer`](crate::CloseAnswer) says.
    ///
    /// # Errors
    /// As [`recv`](Self::recv).
    pub fn recv_event(&mut self) -> Result<Option<Event<'_>>, Error> {
        self.wait_for(|_| true)
    }

    /// Reads until there is what is to be received next; `None` once the connection has ended.
    fn next<T>(
        &mut self,
        mut receive: impl FnMut(&mut Connection<D>) -> Result<Option<T>, ConnectionError>,
    ) -> Result<Option<T>, Error> {
        loop {
            match receive(&mut self.connection) {
                Ok(None) if self.connection.ended().is_none() => self.fill()?,
                received => {
                    if !matches!(received, Ok(Some(_))) {
                        self.finish();
                    }
                    return Ok(received?);
                }
            }
        }
    }

    fn wait_for(&mut self, wanted: impl Fn(&Loan) -> bool) -> Result<Option<Event<'_>>, Error> {
        let Some(loan) = self.next(|connection| connection.next_wanted(&wanted))? else {
            return Ok(None);
        };
        if matches!(loan, Loan::Close) && self.connection.answers_at_once() {
            let deadline = self.close_by();
            self.transport.finish(&mut *self.connection, deadline);
        }
        let allowed = self.connection.limits().close;
        let Self {
            transport,
            connection,
            ..
        } = self;
        connection.lend_or_leave(loan).map_err(|(error, unsent)| {
            transport.finish(&mut Unsent::from(unsent), after(allowed));
            error.into()
        })
    }

    /// Sends a message: takes it, to be written with others; writes first where much waits.
    ///
    /// # Errors
    /// [`Error::Connection`] when the message cannot be sent; [`Error::Io`] when the stream
    /// fails. Where that is no more than the stream's time running out, the message was not
    /// taken and can be sent again.
    pub fn send(&mut self, message: impl AsMessage) -> Result<(), Error> {
        let message = message.as_message();
        let payload = message.as_bytes();
        if payload.len() < stream::LARGE {
            return self.send_with(|connection| connection.send(message));
        }
        let mut through = false;
        self.send_with(|connection| {
            through = connection.send_header(message)?;
            Ok(())
        })?;
        if through {
            self.transport
                .write_through(&mut self.connection, payload)?;
        }
        Ok(())
    }

    /// Sends a message if there is room for it, without writing; gives it back otherwise.
    /// [`flush`](Self::flush) or [`recv`](Self::recv) makes room.
    ///
    /// # Errors
    /// [`TrySendError`], with the message: [full](TrySendError::is_full) while
    /// [`Limits::write_buffer`](crate::Limits::write_buffer) has no room for it, or why it cannot be sent at all.
    pub fn try_send<M: AsMessage>(&mut self, message: M) -> Result<(), TrySendError<M>> {
        let sent = self.connection.send(&message);
        sent.map_err(|error| TrySendError { message, error })
    }

    /// Sends a ping.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn ping(&mut self, payload: &[u8]) -> Result<(), Error> {
        self.send_with(|connection| connection.ping(payload))
    }

    /// Sends a pong that nobody asked for.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn pong(&mut self, payload: &[u8]) -> Result<(), Error> {
        self.send_with(|connection| connection.pong(payload))
    }

    /// Sends with the connection's own methods, for instance a message in several frames. The
    /// call is made again when there was no room for what it sends; it is to do nothing else.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_with(
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

    /// Writes everything that was sent.
    ///
    /// # Errors
    /// [`Error::Io`] when the stream fails.
    pub fn flush(&mut self) -> Result<(), Error> {
        Ok(self.transport.flush(&mut *self.connection)?)
    }

    /// Closes the connection and waits for the peer to close it too, for as long as
    /// [`Limits::close`](crate::Limits::close) allows. Where the peer has closed, and the answer
    /// is [held](crate::CloseAnswer::Held), this is the answer. Messages that still come are
    /// dropped; to have them, close through [`send_with`](Self::send_with) and go on receiving.
    ///
    /// # Errors
    /// As [`recv`](Self::recv), and [`Error::Connection`] when this cannot be sent.
    pub fn close(&mut self, code: impl Into<Option<u16>>, reason: &str) -> Result<Ending, Error> {
        if !self.connection.is_closing() || self.connection.is_answering() {
            self.connection.close(code, reason)?;
        }
        loop {
            if let Some(ending) = self.connection.ended().cloned() {
                self.finish();
                return Ok(ending.closed()?);
            }
            match self.connection.look() {
                Ok(Some(_)) => drop(self.connection.receive()),
                Ok(None) if self.connection.ended().is_none() => self.fill()?,
                Ok(None) | Err(_) => {}
            }
        }
    }

    /// Writes what is to be sent, and reads something.
    fn fill(&mut self) -> Result<(), Error> {
        let closing = self.connection.is_closing().then(|| self.close_by());
        let filled = self.transport.fill(&mut self.connection);
        self.give_back();
        match filled {
            Err(error)
                if transport::is_timeout(&error)
                    && (closing.is_some() || self.connection.ended().is_some()) => {}
            filled => filled?,
        }
        if closing.is_some_and(|deadline| Instant::now() >= deadline) {
            self.connection.expire(Limit::Close);
        }
        Ok(())
    }

    /// Fails the connection where it has held memory that others share for too long while that is
    /// scarce.
    fn give_back(&mut self) {
        let now = Instant::now();
        let Some((patience, since)) = self.connection.budget().and_then(|budget| {
            let since = self.connection.leased(&mut self.lease, now)?;
            Some((budget.patience(), since))
        }) else {
            return;
        };
        if now.duration_since(since) < patience {
            return;
        }
        self.lease.renew();
        if self.connection.budget().is_some_and(Budget::is_scarce) {
            self.connection.expire(Limit::Memory);
        }
    }
}

/// An instant that far away, or so far that it does not matter.
fn after(duration: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(86_400 * 365);
    let now = Instant::now();
    now.checked_add(duration.min(FAR)).unwrap_or(now)
}
