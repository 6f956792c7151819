//! The fields that a draft defines, found in one pass.

use alloc::collections::BTreeSet;

use super::{Field, Fields, items::is_same};
use crate::protocol::{grammar, info::Separator, violation::Seen};

impl<'a> Fields<'a> {
    /// Looks up all `names` in one pass.
    #[must_use]
    pub fn index<const N: usize>(&self, names: &'static [&'static str; N]) -> Index<'a, N> {
        let items = self.items;
        let lengths = names
            .iter()
            .fold(0, |set, name| set | length_bit(name.len()));
        let mut slots = [Slot::EMPTY; N];
        for at in 0..items.len() {
            let found = items.name(at);
            if lengths & length_bit(found.len()) == 0 {
                continue;
            }
            let found = names.iter().position(|name| is_same(found, name));
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

/// A bit for the length of a name; most fields have names of other lengths than those looked for.
const fn length_bit(length: usize) -> u64 {
    1 << (length & 63)
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

    /// The index of every occurrence.
    #[inline]
    fn all(&self, at: usize) -> impl Iterator<Item = usize> + use<'a, N> {
        let Slot { first, mut count } = self.slots[at];
        let (items, name) = (self.fields.items, self.names[at]);
        let mut next = Some(first);
        core::iter::from_fn(move || {
            count = count.checked_sub(1)?;
            let at = next?;
            next = if count == 0 {
                None
            } else {
                items.find(at + 1, name)
            };
            Some(at)
        })
    }

    /// The value of every occurrence.
    #[inline]
    fn values(&self, at: usize) -> impl Iterator<Item = &'a [u8]> + use<'a, N> {
        let items = self.fields.items;
        self.all(at).map(move |at| items.value(at))
    }

    /// The first occurrence whose value passes this test.
    #[inline]
    fn found(&self, at: usize, mut test: impl FnMut(&'a [u8]) -> bool) -> Option<Found> {
        let items = self.fields.items;
        let place = self.all(at).find(|&place| test(items.value(place)))?;
        Some(self.value(at, items.field(place)))
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
        self.found(at, |_| true)
    }

    /// The first occurrence with a value that fails the test.
    #[inline]
    pub fn offending(&self, at: usize, test: impl Fn(&[u8]) -> bool) -> Option<Found> {
        self.found(at, |value| !test(value))
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
            .values(at)
            .any(|value| grammar::includes_token(value, token))
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
            let place = self.all(at).nth(1)?;
            Some(self.value(at, self.fields.items.field(place)))
        } else {
            None
        }
    }

    /// The first occurrence with an item that appears earlier, in the same field or in a preceding
    /// one.
    #[must_use]
    pub fn duplicated(&self, at: usize, separator: Separator) -> Option<Found> {
        let mut seen = BTreeSet::new();
        self.found(at, |value| {
            grammar::items(value, separator).any(|item| !seen.insert(item))
        })
    }

    /// The first field that comes after a field that should follow it, or that is not in the order
    /// at all.
    #[must_use]
    pub fn misplaced(&self, order: &[usize]) -> Option<Found> {
        let mut expected = 0;
        for field in self.fields.iter() {
            let rank = order
                .iter()
                .position(|&at| self.names[at].eq_ignore_ascii_case(field.name));
            match rank {
                Some(rank) if rank >= expected => expected = rank,
                _ => return Some(Found::name(&field)),
            }
        }
        None
    }

    /// The first field that appears in the place of another one of these, compared
    /// case-sensitively. Missing fields leave no gap.
    #[must_use]
    pub fn not_first(&self, order: &[usize]) -> Option<Found> {
        let present = order.iter().filter(|&&at| self.count(at) > 0);
        let pairs = self.fields.iter().zip(present);
        let mut wrong = pairs.filter(|(field, at)| field.name != self.names[**at]);
        wrong.next().map(|(field, _)| Found::name(&field))
    }

    /// The first occurrence with an item that is not in `offered`, a field of the request. Items
    /// are compared up to their first semicolon, so parameters do not count.
    pub fn not_offered(
        &self,
        at: usize,
        offered: impl Iterator<Item = Field<'a>> + Clone,
        separator: Separator,
    ) -> Option<Found> {
        self.found(at, |value| {
            grammar::items(value, separator).any(|item| {
                let name = grammar::element_name(item);
                !offered.clone().any(|offer| {
                    grammar::items(offer.value, separator)
                        .any(|offer| grammar::element_name(offer) == name)
                })
            })
        })
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
