//! Events and messages of a connection.

use alloc::{string::String, vec::Vec};

use bytes::Bytes;

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
    /// A ping. The pong is already in the output.
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

/// An owned message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Bytes),
}

/// A borrowed message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageRef<'a> {
    /// Text.
    Text(&'a str),
    /// Bytes.
    Binary(&'a [u8]),
}

/// Types that can be sent as a message: text, bytes and messages.
pub trait AsMessage {
    /// Borrows it as a message.
    fn as_message(&self) -> MessageRef<'_>;
}

impl Message {
    /// The text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Binary(_) => None,
        }
    }

    /// The payload of a message of either kind.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.as_message().as_bytes()
    }
}

impl<'a> MessageRef<'a> {
    /// The payload of a message of either kind.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }

    /// The kind of its first frame.
    #[cfg(feature = "std")]
    pub(crate) const fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Binary(_) => Kind::Binary,
        }
    }

    /// Copies it into an owned message.
    #[must_use]
    pub fn to_message(&self) -> Message {
        match *self {
            Self::Text(text) => Message::Text(text.into()),
            Self::Binary(bytes) => Message::Binary(Bytes::copy_from_slice(bytes)),
        }
    }
}

impl<M: AsMessage + ?Sized> AsMessage for &M {
    fn as_message(&self) -> MessageRef<'_> {
        (**self).as_message()
    }
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

impl AsMessage for MessageRef<'_> {
    fn as_message(&self) -> MessageRef<'_> {
        *self
    }
}

impl AsMessage for Message {
    fn as_message(&self) -> MessageRef<'_> {
        match self {
            Self::Text(text) => MessageRef::Text(text),
            Self::Binary(bytes) => MessageRef::Binary(bytes),
        }
    }
}

macro_rules! as_message {
    ($($type:ty => $kind:ident),* $(,)?) => {$(
        impl AsMessage for $type {
            fn as_message(&self) -> MessageRef<'_> {
                MessageRef::$kind(self)
            }
        }
    )*};
}

as_message!(str => Text, String => Text, [u8] => Binary, Vec<u8> => Binary, Bytes => Binary);

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<Bytes> for Message {
    fn from(bytes: Bytes) -> Self {
        Self::Binary(bytes)
    }
}

impl From<Vec<u8>> for Message {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Binary(bytes.into())
    }
}

impl From<&[u8]> for Message {
    fn from(bytes: &[u8]) -> Self {
        Self::Binary(Bytes::copy_from_slice(bytes))
    }
}
