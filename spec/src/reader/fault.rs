//! Errors, their places, and the names in them.

use std::fmt;

use ron::Error;
use serde::de::{self, Expected, Unexpected};

/// An error and where it is.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) error: Error,
    /// The start of the last thing that was read, or of what stands where something else should:
    /// so many bytes stand before it.
    pub(crate) place: usize,
}

/// An error of `ron`, in a word: every value that is read passes one on, so its size decides how
/// long that code is.
#[derive(Debug)]
pub(crate) struct Wrong(pub(super) Box<Error>);

pub(crate) type Result<T> = std::result::Result<T, Wrong>;

impl From<Error> for Wrong {
    #[cold]
    fn from(error: Error) -> Self {
        Self(Box::new(error))
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error::custom(message).into()
    }

    #[cold]
    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Error::invalid_type(found, expected).into()
    }

    #[cold]
    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Error::invalid_value(found, expected).into()
    }

    #[cold]
    fn invalid_length(found: usize, expected: &dyn Expected) -> Self {
        Error::invalid_length(found, expected).into()
    }

    #[cold]
    fn unknown_variant(found: &str, expected: &'static [&'static str]) -> Self {
        Error::unknown_variant(found, expected).into()
    }

    #[cold]
    fn unknown_field(found: &str, expected: &'static [&'static str]) -> Self {
        Error::unknown_field(found, expected).into()
    }

    #[cold]
    fn missing_field(field: &'static str) -> Self {
        Error::missing_field(field).into()
    }

    #[cold]
    fn duplicate_field(field: &'static str) -> Self {
        Error::duplicate_field(field).into()
    }
}

/// Names the type or variant whose field an error is about.
#[cold]
pub(super) fn in_struct(mut error: Wrong, name: &str) -> Wrong {
    if let Error::NoSuchStructField { outer, .. }
    | Error::MissingStructField { outer, .. }
    | Error::DuplicateStructField { outer, .. } = &mut *error.0
    {
        complete(outer, name);
    }
    error
}

/// Names the enumeration whose variant an error is about.
#[cold]
pub(super) fn in_enum(mut error: Wrong, name: &str) -> Wrong {
    if let Error::NoSuchEnumVariant { outer, .. } = &mut *error.0 {
        complete(outer, name);
    }
    error
}

/// The innermost name counts, if there is one.
fn complete(outer: &mut Option<String>, name: &str) {
    if outer.is_none() && !name.is_empty() {
        *outer = Some(name.to_owned());
    }
}
