//! The server's side of opening handshakes.

use std::{fmt, sync::Arc};

use ::tokio::io::{AsyncRead, AsyncWrite};

use super::{
    Error, WebSocket,
    exchange::{Exchange, head_limits},
};
use crate::{
    connection::Connection,
    draft::Draft,
    entropy::{Entropy as _, NoEntropy, OsEntropy},
    error::{Error as CoreError, Misuse},
    extension::Extensions,
    handshake::{
        Answer,
        server::{Offer, Progress, Refusal, ServerHandshake, ServerOptions},
    },
    info::{DraftInfo, Purpose},
    limits::{Config, Limit, Limits, Policy},
};

/// Answers opening requests: from a stream to a [`WebSocket`].
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
///
/// TLS is the caller's: give the stream inside it, and say that it is
/// [`secure`](Self::secure).
#[derive(Clone)]
pub struct Acceptor<D> {
    pub(crate) drafts: Arc<[D]>,
    pub(crate) config: Config,
    secure: bool,
    pub(crate) extensions: Extensions,
    pub(crate) subprotocols: Subprotocols,
    fields: Vec<(String, String)>,
    #[cfg(feature = "hyper")]
    pub(crate) names: crate::http::NameCase,
}

/// Which subprotocol [`Acceptor::accept`] agrees to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subprotocols {
    /// None.
    #[default]
    None,
    /// The one that the client likes best, whatever it is.
    Any,
    /// The one that the client likes best among these.
    These(Vec<String>),
}

impl Subprotocols {
    /// The one that is chosen of those that the client offers.
    #[must_use]
    pub fn choose<'o>(&self, offer: &'o Offer) -> Option<&'o str> {
        let mut offered = offer.subprotocols.iter();
        let chosen = match self {
            Self::None => None,
            Self::Any => offered.next(),
            Self::These(supported) => offered.find(|&one| supported.contains(one)),
        };
        chosen.map(String::as_str)
    }
}

impl<D: Draft + Clone> Acceptor<D> {
    /// Speaks one draft.
    pub fn new(draft: D) -> Self {
        Self::any([draft])
    }

    /// Speaks several drafts; of those that fit a request, the last one.
    ///
    /// A request that is of none of them is refused as the last one has it.
    pub fn any(drafts: impl IntoIterator<Item = D>) -> Self {
        Self {
            drafts: drafts.into_iter().collect(),
            config: Config::default(),
            secure: false,
            extensions: Extensions::none(),
            subprotocols: Subprotocols::None,
            fields: Vec::new(),
            #[cfg(feature = "hyper")]
            names: crate::http::NameCase::default(),
        }
    }

    /// Sets the limits, those of the handshake among them.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.config.limits = limits;
        self
    }

    /// Sets how strictly the rules are taken, those of the handshake among them.
    #[must_use]
    pub const fn policy(mut self, policy: Policy) -> Self {
        self.config.policy = policy;
        self
    }

    /// Says whether the streams are secured by TLS, which some drafts tell the client.
    #[must_use]
    pub const fn secure(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }

    /// Sets which extensions are agreed to; none by default.
    #[must_use]
    pub fn extensions(mut self, extensions: Extensions) -> Self {
        self.extensions = extensions.that_run();
        self
    }

    /// Sets which subprotocols [`accept`](Self::accept) agrees to.
    #[must_use]
    pub fn subprotocols(mut self, subprotocols: Subprotocols) -> Self {
        self.subprotocols = subprotocols;
        self
    }

    /// Adds a header field to the answers of [`accept`](Self::accept).
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// Accepts every valid request. One that asks for no upgrade is refused with status 426.
    ///
    /// # Errors
    /// [`Error::Refused`], after the client was told; [`Error::Connection`] when the client is
    /// gone or takes longer than [`Limits::handshake`]; [`Error::Io`] when the stream fails.
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

    /// The header fields that are added to answers.
    pub(crate) fn answer_fields(&self) -> Vec<(&str, &str)> {
        let fields = self.fields.iter();
        fields
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    /// The answer to an offer, with these header fields.
    pub(crate) fn answer<'a>(
        &self,
        offer: &'a Offer,
        fields: &'a [(&'a str, &'a str)],
    ) -> Answer<'a> {
        Answer {
            subprotocol: self.subprotocols.choose(offer),
            fields,
            ..Answer::default()
        }
    }

    /// How opening requests are treated.
    pub(crate) const fn options(&self) -> ServerOptions {
        ServerOptions {
            head: head_limits(&self.config),
            relaxed: self.config.policy.relaxed,
            strict: self.config.policy.strict,
            secure: self.secure,
        }
    }

    /// Starts a handshake that the caller decides about. Its time runs from here.
    pub fn start<S>(&self, stream: S) -> Accepting<S, D>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let options = self.options();
        let parts = Parts {
            exchange: Exchange::new(stream, &self.config.limits),
            handshake: ServerHandshake::new(Arc::clone(&self.drafts), options)
                .with_extensions(self.extensions.clone()),
            config: self.config.clone(),
            requested: None,
            subprotocol: None,
            stage: Stage::Open,
        };
        Accepting { parts: Some(parts) }
    }
}

