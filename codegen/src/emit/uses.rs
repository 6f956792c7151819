//! What a module imports from the runtime and from its parent.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::ident;

/// The imports of a module, which emitters note where they write a name.
#[derive(Debug)]
pub(crate) struct Uses<'a> {
    runtime: &'a TokenStream,
    /// Names by the runtime's module that they are in; the empty one is its root.
    names: RefCell<BTreeMap<&'static str, Vec<&'static str>>>,
    /// Names of the parent module.
    parents: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Uses<'a> {
    /// Nothing yet.
    pub(crate) fn of(runtime: &'a TokenStream) -> Self {
        Self {
            runtime,
            names: RefCell::default(),
            parents: RefCell::default(),
        }
    }

    /// The name that `module::name`, or `name`, is imported by; it is imported where the name
    /// gets into tokens.
    pub(crate) const fn name(&self, path: &'static str) -> Name<'_> {
        Name { uses: self, path }
    }

    /// Imports names that emitted text spells out.
    pub(crate) fn names(&self, paths: &[&'static str]) {
        for path in paths {
            self.note(path);
        }
    }

    /// Imports names of the parent module.
    pub(crate) fn parents(&self, names: &[&'static str]) {
        self.parents.borrow_mut().extend(names);
    }

    fn note(&self, path: &'static str) -> Ident {
        let (module, name) = path.rsplit_once("::").unwrap_or(("", path));
        let mut names = self.names.borrow_mut();
        let names = names.entry(module).or_default();
        if !names.contains(&name) {
            names.push(name);
        }
        ident(name)
    }

    /// The declarations.
    pub(crate) fn declarations(&self) -> TokenStream {
        let names = self.names.borrow();
        let mut trees = Vec::new();
        for (module, within) in names.iter() {
            if module.is_empty() {
                let alone = within.iter().filter(|name| !names.contains_key(*name));
                trees.extend(alone.map(|name| (*name, tree(&[name]))));
            } else {
                let mut within = within.clone();
                if names.get("").is_some_and(|root| root.contains(module)) {
                    within.push("self");
                }
                let (module_name, within) = (ident(module), tree(&within));
                trees.push((module, quote!(#module_name::#within)));
            }
        }
        // The order in which rustfmt puts them.
        trees.sort_by_key(|(name, _)| *name);
        let trees: Vec<TokenStream> = trees.into_iter().map(|(_, tree)| tree).collect();
        let runtime = self.runtime;
        let runtime = match trees.as_slice() {
            [] => TokenStream::new(),
            [tree] => quote!(use #runtime::#tree;),
            trees => quote!(use #runtime::{#(#trees),*};),
        };
        let parents: Vec<&str> = self.parents.borrow().iter().copied().collect();
        let parents = (!parents.is_empty()).then(|| tree(&parents));
        let parents = parents.map(|names| quote!(use super::#names;));
        quote!(#runtime #parents)
    }
}

/// A name of the runtime.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name<'a> {
    uses: &'a Uses<'a>,
    path: &'static str,
}

impl ToTokens for Name<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.uses.note(self.path).to_tokens(tokens);
    }
}

/// One name, or several in braces.
fn tree(names: &[&str]) -> TokenStream {
    let mut names = names.to_vec();
    names.sort_unstable_by_key(|name| (*name != "self", *name));
    let names: Vec<Ident> = names.into_iter().map(ident).collect();
    match names.as_slice() {
        [name] => quote!(#name),
        names => quote!({#(#names),*}),
    }
}
