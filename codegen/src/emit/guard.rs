//! Guards: one `if` for each rule.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use wsdraft_spec::vocabulary::{Grammar, Scope, Separator};

use super::{comment, count, expr, hex, ident, number, word::Word as _};
use crate::{
    model::{Check, Condition, Guard, LayoutModel, Module, Prefixed},
    naming,
};

/// A guard in a check function.
///
/// In scope: `report`, and `head` and `context`, or `request` and `fields`, or `response`,
/// `request` and `fields`, or `body`, `from` and `offset`.
pub(super) fn guard(
    module: &Module<'_>,
    guard: &Guard<'_>,
    scope: Scope,
    runtime: &TokenStream,
) -> TokenStream {
    let note = comment(&guard.comment);
    let rule = ident(guard.variant);
    let by = match (scope, guard.by) {
        (Scope::Request, _) => quote!(Role::Client),
        (Scope::Response, _) => quote!(Role::Server),
        (Scope::Frame, _) => quote!(context.from),
        _ => quote!(from),
    };
    let report = |offset: TokenStream, seen: TokenStream| quote!(report.violation(broken(Rule::#rule, #by, #offset, #seen))?;);
    let when = when(guard, scope, runtime);
    let body = match scope {
        Scope::Frame => frame(module, &guard.check, &when, &report),
        Scope::Close => close(&guard.check, &when, &report),
        _ => handshake(&guard.check, &when, &report, scope, runtime),
    };
    quote!(#note #body)
}

/// The condition under which the guard applies, as a list of `bool` expressions.
fn when(guard: &Guard<'_>, scope: Scope, runtime: &TokenStream) -> Vec<TokenStream> {
    let mut terms = Vec::new();
    if let (Some(by), Scope::Frame | Scope::Close) = (guard.by, scope) {
        let role = by.variant(runtime);
        terms.push(match scope {
            Scope::Frame => quote!(context.from == Role::#role),
            _ => quote!(from == Role::#role),
        });
    }
    terms.extend(match &guard.when {
        Condition::Always => None,
        Condition::Control => Some(quote!(head.kind.is_control())),
        Condition::Data => Some(quote!(head.kind.is_data())),
        Condition::Starts => Some(quote!(matches!(head.kind, Kind::Text | Kind::Binary))),
        Condition::Opcode(kind) => {
            let kind = kind.variant(runtime);
            Some(quote!(head.kind == Kind::#kind))
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
            let only_version = quote!(support::only_version_refuses(|report| {
                super::request::check(request, report)
            }));
            Some(quote!(response.status == #status && #only_version))
        }
    });
    terms
}

/// `if when && test { body }`.
fn if_all(when: &[TokenStream], test: TokenStream, body: &TokenStream) -> TokenStream {
    let terms = when.iter().cloned().chain([test]);
    quote!(if #(#terms)&&* { #body })
}

/// `if when && let Some(field) = found { body }`, without a `let` chain, which the lowest
/// supported compiler does not know, and without an `if` alone in another, which clippy objects to.
fn if_found(when: &[TokenStream], found: TokenStream, body: &TokenStream) -> TokenStream {
    if when.is_empty() {
        quote!(if let Some(field) = #found { #body })
    } else {
        quote!(if let Some(field) = #found.filter(|_| #(#when)&&*) { #body })
    }
}

fn frame(
    module: &Module<'_>,
    check: &Check<'_>,
    when: &[TokenStream],
    report: &dyn Fn(TokenStream, TokenStream) -> TokenStream,
) -> TokenStream {
    let layout = match &module.layout {
        LayoutModel::Prefixed(layout) => Some(layout),
        _ => None,
    };
    let at = |byte: Option<usize>| {
        let byte = number(byte.unwrap_or(0) as u64);
        quote!(at(context, #byte))
    };
    let byte = |pick: fn(&Prefixed<'_>) -> usize| at(layout.map(pick));
    let opcode = byte(|layout| layout.opcode.byte);
    let fin = byte(|layout| layout.fin.byte);
    let length = byte(|layout| layout.length.byte);
    let mask = byte(|layout| layout.masked.map_or(0, |masked| masked.byte));
    let nothing = quote!(Seen::Nothing);
    match check {
        Check::KnownOpcode => {
            let body = report(opcode, quote!(Seen::Opcode(head.opcode)));
            if_all(when, quote!(head.kind == Kind::Reserved), &body)
        }
        Check::ReservedClear => {
            let bytes: Vec<_> = layout
                .into_iter()
                .flat_map(|layout| &layout.reserved)
                .map(|bit| number(bit.byte as u64))
                .collect();
            let (last, length) = (count(bytes.len().saturating_sub(1)), count(bytes.len()));
            let body = report(
                quote!(at(context, BYTES[(stray.trailing_zeros() as usize).min(#last)])),
                quote!(Seen::Bits(stray)),
            );
            let inner = if_all(when, quote!(stray != 0), &body);
            quote! {
                let stray = head.reserved & !context.claimed;
                #inner
            }
            .into_block_with(quote!(const BYTES: [u64; #length] = [#(#bytes),*];))
        }
        Check::MinimalLength => {
            let forms = layout
                .map_or(&[][..], |layout| &layout.forms)
                .iter()
                .map(|form| {
                    let (bits, shorter) = (number(form.bits), number(form.shorter));
                    quote!((#bits, Length::Bytes(0..=#shorter)))
                });
            let body = report(length, quote!(Seen::Number(head.payload_length())));
            if_all(
                when,
                quote!(matches!((head.length_bits, head.length), #(#forms)|*)),
                &body,
            )
        }
        Check::LengthFits => {
            let forms = layout.map_or(&[][..], |layout| &layout.forms).iter();
            let forms = forms
                .filter(|form| u32::from(form.bits) < form.bytes as u32 * 8)
                .map(|form| {
                    let (bits, over) = (number(form.bits), number(form.longest + 1));
                    quote!((#bits, Length::Bytes(#over..)))
                });
            let forms: Vec<_> = forms.collect();
            if forms.is_empty() {
                return TokenStream::new();
            }
            let body = report(length, quote!(Seen::Number(head.payload_length())));
            if_all(
                when,
                quote!(matches!((head.length_bits, head.length), #(#forms)|*)),
                &body,
            )
        }
        Check::PayloadAtMost(limit) => {
            let limit = number(*limit);
            let body = report(length, quote!(Seen::Number(head.payload_length())));
            if_all(when, quote!(head.payload_length() > #limit), &body)
        }
        Check::Final => if_all(when, quote!(!head.fin), &report(fin, nothing)),
        Check::Masked(true) => if_all(when, quote!(!head.masked), &report(mask, nothing)),
        Check::Masked(false) => if_all(when, quote!(head.masked), &report(mask, nothing)),
        Check::MessageOpen(true) => if_all(
            when,
            quote!(!context.open),
            &report(opcode, quote!(Seen::Opcode(head.opcode))),
        ),
        Check::MessageOpen(false) => if_all(
            when,
            quote!(context.open),
            &report(opcode, quote!(Seen::Opcode(head.opcode))),
        ),
        Check::BeforeClose => if_all(when, quote!(context.closed), &report(opcode, nothing)),
        Check::Function(name) => {
            let name = ident(name);
            if_all(
                when,
                quote!(!super::#name(head, context)),
                &report(at(None), nothing),
            )
        }
        _ => TokenStream::new(),
    }
}

/// Puts a constant and statements into their own block.
trait IntoBlock {
    fn into_block_with(self, constant: TokenStream) -> TokenStream;
}

impl IntoBlock for TokenStream {
    fn into_block_with(self, constant: TokenStream) -> TokenStream {
        quote!({ #constant #self })
    }
}

fn close(
    check: &Check<'_>,
    when: &[TokenStream],
    report: &dyn Fn(TokenStream, TokenStream) -> TokenStream,
) -> TokenStream {
    match check {
        Check::CodeComplete => if_all(
            when,
            quote!(body.len() == 1),
            &report(quote!(offset), quote!(Seen::Number(1))),
        ),
        Check::CodeAllowed => {
            let report = report(quote!(offset), quote!(Seen::Number(u64::from(code))));
            let inner = if_all(when, quote!(!CloseCode(code).is_allowed()), &report);
            quote!(if let [high, low, ..] = *body {
                let code = u16::from_be_bytes([high, low]);
                #inner
            })
        }
        Check::ReasonUtf8 => {
            let report = report(quote!(offset + 2 + at as u64), quote!(Seen::text(reason)));
            let inner = quote!(if let Some(at) = support::not_utf8(reason) { #report });
            let inner = if when.is_empty() {
                inner
            } else {
                quote!(if #(#when)&&* { #inner })
            };
            quote! {
                let reason = body.get(2..).unwrap_or_default();
                #inner
            }
        }
        Check::Letter { client, server } => {
            let (client, server) = (hex(*client), hex(*server));
            let report = report(
                quote!(offset),
                quote!(body.first().map_or(Seen::Nothing, |&byte| Seen::Byte(byte))),
            );
            let test = quote!(body.first() != Some(match from { Role::Client => &#client, Role::Server => &#server }));
            if_all(when, test, &report)
        }
        _ => TokenStream::new(),
    }
}

fn handshake(
    check: &Check<'_>,
    when: &[TokenStream],
    report: &dyn Fn(TokenStream, TokenStream) -> TokenStream,
    scope: Scope,
    runtime: &TokenStream,
) -> TokenStream {
    let message = if scope == Scope::Request {
        quote!(request)
    } else {
        quote!(response)
    };
    let end = quote!(#message.fields.end() as u64);
    let at_field = quote!(field.offset as u64);
    let constant = |name: &str| ident(&naming::constant(name));
    let wrong = |name: &str| {
        let field = constant(name);
        report(
            at_field.clone(),
            quote!(Seen::value(fields.name(#field), field.value)),
        )
    };
    match check {
        Check::Method(method) => {
            let body = report(quote!(0), quote!(Seen::text(request.method.as_bytes())));
            if_all(when, quote!(request.method != #method), &body)
        }
        Check::HttpVersion(minor) => {
            let minor = number(*minor);
            let offset = match scope {
                Scope::Response => quote!(0),
                _ => quote!(#runtime::support::version_offset(request)),
            };
            let seen = quote!(#runtime::support::http_version(#message.minor_version));
            let body = report(offset, seen);
            if_all(when, quote!(#message.minor_version < #minor), &body)
        }
        Check::Target(schemes) => {
            let target = quote!(request.method.len() as u64 + 1);
            let body = report(target, quote!(Seen::text(request.target.as_bytes())));
            if_all(
                when,
                quote!(!#runtime::support::target_is(request.target, &[#(#schemes),*])),
                &body,
            )
        }
        Check::Status(status) => {
            let status = number(*status);
            // The status code follows "HTTP/1.x ".
            let body = report(quote!(9), quote!(Seen::Number(u64::from(response.status))));
            let refuses = quote!((accepts || response.status < 200));
            let when: Vec<_> = when.iter().cloned().chain([refuses]).collect();
            if_all(&when, quote!(response.status != #status), &body)
        }
        Check::Reason(reason) => {
            // The reason phrase follows the three digits of the status code and a space.
            let body = report(quote!(13), quote!(Seen::text(response.reason.as_bytes())));
            if_all(when, quote!(response.reason != #reason), &body)
        }
        Check::Present(name) => {
            let field = constant(name);
            let body = report(end, quote!(Seen::Missing(fields.name(#field))));
            if_all(when, quote!(fields.count(#field) == 0), &body)
        }
        Check::Absent(name) => {
            let field = constant(name);
            if_found(when, quote!(fields.first(#field)), &wrong(name))
        }
        Check::Once(name) => {
            let field = constant(name);
            if_found(when, quote!(fields.repeated(#field)), &wrong(name))
        }
        Check::Distinct(name, separator) => {
            let (field, separator) = (constant(name), self::separator(*separator, runtime));
            if_found(
                when,
                quote!(fields.duplicated(#field, #separator)),
                &wrong(name),
            )
        }
        Check::LowerCase(name) => {
            let field = constant(name);
            let test = quote!(|value| !value.iter().any(u8::is_ascii_uppercase));
            if_found(when, quote!(fields.offending(#field, #test)), &wrong(name))
        }
        Check::Conforms(name, grammar) => {
            let (field, (find, test)) = (constant(name), conforms(grammar, runtime));
            if_found(when, quote!(fields.#find(#field, #test)), &wrong(name))
        }
        Check::Order(names) => {
            let order = names.iter().map(|name| constant(name));
            let body = report(at_field.clone(), quote!(Seen::text(field.name.as_bytes())));
            if_found(when, quote!(fields.misplaced(&[#(#order),*])), &body)
        }
        Check::First(names) => {
            let order = names.iter().map(|name| constant(name));
            let body = report(at_field.clone(), quote!(Seen::text(field.name.as_bytes())));
            if_found(when, quote!(fields.not_first(&[#(#order),*])), &body)
        }
        Check::NothingFollows => {
            let body = report(end, quote!(Seen::text(request.body)));
            if_all(when, quote!(!request.body.is_empty()), &body)
        }
        Check::Computed(name, value) => {
            let (field, value) = (constant(name), expr::bytes(value, runtime));
            if_found(
                when,
                quote!(fields.offending(#field, |value| value == #value)),
                &wrong(name),
            )
        }
        Check::Echoes { field, of } => {
            let constant = constant(field);
            let test = quote!(|value| value == request.fields.value(#of));
            if_found(
                when,
                quote!(fields.offending(#constant, #test)),
                &wrong(field),
            )
        }
        Check::ComputedBody(value) => {
            let value = expr::owned(value, runtime);
            let body = report(end, quote!(Seen::text(response.body)));
            if_all(when, quote!(*response.body != #value), &body)
        }
        Check::Locates { field, host } => {
            let constant = constant(field);
            let test =
                quote!(|value| value == #runtime::support::location(request, #host).as_bytes());
            if_found(
                when,
                quote!(fields.offending(#constant, #test)),
                &wrong(field),
            )
        }
        Check::Offered {
            field,
            of,
            separator,
        } => {
            let constant = constant(field);
            let separator = self::separator(*separator, runtime);
            if_found(
                when,
                quote!(fields.not_offered(#constant, request.fields.all(#of), #separator)),
                &wrong(field),
            )
        }
        _ => TokenStream::new(),
    }
}

fn separator(separator: Separator, runtime: &TokenStream) -> TokenStream {
    let separator = separator.variant(runtime);
    quote!(#runtime::info::Separator::#separator)
}

/// How to find a field that does not conform: the method of the index, and the test.
fn conforms(grammar: &Grammar, runtime: &TokenStream) -> (proc_macro2::Ident, TokenStream) {
    let bytes = |text: &str| Literal::byte_string(text.as_bytes());
    let test = match grammar {
        Grammar::Literal(text) => {
            let text = bytes(text);
            quote!(|value| value == #text)
        }
        Grammar::Keyword(text) => {
            let text = bytes(text);
            quote!(|value| value.eq_ignore_ascii_case(#text))
        }
        Grammar::Includes(text) => {
            return (
                ident("lacking"),
                quote!(|value| #runtime::grammar::includes_token(value, #text)),
            );
        }
        Grammar::Host => quote!(#runtime::grammar::is_host),
        Grammar::Origin => quote!(#runtime::grammar::is_origin),
        Grammar::Url | Grammar::Printable => quote!(#runtime::grammar::is_printable),
        Grammar::Token => quote!(#runtime::grammar::is_token),
        Grammar::TokenList => quote!(#runtime::grammar::is_token_list),
        Grammar::Words => quote!(#runtime::grammar::is_words),
        Grammar::List => quote!(#runtime::grammar::is_list),
        Grammar::Extensions => {
            quote!(|value| #runtime::grammar::is_extension_list(value, false).is_ok())
        }
        Grammar::QuotedExtensions => {
            quote!(|value| #runtime::grammar::is_extension_list(value, true).is_ok())
        }
        Grammar::Base64(length) => {
            let length = count(*length);
            quote!(|value| #runtime::digest::is_base64_of(value, #length).is_ok())
        }
        Grammar::SpacedNumber => quote!(|value| #runtime::grammar::spaced_number(value).is_ok()),
        Grammar::Version(versions) => {
            let versions = versions.iter().map(|&version| number(version));
            quote!(|value| matches!(#runtime::grammar::is_number(value, 255), Some(#(#versions)|*)))
        }
        Grammar::Versions => {
            quote!(|value| #runtime::grammar::numbers(value).all(|number| number.is_ok()))
        }
        Grammar::Any => quote!(|_| true),
    };
    (ident("offending"), test)
}
