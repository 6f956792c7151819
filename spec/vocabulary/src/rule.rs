//! Rules: requirements and conditions.

use alloc::{string::String, vec::Vec};
use core::fmt;

/// The requirement level of a rule (RFC 2119).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Level {
    /// Allowed; never reported.
    May,
    /// Recommended: a violation is a note, which a strict policy turns into a failure.
    Should,
    /// Required: a violation fails the handshake or the connection.
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

/// The subject of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Scope {
    /// The opening request.
    Request,
    /// The response to it.
    Response,
    /// One frame, judged by its header.
    Frame,
    /// The payload of an assembled message.
    Message,
    /// The body of a close frame.
    Close,
    /// The behaviour of both endpoints over time. No single input shows a violation, but an
    /// observer of the whole connection sees it.
    Conversation,
    /// Behaviour that is not visible on the wire, for example a capability; not checked.
    Policy,
}

/// The requirement or the condition of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Default, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Predicate {
    /// Condition: always.
    #[default]
    Always,

    /// The request method is the one in the draft's request line.
    Method,
    /// The HTTP version is at least the one in the draft's request line or status line.
    HttpVersion,
    /// The request target has one of the forms in the draft's request line.
    Target,
    /// The response has the status code of the draft's status line, or refuses the request.
    Status,
    /// The response has the reason phrase of the draft's status line.
    Reason,
    /// The header field is present.
    Present(String),
    /// The header field is absent.
    Absent(String),
    /// The header field appears at most once.
    Once(String),
    /// No item appears twice in the list that all occurrences of the header field form.
    Distinct(String),
    /// The field value contains no upper-case letter.
    LowerCase(String),
    /// Each occurrence of the header field matches its grammar. For
    /// [`Grammar::Includes`](super::Grammar::Includes), one matching occurrence is enough.
    Conforms(String),
    /// Only these header fields appear, in this order.
    Order(Vec<String>),
    /// Those of these header fields that are present come first, in this order. Names are compared
    /// case-sensitively.
    First(Vec<String>),
    /// No bytes follow the request head before the response.
    NothingFollows,
    /// The response header field has the value that its source computes.
    Answers(String),
    /// The bytes after the response head are those that the draft computes.
    AnswersBody,
    /// The response header field contains the URL of the connection.
    Locates(String),
    /// The response header field contains only items that the request field with the same purpose
    /// offered.
    Offered(String),

    /// Condition: the response accepts the request. It has the status code of the draft's status
    /// line, or a status code below 300 and a header field whose value the draft computes from the
    /// request. A rule without this condition also applies to refusals.
    Accepts,
    /// Condition: the response refuses the request. It does not accept the request and is final
    /// (status code 200 or higher).
    Refuses,
    /// Condition: the response has this status code.
    StatusIs(u16),
    /// Condition: the response has this status code, and the rule on the version is the only
    /// refusing rule that the request violates. Nothing else on the wire can then be the cause of
    /// the refusal.
    VersionRefused(u16),

    /// Condition: the frame is a control frame.
    Control,
    /// Condition: the frame is a data frame.
    Data,
    /// Condition: the frame starts a message.
    Starts,
    /// Condition: the frame has this opcode.
    Opcode(String),
    /// The draft defines the opcode.
    KnownOpcode,
    /// Reserved bits that no extension claims are zero.
    ReservedClear,
    /// The payload length is encoded in the shortest form.
    MinimalLength,
    /// The bits of the length that the layout does not use are zero.
    LengthFits,
    /// The payload does not exceed this many bytes.
    PayloadAtMost(u64),
    /// The frame is the last one of its message.
    Final,
    /// The frame is masked.
    Masked,
    /// The frame is not masked.
    Unmasked,
    /// A message is open and can be continued.
    MessageOpen,
    /// No message is open.
    NoMessageOpen,
    /// The sender has not yet sent a close frame.
    BeforeClose,
    /// A function with this name, written by the author of a private dialect next to the generated
    /// code: `fn(&FrameHeader, &Context) -> bool`.
    Function(String),

    /// The text is valid UTF-8.
    Utf8,

    /// The body of the close frame is empty or long enough for a close code.
    CodeComplete,
    /// The close code is allowed in a close frame, whoever sends it.
    CodeAllowed,
    /// The reason is valid UTF-8.
    ReasonUtf8,
    /// The body of the close frame starts with the sender's letter.
    Letter,

    /// An endpoint responds to each ping with a pong that has the same payload. One pong may also
    /// respond to all earlier pings. No pong is due after a close frame has been received.
    PingAnswered,
    /// An endpoint that receives a close frame sends one, unless it has already sent one.
    CloseAnswered,
    /// A close frame that responds to another one has the same body.
    CloseBodyMatches,
    /// Masking keys are fresh: they are neither repeated nor zero.
    MaskingKeysVary,
    /// A client sends nothing between its request and the response.
    WaitsForResponse,
    /// The server, not the client, closes the transport after the closing handshake.
    ServerEndsTransport,

    /// Not checked; the text says why nothing on the wire shows a violation.
    Documented(String),
}

/// What shows whether a rule is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Visibility<'a> {
    /// The data that one endpoint sends: a head, a frame or a message.
    Input,
    /// The behaviour of both endpoints over time, to an observer of the whole connection.
    Conversation(Conversation),
    /// Nothing, for this reason.
    Hidden(&'a str),
}

/// The requirement of a rule on a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Conversation {
    /// An endpoint responds to each ping with a pong that has the same payload. One pong may also
    /// respond to all earlier pings. No pong is due after a close frame has been received.
    PingAnswered,
    /// An endpoint that receives a close frame sends one, unless it has already sent one.
    CloseAnswered,
    /// A close frame that responds to another one has the same body.
    CloseBodyMatches,
    /// Masking keys are fresh: they are neither repeated nor zero.
    MaskingKeysVary,
    /// A client sends nothing between its request and the response.
    WaitsForResponse,
    /// The server, not the client, closes the transport after the closing handshake.
    ServerEndsTransport,
}

impl<'a> Visibility<'a> {
    /// Converts the reason.
    pub fn map<'b>(self, text: impl FnOnce(&'a str) -> &'b str) -> Visibility<'b> {
        match self {
            Self::Input => Visibility::Input,
            Self::Conversation(asked) => Visibility::Conversation(asked),
            Self::Hidden(why) => Visibility::Hidden(text(why)),
        }
    }
}

impl Predicate {
    /// What shows whether a rule with this requirement is followed.
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
