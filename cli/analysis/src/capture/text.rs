//! Bytes of a connection in hex.

use wsdraft::Role;

use crate::bytes::{self, HexError};

/// Bytes, and their sender if it is known.
pub type Piece = (Option<Role>, Vec<u8>);

/// Reads hex. Lines from the client begin with `>`, lines from the server with `<`. Without such
/// lines, all bytes belong to one direction, and the sender is not known.
///
/// # Errors
/// Returns an error if the text contains other characters, or an odd number of digits.
pub fn from_hex(text: &str) -> Result<Vec<Piece>, HexError> {
    if let Some(bytes) = bytes::dumped(text) {
        return Ok(vec![(None, bytes)]);
    }
    let mut pieces: Vec<(Option<Role>, String)> = Vec::new();
    for line in text.lines() {
        let (role, digits) = match line.trim_start().as_bytes() {
            [b'>', ..] => (Some(Role::Client), line.trim_start().get(1..)),
            [b'<', ..] => (Some(Role::Server), line.trim_start().get(1..)),
            _ => (None, Some(line)),
        };
        let digits = digits.unwrap_or_default();
        match pieces.last_mut() {
            Some((last, before)) if role.is_none() || *last == role => before.push_str(digits),
            _ => pieces.push((role, digits.to_owned())),
        }
    }
    pieces
        .into_iter()
        .map(|(role, digits)| Ok((role, bytes::from_hex(&digits)?)))
        .collect()
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
