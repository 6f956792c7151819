//! Frame headers that start with two bytes of bit fields.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use wsdraft_spec::vocabulary as spec;

use super::opcode_arms;
use crate::{
    emit::{Uses, comment, count, expr, hex, number, types, word::Word as _},
    model::{Bit, Bits, Module, Prefixed},
};

pub(super) fn decode(module: &Module<'_>, layout: &Prefixed<'_>, uses: &Uses<'_>) -> TokenStream {
    let by = layout
        .masking
        .filter(|masking| masking.covers == spec::Cover::Frame);
    let fields = fields(module, layout, uses);
    let Some(masking) = by else {
        return quote! {
            /// Decodes the header of the frame that starts at `bytes[0]`.
            #[inline]
            #[must_use]
            pub fn decode(bytes: &[u8], _from: Role, _session: &Session) -> Decode {
                fields(bytes)
            }

            #fields
        };
    };
    let (apply, apply_cyclic) = (uses.name("mask::apply"), uses.name("mask::apply_cyclic"));
    let rotate = uses.name("mask::rotate");
    let role = types::role(masking.by, uses);
    let derived = !matches!(masking.key, spec::Expr::FrameNonce);
    let header = count(2 + layout.forms.last().map_or(0, |form| form.bytes));
    let prefix_comment =
        comment("The four bytes that precede the frame, and the masked frame header.");
    let session = if expr::uses_session(&masking.key) {
        quote!(session)
    } else {
        quote!(_session)
    };
    let (key, apply, mask) = if derived {
        let key = expr::hash(&masking.key, uses);
        (
            key,
            quote!(#apply_cyclic(clear, &key, 0)),
            quote!(Mask::Twenty {
                key,
                phase: header.size % 20
            }),
        )
    } else {
        (
            quote!(nonce),
            quote!(#apply(clear, key, 0)),
            quote!(Mask::Four(#rotate(key, usize::from(header.size)))),
        )
    };
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

        #fields
    }
}

/// `fn fields`: decodes an unmasked frame header.
fn fields(module: &Module<'_>, layout: &Prefixed<'_>, uses: &Uses<'_>) -> TokenStream {
    let kinds = (0..=layout.opcode.mask).map(|value| {
        let known = module
            .opcodes
            .iter()
            .find(|opcode| opcode.opcode.value == value);
        let kind = known.map_or_else(
            || quote!(Reserved),
            |opcode| opcode.opcode.kind.variant(uses),
        );
        quote!(Kind::#kind)
    });
    let entries = count(usize::from(layout.opcode.mask) + 1);
    let opcode = bits(layout.opcode);
    let length = bits(layout.length);
    let fin = if layout.more {
        bit_clear(layout.fin)
    } else {
        bit(layout.fin)
    };
    let reserved = reserved(&layout.reserved);
    let forms = layout.forms.iter().map(|form| {
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
    });
    let short_bits = number(layout.length.mask.count_ones());
    let in_header = layout
        .masking
        .is_some_and(|masking| masking.covers == spec::Cover::Payload);
    let (mask, masked) = match (layout.masked, in_header) {
        (Some(masked), true) => {
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
        _ => (quote!(let mask = Mask::None;), quote!(masked: false)),
    };
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

pub(super) fn encode(module: &Module<'_>, layout: &Prefixed<'_>, uses: &Uses<'_>) -> TokenStream {
    let opcodes = opcode_arms(module, uses);
    let opcode_mask = hex(layout.opcode.mask);
    let short = number(layout.short);
    let forms: Vec<_> = layout
        .forms
        .iter()
        .map(|form| {
            let (longest, marker) = (number(form.longest), number(form.marker));
            let (start, least) = (count(8 - form.bytes), number(form.shorter + 1));
            let range = if form.longest == u64::MAX {
                quote!(_)
            } else {
                quote!(#least..=#longest)
            };
            quote!(#range => (#marker, &length[#start..]),)
        })
        .collect();
    let complete = layout
        .forms
        .last()
        .map_or(layout.short, |form| form.longest)
        == u64::MAX;
    let too_long = if complete {
        TokenStream::new()
    } else {
        quote!(_ => return None,)
    };
    let masked_by = layout.masking.map(|masking| masking.by.variant(uses));
    let in_header = layout
        .masking
        .is_some_and(|masking| masking.covers == spec::Cover::Payload);
    let term = |byte: usize| {
        let mut terms = Vec::new();
        if layout.fin.byte == byte {
            let fin = if layout.more {
                quote!(!frame.fin)
            } else {
                quote!(frame.fin)
            };
            terms.push(left(quote!(u8::from(#fin)), layout.fin.shift));
        }
        for (at, bit) in layout
            .reserved
            .iter()
            .enumerate()
            .filter(|(_, bit)| bit.byte == byte)
        {
            let reserved = right(quote!(frame.reserved), at as u32);
            terms.push(left(quote!((#reserved & 1)), bit.shift));
        }
        if layout.opcode.byte == byte {
            terms.push(left(quote!(opcode), layout.opcode.shift));
        }
        if let (Some(masked), true) = (
            layout.masked.filter(|masked| masked.byte == byte),
            in_header,
        ) {
            terms.push(left(quote!(u8::from(masked)), masked.shift));
        }
        if layout.length.byte == byte {
            terms.push(left(quote!(marker), layout.length.shift));
        }
        quote!(#(#terms)|*)
    };
    let (first, second) = (term(0), term(1));
    let write = write_prefixed(layout, uses);
    let masked = masked_by.map_or_else(|| quote!(false), |role| quote!(from == Role::#role));
    let (masked, from) = match layout.masking {
        Some(_) => (quote!(let masked = #masked;), quote!(from)),
        None => (TokenStream::new(), quote!(_from)),
    };
    let nonce = if layout.masking.is_some() {
        quote!(nonce)
    } else {
        quote!(_nonce)
    };
    let session = match layout.masking {
        Some(masking) if expr::uses_session(&masking.key) => quote!(session),
        _ => quote!(_session),
    };
    quote! {
        /// Encodes a frame header. Returns `None` if the layout has no such frame.
        #[inline]
        #[must_use]
        pub fn encode(frame: &Outgoing, #from: Role, #nonce: [u8; 4], #session: &Session) -> Option<Encoded> {
            let opcode: u8 = match frame.kind {
                #opcodes
                Kind::Extension | Kind::ExtensionControl => frame.opcode & #opcode_mask,
                _ => return None,
            };
            let length = frame.length.to_be_bytes();
            let (marker, extended): (u8, &[u8]) = match frame.length {
                0..=#short => (length[7], &[]),
                #(#forms)*
                #too_long
            };
            #masked
            let first = #first;
            let second = #second;
            let mut encoded = Encoded::new();
            #write
            Some(encoded)
        }
    }
}

fn write_prefixed(layout: &Prefixed<'_>, uses: &Uses<'_>) -> TokenStream {
    let (apply, apply_cyclic) = (uses.name("mask::apply"), uses.name("mask::apply_cyclic"));
    let rotate = uses.name("mask::rotate");
    let plain = quote! {
        encoded.push(&[first, second]);
        encoded.push(extended);
    };
    match layout.masking {
        None => plain,
        Some(masking) if masking.covers == spec::Cover::Payload => quote! {
            #plain
            if masked {
                encoded.push(&nonce);
                encoded.mask = Mask::Four(nonce);
            }
        },
        Some(masking) => {
            let (key, apply, mask) = match masking.key {
                spec::Expr::FrameNonce => (
                    quote!(nonce),
                    quote!(#apply(encoded.bytes_mut(4), key, 0)),
                    quote!(Mask::Four(#rotate(key, size))),
                ),
                ref derived => (
                    expr::hash(derived, uses),
                    quote!(#apply_cyclic(encoded.bytes_mut(4), &key, 0)),
                    quote!(Mask::Twenty {
                        key,
                        phase: size as u8
                    }),
                ),
            };
            quote! {
                if masked {
                    encoded.push(&nonce);
                }
                #plain
                if masked {
                    let key = #key;
                    let size = 2 + extended.len();
                    #apply;
                    encoded.mask = #mask;
                }
            }
        }
    }
}

fn byte(at: usize) -> proc_macro2::Ident {
    if at == 0 {
        format_ident!("first")
    } else {
        format_ident!("second")
    }
}

fn bit(bit: Bit) -> TokenStream {
    let (byte, mask) = (byte(bit.byte), hex(1 << bit.shift));
    quote!(#byte & #mask != 0)
}

fn bit_clear(bit: Bit) -> TokenStream {
    let (byte, mask) = (byte(bit.byte), hex(1 << bit.shift));
    quote!(#byte & #mask == 0)
}

fn bits(bits: Bits) -> TokenStream {
    let (byte, mask) = (byte(bits.byte), hex(bits.mask));
    let shifted = right(quote!(#byte), bits.shift);
    quote!(#shifted & #mask)
}

/// A value shifted left, in parentheses unless the shift is 0.
fn left(value: TokenStream, places: u32) -> TokenStream {
    let shift = number(places);
    if places == 0 {
        value
    } else {
        quote!((#value << #shift))
    }
}

/// A value shifted right, in parentheses unless the shift is 0.
fn right(value: TokenStream, places: u32) -> TokenStream {
    let shift = number(places);
    if places == 0 {
        value
    } else {
        quote!((#value >> #shift))
    }
}
