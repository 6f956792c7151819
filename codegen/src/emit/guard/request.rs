//! Guards of rules about requests. In scope: `request`, and `fields` where it is needed.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Broken, Uses, head};
use crate::{
    emit::number,
    model::{RequestCondition, RequestGuard, RequestTest},
};

pub(in crate::emit) fn guards(guards: &[RequestGuard<'_>], uses: &Uses<'_>) -> TokenStream {
    super::guards(guards, when, |test| broken(test, uses))
}

fn when(guard: &RequestGuard<'_>) -> Vec<TokenStream> {
    let condition = guard.when.as_ref().map(|when| match when {
        RequestCondition::Present(field) => head::present(field),
    });
    condition.into_iter().collect()
}

/// How a rule is seen to be broken, and what is reported.
fn broken(test: &RequestTest<'_>, uses: &Uses<'_>) -> Broken {
    match test {
        RequestTest::Method(method) => Broken::holds(
            quote!(request.method != #method),
            quote!(Found::text(0, request.method)),
        ),
        RequestTest::HttpVersion(minor) => {
            let (minor, found) = (number(*minor), uses.name("support::request_version"));
            let test = quote!(request.minor_version < #minor);
            Broken::holds(test, quote!(#found(request)))
        }
        RequestTest::Target(schemes) => {
            let target_is = uses.name("support::target_is");
            let found = uses.name("support::request_target");
            let test = quote!(!#target_is(request.target, &[#(#schemes),*]));
            Broken::holds(test, quote!(#found(request)))
        }
        RequestTest::NothingFollows => {
            let found = uses.name("support::request_body");
            Broken::holds(quote!(!request.body.is_empty()), quote!(#found(request)))
        }
        RequestTest::Field(test) => head::broken(test, uses),
    }
}
