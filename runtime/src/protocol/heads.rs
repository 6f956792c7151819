//! Opening requests and responses, read and to be written.
//!
//! [`Request`] and [`Response`] borrow from the bytes they were parsed from. What they must look
//! like is a draft's business; this module only gives them a shape.

use core::fmt;

use crate::protocol::{
    fields::Fields,
    grammar::{Target, parse_target},
    info::DraftInfo,
};

/// An opening request.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method, as sent.
    pub method: &'a str,
    /// The request target, as sent.
    pub target: &'a str,
    /// The minor version: `1` for HTTP/1.1, `0` for HTTP/1.0, `2` for HTTP/1.2.
    pub minor_version: u8,
    /// The header fields.
    pub fields: Fields<'a>,
    /// What is there of the bytes after the head that belong to the handshake.
    pub body: &'a [u8],
    /// Whether the connection is secured by TLS.
    pub secure: bool,
}

impl<'a> Request<'a> {
    /// The resource that is asked for: the target's path and query, also when the target
    /// is absolute.
    #[must_use]
    pub fn resource(&self) -> &'a str {
        match parse_target(self.target) {
            Some(Target::Path(path)) => path,
            Some(Target::Absolute { path: "", .. }) | None => "/",
            Some(Target::Absolute { path, .. }) => path,
        }
    }
}

/// The answer to an opening request.
#[derive(Clone, Copy, Debug)]
pub struct Response<'a> {
    /// The minor version: `1` for HTTP/1.1, `0` for HTTP/1.0, `2` for HTTP/1.2.
    pub minor_version: u8,
    /// The status code.
    pub status: u16,
    /// The reason phrase, as sent.
    pub reason: &'a str,
    /// The header fields.
    pub fields: Fields<'a>,
    /// What is there of the bytes after the head that belong to the handshake.
    pub body: &'a [u8],
}

impl DraftInfo {
    /// Whether a response accepts: it has the status of an acceptance, or one below 300 and a
    /// header field that answers the request. One of 300 or more refuses.
    #[must_use]
    pub fn accepts(&self, response: &Response<'_>) -> bool {
        let mut answers = self.response_headers.iter().filter(|field| field.answers);
        self.accepting_status == Some(response.status)
            || (response.status < 300
                && answers.any(|field| response.fields.get(field.name).is_some()))
    }
}

/// What a server puts into its answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answer<'a> {
    /// The subprotocol chosen among those offered.
    pub subprotocol: Option<&'a str>,
    /// The value of the extensions header.
    pub extensions: Option<&'a str>,
    /// Random bytes, for a draft in which the server sends a nonce.
    pub nonce: [u8; 16],
    /// Further header fields, such as cookies. One that the draft writes too takes its place.
    pub fields: &'a [(&'a str, &'a str)],
}

/// What a client puts into its request.
#[derive(Clone, Copy)]
pub struct Opening<'a> {
    /// Host, and port where it is not the scheme's own.
    pub host: &'a str,
    /// Path and query.
    pub resource: &'a str,
    /// Where the connection is opened from.
    pub origin: Option<&'a str>,
    /// Subprotocols, the preferred one first.
    pub subprotocols: &'a [&'a str],
    /// The value of the extensions header.
    pub extensions: Option<&'a str>,
    /// The value of the cookie header.
    pub cookie: Option<&'a str>,
    /// Further header fields. One that the draft writes too takes its place.
    pub fields: &'a [(&'a str, &'a str)],
    /// Fills a slice with random bytes from a strong source.
    pub entropy: &'a dyn Fn(&mut [u8]),
}

impl fmt::Debug for Opening<'_> {
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
