//! Heads in the types of the `http` crate, and as servers with these types write them.

use alloc::{string::String, vec::Vec};

use ::http::{HeaderMap, HeaderValue, Response, StatusCode, header::HeaderName};

use crate::{
    handshake::{
        parse::{self, HeadLimits},
        refusal::RefusalCause,
    },
    machine::extension::BootstrapInfo,
    protocol::{fields::NameCase, support},
};

/// The reason phrase of the draft for the status code of its response, in the extensions of the
/// response. If it is absent, the standard phrase applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonPhrase(pub String);

/// The head of a response, parsed.
pub(super) fn response(head: &[u8]) -> Result<Response<()>, RefusalCause> {
    let limits = HeadLimits::default();
    let parsed = parse::with_response(head, &[], &limits, |response| {
        let mut made = Response::new(());
        *made.status_mut() = StatusCode::from_u16(response.status).ok()?;
        for field in response.fields.iter() {
            made.headers_mut().append(
                HeaderName::from_bytes(field.name.as_bytes()).ok()?,
                HeaderValue::from_bytes(field.value).ok()?,
            );
        }
        made.extensions_mut()
            .insert(ReasonPhrase(response.reason.into()));
        Some(made)
    });
    let malformed = parse::HeadError::Malformed {
        why: "a header field of the answer",
    };
    parsed
        .map_err(RefusalCause::Head)?
        .ok_or(RefusalCause::Head(malformed))
}

/// The response that accepts over a version of HTTP without upgrades, of the one that switches
/// protocols.
pub(super) fn extended(bootstrap: &BootstrapInfo, mut response: Response<()>) -> Response<()> {
    for name in bootstrap.forbidden.iter().chain(bootstrap.unprocessed) {
        response.headers_mut().remove(*name);
    }
    let status = StatusCode::from_u16(bootstrap.success.0);
    *response.status_mut() = status.unwrap_or_default();
    response.extensions_mut().remove::<ReasonPhrase>();
    response
}

/// A complete response, parsed; `None` if the bytes are not one.
pub(super) fn whole_response(bytes: &[u8]) -> Option<Response<String>> {
    let end = parse::after_fields(bytes)?;
    let (head, text) = bytes.split_at(end);
    let text = String::from_utf8_lossy(text).into_owned();
    Some(response(head).ok()?.map(|()| text))
}

/// The head of a response as servers with these types write it: with the fields in the map's order,
/// followed by the date.
pub(super) fn as_written(response: &Response<()>, names: NameCase) -> Vec<u8> {
    let phrase = response.extensions().get::<ReasonPhrase>();
    let phrase = phrase.map_or("", |ReasonPhrase(phrase)| phrase);
    let status = response.status().as_u16();
    let mut head = alloc::format!("HTTP/1.1 {status} {phrase}\r\n").into_bytes();
    push_map(&mut head, response.headers(), names);
    let date = names.write("date");
    support::push_field(&mut head, &date, b"Thu, 01 Jan 1970 00:00:00 GMT");
    head.extend_from_slice(b"\r\n");
    head
}

/// The head of a request, with the fields in the map's order.
pub(super) fn request_head(method: &str, target: &str, minor: u8, headers: &HeaderMap) -> Vec<u8> {
    let mut head = alloc::format!("{method} {target} HTTP/1.{minor}\r\n").into_bytes();
    push_map(&mut head, headers, NameCase::Lower);
    head.extend_from_slice(b"\r\n");
    head
}

/// Appends the fields of a map, in its order.
fn push_map(out: &mut Vec<u8>, headers: &HeaderMap, names: NameCase) {
    for (name, value) in headers {
        support::push_field(out, &names.write(name.as_str()), value.as_bytes());
    }
}
