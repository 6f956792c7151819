//! The parts of a value between separators.

use super::trim;

/// The trimmed parts between separators. Separators in quoted-strings do not count.
pub(crate) fn split_outside_quotes(value: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    Parts::of(value, separator)
}

/// The parts between separators, trimmed.
#[derive(Clone, Debug)]
pub(super) struct Parts<'a> {
    rest: Option<&'a [u8]>,
    /// `None` makes the value one part.
    separator: Option<u8>,
    /// Whether the value has quoted-strings, in which separators do not count.
    quotes: bool,
}

impl<'a> Parts<'a> {
    pub(super) fn of(value: &'a [u8], separator: u8) -> Self {
        Self {
            rest: Some(value),
            separator: Some(separator),
            quotes: memchr::memchr(b'"', value).is_some(),
        }
    }

    /// Parts between spaces, which leave tabs in the words.
    pub(super) const fn words(value: &'a [u8]) -> Self {
        Self {
            rest: Some(value),
            separator: Some(b' '),
            quotes: false,
        }
    }

    /// The whole value.
    pub(super) const fn whole(value: &'a [u8]) -> Self {
        Self {
            rest: Some(value),
            separator: None,
            quotes: false,
        }
    }

    /// Where the next part ends.
    fn end(&self, value: &[u8]) -> Option<usize> {
        let separator = self.separator?;
        if !self.quotes {
            return memchr::memchr(separator, value);
        }
        let (mut quoted, mut escaped) = (false, false);
        value.iter().position(|&byte| {
            if escaped {
                escaped = false;
            } else if quoted && byte == b'\\' {
                escaped = true;
            } else if byte == b'"' {
                quoted = !quoted;
            }
            byte == separator && !quoted
        })
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let value = self.rest?;
        let end = self.end(value);
        self.rest = end.map(|end| &value[end + 1..]);
        let part = &value[..end.unwrap_or(value.len())];
        Some(match self.separator {
            Some(b' ') => part,
            _ => trim(part),
        })
    }
}

/// The parts that are not empty.
#[derive(Clone, Debug)]
pub(super) struct Items<'a>(Parts<'a>);

impl<'a> Items<'a> {
    pub(super) const fn of(parts: Parts<'a>) -> Self {
        Self(parts)
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            let part = self.0.next()?;
            if !part.is_empty() {
                return Some(part);
            }
        }
    }
}
