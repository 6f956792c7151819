//! Why a client has no connection.

use alloc::{string::String, vec::Vec};
use core::fmt;

use crate::{
    handshake::{head::HeaderFields, parse::HeadError},
    machine::error::Misuse,
    protocol::{info::DraftInfo, violation::Violation},
};

mod debug;

/// Why there is no connection.
///
/// `Debug` shows the start of a refusal's body, as text.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientError {
    /// The response head is not HTTP, or is too large.
    Head(HeadError),
    /// The response violates a rule.
    Violation(Violation),
    /// There is no request: a value given for it must not appear in a request.
    Misuse(Misuse),
    /// The server refused: the status code of its response is not that of an upgrade.
    Refused {
        /// The status code.
        status: u16,
        /// The reason phrase.
        reason: String,
        /// The versions that the server lists.
        versions: Vec<u16>,
        /// The header fields as received, for example cookies or the target of a redirect.
        fields: HeaderFields,
        /// The body, cut to [`ClientOptions::refusal_body`](super::ClientOptions::refusal_body).
        body: Vec<u8>,
    },
    /// Nothing opens a connection of the draft over this version of HTTP.
    NoBootstrap {
        /// The draft.
        draft: &'static DraftInfo,
    },
    /// The server has not announced that it opens connections over this version of HTTP (RFC 8441
    /// §3). The request is not sent.
    NotAnnounced {
        /// The name of the setting that announces it.
        setting: &'static str,
    },
    /// The server sent one interim response after another (RFC 9110 §15.2).
    Interim {
        /// The maximum number to skip.
        limit: usize,
    },
}

impl ClientError {
    /// Its name in [metrics](crate::metrics::Metrics): the id of the rule that the server violated, or
    /// one of a fixed list.
    #[inline]
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Head(error) => error.name(),
            Self::Violation(violation) => violation.rule.id,
            Self::Misuse(_) => "misuse",
            Self::Refused { .. } => "refused",
            Self::Interim { .. } => "interim",
            Self::NoBootstrap { .. } | Self::NotAnnounced { .. } => "no-bootstrap",
        }
    }

    /// The rule that the server violated, and how; `None` if the cause is another.
    #[inline]
    #[must_use]
    pub const fn violation(&self) -> Option<&Violation> {
        match self {
            Self::Violation(violation) => Some(violation),
            _ => None,
        }
    }
}

impl fmt::Display for ClientError {
    #[inline]
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
                write!(f, "the server refused with status {status}")?;
                // Later versions of HTTP have none.
                if !reason.is_empty() {
                    write!(f, " {reason:?}")?;
                }
                if !versions.is_empty() {
                    write!(f, "; it supports the versions {versions:?}")?;
                }
                Ok(())
            }
            Self::NoBootstrap { draft } => write!(
                f,
                "no handshake opens a connection of {} over this version of HTTP",
                draft.short
            ),
            Self::NotAnnounced { setting } => write!(
                f,
                "the server does not announce that it opens connections over this version of HTTP: it has not sent {setting} with the value 1"
            ),
            Self::Interim { limit } => {
                write!(f, "the server sent more than {limit} interim responses")
            }
        }
    }
}

impl core::error::Error for ClientError {}
