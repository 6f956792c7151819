//! What a client requests.

use alloc::{string::String, vec::Vec};

use crate::protocol::{
    fields::{Joined, lossy},
    grammar::{self, Target},
    heads::Request,
    info::{DraftInfo, Purpose},
};

/// What a client requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requested {
    /// A WebSocket connection, in a request that violates no rule.
    Upgrade(Offer),
    /// Something else.
    Plain {
        /// The method.
        method: String,
        /// The target.
        target: String,
    },
}

/// A connection that a client requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The draft of the connection.
    pub draft: &'static DraftInfo,
    /// Path and query.
    pub resource: String,
    /// The host that the client stated: that of an absolute request target, or otherwise that of
    /// the header field (RFC 9112 §3.2.2).
    pub host: Option<String>,
    /// The origin that the client stated.
    pub origin: Option<String>,
    /// Subprotocols, in the client's order of preference.
    pub subprotocols: Vec<String>,
    /// The extensions that it offers: all field values, joined by commas.
    pub extensions: Option<String>,
    /// Cookies.
    pub cookie: Option<String>,
}

impl Offer {
    /// Reads an offer from a valid request.
    #[must_use]
    pub fn read(draft: &'static DraftInfo, request: &Request<'_>) -> Self {
        let value = |purpose| {
            let header = draft.request_header(purpose)?;
            Some(owned(request.fields.get(header.name)?.value))
        };
        let all = |purpose| {
            let header = draft.request_header(purpose);
            header.into_iter().flat_map(|header| {
                request
                    .fields
                    .all(header.name)
                    .map(move |field| (header, field))
            })
        };
        let subprotocols = all(Purpose::Subprotocol)
            .flat_map(|(header, field)| grammar::items(field.value, header.separator).map(owned));
        let extensions = draft
            .request_header(Purpose::Extensions)
            .and_then(|header| request.fields.joined(header.name));
        Self {
            draft,
            resource: request.resource().into(),
            host: match grammar::parse_target(request.target) {
                Some(Target::Absolute { authority, .. }) => Some(authority.into()),
                _ => value(Purpose::Host),
            },
            origin: value(Purpose::Origin),
            subprotocols: subprotocols.collect(),
            extensions: extensions.map(Joined::into_text),
            cookie: value(Purpose::Cookie),
        }
    }
}

fn owned(value: &[u8]) -> String {
    lossy(value).into_owned()
}
