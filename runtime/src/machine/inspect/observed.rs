//! What is seen.

use alloc::{string::String, vec::Vec};

#[cfg(doc)]
use super::Inspector;
use crate::{
    machine::{close::Close, limits::Limit},
    protocol::{frame::Mask, info::Kind, violation::Violation},
};

/// What an [`Inspector`] saw, in the order of the stream.
///
/// A frame comes before the rules that it breaks, and they come before the message, ping, pong
/// or close that it completes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Observed {
    /// A frame, all of it.
    Frame {
        /// Where it starts in the stream.
        offset: u64,
        /// Whether it is its message's last.
        fin: bool,
        /// Its reserved bits, as in [`Head::reserved`](crate::Head::reserved).
        reserved: u8,
        /// What it is for.
        kind: Kind,
        /// Its opcode as on the wire.
        opcode: u8,
        /// Whether it says that it is masked.
        masked: bool,
        /// Bytes of its head, a masking key included.
        size: u8,
        /// How it is masked.
        mask: Mask,
        /// Bytes of its payload.
        length: u64,
        /// The payload, unmasked; cut at [`Limits::frame`](crate::Limits::frame), or at what
        /// [`Inspector::showing`] says.
        payload: Vec<u8>,
    },
    /// A rule that is broken. What comes after it is read as if the rule did not exist.
    Violation(Violation),
    /// A text message.
    Text(String),
    /// A binary message.
    Binary(Vec<u8>),
    /// A message whose payload an extension has changed, as claimed reserved bits say.
    Coded {
        /// [`Kind::Text`] or [`Kind::Binary`].
        kind: Kind,
        /// The claimed bits that are set.
        reserved: u8,
        /// The payload as the extension made it.
        payload: Vec<u8>,
    },
    /// A message, ping or pong with a payload of more bytes than [`Inspector::showing`] says.
    Long {
        /// [`Kind::Text`], [`Kind::Binary`], [`Kind::Ping`] or [`Kind::Pong`].
        kind: Kind,
        /// The claimed bits that are set where an extension has changed the payload in a way that
        /// is not known here, as in [`Observed::Coded`].
        reserved: u8,
        /// Bytes of the payload, as the extension made it where it is compressed.
        length: u64,
        /// Its start.
        start: Vec<u8>,
    },
    /// A ping.
    Ping(Vec<u8>),
    /// A pong.
    Pong(Vec<u8>),
    /// A close frame.
    Close(Close),
    /// A limit was hit by the frame that starts here: its payload is cut, or its message is
    /// not shown.
    Exceeded {
        /// Where the frame starts in the stream.
        offset: u64,
        /// The limit.
        limit: Limit,
    },
    /// What starts here is no frame, and where the next one starts is not known. Nothing comes
    /// after it.
    Unreadable {
        /// Where it starts in the stream.
        offset: u64,
    },
    /// The input ended within a frame, or between the frames of a message.
    Incomplete {
        /// Where the frame starts in the stream.
        offset: u64,
        /// Bytes of it that are missing, or at least so many where that cannot be told.
        needed: u64,
    },
}
