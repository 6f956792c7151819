//! Identity and evidence: the dates of a draft and the sources of its facts.

use alloc::string::{String, ToString};
use core::fmt;

/// A calendar date, written `"2011-12-11"`, or `"2011-12"` if only the month is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Year of the Gregorian calendar.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31; `None` if only the month is known.
    pub day: Option<u8>,
}

impl Date {
    /// Reads `YYYY-MM-DD` or `YYYY-MM`. Returns `None` for anything that is not a calendar date.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let number = |part: Option<&str>, digits: usize| {
            part.filter(|part| part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()))?
                .parse()
                .ok()
        };
        let year: u16 = number(parts.next(), 4)?;
        let month = u8::try_from(number(parts.next(), 2)?)
            .ok()
            .filter(|month| (1..=12).contains(month))?;
        let day = match parts.next() {
            None => None,
            part => Some(u8::try_from(number(part, 2)?).ok()?),
        };
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 => 28 + u8::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let possible = day.is_none_or(|day| (1..=days).contains(&day));
        (possible && parts.next().is_none()).then_some(Self { year, month, day })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)?;
        self.day.map_or(Ok(()), |day| write!(f, "-{day:02}"))
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Date {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format_args!(
                "{text:?} is not a calendar date; write \"2011-12-11\", or \"2011-12\" if the day is not known"
            ))
        })
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Date {
    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A calendar date, or only a month if the day is not known.",
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$",
        })
    }
}

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Evidence {
    /// A section of an RFC: the RFC number and the section.
    Rfc(String, String),
    /// A verified erratum: the RFC number and the erratum ID.
    Erratum(String, u32),
    /// A heading of the pywebsocket developers' note on the history of the drafts.
    Note(String),
    /// A heading of the documentation of Perl's WebSocket::Version.
    Perl(String),
    /// The front page of a draft, seen in a stored copy; evidence for dates only.
    FrontPage(String),
    /// An implementation written while the draft was current: `owner/repo@commit`.
    Implementation(String),
    /// An IANA registry.
    Registry(String),
    /// A computation: what was computed.
    Computed(String),
    /// An inference from other evidence: the reasoning.
    Inferred(String),
    /// A statement by the author of a private dialect.
    Own(String),
    /// Recalled from memory, not verified.
    Recalled,
}

impl Evidence {
    /// The first and strongest of these as text; empty if there are none.
    #[must_use]
    pub fn citation(evidence: &[Self]) -> String {
        evidence.first().map(Self::to_string).unwrap_or_default()
    }

    /// Whether only memory or reasoning supports the fact.
    #[must_use]
    pub const fn is_unverified(&self) -> bool {
        matches!(self, Self::Recalled | Self::Inferred(_))
    }

    /// The kind of evidence, for counting.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Rfc(..) => "rfc",
            Self::Erratum(..) => "erratum",
            Self::Note(_) => "note",
            Self::Perl(_) => "perl",
            Self::FrontPage(_) => "front-page",
            Self::Implementation(_) => "implementation",
            Self::Registry(_) => "registry",
            Self::Computed(_) => "computed",
            Self::Inferred(_) => "inferred",
            Self::Own(_) => "own",
            Self::Recalled => "recalled",
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rfc(number, section) => write!(f, "RFC {number} §{section}"),
            Self::Erratum(number, erratum) => write!(f, "RFC {number} erratum {erratum}"),
            Self::Note(heading) => write!(f, "pywebsocket note, {heading}"),
            Self::Perl(heading) => write!(f, "WebSocket::Version, {heading}"),
            Self::FrontPage(draft) => write!(f, "front page of {draft}"),
            Self::Implementation(place) => f.write_str(place),
            Self::Registry(name) => write!(f, "IANA {name}"),
            Self::Computed(what) => write!(f, "computed: {what}"),
            Self::Inferred(how) => write!(f, "inferred: {how}"),
            Self::Own(text) => f.write_str(text),
            Self::Recalled => f.write_str("recalled, unverified"),
        }
    }
}

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ChangeKind {
    /// Implementations must behave differently.
    Semantic,
    /// Only the text changes.
    Editorial,
    /// A detail.
    Trivial,
}

/// How much of a draft the database contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Coverage {
    /// Everything that an implementation needs.
    #[default]
    Complete,
    /// The identity and some facts.
    Partial,
}
