//! Which drafts a request can be of.

use alloc::vec::Vec;
use core::fmt;

use crate::{
    Draft,
    handshake::{Fields, HeadError, HeadLimits, parse},
    info::{DraftInfo, Purpose, SignInfo, SignTest},
};

/// What a request shows of its draft.
#[derive(Clone, Debug)]
pub struct Detection {
    /// The newest draft among the candidates, but for those that nothing tells from an older
    /// one.
    pub draft: Option<&'static DraftInfo>,
    /// Every draft that the request can be of: the newest first, then those that have no
    /// place in the history.
    pub candidates: Vec<&'static DraftInfo>,
    /// The version number that the request carries.
    pub wire_version: Option<u16>,
    /// Why: the signs of the draft that was found, or what kept each draft from being one.
    pub reasons: Vec<Reason>,
}

/// A sign that a request shows, or lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The draft whose sign it is.
    pub draft: &'static DraftInfo,
    /// The sign.
    pub sign: &'static SignInfo,
    /// Whether the request shows it.
    pub holds: bool,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = self.sign.header;
        let verb = if self.holds { "is" } else { "is not" };
        match self.sign.test {
            SignTest::Present if self.holds => write!(f, "{header} is there"),
            SignTest::Present => write!(f, "{header} is missing"),
            SignTest::Absent if self.holds => write!(f, "{header} is not there"),
            SignTest::Absent => write!(f, "{header} is there"),
            SignTest::OneOf(values) => write!(f, "{header} {verb} {}", Alternatives(values)),
            SignTest::Exactly(value) => write!(f, "{header} {verb} exactly {value}"),
            SignTest::AbsentOr(values) => {
                write!(f, "{header} {verb} absent or {}", Alternatives(values))
            }
        }?;
        if self.holds {
            write!(f, " ({})", self.draft.short)
        } else {
            write!(f, ", which rules out {}", self.draft.short)
        }
    }
}

struct Alternatives(&'static [&'static str]);

impl fmt::Display for Alternatives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, value) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(" or ")?;
            }
            f.write_str(value)?;
        }
        Ok(())
    }
}

fn shows(sign: &SignInfo, fields: &Fields<'_>) -> bool {
    let field = fields.get(sign.header);
    let is_one = |values: &[&str]| {
        field.is_some_and(|field| {
            values
                .iter()
                .any(|value| field.value.eq_ignore_ascii_case(value.as_bytes()))
        })
    };
    match sign.test {
        SignTest::Present => field.is_some(),
        SignTest::Absent => field.is_none(),
        SignTest::OneOf(values) => is_one(values),
        SignTest::AbsentOr(values) => field.is_none() || is_one(values),
        SignTest::Exactly(value) => field.is_some_and(|field| field.value == value.as_bytes()),
    }
}

/// Whether a request shows every sign of a draft.
#[must_use]
pub fn matches(draft: &DraftInfo, fields: &Fields<'_>) -> bool {
    !draft.signs.is_empty() && draft.signs.iter().all(|sign| shows(sign, fields))
}

/// The place, among drafts from the oldest to the newest, of the one that a request is taken
/// to be of.
#[must_use]
pub fn choose<D: Draft>(drafts: &[D], fields: &Fields<'_>) -> Option<usize> {
    let fits = |draft: &D| matches(draft.info(), fields);
    drafts
        .iter()
        .rposition(|draft| !draft.info().undetectable && fits(draft))
        .or_else(|| drafts.iter().rposition(fits))
}

/// Finds the drafts that a request can be of.
pub fn detect<'d>(
    fields: &Fields<'_>,
    drafts: impl IntoIterator<Item = &'d dyn Draft>,
) -> Detection {
    let mut candidates: Vec<&'static DraftInfo> = Vec::new();
    let mut wire_version = None;
    let mut against = Vec::new();
    for draft in drafts {
        let info = draft.info();
        if let Some(header) = info.request_header(Purpose::Version) {
            let number = fields
                .get(header.name)
                .and_then(|field| crate::grammar::is_number(field.value, 65_535));
            wire_version =
                wire_version.or_else(|| number.and_then(|number| u16::try_from(number).ok()));
        }
        match info.signs.iter().find(|sign| !shows(sign, fields)) {
            None if !info.signs.is_empty() => candidates.push(info),
            Some(sign) => against.push(Reason {
                draft: info,
                sign,
                holds: false,
            }),
            None => {}
        }
    }
    candidates.sort_by_key(|info| (info.serial.is_none(), core::cmp::Reverse(info.serial)));
    let told = candidates.iter().find(|info| !info.undetectable);
    let draft = told.or_else(|| candidates.first()).copied();
    let reasons = match draft {
        Some(draft) => draft
            .signs
            .iter()
            .map(|sign| Reason {
                draft,
                sign,
                holds: true,
            })
            .collect(),
        None => against,
    };
    Detection {
        draft,
        candidates,
        wire_version,
        reasons,
    }
}

/// Finds the drafts that a request can be of, from its head as it was received. What follows
/// the head is not looked at.
///
/// ```
/// # fn main() -> Result<(), wsdraft::handshake::HeadError> {
/// let head = b"GET / HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Version: 13\r\n\r\n";
/// let found = wsdraft::detect::detect_head(head, wsdraft::drafts::ALL.iter().copied())?;
/// assert_eq!(found.wire_version, Some(13));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The head is not complete, is not HTTP, or exceeds the default [`HeadLimits`].
pub fn detect_head<'d>(
    bytes: &[u8],
    drafts: impl IntoIterator<Item = &'d dyn Draft>,
) -> Result<Detection, HeadError> {
    let limits = HeadLimits::default();
    let end = memchr::memmem::find(bytes, b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
    let (head, body) = bytes.split_at(end);
    if head.len() > limits.bytes {
        return Err(HeadError::TooLong {
            limit: limits.bytes,
        });
    }
    parse::with_request(head, body, false, &limits, |request| {
        detect(&request.fields, drafts)
    })
}
