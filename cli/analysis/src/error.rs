//! Why an analysis ends early.

use std::{error, fmt, io};

/// A record could not be analysed to its end.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The record is damaged, or not of the format that it is read as.
    Invalid(String),
    /// Reading the record failed.
    Io {
        /// The name of the record.
        name: String,
        /// What the reader reported.
        error: io::Error,
    },
    /// The sink wants no more events.
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

/// A sink returns it to end the analysis: it wants no more events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the receiver of the events wants no more")
    }
}

impl error::Error for Stopped {}
