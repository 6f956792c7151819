//! A client's opening handshake, without I/O.

use alloc::{boxed::Box, sync::Arc};

use super::{Opened, Opening};
use crate::{
    adapters::stream::{Error, HandshakeError, Unsent},
    handshake::{
        address::Address,
        client::{ClientError, ClientHandshake},
    },
    machine::{
        error::Sent,
        limits::{Config, Limits},
    },
    protocol::{draft::Draft, info::Role},
};
#[cfg(feature = "http2")]
use crate::{handshake::client::ExtendedRequest, protocol::heads::Response};

/// A client's opening handshake.
#[derive(Debug)]
pub(crate) struct Asking<D> {
    handshake: ClientHandshake<D>,
    address: Address,
    config: Config,
    unsent: Unsent,
}

impl<D: Draft> Asking<D> {
    /// A handshake whose request has to be written.
    pub(crate) fn new(handshake: ClientHandshake<D>, address: Address, config: Config) -> Self {
        Self {
            unsent: handshake.request().to_vec().into(),
            handshake,
            address,
            config,
        }
    }
}

#[cfg(feature = "client-no-provider")]
impl<D: Draft> Asking<D> {
    /// The refusal of the server, if its head has arrived.
    pub(crate) fn refused(&self) -> Option<Error> {
        let cause = self.handshake.refused()?;
        self.handshake.count_failed(cause.name());
        Some(self.failed(cause))
    }
}

impl<D> Asking<D> {
    pub(crate) fn failed(&self, cause: ClientError) -> Error {
        let address = self.address.clone();
        HandshakeError { address, cause }.into()
    }
}

#[cfg(feature = "http2")]
impl<D: Draft> Asking<D> {
    /// The request for a version of HTTP without upgrades.
    pub(crate) fn extended(&self, http: &str) -> Result<ExtendedRequest, Error> {
        let extended = self.handshake.extended(http);
        extended.map_err(|cause| self.failed(cause))
    }

    /// Receives the response to it.
    pub(crate) fn receive_extended(
        &mut self,
        http: &str,
        response: &Response<'_>,
    ) -> Result<(), Error> {
        match self.handshake.receive_extended(http, response) {
            Ok(_) => Ok(()),
            Err(cause) => {
                self.handshake.count_failed(cause.name());
                Err(self.failed(cause))
            }
        }
    }
}

impl<D: Draft> Opening for Asking<D> {
    type Draft = D;
    const PEER: Role = Role::Server;

    fn unsent(&mut self) -> &mut Unsent {
        &mut self.unsent
    }

    fn sent(&self, heard: bool) -> Sent {
        match heard {
            _ if self.is_done() => Sent::All,
            true => Sent::Part,
            false => Sent::Nothing,
        }
    }

    fn receive(&mut self, bytes: &[u8]) -> Result<(), Error> {
        match self.handshake.receive(bytes) {
            Ok(_) => Ok(()),
            Err(cause) => Err(self.failed(cause)),
        }
    }

    /// The server's refusal is more informative, even if the response is incomplete.
    fn cut_short(&mut self, error: Error) -> Result<(), Error> {
        let refused = self.handshake.refused();
        Err(refused.map_or(error, |cause| self.failed(cause)))
    }

    fn count_failed(&self, error: &Error) {
        self.handshake.count_failed(error.name());
    }

    fn is_done(&self) -> bool {
        self.handshake.agreed().is_some()
    }

    fn limits(&self) -> &Limits {
        &self.config.limits
    }

    fn establish(self) -> Option<Opened<D>> {
        let subprotocol = self
            .handshake
            .agreed()?
            .subprotocol
            .as_deref()
            .map(Box::from);
        let response = self.handshake.response().cloned();
        Some(Opened {
            established: self.handshake.finish()?,
            config: Arc::new(self.config),
            subprotocol,
            response,
            #[cfg(all(feature = "multiplex", feature = "tokio"))]
            request: None,
        })
    }
}
