//! Guards: one `if` for each rule.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::vocabulary::Scope;

use super::{Uses, comment, expr, ident, number, types, word::Word as _};
use crate::{
    model::{Check, Condition, Guard, Module},
    naming,
};

pub(super) use self::frame::needs_length;

mod close;
mod frame;
mod head;

/// A guard, before it is known which others stand beside it.
struct Stated {
    note: TokenStream,
    /// When it applies: `bool` expressions.
    when: Vec<TokenStream>,
    test: Test,
    /// The call that reports what was found.
    report: TokenStream,
}

/// How a broken rule is recognised.
enum Test {
    /// An expression that is true where the rule is broken, and statements before it.
    Holds(TokenStream, TokenStream),
    /// An expression that gives what breaks it, and statements before it.
    Finds(TokenStream, TokenStream),
}

/// The guards of a check function.
///
/// In scope: `broken`, and `header` and `context`, or `request` and `fields`, or `response`,
/// `request` and `fields`, or `body`, `from` and `offset`.
pub(super) fn guards(
    module: &Module<'_>,
    guards: &[Guard<'_>],
    scope: Scope,
    uses: &Uses<'_>,
) -> TokenStream {
    let stated = guards.iter().map(|guard| {
        let rule = ident(guard.variant);
        let (test, found) = match scope {
            Scope::Frame => frame::finding(module, &guard.check, uses),
            Scope::Close => close::finding(&guard.check, uses),
            _ => head::finding(&guard.check, scope, uses),
        }?;
        Some(Stated {
            note: comment(&guard.comment),
            when: when(guard, scope, uses),
            test,
            report: quote!(broken(Rule::#rule, #found)?;),
        })
    });
    let stated: Vec<Stated> = stated.flatten().collect();
    let runs = stated.chunk_by(|one, next| {
        let words = |guard: &Stated| {
            guard
                .when
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        };
        words(one) == words(next)
    });
    runs.map(run).collect()
}

/// Guards in a row that apply under the same condition, which is then stated once.
///
/// There are no `let` chains in the lowest supported compiler.
fn run(guards: &[Stated]) -> TokenStream {
    let finds = |guard: &Stated| matches!(guard.test, Test::Finds(..));
    match guards {
        [first, rest @ ..] if !first.when.is_empty() && (finds(first) || !rest.is_empty()) => {
            let (when, inner) = (&first.when, guards.iter().map(|guard| guard.tokens(&[])));
            quote!(if #(#when)&&* { #(#inner)* })
        }
        _ => guards
            .iter()
            .map(|guard| guard.tokens(&guard.when))
            .collect(),
    }
}

impl Stated {
    fn tokens(&self, when: &[TokenStream]) -> TokenStream {
        let (note, report) = (&self.note, &self.report);
        let body = match &self.test {
            Test::Holds(before, test) => {
                let terms = when.iter().chain([test]);
                quote!(#before if #(#terms)&&* { #report })
            }
            Test::Finds(before, found) => quote!(#before if let Some(found) = #found { #report }),
        };
        quote!(#note #body)
    }
}

/// The condition under which the guard applies, as a list of `bool` expressions.
fn when(guard: &Guard<'_>, scope: Scope, uses: &Uses<'_>) -> Vec<TokenStream> {
    let mut terms = Vec::new();
    if let (Some(by), Scope::Frame | Scope::Close) = (guard.by, scope) {
        let role = types::role(by, uses);
        terms.push(match scope {
            Scope::Frame => quote!(context.from == #role),
            _ => quote!(from == #role),
        });
    }
    terms.extend(match &guard.when {
        Condition::Always => None,
        Condition::Control => Some(quote!(header.kind.is_control())),
        Condition::Data => Some(quote!(header.kind.is_data())),
        Condition::Starts => {
            let kind = uses.name("info::Kind");
            Some(quote!(matches!(header.kind, #kind::Text | #kind::Binary)))
        }
        Condition::Opcode(kind) => {
            let (name, kind) = (uses.name("info::Kind"), kind.variant(uses));
            Some(quote!(header.kind == #name::#kind))
        }
        Condition::MessageOpen => Some(quote!(context.open)),
        Condition::NoMessageOpen => Some(quote!(!context.open)),
        Condition::Present(name) => {
            let field = ident(&naming::constant(name));
            Some(quote!(fields.count(#field) > 0))
        }
        Condition::Accepts => Some(quote!(accepts)),
        Condition::Refuses => Some(quote!(!accepts && response.status >= 200)),
        Condition::StatusIs(status) => {
            let status = number(*status);
            Some(quote!(response.status == #status))
        }
        Condition::VersionRefused(status) => {
            let status = number(*status);
            let only_version = uses.name("support::only_version_refuses");
            Some(quote! {
                response.status == #status
                    && #only_version(|report| super::request::check(request, report))
            })
        }
    });
    terms
}

/// Whether a guard looks a header field up.
pub(super) fn is_about_fields(guard: &Guard<'_>) -> bool {
    matches!(guard.when, Condition::Present(_))
        || matches!(
            guard.check,
            Check::Present(_)
                | Check::Absent(_)
                | Check::Once(_)
                | Check::Distinct(..)
                | Check::LowerCase(_)
                | Check::Conforms(..)
                | Check::Order(_)
                | Check::First(_)
                | Check::Computed(..)
                | Check::Echoes { .. }
                | Check::Locates { .. }
                | Check::Offered { .. }
        )
}

/// Whether it matters to a guard that the response accepts.
pub(super) fn depends_on_acceptance(guard: &Guard<'_>) -> bool {
    matches!(guard.when, Condition::Accepts | Condition::Refuses)
        || matches!(guard.check, Check::Status(_))
}

/// Whether a guard of a response needs the request.
pub(super) fn compares_with_request(guard: &Guard<'_>) -> bool {
    matches!(guard.when, Condition::VersionRefused(_))
        || match guard.check {
            Check::Computed(_, value) | Check::ComputedBody(value) => expr::uses_request(value),
            Check::Echoes { .. } | Check::Locates { .. } | Check::Offered { .. } => true,
            _ => false,
        }
}