/// The nonce of an answer; drawn only where the draft has one.
pub(crate) fn nonce(draft: &DraftInfo) -> Result<[u8; 16], NoEntropy> {
    let mut nonce = [0; 16];
    if draft.response_header(Purpose::Nonce).is_some() {
        OsEntropy.fill(&mut nonce)?;
    }
    Ok(nonce)
}

impl<D: Draft> fmt::Debug for Acceptor<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let drafts: Vec<_> = self.drafts.iter().map(|draft| draft.info().short).collect();
        f.debug_struct("Acceptor")
            .field("drafts", &drafts)
            .field("config", &self.config)
            .field("secure", &self.secure)
            .field("subprotocols", &self.subprotocols)
            .finish_non_exhaustive()
    }
}

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requested {
    /// A WebSocket connection, in a request that keeps the rules.
    Upgrade(Offer),
    /// Something else.
    Plain {
        /// The method.
        method: String,
        /// The target.
        target: String,
    },
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
    handshake: ServerHandshake<D>,
    config: Config,
    requested: Option<Requested>,
    subprotocol: Option<String>,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// Nothing was answered.
    Open,
    Accepted,
    /// Another answer than an upgrade was given.
    Answered,
    Refused(Refusal),
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
        parts.requested.clone().ok_or_else(|| Misuse::Closed.into())
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
        parts.finish().ok_or_else(|| Misuse::Closed.into())
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
        match parts.stage {
            Stage::Open => {
                let refusal = parts.handshake.refuse(status, fields, text);
                parts.exchange.queue(&refusal.response);
                parts.stage = Stage::Answered;
            }
            Stage::Answered => {}
            Stage::Accepted | Stage::Refused(_) => return Err(Misuse::Closed.into()),
        }
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
        while self.requested.is_none() {
            if let Stage::Refused(_) = self.stage {
                return self.leave_refused().await;
            }
            let Self {
                exchange,
                handshake,
                ..
            } = self;
            match exchange.read(|bytes| handshake.receive(bytes)).await {
                Ok(Ok(Progress::More)) => {}
                Ok(Ok(Progress::Offered(offer))) => {
                    self.requested = Some(Requested::Upgrade(offer));
                }
                Ok(Ok(Progress::Plain { method, target })) => {
                    self.requested = Some(Requested::Plain { method, target });
                }
                Ok(Err(refusal)) => self.refuse(refusal),
                Err(Error::Connection(CoreError::Limit {
                    limit: Limit::Handshake,
                    value,
                })) => {
                    let refusal = self.handshake.expire(value);
                    self.refuse(refusal);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.exchange.queue(&refusal.response);
        self.stage = Stage::Refused(refusal);
    }

    async fn leave_refused(&mut self) -> Result<(), Error> {
        self.exchange.leave().await;
        match &self.stage {
            Stage::Refused(refusal) => Err(refusal.clone().into()),
            _ => Ok(()),
        }
    }

    /// Answers, and waits until the handshake is complete.
    async fn accept(&mut self, answer: &Answer<'_>) -> Result<(), Error> {
        match (&self.stage, &self.requested) {
            (Stage::Open, Some(Requested::Upgrade(offer))) => {
                let nonce = nonce(offer.draft).map_err(CoreError::from)?;
                self.handshake.accept(&Answer { nonce, ..*answer });
                self.subprotocol = answer.subprotocol.map(Into::into);
                self.stage = Stage::Accepted;
            }
            (Stage::Open, _) => {
                let refusal = self.handshake.refuse_plain();
                self.refuse(refusal);
            }
            _ => {}
        }
        match self.stage {
            Stage::Accepted => {}
            Stage::Refused(_) => return self.leave_refused().await,
            Stage::Open | Stage::Answered => return Err(Misuse::Closed.into()),
        }
        loop {
            self.exchange.queue(&self.handshake.take_output());
            self.exchange.flush().await?;
            if self.handshake.is_done() {
                return Ok(());
            }
            let Self {
                exchange,
                handshake,
                ..
            } = self;
            // What follows a request that was accepted is not judged here.
            let _ = exchange.read(|bytes| handshake.receive(bytes)).await?;
        }
    }

    fn finish(self) -> Option<WebSocket<S, D>> {
        let established = self.handshake.finish()?;
        let connection = Connection::server(established.draft, established.session, self.config)
            .extended(&established.extensions);
        Some(
            self.exchange
                .establish(connection, &established.rest, self.subprotocol.as_deref()),
        )
    }
}
