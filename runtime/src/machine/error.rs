//! Why something failed, sorted by who is to blame.

use core::fmt;

use crate::{
    machine::limits::Limit,
    payload::entropy::NoEntropy,
    protocol::{
        info::{Kind, RuleInfo},
        violation::Violation,
    },
};

/// Why a connection failed, or would not do what it was asked for.
///
/// Bytes that are still missing are no error, and neither is a peer's close.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionError {
    /// The peer broke a rule of the draft. The connection has failed.
    Violation(Violation),
    /// A limit of this end was hit: by the peer, and then the connection has failed; or by a
    /// message to be sent ([`Limit::WriteBuffer`], [`Limit::SendMemory`]), which was not taken and
    /// can be sent again once there is room.
    Limit {
        /// The limit.
        limit: Limit,
        /// What it is set to, in the limit's [unit](Limit::unit).
        value: u64,
    },
    /// The call makes no sense here. The connection is as it was.
    Misuse(Misuse),
    /// The peer is gone, without the closing handshake.
    Vanished {
        /// Whether it went in the middle of a frame or of a message.
        partial: bool,
    },
    /// The source of randomness failed; nothing can be masked, so nothing was sent.
    Entropy,
}

/// A call that makes no sense in the state in which the connection is, or in its draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misuse {
    /// This end has closed the connection, or it has ended.
    Closed,
    /// The draft has no frames of this kind.
    Unsupported(Kind),
    /// The draft has no messages in several frames.
    NoFragments,
    /// A message in several frames is not finished.
    MessageOpen,
    /// There is no message to continue.
    NoMessageOpen,
    /// What was to be sent as text is not UTF-8.
    NotText,
    /// The payload has the byte that would end the frame.
    Delimiter(u8),
    /// This end may not send this close code.
    CloseCode(u16),
    /// A reason for closing was given without a code.
    ReasonWithoutCode,
    /// No agreed extension claims the opcode, or a reserved bit, for the application.
    Unclaimed,
    /// The frame, the opening request, or the answer to one would break a rule of the draft.
    Breaks(&'static RuleInfo),
    /// What was given for the head of a request or a response may not stand there.
    Unfit {
        /// What it was given for.
        part: HeadPart,
        /// The first byte that may not stand there; `None` where it is empty and may not be.
        byte: Option<u8>,
    },
    /// A header field that is not the application's to give: it is part of the handshake itself,
    /// or says where the content of the message ends.
    Reserved(&'static str),
    /// The status of a response is not that of a final one, from 200 to 999.
    Status(u16),
    /// This extension was to be offered or agreed to, and this build cannot speak it.
    Unspoken(&'static str),
}

/// A part of the head of a request or a response that the application gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeadPart {
    /// The host.
    Host,
    /// Path and query.
    Resource,
    /// The origin.
    Origin,
    /// A subprotocol.
    Subprotocol,
    /// The list of extensions.
    Extensions,
    /// The cookies.
    Cookie,
    /// The name of a further header field.
    FieldName,
    /// The value of a further header field.
    FieldValue,
}

impl fmt::Display for HeadPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Host => "the host",
            Self::Resource => "the resource",
            Self::Origin => "the origin",
            Self::Subprotocol => "a subprotocol",
            Self::Extensions => "the list of extensions",
            Self::Cookie => "the cookies",
            Self::FieldName => "the name of a header field",
            Self::FieldValue => "the value of a header field",
        })
    }
}

/// A message that was not taken to be sent, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrySendError<M> {
    /// The message, as it was.
    pub message: M,
    /// Why it was not taken.
    pub error: ConnectionError,
}

impl<M> TrySendError<M> {
    /// Whether there was no room: the same message can be sent once there is.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        matches!(
            self.error,
            ConnectionError::Limit {
                limit: Limit::WriteBuffer | Limit::SendMemory,
                ..
            }
        )
    }
}

impl<M> fmt::Display for TrySendError<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<M: fmt::Debug> core::error::Error for TrySendError<M> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.error.source()
    }
}

impl ConnectionError {
    /// The rule that was broken, by the peer or by what was to be sent.
    #[must_use]
    pub const fn rule(&self) -> Option<&'static RuleInfo> {
        match self {
            Self::Violation(violation) => Some(violation.rule),
            Self::Misuse(Misuse::Breaks(rule)) => Some(rule),
            _ => None,
        }
    }

    /// Whether the connection goes on as if the call had not been made.
    #[must_use]
    pub const fn is_recoverable(&self) -> bool {
        matches!(
            self,
            Self::Misuse(_)
                | Self::Limit {
                    limit: Limit::WriteBuffer | Limit::SendMemory,
                    ..
                }
                | Self::Entropy
        )
    }
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Violation(violation) => violation.fmt(f),
            Self::Limit { limit, value } => match limit.unit() {
                "" => write!(f, "{limit}: more than the limit of {value}"),
                unit => write!(f, "{limit}: more than the limit of {value} {unit}"),
            },
            Self::Misuse(misuse) => misuse.fmt(f),
            Self::Vanished { partial: false } => f.write_str("the peer left without closing"),
            Self::Vanished { partial: true } => {
                f.write_str("the peer left in the middle of a message")
            }
            Self::Entropy => NoEntropy.fmt(f),
        }
    }
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the connection is closed for sending"),
            Self::Unsupported(kind) => write!(f, "the draft has no {kind} frames"),
            Self::NoFragments => f.write_str("the draft has no messages in several frames"),
            Self::MessageOpen => f.write_str("a message in several frames is not finished"),
            Self::NoMessageOpen => f.write_str("there is no message to continue"),
            Self::NotText => f.write_str("text to be sent is not UTF-8"),
            Self::Delimiter(byte) => write!(
                f,
                "the payload has the byte 0x{byte:02x}, which ends a frame"
            ),
            Self::CloseCode(code) => write!(f, "close code {code} may not be sent from this end"),
            Self::ReasonWithoutCode => f.write_str("a reason for closing needs a code"),
            Self::Unclaimed => {
                f.write_str("no agreed extension claims this opcode, or a bit, for the application")
            }
            Self::Breaks(rule) => {
                write!(f, "this would break a rule: {} ({})", rule.summary, rule.id)
            }
            Self::Unfit { part, byte: None } => write!(f, "{part} is empty"),
            Self::Unfit {
                part,
                byte: Some(byte),
            } => write!(
                f,
                "{part} has the byte 0x{byte:02x}, which may not stand there"
            ),
            Self::Reserved(name) => write!(
                f,
                "the header field {name} is not the application's to give"
            ),
            Self::Status(status) => {
                write!(
                    f,
                    "{status} is not the status of a final response, from 200 to 999"
                )
            }
            Self::Unspoken(extension) => {
                write!(f, "the extension {extension} cannot be spoken here")
            }
        }
    }
}

impl core::error::Error for ConnectionError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Violation(violation) => Some(violation),
            Self::Misuse(misuse) => Some(misuse),
            _ => None,
        }
    }
}

impl core::error::Error for Misuse {}

impl From<Violation> for ConnectionError {
    fn from(violation: Violation) -> Self {
        Self::Violation(violation)
    }
}

impl From<Misuse> for ConnectionError {
    fn from(misuse: Misuse) -> Self {
        Self::Misuse(misuse)
    }
}

impl From<NoEntropy> for ConnectionError {
    fn from(_: NoEntropy) -> Self {
        Self::Entropy
    }
}
