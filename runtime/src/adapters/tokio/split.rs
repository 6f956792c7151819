//! A connection in two halves, for two tasks.

use std::{
    fmt,
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
};

use ::tokio::io::{AsyncRead, AsyncWrite};

use super::{Error, WebSocket};
use crate::{
    adapters::stream::LARGE,
    machine::{
        close::Ending,
        connection::{AsMessage, Connection, Event, Message, Sending},
        error::{ConnectionError, TrySendError},
    },
    protocol::draft::Draft,
};

mod shared;

pub(super) use self::shared::Half;
use self::shared::Shared;

/// The receiving half of a [`WebSocket`].
///
/// It responds to pings and close frames even if the other half is not in use or has been dropped.
/// While it waits, it also writes the data that the other half has fed.
#[derive(Debug)]
pub struct ReadHalf<S, D: Draft> {
    pub(super) shared: Arc<Shared<S, D>>,
}

/// The sending half of a [`WebSocket`].
///
/// [`send`](Self::send) writes a message, whatever the task of the other half does.
/// [`feed`](Self::feed) queues it: it is written while the other half waits to receive, when 64 KiB
/// have accumulated, on [`flush`](Self::flush), or with the next `send`. If the other half has been
/// dropped, nothing is received and no ping is responded to.
#[derive(Debug)]
pub struct WriteHalf<S, D: Draft> {
    pub(super) shared: Arc<Shared<S, D>>,
}

impl<S, D> WebSocket<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    /// Splits the connection: one task can receive while another one sends. The order of the halves
    /// is that of `StreamExt::split`. [`WriteHalf::reunite`] and [`ReadHalf::reunite`] put them
    /// together again.
    ///
    /// ```
    /// # use wsdraft::{Error, tokio::WebSocket};
    /// # async fn talk<S, D>(socket: WebSocket<S, D>) -> Result<(), Error>
    /// # where
    /// #     S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    /// #     D: wsdraft::Draft + Send + 'static,
    /// # {
    /// let (mut writer, mut reader) = socket.split();
    /// let receives = tokio::spawn(async move {
    ///     while let Some(message) = reader.recv().await? {
    ///         println!("{message:?}");
    ///     }
    ///     Ok::<_, Error>(())
    /// });
    /// writer.send("hello").await?;
    /// writer.close(None, "").await?;
    /// receives.await.expect("no panic")
    /// # }
    /// ```
    ///
    /// `socket.split()` calls this method even if `StreamExt` of futures-util is in scope. The
    /// method of the same name there, as `StreamExt::split(socket)`, makes halves that do not wake
    /// each other: a message that is fed to the sink waits there until the sink is flushed, or until
    /// the stream is next polled.
    pub fn split(self) -> (WriteHalf<S, D>, ReadHalf<S, D>) {
        let shared = Arc::new(Shared::new(self));
        let writer = WriteHalf {
            shared: Arc::clone(&shared),
        };
        (writer, ReadHalf { shared })
    }
}

