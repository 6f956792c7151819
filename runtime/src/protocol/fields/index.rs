//! The fields that a draft defines, found in one pass.

use alloc::collections::BTreeSet;

use super::{
    Field, Fields,
    items::Items,
    names::{Names, Table},
};
use crate::protocol::{grammar, info::Separator, violation::Seen};

impl<'a> Fields<'a> {
    /// Looks up all `names` in one pass.
    #[inline]
    #[must_use]
    pub fn index<const N: usize>(&self, names: &'static [&'static str; N]) -> Index<'a, N> {
        self.index_by(&Names::of(names))
    }

    /// Looks up names whose table is already made.
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub fn index_by<const N: usize>(&self, names: &Names<N>) -> Index<'a, N> {
        let mut index = Index {
            fields: *self,
            names: names.names,
            slots: [Slot::EMPTY; N],
        };
        self.locate(names.table(), &mut index.slots);
        index
    }

    fn locate(&self, names: Table<'_>, slots: &mut [Slot<'a>]) {
        let items = self.items;
        // Apart, since servers go through the fields of every request in this form.
        if let Items::Parsed { fields, .. } = items {
            let fields = fields.iter();
            let fields = fields.map(|field| (field.name.as_bytes(), field.value));
            locate(fields, names, slots);
        } else {
            let fields = (0..items.len()).map(|at| (items.name(at), items.value(at)));
            locate(fields, names, slots);
        }
    }
}

/// Finds where each of the names is among these names and values.
fn locate<'a>(
    fields: impl Iterator<Item = (&'a [u8], &'a [u8])>,
    names: Table<'_>,
    slots: &mut [Slot<'a>],
) {
    for (at, (name, value)) in fields.enumerate() {
        let found = names.find(name);
        if let Some(slot) = found.and_then(|found| slots.get_mut(found)) {
            if slot.count == 0 {
                (slot.first, slot.value) = (at, Some(value));
            }
            slot.count += 1;
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Slot<'a> {
    first: usize,
    count: usize,
    /// The value of the first occurrence: most fields have no other.
    value: Option<&'a [u8]>,
}

impl Slot<'_> {
    const EMPTY: Self = Self {
        first: 0,
        count: 0,
        value: None,
    };
}

/// The fields that a draft defines, found in one pass.
#[derive(Clone, Copy, Debug)]
pub struct Index<'a, const N: usize> {
    fields: Fields<'a>,
    names: &'static [&'static str; N],
    slots: [Slot<'a>; N],
}

/// Answers what a rule requires of the fields. What does not depend on the number of fields is in
/// `Place` and `Present`, which are compiled once.
impl<'a, const N: usize> Index<'a, N> {
    /// The number of occurrences of the field with index `at`.
    #[inline]
    #[must_use]
    pub fn count(&self, at: usize) -> usize {
        self.slots[at].count
    }

