//! `mod frame`: the checks of frames and of close bodies.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::vocabulary as spec;

use super::{Uses, guard, ident, types};
use crate::model::{Check, LayoutModel, Module};

/// The module.
pub(super) fn module(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let uses = &Uses::of(runtime);
    uses.names(&[
        "Flow",
        "Report",
        "Role",
        "frame::Context",
        "frame::FrameHeader",
    ]);
    let (on_frames, on_bodies) = (&module.frame_guards, &module.close_guards);
    let guards = guard::guards(module, on_frames, spec::Scope::Frame, uses);
    let close_guards = guard::guards(module, on_bodies, spec::Scope::Close, uses);
    if !(guards.is_empty() && close_guards.is_empty()) {
        uses.names(&["Seen"]);
    }
    let is_code = |check: &Check<'_>| matches!(check, Check::CodeAllowed);
    let code = on_bodies.iter().any(|guard| is_code(&guard.check));
    let parents = match (guards.is_empty() && close_guards.is_empty(), code) {
        (true, _) => TokenStream::new(),
        (false, false) => quote!(
            use super::Rule;
        ),
        (false, true) => quote!(
            use super::{CloseCode, Rule};
        ),
    };
    let length = on_frames.iter().any(guard::needs_length);
    let length = length.then(|| quote!(let length = header.payload_length();));
    let (offset, at) = covered(module, uses);
    let broken = (!guards.is_empty()).then(|| {
        quote! {
            let mut broken = |rule: Rule, byte: u64, seen: Seen| {
                report.violation(rule.broken(context.from, #offset + byte, seen))
            };
        }
    });
    let close_broken = (!close_guards.is_empty()).then(|| {
        quote! {
            let mut broken = |rule: Rule, byte: u64, seen: Seen| {
                report.violation(rule.broken(from, offset + byte, seen))
            };
        }
    });
    let [header, context, report] = names(guards.is_empty(), ["header", "context", "report"]);
    let [body, from, offset, close_report] = names(
        close_guards.is_empty(),
        ["body", "from", "offset", "report"],
    );
    let imports = uses.declaration();
    quote! {
        /// Checks of frames.
        pub mod frame {
            #imports
            #parents
            #[allow(unused_imports)]
            pub use super::layout::{decode, encode};

            /// Checks a frame header.
            ///
            /// # Errors
            /// `Stop` if the report ends the check.
            #[inline]
            pub fn check(#header: &FrameHeader, #context: &Context, #report: &mut dyn Report) -> Flow {
                #broken
                #length
                #guards
                Ok(())
            }

            /// Checks the unmasked body of a close frame, which starts at `offset`.
            ///
            /// # Errors
            /// `Stop` if the report ends the check.
            pub fn check_close(#body: &[u8], #from: Role, #offset: u64, #close_report: &mut dyn Report) -> Flow {
                #close_broken
                #close_guards
                Ok(())
            }

            #at
        }
    }
}

/// Names of parameters.
fn names<const N: usize>(unused: bool, names: [&str; N]) -> [proc_macro2::Ident; N] {
    names.map(|name| {
        if unused {
            ident(&format!("_{name}"))
        } else {
            ident(name)
        }
    })
}

/// The position of a frame header in the sender's stream, and a function for it if it needs one.
fn covered(module: &Module<'_>, uses: &Uses<'_>) -> (TokenStream, Option<TokenStream>) {
    let covered = match &module.layout {
        LayoutModel::Prefixed(layout) => layout
            .masking
            .filter(|masking| masking.covers == spec::Cover::Frame),
        _ => None,
    };
    let Some(masking) = covered.filter(|_| !module.frame_guards.is_empty()) else {
        return (quote!(context.offset), None);
    };
    let role = types::role(masking.by, uses);
    let start = quote! {
        /// Where the header starts in the sender's stream: four bytes precede a masked frame.
        fn start(context: &Context) -> u64 {
            context.offset + if context.from == #role { 4 } else { 0 }
        }
    };
    (quote!(start(context)), Some(start))
}
