//! What a process learns of its connection, as with CGI (RFC 3875 §4.1).

use std::ffi::OsString;

use wsdraft::handshake::HeaderFields;

use super::super::{files::unescaped, talk::Talk};

/// The header field whose variable programs take for a setting of their own, and which is therefore
/// not passed on.
const MISTAKEN: &str = "proxy";

/// The variables for a connection.
pub(super) fn of(talk: &Talk<'_>) -> Vec<(String, OsString)> {
    let offer = talk.offer;
    let (path, query) = offer
        .resource
        .split_once('?')
        .unwrap_or((&offer.resource, ""));
    // Behind a proxy, the log has both addresses: the client's is the first.
    let remote = talk.peer.split(' ').next().unwrap_or_default();
    let (address, port) = remote.rsplit_once(':').unwrap_or((remote, ""));
    let address = address.trim_matches(['[', ']']);
    let (server, listens) = match offer.host.as_deref().map(split_host) {
        Some((name, Some(port))) => (name, port),
        Some((name, None)) => (name, if talk.is_secure { "443" } else { "80" }),
        None => ("", ""),
    };
    let software = concat!("wsdraft/", env!("CARGO_PKG_VERSION"));
    let mut variables: Vec<(String, OsString)> = [
        ("GATEWAY_INTERFACE", "CGI/1.1"),
        ("SERVER_SOFTWARE", software),
        ("SERVER_PROTOCOL", "HTTP/1.1"),
        ("SERVER_NAME", server),
        ("SERVER_PORT", listens),
        ("REQUEST_METHOD", "GET"),
        ("REQUEST_URI", &offer.resource),
        ("SCRIPT_NAME", ""),
        ("QUERY_STRING", query),
        ("REMOTE_ADDR", address),
        ("REMOTE_HOST", address),
        ("REMOTE_PORT", port),
        ("WEBSOCKET_DRAFT", offer.draft.short),
    ]
    .map(|(name, value)| (name.to_owned(), value.into()))
    .into();
    // A variable has no NUL.
    let plain = unescaped(path).filter(|plain| !plain.contains(&0));
    let plain = plain.unwrap_or_else(|| path.as_bytes().to_vec());
    variables.push(("PATH_INFO".into(), os(plain)));
    if talk.is_secure {
        variables.push(("HTTPS".into(), "on".into()));
    }
    if let Some(subprotocol) = talk.subprotocol {
        variables.push(("WEBSOCKET_PROTOCOL".into(), subprotocol.into()));
    }
    variables.extend(fields(offer.request.fields()));
    variables
}

/// The variables of header fields: those of the same name are one. A name with an underscore would
/// pass for the one with a hyphen, which a proxy in front may have set.
fn fields(fields: &HeaderFields) -> Vec<(String, OsString)> {
    let mut seen: Vec<(String, Vec<u8>)> = Vec::new();
    for field in fields.iter() {
        let is_mistaken = field.name.eq_ignore_ascii_case(MISTAKEN) || field.name.contains('_');
        if is_mistaken || field.value.contains(&0) {
            continue;
        }
        let name = format!("HTTP_{}", field.name.to_ascii_uppercase().replace('-', "_"));
        match seen.iter_mut().find(|(known, _)| *known == name) {
            Some((_, value)) => {
                value.extend_from_slice(b", ");
                value.extend_from_slice(field.value);
            }
            None => seen.push((name, field.value.to_vec())),
        }
    }
    let seen = seen.into_iter();
    seen.map(|(name, value)| (name, os(value))).collect()
}

/// A host and its port.
fn split_host(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => {
            (name, Some(port))
        }
        _ => (host, None),
    }
}

#[cfg(unix)]
fn os(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn os(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}
