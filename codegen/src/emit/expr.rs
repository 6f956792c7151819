//! Expressions over the bytes of a handshake or a frame.
//!
//! In the emitted code, `request`, `response`, `nonce` and `session` are in scope wherever the
//! expression may use them.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::vocabulary::Expr;

use super::Uses;

/// An expression of type `&[u8]`.
pub(super) fn bytes(expr: &Expr, uses: &Uses<'_>) -> TokenStream {
    match expr {
        Expr::Base64(inner) => {
            let inner = bytes(inner, uses);
            let base64 = uses.name("digest::base64");
            quote!(#base64(#inner).as_bytes())
        }
        Expr::Sha1(_) | Expr::Md5(_) => {
            let array = hash(expr, uses);
            quote!(&#array)
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
    }
}

/// An expression of type `[u8]` or an array of them, to compare with.
pub(super) fn owned(expr: &Expr, uses: &Uses<'_>) -> TokenStream {
    match expr {
        Expr::Sha1(_) | Expr::Md5(_) => hash(expr, uses),
        Expr::Base64(_)
        | Expr::Concat(_)
        | Expr::Text(_)
        | Expr::Header(_)
        | Expr::ResponseHeader(_)
        | Expr::SpacedNumber(_)
        | Expr::Body
        | Expr::FrameNonce
        | Expr::SessionKey => {
            let bytes = bytes(expr, uses);
            quote!(*#bytes)
        }
    }
}

/// An expression of type `[u8; 20]` or `[u8; 16]`, for a hash.
pub(super) fn hash(expr: &Expr, uses: &Uses<'_>) -> TokenStream {
    let (function, inner) = match expr {
        Expr::Sha1(inner) => (uses.name("digest::sha1"), inner),
        Expr::Md5(inner) => (uses.name("digest::md5"), inner),
        // The checks of the spec allow only a hash here.
        Expr::Base64(_)
        | Expr::Concat(_)
        | Expr::Text(_)
        | Expr::Header(_)
        | Expr::ResponseHeader(_)
        | Expr::SpacedNumber(_)
        | Expr::Body
        | Expr::FrameNonce
        | Expr::SessionKey => {
            let bytes = bytes(expr, uses);
            let sha1 = uses.name("digest::sha1");
            return quote!(#sha1(&[#bytes]));
        }
    };
    let parts: Vec<_> = match &**inner {
        Expr::Concat(parts) => parts.iter().map(|part| bytes(part, uses)).collect(),
        one => vec![bytes(one, uses)],
    };
    quote!(#function(&[#(#parts),*]))
}
