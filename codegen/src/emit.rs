//! Emitters turn the Rust model into tokens: one emitter for each generated item.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

pub(crate) use self::uses::Uses;
use crate::model::Module;

mod expr;
pub(crate) mod extension;
mod frame;
mod guard;
mod handshake;
mod layout;
mod marker;
mod rules;
mod tables;
mod types;
mod uses;
pub(crate) mod versions;
mod word;

/// The items of a module, in parts that drafts can share if they are equal.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    /// Parts that other drafts may share: the name of the inner module, its exports and its tokens.
    pub(crate) shareable: Vec<Shareable>,
    /// The rest.
    pub(crate) own: TokenStream,
}

/// A part of a module that does not mention its draft.
#[derive(Clone, Debug)]
pub(crate) struct Shareable {
    /// Name of the item.
    pub(crate) name: &'static str,
    /// Name of the private module that the item is in.
    pub(crate) within: Option<&'static str>,
    /// The item.
    pub(crate) tokens: TokenStream,
}

/// Emits the items of a draft's module.
pub(crate) fn parts(module: &Module<'_>, runtime: &TokenStream) -> Parts {
    let shareable = vec![
        Shareable {
            name: "Opcode",
            within: Some("opcode"),
            tokens: types::opcode(module, runtime),
        },
        Shareable {
            name: "CloseCode",
            within: Some("close_code"),
            tokens: types::close_code(module, runtime),
        },
        Shareable {
            name: "layout",
            within: None,
            tokens: layout::module(module, runtime),
        },
    ];
    let marker = marker::module(module, runtime);
    let rules = rules::of_draft(module, runtime);
    let tables = tables::module(module, runtime);
    let request = handshake::request(module, runtime);
    let response = handshake::response(module, runtime);
    let frame = frame::module(module, runtime);
    let own = quote! {
        #marker
        #rules
        #tables
        #request
        #response
        #frame
    };
    Parts { shareable, own }
}

/// What a module exports from its private modules, and from those of these parts.
pub(crate) fn exports<'a>(parts: impl Iterator<Item = &'a Shareable>) -> TokenStream {
    let mut exports = vec![
        ("draft", quote!(Draft)),
        ("rules", quote!(Rule)),
        ("tables", quote!({INFO, RULES})),
    ];
    for part in parts {
        let item = ident(part.name);
        exports.extend(part.within.map(|within| (within, quote!(#item))));
    }
    exports.sort_by_key(|(within, _)| *within);
    let exports = exports.into_iter().map(|(within, items)| {
        let within = ident(within);
        quote!(#within::#items)
    });
    quote! {
        #[allow(unused_imports)]
        pub use self::{#(#exports),*};
    }
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

fn hex(value: u8) -> TokenStream {
    let text = format!("0x{value:02x}");
    text.parse().unwrap_or_else(|_| {
        let literal = Literal::u8_unsuffixed(value);
        quote!(#literal)
    })
}

fn number(value: impl Into<u64>) -> Literal {
    Literal::u64_unsuffixed(value.into())
}

/// A comment above an item without a body, which only [`crate::format`] shows.
fn heading(text: &str) -> TokenStream {
    let marker = ident(crate::comment::MARKER);
    quote!(#[#marker = #text])
}

/// A comment that only [`crate::format`] prints; see [`crate::comment`].
fn comment(text: &str) -> TokenStream {
    let marker = ident(crate::comment::MARKER);
    let text = crate::comment::printable(text);
    quote!(#marker!(#text);)
}

fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}

/// A count or an index, as a literal without a suffix.
fn count(value: usize) -> Literal {
    Literal::usize_unsuffixed(value)
}

/// Names of parameters, which start with `_` if they are unused.
fn parameters<const N: usize>(names: [&str; N], unused: bool) -> [Ident; N] {
    names.map(|name| {
        if unused {
            ident(&format!("_{name}"))
        } else {
            ident(name)
        }
    })
}

/// Doc comment lines.
pub(crate) fn doc(text: &str) -> TokenStream {
    let lines = text.lines().map(str::trim_end).map(|line| {
        if line.is_empty() {
            String::new()
        } else {
            // Some characters would end or hide the printed comment.
            format!(" {}", crate::comment::printable(line))
        }
    });
    quote!(#(#[doc = #lines])*)
}
