//! The adapter for blocking streams: a [`Connection`] over anything that implements [`Read`] and
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
//! Nothing can interrupt a blocking call, so time limits are checked only between two reads or
//! writes. Set a timeout on the stream, for example with
//! [`TcpStream::set_read_timeout`](std::net::TcpStream::set_read_timeout), for peers that send
//! nothing. If the stream times out during an opening or closing handshake, the call continues
//! until [`Limits::handshake`](crate::Limits::handshake) or [`Limits::close`](crate::Limits::close)
//! is reached. In all other calls the timeout is returned as [`Error::Io`]. The call can then be
//! repeated: nothing is lost, and nothing is sent in part. After each read, the adapter checks
//! whether the connection has held memory of a [`Budget`] for too long. A peer that sends nothing
//! therefore keeps that memory unless the stream has a timeout.
//! [`Limits::idle`](crate::Limits::idle), [`Limits::write`](crate::Limits::write) and
//! [`Limits::keepalive`](crate::Limits::keepalive) have no effect.
//!
//! The stream must be in blocking mode.
//!
//! # Closing
//! TCP may discard the last bytes that were written if a stream is dropped with unread input. The
//! adapter therefore reads and discards the rest of a head that is too long, or of the payload that
//! made the connection fail. It discards at most 16 MiB, and stops if
//! [`Limits::close`](crate::Limits::close) elapses between two reads. If a peer announces more data
//! but sends nothing, the adapter waits until the stream times out. Anything after that data
//! remains unread. The payload of a frame whose header violates a rule also remains unread, because
//! a peer that has sent everything may be waiting for this endpoint to close. To read it anyway,
//! first shut down the stream for writing:
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

#[doc(inline)]
pub use crate::handshake::{Acceptor, Connector, Hosts, Origins, Requested, Subprotocols};
use crate::{
    adapters::stream::{Error, Kept, Unsent, vanished},
    handshake::head::ResponseHead,
    machine::{
        close::Ending,
        connection::{Connection, Event, Loan, Message, MessageRef},
        error::ConnectionError,
        limits::Limit,
    },
    payload::budget::{Budget, Lease},
    protocol::draft::Draft,
};

mod exchange;
mod opening;
mod parting;
mod sending;
mod transport;

pub use self::opening::Accepting;
use self::transport::Transport;

/// A connection over a blocking stream.
///
/// [`send`](Self::send) writes a message. [`feed`](Self::feed) queues it, to be written with others
/// when [`recv`](Self::recv) would otherwise wait, when 64 KiB have accumulated, on
/// [`flush`](Self::flush), or with the next `send`: a program that replies to what it receives is
/// then several times faster. Pings are answered while receiving; the pong is written before the
/// next message or event is handed out.
///
/// The stream is closed when it is dropped. Dropping it is up to the caller; the peer may wait
/// until that happens.
#[derive(Debug)]
pub struct WebSocket<S, D: Draft> {
    transport: Kept<Transport<S>>,
    connection: Kept<Connection<D>>,
    /// What to do on drop, for a stream of any type.
    parting: fn(&mut Self),
    /// The deadline of the closing handshake.
    close_by: Option<Instant>,
    /// Since when the connection has held shared memory.
    lease: Lease<Instant>,
    subprotocol: Option<Box<str>>,
    /// Whether the application knows that the peer has vanished.
    told: bool,
    /// The response that a client received.
    response: Option<ResponseHead>,
}

