//! An extractor for axum.
//!
//! ```no_run
//! # use axum_core::response::{IntoResponse, Response};
//! use wsdraft::axum::{WebSocket, WebSocketUpgrade};
//!
//! async fn echo(upgrade: WebSocketUpgrade) -> Response {
//!     upgrade
//!         .on_failed_upgrade(|error| eprintln!("{error}"))
//!         .on_upgrade(|mut socket| async move {
//!             while let Ok(Some(message)) = socket.recv().await {
//!                 // Replies to messages that arrive together go out together, when `recv` would
//!                 // wait.
//!                 if socket.feed(message).await.is_err() {
//!                     break;
//!                 }
//!             }
//!         })
//! }
//! ```
//!
//! An [`Acceptor`] in the state of the router sets the supported drafts and everything else that is
//! decided before a handler runs. It is the state itself or a part that [`FromRef`] extracts. A
//! router without state supports every [built-in draft](crate::drafts::ALL) with the default
//! settings. `WebSocketUpgrade<ws::Draft>` supports one draft, for which its code is compiled.
//! `Option<WebSocketUpgrade>` also accepts requests that do not request an upgrade.
//!
//! ```
//! # use wsdraft::{Draft, tokio::Acceptor};
//! use axum_core::extract::FromRef;
//!
//! /// The state of a router, with whatever else the handlers need.
//! #[derive(Clone)]
//! struct App {
//!     acceptor: Acceptor<&'static dyn Draft>,
//! }
//!
//! impl FromRef<App> for Acceptor<&'static dyn Draft> {
//!     fn from_ref(app: &App) -> Self {
//!         app.acceptor.clone()
//!     }
//! }
//! ```
//!
//! An [`Acceptor::budget`] in the state limits the memory of all connections together.
//!
//! # Time
//!
//! `axum::serve` sets no time limit: a client that sends nothing, or one byte now and then, can
//! keep its connection open forever. On the open internet, serve the router with
//! [`Acceptor::http1`], which limits the time for a request head to
//! [`Limits::handshake`](crate::Limits::handshake). Alternatively, use a proxy that sets such a
//! limit:
//!
//! ```no_run
//! # use wsdraft::{Draft, tokio::Acceptor};
//! use hyper_util::{rt::TokioIo, service::TowerToHyperService};
//!
//! async fn serve(
//!     stream: tokio::net::TcpStream,
//!     acceptor: Acceptor<&'static dyn Draft>,
//!     router: axum::Router,
//! ) -> Result<(), hyper::Error> {
//!     let service = TowerToHyperService::new(router);
//!     let connection = acceptor.http1().serve_connection(TokioIo::new(stream), service);
//!     connection.with_upgrades().await
//! }
//! ```
//!
//! The example `axum-server` does this and also limits the number of connections.
//!
//! # Coming from `axum::extract::ws`
//!
//! `protocols`, `requested_protocols`, `selected_protocol`, `set_selected_protocol`,
//! `max_message_size`, `max_frame_size`, `max_write_buffer_size`, `on_failed_upgrade` and
//! `on_upgrade` are the same, with the same defaults for sizes, except that at most 1 MiB waits to
//! be written. Routes may be `get` or `any`; [over HTTP/2](#http2) they have to be `any`. The rest
//! differs:
//!
//! | there | here |
//! |---|---|
//! | an extractor for any state | the state contains an [`Acceptor`], or there is no state |
//! | every origin | the same; [`Acceptor::origins`] restricts them |
//! | `write_buffer_size` | `send` writes at once; `feed` collects up to 64 KiB |
//! | `read_buffer_size` | none: buffers are as large as what arrives, and an idle connection has none |
//! | `accept_unmasked_frames` | [`policy`](WebSocketUpgrade::policy), with the rule relaxed that the draft has; its violation states the id |
//! | `socket.protocol()` | [`subprotocol`](crate::tokio::WebSocket::subprotocol) |
//! | `Message::Ping`, `Pong` and `Close` | [`recv_event`](crate::tokio::WebSocket::recv_event), [`ping`](crate::tokio::WebSocket::ping), [`close`](crate::tokio::WebSocket::close) |
//!
//! # HTTP/2
//!
//! With the feature `http2`, and that of axum, the same handlers accept WebSockets over HTTP/2.
//! Routes have to be `any`, because the request is an extended CONNECT. A handler that answers it with
//! 2xx by itself opens the WebSocket: refuse with another status code.
//!
//! # Shutdown
//!
//! `axum::serve` does not wait for WebSockets over HTTP/1.1, and `with_graceful_shutdown` waits for
//! those over HTTP/2 as long as they are open. [`Connections`](crate::tokio::Connections) closes both
//! with the code for a server that goes away, waits for the handlers, and aborts those that take too
//! long. Do not begin after `axum::serve`, but while it ends:
//!
//! ```no_run
//! # use std::{io, time::Duration};
//! # async fn echo(upgrade: wsdraft::axum::WebSocketUpgrade) -> axum_core::response::Response {
//! #     upgrade.on_upgrade(async |_| ())
//! # }
//! # async fn serve(
//! #     listener: tokio::net::TcpListener,
//! #     stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
//! use axum::{Router, routing::any};
//! use wsdraft::tokio::{Acceptor, Connections};
//!
//! const GRACE: Duration = Duration::from_secs(10);
//! let connections = Connections::new();
//! let acceptor = Acceptor::any(wsdraft::drafts::ALL.iter().copied()).connections(&connections);
//! let router = Router::new().route("/", any(echo)).with_state(acceptor);
//! let closing = connections.clone();
//! let stop = async move {
//!     stop.await;
//!     tokio::spawn(async move { closing.close(GRACE).await });
//! };
//! axum::serve(listener, router).with_graceful_shutdown(stop).await?;
//! connections.close(GRACE).await;
//! # Ok(())
//! # }
//! ```
//!
//! # Refusals
//!
//! If a request violates a rule, the extractor returns [`UpgradeError`]. The error names the rule and its
//! source, and its response is the one that the draft prescribes. Requests from an
//! [origin](Acceptor::origins) or to a [host](Acceptor::hosts) that the acceptor does not allow are
//! refused in the same way. The supported drafts are those that [hyper](crate::hyper) supports.

