//! Why an analysis ends early.

use std::{error, fmt, io};

/// The reason why a record could not be analysed completely.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The record is damaged, or it does not have the expected format.
    Invalid(String),
    /// Reading the record failed.
    Io {
        /// The name of the record.
        name: String,
        /// The error that the reader reported.
        error: io::Error,
    },
    /// The sink accepts no more events.
    Stopped,
}

impl Error {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(message) => f.write_str(message),
            Self::Io { name, error } => write!(f, "{name}: {error}"),
            Self::Stopped => Stopped.fmt(f),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            // The text includes that of the error.
            Self::Io { error, .. } => error.source(),
            Self::Invalid(_) | Self::Stopped => None,
        }
    }
}

impl From<Stopped> for Error {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

/// The error that a sink returns to stop the analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the receiver of the events wants no more")
    }
}

impl error::Error for Stopped {}

#[cfg(test)]
mod tests {
    use super::{Error, error::Error as _, io};

    #[test]
    fn the_source_is_not_said_twice() {
        let inner = io::Error::other("disk");
        let name = "record".to_owned();
        let error = Error::Io { name, error: inner };
        assert_eq!(error.to_string(), "record: disk");
        assert!(error.source().is_none());
    }
}
