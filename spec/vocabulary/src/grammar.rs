//! The grammars of header fields.

use alloc::{string::String, vec::Vec};

/// The grammar of a header field's value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Grammar {
    /// Exactly this text.
    Literal(String),
    /// This text, case-insensitive.
    Keyword(String),
    /// A list of tokens that includes this one, case-insensitive.
    Includes(String),
    /// A host with an optional port.
    Host,
    /// `null`, or origins separated by a space, each a scheme, a host and an optional port (RFC
    /// 6454 §7.1).
    Origin,
    /// A URL.
    Url,
    /// One or more printable ASCII characters, spaces included.
    Printable,
    /// One HTTP token.
    Token,
    /// One or more tokens separated by commas.
    TokenList,
    /// One or more printable names separated by spaces.
    Words,
    /// One or more elements of printable ASCII characters, separated by commas.
    List,
    /// Extensions with parameters whose values are tokens.
    Extensions,
    /// Extensions with parameters whose values are tokens or quoted-strings.
    QuotedExtensions,
    /// The base64 encoding of this many bytes.
    Base64(usize),
    /// A number hidden among spaces and other characters. The number formed by all digits is a
    /// multiple of the number of spaces.
    SpacedNumber,
    /// One of these version numbers; a client sends the first.
    Version(Vec<u16>),
    /// Version numbers separated by commas.
    Versions,
    /// Anything.
    Any,
}

/// How one header field separates several values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Separator {
    /// The whole value is one item.
    None,
    /// Commas separate items, and so do repeated header fields.
    Comma,
    /// Spaces separate items.
    Space,
}

impl Separator {
    /// The text to write between two items of one header field; `None` if each item needs a field
    /// of its own.
    #[must_use]
    pub const fn text(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Comma => Some(", "),
            Self::Space => Some(" "),
        }
    }
}

/// Fresh random data as the value of a header field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RandomValue {
    /// The base64 encoding of this many bytes.
    Base64(usize),
    /// A number hidden among spaces and other characters.
    SpacedNumber,
}

impl Grammar {
    /// The version numbers of [`Version`](Self::Version), starting with the one to send. Empty for
    /// every other grammar.
    #[must_use]
    pub fn versions(&self) -> &[u16] {
        if let Self::Version(versions) = self {
            versions
        } else {
            &[]
        }
    }

    /// The random data that matches the grammar; `None` if an implementation cannot make any.
    #[must_use]
    pub const fn random(&self) -> Option<RandomValue> {
        match self {
            Self::Base64(length) => Some(RandomValue::Base64(*length)),
            Self::SpacedNumber => Some(RandomValue::SpacedNumber),
            Self::Literal(_)
            | Self::Keyword(_)
            | Self::Includes(_)
            | Self::Host
            | Self::Origin
            | Self::Url
            | Self::Printable
            | Self::Token
            | Self::TokenList
            | Self::Words
            | Self::List
            | Self::Extensions
            | Self::QuotedExtensions
            | Self::Version(_)
            | Self::Versions
            | Self::Any => None,
        }
    }

    /// Whether the parameters of its elements may be quoted-strings.
    #[must_use]
    pub const fn has_quotes(&self) -> bool {
        match self {
            Self::QuotedExtensions => true,
            Self::Literal(_)
            | Self::Keyword(_)
            | Self::Includes(_)
            | Self::Host
            | Self::Origin
            | Self::Url
            | Self::Printable
            | Self::Token
            | Self::TokenList
            | Self::Words
            | Self::List
            | Self::Extensions
            | Self::Base64(_)
            | Self::SpacedNumber
            | Self::Version(_)
            | Self::Versions
            | Self::Any => false,
        }
    }

    /// How one header field separates several values of this grammar.
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
