//! Emitters turn the Rust model into tokens: one emitter for each generated item.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::quote;
use wsdraft_spec::Printable;

use crate::model::Module;

mod expr;
pub(crate) mod extension;
mod frame;
mod guard;
mod handshake;
mod info;
mod layout;
mod types;
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
    /// The item.
    pub(crate) tokens: TokenStream,
}

/// Emits the items of a draft's module.
pub(crate) fn parts(module: &Module<'_>, runtime: &TokenStream) -> Parts {
    let shareable = vec![
        Shareable {
            name: "Opcode",
            tokens: types::opcode(module, runtime),
        },
        Shareable {
            name: "CloseCode",
            tokens: types::close_code(module, runtime),
        },
        Shareable {
            name: "layout",
            tokens: layout::module(module, runtime),
        },
    ];
    let marker = info::marker(module, runtime);
    let rules = types::rules(module, runtime);
    let tables = info::tables(module, runtime);
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

/// Whether tokens contain a name.
fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}

/// A comment that only [`crate::format`] prints; see [`crate::comment`].
fn comment(text: &str) -> TokenStream {
    let marker = ident(crate::comment::MARKER);
    let text = Printable(text).to_string();
    quote!(#marker!(#text);)
}

fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}

/// A count or an index, as a literal without a suffix.
fn count(value: usize) -> Literal {
    Literal::usize_unsuffixed(value)
}

/// Doc comment lines.
pub(crate) fn doc(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| {
        if line.is_empty() {
            String::new()
        } else {
            // Some characters would end or hide the printed comment.
            format!(" {}", Printable(line))
        }
    });
    quote!(#(#[doc = #lines])*)
}
