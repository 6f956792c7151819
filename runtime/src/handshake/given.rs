//! Values that the application supplies for a head. They are never omitted or changed; a value that
//! must not appear in a head is rejected.

use alloc::vec::Vec;

#[cfg(feature = "std")]
use crate::machine::extension::{Element, Extensions, elements};
use crate::{
    machine::error::{HeadPart, Misuse},
    protocol::{
        grammar,
        heads::{Answer, Opening},
        info::{DraftInfo, Purpose},
        lists, support,
    },
};

/// Whether a header field of the application may appear in a head.
///
/// ```
/// use wsdraft::{HeadPart, Misuse, handshake::check_field};
///
/// assert_eq!(check_field("X-Room", "1"), Ok(()));
/// let part = HeadPart::FieldValue;
/// let broken = Misuse::Unfit { part, byte: Some(b'\n') };
/// assert_eq!(check_field("X-Room", "1\nSet-Cookie: a=b"), Err(broken));
/// ```
///
/// # Errors
/// [`Misuse::Unfit`]: the name is not a token, or the value contains a control character (RFC 9110
/// §5.1, §5.5).
pub fn check_field(name: &str, value: &str) -> Result<(), Misuse> {
    let part = HeadPart::FieldName;
    let mut bytes = name.bytes();
    match bytes.find(|byte| !grammar::is_token(&[*byte])) {
        None if name.is_empty() => Err(Misuse::Unfit { part, byte: None }),
        Some(byte) => Err(Misuse::Unfit {
            part,
            byte: Some(byte),
        }),
        None => fits(HeadPart::FieldValue, value, is_text),
    }
}

/// A byte of a value; a tab is allowed (RFC 9110 §5.5).
const fn is_text(byte: u8) -> bool {
    byte == b'\t' || (byte >= 0x20 && byte != 0x7f)
}

/// A byte of a host, or of a word between two spaces of a line.
const fn is_visible(byte: u8) -> bool {
    byte > 0x20 && byte != 0x7f
}

fn fits(part: HeadPart, text: &str, may_stand: fn(u8) -> bool) -> Result<(), Misuse> {
    match text.bytes().find(|byte| !may_stand(*byte)) {
        None => Ok(()),
        Some(byte) => Err(Misuse::Unfit {
            part,
            byte: Some(byte),
        }),
    }
}

fn all_fit(parts: &[(HeadPart, Option<&str>)]) -> Result<(), Misuse> {
    let mut given = parts
        .iter()
        .filter_map(|(part, text)| Some((*part, (*text)?)));
    given.try_for_each(|(part, text)| fits(part, text, is_text))
}

fn fields_fit(fields: &[(&str, &str)]) -> Result<(), Misuse> {
    let mut fields = fields.iter();
    fields.try_for_each(|(name, value)| check_field(name, value))
}

/// Whether the values for a request may appear in it. Extensions are not allowed as a further
/// field: this endpoint would not support those that the server accepts.
#[inline]
pub(super) fn opening_fits(draft: &DraftInfo, opening: &Opening<'_>) -> Result<(), Misuse> {
    let extensions = draft.request_header(Purpose::Extensions);
    reserved(opening.fields, extensions.map(|header| header.name))?;
    fits(HeadPart::Host, opening.host, is_visible)?;
    fits(HeadPart::Resource, opening.resource, is_visible)?;
    all_fit(&[
        (HeadPart::Origin, opening.origin),
        (HeadPart::Extensions, opening.extensions),
        (HeadPart::Cookie, opening.cookie),
    ])?;
    let mut subprotocols = opening.subprotocols.iter();
    subprotocols.try_for_each(|one| fits(HeadPart::Subprotocol, one, is_text))?;
    fields_fit(opening.fields)
}

