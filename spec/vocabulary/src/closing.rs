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
    /// The endpoint does not take messages of this type.
    Unsupported,
    /// A gateway got no valid response from the server behind it.
    BadGateway,
}

/// Close codes that the connection itself uses, looked up in the draft's data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LocalCodes {
    /// A normal closure.
    pub normal: Option<u16>,
    /// This endpoint goes away.
    pub going_away: Option<u16>,
    /// A message or frame exceeds the receiver's limit.
    pub too_big: Option<u16>,
    /// Reported locally when a close frame had no code.
    pub no_status: Option<u16>,
    /// Reported locally when the connection ended without a close frame.
    pub abnormal: Option<u16>,
    /// The server encountered an unexpected condition.
    pub internal: Option<u16>,
    /// The peer violates a local policy, for example with endless fragments.
    pub policy: Option<u16>,
    /// This endpoint is overloaded.
    pub overloaded: Option<u16>,
    /// This endpoint does not take messages of this type.
    pub unsupported: Option<u16>,
    /// This endpoint is a gateway, and the server behind it has failed.
    pub bad_gateway: Option<u16>,
}

impl CodeUse {
    /// All uses.
    pub const ALL: [Self; 10] = [
        Self::Normal,
        Self::GoingAway,
        Self::TooBig,
        Self::NoStatus,
        Self::Abnormal,
        Self::Internal,
        Self::Policy,
        Self::Overloaded,
        Self::Unsupported,
        Self::BadGateway,
    ];
}

impl LocalCodes {
    /// The code for a use, if the draft has one.
    #[must_use]
    pub const fn of(&self, usage: CodeUse) -> Option<u16> {
        match usage {
            CodeUse::Normal => self.normal,
            CodeUse::GoingAway => self.going_away,
            CodeUse::TooBig => self.too_big,
            CodeUse::NoStatus => self.no_status,
            CodeUse::Abnormal => self.abnormal,
            CodeUse::Internal => self.internal,
            CodeUse::Policy => self.policy,
            CodeUse::Overloaded => self.overloaded,
            CodeUse::Unsupported => self.unsupported,
            CodeUse::BadGateway => self.bad_gateway,
        }
    }

    /// The code for a use, to be set.
    pub fn of_mut(&mut self, usage: CodeUse) -> &mut Option<u16> {
        match usage {
            CodeUse::Normal => &mut self.normal,
            CodeUse::GoingAway => &mut self.going_away,
            CodeUse::TooBig => &mut self.too_big,
            CodeUse::NoStatus => &mut self.no_status,
            CodeUse::Abnormal => &mut self.abnormal,
            CodeUse::Internal => &mut self.internal,
            CodeUse::Policy => &mut self.policy,
            CodeUse::Overloaded => &mut self.overloaded,
            CodeUse::Unsupported => &mut self.unsupported,
            CodeUse::BadGateway => &mut self.bad_gateway,
        }
    }
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
