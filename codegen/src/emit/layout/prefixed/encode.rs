//! `fn encode`: writes a frame header.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::vocabulary::Cover;

use super::{left, right};
use crate::{
    emit::{Uses, count, expr, hex, number, parameters, types, word::Word as _},
    model::{LengthForm, Masking, Prefixed},
};

/// The function.
pub(in crate::emit::layout) fn function(layout: &Prefixed<'_>, uses: &Uses<'_>) -> TokenStream {
    let opcodes = layout.opcodes.iter().map(|&(value, kind)| {
        let (kind, value) = (kind.variant(uses), hex(value));
        quote!(Kind::#kind => #value,)
    });
    let opcode_mask = hex(layout.opcode.mask);
    let short = number(layout.short);
    let forms = layout.forms.iter().map(form);
    let too_long = (layout.longest < u64::MAX).then(|| quote!(_ => return None,));
    let masked = layout.masking.map(|masking| {
        let role = types::role(masking.by, uses);
        quote!(let masked = from == #role;)
    });
    let [from, nonce] = parameters(["from", "nonce"], layout.masking.is_none());
    let key = layout.masking.and_then(|masking| masking.key);
    let [session] = parameters(["session"], !key.is_some_and(|key| key.of.session));
    let (first, second) = (byte(layout, 0), byte(layout, 1));
    let write = write(layout, uses);
    quote! {
        /// Encodes a frame header. Returns `None` if the layout has no such frame.
        #[inline]
        #[must_use]
        pub fn encode(frame: &Outgoing, #from: Role, #nonce: [u8; 4], #session: &Session) -> Option<Encoded> {
            let opcode: u8 = match frame.kind {
                #(#opcodes)*
                Kind::Extension | Kind::ExtensionControl => frame.opcode & #opcode_mask,
                _ => return None,
            };
            let length = frame.length;
            let (marker, extended, size): (u8, u64, u8) = match length {
                0..=#short => (length as u8, 0, 2),
                #(#forms)*
                #too_long
            };
            #masked
            let first = #first;
            let second = #second;
            let header = u128::from(u16::from_le_bytes([first, second])) | (u128::from(extended) << 16);
            let mut encoded = Encoded::new();
            #write
            Some(encoded)
        }
    }
}

/// The arm of an extended form of the length.
fn form(form: &LengthForm) -> TokenStream {
    let (longest, marker) = (number(form.longest), number(form.marker));
    let (size, least) = (count(2 + form.bytes), number(form.shorter + 1));
    // The first byte of a length has the most significant bits.
    let extended = match 64 - 8 * form.bytes as u64 {
        0 => quote!(length.swap_bytes()),
        unused => {
            let unused = number(unused);
            quote!(length.swap_bytes() >> #unused)
        }
    };
    let range = if form.longest == u64::MAX {
        quote!(_)
    } else {
        quote!(#least..=#longest)
    };
    quote!(#range => (#marker, #extended, #size),)
}

/// The value of one of the two bytes.
fn byte(layout: &Prefixed<'_>, byte: usize) -> TokenStream {
    let mut terms = Vec::new();
    if layout.fin.byte == byte {
        let fin = if layout.more {
            quote!(!frame.fin)
        } else {
            quote!(frame.fin)
        };
        terms.push(left(quote!(u8::from(#fin)), layout.fin.shift));
    }
    let reserved = layout.reserved.iter().enumerate();
    for (at, bit) in reserved.filter(|(_, bit)| bit.byte == byte) {
        let reserved = right(quote!(frame.reserved), at as u32);
        terms.push(left(quote!((#reserved & 1)), bit.shift));
    }
    if layout.opcode.byte == byte {
        terms.push(left(quote!(opcode), layout.opcode.shift));
    }
    if let Some(masked) = layout.mask_bit().filter(|masked| masked.byte == byte) {
        terms.push(left(quote!(u8::from(masked)), masked.shift));
    }
    if layout.length.byte == byte {
        terms.push(left(quote!(marker), layout.length.shift));
    }
    quote!(#(#terms)|*)
}

fn write(layout: &Prefixed<'_>, uses: &Uses<'_>) -> TokenStream {
    let plain = quote! {
        encoded.push_integer(header, size);
    };
    let Some(masking) = layout.masking else {
        return plain;
    };
    match masking.covers {
        Cover::Payload => quote! {
            #plain
            if masked {
                encoded.push_integer(u32::from_le_bytes(nonce).into(), 4);
                encoded.mask = Mask::Four(nonce);
            }
        },
        Cover::Frame => {
            let (key, apply, mask) = key(masking, uses);
            quote! {
                if masked {
                    encoded.push_integer(u32::from_le_bytes(nonce).into(), 4);
                }
                #plain
                if masked {
                    let key = #key;
                    #apply;
                    encoded.mask = #mask;
                }
            }
        }
    }
}

/// The key, the statement that masks the header with it, and the mask of the payload.
fn key(masking: Masking<'_>, uses: &Uses<'_>) -> (TokenStream, TokenStream, TokenStream) {
    match masking.key {
        None => {
            let (apply, rotate) = (uses.name("mask::apply"), uses.name("mask::rotate"));
            (
                quote!(nonce),
                quote!(#apply(encoded.bytes_mut(4), key, 0)),
                quote!(Mask::Four(#rotate(key, size.into()))),
            )
        }
        Some(key) => {
            let apply = uses.name("mask::apply_cyclic");
            (
                expr::sha1(key, uses),
                quote!(#apply(encoded.bytes_mut(4), &key, 0)),
                quote!(Mask::Twenty { key, phase: size }),
            )
        }
    }
}
