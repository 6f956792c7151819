//! Recognises data by its first bytes.

use wsdraft::{
    Role,
    handshake::{ProxyHeader, parse},
};

/// The byte order mark that some editors write at the start of a text: U+FEFF in UTF-8.
pub const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Returns whether bytes can be the start of a request: a method and a space.
pub fn may_be_request(bytes: &[u8]) -> bool {
    let method = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic());
    let length = method.take(17).count();
    (1..17).contains(&length) && bytes.get(length).is_none_or(|byte| *byte == b' ')
}

/// Whether bytes are the start of a client's connection preface of HTTP/2 (RFC 9113 §3.4).
pub(crate) fn is_http2(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PRI * HTTP/2.0\r\n")
}

/// Whether bytes are the start of a TLS handshake record.
pub(crate) const fn is_tls(bytes: &[u8]) -> bool {
    matches!(bytes, [0x16, 3, 0..=4, ..])
}

/// Whether text is hex, by its start.
pub(crate) fn is_hex(start: &[u8]) -> bool {
    let mut digits = 0;
    let all = start.iter().all(|byte| {
        digits += usize::from(byte.is_ascii_hexdigit());
        byte.is_ascii_hexdigit() || byte.is_ascii_whitespace() || matches!(byte, b':' | b'>' | b'<')
    });
    all && digits > 1
        || start.is_ascii() && std::str::from_utf8(start).is_ok_and(super::dumped::begins_dump)
}

/// Determines the sender of bytes by how they begin.
pub fn sender(start: &[u8]) -> Option<Role> {
    if ProxyHeader::begins(start) {
        return Some(Role::Client);
    }
    let start = parse::without_empty_lines(start);
    if start.starts_with(b"HTTP/") {
        Some(Role::Server)
    } else if may_be_request(start) {
        Some(Role::Client)
    } else {
        None
    }
}

/// Where a text begins: after a byte order mark, where one is in front of what is taken for text.
pub(crate) fn text_start(start: &[u8]) -> usize {
    let text = start.strip_prefix(BYTE_ORDER_MARK);
    let is_text = text.is_some_and(|text| {
        text.trim_ascii_start().starts_with(b"{") || is_hex(text) || sender(text).is_some()
    });
    if is_text { BYTE_ORDER_MARK.len() } else { 0 }
}
