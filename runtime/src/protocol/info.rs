//! The static data of a draft in generated code.
//!
//! Everything in this module is plain data behind `&'static` references, so that a
//! [`Violation`](crate::Violation) can name its rule without owning anything. Generated
//! modules fill it in; the runtime only reads it.

use core::ops::RangeInclusive;

pub use wsdraft_vocabulary::{
    CloseBody, CloseReply, Conversation, Date, Kind, Level, Outcome, Purpose, Role, Scope,
    Separator, Visibility,
};

/// What a [`SignInfo`] asks of its header field.
pub type SignTest = wsdraft_vocabulary::SignTest<&'static str, &'static [&'static str]>;

/// One rule of a draft, as every violation of it cites it.
#[derive(Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Stable identifier, the same in every draft that has the rule.
    pub id: &'static str,
    /// Name of the variant in the generated `Rule` enum.
    pub variant: &'static str,
    /// How binding it is.
    pub level: Level,
    /// What it is about.
    pub scope: Scope,
    /// Who must keep it; `None` where both ends must.
    pub by: Option<Role>,
    /// One sentence: what is required.
    pub summary: &'static str,
    /// The strongest evidence, for instance `RFC 6455 §5.5`.
    pub citation: &'static str,
    /// All evidence, strongest first.
    pub evidence: &'static [&'static str],
    /// Short name of the draft that last stated the rule as it stands here.
    pub stated_in: &'static str,
    /// What breaking it leads to.
    pub outcome: Outcome,
    /// How it is seen whether it is kept.
    pub visibility: Visibility<'static>,
}

impl RuleInfo {
    /// Whether an end that enforces what drafts require refuses what breaks it: it is a MUST,
    /// and breaking it leads to something.
    #[must_use]
    pub const fn is_fatal(&self) -> bool {
        matches!(self.level, Level::Must) && self.outcome.is_enforced()
    }

    /// The close code that breaking this rule calls for, if any.
    #[must_use]
    pub const fn close_code(&self) -> Option<u16> {
        self.outcome.close_code()
    }

    /// The HTTP status that breaking this rule calls for, if any.
    #[must_use]
    pub const fn http_status(&self) -> Option<u16> {
        self.outcome.http_status()
    }
}

/// An opcode of a draft.
#[derive(Debug, PartialEq, Eq)]
pub struct OpcodeInfo {
    /// The value on the wire.
    pub value: u8,
    /// What it is for.
    pub kind: Kind,
    /// Its name in the draft's data.
    pub name: &'static str,
}

/// A close code that a draft defines.
#[derive(Debug, PartialEq, Eq)]
pub struct CloseCodeInfo {
    /// The code.
    pub code: u16,
    /// Its name, for instance `protocol-error`.
    pub name: &'static str,
    /// What it says, in one sentence.
    pub meaning: &'static str,
    /// Whether it may stand in a close frame; the others are only reported locally.
    pub on_wire: bool,
    /// Who sends it; `None` where both ends do. A receiver does not refuse it for that.
    pub by: Option<Role>,
}

impl CloseCodeInfo {
    /// Whether this end may send it.
    #[must_use]
    pub fn is_sent_by(&self, role: Role) -> bool {
        self.on_wire && self.by.is_none_or(|by| by == role)
    }
}

/// The closing handshake of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// What a close frame's body holds.
    pub body: CloseBody,
    /// What the answer carries.
    pub reply: CloseReply,
}

/// Close codes that the connection itself sends, looked up in the draft's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalCodes {
    /// An orderly end.
    pub normal: Option<u16>,
    /// This end goes away.
    pub going_away: Option<u16>,
    /// A message or frame exceeds the receiver's limit.
    pub too_big: Option<u16>,
    /// Reported locally when a close frame had no code.
    pub no_status: Option<u16>,
    /// Reported locally when the connection ended without a close frame.
    pub abnormal: Option<u16>,
    /// The server met an unexpected condition.
    pub internal: Option<u16>,
    /// The peer breaks a local policy, for instance by endless fragments.
    pub policy: Option<u16>,
    /// This end is overloaded.
    pub overloaded: Option<u16>,
}

/// A header field that a draft names.
#[derive(Debug, PartialEq, Eq)]
pub struct HeaderInfo {
    /// The field's name as the draft writes it.
    pub name: &'static str,
    /// What it is for.
    pub purpose: Purpose,
    /// How several values stand in it.
    pub separator: Separator,
    /// Whether a value in it may be a quoted-string (extension parameters).
    pub quoted: bool,
    /// The text that is always sent in it.
    pub text: Option<&'static str>,
    /// The version numbers that it may carry, in a request, the one to send first.
    pub versions: &'static [u16],
    /// Whether it is the answer to something in the request, from which its value is computed.
    pub answers: bool,
}

