//! Enums and constants: opcodes and close codes.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::vocabulary::Role;

use super::{Uses, doc, hex, ident, number, word::Word as _};
use crate::model::{CodePolicy, Module};

/// `enum Opcode`.
pub(super) fn opcode(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let uses = &Uses::of(runtime);
    uses.names(&["info::Kind"]);
    let variants = module.opcodes.iter().map(|opcode| {
        let (doc, variant, value) = (doc(&opcode.doc), ident(&opcode.variant), hex(opcode.value));
        quote! {
            #doc
            #variant = #value,
        }
    });
    let values = module.opcodes.iter().map(|opcode| {
        let (variant, value) = (ident(&opcode.variant), hex(opcode.value));
        quote!(#value => Some(Self::#variant),)
    });
    let kinds = module.opcodes.iter().map(|opcode| {
        let (variant, kind) = (ident(&opcode.variant), opcode.kind.variant(uses));
        quote!(Self::#variant => Kind::#kind,)
    });
    let body = if module.opcodes.is_empty() {
        quote!(match self {})
    } else {
        quote!(match self { #(#kinds)* })
    };
    let repr = (!module.opcodes.is_empty()).then(|| quote!(#[repr(u8)]));
    let imports = uses.declarations();
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
    let allowed = allowed(&module.code_policy);
    let (from, sent) = sent(&module.code_policy, uses);
    let (imports, conversions) = (uses.declarations(), conversions());
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

            #conversions
        }
    }
}

/// The conversions of `CloseCode` from and to a number.
fn conversions() -> TokenStream {
    quote! {
        impl From<u16> for CloseCode {
            #[inline]
            fn from(code: u16) -> Self {
                Self(code)
            }
        }

        impl From<CloseCode> for u16 {
            #[inline]
            fn from(code: CloseCode) -> Self {
                code.0
            }
        }

        /// For `close`, which takes a code or none.
        impl From<CloseCode> for Option<u16> {
            #[inline]
            fn from(code: CloseCode) -> Self {
                Some(code.0)
            }
        }
    }
}

/// Whether a close frame may contain `self.0`.
fn allowed(policy: &CodePolicy) -> TokenStream {
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
    if arms.is_empty() {
        quote!(#otherwise)
    } else {
        quote! {
            match self.0 {
                #(#arms)*
                _ => #otherwise,
            }
        }
    }
}

/// The parameter of `is_sent_by`, and whether that endpoint may send `self.0`.
fn sent(policy: &CodePolicy, uses: &Uses<'_>) -> (TokenStream, TokenStream) {
    let one = policy.one.iter().map(|&(code, by)| {
        let (code, variant) = (number(code), by.variant(uses));
        quote!(#code => matches!(from, Role::#variant),)
    });
    if policy.one.is_empty() {
        (quote!(_from), quote!(self.is_allowed()))
    } else {
        let sent = quote! {
            match self.0 {
                #(#one)*
                _ => self.is_allowed(),
            }
        };
        (quote!(from), sent)
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
            ref short => short
                .iter()
                .map(|&code| {
                    let code = number(code);
                    quote!(#code)
                })
                .collect(),
        })
        .collect()
}

pub(super) fn role(role: Role, uses: &Uses<'_>) -> TokenStream {
    let variant = role.variant(uses);
    let name = uses.name("Role");
    quote!(#name::#variant)
}
