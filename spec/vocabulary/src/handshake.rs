//! The handshake: header fields, their values, and computed values.

use alloc::{boxed::Box, string::String, vec::Vec};

/// The purpose of a header field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Purpose {
    /// States the protocol to switch to.
    Upgrade,
    /// Requests the upgrade of the connection.
    Connection,
    /// The server's host and port.
    Host,
    /// The origin of the script that opens the connection.
    Origin,
    /// The client's challenge.
    Key,
    /// The server's response to the challenge.
    Accept,
    /// A nonce from the server.
    Nonce,
    /// The protocol version.
    Version,
    /// Subprotocols offered or chosen.
    Subprotocol,
    /// Extensions offered or agreed.
    Extensions,
    /// The URL of the connection, as seen by the server.
    Location,
    /// Cookies.
    Cookie,
    /// A field of HTTP itself: a rule refers to it, but no draft of this protocol defines it.
    Http,
    /// Anything else.
    Other,
}

impl Purpose {
    /// The application's value that a request field of this purpose carries; `None` if an
    /// application gives no value for it.
    #[must_use]
    pub const fn given_in_request(self) -> Option<GivenInRequest> {
        match self {
            Self::Host => Some(GivenInRequest::Host),
            Self::Origin => Some(GivenInRequest::Origin),
            Self::Subprotocol => Some(GivenInRequest::Subprotocols),
            Self::Extensions => Some(GivenInRequest::Extensions),
            Self::Cookie => Some(GivenInRequest::Cookie),
            Self::Upgrade
            | Self::Connection
            | Self::Key
            | Self::Accept
            | Self::Nonce
            | Self::Version
            | Self::Location
            | Self::Http
            | Self::Other => None,
        }
    }

    /// The application's value that a response field of this purpose carries; `None` if an
    /// application gives no value for it.
    #[must_use]
    pub const fn given_in_response(self) -> Option<GivenInResponse> {
        match self {
            Self::Subprotocol => Some(GivenInResponse::Subprotocol),
            Self::Extensions => Some(GivenInResponse::Extensions),
            Self::Upgrade
            | Self::Connection
            | Self::Host
            | Self::Origin
            | Self::Key
            | Self::Accept
            | Self::Nonce
            | Self::Version
            | Self::Location
            | Self::Cookie
            | Self::Http
            | Self::Other => None,
        }
    }
}

/// A value that the application gives for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GivenInRequest {
    /// The server's host and port.
    Host,
    /// The origin, if there is one.
    Origin,
    /// The offered subprotocols.
    Subprotocols,
    /// The offered extensions, if there are any.
    Extensions,
    /// The cookies, if there are any.
    Cookie,
}

/// A value that the application gives for a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GivenInResponse {
    /// The chosen subprotocol, if there is one.
    Subprotocol,
    /// The agreed extensions, if there are any.
    Extensions,
}

/// The value that an implementation sends in a header field.
#[derive(Clone, Debug, PartialEq, Eq, Default, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Source {
    /// The implementation does not send the field.
    #[default]
    Nothing,
    /// This text.
    Text(String),
    /// The application's value for the field's purpose. The field is omitted if there is none.
    Given,
    /// Fresh random data that matches the field's grammar.
    Random,
    /// The value of this expression.
    Value(Expr),
    /// The value of this request field. The field is omitted if the request does not contain it.
    Echo(String),
    /// The URL of the connection, built from the scheme, the request's host and its resource.
    Location,
    /// The draft's version number.
    Version,
}

impl Source {
    /// The text, if it is always the same.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// Whether the value is computed from the request.
    #[must_use]
    pub const fn answers(&self) -> bool {
        match self {
            Self::Value(_) | Self::Echo(_) | Self::Location => true,
            Self::Nothing | Self::Text(_) | Self::Given | Self::Random | Self::Version => false,
        }
    }
}

/// An expression over the bytes of a handshake or a frame.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Expr {
    /// Base64 with padding.
    Base64(Box<Self>),
    /// SHA-1, 20 bytes.
    Sha1(Box<Self>),
    /// MD5, 16 bytes.
    Md5(Box<Self>),
    /// The concatenation of these.
    Concat(Vec<Self>),
    /// This text.
    Text(String),
    /// The value of a request header field, as text.
    Header(String),
    /// The value of a response header field, as text.
    ResponseHeader(String),
    /// The spaced number in a request header field, as four big-endian bytes.
    SpacedNumber(String),
    /// The bytes that follow the request head.
    Body,
    /// The four bytes that precede a frame.
    FrameNonce,
    /// The key that the handshake derived.
    SessionKey,
}

impl Expr {
    /// Length of the value in bytes; 0 if it depends on received data.
    #[must_use]
    pub fn length(&self) -> usize {
        match self {
            Self::Sha1(_) | Self::SessionKey => 20,
            Self::Md5(_) => 16,
            Self::Base64(inner) => inner.length().div_ceil(3) * 4,
            Self::Concat(parts) => parts.iter().map(Self::length).sum(),
            Self::Text(text) => text.len(),
            Self::SpacedNumber(_) | Self::FrameNonce => 4,
            Self::Header(_) | Self::ResponseHeader(_) | Self::Body => 0,
        }
    }

    /// The expression whose SHA-1 hash this is; `None` for every other expression.
    #[must_use]
    pub fn sha1_of(&self) -> Option<&Self> {
        match self {
            Self::Sha1(inner) => Some(inner),
            Self::Base64(_)
            | Self::Md5(_)
            | Self::Concat(_)
            | Self::Text(_)
            | Self::Header(_)
            | Self::ResponseHeader(_)
            | Self::SpacedNumber(_)
            | Self::Body
            | Self::FrameNonce
            | Self::SessionKey => None,
        }
    }
}

/// The test of a sign on its header field. Signs show which draft a request follows.
///
/// The spec owns its texts; compiled drafts have static texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "SignTest"))]
pub enum SignTest<Text = String, Texts = Vec<Text>> {
    /// The header field is present.
    Present,
    /// The header field is absent.
    Absent,
    /// Its value is one of these, compared case-insensitively.
    OneOf(Texts),
    /// It is absent, or its value is one of these.
    AbsentOr(Texts),
    /// Its value is exactly this one; the comparison is case-sensitive.
    Exactly(Text),
}

impl<Text, Texts> SignTest<Text, Texts> {
    /// Converts the texts.
    pub fn map<U, Us>(
        &self,
        text: impl FnOnce(&Text) -> U,
        texts: impl FnOnce(&Texts) -> Us,
    ) -> SignTest<U, Us> {
        match self {
            Self::Present => SignTest::Present,
            Self::Absent => SignTest::Absent,
            Self::OneOf(values) => SignTest::OneOf(texts(values)),
            Self::AbsentOr(values) => SignTest::AbsentOr(texts(values)),
            Self::Exactly(value) => SignTest::Exactly(text(value)),
        }
    }
}
