//! Who answers what the peer sends, and when.

/// When an adapter sends the response to a close frame of the peer.
///
/// A [`Connection`](crate::Connection) without an adapter has the response in its output when it
/// hands out [`Event::Close`](crate::Event::Close). It matters for programs that receive events:
/// methods that receive messages skip close frames and respond to them.
///
/// ```
/// # use wsdraft::{CloseAnswer, Error, Event, tokio::Acceptor};
/// # async fn serve<S, D>(stream: S, draft: D) -> Result<(), Error>
/// # where S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin, D: wsdraft::Draft + Clone {
/// let acceptor = Acceptor::new(draft).close_answer(CloseAnswer::Held);
/// let mut socket = acceptor.accept(stream).await?;
/// while let Some(event) = socket.recv_event().await? {
///     if let Event::Close(close) = event {
///         println!("the client closes: {close:?}");
///         socket.close(4000, "see you tomorrow").await?;
///         break;
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CloseAnswer {
    /// Before the event is handed out. If the peer does not accept the response, the adapter waits
    /// for as long as [`Limits::close`](crate::Limits::close) allows.
    #[default]
    AtOnce,
    /// With the application's next call that receives, flushes or closes, so that `close` can choose
    /// its code and reason. If the socket is dropped instead, the draft's response is written: over
    /// tokio as far as the stream accepts it at once, over a blocking stream for as long as its write
    /// timeout allows.
    Held,
}

/// Who responds to a ping of the peer.
///
/// ```
/// # use wsdraft::{Error, Event, PingAnswer, tokio::Acceptor};
/// # async fn serve<S, D>(stream: S, draft: D) -> Result<(), Error>
/// # where S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin, D: wsdraft::Draft + Clone {
/// let acceptor = Acceptor::new(draft).ping_answer(PingAnswer::Application);
/// let mut socket = acceptor.accept(stream).await?;
/// while let Some(event) = socket.recv_event().await? {
///     if let Event::Ping(payload) = event {
///         // For example when somebody else has responded to a ping with the same payload.
///         let payload = payload.to_vec();
///         socket.pong(&payload).await?;
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PingAnswer {
    /// The connection, before it hands out the event.
    #[default]
    AtOnce,
    /// The application, with [`Connection::pong`](crate::Connection::pong): a gateway that passes
    /// pings on to another endpoint, whose pong it passes back. It has to receive events, because
    /// methods that receive messages skip pings.
    Application,
}
