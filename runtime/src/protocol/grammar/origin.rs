//! Origins of browsers and other clients.

use super::is_host;

/// Whether the value is valid in an origin header field. It must be `null`, or one or more origins
/// separated by one space. Each origin is a scheme, `://`, a host and an optional port (RFC 6454
/// §7.1).
///
/// The host may be empty, as in `file://`. Any scheme is valid, because browser extensions and
/// applications have their own.
///
/// ```
/// # use wsdraft::grammar::is_origin;
/// assert!(is_origin(b"https://example.com:8443"));
/// assert!(is_origin(b"chrome-extension://abcdefghijklmnop"));
/// assert!(!is_origin(b"https://example.com/path"));
/// assert!(!is_origin(b"example.com"));
/// ```
#[must_use]
pub fn is_origin(value: &[u8]) -> bool {
    // Most clients write one origin.
    is_serialized(value) || value == b"null" || value.split(|&byte| byte == b' ').all(is_serialized)
}

fn is_serialized(origin: &[u8]) -> bool {
    // A scheme has no colon.
    let Some(end) = origin.iter().position(|&byte| byte == b':') else {
        return false;
    };
    let (scheme, rest) = origin.split_at(end);
    let Some(authority) = rest.strip_prefix(b"://") else {
        return false;
    };
    is_scheme(scheme) && (authority.is_empty() || is_host(authority))
}

/// Whether the value is the scheme of a URI (RFC 3986 §3.1).
pub(super) fn is_scheme(scheme: &[u8]) -> bool {
    scheme.first().is_some_and(u8::is_ascii_alphabetic)
        && scheme
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}
