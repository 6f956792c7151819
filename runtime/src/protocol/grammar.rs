//! Grammars of field values, on bytes as received.

use alloc::{borrow::Cow, vec::Vec};

use crate::protocol::info::Separator;

mod origin;
mod parts;
mod spaced;

pub(crate) use self::parts::split_outside_quotes;
use self::parts::{Items, Parts};
pub use self::{
    origin::is_origin,
    spaced::{SpacedNumberFault, spaced_number, write_spaced_number},
};

/// The value without spaces and tabs at its start and end.
#[inline]
#[must_use]
pub fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = value {
        value = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// What each byte may be part of: a token, a host without brackets, or a request target.
static PARTS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < table.len() {
        let one = byte as u8;
        if is_tchar(one) {
            table[byte] |= TOKEN;
        }
        if is_host_char(one) {
            table[byte] |= HOST;
        }
        if one > 0x20 && one != 0x7f && one != b'#' {
            table[byte] |= TARGET;
        }
        byte += 1;
    }
    table
};

const TOKEN: u8 = 1;
const HOST: u8 = 2;
const TARGET: u8 = 4;

fn is_part(byte: u8, of: u8) -> bool {
    PARTS[usize::from(byte)] & of != 0
}

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

/// A character of a registered name (RFC 3986 §3.2.2).
const fn is_host_char(byte: u8) -> bool {
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
}

/// Whether the value is one token (RFC 9110 §5.6.2).
#[must_use]
pub fn is_token(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(|&byte| is_part(byte, TOKEN))
}

/// The elements of a comma-separated list, trimmed. Empty elements are skipped, and commas in
/// quoted-strings do not separate elements (RFC 9110 §5.6.1).
#[inline]
pub fn list_items(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    Items::of(Parts::of(value, b','))
}

/// The items of a value, split at this separator.
pub fn items(value: &[u8], separator: Separator) -> impl Iterator<Item = &[u8]> {
    Items::of(match separator {
        Separator::Comma => Parts::of(value, b','),
        Separator::Space => Parts::words(value),
        Separator::None => Parts::whole(value),
    })
}

/// The name of a list element: the part before its parameters.
#[must_use]
pub fn element_name(item: &[u8]) -> &[u8] {
    trim(item.split(|&byte| byte == b';').next().unwrap_or(item))
}

/// Whether the value is one or more tokens separated by commas.
#[must_use]
pub fn is_token_list(value: &[u8]) -> bool {
    list_items(value).next().is_some() && list_items(value).all(is_token)
}

/// Whether a comma-separated list includes this token (case-insensitive).
#[must_use]
pub fn includes_token(value: &[u8], token: &str) -> bool {
    let token = token.as_bytes();
    // Most lists have one element, and most senders write it as it is defined.
    let is_token = |item: &[u8]| item == token || item.eq_ignore_ascii_case(token);
    is_token(value) || list_items(value).any(is_token)
}

/// Whether the value is one or more printable ASCII characters, including spaces.
#[must_use]
pub fn is_printable(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(|byte| (0x20..=0x7e).contains(byte))
}

/// The words of a value, separated by spaces.
pub fn words(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    Items::of(Parts::words(value))
}

/// Whether the value is one or more printable words separated by spaces.
#[must_use]
pub fn is_words(value: &[u8]) -> bool {
    is_printable(value) && words(value).next().is_some()
}

/// Whether the value is one or more printable elements separated by commas.
#[must_use]
pub fn is_list(value: &[u8]) -> bool {
    is_printable(value) && list_items(value).next().is_some()
}

/// The host and port of a value, if it has that form. A port may be empty (RFC 3986 §3.2.3), which
/// counts as no port.
#[must_use]
pub fn split_host(value: &[u8]) -> Option<(&str, Option<u16>)> {
    let (host, port) = host_and_port(value)?;
    Some((core::str::from_utf8(host).ok()?, port))
}

fn host_and_port(value: &[u8]) -> Option<(&[u8], Option<u16>)> {
    let (host, rest) = match value {
        [b'[', inside @ ..] => {
            let length = inside.iter().position(|&byte| byte == b']')?;
            let is_address = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
            if length == 0 || !inside[..length].iter().all(is_address) {
                return None;
            }
            value.split_at(length + 2)
        }
        _ => {
            let mut bytes = value.iter();
            let end = bytes.position(|&byte| !is_part(byte, HOST));
            let (host, rest) = value.split_at(end.unwrap_or(value.len()));
            if host.is_empty() {
                return None;
            }
            (host, rest)
        }
    };
    let port = match rest {
        [] | [b':'] => None,
        [b':', port @ ..] => Some(u16::try_from(is_number(port, 65_535)?).ok()?),
        _ => return None,
    };
    Some((host, port))
}

/// Whether the value is a host, with or without a port.
#[must_use]
pub fn is_host(value: &[u8]) -> bool {
    host_and_port(value).is_some()
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

/// The numbers of a comma-separated list. An element that is not a number returns an error.
pub fn numbers(value: &[u8]) -> impl Iterator<Item = Result<u32, NotANumber>> {
    list_items(value).map(|item| is_number(item, u32::MAX).ok_or(NotANumber))
}

/// An element that is not a number.
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
        /// The path and query, or an empty text if the URI has neither.
        path: &'a str,
    },
}

/// Parses a request target: a path that starts with a slash, or an absolute URI. A target must not
/// contain a fragment, spaces or control characters.
#[must_use]
pub fn parse_target(target: &str) -> Option<Target<'_>> {
    if !target.bytes().all(|byte| is_part(byte, TARGET)) {
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

/// An error in an extension list, and its position in the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtensionFault {
    /// The byte offset in the value.
    pub offset: usize,
}

/// Whether the value is one or more extensions with parameters (RFC 6455 §9.1).
///
/// A quoted value is a token, or such a list itself, for extensions with methods. In the inner
/// list, parameter values are tokens or any text in quotes.
///
/// # Errors
/// The position of the error.
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

/// The permitted content of a quoted parameter value.
#[derive(Clone, Copy)]
enum Quoted {
    Nothing,
    TokenOrList,
    /// The implementation of the method decides whether it is valid.
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

/// The name of a parameter, and its value as received.
pub(crate) fn split_parameter(part: &[u8]) -> (&[u8], Option<&[u8]>) {
    match part.iter().position(|&byte| byte == b'=') {
        Some(at) => (trim(&part[..at]), Some(trim(&part[at + 1..]))),
        None => (part, None),
    }
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
