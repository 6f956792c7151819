//! Version objects: a draft's place in the history of the protocol.
//!
//! A [`Version`] corresponds to an object of Perl's class `WebSocket::Version`, with that class's
//! errors corrected. Revision 0, negative serials and serial 0 can be looked up. `next` and
//! `previous` return the neighbour. Comparison is numeric. Operations return `None` instead of a
//! draft that never existed.
//!
//! | Perl | here |
//! |---|---|
//! | `new(13)` | [`Versions::by_number`], or [`Versions::find`] with `"13"` |
//! | `new("draft-ietf-hybi-17")` | [`Versions::find`] |
//! | `new_from_request($request)` | [`Versions::of_head`], `Versions::of_request` and `Versions::of_headers` with the feature `http`; for the candidates and the reasons, [`crate::detect`] |
//! | `get_dictionary(draft => …)` | [`Versions::find`] |
//! | `get_dictionary(type => …, revision => …)` | [`Versions::by_revision`] |
//! | `get_dictionary(serial => …)` | [`Versions::by_serial`] |
//! | `get_dictionary(version => …)` | [`Versions::by_number`] |
//! | an index into its list of drafts | [`Versions::by_offset`] |
//! | `as_string`, `numify`, `version` | [`Version::number`] |
//! | `draft` | [`Version::name`], [`Version::short`] |
//! | `type`, `revision`, `serial`, `offset`, `status` | the methods of these names; `type` is [`Version::series`] |
//! | `issued`, `expires` | [`Version::issued`], [`Version::expires`], as [`Date`] |
//! | `next`, `previous`, `prev` | [`Version::next`], [`Version::previous`]; the RFC follows the last draft |
//! | `+`, `-`, `*`, `/`, `%` | [`Version::plus`], [`Version::minus`], [`Version::times`], [`Version::divided_by`], [`Version::modulo`], or the operators |
//! | `bool` | a `Version` always exists; look-ups give `Option`. In Perl, hybi-00 and all before it are false |
//!
//! The text of a version, and the value it is compared by, differ from Perl. Perl uses the number
//! in one place and the serial in the other. Let `$v` and `v` be hybi-17, whose number is 13 and
//! whose serial is 17:
//!
//! | Perl | here | |
//! |---|---|---|
//! | `"$v"` is `13`; for hixie-76, undefined | `v.to_string()` is `hybi-17`; for hixie-76, `hixie-76` | [`Display`](fmt::Display) writes the name, which each draft has; the number is [`Version::number`] |
//! | `$v == 13` is false, `$v == 17` is true | `v == 13` is true, `v == 17` is false | a number is the one on the wire, as for [`Versions::by_number`]; for the other, compare [`Version::serial`] |
//! | `$v < 13`, `$v <=> 13` use 17 | `v < 13`, `v.partial_cmp(&13)` use 13 | a draft without a number is neither smaller nor larger |
//! | `$v == $w`, `$v < $w`, `$v <=> $w` use the serials | `v == w`, `v < w`, `v.cmp(&w)` use the place in the history | the RFC comes after hybi-17 |
//! | `$v cmp $w` compares serials as strings: 9 comes after 17 | `v.cmp(&w)` | numeric, as everywhere |
//! | `$v eq "draft-ietf-hybi-17"` compares 17 with that and is false | `v == "draft-ietf-hybi-17"` is true | any spelling that [`Versions::find`] knows, and `"13"` |
//! | `$v cmp "draft-ietf-hybi-16"` compares the names | `versions.find("draft-ietf-hybi-16")`, and `cmp` | a string has no order among drafts |
//! | `$v - 1` is hybi-16, `$v + 1` is undefined | `v - 1` is `Some` of hybi-16, `v + 1` is `None` | both count serials; the RFC counts as hybi-17, whose number it has |

#[cfg(doc)]
use core::fmt;

mod compare;

use crate::protocol::info::{Date, DraftInfo};

/// The identity of a draft.
#[derive(Debug)]
pub struct VersionInfo {
    /// Full name.
    pub name: &'static str,
    /// Short name.
    pub short: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// The series.
    pub series: &'static str,
    /// Revision within the series.
    pub revision: Option<u16>,
    /// Position in the history.
    pub serial: Option<i16>,
    /// Day of issue.
    pub issued: Option<Date>,
    /// Day of expiry.
    pub expires: Option<Date>,
    /// Its status.
    pub status: &'static str,
    /// The version number on the wire.
    pub wire_version: Option<u16>,
}

