//! What others wrote, with everything escaped that a terminal would obey.

use std::{borrow::Cow, fmt::Write as _};

use wsdraft_spec::Printable;

/// Text for people, from which nothing of others reaches a terminal but characters that it shows.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(Printable::is_plain) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(Printable(text).to_string())
    }
}

/// JSON with escapes for what a terminal would obey. Such characters stand in strings alone; those
/// of C0 are escaped there in any case.
pub(crate) fn json_escaped(json: String) -> String {
    if json.chars().all(Printable::is_plain) {
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

#[cfg(test)]
mod tests {
    use super::{json_escaped, printable};

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
