//! Guards of rules about responses. In scope: `request`, `response`, and `fields` and `accepts`
//! where they are needed.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Broken, Uses, head, ident};
use crate::{
    emit::{expr, number},
    model::{ResponseCondition, ResponseGuard, ResponseTest},
};

pub(in crate::emit) fn guards(guards: &[ResponseGuard<'_>], uses: &Uses<'_>) -> TokenStream {
    super::guards(guards, |guard| when(guard, uses), |test| broken(test, uses))
}

fn when(guard: &ResponseGuard<'_>, uses: &Uses<'_>) -> Vec<TokenStream> {
    let condition = guard.when.as_ref().map(|when| match when {
        ResponseCondition::Present(field) => head::present(field),
        ResponseCondition::Accepts => quote!(accepts),
        ResponseCondition::Refuses => quote!(!accepts && response.status >= 200),
        ResponseCondition::StatusIs(status) => {
            let status = number(*status);
            quote!(response.status == #status)
        }
        ResponseCondition::VersionRefused(status) => {
            let status = number(*status);
            let only_version = uses.name("support::only_version_refuses");
            quote! {
                response.status == #status
                    && #only_version(|report| super::request::check(request, report))
            }
        }
    });
    condition.into_iter().collect()
}

/// How a rule is seen to be broken, and what is reported.
fn broken(test: &ResponseTest<'_>, uses: &Uses<'_>) -> Broken {
    match test {
        ResponseTest::HttpVersion(minor) => {
            let (minor, found) = (number(*minor), uses.name("support::response_version"));
            let test = quote!(response.minor_version < #minor);
            Broken::holds(test, quote!(#found(response)))
        }
        ResponseTest::Status(status) => {
            let status = number(*status);
            // The status code follows "HTTP/1.x ".
            Broken::holds(
                quote!((accepts || response.status < 200) && response.status != #status),
                quote!(Found::number(9, response.status)),
            )
        }
        // The reason phrase follows the three digits of the status code and a space.
        ResponseTest::Reason(reason) => Broken::holds(
            quote!(response.reason != #reason),
            quote!(Found::text(13, response.reason)),
        ),
        ResponseTest::ComputedBody(value) => {
            let found = uses.name("support::response_body");
            let value = expr::owned(value.expr, uses);
            Broken::holds(quote!(*response.body != #value), quote!(#found(response)))
        }
        ResponseTest::Computed { field, value } => {
            let (field, value) = (ident(field), expr::bytes(value.expr, uses));
            head::finds(quote!(fields.unlike(#field, #value)))
        }
        ResponseTest::Echoes { field, of } => {
            let field = ident(field);
            head::finds(quote!(fields.unlike(#field, request.fields.value(#of))))
        }
        ResponseTest::Locates { field, host } => {
            let (field, location) = (ident(field), uses.name("support::location"));
            head::finds(quote!(fields.unlike(#field, #location(request, #host).as_bytes())))
        }
        ResponseTest::Offered {
            field,
            of,
            separator,
        } => {
            let (field, separator) = (ident(field), head::separator(*separator, uses));
            head::finds(quote!(fields.not_offered(#field, offered, #separator)))
                .after(quote!(let offered = request.fields.all(#of);))
        }
        ResponseTest::Field(test) => head::broken(test, uses),
    }
}
