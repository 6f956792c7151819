//! Guards of rules about frames. In scope: `header`, `context`, and `length` where it is needed.

use proc_macro2::TokenStream;
use quote::quote;

use super::{super::word::Word as _, Broken, Uses, ident, types};
use crate::{
    emit::{count, hex, number},
    model::{FrameCheck, FrameCondition, FrameGuard, FrameTest},
};

pub(in crate::emit) fn guards(guards: &[FrameGuard<'_>], uses: &Uses<'_>) -> TokenStream {
    super::guards(guards, |guard| when(guard, uses), |test| broken(test, uses))
}

fn when(guard: &FrameGuard<'_>, uses: &Uses<'_>) -> Vec<TokenStream> {
    let by = guard.by.map(|by| {
        let role = types::role(by, uses);
        quote!(context.from == #role)
    });
    let condition = guard.when.map(|when| condition(when, uses));
    by.into_iter().chain(condition).collect()
}

fn condition(when: FrameCondition, uses: &Uses<'_>) -> TokenStream {
    match when {
        FrameCondition::Control => quote!(header.kind.is_control()),
        FrameCondition::Data => quote!(header.kind.is_data()),
        FrameCondition::Starts => {
            let kind = uses.name("info::Kind");
            quote!(matches!(header.kind, #kind::Text | #kind::Binary))
        }
        FrameCondition::Kind(kind) => {
            let (name, kind) = (uses.name("info::Kind"), kind.variant(uses));
            quote!(header.kind == #name::#kind)
        }
        FrameCondition::MessageOpen => quote!(context.open),
        FrameCondition::NoMessageOpen => quote!(!context.open),
    }
}

/// How a rule is seen to be broken. What is reported: the byte of the header, and its contents.
fn broken(test: &FrameTest<'_>, uses: &Uses<'_>) -> Broken {
    let byte = count(test.byte);
    let code = quote!(#byte, Seen::Opcode(header.opcode));
    let length = quote!(#byte, Seen::Number(length));
    let nothing = quote!(#byte, Seen::Nothing);
    match &test.check {
        FrameCheck::KnownOpcode => {
            let kind = uses.name("info::Kind");
            Broken::holds(quote!(header.kind == #kind::Reserved), code)
        }
        FrameCheck::ReservedClear(in_first) => {
            let byte = in_first.map_or_else(
                || quote!(#byte),
                |first| {
                    let first = hex(first);
                    quote!(u64::from(stray & #first == 0))
                },
            );
            Broken::holds(quote!(stray != 0), quote!(#byte, Seen::Bits(stray)))
                .after(quote!(let stray = header.reserved & !context.claimed;))
        }
        FrameCheck::MinimalLength(forms) => {
            let forms = forms.iter().map(|&(bits, shorter)| {
                let (bits, shorter) = (number(bits), number(shorter));
                quote!((#bits, 0..=#shorter))
            });
            let test = quote!(matches!((header.length_bits, length), #(#forms)|*));
            Broken::holds(test, length)
        }
        FrameCheck::LengthFits(forms) => {
            let forms = forms.iter().map(|&(bits, over)| {
                let (bits, over) = (number(bits), number(over));
                quote!((#bits, #over..))
            });
            let test = quote!(matches!((header.length_bits, length), #(#forms)|*));
            Broken::holds(test, length)
        }
        FrameCheck::PayloadAtMost(limit) => {
            let limit = number(*limit);
            Broken::holds(quote!(length > #limit), length)
        }
        FrameCheck::Final => Broken::holds(quote!(!header.fin), nothing),
        FrameCheck::Masked => Broken::holds(quote!(!header.masked), nothing),
        FrameCheck::Unmasked => Broken::holds(quote!(header.masked), nothing),
        FrameCheck::MessageOpen => Broken::holds(quote!(!context.open), code),
        FrameCheck::NoMessageOpen => Broken::holds(quote!(context.open), code),
        FrameCheck::BeforeClose => Broken::holds(quote!(context.closed), nothing),
        FrameCheck::Function(name) => {
            let name = ident(name);
            Broken::holds(quote!(!super::#name(header, context)), nothing)
        }
    }
}
