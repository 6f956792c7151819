//! Guards of rules about the bodies of close frames. In scope: `body`, `from` and `offset`.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Broken, Uses, types};
use crate::{
    emit::hex,
    model::{CloseGuard, CloseTest},
};

pub(in crate::emit) fn guards(guards: &[CloseGuard<'_>], uses: &Uses<'_>) -> TokenStream {
    super::guards(
        guards,
        |guard| when(guard, uses),
        |test| broken(*test, uses),
    )
}

fn when(guard: &CloseGuard<'_>, uses: &Uses<'_>) -> Vec<TokenStream> {
    let by = guard.by.map(|by| {
        let role = types::role(by, uses);
        quote!(from == #role)
    });
    by.into_iter().collect()
}

/// How a rule is seen to be broken. What is reported: the byte of the body, and its contents.
fn broken(test: CloseTest, uses: &Uses<'_>) -> Broken {
    match test {
        CloseTest::CodeComplete => {
            Broken::holds(quote!(body.len() == 1), quote!(0, Seen::Number(1)))
        }
        CloseTest::CodeAllowed => {
            uses.parents(&["CloseCode"]);
            let code = uses.name("support::close_code");
            Broken::finds(
                quote!(#code(body).filter(|&code| !CloseCode(code).is_allowed())),
                quote!(0, Seen::Number(found.into())),
            )
        }
        CloseTest::ReasonUtf8 => {
            let not_utf8 = uses.name("support::not_utf8");
            let found = quote!(2 + found as u64, Seen::text(reason));
            Broken::finds(quote!(#not_utf8(reason)), found)
                .after(quote!(let reason = body.get(2..).unwrap_or_default();))
        }
        CloseTest::Letter { client, server } => {
            let (client, server) = (hex(client), hex(server));
            let first_byte = uses.name("support::first_byte");
            let found = quote!(0, #first_byte(body));
            Broken::holds(quote!(body.first() != Some(&letter)), found).after(quote! {
                let letter = match from {
                    Role::Client => #client,
                    Role::Server => #server,
                };
            })
        }
    }
}
