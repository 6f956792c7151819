//! Header fields as received, and an index of the fields that a draft defines.

use alloc::{borrow::Cow, collections::BTreeSet, string::String, vec::Vec};

use crate::protocol::{grammar, info::Separator, violation::Seen};

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
#[derive(Clone, Copy, Debug, Default)]
pub struct Fields<'a> {
    items: &'a [Field<'a>],
    end: usize,
}

impl<'a> Fields<'a> {
    /// Wraps parsed fields. `end` is the end of the head, in bytes from its start.
    #[must_use]
    pub const fn new(items: &'a [Field<'a>], end: usize) -> Self {
        Self { items, end }
    }

    /// The end of the head, in bytes from its start.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.end
    }

    /// All fields.
    pub fn iter(&self) -> impl Iterator<Item = Field<'a>> + use<'a> {
        self.items.iter().copied()
    }

    /// The fields with this name, compared case-insensitively.
    pub fn all<'n>(&self, name: &'n str) -> impl Iterator<Item = Field<'a>> + Clone + use<'a, 'n> {
        self.items
            .iter()
            .copied()
            .filter(move |field| field.name.eq_ignore_ascii_case(name))
    }

    /// The first field with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Field<'a>> {
        self.all(name).next()
    }

    /// The first field with this name as text, or an empty text if there is none.
    #[must_use]
    pub fn value(&self, name: &str) -> &'a [u8] {
        self.get(name).map_or(&[], |field| field.value)
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

    /// Looks up all `names` in one pass.
    #[must_use]
    pub fn index<const N: usize>(&self, names: &'static [&'static str; N]) -> Index<'a, N> {
        let mut slots = [Slot::EMPTY; N];
        for (at, field) in self.items.iter().enumerate() {
            let found = names.iter().position(|name| {
                name.len() == field.name.len() && name.eq_ignore_ascii_case(field.name)
            });
            if let Some(slot) = found.and_then(|found| slots.get_mut(found)) {
                if slot.count == 0 {
                    slot.first = at;
                }
                slot.count += 1;
            }
        }
        Index {
            fields: *self,
            names,
            slots,
        }
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

#[derive(Clone, Copy, Debug)]
struct Slot {
    first: usize,
    count: usize,
}

impl Slot {
    const EMPTY: Self = Self { first: 0, count: 0 };
}

/// The fields that a draft defines, found in one pass.
#[derive(Clone, Copy, Debug)]
pub struct Index<'a, const N: usize> {
    fields: Fields<'a>,
    names: &'static [&'static str; N],
    slots: [Slot; N],
}

impl<'a, const N: usize> Index<'a, N> {
    /// The number of occurrences of the field with index `at`.
    #[inline]
    #[must_use]
    pub fn count(&self, at: usize) -> usize {
        self.slots[at].count
    }

    /// Every occurrence.
    fn all(&self, at: usize) -> impl Iterator<Item = Field<'a>> + use<'a, N> {
        let Slot { first, count } = self.slots[at];
        let name = self.names[at];
        let from = if count == 0 {
            self.fields.items.len()
        } else {
            first
        };
        self.fields.items[from..]
            .iter()
            .copied()
            .filter(move |field| field.name.eq_ignore_ascii_case(name))
            .take(count)
    }

    /// The finding for the value of the field with index `at`.
    fn value(&self, at: usize, field: Field<'_>) -> Found {
        Found {
            offset: field.offset as u64,
            seen: Seen::value(self.names[at], field.value),
        }
    }

    /// Reports a missing field.
    #[inline]
    #[must_use]
    pub fn missing(&self, at: usize) -> Option<Found> {
        (self.count(at) == 0).then(|| Found {
            offset: self.fields.end() as u64,
            seen: Seen::Missing(self.names[at]),
        })
    }

    /// The first occurrence.
    #[must_use]
    pub fn first(&self, at: usize) -> Option<Found> {
        let field = self.all(at).next()?;
        Some(self.value(at, field))
    }

