//! Generated code as plain text with line breaks, for compilers and lints.

use std::fmt::Write as _;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// Tokens as text with one statement per line, for a file that a build script writes.
///
/// The compiler accepts a single line as well, but its messages would then show the whole file.
#[must_use]
pub fn text(tokens: &TokenStream) -> String {
    let mut out = String::new();
    print(tokens.clone(), &mut out);
    out
}

fn print(tokens: TokenStream, out: &mut String) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ") "),
                    Delimiter::Bracket => ("[", "] "),
                    Delimiter::Brace => ("{\n", "}\n"),
                    Delimiter::None => (" ", " "),
                };
                out.push_str(open);
                print(group.stream(), out);
                out.push_str(close);
            }
            TokenTree::Punct(punct) => {
                out.push(punct.as_char());
                match (punct.as_char(), punct.spacing()) {
                    (';', _) => out.push('\n'),
                    (_, Spacing::Alone) => out.push(' '),
                    (_, Spacing::Joint) => {}
                }
            }
            other => {
                // Writing to a string cannot fail.
                let _ = write!(out, "{other} ");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::quote;

    use super::text;

    #[test]
    fn the_text_has_the_same_tokens_and_a_line_for_each_statement() {
        let tokens = quote! {
            fn f<'a>(x: &'a [u8]) -> u64 { if x.is_empty() { return -1; } x[0] <<= 2; 'a'..=b"\n" }
        };
        let text = text(&tokens);
        let back: TokenStream = text.parse().unwrap();
        assert_eq!(back.to_string(), tokens.to_string());
        assert!(text.lines().count() > 4, "{text}");
    }
}
