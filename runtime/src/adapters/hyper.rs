//! Upgrades of connections whose requests hyper has parsed.
//!
//! An [`Acceptor`] has the settings, as for streams. It turns a request into the response, and into
//! a future that becomes a [`WebSocket`] after hyper has written the response:
//!
//! ```no_run
//! use std::convert::Infallible;
//!
//! use hyper::{Request, Response, body::Incoming};
//! use wsdraft::{Draft, hyper::upgrade, tokio::Acceptor};
//!
//! async fn echo(
//!     acceptor: Acceptor<&'static dyn Draft>,
//!     mut request: Request<Incoming>,
//! ) -> Result<Response<String>, Infallible> {
//!     let (answer, upgrading) = match upgrade(&acceptor, &mut request) {
//!         Ok(upgraded) => upgraded,
//!         Err(error) => return Ok(error.response()),
//!     };
//!     tokio::spawn(async move {
//!         let mut socket = upgrading.finish().await?;
//!         while let Some(message) = socket.recv().await? {
//!             // Replies to messages that arrive together go out together, when `recv` would wait.
//!             socket.feed(message).await?;
//!         }
//!         Ok::<_, wsdraft::Error>(())
//!     });
//!     Ok(answer)
//! }
//! ```
//!
//! For a graceful shutdown, give the acceptor
//! [`Connections`](crate::tokio::Connections), and start the task with
//! [`Connections::spawn`](crate::tokio::Connections::spawn).
//!
//! All WebSockets that the acceptor has upgraded share its [`Acceptor::budget`]. The budget does
//! not include hyper's own buffers for requests.
//!
//! Serve the connection `with_upgrades`. Bytes that hyper has read after the request head are not
//! lost, whether they belong to the handshake (in some drafts) or to frames.
//!
//! # Supported drafts
//!
//! The status line, including its reason phrase, is that of the draft. The header fields have the
//! values and the order of the draft, followed by `date`. Their names are in lower case, or in
//! title case with `title_case_headers` (`Sec-Websocket-Accept`), and never as the draft spells
//! them. hyper does not report the spelling of the names in the request, and its types do not
//! guarantee the order of the fields. If a draft has rules about these, the request is refused with
//! [`UpgradeError::Order`] or [`UpgradeError::Written`], which state the cause.
//!
//! The table shows each draft with the default settings of hyper, with `title_case_headers` and a
//! matching [`Acceptor::names`], and with the rules of the last column relaxed as well. A test
//! compares this table, and every byte of the responses, with the output of hyper.
//!
//! | draft | lower case | title case | title case, relaxed | relaxed rules |
//! |---|---|---|---|---|
//! | hixie-75 | no: `request-first-fields` | no: `request-first-fields` | yes | `request-first-fields`, `request-order` |
//! | hixie-76 | yes | yes | yes | |
//! | hybi-00 | yes | yes | yes | |
//! | hybi-01 | yes | yes | yes | |
//! | hybi-02 | yes | yes | yes | |
//! | hybi-03 | yes | yes | yes | |
//! | hybi-04 | yes | yes | yes | |
//! | hybi-05 | yes | yes | yes | |
//! | hybi-06 | yes | yes | yes | |
//! | hybi-07 | yes | yes | yes | |
//! | hybi-08 | yes | yes | yes | |
//! | hybi-09 | yes | yes | yes | |
//! | hybi-10 | yes | yes | yes | |
//! | hybi-11 | yes | yes | yes | |
//! | hybi-12 | yes | yes | yes | |
//! | hybi-13 | yes | yes | yes | |
//! | hybi-14 | yes | yes | yes | |
//! | hybi-15 | yes | yes | yes | |
//! | hybi-16 | yes | yes | yes | |
//! | hybi-17 | yes | yes | yes | |
//! | rfc6455 | yes | yes | yes | |
//!
//! # Time
//!
//! hyper reads the head of a request, without a time limit unless it has a timer. A client that
//! sends nothing, or one byte now and then, can keep its connection open forever.
//! [`Acceptor::http1`] returns a server that limits this time, and the time between the requests of
//! a connection, to [`Limits::handshake`](crate::Limits::handshake). To do so by hand, set `timer`
//! and `header_read_timeout`:
//!
//! ```
//! use std::time::Duration;
//!
//! use hyper::server::conn::http1;
//! use hyper_util::rt::TokioTimer;
//!
//! let mut server = http1::Builder::new();
//! server.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(10));
//! ```
//!
//! After the response, [`Upgrading::finish`] enforces the time limit, and then the connection
//! enforces its [`Limits`]. The application must limit the time of a TLS handshake. The example
//! `hyper-server` shows all of this.
//!
//! # HTTP/2
//!
//! HTTP/2 has no upgrades. With the feature `http2`, an extended CONNECT opens a connection instead:
//! see [`http2`]. Other requests over HTTP/2 are refused.

