//! What others wrote, with everything escaped that a terminal would obey.

use std::{borrow::Cow, fmt::Write as _};

use wsdraft_spec::Printable;

/// Text for people, from which nothing of others reaches a terminal but characters that it shows.
pub fn printable(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(Printable(text).to_string())
    }
}

/// JSON with escapes for what a terminal would obey. Such characters stand in strings alone; those
/// of C0 are escaped there in any case.
pub fn json_escaped(json: String) -> String {
    if is_plain(&json) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 64);
    for character in json.chars() {
        if Printable::is_plain(character) {
            out.push(character);
        } else {
            let _ = write!(out, "\\u{:04x}", u32::from(character));
        }
    }
    out
}

/// Whether every character is shown unchanged. ASCII is passed over many bytes at a time: documents
/// have millions of them.
fn is_plain(mut text: &str) -> bool {
    while !text.is_empty() {
        text = &text[plain_ascii(text.as_bytes())..];
        let mut characters = text.chars();
        if !characters.by_ref().take(CHUNK).all(Printable::is_plain) {
            return false;
        }
        text = characters.as_str();
    }
    true
}

/// Bytes that are looked at together.
const CHUNK: usize = 32;

/// The length of the chunks at the start that have nothing but plain ASCII.
fn plain_ascii(bytes: &[u8]) -> usize {
    let mut chunks = bytes.chunks_exact(CHUNK);
    let count = chunks.position(|chunk| {
        let eights = chunk.chunks_exact(8);
        // Without a jump after each.
        !eights.fold(true, |plain, eight| plain & eight_are_plain(eight))
    });
    count.unwrap_or(bytes.len() / CHUNK) * CHUNK
}

/// Whether eight bytes are plain ASCII: a space or more, but less than DEL, or the end of a line.
/// They are added to as one number, and tell it in their highest bits. ASCII leaves these free, so
/// no byte carries into the next.
fn eight_are_plain(bytes: &[u8]) -> bool {
    const fn each(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    let highest = each(0x80);
    let Ok(bytes) = bytes.try_into().map(u64::from_ne_bytes) else {
        return false;
    };
    if bytes & highest != 0 {
        return false;
    }
    let shown = bytes + each(0x80 - b' ');
    let ends_no_line = (bytes ^ each(b'\n')) + each(0x7f);
    let deletes = bytes + each(1);
    (shown | !ends_no_line) & !deletes & highest == highest
}

#[cfg(test)]
mod tests {
    use wsdraft_spec::Printable;

    use super::{CHUNK, is_plain, json_escaped, printable};

    #[test]
    fn one_character_is_found_wherever_it_stands() {
        for at in 0..3 * CHUNK {
            for other in [
                '\0', '\u{1b}', '\u{1f}', ' ', '~', '\t', '\u{7f}', '\u{9b}', '\u{202e}', 'é',
            ] {
                let mut text = "a\n".repeat(2 * CHUNK);
                text.insert(at, other);
                assert_eq!(
                    is_plain(&text),
                    Printable::is_plain(other),
                    "{other:?} at {at}"
                );
            }
        }
    }

    #[test]
    fn json_keeps_what_it_says() {
        let text = "\u{1b}[2J\u{7f}\u{9b}31m\u{202e}é\n\u{2028}\\";
        let json = json_escaped(serde_json::to_string(text).unwrap());
        assert!(
            json.chars()
                .all(|one| !one.is_control() && one != '\u{202e}')
        );
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[test]
    fn text_is_borrowed_where_it_is_harmless() {
        assert!(matches!(
            printable("grüße\n"),
            std::borrow::Cow::Borrowed(_)
        ));
        assert_eq!(printable("a\u{9b}b"), "a\\u{9b}b");
    }
}
