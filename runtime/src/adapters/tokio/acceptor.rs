//! The server's side of opening handshakes.

use ::tokio::io::{AsyncRead, AsyncWrite};

use super::{Error, WebSocket, exchange::Exchange};
use crate::{
    adapters::{
        acceptor::Acceptor,
        serving::{Requested, Serving},
    },
    machine::{
        error::{Error as CoreError, Misuse},
        limits::Limit,
    },
    protocol::{draft::Draft, heads::Answer},
};

/// Over a tokio stream.
///
/// ```no_run
/// # use wsdraft::tokio::{Acceptor, Error, Requested};
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
        let mut accepting = self.start(stream);
        let Requested::Upgrade(offer) = accepting.request().await? else {
            return accepting.accept(&Answer::default()).await;
        };
        let fields = self.answer_fields();
        accepting.accept(&self.answer(&offer, &fields)).await
    }

    /// Starts a handshake that the caller decides about. Its time runs from here.
    pub fn start<S>(&self, stream: S) -> Accepting<S, D>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let parts = Parts {
            exchange: Exchange::new(stream, &self.config.limits),
            serving: self.serving(),
        };
        Accepting { parts: Some(parts) }
    }
}

/// An opening handshake that goes on: wait for the [`request`](Self::request), then
/// [`accept`](Self::accept) it or [`respond`](Self::respond) otherwise.
#[derive(Debug)]
pub struct Accepting<S, D> {
    parts: Option<Parts<S, D>>,
}

#[derive(Debug)]
struct Parts<S, D> {
    exchange: Exchange<S>,
    serving: Serving<D>,
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
        let parts = self.parts.as_mut().ok_or(Misuse::Closed)?;
        parts.receive().await?;
        let requested = parts.serving.requested().cloned();
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
    /// As [`Acceptor::accept`]; [`CoreError::Entropy`] when no nonce could be drawn.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped; called again, it goes on with the answer
    /// that it has begun.
    pub async fn accept(&mut self, answer: &Answer<'_>) -> Result<WebSocket<S, D>, Error> {
        let parts = self.parts.as_mut().ok_or(Misuse::Closed)?;
        parts.receive().await?;
        parts.accept(answer).await?;
        let parts = self.parts.take().ok_or(Misuse::Closed)?;
        let (connection, subprotocol) = parts.serving.establish().ok_or(Misuse::Closed)?;
        Ok(parts.exchange.establish(connection, subprotocol))
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
        let parts = self.parts.as_mut().ok_or(Misuse::Closed)?;
        parts.receive().await?;
        parts.serving.respond(status, fields, text)?;
        parts.queue();
        parts.exchange.leave().await;
        Ok(())
    }

    /// The stream; `None` once the handshake is done.
    pub fn stream(&self) -> Option<&S> {
        self.parts.as_ref().map(|parts| parts.exchange.stream())
    }
}

impl<S, D> Parts<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft + Clone,
{
    /// Waits until there is a request.
    async fn receive(&mut self) -> Result<(), Error> {
        while self.serving.requested().is_none() {
            self.leave_refused().await?;
            match self.read().await {
                Err(Error::Connection(CoreError::Limit {
                    limit: Limit::Handshake,
                    value,
                })) => self.serving.expire(value),
                read => read?,
            }
        }
        Ok(())
    }

    async fn read(&mut self) -> Result<(), Error> {
        let Self { exchange, serving } = self;
        exchange.read(|bytes| serving.receive(bytes)).await
    }

    /// What there is to say is to be written.
    fn queue(&mut self) {
        self.exchange.queue(&self.serving.take_output());
    }

    /// Tells the client of a refusal, if there is one, and gives it as the error.
    async fn leave_refused(&mut self) -> Result<(), Error> {
        let Some(refusal) = self.serving.refusal().cloned() else {
            return Ok(());
        };
        self.queue();
        self.exchange.leave().await;
        Err(refusal.into())
    }

    /// Answers, and waits until the handshake is complete.
    async fn accept(&mut self, answer: &Answer<'_>) -> Result<(), Error> {
        self.serving.accept(answer)?;
        self.leave_refused().await?;
        loop {
            self.queue();
            self.exchange.flush().await?;
            if self.serving.is_done() {
                return Ok(());
            }
            self.read().await?;
        }
    }
}
