//! Guards: one `if` for each rule.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use wsdraft_spec::vocabulary::{Grammar, Scope, Separator};

use super::{Uses, comment, count, expr, hex, ident, number, types, word::Word as _};
use crate::{
    model::{Check, Condition, Guard, LayoutModel, Module, Prefixed},
    naming,
};

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
/// In scope: `broken`, and `head` and `context`, or `request` and `fields`, or `response`,
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
            Scope::Frame => frame(module, &guard.check, uses),
            Scope::Close => close(&guard.check, uses),
            _ => handshake(&guard.check, scope, uses),
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
        Condition::Control => Some(quote!(head.kind.is_control())),
        Condition::Data => Some(quote!(head.kind.is_data())),
        Condition::Starts => {
            let kind = uses.name("info::Kind");
            Some(quote!(matches!(head.kind, #kind::Text | #kind::Binary)))
        }
        Condition::Opcode(kind) => {
            let (name, kind) = (uses.name("info::Kind"), kind.variant(uses));
            Some(quote!(head.kind == #name::#kind))
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

/// How a rule about frames is seen to be broken, and what is reported: the byte of the head, and
/// what is there.
fn frame(module: &Module<'_>, check: &Check<'_>, uses: &Uses<'_>) -> Option<(Test, TokenStream)> {
    let layout = match &module.layout {
        LayoutModel::Prefixed(layout) => Some(layout),
        _ => None,
    };
    let byte = |pick: fn(&Prefixed<'_>) -> usize| number(layout.map_or(0, pick) as u64);
    let opcode = byte(|layout| layout.opcode.byte);
    let fin = byte(|layout| layout.fin.byte);
    let size = byte(|layout| layout.length.byte);
    let mask = byte(|layout| layout.masked.map_or(0, |masked| masked.byte));
    let holds = |test: TokenStream| Test::Holds(TokenStream::new(), test);
    let code = quote!(#opcode, Seen::Opcode(head.opcode));
    let length = quote!(#size, Seen::Number(length));
    Some(match check {
        Check::KnownOpcode => {
            let kind = uses.name("info::Kind");
            (holds(quote!(head.kind == #kind::Reserved)), code)
        }
        Check::ReservedClear => {
            let before = quote!(let stray = head.reserved & !context.claimed;);
            let byte = reserved_byte(layout);
            let test = Test::Holds(before, quote!(stray != 0));
            (test, quote!(#byte, Seen::Bits(stray)))
        }
        Check::MinimalLength => {
            let forms = layout.map_or(&[][..], |layout| &layout.forms).iter();
            let forms = forms.map(|form| {
                let (bits, shorter) = (number(form.bits), number(form.shorter));
                quote!((#bits, 0..=#shorter))
            });
            let test = quote!(matches!((head.length_bits, length), #(#forms)|*));
            (holds(test), length)
        }
        Check::LengthFits => {
            let forms = layout.map_or(&[][..], |layout| &layout.forms).iter();
            let forms = forms
                .filter(|form| u32::from(form.bits) < form.bytes as u32 * 8)
                .map(|form| {
                    let (bits, over) = (number(form.bits), number(form.longest + 1));
                    quote!((#bits, #over..))
                });
            let forms: Vec<_> = forms.collect();
            if forms.is_empty() {
                return None;
            }
            let test = quote!(matches!((head.length_bits, length), #(#forms)|*));
            (holds(test), length)
        }
        Check::PayloadAtMost(limit) => {
            let limit = number(*limit);
            (holds(quote!(length > #limit)), length)
        }
        Check::Final => (holds(quote!(!head.fin)), quote!(#fin, Seen::Nothing)),
        Check::Masked(true) => (holds(quote!(!head.masked)), quote!(#mask, Seen::Nothing)),
        Check::Masked(false) => (holds(quote!(head.masked)), quote!(#mask, Seen::Nothing)),
        Check::MessageOpen(true) => (holds(quote!(!context.open)), code),
        Check::MessageOpen(false) => (holds(quote!(context.open)), code),
        Check::BeforeClose => (
            holds(quote!(context.closed)),
            quote!(#opcode, Seen::Nothing),
        ),
        Check::Function(name) => {
            let name = ident(name);
            (
                holds(quote!(!super::#name(head, context))),
                quote!(0, Seen::Nothing),
            )
        }
        _ => return None,
    })
}

/// The byte of the first reserved bit among `stray` ones.
fn reserved_byte(layout: Option<&Prefixed<'_>>) -> TokenStream {
    let bits = layout.map_or(&[][..], |layout| &layout.reserved);
    let in_first = bits.iter().filter(|bit| bit.byte == 0).count();
    if in_first == bits.len() {
        return quote!(0);
    }
    // The bits of the first byte come first.
    let first = hex(u8::MAX >> (8 - in_first));
    quote!(u64::from(stray & #first == 0))
}

/// Whether a guard needs the length as a number.
pub(super) fn needs_length(guard: &Guard<'_>) -> bool {
    matches!(
        guard.check,
        Check::MinimalLength | Check::LengthFits | Check::PayloadAtMost(_)
    )
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

/// How a rule about close frames is seen to be broken, and what is reported: the byte of the
/// body, and what is there.
fn close(check: &Check<'_>, uses: &Uses<'_>) -> Option<(Test, TokenStream)> {
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

/// How a rule about heads is seen to be broken, and what is reported.
fn handshake(check: &Check<'_>, scope: Scope, uses: &Uses<'_>) -> Option<(Test, TokenStream)> {
    let is_request = scope == Scope::Request;
    let constant = |name: &str| ident(&naming::constant(name));
    let holds = |test: TokenStream, found: TokenStream| (Test::Holds(quote!(), test), found);
    let finds = |found: TokenStream| (Test::Finds(quote!(), found), quote!(found));
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
        Check::Present(name) => {
            let field = constant(name);
            finds(quote!(fields.missing(#field)))
        }
        Check::Absent(name) => {
            let field = constant(name);
            finds(quote!(fields.first(#field)))
        }
        Check::Once(name) => {
            let field = constant(name);
            finds(quote!(fields.repeated(#field)))
        }
        Check::Distinct(name, separator) => {
            let (field, separator) = (constant(name), self::separator(*separator, uses));
            finds(quote!(fields.duplicated(#field, #separator)))
        }
        Check::LowerCase(name) => {
            let (field, test) = (constant(name), uses.name("support::is_lower_case"));
            finds(quote!(fields.offending(#field, #test)))
        }
        Check::Conforms(name, grammar) => finds(conforms(&constant(name), grammar, uses)),
        Check::Order(names) => {
            let order = names.iter().map(|name| constant(name));
            finds(quote!(fields.misplaced(&[#(#order),*])))
        }
        Check::First(names) => {
            let order = names.iter().map(|name| constant(name));
            finds(quote!(fields.not_first(&[#(#order),*])))
        }
        Check::Computed(name, value) => {
            let (field, value) = (constant(name), expr::bytes(value, uses));
            finds(quote!(fields.unlike(#field, #value)))
        }
        Check::Echoes { field, of } => {
            let field = constant(field);
            finds(quote!(fields.unlike(#field, request.fields.value(#of))))
        }
        Check::Locates { field, host } => {
            let (field, location) = (constant(field), uses.name("support::location"));
            finds(quote!(fields.unlike(#field, #location(request, #host).as_bytes())))
        }
        Check::Offered {
            field,
            of,
            separator,
        } => {
            let (field, separator) = (constant(field), self::separator(*separator, uses));
            let before = quote!(let offered = request.fields.all(#of););
            let found = quote!(fields.not_offered(#field, offered, #separator));
            (Test::Finds(before, found), quote!(found))
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
fn conforms(field: &proc_macro2::Ident, grammar: &Grammar, uses: &Uses<'_>) -> TokenStream {
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
