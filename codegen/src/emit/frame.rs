//! `mod frame`: the checks of frames and of close bodies.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Uses, guard, parameters, types};
use crate::model::Module;

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
    let frames = &module.frames;
    let check = check(module, uses);
    let check_close = check_close(module, uses);
    if !(frames.guards.is_empty() && frames.close_guards.is_empty()) {
        uses.names(&["Seen"]);
        uses.parents(&["Rule"]);
    }
    let start = frames.covered_by.map(|by| {
        let role = types::role(by, uses);
        quote! {
            /// Where the header starts in the sender's stream: four bytes precede a masked frame.
            fn start(context: &Context) -> u64 {
                context.offset + if context.from == #role { 4 } else { 0 }
            }
        }
    });
    let imports = uses.declarations();
    quote! {
        /// Checks of frames.
        pub mod frame {
            #imports
            #[allow(unused_imports)]
            pub use super::layout::{decode, encode};

            #check

            #check_close

            #start
        }
    }
}

fn check(module: &Module<'_>, uses: &Uses<'_>) -> TokenStream {
    let frames = &module.frames;
    let guards = guard::frame::guards(&frames.guards, uses);
    let unused = frames.guards.is_empty();
    let offset = if frames.covered_by.is_some() {
        quote!(start(context))
    } else {
        quote!(context.offset)
    };
    let broken = (!unused).then(|| {
        quote! {
            let mut broken = |rule: Rule, byte: u64, seen: Seen| {
                report.violation(rule.broken(context.from, #offset + byte, seen))
            };
        }
    });
    let length = frames.needs_length;
    let length = length.then(|| quote!(let length = header.payload_length();));
    let [header, context, report] = parameters(["header", "context", "report"], unused);
    quote! {
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
    }
}

fn check_close(module: &Module<'_>, uses: &Uses<'_>) -> TokenStream {
    let guarded = &module.frames.close_guards;
    let guards = guard::close::guards(guarded, uses);
    let unused = guarded.is_empty();
    let broken = (!unused).then(|| {
        quote! {
            let mut broken = |rule: Rule, byte: u64, seen: Seen| {
                report.violation(rule.broken(from, offset + byte, seen))
            };
        }
    });
    let names = ["body", "from", "offset", "report"];
    let [body, from, offset, report] = parameters(names, unused);
    quote! {
        /// Checks the unmasked body of a close frame, which starts at `offset`.
        ///
        /// # Errors
        /// `Stop` if the report ends the check.
        #[inline]
        pub fn check_close(#body: &[u8], #from: Role, #offset: u64, #report: &mut dyn Report) -> Flow {
            #broken
            #guards
            Ok(())
        }
    }
}
