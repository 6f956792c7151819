//! Expressions over the bytes of a handshake or a frame.
//!
//! In the emitted code, `request`, `response`, `nonce` and `session` are in scope wherever the
//! expression may use them.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::vocabulary::Expr;

use super::Uses;
use crate::model::Sha1;

/// What an expression is in the emitted code.
enum Form {
    /// An array that the emitted code computes.
    Array(TokenStream),
    /// A slice, or a reference to an array.
    Borrowed(TokenStream),
}

fn form(expr: &Expr, uses: &Uses<'_>) -> Form {
    Form::Borrowed(match expr {
        Expr::Sha1(inner) => return Form::Array(hash("digest::sha1", inner, uses)),
        Expr::Md5(inner) => return Form::Array(hash("digest::md5", inner, uses)),
        Expr::Base64(inner) => {
            let inner = bytes(inner, uses);
            let base64 = uses.name("digest::base64");
            quote!(#base64(#inner).as_bytes())
        }
        Expr::Concat(parts) => {
            let parts = parts.iter().map(|part| bytes(part, uses));
            quote!([#(#parts),*].concat().as_slice())
        }
        Expr::Text(text) => {
            let literal = proc_macro2::Literal::byte_string(text.as_bytes());
            quote!(#literal)
        }
        Expr::Header(name) => quote!(request.fields.value(#name)),
        Expr::ResponseHeader(name) => quote!(response.fields.value(#name)),
        Expr::SpacedNumber(name) => {
            let number = uses.name("support::spaced_number");
            quote!(&#number(request.fields.value(#name)))
        }
        Expr::Body => quote!(request.body),
        Expr::FrameNonce => quote!(&nonce),
        Expr::SessionKey => quote!(&session.masking_key.unwrap_or_default()),
    })
}

/// An expression of type `&[u8]`.
pub(super) fn bytes(expr: &Expr, uses: &Uses<'_>) -> TokenStream {
    match form(expr, uses) {
        Form::Array(array) => quote!(&#array),
        Form::Borrowed(bytes) => bytes,
    }
}

/// What is encoded, as an expression of type `&[u8]`, if the whole value is base64.
pub(super) fn in_base64(expr: &Expr, uses: &Uses<'_>) -> Option<TokenStream> {
    let Expr::Base64(inner) = expr else {
        return None;
    };
    Some(bytes(inner, uses))
}

/// An expression of type `[u8]` or an array of them, to compare with.
pub(super) fn owned(expr: &Expr, uses: &Uses<'_>) -> TokenStream {
    match form(expr, uses) {
        Form::Array(array) => array,
        Form::Borrowed(bytes) => quote!(*#bytes),
    }
}

/// An expression of type `[u8; 20]`.
pub(super) fn sha1(key: Sha1<'_>, uses: &Uses<'_>) -> TokenStream {
    hash("digest::sha1", key.of.expr, uses)
}

/// The hash of an expression. The runtime's functions hash several parts without joining them.
fn hash(function: &'static str, of: &Expr, uses: &Uses<'_>) -> TokenStream {
    let function = uses.name(function);
    let parts: Vec<_> = if let Expr::Concat(parts) = of {
        parts.iter().map(|part| bytes(part, uses)).collect()
    } else {
        vec![bytes(of, uses)]
    };
    quote!(#function(&[#(#parts),*]))
}