use std::{io, sync::Arc};

#[cfg(feature = "http2")]
pub mod http2;
mod stream;
#[cfg(feature = "http2")]
mod tasks;

pub use self::stream::Upgraded;

use ::http::{Request, Response, request::Parts};
use ::hyper::{ext::ReasonPhrase as Phrase, server::conn::http1, upgrade::OnUpgrade};
use ::tokio::time::{Instant, timeout_at};
use hyper_util::rt::TokioTimer;

pub use crate::adapters::http::NameCase;
#[doc(no_inline)]
pub use crate::adapters::http::UpgradeError;
use crate::{
    adapters::{
        connections::Connections,
        http::{ReasonPhrase, Upgrade, pieces::Pieces},
        opening::{Opening as _, Serving, completed, expired},
        stream::Error,
        tokio::{self, Acceptor, Exchange},
    },
    handshake::offer::Offer,
    machine::{
        extension::Extensions,
        limits::{CloseAnswer, Config, Limits, Policy},
    },
    protocol::{draft::Draft, heads::Answer},
};

/// A WebSocket over a connection that hyper has handed over.
pub type WebSocket<D> = tokio::WebSocket<Upgraded, D>;

/// Accepts a valid request, as [`Acceptor::accept`] does. Returns the response, which the service
/// must return, and the future WebSocket after hyper has written it.
///
/// # Errors
/// The request is not upgraded. Send [`UpgradeError::response`] to the client.
pub fn upgrade<D: Draft + Clone, B>(
    acceptor: &Acceptor<D>,
    request: &mut Request<B>,
) -> Result<(Response<String>, Upgrading<D>), UpgradeError> {
    Offered::new(acceptor, request)?.accept_by(acceptor, None)
}

impl<D: Draft + Clone> Acceptor<D> {
    /// Sets how the server writes field names, if the server is hyper. In lower case by default.
    #[must_use]
    pub const fn names(mut self, names: NameCase) -> Self {
        self.names = names;
        self
    }

    /// An HTTP/1 server of hyper with these settings:
    /// [`Limits::handshake`](crate::Limits::handshake) limits the time for a request head, and
    /// [`names`](Self::names) sets the case of the field names. Serve connections `with_upgrades`.
    ///
    /// The time starts with the connection, and again after each response that is not an upgrade.
    /// It uses tokio's timer, which must be enabled.
    #[must_use]
    pub fn http1(&self) -> http1::Builder {
        let mut server = http1::Builder::new();
        server
            .timer(TokioTimer::new())
            .header_read_timeout(self.config.limits.handshake)
            .title_case_headers(self.names == NameCase::Title);
        server
    }
}

