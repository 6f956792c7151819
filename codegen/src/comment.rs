//! Comments in generated code.
//!
//! Tokens cannot contain comments, so emitters write `wsdraft_comment!("…");`. The marker is
//! removed when tokens are compiled and becomes a `//` line when they are printed. It is an
//! attribute where a statement is not allowed.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Name of the marker.
pub(crate) const MARKER: &str = "wsdraft_comment";

/// A text in which no character ends or hides a comment.
pub(crate) fn printable(text: &str) -> String {
    wsdraft_spec::Printable(text).to_string()
}

/// Removes all markers.
pub(crate) fn strip(tokens: TokenStream) -> TokenStream {
    let mut out = Vec::new();
    let mut skip = 0usize;
    for tree in tokens {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        match tree {
            // The `#` of an attribute stands before it.
            TokenTree::Group(group) if is_heading(&group) => {
                out.pop();
            }
            // The identifier, then `!`, the text and `;`.
            TokenTree::Ident(ident) if ident == MARKER => skip = 3,
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), strip(group.stream()));
                inner.set_span(group.span());
                out.push(TokenTree::Group(inner));
            }
            other => out.push(other),
        }
    }
    out.into_iter().collect()
}

/// Whether a group is a marker in the form of an attribute.
fn is_heading(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(ident)) if ident == MARKER)
}

/// The value of a string literal as one line of a comment, which nothing in it ends.
#[cfg(feature = "format")]
pub(crate) fn line(literal: &str) -> Option<String> {
    let (raw, quoted) = match literal.strip_prefix('r') {
        Some(quoted) => (true, quoted.trim_matches('#')),
        None => (false, literal),
    };
    let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
    let mut line = String::with_capacity(inner.len());
    let mut letters = inner.chars();
    loop {
        let rest = letters.as_str();
        let plain = rest.find(|letter: char| letter == '\\' || letter.is_control());
        let (plain, special) = rest.split_at(plain.unwrap_or(rest.len()));
        line.push_str(plain);
        letters = special.chars();
        let letter = match letters.next() {
            None => return Some(line),
            Some('\\') if !raw => escaped(&mut letters)?,
            Some(letter) => letter,
        };
        if letter.is_control() {
            line.extend(letter.escape_debug());
        } else {
            line.push(letter);
        }
    }
}

/// The character that is written after a backslash.
#[cfg(feature = "format")]
fn escaped(letters: &mut std::str::Chars<'_>) -> Option<char> {
    let digits = match letters.next()? {
        'n' => return Some('\n'),
        'r' => return Some('\r'),
        't' => return Some('\t'),
        '0' => return Some('\0'),
        letter @ ('\\' | '\'' | '"') => return Some(letter),
        'x' => {
            let (digits, rest) = letters.as_str().split_at_checked(2)?;
            *letters = rest.chars();
            digits
        }
        'u' => {
            let inner = letters.as_str().strip_prefix('{')?;
            let (digits, rest) = inner.split_once('}')?;
            *letters = rest.chars();
            digits
        }
        _ => return None,
    };
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::strip;

    #[test]
    fn markers_vanish_at_every_depth() {
        let tokens = quote!(
            fn f() {
                wsdraft_comment!("why");
                if x {
                    wsdraft_comment!("deep");
                    y();
                }
            }
        );
        assert_eq!(
            strip(tokens).to_string(),
            quote!(
                fn f() {
                    if x {
                        y();
                    }
                }
            )
            .to_string()
        );
    }
}