impl<S, D> WebSocket<S, D>
where
    S: Read + Write,
    D: Draft,
{
    /// A connection after its opening handshake, over the same stream.
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
            told: false,
            response: None,
        }
    }

    /// The stream and the connection, unchanged.
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

    /// The subprotocol from the opening handshake, if any.
    pub fn subprotocol(&self) -> Option<&str> {
        self.subprotocol.as_deref()
    }

    /// How the connection ended, if it has.
    pub fn ended(&self) -> Option<&Ending> {
        self.connection.ended()
    }

    /// Waits for the next message. Returns `None` after a clean end: after the closing handshake or, in
    /// a draft without one, after the peer has closed the stream. If the peer disappears otherwise,
    /// this returns [`ConnectionError::Vanished`] once, and then `None`. [`ended`](Self::ended) also
    /// tells how the connection ended.
    ///
    /// A pong that is due is written before the message is returned. If the peer does not read, this
    /// waits for as long as the write timeout of the stream allows, so a server should set one. The
    /// message is then returned nevertheless.
    ///
    /// # Errors
    /// [`Error::Connection`] if the connection fails, [`Error::Io`] if the stream fails.
    pub fn recv(&mut self) -> Result<Option<Message>, Error> {
        self.next(Connection::receive_message)
    }

    /// Waits for the next message like [`recv`](Self::recv), and lends it.
    ///
    /// # Errors
    /// As [`recv`](Self::recv).
    pub fn recv_ref(&mut self) -> Result<Option<MessageRef<'_>>, Error> {
        let event = self.wait_for(Loan::is_message)?;
        Ok(event.and_then(Event::into_message))
    }

    /// Waits for the next event of any kind. Returns `None` after [`Event::Closed`]. If the peer has
    /// disappeared, [`Event::Closed`] comes first, then [`ConnectionError::Vanished`], and then
    /// `None`. A connection that fails for another reason returns that error instead of
    /// [`Event::Closed`].
    ///
    /// The response to the peer's close frame is written before this returns [`Event::Close`], or
    /// with the next call, depending on [`CloseAnswer`](crate::CloseAnswer).
    ///
    /// # Errors
    /// As [`recv`](Self::recv).
    pub fn recv_event(&mut self) -> Result<Option<Event<'_>>, Error> {
        self.wait_for(|_| true)
    }

    /// Reads until there is something to receive. Returns `None` once the connection has ended.
    fn next<T>(
        &mut self,
        mut receive: impl FnMut(&mut Connection<D>) -> Result<Option<T>, ConnectionError>,
    ) -> Result<Option<T>, Error> {
        loop {
            let waiting = self.connection.queued();
            let received = receive(&mut self.connection);
            if self.connection.queued() != waiting || self.connection.owes_pong() {
                // A pong does not wait for other data.
                self.transport.uncork();
            }
            match received {
                Ok(None) if self.connection.ended().is_none() => self.fill()?,
                Ok(Some(received)) => {
                    // The response to a close frame may be held.
                    if self.transport.is_uncorked() && !self.connection.is_answering() {
                        self.transport.hurry(&mut *self.connection);
                    }
                    return Ok(Some(received));
                }
                ended => {
                    self.finish();
                    ended?;
                    vanished(self.connection.ended(), &mut self.told)?;
                    return Ok(None);
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

    /// Closes the connection and waits up to [`Limits::close`](crate::Limits::close) for the peer
    /// to close it, too. If the peer has already sent a close frame and the response is
    /// [held](crate::CloseAnswer::Held), this sends the response. Messages that still arrive are
    /// discarded. To receive them, close with [`send_with`](Self::send_with) and continue to
    /// receive.
    ///
    /// `code` and `reason` are those of [`Connection::close`].
    ///
    /// # Errors
    /// As [`recv`](Self::recv), and [`Error::Connection`] if the close frame cannot be sent.
    pub fn close(&mut self, code: impl Into<Option<u16>>, reason: &str) -> Result<Ending, Error> {
        if !self.connection.is_closing() || self.connection.is_answering() {
            self.connection.close(code, reason)?;
        }
        loop {
            if let Some(ending) = self.connection.ended().cloned() {
                self.finish();
                self.told = true;
                return Ok(ending.closed()?);
            }
            match self.connection.look() {
                Ok(Some(_)) => drop(self.connection.receive()),
                Ok(None) if self.connection.ended().is_none() => self.fill()?,
                Ok(None) | Err(_) => {}
            }
        }
    }

    /// Writes queued data and reads something.
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

    /// Fails the connection if shared memory is scarce and the connection has held some for too
    /// long.
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

/// The instant after this duration, or a distant one if the sum overflows.
fn after(duration: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(86_400 * 365);
    let now = Instant::now();
    now.checked_add(duration.min(FAR)).unwrap_or(now)
}