/// A valid request, to be accepted or to be answered with another response.
///
/// ```no_run
/// # use hyper::{Request, Response};
/// # use wsdraft::{Draft, handshake::Answer, hyper::{UpgradeError, Offered, Upgrading}, tokio::Acceptor};
/// # fn answer<D: Draft + Clone, B>(acceptor: &Acceptor<D>, request: &mut Request<B>)
/// # -> Result<(Response<String>, Option<Upgrading<D>>), UpgradeError> {
/// let offered = Offered::new(acceptor, request)?;
/// if offered.offer().resource != "/chat" {
///     let mut answer = Response::new("no such room\n".to_owned());
///     *answer.status_mut() = hyper::StatusCode::NOT_FOUND;
///     return Ok((answer, None));
/// }
/// let (answer, upgrading) = offered.accept(&Answer::default())?;
/// # Ok((answer, Some(upgrading)))
/// # }
/// ```
#[derive(Debug)]
pub struct Offered<D> {
    upgrade: Upgrade<D>,
    connection: OnUpgrade,
    config: Config,
    connections: Option<Connections>,
}

impl<D: Draft + Clone> Offered<D> {
    /// Checks a request and takes the connection that hyper has put into its extensions. If several
    /// drafts fit, the last one is used.
    ///
    /// # Errors
    /// As [`upgrade`].
    pub fn new<B>(acceptor: &Acceptor<D>, request: &mut Request<B>) -> Result<Self, UpgradeError> {
        let connection = request.extensions_mut().remove();
        Self::of_pieces(acceptor, connection, (&*request).into())
    }

    /// As [`new`](Self::new), from the parts of a request.
    ///
    /// # Errors
    /// As [`upgrade`].
    pub fn of_parts(acceptor: &Acceptor<D>, parts: &mut Parts) -> Result<Self, UpgradeError> {
        let connection = parts.extensions.get::<OnUpgrade>().cloned();
        let offered = Self::of_pieces(acceptor, connection, (&*parts).into())?;
        // Other code that handles a request refused here may need it.
        parts.extensions.remove::<OnUpgrade>();
        Ok(offered)
    }

    fn of_pieces(
        acceptor: &Acceptor<D>,
        connection: Option<OnUpgrade>,
        pieces: Pieces<'_>,
    ) -> Result<Self, UpgradeError> {
        let upgrade = Upgrade::of_pieces(acceptor.handshake(), pieces)?;
        Ok(Self {
            connection: connection
                .ok_or(UpgradeError::Unavailable)
                .inspect_err(|error| upgrade.count_failed(error))?,
            upgrade: upgrade.names(acceptor.names),
            config: Config::clone(&acceptor.config),
            connections: acceptor.connections.clone(),
        })
    }

