//! Value grammars of header fields, on bytes as received.

use alloc::{borrow::Cow, vec::Vec};

use crate::protocol::info::Separator;

mod origin;
mod spaced;

pub use self::{
    origin::is_origin,
    spaced::{SpacedNumberFault, spaced_number, write_spaced_number},
};

/// Without spaces and tabs at both ends.
#[must_use]
pub fn trim(value: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = value
        .iter()
        .position(|byte| !blank(byte))
        .unwrap_or(value.len());
    let end = value
        .iter()
        .rposition(|byte| !blank(byte))
        .map_or(start, |at| at + 1);
    &value[start..end]
}

/// Whether each byte may stand in a token.
const TCHAR: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = is_tchar(byte as u8);
        byte += 1;
    }
    table
};

const fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

/// Whether it is one token (RFC 9110 §5.6.2).
#[must_use]
pub fn is_token(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(|&byte| TCHAR[usize::from(byte)])
}

/// The elements of a comma-separated list, trimmed; empty ones are skipped, and commas in
/// quoted-strings do not count (RFC 9110 §5.6.1).
pub fn list_items(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    split_outside_quotes(value, b',').filter(|item| !item.is_empty())
}

/// The items of a value with this separator.
pub fn items(value: &[u8], separator: Separator) -> impl Iterator<Item = &[u8]> {
    let (commas, spaces, whole) = match separator {
        Separator::Comma => (value, &[][..], &[][..]),
        Separator::Space => (&[][..], value, &[][..]),
        Separator::None => (&[][..], &[][..], trim(value)),
    };
    list_items(commas)
        .chain(words(spaces))
        .chain((!whole.is_empty()).then_some(whole))
}

/// The name of a list element: what precedes its parameters.
#[must_use]
pub fn element_name(item: &[u8]) -> &[u8] {
    trim(item.split(|&byte| byte == b';').next().unwrap_or(item))
}

/// Whether it is one or more tokens separated by commas.
#[must_use]
pub fn is_token_list(value: &[u8]) -> bool {
    list_items(value).next().is_some() && list_items(value).all(is_token)
}

/// Whether a comma-separated list includes this token, in any case.
#[must_use]
pub fn includes_token(value: &[u8], token: &str) -> bool {
    list_items(value).any(|item| item.eq_ignore_ascii_case(token.as_bytes()))
}

/// Whether it is one or more printable ASCII characters, spaces included.
#[must_use]
pub fn is_printable(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(|byte| (0x20..=0x7e).contains(byte))
}

/// The words of a value, separated by spaces.
pub fn words(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value
        .split(|&byte| byte == b' ')
        .filter(|word| !word.is_empty())
}

/// Whether it is one or more printable words separated by spaces.
#[must_use]
pub fn is_words(value: &[u8]) -> bool {
    is_printable(value) && words(value).next().is_some()
}

/// Whether it is one or more printable elements separated by commas.
#[must_use]
pub fn is_list(value: &[u8]) -> bool {
    is_printable(value) && list_items(value).next().is_some()
}

/// Host and port of a value, if it has that form. A port may be empty (RFC 3986 §3.2.3), which is
/// as none.
#[must_use]
pub fn split_host(value: &[u8]) -> Option<(&str, Option<u16>)> {
    let text = core::str::from_utf8(value).ok()?;
    let (host, port) = if text.starts_with('[') {
        let end = text.find(']')? + 1;
        let (host, rest) = text.split_at(end);
        let inside = &host[1..end - 1];
        if inside.is_empty()
            || !inside
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
        {
            return None;
        }
        (
            host,
            if rest.is_empty() {
                None
            } else {
                Some(rest.strip_prefix(':')?)
            },
        )
    } else {
        match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        }
    };
    let plain = host.starts_with('[')
        || !host.is_empty()
            && host.bytes().all(|byte| {
                byte.is_ascii_alphanumeric()
                    || matches!(
                        byte,
                        b'-' | b'.'
                            | b'_'
                            | b'~'
                            | b'%'
                            | b'!'
                            | b'$'
                            | b'&'
                            | b'\''
                            | b'('
                            | b')'
                            | b'*'
                            | b'+'
                            | b','
                            | b';'
                            | b'='
                    )
            });
    let port = match port {
        None | Some("") => None,
        Some(port) => Some(u16::try_from(is_number(port.as_bytes(), 65_535)?).ok()?),
    };
    plain.then_some((host, port))
}

/// Whether it is a host, with or without a port.
#[must_use]
pub fn is_host(value: &[u8]) -> bool {
    split_host(value).is_some()
}

/// A decimal number without leading zeros, at most `max`.
#[must_use]
pub fn is_number(value: &[u8], max: u32) -> Option<u32> {
    let canonical = !value.is_empty()
        && (value.len() == 1 || value[0] != b'0')
        && value.iter().all(u8::is_ascii_digit);
    if !canonical || value.len() > 10 {
        return None;
    }
    let number = value
        .iter()
        .fold(0u64, |number, &digit| number * 10 + u64::from(digit - b'0'));
    u32::try_from(number).ok().filter(|&number| number <= max)
}

