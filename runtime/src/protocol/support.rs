//! Functions that generated code calls and users do not need: writers of header lines, and small
//! checks.
#![doc(hidden)]

pub use alloc::{
    string::{String, ToString},
    vec::Vec,
};

pub use crate::protocol::fields::{Found, Names};

use crate::{
    payload::utf8::Validator,
    protocol::{
        digest, grammar,
        heads::{Opening, Request, Response},
        info::Outcome,
        lists,
        violation::{Flow, Report, Seen, Violation},
    },
};

/// The offset of the version in a request line.
#[must_use]
pub const fn version_offset(request: &Request<'_>) -> u64 {
    (request.method.len() + 1 + request.target.len() + 1) as u64
}

/// The version in a request line that violates a rule.
#[must_use]
pub fn request_version(request: &Request<'_>) -> Found {
    Found {
        offset: version_offset(request),
        seen: http_version(request.minor_version),
    }
}

/// The version in a status line that violates a rule.
#[inline]
#[must_use]
pub fn response_version(response: &Response<'_>) -> Found {
    Found {
        offset: 0,
        seen: http_version(response.minor_version),
    }
}

/// The HTTP version, as written in a head.
#[must_use]
pub fn http_version(minor: u8) -> Seen {
    Seen::text(&[&b"HTTP/1."[..], &[b'0' + minor % 10]].concat())
}

/// The request target that violates a rule.
#[must_use]
pub fn request_target(request: &Request<'_>) -> Found {
    Found::text(request.method.len() + 1, request.target)
}

/// The bytes after a request head that violate a rule.
#[inline]
#[must_use]
pub fn request_body(request: &Request<'_>) -> Found {
    Found::text(request.fields.end(), request.body)
}

/// The bytes after a response head that violate a rule.
#[inline]
#[must_use]
pub fn response_body(response: &Response<'_>) -> Found {
    Found::text(response.fields.end(), response.body)
}

/// A test for a word (case-insensitive).
pub fn keyword(word: &str) -> impl Fn(&[u8]) -> bool {
    move |value| value.eq_ignore_ascii_case(word.as_bytes())
}

/// A test for the base64 encoding of this many bytes.
pub fn base64_of(length: usize) -> impl Fn(&[u8]) -> bool {
    move |value| digest::is_base64_of(value, length).is_ok()
}

/// A test for one of these versions.
pub fn version(versions: &[u8]) -> impl Fn(&[u8]) -> bool {
    move |value| {
        let number = grammar::is_number(value, 255);
        number.is_some_and(|number| versions.iter().any(|&version| u32::from(version) == number))
    }
}

/// Whether a value is a list of versions.
#[inline]
#[must_use]
pub fn is_versions(value: &[u8]) -> bool {
    grammar::numbers(value).all(|number| number.is_ok())
}

/// Whether a value is a list of extensions with parameters that have no quotes.
#[inline]
#[must_use]
pub fn is_extensions(value: &[u8]) -> bool {
    grammar::is_extension_list(value, false).is_ok()
}

/// Whether a value is a list of extensions with parameters that may have quotes.
#[must_use]
pub fn is_quoted_extensions(value: &[u8]) -> bool {
    grammar::is_extension_list(value, true).is_ok()
}

/// Whether a value is a number hidden among spaces and other characters.
#[inline]
#[must_use]
pub fn is_spaced_number(value: &[u8]) -> bool {
    grammar::spaced_number(value).is_ok()
}

/// The number hidden in a value, as bytes, or zero if there is none.
#[inline]
#[must_use]
pub fn spaced_number(value: &[u8]) -> [u8; 4] {
    grammar::spaced_number(value)
        .unwrap_or_default()
        .to_be_bytes()
}

/// Whether a value has no capital letter.
#[inline]
#[must_use]
pub fn is_lower_case(value: &[u8]) -> bool {
    !value.iter().any(u8::is_ascii_uppercase)
}

/// Whether only the rule about the version, or no rule, refuses a request. `check` checks the
/// request.
pub fn only_version_refuses(check: impl FnOnce(&mut dyn Report) -> Flow) -> bool {
    let mut other = false;
    let mut note = |violation: Violation| -> Flow {
        let outcome = violation.rule.outcome;
        other |= outcome != Outcome::Nothing && !outcome.lists_versions();
        Ok(())
    };
    let checked = check(&mut note);
    checked.is_ok() && !other
}

/// Whether a request target is a path, or a URI with one of these schemes.
#[must_use]
pub fn target_is(target: &str, schemes: &[&str]) -> bool {
    match grammar::parse_target(target) {
        Some(grammar::Target::Path(_)) => true,
        Some(grammar::Target::Absolute { scheme, .. }) => schemes
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(scheme)),
        None => false,
    }
}

