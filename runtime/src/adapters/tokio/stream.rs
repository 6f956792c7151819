//! A WebSocket as a stream of messages and a sink for them.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use ::tokio::io::{AsyncRead, AsyncWrite};
use futures_core::Stream;
use futures_sink::Sink;

use super::{Error, ReadHalf, WebSocket, WriteHalf, split::Half};
use crate::{
    machine::connection::{AsMessage as _, Message},
    protocol::draft::Draft,
};

/// Yields received messages, like [`recv`](WebSocket::recv). An error is the last item, also if the
/// peer has disappeared.
///
/// ```
/// use futures_util::StreamExt as _;
/// # use wsdraft::{Message, Error, tokio::WebSocket};
///
/// # async fn shout<S, D>(mut socket: WebSocket<S, D>) -> Result<(), Error>
/// # where S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin, D: wsdraft::Draft {
/// while let Some(message) = socket.next().await {
///     if let Message::Text(text) = message? {
///         socket.feed(text.to_uppercase()).await?;
///     }
/// }
/// # Ok(())
/// # }
/// ```
impl<S, D> Stream for WebSocket<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    type Item = Result<Message, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.failed {
            return Poll::Ready(None);
        }
        let received = ready!(this.poll_recv(cx));
        this.failed = received.is_err();
        Poll::Ready(received.transpose())
    }
}

/// Accepts messages to send: `start_send` queues them, as [`feed`](WebSocket::feed) does.
///
/// The sink is ready while less than 64 KiB, and less than
/// [`Limits::write_buffer`](crate::Limits::write_buffer), is queued. It then accepts a message of
/// any length. The sink copies large messages, while [`send`](WebSocket::send) and
/// [`feed`](WebSocket::feed) do not. These two methods accept any
/// [`AsMessage`](crate::AsMessage), and `socket.send(…)` calls them even if `SinkExt` is in scope.
///
/// Closing the sink sends a close frame with the code for a normal closure and waits until it is
/// written. The stream still yields the messages that the peer sends.
impl<S, D> Sink<Message> for WebSocket<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.get_mut().poll_room(cx)
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Error> {
        self.get_mut().start_send(&message)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.get_mut().poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.get_mut().poll_close(cx)
    }
}

/// Yields received messages, like the stream of a [`WebSocket`].
///
/// ```
/// use futures_util::StreamExt as _;
/// # use wsdraft::{Error, tokio::WebSocket};
///
/// # async fn echo<S, D>(socket: WebSocket<S, D>) -> Result<(), Error>
/// # where S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin, D: wsdraft::Draft {
/// let (writer, reader) = socket.split();
/// reader.forward(writer).await
/// # }
/// ```
impl<S, D> Stream for ReadHalf<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    type Item = Result<Message, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.shared.poll(Half::Reader, cx, |socket, cx| {
            Pin::new(socket).poll_next(cx)
        })
    }
}

/// Accepts messages to send, like the sink of a [`WebSocket`].
impl<S, D> Sink<Message> for WriteHalf<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.poll(cx, WebSocket::poll_room)
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Error> {
        self.shared
            .with(Half::Writer, |socket, _| socket.start_send(&message))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.poll(cx, WebSocket::poll_flush)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.poll(cx, WebSocket::poll_close)
    }
}

impl<S, D> WebSocket<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    fn start_send(&mut self, message: &Message) -> Result<(), Error> {
        Ok(self.connection.send_regardless(message.as_message())?)
    }

    /// Closes the connection and waits until the close frame is written.
    fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if !self.connection.is_closing() {
            let normal = self.connection.info().local_codes.normal;
            self.connection.close(normal, "")?;
        }
        self.poll_told(cx)
    }
}
