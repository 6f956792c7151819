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

/// The text of a marker.
#[cfg(feature = "format")]
pub(crate) fn text(call: &syn::Macro) -> Option<String> {
    let text: syn::LitStr = call
        .path
        .is_ident(MARKER)
        .then(|| call.parse_body().ok())??;
    Some(line(&text))
}

/// A text as one line of a comment, which nothing in it ends.
#[cfg(feature = "format")]
pub(crate) fn line(text: &syn::LitStr) -> String {
    let mut line = String::new();
    for letter in text.value().chars() {
        if letter.is_control() {
            line.extend(letter.escape_debug());
        } else {
            line.push(letter);
        }
    }
    line
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
