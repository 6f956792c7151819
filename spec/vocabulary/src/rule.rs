//! Rules: what they ask for, when, and what breaking them leads to.

use alloc::{string::String, vec::Vec};
use core::fmt;

/// How binding a rule is (RFC 2119).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Level {
    /// Allowed; documentation only, never reported.
    May,
    /// Recommended: reported as a note, which a strict policy promotes to a failure.
    Should,
    /// Required: breaking it fails the handshake or the connection.
    Must,
}

impl Level {
    /// `MUST`, `SHOULD` or `MAY`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::May => "MAY",
            Self::Should => "SHOULD",
            Self::Must => "MUST",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Scope {
    /// The opening request.
    Request,
    /// The answer to it.
    Response,
    /// One frame, seen at its head.
    Frame,
    /// The payload of a whole message.
    Message,
    /// The body of a close frame.
    Close,
    /// What both ends do over time. No single input shows whether it is kept, but who watches
    /// the whole connection sees it.
    Conversation,
    /// Behaviour that the wire does not show, such as a capability; documentation only.
    Policy,
}

/// What a rule asks for, and when.
#[derive(Clone, Debug, PartialEq, Eq, Default, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Predicate {
    /// Always (a condition).
    #[default]
    Always,

    /// The request's method is the one of the request line.
    Method,
    /// The HTTP version is at least the one of the request line or the status line.
    HttpVersion,
    /// The request's target has one of the forms of the request line.
    Target,
    /// The response has the status of the status line, or refuses.
    Status,
    /// The response has the reason phrase of the status line.
    Reason,
    /// The header field is there.
    Present(String),
    /// The header field is not there.
    Absent(String),
    /// The header field is there at most once.
    Once(String),
    /// No item of the list in the header field, over all its occurrences, stands there twice.
    Distinct(String),
    /// The header field has no upper-case letter.
    LowerCase(String),
    /// Each occurrence of the header field has the value that its grammar asks for; for
    /// [`Grammar::Includes`](super::Grammar::Includes), one of them.
    Conforms(String),
    /// The header fields stand in this order, and no others do.
    Order(Vec<String>),
    /// Those of these header fields that are there come first, in this order and in this case.
    First(Vec<String>),
    /// Nothing follows the request's head before the answer.
    NothingFollows,
    /// The response's header field has the value that its source computes.
    Answers(String),
    /// The bytes after the response's head are the ones that the draft computes.
    AnswersBody,
    /// The response's header field names the connection's URL.
    Locates(String),
    /// The response's header field names only what the request's field of the same purpose
    /// offered.
    Offered(String),

    /// The response accepts (a condition): it has the status of the status line, or one below 300
    /// and a header field whose value the draft computes from the request. A rule without this
    /// condition binds refusals too.
    Accepts,
    /// The response refuses (a condition): it does not accept, and is final (a status of 200 or
    /// more).
    Refuses,
    /// The response has this status (a condition).
    StatusIs(u16),
    /// The response has this status, and the request breaks no rule that refuses it but that of its
    /// version (a condition): nothing else that the wire shows can be why it is refused.
    VersionRefused(u16),

    /// The frame is a control frame (a condition).
    Control,
    /// The frame carries message data (a condition).
    Data,
    /// The frame starts a message (a condition).
    Starts,
    /// The frame has this opcode (a condition).
    Opcode(String),
    /// The opcode is one that the draft defines.
    KnownOpcode,
    /// Reserved bits that no extension claims are zero.
    ReservedClear,
    /// The length is written in the shortest form.
    MinimalLength,
    /// The length leaves unused the bits that the layout does not count.
    LengthFits,
    /// The payload has at most this many bytes.
    PayloadAtMost(u64),
    /// The frame is the last one of its message.
    Final,
    /// The frame is masked.
    Masked,
    /// The frame is not masked.
    Unmasked,
    /// A message is open, so that there is something to continue.
    MessageOpen,
    /// No message is open.
    NoMessageOpen,
    /// The sender has not sent a close frame before.
    BeforeClose,
    /// A function of this name that the author of a private dialect writes beside the
    /// generated code: `fn(&Head, &Context) -> bool`.
    Function(String),

    /// The text is UTF-8.
    Utf8,

    /// The close frame's body is empty or long enough for a status code.
    CodeComplete,
    /// The status code is one that may stand in a close frame, whoever sends it.
    CodeAllowed,
    /// The reason is UTF-8.
    ReasonUtf8,
    /// The close frame's body starts with the sender's letter.
    Letter,

    /// Each ping is answered by a pong with its payload; one pong may answer the pings before it
    /// too. Who has received a close frame owes no pong.
    PingAnswered,
    /// Who receives a close frame, and has sent none, sends one.
    CloseAnswered,
    /// A close frame that answers another one has the same body.
    CloseBodyMatches,
    /// The keys that mask frames are fresh: not one key again and again, nor keys of zero.
    MaskingKeysVary,
    /// A client sends nothing between its request and the answer.
    WaitsForResponse,
    /// After the closing handshake the server ends the transport, not the client.
    ServerEndsTransport,

    /// Documentation only; why nothing on the wire shows whether it is kept.
    Documented(String),
}

