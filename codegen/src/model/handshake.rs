//! The opening handshake: its checks, and the lines that an implementation sends.

use super::{RequestGuard, ResponseGuard, Sha1, Value};

/// The opening request.
#[derive(Clone, Debug)]
pub(crate) struct RequestModel<'a> {
    pub(crate) guards: Vec<RequestGuard<'a>>,
    /// Whether a guard looks up a header field.
    pub(crate) reads_fields: bool,
    pub(crate) lines: Vec<RequestLine<'a>>,
}

/// A part of a request that a client sends.
#[derive(Clone, Debug)]
pub(crate) enum RequestLine<'a> {
    /// This text.
    Text(String),
    /// The application's resource.
    Resource,
    /// A field with the base64 encoding of this many random bytes.
    RandomBase64(&'a str, usize),
    /// A field with a random spaced number.
    SpacedNumber(&'a str),
    /// A field with the server's host.
    Host(&'a str),
    /// A field with the origin, if there is one.
    Origin(&'a str),
    /// A field with the extensions, if there are any.
    Extensions(&'a str),
    /// A field with the cookies, if there are any.
    Cookie(&'a str),
    /// A field with the subprotocols. The text separates them; without one, each has a field.
    Subprotocols(&'a str, Option<&'static str>),
    /// The application's own fields.
    OwnFields,
    /// This many random bytes.
    RandomBody(usize),
}

/// The response.
#[derive(Clone, Debug)]
pub(crate) struct ResponseModel<'a> {
    pub(crate) guards: Vec<ResponseGuard<'a>>,
    /// Whether a guard looks up a header field.
    pub(crate) reads_fields: bool,
    /// Whether a guard depends on whether the response accepts the request.
    pub(crate) reads_acceptance: bool,
    /// Whether a guard compares the response with the request.
    pub(crate) reads_request: bool,
    pub(crate) lines: Vec<ResponseLine<'a>>,
    /// Whether a line depends on the request.
    pub(crate) answers_request: bool,
    /// The bytes after the head.
    pub(crate) body: Option<Value<'a>>,
    pub(crate) session_key: Option<Sha1<'a>>,
}

/// A part of a response that a server sends.
#[derive(Clone, Debug)]
pub(crate) enum ResponseLine<'a> {
    /// This text.
    Text(String),
    /// A field with a nonce.
    Nonce(&'a str),
    /// A field with a computed value.
    Value(&'a str, Value<'a>),
    /// A field with the value of a request field, if the request has it.
    Echo { name: &'a str, of: &'a str },
    /// A field with the URL of the connection. `host` is the request field with the host.
    Location { name: &'a str, host: &'a str },
    /// A field with the chosen subprotocol, if there is one.
    Subprotocol(&'a str),
    /// A field with the agreed extensions, if there are any.
    Extensions(&'a str),
    /// The application's own fields.
    OwnFields,
}
