//! The checks of rules. Each scope has words of its own, and its emitter names each of them.

use wsdraft_spec::vocabulary::{Expr, Grammar, Role, Separator};

/// Words of checked requirements that need no lowering.
pub(crate) use wsdraft_spec::requirement::{CloseTest, FrameCondition};

/// A check of one rule.
#[derive(Clone, Debug)]
pub(crate) struct Guard<'a, Condition, Test> {
    /// For example `RFC 6455 §5.5, MUST: control-frame-length`.
    pub(crate) comment: String,
    pub(crate) variant: &'a str,
    /// The only endpoint that the rule concerns.
    pub(crate) by: Option<Role>,
    /// The condition; `None` if the rule always applies.
    pub(crate) when: Option<Condition>,
    pub(crate) test: Test,
}

/// A check of a rule about frames.
pub(crate) type FrameGuard<'a> = Guard<'a, FrameCondition, FrameTest<'a>>;

/// A check of a rule about the bodies of close frames.
pub(crate) type CloseGuard<'a> = Guard<'a, CloseCondition, CloseTest>;

/// A check of a rule about requests.
pub(crate) type RequestGuard<'a> = Guard<'a, RequestCondition, RequestTest<'a>>;

/// A check of a rule about responses.
pub(crate) type ResponseGuard<'a> = Guard<'a, ResponseCondition, ResponseTest<'a>>;

/// A requirement on a frame header.
#[derive(Clone, Debug)]
pub(crate) struct FrameTest<'a> {
    /// Index of the byte that breaks it.
    pub(crate) byte: usize,
    pub(crate) check: FrameCheck<'a>,
}

/// What is checked of a frame header.
#[derive(Clone, Debug)]
pub(crate) enum FrameCheck<'a> {
    KnownOpcode,
    /// For reserved bits in both bytes: those in the first one.
    ReservedClear(Option<u8>),
    /// The extended forms, by their number of bits, and the maximum length of the next shorter
    /// form.
    MinimalLength(Vec<(u8, u64)>),
    /// The extended forms with unused bits, by their number of bits, and the minimum length that
    /// does not fit.
    LengthFits(Vec<(u8, u64)>),
    PayloadAtMost(u64),
    Final,
    Masked,
    Unmasked,
    MessageOpen,
    NoMessageOpen,
    BeforeClose,
    Function(&'a str),
}

/// Rules about close frames have no conditions.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CloseCondition {}

/// When a rule about requests applies. Fields are stated by their constants.
#[derive(Clone, Debug)]
pub(crate) enum RequestCondition {
    Present(String),
}

/// When a rule about responses applies. Fields are stated by their constants.
#[derive(Clone, Debug)]
pub(crate) enum ResponseCondition {
    Present(String),
    Accepts,
    Refuses,
    StatusIs(u16),
    VersionRefused(u16),
}

/// What is checked of the header fields of a request or a response, stated by their constants.
#[derive(Clone, Debug)]
pub(crate) enum FieldTest<'a> {
    Present(String),
    Absent(String),
    Once(String),
    Distinct(String, Separator),
    LowerCase(String),
    Conforms(String, &'a Grammar),
    Order(Vec<String>),
    First(Vec<String>),
}

/// What is checked of a request.
#[derive(Clone, Debug)]
pub(crate) enum RequestTest<'a> {
    Method(&'a str),
    HttpVersion(u8),
    Target(&'a [String]),
    NothingFollows,
    Field(FieldTest<'a>),
}

/// What is checked of a response. Its own fields are stated by their constants, those of the
/// request by their names.
#[derive(Clone, Debug)]
pub(crate) enum ResponseTest<'a> {
    HttpVersion(u8),
    Status(u16),
    Reason(&'a str),
    Computed {
        field: String,
        value: Value<'a>,
    },
    Echoes {
        field: String,
        of: &'a str,
    },
    ComputedBody(Value<'a>),
    Locates {
        field: String,
        host: &'a str,
    },
    Offered {
        field: String,
        of: &'a str,
        separator: Separator,
    },
    Field(FieldTest<'a>),
}

/// A computed value and what it depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    pub(crate) expr: &'a Expr,
    pub(crate) request: bool,
    pub(crate) response: bool,
    pub(crate) session: bool,
}

/// The SHA-1 hash of a value. No key is computed in another way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sha1<'a> {
    pub(crate) of: Value<'a>,
}
