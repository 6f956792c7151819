//! Header fields, bodies, computed values and signs.

use super::Found;
use crate::{
    diagnostic::did_you_mean,
    locate::Path,
    model::Header,
    resolved::{Item, ResolvedDraft},
    table::Table,
    vocabulary::{Expr, Grammar, Purpose, Role, Source},
};

pub(super) fn check(draft: &ResolvedDraft, found: &mut Found<'_>) {
    let written = found.draft;
    headers(draft, Role::Client, found);
    headers(draft, Role::Server, found);
    if let Some(body) = &draft.response_body {
        for problem in expression(draft, &body.value.value, Place::Handshake) {
            found.in_single(
                "response_body",
                &body.stated_in,
                |path| path.field("value"),
                problem,
            );
        }
    }
    if let Some(key) = &draft.session_key {
        let expr = &key.value.value;
        let unfit = expr.sha1_of().is_none();
        let unfit = unfit.then(|| "a session key has 20 bytes: write Sha1(…)".into());
        let problems = expression(draft, expr, Place::Handshake);
        for problem in problems.into_iter().chain(unfit) {
            found.in_single(
                "session_key",
                &key.stated_in,
                |path| path.field("value"),
                problem,
            );
        }
    }
    for (id, sign) in draft.signs.iter() {
        if sign.value.header.is_empty() {
            found.in_item(
                "signs",
                &written.signs,
                id,
                &sign.stated_in,
                |path| path.field("header"),
                "state a header field".into(),
            );
        }
    }
}

/// Checks the header fields that one endpoint sends.
fn headers(draft: &ResolvedDraft, by: Role, found: &mut Found<'_>) {
    let written = found.draft;
    let (section, table, delta) = match by {
        Role::Client => (
            "request_headers",
            &draft.request_headers,
            &written.request_headers,
        ),
        Role::Server => (
            "response_headers",
            &draft.response_headers,
            &written.response_headers,
        ),
    };
    for (name, header) in table.iter() {
        let mut report = |field: &str, message: String| {
            found.in_item(
                section,
                delta,
                name,
                &header.stated_in,
                |path: Path| path.field(field),
                message,
            );
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if !name.starts_with(|first: char| first.is_ascii_alphabetic()) || !name.bytes().all(plain)
        {
            report("purpose", format!("{name:?} is not a valid field name"));
        }
        if let Some(problem) = grammar_problem(draft, &header.value) {
            report("value", problem);
        }
        if let Some(problem) = send_problem(draft, &header.value, by) {
            report("send", problem);
        }
    }
}

fn send_problem(draft: &ResolvedDraft, header: &Header, by: Role) -> Option<String> {
    let grammar = &header.value;
    match &header.send {
        Source::Value(_) | Source::Echo(_) | Source::Location if by == Role::Client => {
            Some("only a response field can be computed from the request".into())
        }
        Source::Value(expr) => {
            let problems = expression(draft, expr, Place::Handshake);
            (!problems.is_empty()).then(|| problems.join("; "))
        }
        Source::Echo(other) => draft.request_headers.get(other).is_none().then(|| {
            let hint = did_you_mean(other, draft.request_headers.keys().map(String::as_str));
            format!("no request header field {other:?} to echo{hint}")
        }),
        Source::Random if grammar.random().is_none() => {
            Some("random data needs the grammar Base64 or SpacedNumber".into())
        }
        Source::Random if by == Role::Server && *grammar != Grammar::Base64(16) => {
            Some("random data from a server needs the grammar Base64(16)".into())
        }
        Source::Version if !matches!(grammar, Grammar::Version(_)) => {
            Some("a version needs the grammar Version".into())
        }
        Source::Text(text)
            if text.is_empty() || !text.bytes().all(|b| (0x20..0x7f).contains(&b)) =>
        {
            Some("write printable ASCII".into())
        }
        Source::Nothing
        | Source::Text(_)
        | Source::Given
        | Source::Random
        | Source::Location
        | Source::Version => None,
    }
}

fn grammar_problem(draft: &ResolvedDraft, header: &Header) -> Option<String> {
    match &header.value {
        Grammar::Version(versions) if versions.is_empty() => {
            Some("state at least one version".into())
        }
        Grammar::Version(versions) => {
            let own = draft.wire_version?;
            let stale = header.purpose == Purpose::Version && !versions.contains(&own);
            stale.then(|| format!("the draft's own version, {own}, is not among these"))
        }
        Grammar::Base64(length) => {
            (!(1..=64).contains(length)).then(|| "a base64 value must encode 1 to 64 bytes".into())
        }
        Grammar::Literal(_)
        | Grammar::Keyword(_)
        | Grammar::Includes(_)
        | Grammar::Host
        | Grammar::Origin
        | Grammar::Url
        | Grammar::Printable
        | Grammar::Token
        | Grammar::TokenList
        | Grammar::Words
        | Grammar::List
        | Grammar::Extensions
        | Grammar::QuotedExtensions
        | Grammar::SpacedNumber
        | Grammar::Versions
        | Grammar::Any => None,
    }
}

/// Where an expression appears; this decides what it may use.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Handshake,
    Frame,
}

/// All problems of an expression.
pub(super) fn expression(draft: &ResolvedDraft, expr: &Expr, place: Place) -> Vec<String> {
    let missing = |table: &Table<String, Item<Header>>, name: &String, side: &str| {
        table.get(name).is_none().then(|| {
            let hint = did_you_mean(name, table.keys().map(String::as_str));
            format!("no {side} header field {name:?}{hint}")
        })
    };
    let only = |wanted: Place, what: &str| {
        (place != wanted).then(|| format!("{what} cannot be used here"))
    };
    match expr {
        Expr::Base64(inner) | Expr::Sha1(inner) | Expr::Md5(inner) => {
            expression(draft, inner, place)
        }
        Expr::Concat(parts) => parts
            .iter()
            .flat_map(|part| expression(draft, part, place))
            .collect(),
        Expr::Text(_) => Vec::new(),
        Expr::Header(name) => only(Place::Handshake, "a header field")
            .into_iter()
            .chain(missing(&draft.request_headers, name, "request"))
            .collect(),
        Expr::ResponseHeader(name) => only(Place::Handshake, "a header field")
            .into_iter()
            .chain(missing(&draft.response_headers, name, "response"))
            .collect(),
        Expr::SpacedNumber(name) => {
            let header = draft.request_headers.get(name);
            let wrong = header
                .is_some_and(|header| header.value.value != Grammar::SpacedNumber)
                .then(|| format!("{name:?} does not have the grammar SpacedNumber"));
            missing(&draft.request_headers, name, "request")
                .into_iter()
                .chain(wrong)
                .collect()
        }
        Expr::Body => draft
            .request_body
            .is_none()
            .then(|| "the request has no body".to_owned())
            .into_iter()
            .collect(),
        Expr::FrameNonce => only(Place::Frame, "a frame's nonce").into_iter().collect(),
        Expr::SessionKey => {
            let absent = draft
                .session_key
                .is_none()
                .then(|| "the draft has no session_key".to_owned());
            only(Place::Frame, "the session key")
                .into_iter()
                .chain(absent)
                .collect()
        }
    }
}
