//! Frames: their layout and what they are for.

use serde::{Deserialize, Serialize};

/// A part of a frame's first two bytes, from the most significant bit on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// A marker in the length field and the longer form that it announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Extended {
    /// The value of the length field.
    pub marker: u8,
    /// Bits that count, of the big-endian number that follows; the number fills whole bytes.
    pub bits: u8,
}

/// A range of frame types and how their payload is delimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TypeRange {
    /// First type byte.
    pub from: u8,
    /// Last type byte.
    pub to: u8,
    /// Where the payload ends.
    pub payload: Delimiter,
}

/// Where a payload ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Delimiter {
    /// Before the next byte of this value.
    Until(u8),
    /// After a number of bytes that precedes it, seven bits a byte, the most significant
    /// first, the top bit set on all but the last.
    Counted,
}

/// How a frame is laid out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Cover {
    /// The payload; four bytes of key follow the length.
    Payload,
    /// The whole frame, from its first byte; four bytes precede it.
    Frame,
}

/// What a frame is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Kind {
    /// Continues the open message.
    Continuation,
    /// Starts a text message.
    Text,
    /// Starts a binary message.
    Binary,
    /// The closing handshake.
    Close,
    /// Asks for a pong.
    Ping,
    /// Answers a ping.
    Pong,
}
