//! Guards of frames.

use proc_macro2::TokenStream;
use quote::quote;

use super::Test;
use crate::{
    emit::{Uses, hex, ident, number},
    model::{Check, Guard, LayoutModel, Module, Prefixed},
};

/// The test for a violation of a rule about frames, and what is reported: the byte of the header and
/// what is there.
pub(super) fn finding(
    module: &Module<'_>,
    check: &Check<'_>,
    uses: &Uses<'_>,
) -> Option<(Test, TokenStream)> {
    let layout = match &module.layout {
        LayoutModel::Prefixed(layout) => Some(layout),
        _ => None,
    };
    let byte = |pick: fn(&Prefixed<'_>) -> usize| number(layout.map_or(0, pick) as u64);
    let opcode = byte(|layout| layout.opcode.byte);
    let fin = byte(|layout| layout.fin.byte);
    let size = byte(|layout| layout.length.byte);
    let mask = byte(|layout| layout.masked.map_or(0, |masked| masked.byte));
    let holds = |test: TokenStream| Test::Holds(TokenStream::new(), test);
    let code = quote!(#opcode, Seen::Opcode(header.opcode));
    let length = quote!(#size, Seen::Number(length));
    Some(match check {
        Check::KnownOpcode => {
            let kind = uses.name("info::Kind");
            (holds(quote!(header.kind == #kind::Reserved)), code)
        }
        Check::ReservedClear => {
            let before = quote!(let stray = header.reserved & !context.claimed;);
            let byte = reserved_byte(layout);
            let test = Test::Holds(before, quote!(stray != 0));
            (test, quote!(#byte, Seen::Bits(stray)))
        }
        Check::MinimalLength => (holds(too_long_a_form(layout)), length),
        Check::LengthFits => (holds(too_large(layout)?), length),
        Check::PayloadAtMost(limit) => {
            let limit = number(*limit);
            (holds(quote!(length > #limit)), length)
        }
        Check::Final => (holds(quote!(!header.fin)), quote!(#fin, Seen::Nothing)),
        Check::Masked(true) => (holds(quote!(!header.masked)), quote!(#mask, Seen::Nothing)),
        Check::Masked(false) => (holds(quote!(header.masked)), quote!(#mask, Seen::Nothing)),
        Check::MessageOpen(true) => (holds(quote!(!context.open)), code),
        Check::MessageOpen(false) => (holds(quote!(context.open)), code),
        Check::BeforeClose => (
            holds(quote!(context.closed)),
            quote!(#opcode, Seen::Nothing),
        ),
        Check::Function(name) => {
            let name = ident(name);
            (
                holds(quote!(!super::#name(header, context))),
                quote!(0, Seen::Nothing),
            )
        }
        _ => return None,
    })
}

/// Whether a longer form holds a length that a shorter one could hold.
fn too_long_a_form(layout: Option<&Prefixed<'_>>) -> TokenStream {
    let forms = layout.map_or(&[][..], |layout| &layout.forms).iter();
    let forms = forms.map(|form| {
        let (bits, shorter) = (number(form.bits), number(form.shorter));
        quote!((#bits, 0..=#shorter))
    });
    quote!(matches!((header.length_bits, length), #(#forms)|*))
}

/// Whether a form holds a length with more bits than count; `None` where all count.
fn too_large(layout: Option<&Prefixed<'_>>) -> Option<TokenStream> {
    let forms = layout.map_or(&[][..], |layout| &layout.forms).iter();
    let forms: Vec<_> = forms
        .filter(|form| u32::from(form.bits) < form.bytes as u32 * 8)
        .map(|form| {
            let (bits, over) = (number(form.bits), number(form.longest + 1));
            quote!((#bits, #over..))
        })
        .collect();
    (!forms.is_empty()).then(|| quote!(matches!((header.length_bits, length), #(#forms)|*)))
}

/// The byte of the first reserved bit among `stray` ones.
fn reserved_byte(layout: Option<&Prefixed<'_>>) -> TokenStream {
    let bits = layout.map_or(&[][..], |layout| &layout.reserved);
    let in_first = bits.iter().filter(|bit| bit.byte == 0).count();
    if in_first == bits.len() {
        return quote!(0);
    }
    if in_first == 0 {
        return quote!(1);
    }
    // The bits of the first byte come first.
    let first = hex(u8::MAX >> (8 - in_first));
    quote!(u64::from(stray & #first == 0))
}

/// Whether a guard needs the length as a number.
pub(in crate::emit) fn needs_length(guard: &Guard<'_>) -> bool {
    matches!(
        guard.check,
        Check::MinimalLength | Check::LengthFits | Check::PayloadAtMost(_)
    )
}