/// What breaking a rule leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Outcome {
    /// The connection is failed with this close code.
    Fail(u16),
    /// The connection is failed, in a draft without close codes or without a known one.
    FailWithoutCode,
    /// The request is refused with this HTTP status.
    Reject(u16),
    /// The request is refused with this HTTP status, and with a list of the versions that
    /// the server speaks.
    RejectWithVersions(u16),
    /// The handshake is given up without an answer.
    Abort,
    /// The offending bytes are replaced by U+FFFD and the message is delivered.
    Replace,
    /// A receiver passes over the frame. Who only observes sees the rule broken.
    Discard,
    /// Nothing: no end refuses anything for it. Who observes sees the rule broken.
    Nothing,
}

impl Outcome {
    /// The close code with which the connection is failed.
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
            | Self::Nothing => None,
        }
    }

    /// Whether the connection or the handshake ends, without an answer of HTTP.
    #[must_use]
    pub const fn fails(self) -> bool {
        match self {
            Self::Fail(_) | Self::FailWithoutCode | Self::Abort => true,
            Self::Reject(_)
            | Self::RejectWithVersions(_)
            | Self::Replace
            | Self::Discard
            | Self::Nothing => false,
        }
    }

    /// The HTTP status with which the request is refused.
    #[must_use]
    pub const fn http_status(self) -> Option<u16> {
        match self {
            Self::Reject(status) | Self::RejectWithVersions(status) => Some(status),
            Self::Fail(_)
            | Self::FailWithoutCode
            | Self::Abort
            | Self::Replace
            | Self::Discard
            | Self::Nothing => None,
        }
    }

    /// Whether the answer lists the versions that the server speaks.
    #[must_use]
    pub const fn lists_versions(self) -> bool {
        matches!(self, Self::RejectWithVersions(_))
    }

    /// Whether an end that enforces the rule refuses or fails something, or mends it.
    #[must_use]
    pub const fn is_enforced(self) -> bool {
        match self {
            Self::Fail(_)
            | Self::FailWithoutCode
            | Self::Reject(_)
            | Self::RejectWithVersions(_)
            | Self::Abort
            | Self::Replace => true,
            Self::Discard | Self::Nothing => false,
        }
    }
}

/// How it is seen whether a rule is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Visibility<'a> {
    /// What one end sends shows it: a head, a frame or a message.
    Input,
    /// What both ends do over time shows it to who watches the whole connection.
    Conversation(Conversation),
    /// Nothing shows it, for this reason.
    Hidden(&'a str),
}

/// What a rule asks of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Conversation {
    /// Each ping is answered by a pong with its payload; one pong may answer the pings before it
    /// too. Who has received a close frame owes no pong.
    PingAnswered,
    /// Who receives a close frame, and has sent none, sends one.
    CloseAnswered,
    /// A close frame that answers another one has the same body.
    CloseBodyMatches,
    /// The keys that mask frames are fresh: not one key again and again, nor keys of zero.
    MaskingKeysVary,
    /// A client sends nothing between its request and the answer.
    WaitsForResponse,
    /// After the closing handshake the server ends the transport, not the client.
    ServerEndsTransport,
}

impl<'a> Visibility<'a> {
    /// The same with the reason as another text.
    pub fn map<'b>(self, text: impl FnOnce(&'a str) -> &'b str) -> Visibility<'b> {
        match self {
            Self::Input => Visibility::Input,
            Self::Conversation(asked) => Visibility::Conversation(asked),
            Self::Hidden(why) => Visibility::Hidden(text(why)),
        }
    }
}

impl Predicate {
    /// How it is seen whether a rule is kept that asks for this.
    #[must_use]
    pub fn visibility(&self) -> Visibility<'_> {
        Visibility::Conversation(match self {
            Self::PingAnswered => Conversation::PingAnswered,
            Self::CloseAnswered => Conversation::CloseAnswered,
            Self::CloseBodyMatches => Conversation::CloseBodyMatches,
            Self::MaskingKeysVary => Conversation::MaskingKeysVary,
            Self::WaitsForResponse => Conversation::WaitsForResponse,
            Self::ServerEndsTransport => Conversation::ServerEndsTransport,
            Self::Documented(why) => return Visibility::Hidden(why),
            Self::Always
            | Self::Method
            | Self::HttpVersion
            | Self::Target
            | Self::Status
            | Self::Reason
            | Self::Present(_)
            | Self::Absent(_)
            | Self::Once(_)
            | Self::Distinct(_)
            | Self::LowerCase(_)
            | Self::Conforms(_)
            | Self::Order(_)
            | Self::First(_)
            | Self::NothingFollows
            | Self::Answers(_)
            | Self::AnswersBody
            | Self::Locates(_)
            | Self::Offered(_)
            | Self::Accepts
            | Self::Refuses
            | Self::StatusIs(_)
            | Self::VersionRefused(_)
            | Self::Control
            | Self::Data
            | Self::Starts
            | Self::Opcode(_)
            | Self::KnownOpcode
            | Self::ReservedClear
            | Self::MinimalLength
            | Self::LengthFits
            | Self::PayloadAtMost(_)
            | Self::Final
            | Self::Masked
            | Self::Unmasked
            | Self::MessageOpen
            | Self::NoMessageOpen
            | Self::BeforeClose
            | Self::Function(_)
            | Self::Utf8
            | Self::CodeComplete
            | Self::CodeAllowed
            | Self::ReasonUtf8
            | Self::Letter => return Visibility::Input,
        })
    }
}
