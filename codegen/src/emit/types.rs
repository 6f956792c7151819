//! Enums and constants: rules, opcodes, close codes.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::vocabulary as spec;

use super::{count, doc, hex, ident, number, option, word::Word as _};
use crate::model::Module;

/// `enum Rule` and the static metadata of each variant.
pub(super) fn rules(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let count = count(module.rules.len());
    let variants = module.rules.iter().map(|rule| {
        let (doc, variant) = (doc(&rule.doc), ident(rule.variant));
        quote! {
            #doc
            #variant,
        }
    });
    let all = module.rules.iter().map(|rule| {
        let variant = ident(rule.variant);
        quote!(Self::#variant)
    });
    let enum_doc = doc(&format!(
        "The rules of {} that an endpoint can violate.",
        module.draft.short
    ));
    quote! {
        #enum_doc
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            #(#variants)*
        }

        impl Rule {
            /// Every rule, in the order in which the rules are checked.
            pub const ALL: [Self; #count] = [#(#all),*];

            /// Information about the rule.
            #[must_use]
            pub fn info(self) -> &'static #runtime::info::RuleInfo {
                &RULES[self as usize]
            }

            /// The violated rule; `None` if it is not a rule of this draft.
            #[must_use]
            pub fn of(violation: &#runtime::Violation) -> Option<Self> {
                Self::ALL.into_iter().find(|rule| ::core::ptr::eq(rule.info(), violation.rule))
            }
        }

        /// Creates a violation of one of the rules.
        #[cold]
        fn broken(rule: Rule, by: #runtime::Role, offset: u64, seen: #runtime::Seen) -> #runtime::Violation {
            #runtime::Violation { rule: rule.info(), draft: &INFO, by, offset, seen }
        }
    }
}

/// The entries of the table of rules.
pub(super) fn rule_entries(module: &Module<'_>, runtime: &TokenStream) -> Vec<TokenStream> {
    let entries = module.rules.iter().map(|rule| {
        let (id, variant, summary, citation) =
            (rule.id, rule.variant, &rule.rule.summary, &rule.citation);
        let (evidence, stated_in) = (&rule.evidence, rule.stated_in);
        let level = rule.rule.level.variant(runtime);
        let scope = rule.rule.scope.variant(runtime);
        let by = option(rule.rule.by.map(|by| role(by, runtime)));
        let outcome = rule.rule.otherwise.variant(runtime);
        let visibility = rule.rule.require.visibility().variant(runtime);
        quote! {
            info::RuleInfo {
                id: #id,
                variant: #variant,
                level: info::Level::#level,
                scope: info::Scope::#scope,
                by: #by,
                summary: #summary,
                citation: #citation,
                evidence: &[#(#evidence),*],
                stated_in: #stated_in,
                outcome: info::Outcome::#outcome,
                visibility: info::Visibility::#visibility,
            }
        }
    });
    entries.collect()
}

/// `enum Opcode`.
pub(super) fn opcode(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let variants = module.opcodes.iter().map(|opcode| {
        let (doc, variant, value) = (
            doc(&opcode.doc),
            ident(&opcode.variant),
            hex(opcode.opcode.value),
        );
        quote! {
            #doc
            #variant = #value,
        }
    });
    let values = module.opcodes.iter().map(|opcode| {
        let (variant, value) = (ident(&opcode.variant), hex(opcode.opcode.value));
        quote!(#value => Some(Self::#variant),)
    });
    let kinds = module.opcodes.iter().map(|opcode| {
        let (variant, kind) = (ident(&opcode.variant), opcode.opcode.kind.variant(runtime));
        quote!(Self::#variant => #runtime::info::Kind::#kind,)
    });
    let body = if module.opcodes.is_empty() {
        quote!(match self {})
    } else {
        quote!(match self { #(#kinds)* })
    };
    let repr = if module.opcodes.is_empty() {
        TokenStream::new()
    } else {
        quote!(#[repr(u8)])
    };
    quote! {
        /// The defined opcodes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #repr
        pub enum Opcode {
            #(#variants)*
        }

        impl Opcode {
            /// The opcode with this value; `None` if it is reserved.
            #[must_use]
            pub const fn from_value(value: u8) -> Option<Self> {
                match value {
                    #(#values)*
                    _ => None,
                }
            }

            /// The purpose of frames with this opcode.
            #[must_use]
            pub const fn kind(self) -> #runtime::info::Kind {
                #body
            }
        }
    }
}

/// `struct CloseCode` with a constant for each defined code.
pub(super) fn close_code(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let constants = module.codes.iter().map(|code| {
        let (doc, constant, value) = (doc(&code.doc), ident(&code.constant), number(code.code));
        quote! {
            #doc
            pub const #constant: Self = Self(#value);
        }
    });
    let policy = &module.code_policy;
    let listed = |codes: &[u16], value: TokenStream| {
        let runs = runs(codes);
        (!runs.is_empty()).then(|| quote!(#(#runs)|* => #value,))
    };
    let known = listed(&policy.listed, quote!(true));
    let never = listed(&policy.never, quote!(false));
    let open = policy.open.iter().map(|&(from, to)| {
        let (from, to) = (number(from), number(to));
        quote!(#from..=#to => true,)
    });
    let arms: Vec<_> = known.into_iter().chain(never).chain(open).collect();
    let otherwise = policy.otherwise;
    let allowed = if arms.is_empty() {
        quote!(#otherwise)
    } else {
        quote! {
            match self.0 {
                #(#arms)*
                _ => #otherwise,
            }
        }
    };
    let one = policy.one.iter().map(|&(code, by)| {
        let (code, variant) = (number(code), by.variant(runtime));
        quote!(#code => matches!(from, #runtime::Role::#variant),)
    });
    let (from, sent) = if policy.one.is_empty() {
        (quote!(_from), quote!(self.is_allowed()))
    } else {
        let sent = quote! {
            match self.0 {
                #(#one)*
                _ => self.is_allowed(),
            }
        };
        (quote!(from), sent)
    };
    quote! {
        /// A close code. Codes without a name are kept unchanged.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct CloseCode(pub u16);

        impl CloseCode {
            #(#constants)*

            /// Whether a close frame may contain it.
            #[must_use]
            pub const fn is_allowed(self) -> bool {
                #allowed
            }

            /// Whether this endpoint may send it.
            #[must_use]
            pub const fn is_sent_by(self, #from: #runtime::Role) -> bool {
                #sent
            }
        }
    }
}

/// Ascending codes as patterns; three or more consecutive codes become a range.
fn runs(codes: &[u16]) -> Vec<TokenStream> {
    codes
        .chunk_by(|&one, &next| one + 1 == next)
        .flat_map(|run| match *run {
            [first, _, .., last] => {
                let (first, last) = (number(first), number(last));
                vec![quote!(#first..=#last)]
            }
            _ => run
                .iter()
                .map(|&code| {
                    let code = number(code);
                    quote!(#code)
                })
                .collect(),
        })
        .collect()
}

pub(super) fn role(role: spec::Role, runtime: &TokenStream) -> TokenStream {
    let variant = role.variant(runtime);
    quote!(#runtime::Role::#variant)
}
