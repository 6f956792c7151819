//! Messages.

use alloc::{borrow::Cow, boxed::Box, string::String, sync::Arc, vec::Vec};
use core::{fmt, str::Utf8Error};

use bytes::{Bytes, BytesMut};

use crate::payload::text::Utf8Bytes;
use crate::protocol::info::Kind;

/// An owned message. A clone shares the payload.
///
/// ```
/// use wsdraft::Message;
///
/// let message = Message::from("hello");
/// assert_eq!(message.as_text(), Some("hello"));
/// assert_eq!(message.into_bytes(), "hello");
///
/// let message = Message::from([0xff, 0]);
/// assert!(message.is_binary());
/// assert!(message.into_text().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Text.
    Text(Utf8Bytes),
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

/// The error of converting a message to text: a binary message whose payload is not UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotText {
    /// The payload.
    pub payload: Bytes,
    /// Where it stops being text.
    pub error: Utf8Error,
}

impl fmt::Display for NotText {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the binary message is not text")
    }
}

impl core::error::Error for NotText {
    #[inline]
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl Message {
    /// A text message.
    #[inline]
    pub fn text(text: impl Into<Utf8Bytes>) -> Self {
        Self::Text(text.into())
    }

    /// A binary message.
    #[inline]
    pub fn binary(bytes: impl Into<Bytes>) -> Self {
        Self::Binary(bytes.into())
    }

    /// Whether it is text.
    #[inline]
    #[must_use]
    pub const fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    /// Whether it is binary.
    #[inline]
    #[must_use]
    pub const fn is_binary(&self) -> bool {
        matches!(self, Self::Binary(_))
    }

    /// The text, if it is a text message.
    #[inline]
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Binary(_) => None,
        }
    }

    /// The payload of a message of either kind.
    #[must_use]
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }

    /// The text, without a copy. The payload of a binary message is text if it is UTF-8.
    ///
    /// # Errors
    /// [`NotText`] with the payload of a binary message that is not UTF-8.
    #[inline]
    pub fn into_text(self) -> Result<Utf8Bytes, NotText> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Binary(payload) => match core::str::from_utf8(&payload) {
                Err(error) => Err(NotText { payload, error }),
                Ok(_) => Ok(Utf8Bytes::try_from(payload).unwrap_or_default()),
            },
        }
    }

    /// The payload of a message of either kind, without a copy.
    #[inline]
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        match self {
            Self::Text(text) => text.into_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }

    /// Bytes of the payload.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether the payload is empty.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }
}

impl<'a> MessageRef<'a> {
    /// Whether it is text.
    #[inline]
    #[must_use]
    pub const fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    /// Whether it is binary.
    #[inline]
    #[must_use]
    pub const fn is_binary(&self) -> bool {
        matches!(self, Self::Binary(_))
    }

    /// The text, if it is a text message.
    #[inline]
    #[must_use]
    pub const fn as_text(&self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Binary(_) => None,
        }
    }

    /// The payload of a message of either kind.
    #[inline]
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }

    /// Bytes of the payload.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether the payload is empty.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    /// The kind of its first frame.
    #[inline]
    pub(crate) const fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Binary(_) => Kind::Binary,
        }
    }

    /// Copies it into an owned message.
    #[inline]
    #[must_use]
    pub fn to_message(&self) -> Message {
        match *self {
            Self::Text(text) => text.into(),
            Self::Binary(bytes) => bytes.into(),
        }
    }
}

macro_rules! from {
    ($($type:ty => $kind:ident $(, $how:expr)?);* $(;)?) => {$(
        impl From<$type> for Message {
            #[inline]
            fn from(payload: $type) -> Self {
                $(
                    let how: fn($type) -> _ = $how;
                    let payload = how(payload);
                )?
                Self::$kind(payload.into())
            }
        }
    )*};
}

from! {
    Utf8Bytes => Text;
    String => Text;
    &str => Text;
    &String => Text;
    Cow<'_, str> => Text;
    Box<str> => Text;
    Arc<str> => Text;
    Bytes => Binary;
    BytesMut => Binary;
    Vec<u8> => Binary;
    &Vec<u8> => Binary, Vec::clone;
    &[u8] => Binary, Bytes::copy_from_slice;
    Cow<'_, [u8]> => Binary, |bytes| bytes.into_owned();
    Box<[u8]> => Binary;
    Arc<[u8]> => Binary, |bytes| Bytes::copy_from_slice(&bytes);
}

impl<const N: usize> From<[u8; N]> for Message {
    #[inline]
    fn from(bytes: [u8; N]) -> Self {
        bytes.as_slice().into()
    }
}

impl<const N: usize> From<&[u8; N]> for Message {
    #[inline]
    fn from(bytes: &[u8; N]) -> Self {
        bytes.as_slice().into()
    }
}

impl From<MessageRef<'_>> for Message {
    #[inline]
    fn from(message: MessageRef<'_>) -> Self {
        message.to_message()
    }
}

impl<'a> From<&'a Message> for MessageRef<'a> {
    #[inline]
    fn from(message: &'a Message) -> Self {
        match message {
            Message::Text(text) => Self::Text(text),
            Message::Binary(bytes) => Self::Binary(bytes),
        }
    }
}

impl<'a> From<&'a str> for MessageRef<'a> {
    #[inline]
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for MessageRef<'a> {
    #[inline]
    fn from(bytes: &'a [u8]) -> Self {
        Self::Binary(bytes)
    }
}

/// The payload, without a copy.
impl From<Message> for Bytes {
    #[inline]
    fn from(message: Message) -> Self {
        message.into_bytes()
    }
}

/// The payload. This copies nothing if the payload is not shared. A long received message is copied,
/// because its buffer goes back to a connection. For the same reason `Bytes::try_into_mut` fails for
/// such a message.
impl From<Message> for Vec<u8> {
    #[inline]
    fn from(message: Message) -> Self {
        message.into_bytes().into()
    }
}

/// As [`Message::into_text`].
impl TryFrom<Message> for Utf8Bytes {
    type Error = NotText;

    #[inline]
    fn try_from(message: Message) -> Result<Self, NotText> {
        message.into_text()
    }
}

/// As [`Message::into_text`]. This copies nothing if the payload is not shared.
impl TryFrom<Message> for String {
    type Error = NotText;

    #[inline]
    fn try_from(message: Message) -> Result<Self, NotText> {
        message.into_text().map(Self::from)
    }
}
