//! Guards of rules about the header fields of a request or a response. In scope: `fields`.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use wsdraft_spec::vocabulary::{Grammar, Separator};

use super::{super::word::Word as _, Broken, Uses, ident};
use crate::{
    emit::{count, number},
    model::FieldTest,
};

/// The rule is broken if this expression finds something.
pub(super) fn finds(found: TokenStream) -> Broken {
    Broken::finds(found, quote!(found))
}

/// The condition that a field is present.
pub(super) fn present(field: &str) -> TokenStream {
    let field = ident(field);
    quote!(fields.count(#field) > 0)
}

pub(super) fn separator(separator: Separator, uses: &Uses<'_>) -> TokenStream {
    let kind = uses.name("info::Separator");
    let separator = separator.variant(uses);
    quote!(#kind::#separator)
}

/// How a rule is seen to be broken, and what is reported.
pub(super) fn broken(test: &FieldTest<'_>, uses: &Uses<'_>) -> Broken {
    let idents =
        |names: &[String]| -> Vec<Ident> { names.iter().map(|name| ident(name)).collect() };
    finds(match test {
        FieldTest::Present(field) => {
            let field = ident(field);
            quote!(fields.missing(#field))
        }
        FieldTest::Absent(field) => {
            let field = ident(field);
            quote!(fields.first(#field))
        }
        FieldTest::Once(field) => {
            let field = ident(field);
            quote!(fields.repeated(#field))
        }
        FieldTest::Distinct(field, between) => {
            let (field, separator) = (ident(field), separator(*between, uses));
            quote!(fields.duplicated(#field, #separator))
        }
        FieldTest::LowerCase(field) => {
            let (field, test) = (ident(field), uses.name("support::is_lower_case"));
            quote!(fields.offending(#field, #test))
        }
        FieldTest::Conforms(field, grammar) => conforms(&ident(field), grammar, uses),
        FieldTest::Order(names) => {
            let order = idents(names);
            quote!(fields.misplaced(&[#(#order),*]))
        }
        FieldTest::First(names) => {
            let order = idents(names);
            quote!(fields.not_first(&[#(#order),*]))
        }
    })
}

/// How to find a field that does not conform.
fn conforms(field: &Ident, grammar: &Grammar, uses: &Uses<'_>) -> TokenStream {
    let named = |path| {
        let test = uses.name(path);
        quote!(#test)
    };
    let test = match grammar {
        Grammar::Literal(text) => {
            let text = Literal::byte_string(text.as_bytes());
            return quote!(fields.unlike(#field, #text));
        }
        Grammar::Includes(text) => return quote!(fields.lacking(#field, #text)),
        Grammar::Keyword(text) => {
            let keyword = uses.name("support::keyword");
            quote!(#keyword(#text))
        }
        Grammar::Base64(length) => {
            let (length, base64_of) = (count(*length), uses.name("support::base64_of"));
            quote!(#base64_of(#length))
        }
        Grammar::Version(versions) => {
            let versions = versions.iter().map(|&version| number(version));
            let version = uses.name("support::version");
            quote!(#version(&[#(#versions),*]))
        }
        Grammar::Any => quote!(|_| true),
        Grammar::Host => named("grammar::is_host"),
        Grammar::Origin => named("grammar::is_origin"),
        Grammar::Token => named("grammar::is_token"),
        Grammar::TokenList => named("grammar::is_token_list"),
        Grammar::Words => named("grammar::is_words"),
        Grammar::List => named("grammar::is_list"),
        Grammar::Url | Grammar::Printable => named("grammar::is_printable"),
        Grammar::Extensions => named("support::is_extensions"),
        Grammar::QuotedExtensions => named("support::is_quoted_extensions"),
        Grammar::SpacedNumber => named("support::is_spaced_number"),
        Grammar::Versions => named("support::is_versions"),
    };
    quote!(fields.offending(#field, #test))
}
