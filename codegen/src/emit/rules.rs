//! `mod rules`: `enum Rule` of a draft or of an extension.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Uses, count, doc, heading, ident};
use crate::model::{ExtensionModule, Module};

/// What differs between the enums.
struct RuleEnum<'a> {
    /// `draft` or `extension`.
    of: &'a str,
    doc: &'a str,
    variants: TokenStream,
    names: Vec<Ident>,
    /// Doc comment of the list of all rules.
    all_doc: &'a str,
    /// An expression for the information about the rule `self`.
    info: TokenStream,
    /// Further methods.
    methods: TokenStream,
}

/// The rules of a draft that can be broken, by scope.
pub(super) fn of_draft(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let uses = &Uses::of(runtime);
    uses.names(&["Role", "Seen", "Violation", "info::RuleInfo"]);
    uses.parents(&["INFO", "RULES"]);
    let groups = module.rules.iter();
    let variants = groups.clone().map(|group| {
        let heading = heading(group.heading);
        let variants = group.variants.iter().map(|rule| {
            let (doc, variant, index) = (doc(&rule.doc), ident(rule.name), count(rule.index));
            quote!(#doc #variant = #index,)
        });
        quote!(#heading #(#variants)*)
    });
    let variants = quote!(#(#variants)*);
    let names = groups.flat_map(|group| &group.variants);
    let short = module.tables.identity.short;
    let rules = RuleEnum {
        of: "draft",
        doc: &format!(
            "The rules of {short} that an endpoint can violate. Each value is the index in [`RULES`]."
        ),
        variants,
        names: names.map(|rule| ident(rule.name)).collect(),
        all_doc: "All of them, in the order above.",
        info: quote!(&RULES[self as usize]),
        methods: broken(),
    };
    rules.module(&uses.declarations())
}

/// The method that creates a violation of a draft's rule.
fn broken() -> TokenStream {
    quote! {
        /// Creates a violation of the rule.
        #[cold]
        pub(super) fn broken(self, by: Role, offset: u64, seen: Seen) -> Violation {
            Violation {
                rule: self.info(),
                draft: &INFO,
                by,
                offset,
                seen,
            }
        }
    }
}

/// The rules of an extension, in the order of their table.
pub(super) fn of_extension(extension: &ExtensionModule<'_>, runtime: &TokenStream) -> TokenStream {
    if extension.rules.is_empty() {
        return TokenStream::new();
    }
    let uses = Uses::of(runtime);
    uses.names(&["Violation", "info::RuleInfo"]);
    let imports = uses.declarations();
    let variants = extension.rules.iter().map(|rule| {
        let (doc, variant) = (doc(&rule.doc), ident(rule.info.variant));
        quote!(#doc #variant,)
    });
    let variants = quote!(#(#variants)*);
    let names = extension.rules.iter();
    let rules = RuleEnum {
        of: "extension",
        doc: &extension.rules_doc,
        variants,
        names: names.map(|rule| ident(rule.info.variant)).collect(),
        all_doc: "Every rule, in the order in which the rules are checked.",
        info: quote!(&RULES[self as usize].info),
        methods: TokenStream::new(),
    };
    rules.module(&quote! {
        #imports
        use super::tables::RULES;
    })
}

impl RuleEnum<'_> {
    fn module(self, imports: &TokenStream) -> TokenStream {
        let (enum_doc, all_doc) = (doc(self.doc), doc(self.all_doc));
        let of_doc = doc(&format!(
            "The violated rule; `None` if it is not a rule of this {}.",
            self.of
        ));
        let (names, length) = (&self.names, count(self.names.len()));
        let (variants, info, methods) = (self.variants, self.info, self.methods);
        quote! {
            #[allow(dead_code)]
            mod rules {
                #imports

                #enum_doc
                #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
                #[non_exhaustive]
                pub enum Rule {
                    #variants
                }

                impl Rule {
                    #all_doc
                    pub const ALL: [Self; #length] = [#(Self::#names),*];

                    /// Information about the rule.
                    #[inline]
                    #[must_use]
                    pub fn info(self) -> &'static RuleInfo {
                        #info
                    }

                    #of_doc
                    #[inline]
                    #[must_use]
                    pub fn of(violation: &Violation) -> Option<Self> {
                        let mut rules = Self::ALL.into_iter();
                        rules.find(|rule| core::ptr::eq(rule.info(), violation.rule))
                    }

                    #methods
                }
            }
        }
    }
}
