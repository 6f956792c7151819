//! The closed vocabulary in which a draft is written.
//!
//! One form here has one emitter arm in the generator and one evaluator arm in the
//! interpreter. A draft that needs something else makes this vocabulary grow; it never makes
//! the generator know the draft.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// One of the two ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Role {
    /// The end that sends the opening request.
    Client,
    /// The end that answers it.
    Server,
}

/// A calendar date, written `"2011-12-11"`, or `"2011-12"` where only the month is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// Year.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, if known.
    pub day: Option<u8>,
}

impl Date {
    /// Reads `YYYY-MM-DD` or `YYYY-MM`; `None` for anything that is no day of the calendar.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let number = |part: Option<&str>, digits: usize| {
            part.filter(|part| part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()))?
                .parse()
                .ok()
        };
        let year: u16 = number(parts.next(), 4)?;
        let month = u8::try_from(number(parts.next(), 2)?)
            .ok()
            .filter(|month| (1..=12).contains(month))?;
        let day = match parts.next() {
            None => None,
            part => Some(u8::try_from(number(part, 2)?).ok()?),
        };
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 => 28 + u8::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let possible = day.is_none_or(|day| (1..=days).contains(&day));
        (possible && parts.next().is_none()).then_some(Self { year, month, day })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)?;
        self.day.map_or(Ok(()), |day| write!(f, "-{day:02}"))
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            de::Error::custom(format_args!(
                "{text:?} is no date of the calendar; write \"2011-12-11\", or \"2011-12\" where the day is not known"
            ))
        })
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Date {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A day of the calendar, or a month where only that is known.",
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$",
        })
    }
}

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Evidence {
    /// A section of an RFC: number and section.
    Rfc(String, String),
    /// A verified erratum: RFC number and erratum number.
    Erratum(String, u32),
    /// A heading of the pywebsocket developers' note on the history of the drafts.
    Note(String),
    /// A heading of the documentation of Perl's WebSocket::Version.
    Perl(String),
    /// The front page of a draft, seen in a stored copy; dates only.
    FrontPage(String),
    /// An implementation written while the draft was current: `owner/repo@commit`.
    Implementation(String),
    /// An IANA registry.
    Registry(String),
    /// Proven by computation: what was computed.
    Computed(String),
    /// Follows from other evidence, but is not stated by it: how.
    Inferred(String),
    /// The author of a private dialect says so.
    Own(String),
    /// Remembered, not verified.
    Recalled,
}

impl Evidence {
    /// Whether nothing outside somebody's memory or reasoning supports the fact.
    #[must_use]
    pub const fn is_unverified(&self) -> bool {
        matches!(self, Self::Recalled | Self::Inferred(_))
    }

    /// The kind of evidence, for counting.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Rfc(..) => "rfc",
            Self::Erratum(..) => "erratum",
            Self::Note(_) => "note",
            Self::Perl(_) => "perl",
            Self::FrontPage(_) => "front-page",
            Self::Implementation(_) => "implementation",
            Self::Registry(_) => "registry",
            Self::Computed(_) => "computed",
            Self::Inferred(_) => "inferred",
            Self::Own(_) => "own",
            Self::Recalled => "recalled",
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rfc(number, section) => write!(f, "RFC {number} §{section}"),
            Self::Erratum(number, erratum) => write!(f, "RFC {number} erratum {erratum}"),
            Self::Note(heading) => write!(f, "pywebsocket note, {heading}"),
            Self::Perl(heading) => write!(f, "WebSocket::Version, {heading}"),
            Self::FrontPage(draft) => write!(f, "front page of {draft}"),
            Self::Implementation(place) => f.write_str(place),
            Self::Registry(name) => write!(f, "IANA {name}"),
            Self::Computed(what) => write!(f, "computed: {what}"),
            Self::Inferred(how) => write!(f, "inferred: {how}"),
            Self::Own(text) => f.write_str(text),
            Self::Recalled => f.write_str("recalled, unverified"),
        }
    }
}

