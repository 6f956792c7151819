//! Upgrades of connections whose requests hyper has parsed.
//!
//! An [`Acceptor`] has the settings, as for streams. It turns a request into the answer, and
//! into what becomes a [`WebSocket`] when hyper has written the answer:
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
//!             socket.send(message).await?;
//!         }
//!         Ok::<_, wsdraft::Error>(())
//!     });
//!     Ok(answer)
//! }
//! ```
//!
//! An [`Acceptor::budget`] is shared by all WebSockets that the acceptor has upgraded. What hyper
//! itself holds of requests is not in it.
//!
//! The connection has to be served `with_upgrades`. What hyper has read beyond the request is
//! not lost: the bytes that some drafts send after the head of their requests, and frames.
//!
//! # What goes through
//!
//! The status line is the draft's own, its phrase included; the header fields have the values
//! and the order that the draft gives them, and `date` comes behind. Their names are in lower
//! case, or with `title_case_headers` as in `Sec-Websocket-Accept`, and never as the draft
//! spells them. hyper does not tell how the names of the request were spelled, and of their
//! order the types promise nothing. Where a draft has rules about that, it is refused with
//! [`UpgradeError::Order`] or [`UpgradeError::Written`], which say what is in the way.
//!
//! By draft, for a server that is set up as hyper is without being told otherwise; for one
//! with `title_case_headers` and [`Acceptor::names`] set accordingly;
//! and for the latter with the rules relaxed that stand in the last column. A test compares
//! this table, and every byte of the answers, with what hyper writes.
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
//! hyper reads the head of a request, and takes any time for it unless it is given a timer. A
//! client that sends nothing, or a byte now and then, holds its connection for ever.
//! [`Acceptor::http1`] gives a server with that time bounded by
//! [`Limits::handshake`](crate::Limits::handshake), and with it the time between the requests
//! of a connection. By hand, it is `timer` and `header_read_timeout`:
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
//! From the answer on, [`Upgrading::finish`] keeps the time, and then the connection its
//! [`Limits`]. The time of a TLS handshake is the program's to bound. The
//! example `hyper-server` has all of this.
//!
//! HTTP/2 and later have no upgrades; a request with them is refused with [`UpgradeError::Version`].

use std::io;

use ::http::{Request, Response, request::Parts};
use ::hyper::{ext::ReasonPhrase as Phrase, server::conn::http1, upgrade::OnUpgrade};
use ::tokio::time::{Instant, timeout_at};
use hyper_util::rt::{TokioIo, TokioTimer};

pub use crate::adapters::http::NameCase;
#[doc(no_inline)]
pub use crate::adapters::http::UpgradeError;
use crate::{
    adapters::{
        http::{Pieces, ReasonPhrase, Upgrade},
        opening::{Serving, completed, expired},
        stream::Error,
        tokio::{self, Acceptor, Exchange},
    },
    handshake::offer::Offer,
    machine::{
        extension::Extensions,
        limits::{CloseAnswer, Config, Limits},
    },
    protocol::{draft::Draft, heads::Answer},
};

/// A connection that hyper has handed over, to be read and written with tokio's traits.
pub type Upgraded = TokioIo<::hyper::upgrade::Upgraded>;

/// A WebSocket over a connection that hyper has handed over.
pub type WebSocket<D> = tokio::WebSocket<Upgraded, D>;

/// Accepts a valid request, as [`Acceptor::accept`] does: gives the answer, which the service
/// is to return, and what becomes the WebSocket when hyper has written it.
///
/// # Errors
/// The request is not upgraded; [`UpgradeError::response`] is the answer.
pub fn upgrade<D: Draft + Clone, B>(
    acceptor: &Acceptor<D>,
    request: &mut Request<B>,
) -> Result<(Response<String>, Upgrading<D>), UpgradeError> {
    Offered::new(acceptor, request)?.accept_by(acceptor)
}

impl<D: Draft + Clone> Acceptor<D> {
    /// Says how the server writes the names of header fields, where that is hyper. In lower
    /// case by default.
    #[must_use]
    pub const fn names(mut self, names: NameCase) -> Self {
        self.names = names;
        self
    }

    /// A server of hyper for HTTP/1 that goes by these settings: the time for a head is that of
    /// [`Limits::handshake`](crate::Limits::handshake), and the names of header fields are
    /// written as [`names`](Self::names) says. Serve connections `with_upgrades`.
    ///
    /// The time starts when a connection does, and anew after each answer that is no upgrade. It
    /// is tokio's, whose timer has to be enabled.
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

/// A valid request that is to be accepted, or answered otherwise.
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
}

