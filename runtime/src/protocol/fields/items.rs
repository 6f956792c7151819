//! Header fields in the form in which their head is at hand.

use alloc::vec::Vec;
use core::ops::Range;

use super::Field;

/// The fields of a head, in the order received.
#[derive(Clone, Copy)]
pub(super) enum Items<'a> {
    Given(&'a [Field<'a>]),
    /// As the parser has found them in a head.
    Parsed {
        head: &'a [u8],
        fields: &'a [httparse::Header<'a>],
    },
    /// At these places in a head.
    Placed {
        head: &'a [u8],
        places: &'a [Place],
    },
}

impl Default for Items<'_> {
    fn default() -> Self {
        Self::Given(&[])
    }
}

/// Where a field is in a head.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) name: Range<usize>,
    pub(crate) value: Range<usize>,
    /// The offset of the value in the head as received.
    pub(crate) offset: usize,
}

impl Place {
    fn of(field: &httparse::Header<'_>, head: &[u8]) -> Option<Self> {
        let value = range(field.value, head)?;
        Some(Self {
            name: range(field.name.as_bytes(), head)?,
            offset: value.start,
            value,
        })
    }
}

/// Where a part of a head is in it. `None` if it is a part of something else.
pub(crate) fn range(part: &[u8], head: &[u8]) -> Option<Range<usize>> {
    let start = (part.as_ptr() as usize).wrapping_sub(head.as_ptr() as usize);
    let end = start.checked_add(part.len())?;
    (end <= head.len()).then_some(start..end)
}

/// Whether a name is this one, compared case-insensitively.
#[inline]
pub(super) fn is_same(found: &[u8], name: &str) -> bool {
    let name = name.as_bytes();
    found.len() == name.len()
        && starts_alike(found, name)
        // Most senders write a name as it is defined.
        && (found == name || is_alike(found, name))
}

/// Apart, so that loops over names stay small.
#[inline(never)]
fn is_alike(found: &[u8], name: &[u8]) -> bool {
    found.eq_ignore_ascii_case(name)
}

/// Whether the first bytes can be the same letter; this alone tells most names apart.
#[inline]
fn starts_alike(one: &[u8], other: &[u8]) -> bool {
    const CASE: u8 = b'a' ^ b'A';
    one.first().map(|byte| byte | CASE) == other.first().map(|byte| byte | CASE)
}

impl<'a> Items<'a> {
    pub(super) const fn len(self) -> usize {
        match self {
            Self::Given(fields) => fields.len(),
            Self::Parsed { fields, .. } => fields.len(),
            Self::Placed { places, .. } => places.len(),
        }
    }

    /// The name of the field at this index.
    #[inline]
    pub(super) fn name(self, at: usize) -> &'a [u8] {
        match self {
            Self::Given(fields) => fields[at].name.as_bytes(),
            Self::Parsed { fields, .. } => fields[at].name.as_bytes(),
            Self::Placed { head, places } => {
                let name = places[at].name.clone();
                head.get(name).unwrap_or_default()
            }
        }
    }

    /// The index of the first field from this index on that has this name, compared
    /// case-insensitively.
    #[inline]
    pub(super) fn find(self, from: usize, name: &str) -> Option<usize> {
        let is_named = |found: &[u8]| is_same(found, name);
        let found = match self {
            Self::Given(fields) => {
                let mut rest = fields.get(from..)?.iter();
                rest.position(|field| is_named(field.name.as_bytes()))
            }
            Self::Parsed { fields, .. } => {
                let mut rest = fields.get(from..)?.iter();
                rest.position(|field| is_named(field.name.as_bytes()))
            }
            Self::Placed { head, places } => {
                let mut rest = places.get(from..)?.iter();
                rest.position(|place| {
                    // The length of a range as an iterator takes longer.
                    place.name.end.wrapping_sub(place.name.start) == name.len()
                        && head.get(place.name.clone()).is_some_and(is_named)
                })
            }
        };
        Some(from + found?)
    }

    /// Whether a field has one of these names, compared case-insensitively.
    #[inline]
    pub(super) fn include(self, names: [&str; 2]) -> bool {
        let [one, other] = names;
        let is_named = |found: &[u8]| is_same(found, one) || is_same(found, other);
        match self {
            Self::Parsed { fields, .. } => {
                let mut fields = fields.iter();
                fields.any(|field| is_named(field.name.as_bytes()))
            }
            _ => (0..self.len()).any(|at| is_named(self.name(at))),
        }
    }

    /// The value of the field at this index.
    #[inline]
    pub(super) fn value(self, at: usize) -> &'a [u8] {
        match self {
            Self::Given(fields) => fields[at].value,
            Self::Parsed { fields, .. } => fields[at].value,
            Self::Placed { head, places } => {
                let value = places[at].value.clone();
                head.get(value).unwrap_or_default()
            }
        }
    }

    /// The field at this index.
    pub(super) fn field(self, at: usize) -> Field<'a> {
        match self {
            Self::Given(fields) => fields[at],
            Self::Parsed { head, fields } => {
                let httparse::Header { name, value } = fields[at];
                let offset = range(value, head).unwrap_or_default().start;
                Field {
                    name,
                    value,
                    offset,
                }
            }
            Self::Placed { head, places } => {
                let place = &places[at];
                let name = head.get(place.name.clone()).unwrap_or_default();
                Field {
                    name: core::str::from_utf8(name).unwrap_or_default(),
                    value: head.get(place.value.clone()).unwrap_or_default(),
                    offset: place.offset,
                }
            }
        }
    }

    /// The head that contains the fields, and their places in it. `None` if there is no such head.
    pub(super) fn placed(self) -> Option<(&'a [u8], Vec<Place>)> {
        match self {
            Self::Given(_) => None,
            Self::Parsed { head, fields } => {
                let mut places = Vec::with_capacity(fields.len());
                for field in fields {
                    places.push(Place::of(field, head)?);
                }
                Some((head, places))
            }
            Self::Placed { head, places } => Some((head, places.to_vec())),
        }
    }
}
