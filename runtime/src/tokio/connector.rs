//! The client's side of opening handshakes.

use std::{cell::Cell, fmt, future::Future, io};

use ::tokio::io::{AsyncRead, AsyncWrite};

use super::{
    Error, WebSocket,
    exchange::{Exchange, head_limits},
};
use crate::{
    connection::Connection,
    draft::Draft,
    entropy::{Entropy as _, OsEntropy},
    error::{Error as CoreError, Misuse},
    extension::Extensions,
    handshake::{
        Address, Opening,
        client::{ClientError, ClientHandshake, ClientOptions, best_of},
    },
    limits::{Config, Limits, Policy},
};

/// Opens connections: from a stream to a [`WebSocket`].
///
/// ```no_run
/// # use wsdraft::{tokio::{Connector, Error}, handshake::Address};
/// # async fn greet<D: wsdraft::Draft + Clone>(draft: D) -> Result<(), Error> {
/// let address: Address = "ws://127.0.0.1:9001/chat".parse().unwrap();
/// let stream = tokio::net::TcpStream::connect((address.host(), address.port())).await?;
/// let mut socket = Connector::new(draft).connect(stream, &address).await?;
/// socket.send("hello").await?;
/// # Ok(())
/// # }
/// ```
///
/// TLS is the caller's: give the stream inside it. Redirects are not followed; they come out
/// as [`ClientError::Refused`].
#[derive(Clone)]
pub struct Connector<D> {
    draft: D,
    config: Config,
    origin: Option<String>,
    subprotocols: Vec<String>,
    extensions: Option<String>,
    supported: Extensions,
    cookie: Option<String>,
    fields: Vec<(String, String)>,
}

impl<D: Draft + Clone> Connector<D> {
    /// Speaks this draft.
    pub const fn new(draft: D) -> Self {
        Self {
            draft,
            config: Config {
                limits: Limits::new(),
                policy: Policy::new(),
            },
            origin: None,
            subprotocols: Vec::new(),
            extensions: None,
            supported: Extensions::none(),
            cookie: None,
            fields: Vec::new(),
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

    /// Says where the connection is opened from.
    #[must_use]
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// Offers a subprotocol; the one offered first is the preferred one.
    #[must_use]
    pub fn subprotocol(mut self, subprotocol: impl Into<String>) -> Self {
        self.subprotocols.push(subprotocol.into());
        self
    }

    /// Offers extensions: the value of the header field, in the place of what
    /// [`supported`](Self::supported) would say. What the server agrees to has to be among
    /// those, or claimed by the [`Policy`].
    #[must_use]
    pub fn extensions(mut self, extensions: impl Into<String>) -> Self {
        self.extensions = Some(extensions.into());
        self
    }

    /// Offers these extensions, and speaks those that the server agrees to.
    #[must_use]
    pub fn supported(mut self, extensions: Extensions) -> Self {
        self.supported = extensions.that_run();
        self
    }

    /// Sends cookies.
    #[must_use]
    pub fn cookie(mut self, cookie: impl Into<String>) -> Self {
        self.cookie = Some(cookie.into());
        self
    }

    /// Adds a header field to the request.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// Opens a connection over a stream that leads to the address.
    ///
    /// # Errors
    /// [`Error::Handshake`] when the server refuses, with the versions that it lists, or
    /// answers wrongly; [`Error::Connection`] when it is gone or takes longer than
    /// [`Limits::handshake`], or for a reason that [`start`](Self::start) gives;
    /// [`Error::Io`] when the stream fails.
    ///
    /// # Cancel safety
    /// The stream is closed when the future is dropped. To keep it, use
    /// [`start`](Self::start).
    pub async fn connect<S>(&self, stream: S, address: &Address) -> Result<WebSocket<S, D>, Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        self.start(stream, address)?.finish().await
    }

    /// Opens a connection, and if the server refuses the draft and lists the versions that it
    /// speaks, tries once more with the newest of `others` that is among them. `open` makes
    /// the stream for each attempt.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    ///
    /// # Cancel safety
    /// The stream is closed when the future is dropped.
    pub async fn connect_common<S, F>(
        &self,
        address: &Address,
        others: &[D],
        mut open: impl FnMut() -> F,
    ) -> Result<WebSocket<S, D>, Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
        F: Future<Output = io::Result<S>>,
    {
        let error = match self.connect(open().await?, address).await {
            Err(Error::Handshake(error)) => error,
            done => return done,
        };
        let common = match &*error {
            ClientError::Refused { versions, .. } => best_of(versions, others),
            _ => None,
        };
        match common {
            Some(draft) if draft.info() != self.draft.info() => {
                let other = Self {
                    draft: draft.clone(),
                    ..self.clone()
                };
                other.connect(open().await?, address).await
            }
            _ => Err(Error::Handshake(error)),
        }
    }

    /// Starts a handshake. Its time runs from here.
    ///
    /// # Errors
    /// [`CoreError::Entropy`] when there is no randomness for the request; [`Misuse::Breaks`]
    /// when it would break a rule of the draft, for instance because it lacks an origin.
    pub fn start<S>(&self, stream: S, address: &Address) -> Result<Connecting<S, D>, Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let subprotocols: Vec<_> = self.subprotocols.iter().map(String::as_str).collect();
        let fields: Vec<_> = self
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let drawn = Cell::new(Ok(()));
        let entropy =
            |bytes: &mut [u8]| drawn.set(drawn.get().and_then(|()| OsEntropy.fill(bytes)));
        let opening = Opening {
            host: &address.authority(),
            resource: address.resource(),
            origin: self.origin.as_deref(),
            subprotocols: &subprotocols,
            extensions: self.extensions.as_deref(),
            cookie: self.cookie.as_deref(),
            fields: &fields,
            entropy: &entropy,
        };
        let options = ClientOptions {
            head: head_limits(&self.config),
            relaxed: self.config.policy.relaxed,
            strict: self.config.policy.strict,
            secure: address.is_secure(),
        };
        let handshake = ClientHandshake::with_extensions(
            self.draft.clone(),
            &opening,
            options,
            self.supported.clone(),
        );
        drawn.get().map_err(CoreError::from)?;
        match handshake.check() {
            Err(ClientError::Violation(violation)) => {
                return Err(Misuse::Breaks(violation.rule).into());
            }
            checked => checked?,
        }
        let mut exchange = Exchange::new(stream, &self.config.limits);
        exchange.queue(handshake.request());
        let parts = Parts {
            exchange,
            handshake,
            config: self.config.clone(),
            subprotocol: None,
        };
        Ok(Connecting { parts: Some(parts) })
    }
}