use std::{borrow::Cow, fmt, future::Future};

use ::http::request::Parts;
use axum_core::{
    extract::{FromRef, FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};

#[doc(no_inline)]
pub use crate::adapters::http::UpgradeError;
use crate::{
    adapters::{
        hyper::{Offered, Upgraded},
        stream::Error,
        tokio::{self, Acceptor, Subprotocols},
    },
    handshake::{offer::Offer, refusal::RefusalCause},
    machine::{
        extension::Extensions,
        limits::{CloseAnswer, Limits, Policy},
    },
    protocol::draft::Draft,
};

/// The WebSocket that a handler receives.
pub type WebSocket<D = &'static dyn Draft> = tokio::WebSocket<Upgraded, D>;

type OnFailed = Box<dyn FnOnce(Error) + Send>;

/// A valid opening request. [`on_upgrade`](Self::on_upgrade) accepts it. Any other response of the
/// handler refuses it, except for one of 2xx [over HTTP/2](crate::axum#http2).
pub struct WebSocketUpgrade<D = &'static dyn Draft> {
    offered: Offered<D>,
    acceptor: Acceptor<D>,
    /// The subprotocol that the handler has chosen itself.
    selected: Option<String>,
    failed: OnFailed,
}

impl<D> WebSocketUpgrade<D>
where
    D: Draft + Clone + Send + Sync + 'static,
{
    /// What the client requests.
    pub const fn offer(&self) -> &Offer {
        self.offered.offer()
    }

    /// Sets the limits of this connection, instead of the state's.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.offered = self.offered.limits(limits);
        self
    }

    /// Sets [`Limits::message`], the bytes of a message. 64 MiB by default, as in axum.
    #[must_use]
    pub const fn max_message_size(mut self, max: usize) -> Self {
        self.offered.limits_mut().message = max;
        self
    }

    /// Sets [`Limits::frame`], the bytes of a frame. 16 MiB by default, as in axum.
    #[must_use]
    pub const fn max_frame_size(mut self, max: usize) -> Self {
        self.offered.limits_mut().frame = max;
        self
    }

    /// Sets [`Limits::write_buffer`], the bytes that wait to be written. 1 MiB by default. While so
    /// many wait, sending waits.
    #[doc(alias = "write_buffer_size")]
    #[must_use]
    pub const fn max_write_buffer_size(mut self, max: usize) -> Self {
        self.offered.limits_mut().write_buffer = max;
        self
    }

    /// Sets how strictly the rules about frames are enforced, instead of the state's setting. The
    /// request has already been checked.
    #[doc(alias = "accept_unmasked_frames")]
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.offered = self.offered.policy(policy);
        self
    }

    /// Sets when the close frame is answered, instead of the state's setting.
    #[must_use]
    pub fn close_answer(mut self, answer: CloseAnswer) -> Self {
        self.offered = self.offered.close_answer(answer);
        self
    }

    /// Sets the supported subprotocols of this connection, instead of the state's.
    #[must_use]
    pub fn subprotocols(mut self, subprotocols: Subprotocols) -> Self {
        self.acceptor.subprotocols = subprotocols;
        self.selected = None;
        self
    }

    /// Chooses the first of these subprotocols that the client offers, or none.
    /// [`subprotocols`](Self::subprotocols) follows the order of the client instead.
    ///
    /// ```
    /// # use axum_core::response::Response;
    /// # use wsdraft::axum::WebSocketUpgrade;
    /// async fn graphql(upgrade: WebSocketUpgrade) -> Response {
    ///     upgrade
    ///         .protocols(["graphql-transport-ws", "graphql-ws"])
    ///         .on_upgrade(async |mut socket| while let Ok(Some(_)) = socket.recv().await {})
    /// }
    /// ```
    #[must_use]
    pub fn protocols<I>(self, protocols: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<Cow<'static, str>>,
    {
        let mut protocols = protocols.into_iter().map(Into::into);
        let chosen = protocols.find(|one| self.requested_protocols().any(|it| it == *one));
        self.subprotocols(match chosen {
            Some(chosen) => Subprotocols::These(vec![chosen.into_owned()]),
            None => Subprotocols::None,
        })
    }

    /// The subprotocols that the client offers, in its order.
    pub fn requested_protocols(&self) -> impl Iterator<Item = &str> {
        self.offer().subprotocols.iter().map(String::as_str)
    }

    /// The chosen subprotocol, if any.
    pub fn selected_protocol(&self) -> Option<&str> {
        match &self.selected {
            Some(selected) => Some(selected),
            None => self.acceptor.subprotocols.choose(self.offer()),
        }
    }

    /// Chooses a subprotocol. If the client does not offer it,
    /// [`on_upgrade`](Self::on_upgrade) returns a response with status code 500, because clients
    /// must fail such a connection.
    pub fn set_selected_protocol(&mut self, protocol: impl Into<String>) {
        self.selected = Some(protocol.into());
    }

    /// Sets the supported extensions of this connection, instead of the state's.
    #[must_use]
    pub fn extensions(mut self, extensions: Extensions) -> Self {
        self.offered = self.offered.extensions(extensions);
        self
    }

    /// Adds a header field to the response.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.acceptor = self.acceptor.field(name, value);
        self
    }

    /// Sets the function to call if the request was accepted but the connection failed: the client
    /// has disconnected, or it did not send in time the bytes that the draft requires after the
    /// heads.
    #[must_use]
    pub fn on_failed_upgrade(mut self, failed: impl FnOnce(Error) + Send + 'static) -> Self {
        self.failed = Box::new(failed);
        self
    }

    /// Accepts the request. Runs `serve` as a separate task after the response is written.
    ///
    /// Returns the response for the handler to return. If the server cannot write the
    /// [response](UpgradeError::Written) as the draft prescribes it, this is a refusal that says so.
    pub fn on_upgrade<F, Served>(self, serve: F) -> Response
    where
        F: FnOnce(WebSocket<D>) -> Served + Send + 'static,
        Served: Future<Output = ()> + Send + 'static,
    {
        let failed = self.failed;
        let selected = self.selected.as_deref();
        match self.offered.accept_by(&self.acceptor, selected) {
            Ok((answer, upgrading)) => {
                let task = async move {
                    match upgrading.finish().await {
                        Ok(socket) => serve(socket).await,
                        Err(error) => failed(error),
                    }
                };
                match &self.acceptor.connections {
                    Some(connections) => connections.spawn(task),
                    None => ::tokio::spawn(task),
                };
                answer.into_response()
            }
            Err(error) => error.into_response(),
        }
    }
}

