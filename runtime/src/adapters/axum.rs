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
//!                 if socket.send(message).await.is_err() {
//!                     break;
//!                 }
//!             }
//!         })
//! }
//! ```
//!
//! Which drafts are allowed, and what else is decided before a handler runs, is set by an
//! [`Acceptor`] in the state of the router: as the state itself, or as a part of it that
//! [`FromRef`] finds. A router without state has every [built-in draft](crate::drafts::ALL)
//! and the defaults. `WebSocketUpgrade<ws::Draft>` speaks one draft, whose code is then
//! compiled for it; `Option<WebSocketUpgrade>` lets requests through that ask for no upgrade.
//!
//! Memory that all connections share is bounded by an [`Acceptor::budget`] of the state: it is the
//! same one for every request.
//!
//! # Time
//!
//! `axum::serve` bounds no time: a client that sends no request, or a byte of one now and then,
//! holds its connection for ever. On the open internet, serve the router with
//! [`Acceptor::http1`], which bounds the time for a head by
//! [`Limits::handshake`](crate::Limits::handshake), or stand behind a proxy that bounds it:
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
//! The example `axum-server` does so, with a bound on the number of connections.
//!
//! # Refusals
//!
//! A request that breaks a rule is rejected with [`UpgradeError`], which names it and where it is
//! written, and which answers as the draft has it; so is one from an [origin](Acceptor::origins)
//! or to a [host](Acceptor::hosts) that the acceptor does not have. What goes through of which draft is that
//! which [hyper](crate::hyper) lets through.

use std::{fmt, future::Future};

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
        limits::{CloseAnswer, Limits},
    },
    protocol::draft::Draft,
};

/// A WebSocket as a handler has it.
pub type WebSocket<D = &'static dyn Draft> = tokio::WebSocket<Upgraded, D>;

type OnFailed = Box<dyn FnOnce(Error) + Send>;

/// A valid opening request. [`on_upgrade`](Self::on_upgrade) accepts it; any other answer of
/// the handler refuses it.
pub struct WebSocketUpgrade<D = &'static dyn Draft> {
    offered: Offered<D>,
    acceptor: Acceptor<D>,
    failed: OnFailed,
}

impl<D> WebSocketUpgrade<D>
where
    D: Draft + Clone + Send + Sync + 'static,
{
    /// What the client asks for.
    pub const fn offer(&self) -> &Offer {
        self.offered.offer()
    }

    /// Sets the limits of this connection, instead of the state's.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.offered = self.offered.limits(limits);
        self
    }

    /// Sets when the answer to a close frame goes out, instead of the state's setting.
    #[must_use]
    pub fn close_answer(mut self, answer: CloseAnswer) -> Self {
        self.offered = self.offered.close_answer(answer);
        self
    }

    /// Sets which subprotocols this connection agrees to, instead of the state's.
    #[must_use]
    pub fn subprotocols(mut self, subprotocols: Subprotocols) -> Self {
        self.acceptor.subprotocols = subprotocols;
        self
    }

    /// Sets which extensions this connection agrees to, instead of the state's.
    #[must_use]
    pub fn extensions(mut self, extensions: Extensions) -> Self {
        self.offered = self.offered.extensions(extensions);
        self
    }

    /// Adds a header field to the answer.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.acceptor = self.acceptor.field(name, value);
        self
    }

    /// Sets what is done where the request was accepted and no connection came of it: the
    /// client is gone, or did not send in time what the draft has behind the heads.
    #[must_use]
    pub fn on_failed_upgrade(mut self, failed: impl FnOnce(Error) + Send + 'static) -> Self {
        self.failed = Box::new(failed);
        self
    }

    /// Accepts the request, and runs `serve` as a task of its own once the answer is written.
    ///
    /// Gives the answer, which the handler is to return. Where the [answer](UpgradeError::Written)
    /// cannot be written as the draft prescribes it, that is the refusal that says so.
    pub fn on_upgrade<F, Served>(self, serve: F) -> Response
    where
        F: FnOnce(WebSocket<D>) -> Served + Send + 'static,
        Served: Future<Output = ()> + Send + 'static,
    {
        let failed = self.failed;
        match self.offered.accept_by(&self.acceptor) {
            Ok((answer, upgrading)) => {
                ::tokio::spawn(async move {
                    match upgrading.finish().await {
                        Ok(socket) => serve(socket).await,
                        Err(error) => failed(error),
                    }
                });
                answer.into_response()
            }
            Err(error) => error.into_response(),
        }
    }
}

impl<D: Draft> fmt::Debug for WebSocketUpgrade<D> {
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
            // From HTTP/2 on there is no upgrade that could be asked for.
            Err(UpgradeError::Version(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// For a router without state: every [built-in draft](crate::drafts::ALL).
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
