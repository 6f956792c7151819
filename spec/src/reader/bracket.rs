//! What stands around values.

use ron::Error;

use super::fault::Wrong;

/// What stands around values.
#[derive(Clone, Copy)]
pub(super) enum Bracket {
    List,
    Map,
    /// A group in parentheses, of a type with this name; without a name, of a variant or a tuple.
    Group(&'static str),
}

impl Bracket {
    pub(super) const fn start(self) -> u8 {
        match self {
            Self::List => b'[',
            Self::Map => b'{',
            Self::Group(_) => b'(',
        }
    }

    pub(super) const fn end(self) -> u8 {
        match self {
            Self::List => b']',
            Self::Map => b'}',
            Self::Group(_) => b')',
        }
    }

    /// Something else stands where the first one should.
    #[cold]
    pub(super) fn is_missing(self) -> Wrong {
        let error = match self {
            Self::List => Error::ExpectedArray,
            Self::Map => Error::ExpectedMap,
            Self::Group("") => Error::ExpectedStructLike,
            Self::Group(name) => Error::ExpectedNamedStructLike(name),
        };
        error.into()
    }

    /// Something else stands where the second one should.
    #[cold]
    pub(super) fn is_open(self) -> Wrong {
        let error = match self {
            Self::List => Error::ExpectedArrayEnd,
            Self::Map => Error::ExpectedMapEnd,
            Self::Group(_) => Error::ExpectedStructLikeEnd,
        };
        error.into()
    }
}
