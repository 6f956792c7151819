//! The numbers of a RON text.

use std::any::type_name;

use ron::Error;

use super::{
    fault::Result,
    scan::{Scanner, is_inside, length},
};

/// The types that can stand behind a number.
const SUFFIXES: [&str; 10] = [
    "i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128",
];

/// A whole number.
pub(super) struct Number<'de> {
    pub(super) value: i128,
    /// The type that it has by itself; empty if it has none.
    suffix: &'static str,
    text: &'de str,
}

impl Number<'_> {
    /// The number as a value of this type.
    pub(super) fn to<T: TryFrom<i128>>(&self) -> Result<T> {
        if !self.suffix.is_empty() && self.suffix != type_name::<T>() {
            return Err(self.has_another_type(type_name::<T>()));
        }
        T::try_from(self.value).map_err(|_| Error::IntegerOutOfBounds.into())
    }

    #[cold]
    fn has_another_type(&self, expected: &str) -> super::fault::Wrong {
        let (sign, bits) = expected.split_at(1);
        let un = if sign == "u" { "un" } else { "" };
        Error::InvalidValueForType {
            expected: format!("an {bits}-bit {un}signed integer"),
            found: self.text.to_owned(),
        }
        .into()
    }
}

impl<'de> Scanner<'de> {
    /// Reads a whole number, or the literal of a byte.
    pub(super) fn number(&mut self) -> Result<Number<'de>> {
        let start = self.rest();
        let (value, suffix) = if self.takes("b'") {
            (self.byte()?, "u8")
        } else {
            let value = self.digits()?;
            (value, self.suffix())
        };
        let text = &start[..start.len() - self.rest().len()];
        self.is_last(start);
        Ok(Number {
            value,
            suffix,
            text,
        })
    }

    fn digits(&mut self) -> Result<i128> {
        let start = self.rest();
        let is_negative = self.takes("-");
        if !is_negative {
            self.takes("+");
        }
        let base: u8 = match self.rest().as_bytes() {
            [b'0', b'b', ..] => 2,
            [b'0', b'o', ..] => 8,
            [b'0', b'x', ..] => 16,
            _ => 10,
        };
        if base != 10 {
            self.take(2);
        }
        let digits = self.take(length(self.rest(), |c| c.is_ascii_hexdigit() || c == '_'));
        self.is_last(start);
        match digits.bytes().next() {
            None => return Err(Error::ExpectedInteger.into()),
            Some(b'_') => return Err(Error::UnderscoreAtBeginning.into()),
            Some(_) => {}
        }
        let mut number: u64 = 0;
        for digit in digits.chars().filter(|&digit| digit != '_') {
            let value = digit.to_digit(base.into());
            let value = value.ok_or(Error::InvalidIntegerDigit { digit, base })?;
            let more = number.checked_mul(base.into());
            let more = more.and_then(|more| more.checked_add(value.into()));
            number = more.ok_or(Error::IntegerOutOfBounds)?;
        }
        let number = i128::from(number);
        Ok(if is_negative { -number } else { number })
    }

    fn suffix(&mut self) -> &'static str {
        let word = &self.rest()[..length(self.rest(), is_inside)];
        let known = SUFFIXES.into_iter().find(|suffix| *suffix == word);
        let suffix = known.unwrap_or_default();
        self.take(suffix.len());
        suffix
    }

    /// The rest of the literal of a byte.
    fn byte(&mut self) -> Result<i128> {
        let next = self.rest().chars().next().ok_or(Error::Eof)?;
        self.take(next.len_utf8());
        let byte = if next == '\\' { self.escaped()? } else { next };
        if byte.is_ascii() && self.takes("'") {
            Ok(i128::from(u32::from(byte)))
        } else {
            Err(Error::ExpectedByteLiteral.into())
        }
    }
}
