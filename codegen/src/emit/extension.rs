//! Extensions: their tables, and typed offers, answers and rules.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::{
    Item, ResolvedExtension,
    extension::{ExtensionRule, Frames, Parameter, Transform, Value},
    vocabulary::Date,
};

use super::{Uses, count, doc, ident, number, option, types, word::Word as _};
use crate::naming;

/// The items of an extension's module.
pub(crate) fn module(extension: &ResolvedExtension, runtime: &TokenStream) -> TokenStream {
    let info = info(extension, runtime);
    let rules = rules(extension, runtime);
    let terms = terms(extension, runtime);
    let rule = (!extension.rules.is_empty()).then(|| quote!(rules::Rule,));
    quote! {
        #[allow(unused_imports)]
        pub use self::{#rule tables::INFO, terms::{Answer, Offer}};

        #info
        #rules
        #terms
    }
}

/// `mod tables`: the static data.
fn info(extension: &ResolvedExtension, runtime: &TokenStream) -> TokenStream {
    let uses = &Uses::of(runtime);
    uses.names(&["extension", "info"]);
    let (short, summary) = (&extension.short, &extension.summary);
    let (tokens, drafts) = (extension.tokens(), &extension.drafts);
    let documents = extension.documents.iter().map(|document| &document.short);
    let issued = extension
        .documents
        .iter()
        .filter_map(|document| document.issued)
        .max();
    let issued = option(issued.map(date));
    let transform = extension
        .transform
        .as_ref()
        .map_or(Transform::Nothing, |transform| transform.value.apply)
        .variant(uses);
    let claims = extension.claims.as_ref().map(|claims| &claims.value);
    let bits = claims.map_or(&[][..], |claims| claims.bits.as_slice());
    let on = claims
        .map_or(Frames::First, |claims| claims.on)
        .variant(uses);
    let opcodes = claims.map_or(&[][..], |claims| claims.opcodes.as_slice());
    let control_opcodes = claims.map_or(&[][..], |claims| claims.control_opcodes.as_slice());
    let method = option(extension.method.as_ref().map(|method| {
        let (parameter, name) = (&method.value.parameter, &method.value.name);
        quote!(extension::MethodInfo { parameter: #parameter, name: #name })
    }));
    let parameters = extension
        .parameters
        .iter()
        .map(|(name, item)| parameter(name, &item.value, uses));
    let rules = extension
        .rules
        .iter()
        .map(|(id, rule)| rule_entry(id, rule, uses));
    let length = count(extension.rules.len());
    let doc = doc(&format!("Information about {short}."));
    let items = quote! {
        #doc
        pub static INFO: extension::ExtensionInfo = extension::ExtensionInfo {
            short: #short,
            summary: #summary,
            tokens: &[#(#tokens),*],
            documents: &[#(#documents),*],
            issued: #issued,
            drafts: &[#(#drafts),*],
            transform: extension::Transform::#transform,
            bits: &[#(#bits),*],
            on: extension::Frames::#on,
            opcodes: &[#(#opcodes),*],
            control_opcodes: &[#(#control_opcodes),*],
            method: #method,
            parameters: &[#(#parameters),*],
            rules: &RULES,
        };

        pub(super) static RULES: [extension::ExtensionRule; #length] = [#(#rules),*];
    };
    let imports = uses.declaration();
    quote! {
        mod tables {
            #imports

            #items
        }
    }
}

fn date(date: Date) -> TokenStream {
    let (year, month) = (number(date.year), number(date.month));
    let day = option(date.day.map(|day| {
        let day = number(day);
        quote!(#day)
    }));
    quote!(info::Date { year: #year, month: #month, day: #day })
}

fn parameter(name: &str, parameter: &Parameter, uses: &Uses<'_>) -> TokenStream {
    let value = |value: Option<Value>| {
        option(value.map(|value| {
            let value = value.variant(uses);
            quote!(extension::Value::#value)
        }))
    };
    let (offer, answer) = (value(parameter.offer), value(parameter.answer));
    let effect = parameter.effect.variant(uses);
    let (needs_offer, owed, at_most_offered) = (
        parameter.needs_offer,
        parameter.owed,
        parameter.at_most_offered,
    );
    let summary = &parameter.summary;
    quote! {
        extension::ParameterInfo {
            name: #name,
            offer: #offer,
            answer: #answer,
            needs_offer: #needs_offer,
            owed: #owed,
            at_most_offered: #at_most_offered,
            effect: extension::Effect::#effect,
            summary: #summary,
        }
    }
}

fn rule_entry(id: &str, rule: &Item<ExtensionRule>, uses: &Uses<'_>) -> TokenStream {
    let (stated_in, rule) = (&rule.stated_in, &rule.value);
    let (variant, summary) = (&rule.variant, &rule.summary);
    let level = rule.level.variant(uses);
    let (scope, part) = (rule.scope.scope().variant(uses), rule.scope.variant(uses));
    let by = option(rule.by.map(|by| types::role(by, uses)));
    let citation = rule
        .evidence
        .first()
        .map_or_else(String::new, ToString::to_string);
    let evidence = rule.evidence.iter().map(ToString::to_string);
    let outcome = rule.otherwise.outcome().variant(uses);
    let visibility = rule.require.visibility().variant(uses);
    let demand = rule.require.variant(uses);
    quote! {
        extension::ExtensionRule {
            info: info::RuleInfo {
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
            },
            part: extension::Part::#part,
            demand: extension::Demand::#demand,
        }
    }
}

/// `mod rules`: `enum Rule`.
fn rules(extension: &ResolvedExtension, runtime: &TokenStream) -> TokenStream {
    if extension.rules.is_empty() {
        return TokenStream::new();
    }
    let length = count(extension.rules.len());
    let variants = extension.rules.values().map(|rule| {
        let rule = &rule.value;
        let citation = rule
            .evidence
            .first()
            .map_or_else(String::new, ToString::to_string);
        let (doc, variant) = (
            doc(&format!("{} ({citation})", rule.summary)),
            ident(&rule.variant),
        );
        quote!(#doc #variant,)
    });
    let all = extension
        .rules
        .values()
        .map(|rule| ident(&rule.value.variant));
    let enum_doc = doc(&format!("The rules of {}.", extension.short));
    let uses = Uses::of(runtime);
    uses.names(&["Violation", "info::RuleInfo"]);
    let imports = uses.declaration();
    quote! {
        #[allow(dead_code)]
        mod rules {
            #imports
            use super::tables::RULES;

            #enum_doc
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum Rule {
                #(#variants)*
            }

            impl Rule {
                /// Every rule, in the order in which the rules are checked.
                pub const ALL: [Self; #length] = [#(Self::#all),*];

                /// Information about the rule.
                #[must_use]
                pub fn info(self) -> &'static RuleInfo {
                    &RULES[self as usize].info
                }

                /// The violated rule; `None` if it is not a rule of this extension.
                #[must_use]
                pub fn of(violation: &Violation) -> Option<Self> {
                    let mut rules = Self::ALL.into_iter();
                    rules.find(|rule| core::ptr::eq(rule.info(), violation.rule))
                }
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Offer,
    Answer,
}

/// `mod terms`: `struct Offer` and `struct Answer`.
fn terms(extension: &ResolvedExtension, runtime: &TokenStream) -> TokenStream {
    let uses = &Uses::of(runtime);
    uses.names(&["extension"]);
    let offer = side(extension, Side::Offer, uses);
    let answer = side(extension, Side::Answer, uses);
    let imports = uses.declaration();
    quote! {
        #[allow(dead_code)]
        mod terms {
            #imports
            use super::INFO;

            #offer
            #answer
        }
    }
}

/// What an end says: a field for each parameter.
fn side(extension: &ResolvedExtension, side: Side, uses: &Uses<'_>) -> TokenStream {
    let (string, decimal) = (uses.name("support::String"), uses.name("support::decimal"));
    let (name, read, what) = match side {
        Side::Offer => ("Offer", "read_offer", "An offer"),
        Side::Answer => ("Answer", "read_answer", "An answer"),
    };
    let (name, read) = (ident(name), ident(read));
    let parameters: Vec<_> = extension
        .parameters
        .iter()
        .filter_map(|(name, item)| {
            let form = match side {
                Side::Offer => item.value.offer,
                Side::Answer => item.value.answer,
            };
            Some((name, &item.value, form?))
        })
        .collect();
    let fields = parameters.iter().map(|(name, parameter, form)| {
        let (doc, field) = (doc(&parameter.summary), ident(&naming::module(name)));
        let kind = match form {
            Value::Flag => quote!(bool),
            Value::Number(..) => quote!(Option<u32>),
            Value::FlagOrNumber(..) => quote!(Option<Option<u32>>),
            Value::Token => quote!(Option<#string>),
        };
        quote!(#doc pub #field: #kind,)
    });
    let reads = parameters.iter().map(|(name, _, form)| {
        let field = ident(&naming::module(name));
        let value = match form {
            Value::Flag => quote!(terms.get(#name).is_some()),
            Value::Number(..) => quote!(terms.get(#name).and_then(extension::Setting::number)),
            Value::FlagOrNumber(..) => quote!(terms.get(#name).map(extension::Setting::number)),
            Value::Token => quote!(terms.get(#name).and_then(extension::Setting::text)),
        };
        quote!(#field: #value,)
    });
    let writes = parameters.iter().map(|(name, _, form)| {
        let field = ident(&naming::module(name));
        match form {
            Value::Flag => quote!(if self.#field { element = element.with(#name, None); }),
            Value::Number(..) => quote!(if let Some(value) = self.#field {
                element = element.with(#name, Some(#decimal(value)));
            }),
            Value::FlagOrNumber(..) => quote!(if let Some(value) = self.#field {
                element = element.with(#name, value.map(#decimal));
            }),
            Value::Token => quote!(if let Some(value) = &self.#field {
                element = element.with(#name, Some(value.clone()));
            }),
        }
    });
    let extra = match side {
        Side::Offer => quote!(),
        Side::Answer => quote!(, None),
    };
    let token = extension.tokens().first().map_or("", String::as_str);
    let struct_doc = doc(&format!("{what} of {}.", extension.short));
    let inner_token = match &extension.method {
        None => token,
        Some(method) => &method.value.name,
    };
    let (write, element) = if parameters.is_empty() {
        let element = quote!(extension::Element::new(#inner_token));
        (TokenStream::new(), element)
    } else {
        let write = quote! {
            let mut element = extension::Element::new(#inner_token);
            #(#writes)*
        };
        (write, quote!(element))
    };
    let finish = match &extension.method {
        None => element,
        Some(method) => {
            let parameter = &method.value.parameter;
            uses.names(&["support::ToString"]);
            quote!(extension::Element::new(#token).with(
                #parameter,
                Some(#element.to_string()),
            ))
        }
    };
    let body = if parameters.is_empty() {
        quote! {
            extension::#read(&INFO, element #extra)?;
            Ok(Self {})
        }
    } else {
        quote! {
            let terms = extension::#read(&INFO, element #extra)?;
            Ok(Self { #(#reads)* })
        }
    };
    quote! {
        #struct_doc
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct #name {
            #(#fields)*
        }

        impl #name {
            /// Reads an element of the header field.
            ///
            /// # Errors
            /// The first rule that the element violates.
            pub fn read(element: &extension::Element) -> Result<Self, extension::Fault> {
                #body
            }

            /// Returns the element with this content.
            #[must_use]
            pub fn element(&self) -> extension::Element {
                #write
                #finish
            }
        }
    }
}