impl<D: Draft + Clone> Offered<D> {
    /// Checks a request, and takes the connection that hyper has put into its extensions. Of
    /// several drafts that fit, the last one is spoken.
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
        // Whoever else reads a request that is refused here may need it.
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
            upgrade: upgrade.names(acceptor.names),
            connection: connection.ok_or(UpgradeError::Unavailable)?,
            config: acceptor.config.clone(),
        })
    }

    /// Sets the limits of the connection; those of the request's head were kept already.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.config.limits = limits;
        self
    }

    /// Sets when the answer to a close frame goes out, instead of the acceptor's setting.
    #[must_use]
    pub const fn close_answer(mut self, answer: CloseAnswer) -> Self {
        self.config.close_answer = answer;
        self
    }

    /// Sets which extensions are agreed to, instead of the acceptor's.
    #[must_use]
    pub fn extensions(mut self, extensions: Extensions) -> Self {
        self.upgrade = self.upgrade.extensions(extensions);
        self
    }

    /// What the client asks for.
    #[must_use]
    pub const fn offer(&self) -> &Offer {
        self.upgrade.offer()
    }

    /// Accepts the request. The nonce that some drafts put into the answer is drawn here. The
    /// time of [`Limits::handshake`](crate::Limits::handshake) runs from here.
    ///
    /// # Errors
    /// [`UpgradeError::Written`], [`UpgradeError::Misuse`] or [`UpgradeError::Entropy`]; [`UpgradeError::response`] is then the answer.
    pub fn accept(
        mut self,
        answer: &Answer<'_>,
    ) -> Result<(Response<String>, Upgrading<D>), UpgradeError> {
        let claimed = self.config.policy.claimed;
        let (draft, among) = (self.offer().draft, self.upgrade.own_extensions());
        let answer = completed::<UpgradeError>(answer, draft, among, claimed)?;
        let response = self.upgrade.accept(&answer)?;
        let upgrading = Upgrading {
            limits: self.config.limits.clone(),
            serving: self.upgrade.serving(self.config),
            connection: self.connection,
            started: Instant::now(),
        };
        Ok((with_phrase(response), upgrading))
    }

    /// Accepts the request with what the acceptor is set to.
    pub(crate) fn accept_by(
        self,
        acceptor: &Acceptor<D>,
    ) -> Result<(Response<String>, Upgrading<D>), UpgradeError> {
        let offer = self.offer().clone();
        acceptor.answer(&offer, |answer| self.accept(answer))
    }
}

/// An answer with an empty body, and its phrase where hyper looks for it.
fn with_phrase(response: Response<()>) -> Response<String> {
    let mut response = response.map(|()| String::new());
    let phrase = response.extensions_mut().remove::<ReasonPhrase>();
    if let Some(Ok(phrase)) = phrase.map(|ReasonPhrase(phrase)| Phrase::try_from(phrase)) {
        response.extensions_mut().insert(phrase);
    }
    response
}

/// A connection that is a WebSocket when hyper has written the answer and the handshake is
/// complete.
#[derive(Debug)]
pub struct Upgrading<D> {
    serving: Serving<D>,
    connection: OnUpgrade,
    limits: Limits,
    started: Instant,
}

impl<D: Draft + Clone> Upgrading<D> {
    /// Waits for the connection, and exchanges what the draft has behind the heads.
    ///
    /// # Errors
    /// [`Error::Connection`] when the client is gone, or all this takes longer than
    /// [`Limits::handshake`](crate::Limits::handshake); [`Error::Io`] when the
    /// connection fails, or the server does not hand it over.
    ///
    /// # Cancel safety
    /// The connection is closed when the future is dropped.
    pub async fn finish(self) -> Result<WebSocket<D>, Error> {
        let deadline = tokio::after(self.started, self.limits.handshake);
        let upgraded = match timeout_at(deadline, self.connection).await {
            Ok(Ok(upgraded)) => TokioIo::new(upgraded),
            Ok(Err(error)) => return Err(io::Error::other(error).into()),
            Err(_elapsed) => return Err(expired(&self.limits)),
        };
        let mut exchange = Exchange::since(self.started, upgraded, self.serving, &self.limits);
        exchange.complete().await?;
        exchange.establish()
    }
}
