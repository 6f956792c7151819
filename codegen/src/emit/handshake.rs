//! `mod request` and `mod response`: checks and builders of the opening handshake.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Uses, count, doc, guard, ident, parameters};
use crate::model::{FieldModel, Module};

mod write;

/// `mod request`.
pub(super) fn request(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let uses = &Uses::of(runtime);
    uses.names(&[
        "Flow",
        "Report",
        "handshake::Opening",
        "handshake::Request",
        "support::Vec",
    ]);
    let model = &module.request;
    let guards = guard::request::guards(&model.guards, uses);
    let constants = constants(&module.tables.request_fields, model.reads_fields, uses);
    let unused = model.guards.is_empty();
    let broken = (!unused).then(|| broken(uses, &quote!(Role::Client)));
    let [request, report] = parameters(["request", "report"], unused);
    let index = model.reads_fields;
    let index = index.then(|| quote!(let fields = request.fields.index_by(&NAMES);));
    let write = write::request(model, uses);
    let imports = uses.declarations();
    quote! {
        /// The opening request.
        #[allow(dead_code)]
        pub mod request {
            #imports

            #constants

            /// Checks an opening request.
            ///
            /// # Errors
            /// `Stop` if the report ends the check.
            #[inline]
            pub fn check(#request: &Request<'_>, #report: &mut dyn Report) -> Flow {
                #index
                #broken
                #guards
                Ok(())
            }

            #write
        }
    }
}

/// `mod response`.
pub(super) fn response(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let uses = &Uses::of(runtime);
    uses.names(&[
        "Flow",
        "Report",
        "frame::Session",
        "handshake::Answer",
        "handshake::Request",
        "handshake::Response",
        "support::Vec",
    ]);
    let model = &module.response;
    let guards = guard::response::guards(&model.guards, uses);
    let constants = constants(&module.tables.response_fields, model.reads_fields, uses);
    let unused = model.guards.is_empty();
    let broken = (!unused).then(|| broken(uses, &quote!(Role::Server)));
    let index = model.reads_fields;
    let index = index.then(|| quote!(let fields = response.fields.index_by(&NAMES);));
    let accepts = model.reads_acceptance;
    let accepts = accepts.then(|| quote!(let accepts = super::INFO.accepts(response);));
    let [request] = parameters(["request"], !model.reads_request);
    let [response, report] = parameters(["response", "report"], unused);
    let write = write::response(model, uses);
    let imports = uses.declarations();
    quote! {
        /// The response to the opening request.
        #[allow(dead_code, clippy::collapsible_if)]
        pub mod response {
            #imports

            #constants

            /// Checks the response to `request`.
            ///
            /// # Errors
            /// `Stop` if the report ends the check.
            #[inline]
            pub fn check(#request: &Request<'_>, #response: &Response<'_>, #report: &mut dyn Report) -> Flow {
                #index
                #accepts
                #broken
                #guards
                Ok(())
            }

            #write
        }
    }
}

/// The closure with which guards report.
fn broken(uses: &Uses<'_>, by: &TokenStream) -> TokenStream {
    uses.names(&["Role", "support::Found"]);
    uses.parents(&["Rule"]);
    quote! {
        let mut broken = |rule: Rule, found: Found| {
            report.violation(rule.broken(#by, found.offset, found.seen))
        };
    }
}

/// The field names, and a constant with the index of each.
fn constants(fields: &[FieldModel<'_>], indexed: bool, uses: &Uses<'_>) -> TokenStream {
    let length = count(fields.len());
    let names = fields.iter().map(|field| field.name);
    let constants = fields.iter().enumerate().map(|(at, field)| {
        let (constant, doc) = (
            ident(&field.constant),
            doc(&format!("Index of `{}` in [`FIELDS`].", field.name)),
        );
        let at = count(at);
        quote! {
            #doc
            pub const #constant: usize = #at;
        }
    });
    let table = indexed.then(|| {
        let table = uses.name("support::Names");
        quote!(static NAMES: #table<#length> = #table::of(&FIELDS);)
    });
    quote! {
        /// The header fields that the draft refers to.
        pub static FIELDS: [&str; #length] = [#(#names),*];

        #table

        #(#constants)*
    }
}
