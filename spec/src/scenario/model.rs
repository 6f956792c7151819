//! A file of scenarios, as written.

use serde::{Deserialize, Serialize};

use crate::{
    table::Table,
    vocabulary::{Evidence, Role},
};

/// A file of scenarios: a section of the conformance test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Scenarios {
    /// Name of the section. It starts the ids of its cases.
    pub section: String,
    /// Title of the section.
    pub title: String,
    /// Rules that bind only the sender: a receiver may tolerate a violation.
    #[serde(default)]
    pub tolerated: Table<String, Tolerated>,
    /// Rules that an answer may break, if all it does is to repeat what it answers.
    #[serde(default)]
    pub repeated: Table<String, Repeated>,
    /// Close codes with which an endpoint refuses what the protocol allows, for reasons of its own.
    #[serde(default)]
    pub declines: Table<u16, Vec<Evidence>>,
    /// Cases of the Autobahn testsuite that the inputs of rules cover, with the ids of these rules.
    /// The key is a number such as `3.1`, or `3.*`.
    #[serde(default)]
    pub covered: Table<String, Vec<String>>,
    /// Cases of the Autobahn testsuite that nothing covers, with the reason in one sentence.
    #[serde(default)]
    pub uncovered: Table<String, String>,
    /// The scenarios, by name.
    #[serde(default)]
    pub scenarios: Table<String, Scenario>,
}

/// Why a receiver may tolerate a violation of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Tolerated {
    /// One sentence.
    pub why: String,
    /// Whether a server that negotiates extensions must not tolerate the violation.
    #[serde(default)]
    pub unless_negotiated: bool,
    /// Close codes that fit the violation as well as the draft's own.
    #[serde(default)]
    pub codes: Vec<u16>,
    /// Evidence, strongest first.
    pub evidence: Vec<Evidence>,
}

/// Why an answer may break a rule by what it repeats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Repeated {
    /// One sentence.
    pub why: String,
    /// Close codes that no endpoint may repeat.
    #[serde(default)]
    pub except: Vec<u16>,
    /// Evidence, strongest first.
    pub evidence: Vec<Evidence>,
}

/// A conversation with the tested endpoint, which is called the peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// One sentence: what the peer must do.
    pub summary: String,
    /// The role of the peer; `None` if the scenario is for both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Role>,
    /// The draft from which on the scenario applies; all if it is `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Ids of the rules that the scenario is about. It applies to drafts that have all of them, or
    /// whose agreed extensions have.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Numbers of the cases in the Autobahn testsuite that the scenario covers, such as `5.6` or
    /// `12.1.*`.
    #[serde(default)]
    pub autobahn: Vec<String>,
    /// Payloads, by name. The scenario is played once for each, with the payload in place of
    /// `{each}`, and the name is added to the id.
    #[serde(default)]
    pub each: Table<String, Payload>,
    /// The opening handshake.
    #[serde(default)]
    pub opening: Opening,
    /// The conversation after it.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// Evidence, strongest first.
    pub evidence: Vec<Evidence>,
}

/// An opening handshake that differs from the usual one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Opening {
    /// Subprotocols to offer, if the peer is a server.
    pub subprotocols: Vec<String>,
    /// Extensions to offer, or to agree to if the peer is a client that offers one with this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extensions: Option<String>,
    /// Whether the peer must decline these extensions, and go on without them.
    pub declined: bool,
    /// Further header fields.
    pub fields: Table<String, String>,
    /// Header fields that only fill the head.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fillers: Option<Fillers>,
    /// How the header fields are written.
    #[serde(skip_serializing_if = "Spelling::is_usual")]
    pub spelling: Spelling,
    /// The value of the header field that states the version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Text to send before the head, for example an interim response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Send the head in writes of this many bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chopped: Option<usize>,
    /// Frames to send in the same write as the head.
    pub along: Vec<Part>,
    /// What the peer must do with it.
    pub outcome: Opened,
}

/// Header fields without a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Fillers {
    /// Number of fields.
    pub count: usize,
    /// Length of the value of each field.
    pub length: usize,
}

/// A way to write header fields. All of them mean the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Spelling {
    /// As the draft writes them.
    #[default]
    Usual,
    /// Names in lower-case letters.
    Lower,
    /// Names in upper-case letters.
    Upper,
    /// No space between the colon and the value.
    Tight,
    /// Spaces and tabs before and after the value.
    Loose,
}

impl Spelling {
    /// Whether the draft writes fields so.
    fn is_usual(&self) -> bool {
        *self == Self::Usual
    }
}

/// What the peer must do with an opening handshake.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Opened {
    /// It accepts.
    #[default]
    Accepted,
    /// It may accept, and may refuse.
    Either,
    /// It refuses. A response with one of these statuses is strict, another refusal is lenient.
    Refused(Vec<u16>),
}

