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
        Self::of(draft, RequestHead::of(request))
    }

    /// Reads an offer from the head of a valid request.
    pub(super) fn of(draft: &'static DraftInfo, head: RequestHead) -> Self {
        head.with_request(&[], |request| {
            let fields = &request.fields;
            let value = |purpose| {
                let header = draft.request_header(purpose)?;
                fields.first(header.name).map(owned)
            };
            let mut subprotocols = Vec::new();
            if let Some(header) = draft.request_header(Purpose::Subprotocol) {
                for value in fields.values(header.name) {
                    subprotocols.extend(grammar::items(value, header.separator).map(owned));
                }
            }
            let (host, resource) = match grammar::parse_target(request.target) {
                Some(Target::Absolute {
                    authority, path, ..
                }) => (Some(authority.into()), path),
                Some(Target::Path(path)) => (value(Purpose::Host), path),
                None => (value(Purpose::Host), ""),
            };
            Self {
                draft,
                resource: if resource.is_empty() { "/" } else { resource }.into(),
                host,
                origin: value(Purpose::Origin),
                subprotocols,
                extensions: extensions(draft, request),
                cookie: value(Purpose::Cookie),
                request: head.clone(),
            }
        })
    }
}

/// Leaves out the cookies, and shows the draft by its short name.
impl fmt::Debug for Offer {
    #[inline]
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
