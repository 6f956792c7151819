//! The adapter for tokio: a [`Connection`] over anything that is read and written.
//!
//! ```no_run
//! # async fn echo<S, D>(mut socket: wsdraft::tokio::WebSocket<S, D>) -> Result<(), wsdraft::Error>
//! # where S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin, D: wsdraft::Draft {
//! while let Some(message) = socket.recv().await? {
//!     socket.send(message).await?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Time limits need a runtime whose timer is enabled.
//!
//! # Two halves
//!
//! [`WebSocket::split`] gives a half to each of two tasks. What one half sends is written while the
//! other one waits:
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
//!     let (mut reader, mut writer) = socket.split();
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

use std::{future::poll_fn, time::Duration};

use ::tokio::{
    io::{AsyncRead, AsyncWrite},
    time::Instant,
};

use crate::{
    adapters::stream::{Error, Kept, send_with},
    machine::{
        close::Ending,
        connection::{AsMessage, Connection, Event, Loan, Message, MessageRef},
        error::{ConnectionError, TrySendError},
    },
    protocol::{draft::Draft, info::Kind},
};

mod acceptor;
mod clock;
mod connector;
mod drive;
mod exchange;
mod parting;
mod split;
#[cfg(feature = "stream")]
mod stream;
#[cfg(feature = "rustls")]
pub mod tls;
mod transport;

#[cfg(feature = "hyper")]
pub(crate) use self::exchange::Exchange;
pub use self::{
    acceptor::Accepting,
    connector::Connecting,
    split::{ReadHalf, ReuniteError, WriteHalf},
};
use self::{clock::Clock, parting::leave_with, transport::Transport};
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

/// A connection over a stream.
///
/// Sent messages are corked: they are written together, when [`recv`](Self::recv) would
/// otherwise wait, when much has gathered, or on [`flush`](Self::flush). Pings are answered
/// while receiving. While it waits, an idle connection holds no buffer.
///
/// Every future here can be dropped at any point, and what it was to do can be asked for
/// again: nothing received is lost, and nothing is sent in part. So one task can receive and
/// send at once with `tokio::select!`.
///
/// A close frame of the peer's is answered before the application is told of it, unless
/// [`CloseAnswer`](crate::CloseAnswer) says otherwise. When the socket is dropped, what is still
/// to be written is written as far as the stream takes it at once, which nearly always is all of
/// it, unless much was sent; [`flush`](Self::flush) waits for it.
#[derive(Debug)]
pub struct WebSocket<S, D: Draft> {
    transport: Kept<Transport<S>>,
    connection: Kept<Connection<D>>,
    clock: Clock,
    subprotocol: Option<Box<str>>,
    /// What is done when it is dropped, where nothing is known of the stream.
    parting: fn(&mut Self),
    /// Whether the stream of messages has given the error that is its last item.
    #[cfg(feature = "stream")]
    failed: bool,
}

/// Nothing in it is pinned but what is boxed.
impl<S: Unpin, D: Draft> Unpin for WebSocket<S, D> {}

