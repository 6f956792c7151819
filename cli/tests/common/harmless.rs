//! Text that a terminal obeys.

/// What a terminal would obey.
pub(crate) const EVIL: &str = "\u{1b}]0;pwn\u{7}\u{1b}[2J\u{9b}31m\u{202e}\u{7f}\u{2066}";

/// That nothing which a terminal obeys is in a text, save line feeds and tabs.
#[track_caller]
pub(crate) fn assert_harmless(bytes: &[u8]) -> String {
    let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let obeyed = |one: char| {
        (one.is_control() && one != '\n' && one != '\t')
            || matches!(one, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
    };
    assert!(!text.contains(obeyed), "{text:?}");
    text
}
