//! Frames that start with a type byte and end with a delimiter or state their length.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::vocabulary::Delimiter;

use crate::{
    emit::{Uses, hex, word::Word as _},
    model::Delimited,
};

pub(super) fn decode(layout: &Delimited<'_>, uses: &Uses<'_>) -> TokenStream {
    let counted = uses.name("frame::counted");
    let arms = layout.types.iter().map(|range| {
        let (from, to) = (hex(range.from), hex(range.to));
        let length = match range.payload {
            Delimiter::Until(byte) => {
                let byte = hex(byte);
                quote!((Length::Until(#byte), 1))
            }
            Delimiter::Counted => quote! {
                match #counted(rest) {
                    Ok(Some((length, size))) => (Length::Bytes(length), size + 1),
                    Ok(None) => return Decode::Incomplete(bytes.len() + 1),
                    Err(_) => return Decode::Overflow,
                }
            },
        };
        quote!(#from..=#to => #length,)
    });
    let kinds = layout.opcodes.iter().map(|opcode| {
        let (value, kind) = (hex(opcode.value), opcode.kind.variant(uses));
        let length = if opcode.only_empty {
            quote!(Length::Bytes(0))
        } else {
            quote!(_)
        };
        quote!((#value, #length) => Kind::#kind,)
    });
    quote! {
        /// Decodes the header of the frame that starts at `bytes[0]`.
        #[inline]
        #[must_use]
        pub fn decode(bytes: &[u8], _from: Role, _session: &Session) -> Decode {
            let [opcode, ref rest @ ..] = *bytes else {
                return Decode::Incomplete(1);
            };
            let (length, size) = match opcode {
                #(#arms)*
            };
            let kind = match (opcode, length) {
                #(#kinds)*
                _ => Kind::Reserved,
            };
            Decode::Header(FrameHeader {
                kind,
                opcode,
                fin: true,
                reserved: 0,
                masked: false,
                length_bits: 0,
                size: size as u8,
                length,
                mask: Mask::None,
            })
        }
    }
}

pub(super) fn encode(layout: &Delimited<'_>, uses: &Uses<'_>) -> TokenStream {
    let write_counted = uses.name("frame::write_counted");
    let arms = layout.opcodes.iter().map(|opcode| {
        let (value, kind) = (hex(opcode.value), opcode.kind.variant(uses));
        let header = match opcode.payload {
            Delimiter::Until(byte) => {
                let byte = hex(byte);
                quote! {
                    encoded.push(&[#value]);
                    encoded.trailer = Some(#byte);
                }
            }
            Delimiter::Counted => quote! {
                encoded.push(&[#value]);
                #write_counted(frame.length, &mut encoded);
            },
        };
        let only_empty = if opcode.only_empty {
            quote!(if frame.length == 0)
        } else {
            TokenStream::new()
        };
        quote!(Kind::#kind #only_empty => { #header })
    });
    quote! {
        /// Encodes a frame header. Returns `None` if the layout has no such frame.
        #[inline]
        #[must_use]
        pub fn encode(frame: &Outgoing, _from: Role, _nonce: [u8; 4], _session: &Session) -> Option<Encoded> {
            if !frame.fin || frame.reserved != 0 {
                return None;
            }
            let mut encoded = Encoded::new();
            match frame.kind {
                #(#arms)*
                _ => return None,
            }
            Some(encoded)
        }
    }
}
