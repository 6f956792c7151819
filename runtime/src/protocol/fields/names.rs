//! Names that are looked for together.

use super::items::is_same;

/// The number of lengths that are told apart; longer names share a place with shorter ones.
const LENGTHS: usize = 32;

/// Names, and where to look for those of each length: most names of a draft differ in length.
#[derive(Debug)]
pub struct Names<const N: usize> {
    pub(super) names: &'static [&'static str; N],
    /// For each length, the number of its first name, counted from 1; 0 if there is none.
    first: [u16; LENGTHS],
    /// For each name, the number of the next one in the same place.
    next: [u16; N],
}

impl<const N: usize> Names<N> {
    /// These names.
    #[must_use]
    pub const fn of(names: &'static [&'static str; N]) -> Self {
        assert!(N < u16::MAX as usize, "a number has 16 bits");
        let mut table = Self {
            names,
            first: [0; LENGTHS],
            next: [0; N],
        };
        let mut at = N;
        while at > 0 {
            at -= 1;
            let place = names[at].len() % LENGTHS;
            table.next[at] = table.first[place];
            table.first[place] = at as u16 + 1;
        }
        table
    }

    #[inline]
    pub(super) fn table(&self) -> Table<'_> {
        Table {
            names: self.names,
            first: &self.first,
            next: &self.next,
        }
    }
}

/// As [`Names`]; what works on it is compiled once.
#[derive(Clone, Copy)]
pub(super) struct Table<'n> {
    names: &'n [&'static str],
    first: &'n [u16; LENGTHS],
    next: &'n [u16],
}

impl Table<'_> {
    /// The index of this name.
    #[inline]
    pub(super) fn find(&self, found: &[u8]) -> Option<usize> {
        let mut number = self.first[found.len() % LENGTHS];
        loop {
            let at = usize::from(number.checked_sub(1)?);
            if is_same(found, self.names.get(at)?) {
                return Some(at);
            }
            number = *self.next.get(at)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::{boxed::Box, format, vec::Vec};

    use super::Names;

    /// A dialect may have more names than a byte can count, and all of them in one place.
    #[test]
    fn each_of_many_names_is_found() {
        const MANY: usize = 300;
        let name = |at: usize| -> &'static str {
            let width = 4 + 32 * (at % 3);
            format!("X-{at:0width$}").leak()
        };
        let names: Vec<&'static str> = (0..MANY).map(name).collect();
        let names: Box<[&'static str; MANY]> = names.into_boxed_slice().try_into().unwrap();
        let names: &'static [&'static str; MANY] = Box::leak(names);
        let many = Names::of(names);
        for (at, name) in names.iter().enumerate() {
            let sent = name.to_ascii_lowercase();
            assert_eq!(many.table().find(sent.as_bytes()), Some(at), "{name}");
        }
        for other in ["", "X", "X-0300", "Y-0000"] {
            assert_eq!(many.table().find(other.as_bytes()), None, "{other}");
        }
        let none = Names::of(&[]);
        assert_eq!(none.table().find(b""), None);
    }
}
