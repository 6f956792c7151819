//! Bytes as hex digits.

use std::{error, fmt};

use super::dumped::{dumped, resembles_dump};

/// The reason why a text is not hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HexError {
    /// A character is not a hex digit.
    Digit {
        /// The character.
        letter: char,
        /// Its position in characters, from 1.
        position: usize,
    },
    /// The number of digits is odd.
    Odd(
        /// How many digits there are.
        usize,
    ),
    /// The text is what a program prints, in a form that is not read.
    Unread(Unread),
}

/// Why hex that a program prints is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unread {
    /// The bytes of each word are in reverse order.
    Reversed,
    /// The bytes of each word may be in reverse order.
    Order,
    /// The bytes are in bits.
    Bits,
    /// Offsets without a colon, and no text between bars.
    Offsets,
    /// A line does not follow the line before it.
    Lines,
    /// The lines that a star stands for are too long.
    Long,
    /// The column of text does not show the bytes.
    Column,
    /// A number with `0x` is alone, or is none of one byte.
    Number,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self {
            Self::Reversed => {
                "\"xxd -e\" printed the hex, and reverses the bytes of each word: leave out -e"
            }
            Self::Order => {
                "the bytes of each word of the dump may be in reverse order, as \"xxd -e\" prints them: take \"xxd\" without -e and -g"
            }
            Self::Bits => "\"xxd -b\" printed bits, and not hex: leave out -b",
            Self::Offsets => {
                "the lines begin with offsets, as \"hexdump\" and \"od\" print them, which may reverse the bytes of each word: take \"hexdump -C\" or \"xxd\""
            }
            Self::Lines => {
                "a line of the dump does not follow the line before it: each begins with its offset"
            }
            Self::Long => "the lines that the dump leaves out are more than 16 MiB",
            Self::Column => {
                "the hex looks like a dump, but the text at the end of a line does not show its bytes"
            }
            Self::Number => {
                "numbers with 0x must be two or more, and each of one byte, such as 0x81, 0x05"
            }
        };
        f.write_str(why)
    }
}

impl fmt::Display for HexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digit { letter, position } => write!(
                f,
                "{letter:?}, character {position} of the hex, is no hex digit"
            ),
            Self::Odd(digits) => {
                write!(f, "{digits} hex digits are not a whole number of bytes")
            }
            Self::Unread(why) => why.fmt(f),
        }
    }
}

impl error::Error for HexError {}

/// Reads hex digits, and ignores white space and colons between them. Also reads what `xxd` and `hexdump -C` print,
/// and numbers as in `0x81, 0x05`.
///
/// # Errors
/// Returns an error if the text contains other characters, an odd number of digits, or what other programs print with
/// offsets.
pub fn from_hex(text: &str) -> Result<Vec<u8>, HexError> {
    if let Some(bytes) = dumped(text) {
        return bytes;
    }
    let mut digits = Vec::new();
    for (at, letter) in text.chars().enumerate() {
        match letter.to_digit(16) {
            Some(digit) => digits.push(digit as u8),
            None if letter.is_ascii_whitespace() || letter == ':' => {}
            None if letter.eq_ignore_ascii_case(&'x') && digits.last() == Some(&0) => {
                return Err(HexError::Unread(Unread::Number));
            }
            None if resembles_dump(text) => return Err(HexError::Unread(Unread::Column)),
            None => {
                let position = at + 1;
                return Err(HexError::Digit { letter, position });
            }
        }
    }
    if digits.len() % 2 == 1 {
        return Err(HexError::Odd(digits.len()));
    }
    Ok(digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect())
}

/// Writes bytes as lower-case hex digits, two per byte.
pub fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}
