//! Several drafts at once, for a build script.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use wsdraft_spec::{Database, ResolvedDraft, ResolvedExtension};

use crate::{Options, comment, emit, lower, naming};

/// Generates a module for each of the drafts, the list of these drafts, and the table of every
/// draft in the database.
///
/// Drafts with an equal part share the code of the first of them.
#[must_use]
pub fn bundle(database: &Database, drafts: &[&ResolvedDraft], options: &Options) -> TokenStream {
    let runtime = &options.runtime;
    let mut seen: BTreeMap<(&'static str, String), Ident> = BTreeMap::new();
    let mut modules = Vec::new();
    let mut names = Vec::new();
    for draft in drafts {
        let name = Ident::new(&naming::module(&draft.short), Span::call_site());
        let module = lower::lower(draft);
        let parts = emit::parts(&module, runtime);
        let (mut exported, mut shared) = (Vec::new(), Vec::new());
        for part in &parts.shareable {
            let item = Ident::new(part.name, Span::call_site());
            let key = (part.name, part.tokens.to_string());
            if let Some(first) = seen.get(&key) {
                shared.push(quote!(pub use super::#first::#item;));
            } else {
                seen.insert(key, name.clone());
                shared.push(part.tokens.clone());
                exported.push(part);
            }
        }
        let exports = emit::exports(exported.into_iter());
        let (own, doc) = (&parts.own, emit::doc(&module.doc));
        modules.push(quote! {
            #doc
            pub mod #name {
                #exports
                #own
                #(#shared)*
            }
        });
        names.push(name);
    }
    let newest = newest(database, &names);
    let versions = database
        .drafts()
        .into_iter()
        .filter_map(|draft| database.resolved(&draft.short));
    let versions = versions.map(|draft| emit::versions::entry(&lower::identity(draft), runtime));
    comment::strip(quote! {
        #(#modules)*

        #newest

        /// Every built-in draft that this build supports, oldest first.
        pub static ALL: &[&dyn #runtime::Draft] = &[#(&#names::Draft),*];

        /// Every draft in the database, newest first; drafts without a place in the history come
        /// last.
        pub static VERSIONS: &[#runtime::versions::VersionInfo] = &[#(#versions),*];
    })
}

/// Another name for the module of the newest draft, if it has one.
fn newest(database: &Database, modules: &[Ident]) -> Option<TokenStream> {
    let newest = naming::module(&database.newest()?.short);
    let module = modules.iter().find(|module| **module == newest)?;
    Some(quote! {
        /// The newest draft.
        #[doc(no_inline)]
        pub use self::#module as newest;
    })
}

/// Generates a module for each extension that can be negotiated or that opens a connection, and the
/// lists of these extensions.
#[must_use]
pub fn extensions(database: &Database, options: &Options) -> TokenStream {
    let runtime = &options.runtime;
    let chosen: Vec<_> = database
        .extensions()
        .iter()
        .filter(|extension| extension.is_negotiable() || extension.bootstrap.is_some())
        .collect();
    let name = |extension: &ResolvedExtension| {
        Ident::new(&naming::module(&extension.short), Span::call_site())
    };
    let modules = chosen.iter().map(|extension| {
        let name = name(extension);
        let items = emit::extension::module(&lower::lower_extension(extension), runtime);
        let doc = emit::doc(&extension.summary);
        quote!(#doc pub mod #name { #items })
    });
    let negotiable = chosen.iter().filter(|extension| extension.is_negotiable());
    let negotiable = negotiable.map(|extension| name(extension));
    let bootstraps = chosen
        .iter()
        .filter(|extension| extension.bootstrap.is_some());
    let bootstraps = bootstraps.map(|extension| name(extension));
    quote! {
        #(#modules)*

        /// Every built-in extension that can be negotiated.
        pub static ALL: &[&#runtime::extension::ExtensionInfo] = &[#(&#negotiable::INFO),*];

        /// Every built-in extension that opens a connection over another version of HTTP.
        pub static BOOTSTRAPS: &[&#runtime::extension::ExtensionInfo] =
            &[#(&#bootstraps::INFO),*];
    }
}
