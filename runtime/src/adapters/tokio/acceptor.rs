//! The server's side of opening handshakes.

use ::tokio::io::{AsyncRead, AsyncWrite};

use super::{Error, WebSocket, exchange::Exchange};
#[allow(unused_imports, reason = "named in the documentation")]
use crate::{
    adapters::{acceptor::Acceptor, opening::Serving},
    handshake::offer::Requested,
    machine::error::{ConnectionError, Misuse},
    protocol::{draft::Draft, heads::Answer},
};

/// Over a tokio stream.
///
/// ```no_run
/// # use wsdraft::{Error, tokio::{Acceptor, Requested}};
/// # use wsdraft::handshake::Answer;
/// # async fn serve(stream: tokio::io::DuplexStream) -> Result<(), Error> {
/// let acceptor = Acceptor::any(wsdraft::drafts::ALL.iter().copied());
/// let mut accepting = acceptor.start(stream);
/// match accepting.request().await? {
///     Requested::Upgrade(offer) if offer.resource == "/chat" => {
///         let mut socket = accepting.accept(&Answer::default()).await?;
///         socket.send("welcome").await?;
///     }
///     Requested::Upgrade(_) => accepting.respond(404, &[], "no such room\n").await?,
///     Requested::Plain { .. } => accepting.respond(200, &[], "hello\n").await?,
/// }
/// # Ok(())
/// # }
/// ```
impl<D: Draft + Clone> Acceptor<D> {
    /// Accepts every valid request. One that asks for no upgrade is refused with status 426.
    ///
    /// # Errors
    /// [`Error::Refused`], after the client was told; [`Error::Connection`] when the client is
    /// gone or takes longer than [`Limits::handshake`](crate::Limits::handshake); [`Error::Io`]
    /// when the stream fails.
    ///
    /// # Cancel safety
    /// The stream is closed when the future is dropped. To keep it, use
    /// [`start`](Self::start).
    pub async fn accept<S>(&self, stream: S) -> Result<WebSocket<S, D>, Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut exchange = Exchange::new(stream, self.serving(), &self.config.limits);
        exchange.until(Serving::is_requested).await?;
        self.accept_on(exchange.opening())?;
        exchange.complete().await?;
        exchange.establish()
    }

    /// Starts a handshake that the caller decides about. Its time runs from here.
    pub fn start<S>(&self, stream: S) -> Accepting<S, D>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let exchange = Exchange::new(stream, self.serving(), &self.config.limits);
        Accepting {
            exchange: Some(exchange),
        }
    }
}

/// An opening handshake that goes on: wait for the [`request`](Self::request), then
/// [`accept`](Self::accept) it or [`respond`](Self::respond) otherwise.
#[derive(Debug)]
pub struct Accepting<S, D> {
    exchange: Option<Exchange<S, Serving<D>>>,
}

impl<S, D> Accepting<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft + Clone,
{
    /// Waits for the request.
    ///
    /// # Errors
    /// As [`Acceptor::accept`].
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped; called again, it goes on, or gives the
    /// request once more.
    pub async fn request(&mut self) -> Result<Requested, Error> {
        let exchange = self.exchange.as_mut().ok_or(Misuse::Closed)?;
        exchange.until(Serving::is_requested).await?;
        let requested = exchange.opening().requested().cloned();
        requested.ok_or_else(|| Misuse::Closed.into())
    }

    /// Accepts the request, and is done when the answer is written. A request that asks for
    /// no upgrade is refused with status 426.
    ///
    /// The nonce that some drafts put into the answer is drawn here. Bytes that a request owes
    /// after its head are waited for, after the head of the answer was sent: some proxies hold
    /// them back until they see it.
    ///
    /// # Errors
    /// As [`Acceptor::accept`]; [`ConnectionError::Entropy`] when no nonce could be drawn.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped; called again, it goes on with the answer
    /// that it has begun.
    pub async fn accept(&mut self, answer: &Answer<'_>) -> Result<WebSocket<S, D>, Error> {
        let exchange = self.exchange.as_mut().ok_or(Misuse::Closed)?;
        exchange.until(Serving::is_requested).await?;
        exchange.opening().accept(answer)?;
        exchange.complete().await?;
        self.exchange.take().ok_or(Misuse::Closed)?.establish()
    }

    /// Answers with a whole response of HTTP instead of an upgrade, such as a page or a
    /// refusal, and closes.
    ///
    /// # Errors
    /// As [`Acceptor::accept`]; [`Error::Connection`] with [`Misuse::Closed`] when something
    /// else was answered.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped; called again, it goes on with the response
    /// that it has begun.
    pub async fn respond(
        &mut self,
        status: u16,
        fields: &[(&str, &str)],
        text: &str,
    ) -> Result<(), Error> {
        let exchange = self.exchange.as_mut().ok_or(Misuse::Closed)?;
        exchange.until(Serving::is_requested).await?;
        exchange.opening().respond(status, fields, text)?;
        exchange.leave().await;
        Ok(())
    }

    /// The stream; `None` once the handshake is done.
    pub fn stream(&self) -> Option<&S> {
        self.exchange.as_ref().map(Exchange::stream)
    }
}
