//! Bytes of a connection in hex.

use wsdraft::Role;

use crate::bytes::{self, HexError};

/// Bytes, and their sender if it is known.
pub type Piece = (Option<Role>, Vec<u8>);

/// Reads hex. Lines from the client begin with `>`, lines from the server with `<`. Without such
/// lines, all bytes belong to one direction, and the sender is not known. Lines of one sender that follow each other
/// can be a dump.
///
/// # Errors
/// Returns an error if the text contains other characters, or an odd number of digits.
pub fn from_hex(text: &str) -> Result<Vec<Piece>, HexError> {
    let mut pieces: Vec<Lines<'_>> = Vec::new();
    let mut before = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        let (role, digits) = match trimmed.as_bytes() {
            [b'>', ..] => (Some(Role::Client), trimmed.get(1..)),
            [b'<', ..] => (Some(Role::Server), trimmed.get(1..)),
            _ => (None, Some(line)),
        };
        let digits = digits.unwrap_or_default();
        let length = line.chars().count();
        let digits = (before + length - digits.chars().count(), digits);
        before += length;
        match pieces.last_mut() {
            Some(last) if role.is_none() || last.role == role => last.digits.push(digits),
            _ => pieces.push(Lines {
                role,
                digits: vec![digits],
            }),
        }
    }
    pieces.iter().map(Lines::read).collect()
}

/// Lines of one sender that follow each other.
struct Lines<'a> {
    role: Option<Role>,
    /// The hex of each line, and how many characters of the text are before it.
    digits: Vec<(usize, &'a str)>,
}

impl Lines<'_> {
    fn read(&self) -> Result<Piece, HexError> {
        let digits: String = self.digits.iter().map(|(_, digits)| *digits).collect();
        let bytes = bytes::from_hex(&digits).map_err(|error| match error {
            HexError::Digit { letter, position } => HexError::Digit {
                letter,
                position: self.position(position),
            },
            HexError::Odd(_) | HexError::Unread(_) => error,
        })?;
        Ok((self.role, bytes))
    }

    /// Where in the text a character of the hex is, from 1.
    fn position(&self, mut position: usize) -> usize {
        for (before, digits) in &self.digits {
            let length = digits.chars().count();
            if position <= length {
                return before + position;
            }
            position -= length;
        }
        position
    }
}

#[cfg(test)]
mod tests {
    use wsdraft::Role;

    #[test]
    fn directions_of_hex_are_told_by_arrows() {
        let pieces = super::from_hex("> 81 00\n 8100\n<8a00\n").unwrap();
        assert_eq!(
            pieces,
            [
                (Some(Role::Client), vec![0x81, 0, 0x81, 0]),
                (Some(Role::Server), vec![0x8a, 0]),
            ]
        );
        assert!(super::from_hex("81 0").is_err());
    }
}
