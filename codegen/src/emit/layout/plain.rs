//! `fn plain`: the fast path for nearly all frames. Lowering decides their form.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    emit::{Uses, count, hex, number, parameters, types, word::Word as _},
    model::Plain,
};

/// The function.
pub(super) fn function(plain: &Plain, uses: &Uses<'_>) -> TokenStream {
    uses.names(&["frame::Plain"]);
    let masked_by = plain.masked_by.map(|role| types::role(role, uses));
    let [from] = parameters(["from"], masked_by.is_none());
    let masked = masked_by.map(|role| quote!(let masked = from == #role;));
    let (header, clear) = if plain.covered {
        let header = quote! {
            let (nonce, header) = if masked {
                let (&nonce, header) = bytes.split_first_chunk::<4>()?;
                (nonce, header)
            } else {
                ([0; 4], bytes)
            };
        };
        (Some(header), quote!(header))
    } else {
        (None, quote!(bytes))
    };
    let first = byte(plain, quote!(first), 0);
    let second = byte(plain, quote!(second), 1);
    let length = match plain.masked {
        Some(bit) => {
            let bit = number(bit.shift);
            quote!(#second ^ u8::from(masked) << #bit)
        }
        None => second,
    };
    let kinds = plain.first.iter().map(|(value, kind)| {
        let (value, kind) = (hex(*value), kind.variant(uses));
        quote!(#value => Kind::#kind,)
    });
    let short = number(plain.short);
    let longer = longer(plain, &clear);
    let key = key(plain, uses);
    quote! {
        /// Decodes the header of a plain data frame: it contains a complete message, has no
        /// reserved bit set, is masked as its sender must mask it, and has its length in the
        /// shortest form but not in the longest form. `None` makes no statement about the frame.
        #[inline]
        #[must_use]
        pub fn plain(bytes: &[u8], #from: Role, _session: &Session) -> Option<Plain> {
            #masked
            #header
            let [first, second, ..] = *#clear else {
                return None;
            };
            let kind = match #first {
                #(#kinds)*
                _ => return None,
            };
            let (length, size) = match #length {
                short @ 0..=#short => (usize::from(short), 2),
                #longer
                _ => return None,
            };
            #key
            Some(Plain { kind, size, length, key })
        }
    }
}

/// A byte of the frame header, without the mask that covers it.
fn byte(plain: &Plain, name: TokenStream, at: usize) -> TokenStream {
    if plain.covered {
        let at = count(at);
        quote!(#name ^ nonce[#at])
    } else {
        name
    }
}

/// The arm of the extended form of the length.
fn longer(plain: &Plain, clear: &TokenStream) -> Option<TokenStream> {
    let (marker, least) = plain.longer?;
    let (marker, least) = (number(marker), number(least));
    let (b0, b1) = (byte(plain, quote!(b0), 2), byte(plain, quote!(b1), 3));
    Some(quote! {
        #marker => {
            let [_, _, b0, b1, ..] = *#clear else {
                return None;
            };
            let length = u16::from_be_bytes([#b0, #b1]);
            if length < #least {
                return None;
            }
            (usize::from(length), 4)
        }
    })
}

/// The statement that finds the masking key.
fn key(plain: &Plain, uses: &Uses<'_>) -> TokenStream {
    let key = if plain.covered {
        let rotate = uses.name("mask::rotate");
        quote!(#rotate(nonce, size))
    } else if plain.masked.is_some() {
        quote!(*bytes.get(size..)?.first_chunk::<4>()?)
    } else {
        return quote!(let key = None;);
    };
    quote! {
        let (key, size) = if masked {
            (Some(#key), size + 4)
        } else {
            (None, size)
        };
    }
}
