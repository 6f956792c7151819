//! Opening handshakes of a server.

use std::{future::Future, time::Duration};

use ::tokio::{
    io::{AsyncRead, AsyncWrite},
    time::Instant,
};

use super::{Error, WebSocket, exchange::Exchange};
#[allow(unused_imports, reason = "named in the documentation")]
use crate::{
    adapters::{
        acceptor::{Acceptor, at_once::AtOnce},
        connections::Connections,
        opening::{Opening, Serving},
        settings::borrowed,
    },
    handshake::{
        decision::{Acceptance, Rejection},
        offer::{Offer, Requested},
    },
    machine::error::{ConnectionError, Misuse},
    protocol::{draft::Draft, heads::Answer},
};

/// An acceptor over a tokio stream.
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
///     _ => accepting.respond(200, &[], "hello\n").await?,
/// }
/// # Ok(())
/// # }
/// ```
impl<D: Draft + Clone> Acceptor<D> {
    /// Accepts every valid request. Refuses a request without an upgrade with status code 426.
    ///
    /// # Errors
    /// [`Error::Refused`], after the refusal is sent to the client. [`Error::Connection`] if the
    /// client has disconnected or takes longer than
    /// [`Limits::handshake`](crate::Limits::handshake). [`Error::Io`] if the stream fails.
    ///
    /// # Cancel safety
    /// The stream is closed when the future is dropped. To keep it, use [`start`](Self::start).
    pub async fn accept<S>(&self, stream: S) -> Result<WebSocket<S, D>, Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut exchange = self.exchange(stream, AtOnce::new(self));
        exchange.until(AtOnce::is_requested).await?;
        exchange.opening().accept()?;
        exchange.complete().await?;
        exchange.establish()
    }

    /// Lets the application decide about each valid request for a connection. It sees the whole
    /// [request](Offer::request), and may wait, for example for a database. It accepts, adds fields
    /// to the response, chooses a subprotocol, and hands on a value with the connection, or it
    /// refuses with any response. A request without an upgrade is refused with status code 426.
    ///
    /// ```no_run
    /// # use wsdraft::{Error, handshake::{Acceptance, Rejection}, tokio::Acceptor};
    /// # async fn name_of(token: Option<&str>) -> Option<String> { token.map(Into::into) }
    /// # async fn serve<D: wsdraft::Draft + Clone>(
    /// #     acceptor: Acceptor<D>,
    /// #     stream: tokio::net::TcpStream,
    /// # ) -> Result<(), Error> {
    /// let peer = stream.peer_addr()?;
    /// let accepted = acceptor.accept_with(stream, async |offer| {
    ///     match name_of(offer.request.field("authorization")).await {
    ///         Some(user) => Ok(Acceptance::new().field("Set-Cookie", "seen=1").with(user)),
    ///         None => Err(Rejection::new(401).body("who are you?\n")),
    ///     }
    /// });
    /// let (mut socket, user) = accepted.await?;
    /// socket.send(format!("hello {user} at {peer}")).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`Limits::handshake`](crate::Limits::handshake) limits the whole opening: the time for the
    /// request, for the decision, and for the response. If the decision takes too long, its future
    /// is dropped and the client is refused with status code 503.
    ///
    /// # Errors
    /// As [`accept`](Self::accept); [`Error::Refused`] also if the application refuses or does not
    /// decide in time. [`Error::Connection`] with a [`Misuse`] if a value of the application must
    /// not appear in a response; nothing is sent then.
    ///
    /// # Cancel safety
    /// The stream is closed when the future is dropped, and the future of the decision is dropped,
    /// too.
    pub async fn accept_with<S, T, F>(
        &self,
        stream: S,
        decide: impl FnOnce(Offer) -> F,
    ) -> Result<(WebSocket<S, D>, T), Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
        F: Future<Output = Result<Acceptance<T>, Rejection>>,
    {
        let mut exchange = self.exchange(stream, self.serving());
        exchange.until(Serving::is_requested).await?;
        let value = match exchange.opening().requested().cloned() {
            Some(Requested::Upgrade(offer)) => {
                let decision = exchange.in_time(decide(offer.clone())).await;
                let serving = exchange.opening();
                match decision {
                    Some(decision) => self.decided(serving, &offer, decision)?,
                    None => {
                        serving.undecided();
                        None
                    }
                }
            }
            _ => {
                exchange.opening().accept(&Answer::default())?;
                None
            }
        };
        // A refusal is an error here.
        exchange.complete().await?;
        let value = value.ok_or(Misuse::Closed)?;
        Ok((exchange.establish()?, value))
    }

    /// Starts a handshake that the caller accepts or refuses. Its time limit starts now.
    pub fn start<S>(&self, stream: S) -> Accepting<S, D>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let exchange = self.exchange(stream, self.serving());
        Accepting {
            exchange: Some(exchange.since(Instant::now())),
        }
    }

    fn exchange<S, O: Opening>(&self, stream: S, opening: O) -> Exchange<S, O>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        Exchange::new(stream, opening, self.connections.as_ref())
    }

    /// Adds every connection that is accepted over tokio, hyper and axum to these, which can close
    /// them all.
    #[must_use]
    pub fn connections(mut self, connections: &Connections) -> Self {
        self.connections = Some(connections.clone());
        self
    }
}