    /// Sets the limits of the connection. The limits of the request head have already been applied.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.config.limits = limits;
        self
    }

    /// The limits of the connection, to be changed.
    #[cfg(feature = "axum")]
    pub(crate) const fn limits_mut(&mut self) -> &mut Limits {
        &mut self.config.limits
    }

    /// Sets how strictly the rules about frames are enforced, instead of the acceptor's setting. The
    /// request has already been checked.
    #[must_use]
    pub const fn policy(mut self, policy: Policy) -> Self {
        self.config.policy = policy;
        self
    }

    /// Sets when the close frame is answered, instead of the acceptor's setting.
    #[must_use]
    pub const fn close_answer(mut self, answer: CloseAnswer) -> Self {
        self.config.close_answer = answer;
        self
    }

    /// Sets the supported extensions, instead of the acceptor's.
    #[must_use]
    pub fn extensions(mut self, extensions: Extensions) -> Self {
        self.upgrade = self.upgrade.extensions(extensions);
        self
    }

    /// What the client requests.
    #[must_use]
    pub const fn offer(&self) -> &Offer {
        self.upgrade.offer()
    }

    /// Accepts the request. Generates the nonce that some drafts put into the response. The time of
    /// [`Limits::handshake`](crate::Limits::handshake) starts here.
    ///
    /// # Errors
    /// [`UpgradeError::Written`], [`UpgradeError::Misuse`] or [`UpgradeError::Entropy`]. Then send [`UpgradeError::response`]
    /// to the client.
    pub fn accept(
        mut self,
        answer: &Answer<'_>,
    ) -> Result<(Response<String>, Upgrading<D>), UpgradeError> {
        let claimed = self.config.policy.claimed;
        let (draft, among) = (self.offer().draft, self.upgrade.own_extensions());
        let answer = completed::<UpgradeError>(answer, draft, among, claimed)
            .inspect_err(|error| self.upgrade.count_failed(error))?;
        let response = self.upgrade.accept(&answer)?;
        #[cfg(feature = "http2")]
        let is_http2 = self.upgrade.is_extended();
        let config = Arc::new(self.config);
        let upgrading = Upgrading {
            #[cfg(feature = "http2")]
            is_http2,
            serving: self.upgrade.serving(Arc::clone(&config)),
            config,
            connection: self.connection,
            connections: self.connections,
            started: Instant::now(),
        };
        Ok((with_phrase(response), upgrading))
    }

    /// Accepts the request with the settings of the acceptor, and with this subprotocol, if any.
    pub(crate) fn accept_by(
        self,
        acceptor: &Acceptor<D>,
        subprotocol: Option<&str>,
    ) -> Result<(Response<String>, Upgrading<D>), UpgradeError> {
        let offer = self.offer().clone();
        acceptor.answer(&offer, |answer| {
            self.accept(&Answer {
                subprotocol: subprotocol.or(answer.subprotocol),
                ..*answer
            })
        })
    }
}

/// A response with an empty body, and with its reason phrase where hyper expects it.
fn with_phrase(response: Response<()>) -> Response<String> {
    let mut response = response.map(|()| String::new());
    let phrase = response.extensions_mut().remove::<ReasonPhrase>();
    if let Some(Ok(phrase)) = phrase.map(|ReasonPhrase(phrase)| Phrase::try_from(phrase)) {
        response.extensions_mut().insert(phrase);
    }
    response
}

/// A connection that becomes a WebSocket after hyper has written the response and the handshake is
/// complete.
#[derive(Debug)]
pub struct Upgrading<D> {
    serving: Serving<D>,
    connection: OnUpgrade,
    config: Arc<Config>,
    started: Instant,
    connections: Option<Connections>,
    #[cfg(feature = "http2")]
    is_http2: bool,
}

impl<D: Draft + Clone> Upgrading<D> {
    #[allow(
        clippy::unused_self,
        reason = "only HTTP/2 has streams of another kind"
    )]
    fn stream(&self, upgraded: ::hyper::upgrade::Upgraded) -> Upgraded {
        #[cfg(feature = "http2")]
        if self.is_http2 {
            return Upgraded::over_http2(upgraded);
        }
        Upgraded::new(upgraded)
    }

    /// Waits for the connection, and exchanges the bytes that the draft requires after the heads.
    ///
    /// # Errors
    /// [`Error::Connection`] if the client has disconnected or all this takes longer than
    /// [`Limits::handshake`](crate::Limits::handshake). [`Error::Io`] if the connection
    /// fails or the server does not hand it over.
    ///
    /// # Cancel safety
    /// The connection is closed when the future is dropped.
    pub async fn finish(mut self) -> Result<WebSocket<D>, Error> {
        let deadline = tokio::after(self.started, self.config.limits.handshake);
        let upgraded = match timeout_at(deadline, &mut self.connection).await {
            Ok(Ok(upgraded)) => Ok(self.stream(upgraded)),
            Ok(Err(error)) => Err(io::Error::other(error).into()),
            Err(_elapsed) => Err(expired(&self.config.limits)),
        };
        let upgraded = upgraded.inspect_err(|error| self.serving.count_failed(error))?;
        let mut exchange =
            Exchange::new(upgraded, self.serving, self.connections.as_ref()).since(self.started);
        exchange.complete().await?;
        exchange.establish()
    }
}
