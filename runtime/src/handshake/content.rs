//! The content of opening requests, and of responses that refuse.

use super::given::FRAMING;
use crate::{handshake::parse::HeadError, protocol::fields::Fields};

/// Checks that a request has no content except the `owed` bytes that a draft puts after its head.
/// Other content could not be distinguished from frames: a server must receive it before it
/// switches protocols (RFC 9110 §7.8), and this one does not.
///
/// # Errors
/// [`HeadError::Content`].
pub fn check_content(fields: &Fields<'_>, owed: usize) -> Result<(), HeadError> {
    content(fields, owed).map_or(Ok(()), |field| Err(HeadError::Content { field }))
}

/// Whether a response with this status code may have content (RFC 9110 §15.3.5, §15.3.6 and
/// §15.4.5).
pub(crate) const fn may_have_content(status: u16) -> bool {
    !matches!(status, 204 | 205 | 304)
}

/// The header field that shows that a request has other content.
pub(super) fn content(fields: &Fields<'_>, owed: usize) -> Option<&'static str> {
    let [length, coding] = FRAMING;
    if !fields.include(FRAMING) {
        return None;
    }
    let may_be = |value: &[u8]| {
        let number = core::str::from_utf8(value).ok().filter(|text| {
            let mut digits = text.bytes();
            !text.is_empty() && digits.all(|digit| digit.is_ascii_digit())
        });
        let number = number.and_then(|digits| digits.parse::<usize>().ok());
        number.is_some_and(|number| number == 0 || number == owed)
    };
    if fields.first(coding).is_some() {
        return Some(coding);
    }
    let other = fields.values(length).any(|value| !may_be(value));
    other.then_some(length)
}
