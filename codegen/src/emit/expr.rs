//! Expressions over the bytes of a handshake or a frame.
//!
//! In the emitted code, `request`, `response`, `nonce` and `session` are in scope wherever the
//! expression may use them.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::vocabulary::Expr;

/// An expression of type `&[u8]`.
pub(super) fn bytes(expr: &Expr, runtime: &TokenStream) -> TokenStream {
    match expr {
        Expr::Base64(inner) => {
            let inner = bytes(inner, runtime);
            quote!(#runtime::digest::base64(#inner).as_bytes())
        }
        Expr::Sha1(_) | Expr::Md5(_) => {
            let array = hash(expr, runtime);
            quote!(&#array)
        }
        Expr::Concat(parts) => {
            let parts = parts.iter().map(|part| bytes(part, runtime));
            quote!([#(#parts),*].concat().as_slice())
        }
        Expr::Text(text) => {
            let literal = proc_macro2::Literal::byte_string(text.as_bytes());
            quote!(#literal)
        }
        Expr::Header(name) => quote!(request.fields.value(#name)),
        Expr::ResponseHeader(name) => quote!(response.fields.value(#name)),
        Expr::SpacedNumber(name) => {
            quote!(&#runtime::grammar::spaced_number(request.fields.value(#name)).unwrap_or_default().to_be_bytes())
        }
        Expr::Body => quote!(request.body),
        Expr::FrameNonce => quote!(&nonce),
        Expr::SessionKey => quote!(&session.masking_key.unwrap_or_default()),
    }
}

/// An expression of type `[u8]` or an array of them, to compare with.
pub(super) fn owned(expr: &Expr, runtime: &TokenStream) -> TokenStream {
    match expr {
        Expr::Sha1(_) | Expr::Md5(_) => hash(expr, runtime),
        _ => {
            let bytes = bytes(expr, runtime);
            quote!(*#bytes)
        }
    }
}

/// An expression of type `[u8; 20]` or `[u8; 16]`, for a hash.
pub(super) fn hash(expr: &Expr, runtime: &TokenStream) -> TokenStream {
    let (function, inner) = match expr {
        Expr::Sha1(inner) => (quote!(sha1), inner),
        Expr::Md5(inner) => (quote!(md5), inner),
        other => {
            let bytes = bytes(other, runtime);
            return quote!(#runtime::digest::sha1(&[#bytes]));
        }
    };
    let parts: Vec<_> = match &**inner {
        Expr::Concat(parts) => parts.iter().map(|part| bytes(part, runtime)).collect(),
        one => vec![bytes(one, runtime)],
    };
    quote!(#runtime::digest::#function(&[#(#parts),*]))
}

/// Whether an expression uses the response.
pub(super) fn uses_response(expr: &Expr) -> bool {
    match expr {
        Expr::ResponseHeader(_) => true,
        Expr::Base64(inner) | Expr::Sha1(inner) | Expr::Md5(inner) => uses_response(inner),
        Expr::Concat(parts) => parts.iter().any(uses_response),
        _ => false,
    }
}

/// Whether an expression uses the session key.
pub(super) fn uses_session(expr: &Expr) -> bool {
    match expr {
        Expr::SessionKey => true,
        Expr::Base64(inner) | Expr::Sha1(inner) | Expr::Md5(inner) => uses_session(inner),
        Expr::Concat(parts) => parts.iter().any(uses_session),
        _ => false,
    }
}
