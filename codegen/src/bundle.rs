//! Several drafts at once, for a build script.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use wsdraft_spec::{Database, ResolvedDraft, ResolvedExtension};

use crate::{Options, comment, emit, lower, naming};

/// A draft or an extension that stands beside others.
#[derive(Clone, Debug)]
pub(crate) struct Bundled {
    /// Name of its module.
    pub(crate) name: Ident,
    /// Documentation of the module.
    pub(crate) doc: TokenStream,
    /// What is in the module.
    pub(crate) items: TokenStream,
}

impl Bundled {
    fn module(&self) -> TokenStream {
        let Self { name, doc, items } = self;
        quote!(#doc pub mod #name { #items })
    }
}

/// Generates a module for each of the drafts, the list of these drafts, and the table of every
/// draft in the database.
///
/// Drafts with an equal part share the code of the first of them.
#[must_use]
pub fn bundle(database: &Database, drafts: &[&ResolvedDraft], options: &Options) -> TokenStream {
    let runtime = &options.runtime;
    let bundled = bundled(drafts, options);
    let modules = bundled.iter().map(Bundled::module);
    let names: Vec<_> = bundled.iter().map(|draft| draft.name.clone()).collect();
    let newest = newest(database, &names);
    let versions = versions(database, runtime);
    comment::strip(quote! {
        #(#modules)*

        #newest

        /// Every built-in draft that this build supports, oldest first.
        pub const ALL: &[&dyn #runtime::Draft] = &[#(&#names::Draft),*];

        #versions
    })
}

/// The drafts, where an equal part is in the first that has it, and re-exported from there.
pub(crate) fn bundled(drafts: &[&ResolvedDraft], options: &Options) -> Vec<Bundled> {
    let mut seen: BTreeMap<(&'static str, String), Ident> = BTreeMap::new();
    let drafts = drafts.iter().map(|draft| {
        let name = module_ident(&draft.short);
        let module = lower::lower(draft);
        let parts = emit::parts(&module, &options.runtime);
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
        let own = &parts.own;
        Bundled {
            name,
            doc: emit::doc(&module.doc),
            items: quote!(#exports #own #(#shared)*),
        }
    });
    drafts.collect()
}

fn module_ident(short: &str) -> Ident {
    Ident::new(&naming::module(short), Span::call_site())
}

/// Another name for the module of the newest draft, if it has one.
pub(crate) fn newest(database: &Database, modules: &[Ident]) -> Option<TokenStream> {
    let newest = naming::module(&database.newest()?.short);
    let module = modules.iter().find(|module| **module == newest)?;
    Some(quote! {
        /// The newest draft.
        #[doc(no_inline)]
        pub use self::#module as newest;
    })
}

/// The table of every draft.
pub(crate) fn versions(database: &Database, runtime: &TokenStream) -> TokenStream {
    let drafts = database.drafts().into_iter();
    let drafts = drafts.filter_map(|draft| database.resolved(&draft.short));
    let entries = drafts.map(|draft| emit::versions::entry(&lower::identity(draft), runtime));
    quote! {
        /// Every draft in the database, newest first; drafts without a place in the history come
        /// last.
        pub static VERSIONS: &[#runtime::versions::VersionInfo] = &[#(#entries),*];
    }
}

/// Generates a module for each extension that can be negotiated or that opens a connection, and the
/// lists of these extensions.
#[must_use]
pub fn extensions(database: &Database, options: &Options) -> TokenStream {
    let chosen = chosen_extensions(database);
    let modules = chosen.iter().map(|one| extension(one, options).module());
    let lists = extension_lists(&chosen, options);
    quote!(#(#modules)* #lists)
}

/// The extensions that can be negotiated or that open a connection.
pub(crate) fn chosen_extensions(database: &Database) -> Vec<&ResolvedExtension> {
    let extensions = database.extensions().iter();
    let chosen =
        extensions.filter(|extension| extension.is_negotiable() || extension.bootstrap.is_some());
    chosen.collect()
}

pub(crate) fn extension(extension: &ResolvedExtension, options: &Options) -> Bundled {
    Bundled {
        name: module_ident(&extension.short),
        doc: emit::doc(&extension.summary),
        items: emit::extension::module(&lower::lower_extension(extension), &options.runtime),
    }
}

/// The lists of these extensions.
pub(crate) fn extension_lists(chosen: &[&ResolvedExtension], options: &Options) -> TokenStream {
    let runtime = &options.runtime;
    let names = |holds: fn(&ResolvedExtension) -> bool| {
        let those = chosen.iter().filter(move |extension| holds(extension));
        those.map(|extension| module_ident(&extension.short))
    };
    let negotiable = names(ResolvedExtension::is_negotiable);
    let bootstraps = names(|extension| extension.bootstrap.is_some());
    quote! {
        /// Every built-in extension that can be negotiated.
        pub static ALL: &[&#runtime::extension::ExtensionInfo] = &[#(&#negotiable::INFO),*];

        /// Every built-in extension that opens a connection over another version of HTTP.
        pub static BOOTSTRAPS: &[&#runtime::extension::ExtensionInfo] =
            &[#(&#bootstraps::INFO),*];
    }
}
