//! Header fields as received, and an index of the fields that a draft defines.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;

mod index;
mod items;
mod names;

use self::items::Items;
pub(crate) use self::items::{Place, range};
pub use self::{
    index::{Found, Index},
    names::Names,
};

/// A header field as received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// The field name, in the sender's case.
    pub name: &'a str,
    /// The field value, without the white space around it.
    pub value: &'a [u8],
    /// The offset of the value, in bytes from the start of the head.
    pub offset: usize,
}

impl<'a> Field<'a> {
    /// The value as text, if it is valid UTF-8.
    #[must_use]
    pub fn text(&self) -> Option<&'a str> {
        core::str::from_utf8(self.value).ok()
    }
}

/// A value as text, with U+FFFD in place of invalid UTF-8.
pub(crate) fn lossy(value: &[u8]) -> Cow<'_, str> {
    // This is checked first, because a search for bytes to replace takes longer.
    core::str::from_utf8(value).map_or_else(|_| String::from_utf8_lossy(value), Cow::Borrowed)
}

/// The header fields of a message, in the order received.
#[derive(Clone, Copy, Default)]
pub struct Fields<'a> {
    items: Items<'a>,
    end: usize,
}

impl<'a> Fields<'a> {
    /// Wraps parsed fields. `end` is the end of the head, in bytes from its start.
    #[must_use]
    pub const fn new(items: &'a [Field<'a>], end: usize) -> Self {
        let items = Items::Given(items);
        Self { items, end }
    }

    /// The fields that the parser has found in a head.
    pub(crate) const fn parsed(head: &'a [u8], fields: &'a [httparse::Header<'a>]) -> Self {
        let items = Items::Parsed { head, fields };
        Self {
            items,
            end: head.len(),
        }
    }

    /// The fields at these places in a head.
    pub(crate) const fn placed(head: &'a [u8], places: &'a [Place]) -> Self {
        let items = Items::Placed { head, places };
        Self { items, end: 0 }
    }

    /// The head that contains the fields, and their places in it. `None` if they have none.
    pub(crate) fn places(&self) -> Option<(&'a [u8], Vec<Place>)> {
        self.items.placed()
    }

    /// The end of the head, in bytes from its start.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.end
    }

    /// All fields.
    pub fn iter(&self) -> impl Iterator<Item = Field<'a>> + Clone + use<'a> {
        let items = self.items;
        (0..items.len()).map(move |at| items.field(at))
    }

    /// The fields with this name, compared case-insensitively.
    pub fn all<'n>(&self, name: &'n str) -> impl Iterator<Item = Field<'a>> + Clone + use<'a, 'n> {
        let (items, mut from) = (self.items, 0);
        core::iter::from_fn(move || {
            let at = items.find(from, name)?;
            from = at + 1;
            Some(items.field(at))
        })
    }

    /// The first field with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Field<'a>> {
        let at = self.items.find(0, name)?;
        Some(self.items.field(at))
    }

    /// The values of the fields with this name.
    pub(crate) fn values<'n>(&self, name: &'n str) -> impl Iterator<Item = &'a [u8]> + use<'a, 'n> {
        let (items, mut from) = (self.items, 0);
        core::iter::from_fn(move || {
            let at = items.find(from, name)?;
            from = at + 1;
            Some(items.value(at))
        })
    }

    /// The value of the first field with this name.
    pub(crate) fn first(&self, name: &str) -> Option<&'a [u8]> {
        let at = self.items.find(0, name)?;
        Some(self.items.value(at))
    }

    /// Whether there is a field with one of these names.
    #[inline]
    pub(crate) fn include(&self, names: [&str; 2]) -> bool {
        self.items.include(names)
    }

    /// The first field with this name as text, or an empty text if there is none.
    #[must_use]
    pub fn value(&self, name: &str) -> &'a [u8] {
        self.first(name).unwrap_or_default()
    }

    /// The values of all fields with this name as one list, or `None` if all are empty.
    #[must_use]
    pub fn joined(&self, name: &str) -> Option<Joined> {
        let mut joined = Joined::default();
        for field in self.all(name).filter(|field| !field.value.is_empty()) {
            if !joined.text.is_empty() {
                joined.text.push_str(", ");
            }
            joined.starts.push((joined.text.len(), field.offset));
            joined.text.push_str(&lossy(field.value));
        }
        (!joined.text.is_empty()).then_some(joined)
    }
}

impl fmt::Debug for Fields<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let items: Vec<Field<'_>> = self.iter().collect();
        f.debug_struct("Fields")
            .field("items", &items)
            .field("end", &self.end)
            .finish()
    }
}

/// The values of several header fields, combined into one list (RFC 9110 §5.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    text: String,
    /// The offsets of each value in the text and in the head.
    starts: Vec<(usize, usize)>,
}

impl Joined {
    /// The list.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The list, without the offsets.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }

    /// The offset of a byte of the list, in bytes from the start of the head.
    #[must_use]
    pub fn place(&self, at: u64) -> u64 {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let starts = self.starts.iter().rev();
        let mut before = starts.filter(|(start, _)| *start <= at);
        before
            .next()
            .map_or(0, |(start, offset)| (offset + at - start) as u64)
    }
}

/// How a server writes field names, which it stores in lower case.
///
/// This matters to clients that compare the first lines of a response byte by byte.
#[cfg(feature = "http")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameCase {
    /// In lower case, like hyper by default.
    #[default]
    Lower,
    /// With a capital at the start of each word, like hyper with `title_case_headers`.
    Title,
}

#[cfg(feature = "http")]
impl NameCase {
    /// Writes a name, which is in lower case.
    pub(crate) fn write(self, name: &str) -> Cow<'_, str> {
        match self {
            Self::Lower => Cow::Borrowed(name),
            Self::Title => Cow::Owned(title_case(name)),
        }
    }
}

#[cfg(feature = "http")]
fn title_case(name: &str) -> String {
    let mut starts = true;
    let cased = name.chars().map(|letter| {
        let first = core::mem::replace(&mut starts, letter == '-');
        if first {
            letter.to_ascii_uppercase()
        } else {
            letter
        }
    });
    cased.collect()
}
