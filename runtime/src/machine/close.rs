//! The closing handshake: what a close frame says, and how a connection ended.

use alloc::{boxed::Box, string::String, vec::Vec};

use crate::{
    machine::{error::ConnectionError, limits::Limit},
    protocol::{
        info::{CloseBody, CloseReply, Closing, Role},
        violation::Violation,
    },
};

/// What a close frame says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Close {
    /// The status code; `None` where the frame, or the draft, has none.
    pub code: Option<u16>,
    /// The reason, for people to read; U+FFFD stands in it for what is not UTF-8.
    pub reason: Box<str>,
}

impl Close {
    /// Reads the body of a close frame.
    #[must_use]
    pub fn read(body: &[u8], form: CloseBody) -> Self {
        match (form, body) {
            (CloseBody::Status, [high, low, reason @ ..]) => Self {
                code: Some(u16::from_be_bytes([*high, *low])),
                reason: String::from_utf8_lossy(reason).into(),
            },
            (
                CloseBody::Status | CloseBody::Empty | CloseBody::Opaque | CloseBody::Letter { .. },
                _,
            ) => Self::default(),
        }
    }
}

/// The body of a close frame that `from` sends of its own accord.
pub(crate) fn body(form: CloseBody, from: Role, code: Option<u16>, reason: &str) -> Vec<u8> {
    match (form, code) {
        (CloseBody::Status, Some(code)) => [&code.to_be_bytes(), reason.as_bytes()].concat(),
        (CloseBody::Letter { client, server }, _) => Vec::from([match from {
            Role::Client => client,
            Role::Server => server,
        }]),
        (CloseBody::Status | CloseBody::Empty | CloseBody::Opaque, _) => Vec::new(),
    }
}

/// The body with which `from` answers a close frame.
pub(crate) fn reply(closing: Closing, from: Role, received: &[u8]) -> Vec<u8> {
    match (closing.reply, received) {
        (CloseReply::Empty, _) => Vec::new(),
        (CloseReply::Echo, body) => body.into(),
        (CloseReply::EchoCode, [high, low, ..]) => Vec::from([*high, *low]),
        (CloseReply::EchoCode, _) => Vec::new(),
        (CloseReply::Letter, _) => body(closing.body, from, None, ""),
    }
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ending {
    /// Why.
    pub cause: Cause,
    /// Whose doing it was: the end that closed first, broke a rule, hit a limit or vanished.
    pub by: Role,
    /// The status code that the connection ended with, as the application sees it: that of
    /// the peer's close frame, or what the draft has for a frame without a code and for a
    /// connection without such a frame.
    pub code: Option<u16>,
    /// The reason in the peer's close frame.
    pub reason: Box<str>,
}

/// Why a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// Both ends closed it, in the way that the draft has for it.
    Clean,
    /// The peer broke a rule.
    Violation(Violation),
    /// A limit of this end was hit.
    Limit {
        /// The limit.
        limit: Limit,
        /// What it is set to, in the limit's [unit](Limit::unit).
        value: u64,
    },
    /// The peer went without closing.
    Vanished {
        /// Whether it went in the middle of a frame or of a message.
        partial: bool,
    },
}

impl Ending {
    /// Whether both ends closed the connection as the draft has it.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        matches!(self.cause, Cause::Clean)
    }

    /// The error that the connection ended with, if it failed.
    #[must_use]
    pub fn error(&self) -> Option<ConnectionError> {
        match &self.cause {
            Cause::Clean => None,
            Cause::Violation(violation) => Some(ConnectionError::Violation(violation.clone())),
            &Cause::Limit { limit, value } => Some(ConnectionError::Limit { limit, value }),
            &Cause::Vanished { partial } => Some(ConnectionError::Vanished { partial }),
        }
    }

    /// What this is to whoever has closed the connection: that the peer went without closing it,
    /// too, is no failure then.
    #[cfg(feature = "std")]
    pub(crate) fn closed(self) -> Result<Self, ConnectionError> {
        match self.error() {
            None | Some(ConnectionError::Vanished { .. }) => Ok(self),
            Some(error) => Err(error),
        }
    }
}