/// The index of the first byte that makes the bytes invalid UTF-8, or their length if they end
/// within a character.
#[must_use]
pub fn not_utf8(bytes: &[u8]) -> Option<usize> {
    let mut validator = Validator::new();
    match validator.push(bytes) {
        Err(at) => Some(at),
        Ok(()) => (!validator.is_complete()).then_some(bytes.len()),
    }
}

/// The close code at the start of a close frame's body.
#[inline]
#[must_use]
pub fn close_code(body: &[u8]) -> Option<u16> {
    body.first_chunk().map(|code| u16::from_be_bytes(*code))
}

/// The first byte of a body, as it is reported.
#[inline]
#[must_use]
pub fn first_byte(body: &[u8]) -> Seen {
    body.first().map_or(Seen::Nothing, |&byte| Seen::Byte(byte))
}

/// The URL of the connection, as the server sees it. `host` is the name of the field with the host.
#[inline]
#[must_use]
pub fn location(request: &Request<'_>, host: &str) -> String {
    let scheme = if request.secure { "wss://" } else { "ws://" };
    let host = request
        .fields
        .get(host)
        .and_then(|field| field.text())
        .unwrap_or_default();
    [scheme, host, request.resource()].concat()
}

/// Appends text without the control characters that would end a line.
pub fn push_text(out: &mut Vec<u8>, text: &[u8]) {
    push_allowed(out, text, |byte| byte >= 0x20 && byte != 0x7f);
}

fn push_allowed(out: &mut Vec<u8>, text: &[u8], may_stand: impl Fn(u8) -> bool) {
    if text.iter().all(|&byte| may_stand(byte)) {
        out.extend_from_slice(text);
    } else {
        out.extend(text.iter().copied().filter(|&byte| may_stand(byte)));
    }
}

/// Appends a header line. A field value may contain a tab (RFC 9110 §5.5). Some drafts require the
/// server to repeat it.
pub fn push_field(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    push_allowed(out, value, |byte| {
        byte == b'\t' || (byte >= 0x20 && byte != 0x7f)
    });
    out.extend_from_slice(b"\r\n");
}

/// Appends a header line with bytes in base64.
pub fn push_base64(out: &mut Vec<u8>, name: &str, bytes: &[u8]) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    digest::push_base64(out, bytes);
    out.extend_from_slice(b"\r\n");
}

/// A number as a parameter's value.
#[inline]
#[must_use]
pub fn decimal(number: u32) -> String {
    number.to_string()
}

/// Appends a header line if there is a value.
pub fn push_optional(out: &mut Vec<u8>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        push_field(out, name, value.as_bytes());
    }
}

/// Appends a header line with several values. If the draft defines no separator, this writes only
/// the first value. Without values, it writes nothing.
#[inline]
pub fn push_list(out: &mut Vec<u8>, name: &str, values: &[&str], separator: Option<&str>) {
    match (values, separator) {
        ([], _) => {}
        ([first, ..], None) => push_field(out, name, first.as_bytes()),
        (values, Some(separator)) => {
            push_field(out, name, lists::joined(values, separator).as_bytes());
        }
    }
}

/// Appends further header lines.
pub fn push_fields(out: &mut Vec<u8>, fields: &[(&str, &str)]) {
    for (name, value) in fields {
        if grammar::is_token(name.as_bytes()) {
            push_field(out, name, value.as_bytes());
        }
    }
}

/// Appends `N` random bytes.
pub fn push_random<const N: usize>(out: &mut Vec<u8>, opening: &Opening<'_>) {
    out.extend_from_slice(&random::<N>(opening));
}

/// Appends a header line with `N` random bytes, base64-encoded.
pub fn push_random_base64<const N: usize>(out: &mut Vec<u8>, name: &str, opening: &Opening<'_>) {
    push_base64(out, name, &random::<N>(opening));
}

fn random<const N: usize>(opening: &Opening<'_>) -> [u8; N] {
    let mut bytes = [0; N];
    (opening.entropy)(&mut bytes);
    bytes
}

/// Appends a header line with a spaced number.
#[inline]
pub fn push_spaced_number(out: &mut Vec<u8>, name: &str, opening: &Opening<'_>) {
    let mut draw = |bound: u32| {
        let bytes: [u8; 8] = random(opening);
        (u64::from_be_bytes(bytes) % u64::from(bound.max(1))) as u32
    };
    let mut key = Vec::new();
    grammar::write_spaced_number(&mut draw, &mut key);
    push_field(out, name, &key);
}
