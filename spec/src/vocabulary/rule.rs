//! Rules: what they ask for, when, and what breaking them leads to.

use serde::{Deserialize, Serialize};

/// How binding a rule is (RFC 2119).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Level {
    /// Required.
    Must,
    /// Recommended.
    Should,
    /// Allowed.
    May,
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Behaviour that no single exchange shows.
    Policy,
}

/// What a rule asks for, and when.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
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
    /// The response has the status of the status line.
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

    /// Documentation only.
    Documented,
}

/// What breaking a rule leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The offending bytes are replaced by U+FFFD.
    Replace,
    /// A receiver passes over the frame. Who only observes sees the rule broken.
    Discard,
    /// Nothing.
    Nothing,
}
