//! `mod frame`: the checks of frames and of close bodies.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::vocabulary as spec;

use super::{guard, ident, mentions, types};
use crate::model::{Check, LayoutModel, Module};

/// The module.
pub(super) fn module(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let guards: Vec<_> = module
        .frame_guards
        .iter()
        .map(|guard| guard::guard(module, guard, spec::Scope::Frame, runtime))
        .collect();
    let close_guards: Vec<_> = module
        .close_guards
        .iter()
        .map(|guard| guard::guard(module, guard, spec::Scope::Close, runtime))
        .collect();
    let uses =
        |test: fn(&Check<'_>) -> bool| module.frame_guards.iter().any(|guard| test(&guard.check));
    let mut imports = Vec::new();
    if uses(|check| matches!(check, Check::MinimalLength | Check::LengthFits)) {
        imports.push(quote!(frame::Length));
    }
    if guards.iter().any(|guard| mentions(guard, "Kind")) {
        imports.push(quote!(info::Kind));
    }
    if !(guards.is_empty() && close_guards.is_empty()) {
        imports.push(quote!(Seen));
    }
    if close_guards.iter().any(|guard| mentions(guard, "support")) {
        imports.push(quote!(support));
    }
    let rule = if guards.is_empty() && close_guards.is_empty() {
        None
    } else {
        Some(quote!(
            use super::{Rule, broken};
        ))
    };
    let code = close_guards
        .iter()
        .any(|guard| mentions(guard, "CloseCode"))
        .then(|| {
            quote!(
                use super::CloseCode;
            )
        });
    let at = (!guards.is_empty()).then(|| at(module, runtime));
    let (head, context, report) = names(guards.is_empty(), ["head", "context", "report"]);
    let (body, from, close_report) = names(close_guards.is_empty(), ["body", "from", "report"]);
    let offset = if close_guards.is_empty() {
        ident("_offset")
    } else {
        ident("offset")
    };
    quote! {
        /// Checks of frames.
        pub mod frame {
            use #runtime::{Flow, Report, Role, frame::{Context, Head}, #(#imports),*};
            #rule
            #code

            pub use super::layout::{decode, encode};

            /// Checks a frame header.
            ///
            /// # Errors
            /// `Stop` if the report ends the check.
            #[inline]
            pub fn check(#head: &Head, #context: &Context, #report: &mut dyn Report) -> Flow {
                #(#guards)*
                Ok(())
            }

            /// Checks the unmasked body of a close frame, which starts at `offset`.
            ///
            /// # Errors
            /// `Stop` if the report ends the check.
            pub fn check_close(#body: &[u8], #from: Role, #offset: u64, #close_report: &mut dyn Report) -> Flow {
                #(#close_guards)*
                Ok(())
            }

            #at
        }
    }
}

fn names(
    unused: bool,
    names: [&str; 3],
) -> (proc_macro2::Ident, proc_macro2::Ident, proc_macro2::Ident) {
    let [a, b, c] = names.map(|name| {
        if unused {
            ident(&format!("_{name}"))
        } else {
            ident(name)
        }
    });
    (a, b, c)
}

/// `fn at`: the position in the stream of a byte of the frame header.
fn at(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let covered = match &module.layout {
        LayoutModel::Prefixed(layout) => layout
            .masking
            .filter(|masking| masking.covers == spec::Cover::Frame),
        _ => None,
    };
    match covered {
        None => quote! {
            /// Position in the sender's stream of a byte of the frame header.
            #[cold]
            fn at(context: &Context, byte: u64) -> u64 {
                context.offset + byte
            }
        },
        Some(masking) => {
            let role = types::role(masking.by, runtime);
            quote! {
                /// Position in the sender's stream of a byte of the frame header. Four bytes
                /// precede a masked frame.
                #[cold]
                fn at(context: &Context, byte: u64) -> u64 {
                    context.offset + byte + if context.from == #role { 4 } else { 0 }
                }
            }
        }
    }
}
