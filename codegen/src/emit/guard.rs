//! Guards: one `if` for each rule. Each scope has an emitter of its own.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Uses, comment, ident, types};
use crate::model::Guard;

pub(super) mod close;
pub(super) mod frame;
mod head;
pub(super) mod request;
pub(super) mod response;

/// A guard, before it is known which others stand beside it.
struct Stated {
    note: TokenStream,
    /// When it applies: `bool` expressions.
    when: Vec<TokenStream>,
    broken: Broken,
    /// The name of the rule.
    rule: proc_macro2::Ident,
}

/// How a broken rule is recognised, and what is reported.
struct Broken {
    /// Statements before the test.
    before: TokenStream,
    test: Test,
    /// Arguments of the report.
    found: TokenStream,
}

enum Test {
    /// An expression that is true if the rule is broken.
    Holds(TokenStream),
    /// An expression that gives what breaks the rule.
    Finds(TokenStream),
}

impl Broken {
    /// The rule is broken if this is true.
    fn holds(test: TokenStream, found: TokenStream) -> Self {
        Self {
            before: TokenStream::new(),
            test: Test::Holds(test),
            found,
        }
    }

    /// The rule is broken if this is `Some(found)`.
    fn finds(test: TokenStream, found: TokenStream) -> Self {
        Self {
            before: TokenStream::new(),
            test: Test::Finds(test),
            found,
        }
    }

    /// With statements before the test.
    fn after(self, before: TokenStream) -> Self {
        Self { before, ..self }
    }
}

/// The guards of a check function. `broken` and the names of the scope are defined there.
fn guards<'a, Condition, Check>(
    guards: &[Guard<'a, Condition, Check>],
    when: impl Fn(&Guard<'a, Condition, Check>) -> Vec<TokenStream>,
    broken: impl Fn(&Check) -> Broken,
) -> TokenStream {
    let stated = guards.iter().map(|guard| Stated {
        note: comment(&guard.comment),
        when: when(guard),
        broken: broken(&guard.test),
        rule: ident(guard.variant),
    });
    let stated: Vec<Stated> = stated.collect();
    let runs = stated.chunk_by(|one, next| one.condition() == next.condition());
    runs.map(run).collect()
}

/// Guards in a row that apply under the same condition, which is then stated once.
///
/// There are no `let` chains in the lowest supported compiler.
fn run(guards: &[Stated]) -> TokenStream {
    let finds = |guard: &Stated| matches!(guard.broken.test, Test::Finds(_));
    match guards {
        [first, rest @ ..] if !first.when.is_empty() && (finds(first) || !rest.is_empty()) => {
            let (when, inner) = (&first.when, guards.iter().map(|guard| guard.tokens(&[])));
            quote!(if #(#when)&&* { #(#inner)* })
        }
        guards => guards
            .iter()
            .map(|guard| guard.tokens(&guard.when))
            .collect(),
    }
}

impl Stated {
    fn condition(&self) -> Vec<String> {
        self.when.iter().map(ToString::to_string).collect()
    }

    fn tokens(&self, when: &[TokenStream]) -> TokenStream {
        let (note, rule) = (&self.note, &self.rule);
        let (before, found) = (&self.broken.before, &self.broken.found);
        let report = quote!(broken(Rule::#rule, #found)?;);
        match &self.broken.test {
            Test::Holds(test) => {
                let terms = when.iter().chain([test]);
                quote!(#note #before if #(#terms)&&* { #report })
            }
            Test::Finds(test) => {
                quote!(#note #before if let Some(found) = #test { #report })
            }
        }
    }
}
