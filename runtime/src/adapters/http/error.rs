//! Why a request is not upgraded, and the response to it.

use alloc::string::String;
use std::fmt;

use ::http::{Response, StatusCode, Version as HttpVersion};

use super::written::whole_response;
use crate::{
    handshake::{
        parse::HeadError,
        refusal::{Refusal, RefusalCause},
    },
    machine::error::Misuse,
    payload::entropy::NoEntropy,
    protocol::{
        info::{DraftInfo, RuleInfo},
        violation::Violation,
    },
};

/// Why a request is not upgraded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpgradeError {
    /// It does not request an upgrade, or violates a rule.
    Refused(Refusal),
    /// This version of HTTP has no upgrades, and nothing else opens a connection of the drafts over it.
    Version(HttpVersion),
    /// The draft has a rule on the order of header fields, and the order in the request is not
    /// known.
    Order {
        /// The draft.
        draft: &'static DraftInfo,
        /// The rule.
        rule: &'static RuleInfo,
    },
    /// A client of the draft would reject the response as the server writes it.
    Written {
        /// The draft.
        draft: &'static DraftInfo,
        /// What would be wrong with it.
        cause: RefusalCause,
    },
    /// A value that the application gave must not appear in the response.
    Misuse(Misuse),
    /// The server that received the request cannot hand over its connection.
    Unavailable,
    /// No randomness was available for the nonce of the response.
    Entropy,
}

impl UpgradeError {
    /// The rule that the request violates, or that the response would violate, and how.
    #[must_use]
    pub const fn violation(&self) -> Option<&Violation> {
        match self {
            Self::Refused(Refusal { cause, .. }) | Self::Written { cause, .. } => cause.violation(),
            _ => None,
        }
    }

    /// Its name in [metrics](crate::metrics::Metrics): the id of a rule, or one of a fixed list.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.cause.name(),
            Self::Version(_) => HeadError::Version.name(),
            Self::Order { rule, .. } => rule.id,
            Self::Written { .. } => "unwritable",
            Self::Misuse(_) => "misuse",
            Self::Unavailable => "unavailable",
            Self::Entropy => "entropy",
        }
    }

    /// The response to send to the client.
    #[must_use]
    pub fn response(&self) -> Response<String> {
        let (status, text) = match self {
            Self::Refused(refusal) if !refusal.response.is_empty() => {
                if let Some(response) = whole_response(&refusal.response) {
                    return response;
                }
                (400, self)
            }
            Self::Refused(_) => (400, self),
            Self::Version(_) => (505, self),
            Self::Order { .. } | Self::Written { .. } => (501, self),
            Self::Misuse(_) | Self::Unavailable | Self::Entropy => (500, self),
        };
        let mut response = Response::new(alloc::format!("{text}\n"));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
        response
    }
}

impl fmt::Display for UpgradeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Version(version) if cfg!(feature = "http2") => {
                write!(
                    f,
                    "nothing opens a connection of these drafts over {version:?}, or the server does not pass on the :protocol"
                )
            }
            Self::Version(version) => write!(
                f,
                "there are no upgrades in {version:?}, and the feature `http2` of wsdraft is off"
            ),
            Self::Order { draft, rule } => write!(
                f,
                "{} cannot be checked after the order of header fields was lost: {} ({})",
                draft.short, rule.summary, rule.id
            ),
            Self::Written { draft, cause } => {
                write!(
                    f,
                    "the answer that {} prescribes cannot be written by this server: ",
                    draft.short
                )?;
                match cause {
                    RefusalCause::Violation(violation) => violation.fmt(f),
                    RefusalCause::Head(error) => error.fmt(f),
                    _ => f.write_str("it would be refused"),
                }
            }
            Self::Misuse(misuse) => write!(f, "the server cannot answer: {misuse}"),
            Self::Unavailable => f.write_str("the server cannot hand over the connection"),
            Self::Entropy => NoEntropy.fmt(f),
        }
    }
}

impl std::error::Error for UpgradeError {}

impl From<NoEntropy> for UpgradeError {
    fn from(_: NoEntropy) -> Self {
        Self::Entropy
    }
}

impl From<Misuse> for UpgradeError {
    fn from(misuse: Misuse) -> Self {
        Self::Misuse(misuse)
    }
}

impl From<Refusal> for UpgradeError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