impl<D: Draft> fmt::Debug for WebSocketUpgrade<D> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocketUpgrade")
            .field("acceptor", &self.acceptor)
            .finish_non_exhaustive()
    }
}

impl<S, D> FromRequestParts<S> for WebSocketUpgrade<D>
where
    S: Send + Sync,
    D: Draft + Clone + Send + Sync + 'static,
    Acceptor<D>: FromRef<S>,
{
    type Rejection = UpgradeError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, UpgradeError> {
        let acceptor = Acceptor::from_ref(state);
        Ok(Self {
            offered: Offered::of_parts(&acceptor, parts)?,
            acceptor,
            selected: None,
            failed: Box::new(drop),
        })
    }
}

impl<S, D> OptionalFromRequestParts<S> for WebSocketUpgrade<D>
where
    S: Send + Sync,
    D: Draft + Clone + Send + Sync + 'static,
    Acceptor<D>: FromRef<S>,
{
    type Rejection = UpgradeError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> Result<Option<Self>, UpgradeError> {
        match <Self as FromRequestParts<S>>::from_request_parts(parts, state).await {
            Ok(upgrade) => Ok(Some(upgrade)),
            Err(UpgradeError::Refused(refusal)) if refusal.cause == RefusalCause::NoUpgrade => {
                Ok(None)
            }
            // HTTP/2 and later versions have no upgrades.
            Err(UpgradeError::Version(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The settings of a router without state: every [built-in draft](crate::drafts::ALL).
impl FromRef<()> for Acceptor<&'static dyn Draft> {
    fn from_ref((): &()) -> Self {
        Self::any(crate::drafts::ALL.iter().copied())
    }
}

impl IntoResponse for UpgradeError {
    fn into_response(self) -> Response {
        self.response().into_response()
    }
}
