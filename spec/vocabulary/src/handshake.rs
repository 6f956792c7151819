//! The handshake: header fields, their values, and what is computed of them.

use alloc::{boxed::Box, string::String, vec::Vec};

/// What a header field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Purpose {
    /// Names the protocol to switch to.
    Upgrade,
    /// Says that the connection is to be upgraded.
    Connection,
    /// The server's host and port.
    Host,
    /// Where the script that opens the connection came from.
    Origin,
    /// The client's challenge.
    Key,
    /// The server's answer to the challenge.
    Accept,
    /// A nonce of the server.
    Nonce,
    /// The protocol version.
    Version,
    /// Subprotocols offered or chosen.
    Subprotocol,
    /// Extensions offered or agreed.
    Extensions,
    /// The URL of the connection as the server sees it.
    Location,
    /// Cookies.
    Cookie,
    /// A field of HTTP itself: a rule refers to it, and no draft of this protocol defines it.
    Http,
    /// Anything else.
    Other,
}

/// What a header field's value looks like.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Grammar {
    /// Exactly this text.
    Literal(String),
    /// This text, in any case.
    Keyword(String),
    /// A list of tokens that includes this one, in any case.
    Includes(String),
    /// A host, with or without a port.
    Host,
    /// `null`, or origins separated by a space, each a scheme, a host and perhaps a port
    /// (RFC 6454 §7.1).
    Origin,
    /// A URL.
    Url,
    /// One or more printable ASCII characters, spaces included.
    Printable,
    /// One token of HTTP.
    Token,
    /// One or more tokens separated by commas.
    TokenList,
    /// One or more printable names separated by spaces.
    Words,
    /// One or more elements separated by commas, each of printable ASCII characters.
    List,
    /// Extensions with parameters whose values are tokens.
    Extensions,
    /// Extensions with parameters whose values are tokens or quoted-strings.
    QuotedExtensions,
    /// Base64 of this many bytes.
    Base64(usize),
    /// A number hidden among spaces and other characters: the digits, read as one number,
    /// are a multiple of the number of spaces.
    SpacedNumber,
    /// One of these version numbers; the first one is the one to send.
    Version(Vec<u16>),
    /// Version numbers separated by commas.
    Versions,
    /// Anything.
    Any,
}

/// What an implementation puts into a header field that it sends.
#[derive(Clone, Debug, PartialEq, Eq, Default, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Source {
    /// It does not send the field.
    #[default]
    Nothing,
    /// This text.
    Text(String),
    /// What the application gives for the field's purpose; left out where it gives nothing.
    Given,
    /// Fresh random data in the form of the field's grammar.
    Random,
    /// The value of this expression.
    Value(Expr),
    /// The value of this field of the request; left out where that is absent.
    Echo(String),
    /// The connection's URL, built from the scheme, the request's host and its resource.
    Location,
    /// The version number to send.
    Version,
}

impl Source {
    /// The text, where it is always the same.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// Whether the value is computed from the request, so that the field answers it.
    #[must_use]
    pub const fn answers(&self) -> bool {
        match self {
            Self::Value(_) | Self::Echo(_) | Self::Location => true,
            Self::Nothing | Self::Text(_) | Self::Given | Self::Random | Self::Version => false,
        }
    }
}

/// Bytes computed from a handshake or a frame.
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
    /// All of these, one after the other.
    Concat(Vec<Self>),
    /// This text.
    Text(String),
    /// The value of a request's header field, as text.
    Header(String),
    /// The value of a response's header field, as text.
    ResponseHeader(String),
    /// The spaced number in a request's header field, as four bytes, big-endian.
    SpacedNumber(String),
    /// The bytes that follow the request's head.
    Body,
    /// The four bytes that precede a frame.
    FrameNonce,
    /// The key that the handshake derived.
    SessionKey,
}

impl Expr {
    /// Bytes that the value has; 0 where that depends on what is received.
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
}

/// How several values stand in one header field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Separator {
    /// The whole value is one item.
    None,
    /// Items are separated by commas, and by header lines.
    Comma,
    /// Items are separated by spaces.
    Space,
}

impl Grammar {
    /// The version numbers of [`Version`](Self::Version), the one to send first; empty for every
    /// other grammar.
    #[must_use]
    pub fn versions(&self) -> &[u16] {
        if let Self::Version(versions) = self {
            versions
        } else {
            &[]
        }
    }

    /// How several values of this grammar stand in one header field.
    #[must_use]
    pub const fn separator(&self) -> Separator {
        match self {
            Self::Words => Separator::Space,
            Self::List
            | Self::TokenList
            | Self::Includes(_)
            | Self::Extensions
            | Self::QuotedExtensions
            | Self::Versions => Separator::Comma,
            Self::Literal(_)
            | Self::Keyword(_)
            | Self::Host
            | Self::Origin
            | Self::Url
            | Self::Printable
            | Self::Token
            | Self::Base64(_)
            | Self::SpacedNumber
            | Self::Version(_)
            | Self::Any => Separator::None,
        }
    }
}

/// What a sign asks of its header field: by the sign a request shows which draft it follows.
///
/// The specification owns its texts; compiled drafts have them as static data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "SignTest"))]
pub enum SignTest<Text = String, Texts = Vec<Text>> {
    /// The header field is there.
    Present,
    /// It is not there.
    Absent,
    /// Its value is one of these, compared without regard to case.
    OneOf(Texts),
    /// It is absent, or its value is one of these.
    AbsentOr(Texts),
    /// Its value is this one, letter case included.
    Exactly(Text),
}

impl<Text, Texts> SignTest<Text, Texts> {
    /// The same with other texts.
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
