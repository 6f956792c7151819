//! Text of unknown origin in other formats.

use wsdraft_spec::Printable;

/// Text as one line that cannot affect a terminal.
pub(super) fn line(text: &str) -> String {
    Printable(text)
        .to_string()
        .replace('\n', "\\n")
        .replace('\t', "\\t")
}

/// Text in HTML or XML, in an element or in an attribute.
pub(super) fn markup(text: &str) -> String {
    // Neither format can hold control characters, and XML none of these two either.
    let text = Printable(text).to_string();
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

/// A byte as a character of a dump.
pub(super) fn letter(byte: u8) -> char {
    if byte.is_ascii_graphic() || byte == b' ' {
        char::from(byte)
    } else {
        '.'
    }
}
