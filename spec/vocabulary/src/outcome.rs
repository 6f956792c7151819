//! The outcomes of violations.

/// The outcome of a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Outcome {
    /// The receiver fails the connection with this close code.
    Fail(u16),
    /// The receiver fails the connection without a close code: the draft has none, or none is
    /// known.
    FailWithoutCode,
    /// The server refuses the request with this HTTP status code.
    Reject(u16),
    /// The server refuses the request with this HTTP status code and a list of the versions that it
    /// supports.
    RejectWithVersions(u16),
    /// The receiver aborts the handshake without a response.
    Abort,
    /// The receiver replaces the invalid bytes with U+FFFD and delivers the message.
    Replace,
    /// The receiver discards the frame. An observer reports the violation.
    Discard,
    /// The receiver drops the channel with this drop code; the other channels go on.
    Drop(u16),
    /// The receiver drops the channel without a drop code; the other channels go on.
    DropWithoutCode,
    /// The receiver drops the control channel with this drop code, and then fails the physical
    /// connection.
    FailPhysical(u16),
    /// Nothing: no endpoint refuses anything. An observer reports the violation.
    Nothing,
}

impl Outcome {
    /// The close code that fails the connection.
    #[must_use]
    pub const fn close_code(self) -> Option<u16> {
        match self {
            Self::Fail(code) => Some(code),
            Self::FailWithoutCode
            | Self::Reject(_)
            | Self::RejectWithVersions(_)
            | Self::Abort
            | Self::Replace
            | Self::Discard
            | Self::Drop(_)
            | Self::DropWithoutCode
            | Self::FailPhysical(_)
            | Self::Nothing => None,
        }
    }

    /// The drop code that ends the channel, or the physical connection.
    #[must_use]
    pub const fn drop_code(self) -> Option<u16> {
        match self {
            Self::Drop(code) | Self::FailPhysical(code) => Some(code),
            Self::Fail(_)
            | Self::FailWithoutCode
            | Self::Reject(_)
            | Self::RejectWithVersions(_)
            | Self::Abort
            | Self::Replace
            | Self::Discard
            | Self::DropWithoutCode
            | Self::Nothing => None,
        }
    }

    /// Whether the connection or the handshake ends without an HTTP response.
    #[must_use]
    pub const fn fails(self) -> bool {
        match self {
            Self::Fail(_)
            | Self::FailWithoutCode
            | Self::Abort
            | Self::Drop(_)
            | Self::DropWithoutCode
            | Self::FailPhysical(_) => true,
            Self::Reject(_)
            | Self::RejectWithVersions(_)
            | Self::Replace
            | Self::Discard
            | Self::Nothing => false,
        }
    }

    /// The HTTP status code that refuses the request.
    #[must_use]
    pub const fn http_status(self) -> Option<u16> {
        match self {
            Self::Reject(status) | Self::RejectWithVersions(status) => Some(status),
            Self::Fail(_)
            | Self::FailWithoutCode
            | Self::Abort
            | Self::Replace
            | Self::Discard
            | Self::Drop(_)
            | Self::DropWithoutCode
            | Self::FailPhysical(_)
            | Self::Nothing => None,
        }
    }

    /// Whether the response lists the versions that the server supports.
    #[must_use]
    pub const fn lists_versions(self) -> bool {
        matches!(self, Self::RejectWithVersions(_))
    }

    /// Whether an endpoint that enforces the rule refuses, fails or corrects something.
    #[must_use]
    pub const fn is_enforced(self) -> bool {
        match self {
            Self::Fail(_)
            | Self::FailWithoutCode
            | Self::Reject(_)
            | Self::RejectWithVersions(_)
            | Self::Abort
            | Self::Replace
            | Self::Drop(_)
            | Self::DropWithoutCode
            | Self::FailPhysical(_) => true,
            Self::Discard | Self::Nothing => false,
        }
    }
}
