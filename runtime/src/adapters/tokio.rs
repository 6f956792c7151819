//! The adapter for tokio: a [`Connection`] over any stream that implements `AsyncRead` and
//! `AsyncWrite`.
//!
//! ```no_run
//! # async fn echo<S, D>(mut socket: wsdraft::tokio::WebSocket<S, D>) -> Result<(), wsdraft::Error>
//! # where S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin, D: wsdraft::Draft {
//! while let Some(message) = socket.recv().await? {
//!     // Replies to messages that arrive together go out together, when `recv` would wait.
//!     socket.feed(message).await?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Send or feed
//!
//! [`send`](WebSocket::send), [`feed`](WebSocket::feed) and [`flush`](WebSocket::flush) mean what
//! they mean in `SinkExt` of the futures crates:
//!
//! - [`send`](WebSocket::send) returns when the stream has accepted the message. Nothing needs to be
//!   called afterwards.
//! - [`feed`](WebSocket::feed) queues the message. It goes out when [`recv`](WebSocket::recv) would
//!   otherwise wait, when 64 KiB have accumulated, on [`flush`](WebSocket::flush), or with the next
//!   `send`. In a loop that replies to what it receives, this is several times faster, because
//!   messages that arrive together are answered with one write. A program that feeds and then does
//!   something else must flush.
//!
//! The connection has no task of its own. If the stream does not accept a pong at once, or what
//! [`try_send`](WebSocket::try_send) has queued, the rest goes out with the next call.
//!
//! # Time
//!
//! Time limits need a tokio runtime with its timer enabled.
//!
//! # Shutdown
//!
//! [`Connections`] tracks the connections of a server and closes them all, with a deadline.
//!
//! # Two halves
//!
//! [`WebSocket::split`] splits the connection for two tasks. Messages from one half are written
//! while the other half waits:
//!
//! ```
//! use tokio::io::{AsyncRead, AsyncWrite};
//! use wsdraft::{Draft, Error, tokio::WebSocket};
//!
//! async fn talk<S, D>(socket: WebSocket<S, D>) -> Result<(), Error>
//! where
//!     S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
//!     D: Draft + Send + 'static,
//! {
//!     let (mut writer, mut reader) = socket.split();
//!     let receives = tokio::spawn(async move {
//!         while let Some(message) = reader.recv().await? {
//!             println!("{message:?}");
//!         }
//!         Ok(())
//!     });
//!     writer.send("hello").await?;
//!     writer.close(1000, "").await?;
//!     receives.await.expect("no panic")
//! }
//! ```

use std::{future::poll_fn, task::Poll, time::Duration};

use ::tokio::{
    io::{AsyncRead, AsyncWrite},
    time::Instant,
};

use crate::{
    adapters::stream::{Error, Kept},
    handshake::head::ResponseHead,
    machine::{
        close::Ending,
        connection::{Connection, Event, Loan, Message, MessageRef},
        error::ConnectionError,
    },
    protocol::{draft::Draft, info::Kind},
};

mod acceptor;
mod clock;
mod connector;
mod drive;
mod exchange;
#[cfg(feature = "multiplex")]
pub(crate) mod mux;
mod parting;
mod sending;
mod split;
#[cfg(feature = "stream")]
mod stream;
#[cfg(feature = "rustls")]
pub mod tls;
mod tracked;
mod transport;

#[cfg(feature = "hyper")]
pub(crate) use self::exchange::Exchange;
pub use self::{
    acceptor::Accepting,
    connector::Connecting,
    split::{ReadHalf, ReuniteError, WriteHalf},
};
use self::{
    clock::Clock, drive::Next, parting::leave_with, tracked::Tracking, transport::Transport,
};
#[doc(inline)]
pub use crate::adapters::connections::{Closed, Connections};
#[doc(inline)]
pub use crate::handshake::{Acceptor, Connector, Hosts, Origins, Requested, Subprotocols};

/// A connection over a stream.
///
/// [`send`](Self::send) writes a message, and [`feed`](Self::feed) queues it, to be written with
/// others; [the module](crate::tokio#send-or-feed) compares them. The connection responds to pings
/// while it receives, and writes the pong before it hands out the next message or event. An idle
/// connection holds no buffer while it waits.
///
/// Every future here can be dropped at any point: no received data is lost, and nothing is sent in
/// part. One task can therefore receive and send at once with `tokio::select!`. Each method states
/// what has happened if its future is dropped.
///
/// The connection responds to a close frame from the peer before the application receives it,
/// unless [`CloseAnswer`](crate::CloseAnswer) says otherwise. When the socket is dropped, it writes
/// as much queued data as the stream accepts immediately. That is almost always all of it, unless
/// much was sent. [`flush`](Self::flush) waits for the rest.
#[derive(Debug)]
pub struct WebSocket<S, D: Draft> {
    transport: Kept<Transport<S>>,
    connection: Kept<Connection<D>>,
    clock: Clock,
    subprotocol: Option<Box<str>>,
    /// Whether the application knows that the peer has vanished.
    told: bool,
    /// The response that a client received.
    response: Option<ResponseHead>,
    /// The request that a server received, if it has agreed on channels.
    #[cfg(feature = "multiplex")]
    request: Option<Box<crate::handshake::head::RequestHead>>,
    tracking: Tracking,
    /// What to do on drop, for a stream of any type.
    parting: fn(&mut Self),
    /// Whether the stream of messages has returned its last item, an error.
    #[cfg(feature = "stream")]
    failed: bool,
}

/// Only boxed parts are pinned.
impl<S: Unpin, D: Draft> Unpin for WebSocket<S, D> {}

