//! Base64, as other programs write bytes into text (RFC 4648 §4).

/// Reads base64, and ignores white space in it; `None` for anything else.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    let mut letters = text.bytes().filter(|letter| !letter.is_ascii_whitespace());
    for letter in letters.by_ref() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    let padded = letters.all(|letter| letter == b'=');
    (padded && held < 6).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::from_base64;

    #[test]
    fn text_is_read_to_its_padding() {
        for (text, bytes) in [
            ("", Some(&b""[..])),
            ("AAECAw==", Some(&[0, 1, 2, 3])),
            (" aGVs\n  bG8=\n", Some(b"hello")),
            ("+/8=", Some(&[0xfb, 0xff])),
            ("aGVsbG8", Some(b"hello")),
            ("a", None),
            ("aGVs!", None),
            ("aG==Vs", None),
        ] {
            assert_eq!(from_base64(text).as_deref(), bytes, "{text:?}");
        }
    }
}
