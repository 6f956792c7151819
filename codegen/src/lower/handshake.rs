//! The opening handshake: what an implementation sends.

use wsdraft_spec::{
    ResolvedDraft,
    model::Header,
    vocabulary::{GivenInRequest, GivenInResponse, Grammar, Purpose, RandomValue, Source},
};

use super::{
    guard,
    value::{key, value},
};
use crate::model::{RequestLine, RequestModel, ResponseLine, ResponseModel};

/// Lowers the request.
pub(super) fn request(draft: &ResolvedDraft) -> RequestModel<'_> {
    let guards = guard::request(draft);
    RequestModel {
        reads_fields: guards.iter().any(guard::request_reads_fields),
        lines: request_lines(draft),
        guards,
    }
}

/// Lowers the response.
pub(super) fn response(draft: &ResolvedDraft) -> ResponseModel<'_> {
    let guards = guard::response(draft);
    let lines = response_lines(draft);
    let body = draft.response_body.as_ref();
    let session_key = draft.session_key.as_ref();
    ResponseModel {
        reads_fields: guards.iter().any(guard::response_reads_fields),
        reads_acceptance: guards.iter().any(guard::reads_acceptance),
        reads_request: guards.iter().any(guard::reads_request),
        answers_request: lines.iter().any(answers_request),
        guards,
        lines,
        body: body.map(|body| value(&body.value.value)),
        session_key: session_key.and_then(|derived| key(&derived.value.value)),
    }
}

/// Minor version of HTTP/1.
fn minor_version(draft: &ResolvedDraft) -> u8 {
    let line = draft.request_line.as_ref();
    line.map_or(1, |line| line.value.minor_version)
}

fn request_lines(draft: &ResolvedDraft) -> Vec<RequestLine<'_>> {
    let line = draft.request_line.as_ref();
    let method = line.map_or("GET", |line| line.value.method.as_str());
    let minor = minor_version(draft);
    let mut lines = vec![
        RequestLine::Text(format!("{method} ")),
        RequestLine::Resource,
        RequestLine::Text(format!(" HTTP/1.{minor}\r\n")),
    ];
    let fields = draft.request_headers.iter();
    lines.extend(fields.filter_map(|(name, header)| request_field(name, &header.value)));
    lines.push(RequestLine::OwnFields);
    lines.push(RequestLine::Text("\r\n".into()));
    let body = draft.request_body.as_ref();
    lines.extend(body.map(|body| RequestLine::RandomBody(body.value.length)));
    lines
}

fn request_field<'a>(name: &'a str, header: &'a Header) -> Option<RequestLine<'a>> {
    match &header.send {
        Source::Text(text) => Some(RequestLine::Text(format!("{name}: {text}\r\n"))),
        Source::Version => {
            let version = header.value.versions().first()?;
            Some(RequestLine::Text(format!("{name}: {version}\r\n")))
        }
        Source::Random => random(name, &header.value),
        Source::Given => given_in_request(name, header),
        // Computed from a request, or not sent.
        Source::Value(_) | Source::Echo(_) | Source::Location | Source::Nothing => None,
    }
}

/// Random data that matches the grammar. The checks of the spec refuse a grammar without any.
fn random<'a>(name: &'a str, grammar: &Grammar) -> Option<RequestLine<'a>> {
    Some(match grammar.random()? {
        RandomValue::Base64(length) => RequestLine::RandomBase64(name, length),
        RandomValue::SpacedNumber => RequestLine::SpacedNumber(name),
    })
}

/// The application's value for a field's purpose.
fn given_in_request<'a>(name: &'a str, header: &Header) -> Option<RequestLine<'a>> {
    let given = header.purpose.given_in_request()?;
    Some(match given {
        GivenInRequest::Host => RequestLine::Host(name),
        GivenInRequest::Origin => RequestLine::Origin(name),
        GivenInRequest::Subprotocols => {
            RequestLine::Subprotocols(name, header.value.separator().text())
        }
        GivenInRequest::Extensions => RequestLine::Extensions(name),
        GivenInRequest::Cookie => RequestLine::Cookie(name),
    })
}

fn response_lines(draft: &ResolvedDraft) -> Vec<ResponseLine<'_>> {
    let line = draft.status_line.as_ref().map(|line| &line.value);
    let (status, reason) = line.map_or((101, ""), |line| (line.status, line.reason.as_str()));
    let minor = minor_version(draft);
    let mut lines = vec![ResponseLine::Text(format!(
        "HTTP/1.{minor} {status} {reason}\r\n"
    ))];
    let host = draft.host();
    let fields = draft.response_headers.iter();
    lines.extend(fields.filter_map(|(name, header)| response_field(name, &header.value, host)));
    lines.push(ResponseLine::OwnFields);
    lines.push(ResponseLine::Text("\r\n".into()));
    lines
}

fn response_field<'a>(
    name: &'a str,
    header: &'a Header,
    host: &'a str,
) -> Option<ResponseLine<'a>> {
    match &header.send {
        Source::Text(text) => Some(ResponseLine::Text(format!("{name}: {text}\r\n"))),
        Source::Random => Some(ResponseLine::Nonce(name)),
        Source::Value(expr) => Some(ResponseLine::Value(name, value(expr))),
        Source::Echo(of) => Some(ResponseLine::Echo { name, of }),
        Source::Location => Some(ResponseLine::Location { name, host }),
        Source::Given => given_in_response(name, header.purpose),
        Source::Version | Source::Nothing => None,
    }
}

/// The application's value for a field's purpose.
fn given_in_response(name: &str, purpose: Purpose) -> Option<ResponseLine<'_>> {
    let given = purpose.given_in_response()?;
    Some(match given {
        GivenInResponse::Subprotocol => ResponseLine::Subprotocol(name),
        GivenInResponse::Extensions => ResponseLine::Extensions(name),
    })
}

const fn answers_request(line: &ResponseLine<'_>) -> bool {
    match line {
        ResponseLine::Value(_, value) => value.request,
        ResponseLine::Echo { .. } | ResponseLine::Location { .. } => true,
        ResponseLine::Text(_)
        | ResponseLine::Nonce(_)
        | ResponseLine::Subprotocol(_)
        | ResponseLine::Extensions(_)
        | ResponseLine::OwnFields => false,
    }
}
