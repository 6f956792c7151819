//! Bytes as hex digits.

use std::{error, fmt};

use super::{
    dumped::{dumped, resembles_dump},
    unread::Unread,
};

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
        return bytes.map_err(HexError::Unread);
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
