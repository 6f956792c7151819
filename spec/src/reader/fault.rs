//! Errors, their places, and the names in them.

use ron::Error;

/// An error and where it is, in bytes.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) error: Error,
    /// The start of the last thing that was read, or of what stands where something else should.
    pub(crate) place: usize,
}

/// Something else stands where a group should.
pub(super) const fn not_a_group(name: &'static str) -> Error {
    if name.is_empty() {
        Error::ExpectedStructLike
    } else {
        Error::ExpectedNamedStructLike(name)
    }
}

/// Names the type or variant whose field an error is about.
pub(super) fn in_struct(mut error: Error, name: &str) -> Error {
    if let Error::NoSuchStructField { outer, .. }
    | Error::MissingStructField { outer, .. }
    | Error::DuplicateStructField { outer, .. } = &mut error
    {
        complete(outer, name);
    }
    error
}

/// Names the enumeration whose variant an error is about.
pub(super) fn in_enum(mut error: Error, name: &str) -> Error {
    if let Error::NoSuchEnumVariant { outer, .. } = &mut error {
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
