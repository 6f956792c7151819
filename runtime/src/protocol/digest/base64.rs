//! Base64 with padding (RFC 4648 §4).

use alloc::{string::String, vec::Vec};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What a byte that is no digit has for a value.
const NONE: u8 = 0x80;

/// The value of each byte as a digit.
static VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        values[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// The encoding of these bytes.
pub(super) fn encode(bytes: &[u8]) -> String {
    let digit = |bits: u32| ALPHABET[(bits & 0x3f) as usize];
    let mut text = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    let groups = bytes.chunks_exact(3);
    let rest = groups.remainder();
    for group in groups {
        let bits = group
            .iter()
            .fold(0, |bits, &byte| bits << 8 | u32::from(byte));
        text.extend_from_slice(&[bits >> 18, bits >> 12, bits >> 6, bits].map(digit));
    }
    match *rest {
        [one] => {
            let bits = u32::from(one) << 4;
            text.extend_from_slice(&[digit(bits >> 6), digit(bits), b'=', b'=']);
        }
        [one, two] => {
            let bits = (u32::from(one) << 8 | u32::from(two)) << 2;
            text.extend_from_slice(&[digit(bits >> 12), digit(bits >> 6), digit(bits), b'=']);
        }
        _ => {}
    }
    // All of it is ASCII.
    String::from_utf8(text).unwrap_or_default()
}

/// Passes on the bytes that the text encodes, three at a time at most. `None` if it is not base64 with
/// padding and zero pad bits; some bytes may have been passed on.
pub(super) fn decode(text: &[u8], mut take: impl FnMut(&[u8])) -> Option<()> {
    let digits = match text {
        [body @ .., b'=', b'='] | [body @ .., b'='] => body,
        _ => text,
    };
    let padding = text.len() - digits.len();
    if text.len() % 4 != 0 {
        return None;
    }
    for group in digits.chunks(4) {
        let mut values = [0; 4];
        for (value, &byte) in values.iter_mut().zip(group) {
            *value = VALUES[usize::from(byte)];
        }
        if values.iter().fold(0, |all, value| all | value) & NONE != 0 {
            return None;
        }
        let bits = values
            .iter()
            .fold(0, |bits, &value| bits << 6 | u32::from(value));
        let [_, bytes @ ..] = bits.to_be_bytes();
        // Four digits are three bytes; of an incomplete group, what is beyond its bytes must be zero.
        let length = if group.len() == 4 { 3 } else { 3 - padding };
        let (bytes, beyond) = bytes.split_at(length);
        if beyond.iter().any(|&byte| byte != 0) {
            return None;
        }
        take(bytes);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{decode, encode};

    fn decoded(text: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        decode(text.as_bytes(), |some| bytes.extend_from_slice(some))?;
        Some(bytes)
    }

    #[test]
    fn the_vectors_of_rfc_4648_are_encoded_and_decoded() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decoded(text).as_deref(), Some(bytes.as_bytes()));
        }
        let all: Vec<u8> = (0..=255).collect();
        for length in 0..=all.len() {
            assert_eq!(
                decoded(&encode(&all[..length])).as_deref(),
                Some(&all[..length])
            );
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "Zg",
            "Zg=",
            "Z===",
            "====",
            "Zm8",
            "Zm9v=",
            "Zm9vYg==Zg==",
            "Zg=a",
            "=Zg=",
            "Zm 9",
            "Zm9-",
            "Zm9_",
            "Zm9\u{e9}",
            // Pad bits that are not zero.
            "Zh==",
            "Zm9=",
            "Zm8=\n",
        ] {
            assert_eq!(decoded(text), None, "{text}");
        }
    }
}
