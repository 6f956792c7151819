//! Errors of a connection, by who caused them.

use core::fmt;

use crate::{
    machine::limits::Limit,
    payload::entropy::NoEntropy,
    protocol::{
        info::{Kind, Role, RuleInfo},
        violation::Violation,
    },
};

/// Why a connection or a call on it failed.
///
/// Missing bytes are not an error, and neither is a close frame of the peer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionError {
    /// The peer violated a rule of the draft. The connection has failed.
    Violation(Violation),
    /// A limit of this endpoint was reached. If the peer reached it, the connection has failed. If a
    /// message to be sent reached it ([`Limit::WriteBuffer`], [`Limit::SendMemory`]), the message was
    /// not taken and can be sent again when there is room.
    Limit {
        /// The limit.
        limit: Limit,
        /// Its value, in the limit's [unit](Limit::unit).
        value: u64,
    },
    /// The call is not allowed. The connection has not changed.
    Misuse(Misuse),
    /// The peer left without the closing handshake.
    Vanished {
        /// Whether it left in the middle of a frame or of a message.
        partial: bool,
    },
    /// The peer left before the opening handshake was complete.
    LeftEarly {
        /// Its role.
        by: Role,
        /// What it had sent by then.
        sent: Sent,
    },
    /// The source of randomness failed, so nothing could be masked and nothing was sent.
    Entropy,
}

/// How much of its part of the opening handshake a peer has sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// No byte.
    Nothing,
    /// A part.
    Part,
    /// All of it.
    All,
}

/// A call that the state of the connection or its draft does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misuse {
    /// This endpoint has closed the connection, or the connection has ended.
    Closed,
    /// The draft has no frames of this kind.
    Unsupported(Kind),
    /// The draft has no fragmented messages.
    NoFragments,
    /// A fragmented message is not finished.
    MessageOpen,
    /// No fragmented message has begun.
    NoMessageOpen,
    /// The text to be sent is not valid UTF-8.
    NotText,
    /// The payload contains this byte, which would end the frame.
    Delimiter(u8),
    /// This endpoint must not send this close code.
    CloseCode(u16),
    /// A close reason was given without a code.
    ReasonWithoutCode,
    /// No agreed extension of the application claims the opcode or a reserved bit.
    Unclaimed,
    /// The frame, request or response would violate a rule of the draft.
    Breaks(&'static RuleInfo),
    /// A value for a request head or response head is not allowed there.
    Unfit {
        /// The part that the value is for.
        part: HeadPart,
        /// The first byte that is not allowed; `None` if the value is empty and must not be.
        byte: Option<u8>,
    },
    /// A header field that the application must not set, because it belongs to the handshake or
    /// delimits the content.
    Reserved(&'static str),
    /// The status code is not that of a final response, from 200 to 999.
    Status(u16),
    /// This build does not implement this extension, which was to be offered or agreed.
    Unspoken(&'static str),
}

/// A part of a request head or response head that the application sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeadPart {
    /// The host.
    Host,
    /// The path and the query.
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
    /// The user name for basic authentication, which cannot contain a colon (RFC 7617 §2).
    UserName,
}

impl fmt::Display for HeadPart {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Host => "the host",
            Self::Resource => "the resource",
            Self::Origin => "the origin",
            Self::Subprotocol => "a subprotocol",
            Self::Extensions => "the list of extensions",
            Self::Cookie => "the list of cookies",
            Self::FieldName => "the name of a header field",
            Self::FieldValue => "the value of a header field",
            Self::UserName => "the user name",
        })
    }
}

/// A message that was not taken for sending, and why.
///
/// With `?` it becomes a [`ConnectionError`] or the `Error` of a stream, without the message. A
/// `Box<dyn Error>` would have to keep the message: if it is borrowed, return
/// [`into_error`](Self::into_error).
///
/// ```
/// use wsdraft::{Limit, Misuse, TrySendError};
///
/// fn send(message: &str) -> Result<(), TrySendError<&str>> {
///     let error = Misuse::Closed.into();
///     Err(TrySendError { message, error })
/// }
///
/// fn short(message: &str) -> Result<(), wsdraft::ConnectionError> {
///     Ok(send(message)?)
/// }
///
/// fn boxed(message: &str) -> Result<(), Box<dyn std::error::Error>> {
///     Ok(send(message).map_err(TrySendError::into_error)?)
/// }
/// # assert_eq!(short("hello").unwrap_err().to_string(), boxed("hello").unwrap_err().to_string());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct TrySendError<M> {
    /// The unchanged message.
    pub message: M,
    /// Why it was not taken.
    pub error: ConnectionError,
}

impl<M> TrySendError<M> {
    /// Why the message was not taken, without the message.
    #[must_use]
    pub fn into_error(self) -> ConnectionError {
        self.error
    }

    /// Whether there was no room, so that the message can be sent when there is.
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

/// It has no message, which may be long or secret.
impl<M> fmt::Debug for TrySendError<M> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrySendError")
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// It has no source: the text includes that of the cause.
impl<M> core::error::Error for TrySendError<M> {}

impl<M> From<TrySendError<M>> for ConnectionError {
    fn from(error: TrySendError<M>) -> Self {
        error.error
    }
}

impl ConnectionError {
    /// The rule that the peer violated, or that the sent data would violate.
    #[must_use]
    pub const fn rule(&self) -> Option<&'static RuleInfo> {
        match self {
            Self::Violation(violation) => Some(violation.rule),
            Self::Misuse(Misuse::Breaks(rule)) => Some(rule),
            _ => None,
        }
    }

    /// Whether the connection can be used as if the call had not been made.
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
            Self::LeftEarly { by, sent } => {
                write!(f, "the {by} left ")?;
                f.write_str(match (by, sent) {
                    (Role::Client, Sent::Nothing) => "before it sent an opening request",
                    (Role::Client, Sent::Part) => "in the middle of the opening request",
                    (Role::Server, Sent::Nothing) => "before it answered the opening request",
                    (Role::Server, Sent::Part) => "in the middle of the opening response",
                    (_, Sent::All) => "before the opening handshake was complete",
                })
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

/// It has no source: the text includes that of the cause.
impl core::error::Error for ConnectionError {}

impl core::error::Error for Misuse {}

impl From<Violation> for ConnectionError {
    #[inline]
    fn from(violation: Violation) -> Self {
        Self::Violation(violation)
    }
}

impl From<Misuse> for ConnectionError {
    #[inline]
    fn from(misuse: Misuse) -> Self {
        Self::Misuse(misuse)
    }
}

impl From<NoEntropy> for ConnectionError {
    #[inline]
    fn from(_: NoEntropy) -> Self {
        Self::Entropy
    }
}