/// What a header field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Purpose {
    /// Names the protocol to switch to.
    Upgrade,
    /// Says that the connection is to be upgraded.
    Connection,
    /// The server's host and port.
    Host,
    /// Where the script that opens the connection came from.
    Origin,
    /// The client's challenge.
    Key,
    /// The server's answer to the challenge.
    Accept,
    /// A nonce of the server.
    Nonce,
    /// The protocol version.
    Version,
    /// Subprotocols offered or chosen.
    Subprotocol,
    /// Extensions offered or agreed.
    Extensions,
    /// The URL of the connection as the server sees it.
    Location,
    /// Cookies.
    Cookie,
    /// Anything else.
    Other,
}

/// What a header field's value looks like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Grammar {
    /// Exactly this text.
    Literal(String),
    /// This text, in any case.
    Keyword(String),
    /// A list of tokens that includes this one, in any case.
    Includes(String),
    /// A host, with or without a port.
    Host,
    /// An origin.
    Origin,
    /// A URL.
    Url,
    /// One or more printable ASCII characters, spaces included.
    Printable,
    /// One token of HTTP.
    Token,
    /// One or more tokens separated by commas.
    TokenList,
    /// One or more printable names separated by spaces.
    Words,
    /// One or more elements separated by commas, each of printable ASCII characters.
    List,
    /// Extensions with parameters whose values are tokens.
    Extensions,
    /// Extensions with parameters whose values are tokens or quoted-strings.
    QuotedExtensions,
    /// Base64 of this many bytes.
    Base64(usize),
    /// A number hidden among spaces and other characters: the digits, read as one number,
    /// are a multiple of the number of spaces.
    SpacedNumber,
    /// One of these version numbers; the first one is the one to send.
    Version(Vec<u16>),
    /// Version numbers separated by commas.
    Versions,
    /// Anything.
    Any,
}

/// What an implementation puts into a header field that it sends.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Source {
    /// It does not send the field.
    #[default]
    Nothing,
    /// This text.
    Text(String),
    /// What the application gives for the field's purpose; left out where it gives nothing.
    Given,
    /// Fresh random data in the form of the field's grammar.
    Random,
    /// The value of this expression.
    Value(Expr),
    /// The value of this field of the request; left out where that is absent.
    Echo(String),
    /// The connection's URL, built from the scheme, the request's host and its resource.
    Location,
    /// The version number to send.
    Version,
}

/// Bytes computed from a handshake or a frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Expr {
    /// Base64 with padding.
    Base64(Box<Self>),
    /// SHA-1, 20 bytes.
    Sha1(Box<Self>),
    /// MD5, 16 bytes.
    Md5(Box<Self>),
    /// All of these, one after the other.
    Concat(Vec<Self>),
    /// This text.
    Text(String),
    /// The value of a request's header field, as text.
    Header(String),
    /// The value of a response's header field, as text.
    ResponseHeader(String),
    /// The spaced number in a request's header field, as four bytes, big-endian.
    SpacedNumber(String),
    /// The bytes that follow the request's head.
    Body,
    /// The four bytes that precede a frame.
    FrameNonce,
    /// The key that the handshake derived.
    SessionKey,
}

impl Expr {
    /// Bytes that the value has; 0 where that depends on what is received.
    #[must_use]
    pub fn length(&self) -> usize {
        match self {
            Self::Sha1(_) | Self::SessionKey => 20,
            Self::Md5(_) => 16,
            Self::Base64(inner) => inner.length().div_ceil(3) * 4,
            Self::Concat(parts) => parts.iter().map(Self::length).sum(),
            Self::Text(text) => text.len(),
            Self::SpacedNumber(_) | Self::FrameNonce => 4,
            Self::Header(_) | Self::ResponseHeader(_) | Self::Body => 0,
        }
    }
}

/// How several values stand in one header field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// The whole value is one item.
    None,
    /// Commas, and header lines.
    Comma,
    /// Spaces.
    Space,
}

impl Grammar {
    /// How several values of this grammar stand in one header field.
    #[must_use]
    pub const fn separator(&self) -> Separator {
        match self {
            Self::Words => Separator::Space,
            Self::List
            | Self::TokenList
            | Self::Includes(_)
            | Self::Extensions
            | Self::QuotedExtensions
            | Self::Versions => Separator::Comma,
            _ => Separator::None,
        }
    }
}

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
    /// [`Grammar::Includes`], one of them.
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
    /// The status code is one that may stand in a close frame of its sender.
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

