//! Enums and constants: rules, opcodes, close codes.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::vocabulary::{self as spec, Scope};

use super::{Uses, count, doc, hex, ident, number, option, word::Word as _};
use crate::model::{Module, RuleModel};

/// `mod rules`: `enum Rule`, a variant for each rule that can be broken.
pub(super) fn rules(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let uses = &Uses::of(runtime);
    uses.names(&["Role", "Seen", "Violation", "info::RuleInfo"]);
    let rules = breakable(module);
    let length = count(rules.len());
    let all = rules.iter().map(|(_, rule)| ident(rule.variant));
    let variants = rules.iter().enumerate().map(|(at, (place, rule))| {
        let first = at == 0 || rules[at - 1].1.rule.scope != rule.rule.scope;
        let heading = first.then(|| heading(rule.rule.scope));
        let (doc, variant, place) = (doc(&rule.doc), ident(rule.variant), count(*place));
        quote!(#heading #doc #variant = #place,)
    });
    let enum_doc = doc(&format!(
        "The rules of {} that an endpoint can violate. Each value is the index in [`RULES`].",
        module.draft.short
    ));
    let imports = uses.declaration();
    quote! {
        #[allow(dead_code)]
        mod rules {
            #imports
            use super::{INFO, RULES};

            #enum_doc
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum Rule {
                #(#variants)*
            }

            impl Rule {
                /// All of them, in the order above.
                pub const ALL: [Self; #length] = [#(Self::#all),*];

                /// Information about the rule.
                #[must_use]
                pub fn info(self) -> &'static RuleInfo {
                    &RULES[self as usize]
                }

                /// The violated rule; `None` if it is not a rule of this draft.
                #[must_use]
                pub fn of(violation: &Violation) -> Option<Self> {
                    let mut rules = Self::ALL.into_iter();
                    rules.find(|rule| core::ptr::eq(rule.info(), violation.rule))
                }

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
    }
}

/// The rules that an end can see broken, by what they are about, with their places in the table.
fn breakable<'m, 'a>(module: &'m Module<'a>) -> Vec<(usize, &'m RuleModel<'a>)> {
    let rules = module.rules.iter().enumerate();
    let mut rules: Vec<_> = rules.filter(|(_, rule)| rule.is_breakable()).collect();
    rules.sort_by_key(|(_, rule)| order(rule.rule.scope));
    rules
}

/// Scopes in the order in which a connection comes to them, and their headings.
const SCOPES: [(Scope, &str); 7] = [
    (Scope::Request, "The opening request."),
    (Scope::Response, "The response."),
    (Scope::Frame, "Frames."),
    (Scope::Message, "Messages."),
    (Scope::Close, "Close frames."),
    (Scope::Conversation, "The conversation."),
    (Scope::Policy, "Policy."),
];

fn order(scope: Scope) -> Option<usize> {
    SCOPES.iter().position(|(known, _)| *known == scope)
}

fn heading(scope: Scope) -> TokenStream {
    let text = order(scope).map_or("", |at| SCOPES[at].1);
    super::heading(text)
}

/// The entries of the table of rules.
pub(super) fn rule_entries(module: &Module<'_>, uses: &Uses<'_>) -> Vec<TokenStream> {
    let entries = module.rules.iter().map(|rule| {
        let (id, variant, summary, citation) =
            (rule.id, rule.variant, &rule.rule.summary, &rule.citation);
        let (evidence, stated_in) = (&rule.evidence, rule.stated_in);
        let level = rule.rule.level.variant(uses);
        let scope = rule.rule.scope.variant(uses);
        let by = option(rule.rule.by.map(|by| role(by, uses)));
        let outcome = rule.rule.otherwise.variant(uses);
        let visibility = rule.rule.require.visibility().variant(uses);
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
    let uses = &Uses::of(runtime);
    uses.names(&["info::Kind"]);
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
        let (variant, kind) = (ident(&opcode.variant), opcode.opcode.kind.variant(uses));
        quote!(Self::#variant => Kind::#kind,)
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
    let imports = uses.declaration();
    quote! {
        #[allow(dead_code)]
        mod opcode {
            #imports

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
                pub const fn kind(self) -> Kind {
                    #body
                }
            }
        }
    }
}

/// `struct CloseCode` with a constant for each defined code.
pub(super) fn close_code(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let uses = &Uses::of(runtime);
    uses.names(&["Role"]);
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
        let (code, variant) = (number(code), by.variant(uses));
        quote!(#code => matches!(from, Role::#variant),)
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
    let imports = uses.declaration();
    quote! {
        #[allow(dead_code)]
        mod close_code {
            #imports

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
                pub const fn is_sent_by(self, #from: Role) -> bool {
                    #sent
                }
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

pub(super) fn role(role: spec::Role, uses: &Uses<'_>) -> TokenStream {
    let variant = role.variant(uses);
    let name = uses.name("Role");
    quote!(#name::#variant)
}