impl<S, D> WebSocket<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    /// A connection whose opening handshake is done, over the stream on which it was done.
    pub fn from_parts(stream: S, connection: Connection<D>) -> Self {
        Self::established(Transport::new(stream), connection, None)
    }

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
            parting: Self::part,
            #[cfg(feature = "stream")]
            failed: false,
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
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub async fn recv(&mut self) -> Result<Option<Message>, Error> {
        // What is there needs no stream. All else, an error too, comes out again below.
        if let Ok(Some(message)) = self.connection.receive_message() {
            return Ok(Some(message));
        }
        poll_fn(|cx| self.poll_recv(cx)).await
    }

    /// Waits for the next message, as [`recv`](Self::recv) does, and lends it.
    ///
    /// # Errors
    /// As [`recv`](Self::recv).
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub async fn recv_ref(&mut self) -> Result<Option<MessageRef<'_>>, Error> {
        let loan = match self.connection.next_plain() {
            Some(plain) if plain.kind == Kind::Binary => {
                return Ok(Some(MessageRef::Binary(self.connection.payload_of(plain))));
            }
            Some(plain) => plain.into(),
            None => match self.wait_for(Loan::is_message).await? {
                Some(loan) => loan,
                None => return Ok(None),
            },
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

    /// Waits for the next event, whatever it is; `None` after [`Event::Closed`], when the stream
    /// is closed, too.
    ///
    /// The answer to the peer's close frame is written before [`Event::Close`] is handed out, or
    /// else with the next call, as [`CloseAnswer`](crate::CloseAnswer) says.
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

    /// The place of the next event that is wanted; `None` once the connection has ended.
    async fn wait_for(&mut self, wanted: impl Fn(&Loan) -> bool) -> Result<Option<Loan>, Error> {
        let mut next = |connection: &mut Connection<D>| connection.next_wanted(&wanted);
        poll_fn(|cx| self.poll_next_of(&mut next, cx)).await
    }

    /// Sends a message: takes it, to be written with others. Waits only while so much is
    /// unwritten that it has to. While it waits, the message is the caller's and in no
    /// [`Budget`](crate::Budget).
    ///
    /// # Errors
    /// [`Error::Connection`] when the message cannot be sent, or when the peer has taken nothing
    /// for as long as [`Limits::write`](crate::Limits::write) allows; [`Error::Io`] when the
    /// stream fails.
    ///
    /// # Cancel safety
    /// The message is taken when the future is done, and not before.
    pub async fn send(&mut self, message: impl AsMessage) -> Result<(), Error> {
        let message = message.as_message();
        match self.send_now(message) {
            Some(sent) => Ok(sent?),
            None => poll_fn(|cx| self.poll_send(message, cx)).await,
        }
    }

    /// Sends a message if there is room for it, without waiting; gives it back otherwise.
    /// [`flush`](Self::flush) or [`recv`](Self::recv) makes room.
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
    /// [`TrySendError`], with the message: [full](TrySendError::is_full) while
    /// [`Limits::write_buffer`](crate::Limits::write_buffer) has no room for it, or why it
    /// cannot be sent at all.
    pub fn try_send<M: AsMessage>(&mut self, message: M) -> Result<(), TrySendError<M>> {
        let sent = self.connection.send(&message);
        sent.map_err(|error| TrySendError { message, error })
    }

    /// Sends a ping.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// The ping is taken when the future is done, and not before.
    pub async fn ping(&mut self, payload: &[u8]) -> Result<(), Error> {
        self.send_with(|connection| connection.ping(payload)).await
    }

    /// Sends a pong that nobody asked for.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// The pong is taken when the future is done, and not before.
    pub async fn pong(&mut self, payload: &[u8]) -> Result<(), Error> {
        self.send_with(|connection| connection.pong(payload)).await
    }

    /// Sends with the connection's own methods, for instance a message in several frames. The
    /// call is made again when there was no room for what it sends; it is to do nothing else.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// The call that succeeds is the last thing that the future does.
    pub async fn send_with(
        &mut self,
        mut call: impl FnMut(&mut Connection<D>) -> Result<(), ConnectionError>,
    ) -> Result<(), Error> {
        match send_with(&mut self.connection, &mut call) {
            Some(sent) => Ok(sent?),
            None => poll_fn(|cx| self.poll_send_with(&mut call, cx)).await,
        }
    }

    /// Writes everything that was sent.
    ///
    /// # Errors
    /// [`Error::Io`] when the stream fails; [`Error::Connection`] when the peer has taken
    /// nothing for as long as [`Limits::write`](crate::Limits::write) allows.
    ///
    /// # Cancel safety
    /// What is not written yet stays to be written.
    pub async fn flush(&mut self) -> Result<(), Error> {
        poll_fn(|cx| self.poll_flush(cx)).await
    }

    /// Closes the connection and waits for the peer to close it too, for as long as
    /// [`Limits::close`](crate::Limits::close) allows. Where the peer has closed, and the answer
    /// is [held](crate::CloseAnswer::Held), this is the answer. Messages that still come are dropped;
    /// to have them, close through [`send_with`](Self::send_with) and go on receiving.
    ///
    /// # Errors
    /// As [`recv`](Self::recv), and [`Error::Connection`] when this cannot be sent.
    ///
    /// # Cancel safety
    /// Called again, it goes on waiting, with the time that is left.
    pub async fn close(
        &mut self,
        code: impl Into<Option<u16>>,
        reason: &str,
    ) -> Result<Ending, Error> {
        self.say_close(code, reason)?;
        poll_fn(|cx| self.poll_closed(cx)).await
    }

    /// Says that this end closes, unless it has said so.
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

/// An instant that far away, or so far that it does not matter.
pub(crate) fn after(start: Instant, duration: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(86_400 * 365);
    start.checked_add(duration.min(FAR)).unwrap_or(start)
}