/// An opening handshake in progress. Wait for the [`request`](Self::request), then
/// [`accept`](Self::accept) it, or [`respond`](Self::respond) without an upgrade.
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
    /// Nothing is lost when the future is dropped. Another call continues, or returns the request
    /// again.
    pub async fn request(&mut self) -> Result<Requested, Error> {
        let exchange = self.exchange.as_mut().ok_or(Misuse::Closed)?;
        exchange.until(Serving::is_requested).await?;
        let requested = exchange.opening().requested().cloned();
        requested.ok_or_else(|| Misuse::Closed.into())
    }

    /// Accepts the request and completes when the response is written. Refuses a request without an
    /// upgrade with status code 426.
    ///
    /// This generates the nonce that some drafts require in the response. If the request requires
    /// bytes after its head, this first sends the response head and then waits for the bytes. Some
    /// proxies hold them back until they receive the response head.
    ///
    /// # Errors
    /// As [`Acceptor::accept`], and [`ConnectionError::Entropy`] if no nonce can be generated.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped. Another call continues the response that was
    /// started.
    pub async fn accept(&mut self, answer: &Answer<'_>) -> Result<WebSocket<S, D>, Error> {
        let exchange = self.exchange.as_mut().ok_or(Misuse::Closed)?;
        exchange.until(Serving::is_requested).await?;
        exchange.opening().accept(answer)?;
        exchange.complete().await?;
        self.exchange.take().ok_or(Misuse::Closed)?.establish()
    }

    /// Sends a complete HTTP response instead of an upgrade, for example a page or a refusal, and
    /// closes the stream.
    ///
    /// # Errors
    /// As [`Acceptor::accept`], and [`Error::Connection`] with [`Misuse::Closed`] if another
    /// response was already started.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped. Another call continues the response that was
    /// started.
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

    /// Refuses the request with a complete HTTP response, as [`respond`](Self::respond) does. The
    /// body may be any bytes.
    ///
    /// # Errors
    /// As [`respond`](Self::respond).
    ///
    /// # Cancel safety
    /// As [`respond`](Self::respond).
    pub async fn reject(&mut self, rejection: &Rejection) -> Result<(), Error> {
        let exchange = self.exchange.as_mut().ok_or(Misuse::Closed)?;
        exchange.until(Serving::is_requested).await?;
        let fields = borrowed(&rejection.fields);
        let (status, body) = (rejection.status, &rejection.body);
        exchange.opening().respond(status, &fields, body)?;
        exchange.leave().await;
        Ok(())
    }

    /// Sets how long the handshake may still take, in place of what remains of
    /// [`Limits::handshake`](crate::Limits::handshake). A gateway calls this after the
    /// [`request`](Self::request): the time that another server then takes to respond is not the
    /// client's.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use wsdraft::{Draft, Error, handshake::{Answer, Rejection}, tokio::{Acceptor, Requested, WebSocket}};
    /// # async fn other_side() -> Option<String> { None }
    /// # async fn admit<D: Draft + Clone>(
    /// #     acceptor: Acceptor<D>,
    /// #     stream: tokio::net::TcpStream,
    /// # ) -> Result<(), Error> {
    /// let mut accepting = acceptor.start(stream);
    /// if let Requested::Upgrade(_) = accepting.request().await? {
    ///     accepting.allow(Duration::from_secs(30));
    ///     match other_side().await {
    ///         Some(subprotocol) => {
    ///             let answer = Answer { subprotocol: Some(&subprotocol), ..Answer::default() };
    ///             accepting.accept(&answer).await?;
    ///         }
    ///         None => accepting.reject(&Rejection::new(502)).await?,
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn allow(&mut self, time: Duration) {
        if let Some(exchange) = &mut self.exchange {
            exchange.allow(time);
        }
    }

    /// The stream, or `None` once the handshake is complete.
    pub fn stream(&self) -> Option<&S> {
        self.exchange.as_ref().map(Exchange::stream)
    }
}
