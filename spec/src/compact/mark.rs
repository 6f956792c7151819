//! What stands before the values of the compact form, which is text. The build script writes it and
//! the library reads it, both of the same version.

/// A bare word: its text.
pub(super) const WORD: char = 'w';
/// A word before a group in parentheses: its text, then the group.
pub(super) const NAMED: char = 'n';
/// A group in parentheses with named values: their number, then each name and value.
pub(super) const FIELDS: char = 'f';
/// A group in parentheses with values alone: their number, then the values.
pub(super) const ITEMS: char = 'i';
/// A list: the number of values, then the values.
pub(super) const LIST: char = 'l';
/// A map: the number of entries, then each key and value.
pub(super) const MAP: char = 'm';
/// A string: its text.
pub(super) const TEXT: char = 't';
/// A whole number that is not negative.
pub(super) const NUMBER: char = '+';
/// A negative whole number, without its sign.
pub(super) const NEGATIVE: char = '-';

/// Bits of a number in each of its bytes, the lowest first. With the flag, a byte is still ASCII.
pub(super) const BITS: u32 = 6;
/// The flag of a byte that more follow: the number goes on.
pub(super) const MORE: u8 = 1 << BITS;
