//! `fn plain`: the fast path for nearly all frames. Lowering decides their form.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    emit::{Uses, count, hex, number, types, word::Word as _},
    model::Plain,
};

/// The function.
pub(super) fn function(plain: &Plain, uses: &Uses<'_>) -> TokenStream {
    uses.names(&["frame::Plain"]);
    let rotate = uses.name("mask::rotate");
    let masked_by = plain.masked_by.map(|role| types::role(role, uses));
    let from = if masked_by.is_some() {
        quote!(from)
    } else {
        quote!(_from)
    };
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
    let unmask = |name: TokenStream, at: usize| {
        let at = count(at);
        if plain.covered {
            quote!(#name ^ nonce[#at])
        } else {
            name
        }
    };
    let first = unmask(quote!(first), 0);
    let second = unmask(quote!(second), 1);
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
    let (b0, b1) = (unmask(quote!(b0), 2), unmask(quote!(b1), 3));
    let longer = plain.longer.map(|(marker, least)| {
        let (marker, least) = (number(marker), number(least));
        quote! {
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
        }
    });
    let found = if plain.covered {
        quote! {
            let (key, size) = if masked {
                (Some(#rotate(nonce, size)), size + 4)
            } else {
                (None, size)
            };
        }
    } else if plain.masked.is_some() {
        quote! {
            let (key, size) = if masked {
                (Some(*bytes.get(size..)?.first_chunk::<4>()?), size + 4)
            } else {
                (None, size)
            };
        }
    } else {
        quote!(let key = None;)
    };
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
            #found
            Some(Plain { kind, size, length, key })
        }
    }
}
