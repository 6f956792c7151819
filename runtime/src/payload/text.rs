//! Owned text that is cheap to clone.

use alloc::{borrow::Cow, boxed::Box, string::String, sync::Arc, vec::Vec};
use core::{
    borrow::Borrow,
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    ops::Deref,
    str::Utf8Error,
};

use bytes::{Bytes, BytesMut};
use bytestring::ByteString;
use faststr::FastStr;

/// Text whose clones share its memory: UTF-8 in [`Bytes`].
///
/// It dereferences to `str`. A clone copies no text, so one text can be queued for many connections.
/// The conversions from `String`, `Box<str>` and `&'static str` and to [`Bytes`] copy nothing. The
/// conversions from bytes check that they are UTF-8.
///
/// ```
/// use wsdraft::Utf8Bytes;
///
/// let text = Utf8Bytes::from_static("two words");
/// let same = text.clone();
/// assert_eq!(same, "two words");
/// assert!(text.starts_with("two"));
///
/// // A part of it shares its memory, too.
/// let word = text.slice_of(&text[4..]);
/// assert_eq!(word.as_deref(), Some("words"));
///
/// assert!(Utf8Bytes::try_from(vec![0xff]).is_err());
/// ```
#[derive(Clone)]
pub struct Utf8Bytes(Stored);

#[derive(Clone)]
enum Stored {
    Text(ByteString),
    /// A long text that was received: vector instructions have checked it where it is. It takes an
    /// allocation to keep that in mind. Boxed, so that it costs others nothing.
    Checked(Box<FastStr>),
}

impl Utf8Bytes {
    /// Empty text.
    #[must_use]
    pub const fn new() -> Self {
        Self(Stored::Text(ByteString::new()))
    }

    /// Text that is part of the program.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        Self(Stored::Text(ByteString::from_static(text)))
    }

    /// The text.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Stored::Text(text) => text,
            Stored::Checked(text) => text,
        }
    }

    /// A received text, unless it is not valid UTF-8; without a copy.
    pub(crate) fn checked(bytes: Bytes) -> Option<Self> {
        let text = FastStr::from_bytes(bytes).ok()?;
        Some(Self(Stored::Checked(Box::new(text))))
    }

    /// The bytes of the text, without a copy.
    #[must_use]
    #[inline]
    pub fn into_bytes(self) -> Bytes {
        match self.0 {
            Stored::Text(text) => text.into_bytes(),
            Stored::Checked(text) => text.into_bytes(),
        }
    }

    /// A part of this text that shares its memory, from a slice of it. `None` if `part` is not a
    /// slice of this text.
    #[inline]
    #[must_use]
    pub fn slice_of(&self, part: &str) -> Option<Self> {
        let whole = self.as_bytes().as_ptr_range();
        let range = part.as_bytes().as_ptr_range();
        let within = whole.start <= range.start && range.end <= whole.end;
        within.then(|| {
            Self(match &self.0 {
                Stored::Text(text) => Stored::Text(text.slice_ref(part)),
                Stored::Checked(text) => Stored::Checked(Box::new(text.slice_ref(part))),
            })
        })
    }
}

impl Deref for Utf8Bytes {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Default for Utf8Bytes {
    #[inline]
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for Utf8Bytes {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Utf8Bytes {}

impl PartialOrd for Utf8Bytes {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Utf8Bytes {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Utf8Bytes {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl AsRef<str> for Utf8Bytes {
    #[inline]
    fn as_ref(&self) -> &str {
        self
    }
}

impl AsRef<[u8]> for Utf8Bytes {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl Borrow<str> for Utf8Bytes {
    #[inline]
    fn borrow(&self) -> &str {
        self
    }
}

impl fmt::Debug for Utf8Bytes {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Utf8Bytes {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

macro_rules! compares {
    ($($other:ty),*) => {$(
        impl PartialEq<$other> for Utf8Bytes {
            #[inline]
            fn eq(&self, other: &$other) -> bool {
                let other: &str = other.as_ref();
                self.as_str() == other
            }
        }

        impl PartialEq<Utf8Bytes> for $other {
            #[inline]
            fn eq(&self, other: &Utf8Bytes) -> bool {
                other == self
            }
        }

        impl PartialOrd<$other> for Utf8Bytes {
            #[inline]
            fn partial_cmp(&self, other: &$other) -> Option<Ordering> {
                let other: &str = other.as_ref();
                self.as_str().partial_cmp(other)
            }
        }

        impl PartialOrd<Utf8Bytes> for $other {
            #[inline]
            fn partial_cmp(&self, other: &Utf8Bytes) -> Option<Ordering> {
                other.partial_cmp(self).map(Ordering::reverse)
            }
        }
    )*};
}

compares!(str, &str, String, Cow<'_, str>, Box<str>, Arc<str>);

macro_rules! from_text {
    ($($text:ty: $convert:expr),* $(,)?) => {$(
        impl From<$text> for Utf8Bytes {
            #[inline]
            fn from(text: $text) -> Self {
                let convert: fn($text) -> ByteString = $convert;
                Self(Stored::Text(convert(text)))
            }
        }
    )*};
}

from_text! {
    String: ByteString::from,
    &str: |text| ByteString::from(text),
    &String: |text| ByteString::from(text.as_str()),
    Box<str>: ByteString::from,
    Arc<str>: |text| ByteString::from(&*text),
    char: |character| ByteString::from(&*character.encode_utf8(&mut [0; 4])),
    Cow<'_, str>: |text| match text {
        Cow::Borrowed(text) => text.into(),
        Cow::Owned(text) => text.into(),
    },
}

macro_rules! from_bytes {
    ($($bytes:ty),*) => {$(
        /// Checks that the bytes are UTF-8.
        impl TryFrom<$bytes> for Utf8Bytes {
            type Error = Utf8Error;

            #[inline]
            fn try_from(bytes: $bytes) -> Result<Self, Utf8Error> {
                ByteString::try_from(bytes).map(|text| Self(Stored::Text(text)))
            }
        }
    )*};
}

from_bytes!(&[u8], Vec<u8>, Bytes, BytesMut);

impl From<Utf8Bytes> for Bytes {
    #[inline]
    fn from(text: Utf8Bytes) -> Self {
        text.into_bytes()
    }
}

/// Copies nothing if this is the only clone, it is not part of a longer text, and it was not received
/// with the buffer that it came in.
impl From<Utf8Bytes> for Vec<u8> {
    #[inline]
    fn from(text: Utf8Bytes) -> Self {
        text.into_bytes().into()
    }
}

/// Copies nothing if this is the only clone, it is not part of a longer text, and it was not received
/// with the buffer that it came in.
impl From<Utf8Bytes> for String {
    #[inline]
    fn from(text: Utf8Bytes) -> Self {
        match text.0 {
            Stored::Text(text) => text.into(),
            Stored::Checked(text) => (*text).into(),
        }
    }
}

impl From<&Utf8Bytes> for String {
    #[inline]
    fn from(text: &Utf8Bytes) -> Self {
        text.as_str().into()
    }
}

impl From<Utf8Bytes> for Box<str> {
    #[inline]
    fn from(text: Utf8Bytes) -> Self {
        String::from(text).into()
    }
}

impl From<Utf8Bytes> for Arc<str> {
    #[inline]
    fn from(text: Utf8Bytes) -> Self {
        text.as_str().into()
    }
}