    /// The first occurrence with a value that fails the test.
    #[inline]
    pub fn offending(&self, at: usize, test: impl Fn(&[u8]) -> bool) -> Option<Found> {
        let field = self.all(at).find(|field| !test(field.value))?;
        Some(self.value(at, field))
    }

    /// The first occurrence with another value.
    #[must_use]
    pub fn unlike(&self, at: usize, value: &[u8]) -> Option<Found> {
        self.offending(at, |found| found == value)
    }

    /// The first occurrence, if no occurrence has this token in its list.
    #[must_use]
    pub fn lacking(&self, at: usize, token: &str) -> Option<Found> {
        if self
            .all(at)
            .any(|field| grammar::includes_token(field.value, token))
        {
            None
        } else {
            self.first(at)
        }
    }

    /// The second occurrence.
    #[inline]
    #[must_use]
    pub fn repeated(&self, at: usize) -> Option<Found> {
        if self.count(at) > 1 {
            let field = self.all(at).nth(1)?;
            Some(self.value(at, field))
        } else {
            None
        }
    }

    /// The first occurrence with an item that appears earlier, in the same field or in a preceding
    /// one.
    #[must_use]
    pub fn duplicated(&self, at: usize, separator: Separator) -> Option<Found> {
        let mut seen = BTreeSet::new();
        let field = self
            .all(at)
            .find(|field| grammar::items(field.value, separator).any(|item| !seen.insert(item)))?;
        Some(self.value(at, field))
    }

    /// The first field that comes after a field that should follow it, or that is not in the order
    /// at all.
    #[must_use]
    pub fn misplaced(&self, order: &[usize]) -> Option<Found> {
        let mut expected = 0;
        for field in self.fields.items {
            let rank = order
                .iter()
                .position(|&at| self.names[at].eq_ignore_ascii_case(field.name));
            match rank {
                Some(rank) if rank >= expected => expected = rank,
                _ => return Some(Found::name(field)),
            }
        }
        None
    }

    /// The first field that appears in the place of another one of these, compared
    /// case-sensitively. Missing fields leave no gap.
    #[must_use]
    pub fn not_first(&self, order: &[usize]) -> Option<Found> {
        let present = order.iter().filter(|&&at| self.count(at) > 0);
        let pairs = self.fields.items.iter().zip(present);
        let mut wrong = pairs.filter(|(field, at)| field.name != self.names[**at]);
        wrong.next().map(|(field, _)| Found::name(field))
    }

    /// The first occurrence with an item that is not in `offered`, a field of the request. Items
    /// are compared up to their first semicolon, so parameters do not count.
    pub fn not_offered(
        &self,
        at: usize,
        offered: impl Iterator<Item = Field<'a>> + Clone,
        separator: Separator,
    ) -> Option<Found> {
        let field = self.all(at).find(|field| {
            grammar::items(field.value, separator).any(|item| {
                let name = grammar::element_name(item);
                !offered.clone().any(|offer| {
                    grammar::items(offer.value, separator)
                        .any(|offer| grammar::element_name(offer) == name)
                })
            })
        })?;
        Some(self.value(at, field))
    }
}

/// A finding that violates a rule about a head, and its offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Bytes from the start of the head.
    pub offset: u64,
    /// What was received there.
    pub seen: Seen,
}

impl Found {
    /// A text in the first line, or after the head.
    #[must_use]
    pub fn text(offset: usize, text: impl AsRef<[u8]>) -> Self {
        Self {
            offset: offset as u64,
            seen: Seen::text(text.as_ref()),
        }
    }

    /// A number in the first line.
    #[must_use]
    pub fn number(offset: usize, number: impl Into<u64>) -> Self {
        Self {
            offset: offset as u64,
            seen: Seen::Number(number.into()),
        }
    }

    /// A field, reported by its name.
    fn name(field: &Field<'_>) -> Self {
        Self::text(field.offset, field.name)
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
