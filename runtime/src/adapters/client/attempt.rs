//! One attempt to open a connection, and what follows from its failure.

use std::{borrow::Cow, future::Future, time::Duration};

use ::tokio::io::{AsyncRead, AsyncWrite};

use super::{
    Client,
    network::Deadline,
    redirect::{TooMany, follow, is_redirect, same_origin},
    target::{Credentials, Target},
};
use crate::{
    adapters::{
        connect_error::{ConnectError, Fault, Stage},
        connector::Connector,
        stream::Error,
        tokio::WebSocket,
    },
    handshake::{address::Address, client::ClientError},
    machine::{error::ConnectionError, limits::Limit},
    protocol::{draft::Draft, fields::lossy},
};

/// The name of the header field for credentials (RFC 9110 §11.6.2).
pub(super) const AUTHORIZATION: &str = "Authorization";
/// The name of the header field for the place of a redirect (RFC 9110 §10.2.2).
const LOCATION: &str = "location";

/// An attempt at one address.
pub(super) struct Attempt<'a, D: Clone> {
    pub(super) client: &'a Client<D>,
    pub(super) connector: Cow<'a, Connector<D>>,
    pub(super) address: Address,
    /// Redirects so far.
    redirects: usize,
    /// Whether the draft is one that the server has listed.
    is_other: bool,
}

impl<'a, D: Draft + Clone> Attempt<'a, D> {
    pub(super) fn first(client: &'a Client<D>, target: Target) -> Self {
        let connector = match &target.user {
            Some(user) => Cow::Owned(as_user(client.connector.clone(), user)),
            None => Cow::Borrowed(&client.connector),
        };
        Self {
            client,
            connector,
            address: target.address,
            redirects: 0,
            is_other: false,
        }
    }

    /// Opens the stream and performs the opening handshake.
    pub(super) async fn carry_out<S, F>(
        &self,
        until: Deadline,
        open: impl Fn(Address) -> F,
    ) -> Result<WebSocket<S, D>, Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
        F: Future<Output = Result<S, Error>>,
    {
        let opened = until.limits(Stage::Connect, open(self.address.clone()));
        let stream = opened.await.map_err(|fault| self.failed(fault))??;
        let mut connecting = self.connector.start(stream, &self.address)?;
        let opened = until.limits(Stage::Handshake, connecting.finish()).await;
        // What has arrived of a refusal says more than that the time is over.
        let refused = opened.as_ref().err().and_then(|_| connecting.refused());
        refused.map_or_else(|| self.told(opened), Err)
    }

    /// The result of an opening handshake; an error of the stream quotes the URL.
    pub(super) fn told<T>(&self, opened: Result<Result<T, Error>, Fault>) -> Result<T, Error> {
        match opened.map_err(|fault| self.failed(fault))? {
            Err(Error::Connection(error @ ConnectionError::LeftEarly { .. })) => {
                Err(self.failed(Fault::new(Stage::Handshake, error)).into())
            }
            Err(Error::Connection(ConnectionError::Limit {
                limit: Limit::Handshake,
                value,
            })) => {
                let limit = Duration::from_millis(value);
                let fault = Fault::expired(Stage::Handshake, limit);
                Err(self.failed(fault).into())
            }
            Err(Error::Io(error)) => Err(self.failed(Fault::new(Stage::Handshake, error)).into()),
            opened => opened,
        }
    }

    pub(super) fn failed(&self, fault: Fault) -> ConnectError {
        fault.at(self.address.without_query())
    }

    /// What to try after this has failed, if there is something.
    pub(super) fn next(&self, error: &Error) -> Result<Option<Self>, ConnectError> {
        let Some(refused) = error.handshake() else {
            return Ok(None);
        };
        if let Some(location) = self.redirected(refused) {
            let next = self.redirect(&location);
            return next.map(Some).map_err(|fault| self.failed(fault));
        }
        if self.is_other {
            return Ok(None);
        }
        let other = self.connector.common(refused, &self.client.others);
        Ok(other.map(|connector| Self {
            connector: Cow::Owned(connector),
            address: self.address.clone(),
            is_other: true,
            ..*self
        }))
    }

    /// Where a refusal redirects to, if redirects are followed.
    fn redirected(&self, refused: &ClientError) -> Option<String> {
        let ClientError::Refused { status, fields, .. } = refused else {
            return None;
        };
        let follows = self.client.redirects > 0 && is_redirect(*status);
        let location = fields.get(LOCATION).filter(|_| follows)?;
        Some(lossy(location.value).into_owned())
    }

    fn redirect(&self, location: &str) -> Result<Self, Fault> {
        if self.redirects >= self.client.redirects {
            return Err(TooMany(self.redirects).fault());
        }
        let address = follow(&self.address, location)?;
        let connector = if same_origin(&self.address, &address) {
            self.connector.clone()
        } else {
            Cow::Owned(self.connector.for_strangers())
        };
        Ok(Self {
            connector,
            address,
            redirects: self.redirects + 1,
            ..*self
        })
    }
}

/// Authenticates as the user of the URL, unless the application does so otherwise.
fn as_user<D: Draft + Clone>(connector: Connector<D>, user: &Credentials) -> Connector<D> {
    if connector.has_field(AUTHORIZATION) {
        return connector;
    }
    connector.field(AUTHORIZATION, user.basic())
}
