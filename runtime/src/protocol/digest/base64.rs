//! Base64 with padding (RFC 4648 §4).

use alloc::{string::String, vec};

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
    let mut text = vec![b'='; bytes.len().div_ceil(3) * 4];
    let (groups, places) = (bytes.chunks_exact(3), &mut text);
    let rest = groups.remainder();
    let mut places = places.chunks_exact_mut(4);
    for (group, place) in groups.zip(&mut places) {
        if let (&[one, two, three], [a, b, c, d]) = (group, place) {
            let bits = u32::from_be_bytes([0, one, two, three]);
            [*a, *b, *c, *d] = [bits >> 18, bits >> 12, bits >> 6, bits].map(digit);
        }
    }
    match (rest, places.next()) {
        (&[one], Some([a, b, ..])) => {
            let bits = u32::from(one) << 4;
            [*a, *b] = [bits >> 6, bits].map(digit);
        }
        (&[one, two], Some([a, b, c, _])) => {
            let bits = u32::from_be_bytes([0, 0, one, two]) << 2;
            [*a, *b, *c] = [bits >> 12, bits >> 6, bits].map(digit);
        }
        _ => {}
    }
    // All of it is ASCII.
    String::from_utf8(text).unwrap_or_default()
}

/// Four digits as one number.
const fn bits([a, b, c, d]: [u8; 4]) -> u32 {
    (a as u32) << 18 | (b as u32) << 12 | (c as u32) << 6 | d as u32
}

/// Passes on the bytes that the text encodes, three at a time at most. `None` if it is not base64 with
/// padding and zero pad bits; some bytes may have been passed on.
pub(super) fn decode(text: &[u8], mut take: impl FnMut(&[u8])) -> Option<()> {
    let digits = match text {
        [body @ .., b'=', b'='] | [body @ .., b'='] => body,
        _ => text,
    };
    if text.len() % 4 != 0 {
        return None;
    }
    let value = |&byte: &u8| VALUES[usize::from(byte)];
    let mut invalid = 0;
    let groups = digits.chunks_exact(4);
    let rest = groups.remainder();
    for group in groups {
        if let [a, b, c, d] = group {
            let values = [a, b, c, d].map(value);
            invalid |= values[0] | values[1] | values[2] | values[3];
            take(&bits(values).to_be_bytes()[1..]);
        }
    }
    // Of an incomplete group, what is beyond its bytes must be zero.
    let (values, length) = match rest {
        [] => ([0; 4], 0),
        [a, b, c] => ([value(a), value(b), value(c), 0], 2),
        [a, b] => ([value(a), value(b), 0, 0], 1),
        _ => return None,
    };
    let [_, last @ ..] = bits(values).to_be_bytes();
    let (bytes, beyond) = last.split_at(length);
    invalid |= values.iter().fold(0, |all, value| all | value);
    if invalid & NONE != 0 || beyond.iter().any(|&byte| byte != 0) {
        return None;
    }
    take(bytes);
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