impl<S, D> ReadHalf<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    /// Waits for the next message, like [`WebSocket::recv`].
    ///
    /// # Errors
    /// As [`WebSocket::recv`].
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub async fn recv(&mut self) -> Result<Option<Message>, Error> {
        poll_fn(|cx| self.shared.poll(Half::Reader, cx, WebSocket::poll_recv)).await
    }

    /// Waits for the next event of any kind and returns the result of `take`, or `None` after
    /// [`Event::Closed`]. `take` must use neither half, because it is called with the connection
    /// locked.
    ///
    /// ```
    /// # use wsdraft::{Event, Error, tokio::ReadHalf};
    /// # async fn wait<S, D>(reader: &mut ReadHalf<S, D>) -> Result<(), Error>
    /// # where S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin, D: wsdraft::Draft {
    /// let is_pong = |event: Event<'_>| matches!(event, Event::Pong(b"here"));
    /// while let Some(false) = reader.recv_event(is_pong).await? {}
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`WebSocket::recv_event`].
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped. The call of `take` is its last action.
    pub async fn recv_event<R>(
        &mut self,
        take: impl FnOnce(Event<'_>) -> R,
    ) -> Result<Option<R>, Error> {
        let mut take = Some(take);
        poll_fn(|cx| {
            self.shared.poll(Half::Reader, cx, |socket, cx| {
                socket.poll_event(&mut take, cx)
            })
        })
        .await
    }

    /// The subprotocol from the opening handshake, if any.
    pub fn subprotocol(&self) -> Option<&str> {
        self.shared.subprotocol()
    }

    /// How the connection ended, if it has.
    pub fn ended(&self) -> Option<Ending> {
        self.shared.ended()
    }

    /// Whether the other half belongs to the same connection.
    pub fn is_pair_of(&self, writer: &WriteHalf<S, D>) -> bool {
        Arc::ptr_eq(&self.shared, &writer.shared)
    }

    /// Reunites the halves. The connection is unchanged: queued data remains queued, and received
    /// messages that were not handed out are not lost.
    ///
    /// ```
    /// # use wsdraft::{Error, tokio::WebSocket};
    /// # async fn greet<S, D>(socket: WebSocket<S, D>) -> Result<(), Error>
    /// # where S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin, D: wsdraft::Draft {
    /// let (mut writer, reader) = socket.split();
    /// writer.send("hello").await?;
    /// let mut socket = reader.reunite(writer).expect("halves of one connection");
    /// socket.close(None, "").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ReuniteError`], with both halves, if they belong to different connections.
    pub fn reunite(self, writer: WriteHalf<S, D>) -> Result<WebSocket<S, D>, ReuniteError<S, D>> {
        if !self.is_pair_of(&writer) {
            return Err(ReuniteError {
                reader: self,
                writer,
            });
        }
        drop(writer);
        match Arc::try_unwrap(self.shared) {
            Ok(shared) => Ok(shared.into_socket()),
            Err(shared) => Err(ReuniteError {
                reader: Self {
                    shared: Arc::clone(&shared),
                },
                writer: WriteHalf { shared },
            }),
        }
    }
}

