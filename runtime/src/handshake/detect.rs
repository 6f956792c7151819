//! Detection of the drafts that a request can belong to.

use alloc::vec::Vec;
use core::{cmp::Reverse, fmt};

use crate::{
    handshake::parse::{self, HeadError, HeadLimits},
    protocol::{
        draft::Draft,
        fields::Fields,
        grammar::is_number,
        info::{DraftInfo, Purpose, SignInfo, SignTest},
        versions::{Version, Versions},
    },
};

/// What a request reveals about its draft.
#[derive(Clone, Debug)]
pub struct Detection {
    /// The first candidate that can be distinguished from an older one.
    pub draft: Option<&'static DraftInfo>,
    /// Every draft that the request can belong to: first the [likely](Self::likely) ones, then
    /// those whose [hints](SignInfo::hint) it lacks. Both groups start with the newest draft.
    pub candidates: Vec<&'static DraftInfo>,
    /// Number of likely candidates: the request also shows their hints.
    likely: usize,
    /// If the request belongs to no draft, the nearest one: first by the version that it states,
    /// then by its header fields.
    pub nearest: Option<&'static DraftInfo>,
    /// The version number in the request.
    pub wire_version: Option<u16>,
    /// The reasons: the signs of the draft that was found, or what rules out the nearest one.
    pub reasons: Vec<Reason>,
}

impl Detection {
    /// The candidates whose signs the request shows completely.
    #[inline]
    #[must_use]
    pub fn likely(&self) -> &[&'static DraftInfo] {
        &self.candidates[..self.likely.min(self.candidates.len())]
    }

    /// The draft that was found, or otherwise the nearest one.
    #[inline]
    #[must_use]
    pub fn draft_or_nearest(&self) -> Option<&'static DraftInfo> {
        self.draft.or(self.nearest)
    }
}

/// A sign that a request shows or lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reason {
    /// The draft that has the sign.
    pub draft: &'static DraftInfo,
    /// The sign.
    pub sign: &'static SignInfo,
    /// Whether the request shows it.
    pub holds: bool,
    /// Whether the request has the header field at all.
    pub present: bool,
}

impl fmt::Display for Reason {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = self.sign.header;
        let verb = if self.holds { "is" } else { "is not" };
        match self.sign.test {
            SignTest::Present if self.holds => write!(f, "{header} is there"),
            SignTest::Present => write!(f, "{header} is missing"),
            SignTest::Absent if self.holds => write!(f, "{header} is not there"),
            SignTest::Absent => write!(f, "{header} is there"),
            SignTest::OneOf(_) | SignTest::Exactly(_) if !(self.holds || self.present) => {
                write!(f, "{header} is missing")
            }
            SignTest::OneOf(values) => write!(f, "{header} {verb} {}", Alternatives(values)),
            SignTest::Exactly(value) => write!(f, "{header} {verb} exactly {value}"),
            SignTest::AbsentOr(values) => {
                write!(f, "{header} {verb} absent or {}", Alternatives(values))
            }
        }?;
        let short = self.draft.short;
        if self.holds {
            write!(f, " ({short})")
        } else if self.sign.hint {
            write!(f, ", which makes {short} less likely")
        } else {
            write!(f, ", which rules out {short}")
        }
    }
}

struct Alternatives(&'static [&'static str]);

impl fmt::Display for Alternatives {
    #[inline]
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
    let found = fields.first(sign.header);
    let is_one = |values: &[&str]| {
        found.is_some_and(|found| {
            values
                .iter()
                .any(|value| found.eq_ignore_ascii_case(value.as_bytes()))
        })
    };
    match sign.test {
        SignTest::Present => found.is_some(),
        SignTest::Absent => found.is_none(),
        SignTest::OneOf(values) => is_one(values),
        SignTest::AbsentOr(values) => found.is_none() || is_one(values),
        SignTest::Exactly(value) => found.is_some_and(|found| found == value.as_bytes()),
    }
}

/// How well a request matches a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It lacks a sign that every valid request shows.
    No,
    /// It lacks hints.
    Possible,
    /// It shows every sign.
    Likely,
}

fn fit(draft: &DraftInfo, fields: &Fields<'_>) -> Fit {
    let mut fit = match draft.signs {
        [] => Fit::No,
        _ => Fit::Likely,
    };
    for sign in draft.signs.iter().filter(|sign| !shows(sign, fields)) {
        if !sign.hint {
            return Fit::No;
        }
        fit = Fit::Possible;
    }
    fit
}

/// Whether a request can belong to a draft: it shows every sign of the draft except hints.
#[inline]
#[must_use]
pub fn matches(draft: &DraftInfo, fields: &Fields<'_>) -> bool {
    fit(draft, fields) > Fit::No
}

/// The index, in a list of drafts from the oldest to the newest, of the draft that is assumed for a
/// request.
#[must_use]
pub fn choose<D: Draft>(drafts: &[D], fields: &Fields<'_>) -> Option<usize> {
    let last = |wanted: Fit, hidden: bool| {
        drafts.iter().rposition(|draft| {
            let info = draft.info();
            (hidden || !info.undetectable) && fit(info, fields) == wanted
        })
    };
    last(Fit::Likely, false)
        .or_else(|| last(Fit::Likely, true))
        .or_else(|| last(Fit::Possible, false))
        .or_else(|| last(Fit::Possible, true))
}

