//! Why a client gets no connection.

use alloc::{string::String, vec::Vec};
use core::fmt;

use crate::{handshake::parse::HeadError, machine::error::Misuse, protocol::violation::Violation};

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientError {
    /// The answer's head is not HTTP, or too large.
    Head(HeadError),
    /// The answer breaks a rule.
    Violation(Violation),
    /// There is no request: what was given for it may not stand in one.
    Misuse(Misuse),
    /// The server refused: it answered with another status than that of an upgrade.
    Refused {
        /// The status.
        status: u16,
        /// The reason phrase.
        reason: String,
        /// The versions that the server lists.
        versions: Vec<u16>,
        /// The header fields, as they were written; U+FFFD stands for what is not UTF-8.
        fields: Vec<(String, String)>,
        /// The body, up to 4 KiB of it.
        body: Vec<u8>,
    },
    /// The server sent one interim response after another (RFC 9110 §15.2).
    Interim {
        /// As many are passed over.
        limit: usize,
    },
}

impl ClientError {
    /// The rule that the server broke, and how; `None` where it is something else.
    #[must_use]
    pub const fn violation(&self) -> Option<&Violation> {
        match self {
            Self::Violation(violation) => Some(violation),
            _ => None,
        }
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head(error) => error.fmt(f),
            Self::Violation(violation) => violation.fmt(f),
            Self::Misuse(misuse) => misuse.fmt(f),
            Self::Refused {
                status,
                reason,
                versions,
                ..
            } => {
                write!(f, "the server refused with status {status} {reason:?}")?;
                if !versions.is_empty() {
                    write!(f, "; it speaks the versions {versions:?}")?;
                }
                Ok(())
            }
            Self::Interim { limit } => {
                write!(f, "the server sent more than {limit} interim responses")
            }
        }
    }
}

impl core::error::Error for ClientError {}
