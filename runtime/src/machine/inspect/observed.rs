//! Observations of an inspector.

use alloc::{string::String, vec::Vec};

use super::Checksum;
#[cfg(doc)]
use super::Inspector;
use crate::{
    machine::{close::Close, limits::Limit},
    protocol::{frame::Mask, info::Kind, violation::Violation},
};

/// What an [`Inspector`] observes, in the order of the stream.
///
/// A frame comes before its violations, and they come before the message, ping, pong or close
/// frame that it completes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Observed {
    /// A complete frame.
    Frame {
        /// Its offset in the stream.
        offset: u64,
        /// Whether it is the last frame of its message.
        fin: bool,
        /// Its reserved bits, as in [`FrameHeader::reserved`](crate::FrameHeader::reserved).
        reserved: u8,
        /// Its kind.
        kind: Kind,
        /// Its opcode as on the wire.
        opcode: u8,
        /// Whether its header marks it as masked.
        masked: bool,
        /// Bytes of its header, including the masking key.
        size: u8,
        /// How it is masked.
        mask: Mask,
        /// Bytes of its payload.
        length: u64,
        /// The unmasked payload, cut at [`Limits::frame`](crate::Limits::frame) or at the length
        /// that [`Inspector::showing`] sets.
        payload: Vec<u8>,
    },
    /// A violation of a rule. The stream is read on as if the rule did not exist.
    Violation(Violation),
    /// A text message.
    Text(String),
    /// A binary message.
    Binary(Vec<u8>),
    /// A message whose payload an extension has changed, as its claimed reserved bits tell.
    Coded {
        /// [`Kind::Text`] or [`Kind::Binary`].
        kind: Kind,
        /// The claimed bits that are set.
        reserved: u8,
        /// The payload as the extension made it.
        payload: Vec<u8>,
    },
    /// A message, ping or pong with a longer payload than [`Inspector::showing`] sets.
    Long {
        /// [`Kind::Text`], [`Kind::Binary`], [`Kind::Ping`] or [`Kind::Pong`].
        kind: Kind,
        /// The claimed bits that are set by extensions that the inspector cannot decode, as in
        /// [`Observed::Coded`].
        reserved: u8,
        /// Bytes of the payload, inflated if it was compressed.
        length: u64,
        /// Its first bytes.
        start: Vec<u8>,
        /// The checksum of the bytes after them, if it is a message and [`Inspector::summing`] asks for it.
        rest: Option<Checksum>,
    },
    /// A ping.
    Ping(Vec<u8>),
    /// A pong.
    Pong(Vec<u8>),
    /// A close frame.
    Close(Close),
    /// A frame exceeded a limit: its payload is cut, or its message is not shown.
    Exceeded {
        /// Offset of the frame in the stream.
        offset: u64,
        /// The limit.
        limit: Limit,
    },
    /// The bytes are not a frame, and it is not known where the next frame starts. Nothing comes
    /// after this.
    Unreadable {
        /// Offset of the bytes in the stream.
        offset: u64,
    },
    /// The input ended within a frame, or between the frames of a message.
    Incomplete {
        /// Offset of the frame in the stream.
        offset: u64,
        /// Bytes of it that are missing, or a lower bound if its length is not known.
        needed: u64,
    },
}
