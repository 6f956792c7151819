//! Opening requests and responses: parsed ones, and the values to write.
//!
//! [`Request`] and [`Response`] borrow from the bytes they were parsed from. The draft's rules
//! decide whether they are valid; this module only defines their structure.

use core::fmt;

use crate::protocol::{
    fields::Fields,
    grammar::{Target, parse_target},
    info::DraftInfo,
};

/// An opening request.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method, as received.
    pub method: &'a str,
    /// The request target, as received.
    pub target: &'a str,
    /// The minor version of HTTP: `1` for HTTP/1.1, `0` for HTTP/1.0, `2` for HTTP/1.2.
    pub minor_version: u8,
    /// The header fields.
    pub fields: Fields<'a>,
    /// The received bytes after the head that belong to the handshake.
    pub body: &'a [u8],
    /// Whether TLS secures the connection.
    pub secure: bool,
}

impl<'a> Request<'a> {
    /// The requested resource: the path and query of the request target, also if the target is
    /// absolute.
    #[must_use]
    pub fn resource(&self) -> &'a str {
        match parse_target(self.target) {
            Some(Target::Path(path)) => path,
            Some(Target::Absolute { path: "", .. }) | None => "/",
            Some(Target::Absolute { path, .. }) => path,
        }
    }
}

/// The response to an opening request.
#[derive(Clone, Copy, Debug)]
pub struct Response<'a> {
    /// The minor version of HTTP: `1` for HTTP/1.1, `0` for HTTP/1.0, `2` for HTTP/1.2.
    pub minor_version: u8,
    /// The status code.
    pub status: u16,
    /// The reason phrase, as received.
    pub reason: &'a str,
    /// The header fields.
    pub fields: Fields<'a>,
    /// The received bytes after the head that belong to the handshake.
    pub body: &'a [u8],
}

impl DraftInfo {
    /// Whether a response accepts the request. It accepts if it has the status code of an
    /// acceptance, or a status code below 300 and a header field that answers the request. A status
    /// code of 300 or more refuses the request.
    #[must_use]
    pub fn accepts(&self, response: &Response<'_>) -> bool {
        let mut answers = self.response_headers.iter().filter(|field| field.answers);
        self.accepting_status == Some(response.status)
            || (response.status < 300
                && answers.any(|field| response.fields.get(field.name).is_some()))
    }
}

/// The values that a server adds to its response.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answer<'a> {
    /// The subprotocol chosen among those offered.
    pub subprotocol: Option<&'a str>,
    /// The value of the extensions header field.
    pub extensions: Option<&'a str>,
    /// Random bytes, for a draft in which the server sends a nonce.
    pub nonce: [u8; 16],
    /// Further header fields, for example cookies. They replace fields of the same name that the
    /// draft writes.
    pub fields: &'a [(&'a str, &'a str)],
}

/// The values that a client adds to its request.
#[derive(Clone, Copy)]
pub struct Opening<'a> {
    /// The host, and the port unless it is the scheme's default.
    pub host: &'a str,
    /// The path and query.
    pub resource: &'a str,
    /// The origin of the connection.
    pub origin: Option<&'a str>,
    /// The subprotocols, in order of preference.
    pub subprotocols: &'a [&'a str],
    /// The value of the extensions header field.
    pub extensions: Option<&'a str>,
    /// The value of the cookie header field.
    pub cookie: Option<&'a str>,
    /// Further header fields. They replace fields of the same name that the draft writes.
    pub fields: &'a [(&'a str, &'a str)],
    /// Fills a slice with random bytes from a strong source.
    pub entropy: &'a dyn Fn(&mut [u8]),
}

impl fmt::Debug for Opening<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening")
            .field("host", &self.host)
            .field("resource", &self.resource)
            .field("origin", &self.origin)
            .field("subprotocols", &self.subprotocols)
            .field("extensions", &self.extensions)
            .finish_non_exhaustive()
    }
}
