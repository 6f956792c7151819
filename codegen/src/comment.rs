//! Comments in generated code.
//!
//! Tokens cannot carry comments, so emitters write `wsdraft_comment!("…");`. The marker is
//! taken out where tokens are compiled, and becomes a `//` line where they are printed.

use proc_macro2::{Group, TokenStream, TokenTree};

/// Name of the marker.
pub(crate) const MARKER: &str = "wsdraft_comment";

/// Takes all markers out.
pub(crate) fn strip(tokens: TokenStream) -> TokenStream {
    let mut out = Vec::new();
    let mut skip = 0usize;
    for tree in tokens {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        match tree {
            // The identifier, and after it `!`, the text and `;`.
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

/// Turns each line with a marker into a comment line, and sets items apart by blank lines.
#[cfg(feature = "format")]
pub(crate) fn show(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let start = format!("{MARKER}!(\"");
    let broken = format!("{MARKER}!(");
    let mut closed: Option<&str> = None;
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let mut text = line.trim_start();
        let joined;
        if text == broken {
            // A long text stands on a line of its own, and the end on another.
            joined = format!(
                "{broken}{});",
                lines
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .trim_end_matches(',')
            );
            lines.next();
            text = &joined;
        }
        let indent = &line[..line.len() - line.trim_start().len()];
        let is_item = ["///", "#[", "pub ", "impl ", "fn "]
            .iter()
            .any(|word| text.starts_with(word));
        let is_import = text.starts_with("use ") || text.starts_with("pub use ");
        if is_item && !is_import && closed == Some(indent) {
            out.push('\n');
        }
        let ends_item = text.ends_with('}') || text.ends_with(';');
        closed = ends_item.then_some(indent);
        out.push_str(indent);
        match text
            .strip_prefix(&start)
            .and_then(|rest| rest.strip_suffix("\");"))
        {
            Some(comment) => {
                out.push_str("// ");
                out.push_str(&comment.replace("\\\"", "\"").replace("\\\\", "\\"));
            }
            None => out.push_str(text),
        }
        out.push('\n');
    }
    out
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
