//! Closing: the body of close frames, and close codes.

/// What the body of a close frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CloseBody {
    /// Nothing.
    Empty,
    /// Any bytes, without a meaning that the draft defines.
    Opaque,
    /// One byte that names the sender.
    Letter {
        /// A client's byte.
        client: u8,
        /// A server's byte.
        server: u8,
    },
    /// Nothing, or a status code (two bytes, big-endian) and a reason in UTF-8.
    Status,
}

/// What the answer to a close frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CloseReply {
    /// Nothing.
    Empty,
    /// What was received.
    Echo,
    /// The code that was received, without the reason.
    EchoCode,
    /// The answering end's own letter.
    Letter,
}

/// What the connection itself uses a close code for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CodeUse {
    /// An orderly end.
    Normal,
    /// This end goes away.
    GoingAway,
    /// A message or frame exceeds the receiver's limit.
    TooBig,
    /// Reported where a close frame had no code.
    NoStatus,
    /// Reported where the connection ended without a close frame.
    Abnormal,
    /// An unexpected condition.
    Internal,
    /// The peer breaks a local policy, for instance by endless fragments.
    Policy,
    /// This end is overloaded.
    Overloaded,
}

/// Who a range of close codes belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum RangeUse {
    /// Nobody; never on the wire.
    Unused,
    /// The protocol and its extensions; only defined codes may stand on the wire.
    Protocol,
    /// The protocol, for codes that this draft is not known to define and a later document names:
    /// ends may send them, and have to take them.
    Later,
    /// Registered by libraries and applications.
    Registered,
    /// Private use.
    Private,
}

impl RangeUse {
    /// Whether a code of the range may stand on the wire though the draft does not define it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Unused | Self::Protocol => false,
            Self::Later | Self::Registered | Self::Private => true,
        }
    }
}
