//! Requests that other code has parsed.

use alloc::{string::String, vec::Vec};

use ::http::{Extensions, HeaderMap, Method, Uri, Version, request::Parts};

use crate::{
    handshake::bootstrap::pseudo,
    protocol::{
        fields::{Field, Fields},
        heads::Request,
    },
};

/// The `:protocol` of an extended CONNECT request (RFC 8441 §4), among the extensions of the
/// request. Servers with another type for it than hyper insert this one.
///
/// ```
/// use wsdraft::http::Protocol;
///
/// # fn main() -> http::Result<()> {
/// let request = http::Request::builder()
///     .version(http::Version::HTTP_3)
///     .method("CONNECT")
///     .uri("https://example.com/chat")
///     .extension(Protocol::from("websocket"))
///     .body(())?;
/// # assert_eq!(request.extensions().get::<Protocol>().map(Protocol::as_str), Some("websocket"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protocol(String);

impl Protocol {
    /// The protocol.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Protocol {
    fn from(protocol: &str) -> Self {
        Self(protocol.into())
    }
}

/// The known parts of a request.
#[derive(Clone, Copy)]
pub(crate) struct Pieces<'r> {
    pub(crate) method: &'r Method,
    pub(crate) uri: &'r Uri,
    pub(crate) version: Version,
    pub(crate) headers: &'r HeaderMap,
    protocol: Option<&'r str>,
}

impl<'r, B> From<&'r ::http::Request<B>> for Pieces<'r> {
    fn from(request: &'r ::http::Request<B>) -> Self {
        Self {
            method: request.method(),
            uri: request.uri(),
            version: request.version(),
            headers: request.headers(),
            protocol: protocol(request.extensions()),
        }
    }
}

impl<'r> From<&'r Parts> for Pieces<'r> {
    fn from(parts: &'r Parts) -> Self {
        Self {
            method: &parts.method,
            uri: &parts.uri,
            version: parts.version,
            headers: &parts.headers,
            protocol: protocol(&parts.extensions),
        }
    }
}

fn protocol(extensions: &Extensions) -> Option<&str> {
    let own = extensions.get::<Protocol>().map(Protocol::as_str);
    #[cfg(feature = "http2")]
    let own = own.or_else(|| {
        let hyper = extensions.get::<hyper::ext::Protocol>();
        hyper.map(hyper::ext::Protocol::as_str)
    });
    own
}

impl Pieces<'_> {
    /// The version, if it is one that has no upgrades, as the bootstraps state it.
    pub(crate) fn without_upgrades(&self) -> Option<&'static str> {
        match self.version {
            Version::HTTP_2 => Some("2"),
            Version::HTTP_3 => Some("3"),
            _ => None,
        }
    }

    /// Whether the `:protocol` of an extended CONNECT may be there in a type that this build does not
    /// know: a CONNECT without it has neither scheme nor path (RFC 9113 §8.5).
    pub(crate) fn lacks_protocol(&self) -> bool {
        self.protocol.is_none() && self.method == Method::CONNECT && self.uri.scheme().is_some()
    }

    /// Passes the request to `look` with its pseudo-header fields.
    pub(crate) fn with_extended<R>(&self, look: impl FnOnce(&Request<'_>) -> R) -> R {
        let authority = self.uri.authority().map(::http::uri::Authority::as_str);
        let stated = [
            (pseudo::PROTOCOL, self.protocol),
            (pseudo::SCHEME, self.uri.scheme_str()),
            (pseudo::AUTHORITY, authority),
        ];
        let stated = stated.into_iter().filter_map(|(name, value)| {
            let value = value?.as_bytes();
            Some(Field {
                name,
                value,
                offset: 0,
            })
        });
        let fields: Vec<_> = stated.chain(super::fields(self.headers)).collect();
        let path = self.uri.path_and_query();
        look(&Request {
            method: self.method.as_str(),
            target: path.map_or("", ::http::uri::PathAndQuery::as_str),
            minor_version: 0,
            fields: Fields::new(&fields, 0),
            body: &[],
            secure: false,
        })
    }
}