/// Whether the values for a response may appear in it. The fields for negotiation results and for
/// the answer to the challenge are not allowed as further fields: they would contradict the state
/// of this endpoint.
pub(super) fn answer_fits(draft: &DraftInfo, answer: &Answer<'_>) -> Result<(), Misuse> {
    let own = [
        Purpose::Accept,
        Purpose::Nonce,
        Purpose::Subprotocol,
        Purpose::Extensions,
    ];
    let own = own
        .into_iter()
        .filter_map(|purpose| draft.response_header(purpose));
    reserved(answer.fields, own.map(|header| header.name))?;
    all_fit(&[
        (HeadPart::Subprotocol, answer.subprotocol),
        (HeadPart::Extensions, answer.extensions),
    ])?;
    response_fields_fit(answer.fields)
}

/// Whether these fields may be added to a response whose content length this crate determines.
pub(super) fn response_fields_fit(fields: &[(&str, &str)]) -> Result<(), Misuse> {
    fields_fit(fields)?;
    reserved(fields, FRAMING)
}

/// Whether none of these fields has one of these names.
pub(super) fn reserved(
    fields: &[(&str, &str)],
    names: impl IntoIterator<Item = &'static str>,
) -> Result<(), Misuse> {
    if fields.is_empty() {
        return Ok(());
    }
    let given = |name: &str| {
        let mut fields = fields.iter();
        fields.any(|(given, _)| given.eq_ignore_ascii_case(name))
    };
    match names.into_iter().find(|name| given(name)) {
        None => Ok(()),
        Some(name) => Err(Misuse::Reserved(name)),
    }
}

/// Whether all extensions of the application's list are supported: they are among these, or the
/// policy claims their effects on frames. The peer may accept any offer.
#[cfg(feature = "std")]
pub(crate) fn spoken(list: Option<&str>, among: &Extensions, claimed: u8) -> Result<(), Misuse> {
    let named = |element: &Element| {
        let mut ours = among.supported();
        ours.any(|info| info.tokens.contains(&element.token.as_str()))
    };
    let mut others = elements(list.unwrap_or_default()).filter(|element| !named(element));
    let Some(other) = others.next().filter(|_| claimed == 0) else {
        return Ok(());
    };
    let known = crate::machine::extension::builtin::ALL.iter();
    let known = known
        .filter(|info| info.tokens.contains(&other.token.as_str()))
        .max_by_key(|info| info.issued);
    Err(Misuse::Unspoken(
        known.map_or("of that name", |info| info.short),
    ))
}

/// The fields that determine where the content of a message ends (RFC 9112 §6.3).
pub(super) const FRAMING: [&str; 2] = ["Content-Length", "Transfer-Encoding"];

/// The fields with this name.
fn named<'f>(
    fields: &'f [(&'f str, &'f str)],
    name: &'f [u8],
) -> impl Iterator<Item = (&'f str, &'f str)> {
    let fields = fields.iter().copied();
    fields.filter(move |(other, _)| other.as_bytes().eq_ignore_ascii_case(name))
}

/// Adds further fields to the head at the end of `out`. A field replaces an existing one of the
/// same name; other fields are appended. Returns whether any field was replaced.
pub(super) fn insert_fields(out: &mut Vec<u8>, fields: &[(&str, &str)]) -> bool {
    const LINE_END: &[u8] = b"\r\n";
    if fields.is_empty() {
        return false;
    }
    let head = core::mem::take(out);
    let mut replaced = Vec::new();
    let mut lines = head.split_inclusive(|&byte| byte == b'\n');
    out.extend_from_slice(lines.next().unwrap_or_default());
    for line in lines.filter(|line| *line != LINE_END) {
        let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
        let mut given = named(fields, name).peekable();
        if given.peek().is_none() {
            out.extend_from_slice(line);
        } else if lists::add(&mut replaced, name.to_ascii_lowercase()) {
            given.for_each(|(name, value)| support::push_field(out, name, value.as_bytes()));
        }
    }
    for (name, value) in fields {
        if !replaced.contains(&name.as_bytes().to_ascii_lowercase()) {
            support::push_field(out, name, value.as_bytes());
        }
    }
    out.extend_from_slice(LINE_END);
    !replaced.is_empty()
}
