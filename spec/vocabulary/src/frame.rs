//! Frames: their layout and what they are for.

use alloc::{string::String, vec::Vec};
use core::fmt;

/// A part of a frame's first two bytes, from the most significant bit on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum LayoutField {
    /// One bit: 1 in the last frame of a message.
    Final,
    /// One bit: 1 in every frame of a message but the last.
    More,
    /// One reserved bit with a name.
    Reserved(String),
    /// The opcode, with this many bits.
    Opcode(u8),
    /// One bit: 1 where a masking key follows the length.
    Masked,
    /// The length, or a marker of an extended one, with this many bits.
    Length(u8),
}

impl LayoutField {
    /// Bits that it fills.
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

    /// The name of a reserved bit.
    #[must_use]
    pub fn reserved(&self) -> Option<&str> {
        if let Self::Reserved(name) = self {
            Some(name)
        } else {
            None
        }
    }
}

/// A marker in the length field and the longer form that it announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Extended {
    /// The value of the length field.
    pub marker: u8,
    /// Bits that count, of the big-endian number that follows; the number fills whole bytes.
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
    /// Before the next byte of this value.
    Until(u8),
    /// After a number of bytes that precedes it, seven bits a byte, the most significant
    /// first, the top bit set on all but the last.
    Counted,
}

/// How a frame is laid out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Form {
    /// Two bytes of fields, an extended length, a masking key, a payload.
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
    /// The payload; four bytes of key follow the length.
    Payload,
    /// The whole frame, from its first byte; four bytes precede it.
    Frame,
}

/// What a frame is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Kind {
    /// Continues the message that is open.
    Continuation,
    /// Starts a text message.
    Text,
    /// Starts a binary message.
    Binary,
    /// Starts, or answers, the closing handshake.
    Close,
    /// Asks for a pong with the same payload.
    Ping,
    /// Answers a ping, or stands alone.
    Pong,
    /// An opcode that the draft reserves and an agreed extension claims. No draft states it.
    #[cfg_attr(feature = "serde", serde(skip))]
    Extension,
    /// Such an opcode whose frames are control frames. No draft states it.
    #[cfg_attr(feature = "serde", serde(skip))]
    ExtensionControl,
    /// An opcode without a meaning in the draft. No draft states it.
    #[cfg_attr(feature = "serde", serde(skip))]
    Reserved,
}

impl Kind {
    /// Whether frames of this kind carry control information rather than message data.
    #[must_use]
    pub const fn is_control(self) -> bool {
        match self {
            Self::Close | Self::Ping | Self::Pong | Self::ExtensionControl => true,
            Self::Continuation | Self::Text | Self::Binary | Self::Extension | Self::Reserved => {
                false
            }
        }
    }

    /// Whether frames of this kind have a meaning of their own and are handed out only when complete.
    #[must_use]
    pub const fn is_undivided(self) -> bool {
        self.is_control() || matches!(self, Self::Extension)
    }

    /// Whether frames of this kind carry message data.
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

    /// The lower-case name, as the command line prints it.
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
