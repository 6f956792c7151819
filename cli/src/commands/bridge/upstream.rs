//! The server behind the bridge, and how it is asked for a connection.

use std::{fmt, time::Duration};

use tokio::time::{Instant, timeout};
use wsdraft::{
    ConnectionError, Error, Limits, PingAnswer,
    handshake::{Address, Offer},
    info::{DraftInfo, Kind},
    metrics::Counters,
    tokio::{
        Connector, WebSocket,
        tls::{Stream, Tls},
    },
};

use super::{
    fields,
    notes::{Level, Notes, Peer},
    refused::Refused,
};
use crate::specs::Spoken;

/// A connection to the server.
pub(super) type Server = WebSocket<Stream, Spoken>;

/// The server behind the bridge.
pub(super) struct Upstream {
    pub(super) address: Address,
    pub(super) draft: Spoken,
    pub(super) connector: Connector<Spoken>,
    /// The limits of `connector`.
    pub(super) limits: Limits,
    pub(super) tls: Tls,
    pub(super) counters: Counters,
    /// How long it may take to answer.
    pub(super) patience: Duration,
    /// Whether what clients say of who they are is passed on.
    pub(super) trusting: bool,
}

impl Upstream {
    /// Asks for a connection as the client does.
    pub(super) async fn open(
        &self,
        offer: &Offer,
        peer: Peer,
        notes: &Notes,
    ) -> Result<Server, Refused> {
        let prefix = self.address.resource().trim_end_matches('/');
        let address = self
            .address
            .with_resource(&[prefix, &offer.resource].concat());
        let address = address.map_err(|error| Refused::unsayable(&error.to_string()))?;
        let connector = self.connector(offer, peer, notes, &address)?;
        let began = Instant::now();
        let late = |_elapsed| Refused::late(self.patience);
        let refused = |error: &Error| Refused::because(error, self.draft.info(), self.patience);
        let stream = timeout(self.patience, self.tls.open(&address)).await;
        let stream = stream
            .map_err(late)?
            .map_err(|error| refused(&error.into()))?;
        // The handshake itself ends in time: of a refusal, it then gives what has arrived.
        let left = self.patience.saturating_sub(began.elapsed());
        let connector = connector.limits(self.limits.clone().handshake(left));
        let opened = connector.connect(stream, &address).await;
        opened.map_err(|error| refused(&error))
    }

    /// How to ask for what the client asks for, as far as the draft can.
    fn connector(
        &self,
        offer: &Offer,
        peer: Peer,
        notes: &Notes,
        address: &Address,
    ) -> Result<Connector<Spoken>, Refused> {
        for name in fields::not_text(offer.request.fields()) {
            notes.say(Level::Verbose, || {
                format!("the header field {name} of the request is left out: it is not in UTF-8")
            });
        }
        let mut asked = Asked {
            origin: fields::origin(offer),
            subprotocols: offer.subprotocols.clone(),
            fields: fields::of_request(offer, self.draft.info(), peer, self.trusting),
        };
        loop {
            let misuse = match self.trial(&asked, offer, address) {
                Ok(()) => break,
                Err(misuse) => misuse,
            };
            match asked.less(address) {
                Some(less) => notes.say(Level::Verbose, || {
                    let draft = self.draft.info().short;
                    format!("{less}: {misuse} ({draft})")
                }),
                None => return Err(Refused::unsayable(&misuse.to_string())),
            }
        }
        let connector = self.connector.clone().metrics(self.counters.clone());
        Ok(asked.of(connector, offer))
    }

    /// Whether the request can be made: nothing is sent.
    fn trial(
        &self,
        asked: &Asked,
        offer: &Offer,
        address: &Address,
    ) -> Result<(), ConnectionError> {
        let connector = asked.of(self.connector.clone(), offer);
        match connector.start(tokio::io::empty(), address) {
            Err(Error::Connection(error @ ConnectionError::Misuse(_))) => Err(error),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.address, self.draft.info().short)
    }
}

/// What is asked for, as far as it was not left out.
struct Asked {
    origin: Option<String>,
    subprotocols: Vec<String>,
    fields: Vec<(String, String)>,
}

impl Asked {
    /// Asks for it.
    fn of(&self, mut connector: Connector<Spoken>, offer: &Offer) -> Connector<Spoken> {
        if let Some(origin) = &self.origin {
            connector = connector.origin(origin);
        }
        for subprotocol in &self.subprotocols {
            connector = connector.subprotocol(subprotocol);
        }
        if let Some(cookie) = fields::cookies(offer) {
            connector = connector.cookie(cookie);
        }
        for (name, value) in &self.fields {
            connector = connector.field(name, value);
        }
        let client = offer.draft;
        connector.ping_answer(ping_answer(client))
    }

    /// Asks for less, where a draft cannot say all: what is left out, or added.
    fn less(&mut self, address: &Address) -> Option<&'static str> {
        if self.origin.is_none() {
            // Some drafts ask for an origin: that of a page of the server itself.
            let scheme = if address.is_secure() { "https" } else { "http" };
            self.origin = Some(format!("{scheme}://{}", address.authority()));
            return Some("the origin of the server stands in for that of the client");
        }
        if self.subprotocols.len() > 1 {
            self.subprotocols.truncate(1);
            return Some("only the first subprotocol is offered to the server");
        }
        if !self.fields.is_empty() {
            self.fields.clear();
            return Some("the request is passed on without further header fields");
        }
        None
    }
}

/// Who answers the pings of an endpoint, where this is the draft of the other one, to which they
/// are passed on if it has pings.
pub(super) fn ping_answer(other: &DraftInfo) -> PingAnswer {
    if other.has(Kind::Ping) && other.has(Kind::Pong) {
        PingAnswer::Application
    } else {
        PingAnswer::AtOnce
    }
}