impl<D: Draft> fmt::Debug for Connector<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("draft", &self.draft.info().short)
            .field("config", &self.config)
            .field("origin", &self.origin)
            .field("subprotocols", &self.subprotocols)
            .field("extensions", &self.extensions)
            .finish_non_exhaustive()
    }
}

/// An opening handshake that goes on.
#[derive(Debug)]
pub struct Connecting<S, D> {
    parts: Option<Parts<S, D>>,
}

#[derive(Debug)]
struct Parts<S, D> {
    exchange: Exchange<S>,
    handshake: ClientHandshake<D>,
    config: Config,
    subprotocol: Option<String>,
}

impl<S, D> Connecting<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft + Clone,
{
    /// Sends the request and waits for the answer.
    ///
    /// # Errors
    /// As [`Connector::connect`].
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped; called again, it goes on.
    pub async fn finish(&mut self) -> Result<WebSocket<S, D>, Error> {
        let parts = self.parts.as_mut().ok_or(Misuse::Closed)?;
        parts.exchange.flush().await?;
        loop {
            let Parts {
                exchange,
                handshake,
                subprotocol,
                ..
            } = parts;
            let agreed =
                exchange.read(|bytes| handshake.receive(bytes).map(|agreed| agreed.cloned()));
            if let Some(agreed) = agreed.await?? {
                *subprotocol = agreed.subprotocol;
                break;
            }
        }
        let parts = self.parts.take().ok_or(Misuse::Closed)?;
        parts.establish().ok_or_else(|| Misuse::Closed.into())
    }

    /// The stream; `None` once the handshake is done.
    pub fn stream(&self) -> Option<&S> {
        self.parts.as_ref().map(|parts| parts.exchange.stream())
    }
}

impl<S, D> Parts<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    fn establish(self) -> Option<WebSocket<S, D>> {
        let established = self.handshake.finish()?;
        let connection = Connection::client(
            established.draft,
            established.session,
            OsEntropy,
            self.config,
        )
        .extended(&established.extensions);
        Some(
            self.exchange
                .establish(connection, &established.rest, self.subprotocol.as_deref()),
        )
    }
}
