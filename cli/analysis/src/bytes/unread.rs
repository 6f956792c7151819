//! What is not read of what programs print in hex.

use std::fmt;

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
