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
            Self::Io { error, .. } => Some(error),
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
