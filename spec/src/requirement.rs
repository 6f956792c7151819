//! What rules require, by scope: the predicates of a rule, checked against its draft.
//!
//! A rule is written with predicates from one flat list, and the checks turn them, once, into
//! this model. What a predicate refers to is looked up there: a requirement has the values that
//! an input is compared with. Back ends match it exhaustively, so that a new predicate does not
//! compile before each of them knows it.

use crate::vocabulary::{Conversation, Expr, Grammar, Kind, Separator};

/// What a rule requires, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// Of the opening request.
    Request {
        /// When it holds; `None` for every request.
        when: Option<RequestCondition>,
        /// What is required.
        test: RequestTest,
    },
    /// Of the answer to it.
    Response {
        /// When it holds; `None` for every response.
        when: Option<ResponseCondition>,
        /// What is required.
        test: ResponseTest,
    },
    /// Of the head of a frame.
    Frame {
        /// When it holds; `None` for every frame.
        when: Option<FrameCondition>,
        /// What is required.
        test: FrameTest,
    },
    /// Of the payload of a message.
    Message(MessageTest),
    /// Of the body of a close frame.
    Close(CloseTest),
    /// Of what both ends do over time.
    Conversation(Conversation),
    /// Of what the wire does not show, for this reason.
    Hidden(String),
}

/// When a rule about requests holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestCondition {
    /// The request has this header field.
    Present(String),
}

/// When a rule about responses holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseCondition {
    /// The response has this header field.
    Present(String),
    /// The response accepts.
    Accepts,
    /// The response refuses.
    Refuses,
    /// The response has this status.
    StatusIs(u16),
    /// The response has this status, and only the rule of its version refuses the request.
    VersionRefused(u16),
}

/// When a rule about frames holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameCondition {
    /// The frame is a control frame.
    Control,
    /// The frame carries message data.
    Data,
    /// The frame starts a message.
    Starts,
    /// The frame is of this kind.
    Kind(Kind),
    /// A message is open.
    MessageOpen,
    /// No message is open.
    NoMessageOpen,
}

/// What is required of the header fields of a request or a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldTest {
    /// The field is there.
    Present(String),
    /// The field is not there.
    Absent(String),
    /// The field is there at most once.
    Once(String),
    /// No item of the list in the field, over all its occurrences, stands there twice.
    Distinct {
        /// Name of the field.
        field: String,
        /// What stands between the items.
        separator: Separator,
    },
    /// The field has no upper-case letter.
    LowerCase(String),
    /// Each occurrence of the field has a value of the grammar; for [`Grammar::Includes`], one of
    /// them.
    Conforms {
        /// Name of the field.
        field: String,
        /// What its value looks like.
        grammar: Grammar,
    },
    /// The fields stand in this order, and no others do.
    Order(Vec<String>),
    /// Those of these fields that are there come first, in this order and in this case.
    First(Vec<String>),
}

/// What is required of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestTest {
    /// It has this method.
    Method(String),
    /// Its minor version of HTTP/1 is at least this one.
    HttpVersion(u8),
    /// Its target is a path, or a URI with one of these schemes.
    Target(Vec<String>),
    /// Nothing follows its head before the answer.
    NothingFollows,
    /// Its header fields are like this.
    Field(FieldTest),
}

/// What is required of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseTest {
    /// Its minor version of HTTP/1 is at least this one.
    HttpVersion(u8),
    /// It has this status, or refuses.
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
    /// The field has the value of a field of the request.
    Echoes {
        /// Name of the field.
        field: String,
        /// Name of the request's field.
        of: String,
    },
    /// The bytes after its head are the ones that the draft computes.
    ComputedBody(Expr),
    /// The field names the connection's URL.
    Locates {
        /// Name of the field.
        field: String,
        /// Name of the request's field with the host.
        host: String,
    },
    /// The field names only what the request's field offered.
    Offered {
        /// Name of the field.
        field: String,
        /// Name of the request's field.
        of: String,
        /// What stands between the items of both.
        separator: Separator,
    },
    /// Its header fields are like this.
    Field(FieldTest),
}

/// What is required of the head of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameTest {
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
    /// A message is open.
    MessageOpen,
    /// No message is open.
    NoMessageOpen,
    /// The sender has not sent a close frame before.
    BeforeClose,
    /// A function of this name, which the author of a private dialect writes, says so.
    Function(String),
}

/// What is required of the payload of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageTest {
    /// The text is UTF-8.
    Utf8,
}

/// What is required of the body of a close frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseTest {
    /// It is empty or long enough for a status code.
    CodeComplete,
    /// The status code is one that may stand in a close frame.
    CodeAllowed,
    /// The reason is UTF-8.
    ReasonUtf8,
    /// It starts with the sender's letter.
    Letter {
        /// A client's byte.
        client: u8,
        /// A server's byte.
        server: u8,
    },
}
