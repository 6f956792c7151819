//! Safe display of untrusted text on a terminal.

use std::fmt;

/// Displays text of unknown origin so that it cannot affect other output. Escapes such as `\u{1b}`
/// replace control characters (C0 except line feed and tab, DEL, C1), characters that change the
/// text direction, and the two other line terminators.
///
/// ```
/// # use wsdraft_spec::Printable;
/// assert_eq!(Printable("a\u{1b}[2Jb\r\n").to_string(), "a\\u{1b}[2Jb\\r\n");
/// assert_eq!(Printable("grüße\t→").to_string(), "grüße\t→");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Printable<'a>(pub &'a str);

impl Printable<'_> {
    /// Whether a character is shown unchanged.
    #[must_use]
    pub const fn is_plain(character: char) -> bool {
        !matches!(
            character,
            '\0'..='\u{8}'
                | '\u{b}'..='\u{1f}'
                | '\u{7f}'..='\u{9f}'
                | '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
        )
    }
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(|character| !Self::is_plain(character)) {
            let (plain, other) = rest.split_at(at);
            f.write_str(plain)?;
            let mut characters = other.chars();
            for character in characters.by_ref().take(1) {
                write!(f, "{}", character.escape_default())?;
            }
            rest = characters.as_str();
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::Printable;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        let all: String = (0..=0x10_ffff).filter_map(char::from_u32).collect();
        let shown = Printable(&all).to_string();
        let obeyed = shown
            .chars()
            .filter(|one| one.is_control() && !matches!(one, '\n' | '\t'));
        assert_eq!(obeyed.count(), 0);
        for bidi in [
            '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}', '\u{200f}', '\u{61c}',
        ] {
            assert!(!shown.contains(bidi));
        }
        assert!(shown.contains('é') && shown.contains('\u{301}') && shown.contains('🦀'));
    }
}
