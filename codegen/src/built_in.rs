//! The built-in drafts and extensions as files that the runtime has among its sources.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, Span};
use quote::quote;
use wsdraft_spec::{Database, ResolvedDraft, sort};

use crate::{
    Options,
    bundle::{Bundled, bundled, chosen_extensions, extension, extension_lists, newest, versions},
    format::formatted,
    naming,
};

/// A file of generated code.
#[derive(Clone, Debug)]
pub struct GeneratedFile {
    /// Its path in the folder of the generated code, with `/` between the names.
    pub path: String,
    /// Its text, as rustfmt has it.
    pub text: String,
}

/// The code of every built-in draft that can be spoken and of every built-in extension, as the
/// runtime has it in `src/generated`.
///
/// The newest draft and the one that it came from are in every build, the others with the feature
/// `legacy`.
#[must_use]
pub fn built_in(database: &Database) -> Vec<GeneratedFile> {
    let options = Options::default();
    let mut files = drafts(database, &options);
    files.extend(extensions(database, &options));
    files
}

fn drafts(database: &Database, options: &Options) -> Vec<GeneratedFile> {
    let mut drafts = database.drafts();
    drafts.reverse();
    sort::by_key(&mut drafts, |draft| draft.serial.is_none());
    let drafts = drafts.into_iter();
    let drafts = drafts.filter_map(|draft| database.resolved(&draft.short));
    let drafts: Vec<_> = drafts.filter(|draft| draft.is_complete()).collect();
    // A part that drafts share is in the first of them, and that one has to be in every build if
    // another of them is.
    let (always, legacy): (Vec<_>, Vec<_>) = drafts
        .iter()
        .copied()
        .partition(|draft| is_in_every_build(database, draft));
    let order = [always.as_slice(), legacy.as_slice()].concat();
    let modules = bundled(&order, options);

    let mut files = vec![index(database, &drafts, &order, &modules, options)];
    for (draft, module) in order.iter().zip(&modules) {
        files.push(GeneratedFile {
            path: format!("drafts/{}.rs", module.name),
            text: formatted(&head(&draft.short), module.items.clone()),
        });
    }
    files
}

/// Whether a draft is what a peer of today may speak: the newest, or the one that it came from.
fn is_in_every_build(database: &Database, draft: &ResolvedDraft) -> bool {
    database.newest().is_some_and(|newest| {
        draft.short == newest.short || newest.extends.as_ref() == Some(&draft.short)
    })
}

/// The file with the modules of the drafts, their lists, and the macro for the attribute.
fn index(
    database: &Database,
    drafts: &[&ResolvedDraft],
    order: &[&ResolvedDraft],
    modules: &[Bundled],
    options: &Options,
) -> GeneratedFile {
    let runtime = &options.runtime;
    let feature = |draft: &ResolvedDraft| {
        (!is_in_every_build(database, draft)).then(|| quote!(#[cfg(feature = "legacy")]))
    };
    let items = order.iter().zip(modules).map(|(draft, module)| {
        let feature = feature(draft);
        let (name, doc) = (&module.name, &module.doc);
        let file = format!("drafts/{name}.rs");
        quote!(#doc #feature pub mod #name { include!(#file); })
    });
    let names: Vec<_> = drafts.iter().map(|draft| ident(&draft.short)).collect();
    let always = drafts.iter().filter(|draft| feature(draft).is_none());
    let always: Vec<_> = always.map(|draft| ident(&draft.short)).collect();
    let length = Literal::usize_unsuffixed(names.len());
    let newest = newest(database, &names);
    let versions = versions(database, runtime);
    let tokens = quote! {
        #(#items)*

        #newest

        /// Every built-in draft that this build supports, oldest first.
        #[cfg(feature = "legacy")]
        pub const ALL: &[&dyn #runtime::Draft] = &EVERY;

        /// Every draft, compiled here, once. Without the feature, a draft is compiled where it is used.
        #[cfg(feature = "legacy")]
        static EVERY: [&dyn #runtime::Draft; #length] = [#(&#names::Draft),*];

        /// Every built-in draft that this build supports, oldest first.
        #[cfg(not(feature = "legacy"))]
        pub const ALL: &[&dyn #runtime::Draft] = &[#(&#always::Draft),*];

        #versions
    };
    let mut text = formatted(&head("the drafts"), tokens);
    let always = order.iter().filter(|draft| feature(draft).is_none());
    let always: Vec<_> = always.copied().collect();
    for (condition, drafts) in [
        ("feature = \"legacy\"", order),
        ("not(feature = \"legacy\")", &always),
    ] {
        text += &format!(
            "\n/// What the attribute puts into a module.\n#[cfg({condition})]\n{}",
            attribute(database, drafts, options)
        );
    }
    GeneratedFile {
        path: "drafts.rs".into(),
        text,
    }
}

/// The macro that the attribute puts into a module: a draft by its names, if the build has it.
fn attribute(database: &Database, drafts: &[&ResolvedDraft], options: &Options) -> String {
    let runtime = &options.runtime;
    let mut text = String::from("#[doc(hidden)]\n#[macro_export]\nmacro_rules! __built_in {\n");
    for draft in drafts {
        let module = ident(&draft.short);
        let written = database.draft(&draft.short);
        let aliases = written.into_iter().flat_map(|draft| &draft.aliases);
        let names = [&draft.short, &draft.name].into_iter().chain(aliases);
        let names: BTreeSet<&String> = names.collect();
        for name in names {
            text += &format!(
                "    ({name:?}) => {{\n        #[doc(inline)]\n        #[allow(unused_imports)]\n        pub use {runtime}::drafts::{module}::*;\n    }};\n"
            );
        }
    }
    text + "    ($name:tt) => {\n        $crate::__generate! { $name }\n    };\n}\n"
}

fn extensions(database: &Database, options: &Options) -> Vec<GeneratedFile> {
    let chosen = chosen_extensions(database);
    let mut files = Vec::new();
    let mut modules = Vec::new();
    for one in &chosen {
        let module = extension(one, options);
        let (name, doc) = (&module.name, &module.doc);
        let file = format!("extensions/{name}.rs");
        modules.push(quote!(#doc pub mod #name { include!(#file); }));
        files.push(GeneratedFile {
            path: file,
            text: formatted(&head(&one.short), module.items),
        });
    }
    let lists = extension_lists(&chosen, options);
    files.push(GeneratedFile {
        path: "extensions.rs".into(),
        text: formatted(&head("the extensions"), quote!(#(#modules)* #lists)),
    });
    files
}

/// The comment above a file.
fn head(source: &str) -> String {
    format!("// Generated from {source} in `spec`; do not edit. `cargo build` regenerates it.")
}

fn ident(short: &str) -> Ident {
    Ident::new(&naming::module(short), Span::call_site())
}
