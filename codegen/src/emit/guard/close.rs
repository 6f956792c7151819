//! Guards of close frames.

use proc_macro2::TokenStream;
use quote::quote;

use super::Test;
use crate::{
    emit::{Uses, hex},
    model::Check,
};

/// How a rule about close frames is seen to be broken, and what is reported: the byte of the
/// body, and what is there.
pub(super) fn finding(check: &Check<'_>, uses: &Uses<'_>) -> Option<(Test, TokenStream)> {
    let none = TokenStream::new;
    Some(match check {
        Check::CodeComplete => (
            Test::Holds(none(), quote!(body.len() == 1)),
            quote!(0, Seen::Number(1)),
        ),
        Check::CodeAllowed => {
            let code = uses.name("support::close_code");
            let wrong = quote!(#code(body).filter(|&code| !CloseCode(code).is_allowed()));
            (
                Test::Finds(none(), wrong),
                quote!(0, Seen::Number(found.into())),
            )
        }
        Check::ReasonUtf8 => {
            let not_utf8 = uses.name("support::not_utf8");
            let before = quote!(let reason = body.get(2..).unwrap_or_default(););
            let found = quote!(2 + found as u64, Seen::text(reason));
            (Test::Finds(before, quote!(#not_utf8(reason))), found)
        }
        Check::Letter { client, server } => {
            let (client, server) = (hex(*client), hex(*server));
            let first_byte = uses.name("support::first_byte");
            let before = quote! {
                let letter = match from {
                    Role::Client => #client,
                    Role::Server => #server,
                };
            };
            let test = Test::Holds(before, quote!(body.first() != Some(&letter)));
            (test, quote!(0, #first_byte(body)))
        }
        _ => return None,
    })
}
