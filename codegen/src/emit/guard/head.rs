//! Guards of requests and responses.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use wsdraft_spec::vocabulary::{Grammar, Scope, Separator};

use super::Test;
use crate::{
    emit::{Uses, count, expr, ident, number, word::Word as _},
    model::Check,
    naming,
};

/// How a rule about heads is seen to be broken, and what is reported.
pub(super) fn finding(
    check: &Check<'_>,
    scope: Scope,
    uses: &Uses<'_>,
) -> Option<(Test, TokenStream)> {
    let before = match check {
        Check::Offered { of, .. } => quote!(let offered = request.fields.all(#of);),
        _ => TokenStream::new(),
    };
    match field(check, uses) {
        Some(found) => Some((Test::Finds(before, found), quote!(found))),
        None => line_or_body(check, scope == Scope::Request, uses),
    }
}

/// Checks of the first line, and of what follows the head.
fn line_or_body(
    check: &Check<'_>,
    is_request: bool,
    uses: &Uses<'_>,
) -> Option<(Test, TokenStream)> {
    let holds = |test: TokenStream, found: TokenStream| (Test::Holds(quote!(), test), found);
    Some(match check {
        Check::Method(method) => holds(
            quote!(request.method != #method),
            quote!(Found::text(0, request.method)),
        ),
        Check::HttpVersion(minor) => {
            let (minor, head) = (number(*minor), message(is_request));
            let found = uses.name(if is_request {
                "support::request_version"
            } else {
                "support::response_version"
            });
            holds(quote!(#head.minor_version < #minor), quote!(#found(#head)))
        }
        Check::Target(schemes) => {
            let (target_is, found) = (
                uses.name("support::target_is"),
                uses.name("support::request_target"),
            );
            holds(
                quote!(!#target_is(request.target, &[#(#schemes),*])),
                quote!(#found(request)),
            )
        }
        Check::Status(status) => {
            let status = number(*status);
            // The status code follows "HTTP/1.x ".
            holds(
                quote!((accepts || response.status < 200) && response.status != #status),
                quote!(Found::number(9, response.status)),
            )
        }
        // The reason phrase follows the three digits of the status code and a space.
        Check::Reason(reason) => holds(
            quote!(response.reason != #reason),
            quote!(Found::text(13, response.reason)),
        ),
        Check::NothingFollows => {
            let found = uses.name("support::request_body");
            holds(quote!(!request.body.is_empty()), quote!(#found(request)))
        }
        Check::ComputedBody(value) => {
            let (found, value) = (
                uses.name("support::response_body"),
                expr::owned(value, uses),
            );
            holds(quote!(*response.body != #value), quote!(#found(response)))
        }
        _ => return None,
    })
}

/// What finds the header field that breaks a rule.
fn field(check: &Check<'_>, uses: &Uses<'_>) -> Option<TokenStream> {
    let constant = |name: &str| ident(&naming::constant(name));
    Some(match check {
        Check::Present(name) => {
            let field = constant(name);
            quote!(fields.missing(#field))
        }
        Check::Absent(name) => {
            let field = constant(name);
            quote!(fields.first(#field))
        }
        Check::Once(name) => {
            let field = constant(name);
            quote!(fields.repeated(#field))
        }
        Check::Distinct(name, separator) => {
            let (field, separator) = (constant(name), self::separator(*separator, uses));
            quote!(fields.duplicated(#field, #separator))
        }
        Check::LowerCase(name) => {
            let (field, test) = (constant(name), uses.name("support::is_lower_case"));
            quote!(fields.offending(#field, #test))
        }
        Check::Conforms(name, grammar) => conforms(&constant(name), grammar, uses),
        Check::Order(names) => {
            let order = names.iter().map(|name| constant(name));
            quote!(fields.misplaced(&[#(#order),*]))
        }
        Check::First(names) => {
            let order = names.iter().map(|name| constant(name));
            quote!(fields.not_first(&[#(#order),*]))
        }
        Check::Computed(name, value) => {
            let (field, value) = (constant(name), expr::bytes(value, uses));
            quote!(fields.unlike(#field, #value))
        }
        Check::Echoes { field, of } => {
            let field = constant(field);
            quote!(fields.unlike(#field, request.fields.value(#of)))
        }
        Check::Locates { field, host } => {
            let (field, location) = (constant(field), uses.name("support::location"));
            quote!(fields.unlike(#field, #location(request, #host).as_bytes()))
        }
        Check::Offered {
            field, separator, ..
        } => {
            let (field, separator) = (constant(field), self::separator(*separator, uses));
            quote!(fields.not_offered(#field, offered, #separator))
        }
        _ => return None,
    })
}

fn message(is_request: bool) -> TokenStream {
    if is_request {
        quote!(request)
    } else {
        quote!(response)
    }
}

fn separator(separator: Separator, uses: &Uses<'_>) -> TokenStream {
    let kind = uses.name("info::Separator");
    let separator = separator.variant(uses);
    quote!(#kind::#separator)
}

/// How to find a field that does not conform.
fn conforms(field: &Ident, grammar: &Grammar, uses: &Uses<'_>) -> TokenStream {
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
        other => {
            let test = uses.name(match other {
                Grammar::Host => "grammar::is_host",
                Grammar::Origin => "grammar::is_origin",
                Grammar::Token => "grammar::is_token",
                Grammar::TokenList => "grammar::is_token_list",
                Grammar::Words => "grammar::is_words",
                Grammar::List => "grammar::is_list",
                Grammar::Extensions => "support::is_extensions",
                Grammar::QuotedExtensions => "support::is_quoted_extensions",
                Grammar::SpacedNumber => "support::is_spaced_number",
                Grammar::Versions => "support::is_versions",
                _ => "grammar::is_printable",
            });
            quote!(#test)
        }
    };
    quote!(fields.offending(#field, #test))
}
