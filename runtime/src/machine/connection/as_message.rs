//! What can be sent as a message.

use alloc::{
    borrow::{Cow, ToOwned},
    boxed::Box,
    rc::Rc,
    string::String,
    sync::Arc,
    vec::Vec,
};

use bytes::{Bytes, BytesMut};

use super::message::{Message, MessageRef};
#[cfg(feature = "std")]
use super::prepared::Prepared;
use crate::payload::text::Utf8Bytes;

/// Types that can be sent as a message: text, bytes and messages.
///
/// Whatever dereferences to text is sent as text, and whatever dereferences to bytes as binary:
///
/// | sent as | types |
/// |---|---|
/// | text | `str`, [`String`], [`Utf8Bytes`] |
/// | binary | `[u8]`, `[u8; N]`, `Vec<u8>`, [`Bytes`], [`BytesMut`] |
/// | either | [`Message`], [`MessageRef`], `Prepared` |
///
/// and references to them, and those that are in a [`Box`], an [`Rc`], an [`Arc`] or a [`Cow`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent as a message",
    label = "not text, bytes or a message",
    note = "text is `&str`, `String` or `wsdraft::Utf8Bytes`; bytes are `&[u8]`, `[u8; N]`, `Vec<u8>` or `bytes::Bytes`",
    note = "with the feature `json`, `wsdraft::Message::from_json(&value)?` is a value in JSON"
)]
pub trait AsMessage {
    /// Borrows it as a message.
    fn as_message(&self) -> MessageRef<'_>;

    /// The prepared message, if it is one or contains one.
    #[cfg(feature = "std")]
    #[inline]
    fn prepared(&self) -> Option<&Prepared> {
        None
    }
}

impl AsMessage for MessageRef<'_> {
    #[inline]
    fn as_message(&self) -> MessageRef<'_> {
        *self
    }
}

impl AsMessage for Message {
    #[inline]
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
            #[inline]
            fn as_message(&self) -> MessageRef<'_> {
                MessageRef::$kind(self)
            }
        }
    )*};
}

as_message! {
    str => Text,
    String => Text,
    Utf8Bytes => Text,
    [u8] => Binary,
    Vec<u8> => Binary,
    Bytes => Binary,
    BytesMut => Binary,
}

impl<const N: usize> AsMessage for [u8; N] {
    #[inline]
    fn as_message(&self) -> MessageRef<'_> {
        MessageRef::Binary(self)
    }
}

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<M: AsMessage + ?Sized> AsMessage for $pointer {
            #[inline]
            fn as_message(&self) -> MessageRef<'_> {
                (**self).as_message()
            }

            #[cfg(feature = "std")]
            #[inline]
            fn prepared(&self) -> Option<&Prepared> {
                (**self).prepared()
            }
        }
    )*};
}

forward!(&M, &mut M, Box<M>, Rc<M>, Arc<M>);

impl<M: AsMessage + ToOwned + ?Sized> AsMessage for Cow<'_, M> {
    #[inline]
    fn as_message(&self) -> MessageRef<'_> {
        (**self).as_message()
    }

    #[cfg(feature = "std")]
    #[inline]
    fn prepared(&self) -> Option<&Prepared> {
        (**self).prepared()
    }
}

#[cfg(feature = "std")]
impl AsMessage for Prepared {
    #[inline]
    fn as_message(&self) -> MessageRef<'_> {
        self.message().as_message()
    }

    #[inline]
    fn prepared(&self) -> Option<&Prepared> {
        Some(self)
    }
}