/// A part of a frame's first two bytes, from the most significant bit on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum LayoutField {
    /// One bit: 1 in the last frame of a message.
    Final,
    /// One bit: 1 in every frame of a message but the last.
    More,
    /// One reserved bit with a name.
    Reserved(String),
    /// The opcode, with this many bits.
    Opcode(u8),
    /// One bit: 1 where a masking key follows the length.
    Masked,
    /// The length, or a marker of an extended one, with this many bits.
    Length(u8),
}

/// A marker in the length field and the longer form that it announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Extended {
    /// The value of the length field.
    pub marker: u8,
    /// Bits that count, of the big-endian number that follows; the number fills whole bytes.
    pub bits: u8,
}

/// A range of frame types and how their payload is delimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TypeRange {
    /// First type byte.
    pub from: u8,
    /// Last type byte.
    pub to: u8,
    /// Where the payload ends.
    pub payload: Delimiter,
}

/// Where a payload ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Delimiter {
    /// Before the next byte of this value.
    Until(u8),
    /// After a number of bytes that precedes it, seven bits a byte, the most significant
    /// first, the top bit set on all but the last.
    Counted,
}

/// How a frame is laid out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Form {
    /// Two bytes of fields, an extended length, a masking key, a payload.
    Prefixed {
        /// The two bytes.
        fields: Vec<LayoutField>,
        /// The extended lengths.
        extended: Vec<Extended>,
    },
    /// A type byte and a delimited payload.
    Delimited {
        /// The types; all 256 values are covered once.
        types: Vec<TypeRange>,
    },
}

/// What a mask covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Cover {
    /// The payload; four bytes of key follow the length.
    Payload,
    /// The whole frame, from its first byte; four bytes precede it.
    Frame,
}

/// What a frame is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Kind {
    /// Continues the open message.
    Continuation,
    /// Starts a text message.
    Text,
    /// Starts a binary message.
    Binary,
    /// The closing handshake.
    Close,
    /// Asks for a pong.
    Ping,
    /// Answers a ping.
    Pong,
}

/// What the body of a close frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CloseBody {
    /// Nothing.
    Empty,
    /// Any bytes.
    Opaque,
    /// One byte that names the sender.
    Letter {
        /// A client's byte.
        client: u8,
        /// A server's byte.
        server: u8,
    },
    /// Nothing, or a status code and a reason.
    Status,
}

/// What the answer to a close frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CloseReply {
    /// Nothing.
    Empty,
    /// What was received.
    Echo,
    /// The code that was received.
    EchoCode,
    /// The answering end's own letter.
    Letter,
}

/// What the connection itself uses a close code for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CodeUse {
    /// An orderly end.
    Normal,
    /// This end goes away.
    GoingAway,
    /// A message or frame exceeds a limit.
    TooBig,
    /// Reported where a close frame had no code.
    NoStatus,
    /// Reported where the connection ended without a close frame.
    Abnormal,
    /// An unexpected condition.
    Internal,
    /// A local policy was broken.
    Policy,
}

/// Who a range of close codes belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum RangeUse {
    /// Nobody; never on the wire.
    Unused,
    /// The protocol and its extensions; only defined codes may stand on the wire.
    Protocol,
    /// Registered by libraries and applications.
    Registered,
    /// Private use.
    Private,
}

/// A sign by which a request shows which draft it follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SignTest {
    /// The header field is there.
    Present,
    /// It is not there.
    Absent,
    /// Its value is one of these.
    OneOf(Vec<String>),
    /// It is absent, or its value is one of these.
    AbsentOr(Vec<String>),
    /// Its value is this one, letter case included.
    Exactly(String),
}

/// What kind of change a note tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ChangeKind {
    /// It changes what implementations must do.
    Semantic,
    /// It changes the text only.
    Editorial,
    /// A detail.
    Trivial,
}

/// How much of a draft the database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Coverage {
    /// Everything needed to speak it.
    #[default]
    Complete,
    /// Its identity, and single facts.
    Partial,
}