/// A sign by which a request shows which draft it follows.
#[derive(Debug, PartialEq, Eq)]
pub struct SignInfo {
    /// Name of the header field.
    pub header: &'static str,
    /// What it must be like.
    pub test: SignTest,
    /// Whether it rules nothing out: a request without it is only less likely of the draft, since
    /// no rule asks for it.
    pub hint: bool,
}

/// Everything static about a draft.
#[derive(Debug)]
pub struct DraftInfo {
    /// Full name, for instance `draft-ietf-hybi-thewebsocketprotocol-17`.
    pub name: &'static str,
    /// Short name, for instance `hybi-17`.
    pub short: &'static str,
    /// Other names that it goes by.
    pub aliases: &'static [&'static str],
    /// The series: `hixie`, `hybi`, `rfc`, or a private one.
    pub series: &'static str,
    /// The revision within the series.
    pub revision: Option<u16>,
    /// Position in the history; consecutive, negative before the working group took over.
    pub serial: Option<i16>,
    /// The number that names it on the wire.
    pub wire_version: Option<u16>,
    /// Its rules, in the order in which they are checked.
    pub rules: &'static [RuleInfo],
    /// Its opcodes.
    pub opcodes: &'static [OpcodeInfo],
    /// Bits of a frame's opcode or, where frames are delimited, of its type: 1 to 8.
    pub opcode_bits: u8,
    /// Its close codes.
    pub close_codes: &'static [CloseCodeInfo],
    /// Close codes that the connection itself uses.
    pub local_codes: LocalCodes,
    /// Its closing handshake; `None` where a connection just ends.
    pub closing: Option<Closing>,
    /// The rule that text must be UTF-8.
    pub text_rule: Option<&'static RuleInfo>,
    /// Names of the reserved bits, in the order of [`FrameHeader::reserved`](crate::FrameHeader::reserved)'s bits.
    pub reserved_bits: &'static [&'static str],
    /// Whether messages may be sent in several frames.
    pub fragments: bool,
    /// The header fields of a request.
    pub request_headers: &'static [HeaderInfo],
    /// The status of a response that accepts.
    pub accepting_status: Option<u16>,
    /// The header fields of a response.
    pub response_headers: &'static [HeaderInfo],
    /// Number of bytes that follow the request's head and belong to the handshake.
    pub request_body: usize,
    /// Number of bytes that follow the response's head and belong to the handshake.
    pub response_body: usize,
    /// Whether the handshake derives a key that frames need, as
    /// [`Draft::session`](crate::Draft::session) gives it.
    pub derives_key: bool,
    /// The signs that identify a request of this draft. One that lacks any of them,
    /// [hints](SignInfo::hint) aside, breaks a rule.
    pub signs: &'static [SignInfo],
    /// Whether requests carry nothing that tells this draft from an older one; a request that
    /// fits both is then taken for one of the older.
    pub undetectable: bool,
}

impl DraftInfo {
    /// The rule with this id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&'static RuleInfo> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The rule that asks this of a conversation.
    #[must_use]
    pub fn conversation_rule(&self, asked: Conversation) -> Option<&'static RuleInfo> {
        self.rules
            .iter()
            .find(|rule| rule.visibility == Visibility::Conversation(asked))
    }

    /// Whether the draft names this header field of a response, in any case.
    #[must_use]
    pub(crate) fn response_header_named(&self, name: &str) -> bool {
        let mut headers = self.response_headers.iter();
        headers.any(|header| header.name.eq_ignore_ascii_case(name))
    }

    /// The request's header field with this purpose.
    #[must_use]
    pub fn request_header(&self, purpose: Purpose) -> Option<&'static HeaderInfo> {
        self.request_headers
            .iter()
            .find(|header| header.purpose == purpose)
    }

    /// The response's header field with this purpose.
    #[must_use]
    pub fn response_header(&self, purpose: Purpose) -> Option<&'static HeaderInfo> {
        self.response_headers
            .iter()
            .find(|header| header.purpose == purpose)
    }

    /// Values that an opcode can have.
    #[must_use]
    pub fn opcode_values(&self) -> RangeInclusive<u8> {
        0..=u8::MAX >> 8u8.saturating_sub(self.opcode_bits).min(7)
    }

    /// Whether an opcode can be on the wire, and has no meaning in this draft.
    #[must_use]
    pub fn leaves_free(&self, opcode: u8) -> bool {
        let mut known = self.opcodes.iter();
        self.opcode_values().contains(&opcode) && known.all(|known| known.value != opcode)
    }

    /// Whether this draft has frames of this kind.
    #[must_use]
    pub fn has(&self, kind: Kind) -> bool {
        self.opcodes.iter().any(|opcode| opcode.kind == kind)
    }
}

impl PartialEq for DraftInfo {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for DraftInfo {}