/// A table of drafts.
#[derive(Clone, Copy, Debug)]
pub struct Versions {
    table: &'static [VersionInfo],
}

impl Versions {
    /// A custom table: the newest draft first, then the drafts without a place in the history.
    #[must_use]
    pub const fn new(table: &'static [VersionInfo]) -> Self {
        Self { table }
    }

    /// The built-in table: every draft in the database.
    #[inline]
    #[must_use]
    pub fn built_in() -> Self {
        Self {
            table: crate::drafts::VERSIONS,
        }
    }

    fn pick(self, test: impl Fn(&VersionInfo) -> bool) -> Option<Version> {
        self.table
            .iter()
            .find(|info| test(info))
            .map(|info| Version {
                info,
                versions: self,
            })
    }

    /// Every draft, the newest first.
    #[inline]
    pub fn iter(self) -> impl Iterator<Item = Version> {
        self.table.iter().map(move |info| Version {
            info,
            versions: self,
        })
    }

    /// The newest draft with this number on the wire.
    #[inline]
    #[must_use]
    pub fn by_number(self, number: u16) -> Option<Version> {
        self.newest(number)
    }

    /// The draft with the largest serial among those with this number on the wire.
    #[inline]
    fn newest(self, number: u16) -> Option<Version> {
        let newest = self
            .iter()
            .filter(|version| version.info.wire_version == Some(number));
        newest.max_by_key(|version| version.info.serial)
    }

    /// The draft at this position in the history.
    #[inline]
    #[must_use]
    pub fn by_serial(self, serial: i16) -> Option<Version> {
        self.pick(|info| info.serial == Some(serial))
    }

    /// The draft at this [offset](Version::offset). Offset 0 is the last draft before the RFC.
    #[inline]
    #[must_use]
    pub fn by_offset(self, offset: u16) -> Option<Version> {
        self.iter()
            .find(|version| version.info.serial.is_some() && version.offset() == Some(offset))
    }

    /// The draft with this revision of a series.
    #[inline]
    #[must_use]
    pub fn by_revision(self, series: &str, revision: u16) -> Option<Version> {
        self.pick(|info| {
            info.series.eq_ignore_ascii_case(series) && info.revision == Some(revision)
        })
    }

    /// The version of a draft.
    #[inline]
    #[must_use]
    pub fn of(self, draft: &DraftInfo) -> Option<Version> {
        self.pick(|info| info.name == draft.name)
    }

    /// Finds a draft by any spelling of its name, or by its number on the wire. Letter case,
    /// separators and leading zeros do not matter. The spelling must contain the words of the short
    /// name, and may contain any other words of the full name.
    #[inline]
    #[must_use]
    pub fn find(self, spelling: &str) -> Option<Version> {
        let spelling = spelling.trim();
        if let Ok(number) = spelling.parse() {
            return self.by_number(number);
        }
        let exact = |name: &str| name.eq_ignore_ascii_case(spelling);
        self.pick(|info| {
            exact(info.short) || exact(info.name) || info.aliases.iter().any(|alias| exact(alias))
        })
        .or_else(|| self.pick(|info| spells(spelling, info)))
    }
}

/// Whether a spelling contains every word of the short name, and no word that the full name lacks.
#[inline]
fn spells(spelling: &str, info: &VersionInfo) -> bool {
    let has = |text: &str, word: &str| words(text).any(|other| same(other, word));
    words(info.short).all(|word| has(spelling, word))
        && words(spelling).all(|word| has(info.name, word) || has(info.short, word))
}

/// Runs of letters and runs of digits.
#[inline]
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    core::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        let first = rest.chars().next()?;
        let end = rest.find(|c: char| {
            !c.is_ascii_alphanumeric() || c.is_ascii_digit() != first.is_ascii_digit()
        });
        let (word, tail) = rest.split_at(end.unwrap_or(rest.len()));
        rest = tail;
        Some(word)
    })
}

#[inline]
fn same(a: &str, b: &str) -> bool {
    let number = |word: &str| word.parse::<u32>().ok();
    a.eq_ignore_ascii_case(b) || number(a).is_some_and(|value| number(b) == Some(value))
}

/// A draft's place in the history.
#[derive(Clone, Copy, Debug)]
pub struct Version {
    info: &'static VersionInfo,
    versions: Versions,
}

impl Version {
    /// The number on the wire, or `None` for drafts from before there was one.
    #[must_use]
    pub const fn number(self) -> Option<u16> {
        self.info.wire_version
    }