impl<S, D> WebSocket<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    /// A connection after its opening handshake, over the same stream.
    pub fn from_parts(stream: S, connection: Connection<D>) -> Self {
        Self::established(Transport::new(stream), connection, None)
    }

    #[inline]
    fn established(
        transport: Transport<S>,
        connection: Connection<D>,
        subprotocol: Option<Box<str>>,
    ) -> Self {
        Self {
            transport: Kept::new(transport),
            connection: Kept::new(connection),
            clock: Clock::new(),
            subprotocol,
            told: false,
            response: None,
            #[cfg(feature = "multiplex")]
            request: None,
            tracking: Tracking::default(),
            parting: Self::part,
            #[cfg(feature = "stream")]
            failed: false,
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
    /// # Errors
    /// [`Error::Connection`] if the connection fails, [`Error::Io`] if the stream fails.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub async fn recv(&mut self) -> Result<Option<Message>, Error> {
        // A message that is already available needs no stream. Everything else, including an error,
        // is returned below.
        let mut loan = None;
        if let Some(plain) = self.connection.next_plain() {
            if self.transport.is_uncorked() {
                self.hurried().await;
            }
            if let Some(message) = self.connection.kept(&plain) {
                return Ok(Some(message));
            }
            loan = Some(plain.into());
        } else if self.connection.is_drained() {
            poll_fn(|cx| self.poll_fill(cx)).await?;
            return poll_fn(|cx| self.poll_recv(cx)).await;
        }
        match self.receive_by(|connection| connection.next_message(loan)) {
            Ok(Some(message)) => {
                if self.transport.is_uncorked() {
                    self.hurried().await;
                }
                return Ok(Some(message));
            }
            Ok(None) if self.connection.ended().is_none() => {
                poll_fn(|cx| self.poll_fill(cx)).await?;
            }
            _ => {}
        }
        poll_fn(|cx| self.poll_recv(cx)).await
    }

    /// Waits for the next message like [`recv`](Self::recv), and lends it.
    ///
    /// # Errors
    /// As [`recv`](Self::recv).
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub async fn recv_ref(&mut self) -> Result<Option<MessageRef<'_>>, Error> {
        let loan = loop {
            if let Some(plain) = self.connection.next_plain() {
                if self.transport.is_uncorked() {
                    self.hurried().await;
                }
                if plain.kind == Kind::Binary {
                    return Ok(Some(MessageRef::Binary(self.connection.payload_of(plain))));
                }
                break plain.into();
            }
            if self.connection.is_drained() {
                poll_fn(|cx| self.poll_fill(cx)).await?;
                continue;
            }
            let message = |connection: &mut Connection<D>| connection.next_wanted(Loan::is_message);
            match poll_fn(|cx| self.poll_next_or_read(message, cx)).await? {
                Next::Read => {}
                Next::Received(loan) => break loan,
                Next::End => return Ok(None),
            }
        };
        let Self {
            transport,
            connection,
            ..
        } = self;
        let allowed = connection.limits().close;
        match connection.lend_or_leave(loan) {
            Ok(event) => Ok(event.and_then(Event::into_message)),
            Err(failed) => Err(leave_with(transport, allowed, failed).await),
        }
    }

    /// Waits for the next event of any kind. Returns `None` after [`Event::Closed`], when the
    /// stream is also closed. If the peer has disappeared, [`Event::Closed`] comes first, then
    /// [`ConnectionError::Vanished`], and then `None`. A connection that fails for another reason
    /// returns that error instead of [`Event::Closed`].
    ///
    /// The response to the peer's close frame is written before this returns [`Event::Close`], or
    /// with the next call, depending on [`CloseAnswer`](crate::CloseAnswer).
    ///
    /// # Errors
    /// As [`recv`](Self::recv).
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub async fn recv_event(&mut self) -> Result<Option<Event<'_>>, Error> {
        let Some(loan) = poll_fn(|cx| self.poll_loan(cx)).await? else {
            return Ok(None);
        };
        let Self {
            transport,
            connection,
            ..
        } = self;
        let allowed = connection.limits().close;
        match connection.lend_or_leave(loan) {
            Ok(event) => Ok(event),
            Err(failed) => Err(leave_with(transport, allowed, failed).await),
        }
    }

    /// As [`hurry`](Self::hurry). This never waits.
    #[cold]
    async fn hurried(&mut self) {
        poll_fn(|cx| {
            self.hurry(cx);
            Poll::Ready(())
        })
        .await;
    }

    /// Closes the connection and waits up to [`Limits::close`](crate::Limits::close) for the peer
    /// to close it, too. If the peer has already sent a close frame and the response is
    /// [held](crate::CloseAnswer::Held), this sends the response. This discards messages that still
    /// arrive. To receive them, close with [`send_with`](Self::send_with) and continue to receive.
    ///
    /// `code` and `reason` are those of [`Connection::close`].
    ///
    /// # Errors
    /// As [`recv`](Self::recv), and [`Error::Connection`] if the close frame cannot be sent.
    ///
    /// # Cancel safety
    /// Another call continues to wait for the remaining time.
    pub async fn close(
        &mut self,
        code: impl Into<Option<u16>>,
        reason: &str,
    ) -> Result<Ending, Error> {
        self.say_close(code, reason)?;
        poll_fn(|cx| self.poll_closed(cx)).await
    }

    /// Starts the closing handshake, unless this endpoint has already done so.
    fn say_close(
        &mut self,
        code: impl Into<Option<u16>>,
        reason: &str,
    ) -> Result<(), ConnectionError> {
        if self.connection.is_closing() && !self.connection.is_answering() {
            return Ok(());
        }
        self.connection.close(code, reason)
    }
}

/// The instant after this duration, or a distant one if the sum overflows.
pub(crate) fn after(start: Instant, duration: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(86_400 * 365);
    start.checked_add(duration.min(FAR)).unwrap_or(start)
}
