//! The requirements of rules, by scope: predicates, checked against their draft.
//!
//! A rule is written with predicates from one flat list. The checks convert them once into this
//! model and look up everything that they refer to: a requirement contains the values for the
//! comparison with an input. Back ends match it exhaustively, so a new predicate does not compile
//! until each of them handles it.

use crate::vocabulary::{Conversation, Expr, Grammar, Kind, Separator};

/// The requirement of a rule and its condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// On the opening request.
    Request {
        /// The condition; `None` if it applies to every request.
        when: Option<RequestCondition>,
        /// The requirement.
        test: RequestTest,
    },
    /// On the response to it.
    Response {
        /// The condition; `None` if it applies to every response.
        when: Option<ResponseCondition>,
        /// The requirement.
        test: ResponseTest,
    },
    /// On a frame header.
    Frame {
        /// The condition; `None` if it applies to every frame.
        when: Option<FrameCondition>,
        /// The requirement.
        test: FrameTest,
    },
    /// On the payload of a message.
    Message(MessageTest),
    /// On the body of a close frame.
    Close(CloseTest),
    /// On the behaviour of both endpoints over time.
    Conversation(Conversation),
    /// On behaviour that is not visible on the wire, for this reason.
    Hidden(String),
}

/// The condition of a rule on requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestCondition {
    /// The request contains this header field.
    Present(String),
}

/// The condition of a rule on responses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseCondition {
    /// The response contains this header field.
    Present(String),
    /// The response accepts the request.
    Accepts,
    /// The response refuses the request.
    Refuses,
    /// The response has this status code.
    StatusIs(u16),
    /// The response has this status code, and only the rule on the version refuses the request.
    VersionRefused(u16),
}

/// The condition of a rule on frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameCondition {
    /// The frame is a control frame.
    Control,
    /// The frame is a data frame.
    Data,
    /// The frame starts a message.
    Starts,
    /// The frame has this kind.
    Kind(Kind),
    /// A message is open.
    MessageOpen,
    /// No message is open.
    NoMessageOpen,
}

/// A requirement on the header fields of a request or a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldTest {
    /// The field is present.
    Present(String),
    /// The field is absent.
    Absent(String),
    /// The field appears at most once.
    Once(String),
    /// No item appears twice in the list that all occurrences of the field form.
    Distinct {
        /// Name of the field.
        field: String,
        /// The separator of the items.
        separator: Separator,
    },
    /// The field value contains no upper-case letter.
    LowerCase(String),
    /// Each occurrence of the field matches the grammar. For [`Grammar::Includes`], one matching
    /// occurrence is enough.
    Conforms {
        /// Name of the field.
        field: String,
        /// The grammar of its value.
        grammar: Grammar,
    },
    /// Only these fields appear, in this order.
    Order(Vec<String>),
    /// Those of these fields that are present come first, in this order. Names are compared
    /// case-sensitively.
    First(Vec<String>),
}

/// A requirement on a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestTest {
    /// It has this method.
    Method(String),
    /// Its HTTP/1 minor version is at least this one.
    HttpVersion(u8),
    /// Its target is a path or a URI with one of these schemes.
    Target(Vec<String>),
    /// No bytes follow its head before the response.
    NothingFollows,
    /// Its header fields meet this requirement.
    Field(FieldTest),
}

/// A requirement on a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseTest {
    /// Its HTTP/1 minor version is at least this one.
    HttpVersion(u8),
    /// It has this status code or refuses the request.
    Status(u16),
    /// It has this reason phrase.
    Reason(String),
    /// The field has the value that the draft computes.
    Computed {
        /// Name of the field.
        field: String,
        /// Its value.
        value: Expr,
    },
    /// The field has the value of a request field.
    Echoes {
        /// Name of the field.
        field: String,
        /// Name of the request field.
        of: String,
    },
    /// The bytes after its head are those that the draft computes.
    ComputedBody(Expr),
    /// The field contains the URL of the connection.
    Locates {
        /// Name of the field.
        field: String,
        /// Name of the request field that contains the host.
        host: String,
    },
    /// The field contains only items that the request field offered.
    Offered {
        /// Name of the field.
        field: String,
        /// Name of the request field.
        of: String,
        /// The separator of the items in both fields.
        separator: Separator,
    },
    /// Its header fields meet this requirement.
    Field(FieldTest),
}

/// A requirement on a frame header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameTest {
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
    /// A message is open.
    MessageOpen,
    /// No message is open.
    NoMessageOpen,
    /// The sender has not yet sent a close frame.
    BeforeClose,
    /// A function with this name, written by the author of a private dialect, returns true.
    Function(String),
}

/// A requirement on the payload of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageTest {
    /// The text is valid UTF-8.
    Utf8,
}

/// A requirement on the body of a close frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseTest {
    /// It is empty or long enough for a close code.
    CodeComplete,
    /// The close code is allowed in a close frame.
    CodeAllowed,
    /// The reason is valid UTF-8.
    ReasonUtf8,
    /// It starts with the sender's letter.
    Letter {
        /// A client's byte.
        client: u8,
        /// A server's byte.
        server: u8,
    },
}
