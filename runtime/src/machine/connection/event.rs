//! Events of a connection.

#[cfg(feature = "std")]
use super::MessageRef;
use crate::{
    machine::close::{Close, Ending},
    protocol::info::Kind,
};

/// An event of [`Connection::receive`](crate::Connection::receive), borrowed until the next call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A text message.
    Text(&'a str),
    /// A binary message.
    Binary(&'a [u8]),
    /// A ping. The pong is already in the output, unless [`PingAnswer`](crate::PingAnswer) leaves it
    /// to the application.
    Ping(&'a [u8]),
    /// A pong.
    Pong(&'a [u8]),
    /// A frame with an opcode that an agreed extension claims.
    Extension {
        /// The opcode.
        opcode: u8,
        /// Whether its fin bit is set.
        fin: bool,
        /// Its reserved bits.
        reserved: u8,
        /// Its payload.
        payload: &'a [u8],
    },
    /// A message whose payload an extension of the application has changed, as its claimed reserved
    /// bits tell. It is already decompressed.
    Coded {
        /// [`Kind::Text`] or [`Kind::Binary`].
        kind: Kind,
        /// The claimed bits that are set.
        reserved: u8,
        /// The payload as the extension made it.
        payload: &'a [u8],
    },
    /// The close frame of the peer. The response is in the output, unless this frame is itself a
    /// response. [`close`](crate::Connection::close) can replace it until it is sent.
    /// [`CloseAnswer`](crate::CloseAnswer) decides when an adapter sends it.
    Close(&'a Close),
    /// The connection has ended, with the closing handshake or without. No event comes after this.
    Closed(&'a Ending),
}

impl<'a> Event<'a> {
    /// The message, if the event is one. The reserved bits of a coded message are dropped.
    #[cfg(feature = "std")]
    pub(crate) const fn into_message(self) -> Option<MessageRef<'a>> {
        match self {
            Self::Text(text) => Some(MessageRef::Text(text)),
            Self::Binary(payload) | Self::Coded { payload, .. } => {
                Some(MessageRef::Binary(payload))
            }
            _ => None,
        }
    }
}
