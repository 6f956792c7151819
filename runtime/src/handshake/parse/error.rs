//! Why a head cannot be read.

use core::fmt;

use super::HeadLimits;
use crate::machine::limits::Limit;

/// Why a head cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeadError {
    /// It has more bytes than [`HeadLimits::bytes`] allows.
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// It has more fields than [`HeadLimits::fields`] allows.
    TooManyFields {
        /// The limit.
        limit: usize,
    },
    /// It is not HTTP.
    Malformed {
        /// What is wrong with it.
        why: &'static str,
    },
    /// It has another HTTP version than HTTP/1, for example `HTTP/2.0` as text.
    Version,
    /// It requests an upgrade and has content, which could be confused with frames.
    Content {
        /// The header field that shows it.
        field: &'static str,
    },
}

impl fmt::Display for HeadError {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { limit } => write!(f, "the head has more than {limit} bytes"),
            Self::TooManyFields { limit } => {
                write!(f, "the head has more than {limit} header fields")
            }
            Self::Malformed { why } => write!(f, "the head is not HTTP: {why}"),
            Self::Version => f.write_str("the version of the head is not HTTP/1"),
            Self::Content { field } => write!(
                f,
                "the request has content, by its {field}, which an upgrade may not have: it could not be told from frames (RFC 9112 §6.3, RFC 9110 §7.8)"
            ),
        }
    }
}

impl core::error::Error for HeadError {}

impl HeadError {
    /// Its name in [metrics](crate::metrics::Metrics).
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => Limit::Head.name(),
            Self::TooManyFields { .. } => Limit::Fields.name(),
            Self::Malformed { .. } => "malformed",
            Self::Version => "http-version",
            Self::Content { .. } => "content",
        }
    }

    /// The HTTP status code for the response to it.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::TooLong { .. } | Self::TooManyFields { .. } => 431,
            Self::Malformed { .. } | Self::Content { .. } => 400,
            Self::Version => 505,
        }
    }

    #[inline]
    pub(super) fn from_http(error: httparse::Error, limits: &HeadLimits) -> Self {
        match error {
            httparse::Error::TooManyHeaders => Self::TooManyFields {
                limit: limits.fields,
            },
            httparse::Error::HeaderName => Self::Malformed {
                why: "a header field's name",
            },
            httparse::Error::HeaderValue => Self::Malformed {
                why: "a header field's value",
            },
            httparse::Error::NewLine => Self::Malformed {
                why: "the end of a line",
            },
            httparse::Error::Status => Self::Malformed {
                why: "the status line",
            },
            httparse::Error::Token => Self::Malformed {
                why: "the request line",
            },
            httparse::Error::Version => Self::Malformed {
                why: "the HTTP version",
            },
        }
    }
}