/// A step of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Step {
    /// Sends these parts in one write.
    Send(Vec<Part>),
    /// Sends these parts in writes of so many bytes.
    Chopped(usize, Vec<Part>),
    /// Takes these steps so many times.
    Repeat(u32, Vec<Self>),
    /// The peer answers all of this, pongs in their order and all else in its own.
    Expect(Vec<Answer>),
    /// The peer answers one of these.
    OneOf(Vec<Choice>),
    /// What was sent breaks the rule with this id, and the peer does what the rule says.
    Breaks(String),
    /// As [`Breaks`](Self::Breaks), and at once. If nothing comes, these parts complete what was
    /// sent, and a peer that reacts only then is lenient.
    BreaksAtOnce(String, Vec<Part>),
    /// The connection still works: the peer answers a ping or echoes a message.
    Probe,
    /// Waits for so many milliseconds.
    Wait(u64),
    /// Ends the sending side of the transport.
    HalfClose,
}

/// Something to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Part {
    /// A text message in one frame.
    Text(Payload),
    /// A binary message in one frame.
    Binary(Payload),
    /// A ping.
    Ping(Payload),
    /// A pong.
    Pong(Payload),
    /// A close frame with a code and a reason.
    Close(u16, String),
    /// A close frame with an empty body, or in the draft's only form.
    CloseEmpty,
    /// A frame with this body.
    Frame {
        /// What it is.
        kind: FrameKind,
        /// Whether further frames of the message follow.
        #[serde(default)]
        more: bool,
        /// The reserved bits that are set: bit 0 is the first one of the layout.
        #[serde(default)]
        reserved: u8,
        /// The payload.
        #[serde(default)]
        payload: Payload,
    },
    /// A message that the agreed extensions encode, in this many frames.
    Coded {
        /// Text or binary.
        kind: FrameKind,
        /// The payload before the extensions encode it.
        payload: Payload,
        /// Number of frames.
        #[serde(default = "one")]
        frames: usize,
    },
    /// A message in frames of so many bytes of payload each.
    Fragmented {
        /// Text or binary.
        kind: FrameKind,
        /// Bytes of payload in each frame; the last one has the rest.
        size: usize,
        /// The payload of the message.
        payload: Payload,
    },
    /// The start of a data frame without its payload, though it claims so many bytes.
    Head(FrameKind, u64),
    /// Only the first bytes of another part.
    First(usize, Box<Self>),
    /// All but the first bytes of another part.
    After(usize, Box<Self>),
    /// All but the last bytes of another part. Unlike the first bytes, these are payload in every
    /// draft and for each role.
    ButLast(usize, Box<Self>),
    /// Only the last bytes of another part.
    Last(usize, Box<Self>),
    /// These bytes, in place of a frame.
    Raw(Payload),
}

const fn one() -> usize {
    1
}

/// The kind of a frame to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum FrameKind {
    /// A frame that continues a message.
    Continuation,
    /// A frame that starts a text message.
    Text,
    /// A frame that starts a binary message.
    Binary,
    /// A close frame.
    Close,
    /// A ping.
    Ping,
    /// A pong.
    Pong,
}

/// Something that the peer sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Answer {
    /// A text message.
    Text(Payload),
    /// A binary message.
    Binary(Payload),
    /// A pong. Pongs that answer other pings may come before it.
    Pong(Payload),
    /// A close frame with one of these codes.
    Close(Vec<u16>),
    /// A close frame with any body.
    AnyClose,
    /// A close frame with an empty body.
    CloseEmpty,
    /// The end of the transport.
    End,
}

/// A possible answer, and what it says of the peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What comes, in this order. Nothing at all means that the peer stays silent.
    pub answers: Vec<Answer>,
    /// What it says of the peer.
    pub means: Meaning,
    /// Why, in one sentence. Strict needs none.
    #[serde(default)]
    pub why: String,
}

/// What an answer says of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Meaning {
    /// The peer does what the specification says.
    Strict,
    /// The specification permits it, or does not forbid it.
    Lenient,
    /// The specification forbids it.
    Wrong,
}

/// A payload.
///
/// It is written as text, or as bytes in hex after `hex:`. A group of digits that ends in `*` and a
/// number is repeated: `"hex:6162*3"` has six bytes. `"noise:9"` has nine bytes that do not compress,
/// and `"letters:9"` nine letters without a pattern. `"{each}"` stands for a payload of
/// [`Scenario::each`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub enum Payload {
    /// No byte.
    #[default]
    Empty,
    /// The payload for which the scenario is played.
    Each,
    /// These bytes: pieces, each with the number of its repetitions.
    Bytes(Vec<(Vec<u8>, usize)>),
    /// So many bytes that look random, and are the same each time.
    Noise(usize),
    /// So many lower-case letters that look random, and are the same each time.
    Letters(usize),
}