impl<S, D> WriteHalf<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    /// Sends a message, like [`WebSocket::send`]. The other half need not be polled meanwhile.
    ///
    /// # Errors
    /// As [`WebSocket::send`].
    ///
    /// # Cancel safety
    /// As [`WebSocket::send`].
    pub async fn send(&mut self, message: impl AsMessage) -> Result<(), Error> {
        let message = &Sending::of(&message);
        let mut queued = false;
        poll_fn(|cx| self.poll(cx, |socket, cx| socket.poll_send(message, &mut queued, cx))).await
    }

    /// Queues a message, like [`WebSocket::feed`]. A half that waits to receive writes it.
    ///
    /// # Errors
    /// As [`WebSocket::send`].
    ///
    /// # Cancel safety
    /// The message is queued when the future completes, and not before.
    pub async fn feed(&mut self, message: impl AsMessage) -> Result<(), Error> {
        let message = &Sending::of(&message);
        poll_fn(|cx| self.poll(cx, |socket, cx| socket.poll_feed(message, LARGE, cx))).await
    }

    /// Queues a message if there is room for it, and writes as much as the stream accepts
    /// immediately, like [`WebSocket::try_send`]. A half that waits to receive writes the rest.
    ///
    /// # Errors
    /// As [`WebSocket::try_send`].
    pub fn try_send<M: AsMessage>(&mut self, message: M) -> Result<(), TrySendError<M>> {
        self.shared
            .with(Half::Writer, |socket, cx| socket.try_send_with(message, cx))
    }

    /// Sends a ping, like [`WebSocket::ping`].
    ///
    /// # Errors
    /// As [`WebSocket::send`].
    ///
    /// # Cancel safety
    /// As [`WebSocket::send`].
    pub async fn ping(&mut self, payload: &[u8]) -> Result<(), Error> {
        self.send_with(|connection| connection.ping(payload)).await
    }

    /// Sends an unsolicited pong, like [`WebSocket::pong`].
    ///
    /// # Errors
    /// As [`WebSocket::send`].
    ///
    /// # Cancel safety
    /// As [`WebSocket::send`].
    pub async fn pong(&mut self, payload: &[u8]) -> Result<(), Error> {
        self.send_with(|connection| connection.pong(payload)).await
    }

    /// Sends with the connection's own methods, like [`WebSocket::send_with`]. The closure must use
    /// neither half, because it is called with the connection locked.
    ///
    /// # Errors
    /// As [`WebSocket::send`].
    ///
    /// # Cancel safety
    /// As [`WebSocket::send_with`].
    pub async fn send_with(
        &mut self,
        mut call: impl FnMut(&mut Connection<D>) -> Result<(), ConnectionError>,
    ) -> Result<(), Error> {
        let mut queued = false;
        poll_fn(|cx| {
            self.poll(cx, |socket, cx| {
                socket.poll_send_with(&mut call, &mut queued, cx)
            })
        })
        .await
    }

    /// Queues with the connection's own methods, like [`WebSocket::feed_with`]. The closure must use
    /// neither half, because it is called with the connection locked.
    ///
    /// # Errors
    /// As [`WebSocket::send`].
    ///
    /// # Cancel safety
    /// The successful call is the last action of the future.
    pub async fn feed_with(
        &mut self,
        mut call: impl FnMut(&mut Connection<D>) -> Result<(), ConnectionError>,
    ) -> Result<(), Error> {
        poll_fn(|cx| self.poll(cx, |socket, cx| socket.poll_feed_with(&mut call, cx))).await
    }

    /// Writes all queued data.
    ///
    /// # Errors
    /// As [`WebSocket::flush`].
    ///
    /// # Cancel safety
    /// Unwritten data remains queued.
    pub async fn flush(&mut self) -> Result<(), Error> {
        poll_fn(|cx| self.poll(cx, WebSocket::poll_flush)).await
    }

    /// Closes the connection and waits until the close frame is written. The other half receives
    /// the data that the peer still sends, and ends when the peer has closed, too. Without the
    /// other half, this waits for the peer to close, and discards messages that still arrive.
    ///
    /// `code` and `reason` are those of [`Connection::close`]. This does not return the [`Ending`], as
    /// [`WebSocket::close`] does, because the other half is the one that sees it: the peer may close
    /// long after, and both halves then tell by `ended`.
    ///
    /// # Errors
    /// As [`WebSocket::close`].
    ///
    /// # Cancel safety
    /// Another call continues to wait for the remaining time.
    pub async fn close(&mut self, code: impl Into<Option<u16>>, reason: &str) -> Result<(), Error> {
        self.shared
            .with(Half::Writer, |socket, _| socket.say_close(code, reason))?;
        let alone = || self.is_alone();
        poll_fn(|cx| {
            self.poll(cx, |socket, cx| {
                if alone() {
                    socket.poll_closed(cx).map_ok(drop)
                } else {
                    socket.poll_told(cx)
                }
            })
        })
        .await
    }

    /// The subprotocol from the opening handshake, if any.
    pub fn subprotocol(&self) -> Option<&str> {
        self.shared.subprotocol()
    }

    /// How the connection ended, if it has.
    pub fn ended(&self) -> Option<Ending> {
        self.shared.ended()
    }

    /// Whether the other half belongs to the same connection.
    pub fn is_pair_of(&self, reader: &ReadHalf<S, D>) -> bool {
        reader.is_pair_of(self)
    }

    /// Reunites the halves, like [`ReadHalf::reunite`].
    ///
    /// # Errors
    /// [`ReuniteError`], with both halves, if they belong to different connections.
    pub fn reunite(self, reader: ReadHalf<S, D>) -> Result<WebSocket<S, D>, ReuniteError<S, D>> {
        reader.reunite(self)
    }

    /// Whether the other half has been dropped.
    fn is_alone(&self) -> bool {
        Arc::strong_count(&self.shared) == 1
    }

    pub(super) fn poll<R>(
        &self,
        cx: &mut Context<'_>,
        poll: impl FnOnce(&mut WebSocket<S, D>, &mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        self.shared.poll(Half::Writer, cx, poll)
    }
}

/// Two halves that belong to different connections.
pub struct ReuniteError<S, D: Draft> {
    /// The receiving half.
    pub reader: ReadHalf<S, D>,
    /// The sending half.
    pub writer: WriteHalf<S, D>,
}

impl<S, D: Draft> fmt::Debug for ReuniteError<S, D> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReuniteError").finish_non_exhaustive()
    }
}

impl<S, D: Draft> fmt::Display for ReuniteError<S, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the halves are of different connections")
    }
}

impl<S, D: Draft> std::error::Error for ReuniteError<S, D> {}
