//! Turns a draft of the WebSocket protocol into typed Rust.
//!
//! This library serves three front ends: the attribute `#[websocket_draft("…")]`, build scripts
//! ([`write`](write()), [`bundle`]) and the command line ([`source`]). All of them use the same
//! tokens. The passes, in order:
//!
//! 1. `wsdraft-spec` loads, resolves and checks the draft.
//! 2. `lower` decides every name, doc comment and number.
//! 3. `emit` writes tokens; it has one emitter for each generated item.
//! 4. [`tokens`] or [`bundle`] combines the parts.

#![cfg_attr(docsrs, feature(doc_cfg))]

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::{ResolvedDraft, ResolvedExtension};

#[cfg(feature = "format")]
mod built_in;
mod bundle;
mod comment;
mod emit;
#[cfg(feature = "format")]
mod format;
mod input;
mod lines;
mod lower;
mod model;
mod naming;
#[cfg(feature = "format")]
mod print;
mod same;
#[cfg(feature = "format")]
mod syntax;

#[cfg(feature = "format")]
pub use self::{
    built_in::{GeneratedFile, built_in},
    format::{extension_source, source},
};
pub use self::{
    bundle::{bundle, extensions},
    input::{Input, InputError, Loaded, expand, expand_items, write},
    lines::text,
    naming::{module as module_name, type_name},
    same::same_code,
};

/// Choices of the generator.
#[derive(Clone, Debug)]
pub struct Options {
    /// Path of the runtime crate in the generated code, as `use` declarations have it.
    pub runtime: TokenStream,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            runtime: quote!(wsdraft),
        }
    }
}

/// The items of a draft's module.
#[must_use]
pub fn tokens(draft: &ResolvedDraft, options: &Options) -> TokenStream {
    comment::strip(commented(draft, options))
}

/// The items of an extension's module.
#[must_use]
pub fn extension_tokens(extension: &ResolvedExtension, options: &Options) -> TokenStream {
    emit::extension::module(&lower::lower_extension(extension), &options.runtime)
}

fn commented(draft: &ResolvedDraft, options: &Options) -> TokenStream {
    let module = lower::lower(draft);
    let parts = emit::parts(&module, &options.runtime);
    let exports = emit::exports(parts.shareable.iter());
    let shared = parts.shareable.iter().map(|part| &part.tokens);
    let own = &parts.own;
    quote!(#exports #own #(#shared)*)
}
