//! Frames: their layout and their purpose.

use alloc::{string::String, vec::Vec};
use core::fmt;

/// A field in the first two bytes of a frame, from the most significant bit on.
///
/// The spec owns its texts; compiled extensions have static texts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "LayoutField"))]
pub enum LayoutField<Text = String> {
    /// One bit: 1 in the last frame of a message.
    Final,
    /// One bit: 1 in every frame of a message except the last.
    More,
    /// One reserved bit with a name.
    Reserved(Text),
    /// The opcode, with this many bits.
    Opcode(u8),
    /// One bit: 1 if a masking key follows the length.
    Masked,
    /// The payload length or the marker of an extended length, with this many bits.
    Length(u8),
}

impl<Text> LayoutField<Text> {
    /// Width in bits.
    #[must_use]
    pub const fn bits(&self) -> u8 {
        match self {
            Self::Final | Self::More | Self::Reserved(_) | Self::Masked => 1,
            Self::Opcode(bits) | Self::Length(bits) => *bits,
        }
    }

    /// Whether it is the opcode.
    #[must_use]
    pub const fn is_opcode(&self) -> bool {
        matches!(self, Self::Opcode(_))
    }
}

impl<Text: AsRef<str>> LayoutField<Text> {
    /// The name of a reserved bit.
    #[must_use]
    pub fn reserved(&self) -> Option<&str> {
        if let Self::Reserved(name) = self {
            Some(name.as_ref())
        } else {
            None
        }
    }
}

/// A marker in the length field and the extended length that it announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Extended {
    /// The value of the length field.
    pub marker: u8,
    /// Number of significant bits of the big-endian number that follows. The number fills whole
    /// bytes.
    pub bits: u8,
}

/// A range of frame types and how their payload is delimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct TypeRange {
    /// First type byte.
    pub from: u8,
    /// Last type byte.
    pub to: u8,
    /// Where the payload ends.
    pub payload: Delimiter,
}

/// Where a payload ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Delimiter {
    /// Before the next byte with this value.
    Until(u8),
    /// After the number of bytes that a count before the payload states. The count has seven bits
    /// per byte, most significant first; the most significant bit of each byte is set except in the
    /// last.
    Counted,
}

/// The layout of a frame.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Form {
    /// Two bytes of fields, an extended length, a masking key and a payload.
    Prefixed {
        /// The two bytes.
        fields: Vec<LayoutField>,
        /// The extended lengths.
        extended: Vec<Extended>,
    },
    /// A type byte and a delimited payload.
    Delimited {
        /// The types; all 256 values are covered once.
        types: Vec<TypeRange>,
    },
}

/// What a mask covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Cover {
    /// The payload; a masking key of four bytes follows the length.
    Payload,
    /// The whole frame from its first byte; four bytes precede it.
    Frame,
}

/// The purpose of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Kind {
    /// Continues the open message.
    Continuation,
    /// Starts a text message.
    Text,
    /// Starts a binary message.
    Binary,
    /// Starts the closing handshake or responds to it.
    Close,
    /// Requests a pong with the same payload.
    Ping,
    /// Responds to a ping, or is unsolicited.
    Pong,
    /// An opcode that the draft reserves and an agreed extension claims. Drafts do not state this
    /// kind.
    #[cfg_attr(feature = "serde", serde(skip))]
    Extension,
    /// A claimed opcode whose frames are control frames. Drafts do not state this kind.
    #[cfg_attr(feature = "serde", serde(skip))]
    ExtensionControl,
    /// An opcode without a meaning in the draft. Drafts do not state this kind.
    #[cfg_attr(feature = "serde", serde(skip))]
    Reserved,
}

impl Kind {
    /// Whether frames of this kind are control frames.
    #[must_use]
    pub const fn is_control(self) -> bool {
        match self {
            Self::Close | Self::Ping | Self::Pong | Self::ExtensionControl => true,
            Self::Continuation | Self::Text | Self::Binary | Self::Extension | Self::Reserved => {
                false
            }
        }
    }

    /// Whether frames of this kind have a meaning of their own and are delivered only when
    /// complete.
    #[must_use]
    pub const fn is_undivided(self) -> bool {
        self.is_control() || matches!(self, Self::Extension)
    }

    /// Whether frames of this kind are data frames.
    #[must_use]
    pub const fn is_data(self) -> bool {
        self.starts_message() || matches!(self, Self::Continuation)
    }

    /// Whether frames of this kind start a message.
    #[must_use]
    pub const fn starts_message(self) -> bool {
        match self {
            Self::Text | Self::Binary => true,
            Self::Continuation
            | Self::Close
            | Self::Ping
            | Self::Pong
            | Self::Extension
            | Self::ExtensionControl
            | Self::Reserved => false,
        }
    }

    /// The name in lower case, as the command line prints it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Continuation => "continuation",
            Self::Text => "text",
            Self::Binary => "binary",
            Self::Close => "close",
            Self::Ping => "ping",
            Self::Pong => "pong",
            Self::Extension | Self::ExtensionControl | Self::Reserved => "reserved",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
