//! `fn decode`: reads a frame header.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use wsdraft_spec::vocabulary::Cover;

use super::{bit, bit_clear, bits, byte, left, right};
use crate::{
    emit::{Uses, comment, count, expr, number, parameters, types, word::Word as _},
    model::{Bit, LengthForm, Masking, Prefixed},
};

/// The function.
pub(in crate::emit::layout) fn function(layout: &Prefixed<'_>, uses: &Uses<'_>) -> TokenStream {
    let fields = fields(layout, uses);
    let masking = layout.masking.filter(|masking| match masking.covers {
        Cover::Frame => true,
        Cover::Payload => false,
    });
    let decode = masking.map_or_else(
        || {
            quote! {
                /// Decodes the header of the frame that starts at `bytes[0]`.
                #[inline]
                #[must_use]
                pub fn decode(bytes: &[u8], _from: Role, _session: &Session) -> Decode {
                    fields(bytes)
                }
            }
        },
        |masking| covered(layout, masking, uses),
    );
    quote! {
        #decode

        #fields
    }
}

/// Decodes a header that a mask covers.
fn covered(layout: &Prefixed<'_>, masking: Masking<'_>, uses: &Uses<'_>) -> TokenStream {
    let role = types::role(masking.by, uses);
    let header = count(layout.longest_header);
    let prefix_comment =
        comment("The four bytes that precede the frame, and the masked frame header.");
    let session = masking.key.is_some_and(|key| key.of.session);
    let [session] = parameters(["session"], !session);
    let (key, apply, mask) = key(masking, uses);
    let least = count(4 + 2);
    quote! {
        /// Decodes the header of the frame that starts at `bytes[0]`.
        #[inline]
        #[must_use]
        pub fn decode(bytes: &[u8], from: Role, #session: &Session) -> Decode {
            if from != #role {
                return fields(bytes);
            }
            #prefix_comment
            let Some((&nonce, covered)) = bytes.split_first_chunk::<4>() else {
                return Decode::Incomplete(#least);
            };
            let key = #key;
            let mut clear = [0; #header];
            let length = covered.len().min(#header);
            let clear = &mut clear[..length];
            clear.copy_from_slice(&covered[..length]);
            #apply;
            match fields(clear) {
                Decode::Incomplete(needed) => Decode::Incomplete(needed + 4),
                Decode::Header(mut header) => {
                    header.mask = #mask;
                    header.masked = true;
                    header.size += 4;
                    Decode::Header(header)
                }
                Decode::Overflow => Decode::Overflow,
            }
        }
    }
}

/// The key, the statement that unmasks the header with it, and the mask of the payload.
fn key(masking: Masking<'_>, uses: &Uses<'_>) -> (TokenStream, TokenStream, TokenStream) {
    match masking.key {
        None => {
            let (apply, rotate) = (uses.name("mask::apply"), uses.name("mask::rotate"));
            (
                quote!(nonce),
                quote!(#apply(clear, key, 0)),
                quote!(Mask::Four(#rotate(key, usize::from(header.size)))),
            )
        }
        Some(key) => {
            let apply = uses.name("mask::apply_cyclic");
            (
                expr::sha1(key, uses),
                quote!(#apply(clear, &key, 0)),
                quote!(Mask::Twenty {
                    key,
                    phase: header.size % 20
                }),
            )
        }
    }
}

/// `fn fields`: decodes an unmasked frame header.
fn fields(layout: &Prefixed<'_>, uses: &Uses<'_>) -> TokenStream {
    let kinds = layout.kinds.iter().map(|kind| {
        let kind = kind.variant(uses);
        quote!(Kind::#kind)
    });
    let entries = count(layout.kinds.len());
    let opcode = bits(layout.opcode);
    let length = bits(layout.length);
    let fin = if layout.more {
        bit_clear(layout.fin)
    } else {
        bit(layout.fin)
    };
    let reserved = reserved(&layout.reserved);
    let forms = layout.forms.iter().map(form);
    let short_bits = number(layout.length.mask.count_ones());
    let (mask, masked) = mask(layout);
    quote! {
        /// The purpose of each opcode.
        const KINDS: [Kind; #entries] = [#(#kinds),*];

        #[inline]
        fn fields(bytes: &[u8]) -> Decode {
            let [first, second, ..] = *bytes else {
                return Decode::Incomplete(2);
            };
            let opcode = #opcode;
            let (length, length_bits, size) = match #length {
                #(#forms)*
                short => (u64::from(short), #short_bits, 2),
            };
            #mask
            Decode::Header(FrameHeader {
                kind: KINDS[usize::from(opcode)],
                opcode,
                fin: #fin,
                reserved: #reserved,
                #masked,
                length_bits,
                size: size as u8,
                length: Length::Bytes(length),
                mask,
            })
        }
    }
}

/// The arm of an extended form of the length.
fn form(form: &LengthForm) -> TokenStream {
    let marker = number(form.marker);
    let size = count(form.bytes + 2);
    let names: Vec<_> = (0..form.bytes).map(|at| format_ident!("b{at}")).collect();
    let zeros = (form.bytes..8).map(|_| quote!(0));
    let bits = number(form.bits);
    quote! {
        #marker => {
            let [_, _, #(#names,)* ..] = *bytes else {
                return Decode::Incomplete(#size);
            };
            (u64::from_be_bytes([#(#zeros,)* #(#names),*]), #bits, #size)
        }
    }
}

/// Statements that read the masking key in the header, and the field that says whether there is
/// one.
fn mask(layout: &Prefixed<'_>) -> (TokenStream, TokenStream) {
    let Some(masked) = layout.mask_bit() else {
        return (quote!(let mask = Mask::None;), quote!(masked: false));
    };
    let masked = bit(masked);
    let key = quote! {
        let masked = #masked;
        let (mask, size) = if masked {
            let Some(&key) = bytes.get(size..).and_then(|rest| rest.first_chunk::<4>()) else {
                return Decode::Incomplete(size + 4);
            };
            (Mask::Four(key), size + 4)
        } else {
            (Mask::None, size)
        };
    };
    (key, quote!(masked))
}

/// The reserved bits, combined into one number. Bit 0 is the first reserved bit of the layout.
fn reserved(reserved: &[Bit]) -> TokenStream {
    if reserved.is_empty() {
        return quote!(0);
    }
    let terms = reserved.iter().enumerate().map(|(at, bit)| {
        let byte = byte(bit.byte);
        let bit = right(quote!(#byte), bit.shift);
        left(quote!((#bit & 1)), at as u32)
    });
    quote!(#(#terms)|*)
}