    /// Full name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.info.name
    }

    /// Short name.
    #[must_use]
    pub const fn short(self) -> &'static str {
        self.info.short
    }

    /// The series.
    #[must_use]
    pub const fn series(self) -> &'static str {
        self.info.series
    }

    /// Revision within the series.
    #[must_use]
    pub const fn revision(self) -> Option<u16> {
        self.info.revision
    }

    /// Position in the history. Positions are consecutive, and negative for drafts from before the
    /// working group.
    #[must_use]
    pub const fn serial(self) -> Option<i16> {
        self.info.serial
    }

    /// The number of newer drafts, without the RFC: the position in Perl's list. The RFC itself has
    /// the offset of the last draft, 0. A draft outside the history has none.
    #[inline]
    #[must_use]
    pub fn offset(self) -> Option<u16> {
        let newest = self
            .versions
            .table
            .iter()
            .filter_map(|info| info.serial)
            .max()?;
        let serial = self.is_historical().then(|| self.counted())?;
        u16::try_from(newest.checked_sub(serial?)?).ok()
    }

    /// Its status.
    #[must_use]
    pub const fn status(self) -> &'static str {
        self.info.status
    }

    /// Day of issue.
    #[must_use]
    pub const fn issued(self) -> Option<Date> {
        self.info.issued
    }

    /// Day of expiry.
    #[must_use]
    pub const fn expires(self) -> Option<Date> {
        self.info.expires
    }

    /// The next draft. The RFC follows the last draft.
    #[inline]
    #[must_use]
    pub fn next(self) -> Option<Self> {
        let later = |other: &Self| other.is_historical() && *other > self;
        let later = self.versions.iter().filter(later);
        later.min().filter(|_| self.is_historical())
    }

    /// The previous draft.
    #[inline]
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        let earlier = |other: &Self| other.is_historical() && *other < self;
        let earlier = self.versions.iter().filter(earlier);
        earlier.max().filter(|_| self.is_historical())
    }

    /// Whether it was published. A custom dialect has no place in the history.
    const fn is_historical(self) -> bool {
        self.info.serial.is_some() || self.info.issued.is_some()
    }

    /// The serial used for arithmetic: the version's own, or that of the draft with the same number
    /// on the wire.
    #[inline]
    fn counted(self) -> Option<i16> {
        self.info
            .serial
            .or_else(|| self.versions.newest(self.info.wire_version?)?.info.serial)
    }

    fn moved(self, change: impl FnOnce(i32) -> Option<i32>) -> Option<Self> {
        let serial = change(i32::from(self.counted()?))?;
        self.versions.by_serial(i16::try_from(serial).ok()?)
    }

    /// The draft whose serial is larger by this number, or `None` outside the history.
    #[inline]
    #[must_use]
    pub fn plus(self, drafts: i32) -> Option<Self> {
        self.moved(|serial| serial.checked_add(drafts))
    }

    /// The draft whose serial is smaller by this number, or `None` outside the history.
    #[inline]
    #[must_use]
    pub fn minus(self, drafts: i32) -> Option<Self> {
        self.moved(|serial| serial.checked_sub(drafts))
    }

    /// The draft whose serial is multiplied by this factor, or `None` outside the history.
    #[inline]
    #[must_use]
    pub fn times(self, factor: i32) -> Option<Self> {
        self.moved(|serial| serial.checked_mul(factor))
    }

    /// The draft whose serial is divided by this divisor, or `None` if the result is not a whole
    /// number.
    #[inline]
    #[must_use]
    pub fn divided_by(self, divisor: i32) -> Option<Self> {
        self.moved(|serial| {
            (serial.checked_rem(divisor)? == 0).then(|| serial.checked_div(divisor))?
        })
    }

    /// The draft whose serial is the remainder. As in Perl, the remainder has the sign of the
    /// divisor.
    #[inline]
    #[must_use]
    pub fn modulo(self, divisor: i32) -> Option<Self> {
        self.moved(|serial| {
            let remainder = serial.checked_rem(divisor)?;
            let fits = remainder == 0 || (remainder < 0) == (divisor < 0);
            if fits {
                Some(remainder)
            } else {
                remainder.checked_add(divisor)
            }
        })
    }

    /// The rank in the history. A draft without a serial comes after the draft with the same number
    /// on the wire, or at the end if there is none.
    #[inline]
    fn rank(self) -> (i32, u8) {
        let place = self.counted().map_or(i32::MAX, i32::from);
        (place, u8::from(self.info.serial.is_none()))
    }
}
