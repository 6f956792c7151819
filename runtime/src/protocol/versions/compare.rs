//! Display, comparison and arithmetic of versions.

use core::{
    cmp::Ordering,
    fmt,
    ops::{Add, Div, Mul, Rem, Sub},
};

use super::Version;

/// Writes the short name. Perl's class writes the number, and nothing for a draft from before there
/// was one. The number is [`Version::number`].
impl fmt::Display for Version {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.info.short)
    }
}

impl PartialEq for Version {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.info.name == other.info.name
    }
}

impl Eq for Version {}

/// Older drafts are smaller.
impl PartialOrd for Version {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank()
            .cmp(&other.rank())
            .then_with(|| self.info.name.cmp(other.info.name))
    }
}

/// Compares with the number on the wire, as a request states it. Drafts without one are unequal to
/// every number. Perl's class compares a number with the serial.
impl PartialEq<u16> for Version {
    #[inline]
    fn eq(&self, other: &u16) -> bool {
        self.info.wire_version == Some(*other)
    }
}

/// Compares with the number on the wire. Drafts without one are neither smaller nor larger.
impl PartialOrd<u16> for Version {
    #[inline]
    fn partial_cmp(&self, other: &u16) -> Option<Ordering> {
        Some(self.info.wire_version?.cmp(other))
    }
}

/// Compares with a name, in any spelling that [`Versions::find`](super::Versions::find) accepts.
impl PartialEq<str> for Version {
    #[inline]
    fn eq(&self, other: &str) -> bool {
        self.versions.find(other) == Some(*self)
    }
}

/// Compares with a name, in any spelling that [`Versions::find`](super::Versions::find) accepts.
impl PartialEq<&str> for Version {
    #[inline]
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

macro_rules! operators {
    ($($trait:ident $function:ident $method:ident),*) => {$(
        impl $trait<i32> for Version {
            type Output = Option<Self>;

            #[inline]
            fn $function(self, other: i32) -> Option<Self> {
                self.$method(other)
            }
        }
    )*};
}

// An operation without a resulting draft returns `None`.
operators!(Add add plus, Sub sub minus, Mul mul times, Div div divided_by, Rem rem modulo);
