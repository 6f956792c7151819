//! Closing: the body of close frames, and close codes.

/// The contents of a close frame's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CloseBody {
    /// Nothing.
    Empty,
    /// Any bytes; the draft defines no meaning for them.
    Opaque,
    /// One byte that identifies the sender.
    Letter {
        /// A client's byte.
        client: u8,
        /// A server's byte.
        server: u8,
    },
    /// Nothing, or a close code (two bytes, big-endian) and a reason in UTF-8.
    Status,
}

/// The body of the response to a close frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CloseReply {
    /// Nothing.
    Empty,
    /// The received body.
    Echo,
    /// The received close code, without the reason.
    EchoCode,
    /// The responding endpoint's own letter.
    Letter,
}

/// The cases in which the connection itself uses a close code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CodeUse {
    /// A regular closure.
    Normal,
    /// The endpoint goes away.
    GoingAway,
    /// A message or frame exceeds the receiver's limit.
    TooBig,
    /// Reported when a close frame contained no close code.
    NoStatus,
    /// Reported when the connection ended without a close frame.
    Abnormal,
    /// An unexpected condition.
    Internal,
    /// The peer violates a local policy, for example with an endless number of fragments.
    Policy,
    /// The endpoint is overloaded.
    Overloaded,
}

/// Who uses a range of close codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum RangeUse {
    /// Nobody; never on the wire.
    Unused,
    /// The protocol and its extensions; only defined codes are allowed on the wire.
    Protocol,
    /// The protocol, for codes that a later document defines and this draft is not known to define.
    /// Endpoints may send them and must accept them.
    Later,
    /// Libraries and applications, by registration.
    Registered,
    /// Private use.
    Private,
}

impl RangeUse {
    /// Whether codes of the range are allowed on the wire even if the draft does not define them.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Unused | Self::Protocol => false,
            Self::Later | Self::Registered | Self::Private => true,
        }
    }
}
