//! Words of commands that a user is to paste into a shell.

use std::path::Path;

/// A word as a shell reads it: between quotation marks, unless it needs none.
pub fn quoted(word: impl AsRef<Path>) -> String {
    let word = word.as_ref().display().to_string();
    let is_plain = |byte: u8| match byte {
        b'-' | b'_' | b'.' | b'/' | b',' | b':' | b'=' | b'@' | b'%' | b'+' => true,
        b'\\' => cfg!(windows),
        byte => byte.is_ascii_alphanumeric(),
    };
    match !word.is_empty() && word.bytes().all(is_plain) {
        true => word,
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn only_what_needs_it_is_quoted() {
        assert_eq!(quoted("out/a-b_1.ksy"), "out/a-b_1.ksy");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted("$(id)"), "'$(id)'");
        assert_eq!(quoted(""), "''");
    }
}
