//! `mod terms`: `struct Offer` and `struct Answer`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use wsdraft_spec::extension::Value;

use crate::{
    emit::{Uses, doc, ident},
    model::{ExtensionModule, Term, Terms},
};

/// The module.
pub(super) fn module(extension: &ExtensionModule<'_>, runtime: &TokenStream) -> TokenStream {
    let uses = &Uses::of(runtime);
    uses.names(&["extension"]);
    let offer = terms(
        "Offer",
        &extension.offer,
        &quote!(extension::read_offer(&INFO, element)),
        uses,
    );
    let answer = terms(
        "Answer",
        &extension.answer,
        &quote!(extension::read_answer(&INFO, element, None)),
        uses,
    );
    uses.parents(&["INFO"]);
    let imports = uses.declarations();
    quote! {
        #[allow(dead_code)]
        mod terms {
            #imports

            #offer
            #answer
        }
    }
}

/// A struct with a field for each parameter.
fn terms(name: &str, model: &Terms<'_>, read: &TokenStream, uses: &Uses<'_>) -> TokenStream {
    let name = ident(name);
    let doc = doc(&model.doc);
    let fields = model.terms.iter().map(|term| field(term, uses));
    let body = if model.terms.is_empty() {
        quote! {
            #read?;
            Ok(Self {})
        }
    } else {
        let reads = model.terms.iter().map(read_term);
        quote! {
            let terms = #read?;
            Ok(Self { #(#reads)* })
        }
    };
    let element = element(model, uses);
    quote! {
        #doc
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct #name {
            #(#fields)*
        }

        impl #name {
            /// Reads an element of the header field.
            ///
            /// # Errors
            /// The first rule that the element violates.
            #[inline]
            pub fn read(element: &extension::Element) -> Result<Self, extension::Fault> {
                #body
            }

            /// Returns the element with this content.
            #[inline]
            #[must_use]
            pub fn element(&self) -> extension::Element {
                #element
            }
        }
    }
}

fn field(term: &Term<'_>, uses: &Uses<'_>) -> TokenStream {
    let (doc, field) = (doc(term.doc), ident(&term.field));
    let kind = match term.value {
        Value::Flag => quote!(bool),
        Value::Number(..) => quote!(Option<u32>),
        Value::FlagOrNumber(..) => quote!(Option<Option<u32>>),
        Value::Token => {
            let string = uses.name("support::String");
            quote!(Option<#string>)
        }
    };
    quote!(#doc pub #field: #kind,)
}

fn read_term(term: &Term<'_>) -> TokenStream {
    let (name, field) = (term.name, ident(&term.field));
    let value = match term.value {
        Value::Flag => quote!(terms.get(#name).is_some()),
        Value::Number(..) => quote!(terms.get(#name).and_then(extension::Setting::number)),
        Value::FlagOrNumber(..) => quote!(terms.get(#name).map(extension::Setting::number)),
        Value::Token => quote!(terms.get(#name).and_then(extension::Setting::text)),
    };
    quote!(#field: #value,)
}

fn write_term(term: &Term<'_>, uses: &Uses<'_>) -> TokenStream {
    let (name, field): (&str, Ident) = (term.name, ident(&term.field));
    let decimal = uses.name("support::decimal");
    match term.value {
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
}

/// Statements that build the element of the header field.
fn element(model: &Terms<'_>, uses: &Uses<'_>) -> TokenStream {
    let name = model.name;
    let (write, element) = if model.terms.is_empty() {
        let element = quote!(extension::Element::new(#name));
        (TokenStream::new(), element)
    } else {
        let writes = model.terms.iter().map(|term| write_term(term, uses));
        let write = quote! {
            let mut element = extension::Element::new(#name);
            #(#writes)*
        };
        (write, quote!(element))
    };
    let Some((token, parameter)) = model.within else {
        return quote!(#write #element);
    };
    uses.names(&["support::ToString"]);
    quote! {
        #write
        extension::Element::new(#token).with(
            #parameter,
            Some(#element.to_string()),
        )
    }
}