/// The numbers of a comma-separated list; an element that is none gives an error.
pub fn numbers(value: &[u8]) -> impl Iterator<Item = Result<u32, NotANumber>> {
    list_items(value).map(|item| is_number(item, u32::MAX).ok_or(NotANumber))
}

/// An element that is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotANumber;

/// A request target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// A path and query.
    Path(&'a str),
    /// A URI.
    Absolute {
        /// Its scheme.
        scheme: &'a str,
        /// Host and port.
        authority: &'a str,
        /// Path and query; empty where the URI has neither.
        path: &'a str,
    },
}

/// Reads a request target: a path that starts with a slash, or an absolute URI; without
/// fragment, spaces and control characters.
#[must_use]
pub fn parse_target(target: &str) -> Option<Target<'_>> {
    if target
        .bytes()
        .any(|byte| byte <= 0x20 || byte == 0x7f || byte == b'#')
    {
        return None;
    }
    if target.starts_with('/') {
        return Some(Target::Path(target));
    }
    let (scheme, rest) = target.split_once("://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let valid = origin::is_scheme(scheme.as_bytes()) && is_host(authority.as_bytes());
    valid.then_some(Target::Absolute {
        scheme,
        authority,
        path,
    })
}

/// What is wrong with an extension list, and at which byte of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtensionFault {
    /// Byte of the value.
    pub offset: usize,
}

/// Whether it is one or more extensions with parameters (RFC 6455 §9.1).
///
/// A quoted value is a token or, as extensions with methods have it, such a list itself, in which
/// the values of parameters are tokens or any text in quotes.
///
/// # Errors
/// Where it is wrong.
pub fn is_extension_list(value: &[u8], quoted: bool) -> Result<(), ExtensionFault> {
    is_list_of_extensions(
        value,
        if quoted {
            Quoted::TokenOrList
        } else {
            Quoted::Nothing
        },
    )
}

/// What may stand in quotes as the value of a parameter.
#[derive(Clone, Copy)]
enum Quoted {
    Nothing,
    TokenOrList,
    /// Whether it means anything is for whoever knows the method to say.
    Anything,
}

fn is_list_of_extensions(value: &[u8], quoted: Quoted) -> Result<(), ExtensionFault> {
    let mut any = false;
    for element in list_items(value) {
        any = true;
        if !is_extension(element, quoted) {
            let offset = element.as_ptr() as usize - value.as_ptr() as usize;
            return Err(ExtensionFault { offset });
        }
    }
    if any {
        Ok(())
    } else {
        Err(ExtensionFault { offset: 0 })
    }
}

fn is_extension(element: &[u8], quoted: Quoted) -> bool {
    let mut parts = split_outside_quotes(element, b';');
    parts.next().is_some_and(is_token)
        && parts.all(|part| {
            let (name, value) = split_parameter(part);
            is_token(name)
                && match value {
                    None => true,
                    Some([b'"', inner @ .., b'"']) => match quoted {
                        Quoted::Nothing => false,
                        Quoted::Anything => true,
                        Quoted::TokenOrList => {
                            let inner = unescape(inner);
                            is_token(&inner)
                                || is_list_of_extensions(&inner, Quoted::Anything).is_ok()
                        }
                    },
                    Some(plain) => is_token(plain),
                }
        })
}

/// The name of a parameter, and its value as it stands there.
pub(crate) fn split_parameter(part: &[u8]) -> (&[u8], Option<&[u8]>) {
    match part.iter().position(|&byte| byte == b'=') {
        Some(at) => (trim(&part[..at]), Some(trim(&part[at + 1..]))),
        None => (part, None),
    }
}

/// The trimmed parts between separators that do not stand in quoted-strings.
pub(crate) fn split_outside_quotes(value: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let quotes = memchr::memchr(b'"', value).is_some();
    let mut rest = Some(value);
    core::iter::from_fn(move || {
        let value = rest?;
        let (mut quoted, mut escaped) = (false, false);
        let mut ends = |byte| {
            if escaped {
                escaped = false;
            } else if quoted && byte == b'\\' {
                escaped = true;
            } else if byte == b'"' {
                quoted = !quoted;
            }
            byte == separator && !quoted
        };
        let end = if quotes {
            value.iter().position(|&byte| ends(byte))
        } else {
            memchr::memchr(separator, value)
        };
        rest = end.map(|end| &value[end + 1..]);
        Some(trim(&value[..end.unwrap_or(value.len())]))
    })
}

pub(crate) fn unescape(inner: &[u8]) -> Cow<'_, [u8]> {
    if !inner.contains(&b'\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'\\' => out.extend(bytes.next()),
            byte => out.push(byte),
        }
    }
    Cow::Owned(out)
}