/// The index, in a list of drafts from the oldest to the newest, of the draft that is nearest to a
/// request that belongs to none.
#[must_use]
pub fn nearest<D: Draft>(drafts: &[D], fields: &Fields<'_>) -> Option<usize> {
    let places = drafts.iter().enumerate();
    let nearest = places.max_by_key(|(_, draft)| Nearness::of(draft.info(), fields));
    nearest.map(|(at, _)| at)
}

/// How near a request is to a draft.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Nearness {
    /// It states a version of the draft.
    version: bool,
    /// It states some version, and the draft has a version field.
    versioned: bool,
    /// Number of its fields that the draft knows; irrelevant if it states a version.
    named: usize,
    /// Number of signs that rule the draft out; fewer is nearer.
    against: Reverse<usize>,
    /// The draft can be distinguished from an older one.
    detectable: bool,
}

impl Nearness {
    fn of(draft: &DraftInfo, fields: &Fields<'_>) -> Self {
        let known = |name: &str| {
            let mut headers = draft.request_headers.iter();
            headers.any(|header| header.name.eq_ignore_ascii_case(name))
        };
        let header = draft.request_header(Purpose::Version);
        let version = header.and_then(|header| version_in(header.name, fields));
        let versioned = header.is_some_and(|header| fields.get(header.name).is_some());
        Self {
            version: header
                .zip(version)
                .is_some_and(|(header, version)| header.versions.contains(&version)),
            versioned,
            named: if versioned {
                0
            } else {
                fields.iter().filter(|field| known(field.name)).count()
            },
            against: Reverse(
                draft
                    .signs
                    .iter()
                    .filter(|sign| !(sign.hint || shows(sign, fields)))
                    .count(),
            ),
            detectable: !draft.undetectable,
        }
    }
}

/// The version number in a header field.
fn version_in(header: &str, fields: &Fields<'_>) -> Option<u16> {
    let number = is_number(fields.get(header)?.value, 65_535)?;
    u16::try_from(number).ok()
}

/// Finds the drafts that a request can belong to, among these, which must be ordered from the
/// oldest to the newest as in [`drafts::ALL`](crate::drafts::ALL). A server with the same list uses
/// the draft that this finds.
pub fn detect<'d>(
    fields: &Fields<'_>,
    drafts: impl IntoIterator<Item = &'d dyn Draft>,
) -> Detection {
    let mut drafts: Vec<&'static DraftInfo> =
        drafts.into_iter().map(|draft| draft.info()).collect();
    drafts.reverse();
    let wire_version = drafts.iter().find_map(|info| {
        let header = info.request_header(Purpose::Version)?;
        version_in(header.name, fields)
    });
    let of = |wanted: Fit| {
        drafts
            .iter()
            .copied()
            .filter(move |info| fit(info, fields) == wanted)
    };
    let mut candidates: Vec<&'static DraftInfo> = of(Fit::Likely).collect();
    let likely = candidates.len();
    candidates.extend(of(Fit::Possible));
    let told = |part: &[&'static DraftInfo]| {
        let told = part.iter().find(|info| !info.undetectable);
        told.or_else(|| part.first()).copied()
    };
    let draft = told(&candidates[..likely]).or_else(|| told(&candidates[likely..]));
    let nearest = match draft {
        Some(_) => None,
        // The newest of those that are equally near.
        None => drafts
            .iter()
            .rev()
            .copied()
            .max_by_key(|info| Nearness::of(info, fields)),
    };
    let decisive = |reason: &Reason| draft.is_some() || !(reason.holds || reason.sign.hint);
    let reasons = draft.or(nearest).into_iter().flat_map(|draft| {
        draft.signs.iter().map(move |sign| Reason {
            draft,
            sign,
            holds: shows(sign, fields),
            present: fields.get(sign.header).is_some(),
        })
    });
    Detection {
        draft,
        candidates,
        likely,
        nearest,
        wire_version,
        reasons: reasons.filter(decisive).collect(),
    }
}

/// Finds the drafts that a request can belong to, from its head as received. Bytes after the head
/// are ignored.
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
/// The head is incomplete, is not HTTP, or exceeds the default [`HeadLimits`].
pub fn detect_head<'d>(
    bytes: &[u8],
    drafts: impl IntoIterator<Item = &'d dyn Draft>,
) -> Result<Detection, HeadError> {
    let limits = HeadLimits::default();
    let end = parse::after_fields(bytes).unwrap_or(bytes.len());
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

impl Versions {
    /// The draft that was detected: the newest candidate, or, if there is none, the newest draft
    /// with the version number in the request.
    #[inline]
    #[must_use]
    pub fn of_detection(self, found: &Detection) -> Option<Version> {
        let draft = found.draft.and_then(|draft| self.of(draft));
        draft.or_else(|| self.by_number(found.wire_version?))
    }

    /// The draft of a request, from its head as it was received, detected among the
    /// [built-in drafts](crate::drafts::ALL).
    ///
    /// # Errors
    /// As [`detect_head`].
    #[inline]
    pub fn of_head(self, head: &[u8]) -> Result<Option<Version>, HeadError> {
        let found = detect_head(head, crate::drafts::ALL.iter().copied())?;
        Ok(self.of_detection(&found))
    }
}