    #[inline]
    fn place(&self, at: usize) -> Place<'a> {
        Place {
            fields: self.fields,
            name: self.names[at],
            slot: self.slots[at],
        }
    }

    #[inline]
    fn present(&self) -> Present<'a, '_> {
        Present {
            fields: self.fields,
            names: self.names,
            slots: &self.slots,
        }
    }

    /// Reports a missing field.
    #[inline]
    #[must_use]
    pub fn missing(&self, at: usize) -> Option<Found> {
        (self.count(at) == 0).then(|| self.place(at).missing())
    }

    /// The first occurrence.
    #[inline]
    #[must_use]
    pub fn first(&self, at: usize) -> Option<Found> {
        (self.count(at) > 0).then(|| self.place(at).at(self.slots[at].first))
    }

    /// The first occurrence with a value that fails the test.
    #[inline]
    pub fn offending(&self, at: usize, test: impl Fn(&[u8]) -> bool) -> Option<Found> {
        match self.slots[at] {
            Slot { value: None, .. } => None,
            Slot {
                count: 1,
                value: Some(value),
                ..
            } if test(value) => None,
            _ => self.place(at).found(&mut |value| !test(value)),
        }
    }

    /// The first occurrence with another value.
    #[inline]
    #[must_use]
    pub fn unlike(&self, at: usize, value: &[u8]) -> Option<Found> {
        self.offending(at, |found| found == value)
    }

    /// The first occurrence, if no occurrence has this token in its list.
    #[inline]
    #[must_use]
    pub fn lacking(&self, at: usize, token: &str) -> Option<Found> {
        if grammar::includes_token(self.slots[at].value?, token) {
            return None;
        }
        self.place(at).lacking(token)
    }

    /// The second occurrence.
    #[inline]
    #[must_use]
    pub fn repeated(&self, at: usize) -> Option<Found> {
        if self.count(at) > 1 {
            self.place(at).repeated()
        } else {
            None
        }
    }

    /// The first occurrence with an item that appears earlier, in the same field or in a preceding
    /// one.
    #[inline]
    #[must_use]
    pub fn duplicated(&self, at: usize, separator: Separator) -> Option<Found> {
        if self.count(at) == 0 {
            return None;
        }
        self.place(at).duplicated(separator)
    }

    /// The first field that comes after a field that should follow it, or that is not in the order
    /// at all.
    #[inline]
    #[must_use]
    pub fn misplaced(&self, order: &[usize]) -> Option<Found> {
        self.present().misplaced(order)
    }

    /// The first field that appears in the place of another one of these, compared
    /// case-sensitively. Missing fields leave no gap.
    #[inline]
    #[must_use]
    pub fn not_first(&self, order: &[usize]) -> Option<Found> {
        self.present().not_first(order)
    }

    /// The first occurrence with an item that is not in `offered`, a field of the request. Items
    /// are compared up to their first semicolon, so parameters do not count.
    #[inline]
    pub fn not_offered(
        &self,
        at: usize,
        offered: impl Iterator<Item = Field<'a>> + Clone,
        separator: Separator,
    ) -> Option<Found> {
        self.place(at).found(&mut |value| {
            let offered = &mut |name: &[u8]| {
                let mut offered = offered.clone();
                offered.any(|offer| offers(offer.value, name, separator))
            };
            grammar::items(value, separator).any(|item| !offered(grammar::element_name(item)))
        })
    }
}

/// Whether a value has an item with this name, compared up to its first semicolon.
fn offers(value: &[u8], name: &[u8], separator: Separator) -> bool {
    grammar::items(value, separator).any(|offer| grammar::element_name(offer) == name)
}

/// Where one of the fields is.
struct Place<'a> {
    fields: Fields<'a>,
    name: &'static str,
    slot: Slot<'a>,
}

impl<'a> Place<'a> {
    fn missing(&self) -> Found {
        Found {
            offset: self.fields.end() as u64,
            seen: Seen::Missing(self.name),
        }
    }

    /// The finding for the value of an occurrence.
    fn at(&self, place: usize) -> Found {
        let field = self.fields.items.field(place);
        Found {
            offset: field.offset as u64,
            seen: Seen::value(self.name, field.value),
        }
    }

    /// The first occurrence whose value passes this test.
    fn found(&self, test: &mut dyn FnMut(&'a [u8]) -> bool) -> Option<Found> {
        self.position(test).map(|place| self.at(place))
    }

    fn position(&self, test: &mut dyn FnMut(&'a [u8]) -> bool) -> Option<usize> {
        let items = self.fields.items;
        let mut place = self.slot.first;
        for left in (0..self.slot.count).rev() {
            if test(items.value(place)) {
                return Some(place);
            }
            if left > 0 {
                place = items.find(place + 1, self.name)?;
            }
        }
        None
    }

    fn lacking(&self, token: &str) -> Option<Found> {
        let has = &mut |value: &[u8]| grammar::includes_token(value, token);
        let lacks = self.slot.count > 0 && self.position(has).is_none();
        lacks.then(|| self.at(self.slot.first))
    }

    fn repeated(&self) -> Option<Found> {
        let second = self.fields.items.find(self.slot.first + 1, self.name)?;
        Some(self.at(second))
    }

    fn duplicated(&self, separator: Separator) -> Option<Found> {
        let mut seen = BTreeSet::new();
        self.found(&mut |value| grammar::items(value, separator).any(|item| !seen.insert(item)))
    }
}

/// Which fields there are.
struct Present<'a, 'i> {
    fields: Fields<'a>,
    names: &'static [&'static str],
    slots: &'i [Slot<'a>],
}

impl Present<'_, '_> {
    fn misplaced(&self, order: &[usize]) -> Option<Found> {
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

    fn not_first(&self, order: &[usize]) -> Option<Found> {
        let present = order.iter().filter(|&&at| self.slots[at].count > 0);
        let pairs = self.fields.iter().zip(present);
        let mut wrong = pairs.filter(|(field, at)| field.name != self.names[**at]);
        wrong.next().map(|(field, _)| Found::name(&field))
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
