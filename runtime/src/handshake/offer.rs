//! What a client requests.

use alloc::{string::String, vec::Vec};

use core::fmt;

use super::{address::without_query, head::RequestHead};
use crate::protocol::{
    fields::{Joined, lossy},
    grammar::{self, Target},
    heads::Request,
    info::{DraftInfo, Purpose},
};

/// What a client requests.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Requested {
    /// A WebSocket connection, in a request that violates no rule.
    Upgrade(Offer),
    /// Something else.
    Plain(RequestHead),
}

impl Requested {
    /// The head of the request.
    #[must_use]
    pub const fn head(&self) -> &RequestHead {
        match self {
            Self::Upgrade(offer) => &offer.request,
            Self::Plain(head) => head,
        }
    }
}

/// A connection that a client requests.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
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
    /// The head of the request, with all its fields.
    pub request: RequestHead,
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
        Self {
            draft,
            resource: request.resource().into(),
            host: match grammar::parse_target(request.target) {
                Some(Target::Absolute { authority, .. }) => Some(authority.into()),
                _ => value(Purpose::Host),
            },
            origin: value(Purpose::Origin),
            subprotocols: subprotocols.collect(),
            extensions: extensions(draft, request),
            cookie: value(Purpose::Cookie),
            request: RequestHead::of(request),
        }
    }
}

/// Leaves out the cookies, and shows the draft by its short name.
impl fmt::Debug for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Offer")
            .field("draft", self.draft)
            .field("resource", &without_query(&self.resource))
            .field("host", &self.host)
            .field("origin", &self.origin)
            .field("extensions", &self.extensions)
            // Subprotocols often contain tokens.
            .finish_non_exhaustive()
    }
}

/// Whether a client offers a subprotocol.
pub(super) fn includes(draft: &DraftInfo, request: &Request<'_>, subprotocol: &str) -> bool {
    draft
        .request_header(Purpose::Subprotocol)
        .is_some_and(|header| {
            let mut fields = request.fields.all(header.name);
            fields.any(|field| {
                let mut items = grammar::items(field.value, header.separator);
                items.any(|item| item == subprotocol.as_bytes())
            })
        })
}

/// The extensions that a client offers: all field values, joined by commas.
pub(super) fn extensions(draft: &DraftInfo, request: &Request<'_>) -> Option<String> {
    let header = draft.request_header(Purpose::Extensions)?;
    request.fields.joined(header.name).map(Joined::into_text)
}

fn owned(value: &[u8]) -> String {
    lossy(value).into_owned()
}
